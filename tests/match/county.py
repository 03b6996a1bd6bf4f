"""A folder of files as departments hand them in, written from the truth about invented persons."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

from tests.match import mess
from tests.match.mess import Cell
from tests.match.oracle import LIVING, NURSING, RATE_FEN, Truth
from tests.match.people import number_of
from zhucan.match.places import Places

ROSTER, REGISTER, CARE, DEATHS, PAYROLL, INJURY, RETURN, MOVED = (
    "01_残疾人花名册.xlsx", "02_低保台账.xlsx", "03_特困_孤儿_老年人补贴.xlsx", "04_死亡人员信息.csv",
    "05_两项补贴发放表_202611.xlsx", "06_工伤生活护理费名单.xlsx", "09_银行代发回盘_202611.txt", "11_户籍迁出名单.xlsx",
)  # fmt: skip
ROSTER_HEADINGS = (
    "序号", "姓名", "性别", "身份证号", "残疾人证号", "残疾类别", "残疾等级", "多重残疾类别及等级", "发证日期",
    "有效期至", "乡镇（街道）",
    "村（社区）", "联系电话", "监护人姓名", "银行账号", "是否需要长期照护",
)  # fmt: skip
PAY_HEADINGS = (
    "序号",
    "乡镇",
    "村",
    "姓名",
    "身份证号",
    "残疾人证号",
    "月补贴标准(元)",
    "发放月数",
    "本次发放金额(元)",
    "银行账号",
)
SHEETS = {LIVING: "困难残疾人生活补贴", NURSING: "重度残疾人护理补贴"}

Row = Sequence[Cell]
NOTHING: Mapping[str, Cell] = {}


class Writer:
    """Writes one county; ``strays`` are payroll numbers that are on no roster."""

    def __init__(self, people: Sequence[Truth], places: Places, draw: random.Random) -> None:
        self.people, self.places, self.draw = people, places, draw
        self.taken = {truth.number for truth in people}
        self.strays: list[str] = []
        self.classes: dict[str, int] = {}

    def write(self, folder: Path, leave_out: Sequence[str] = ()) -> None:
        writers: dict[str, Callable[[Path], None]] = {
            ROSTER: self.roster, REGISTER: self.register, CARE: self.care, DEATHS: self.deaths, PAYROLL: self.payroll,
            INJURY: self.injury, MOVED: self.moved,
        }  # fmt: skip
        for file, writer in writers.items():
            if file not in leave_out:
                writer(folder / file)
        if RETURN in leave_out:
            (folder / RETURN).unlink(missing_ok=True)

    def _number(self, truth: Truth) -> Cell:
        """Mostly clean; sometimes damaged, but so that it can be told whose it is."""
        if self.draw.random() < 0.1:
            return mess.damaged(self.draw, truth.number)
        return mess.number(self.draw, truth.number)

    def _of(self, test: Callable[[Truth], object]) -> Iterator[Truth]:
        return (truth for truth in self.people if test(truth))

    def roster(self, path: Path) -> None:
        rows: dict[int, list[Row]] = {code: [] for code in self.places.townships}
        for truth in self.people:
            rows[truth.township].append(self._roster_row(truth))
        first = next(truth for truth in self.people)
        rows[first.township] += self._broken_rows(first)
        with xlsxwriter.Workbook(str(path)) as book:
            for code, sheet_rows in rows.items():
                name = self.places.townships[code]
                foot: list[Row] = [["合计", f"{len(sheet_rows)}人"], ["制表人：某某"]]
                write_sheet(book, name, [f"持证残疾人花名册（{name}）"], ROSTER_HEADINGS, [*sheet_rows, *foot])

    def _roster_row(self, truth: Truth, instead: Mapping[str, Cell] = NOTHING) -> Row:
        draw = self.draw
        has_number = draw.random() < 0.7 and truth.category is not None and truth.level is not None
        certificate = f"{truth.number}{truth.category}{truth.level}" + draw.choice(["", "B1"]) if has_number else None
        printed = truth.until if draw.random() < 0.8 or truth.issued is None or truth.issued.day > 28 else None
        cells: dict[str, Cell] = {
            "姓名": mess.name(draw, truth.name),
            "性别": "男" if int(truth.number[16]) % 2 else "女",
            "身份证号": certificate if certificate and draw.random() < 0.1 else mess.number(draw, truth.number),
            "残疾人证号": certificate,
            "残疾类别": mess.category(draw, truth.category),
            "残疾等级": mess.level(draw, truth.level),
            "多重残疾类别及等级": mess.parts(draw, truth),
            "发证日期": mess.day(draw, truth.issued),
            "有效期至": mess.day(draw, printed),
            "乡镇（街道）": draw.choice([None, mess.township(draw, self.places.townships[truth.township])]),
            "村（社区）": self.places.villages[truth.village],
            "联系电话": draw.choice(["19900001234", "199-0000-1234", 19900001234.0]),
            "银行账号": "6299990000000000001",
            "是否需要长期照护": {True: "是", False: "否", None: draw.choice([None, "待评估"])}[truth.care],
        }
        return [1, *({**cells, **instead}.get(heading) for heading in ROSTER_HEADINGS[1:])]

    def _broken_rows(self, first: Truth) -> list[Row]:
        """One row of every class that must not become a person, and two more rows of the first person."""
        a, b = "450803199001011", "450803199002301"
        shared = number_of(self.draw, date(1991, 3, 4), self.taken)
        bad_date = next(b + f"{n:02d}" + c for n in range(100) for c in "0123456789X" if is_right(b + f"{n:02d}" + c))
        wrong = next(a + f"11{c}" for c in "0123456789" if not is_right(a + f"11{c}"))
        self.classes = {
            "id_missing": 2, "id_check": 1, "id_destroyed": 3, "id_bad_date": 1, "id_shared": 2, "duplicate_exact": 1,
            "duplicate_conflict": 1,
        }  # fmt: skip
        numbers: list[Cell] = [None, "待补", wrong, 4.50803199001011e17, "4.50803E+17", "450803199001011000", bad_date]
        numbers += [shared, shared]
        rows = [
            self._roster_row(first, {"身份证号": number, "残疾人证号": None, "姓名": f"无名{place}"})
            for place, number in enumerate(numbers)
        ]
        same: Mapping[str, Cell] = {"身份证号": first.number, "发证日期": first.issued, "是否需要长期照护": "是"}
        first_day = date(2001, 1, 1) if first.issued else None
        rows.append(self._roster_row(first, same))
        rows.append(self._roster_row(first, {**same, "发证日期": first_day}))
        if first_day is None:
            self.classes |= {"duplicate_exact": 2, "duplicate_conflict": 0}
        return rows

    def register(self, path: Path) -> None:
        heads = (
            "序号",
            "乡镇",
            "家庭编号",
            "救助类别",
            "起保时间",
            "停保时间",
            "状态",
            "家庭成员姓名",
            "身份证号码",
            "是否保障对象",
        )
        rows: list[Row] = []
        for truth in self.people:
            start, stop, state, covered = "2019.08", "", "在保", "是"
            if not truth.minimum_living:
                broken = self.draw.choice(["stopped", "uncovered", "later", "state", "absent", "margin"])
                if broken == "absent":
                    continue
                start = "2026年12月" if broken == "later" else start
                stop = "202611" if broken == "stopped" else stop
                state = "停保" if broken == "state" else state
                covered = "否" if broken == "uncovered" else covered
            kind = "低保边缘家庭" if not truth.minimum_living and broken == "margin" else "农村低保"
            town = mess.township(self.draw, self.places.townships[truth.township])
            household: Row = [len(rows) + 1, town, f"H{len(rows):05d}", kind, start, stop, state]
            who: Row = [mess.name(self.draw, truth.name), self._number(truth), covered]
            if self.draw.random() < 0.5:  # the person stands below the head of the household
                rows.append([*household, "户主某某", number_of(self.draw, date(1970, 1, 1), self.taken), "是"])
                household = [None] * len(household)
            rows.append([*household, *who])
        rows.append([None] * 7 + ["毁损号", 4.50803199001011e17, "是"])
        with xlsxwriter.Workbook(str(path)) as book:
            write_sheet(
                book, "农村低保", ["农村低保对象台账", "单位：某区民政局"], heads, [*rows, ["合计", "", "", "某户"]]
            )
            hidden = book.add_worksheet("旧表")
            hidden.hide()

    def care(self, path: Path) -> None:
        poor = [self._listed(t, "在册") for t in self._of(lambda t: t.extreme_poverty)]
        poor += [self._listed(t, "终止") for t in self._of(lambda t: not t.extreme_poverty) if self.draw.random() < 0.1]
        orphans = [[1, t.name, self._number(t), "孤儿", "2020-01-01", "", "在享"] for t in self._of(lambda t: t.orphan)]
        orphans += [
            [1, t.name, self._number(t), self.draw.choice(["事实无人抚养儿童", "孤儿"]), "2020-01-01", "", "停发"]
            for t in self._of(lambda t: not t.orphan)
            if self.draw.random() < 0.05
        ]
        old: list[Row] = []
        for truth in self.people:
            if truth.elderly_fen:
                amount = mess.money(self.draw, truth.elderly_fen)
                old.append([1, truth.name, self._number(truth), "护理补贴", amount, "2021.8.10", "", "在享", None])
            elif self.draw.random() < 0.2:
                kind = self.draw.choice([("高龄津贴", "在享"), ("护理补贴", "停发"), ("服务补贴", "在享")])
                old.append([1, truth.name, self._number(truth), kind[0], 200, "2021.8.10", "", kind[1], None])
        stops = ("序号", "儿童姓名", "身份证号", "儿童类别", "起始日期", "停发日期", "状态")
        grants = (
            "序号",
            "老人姓名",
            "身份证号码",
            "补贴类型",
            "月补贴标准（元）",
            "起始日期",
            "终止日期",
            "状态",
            "是否需要长期照护",
        )
        with xlsxwriter.Workbook(str(path)) as book:
            write_sheet(
                book, "特困人员", ["特困人员救助供养名册"], ("序号", "姓名", "公民身份号码", "供养方式", "状态"), poor
            )
            write_sheet(book, "孤儿及事实无人抚养儿童", ["孤儿和事实无人抚养儿童名册"], stops, orphans)
            write_sheet(book, "老年人补贴", ["老年人补贴发放名册"], grants, old)

    def _listed(self, truth: Truth, state: str) -> Row:
        return [1, mess.name(self.draw, truth.name), self._number(truth), "分散供养", state]

    def deaths(self, path: Path) -> None:
        lines = ["序号,姓名,性别,身份证号码,户籍乡镇,死亡日期,户籍注销日期,数据来源,记录状态"]
        for truth in self._of(lambda t: t.died is not None):
            assert truth.died is not None
            when = f"{truth.died:%Y-%m-%d},{truth.died:%Y}/12/31" if self.draw.random() < 0.7 else f",{truth.died}"
            lines.append(f"1,{truth.name},男,{mess.number(self.draw, truth.number)},木梓,{when},公安注销,有效")
        for truth in self._of(lambda t: t.died is None):
            if self.draw.random() < 0.05:
                lines.append(f"1,{truth.name},男,{truth.number},木梓,2025-01-01,,公安注销,撤销")
        path.write_bytes("\r\n".join(lines).encode("gb18030"))

    def injury(self, path: Path) -> None:
        heads = ("编号", "职工姓名", "证件号码", "护理依赖程度", "月生活护理费", "待遇状态")
        rows = [
            ["GS1", t.name, self._number(t), "部分护理依赖", 1450, "正常发放" if t.work_injury else "已终止"]
            for t in self._of(lambda t: t.work_injury or self.draw.random() < 0.05)
        ]
        with xlsxwriter.Workbook(str(path)) as book:
            write_sheet(book, "工伤生活护理费", ["工伤保险生活护理费待遇人员名单"], heads, rows)

    def moved(self, path: Path) -> None:
        heads = ("序号", "姓　名", "公民身份号码 ", "原户籍乡镇", "迁出日期", "迁往地", "迁移原因")
        rows: list[Row] = [
            [1, t.name, self._number(t), "木梓", mess.day(self.draw, t.moved), "广西壮族自治区南宁市江南区", "婚迁"]
            for t in self._of(lambda t: t.moved is not None)
        ]
        inside = ["本区木梓镇", "贵港市港南区桥圩镇", "港南区"]
        rows += [
            [1, t.name, self._number(t), "木梓", "20250601", self.draw.choice(inside), "婚迁"]
            for t in self._of(lambda t: t.moved is None)
            if self.draw.random() < 0.1
        ]
        with xlsxwriter.Workbook(str(path)) as book:
            write_sheet(book, "迁出", ["户籍迁出人员名单"], heads, rows)

    def payroll(self, path: Path) -> None:
        batches: list[str] = []
        with xlsxwriter.Workbook(str(path)) as book:
            for policy, sheet in SHEETS.items():
                rows, lines = self._pay_rows(policy)
                write_sheet(book, sheet, [f"港南区2026年11月{sheet}发放花名册"], PAY_HEADINGS, rows)
                batch = f"GN202611{'SH' if policy == LIVING else 'HL'}"
                batches += [
                    f"H|{batch}|{sheet}|{len(rows)}",
                    "序号|户名|账号|金额|返回码|返回信息",
                    *lines,
                    f"T|{batch}|0|0",
                ]
        (path.parent / RETURN).write_bytes("\n".join(batches).encode("gb18030"))

    def _pay_rows(self, policy: str) -> tuple[list[Row], list[str]]:
        rows: list[Row] = []
        lines: list[str] = []
        stray = number_of(self.draw, date(1966, 6, 6), self.taken)
        self.strays.append(stray)
        rows.append([1, "木梓镇", "", "外来人", stray, None, 90, 1, 90, "6299"])
        lines.append("000001|外来人|6299|90.00|0000|交易成功")
        for truth in self.people:
            for paid in truth.paid[policy]:
                sequence = len(rows) + 1
                town, amount = mess.township(self.draw, paid.township), mess.money(self.draw, paid.fen)
                who = [mess.name(self.draw, truth.name), self._number(truth), None]
                rows.append([sequence, town, "", *who, RATE_FEN // 100, paid.months, amount, "6299"])
                codes = [(code, "交易成功" if code == "0000" else "账户已销户") for code in paid.codes]
                lines += [
                    f"{sequence:06d}|某某|6299|{paid.fen / 100:.2f}|{code}|{said}" for code, said in codes if paid.fen
                ]
        return rows, lines


def is_right(number: str) -> bool:
    """Whether the check character is right, by the standard's own sum."""
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return "10X98765432"[sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11] == number[17:]


def write_sheet(
    book: xlsxwriter.Workbook, name: str, titles: Sequence[str], headings: Sequence[str], rows: Sequence[Row]
) -> None:
    """Titles, headings and rows, each value in a cell of its own kind; empty cells stay empty."""
    sheet = book.add_worksheet(name)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate([*([title] for title in titles), headings, *rows]):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(at, column, cell, day)
            elif isinstance(cell, int | float):
                sheet.write_number(at, column, cell)
            elif cell:
                sheet.write_string(at, column, cell)
