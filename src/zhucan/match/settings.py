"""The years and words matching itself goes by: ``indicators/matching.toml`` of the content."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CountsFrom:
    """A policy that reads ``fact`` counts its consecutive months from no day earlier than the fact ``day``."""

    fact: str
    day: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Years and months by which a run judges, and the codes by which a bank says that a payment arrived."""

    certificate_years: int
    expiring_months: int
    most_months: int
    arrived: frozenset[str]
    counts_from: tuple[CountsFrom, ...]


def load_settings(content_dirs: Sequence[Path]) -> Settings:
    """The settings in force: those of the last folder that has the file.

    Raises:
        FileNotFoundError: no folder has them.
    """
    for folder in reversed(content_dirs):
        path = folder / "indicators" / "matching.toml"
        if path.is_file():
            with path.open("rb") as stream:
                found = tomllib.load(stream)
            return Settings(
                certificate_years=int(found["certificate_years"]),
                expiring_months=int(found["expiring_months"]),
                most_months=int(found["most_months"]),
                arrived=frozenset(found["arrived"]),
                counts_from=tuple(CountsFrom(each["fact"], each["day"]) for each in found["counts_from"]),
            )
    raise FileNotFoundError("内容目录里没有 indicators/matching.toml。请重新安装 zhucan。")
