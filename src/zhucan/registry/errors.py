"""Refusals of the registry that say more than that nothing was done."""

from __future__ import annotations

from dataclasses import dataclass

from zhucan.base.errors import Refused


@dataclass(frozen=True, slots=True)
class Change:
    """What stands there now, where somebody else wrote meanwhile: the field in words, and its value, masked."""

    label: str
    now: str


class ChangedMeanwhile(Refused):
    """Somebody else changed what this form was filled in from; nothing was written. ``changes`` says what it is now."""

    def __init__(self, changes: list[Change]) -> None:
        super().__init__("您填写期间，别人已经改过这里，您的内容没有保存。请看现在的内容，需要时再保存一次。")
        self.changes = changes
