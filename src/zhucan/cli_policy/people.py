"""A table of people for ``zhucan policy simulate``: CSV or Parquet, columns headed by fact id or Chinese label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from zhucan.cli_policy.sources import line_of, shown
from zhucan.cli_words import NO_FILES, WRONG_COMMAND, give_up
from zhucan.rules.documents import read_csv
from zhucan.rules.errors import Fault, ValueFault
from zhucan.rules.vocabulary import Fact, FactType, Value, Vocabulary

_SHOWN = 10
_TYPES: dict[FactType, pl.DataType] = {FactType.YES_NO: pl.Boolean(), FactType.DATE: pl.Date()}


def read_people(path: Path, vocabulary: Vocabulary) -> pl.LazyFrame:
    """The people with one column per fact id (Boolean, Int64, Date); other columns keep their name and are text.

    Ends the command, naming line, column and value, where a cell cannot be understood.
    """
    if not path.is_file():
        give_up(f"找不到人员文件“{path}”。请检查 --people 的路径。", WRONG_COMMAND)
    problems: list[str] = []
    frame = _parquet(path, vocabulary, problems) if path.suffix == ".parquet" else _csv(path, vocabulary, problems)
    _give_up_over(problems)
    if not any(name in vocabulary.facts for name in frame.collect_schema().names()):
        give_up(f"{shown(path)} 没有一列是词汇表里的事实。表头请写事实的 id 或中文名，例如 残疾等级。", NO_FILES)
    return frame


def _give_up_over(problems: Sequence[str]) -> None:
    if problems:
        told = [f"  {problem}" for problem in problems[:_SHOWN]]
        rest = [f"  另有 {len(problems) - _SHOWN} 处。"] if len(problems) > _SHOWN else []
        give_up("\n".join([f"人员文件有 {len(problems)} 处错误，没有计算：", *told, *rest]), NO_FILES)


def _refuse_twice(path: Path, headings: Iterable[str], vocabulary: Vocabulary) -> None:
    """A fact may head one column only, be it by id or by label."""
    seen: dict[str, str] = {}
    problems = []
    for heading in headings:
        fact = vocabulary.find(heading)
        name = fact.id if fact is not None else heading
        if name in seen:
            problems.append(f"{shown(path)}: 列“{heading}”与列“{seen[name]}”是同一项。改法：只留一列。")
        seen.setdefault(name, heading)
    _give_up_over(problems)


def _csv(path: Path, vocabulary: Vocabulary, problems: list[str]) -> pl.LazyFrame:
    faults: list[Fault] = []
    headings, records = read_csv(path, faults, required=())
    _give_up_over([line_of(fault) for fault in faults])
    _refuse_twice(path, filter(None, headings), vocabulary)
    columns: list[pl.Series] = []
    for heading in filter(None, headings):
        texts = [record.cells[heading] for record in records]
        fact = vocabulary.find(heading)
        if fact is None:
            columns.append(pl.Series(heading, texts, dtype=pl.String))
        else:
            columns.append(_column(fact, texts, [record.line for record in records], shown(path), problems))
    return pl.LazyFrame(columns)


def _column(fact: Fact, texts: Sequence[str], lines: Sequence[int], file: str, problems: list[str]) -> pl.Series:
    """Texts as values of the fact; each different text is read once, and told once if it cannot be."""
    read: dict[str, Value | None] = {}
    times = Counter(texts)
    for text, line in zip(texts, lines, strict=True):
        if text not in read:
            try:
                read[text] = fact.read(text)
            except ValueFault as error:
                read[text] = None
                others = times[text] - 1
                more = f"另有 {others:,} 行也这样写。" if others else ""
                problems.append(f"{file}:{line}: {error.what}。改法：{error.remedy}。{more}")
    return pl.Series(fact.id, [read[text] for text in texts], dtype=_TYPES.get(fact.type, pl.Int64()))


def _parquet(path: Path, vocabulary: Vocabulary, problems: list[str]) -> pl.LazyFrame:
    frame = pl.scan_parquet(path)
    _refuse_twice(path, frame.collect_schema().names(), vocabulary)
    made: list[pl.Expr] = []
    for name, type_ in frame.collect_schema().items():
        fact = vocabulary.find(name)
        if fact is None:
            made.append(pl.col(name))
            continue
        wanted = _TYPES.get(fact.type, pl.Int64())
        if type_ != wanted and not (type_.is_integer() and wanted == pl.Int64()):
            problems.append(f"{shown(path)}: 列“{name}”是 {type_}，应是 {wanted}。改法：{_stored(fact)}。")
        made.append(pl.col(name).cast(wanted, strict=False).alias(fact.id))
    return frame.select(made)


def _stored(fact: Fact) -> str:
    """How a Parquet file stores this fact."""
    match fact.type:
        case FactType.YES_NO:
            return "存成布尔值，不知道就留空值"
        case FactType.DATE:
            return f"存成日期（不带时间），例如 {date(2026, 11, 1)}"
        case FactType.MONEY:
            return "存成整数，单位是分"
        case _:
            return "存成整数"
