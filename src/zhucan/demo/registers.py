"""The lists of civil affairs, police, health and labour, and the federation's wheelchairs."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from zhucan.demo.dirt import Cell
from zhucan.demo.office import Listed, Office
from zhucan.demo.sheets import INVENTED, Page, Row, exported_on, write_book
from zhucan.demo.stories import CHILD, VERY_OLD

_ELDERLY: dict[str, tuple[str, tuple[int, ...]]] = {
    "elderly_high": ("护理补贴", (90, 100, 120)),
    "elderly_low": ("护理补贴", (60, 80)),
    "elderly_care": ("高龄津贴", (50, 100)),
    "": ("服务补贴", (50, 60, 80)),
}
"""Kind of allowance and 元 a month; only 护理补贴 of at least the subsidy's own rate stands in its way."""
_FAR_AWAY = ("云南省曲靖市麒麟区", "广东省佛山市南海区", "贵港市港北区", "陕西省安康市旬阳市")
_ENDED_SHARE = 0.05


def write_assistance(path: Path, office: Office) -> None:
    """特困, orphans and elderly allowances: three sheets of one workbook."""
    pages = [
        _page(
            "特困人员",
            "特困人员救助供养名册",
            (
                "序号",
                "乡镇(街道)",
                "村(社区)",
                "姓名",
                "公民身份号码",
                "供养方式",
                "自理能力",
                "供养起始日期",
                "终止日期",
                "状态",
            ),
            [_extreme_poverty(item, office) for item in office.listed("extreme_poverty", strangers=30)],
            office.as_of,
        ),
        _page(
            "孤儿及事实无人抚养儿童",
            "孤儿和事实无人抚养儿童基本生活保障名册",
            ("序号", "儿童姓名", "身份证号", "儿童类别", "乡镇", "村", "起始日期", "停发日期", "状态"),
            [_child(item, office) for item in office.listed("orphan", "unsupported_child", strangers=2, ages=CHILD)],
            office.as_of,
        ),
        _page(
            "老年人补贴",
            "经济困难高龄失能老年人补贴、高龄津贴发放名册",
            (
                "序号",
                "乡镇",
                "村委会",
                "老人姓名",
                "身份证号码",
                "补贴类型",
                "月补贴标准(元)",
                "起始日期",
                "终止日期",
                "状态",
                "是否需要长期照护",
            ),
            [
                _elderly(item, office)
                for item in office.listed("elderly_high", "elderly_low", "elderly_care", strangers=40, ages=VERY_OLD)
            ],
            office.as_of,
        ),
    ]
    write_book(path, pages, office.as_of)


def write_work_injuries(path: Path, office: Office) -> None:
    """工伤生活护理费, with day cells."""
    rows = [
        _work_injury(item, office)
        for item in office.listed("work_injury", "work_injury_ended", strangers=6, ages=(20, 70))
    ]
    headings = (
        "编号",
        "职工姓名",
        "证件号码",
        "用人单位",
        "伤残等级",
        "护理依赖程度",
        "月生活护理费",
        "待遇起始年月",
        "待遇终止年月",
        "待遇状态",
    )
    numbered: list[Row] = [[f"GS{number:04d}", *row] for number, row in enumerate(rows, start=1)]
    foot: list[Row] = [["", "合计", f"{len(rows)}人"]]
    write_book(
        path, [Page("工伤生活护理费", "工伤保险生活护理费待遇人员名单", headings, numbered, foot=foot)], office.as_of
    )


def write_moves(path: Path, office: Office) -> None:
    """户籍迁出, moves inside the county among them."""
    rows = [_move(item, office) for item in office.listed("moved_out", "moved_inside", strangers=20)]
    headings = ("序号", "姓\u3000名", "公民身份号码 ", "原户籍乡镇", "迁出日期", "迁往地", "迁移原因")
    write_book(path, [_page("迁出", "户籍迁出人员名单", headings, rows, office.as_of)], office.as_of)


def write_wheelchairs(path: Path, office: Office) -> None:
    """机动轮椅车登记, keyed by certificate number."""
    owners = [person for person in office.people if person.category == 4 and person.story.name == "plain"][::40]
    rows: list[Row] = [
        [
            person.name,
            office.dirt.number(person.certificate),
            f"LX{number:08d}",
            office.dirt.day(office.before(10), "dots"),
            "",
        ]
        for number, person in enumerate(owners, start=1)
    ]
    headings = ("序号", "车主姓名", "残疾人证号", "车架号", "购置日期", "备注")
    write_book(path, [_page("登记表", "残疾人机动轮椅车登记表", headings, rows, office.as_of)], office.as_of)


def write_deaths(path: Path, office: Office) -> None:
    """死亡人员信息 in GB18030; where the day of death is empty, the day of deregistration stands in."""
    headings = ("序号", "姓名", "性别", "身份证号码", "户籍乡镇", "死亡日期", "户籍注销日期", "数据来源", "记录状态")
    listed = office.listed("deceased", "died_later", "death_withdrawn", strangers=60)
    with path.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([f"死亡人员信息{INVENTED}"])
        writer.writerow(headings)
        for number, item in enumerate(listed, start=1):
            writer.writerow([number, *_death(item, office)])


def _page(name: str, title: str, headings: tuple[str, ...], rows: list[Row], as_of: date) -> Page:
    numbered: list[Row] = [[number, *row] for number, row in enumerate(rows, start=1)]
    note = f"数据时间:{exported_on(as_of)}"
    return Page(name, title, headings, numbered, note=note, foot=[["合计", f"{len(rows)}人"]])


def _ending(item: Listed, office: Office) -> date | None:
    """A few strangers' support ended; what our people receive runs on."""
    return office.before(2) if item.event == "" and office.dirt.random.random() < _ENDED_SHARE else None


def _extreme_poverty(item: Listed, office: Office) -> Row:
    ended = _ending(item, office)
    draw = office.dirt.random.choice
    return [
        *office.place(item.village),
        *office.who(item),
        draw(("分散供养", "集中供养")),
        draw(("全自理", "半护理", "全护理")),
        office.dirt.day(office.before(12, 800), "iso"),
        office.dirt.day(ended, "iso"),
        "终止" if ended else "在册",
    ]


def _child(item: Listed, office: Office) -> Row:
    ended = _ending(item, office)
    kind = {"orphan": "孤儿", "unsupported_child": "事实无人抚养儿童"}.get(item.event) or office.dirt.random.choice(
        ("孤儿", "事实无人抚养儿童")
    )
    days = (office.dirt.day(office.before(4, 800), "iso"), office.dirt.day(ended, "iso"))
    return [*office.who(item), kind, *office.place(item.village), *days, "停发" if ended else "在享"]


def _elderly(item: Listed, office: Office) -> Row:
    kind, sums = _ELDERLY[item.event]
    ended = _ending(item, office)
    return [
        *office.place(item.village),
        *office.who(item),
        kind,
        office.dirt.money(office.dirt.random.choice(sums)),
        office.dirt.day(office.before(5, 800), "dots"),
        office.dirt.day(ended, "dots"),
        "停发" if ended else "在享",
        "是" if item.event == "elderly_care" else "",
    ]


def _work_injury(item: Listed, office: Office) -> Row:
    ended = office.before(2) if item.event == "work_injury_ended" else _ending(item, office)
    draw = office.dirt.random.choice
    return [
        *office.who(item),
        draw(("某运输公司", "某糖业公司", "某水泥厂", "某建筑公司")),
        draw(("一级", "二级", "三级", "四级")),
        draw(("部分护理依赖", "大部分护理依赖", "完全护理依赖")),
        draw((1450, 1933, 2416)),
        office.before(15, 800),
        office.dirt.day(ended, "iso"),
        "已终止" if ended else "正常发放",
    ]


def _move(item: Listed, office: Office) -> Row:
    draw = office.dirt.random.choice
    elsewhere = [village.township for village in office.registry.villages if village.township != item.village.township]
    inside = f"{draw((office.county, '本区'))}{draw(elsewhere)}"
    return [
        *office.who(item),
        office.dirt.township(item.village.township),
        office.dirt.day(office.before(4), "compact"),
        inside if item.event == "moved_inside" else draw(_FAR_AWAY),
        draw(("婚迁", "投靠亲属", "购房落户", "工作调动")),
    ]


def _death(item: Listed, office: Office) -> list[Cell]:
    died = office.after() if item.event == "died_later" else office.before(2)
    style = office.dirt.random.choice(("iso", "slashes"))
    registered_only = item.event != "died_later" and office.dirt.random.random() < 0.03
    return [
        office.dirt.name(item.identity.name),
        item.identity.sex,
        office.dirt.number(item.identity.citizen_id),
        office.dirt.township(item.village.township),
        "" if registered_only else office.dirt.day(died, style),
        office.dirt.day(died, style),
        office.dirt.random.choice(("公安注销", "卫健死亡登记")),
        "撤销" if item.event == "death_withdrawn" else "有效",
    ]
