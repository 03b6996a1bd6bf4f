"""Where in a sheet a table begins, which feed reads it, and which of its rows are data.

A heading may have one line or two, stand below merged titles, come again on every printed page, or come again with
other columns. Every row after it either is data or is listed with the reason why it is not; none is dropped in silence.
"""

from __future__ import annotations

from dataclasses import dataclass

from zhucan.files.feeds import FeedBook
from zhucan.files.heading_match import Headings, Match, match, one_line, two_lines
from zhucan.files.headings import heading_key, squeeze
from zhucan.files.row_kinds import HEADING, SECTION, TITLE, RowJudge, filled, line_of
from zhucan.files.tables import Row, Sheet, Table

_LOOK_FOR_HEADING = 40
"""Rows of a sheet in which the first heading is looked for."""
_LOOK_AHEAD = 5
_FEWEST = 2
_WORD_NEAR, _WORD_IN_FILE_NAME, _SIGN = 6.0, 3.0, 3.0


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading (rows ``first`` to ``last``, from 0) with the feed that reads it best."""

    first: int
    last: int
    headings: Headings
    match: Match
    score: float


def recognise(file: str, sheet: Sheet, book: FeedBook) -> None:
    """Find the tables of a sheet and put their rows into them, values not read yet; else ``remark`` says why not."""
    if not any(filled(cell) for row in sheet.grid for cell in row):
        sheet.remark = "空表，没有内容。"
    elif squeeze(sheet.name) in book.common.sheets_without_data:
        sheet.remark = "说明性的工作表，不是数据，没有读取。"
    else:
        finder = _Finder(file, sheet, book)
        first = finder.first()
        if first is None:
            sheet.remark = finder.why_not()
        else:
            sheet.tables = _Walk(sheet, book, finder, first).tables()


class _Finder:
    """Looks for headings in one sheet."""

    def __init__(self, file: str, sheet: Sheet, book: FeedBook) -> None:
        self.file_name = file
        self._file = squeeze(file)
        self._name = squeeze(sheet.name)
        self._grid = sheet.grid
        self._book = book
        self._known = book.heading_keys

    def first(self) -> _Heading | None:
        """The first heading of the sheet."""
        title = ""
        for at in range(min(_LOOK_FOR_HEADING, len(self._grid))):
            candidates = [self.at(at, title)]
            if candidates[0] is not None and at + 1 < len(self._grid):
                candidates.append(self.at(at + 1, title))
            found = [candidate for candidate in candidates if candidate is not None]
            if found:
                return max(found, key=lambda heading: heading.score)
            title += squeeze(line_of(self._grid[at]))
        return self._sorted_away()

    def _sorted_away(self) -> _Heading | None:
        """A heading far down: somebody sorted the rows with the heading among them."""
        for at in range(_LOOK_FOR_HEADING, len(self._grid)):
            if sum(1 for cell in self._grid[at] if cell in self._known) >= _FEWEST:
                found = self.at(at, "")
                if found is not None:
                    return found
        return None

    def at(self, at: int, title: str) -> _Heading | None:
        """The heading that begins right at a row."""
        best: _Heading | None = None
        for headings, lines in self._readings(at):
            for feed in self._book:
                laid = match(feed, headings, self._book.common)
                score = self._score(laid, headings, title) - 0.01 * lines
                if lines > 1 and score > 0 and not self._upper_line_matters(at, laid):
                    continue
                if score > (best.score if best else 0.0):
                    best = _Heading(at, at + lines - 1, headings, laid, score)
        return best

    def _upper_line_matters(self, at: int, laid: Match) -> bool:
        """Whether two lines say more than the lower one alone; else the upper one is a title, or even a row of data."""
        lower = match(laid.feed, one_line(self._grid[at + 1]), self._book.common)
        return dict(lower.columns) != dict(laid.columns)

    def _readings(self, at: int) -> list[tuple[Headings, int]]:
        readings = [(one_line(self._grid[at]), 1)]
        if at + 1 < len(self._grid) and any(filled(cell) for cell in self._grid[at + 1]):
            readings.append((two_lines(self._grid[at], self._grid[at + 1]), 2))
        return [each for each in readings if sum(1 for key in each[0].keys if key in self._known) >= _FEWEST]

    def _score(self, laid: Match, headings: Headings, title: str) -> float:
        if not laid.suffices or len(laid.columns) < _FEWEST or not self._titles_suffice(laid, title):
            return 0.0
        near = any(word in self._name or word in title for word in laid.feed.recognise)
        in_file = any(word in self._file for word in laid.feed.recognise)
        if not (laid.signed or near or in_file):
            return 0.0
        known = len(laid.columns)
        share = 10 * known / max(headings.filled, 1)
        return known + share + _WORD_NEAR * near + _WORD_IN_FILE_NAME * in_file + _SIGN * laid.signed

    def _titles_suffice(self, laid: Match, title: str) -> bool:
        """Whether words say what a missing column would: without them no row would state anything, which is unsafe."""
        said = f"{self._name}|{title}|{self._file}"
        columns = [each for each in laid.feed.columns if each.from_title and not each.absent]
        return all(each.id in laid.columns or any(word in said for word in each.from_title) for each in columns)

    def why_not(self) -> str:
        """Why no feed reads this sheet: the nearest ones, and the headings they miss."""
        laid = [
            match(feed, headings, self._book.common)
            for at in range(min(_LOOK_FOR_HEADING, len(self._grid)))
            for headings, _ in self._readings(at)
            for feed in self._book
        ]
        most = max((len(each.columns) for each in laid), default=0)
        if most < _FEWEST:
            return "没有找到表头，整张表没有读取。请在第一行写上列名（例如 姓名、身份证号）再提交。"
        nearest = min((each for each in laid if len(each.columns) == most), key=lambda each: len(each.missing()))
        start = "没有认出这是哪一种表，整张表没有读取。"
        missing = "；".join(nearest.missing())
        if missing:
            return f"{start}最接近“{nearest.feed.title}”，但缺少表头：{missing}。请补上或改成这些列名再提交。"
        could_be = dict.fromkeys(each.feed.title for each in laid if len(each.columns) == most and not each.missing())
        titles = "、".join(f"“{title}”" for title in list(could_be)[:4])
        return f"{start}从表头看可能是{titles}。请在工作表名、标题或文件名里写明是哪一种，再提交。"


class _Walk:
    """Goes down a sheet once, row by row, from its first heading."""

    def __init__(self, sheet: Sheet, book: FeedBook, finder: _Finder, first: _Heading) -> None:
        self._sheet = sheet
        self._grid = sheet.grid
        self._finder = finder
        self._common = book.common
        self._file = finder.file_name
        self._tables: list[Table] = []
        titles = [line_of(row) for row in self._grid[: first.first] if any(filled(cell) for cell in row)]
        self._titles = set(titles)
        self._begin(first, self._section_title(first) or (titles[0] if titles else ""))
        self._above(first)

    def tables(self) -> list[Table]:
        """All tables of the sheet."""
        at = self._tables[0].header_row
        while at < len(self._grid):
            at += self._take(at)
        return self._tables

    def _above(self, first: _Heading) -> None:
        """The rows above the first heading are titles; one with a person's number is data all the same."""
        for at, row in enumerate(self._grid[: first.first]):
            if self._judge.section(row) is None and self._judge.has_identity(row):
                self._table.rows.append(Row(at + 1, row))
            elif any(filled(cell) for cell in row):
                self._table.skipped[at + 1] = TITLE

    def _begin(self, heading: _Heading, title: str) -> None:
        feed, columns = heading.match.feed, dict(heading.match.columns)
        words = {column: heading.headings.texts[at].strip() for column, at in columns.items()}
        table = Table(self._file, self._sheet.name, title, feed, columns, words, header_row=heading.last + 1)
        self._tables.append(table)
        self._table = table
        self._judge = RowJudge(table, self._common)
        self._new_section = False

    def _take(self, at: int) -> int:
        """Put the row (a heading may be two) where it belongs; how many rows that were."""
        row, table = self._grid[at], self._table
        section = self._judge.section(row)
        if section is None and self._judge.has_identity(row):
            table.rows.append(Row(at + 1, row))
            return 1
        if not any(filled(cell) for cell in row):
            return 1
        if section is not None:
            return self._section(at, starts=section)
        heading = self._finder.at(at, "".join(squeeze(self._line(number)) for number in self._recent_titles(at)))
        if heading is not None:
            return self._heading(heading)
        reason = self._title(at) or self._judge.reason(row)
        if reason is None:
            table.rows.append(Row(at + 1, row))
        else:
            table.skipped[at + 1] = reason
        return 1

    def _section(self, at: int, *, starts: bool) -> int:
        """A line around a section; the first starts a table, with the columns there are until a heading comes."""
        old = self._table
        if starts:
            self._table = Table(
                old.file, old.sheet, line_of(self._grid[at]), old.feed, old.columns, old.headings, header_row=at + 1
            )
            self._tables.append(self._table)
            self._judge = RowJudge(self._table, self._common)
            self._new_section = True
        else:
            old.skipped[at + 1] = SECTION
        return 1

    def _heading(self, heading: _Heading) -> int:
        """A heading that comes again, or another one: then a new table begins, or the section gets its columns."""
        table = self._table
        same = heading.match.feed.id == table.feed.id and dict(heading.match.columns) == dict(table.columns)
        if self._new_section and not table.rows:
            self._tables.pop()
            self._begin(heading, table.title)
            self._table.skipped = table.skipped | {table.header_row: TITLE}
        elif same:
            for at in range(heading.first, heading.last + 1):
                table.skipped[at + 1] = HEADING
        else:
            numbers = self._recent_titles(heading.first)
            self._begin(heading, self._line(numbers[0]) if numbers else table.title)
            for number in numbers:
                self._table.skipped[number] = table.skipped.pop(number)
        return heading.last + 1 - heading.first

    def _title(self, at: int) -> str | None:
        """A title that comes again, or one line that leads to another heading."""
        line = line_of(self._grid[at])
        if line in self._titles:
            return TITLE
        if not self._judge.can_be_title(self._grid[at]):
            return None
        for ahead in range(at + 1, min(at + 1 + _LOOK_AHEAD, len(self._grid))):
            row = self._grid[ahead]
            if self._judge.has_identity(row):
                return None
            if any(filled(cell) for cell in row) and self._finder.at(ahead, squeeze(line)) is not None:
                return TITLE
        return None

    def _recent_titles(self, at: int) -> list[int]:
        """The numbers of the titles right above a row (from 0), since the last heading."""
        begin = max(self._table.header_row + 1, at - _LOOK_AHEAD)
        return [n for n, reason in self._table.skipped.items() if reason == TITLE and begin <= n <= at]

    def _line(self, number: int) -> str:
        return line_of(self._grid[number - 1])

    def _section_title(self, first: _Heading) -> str | None:
        mark = first.match.feed.section_start
        for row in reversed(self._grid[: first.first]):
            if mark and row and isinstance(row[0], str) and heading_key(row[0]) == heading_key(mark):
                return line_of(row)
        return None
