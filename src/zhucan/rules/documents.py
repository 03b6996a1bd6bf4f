"""Reading TOML and CSV so that every mistake can be told with its line.

The standard library's TOML parser gives no positions, so the lines of table heads and keys are indexed beside it:
content files are flat (tables of keys, arrays of tables), which makes a line index exact.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import TypeAlias

from zhucan.rules.errors import Fault
from zhucan.rules.hints import nearest, toml_hint

TomlValue: TypeAlias = object

_HEAD = re.compile(r"^\s*(\[\[|\[)\s*([A-Za-z0-9_.-]+)\s*(?:\]\]|\])")
_KEY = re.compile(r"""^\s*(?:"([^"]+)"|([A-Za-z0-9_-]+))\s*=""")
_PAIR = re.compile(r"""(?<![\w"'])([A-Za-z_][A-Za-z0-9_-]*)\s*=(?!=)""")


@dataclass
class Entry:
    """One table of a TOML file: its keys, and the line each stands on. Reading a key marks it as understood."""

    document: Document
    head: str
    line: int
    values: Mapping[str, TomlValue]
    lines: Mapping[str, int]
    used: set[str] = field(default_factory=set)

    def fault(self, what: str, remedy: str, key: str = "") -> None:
        """Record a mistake at a key of this table, or at its head."""
        self.document.fault(self.lines.get(key, self.line), what, remedy)

    def text(self, key: str, *, default: str | None = None) -> str:
        """A text; without a default it must be there and not be empty."""
        self.used.add(key)
        value = self.values.get(key)
        if value is None:
            if default is None:
                self._missing(key)
            return default or ""
        if not isinstance(value, str):
            self.fault(f"{key} 应是文字，现在是 {value!r}", f'写成 {key} = "…"', key)
            return default or ""
        if default is None and not value.strip():
            self.fault(f"{key} 是空的", "写上内容", key)
        return value

    def _missing(self, key: str) -> None:
        """Record that a key is not there, or that a nearly equal one stands in its place."""
        near = get_close_matches(key, [word for word in self.values if word not in self.used], n=1, cutoff=0.75)
        if near:
            self.used.add(near[0])
            self.fault(f"{self.name}里不认识 {near[0]}，缺少 {key}", f"把 {near[0]} 改成 {key}", near[0])
        else:
            self.fault(f"{self.name}缺少 {key}", f'补一行 {key} = "…"')

    def integer(self, key: str, *, default: int | None = None) -> int | None:
        """A whole number, or the default."""
        self.used.add(key)
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(f"{key} 应是整数，现在是 {value!r}", f"写成 {key} = 1 这样的整数", key)
            return default
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """A truth value."""
        self.used.add(key)
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.fault(f"{key} 应是 true 或 false，现在是 {value!r}", f"写成 {key} = true", key)
            return default
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty when absent."""
        self.used.add(key)
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault(f"{key} 应是文字的列表", f'写成 {key} = ["…", "…"]', key)
            return ()
        return tuple(str(item) for item in value)

    def choice(self, key: str, choices: tuple[str, ...], *, default: str | None = None) -> str:
        """One of a fixed set of words."""
        if default is None and key not in self.values:
            self.used.add(key)
            self.fault(f"{self.name}缺少 {key}", f"补一行 {key} = …，写其中之一：" + "、".join(choices))
            return choices[0]
        value = self.text(key, default=default)
        if value in choices:
            return value
        if value or default is not None:  # an empty one that must be there was told by ``text``
            self.fault(f"{key} 不能是“{value}”", "写成其中之一：" + "、".join(filter(None, choices)), key)
        return default or choices[0]

    def raw(self, key: str) -> TomlValue | None:
        """Whatever stands there, for keys whose kind depends on another key."""
        self.used.add(key)
        return self.values.get(key)

    def finish(self) -> None:
        """Record every key and table nobody asked for: what is misspelt must not be silently ignored."""
        for key in self.values:
            if key not in self.used:
                line = self.lines.get(key) or self.document.line_of(key) or self.line
                self.document.fault(line, f"{self.name}里不认识 {key}", f"删去它，或改写。{nearest(key, self.used)}")

    @property
    def name(self) -> str:
        """How this table is called in a message."""
        return f"[[{self.head}]] " if self.head else "文件"


class Document:
    """A TOML file with line numbers; mistakes are collected in ``faults``, never thrown."""

    def __init__(self, path: Path, faults: list[Fault]) -> None:
        self.path = path
        self.faults = faults
        self.data: Mapping[str, TomlValue] = {}
        self._heads: dict[tuple[str, int], tuple[int, dict[str, int]]] = {}
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            self.fault(0, "文件不是 UTF-8 编码", "用记事本另存为 UTF-8")
            return
        try:
            self.data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"line (\d+)", str(error))
            line = int(found.group(1)) if found else text.count("\n") + 1
            self.fault(line, *toml_hint(str(error)))
            return
        self._index(text)

    def fault(self, line: int, what: str, remedy: str) -> None:
        """Record a mistake."""
        self.faults.append(Fault(self.path, line, what, remedy))

    def _index(self, text: str) -> None:
        counts: dict[str, int] = {}
        lines: dict[str, int] = {}
        self._heads[("", 0)] = (1, lines)
        for number, line in enumerate(text.splitlines(), 1):
            if head := _HEAD.match(line):
                name = head.group(2)
                index = counts.get(name, 0)
                counts[name] = index + 1
                lines = {}
                self._heads[(name, index)] = (number, lines)
            elif key := _KEY.match(line):
                # several keys may share a line inside an inline table; the first of a name wins
                lines.setdefault(key.group(1) or key.group(2), number)
                for pair in _PAIR.finditer(line):
                    lines.setdefault(pair.group(1), number)

    def line_of(self, table: str) -> int:
        """The line of the first table of this name; 0 when there is none."""
        return self._heads.get((table, 0), (0, {}))[0]

    def root(self) -> Entry:
        """The keys above the first table."""
        line, lines = self._heads.get(("", 0), (1, {}))
        return Entry(self, "", line, self.data, lines)

    def tables(self, name: str) -> list[Entry]:
        """The tables ``[[name]]`` in order (one for ``[name]``); empty when there is none."""
        value = self.data.get(name, [])
        if isinstance(value, dict):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(self._heads[("", 0)][1].get(name, 0), f"{name} 应写成表", f"写成 [[{name}]]，下面逐行写键")
            return []
        entries = []
        for index, item in enumerate(value):
            line, lines = self._heads.get((name, index), (0, {}))
            assert isinstance(item, dict)
            entries.append(Entry(self, name, line, item, lines))
        return entries


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a CSV file: its line, and text by column heading (stripped)."""

    line: int
    cells: Mapping[str, str]


def read_csv(path: Path, faults: list[Fault], *, required: tuple[str, ...]) -> tuple[list[str], list[Record]]:
    """The headings and rows of a CSV file; empty lines and lines whose first cell begins with ``#`` are passed over.

    Accepts UTF-8 (with or without BOM) and GB18030, because officials save from a spreadsheet program.
    """
    try:
        text = _decode(path.read_bytes())
    except UnicodeDecodeError:
        faults.append(Fault(path, 0, "文件编码无法识别", "另存为 CSV UTF-8"))
        return [], []
    return _records(path, text, faults, required)


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _records(path: Path, text: str, faults: list[Fault], required: tuple[str, ...]) -> tuple[list[str], list[Record]]:
    headings: list[str] = []
    records: list[Record] = []
    reader = csv.reader(StringIO(text, newline=""))  # ends of lines only, not what str.splitlines takes for one
    for row in reader:
        line = reader.line_num
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#"):
            continue
        if not headings:
            headings = cells
            if not _check_headings(path, line, headings, required, faults):
                return headings, []
            continue
        if "，" in cells[0]:
            faults.append(Fault(path, line, "格子之间用了中文逗号", "改成英文逗号，或用表格软件编辑这个文件"))
            continue
        if len(cells) > len(headings):
            faults.append(
                Fault(path, line, f"这一行有 {len(cells)} 格，表头只有 {len(headings)} 格", "检查是否多了逗号")
            )
            continue
        cells += [""] * (len(headings) - len(cells))
        records.append(Record(line, dict(zip(headings, cells, strict=True))))
    if not headings:
        faults.append(Fault(path, 0, "文件是空的", "第一行写表头：" + ",".join(required)))
    return headings, records


def _check_headings(path: Path, line: int, headings: list[str], required: tuple[str, ...], faults: list[Fault]) -> bool:
    """Whether the headings are sound; rows under headings that are not would only repeat the mistake."""
    before = len(faults)
    for heading in required:
        if heading not in headings:
            faults.append(Fault(path, line, f"表头缺少 {heading}", f"在第一行加一列 {heading}"))
    for heading in sorted({h for h in headings if h and headings.count(h) > 1}):
        faults.append(Fault(path, line, f"表头 {heading} 出现了两次", "只留一列"))
    return len(faults) == before
