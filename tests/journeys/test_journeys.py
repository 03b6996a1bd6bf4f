"""Journeys of an office by keyboard alone, with JavaScript and without; canaries go along (A2, A3, A6, A25, R20)."""

from __future__ import annotations

import io
import re
import secrets
import subprocess

import openpyxl
import psycopg
import pytest

from tests.journeys.canaries import CANARIES, leaks, marks
from tests.journeys.conftest import make_office, start
from tests.journeys.keys import Keyboard
from tests.journeys.office import PASSWORD
from tests.journeys.rosters import ID, bytes_of, roster_of, with_rows
from tests.web_access.staff import code_of

pytestmark = pytest.mark.needs("chromium")
GOOD, BROKEN = CANARIES[:2], CANARIES[2:]
_HEARD = """
() => { window.heard = [];
  for (const one of document.querySelectorAll('[role=status], [aria-live]'))
    new MutationObserver(() => { const text = one.textContent.trim(); if (text) window.heard.push(text); })
      .observe(one, {childList: true, characterData: true, subtree: true}); }
"""


def messy_roster(county, folder):
    """The roster with two good new people and three whose rows are broken, each in its own way."""
    rows = [one.row() for one in GOOD]
    lost, wrong, none = BROKEN
    rows.append(lost.row(身份证号=f"{lost.citizen_id[:15]}000", 残疾人证号=""))
    flipped = "0" if wrong.citizen_id[-1] != "0" else "1"
    rows.append(wrong.row(身份证号=wrong.citizen_id[:-1] + flipped, 残疾人证号=""))
    rows.append(none.row(身份证号="", 残疾人证号=""))
    path = folder / roster_of(county).name
    path.write_bytes(with_rows(county, rows))
    return path


def mended(data):
    """The explained copy with the broken rows put right: what somebody does in Excel."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    right = {one.name: one.citizen_id for one in BROKEN}
    count = 0
    for sheet in book.worksheets:
        column = {}
        for row in sheet.iter_rows():
            said = {str(cell.value): cell.column for cell in row if cell.value is not None}
            column = said if ID in said and "姓名" in said else column
            name = row[column["姓名"] - 1].value if column else None
            if name in right:
                sheet.cell(row[0].row, column[ID]).value = right[name]
                assert "问题与改法" in column
                assert re.search("身份证号", str(row[column["问题与改法"] - 1].value))
                count += 1
    assert count == len(BROKEN)
    return bytes_of(book)


def bring(keys, path, script):
    """From any page: bring a file and wait for its preview."""
    keys.follow("导入", exact=True)
    keys.follow("导入名单")
    keys.files("名单文件", [path])
    keys.follow("提交，开始读取", role="button")
    keys.until("link", "确认导入", script=script)
    return keys.page.locator("main .lead").first.inner_text()


def confirm(keys, script):
    """Confirm the preview and wait until it is written."""
    keys.follow("确认导入")
    keys.follow("确认，写入", role="button")
    keys.until("link", "看比对", script=script)


def import_with_errors(keys, county, folder, script):
    """A roster with broken rows: what is right is taken in, the rest explained, mended and brought again."""
    keys.page.goto("/")
    told = bring(keys, messy_roster(county, folder), script)
    assert "新增 2 人" in told
    keys.follow(re.compile("没有采用的行"))
    rows = keys.page.locator("main table").first.inner_text()
    assert rows.count("身份证号") >= len(BROKEN)
    confirm(keys, script)
    keys.until("link", "下载处理结果", script=False) if not script else None
    copy = folder / "处理结果.xlsx"
    keys.fetch("下载处理结果").save_as(copy)
    again = folder / roster_of(county).name
    again.write_bytes(mended(copy.read_bytes()))
    told = bring(keys, again, script)
    assert "新增 3 人" in told
    changed = keys.page.locator("nav[aria-label=改动的种类]").inner_text()
    assert re.search(r"3", changed)
    confirm(keys, script)
    assert "新增 3 人" in keys.page.locator("main").inner_text()


def search(keys, typed, one):
    """Search from any page and open who was found: at once, or from the list where there are several."""
    keys.fill("姓名、拼音、证号尾号", typed, role="searchbox")
    with keys.page.expect_navigation():
        keys.press("Enter")
    if "found=" in keys.page.url:
        keys.follow(re.compile(one.name[0]))
    assert one.name[0] in keys.page.get_by_role("heading", level=1).inner_text()


def find_and_reveal(keys, script):
    """Find a person by initials and by the end of the number, read the matrix, see a number, see who has looked."""
    one = CANARIES[0]
    for typed in (one.initials, one.citizen_id[-4:]):
        search(keys, typed, one)
    matrix = keys.page.get_by_role("table", name=re.compile("^政策")).inner_text()
    assert re.search(r"重度残疾人护理补贴\s+\S*\s*应享未享\s+90", matrix)
    assert one.citizen_id not in keys.page.content()
    keys.pick("看完整号码的原因", "入户或电话核实")
    if script:
        keys.page.evaluate(_HEARD)
    keys.go("button", re.compile("显示.*身份证号"))
    keys.press("Enter")
    keys.page.get_by_text(re.compile(f"{one.citizen_id[:6]}.*{one.citizen_id[-4:]}")).first.wait_for()
    if script:
        keys.page.wait_for_timeout(300)
        heard = keys.page.evaluate("window.heard")
        assert len(heard) == len(set(heard))
        assert keys.page.evaluate("document.activeElement !== document.body"), "focus is lost after the number came"
    keys.follow("人员", exact=True)
    search(keys, one.initials, one)
    looks = keys.page.locator("summary", has_text="最近看过这份档案的人")
    keys.reach(looks, "who has looked")
    keys.press("Enter")
    seen = keys.page.locator("details", has=looks).inner_text()
    assert "陈志远" in seen
    assert "入户或电话核实" in seen or "身份证号" in seen


def settle_and_undo(keys):
    """Close everything a filter finds, then take it back as one."""
    keys.follow("名单", exact=True)
    keys.pick("种类", "应享未享")
    keys.follow("筛选", role="button")
    radio = keys.page.get_by_role("radio", name=re.compile("对筛选出的全部"))
    words = radio.locator("xpath=..").inner_text()
    count = int(re.search(r"([\d,]+) 条", words).group(1).replace(",", ""))
    assert count > 2
    keys.choose(re.compile("对筛选出的全部"))
    keys.follow("情况属实", role="button")
    assert f"{count} 条" in keys.page.locator("main").inner_text()
    keys.follow(re.compile("情况属实|记|办理|确认"), role="button")
    assert f"{count} 条" in keys.page.locator("main .lead").inner_text()
    keys.follow("撤销这次办理", role="button")
    assert "撤销了这次办理" in keys.page.locator("main").inner_text()
    keys.follow("返回名单")
    keys.follow("本月要办")
    assert f"{count} 人次" in keys.page.locator("main").inner_text()


def work_a_day(keys, county, folder, script):
    """The three journeys one after another; the error pages of some wrong addresses."""
    import_with_errors(keys, county, folder, script)
    until_matched(keys)
    find_and_reveal(keys, script)
    settle_and_undo(keys)
    assert keys.stops > 100
    wrong = ("/persons/nobody/", "/findings/?kind=nothing", "/imports/00000000-0000-4000-8000-000000000000/")
    return [keys.page.request.get(url, max_redirects=0).text() for url in wrong]


def test_an_office_works_by_keyboard_and_leaves_nobody_lying_about(visit, server, template, tmp_path, script):
    keys = Keyboard(visit(server, script=script))
    pages = work_a_day(keys, template / "county", tmp_path, script)
    server.stop()
    assert "DEBUG" in server.log
    assert leaks(server, visit.seen, pages) == []


@pytest.mark.needs("postgres")
def test_nobody_lies_about_on_postgres_either(visit, tmp_path, postgres_url):
    name = f"zhucan_journeys_{secrets.token_hex(4)}"
    url = f"{postgres_url.rpartition('/')[0]}/{name}"
    with psycopg.connect(postgres_url, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name}")
    try:
        make_office(tmp_path / "template", database=url)
        server = start(tmp_path / "template", tmp_path, which="pages", database=url)
        keys = Keyboard(visit(server, script=True))
        pages = work_a_day(keys, tmp_path / "template" / "county", tmp_path, True)
        server.stop()
        with psycopg.connect(url) as session:
            assert session.execute("SELECT count(*) > 400 FROM registry_person").fetchone() == (True,)
        dump = subprocess.run(["pg_dump", url], capture_output=True, check=True).stdout.decode()
        assert [mark for mark in marks() if mark in dump or mark.encode().hex() in dump] == []
        assert leaks(server, visit.seen, pages) == []
    finally:
        with psycopg.connect(postgres_url, autocommit=True) as session:
            session.execute(f"DROP DATABASE {name} WITH (FORCE)")


def until_matched(keys):
    """Until the numbers of the first page stand still."""
    for _ in range(120):
        keys.follow("本月要办")
        if "正在比对" not in keys.page.locator("main").inner_text():
            return
        keys.page.wait_for_timeout(500)
    raise AssertionError("the matching never ended")


def test_a_form_that_is_wrong_says_so_first(visit, server, script):
    keys = Keyboard(visit(server, script=script))
    keys.page.goto("/imports/new/")
    keys.follow("提交，开始读取", role="button")
    assert keys.page.title().startswith("错误：")
    assert keys.page.evaluate("document.querySelector('main').firstElementChild.id") == "error-summary"
    if script:
        assert keys.page.evaluate("document.activeElement.closest('#error-summary') !== null")
    link = keys.page.locator("#error-summary a").first
    keys.reach(link, "the first error")
    keys.press("Enter")
    assert keys.page.evaluate("document.activeElement.name || location.hash") in ("lists", "#id_lists")


@pytest.mark.parametrize("account", ["clerk"])
def test_signing_in_takes_a_second_factor_and_five_mistakes_lock(visit, template, tmp_path, script, account):
    server = start(template, tmp_path, mode="production")
    keys = Keyboard(visit(server, "", script=script))
    keys.page.goto("/findings/")
    keys.fill("用户名", account)
    keys.reach(keys.page.get_by_label("密码"), "the password")
    keys.type(PASSWORD)
    keys.follow("登录", role="button")
    secret = "".join(keys.page.locator(".code").all_inner_texts()).replace(" ", "")
    keys.reach(keys.page.get_by_label(re.compile("口令|验证码")).first, "the code")
    keys.type(code_of(secret))
    with keys.page.expect_navigation():
        keys.press("Enter")
    assert "只显示这一次" in keys.page.locator("main").inner_text()
    keys.page.goto("/findings/")
    assert keys.page.get_by_role("heading", level=1).inner_text() == "名单"

    keys = Keyboard(visit(server, "", script=script))
    keys.page.goto("/sign-in/")
    for _ in range(5):
        keys.fill("用户名", "officer")
        keys.reach(keys.page.get_by_label("密码"), "the password")
        keys.type("wrong-Reeds-48-bend")
        keys.follow("登录", role="button")
    assert "试的次数太多" in keys.page.locator("main").inner_text()
    server.stop()
    assert PASSWORD not in server.log
    assert secret not in server.log
