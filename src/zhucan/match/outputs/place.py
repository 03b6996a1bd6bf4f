"""The output folder: written beside its place and moved there whole, never over anything a person has worked on."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MANIFEST = "文件清单.csv"
_HEADINGS = ("文件", "含个人信息", "字节", "sha256")
_OPEN_MARKS = ("~$*", ".~lock.*#", ".~*")
_NO_PERSONAL_DATA = frozenset({"summary.html", MANIFEST})
_BLOCK = 1 << 20


class OutputError(Exception):
    """The output folder cannot be written; the message says in Chinese what is in the way and what to do."""


@contextmanager
def fresh_folder(out: Path) -> Iterator[Path]:
    """A folder to fill, which becomes ``out`` when the block ends well and vanishes when it does not.

    An earlier run in ``out`` is replaced only if every file in it is still as that run wrote it.

    Raises:
        OutputError: ``out`` holds anything else, is no folder, a file in it is open, or the place cannot be written.
    """
    out = out.absolute()
    refuse_unless_ours(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".未完成", dir=out.parent))
    except OSError as error:
        raise OutputError(f"不能在“{out.parent}”里新建文件夹：{error.strerror}。请换一个能写入的位置。") from error
    try:
        yield folder
        _write_manifest(folder)
        _protect(folder)
        refuse_unless_ours(out)
        _move_into_place(folder, out)
    except PermissionError as error:
        raise OutputError(_IN_USE.format(out)) from error
    except OSError as error:
        raise OutputError(f"写“{out}”时出错：{error.strerror}。什么都没有改动，请检查磁盘空间后再运行一次。") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_IN_USE = (
    "“{}”里有文件正被别的程序打开，或没有写入的权限。请关闭 Excel 或 WPS 里的这些文件，再运行一次。什么都没有改动。"
)


def refuse_unless_ours(out: Path) -> None:
    """Pass if ``out`` is absent, empty, or an earlier run left untouched.

    Raises:
        OutputError: otherwise.
    """
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise OutputError(f"“{out}”不是文件夹。请换一个输出位置。")
    if not out.exists() or not any(out.iterdir()):
        return
    opened = next((mark for pattern in _OPEN_MARKS for mark in out.rglob(pattern)), None)
    if opened is not None:
        name = opened.name.removeprefix("~$").removeprefix(".~lock.").removeprefix(".~").removesuffix("#")
        raise OutputError(f"“{out}”里的“{name}”正被打开。请在 Excel 或 WPS 里关闭它，再运行一次。")
    if not (out / MANIFEST).is_file():
        raise OutputError(f"“{out}”里已有别的文件，不能覆盖。请换一个空文件夹，或另起一个名字。")
    changed = _changed(out)
    if changed:
        raise OutputError(
            f"“{out}”里的“{changed}”在上次比对之后加进来或改动过，不能覆盖。请先把它移走，或换一个输出文件夹。"
        )


def _changed(out: Path) -> str | None:
    """The first file that an earlier run did not write, or that has changed since."""
    with (out / MANIFEST).open(encoding="utf-8-sig", newline="") as lines:
        known = {row["文件"]: row["sha256"] for row in csv.DictReader(lines)}
    for path in _files(out):
        name = path.relative_to(out).as_posix()
        if name != MANIFEST and known.get(name) != _digest(path):
            return name
    return None


def _write_manifest(folder: Path) -> None:
    with (folder / MANIFEST).open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_HEADINGS)
        for path in _files(folder):
            name = path.relative_to(folder).as_posix()
            if name != MANIFEST:
                writer.writerow((name, "否" if name in _NO_PERSONAL_DATA else "是", path.stat().st_size, _digest(path)))


def _protect(folder: Path) -> None:
    """Files about persons are for their owner alone; a page without them may be read by all."""
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(0o700)
        else:
            path.chmod(0o644 if path.relative_to(folder).as_posix() in _NO_PERSONAL_DATA else 0o600)


def _move_into_place(folder: Path, out: Path) -> None:
    """Rename; an earlier run steps aside first and comes back if the new one cannot take its place."""
    earlier = folder.with_suffix(".旧")
    if out.exists():
        out.rename(earlier)
    try:
        os.replace(folder, out)  # noqa: PTH105  # Path.replace would hide that it is one system call
    except OSError:
        if earlier.exists():
            earlier.rename(out)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while block := content.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
