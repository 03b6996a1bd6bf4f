"""The queue: whose it is, in which order, and codes as people type them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.factories.people import COUNTY_PATH, ELSEWHERE, make_actor
from tests.policies_surprises.conftest import TOLD, Report
from zhucan.base.enums import OrganKind, Role
from zhucan.base.permissions import NotAllowed, NotHere
from zhucan.policies.operations.surprises import answer_surprise, close_surprise
from zhucan.policies.queries.surprises import (
    digits_of_code,
    may_answer,
    open_count,
    policies_named,
    surprise_by_uuid,
    surprises_in,
)
from zhucan.policies.told import read_told

pytestmark = pytest.mark.django_db
NEXT_COUNTY = ELSEWHERE // 10**6 * 10**6


def test_open_ones_come_first_the_oldest_at_the_top(report: Report) -> None:
    now, officer = timezone.now(), make_actor(Role.OFFICER)
    rows = [report(at=now - timedelta(days=days))[1] for days in (1, 9, 5, 7)]
    answer_surprise(uuid=rows[1].uuid, answer="结果是对的。", note="", by=officer, at=now - timedelta(hours=2))
    close_surprise(uuid=rows[2].uuid, note="送了两次", by=officer, at=now)
    assert list(surprises_in(officer)) == [rows[3], rows[0], rows[2], rows[1]]
    assert open_count(officer) == 2


def test_posts_see_the_counties_they_cover_and_no_others(report: Report) -> None:
    _, ours = report()
    _, theirs = report(division=NEXT_COUNTY, policy="living-allowance")
    seen = {
        path: set(surprises_in(make_actor(Role.OFFICER, path=path)))
        for path in (COUNTY_PATH, NEXT_COUNTY, 450800_000_000, 450803_002_000)
    }
    assert seen == {
        COUNTY_PATH: {ours}, NEXT_COUNTY: {theirs}, 450800_000_000: {ours, theirs}, 450803_002_000: set(),
    }  # fmt: skip
    assert policies_named(make_actor(Role.OFFICER)) == [ours.policy]
    officer = make_actor(Role.OFFICER)
    assert surprise_by_uuid(officer, ours.uuid) == ours
    for uuid in (theirs.uuid, uuid4()):
        with pytest.raises(NotHere):
            surprise_by_uuid(officer, uuid)


def test_who_may_read(report: Report) -> None:
    _, one = report()
    assert may_answer(make_actor(Role.CLERK, OrganKind.CIVIL_AFFAIRS))
    for role, kind in ((Role.AUDITOR, OrganKind.AUDIT), (Role.CLERK, OrganKind.FINANCE)):
        actor = make_actor(role, kind)
        assert not may_answer(actor)
        with pytest.raises(NotAllowed):
            surprise_by_uuid(actor, one.uuid)


@pytest.mark.parametrize("typed", ["4827109355", "482 7109 355", " 482-7109-355 ", "４８２　７１０９３５５"])
def test_codes_are_read_as_people_type_them(typed: str) -> None:
    assert digits_of_code(typed) == "4827109355"


@pytest.mark.parametrize("typed", ["", "482710935", "48271093550", "48271o9355", "٤٨٢٧١٠٩٣٥٥", "²²²²²²²²²²2"])
def test_anything_else_is_no_code(typed: str) -> None:
    assert digits_of_code(typed) == ""


def test_what_was_told_is_read_back() -> None:
    assert read_told(TOLD.written()) == TOLD
    assert read_told("") is None
