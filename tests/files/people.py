"""Synthetic people for the corpus: numbers with a right check character that belong to nobody."""

from __future__ import annotations

from zhucan.files.citizen import check_character

HEADINGS = [
    "序号",
    "姓名",
    "身份证号",
    "残疾人证号",
    "残疾类别",
    "残疾等级",
    "发证日期",
    "有效期至",
    "乡镇",
    "村",
    "备注",
]
GIVEN = "文武双全春夏秋冬梅兰竹菊"


def citizen_id(number: int) -> str:
    """The citizen number of the nth synthetic person."""
    first = f"450803{1950 + number % 60}{number % 12 + 1:02}{number % 28 + 1:02}{number % 1000:03}"
    return first + check_character(first)


def name(number: int) -> str:
    """The name of the nth synthetic person."""
    return "测" + GIVEN[number % len(GIVEN)] + GIVEN[number // len(GIVEN) % len(GIVEN)]


def person(number: int) -> list[object]:
    """One row under ``HEADINGS``."""
    number_text = citizen_id(number)
    return [
        number,
        name(number),
        number_text,
        f"{number_text}4{number % 4 + 1}",
        "肢体",
        "一二三四"[number % 4] + "级",
        "2020-05-06",
        "2030-05-06",
        "测试镇",
        "第一村",
        None,
    ]


def people(count: int, first: int = 1) -> list[list[object]]:
    """Rows of several people."""
    return [person(number) for number in range(first, first + count)]
