"""What a visit brought back: an answer becomes a fact, a result settles its finding, everything else is noted.

A visit never states that somebody died or moved away: that is said by the offices that know, and until then the finding
stands. Reading the same sheet twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from django.db import transaction

from zhucan.base.enums import Action
from zhucan.base.errors import Refused
from zhucan.base.parts import parts
from zhucan.base.permissions import Actor, demand
from zhucan.exchange.enums import FindingKind, FindingState, FindingVerdict
from zhucan.exchange.operations.findings import ChangedMeanwhile, locked, note_finding, settle_finding
from zhucan.exchange.queries.findings import notes_about, seen_token
from zhucan.registry.models import Fact
from zhucan.registry.operations.facts import record_fact
from zhucan.registry.values import encode
from zhucan.registry.vocabulary import vocabulary
from zhucan.rules.vocabulary import FactType

if TYPE_CHECKING:
    from zhucan.exchange.models import Finding

SOURCE = "入户"
YES_NO: Mapping[str, bool] = {"是": True, "否": False}
"""Answers to the question of a 待核实 line."""
RESULTS: Mapping[FindingKind, Mapping[str, FindingVerdict]] = {
    FindingKind.MISSED: {
        "符合，没领到": FindingVerdict.TRUE,
        "已经领到": FindingVerdict.FALSE,
        "不符合": FindingVerdict.FALSE,
    },
    FindingKind.DOUBTFUL: {"情况属实": FindingVerdict.TRUE, "情况不实": FindingVerdict.FALSE},
    FindingKind.PAYMENT: {"情况属实": FindingVerdict.TRUE, "情况不实": FindingVerdict.FALSE},
}
"""Results as printed on visit sheets, and what they decide; other words are noted."""
_NEVER = frozenset({"deceased", "moved_out"})


class Outcome(Enum):
    """What became of one line of a sheet."""

    FACT = "记下回答，重新算结论"
    SETTLED = "按结果处理"
    NOTED = "记下来，仍留在名单里"
    NOTHING = "已经记过，没有再记"


def yes_no_question(finding: Finding) -> str:
    """The one yes-or-no fact that settles a 待核实 finding and that a visit may answer; empty where there is none."""
    facts = finding.missing.split()
    if finding.kind != FindingKind.UNKNOWN or len(facts) != 1 or finding.person_id is None:
        return ""
    meaning = vocabulary().find(facts[0])
    if meaning is None or meaning.type is not FactType.YES_NO or meaning.derive or meaning.id in _NEVER:
        return ""
    if meaning.subject != "person" or (meaning.authority and SOURCE not in meaning.authority):
        return ""
    return meaning.id


@transaction.atomic
def answer_question(*, finding: Finding, value: bool, observed: date, by: Actor, on: date, seen: str = "") -> Outcome:
    """Record the answer to a finding's one missing fact, as a visit of that day says it.

    Raises:
        ChangedMeanwhile: the finding is not as ``seen`` any more.
        Refused: it is no question of yes or no, or the day lies ahead.
        NotAllowed, NotHere: facts are not the actor's to state, or not here.
    """
    fact = yes_no_question(finding)
    demand(by, Action.CHANGE_PERSONS, finding.place)
    if seen and seen != seen_token(finding):
        raise ChangedMeanwhile("没有记下：这一条刚刚变了。请看过现在的情况再记。")
    if not fact or finding.person is None:
        raise Refused("没有记下：这一条不是用“是”或“否”就能答清的。请按结果处理，或写明情况。")
    known = finding.person.facts.filter(
        fact=fact, source=SOURCE, observed=observed, value=encode(value), withdrawn_at=None, load=None
    )
    if known.exists():
        return Outcome.NOTHING
    record_fact(person=finding.person, fact=fact, value=value, source=SOURCE, observed=observed, by=by, on=on)
    return Outcome.FACT


@dataclass(frozen=True, slots=True)
class Already:
    """What earlier readings of a sheet left: notes (finding, words) and answers (person, fact, value, day)."""

    notes: frozenset[tuple[int, str]]
    answers: frozenset[tuple[int, str, int, date]]


def already_taken(findings: Sequence[Finding]) -> Already:
    """For these findings; two queries for every five hundred."""
    notes: set[tuple[int, str]] = set()
    answers: set[tuple[int, str, int, date]] = set()
    for part in parts(findings):
        notes |= set(notes_about(part))
        persons = [each.person_id for each in part if each.person_id is not None]
        stated = Fact.objects.filter(person_id__in=persons, source=SOURCE, withdrawn_at=None, load=None)
        for person, fact, value, observed in stated.values_list("person_id", "fact", "value", "observed"):
            if value is not None and observed is not None:
                answers.add((person, fact, value, observed))
    return Already(frozenset(notes), frozenset(answers))


def outcome_of(finding: Finding, result: str, visitor: str, observed: date, on: date, already: Already) -> Outcome:
    """What taking this result would do, as things stand; for the page that asks first, and for taking it."""
    if finding.state_on(on) in (FindingState.GONE, FindingState.CLOSED):
        return Outcome.NOTHING
    fact = yes_no_question(finding)
    if result in YES_NO and fact:
        said = (finding.person_id, fact, encode(YES_NO[result]), observed)
        return Outcome.NOTHING if said in already.answers else Outcome.FACT
    if result in RESULTS.get(FindingKind(finding.kind), {}):
        return Outcome.SETTLED
    noted = (finding.pk, _words(result, visitor, observed)) in already.notes
    return Outcome.NOTHING if noted else Outcome.NOTED


def _words(result: str, visitor: str, observed: date) -> str:
    return "；".join(part for part in (f"{SOURCE} {observed}", result, visitor and f"核查人 {visitor}") if part)


@transaction.atomic
def take_result(*, finding: Finding, result: str, visitor: str, observed: date, by: Actor, on: date) -> Outcome:
    """Take one line of a filled-in sheet: ``result`` in its words, who visited, and when.

    Raises:
        Refused: the day lies ahead, or the words hold a number they must not.
        NotAllowed, NotHere: it is not the actor's to settle.
    """
    demand(by, Action.SETTLE_FINDINGS, finding.place)
    if observed > on:
        raise Refused("没有记：核查日期晚于今天。请改成实际上门的日期。")
    row = locked(finding)
    planned = outcome_of(row, result, visitor, observed, on, already_taken([row]))
    words = _words(result, visitor, observed)
    if planned is Outcome.FACT:
        return answer_question(finding=row, value=YES_NO[result], observed=observed, by=by, on=on)
    if planned is Outcome.SETTLED:
        settle_finding(finding=row, verdict=RESULTS[FindingKind(row.kind)][result], answer=words, by=by, on=on)
    if planned is Outcome.NOTED:
        note_finding(finding=row, text=words, by=by, on=on)
    return planned
