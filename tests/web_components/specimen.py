"""Every component with synthetic people of 港南区, as one page."""

from __future__ import annotations

from datetime import date

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from zhucan.web.charts import Bar, Group, Series, bars, grouped_bars, lines
from zhucan.web.forms import FilesField, Form
from zhucan.web.table import Cell, Column, Link, Pagination, Row, Table, sort_columns
from zhucan.web.templatetags.zhucan import state
from zhucan.web.words import mask_id, yuan

LIVING, NURSING = "困难残疾人生活补贴", "重度残疾人护理补贴"
PEOPLE = [
    ("张*明", "八塘街道", "亭子村", "450803195603121117", LIVING, "低保家庭，当月发放表上没有", 10000, "missed"),
    ("李*", "桥圩镇", "永梧社区", "450803194911020428", NURSING, "二级肢体残疾，当月发放表上没有", 8000, "missed"),
    (
        "覃*英",
        "木格镇",
        "云垌村",
        "450803197207150325",
        LIVING,
        "已列入发放表，银行退回未到账，账号与户名不符",
        10000,
        "bank_failed",
    ),
    (
        "黄*海",
        "湛江镇",
        "平江村",
        "450803198105060733",
        NURSING,
        "残疾等级是四级，护理补贴只给一级、二级和三级智力、精神残疾",
        8000,
        "wrong_level",
    ),
    (
        "欧阳*华",
        "东津镇",
        "石连村",
        "450803196812240516",
        LIVING,
        "低保情况没有名单可核对，需要问乡镇民政",
        None,
        "unknown",
    ),
    ("韦*兰", "新塘镇", "山边村", "450803200103150946", LIVING, "符合，已按月发放", 10000, "ok"),
    ("梁*", "瓦塘镇", "香江村", "450803195001010019", NURSING, "本人已享受工伤护理费，两者不能同时享受", 0, "not"),
]
SHAPES = [Link("三级台账", "#a"), Link("应享未享", "#b", current=True, count=1178), Link("银行退回", "#c", count=12)]
NAVIGATION = [
    Link(title, f"#{place}", current=title == "名单")
    for place, title in enumerate(
        ["本月要办", "人员", "名单", "核查", "到期", "导入", "比对", "试算", "标准", "政策", "用户", "记录"]
    )
]


def worklist(*, rows: bool = True, form: str = "bulk", key: str = "worklist") -> Table:
    """The list of 应享未享, sorted by name."""
    columns = [
        Column("name", "姓名"), Column("town", "乡镇（街道）"), Column("village", "村（社区）"),
        Column("number", "身份证号"), Column("policy", "项目"), Column("state", "状态"),
        Column("reason", "为什么", wraps=True), Column("fen", "标准", "元/月", numeric=True),
    ]  # fmt: skip
    people = PEOPLE if rows else []
    return Table(
        "应享未享的人，按姓名排",
        sort_columns(columns, ["name", "town", "fen"], "name", [("policy", "living")]),
        [
            Row(
                [
                    Cell(name, url=f"#person-{place}", is_header=True), Cell(town), Cell(village),
                    Cell(mark_safe(f'<span class="code">{mask_id(number)}</span>')), Cell(policy), Cell(state(finding)),
                    Cell(reason), Cell(yuan(fen)),
                ],
                key=str(place), label=f"{name}，{policy}",
            )
            for place, (name, town, village, number, policy, reason, fen, finding) in enumerate(people)
        ],
        empty="没有应享未享的人。比对过本月的发放表后，符合条件却没领到的人列在这里。",
        id=key, select_form=form, keys=True,
    )  # fmt: skip


def totals() -> Table:
    """A table with figures and a foot."""
    columns = [
        Column("town", "乡镇（街道）"),
        Column("n", "应享未享", "人次", numeric=True),
        Column("m", "标准合计", "元/月", numeric=True),
    ]
    rows = [("八塘街道", 188, 1692000), ("桥圩镇", 171, 1539050), ("木格镇", 164, 1476000)]
    return Table(
        "各乡镇的应享未享", columns,
        [*(Row([Cell(t, is_header=True), Cell(f"{n:,}"), Cell(yuan(m, cents=True))]) for t, n, m in rows),
         Row([Cell("合计", is_header=True), Cell("523"), Cell(yuan(4707050, cents=True))], is_total=True)],
        id="totals",
    )  # fmt: skip


class FilterForm(Form):
    """A filter of a list."""

    policy = forms.ChoiceField(
        label="项目", choices=[("", "全部"), ("living", LIVING), ("nursing", NURSING)], required=False
    )
    town = forms.ChoiceField(
        label="乡镇（街道）", choices=[("", "全部"), ("1", "八塘街道"), ("2", "桥圩镇")], required=False
    )
    finding = forms.ChoiceField(label="状态", choices=[("", "全部"), ("missed", "应享未享")], required=False)


class VisitForm(Form):
    """Every kind of field."""

    name = forms.CharField(label="联系人", help_text="接电话的人，可以不是本人。")
    day = forms.DateField(label="上门日期", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    amount = forms.IntegerField(label="补发金额（元）", widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    answer = forms.ChoiceField(
        label="本人现在领到了吗",
        choices=[("", "---------"), ("yes", "领到了"), ("no", "没领到"), ("unknown", "不知道")],
        widget=forms.RadioSelect, help_text="以存折或短信为准。",
    )  # fmt: skip
    seen = forms.MultipleChoiceField(
        label="看过哪些材料", choices=[("card", "残疾人证"), ("book", "户口簿"), ("bank", "存折")],
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    reason = forms.ChoiceField(label="没领到的原因", choices=[("", "---------"), ("a", "账号不对"), ("b", "没有申请")])
    note = forms.CharField(label="经过", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    files = FilesField(
        label="名单文件",
        help_text="可以选几个文件。收 xlsx、xls、csv，每个不超过 20 MB，不超过 20 万行。",
        required=False,
    )
    agreed = forms.BooleanField(label="已向本人读过一遍，本人同意")


def around_a_list() -> dict[str, object]:
    """Pages of a list, and what can be done with it."""
    return {
        "page": Pagination(1, 50, 1178, next_url="?page=2", sizes=[Link("50", "#", current=True), Link("100", "#100")]),
        "keyset": Pagination(51, 100, None, previous_url="?before=a", next_url="?after=b", label="翻页（不数总数）"),
        "actions": [{"title": "打印核查表", "value": "print"}, {"title": "转办给乡镇", "value": "assign"}],
    }


def figures_and_a_person() -> dict[str, object]:
    """The large numbers, and one person's facts and events."""
    return {
        "numbers": [
            {
                "finding": "missed",
                "count": 1178,
                "unit": "人次",
                "url": "#1",
                "money": "106,020 元/月",
                "note": "名单已核对 11 份，无推定",
            },
            {
                "finding": "doubtful",
                "count": 827,
                "unit": "人次",
                "url": "#2",
                "money": "74,430 元，11 月已发",
                "note": "线索，请民政核实",
            },
            {"finding": "unknown", "count": 1193, "unit": "人次", "url": "#3", "note": "问清 1 个问题可定 1,161"},
            {"title": "六个月内到期", "count": 1063, "unit": "证", "url": "#4", "note": "另有发放差错 193"},
        ],
        "facts": [
            {"term": "姓名", "detail": "张*明", "url": "#n"},
            {"term": "住址", "detail": "港南区八塘街道亭子村", "url": "#a"},
            {"term": "残疾类别和等级", "detail": "肢体，二级"},
            {"term": "监护人", "detail": None, "url": "#g", "change": "补填"},
        ],
        "events": [
            {"when": "2026-11-20 16:40", "what": "转县残联审核", "who": "八塘街道 覃*", "note": "还剩 1 个工作日"},
            {"when": "2026-11-18 09:05", "what": "补交存折复印件", "who": "本人", "url": "#file"},
            {"when": "2026-11-17 10:12", "what": "受理申请", "who": "亭子村 专职委员"},
        ],
    }


def pictures() -> dict[str, object]:
    """A chart of each kind."""
    towns = [
        Bar("八塘街道", 188),
        Bar("桥圩镇", 171),
        Bar("木格镇", 164),
        Bar("湛江镇", 97),
        Bar("新塘镇", None, "隐去"),
    ]
    return {
        "bars": bars(
            "townships", "各乡镇应享未享", "八塘街道最多，188 人次，比最少的湛江镇多一倍。", towns, unit="人次"
        ),
        "groups": grouped_bars(
            "groups",
            "应享未享和疑似不应享",
            "桥圩镇两样都多，八塘街道主要是漏发。",
            [
                Group("八塘街道", [Bar("应享未享", 188), Bar("疑似不应享", 40)]),
                Group("桥圩镇", [Bar("应享未享", 171), Bar("疑似不应享", 160)]),
            ],
            unit="人次",
        ),
        "lines": lines(
            "months",
            "每月领到的人次",
            "今年领到护理补贴的人逐月增加，九月停发一次后补上。",
            [f"2026年{month}月" for month in range(1, 12)],
            [
                Series("生活补贴", [7100, 7120, 7155, 7190, 7201, 7230, 7244, 7260, 7251, 7290, 7312]),
                Series("护理补贴", [5100, 5160, 5230, 5350, 5402, 5480, 5511, 5590, None, 5700, 5790]),
            ],
            unit="人次",
        ),
    }


def context(theme: str = "light", size: str = "normal", *, bound: bool = True) -> dict[str, object]:
    """The variables of the specimen."""
    form = VisitForm({"name": "", "amount": "一百", "note": "本人外出", "answer": ""}) if bound else VisitForm()
    return {
        "demo_notice": "演示数据，全部虚构",
        "account_url": "#account",
        "theme": theme,
        "size": size,
        "navigation": NAVIGATION,
        "search_url": "#search",
        "post": "八塘街道 · 初审",
        "post_url": "#post",
        "display_url": "#display",
        "sign_out_url": "#out",
        "home_url": "#home",
        "office": "贵港市港南区残疾人联合会",
        "today": date(2026, 11, 21),
        "heading": "应享未享",
        "heading_note": "2026年11月21日 星期六",
        "form": form,
        "filter_form": FilterForm(),
        "tabs": SHAPES,
        "worklist": worklist(),
        "empty": worklist(rows=False, form="", key="none"),
        "totals": totals(),
        **around_a_list(),
        **figures_and_a_person(),
        **pictures(),
        "steps": ["选文件", "核对", "看改动", "确认"],
        "day": date(2026, 11, 1),
        "crumbs": [Link("名单", "#l"), Link("2026年11月发放表", "#m"), Link("第 214 行", "#n", current=True)],
        "messages": [],
        "csrf_token": "synthetic",
    }


def page(theme: str = "light", size: str = "normal", *, bound: bool = True) -> str:
    """The whole page as text."""
    return render_to_string("web/components/specimen.html", context(theme, size, bound=bound))
