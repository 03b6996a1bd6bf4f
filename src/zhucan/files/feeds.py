"""Feeds: what another office's kind of table looks like, read from ``content/feeds/*.toml``.

A feed is content, not code: an office that writes its headings otherwise adds them to the file, and every later folder
of an office's own content overrides the shipped feed of the same id. A mistake names its file and key in Chinese.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from zhucan.files.headings import heading_key, squeeze
from zhucan.files.toml_table import FeedError, TomlTable

__all__ = ["Column", "Common", "Feed", "FeedBook", "FeedError", "Gives", "load_feeds"]

Plain: TypeAlias = bool | int | str
KINDS = ("roster", "facts", "receipts", "returns")
COLUMN_KINDS = frozenset(
    {
        *("citizen_id", "certificate_number", "account", "name", "phone", "township", "village", "sequence", "text"),
        *("date", "month", "yes_no", "money", "integer", "level", "category", "components"),
    }
)
IDENTITY_KINDS = frozenset({"citizen_id", "certificate_number", "account"})
_COMMON = "_common.toml"
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a feed. ``headings`` are keys (see ``heading_key``), the best one first.

    ``required``: the heading must be there, and a row whose cell cannot be read is rejected. ``absent`` is the cell
    assumed where a table has no such column at all (a 特困 list without 状态 lists those on it).
    ``from_title``: where the column is not there, the cell is the first of these words found in the name of the sheet
    or its title. ``other_words``: what a column that ``where`` compares may say besides the words that count; anything
    else in it is told, and nothing is concluded from the row.
    """

    id: str
    kind: str
    headings: tuple[str, ...]
    required: bool = False
    absent: str | None = None
    from_title: tuple[str, ...] = ()
    other_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gives:
    """A fact that a row states: ``value``, or what stands in ``column``.

    ``where`` and ``unless`` compare the value of a column with words (a row counts if every ``where`` column holds one
    of its words and no ``unless`` column does). ``from_`` and ``until`` name columns, the first filled one counts; with
    none filled there is no bound. ``absence`` is what a covered person missing from the list has; None: nothing is
    known. ``outside`` names a column: the row counts only where that text is a place outside the county of the run.
    ``year`` names a column: the row counts only for days of that year.
    """

    fact: str
    value: Plain | None = None
    column: str | None = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    from_: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    absence: Plain | None = None
    outside: str | None = None
    year: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """One kind of table. ``any_of``: of each group at least one heading must be there. ``signs``: headings that alone
    speak for this feed; without one of them a word of ``recognise`` must stand in the sheet's name, title or file name.

    ``section_start`` and ``section_end`` are the first cells of the lines around a section of a text file (H, T); the
    starting line is the title of its table. ``benefits`` maps words of titles to policies (receipts and returns).
    """

    id: str
    title: str
    office: str
    kind: str
    columns: tuple[Column, ...]
    recognise: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()
    carry_down: tuple[str, ...] = ()
    group_start: str | None = None
    section_start: str | None = None
    section_end: str | None = None
    benefits: Mapping[str, str] = field(default_factory=dict)
    gives: tuple[Gives, ...] = ()

    def column(self, column_id: str) -> Column:
        """The column of this id.

        Raises:
            KeyError: the feed has no such column.
        """
        for column in self.columns:
            if column.id == column_id:
                return column
        raise KeyError(column_id)

    def words_that_count(self, column_id: str) -> tuple[str, ...]:
        """The words by which some ``where`` counts a row by this column; none where no ``where`` names it."""
        words = (word for gives in self.gives for word in gives.where.get(column_id, ()))
        return tuple(dict.fromkeys(words))

    def benefit(self, *texts: str) -> str | None:
        """The policy that the first speaking text (title, sheet, file …) names; None where none names just one."""
        for text in texts:
            found = {policy for word, policy in self.benefits.items() if word in squeeze(text)}
            if len(found) == 1:
                return found.pop()
        return None


@dataclass(frozen=True, slots=True)
class Common:
    """Words of spreadsheets that hold for every feed: rows and sheets that are no data, and other people's columns."""

    totals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sheets_without_data: tuple[str, ...] = ()
    other_people: tuple[str, ...] = ()
    observed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedBook:
    """All feeds in force, in the order of their ids, the words common to them, and the code tables they name.

    ``codes`` maps a table to its words (labels, ids, variants, codes as text) with the integer each of them means.
    """

    feeds: tuple[Feed, ...]
    common: Common
    codes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def heading_keys(self) -> frozenset[str]:
        """The keys of all headings of all feeds."""
        return frozenset(heading for feed in self.feeds for column in feed.columns for heading in column.headings)

    def __iter__(self) -> Iterator[Feed]:
        return iter(self.feeds)

    def __getitem__(self, feed_id: str) -> Feed:
        for feed in self.feeds:
            if feed.id == feed_id:
                return feed
        raise KeyError(feed_id)


def load_feeds(content_dirs: Sequence[Path]) -> FeedBook:
    """Read ``feeds/*.toml`` of each content folder; a later folder overrides feeds of the same id, and common words.

    Raises:
        FeedError: a file is not TOML or says what no feed can; names file, key, what is wrong and what to write.
    """
    feeds: dict[str, Feed] = {}
    common = Common()
    for folder in content_dirs:
        for path in sorted((folder / "feeds").glob("*.toml")):
            table = _read(path)
            if path.name == _COMMON:
                common = _common(table)
            else:
                feed = _feed(table)
                feeds[feed.id] = feed
    codes = _code_tables(content_dirs, feeds)
    return FeedBook(tuple(feeds[key] for key in sorted(feeds)), common, MappingProxyType(codes))


def _code_tables(content_dirs: Sequence[Path], feeds: Mapping[str, Feed]) -> dict[str, Mapping[str, int]]:
    """The code tables that columns name, from ``vocabulary/codes/<table>.csv``; a later folder overrides."""
    codes: dict[str, Mapping[str, int]] = {}
    for feed in feeds.values():
        for column in feed.columns:
            name = column.kind.removeprefix("code:")
            if name == column.kind or name in codes:
                continue
            paths = [folder / "vocabulary" / "codes" / f"{name}.csv" for folder in content_dirs]
            found = [path for path in paths if path.is_file()]
            if not found:
                where = Path(f"{feed.id}.toml")
                raise FeedError(
                    where, f"column.{column.id}.kind", f"没有代码表 {name}", f"请建立 vocabulary/codes/{name}.csv"
                )
            codes[name] = _code_words(found[-1])
    return codes


def _code_words(path: Path) -> dict[str, int]:
    words: dict[str, int] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for line in csv.DictReader(stream):
            code = int(line["code"])
            spellings = [line["zh"], line["code"], line["id"], *(line.get("variants") or "").split("|")]
            words.update((word, code) for word in spellings if word)
    return words


def _read(path: Path) -> TomlTable:
    try:
        with path.open("rb") as stream:
            return TomlTable(path, "", tomllib.load(stream))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        place = _PLACE.search(str(problem))
        where = f"，第 {place[1]} 行第 {place[2]} 列附近" if place else ""
        raise FeedError(path, "", f"不是有效的 TOML{where}", "请检查引号、括号和等号，文件须为 UTF-8 编码") from None


def _common(table: TomlTable) -> Common:
    common = Common(
        totals=table.texts("totals"),
        notes=table.texts("notes"),
        sheets_without_data=table.texts("sheets_without_data"),
        other_people=table.texts("other_people"),
        observed=table.texts("observed"),
    )
    table.nothing_else()
    return common


def _feed(table: TomlTable) -> Feed:
    columns = tuple(_column(each) for each in table.tables("column"))
    if not columns:
        raise table.error("column", "没有列", "至少写一个 [[column]]")
    feed = Feed(
        id=table.text("id"),
        title=table.text("title"),
        office=table.text("office"),
        kind=table.choice("kind", KINDS),
        columns=columns,
        recognise=tuple(squeeze(word) for word in table.texts("recognise")),
        signs=table.texts("signs"),
        any_of=table.groups("any_of"),
        carry_down=table.texts("carry_down"),
        group_start=table.optional_text("group_start"),
        section_start=table.optional_text("section_start"),
        section_end=table.optional_text("section_end"),
        benefits=MappingProxyType(table.words("benefits")),
        gives=tuple(_gives(each) for each in table.tables("gives")),
    )
    table.nothing_else()
    _check_references(table, feed)
    return feed


def _column(table: TomlTable) -> Column:
    kind = table.text("kind")
    if kind not in COLUMN_KINDS and not kind.startswith("code:"):
        raise table.error("kind", f"“{kind}”不是列的种类", f"请写 {'、'.join(sorted(COLUMN_KINDS))} 或 code:代码表")
    headings = tuple(dict.fromkeys(heading_key(each) for each in table.texts("headings")))
    if not headings or not all(headings):
        raise table.error("headings", "没有可以辨认的表头", "请写出这一列在表里的叫法，至少一个")
    column = Column(
        id=table.text("id"),
        kind=kind,
        headings=headings,
        required=table.flag("required"),
        absent=table.optional_text("absent"),
        from_title=table.texts("from_title"),
        other_words=table.texts("other_words"),
    )
    table.nothing_else()
    return column


def _gives(table: TomlTable) -> Gives:
    gives = Gives(
        fact=table.text("fact"),
        value=table.plain("value"),
        column=table.optional_text("column"),
        where=MappingProxyType(table.word_lists("where")),
        unless=MappingProxyType(table.word_lists("unless")),
        from_=table.texts("from"),
        until=table.texts("until"),
        absence=table.plain("absence"),
        outside=table.optional_text("outside"),
        year=table.optional_text("year"),
    )
    if (gives.value is None) == (gives.column is None):
        raise table.error("value", "value 和 column 要写而且只写一个", "写 value = true,或 column = “列的 id”")
    table.nothing_else()
    return gives


def _check_references(table: TomlTable, feed: Feed) -> None:
    """Every name of a column must be one of the feed's columns, and ids and headings must not be used twice."""
    ids = [column.id for column in feed.columns]
    if len(set(ids)) != len(ids):
        raise table.error("column", "两列的 id 相同", "每一列用不同的 id")
    owners: dict[str, str] = {}
    for column in feed.columns:
        for heading in column.headings:
            if owners.setdefault(heading, column.id) != column.id:
                raise table.error(f"column.{column.id}.headings", f"“{heading}”已属于列 {owners[heading]}", "只留一处")
    for key, names in _named_columns(feed):
        for name in names:
            if name not in ids:
                raise table.error(key, f"没有名为 {name} 的列", f"可用的列：{'、'.join(ids)}")


def _named_columns(feed: Feed) -> Iterator[tuple[str, Sequence[str]]]:
    yield "signs", feed.signs
    for group in feed.any_of:
        yield "any_of", group
    yield "carry_down", feed.carry_down
    yield "group_start", [feed.group_start] if feed.group_start else []
    for gives in feed.gives:
        yield f"gives.{gives.fact}", [*gives.where, *gives.unless, *gives.from_, *gives.until]
        yield f"gives.{gives.fact}", [name for name in (gives.column, gives.outside, gives.year) if name]
