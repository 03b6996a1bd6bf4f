"""A small county that was matched, in a data directory of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.factories.people import (
    COUNTY,
    COUNTY_PATH,
    GAOLING,
    HEPING,
    SANBAN,
    XINQING,
    actor_of,
    make_divisions,
    make_person,
    make_post,
)
from zhucan.base.enums import OrganKind, Role
from zhucan.base.permissions import SYSTEM, Actor
from zhucan.policies.operations.matching import match_county

Enter = Callable[..., "Signed"]


class Signed(Client):
    """A browser of somebody signed in, and who he is."""

    actor: Actor


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ZHUCAN_DATA", tmp_path / "data")


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def enter(db: None) -> Enter:
    """Sign somebody in: ``enter(Role.CLERK, path=…)``."""

    def signed_in(role: Role = Role.OFFICER, path: int = COUNTY_PATH, kind: OrganKind = OrganKind.FEDERATION) -> Signed:
        make_divisions()
        post = make_post(role, kind, path)
        browser = Signed()
        browser.force_login(post.user)
        browser.actor = actor_of(post)
        return browser

    return signed_in


POOR = {"minimum_living_allowance": True, "needs_long_term_care": True}
NAMES = ("赵一甲", "钱二乙", "孙三丙", "李四丁", "周五戊", "吴六己", "郑七庚", "王八辛")


def first_of(today: date, months: int) -> date:
    """The first day of the month so many months ahead."""
    at = today.year * 12 + today.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


@pytest.fixture
def county(db: None, today: date) -> int:
    """Eight persons in two townships; of four the certificate ends next month, of one in five months."""
    make_divisions()
    ends = first_of(today, 1) - timedelta(1)
    ends = ends if ends > today else today + timedelta(1)
    villages = (GAOLING, SANBAN, XINQING, HEPING)
    for number, name in enumerate(NAMES):
        until = ends if number < 4 else first_of(today, 5) if number == 4 else date(2040, 1, 1)
        facts = POOR if number % 2 == 0 else {"minimum_living_allowance": False, "needs_long_term_care": True}
        make_person(name, village=villages[number % 4], level=number % 4 + 1, until=until, facts=facts)
    match_county(county=COUNTY, by=SYSTEM, on=today)
    return COUNTY
