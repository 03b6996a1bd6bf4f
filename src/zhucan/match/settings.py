"""The years and words matching itself goes by: ``indicators/matching.toml`` of the content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from zhucan.rules.documents import Document, Entry
from zhucan.rules.errors import ContentError, Fault


@dataclass(frozen=True, slots=True)
class CountsFrom:
    """A policy that reads ``fact`` counts its consecutive months from no day earlier than the fact ``day``."""

    fact: str
    day: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Years and months by which a run judges, and the codes by which a bank says that a payment arrived.

    ``expiring_basis`` is the clause by which certificates end; empty where the content names none.
    """

    certificate_years: int
    expiring_months: int
    most_months: int
    arrived: frozenset[str]
    counts_from: tuple[CountsFrom, ...]
    expiring_basis: str = ""


def load_settings(content_dirs: Sequence[Path]) -> Settings:
    """The settings in force: those of the last folder that has the file, as a whole.

    Raises:
        FileNotFoundError: no folder has them.
        ContentError: the file has mistakes; all of them are named with line and remedy.
    """
    for folder in reversed(content_dirs):
        path = folder / "indicators" / "matching.toml"
        if path.is_file():
            faults: list[Fault] = []
            settings = _read(Document(path, faults))
            if faults:
                raise ContentError(faults)
            return settings
    raise FileNotFoundError("内容目录里没有 indicators/matching.toml。请重新安装 zhucan。")


def _read(document: Document) -> Settings:
    root = document.root()
    settings = Settings(
        certificate_years=_count(root, "certificate_years"),
        expiring_months=_count(root, "expiring_months"),
        most_months=_count(root, "most_months"),
        arrived=frozenset(root.texts("arrived")),
        counts_from=tuple(CountsFrom(each.text("fact"), each.text("day")) for each in document.tables("counts_from")),
        expiring_basis=root.text("expiring_basis", default=""),
    )
    if document.data and not settings.arrived:
        root.fault("没有写 arrived", '写上表示已到账的返回码，例如 arrived = ["0000"]')
    root.used.add("counts_from")
    root.finish()
    return settings


def _count(root: Entry, key: str) -> int:
    """A whole number from 1; a number of another kind is told by the entry itself."""
    value = root.integer(key, default=0) or 0
    if value < 1 and root.document.data and isinstance(root.values.get(key, 0), int):
        root.fault(f"{key} 应是 1 以上的整数", f"写成 {key} = 12 这样的整数", key)
    return value
