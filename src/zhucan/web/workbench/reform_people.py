"""Lists of persons whom a change touches, and workbooks of exactly those rows: shared by 将有变化, 试算 and 标准."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import Http404
from django.utils import timezone

from zhucan.base.permissions import Actor, covers
from zhucan.base.queries.divisions import county_of, county_path, full_names, path_of, range_of, townships_of
from zhucan.policies.queries.coming import counties_of
from zhucan.policies.queries.texts import RHYTHMS
from zhucan.registry.queries.persons import persons_of
from zhucan.rules.policy import Policy
from zhucan.web.access import StaffRequest
from zhucan.web.forms import parameters_of
from zhucan.web.table import Cell, Column, Pagination, Row, Table
from zhucan.web.words import money, yuan
from zhucan.web.workbench.persons_words import name_for, person_url
from zhucan.web.workbooks import workbook

SIZE = 50
MOST_PRINTED = 2_000
_VERDICTS = {True: "符合", False: "不符合", None: "待核实"}


@dataclass(frozen=True, slots=True)
class Span:
    """Where a page looks: a county (6 digits) and the places of it (``low`` … ``last``) within the actor's division."""

    county: int
    low: int
    last: int
    place: int | None
    townships: Mapping[int, str]
    counties: Mapping[int, str]

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The same as a query string has it."""
        found = [("county", str(self.county))] if len(self.counties) > 1 else []
        return found + ([("place", str(self.place))] if self.place is not None else [])


def span_of(request: StaffRequest) -> Span | None:
    """What the query string asks for (``county``, ``place``); None where nothing was matched yet.

    Raises:
        Http404: it lies outside the actor's division, or is nothing.
    """
    actor = request.actor
    counties = counties_of(actor)
    if not counties:
        return None
    county = _number(request, "county") or counties[0]
    if county not in counties:
        raise Http404
    low, last = _overlap(actor, county_path(county))
    townships = {one.path: one.name for one in townships_of(county) if covers(actor, one.path)}
    names = full_names(path_of(each) for each in counties) if len(counties) > 1 else {}
    place = _number(request, "place")
    if place is not None:
        if not low <= place <= last or place not in townships:
            raise Http404
        low, last = range_of(place)
    return Span(county, low, last, place, townships, {each: names.get(path_of(each), "") for each in counties})


def _overlap(actor: Actor, path: int) -> tuple[int, int]:
    low, last = range_of(path)
    return max(actor.low, low), min(actor.last, last)


def _number(request: StaffRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 12):
        raise Http404
    return int(text)


def county_division(actor: Actor) -> int:
    """The division whose law an actor goes by: his own, of a township or village the county (12 digits)."""
    if actor.division == 0:
        return 0
    county = county_path(county_of(actor.division))
    return county if actor.division > county else actor.division


def asked_day(request: StaffRequest, name: str = "on") -> date:
    """The day the query string asks for; today where it says none.

    Raises:
        Http404: it is no day.
    """
    text = request.GET.get(name, "")
    try:
        return date.fromisoformat(text) if text else timezone.localdate()
    except ValueError:
        raise Http404 from None


def sums_words(sums: Mapping[str, int]) -> str:
    """Sums by rhythm: 1,200 元/月，260 元/年; a dash for none."""
    return "，".join(f"{yuan(fen)} 元/{RHYTHMS.get(rhythm, rhythm)}" for rhythm, fen in sums.items())


def change_words(before: bool | None, after: bool | None) -> str:
    """A verdict before and after: 符合 → 不符合; one word where only the sum changes."""
    return _VERDICTS[before] if before is after else f"{_VERDICTS[before]} → {_VERDICTS[after]}"


def sum_words(fen: int | None, verdict: bool | None, policy: Policy) -> str:
    """What somebody gets: 90 元/月; 未知 where entitled at a sum that is not known; nothing where not entitled."""
    if policy.outcome.amount is None or verdict is not True:
        return ""
    if fen is None:
        return "金额未知"
    return f"{money(fen, short=True)}/{RHYTHMS.get(policy.outcome.rhythm, policy.outcome.rhythm)}"


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows of a list by person: who (``person`` id, ``place``), and what each further column says."""

    rows: Sequence[tuple[int, int, Sequence[str]]]
    columns: Sequence[Column]
    title: str

    def table(self, actor: Actor, part: Sequence[tuple[int, int, Sequence[str]]], *, empty: str) -> Table:
        """These rows as the page draws them; two queries however many they are."""
        persons = persons_of(actor, {row[0] for row in part})
        names = full_names(row[1] for row in part)
        drawn = []
        for person, place, said in part:
            one = persons.get(person)
            name, url = (name_for(actor, one), person_url(one)) if one is not None else ("档案已变动", "")
            where = names.get(place, "") or "未写明"
            drawn.append(Row([Cell(name, url=url, is_header=True), Cell(where), *map(Cell, said)]))
        columns = [Column("name", "姓名"), Column("place", "村（社区）"), *self.columns]
        return Table(self.title, columns, drawn, empty=empty, id="people", keys=True, show_caption=False)

    def workbook(self, actor: Actor) -> bytes:
        """All rows as a workbook, names as on the page."""
        table = self.table(actor, self.rows, empty="")
        return workbook(
            self.title,
            [column.heading for column in table.columns],
            [[str(cell.value or "") for cell in row.cells] for row in table.rows],
        )


def paged(request: StaffRequest, listed: Listed, *, empty: str) -> dict[str, object]:
    """The page of a list the query string asks for: ``table``, ``page``, ``total``, whether it is for paper."""
    total = len(listed.rows)
    for_print = request.GET.get("print") == "1"
    given = request.GET.get("page", "1")
    number = min(max(int(given), 1), 10_000) if given.isascii() and given.isdecimal() and len(given) < 6 else 1
    size = MOST_PRINTED if for_print else SIZE
    part = listed.rows[(number - 1) * size : number * size]
    kept = [pair for pair in parameters_of(request.GET) if pair[0] not in ("page", "print")]
    return {
        "heading": listed.title,
        "table": listed.table(request.actor, part, empty=empty),
        "page": Pagination.of(number, size, total, parameters=parameters_of(request.GET)),
        "total": total,
        "for_print": for_print,
        "print_url": f"?{urlencode([*kept, ('print', '1')])}",
        "screen_url": f"?{urlencode(kept)}",
    }
