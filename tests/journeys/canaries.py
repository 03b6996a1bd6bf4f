"""People nobody can mistake, and where nothing of them may be found."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.journeys.conftest import Seen, Server
from tests.journeys.rosters import citizen_id


@dataclass(frozen=True, slots=True)
class Canary:
    """Somebody of the roster with a mark in everything that names him."""

    name: str
    initials: str
    citizen_id: str
    phone: str
    account: str

    @property
    def certificate(self) -> str:
        """His certificate number: the citizen ID, 肢体 (4), level 1."""
        return f"{self.citizen_id}41"

    @property
    def marks(self) -> tuple[str, ...]:
        """What must be found nowhere."""
        return (self.name, self.citizen_id, self.certificate, self.phone, self.account)

    def row(self, **changed: str) -> Mapping[str, str]:
        """His row of the roster."""
        return {
            "姓名": self.name, "身份证号": self.citizen_id, "残疾人证号": self.certificate, "残疾类别": "肢体",
            "残疾等级": "一级", "发证日期": "2024-05-06", "有效期至": "2034-05-06", "乡镇(街道)": "江南街道",
            "村(社区)": "南江社区", "联系电话": self.phone, "开户银行": "农村信用社", "银行账号": self.account,
            "是否需要长期照护": "是",
        } | changed  # fmt: skip


CANARIES = (
    Canary("禤酉镝", "xyd", citizen_id("45080319570203551"), "13978151237", "6217002870001234561"),
    Canary("亓官翀", "qgc", citizen_id("45080319610817663"), "13978152348", "6217002870001234572"),
    Canary("逄麴锳", "pqy", citizen_id("45080319690925774"), "13978153459", "6217002870001234583"),
    Canary("璩啻甪", "qcl", citizen_id("45080319720314885"), "13978154560", "6217002870001234594"),
    Canary("郗夼钰", "xky", citizen_id("45080319751111996"), "13978155671", "6217002870001234605"),
)
"""The first two come in good rows, the others in broken ones."""


def marks() -> list[str]:
    """All marks of all canaries."""
    return [mark for one in CANARIES for mark in one.marks]


def leaks(server: Server, seen: Seen, pages: list[str]) -> list[str]:
    """Where a mark was found; looked for in everything the server left behind and the browser asked."""
    found: list[str] = []
    for where, text in _places(server, seen, pages):
        found += [f"{where}: {mark}" for mark in marks() if mark in text]
    return found + _bytes(server)


def _places(server: Server, seen: Seen, pages: list[str]) -> Iterator[tuple[str, str]]:
    yield "log", server.log + (server.data.parent / "stderr.log").read_text(encoding="utf-8")
    yield "addresses and referrers", "\n".join(part for pair in seen.requests for part in pair)
    for number, page in enumerate(pages):
        yield f"error page {number}", page
    yield "file names", "\n".join(str(path) for path in server.data.rglob("*"))
    if not (server.data / "zhucan.sqlite3").exists():
        return
    with sqlite3.connect(server.data / "zhucan.sqlite3") as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                yield f"table {table}", _text(row)


def _text(row: tuple[object, ...]) -> str:
    """A row as text; what stands escaped in JSON is read."""
    told = []
    for cell in row:
        text = cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
        told.append(text)
        if "\\u" in text:
            told.append(re.sub(r"\\u([0-9a-f]{4})", lambda hit: chr(int(hit.group(1), 16)), text))
    return json.dumps(told, ensure_ascii=False)


def _bytes(server: Server) -> list[str]:
    """Marks in any file below the data directory: database, its log, uploads, snapshots, results."""
    found = []
    for path in server.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for mark in marks():
                forms = {mark.encode(encoding) for encoding in ("utf-8", "utf-16-le", "gb18030")}
                if any(form in content for form in forms):
                    found.append(f"bytes of {path.relative_to(server.data)}: {mark}")
    return found
