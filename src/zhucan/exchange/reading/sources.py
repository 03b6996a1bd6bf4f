"""Files of a load as sources: in a private folder for as long as a child reads them, under names that tell nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from zhucan.exchange.reading.background import Stopped, Ticker
from zhucan.exchange.reading.choices import Choices
from zhucan.files.child import RawFile, outcome, start
from zhucan.files.feeds import FeedBook
from zhucan.files.guards import SPREADSHEETS
from zhucan.files.limits import LIMITS, Limits
from zhucan.files.read import interpret
from zhucan.files.tables import Sheet, SourceFile

_AT_ONCE = 2
_LEFT_OVER = 3600
"""Seconds after which a folder somebody left behind (a killed process) is removed."""
_LOOK = 0.2


class Given(NamedTuple):
    """A file as somebody sent it: its number in the load, his name for it, its bytes."""

    number: int
    name: str
    data: bytes


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder only this user may enter, under the data directory; gone afterwards with all it holds."""
    above = Path(settings.ZHUCAN_DATA) / "reading"
    above.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_left_over(above)
    folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=above))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_over(above: Path) -> None:
    limit = time.time() - _LEFT_OVER
    for each in above.iterdir():
        owner = each.name.partition("-")[0]
        alive = owner.isdecimal() and _is_alive(int(owner))
        if not alive or each.stat().st_mtime < limit:
            shutil.rmtree(each, ignore_errors=True)


def _is_alive(process: int) -> bool:
    if os.name == "nt":
        return True  # there is no harmless question on Windows; age decides
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def read_sources(
    given: Sequence[Given], folder: Path, book: FeedBook, choices: Choices, ticker: Ticker, limits: Limits = LIMITS
) -> list[SourceFile]:
    """Read the files in their order; never raises for what they hold.

    Raises:
        Stopped: nobody waits any more; the children are ended.
    """
    taught = choices.book(book)
    sources: list[SourceFile] = []
    ticker.at("读取文件", 0, len(given))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        waiting = [pool.submit(_read, each, folder, limits, ticker) for each in given]
        for each, raw in zip(given, waiting, strict=True):
            sources.append(_source(each, raw.result(), taught, choices))
            ticker.step()
    return sources


def _source(given: Given, raw: RawFile, book: FeedBook, choices: Choices) -> SourceFile:
    name = Path(given.name).name
    source = SourceFile(Path(name), refusal=raw.refusal, hidden_sheets=raw.hidden)
    source.spreadsheet = source.path.suffix.lower() in SPREADSHEETS
    source.sheets = [Sheet(sheet.name, sheet.grid) for sheet in raw.sheets]
    interpret(source, book, choose=lambda sheet: choices.of(given.number, sheet, book))
    return source


def _read(given: Given, folder: Path, limits: Limits, ticker: Ticker) -> RawFile:
    path = folder / f"{given.number}{Path(given.name).suffix.lower()[:6]}"
    if ticker.stopped:
        raise Stopped
    path.write_bytes(given.data)
    path.chmod(0o600)
    try:
        return _in_child(path, limits, ticker)
    finally:
        path.unlink(missing_ok=True)


def _in_child(path: Path, limits: Limits, ticker: Ticker) -> RawFile:
    process = start(path, limits)
    end = time.monotonic() + limits.seconds
    while True:
        try:
            answer, _ = process.communicate(timeout=_LOOK)
            return outcome(process.returncode, answer, limits)
        except subprocess.TimeoutExpired:
            late = time.monotonic() > end
            if not (late or ticker.stopped):
                continue
        process.kill()
        process.communicate()
        if ticker.stopped:
            raise Stopped
        return RawFile(refusal=too_slow(limits))


def too_slow(limits: Limits) -> str:
    """What is said of a file that takes longer to read than allowed."""
    return f"读取这个文件超过 {limits.seconds:g} 秒，已停止。请删除多余的格式、行和列，或按乡镇拆成几个文件再提交。"
