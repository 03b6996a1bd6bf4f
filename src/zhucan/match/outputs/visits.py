"""入户核查表: a workbook for each township, a sheet for each village, printing as the paper a commissioner carries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from zhucan.match.outputs.figures import Figures, township_of
from zhucan.match.outputs.tables import CHINESE_FONT, INDEX, Shown, new_workbook, set_page, text_width
from zhucan.match.outputs.words import check_numbers, is_doubtful, long_date, policy_words, situation_of
from zhucan.match.result import Line, MatchResult, Person

ROWS_PER_PAGE = 10
_NORMAL_LINES, _SMALL_SIZE, _SMALL_LINE, _SMALL_GAIN = 3, 8, 11, 1.15
"""Three lines fit a row; longer text is set in 8 points, 15 % more to a line, and the row grows if need be."""
NO_VILLAGE = "未写明村（社区）"
_HEAD_HEIGHT, _ROW_HEIGHT, _SIGN_HEIGHT = 28, 42, 32
"""In points: the head, ten rows and the signatures just fill the 482 points between the margins, eleven rows do not."""
_COLUMNS = (
    ("核查编号", 8.5),
    ("姓名", 7.5),
    ("电话", 13),
    ("监护人", 13),
    ("原因", 27),
    ("要问的问题", 24),
    ("元/月", 6),
    ("连续符合月数", 7),
    ("核查结果", 11),
    ("核查人", 7),
    ("日期", 6),
)
_RESULT_COLUMN = 8
_MONEY_COLUMN, _MONTHS_COLUMN = 6, 7
_SIGNATURES = ("核查人签字：", "", "", "", "村（社区）盖章：", "乡镇（街道）经办人签字：", "", "", "日期：", "", "")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_SHEET_NAME = 31

_ABSENT = ("找不到人", "已去世", "已迁走", "需再核实")
_ANSWERS = {
    "missed": ("符合，没领到", "已经领到", "不符合"),
    "doubtful": ("情况属实", "情况不实"),
    "unknown": ("是", "否", "说不清"),
}
_HOW_TO = (
    "一行是一个人的一项补贴。同一个人两项补贴都要核查时，占相邻的两行。",
    "核查结果从下拉列表里选；纸上照列表里的话写。列表里没有合适的，直接写明情况。",
    f"没有领到的，写：{'；'.join(_ANSWERS['missed'])}。",
    f"疑似不应享的，写：{'；'.join(_ANSWERS['doubtful'])}。",
    f"待核实的，照“要问的问题”问，写：{'；'.join(_ANSWERS['unknown'])}。",
    f"人没有见到的，写：{'；'.join(_ABSENT)}。",
    "连续符合月数最多写 12；空着表示发证、低保或政策起始日期有一个还不知道。",
    "核查编号里没有身份证号。交回时请不要改动。",
)


@dataclass(frozen=True, slots=True)
class Village:
    """One village's sheet: its name on the tab, its full name on paper, and its lines."""

    tab: str
    name: str
    lines: Sequence[Line]


def write_visits(result: MatchResult, figures: Figures, folder: Path) -> list[Path]:
    """Write one workbook for each township that has somebody to visit; file names name the township only."""
    folder.mkdir()
    texts = _Texts(result)
    return [
        _write_township(texts, township, villages, folder / f"入户核查表_{_FORBIDDEN.sub('', township)}.xlsx")
        for township, villages in _by_township(figures)
    ]


def sheet_rows(result: MatchResult, figures: Figures) -> Iterator[tuple[str, str, Sequence[Sequence[Shown]]]]:
    """What the sheets hold, for other kinds of paper: township, village, its rows of eleven cells.

    Money is in 分; the last three cells are left to be written in.
    """
    texts = _Texts(result)
    for township, villages in _by_township(figures):
        for village in villages:
            yield township, village.name, [texts.row(line) for line in village.lines]


def visit_lines(figures: Figures) -> list[Line]:
    """The lines worth a visit: 应享未享, 疑似不应享, 待核实; a person's lines stand together, by village."""
    kept = [*figures.missed, *figures.doubtful, *figures.unknown]
    return sorted(kept, key=lambda line: (*_place_of(line.person), line.person.source_row))


def _place_of(person: Person) -> tuple[bool, int, bool, int]:
    """Order by division code, those without one last."""
    return not person.township, person.township, not person.village, person.village


class _Texts:
    """What the cells of a run say."""

    def __init__(self, result: MatchResult) -> None:
        self.numbers: Mapping[tuple[str, str], str] = check_numbers(result)
        self.policies = policy_words(result)
        self.office = f"{result.division_name}残疾人联合会"
        self.day = long_date(result.as_of)

    def row(self, line: Line) -> list[Shown]:
        person = line.person
        guardian = " ".join(part for part in (person.guardian, person.guardian_phone) if part)
        fen = line.paid_fen if is_doubtful(line.finding) else line.amount_fen
        reason = f"{self.policies[line.policy]}：{situation_of(line)}"
        return [
            self.numbers[person.code, line.policy], person.name, person.phone, guardian, reason,
            line.question or _question(line), fen, line.months, "", "", "",
        ]  # fmt: skip


def _question(line: Line) -> str:
    if is_doubtful(line.finding):
        return "左边写的情况是否属实？从什么时候起？"
    return "这项补贴到账了没有？如果没有，银行卡能不能用？"


def kind_of(line: Line) -> str:
    """Which answers fit: missed, doubtful or unknown."""
    if is_doubtful(line.finding):
        return "doubtful"
    return "unknown" if line.verdict == "unknown" else "missed"


def _by_township(figures: Figures) -> Iterator[tuple[str, list[Village]]]:
    townships: dict[str, dict[tuple[int, str], list[Line]]] = {}
    for line in visit_lines(figures):
        villages = townships.setdefault(township_of(line.person), {})
        villages.setdefault((line.person.village, line.person.village_name or NO_VILLAGE), []).append(line)
    for township, villages in townships.items():
        tabs: set[str] = {INDEX, "填表说明"}
        yield township, [Village(_tab(name, tabs), name, lines) for (_, name), lines in villages.items()]


def _tab(name: str, taken: set[str]) -> str:
    """A sheet name Excel accepts and no other sheet of the workbook has."""
    plain = _FORBIDDEN.sub(" ", name).strip()[: _LONGEST_SHEET_NAME - 4] or NO_VILLAGE
    tab, count = plain, 1
    while tab in taken:
        count += 1
        tab = f"{plain} {count}"
    taken.add(tab)
    return tab


class _Formats:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"font_name": CHINESE_FONT, "font_size": 9.5, "valign": "vcenter", "text_wrap": True}
        box = base | {"border": 1}
        self.text: Format = book.add_format(box | {"num_format": "@"})
        self.small: Format = book.add_format(box | {"num_format": "@", "font_size": _SMALL_SIZE})
        self.head: Format = book.add_format(box | {"bold": True})
        self.head_right: Format = book.add_format(box | {"bold": True, "align": "right"})
        self.money: Format = book.add_format(box | {"num_format": "#,##0.##", "align": "right"})
        self.whole: Format = book.add_format(box | {"num_format": "0", "align": "right"})
        plain = base | {"text_wrap": False}
        self.sign: Format = book.add_format(plain | {"top": 1, "bottom": 1})
        self.sign_left: Format = book.add_format(plain | {"top": 1, "bottom": 1, "left": 1})
        self.sign_right: Format = book.add_format(plain | {"top": 1, "bottom": 1, "right": 1})
        self.sentence: Format = book.add_format({"font_name": CHINESE_FONT, "font_size": 12, "text_wrap": True})
        self.index: Format = book.add_format({"font_name": CHINESE_FONT, "font_size": 11})
        index_head = {"font_name": CHINESE_FONT, "bold": True, "bottom": 2}
        self.index_head: Format = book.add_format(index_head)
        self.index_head_right: Format = book.add_format(index_head | {"align": "right"})
        self.link: Format = book.add_format({"font_name": CHINESE_FONT, "font_size": 11, "underline": 1})


def _write_township(texts: _Texts, township: str, villages: Sequence[Village], path: Path) -> Path:
    with new_workbook(path) as book:
        formats = _Formats(book)
        _write_index(book, formats, texts, villages)
        for village in villages:
            _write_village(book, formats, texts, township, village)
        how_to = book.add_worksheet("填表说明")
        how_to.set_column(0, 0, 90)
        set_page(how_to, texts.office, texts.day)
        for row, sentence in enumerate(_HOW_TO):
            how_to.set_row(row, 34)
            how_to.write_string(row, 0, sentence, formats.sentence)
    return path


def _write_index(book: xlsxwriter.Workbook, formats: _Formats, texts: _Texts, villages: Sequence[Village]) -> None:
    sheet = book.add_worksheet(INDEX)
    sheet.freeze_panes(1, 0)
    set_page(sheet, texts.office, texts.day)
    headings = (("村（社区）", 30), ("要核查（行）", 13), ("要见（人）", 12), ("打印（页）", 12))
    for place, (heading, width) in enumerate(headings):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading, formats.index_head_right if place else formats.index_head)
    for row, village in enumerate(villages, start=1):
        persons = len({line.person.code for line in village.lines})
        sheet.write_url(row, 0, f"internal:'{village.tab}'!A1", formats.link, village.tab)
        for place, count in enumerate((len(village.lines), persons, -(-len(village.lines) // ROWS_PER_PAGE)), start=1):
            sheet.write_number(row, place, count, formats.index)
    sheet.autofilter(0, 0, len(villages), len(headings) - 1)


def _write_village(
    book: xlsxwriter.Workbook, formats: _Formats, texts: _Texts, township: str, village: Village
) -> None:
    sheet = book.add_worksheet(village.tab)
    _set_paper(sheet, texts, township, village)
    sheet.set_row(0, _HEAD_HEIGHT)
    for place, (heading, width) in enumerate(_COLUMNS):
        sheet.set_column(place, place, width)
        sheet.write_string(
            0, place, heading, formats.head_right if place in (_MONEY_COLUMN, _MONTHS_COLUMN) else formats.head
        )
    for row, line in enumerate(village.lines, start=1):
        values = texts.row(line)
        sheet.set_row(
            row, max(_ROW_HEIGHT, _SMALL_LINE * max(_small_lines(place, value) for place, value in enumerate(values)))
        )
        _write_row(sheet, formats, row, values)
        sheet.data_validation(row, _RESULT_COLUMN, row, _RESULT_COLUMN, _choices(line))
    _write_signatures(sheet, formats, len(village.lines) + 1)


def _set_paper(sheet: Worksheet, texts: _Texts, township: str, village: Village) -> None:
    """Ten rows to a page. The columns fit the page at full size; fitting only guards against a wider default font."""
    set_page(sheet, texts.office, texts.day)
    sheet.freeze_panes(1, 2)
    place = f"{township}　{village.name}".replace("&", "&&")
    sheet.set_header(f'&L&"{CHINESE_FONT},Bold"&14入户核查表　{place}&R共 {len(village.lines)} 行')
    sheet.set_h_pagebreaks(range(ROWS_PER_PAGE + 1, len(village.lines) + 1, ROWS_PER_PAGE))


def _write_row(sheet: Worksheet, formats: _Formats, row: int, values: Sequence[Shown]) -> None:
    for place, value in enumerate(values):
        if isinstance(value, int) and place == _MONEY_COLUMN:
            sheet.write_number(row, place, value / 100, formats.money)
        elif isinstance(value, int):
            sheet.write_number(row, place, value, formats.whole)
        elif value:
            sheet.write_string(row, place, str(value), formats.small if _small_lines(place, value) else formats.text)
        else:
            sheet.write_blank(row, place, None, formats.text)


def _small_lines(place: int, value: Shown) -> int:
    """How many lines of small print text needs that is too long for three of normal size; 0 where it is not."""
    width = _COLUMNS[place][1] - 1
    needed = text_width(str(value)) if isinstance(value, str) else 0
    return -(-needed // int(width * _SMALL_GAIN)) if needed > _NORMAL_LINES * width else 0


def _choices(line: Line) -> dict[str, object]:
    return {
        "validate": "list",
        "source": [*_ANSWERS[kind_of(line)], *_ABSENT],
        "error_type": "information",
        "error_title": "列表里没有这句话",
        "error_message": "可以保留，但请写明情况。",
    }


def _write_signatures(sheet: Worksheet, formats: _Formats, row: int) -> None:
    sheet.set_row(row, _SIGN_HEIGHT)
    boxes = [place for place, words in enumerate(_SIGNATURES) if words]
    for place, words in enumerate(_SIGNATURES):
        shape = formats.sign_left if place in boxes else formats.sign
        if place == len(_SIGNATURES) - 1:
            shape = formats.sign_right
        sheet.write_string(row, place, words, shape) if words else sheet.write_blank(row, place, None, shape)
