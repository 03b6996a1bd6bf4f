"""Reporting, answering, closing and purging surprises: who may, what is written down, what lies open in no table."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from tests.factories.people import COUNTY_PATH, ELSEWHERE, make_actor, make_divisions
from tests.policies_surprises.conftest import CONTACT, NURSING, TEXT, TOLD, Report
from zhucan.base import jobs, keyring, rotation
from zhucan.base.chores import _chores
from zhucan.base.enums import OrganKind, Role
from zhucan.base.errors import Refused
from zhucan.base.models import AuditEvent
from zhucan.base.permissions import SYSTEM, NotAllowed, NotHere
from zhucan.base.secrets import key_number
from zhucan.policies.enums import SurpriseKind, SurpriseState
from zhucan.policies.models import Surprise
from zhucan.policies.operations.surprises import (
    KEPT_DAYS,
    LONGEST_CONTACT,
    LONGEST_TEXT,
    answer_surprise,
    close_surprise,
    purge_surprises,
)
from zhucan.policies.queries import surprises as queries
from zhucan.policies.queries.surprises import heard_by_code
from zhucan.policies.told import read_told

pytestmark = pytest.mark.django_db
ANSWER, NOTE = "结果是对的：护理补贴只发一级、二级。", "已到村里看过"


def test_what_was_sent_is_kept_and_opens_again(report: Report) -> None:
    code, one = report()
    assert len(code) == 10
    assert code.isdecimal()
    assert (one.text, one.contact, read_told(one.told)) == (TEXT, CONTACT, TOLD)
    assert (one.policy, one.division.path, one.kind, one.state) == (NURSING, COUNTY_PATH, "entitled", "open")


def test_nothing_of_it_lies_open_in_the_table(report: Report) -> None:
    code, one = report()
    answer_surprise(uuid=one.uuid, answer=ANSWER, note=NOTE, by=make_actor(Role.CLERK), at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM policies_surprise")
        row = cursor.fetchone()
    written = b"\n".join(bytes(c) if isinstance(c, bytes | memoryview) else str(c).encode() for c in row)
    for secret in (code, TEXT, CONTACT, TOLD.why, "三级", ANSWER, NOTE):
        assert secret.encode() not in written
    assert NURSING.encode() in written


def test_without_leave_nothing_of_the_answers_is_kept(report: Report) -> None:
    _, one = report(told=None, contact="", text="")
    assert (one.told_sealed, one.contact_sealed, one.text_sealed) == (b"", b"", b"")


def test_reporting_is_written_down_without_saying_who_or_what(report: Report) -> None:
    _, one = report()
    event = AuditEvent.objects.get(action="report_surprise")
    assert (event.user_id, event.subject_id, event.place) == (None, one.pk, COUNTY_PATH)
    assert event.details == {
        "policy": NURSING, "kind": "entitled", "with_answers": True, "with_contact": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": "字" * (LONGEST_TEXT + 1)}, "写得太长"),
        ({"contact": "1" * (LONGEST_CONTACT + 1)}, "写得太长"),
        ({"kind": SurpriseKind.OTHER, "text": ""}, "还没有写是什么事"),
        ({"division": 110101_000_000}, "还没有开通"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(report: Report, given: dict, said: str) -> None:
    with pytest.raises(Refused, match=said):
        report(**given)
    assert not Surprise.objects.exists()
    assert not AuditEvent.objects.filter(action="report_surprise").exists()


def test_a_flood_is_refused_for_an_hour(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_AN_HOUR", 3)
    now = timezone.now()
    report(at=now - timedelta(minutes=61))
    for _ in range(3):
        report(at=now)
    with pytest.raises(Refused, match="太多"):
        report(at=now)
    report(at=now + timedelta(minutes=61))


def test_an_answer_reaches_whoever_has_the_code(report: Report) -> None:
    code, one = report()
    heard = heard_by_code(code)
    assert heard is not None
    assert (heard.state, heard.answer) == (SurpriseState.OPEN, "")
    officer, now = make_actor(Role.OFFICER), timezone.now()
    done = answer_surprise(uuid=one.uuid, answer=f" {ANSWER} ", note=NOTE, by=officer, at=now)
    assert (done.answered_by_id, done.answered_at, done.note) == (officer.user_id, now, NOTE)
    heard = heard_by_code(code)
    assert heard is not None
    assert (heard.policy, heard.state, heard.answer) == (NURSING, SurpriseState.ANSWERED, ANSWER)
    event = AuditEvent.objects.get(action="answer_surprise")
    assert (event.user_id, event.subject_id, event.place) == (officer.user_id, one.pk, COUNTY_PATH)
    assert heard_by_code("0000000000" if code != "0000000000" else "1") is None


def test_closing_needs_a_note_and_tells_nothing_of_it(report: Report) -> None:
    code, one = report()
    officer = make_actor(Role.OFFICER)
    with pytest.raises(Refused, match="为什么不另答复"):
        close_surprise(uuid=one.uuid, note=" 无 ", by=officer, at=timezone.now())
    close_surprise(uuid=one.uuid, note="同一人送了两次", by=officer, at=timezone.now())
    heard = heard_by_code(code)
    assert heard is not None
    assert (heard.state, heard.answer) == (SurpriseState.CLOSED, "")
    assert AuditEvent.objects.filter(action="close_surprise", user_id=officer.user_id).count() == 1


def test_nobody_answers_twice_or_with_nothing(report: Report) -> None:
    _, one = report()
    officer, now = make_actor(Role.OFFICER), timezone.now()
    for nothing in ("", "对的", "字" * 1001):
        with pytest.raises(Refused, match="没有答复"):
            answer_surprise(uuid=one.uuid, answer=nothing, note="", by=officer, at=now)
    with pytest.raises(Refused, match="太长"):
        answer_surprise(uuid=one.uuid, answer=ANSWER, note="字" * 201, by=officer, at=now)
    one.refresh_from_db()
    assert one.answered_at is None
    answer_surprise(uuid=one.uuid, answer=ANSWER, note="", by=officer, at=now)
    for again in (answer_surprise, close_surprise):
        words = {"note": "再写一次试试"} | ({"answer": "再写一次试试"} if again is answer_surprise else {})
        with pytest.raises(Refused, match="已经有人办过"):
            again(uuid=one.uuid, by=officer, at=now, **words)
    one.refresh_from_db()
    assert one.answer == ANSWER


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_other_roles_may_not_answer(report: Report, role: Role) -> None:
    _, one = report()
    with pytest.raises(NotAllowed):
        answer_surprise(uuid=one.uuid, answer=ANSWER, note="", by=make_actor(role), at=timezone.now())


@pytest.mark.parametrize("kind", [OrganKind.FINANCE, OrganKind.HOSPITAL, OrganKind.REHABILITATION, OrganKind.AUDIT])
def test_offices_that_do_not_see_how_people_live_may_not_answer(report: Report, kind: OrganKind) -> None:
    _, one = report()
    with pytest.raises(NotAllowed):
        answer_surprise(uuid=one.uuid, answer=ANSWER, note="", by=make_actor(Role.CLERK, kind), at=timezone.now())


def test_other_places_cannot_tell_it_is_there(report: Report) -> None:
    _, one = report()
    for path in (450803_002_000, ELSEWHERE // 10**6 * 10**6):
        actor = make_actor(Role.OFFICER, path=path)
        for uuid in (one.uuid, uuid4()):
            with pytest.raises(NotHere):
                answer_surprise(uuid=uuid, answer=ANSWER, note="", by=actor, at=timezone.now())


def test_half_a_year_after_the_answer_nothing_of_hers_is_left(report: Report) -> None:
    officer, now = make_actor(Role.OFFICER), timezone.now()
    (code, old), (_, fresh), (_, waiting) = report(), report(), report(at=now - timedelta(days=400))
    at = now - timedelta(days=KEPT_DAYS, minutes=1)
    answer_surprise(uuid=old.uuid, answer=ANSWER, note=NOTE, by=officer, at=at)
    answer_surprise(uuid=fresh.uuid, answer=ANSWER, note=NOTE, by=officer, at=at + timedelta(minutes=2))
    assert purge_surprises(at=now) == 1
    for one in (old, fresh, waiting):
        one.refresh_from_db()
    assert (old.text, old.contact, old.told, old.purged_at) == ("", "", "", now)
    assert (old.answer, old.note) == (ANSWER, NOTE)
    assert (fresh.text, waiting.contact, waiting.purged_at) == (TEXT, CONTACT, None)
    heard = heard_by_code(code)
    assert heard is not None
    assert heard.answer == ANSWER
    assert AuditEvent.objects.get(action="purge_surprises").details == {"rows": 1}
    assert purge_surprises(at=now) == 0
    assert AuditEvent.objects.filter(action="purge_surprises").count() == 1


def test_workers_purge_daily(report: Report) -> None:
    _, one = report()
    at = timezone.now() - timedelta(days=KEPT_DAYS + 1)
    answer_surprise(uuid=one.uuid, answer=ANSWER, note="", by=make_actor(Role.OFFICER), at=at)
    entry = _chores["purge surprises"]
    assert entry.every == 24 * 3600
    entry.do()
    one.refresh_from_db()
    assert one.contact == ""


def test_a_new_key_seals_all_of_it_anew(report: Report) -> None:
    make_divisions()
    code, one = report()
    rotation.rotate("person", by=SYSTEM)
    while jobs.run_one("tester"):
        pass
    one.refresh_from_db()
    assert key_number(one.text_sealed) == key_number(one.told_sealed) == keyring.current("person").number
    assert (one.text, one.contact) == (TEXT, CONTACT)
    assert heard_by_code(code) is not None
