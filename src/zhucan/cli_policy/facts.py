"""Facts as an official types them: ``--fact name=value``, or a TOML or CSV file with one subject."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from zhucan.cli_policy.sources import shown
from zhucan.cli_words import WRONG_COMMAND, give_up
from zhucan.rules.documents import read_csv
from zhucan.rules.errors import Fault, ValueFault
from zhucan.rules.examples import RESERVED
from zhucan.rules.vocabulary import Value, Vocabulary


def facts_given(vocabulary: Vocabulary, written: Sequence[str], file: Path | None, row: int | None) -> dict[str, Value]:
    """Facts by id, the options after the file. Ends the command, naming the fact, where one cannot be understood."""
    facts: dict[str, Value] = {}
    if file is not None:
        for name, text in _from_file(file, row).items():
            _add(vocabulary, facts, name, text, shown(file))
    for item in written:
        name, sign, text = item.partition("=")
        if not sign:
            give_up(f"--fact 写的是“{item}”。请写 名称=值，例如 残疾等级=2。", WRONG_COMMAND)
        _add(vocabulary, facts, name.strip(), text, f"--fact {item}")
    return facts


def _add(vocabulary: Vocabulary, facts: dict[str, Value], name: str, text: str, where: str) -> None:
    fact = vocabulary.find(name)
    if fact is None:
        give_up(f"{where}：词汇表里没有“{name}”。{vocabulary.nearest(name)}。", WRONG_COMMAND)
    try:
        value = fact.read(text)
    except ValueFault as error:
        give_up(f"{where}：{error.what}。改法：{error.remedy}。", WRONG_COMMAND)
    if value is not None:
        facts[fact.id] = value


def _from_file(file: Path, row: int | None) -> Mapping[str, str]:
    if not file.is_file():
        give_up(f"找不到文件“{file}”。请检查 --facts 的路径。", WRONG_COMMAND)
    return _from_toml(file) if file.suffix == ".toml" else _from_csv(file, row)


def _from_toml(file: Path) -> Mapping[str, str]:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        give_up(f"{shown(file)} 不是能读的 TOML（{error}）。请一行写一项：名称 = 值；中文名要加引号。", WRONG_COMMAND)
    return {name: _typed(value) for name, value in data.items()}


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else str(value)


def _from_csv(file: Path, row: int | None) -> Mapping[str, str]:
    """The only row, or the one on this line; the columns of worked examples that are no facts are left out."""
    faults: list[Fault] = []
    _, records = read_csv(file, faults, required=())
    if faults:
        give_up(str(faults[0]), WRONG_COMMAND)
    chosen = [record for record in records if row is None or record.line == row]
    if len(chosen) != 1:
        lines = f"第 {records[0].line} 到 {records[-1].line} 行" if records else "没有一行"
        give_up(f"{shown(file)} 里有{lines}。请用 --row 写明是第几行。", WRONG_COMMAND)
    return {name: text for name, text in chosen[0].cells.items() if name and name not in RESERVED}
