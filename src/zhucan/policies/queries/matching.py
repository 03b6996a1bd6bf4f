"""What the rules say: the latest matching of a county, and one person's matrix with reasons, as of any day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from zhucan.match.assess import assess
from zhucan.match.findings import Found
from zhucan.match.outputs.words import is_doubtful
from zhucan.match.verdicts import reads
from zhucan.policies.library import book, library, matching_settings
from zhucan.policies.models import Matching
from zhucan.policies.snapshots import snapshot_of
from zhucan.registry.queries.known import people_of, receipts_of
from zhucan.rules.determine import Verdict, determine
from zhucan.rules.policy import Policy
from zhucan.rules.printing import words_of
from zhucan.rules.vocabulary import Value


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One condition of a policy for one person: ``holds`` None is unknown; ``missing`` are labels of facts.

    ``requirement`` says what is asked for (残疾人证有效：是); ``words`` what is told to whoever fails it.
    """

    id: str
    holds: bool | None
    requirement: str
    words: str
    basis: str
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One policy for one person. Money in 分 per rhythm; ``receiving`` None: no payroll of the month was loaded.

    ``state``: ``entitled_receiving entitled_not_receiving entitled_not_compared unknown not doubtful``. ``facts`` are
    what the policy looked at: label, value in words. ``leans_on`` says what was presumed, in words.
    """

    policy: str
    title: str
    state: str
    amount_fen: int | None
    paid_fen: int
    receiving: bool | None
    reason: str
    basis: str
    question: str
    missing: Sequence[str]
    leans_on: Sequence[str]
    months: int | None
    remark: str
    conditions: Sequence[ConditionRow]
    facts: Sequence[tuple[str, str]]


def latest(county: int) -> Matching | None:
    """The last finished matching of a county (6 digits)."""
    return Matching.objects.filter(county=county, finished_at__isnull=False).order_by("-id").first()


def matrix(person_id: int, county: int, *, as_of: date, known_at: datetime | None = None) -> Sequence[MatrixRow]:
    """Every policy worth telling for one person (id, county of 6 digits), from the database as it stands.

    As of any day, and as known at any instant (None: now). Policies that say no and of which nothing is received come
    last, before them those no list can tell. Empty where there is no such person.
    """
    vocabulary = library().vocabulary
    people = people_of(county, as_of=as_of, book=book(), vocabulary=vocabulary, known_at=known_at, only=[person_id])
    if person_id not in people.ids:
        return ()
    policies = library().policies(division=county, as_of=as_of, subject="person")
    table = snapshot_of(county, people, as_of, 0).table(vocabulary)
    banks = [feed for feed in book() if feed.kind == "returns"]
    receipts = receipts_of(county, period=as_of.replace(day=1), people=people.index, returns=banks, only=[person_id])
    assessed = assess(policies, table, receipts, matching_settings(), as_of, told=[each.id for each in policies])
    facts = table.person(people.index[person_id])
    pairs = [(each.policy, found[0]) for each, found in zip(assessed.verdicts, assessed.found, strict=True)]
    rows = [(not policy.by_lists, _row(policy, found, facts, as_of)) for policy, found in pairs]
    return [row for _, row in sorted(rows, key=lambda each: (each[1].state == "not", each[0]))]


def _row(policy: Policy, found: Found, facts: Mapping[str, Value | None], as_of: date) -> MatrixRow:
    vocabulary = library().vocabulary
    determined = determine(policy, facts, as_of)
    conditions = [
        ConditionRow(
            result.condition.id, result.holds, words_of(result.condition.test), result.condition.otherwise,
            result.condition.basis,
            [vocabulary.fact(fact).zh for fact in result.missing],
        )
        for result in determined.results
    ]  # fmt: skip
    failed = determined.failed
    reason, basis = found.reason, found.basis
    if found.verdict is Verdict.NOT and failed:
        reason, basis = failed[0].otherwise, failed[0].basis
    return MatrixRow(
        policy=policy.id,
        title=policy.zh,
        state=_state(found),
        amount_fen=found.amount_fen,
        paid_fen=found.paid_fen,
        receiving=found.receiving,
        reason=reason,
        basis=basis,
        question=found.question,
        missing=[vocabulary.fact(fact).zh for fact in found.missing],
        leans_on=[_presumed(fact) for fact in found.leans_on],
        months=found.months,
        remark=found.remark,
        conditions=conditions,
        facts=[(vocabulary.fact(fact).zh, vocabulary.fact(fact).say(facts.get(fact))) for fact in _looked_at(policy)],
    )


def _looked_at(policy: Policy) -> Sequence[str]:
    return sorted(reads(policy))


def _presumed(fact: str) -> str:
    found = library().vocabulary.find(fact)
    return f"推定：{found.presumed_as}" if found is not None else "推定：都已到账"


def _state(found: Found) -> str:
    if found.verdict is Verdict.UNKNOWN:
        return "unknown"
    if found.verdict is Verdict.NOT:
        return "doubtful" if is_doubtful(found.finding) else "not"
    if found.receiving is None:
        return "entitled_not_compared"
    return "entitled_receiving" if found.receiving else "entitled_not_receiving"
