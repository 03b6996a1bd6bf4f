"""什么事让您为难?: the needs by which people look for policies, from ``content/portal/needs.toml``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from zhucan.rules.documents import Document
from zhucan.rules.errors import ContentError, Fault


@dataclass(frozen=True, slots=True)
class Need:
    """One need: in Chinese, in easy text, in English; and its pictogram."""

    id: str
    zh: str
    easy: str
    en: str
    pictogram: str


def load_needs(content: Sequence[Path]) -> tuple[Need, ...]:
    """The needs of the last content folder that names any.

    Raises:
        ContentError: the file has mistakes; all of them are named.
    """
    for folder in reversed(content):
        path = folder / "portal" / "needs.toml"
        if path.is_file():
            faults: list[Fault] = []
            document = Document(path, faults)
            found = tuple(
                Need(each.text("id"), each.text("zh"), each.text("easy"), each.text("en"), each.text("pictogram"))
                for each in document.tables("need")
            )
            if faults:
                raise ContentError(faults)
            return found
    return ()
