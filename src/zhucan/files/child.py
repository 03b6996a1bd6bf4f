"""Reading a file in a child process with limits of memory and time; whatever kills the child becomes a plain sentence.

The child is a fresh interpreter (``python -P -m zhucan.files.child``), so that nothing of the parent is at stake. It
answers through its pipe with a pickle of which the parent accepts plain data and days only. Where the system has no
``resource`` module (Windows), only time is limited; ``memory_is_limited`` says so.
"""

from __future__ import annotations

import gc
import importlib.util
import io
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from zhucan.files.limits import MEBIBYTE, Limits, Refused
from zhucan.files.readers import Grid, RawSheet, read_raw

_NO_MEMORY = 77


@dataclass(slots=True)
class RawFile:
    """What the child found: visible sheets, names of hidden ones, or the reason why nothing was read."""

    sheets: list[RawSheet] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    refusal: str = ""


def memory_is_limited() -> bool:
    """Whether this system lets a process limit its own memory."""
    return importlib.util.find_spec("resource") is not None


def read_in_child(path: Path, limits: Limits) -> RawFile:
    """Read a file in a child process; never raises for what the file holds."""
    process = start(path, limits)
    try:
        answer, _ = process.communicate(timeout=limits.seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return RawFile(
            refusal=f"读取这个文件超过 {limits.seconds:g} 秒，已停止。"
            "请删除多余的格式、行和列，或按乡镇拆成几个文件再提交。"
        )
    return outcome(process.returncode, answer, limits)


def start(path: Path, limits: Limits) -> subprocess.Popen[bytes]:
    """Start the child that reads a file; its answer comes through its standard output."""
    command = [sys.executable, "-P", "-m", "zhucan.files.child", str(path.resolve()), repr(asdict(limits))]
    nothing = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=nothing, stdout=subprocess.PIPE, stderr=nothing, env=_environment())


def outcome(code: int, answer: bytes, limits: Limits) -> RawFile:
    """What a child's exit code and answer amount to."""
    return _decode(answer) if code == 0 else RawFile(refusal=_death(code, limits))


def _environment() -> Mapping[str, str]:
    """The parent's environment with its import path, so that the child finds the same program."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONIOENCODING": "utf-8"}


def _death(code: int, limits: Limits) -> str:
    if code == _NO_MEMORY:
        return (
            f"读取这个文件需要的内存超过上限 {limits.memory // MEBIBYTE} MB，已停止。"
            "请删除多余的格式、行和列，或按乡镇拆成几个文件再提交。"
        )
    return (
        "读取这个文件时，读取程序意外中断（文件可能已损坏，或内容超出可用内存），其他文件不受影响。"
        "请用 Excel 或 WPS 打开，另存为 .xlsx 再提交；仍不行时请按乡镇拆成几个文件。"
    )


class _PlainData(pickle.Unpickler):
    """Accepts tuples, lists, texts, numbers and days: a child led astray cannot make the parent run anything."""

    def find_class(self, module: str, name: str) -> type:
        if (module, name) == ("datetime", "date"):
            return date
        raise pickle.UnpicklingError(f"{module}.{name}")


def _decode(answer: bytes) -> RawFile:
    gc.disable()  # millions of fresh tuples would be walked again and again
    try:
        sheets, hidden, refusal = _PlainData(io.BytesIO(answer)).load()
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError):
        return RawFile(refusal=_death(1, Limits()))
    finally:
        gc.enable()
    return RawFile([RawSheet(name, grid) for name, grid in sheets], hidden, refusal)


def _limit_memory(limits: Limits) -> None:
    if not memory_is_limited():
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold personal data


def _answer(path: Path, limits: Limits) -> tuple[list[tuple[str, Grid]], list[str], str]:
    try:
        sheets, hidden = read_raw(path, limits)
    except Refused as refusal:
        return [], [], str(refusal)
    return [(sheet.name, sheet.grid) for sheet in sheets], hidden, ""


def main(arguments: list[str]) -> int:
    """The child: read one file and write the answer to the pipe; 77 where memory does not suffice."""
    import ast

    path, bounds = arguments
    limits = Limits(**ast.literal_eval(bounds))
    _limit_memory(limits)
    gc.disable()
    try:
        answer = _answer(Path(path), limits)
        pickler = pickle.Pickler(sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
        pickler.fast = True  # no cell refers to another
        pickler.dump(answer)
        sys.stdout.buffer.flush()
    except MemoryError:
        return _NO_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
