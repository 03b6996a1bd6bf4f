"""What JavaScript adds, tried by keys and clicks; and that nothing is lost without it."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.needs("chromium")

FOCUSED = "document.activeElement.textContent.trim()"


def test_the_error_summary_has_focus_and_leads_to_the_field(show):
    page = show("light")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    for link, field in (("联系人", "id_name"), ("本人现在领到了吗", "id_answer_0"), ("已向本人", "id_agreed")):
        page.locator("#error-summary a", has_text=link).click()
        assert page.evaluate("document.activeElement.id") == field


def test_keys_move_and_select_only_inside_the_list(show):
    page = show("light-fresh")
    page.locator("h1").click()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body || document.activeElement.id === 'main'")
    page.locator("#worklist tbody a").first.focus()
    page.keyboard.press("j")
    assert page.evaluate(FOCUSED) == "李*"
    page.keyboard.press("x")
    assert page.locator("[data-selected]").inner_text().strip() == "1 条"
    page.keyboard.press("k")
    assert page.evaluate(FOCUSED) == "张*明"
    page.keyboard.press("k")
    assert page.evaluate(FOCUSED) == "张*明"
    page.keyboard.press("Control+j")
    assert page.evaluate(FOCUSED) == "张*明"
    page.keyboard.press("o")
    page.wait_for_url("**#person-0")


def test_letters_typed_into_a_field_stay_letters(show):
    page = show("light-fresh")
    page.locator("#search").fill("")
    page.locator("#search").press_sequentially("jkx?")
    assert page.locator("#search").input_value() == "jkx?"
    assert page.locator("#shortcuts").is_hidden()


def test_keys_can_be_switched_off(show):
    page = show("light-fresh")
    page.evaluate("document.documentElement.dataset.shortcuts = 'off'")
    page.locator("#worklist tbody a").first.focus()
    page.keyboard.press("j")
    page.keyboard.press("?")
    assert page.evaluate(FOCUSED) == "张*明"
    assert page.locator("#shortcuts").is_hidden()


def test_the_list_of_keys_opens_and_gives_focus_back(show):
    page = show("light-fresh")
    page.locator("#worklist tbody a").first.focus()
    page.keyboard.press("?")
    assert page.locator("#shortcuts").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#shortcuts").is_hidden()
    assert page.evaluate(FOCUSED) == "张*明"


def test_selection_is_counted_said_and_complete(show):
    page = show("light-fresh")
    page.get_by_label("选择本页全部").check()
    assert page.locator("[data-selected]").inner_text().strip() == "7 条"
    page.wait_for_function("document.getElementById('announce').textContent === '选中 7 条'")
    page.get_by_label("选择 李*").uncheck()
    assert page.evaluate("document.querySelector('[data-every]').indeterminate")
    sent = page.evaluate("[...new FormData(document.getElementById('bulk')).getAll('selected')]")
    assert sent == ["0", "2", "3", "4", "5", "6"]


def test_chosen_files_are_listed(show, tmp_path):
    page = show("light-fresh")
    for name in ("发放表.xlsx", "名册.csv"):
        (tmp_path / name).write_bytes(b"x" * 2048)
    page.locator("input[type=file]").set_input_files([tmp_path / "发放表.xlsx", tmp_path / "名册.csv"])
    assert page.locator(".chosen li").all_inner_texts() == ["发放表.xlsx，2 KB", "名册.csv，2 KB"]


def test_a_form_is_sent_once(show):
    page = show("light-fresh")
    page.evaluate(
        "window.sent = 0; document.addEventListener('submit', event => { window.sent++; }, {capture: false});"
        "document.querySelector('[data-bulk]').action = 'javascript:void(0)'"
    )
    press = "document.querySelector('[data-bulk] button').click()"
    page.evaluate(f"{press}; {press}; {press}")
    assert page.evaluate("window.sent") == 1
    page.wait_for_function("document.getElementById('announce').textContent.includes('提交')")


def test_the_menu_closes_with_escape(show):
    page = show("light-fresh")
    page.locator("[data-menu] summary").click()
    assert page.get_by_role("button", name="退出登录").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="退出登录").is_hidden()


def test_typing_is_kept_from_a_slip(show):
    page = show("light-fresh")
    page.locator("#id_name").fill("覃某")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]


def start_request(page, attributes=""):
    """A button inside a region that its answer replaces; returns after the answer has settled."""
    page.evaluate(
        f"""() => {{ const box = document.createElement('div'); box.id = 'box';
        box.innerHTML = '<button id="go" hx-get="http://zhucan.invalid/" hx-target="#box" {attributes}>看</button>';
        document.querySelector('main').prepend(box); htmx.config.selfRequestsOnly = false; htmx.process(box);
        document.getElementById('go').focus(); document.getElementById('go').click(); }}"""
    )


@pytest.fixture
def online(show):
    """The page with htmx allowed to ask a made-up host, which the tests answer."""
    return show("light-fresh", bypass_csp=True)


def test_focus_survives_a_swap_and_goes_where_the_page_says(online):
    cors = {"access-control-allow-origin": "*", "access-control-allow-headers": "*"}
    online.route(
        "http://zhucan.invalid/**",
        lambda route: route.fulfill(
            status=200, headers=cors, content_type="text/html",
            body='<p>换好了</p><h2 id="new">新的</h2><span data-announce="换好了，共 3 条"></span>',
        ),
    )  # fmt: skip
    start_request(online)
    online.wait_for_selector("#new")
    online.wait_for_function("document.activeElement.id === 'box'")
    online.wait_for_function("document.getElementById('announce').textContent === '换好了，共 3 条'")
    online.evaluate("document.getElementById('box').remove()")
    start_request(online, 'data-focus-after="#new"')
    online.wait_for_function("document.activeElement.id === 'new'")


def test_a_request_that_fails_says_so_in_words(online):
    cors = {"access-control-allow-origin": "*", "access-control-allow-headers": "*"}
    online.route("http://zhucan.invalid/**", lambda route: route.fulfill(status=500, headers=cors, body="secret"))
    start_request(online)
    online.wait_for_function("document.getElementById('messages').textContent.includes('什么也没有改变')")
    assert "secret" not in online.inner_text("body")
    online.unroute("http://zhucan.invalid/**")
    online.route("http://zhucan.invalid/**", lambda route: route.abort())
    online.evaluate("document.getElementById('box').remove()")
    start_request(online)
    online.wait_for_function("document.getElementById('messages').textContent.includes('检查网络')")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_hidden_number_is_asked_for_by_post_with_and_without_javascript(show, scripts):
    page = show("reveal", java_script_enabled=scripts)
    asked = []

    def answer(route):
        asked.append((route.request.method, route.request.post_data))
        route.abort()

    page.route("**/reveal/", answer)
    page.get_by_role("button", name=re.compile("显示 ?身份证号")).click()
    page.wait_for_timeout(300)
    assert [method for method, _ in asked] == ["POST"]
    assert "csrfmiddlewaretoken=synthetic" in asked[0][1]


def test_everything_is_there_without_javascript(show):
    page = show("light", java_script_enabled=False)
    assert page.locator("#worklist tbody input[type=checkbox]").count() == 7
    assert page.get_by_role("button", name="打印核查表").is_visible()
    assert "对选中的条目" in page.locator(".bulk").inner_text()
    assert page.locator("input[type=file]").get_attribute("multiple") is not None
    assert page.locator(".drop-hint").is_hidden()
    page.locator("[data-menu] summary").click()
    assert page.get_by_role("button", name="退出登录").is_visible()
