"""R23: signing in, lockout, second factor, sessions; R12: what is taken away is gone with the next request."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.factories.people import make_actor, make_post, make_user
from tests.web_access.staff import PASSWORD, bind, code_of, member, sign_in, words
from zhucan.base.enums import Role
from zhucan.base.models import AuditEvent, User
from zhucan.base.operations.staff import deactivate_user, end_post
from zhucan.web.sessions import give_one_time_password, take_second_factor

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def test_strangers_are_sent_to_sign_in_and_come_back_to_their_page() -> None:
    post = member()
    client = Client()
    sent = client.get("/staff/?role=clerk")
    assert sent.headers["Location"] == "/sign-in/?next=%2Fstaff%2F%3Frole%3Dclerk"
    page = client.get(sent.headers["Location"])
    assert 'name="next" value="/staff/?role=clerk"' in page.content.decode()
    _, done = sign_in(post.user.username, client=client, next="/staff/?role=clerk")
    assert done.headers["Location"] == "/staff/?role=clerk"
    assert client.get("/staff/").status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(elsewhere: str) -> None:
    post = member()
    _, done = sign_in(post.user.username, next=elsewhere)
    assert done.headers["Location"] == "/"


def test_a_part_of_a_page_sends_the_whole_window_to_sign_in() -> None:
    answer = Client().get("/staff/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/audit/?a=1"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=%2Faudit%2F%3Fa%3D1"


def test_the_session_gets_another_key_at_sign_in() -> None:
    post = member()
    client = Client()
    session = client.session
    session["planted"] = "1"
    session.save()
    before = session.session_key
    client.cookies["zhucan_session"] = before
    sign_in(post.user.username, client=client)
    assert client.cookies["zhucan_session"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_wrong_name_and_wrong_password_are_answered_alike() -> None:
    post = member(username="huangli")
    _, wrong = sign_in("huangli", "not-His-password-1")
    _, unknown = sign_in("nobodyhere", "not-His-password-1")
    assert wrong.status_code == unknown.status_code == 200
    assert "用户名或密码不对" in words(wrong)
    assert words(wrong).replace("huangli", "") == words(unknown).replace("nobodyhere", "")
    stopped = make_user(username="stopped1", password=PASSWORD)
    User.objects.filter(pk=stopped.pk).update(is_active=False)
    _, inactive = sign_in("stopped1")
    assert words(inactive).replace("stopped1", "") == words(unknown).replace("nobodyhere", "")
    assert post.user.is_active


@pytest.mark.parametrize("name", ["weiguang", "nobodyhere"])
def test_five_wrong_passwords_lock_a_name_whether_it_exists_or_not(name: str) -> None:
    member(username="weiguang")
    answers = [sign_in(name if turn % 2 else name.upper(), f"wrong-{turn}")[1] for turn in range(7)]
    assert [one.status_code for one in answers] == [200, 200, 200, 200, 429, 429, 429]
    assert "试的次数太多" in words(answers[-1])
    assert name not in words(answers[-1])
    _, right = sign_in(name, PASSWORD)
    assert right.status_code == 429
    assert words(right) == words(answers[-1])


def test_a_lock_ends_by_itself_and_the_administrator_ends_it_sooner() -> None:
    post = member(username="qinhai")
    for turn in range(5):
        sign_in("qinhai", f"wrong-{turn}")
    assert sign_in("qinhai")[1].status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert sign_in("qinhai")[1].status_code == 302
    for turn in range(5):
        sign_in("qinhai", f"wrong-{turn}")
    password = give_one_time_password(user=post.user, by=make_actor(Role.ADMINISTRATOR), on=TODAY)
    assert sign_in("qinhai", password)[1].status_code == 302


def test_others_of_the_same_office_are_not_locked() -> None:
    member(username="weiguang")
    member(username="tangmei")
    for turn in range(6):
        sign_in("weiguang", f"wrong-{turn}")
    assert sign_in("tangmei")[1].status_code == 302


def test_a_citizen_id_typed_as_name_is_written_down_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    for _ in range(6):
        sign_in("450803195603121117", "13907750001")
    kept = [str(value) for row in AccessAttempt.objects.values_list() for value in row]
    assert kept
    for secret in ("450803195603121117", "13907750001"):
        assert not [value for value in kept if secret in value]
        assert secret not in caplog.text


@pytest.mark.usefixtures("strict")
def test_a_new_user_sets_his_password_then_binds_a_phone_then_works() -> None:
    post = member(own_password=False)
    client, _ = sign_in(post.user.username)
    assert client.get("/staff/").headers["Location"] == "/account/password/"
    mismatch = {"old": PASSWORD, "new": "wide-River-77-flows", "again": "another"}
    assert "两次填的新密码不一样" in words(client.post("/account/password/", mismatch))
    weak = {"old": PASSWORD, "new": "12345678901", "again": "12345678901"}
    assert client.post("/account/password/", weak).status_code == 200
    good = {"old": PASSWORD, "new": "wide-River-77-flows", "again": "wide-River-77-flows"}
    assert client.post("/account/password/", good).status_code == 302
    assert client.get("/staff/").headers["Location"] == "/account/second-factor/"
    page = client.get("/account/second-factor/")
    assert page.status_code == 200
    secret = "".join(re.findall(r'class="code">([A-Z2-7]{4})</span>', page.content.decode()))
    assert len(secret) == 32
    assert "口令不对" in words(client.post("/account/second-factor/", {"code": "000000"}))
    bound = client.post("/account/second-factor/", {"code": code_of(secret)})
    assert bound.headers["Location"] == "/account/recovery-codes/"
    codes = client.get("/account/recovery-codes/")
    assert "只显示这一次" in words(codes)
    assert "看不到" in words(client.get("/account/recovery-codes/"))
    assert client.get("/staff/").status_code == 200
    stored = Authenticator.objects.get(user=post.user, type="totp").data["secret"]
    assert secret not in stored


@pytest.mark.usefixtures("strict")
def test_signing_in_takes_both_factors() -> None:
    post = member()
    secret = bind(post.user)
    client, first = sign_in(post.user.username, next="/staff/")
    assert first.headers["Location"] == "/sign-in/code/"
    assert client.get("/staff/").status_code == 302
    assert "口令不对" in words(client.post("/sign-in/code/", {"code": "000000"}))
    done = client.post("/sign-in/code/", {"code": code_of(secret)})
    assert done.headers["Location"] == "/staff/"
    assert client.get("/staff/").status_code == 200
    again, _ = sign_in(post.user.username)
    assert "口令不对" in words(again.post("/sign-in/code/", {"code": code_of(secret)}))
    assert again.get("/staff/").status_code == 302


@pytest.mark.usefixtures("strict")
def test_a_recovery_code_works_once() -> None:
    post = member()
    bind(post.user)
    code = Authenticator.objects.get(user=post.user, type="recovery_codes").wrap().get_unused_codes()[0]
    client, _ = sign_in(post.user.username)
    assert client.post("/sign-in/code/", {"code": code}).status_code == 302
    assert client.get("/staff/").status_code == 200
    client, _ = sign_in(post.user.username)
    assert client.post("/sign-in/code/", {"code": code}).status_code == 200


@pytest.mark.usefixtures("strict")
def test_codes_cannot_be_guessed_without_end() -> None:
    post = member()
    secret = bind(post.user)
    client, _ = sign_in(post.user.username)
    answers = [client.post("/sign-in/code/", {"code": f"{turn:06}"}) for turn in range(6)]
    assert 429 in {one.status_code for one in answers}
    right = client.post("/sign-in/code/", {"code": code_of(secret)})
    assert right.status_code != 302
    assert client.get("/staff/").status_code == 302
    assert sign_in(post.user.username)[1].status_code == 429


@pytest.mark.usefixtures("strict")
def test_the_record_says_who_signed_in_and_bound() -> None:
    post = member()
    secret = bind(post.user)
    client, _ = sign_in(post.user.username)
    client.post("/sign-in/code/", {"code": code_of(secret)})
    assert AuditEvent.objects.filter(action="sign_in", user=post.user, subject_id=post.user_id).count() == 1


def test_idle_and_long_sessions_end_and_say_so() -> None:
    post = member()
    for past, kept, why in ((1801, 1801, "idle"), (10, 12 * 3600 + 1, "old")):
        client, _ = sign_in(post.user.username)
        session = client.session
        session["seen"], session["since"] = int(time.time()) - past, int(time.time()) - kept
        session.save()
        sent = client.get("/staff/?page=2")
        assert sent.headers["Location"] == f"/sign-in/?next=%2Fstaff%2F%3Fpage%3D2&left={why}"
        assert "系统已自动退出" in words(client.get(sent.headers["Location"]))
        assert not Session.objects.filter(session_key=session.session_key).exists()


def test_what_was_sent_too_late_is_said_to_be_lost() -> None:
    post = member()
    client, _ = sign_in(post.user.username)
    session = client.session
    session["seen"] = int(time.time()) - 1801
    session.save()
    sent = client.post("/account/posts/", {"post": "x"}, headers={"Referer": "http://testserver/account/?a=1"})
    assert sent.headers["Location"] == "/sign-in/?next=%2Faccount%2F%3Fa%3D1&left=idle-lost"
    assert "没有交上来" in words(client.get(sent.headers["Location"]))


def test_work_keeps_a_session_alive() -> None:
    post = member()
    client, _ = sign_in(post.user.username)
    session = client.session
    session["seen"] = int(time.time()) - 1700
    session.save()
    assert client.get("/staff/").status_code == 200
    assert client.session["seen"] >= int(time.time()) - 5


def test_signing_out_is_a_post_and_ends_the_session() -> None:
    post = member()
    client, _ = sign_in(post.user.username)
    key = client.session.session_key
    assert client.get("/sign-out/").status_code == 405
    left = client.post("/sign-out/")
    assert left.headers["Location"] == "/sign-in/?left=out"
    assert "已退出登录" in words(client.get("/sign-in/?left=out"))
    assert not Session.objects.filter(session_key=key).exists()
    assert client.get("/staff/").status_code == 302


def _end(user: User) -> None:
    end_post(post=user.posts.get(), by=make_actor(Role.ADMINISTRATOR), on=TODAY)


def _stop(user: User) -> None:
    deactivate_user(user=user, by=make_actor(Role.ADMINISTRATOR), on=TODAY)


def _password(user: User) -> None:
    give_one_time_password(user=user, by=make_actor(Role.ADMINISTRATOR), on=TODAY)


def _second_factor(user: User) -> None:
    take_second_factor(user=user, by=make_actor(Role.ADMINISTRATOR), on=TODAY)


def _organ(user: User) -> None:
    organ = user.posts.get().organ
    organ.closed_at = timezone.now()
    organ.save()


def _other_role(user: User) -> None:
    user.posts.update(role=Role.APPROVER)


@pytest.mark.parametrize("taking", [_end, _stop, _password, _second_factor, _organ, _other_role])
def test_rights_taken_away_are_gone_with_the_next_request(taking: Callable[[User], None]) -> None:
    post = member()
    client, _ = sign_in(post.user.username)
    assert client.get("/staff/").status_code == 200
    taking(post.user)
    answer = client.get("/staff/")
    assert answer.status_code in (302, 403)
    assert "/staff/" not in answer.headers.get("Location", "").split("?")[0]


def test_a_post_of_somebody_else_is_no_post() -> None:
    post, other = member(), make_post(Role.ADMINISTRATOR)
    client, _ = sign_in(post.user.username)
    session = client.session
    session["post"] = other.pk
    session.save()
    assert client.get("/staff/new/").headers["Location"] == "/account/posts/?next=%2Fstaff%2Fnew%2F"


def test_somebody_with_several_posts_chooses_one() -> None:
    post = member(Role.OFFICER)
    second = make_post(Role.COMMISSIONER, path=450803_002_202, user=post.user)
    client, _ = sign_in(post.user.username)
    sent = client.get("/staff/")
    assert sent.headers["Location"] == "/account/posts/?next=%2Fstaff%2F"
    page = client.get(sent.headers["Location"])
    assert str(second.uuid) in page.content.decode()
    chosen = client.post("/account/posts/", {"post": str(second.uuid), "next": "/staff/"})
    assert chosen.headers["Location"] == "/staff/"
    assert client.get("/staff/").status_code == 403
    client.post("/account/posts/", {"post": str(post.uuid)})
    assert client.get("/staff/").status_code == 200
    refused = client.post("/account/posts/", {"post": str(make_post().uuid)})
    assert refused.status_code == 200


def test_changing_the_password_ends_the_other_sessions() -> None:
    post = member()
    here, _ = sign_in(post.user.username)
    there, _ = sign_in(post.user.username)
    given = {"old": PASSWORD, "new": "wide-River-77-flows", "again": "wide-River-77-flows"}
    assert here.post("/account/password/", given).status_code == 302
    assert here.get("/staff/").status_code == 200
    assert there.get("/staff/").status_code == 302


def test_one_ends_a_session_of_his_own_only() -> None:
    post, other = member(), member()
    here, _ = sign_in(post.user.username)
    there, _ = sign_in(post.user.username)
    theirs, _ = sign_in(other.user.username)
    number = UserSession.objects.get(session_key=there.session.session_key).pk
    foreign = UserSession.objects.get(session_key=theirs.session.session_key).pk
    assert here.post(f"/account/sessions/{foreign}/end/").status_code == 404
    assert theirs.get("/staff/").status_code == 200
    assert here.post(f"/account/sessions/{number}/end/").status_code == 302
    assert there.get("/staff/").status_code == 302


def test_in_demo_mode_a_password_is_enough(settings: Settings) -> None:
    settings.IS_DEMO = True
    post = member(own_password=False)
    client, _ = sign_in(post.user.username)
    page = client.get("/staff/")
    assert page.status_code == 200
    assert "演示数据，全部虚构" in page.content.decode()


def test_display_choices_are_kept_in_the_browser() -> None:
    client = Client()
    client.post("/account/display/", {"theme": "dark", "size": "xlarge", "shortcuts": "off"})
    page = client.get("/sign-in/").content.decode()
    assert 'data-theme="dark" data-size="xlarge" data-shortcuts="off"' in page
    client.cookies["theme"] = '"><script>'
    assert 'data-theme="light"' in client.get("/sign-in/").content.decode()


@pytest.mark.usefixtures("strict")
def test_a_new_phone_takes_the_place_of_the_old_one() -> None:
    post = member()
    secret = bind(post.user)
    client, _ = sign_in(post.user.username)
    client.post("/sign-in/code/", {"code": code_of(secret)})
    assert client.post("/account/second-factor/change/").headers["Location"] == "/account/second-factor/"
    assert client.get("/staff/").headers["Location"] == "/account/second-factor/"
    page = client.get("/account/second-factor/").content.decode()
    fresh = "".join(re.findall(r'class="code">([A-Z2-7]{4})</span>', page))
    assert client.post("/account/second-factor/", {"code": code_of(fresh)}).status_code == 302
    assert client.get("/staff/").status_code == 200
    assert set(AuditEvent.objects.filter(user=post.user).values_list("action", flat=True)) == {
        "sign_in", "unbind_second_factor", "bind_second_factor",
    }  # fmt: skip


@pytest.mark.usefixtures("strict")
def test_grave_steps_ask_for_the_password_again() -> None:
    post = member()
    secret = bind(post.user)
    client, _ = sign_in(post.user.username)
    client.post("/sign-in/code/", {"code": code_of(secret)})
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 400
    session.save()
    sent = client.get("/account/recovery-codes/new/")
    assert sent.headers["Location"].startswith("/account/again/")
    assert client.get(sent.headers["Location"]).status_code == 200
    again = client.post(sent.headers["Location"], {"password": PASSWORD})
    assert again.headers["Location"] == "/account/recovery-codes/new/"
    page = client.get("/account/recovery-codes/new/")
    assert "重新生成后都作废" in words(page)
    assert client.post("/account/recovery-codes/new/").headers["Location"] == "/account/recovery-codes/"
    assert "只显示这一次" in words(client.get("/account/recovery-codes/"))


def test_sessions_lie_sealed_in_the_database() -> None:
    client, _ = sign_in(member().user.username)
    session = client.session
    session["search"] = "覃国强"
    session.save()
    stored = Session.objects.get(session_key=session.session_key).session_data
    assert client.session["search"] == "覃国强"
    assert "覃国强".encode() not in base64.b64decode(stored)
    Session.objects.filter(session_key=session.session_key).update(session_data=stored[:-8] + "AAAAAAA=")
    assert client.get("/staff/").headers["Location"].startswith("/sign-in/")
