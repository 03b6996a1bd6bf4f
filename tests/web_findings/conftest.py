from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories.people import COUNTY, COUNTY_PATH, actor_of, make_divisions, make_post
from zhucan.base.enums import OrganKind, Role
from zhucan.base.permissions import Actor
from zhucan.policies.models import Matching

Enter = Callable[..., "Signed"]


class Signed(Client):
    """A browser of somebody signed in, and who he is."""

    actor: Actor


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


def make_matching(county: int = COUNTY, **numbers: object) -> Matching:
    """A finished matching that presumed one list."""
    usual: dict[str, object] = {
        "month": "2026-11",
        "policies": [{"id": "living-allowance", "zh": "困难残疾人生活补贴", "decides": "民政"}],
        "presumptions": [
            {
                "fact": "extreme_poverty_support", "presumed_as": "都不是特困人员", "list_title": "特困供养名单",
                "office": "民政", "verdicts": 1021, "fen": 9189000,
            }
        ],
        "questions": [],
        "feeds": [
            {"feed": "roster", "title": "持证人底册", "office": "残联", "loaded": True, "observed": "2026-11-01",
             "stale": []},
            {"feed": "deaths", "title": "死亡名单", "office": "公安", "loaded": True, "observed": "2026-01-01",
             "stale": ["已死亡"]},
            {"feed": "extreme_poverty", "title": "特困供养名单", "office": "民政", "loaded": False, "observed": None,
             "stale": []},
        ],
        "persons": 48, "alive": 48, "expired": 0,
    }  # fmt: skip
    return Matching.objects.create(
        county=county, division_id=county * 10**6, as_of=date(2026, 11, 1), revision=1, finished_at=timezone.now(),
        persons=48, numbers=usual | numbers,
    )  # fmt: skip
