"""The divisions of one county, found by the many ways in which people write their names."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from zhucan.files.clean import blank, clean

_TOWNSHIP = 10**3
"""12-digit codes below a township differ in their last three digits only."""
_COUNTY = 10**6
_UNKNOWN: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Suffixes:
    """The tail words of division names, longest first, and the words that say "within this county"."""

    county: tuple[str, ...]
    township: tuple[str, ...]
    village: tuple[str, ...]
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """One county. ``county`` has 6 digits, townships 9, villages 12; names are the official ones.

    ``above`` are the names of the province and prefecture the county lies in.
    """

    county: int
    name: str
    above: tuple[str, ...]
    townships: Mapping[int, str]
    villages: Mapping[int, str]
    suffixes: Suffixes
    _township_keys: Mapping[str, frozenset[int]] = field(repr=False)
    _village_keys: Mapping[str, frozenset[int]] = field(repr=False)

    def township(self, *texts: str | None) -> int | None:
        """The 9-digit code of the first of these texts that names exactly one township; None where none does."""
        for text in texts:
            found = self._township_keys.get(self._township_key(text), _UNKNOWN) if text else _UNKNOWN
            if len(found) == 1:
                return next(iter(found))
        return None

    def village(self, text: str | None, township: int | None) -> int | None:
        """The 12-digit code of a village or community, of this township if known; None where not just one fits."""
        if not text:
            return None
        for key in self._village_spellings(clean(text)):
            found = self._village_keys.get(key, _UNKNOWN)
            if township is not None:
                found = frozenset(code for code in found if code // _TOWNSHIP == township)
            if len(found) == 1:
                return next(iter(found))
        return None

    def is_inside(self, text: str | None) -> bool | None:
        """Whether a place as typed lies in this county; None where the text is empty or names a larger area only."""
        place = clean(text or "")
        if blank(place):
            return None
        if place.startswith(self.suffixes.own):
            return True
        rest = _without_prefixes(place, self.above)
        if any(name.startswith(rest) for name in self.above):
            return None
        own = (self.name, _stem(self.name, self.suffixes.county), *self.townships.values())
        return rest.startswith(own) or self.township(rest) is not None

    @property
    def full_name(self) -> str:
        """The county with its prefecture, ``贵港市港南区``; with its municipality where there is none."""
        above = [name for name in self.above if name not in ("市辖区", "县")]
        return f"{above[-1] if above else ''}{self.name}"

    def township_name(self, code: int | None) -> str:
        """The official name; empty where unknown."""
        return self.townships.get(code or 0, "")

    def village_name(self, code: int | None) -> str:
        """The official name; empty where unknown."""
        return self.villages.get(code or 0, "")

    def _township_key(self, text: str) -> str:
        place = _without_prefixes(clean(text), (*self.above, self.name, *self.suffixes.own))
        return place if place in self._township_keys else _stem(place, self.suffixes.township)

    def _village_spellings(self, text: str) -> Iterable[str]:
        """The text as it stands, without the township before it, and without its tail word."""
        short = _without_prefixes(text, (*self.above, self.name, *self.townships.values()))
        for spelling in dict.fromkeys((text, short)):
            yield spelling
            yield _stem(spelling, self.suffixes.village)


def load_places(county: int, content_dirs: Sequence[Path]) -> Places:
    """The divisions of a county, from ``divisions.parquet`` and ``suffixes.toml`` of the last folder that has them.

    Raises:
        FileNotFoundError: no folder has them.
        LookupError: there is no such county, or what has this code is a province or a prefecture.
    """
    suffixes = _load_suffixes(_find(content_dirs, "suffixes.toml"))
    wanted = [county // 10_000 * 10**10, county // 100 * 10**8]
    low = county * _COUNTY
    rows = (
        pl.scan_parquet(_find(content_dirs, "divisions.parquet"))
        .filter(pl.col("code").is_between(low, low + _COUNTY - 1) | pl.col("code").is_in(wanted))
        .sort("code")
        .collect()
    )
    names = dict(rows.select("code", "name").iter_rows())
    if low not in names:
        raise LookupError(f"区划代码表里没有 {county}。请写 6 位县级代码，例如 450803。")
    if not any(code > low for code in names):
        raise LookupError(f"{county}（{names[low]}）下面没有乡镇，不是县级。请写 6 位县级代码，例如 450803。")
    townships = {code // _TOWNSHIP: name for code, name in names.items() if code > low and code % _TOWNSHIP == 0}
    villages = {code: name for code, name in names.items() if code > low and code % _TOWNSHIP}
    return Places(
        county=county,
        name=names[low],
        above=tuple(names[code] for code in wanted if code in names),
        townships=townships,
        villages=villages,
        suffixes=suffixes,
        _township_keys=_index(townships, suffixes.township),
        _village_keys=_index(villages, suffixes.village),
    )


def _find(content_dirs: Sequence[Path], name: str) -> Path:
    for folder in reversed(content_dirs):
        path = folder / "divisions" / name
        if path.is_file():
            return path
    raise FileNotFoundError(f"内容目录里没有 divisions/{name}。请重新安装 zhucan。")


def _load_suffixes(path: Path) -> Suffixes:
    with path.open("rb") as stream:
        words = tomllib.load(stream)
    longest_first = {key: tuple(sorted(words[key], key=len, reverse=True)) for key in words}
    return Suffixes(**longest_first)


def _index(names: Mapping[int, str], suffixes: Sequence[str]) -> Mapping[str, frozenset[int]]:
    """Codes by official name and by its stem; a stem shared by two places names both, so neither surely."""
    index: dict[str, set[int]] = {}
    for code, name in names.items():
        plain = clean(name)
        for key in {plain, _stem(plain, suffixes)}:
            index.setdefault(key, set()).add(code)
    return {key: frozenset(codes) for key, codes in index.items()}


def _stem(name: str, suffixes: Sequence[str]) -> str:
    for suffix in suffixes:
        if len(name) > len(suffix) and name.endswith(suffix):
            return name[: -len(suffix)]
    return name


def _without_prefixes(text: str, prefixes: Sequence[str]) -> str:
    for prefix in prefixes:
        text = text.removeprefix(prefix)
    return text


def township_and_village(path: int) -> tuple[int, int]:
    """The codes of the township (9 digits) and village (12) that a person's place is in; 0 for what it does not say."""
    township = path // _TOWNSHIP
    return (township if township % _TOWNSHIP else 0), (path if path % _TOWNSHIP else 0)
