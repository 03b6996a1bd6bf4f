"""What a run adds up for its first page: strays, expiries, presumptions, questions, lists loaded, rows left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from zhucan.files.feeds import FeedBook, Gives
from zhucan.files.tables import SourceFile, Table, account
from zhucan.match.findings import PAYMENT_ARRIVED, Found, question
from zhucan.match.places import Places
from zhucan.match.receipts import Payment, Receipts
from zhucan.match.result import FeedState, Person, Presumed, Question, Stray
from zhucan.match.roster import Roster
from zhucan.match.verdicts import Verdicts
from zhucan.rules.determine import Verdict
from zhucan.rules.months import add_months
from zhucan.rules.questions import Asked, OpenVerdict, work_list
from zhucan.rules.statements import is_stale
from zhucan.rules.vocabulary import Vocabulary

_NOT_ON_ROSTER = "发放对象不在清理后的残疾人花名册上"
_SHARED = "花名册上这个身份证号用在不同姓名上，没有采用"


def expiring(persons: Sequence[Person], as_of: date, months: int) -> list[Person]:
    """The persons whose certificate ends between the as-of day and so many months later, both days included."""
    last = add_months(as_of, months)
    return [
        person
        for person in persons
        if person.certificate_until is not None and as_of <= person.certificate_until - timedelta(days=1) <= last
    ]


def strays(receipts: Receipts, roster: Roster, places: Places) -> list[Stray]:
    """Payments to numbers that are not on the cleaned roster, one per payee × policy, summed over his rows.

    None where there is no roster to be on.
    """
    if not roster.holders:
        return []
    found: dict[tuple[str, str], list[Payment]] = {}
    for payment in receipts.payments:
        if payment.person is None and payment.number is not None:
            found.setdefault((payment.number, payment.policy), []).append(payment)
    rows = [
        Stray(
            policy=policy,
            citizen_id=number,
            name=payments[0].name,
            township_name=payments[0].place,
            paid_fen=sum(payment.amount_fen for payment in payments if payment.arrived),
            source_file=payments[0].source,
            source_row=payments[0].source_row,
            reason=_SHARED if number in roster.shared else _NOT_ON_ROSTER,
        )
        for (number, policy), payments in found.items()
    ]
    return sorted(rows, key=lambda stray: (places.township(stray.township_name) or 10**12, stray.policy))


def oldest(tables: Sequence[Table]) -> date | None:
    """The earliest day these tables tell of; None where one of them does not say."""
    days = [table.observed for table in tables]
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None


def feed_states(files: Sequence[SourceFile], book: FeedBook, vocabulary: Vocabulary, as_of: date) -> list[FeedState]:
    """Every kind of list: from which files it was loaded, what became of its rows, and which of its facts are stale."""
    states = []
    for feed in book:
        loaded = [(source.name, table) for source in files for table in source.tables if table.feed.id == feed.id]
        names = tuple(dict.fromkeys(name for name, _ in loaded))
        counts = account([table for _, table in loaded]) if loaded else None
        observed = oldest([table for _, table in loaded])
        facts = dict.fromkeys(vocabulary.fact(gives.fact) for gives in feed.gives)
        stale = tuple(fact.zh for fact in facts if is_stale(fact, observed, as_of))
        states.append(FeedState(feed.id, feed.title, feed.office, names, counts, observed, stale))
    return states


def rejected_classes(roster: Counter[str], other: Counter[str]) -> dict[str, dict[str, int]]:
    """Rows that did not become persons or links, by class, in the roster and in all other files."""
    return {name: {"roster": roster[name], "other": other[name]} for name in dict.fromkeys([*roster, *other])}


def list_presumptions(
    verdicts: Sequence[Verdicts],
    found: Sequence[Sequence[Found]],
    receipts: Receipts,
    book: FeedBook,
    vocabulary: Vocabulary,
) -> list[Presumed]:
    """Every presumption that verdicts lean on, those with most verdicts first.

    Money: what is due by rate, or else was paid, on the verdicts that lean on it, 分 a month; no other rhythms.
    """
    counts: Counter[str] = Counter()
    fen: Counter[str] = Counter()
    for each, findings in zip(verdicts, found, strict=True):
        monthly = each.policy.outcome.rhythm == "month"
        for one in findings:
            for fact in one.leans_on:
                counts[fact] += 1
                fen[fact] += (one.amount_fen or one.paid_fen) if monthly else 0
    return [
        Presumed(fact, _presumed_as(fact, vocabulary), *_list_of(fact, book, vocabulary), count, fen[fact])
        for fact, count in counts.most_common()
    ]


def _presumed_as(fact: str, vocabulary: Vocabulary) -> str:
    return "都已到账" if fact == PAYMENT_ARRIVED else vocabulary.fact(fact).presumed_as


def _list_of(fact: str, book: FeedBook, vocabulary: Vocabulary) -> tuple[str, str]:
    """The title and office of the list that would settle a presumed fact."""
    for feed in book:
        settles = feed.kind == "returns" if fact == PAYMENT_ARRIVED else _covers(fact, feed.gives)
        if settles:
            return feed.title, feed.office
    return f"{vocabulary.fact(fact).zh}名单", vocabulary.fact(fact).owner


def _covers(fact: str, gives: Sequence[Gives]) -> bool:
    return any(each.fact == fact and each.absence is not None for each in gives)


def list_questions(
    verdicts: Sequence[Verdicts], found: Sequence[Sequence[Found]], receipts: Receipts, vocabulary: Vocabulary
) -> list[Question]:
    """The shortest list of questions that settles most of what is unknown, best first.

    Only policies compared with a payroll ask, as only they are on the lists; without any payroll, all do.
    """
    open_verdicts = [
        OpenVerdict(one.person, each.policy.id, one.missing, one.amount_fen)
        for each, findings in zip(verdicts, found, strict=True)
        if each.policy.id in receipts.compared or not receipts.compared
        for one in findings
        if one.verdict is Verdict.UNKNOWN
    ]
    return [
        Question(asked.fact, vocabulary.fact(asked.fact).zh, question(vocabulary, asked.fact), *_settled(asked))
        for asked in work_list(open_verdicts)
    ]


def _settled(asked: Asked) -> tuple[int, int, int]:
    return asked.settles, asked.persons, asked.fen
