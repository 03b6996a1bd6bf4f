"""Divisions by path: names, what lies below, what county a place is in."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable

from django.db import connection

from zhucan.base.enums import DivisionLevel, OrganKind
from zhucan.base.models import Division
from zhucan.base.parentage import WIDTH, parentage
from zhucan.base.parts import parts

_COUNTY = WIDTH[DivisionLevel.COUNTY]
_BELOW = 2
"""Levels below an organ's own that a post may be narrowed to: a county's organ offers townships and villages."""
_CHUNK = 5_000
_MOST_NAMES = 100_000
_SECONDS = 60.0
_HOME = -1
"""No path; under it the name of our own place is remembered."""
_names: dict[tuple[str, int], tuple[float, str]] = {}
_ENDINGS = (
    (re.compile(r"(?:社区)?居(?:民委员|委)会$"), "社区"),
    (re.compile(r"(?:村)?村?(?:民委员|委)会$"), "村"),
)


def county_of(path: int) -> int:
    """The six-digit county a path lies in; of a city without counties the city itself (441900). Arithmetic."""
    return path // _COUNTY


def county_path(county: int) -> int:
    """The path of a six-digit county, back from ``county_of``. Arithmetic."""
    return county * _COUNTY


def range_of(path: int) -> tuple[int, int]:
    """The first and last path of a place and all below it, both included. Arithmetic: zeros say the level."""
    width = next(width for width in WIDTH.values() if path % width == 0)
    return path, path + width - 1


def path_of(code: int) -> int:
    """The path of a code of 2, 4, 6, 9 or 12 digits (450803 → 450803000000). Arithmetic, whether it exists or not.

    Raises:
        ValueError: a code of another length.
    """
    return parentage().path_of(code)


def division_at(path: int) -> Division | None:
    """The division at a path, or None where there is none. One query."""
    return Division.objects.filter(path=path).order_by("-until").first()


def children_of(path: int) -> list[Division]:
    """The divisions that stand directly under the one at this path and still exist, in the order of their codes."""
    return list(Division.objects.filter(parent__path=path, until=None).order_by("path"))


def provinces() -> list[Division]:
    """The divisions of the first level that exist, in the order of their codes."""
    return list(Division.objects.filter(parent=None, until=None).order_by("path"))


def division_of(code: str) -> Division:
    """The division of a code of the code table, which a form offered.

    Raises:
        Division.DoesNotExist: no such code.
    """
    return Division.objects.get(code=code)


def divisions_below(top: Division, *, low: int, last: int) -> list[Division]:
    """A division and those up to two levels below it that still exist and lie within ``low`` … ``last``; one query."""
    rows = Division.objects.filter(
        path__range=(max(top.path, low), min(top.last, last)),
        level__lte=min(top.level + _BELOW, DivisionLevel.VILLAGE),
        until=None,
    )
    return list(rows.order_by("path"))


def townships_of(county: int) -> list[Division]:
    """The townships and streets of a six-digit county, in the order of their codes."""
    return _below(path_of(county), _COUNTY, DivisionLevel.TOWNSHIP)


def villages_of(township_path: int) -> list[Division]:
    """The villages and communities of a township, in the order of their codes."""
    return _below(township_path, WIDTH[DivisionLevel.TOWNSHIP], DivisionLevel.VILLAGE)


def _below(path: int, width: int, level: DivisionLevel) -> list[Division]:
    rows = Division.objects.filter(path__range=(path, path + width - 1), level=level, until=None)
    return list(rows.order_by("path"))


def home() -> Division | None:
    """The place this installation works for: that of its widest federation; None before it is set up. One query."""
    federations = Division.objects.filter(organ__kind=OrganKind.FEDERATION, organ__closed_at=None)
    return federations.order_by("level", "path").first()


def home_name() -> str:
    """Its name, or nothing before there is one; asked anew once a minute."""
    database, now = str(connection.settings_dict["NAME"]), time.monotonic()
    stored = _names.get((database, _HOME))
    if stored is None or now - stored[0] >= _SECONDS:
        found = home()
        stored = _names[database, _HOME] = (now, found.name if found else "")
    return stored[1]


def names_of(paths: Iterable[int]) -> dict[int, str]:
    """Each path's own name, as the code table has it (白山村委会); paths without a division are missing.

    One query for all that this process has not asked for in the last minute.
    """
    wanted, found = set(paths), {}
    database, now = str(connection.settings_dict["NAME"]), time.monotonic()
    for path in wanted:
        stored = _names.get((database, path))
        if stored is not None and now - stored[0] < _SECONDS:
            found[path] = stored[1]
    missing = wanted - found.keys()
    for chunk in parts(sorted(missing), _CHUNK):
        rows = Division.objects.filter(path__in=chunk).order_by("until")
        found |= {path: name for path, name in rows.values_list("path", "name") if path not in found}
    if len(_names) > _MOST_NAMES:
        _names.clear()
    _names.update({(database, path): (now, found[path]) for path in missing & found.keys()})
    return found


def forget_names() -> None:
    """Drop the names this process remembers; after divisions were loaded."""
    _names.clear()


def full_names(paths: Iterable[int]) -> dict[int, str]:
    """``full_name`` of many paths; one query, or two where they are many."""
    wanted = set(paths)
    names = names_of(each for path in wanted for each in _line(path))
    return {path: _joined(path, names) for path in wanted}


def full_name(path: int) -> str:
    """What a place is called within its county: 八塘街道白山村, 八塘街道; from the county up: 贵港市港南区, 广西….

    Empty text where there is no such division. 村委会 and 居委会 are left off; names that are no government
    (市辖区) too.
    """
    return full_names([path])[path]


def short_name(name: str) -> str:
    """A village as people call it: 白山村委会 → 白山村, 东华社区居民委员会 → 东华社区."""
    for pattern, ending in _ENDINGS:
        if pattern.search(name):
            return pattern.sub(ending, name)
    return name


def _line(path: int) -> list[int]:
    """The paths whose names make up the full name, from above; zeros say the level."""
    township, county, prefecture = (
        path // WIDTH[level] * WIDTH[level]
        for level in (DivisionLevel.TOWNSHIP, DivisionLevel.COUNTY, DivisionLevel.PREFECTURE)
    )
    if path not in (township, county):
        return [township, path]
    if path == county != prefecture:
        return [prefecture, path]
    return [path]


def _joined(path: int, names: dict[int, str]) -> str:
    if path not in names:
        return ""
    above = [names.get(each, "") for each in _line(path)[:-1]]
    own = short_name(names[path]) if path % WIDTH[DivisionLevel.TOWNSHIP] else names[path]
    return "".join(name for name in above if name not in parentage().placeholders and name != own) + own
