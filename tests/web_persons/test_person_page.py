"""一人一档 as the people who open it see it: what is shown, what is hidden, what is recorded."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.factories.people import (
    ELSEWHERE,
    GAOLING,
    add_contact,
    add_facts,
    make_actor,
    make_person,
)
from tests.web_persons.conftest import SignIn, post_of
from zhucan.base.enums import OrganKind, Role
from zhucan.base.models import AuditEvent
from zhucan.base.queries.divisions import forget_names
from zhucan.registry.enums import ContactKind, HouseholdKind, MergeReason, SecretField
from zhucan.registry.models import Person, Receipt
from zhucan.registry.operations.facts import record_fact
from zhucan.registry.operations.households import add_member, create_household
from zhucan.registry.operations.merging import merge_persons
from zhucan.web.words import mask_id

pytestmark = pytest.mark.django_db
PHONE, ACCOUNT = "13700138046", "6217003320001234567"


def url_of(person: Person) -> str:
    return f"/persons/{person.uuid}/"


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    html: str = answer.content.decode()
    assert "!!undefined" not in html
    return html


def full_person() -> Person:
    person = make_person("覃晓燕", phone=PHONE, account=ACCOUNT, facts={"minimum_living_allowance": True})
    person.address = "八塘街道高岭村上屯17号"
    person.save()
    return person


def test_the_page_tells_all_of_a_person_and_no_number_whole(sign_in: SignIn) -> None:
    person = full_person()
    html = text_of(sign_in(), url_of(person))
    for words in (
        "覃晓燕", "70 周岁", "八塘街道高岭村", "肢体残疾 二级", "2030-04-30，有效", "农村信用社",
        "最低生活保障对象", "困难残疾人生活补贴", "重度残疾人护理补贴", mask_id(person.citizen_id), mask_id(ACCOUNT),
    ):  # fmt: skip
        assert words in html, words
    for secret in (person.citizen_id, f"{person.citizen_id}42", PHONE, ACCOUNT, "上屯17号"):
        assert secret not in html
    assert "覃晓燕" not in re.findall(r"<title>(.*?)</title>", html)[0]


def test_every_view_leaves_one_event_with_no_value_in_it(sign_in: SignIn) -> None:
    person, client = full_person(), sign_in()
    client.get(url_of(person))
    event = AuditEvent.objects.get(action="view_person")
    assert (event.person_id, event.place, event.user_id) == (person.pk, GAOLING, post_of(client).user_id)
    assert person.name not in str(event.details)
    assert "谁看过" in text_of(client, url_of(person))
    assert AuditEvent.objects.filter(action="view_person").count() == 2


def test_who_looked_is_said_on_the_page(sign_in: SignIn) -> None:
    person, client = full_person(), sign_in()
    client.get(url_of(person))
    looks = text_of(client, url_of(person)).split("谁看过")[1]
    assert post_of(client).user.name in looks
    assert post_of(client).organ.name in looks


@pytest.mark.parametrize(
    ("kind", "hidden", "there"),
    [
        (OrganKind.VILLAGE, ["账号", "农村信用社"], ["能享受什么", "本人电话", "残疾人证号"]),
        (OrganKind.FINANCE, ["能享受什么", "残疾人证号", "最低生活保障对象", "本人电话"], ["账号", "发放"]),
        (OrganKind.HOSPITAL, ["能享受什么", "最低生活保障对象", "本人电话", "账号", "发放记录"], ["残疾人证号"]),
        (OrganKind.REHABILITATION, ["能享受什么", "最低生活保障对象", "账号"], ["残疾人证号", "本人电话"]),
    ],
)
def test_what_an_office_does_not_see_is_not_in_the_page_at_all(
    sign_in: SignIn, kind: OrganKind, hidden: list[str], there: list[str]
) -> None:
    html = text_of(sign_in(Role.CLERK, kind, path=GAOLING), url_of(full_person()))
    assert not [words for words in hidden if words in html]
    assert not [words for words in there if words not in html]


def test_outside_the_division_is_like_not_there(sign_in: SignIn) -> None:
    client, outside = sign_in(), make_person(village=ELSEWHERE)
    answers = [client.get(url_of(outside)), client.get("/persons/00000000-0000-4000-8000-000000000000/")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len({re.sub(r'value="[^"]+"', "", answer.content.decode()) for answer in answers}) <= 2
    assert outside.name not in answers[0].content.decode()
    assert not AuditEvent.objects.filter(person_id=outside.pk).exists()


def test_a_whole_number_needs_a_reason_and_is_shown_once(sign_in: SignIn) -> None:
    person, client = full_person(), sign_in()
    url = f"{url_of(person)}reveal/citizen/"
    refused = client.post(url, {"reason": "other", "note": ""})
    assert refused.status_code == 422
    assert person.citizen_id not in refused.content.decode()
    assert "写明" in refused.content.decode()
    shown = client.post(url, {"reason": "case"})
    assert person.citizen_id in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert person.citizen_id not in text_of(client, url_of(person))
    assert AuditEvent.objects.filter(action="reveal").count() == 1
    assert client.get(url).status_code == 405
    assert client.post(f"{url_of(person)}reveal/nothing/", {"reason": "case"}).status_code == 404


@pytest.mark.parametrize("secret", list(SecretField))
def test_htmx_gets_the_number_alone(sign_in: SignIn, secret: SecretField) -> None:
    person, client = full_person(), sign_in()
    url = f"{url_of(person)}reveal/{secret.value}/"
    shown = client.post(url, {"reason": "case"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in shown
    whole = {
        SecretField.CITIZEN: person.citizen_id, SecretField.CERTIFICATE: f"{person.citizen_id}42",
        SecretField.ADDRESS: "上屯17号", SecretField.PHONES: PHONE, SecretField.ACCOUNT: ACCOUNT,
    }  # fmt: skip
    assert whole[secret] in shown
    refused = client.post(url, {}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert "请先选" in refused.content.decode()
    assert whole[secret] not in refused.content.decode()


def test_too_many_whole_numbers_an_hour_are_refused(sign_in: SignIn, settings: Any) -> None:
    settings.ZHUCAN_REVEALS_PER_HOUR = 1
    person, client = full_person(), sign_in()
    url = f"{url_of(person)}reveal/citizen/"
    client.post(url, {"reason": "case"})
    second = client.post(url, {"reason": "case"})
    assert second.status_code == 422
    assert "一小时内最多" in second.content.decode()
    assert person.citizen_id not in second.content.decode()


def test_a_commissioner_has_no_button_for_whole_numbers(sign_in: SignIn) -> None:
    person, client = full_person(), sign_in(Role.COMMISSIONER, OrganKind.VILLAGE, GAOLING)
    html = text_of(client, url_of(person))
    assert "/reveal/" not in html
    assert "看完整号码" not in html
    assert client.post(f"{url_of(person)}reveal/citizen/", {"reason": "case"}).status_code == 403


def test_a_fact_is_stated_in_two_steps_and_the_matrix_follows(sign_in: SignIn) -> None:
    person, client = make_person(level=1), sign_in()
    step = client.get(f"{url_of(person)}facts/", {"fact": "needs_long_term_care"})
    assert step.status_code == 302
    page = client.get(step.url)
    assert "因为残疾，您需要别人照护半年以上吗？" in page.content.decode()
    given = {
        "value": "是", "source": "入户", "reason": "visit", "observed": "2026-11-20",
        "seen": page.context["form"].initial["seen"],
    }  # fmt: skip
    assert client.post(step.url, given).status_code == 302
    fact = person.facts.get(fact="needs_long_term_care")
    assert (fact.value, fact.source, fact.observed) == (1, "入户", date(2026, 11, 20))
    html = text_of(client, url_of(person))
    assert "需要长期照护" in html
    assert "登记情况：需要长期照护（入户看过）" in html


def test_the_second_who_saves_sees_what_changed_and_keeps_what_he_typed(sign_in: SignIn) -> None:
    person, client = make_person(), sign_in()
    url = f"{url_of(person)}facts/enrolled_on/"
    seen = client.get(url).context["form"].initial["seen"]
    record_fact(
        person=person, fact="enrolled_on", value=date(2026, 9, 1), source="本人", by=make_actor(), on=date(2026, 11, 20)
    )
    given = {"value": "2026-08-31", "source": "教育", "reason": "paper", "observed": "2026-11-20", "seen": seen}
    second = client.post(url, given)
    html = second.content.decode()
    assert second.status_code == 409
    assert "2026-09-01（本人）" in html
    assert "2026-08-31" in html
    assert person.facts.filter(fact="enrolled_on").count() == 1
    again = {**given, "seen": second.context["form"]["seen"].value()}
    assert client.post(url, again).status_code == 302
    assert person.facts.filter(fact="enrolled_on").count() == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"value": "也许"}, "没有这一项"),
        ({"observed": "昨天"}, "日期看不懂"),
        ({"source": "听说"}, "没有这一项"),
        ({"reason": ""}, "还没有选"),
    ],
)
def test_a_wrong_form_says_what_to_do_and_writes_nothing(sign_in: SignIn, given: dict[str, str], says: str) -> None:
    person, client = make_person(), sign_in()
    usual = {"value": "是", "source": "入户", "reason": "visit", "observed": "2026-11-20"}
    answer = client.post(f"{url_of(person)}facts/needs_long_term_care/", {**usual, **given})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not person.facts.filter(fact="needs_long_term_care").exists()


def test_a_fact_of_a_group_the_office_does_not_see_cannot_be_stated(sign_in: SignIn) -> None:
    person, client = make_person(), sign_in(Role.CLERK, OrganKind.HOSPITAL)
    assert client.get(f"{url_of(person)}facts/minimum_living_allowance/").status_code == 404
    assert client.get(f"{url_of(person)}facts/needs_long_term_care/").status_code == 200


def test_only_what_was_stated_by_hand_is_withdrawn_and_it_stays_visible(sign_in: SignIn) -> None:
    person, client = make_person(), sign_in()
    fact = record_fact(person=person, fact="student", value=True, source="入户", by=make_actor(), on=date(2026, 11, 20))
    page = f"{url_of(person)}facts/{fact.pk}/withdraw/"
    assert "撤回" in text_of(client, page)
    assert client.post(page).status_code == 302
    past = text_of(client, url_of(person)).split("<summary>已撤回的和名单上不再有的")[1].split("</details>")[0]
    assert "在校学生" in past


def test_sources_that_contradict_are_said_and_the_higher_one_counts(sign_in: SignIn) -> None:
    person = make_person(facts={})
    add_facts(person, {"student": True}, source="教育", feed="students")
    add_facts(person, {"student": False}, source="本人", feed="")
    html = text_of(sign_in(), url_of(person))
    assert "来源说法不一" in html
    assert "教育记为是，本人记为否，现按是" in html


def test_the_page_as_of_an_earlier_day(sign_in: SignIn) -> None:
    person, client = make_person(until=date(2026, 6, 1)), sign_in()
    assert "2026-05-31，已过期" in text_of(client, url_of(person))
    assert "2026-05-31，有效" in text_of(client, f"{url_of(person)}?on=2026-05-01")
    assert "2026-05-31，已过期" in text_of(client, f"{url_of(person)}?on=nonsense")


def test_a_contact_is_changed_without_showing_the_phone(sign_in: SignIn) -> None:
    person, client = full_person(), sign_in()
    url = f"{url_of(person)}contacts/self/"
    page = client.get(url)
    assert PHONE not in page.content.decode()
    seen = page.context["form"].initial["seen"]
    assert client.post(url, {"relation": "本人", "phone": "", "seen": seen}).status_code == 302
    assert person.contacts.get().phone == PHONE
    assert client.post(url, {"phone": "1391", "seen": ""}).status_code == 422
    stale = client.post(url, {"phone": "13900139000", "seen": seen})
    assert stale.status_code == 409
    assert PHONE not in stale.content.decode()
    assert client.post(url, {"remove": "on"}).status_code == 302
    assert not person.contacts.exists()


def test_somebody_is_marked_as_not_to_be_found_and_found_again(sign_in: SignIn) -> None:
    person, client = make_person(), sign_in()
    url = f"{url_of(person)}lost/"
    assert "不会因此停发" in text_of(client, url)
    client.post(url, {"lost": "1"})
    assert "标为失联，联系不上" in text_of(client, url_of(person))
    client.post(url, {"lost": "0"})
    person.refresh_from_db()
    assert person.lost_at is None


def test_merged_files_are_one_page_and_come_apart_again(sign_in: SignIn) -> None:
    kept, other, client = make_person("覃晓燕"), make_person("覃小燕", facts={"student": True}), sign_in()
    make_receipt(other)
    url = f"{url_of(kept)}merge/{other.uuid}/"
    assert "不会删除或搬动任何记录" in text_of(client, url)
    assert client.post(url, {"keep": str(kept.uuid)}).status_code == 422
    assert client.post(url, {"keep": str(kept.uuid), "reason": MergeReason.TWO_NUMBERS}).status_code == 302
    html = text_of(client, url_of(kept))
    assert "在校学生" in html
    assert "2026-10" in html
    assert client.get(url_of(other)).url == url_of(kept)
    apart = f"{url_of(other)}separate/"
    assert "恢复成单独的一份档案" in text_of(client, apart)
    client.post(apart)
    assert "在校学生" not in text_of(client, url_of(kept)).split("谁看过")[0].split("知道的情况")[1].split("经过")[0]
    assert sign_in(Role.CLERK).get(url).status_code == 403


def make_receipt(person: Person) -> Receipt:
    return Receipt.objects.create(
        county=person.county, person=person, payee_blind=b"", payer="民政", policy="living-allowance",
        period=date(2026, 10, 1), amount_fen=9_000, place=person.place,
    )  # fmt: skip


def fill(person: Person, times: int) -> None:
    for number in range(times):
        make_receipt(person)
        add_facts(person, {"marital": 10, "student": True}, source="本人", feed="")
        home = create_household(kind=list(HouseholdKind)[number], place=GAOLING, by=make_actor(), on=date(2026, 11, 1))
        for who in (person, make_person()):
            add_member(household=home, person=who, by=make_actor(), on=date(2026, 11, 1))
    for kind in list(ContactKind)[:times]:
        add_contact(person, PHONE, kind)
    for _ in range(times):
        merge_persons(
            kept=person, other=make_person(), reason=MergeReason.ENTERED_TWICE, by=make_actor(), on=date(2026, 11, 1)
        )


def test_the_number_of_queries_does_not_grow_with_rows(
    sign_in: SignIn, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client, counts = sign_in(), []
    for times in (1, 3):
        person = make_person()
        fill(person, times)
        client.get(url_of(person))
        forget_names()
        with django_assert_max_num_queries(60) as asked:
            assert client.get(url_of(person)).status_code == 200
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]
