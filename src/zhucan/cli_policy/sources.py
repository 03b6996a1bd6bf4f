"""Where the policy commands read from, how they name a place in a file, and how they refuse what does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn, TypeAlias

import typer

from zhucan.cli_words import WRONG_COMMAND, WRONG_CONTENT, give_up
from zhucan.rules.content import shipped_content
from zhucan.rules.errors import ContentError, Fault, UnknownName
from zhucan.rules.library import Library, read_library
from zhucan.rules.policy import Origin, Policy

FOUND_MISTAKES = 1
"""Exit code of ``check`` and ``test``: something is wrong, and said."""
_SHOWN = 20
_WHOLE_COPY = 20
"""So many facts defined twice mean: a copy of all content was given beside the content itself."""

OwnContent: TypeAlias = Annotated[
    list[Path] | None, typer.Option("--content", help="本单位自己的内容文件夹，可写多次。", metavar="文件夹")
]
Alone: TypeAlias = Annotated[
    bool, typer.Option("--alone", help="--content 自成一套，不加随程序发布的内容。检查整套内容的副本时用。")
]
Plain: TypeAlias = Annotated[bool, typer.Option("--plain", help="只用一行行的文字，不画表格。")]
Division: TypeAlias = Annotated[
    str, typer.Option("--division", help="区划代码，2 到 12 位；全国写 0。", metavar="代码")
]
PolicyName: TypeAlias = Annotated[
    str, typer.Argument(help="政策的 id 或名称，例如 living-allowance。", metavar="政策", show_default=False)
]


def roots_of(own: Sequence[Path] | None, *, alone: bool) -> list[Path]:
    """The content folders in order, the shipped one first. Ends the command where one is not a folder."""
    folders = list(own or ())
    for folder in folders:
        if not folder.is_dir():
            give_up(f"--content 写的“{folder}”不是文件夹。请写放着词表和政策的文件夹。", WRONG_COMMAND)
        if not any((folder / part).is_dir() for part in ("vocabulary", "packs", "standards", "rates")):
            what = f"“{folder}”里没有 vocabulary、packs、standards 或 rates 文件夹。"
            give_up(f"{what}请写它们的上一级文件夹。", WRONG_COMMAND)
    if alone and not folders:
        give_up("--alone 要和 --content 一起写：用哪个文件夹的内容。", WRONG_COMMAND)
    return folders if alone else [shipped_content(), *folders]


def library_of(roots: Sequence[Path]) -> Library:
    """The library of these folders. Ends the command, naming the mistakes, where there are some."""
    faults: list[Fault] = []
    library = read_library(roots, faults)
    if faults:
        refuse(faults)
    return library


def refuse(faults: Sequence[Fault]) -> NoReturn:
    """End the command because the content has mistakes."""
    lines = [f"内容有 {len(faults)} 处错误，先改正再用："]
    lines += [f"  {line_of(fault)}" for fault in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        lines.append(f"  另有 {len(faults) - _SHOWN} 处，请用 zhucan policy check 查看。")
    if looks_like_a_copy(faults):
        lines.append(COPY_HINT)
    give_up("\n".join(lines), WRONG_CONTENT)


COPY_HINT = "看来给的文件夹是整套内容的副本。要单独用它，请加 --alone。"


def looks_like_a_copy(faults: Sequence[Fault]) -> bool:
    """Whether the mistakes come from reading all content twice."""
    return sum("写了两次" in fault.what for fault in faults) >= _WHOLE_COPY


def division_of(text: str, option: str = "--division") -> int:
    """The division's digits as a number; 0 is the nation. Ends the command where it is no code."""
    if text != "0" and not (text.isascii() and text.isdigit() and len(text) in (2, 4, 6, 9, 12)):
        give_up(f"{option} 写的是“{text}”。请写 2、4、6、9 或 12 位区划代码，例如 450803；全国写 0。", WRONG_COMMAND)
    return int(text)


def policy_id(library: Library, name: str) -> str:
    """The id of the policy of this id or Chinese name. Ends the command where there is none."""
    found = [id_ for id_ in library.ids if name in (id_, library.base(id_).zh)]
    if not found:
        known = "、".join(f"{id_}（{library.base(id_).zh}）" for id_ in library.ids) or "无"
        give_up(f"没有政策“{name}”。现有：{known}。", WRONG_COMMAND)
    return found[0]


def policy_of(library: Library, name: str, division: int, as_of: date) -> Policy:
    """The policy in force there and then. Ends the command where there is none, or its content has mistakes."""
    id_ = policy_id(library, name)
    try:
        return library.policy(id_, division=division, as_of=as_of)
    except UnknownName:
        first = min(rules.from_ for rules in library.base(id_).dated)
        give_up(f"“{id_}”{as_of} 在 {division} 没有施行。它最早从 {first} 起施行；请换日期或区划。", WRONG_COMMAND)
    except ContentError as error:
        refuse(error.faults)


def shown(path: Path) -> str:
    """A path as short as it can be typed from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def place_of(origin: Origin) -> str:
    """Where a line was written: file, line, layer."""
    return f"{shown(origin.file)}:{origin.line}（{origin.place}）"


def line_of(fault: Fault) -> str:
    """A mistake on one line."""
    place = f"{shown(fault.file)}:{fault.line}" if fault.line else shown(fault.file)
    return f"{place}: {fault.what}。改法：{fault.remedy}。"
