"""Tables as the readers hand them over, built from a few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhucan.files.cells import Cell
from zhucan.files.feeds import Feed, load_feeds
from zhucan.files.tables import Row, Table
from zhucan.files.values import Value, parse
from zhucan.match.places import Places, load_places
from zhucan.match.roster import Roster, clean_roster
from zhucan.rules.content import shipped_content

BOOK = load_feeds([shipped_content()])
PLACES: Places = load_places(450803, [shipped_content()])
NUMBER, OTHER, THIRD = "450803198607015739", "45072119430405924X", "450803196703110040"


def table(
    feed_id: str, rows: Sequence[Mapping[str, Cell]], *, title: str = "", sheet: str = "表", file: str = "文件.xlsx"
) -> Table:
    """A table of one feed; each row gives cells by column id."""
    feed: Feed = BOOK[feed_id]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    made = Table(
        file, sheet, title, feed, {name: at for at, name in enumerate(columns)},
        {name: feed.column(name).headings[0] for name in columns},
    )  # fmt: skip
    for number, row in enumerate(rows, start=2):
        values = {name: _value(feed, name, cell) for name, cell in row.items()}
        made.rows.append(Row(number, tuple(row.get(name) for name in columns), values))
    return made


def _value(feed: Feed, column: str, cell: Cell) -> Value:
    kind = feed.column(column).kind
    return parse(kind, cell, BOOK.codes[kind.removeprefix("code:")] if kind.startswith("code:") else None)


def roster(*rows: Mapping[str, Cell], sheet: str = "江南街道") -> tuple[Roster, Table]:
    """A cleaned roster of these rows; a row without a name is of 古明东."""
    made = table("roster", [{"name": "古明东", **row} for row in rows], sheet=sheet)
    return clean_roster([made], PLACES, 10), made
