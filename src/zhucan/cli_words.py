"""How the command line speaks: plain Chinese, plain lines where nobody watches a terminal, one way to give up."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NoReturn

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort, TyperException

WRONG_COMMAND, NO_FILES, NO_OUTPUT, WRONG_CONTENT, NOT_READY, BROKEN_OFF = 2, 3, 4, 5, 6, 130
EXIT_CODES = (
    "退出码：0 完成；1 policy check、policy test、audit verify 或备份演练发现了问题；"
    "2 命令写错（文件夹不存在、区划或日期不对）；3 没有能用的文件；4 输出位置不能写；"
    "5 内容（词表、政策、名单说明）有错；6 系统没有装好，或数据库、密钥打不开；130 中途停止。"
)

_HELP_WORDS = (
    ("Usage:", "用法："),
    ("Options:", "选项："),
    ("Arguments:", "参数："),
    ("Commands:", "命令："),
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 …"),
    ("Show this message and exit.", "显示这份说明。"),
    ("[required]", "[必填]"),
    ("[default: ", "[默认："),
)
_COMPLAINTS = (
    (r"No such option: (\S+)(?: \(Possible options: (.+)\))?", "没有 {0} 这个选项。", "您要写的可能是 {1}。"),
    (r"No such command '(.+?)'\.(?: Did you mean (.+)\?)?", "没有“{0}”这个命令。", "您要写的可能是 {1}。"),
    (r"Missing (?:argument|option|parameter) '(.+?)'()", "缺少 {0}。", ""),
    (r"Missing command()()", "缺少命令。", ""),
    (r"Option '(.+?)' requires (?:an|\d+) arguments?()", "{0} 后面要写内容。", ""),
    (r"Got unexpected extra argument\(s\) \((.+)\)()", "多出了“{0}”。", ""),
    (r"Invalid value for '(.+?)': (.+)", "{0} 的内容不对。", ""),
)
"""What the parser says in English, and the same in Chinese: the sentence, and one more where there is a guess."""


class ChineseCommand(TyperCommand):
    """A command whose help is in Chinese."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]  # typer passes no other kind
        """The help text with its headings in Chinese."""
        return _help_in_chinese(super().get_help(ctx))


class ChineseGroup(TyperGroup):
    """A group of commands that explains itself, and a wrongly written command, in Chinese."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]  # typer passes no other kind
        """The help text with its headings in Chinese."""
        return _help_in_chinese(super().get_help(ctx))

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: object,
    ) -> object:
        """Run; leave the process with one of the documented exit codes (in standalone mode)."""
        try:
            code = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except TyperException as error:
            typer.echo(complaint(error.format_message()), err=True)
            code = error.exit_code
        except Abort:
            typer.echo("中途停止，什么都没有改动。", err=True)
            code = BROKEN_OFF
        if standalone_mode:
            sys.exit(code if isinstance(code, int) else 0)
        return code


def complaint(english: str) -> str:
    """What is wrong with the command as typed, in Chinese, and how to see the right way."""
    for pattern, sentence, guess in _COMPLAINTS:
        found = re.match(pattern, english)
        if found:
            about, more = found[1], found[2]
            return sentence.format(about) + (guess.format(about, more) if more else "") + _HOW
    return f"{english}{_HOW}" if "Usage:" not in english else _help_in_chinese(english)


_HOW = "写法请看：zhucan --help，或 zhucan 命令 --help。"


def _help_in_chinese(text: str) -> str:
    for english, chinese in _HELP_WORDS:
        text = text.replace(english, chinese)
    return text


def give_up(message: str, code: int) -> NoReturn:
    """Say on standard error what is wrong and what to do, and leave with this exit code."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def day(text: str | None, option: str) -> date:
    """A day written 2026-11-01; today where nothing is written. Anything else ends the command."""
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        give_up(f"{option} 写的是“{text}”，不是日期。请写成 2026-11-01 这样。", WRONG_COMMAND)


def folder_of_files(path: Path) -> Path:
    """A folder that is there and holds files; anything else ends the command."""
    if not path.exists():
        give_up(f"找不到文件夹“{path}”。请检查路径，或把名单先放进这个文件夹。", WRONG_COMMAND)
    if not path.is_dir():
        give_up(f"“{path}”是一个文件。请写它所在的文件夹。", WRONG_COMMAND)
    if not any(item.is_file() and not item.name.startswith(".") for item in path.rglob("*")):
        give_up(f"文件夹“{path}”里没有文件。请把各部门的名单（xlsx、xls、csv、txt）放进去。", NO_FILES)
    return path


def county_code(text: str) -> int:
    """A county's code of six digits; anything else ends the command."""
    if not (text.isascii() and text.isdigit() and len(text) == 6):
        give_up(f"--division 写的是“{text}”。请写 6 位县级区划代码，例如 450803。", WRONG_COMMAND)
    return int(text)


class Screen:
    """Where a command reports: headings and progress bars on a terminal, plain lines elsewhere and with ``--plain``."""

    def __init__(self, *, plain: bool) -> None:
        self._console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._is_plain = plain or not self._console.is_terminal

    def say(self, text: str = "") -> None:
        """One line."""
        if self._is_plain:
            typer.echo(text)
        else:
            self._console.print(text)

    def heading(self, text: str) -> None:
        """A line that opens a part, after an empty one."""
        if self._is_plain:
            typer.echo(f"\n{text}")
        else:
            self._console.print(f"\n{text}", style="bold")

    @contextmanager
    def steps(self, name: str) -> Iterator[Steps]:
        """Progress of one long piece of work, told by calling what this yields."""
        if self._is_plain:
            yield Steps(None)
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as bar:
            yield Steps(bar, name)


class Steps:
    """Called with what is being done, how many steps are done, of how many; a plain line for each new step."""

    def __init__(self, bar: Progress | None, name: str = "") -> None:
        self._bar = bar
        self._task = bar.add_task(name, total=None) if bar else None
        self._last = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show the step."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=what, completed=done, total=total)
        elif what != self._last:
            typer.echo(f"… {what}")
        self._last = what


def padded(text: str, width: int) -> str:
    """The text filled with spaces to a width on the screen, where a 汉字 takes two."""
    return text + " " * max(0, width - cell_len(text))


def width_of(texts: Sequence[str]) -> int:
    """The widest of these on the screen."""
    return max(map(cell_len, texts), default=0)
