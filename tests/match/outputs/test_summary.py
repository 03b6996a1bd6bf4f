"""The summary page: the right counts, none too small, nothing about a person."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.match.outputs.factory import make_result
from zhucan.match.outputs.counts import HIDDEN, OTHER_REASON, count_page
from zhucan.match.outputs.figures import figures_of
from zhucan.match.outputs.summary import page_of, write_summary

COUNT = re.compile(
    r'<td [^>]*class="number"[^>]*>([^<]*)</td>|<p class="count">\s*<span>([^<]*)</span>|<text[^>]*>([^<]*)'
)


def html_of(result, folder):
    write_summary(result, figures_of(result), folder / "page.html")
    return (folder / "page.html").read_text(encoding="utf-8")


def printed_counts(html):
    words = ["".join(found) for found in COUNT.findall(html)]
    return [
        int(number.replace(",", "")) for word in words for number in re.findall(r"(?<![\d.,])[\d,]+(?![\d.,])", word)
    ]


def test_the_four_numbers(tmp_path):
    result = make_result(3000)
    figures = figures_of(result)
    missed = [line for line in result.lines if line.finding in ("missed", "bank_failed")]
    assert figures.missed_number.lines == len(missed)
    assert figures.missed_number.persons == len({line.person.code for line in missed})
    assert figures.missed_number.fen == sum(line.amount_fen for line in missed)
    numbers = page_of(result, figures).numbers
    assert numbers[0].count == f"{len(missed):,}"
    assert numbers[0].money == f"按标准每月应发 {9000 * len(missed) // 100:,} 元"
    assert numbers[1].count == f"{figures.doubtful_number.lines:,}"
    assert numbers[2].count == f"{len([line for line in result.lines if line.verdict == 'unknown']):,}"
    assert numbers[3].count == f"{len(result.expiring):,}"
    html = html_of(result, tmp_path)
    for number in numbers:
        assert f"<span>{number.count}</span> {number.unit}" in html


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 700), st.integers(0, 10_000))
def test_no_small_count_is_printed(tmp_path_factory, persons, seed):
    html = html_of(make_result(persons, seed), tmp_path_factory.mktemp("page"))
    counts = printed_counts(html)
    assert counts
    assert [count for count in counts if 1 <= count <= 4] == []


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 700), st.integers(0, 10_000))
def test_one_open_sum_never_gives_a_hidden_count(persons, seed):
    result = make_result(persons, seed)
    counts, _ = count_page(result, figures_of(result))
    for one in counts.sums:
        cells = [one.total, *one.parts]
        lost = [cell for cell in cells if cell in counts.hidden or cell in counts.unprinted]
        assert len(lost) != 1 or lost[0] in counts.unprinted


def test_no_word_about_a_person(tmp_path):
    result = make_result(600)
    html = html_of(result, tmp_path)
    for person in result.persons:
        for word in (person.citizen_id, person.certificate_number, person.name, person.account, person.village_name):
            assert word not in html
        assert not person.phone or person.phone not in html
    assert not re.search(r"\d{11,}", html)


def test_a_reason_few_share_is_not_printed(tmp_path):
    result = make_result(600)
    doubtful = figures_of(result).doubtful
    named = {id(line): replace(line, reason=f"只有{line.person.name}一个人有的原因") for line in doubtful[:3]}
    changed = replace(result, lines=[named.get(id(line), line) for line in result.lines])
    html = html_of(changed, tmp_path)
    assert "只有" not in html
    assert OTHER_REASON in html


def test_money_beside_hidden_counts_is_rounded():
    result = make_result(600)
    figures = figures_of(result)
    money = page_of(result, figures).numbers[1].money
    assert money == f"当月已发 约 {round(figures.doubtful_number.fen / 100_000) * 1000:,} 元"


def test_presumptions_are_named_with_what_leans_on_them(tmp_path):
    html = html_of(make_result(600), tmp_path)
    assert "死亡人员名单" in html
    assert ">212<" in html
    assert "还有 2 件事没有名单可核对" in html


def test_hostile_words_stay_words(tmp_path):
    result = replace(make_result(60), division_name="<script>alert(1)</script>&\"'")
    html = html_of(result, tmp_path)
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_without_a_payment_list_nobody_is_said_to_miss_anything():
    result = make_result(600)
    lines = [replace(line, receiving=None, paid_fen=0, finding="not_compared") for line in result.lines]
    without = replace(result, lines=lines, strays=())
    page = page_of(without, figures_of(without))
    assert [number.count for number in page.numbers[:3]] == ["未核对"] * 3
    assert page.not_compared
    assert page.townships
    assert page.townships.headings == ("乡镇（街道）", "六个月内到期（证）")


def test_a_run_without_anybody_still_has_a_page(tmp_path):
    nobody = replace(make_result(5), persons=(), lines=(), strays=(), expiring=(), presumptions=(), questions=())
    html = html_of(nobody, tmp_path)
    assert "名册里还没有人" in html
    assert HIDDEN in html


def test_a_list_that_does_not_add_up_says_so(tmp_path):
    result = make_result(60)
    roster = result.feeds[0]
    wrong = replace(roster, account=replace(roster.account, read=roster.account.read + 9))
    html = html_of(replace(result, feeds=[wrong, *result.feeds[1:]]), tmp_path)
    assert "行数对不上，请报修" in html


@pytest.mark.parametrize("persons", [60, 3000])
def test_the_page_is_small_and_alone(tmp_path, persons):
    html = html_of(make_result(persons), tmp_path)
    assert len(html.encode()) <= 60_000
    assert not re.search(r"(src|href)=\"(?!#)", html)
    assert "url(" not in html
    assert "@import" not in html
