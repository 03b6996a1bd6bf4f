"""Findings, what was decided about them, and the sheets made of them."""

from __future__ import annotations

from uuid import uuid4

from tests.exchange_findings.make import make_finding
from tests.web_access.objects import (
    ALSO,
    HIDDEN_WITHOUT,
    LEVELS_OF,
    MAY_BE_EMPTY,
    OF_COUNTIES,
    OWN,
    Values,
    builds,
    moves,
)
from zhucan.base.enums import Action
from zhucan.base.models import Job
from zhucan.exchange.enums import FindingKind, FindingVerdict
from zhucan.exchange.models import Finding, Settling

OWN |= {"workbench:visits_read", "workbench:matching_sheet"}
OF_COUNTIES.add("workbench:matching_progress")
ALSO["workbench:visits_read"] = Action.SETTLE_FINDINGS
HIDDEN_WITHOUT["workbench:matching_progress"] = Action.MATCH
_COUNTY_ONLY = frozenset({"county"})
_findings = ("workbench:finding", "workbench:finding_reopen", "workbench:finding_answer")


def _made(path: int) -> Finding:
    return make_finding(FindingKind.UNKNOWN, village=path, county=path // 10**6, missing="minimum_living_allowance")


@builds(*_findings)
def _finding(path: int) -> Values:
    return {"uuid": str(_made(path).uuid)}


@moves(*_findings)
def _moved_finding(before: int, now: int) -> Values:
    finding = _made(before)
    finding.place, finding.county = now, now // 10**6
    finding.save()
    return {"uuid": str(finding.uuid)}


@builds("workbench:settling", "workbench:settling_undo")
def _settling(path: int) -> Values:
    return {"uuid": str(Settling.objects.create(place=path, verdict=next(iter(FindingVerdict)), done=1).uuid)}


@builds("workbench:matching_progress")
def _job(path: int) -> Values:
    made = Job.objects.create(kind="match", key=f"match {uuid4()}", arguments={"county": path // 10**6})
    return {"uuid": str(made.uuid)}


LEVELS_OF["workbench:matching_start"] = _COUNTY_ONLY
MAY_BE_EMPTY.add("workbench:findings_settle")
