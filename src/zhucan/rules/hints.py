"""What people usually meant by what they wrote: hints for expressions and TOML that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypeAlias

Hint: TypeAlias = tuple[str, str]
"""What is wrong, and what to write instead."""

_EXPRESSION: tuple[tuple[str, str], ...] = (
    (r"[“”‘’]", '用英文引号，例如 category == "精神"'),
    (r"=<|≤|≦", "小于等于写 <=，例如 level <= 2"),
    (r"=>|≥|≧", "大于等于写 >=，例如 age >= 18"),
    (r"<>|≠|!(?!=)", "不等于写 !=，否定写 not"),
    (r"(?<![=<>!])=(?!=)", "相等写两个等号 ==，例如 level == 2"),
    (r"&&|并且|而且|且", "并且写 and，例如 level <= 2 and covered"),
    (r"\|\||或者|或", "或者写 or，例如 level <= 2 or covered"),
    (r"×|÷", '乘写 *，除写 div(a, b, "half_up")'),
    (r"%", '百分之三十写 percent("30")'),
    (r"\b\d{4}-\d{1,2}-\d{1,2}\b", '日期写 date("2026-01-01")'),
    (r"(?<=\d)\s*(元|岁|级|月|年)", '只写数字，不带单位；金额写 yuan("300")'),
)
"""Patterns in an expression that Python cannot parse, likeliest first, and what to write instead."""

_TOML: tuple[tuple[str, str, str], ...] = (
    (r"Illegal character|Unterminated string|Expected newline or end", "引号没有成对，或一行写了两项",
     "文字前后各写一个英文引号，一行只写一项"),
    (r"Cannot overwrite|Cannot declare|Cannot mutate|Duplicate", "同一个键写了两次，或单、双方括号混用",
     "一个键只写一次；表头一律写双方括号，例如 [[condition]]"),
    (r"at the end of (?:an array|a table) declaration", "方括号没有成对", "表头写成 [[condition]] 这样"),
    (r"Unclosed array", "列表没有写完", '列表写成 ["…", "…"]，最后有 ]'),
    (r"Expected '=' after a key|Invalid statement", "这一行不是“键 = 值”", '写成 键 = "值"；说明文字前面加 #'),
    (r"Invalid value|Unexpected end|Invalid initial", "等号后面的值不完整或没有加引号",
     '文字要加英文引号，例如 when = "level <= 2"'),
)  # fmt: skip
"""What tomllib says, and the same for people."""


def expression_hint(text: str) -> Hint | None:
    """What is probably wrong in an expression that cannot be parsed; texts in quotes are not looked at."""
    bare = re.sub(r'"[^"]*"|\'[^\']*\'', '""', text)
    for pattern, remedy in _EXPRESSION:
        if found := re.search(pattern, bare):
            return f"不能写“{found.group().strip()}”", remedy
    return None


def text_hint(text: str) -> str:
    """What to write instead of a text in quotes where no code stands beside it."""
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
        return f'日期写 date("{text}")'
    if text in ("是", "否", "真", "假", "true", "false"):
        return "是/否 事实直接写名称，相反写 not"
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return f'数字不加引号；金额写 yuan("{text}")'
    return '例如 category == "精神"'


def toml_hint(error: str) -> Hint:
    """What tomllib's message means."""
    for pattern, what, remedy in _TOML:
        if re.search(pattern, error):
            return what, remedy
    return "TOML 写法有误", "检查引号、方括号和等号是否成对、完整"


def nearest(name: str, known: Iterable[str]) -> str:
    """A misspelt word's nearest known ones, or all of them."""
    words = list(dict.fromkeys(known))
    near = get_close_matches(name, words, n=2, cutoff=0.6)
    return f"可能要写 {' 或 '.join(near)}" if near else "可用：" + ("、".join(sorted(words)) or "无")
