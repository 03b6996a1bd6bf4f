from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.utils import timezone

from tests.factories.people import COUNTY_PATH, make_divisions
from zhucan.policies.enums import SurpriseKind
from zhucan.policies.models import Surprise
from zhucan.policies.operations.surprises import report_surprise
from zhucan.policies.queries.surprises import blind_of_code
from zhucan.policies.told import Told

NURSING = "nursing-allowance"
TOLD = Told("not", None, "评的不是一级或二级", (("您的残疾等级是几级？", "三级"),), date(2026, 11, 22), "a" * 64)
TEXT, CONTACT = "邻居和我一样，她领到了", "微信 wugui1956"
Report = Callable[..., tuple[str, Surprise]]


@pytest.fixture
def report(db: None) -> Report:
    """Send a remark; its code and its row."""

    def sent(
        *, division: int = COUNTY_PATH, policy: str = NURSING, kind: SurpriseKind = SurpriseKind.ENTITLED,
        text: str = TEXT, contact: str = CONTACT, told: Told | None = TOLD, at: datetime | None = None,
    ) -> tuple[str, Surprise]:  # fmt: skip
        make_divisions()
        code = report_surprise(
            policy=policy, division=division, kind=kind, text=text, contact=contact, told=told,
            at=at or timezone.now(),
        )  # fmt: skip
        return code, Surprise.objects.get(code_blind=blind_of_code(code))

    return sent
