"""The five minutes that show a county officer what the application does, with the exact pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zhucan.cli_words import Screen

_Stop = tuple[str, str, str]
"""Who signs in (empty: nobody), the page, what to do there."""

STOPS: Sequence[_Stop] = (
    ("officer", "/", "本月要办：四个数，到期的事，退回的事。点任何一个数，打开它的名单。"),
    ("officer", "/findings/?kind=missed", "应享未享：每个人都写着理由和条款。按村、按政策筛选，勾选后一起处理。"),
    ("officer", "/findings/villages/", "各村：打开一个村，打印入户核查表，交给专职委员。填好的表再传回来读入。"),
    (
        "officer",
        "/persons/",
        "查人：右上角输入姓名、拼音首字母或证号尾号。每项政策写明结论、依据和事实的来历。",
    ),
    ("officer", "/coming/", "今后三个月：谁满岁数，谁的证到期，钱会怎么变。"),
    ("officer", "/reform/", "试算：改一个标准，看花多少钱，谁增加，谁减少。什么都不会写入。"),
    ("officer", "/matching/", "比对：下载移交民政的工作簿，用民政的列。"),
    ("officer", "/imports/", "导入：把下面文件夹里的名单拖进来，先看会改动什么，再确认。七天内可以撤销。"),
    ("clerk", "/findings/", "换成街道经办：只看得到八塘街道的人。"),
    ("auditor", "/audit/", "换成审计：谁看过谁、改过什么。看不到任何人的资料。"),
    ("", "/portal/", "门户：换成群众，在手机上看看自己能享受什么。右上角可以换易读文字、字号、配色、英文。"),
)


def tour(screen: Screen, address: str, folder: Path) -> None:
    """Print it, numbered."""
    screen.heading("五分钟看一遍")
    who = ""
    for number, (account, page, words) in enumerate(STOPS, 1):
        if account != who:
            screen.say(f"  用 {account} 登录" if account else "  不用登录")
            who = account
        screen.say(f"  {number:2}. {address}{page}")
        screen.say(f"      {words}")
    screen.say(f"\n名单    {folder / 'county' / 'files'}")
