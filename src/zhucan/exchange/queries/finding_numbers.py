"""The 核查编号 of findings: of a county's, for sheets; and the findings of numbers that came back on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from zhucan.base.parts import parts
from zhucan.base.permissions import Actor, scope
from zhucan.exchange.models import Finding


def finding_numbers(county: int) -> Mapping[tuple[int, str], str]:
    """By person id and policy: the numbers of findings that are there."""
    rows = Finding.objects.filter(county=county, gone_at=None, person_id__isnull=False).exclude(policy="")
    return {
        (person, policy): number
        for person, policy, number in rows.values_list("person_id", "policy", "number")
        if person
    }


def findings_by_number(actor: Actor, numbers: Collection[str]) -> dict[str, Finding]:
    """The findings of these numbers in the actor's division, with their persons; one query for every five hundred."""
    found: dict[str, Finding] = {}
    for part in parts(sorted(numbers)):
        rows = scope(actor, Finding.objects.filter(number__in=part)).select_related("person")
        found |= {row.number: row for row in rows}
    return found
