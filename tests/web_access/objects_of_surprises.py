"""What visitors of the portal said who were surprised by a result."""

from __future__ import annotations

from django.utils import timezone

from tests.web_access.objects import EVERYWHERE, FIELDS, OF_COUNTIES, Values, builds
from zhucan.base.enums import FieldGroup
from zhucan.policies.enums import SurpriseKind
from zhucan.policies.models import Surprise
from zhucan.policies.operations.surprises import report_surprise

EVERYWHERE.add("portal:surprise")
OF_COUNTIES.add("workbench:surprise")
FIELDS |= dict.fromkeys(("workbench:surprises", "workbench:surprise"), FieldGroup.HARDSHIP)
_POLICY = "nursing-allowance"


@builds("workbench:surprise")
def _surprise(path: int) -> Values:
    report_surprise(
        policy=_POLICY, division=path // 10**6 * 10**6, kind=SurpriseKind.ENTITLED, text="和邻居一样，没有领到",
        contact="来窗口问", told=None, at=timezone.now(),
    )  # fmt: skip
    return {"uuid": str(Surprise.objects.latest("pk").uuid)}


@builds("portal:surprise")
def _policy(path: int) -> Values:
    return {"policy_id": _POLICY}
