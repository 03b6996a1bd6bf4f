"""Which unknown facts would settle most people × money: the work list, and one person's next question."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from zhucan.rules.determine import Facts, Verdict, determine
from zhucan.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class OpenVerdict:
    """One unknown verdict: whose, on which policy, the facts that still matter, and the 分 a month at stake (None:
    not known).
    """

    subject: Hashable
    policy: str
    missing: tuple[str, ...]
    fen: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One fact to ask for, and what it settles once all before it in the list are known: verdicts, persons, 分."""

    fact: str
    settles: int
    persons: int
    fen: int


def work_list(open_verdicts: Iterable[OpenVerdict], *, at_most: int = 20) -> list[Asked]:
    """The shortest sensible list of questions, best first.

    A verdict is settled when all facts that matter to it are known, whatever the answers. Each step takes the fact
    whose answers settle most 分, then most verdicts; where no single fact settles anything, the one most often needed.
    """
    waiting = [(verdict, set(verdict.missing)) for verdict in open_verdicts if verdict.missing]
    asked: list[Asked] = []
    while waiting and len(asked) < at_most:
        fact = _best(waiting)
        settled = [verdict for verdict, missing in waiting if missing == {fact}]
        asked.append(
            Asked(fact, len(settled), len({verdict.subject for verdict in settled}), sum(v.fen or 0 for v in settled))
        )
        waiting = [(verdict, missing - {fact}) for verdict, missing in waiting if missing != {fact}]
    return asked


def _best(waiting: Sequence[tuple[OpenVerdict, set[str]]]) -> str:
    scores: dict[str, list[int]] = {}
    for verdict, missing in waiting:
        for fact in missing:
            score = scores.setdefault(fact, [0, 0, 0])
            if len(missing) == 1:
                score[0] += verdict.fen or 0
                score[1] += 1
            score[2] += 1
    return min(scores, key=lambda fact: ([-part for part in scores[fact]], fact))


def next_question(policies: Sequence[Policy], facts: Facts, as_of: date) -> str | None:
    """The fact worth asking one person next: it stands in the way of most 分, shared among the facts still needed.

    None when every verdict is settled.
    """
    scores: dict[str, tuple[Fraction, int]] = {}
    for policy in policies:
        found = determine(policy, facts, as_of)
        if found.verdict is not Verdict.UNKNOWN:
            continue
        needed = dict.fromkeys(fact for result in found.results for fact in result.missing) or found.missing
        for fact in needed:
            money, count = scores.get(fact, (Fraction(0), 0))
            scores[fact] = (money + Fraction(found.amount_fen or 0, len(needed)), count + 1)
    return min(scores, key=lambda fact: (-scores[fact][0], -scores[fact][1], fact)) if scores else None
