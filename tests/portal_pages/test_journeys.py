"""Three people go through the portal by keyboard alone, choosing everything by what they hear (A2, A3, A5, A6).

With JavaScript and without. Each makes a mistake and mends it, changes an answer, reads the result, prints it, and
clears everything.
"""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.portal_pages.ears import Ears
from tests.portal_pages.people import MAN, MOTHER, NOBODY, Answer, Person
from zhucan.rules.content import shipped_content
from zhucan.rules.vocabulary import Fact, load_vocabulary
from zhucan.web.portal.asking import question_of
from zhucan.web.portal.pages import USUAL, Reader

pytestmark = pytest.mark.needs("chromium")
READER = Reader(**USUAL)
CHECK, LEAVE = "请看看您的回答对不对", "退出并清除"
NO_CERTIFICATE = "没有在有效期内的残疾人证，请先办证或换证"


@pytest.fixture(params=[True, False], ids=["scripts", "bare"])
def keys(request, visit, server) -> Ears:
    """A visitor nobody knows, on a phone."""
    return Ears(visit(server, "", width=360, script=request.param))


@pytest.fixture(scope="module")
def questions() -> dict[str, Fact]:
    """Every question people may hear, by its words."""
    vocabulary = load_vocabulary(shipped_content() / "vocabulary")
    return {question_of(fact, READER).heading: fact for fact in vocabulary.facts.values() if fact.asking.turn}


def say_place(keys: Ears) -> None:
    """She belongs to the county of this office."""
    assert keys.title == "您的户口在哪里？"
    keys.choose_by_ear("港南区")
    keys.enter("button", "继续")


def answer_all(keys: Ears, person: Person, questions: dict[str, Fact]) -> list[str]:
    """Answer one question after the other, the first one wrongly at first; the facts asked."""
    asked = []
    while keys.title != CHECK:
        assert len(asked) < 40, asked
        fact = questions[keys.title]
        if not asked:
            make_a_mistake(keys)
        answer(keys, fact, person.answers.get(fact.id, False if fact.type.value == "yes_no" else None))
        asked.append(fact.id)
    return asked


def make_a_mistake(keys: Ears) -> None:
    """Go on with nothing said: the page says so first, and leads to the field."""
    title = keys.title
    keys.enter("button", "继续")
    assert keys.title == f"错误：{title}"
    assert keys.page.locator("#error-summary:focus").count() == 1
    keys.seek("link", "“年”还没有填")
    keys.press("Enter")
    assert keys.hear() == ("textbox", "年")
    keys.press("Shift+Tab")


def answer(keys: Ears, fact: Fact, value: Answer) -> None:
    """Answer the question of this page."""
    question = question_of(fact, READER)
    if question.kind == "choices":
        sent = {True: "yes", False: "no", None: "unknown"}.get(value, str(value)) if not isinstance(value, date) else ""
        keys.choose_by_ear(next(choice.label for choice in question.choices if choice.value == sent))
    elif value is None:
        keys.enter("button", "不知道")
        return
    elif isinstance(value, date):
        for name, number in (("年", value.year), ("月", value.month), ("日", value.day)):
            keys.type_into(name, str(number))
    else:
        keys.type_into(question.heading, str(value))
    keys.enter("button", "继续")


def change_and_back(keys: Ears, question: str) -> None:
    """Go to one answer again: it is still there; go on, and be back where one was."""
    keys.enter("link", f"改：{question}")
    assert keys.title == question
    chosen = keys.page.get_by_role("radio", checked=True)
    assert chosen.count() == 1
    keys.enter("button", "继续")
    assert keys.title == CHECK


def policies_in(keys: Ears, group: str) -> set[str]:
    """The policies of one group of the result."""
    region = keys.page.get_by_role("region", name=group, exact=True)
    if not region.count():
        return set()
    links = region.locator("a[href^='/portal/policies/']")
    return set(re.findall(r"/policies/([\w-]+)/", " ".join(links.evaluate_all("all => all.map(one => one.pathname)"))))


def read_result(keys: Ears) -> str:
    """The result with everything unfolded by keyboard, as text."""
    keys.enter("link", "看结果")
    assert keys.title == "您能享受什么"
    assert "这不是审批决定。不管结果怎样，您随时可以申请。" in keys.page.locator("main").inner_text()
    for summary in keys.page.locator("main summary").all():
        keys.reach(summary, "what is folded away")
        keys.press("Enter")
    return keys.page.locator("main").inner_text()


def print_and_leave(keys: Ears, folder, policies: set[str], titles: list[str]) -> None:
    """Print one page, clear everything: nothing is left to go back to."""
    keys.enter("link", "打印一页，带去窗口")
    assert keys.title == "带去窗口的一页"
    sheet = keys.page.locator("main").inner_text()
    assert all(title in sheet for title in titles), sheet
    assert len(titles) == len(policies)
    paper = keys.page.pdf(path=folder / "sheet.pdf", prefer_css_page_size=True)
    assert len(re.findall(rb"/MediaBox", paper)) == 1
    keys.enter("button", LEAVE)
    assert keys.title == "已经清除"
    for url in ("/portal/result/", "/portal/check/answers/", "/portal/check/1/"):
        keys.page.goto(url)
        assert keys.title == "看看您能享受什么"
        assert keys.page.get_by_role("button", name=LEAVE).count() == 0


def titles_in(keys: Ears, group: str) -> list[str]:
    """What the policies of a group are called."""
    return keys.page.get_by_role("region", name=group, exact=True).get_by_role("heading", level=3).all_inner_texts()


def test_a_mother_of_a_deaf_child_of_four(keys, questions, tmp_path):
    """She begins with what is hard: no certificate, but the hospital's diagnosis, and the family has 低保."""
    keys.page.goto("/portal/")
    keys.enter("link", "说说什么事让您为难")
    for need in ("办残疾人证、换证", "孩子要做康复", "走路、看东西、听声音不方便"):
        keys.seek("checkbox", need)
        keys.press("Space")
    keys.enter("button", "继续")
    say_place(keys)
    asked = answer_all(keys, MOTHER, questions)
    assert {"birth_date", "certificate_held", "child_diagnosis"} <= set(asked)
    assert not {"category", "level", "retirement_age_reached", "paid_work"} & set(asked)
    change_and_back(keys, "医院诊断过孩子有残疾或孤独症吗？")
    told = read_result(keys)
    assert {"children-rehabilitation", "assistive-devices", "certificate-new"} <= policies_in(keys, "可以享受")
    assert "孩子户籍所在地或居住证发放地的县级残联" in told
    assert "残疾人证，或医院的诊断证明" in told
    assert re.search(r"2029年3月8日，年龄到了\s+(.|\n)*残疾儿童康复救助", told)
    print_and_leave(keys, tmp_path, policies_in(keys, "可以享受"), titles_in(keys, "可以享受"))


def test_a_man_of_58_whose_certificate_ran_out(keys, questions, tmp_path):
    """Everything begins with the new certificate; without it neither subsidy comes."""
    keys.page.goto("/portal/")
    keys.enter("button", "开始")
    say_place(keys)
    asked = answer_all(keys, MAN, questions)
    assert {"birth_date", "certificate_held", "certificate_until", "minimum_living_allowance"} <= set(asked)
    assert not {"child_diagnosis", "category", "level"} & set(asked)
    change_and_back(keys, "您本人现在吃低保吗？")
    told = read_result(keys)
    assert "certificate-renewal" in policies_in(keys, "可以享受")
    assert {"living-allowance", "nursing-allowance"} <= policies_in(keys, "现在不能享受")
    assert told.count(NO_CERTIFICATE) >= 2
    print_and_leave(keys, tmp_path, policies_in(keys, "可以享受"), titles_in(keys, "可以享受"))


def test_somebody_without_any_certificate(keys, questions, tmp_path):
    """Has a lasting difficulty and nothing else: may have a certificate made, and hears why the rest must wait."""
    keys.page.goto("/portal/")
    keys.enter("button", "开始")
    say_place(keys)
    asked = answer_all(keys, NOBODY, questions)
    assert {"birth_date", "certificate_held", "lasting_difficulty"} <= set(asked)
    assert not {"certificate_until", "category", "level"} & set(asked)
    change_and_back(keys, "您有残疾人证吗？")
    told = read_result(keys)
    assert "certificate-new" in policies_in(keys, "可以享受")
    assert {"living-allowance", "nursing-allowance", "wheelchair-fuel"} <= policies_in(keys, "现在不能享受")
    assert told.count(NO_CERTIFICATE) >= 2
    print_and_leave(keys, tmp_path, policies_in(keys, "可以享受"), titles_in(keys, "可以享受"))
