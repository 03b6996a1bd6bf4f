"""Tables and pictures of the summary page for those who hear them (bars A20 and A21)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.pages import STATES

pytestmark = pytest.mark.needs("chromium")

TABLES = """
() => [...document.querySelectorAll('table')].map(table => ({
  caption: table.caption.textContent.trim(),
  columns: [...table.tHead.rows[0].cells].map(cell => [cell.tagName, cell.scope, cell.textContent.trim()]),
  rows: [...table.querySelectorAll('tbody tr, tfoot tr')].map(row => [...row.cells].map(cell =>
    [cell.tagName, cell.scope || '', cell.dataset.label, cell.textContent.trim(), cell.className])),
}))
"""
SPOKEN = """
() => [...document.querySelectorAll('tbody tr, tfoot tr')].map(row => [...row.cells].map(cell => {
  const before = getComputedStyle(cell, '::before').content;
  return (before === 'none' || before === 'normal' ? '' : before.slice(1, -1)) + cell.textContent.trim(); }))
"""


@pytest.mark.parametrize("state", STATES)
def test_each_table_has_a_caption_and_scopes(browser: Browser, pages: dict[str, Path], state):
    page = browser.new_page()
    page.goto(pages[state].as_uri())
    tables = page.evaluate(TABLES)
    assert tables
    captions = [table["caption"] for table in tables]
    assert all(captions)
    assert len(set(captions)) == len(captions)
    for table in tables:
        assert {(tag, scope) for tag, scope, _ in table["columns"]} == {("TH", "col")}
        headings = [words for _, _, words in table["columns"]]
        for row in table["rows"]:
            assert row[0][:2] == ["TH", "row"]
            assert [cell[2] for cell in row] == [f"{heading}：" for heading in headings]
            assert all(cell[3] for cell in row), "an empty cell says nothing aloud"
    page.close()


def test_numbers_stand_right_with_their_unit_in_the_heading(browser: Browser, pages: dict[str, Path]):
    page = browser.new_page()
    page.goto(pages["full"].as_uri())
    for table in page.evaluate(TABLES):
        for row in table["rows"]:
            for (_, _, heading), (_, _, _, words, css) in zip(table["columns"], row, strict=True):
                if words.replace(",", "").isdigit():
                    assert css == "number"
                    assert heading.endswith("）"), f"no unit in the heading of {words}"
    page.close()


def test_narrow_rows_read_as_header_and_value(browser: Browser, pages: dict[str, Path]):
    page = browser.new_page(viewport={"width": 320, "height": 900})
    page.goto(pages["full"].as_uri())
    rows = page.evaluate(SPOKEN)
    assert rows
    for name, *cells in rows:
        assert "：" not in name or "比对" not in name
        assert cells
        assert all("：" in cell and not cell.startswith("：") and not cell.endswith("：") for cell in cells)
    first = page.get_by_role("table", name="各乡镇（街道）有多少").get_by_role("row").first
    spoken = first.aria_snapshot()
    assert "江南街道" in spoken
    assert "应享未享（人次）：" in spoken
    page.close()


def test_a_wide_table_still_announces_its_headings(browser: Browser, pages: dict[str, Path]):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(pages["full"].as_uri())
    table = page.get_by_role("table", name="各乡镇（街道）有多少")
    assert table.get_by_role("columnheader").all_text_contents()[1] == "应享未享（人次）"
    assert table.get_by_role("rowheader").first.text_content() == "江南街道"
    page.close()


@pytest.mark.parametrize("state", ["full", "settled"])
def test_the_chart_has_title_sentence_and_table(browser: Browser, pages: dict[str, Path], state):
    page = browser.new_page()
    page.goto(pages[state].as_uri())
    chart = page.get_by_role("img")
    assert chart.count() == 1
    assert page.get_by_role("img", name="各乡镇（街道）的应享未享，条形图").count() == 1
    assert page.locator("svg desc").text_content().endswith("表里。")
    assert page.locator("#chart-sentence").text_content().startswith("应享未享最多的是：")
    drawn = [words.split("\u3000") for words in page.locator("svg text").all_text_contents()]
    table = page.locator("#townships tbody tr")
    shown = [(row.locator("th").text_content(), row.locator("td").first.text_content()) for row in table.all()]
    assert [(name, count.removesuffix(" 人次")) for name, count in drawn] == shown
    page.close()


def test_states_are_said_in_words_beside_their_shape(browser: Browser, pages: dict[str, Path]):
    page = browser.new_page()
    page.goto(pages["full"].as_uri())
    headings = page.locator(".numbers h2")
    assert [words.split() for words in headings.all_text_contents()] == [
        ["○", "应享未享"],
        ["!", "疑似不应享"],
        ["?", "待核实"],
        ["◷", "六个月内到期"],
    ]
    assert page.get_by_role("heading", name="应享未享", exact=True).count() == 1
    page.close()
