"""Where people can go, write and call: ``offices/offices.csv`` of every content folder. See its README.

Nobody who cannot hear or speak may be left with a number alone, so a row with a phone names a way to write too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhucan.rules.documents import Record, read_csv
from zhucan.rules.errors import ContentError, Fault

KINDS = ("残联", "办事窗口", "民政", "热线", "其他")
"""What an office can be."""
COLUMNS = ("division", "name", "kind", "address", "hours", "phone", "text", "note", "source")
_LENGTHS = (2, 4, 6, 9, 12)
_NUMBER = re.compile(r"\+?\d[\d\- ]{2,18}\d(?: ?(?:转|ext\.?) ?\d{1,6})?")
_BETWEEN = re.compile(r"[、；;/]")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as written, and as a telephone dials it."""

    said: str
    dialled: str


@dataclass(frozen=True, slots=True)
class Office:
    """One place to turn to. ``division``: the digits of the place it answers for, "" the nation; ``text``: how to
    reach it without speaking.
    """

    division: str
    name: str
    kind: str
    address: str
    hours: str
    phones: Sequence[Phone]
    text: str
    note: str
    source: str


def load_offices(content: Iterable[Path]) -> tuple[Office, ...]:
    """The offices of all content folders, in the order of files and lines.

    Raises:
        ContentError: a file has mistakes; all of them are named.
    """
    faults: list[Fault] = []
    found = [office for folder in content for office in read_offices(folder, faults)]
    if faults:
        raise ContentError(faults)
    return tuple(found)


def read_offices(folder: Path, faults: list[Fault]) -> list[Office]:
    """The offices of one content folder, none without a file; mistakes go to ``faults``, their rows are left out."""
    path = folder / "offices" / "offices.csv"
    if not path.is_file():
        return []
    headings, records = read_csv(path, faults, required=COLUMNS)
    for heading in headings:
        if heading and heading not in COLUMNS:
            faults.append(Fault(path, 1, f"表头“{heading}”不认识", "删去这一列，可写的列：" + "、".join(COLUMNS)))
    rows = [_office(path, record, faults) for record in records]
    return [row for row in rows if row is not None]


def _office(path: Path, record: Record, faults: list[Fault]) -> Office | None:
    cells, before = {name: record.cells.get(name, "") for name in COLUMNS}, len(faults)

    def fault(what: str, remedy: str) -> None:
        faults.append(Fault(path, record.line, what, remedy))

    _check(cells, fault)
    phones = [_phone(one.strip(), fault) for one in _BETWEEN.split(cells["phone"]) if one.strip()]
    if len(faults) > before:
        return None
    return Office(
        cells["division"], cells["name"], cells["kind"], cells["address"], cells["hours"],
        [one for one in phones if one is not None], cells["text"], cells["note"], cells["source"],
    )  # fmt: skip


def _check(cells: dict[str, str], fault: Callable[[str, str], None]) -> None:
    division = cells["division"]
    is_code = division.isascii() and division.isdecimal() and len(division) in _LENGTHS and division[0] != "0"
    if division and not is_code:
        fault(f"division “{division}”不是区划代码", "写 2、4、6、9 或 12 位数字，例如 450803；全国的留空")
    if not cells["name"]:
        fault("没有写 name", "写名称，例如 港南区残疾人联合会")
    if cells["kind"] not in KINDS:
        fault(f"kind 不能是“{cells['kind']}”", "写成其中之一：" + "、".join(KINDS))
    if cells["phone"] and not cells["text"]:
        fault(
            "有电话，没有写不用说话的联系办法 text",
            "在 text 写网站、微信、写信或者预约当面写，听不见、说不了话的人才用得上",
        )
    if not (cells["phone"] or cells["text"] or cells["address"]):
        fault("地址、电话、不用说话的联系办法都没有写", "至少写一样，不然找不到")
    if not cells["source"]:
        fault("没有写来源 source", "写从哪里知道的，例如 县残联网站，2026-11-01")


def _phone(text: str, fault: Callable[[str, str], None]) -> Phone | None:
    if not _NUMBER.fullmatch(text):
        fault(f"电话“{text}”写法不对", "写数字，区号后面用 -，例如 0775-0000001；几个电话用顿号隔开")
        return None
    return Phone(text, re.sub(r"[^\d+]", "", re.split(r"转|ext", text)[0]))
