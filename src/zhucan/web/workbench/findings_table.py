"""The columns of a list of findings: one description for the screen, the sheet and paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html

from zhucan.base.permissions import Actor
from zhucan.exchange.queries.findings import Filters, notes_of, seen_token
from zhucan.web.table import Cell, Column, Row, Table
from zhucan.web.words import yuan
from zhucan.web.workbench import findings_words as words

if TYPE_CHECKING:
    from zhucan.exchange.models import Finding

CHECKED = "核查编号"


@dataclass(frozen=True, slots=True)
class Shown:
    """What drawing rows needs besides the rows: names of places, notes, the day, the filter to come back to."""

    actor: Actor
    places: Mapping[int, str]
    notes: Mapping[int, str]
    on: date
    filters: Filters
    clear: bool = False

    @classmethod
    def of(cls, actor: Actor, rows: Sequence[Finding], on: date, filters: Filters, *, clear: bool = False) -> Shown:
        """Look up what these rows need: two queries, however many they are. ``clear``: names in full."""
        return cls(
            actor, words.place_words(actor, (row.place for row in rows)), notes_of(rows), on, filters, clear=clear
        )

    def reason(self, row: Finding) -> str:
        """Why, with what is particular to the person, what was presumed and what was noted on a visit."""
        note = self.notes.get(row.pk, "")
        parts = (row.reason, row.remark, words.presumed_words(row.leans_on), f"入户：{note}" if note else "")
        return "；".join(part for part in parts if part)

    def state(self, row: Finding) -> str:
        """The kind, and where it stands unless it is open."""
        stands = words.where_it_stands(row, self.on)
        return row.get_kind_display() if stands == "待处理" else f"{row.get_kind_display()}，{stands}"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list: as text for sheets; ``fen`` and ``number`` are written as figures there."""

    column: Column
    width: float
    text: Callable[[Shown, Finding], str | int | None]
    fen: bool = False
    number: bool = False


COLUMNS: Sequence[ListColumn] = (
    ListColumn(Column("number", CHECKED), 11, lambda _, row: row.number),
    ListColumn(Column("name", "姓名"), 10, lambda shown, row: words.shown_name(row, clear=shown.clear)),
    ListColumn(Column("place", "村（社区）"), 18, lambda shown, row: shown.places.get(row.place, "未写明")),
    ListColumn(Column("policy", "政策"), 20, lambda _, row: words.policy_title(row.policy)),
    ListColumn(Column("state", "状态"), 16, lambda shown, row: shown.state(row)),
    ListColumn(Column("fen", "金额", "元/月", numeric=True), 11, lambda _, row: row.fen, fen=True),
    ListColumn(
        Column("months", "连续符合", "月", numeric=True), 10, lambda _, row: row.months, number=True
    ),
    ListColumn(Column("reason", "原因", wraps=True), 44, lambda shown, row: shown.reason(row)),
    ListColumn(Column("basis", "依据", wraps=True), 28, lambda _, row: row.basis),
)  # fmt: skip
"""In the order of the page; the sheet has the same."""


def screen_table(shown: Shown, rows: Sequence[Finding], *, form: str, empty: str) -> Table:
    """The list as the page draws it. The checkbox sends the row's uuid and what was seen of it."""
    return Table(
        "名单", [one.column for one in COLUMNS], [_row(shown, row, pick=bool(form)) for row in rows], empty=empty,
        id="findings", select_form=form, keys=True, show_caption=False,
    )  # fmt: skip


def finding_url(row: Finding, filters: Filters) -> str:
    """The page of one finding, which keeps the filter one came from."""
    query = filters.query()
    return f"{reverse('workbench:finding', args=[row.uuid])}{'?' if query else ''}{query}"


def person_url(row: Finding) -> str:
    """The page of its person; empty where there is none."""
    return f"/persons/{row.person.uuid}/" if row.person is not None else ""


def _row(shown: Shown, row: Finding, *, pick: bool) -> Row:
    texts = {one.column.key: one.text(shown, row) for one in COLUMNS}
    cells = []
    for one in COLUMNS:
        key, value = one.column.key, texts[one.column.key]
        if key == "number":
            cells.append(Cell(value, url=finding_url(row, shown.filters), is_header=True))
        elif key == "name":
            cells.append(Cell(value, url=person_url(row)))
        elif key == "state":
            stands = words.where_it_stands(row, shown.on)
            drawn = words.kind_state(row)
            cells.append(Cell(drawn if stands == "待处理" else format_html("{} {}", drawn, stands)))
        elif one.fen:
            cells.append(Cell("" if row.fen is None else yuan(row.fen)))
        else:
            cells.append(Cell(value))
    label = f"{texts['number']}，{texts['name']}"
    return Row(cells, key=f"{row.uuid}.{seen_token(row)}" if pick else "", label=label)
