"""What the policy commands print with: lines, headings and tables; tables are aligned lines where nobody watches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import typer
from rich import box
from rich.cells import cell_len
from rich.table import Table

from zhucan.cli_words import Screen, padded, width_of


@dataclass(frozen=True, slots=True)
class Column:
    """The heading of a column; numbers stand to the right."""

    heading: str
    is_number: bool = False


class Page(Screen):
    """A screen that can also show tables."""

    @property
    def is_plain(self) -> bool:
        """Whether this is not a terminal, or plain lines were asked for."""
        return self._is_plain

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """The rows under their headings: drawn on a terminal, aligned by spaces elsewhere."""
        if self._is_plain:
            self._lines(columns, rows)
            return
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for column in columns:
            table.add_column(column.heading, justify="right" if column.is_number else "left", overflow="fold")
        for row in rows:
            table.add_row(*row)
        self._console.print(table, soft_wrap=False)

    def _lines(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        shown = [[column.heading for column in columns], *rows]
        widths = [width_of([row[place] for row in shown]) for place in range(len(columns))]
        for row in shown:
            cells = [
                " " * (width - cell_len(cell)) + cell if column.is_number else padded(cell, width)
                for cell, width, column in zip(row, widths, columns, strict=True)
            ]
            typer.echo("  " + "  ".join(cells).rstrip())

    def item(self, name: str, text: str) -> None:
        """One named line of a description; nothing where there is nothing to say."""
        if text:
            self.say(f"  {padded(name, 10)}{text}")
