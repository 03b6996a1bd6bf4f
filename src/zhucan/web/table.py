"""Tables and pages of lists as plain values; ``web/components/table.html`` and ``pagination.html`` draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Self, TypeAlias
from urllib.parse import urlencode

from django.utils.safestring import SafeString

Direction: TypeAlias = Literal["ascending", "descending"]
Content: TypeAlias = str | SafeString | int | None
"""What a cell shows: text is escaped, a SafeString is not, None and "" are shown as –."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``unit`` is written in its heading, never in its cells.

    ``wraps`` marks the one column (the reason) that may take several lines. ``sort_url`` makes the heading a link.
    """

    key: str
    title: str
    unit: str = ""
    numeric: bool = False
    wraps: bool = False
    sort_url: str = ""
    sorted: Direction | None = None

    @property
    def heading(self) -> str:
        """Title and unit: 金额（元/月）."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title

    @property
    def next_order(self) -> str:
        """What a click on the heading will do, in words."""
        return "改为从大到小" if self.sorted == "ascending" else "从小到大排"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row; ``url`` makes it a link, ``is_header`` names the row by it, ``note`` is said after it."""

    value: Content
    url: str = ""
    is_header: bool = False
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return self.value is None or self.value == ""

    @property
    def has_unit(self) -> bool:
        """Whether the unit of its column may be said after it: it begins with a figure."""
        return str(self.value).lstrip("−")[:1].isdigit()


@dataclass(frozen=True, slots=True)
class Row:
    """One row, its cells in the order of the columns.

    ``key`` is the value its checkbox sends, ``label`` what the checkbox is called (选择 + label).
    """

    cells: Sequence[Cell]
    key: str = ""
    label: str = ""
    is_total: bool = False

    @property
    def heading(self) -> str:
        """What names the row; said after a link that is a bare number, so that no two links sound the same."""
        return next((str(cell.value) for cell in self.cells if cell.is_header), "")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what it holds (``caption``), its columns, its rows, and what to say while there are none.

    ``select_form`` is the id of the bulk form the checkboxes belong to; empty: no checkboxes. ``keys`` lets j k o a x
    work while focus is in the list. ``show_caption`` False keeps the caption for the ear alone.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: str = "这里还没有内容。"
    id: str = "table"
    select_form: str = ""
    select_name: str = "selected"
    keys: bool = False
    show_caption: bool = True
    stack: bool = True
    """Below 600 px (960 px from six columns) each row reads as “heading: value”."""

    def __post_init__(self) -> None:
        """Refuse a row that does not fit the columns.

        Raises:
            ValueError: a row has more or fewer cells than there are columns.
        """
        wrong = [number for number, row in enumerate(self.rows, 1) if len(row.cells) != len(self.columns)]
        if wrong:
            raise ValueError(f"rows {wrong[:3]} of table {self.id} have not one cell for each of its columns")

    @property
    def body(self) -> Sequence[tuple[Row, Sequence[tuple[Column, Cell]]]]:
        """The rows that are no totals, each cell beside its column."""
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows if not row.is_total]

    @property
    def totals(self) -> Sequence[tuple[Row, Sequence[tuple[Column, Cell]]]]:
        """The rows at the foot."""
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows if row.is_total]

    @property
    def is_wide(self) -> bool:
        """Whether its rows need a wide screen; below 960 px they read as “heading: value” in two columns."""
        return len(self.columns) >= 6

    @property
    def is_short(self) -> bool:
        """Whether it needs no more width than its words."""
        return len(self.columns) <= 4 and not any(column.wraps for column in self.columns)

    @property
    def can_sort(self) -> bool:
        """Whether any heading is a link."""
        return any(column.sort_url for column in self.columns)


def sort_columns(
    columns: Sequence[Column], sortable: Sequence[str], current: str, parameters: Sequence[tuple[str, str]]
) -> list[Column]:
    """The columns with their sort links: ``current`` is the order in force (``name`` or ``-name``).

    The links keep ``parameters`` (the filter), except the order itself and the place in the list.
    """
    kept = [(name, value) for name, value in parameters if name not in ("sort", "page", "after", "before")]
    done: list[Column] = []
    for column in columns:
        if column.key not in sortable:
            done.append(column)
            continue
        direction: Direction | None = None
        if current.lstrip("-") == column.key:
            direction = "descending" if current.startswith("-") else "ascending"
        order = f"-{column.key}" if direction == "ascending" else column.key
        url = f"?{urlencode([*kept, ('sort', order)])}"
        done.append(
            Column(column.key, column.title, column.unit, column.numeric, column.wraps, sort_url=url, sorted=direction)
        )
    return done


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a list of links: navigation, tabs, page sizes. ``count`` is shown after the title."""

    title: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Pagination:
    """Where one is in a list: rows ``first`` to ``last`` (from 1) of ``total``; ``total`` None where nobody counted."""

    first: int
    last: int
    total: int | None
    previous_url: str = ""
    next_url: str = ""
    sizes: Sequence[Link] = field(default_factory=list)
    unit: str = "条"
    label: str = "翻页"
    """Names the links; two lists on one page need two names."""

    @property
    def sentence(self) -> str:
        """Say it: 第 1–50 条，共 1,178 条."""
        if self.last < self.first:
            return f"没有符合的{self.unit}目" if self.unit == "条" else "没有符合的"
        total = "" if self.total is None else f"，共 {self.total:,} {self.unit}"
        return f"第 {self.first:,}–{self.last:,} {self.unit}{total}"

    @classmethod
    def of(cls, page: int, size: int, total: int, *, parameters: Sequence[tuple[str, str]] = ()) -> Self:
        """Numbered pages from 1, links keeping ``parameters``."""
        kept = [(name, value) for name, value in parameters if name != "page"]
        first, last = (page - 1) * size + 1, min(page * size, total)
        return cls(
            first=first,
            last=last,
            total=total,
            previous_url=f"?{urlencode([*kept, ('page', page - 1)])}" if page > 1 else "",
            next_url=f"?{urlencode([*kept, ('page', page + 1)])}" if last < total else "",
        )
