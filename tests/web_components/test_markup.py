"""What the markup promises, without a browser: tables, forms, money, days, masks, weight, no inline code."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.template.loader import render_to_string

from tests.web_components.conftest import THEMES, WEB
from tests.web_components.specimen import VisitForm, page, worklist
from zhucan.web import charts, words
from zhucan.web.forms import Form, error_links
from zhucan.web.table import Cell, Column, Pagination, Row, Table, sort_columns


def render(source, **context):
    return Template("{% load zhucan %}" + source).render(Context(context))


@pytest.mark.parametrize(("kind", "limit"), [("css", 20_000), ("js", 15_000)])
def test_styles_and_scripts_are_light(kind, limit):
    sizes = [len(gzip.compress(path.read_bytes(), 9)) for path in (WEB / "static" / "web").rglob(f"*.{kind}")]
    assert sizes
    assert sum(sizes) <= limit


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("bound", [True, False])
def test_no_inline_code_nothing_undefined_no_doubled_id(theme, bound):
    html = page(theme, bound=bound)
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|<script(?![^>]*\ssrc=)", html)
    assert "!!undefined" not in html
    assert "---------" not in html
    assert "！" not in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
    assert not re.search(r'(src|href)="https?:', html)


def test_styles_fetch_nothing_and_draw_no_shadows():
    css = (WEB / "static" / "web" / "zhucan.css").read_text(encoding="utf-8")
    assert not re.search(
        r"url\(|@import|@font-face|box-shadow|text-shadow|gradient|uppercase|text-align: center;\s*\}\s*p", css
    )


@pytest.mark.parametrize("name", ["400", "403", "404", "409", "500", "csrf"])
def test_error_pages_need_no_variable(name):
    html = render_to_string(f"web/{name}.html", {})
    assert "!!undefined" not in html
    assert "<title> - " not in html


def test_a_table_has_caption_scopes_order_and_labels():
    html = render("{% table t %}", t=worklist())
    assert html.count("<caption") == 1
    assert html.count('scope="col"') == 9
    assert html.count('scope="row"') == 7
    assert html.count('aria-sort="ascending"') == 1
    assert html.count("aria-sort") == 1
    assert 'href="?policy=living&amp;sort=-name"' in html
    assert html.count('data-label="为什么：" class="wraps"') == 7
    assert len(re.findall(r'<input type="checkbox" name="selected" value="\d" form="bulk">', html)) == 7
    assert 'class="vh">选择 张*明，困难残疾人生活补贴</span>' in html


def test_an_empty_table_says_what_will_come():
    html = render("{% table t %}", t=worklist(rows=False))
    assert "<table" not in html
    assert "符合条件却没领到的人列在这里" in html


def test_values_are_escaped():
    table = Table("<b>", [Column("a", "<i>")], [Row([Cell("<script>alert(1)</script>", is_header=True)])])
    html = render("{% table t %}", t=table)
    assert "<script>" not in html
    assert "<i>" not in html
    assert "<b>" not in html


def test_a_row_must_fit_its_columns():
    with pytest.raises(ValueError, match="rows \\[1\\]"):
        Table("名单", [Column("a", "甲"), Column("b", "乙")], [Row([Cell("1")])])


def test_sort_links_turn_round_and_forget_the_page():
    columns = [Column("name", "姓名"), Column("fen", "金额")]
    rising = sort_columns(columns, ["name", "fen"], "name", [("town", "8"), ("page", "3")])
    assert [(one.sorted, one.sort_url) for one in rising] == [
        ("ascending", "?town=8&sort=-name"),
        (None, "?town=8&sort=fen"),
    ]
    assert sort_columns(columns, ["name"], "-name", [])[0].sort_url == "?sort=name"


@pytest.mark.parametrize(
    ("page_number", "said", "before", "after"),
    [(1, "第 1–50 条，共 1,178 条", "", "?page=2"), (24, "第 1,151–1,178 条，共 1,178 条", "?page=23", "")],
)
def test_pages_say_where_one_is(page_number, said, before, after):
    shown = Pagination.of(page_number, 50, 1178, parameters=[("page", "9")])
    assert (shown.sentence, shown.previous_url, shown.next_url) == (said, before, after)
    assert Pagination.of(1, 50, 0).sentence == "没有符合的条目"


@pytest.mark.parametrize(
    ("fen", "text", "column", "short"),
    [
        (123400, "1,234.00 元", "1,234", "1,234 元"),
        (123450, "1,234.50 元", "1,234.50", "1,234.50 元"),
        (5, "0.05 元", "0.05", "0.05 元"),
        (-10000, "−100.00 元", "−100", "−100 元"),
        (0, "0.00 元", "0", "0 元"),
        (None, "未知", "未知", "未知"),
    ],
)
def test_money(fen, text, column, short):
    assert render("{% money f %}|{{ f|yuan }}|{% money f short=True %}", f=fen) == f"{text}|{column}|{short}"


def test_days_and_counts():
    late = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)  # 1 November in the office
    assert render("{{ d|long_date }} {{ d|table_date }}", d=late) == "2026年11月1日 2026-11-01"
    assert render("{{ d|moment }}", d=late) == "2026-11-01 01:00"
    assert render("{{ d|long_date }} {{ d|weekday }}", d=date(2026, 11, 21)) == "2026年11月21日 星期六"
    assert render("{{ d|long_date }}{{ n|count }}", d=None, n=1178) == "未知1,178"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("450803195603121117", "4508 03** **** **17"),
        ("45080319560312111762", "4508 03** **** **62"),
        ("1234", "**34"),
        ("", ""),
    ],
)
def test_masks_hide_the_middle(number, shown):
    assert words.mask_id(number) == shown


def test_names_are_masked_and_a_hidden_number_is_said_in_words():
    assert [words.mask_name(name) for name in ("张小明", "李四", "欧阳小华", "王", "")] == [
        "张*明",
        "李*",
        "欧**华",
        "王",
        "",
    ]
    html = render("{% masked n label='身份证号' url='/show/' %}", n="450803195603121117")
    assert "19560312" not in html
    assert "后两位 1 7，其余隐去" in html
    assert '<span class="vh">身份证号</span>' in html


@pytest.mark.parametrize(
    ("finding", "shape", "said"),
    [
        ("ok", "●", "应享已享"), ("missed", "○", "应享未享"), ("unknown", "?", "待核实"), ("not", "–", "不符合"),
        ("wrong_level", "!", "疑似不应享"), ("wrong_amount", "!", "发放差错"), ("bank_failed", "○", "应享未享"),
    ],
)  # fmt: skip
def test_a_state_is_a_shape_for_the_eye_and_words_for_all(finding, shape, said):
    html = render("{{ f|state }}", f=finding)
    assert re.search(rf'aria-hidden="true">{re.escape(shape)}</span> {said}</span>$', html)


def test_form_fields_are_tied_to_help_and_errors():
    html = VisitForm({"name": ""}).as_div()
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    for id_ in ("id_name_helptext", "id_name_error", "id_answer_error", "id_agreed_error"):
        assert html.count(f'id="{id_}"') == 1
    assert html.index("接电话的人") < html.index('id="id_name_error"') < html.index('<input type="text" name="name"')
    radios = re.findall(r'<input type="radio"[^>]*>', html)
    assert len(radios) == 3
    assert all('aria-describedby="id_answer_error"' in one and "checked" not in one for one in radios)
    assert html.count("<legend>") == 2
    assert "（选填）" in html
    assert "必填项" not in html


def test_empty_choices_of_django_are_gone_or_say_what_to_do():
    class Choose(Form):
        level = forms.TypedChoiceField(choices=[("", "---------"), (1, "一级")], coerce=int, widget=forms.RadioSelect)
        kind = forms.ChoiceField(choices=[("", "---------"), ("1", "视力")], required=False)
        where = forms.ChoiceField(choices=lambda: [("", "全部"), ("1", "八塘街道")], required=False)

    html = Choose().as_div()
    assert "---------" not in html
    assert html.count("请选择") == 1
    assert "全部" in html
    assert Choose({"level": "1"}).is_valid()


def test_every_error_leads_to_its_field():
    links = error_links(VisitForm({"amount": "一百"}))
    assert [(one.target, one.label) for one in links] == [
        ("id_name", "联系人"),
        ("id_amount", "补发金额（元）"),
        ("id_answer_0", "本人现在领到了吗"),
        ("id_reason", "没领到的原因"),
        ("id_agreed", "已向本人读过一遍，本人同意"),
    ]
    html = page()
    assert all(f'id="{one.target}"' in html for one in links)
    assert all(one.message.endswith("。") for one in links)


def test_several_files_are_cleaned_one_by_one():
    class Upload(Form):
        files = VisitForm.base_fields["files"].__class__(label="文件")

    from django.utils.datastructures import MultiValueDict

    given = [SimpleUploadedFile("a.csv", b"1"), SimpleUploadedFile("b.csv", b"2")]
    form = Upload({}, MultiValueDict({"files": given}))
    assert form.is_valid(), form.errors
    assert [one.name for one in form.cleaned_data["files"]] == ["a.csv", "b.csv"]
    assert not Upload({}, MultiValueDict({"files": [SimpleUploadedFile("a.csv", b"")]})).is_valid()
    assert list(Upload({}, {}).errors["files"]) == ["还没有选文件。请选一个文件。"]


def test_a_chart_has_title_sentence_and_its_table():
    chart = charts.bars(
        "k", "应享未享", "八塘街道最多。", [charts.Bar("八塘<街道", 4), charts.Bar("桥圩镇", None, "隐去")], unit="人次"
    )
    html = render("{% chart c %}", c=chart)
    assert '<svg class="picture" role="img" aria-labelledby="k-title" aria-describedby="k-desc"' in html
    assert "<figcaption>八塘街道最多。</figcaption>" in html
    assert html.count("<rect") == 1
    assert html.count("隐去") == 2
    assert "八塘&lt;街道" in html
    assert 'id="k-table"' in html


def test_charts_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match="one value for each place"):
        charts.lines("k", "题", "句。", ["一月", "二月"], [charts.Series("甲", [1])], unit="人")
    groups = [charts.Group("甲", [charts.Bar("x", 1)]), charts.Group("乙", [charts.Bar("y", 1)])]
    with pytest.raises(ValueError, match="same bars"):
        charts.grouped_bars("k", "题", "句。", groups, unit="人")
    gap = charts.lines("k", "题", "句。", ["一", "二", "三"], [charts.Series("甲", [1, None, 3])], unit="人")
    assert gap.svg.count("M") == 2


def test_progress_says_what_is_done_what_remains_and_stops_asking_at_the_end():
    running = render('{% progress title="核对" done=5 total=10 errors=2 remaining="3 秒" url="/p/" %}')
    assert re.search("已完成 5，共 10；大约还要 3 秒；.*2 处有问题", running)
    assert 'hx-get="/p/"' in running
    ended = render('{% progress title="核对" done=10 total=10 url="/p/" finished="核对完了" %}')
    assert "hx-get" not in ended
    assert 'data-announce="核对：核对完了"' in ended


def test_a_page_that_asks_first_says_what_will_and_what_will_not_happen():
    given = {
        "heading": "转办 188 条给八塘街道",
        "consequence": "八塘街道的经办人会看到这 188 条。",
        "action": "转办",
        "cancel_url": "/findings/",
    }
    html = render_to_string("web/components/confirm.html", given)
    assert "!!undefined" not in html
    assert (
        html.index("会看到这 188 条") < html.index('<button type="submit">转办</button>') < html.index("不办了，返回")
    )
    full = given | {"unchanged": "金额不变。", "rows": [{"term": "条数", "detail": "188"}], "hidden": [("token", "a")]}
    html = render_to_string("web/components/confirm.html", full)
    assert "金额不变。" in html
    assert '<input type="hidden" name="token" value="a">' in html
