"""Matching from the register: everybody × every policy, beside what was paid, into verdicts and findings.

It is derived work: broken off at any moment and begun again it ends the same, so it is written in short transactions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from zhucan.base.audit import record
from zhucan.base.enums import Action
from zhucan.base.parts import parts
from zhucan.base.permissions import Actor, demand
from zhucan.base.queries.divisions import county_path
from zhucan.exchange.enums import FindingKind
from zhucan.exchange.operations.sync import FindingRow, sync
from zhucan.exchange.queries.revisions import revision
from zhucan.match.assess import Assessed, assess
from zhucan.match.findings import Found
from zhucan.match.outputs.words import is_doubtful
from zhucan.match.receipts import Receipts
from zhucan.match.result import MISSED, PAYMENT_FAULTS
from zhucan.match.verdicts import reads
from zhucan.policies import snapshots
from zhucan.policies.enums import Answer
from zhucan.policies.library import book, library, matching_settings
from zhucan.policies.models import AdoptedPolicy, Matching, Verdict
from zhucan.policies.operations.numbers import numbers_of
from zhucan.policies.queries.matching import latest
from zhucan.policies.snapshots import Snapshot
from zhucan.registry.queries.known import paid_months, receipts_of
from zhucan.registry.queries.payees import paying_places
from zhucan.rules.determine import Verdict as Said
from zhucan.rules.difference import difference
from zhucan.rules.months import add_months
from zhucan.rules.policy import Policy

_WORKED = (FindingKind.MISSED, FindingKind.DOUBTFUL, FindingKind.UNKNOWN, FindingKind.PAYMENT)
_OPEN = frozenset({"unknown_receiving", "unknown_not_receiving"})
_ANSWERS: Mapping[Said, Answer] = {
    Said.ENTITLED: Answer.ENTITLED,
    Said.NOT: Answer.NOT,
    Said.UNKNOWN: Answer.UNKNOWN,
}
_FIELDS = (
    "place", "answer", "amount_fen", "receiving", "paid_fen", "finding", "reason", "basis", "question", "missing",
    "leans_on", "months", "remark", "as_of",
)  # fmt: skip


def day_to_match(county: int, today: date) -> date:
    """The day a county is matched as of: the first of the latest month with a payroll; of this month without one.

    Subsidies are due for the month in which the conditions are met on its first day.
    """
    months = paid_months(county)
    return months[0] if months else today.replace(day=1)


def match_county(
    *, county: int, by: Actor, on: date, as_of: date | None = None, person_ids: Collection[int] | None = None
) -> Matching:
    """Match a county (6 digits), or only these of its persons anew, as of a day (None: see ``day_to_match``).

    Where the facts of others may have changed too, or another day is asked for, everybody is matched. Nothing is read
    anew of a county whose revision has not moved since its snapshot. Returns the finished matching, the same as before
    where only persons were refreshed.
    """
    if person_ids is None:
        demand(by, Action.MATCH, county_path(county))
    as_of = as_of or day_to_match(county, on)
    before = latest(county)
    now = revision(county)
    old = snapshots.read_snapshot(county)
    if before is None or old is None or old.matching != str(before.uuid):
        old = None
    if person_ids is not None and (before is None or old is None or before.as_of != as_of):
        person_ids = None
    run = _Run(county, as_of, now, by)
    if person_ids is None or old is None or before is None:
        return run.everybody(old)
    return run.some(before, old, person_ids)


@dataclass(frozen=True, slots=True)
class _Run:
    county: int
    as_of: date
    revision: int
    by: Actor

    def everybody(self, old: Snapshot | None) -> Matching:
        """Match the whole county into a new matching."""
        matching = Matching(
            county=self.county, division_id=county_path(self.county), as_of=self.as_of, revision=self.revision,
            started_by_id=self.by.user_id,
        )  # fmt: skip
        if old is not None and (old.as_of, old.revision) == (self.as_of, self.revision):
            snapshot = old
        else:
            snapshot = snapshots.build(self.county, self.as_of, self.revision)
        snapshots.write_snapshot(replace(snapshot, matching=str(matching.uuid)))
        policies = policies_of(self.county, self.as_of)
        assessed, receipts = self._assess(policies, snapshot, told=None)
        matching.changed = self._write(snapshot, assessed, receipts, only=None)
        matching.persons = snapshot.frame.height
        matching.numbers = numbers_of(self.county, self.as_of, snapshot, assessed, receipts)
        with transaction.atomic():
            _keep_texts(policies, self.county, self.as_of)
            matching.finished_at = timezone.now()
            matching.save()
            record(
                by=self.by, action="match_county", subject="matching", subject_id=matching.pk,
                place=county_path(self.county), details={"persons": matching.persons, "changed": matching.changed},
            )  # fmt: skip
        return matching

    def some(self, matching: Matching, old: Snapshot, ids: Collection[int]) -> Matching:
        """Match these persons anew, with the policies the matching told of."""
        changed = snapshots.build(self.county, self.as_of, self.revision, only=ids)
        policies = policies_of(self.county, self.as_of)
        told = [each["id"] for each in matching.numbers.get("policies", ())]
        assessed, receipts = self._assess(policies, changed, told=told, only=ids)
        self._write(changed, assessed, receipts, only=ids)
        snapshots.write_snapshot(snapshots.refresh(old, changed, ids))
        return matching

    def _assess(
        self,
        policies: Sequence[Policy],
        snapshot: Snapshot,
        told: Sequence[str] | None,
        only: Collection[int] | None = None,
    ) -> tuple[Assessed, Receipts]:
        people = {id_: place for place, id_ in enumerate(snapshot.ids)}
        banks = [feed for feed in book() if feed.kind == "returns"]
        receipts = receipts_of(self.county, period=self.as_of.replace(day=1), people=people, returns=banks, only=only)
        table = snapshot.table(library().vocabulary)
        return assess(policies, table, receipts, matching_settings(), self.as_of, told=told), receipts

    def _write(self, snapshot: Snapshot, assessed: Assessed, receipts: Receipts, only: Collection[int] | None) -> int:
        ids, places = snapshot.ids, snapshot.frame["place"].to_list()
        written = _write_verdicts(self.county, self.as_of, ids, places, assessed, only)
        rows = _finding_rows(ids, places, assessed)
        sync(self.county, _WORKED, rows, only=only)
        sync(self.county, (FindingKind.EXPIRY,), self._expiries(snapshot), only=only)
        sync(self.county, (FindingKind.DISPUTE,), _disputes(ids, places, assessed), only=only)
        if only is None:
            sync(self.county, (FindingKind.STRAY,), self._strays(receipts))
        return written

    def _expiries(self, snapshot: Snapshot) -> Iterator[FindingRow]:
        """Certificates that end between the day and so many months later, both included, of people alive."""
        last = add_months(self.as_of, matching_settings().expiring_months)
        rows = zip(snapshot.ids, snapshot.frame["place"], snapshot.frame["certificate_until"], strict=True)
        for person, place, until in rows:
            if until is not None and self.as_of < until and until.toordinal() - 1 <= last.toordinal():
                end = date.fromordinal(until.toordinal() - 1)
                yield FindingRow(
                    key=f"expiry:{person}", kind=FindingKind.EXPIRY, code="certificate_ends", place=place,
                    person_id=person, receipt_id=None, policy="", fen=None, months=None,
                    reason=f"残疾人证有效期至 {end}", basis=matching_settings().expiring_basis, question="", missing="",
                    leans_on="", remark="", evidence=_digest(until),
                )  # fmt: skip

    def _strays(self, receipts: Receipts) -> Iterator[FindingRow]:
        """Payments to numbers that are not on the register: one per payee and policy."""
        found: dict[tuple[str, str], list[int]] = {}
        for place, payment in enumerate(receipts.payments):
            if payment.person is None and payment.number is not None:
                found.setdefault((payment.policy, payment.number), []).append(place)
        where = paying_places([int(receipts.payments[places[0]].source) for places in found.values()])
        for (policy, number), places in found.items():
            payments = [receipts.payments[place] for place in places]
            fen = sum(each.amount_fen for each in payments if each.arrived)
            yield FindingRow(
                key=f"stray:{policy}:{number}", kind=FindingKind.STRAY, code="paid_not_on_roster",
                place=where[int(payments[0].source)], person_id=None, receipt_id=int(payments[0].source),
                policy=policy,
                fen=fen, months=None, reason="发放对象不在残疾人名册上", basis="", question="", missing="", leans_on="",
                remark=payments[0].place, evidence=_digest(policy, fen, len(payments)),
            )  # fmt: skip


def policies_of(county: int, as_of: date) -> Sequence[Policy]:
    """The policies for persons in force in a county on a day."""
    return library().matched_policies(division=county, as_of=as_of)


def kind_of(found: Found) -> FindingKind | None:
    """The list a person's line stands on; None: on none to work through."""
    if found.finding in MISSED:
        return FindingKind.MISSED
    if found.finding in PAYMENT_FAULTS:
        return FindingKind.PAYMENT
    if found.finding in _OPEN:
        return FindingKind.UNKNOWN
    return FindingKind.DOUBTFUL if is_doubtful(found.finding) else None


def _finding_rows(ids: Sequence[int], places: Sequence[int], assessed: Assessed) -> Iterator[FindingRow]:
    for verdicts, found in zip(assessed.verdicts, assessed.found, strict=True):
        policy = verdicts.policy
        facts = sorted(reads(policy) & assessed.table.columns.keys())
        columns = [assessed.table.columns[fact] for fact in facts]
        for place, one in enumerate(found):
            kind = kind_of(one)
            if kind is None:
                continue
            paid = kind in (FindingKind.DOUBTFUL, FindingKind.PAYMENT)
            yield FindingRow(
                key=f"{policy.id}:{ids[place]}", kind=kind, code=one.finding, place=places[place],
                person_id=ids[place], receipt_id=None, policy=policy.id,
                fen=one.paid_fen if paid else one.amount_fen, months=one.months, reason=one.reason, basis=one.basis,
                question=one.question, missing=" ".join(one.missing), leans_on=" ".join(one.leans_on),
                remark=one.remark,
                evidence=_digest(one.finding, one.amount_fen, one.paid_fen, *(column[place] for column in columns)),
            )  # fmt: skip


def _disputes(ids: Sequence[int], places: Sequence[int], assessed: Assessed) -> Iterator[FindingRow]:
    """Facts on which sources contradict each other, one line per person."""
    for place, disputes in assessed.table.disputes.items():
        reason = "；".join(disputes.values())
        yield FindingRow(
            key=f"dispute:{ids[place]}", kind=FindingKind.DISPUTE, code="sources_differ", place=places[place],
            person_id=ids[place], receipt_id=None, policy="", fen=None, months=None, reason=reason, basis="",
            question="", missing=" ".join(disputes), leans_on="", remark="", evidence=_digest(reason),
        )  # fmt: skip


def _digest(*parts: object) -> bytes:
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).digest()


def _verdict_rows(
    as_of: date, ids: Sequence[int], places: Sequence[int], assessed: Assessed
) -> Mapping[tuple[int, str], tuple[object, ...]]:
    rows: dict[tuple[int, str], tuple[object, ...]] = {}
    for verdicts, found in zip(assessed.verdicts, assessed.found, strict=True):
        policy = verdicts.policy.id
        for place, one in enumerate(found):
            if one.verdict is Said.NOT and (one.finding == "none" or one.receiving is None):
                continue
            rows[ids[place], policy] = (
                places[place], int(_ANSWERS[one.verdict]), one.amount_fen, one.receiving, one.paid_fen, one.finding,
                one.reason[:300], one.basis[:300], one.question[:300], " ".join(one.missing)[:300],
                " ".join(one.leans_on)[:200], one.months, one.remark[:300], as_of,
            )  # fmt: skip
    return rows


def _write_verdicts(
    county: int,
    as_of: date,
    ids: Sequence[int],
    places: Sequence[int],
    assessed: Assessed,
    only: Collection[int] | None,
) -> int:
    """Write the difference to the verdicts held; returns how many rows changed."""
    rows = Verdict.objects.filter(county=county)
    if only is not None:
        rows = rows.filter(person_id__in=list(only))
    held = {row[:2]: (row[2], row[3:]) for row in rows.values_list("person_id", "policy", "id", *_FIELDS)}
    new = _verdict_rows(as_of, ids, places, assessed)
    found = difference(held, new, alike=lambda old, row: old[1] == row)
    stale = {key: row[0] for key, row in found.removed.items()} | {
        key: one[0] for key, (one, _) in found.changed.items()
    }
    fresh = {**found.added, **{key: row for key, (_, row) in found.changed.items()}}
    keys = sorted({*stale, *fresh})
    for part in parts(keys):  # a changed row is replaced within one transaction
        with transaction.atomic():
            Verdict.objects.filter(id__in=[stale[key] for key in part if key in stale]).delete()
            Verdict.objects.bulk_create(
                Verdict(person_id=key[0], policy=key[1], county=county, **dict(zip(_FIELDS, fresh[key], strict=True)))
                for key in part
                if key in fresh
            )
    return len(keys)


def _keep_texts(policies: Sequence[Policy], county: int, as_of: date) -> None:
    """Keep the flattened text of what was law in this matching, by fingerprint."""
    known = set(AdoptedPolicy.objects.values_list("fingerprint", flat=True))
    AdoptedPolicy.objects.bulk_create(
        AdoptedPolicy(fingerprint=each.fingerprint, policy=each.id, division=county, as_of=as_of, text=each.text)
        for each in policies
        if each.fingerprint not in known
    )
