"""What is wrong, where, and what to write instead: the errors of content and of expressions, in plain Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a content file. ``line`` counts from 1; 0 means the file as a whole."""

    file: Path
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.what}。改法：{self.remedy}。"


class ContentError(ValueError):
    """The content cannot be used; ``faults`` names every mistake found, in the order of files and lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class ExpressionError(ValueError):
    """An expression cannot be understood. ``what`` says why, ``remedy`` what to write instead."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what}。改法：{remedy}。")


class ValueFault(ValueError):
    """A value does not fit its fact: wrong kind, outside its bounds, or not in its code table."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what}。改法：{remedy}。")


class UnknownName(LookupError):
    """Nothing of this name exists; the message lists the nearest names."""
