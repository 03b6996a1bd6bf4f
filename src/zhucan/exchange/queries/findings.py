"""Lists of findings: filters, pages, counts. Every list, number, sheet and print of them comes from here.

A page is served by one of three partial indexes over findings that are still there: ``finding_policy`` (policy, kind,
place, id) where a policy is chosen, ``finding_list`` (kind, place, id) where a kind is, ``finding_place`` (place, id)
otherwise. Counts read ``finding_counts`` alone, which holds every column a filter looks at; only ``ends`` joins the
certificates.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import BigIntegerField, Case, CharField, Count, F, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from zhucan.base.parentage import WIDTH
from zhucan.base.permissions import Actor, NotHere, covers, scope
from zhucan.base.queries.divisions import range_of
from zhucan.exchange.enums import FindingKind, FindingState, FindingVerdict
from zhucan.exchange.models import Finding, SavedFilter, Settling, SettlingStep

ALL = "all"
"""The state of a filter that looks at all that is still there, settled or not."""
_WIDTHS = tuple(WIDTH.values())
_MONTH = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])")
_KINDS = frozenset(FindingKind.values)
_STATES = frozenset({FindingState.OPEN.value, FindingState.POSTPONED.value, FindingState.CLOSED.value, ALL})


class BadFilterError(ValueError):
    """A filter says something there is not: an unknown kind or state, a place that is no number."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list shows; empty means everything. Holds codes and places, never a name or a number of a person.

    ``place`` is a division path: it and all below it; with ``rest`` only what stands at the place itself, no division
    below it being known. ``state`` open, postponed, closed or ``ALL``. ``missing`` is a
    fact that must be known; with ``alone`` it is the only one. ``presumed``: yes, no, or a presumed fact. ``ends``: the
    month (2026-11) in which the certificate is valid for the last day.
    """

    kind: str = ""
    policy: str = ""
    code: str = ""
    place: int | None = None
    state: str = FindingState.OPEN.value
    missing: str = ""
    alone: bool = False
    presumed: str = ""
    ends: str = ""
    rest: bool = False

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """The filter of a query string; names it does not know are left alone.

        Raises:
            BadFilterError: a value there is not.
        """
        kind, place, ends = (given.get(name, "") for name in ("kind", "place", "ends"))
        state = given.get("state") or FindingState.OPEN.value
        if (kind and kind not in _KINDS) or state not in _STATES:
            raise BadFilterError
        if (place and not _is_place(place)) or (ends and not _MONTH.fullmatch(ends)):
            raise BadFilterError
        return cls(
            kind=kind,
            policy=given.get("policy", ""),
            code=given.get("code", ""),
            place=int(place) if place else None,
            state=state,
            missing=given.get("missing", ""),
            alone=given.get("alone") == "1",
            presumed=given.get("presumed", ""),
            ends=ends,
            rest=given.get("rest") == "1",
        )

    def pairs(self) -> list[tuple[str, str]]:
        """What differs from the plain list, as name and value, always in the same order."""
        given = {
            "kind": self.kind, "policy": self.policy, "code": self.code,
            "place": "" if self.place is None else str(self.place),
            "state": "" if self.state == FindingState.OPEN.value else self.state,
            "missing": self.missing, "alone": "1" if self.alone else "", "presumed": self.presumed,
            "ends": self.ends,
            "rest": "1" if self.rest and self.place is not None else "",
        }  # fmt: skip
        return [(name, value) for name, value in given.items() if value]

    def query(self, **changed: object) -> str:
        """The filter as the part of an address after the question mark, with some fields changed."""
        return urlencode(replace(self, **changed).pairs() if changed else self.pairs())  # type: ignore[arg-type]


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) == 12


def same_filter_digest(filters: Filters) -> str:
    """Sixteen characters that are equal for equal filters: names a filter in the record without spelling it out."""
    return hashlib.blake2b(filters.query().encode(), digest_size=8).hexdigest()


def seen_token(finding: Finding) -> str:
    """What a page remembers of a finding it shows: it changes with the evidence and with every decision."""
    parts = (bytes(finding.evidence), finding.settled_at, finding.verdict, finding.postponed_until, finding.gone_at)
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def _step(path: int) -> int:
    """How many paths a division directly below this one takes."""
    low, last = range_of(path)
    return _WIDTHS[_WIDTHS.index(last - low + 1) + 1] if low != last else 1


def state_in_sql(on: date) -> Case:
    """``Finding.state_on`` in the words of the database."""
    settled = Q(settled_at__isnull=False, settled_evidence=F("evidence"))
    postponed = settled & Q(verdict=FindingVerdict.POSTPONED)
    return Case(
        When(Q(gone_at__isnull=False), then=Value(FindingState.GONE.value)),
        When(
            postponed & Q(postponed_until__isnull=False, postponed_until__lte=on), then=Value(FindingState.OPEN.value)
        ),
        When(postponed, then=Value(FindingState.POSTPONED.value)),
        When(settled, then=Value(FindingState.CLOSED.value)),
        default=Value(FindingState.OPEN.value),
        output_field=CharField(),
    )


def findings(actor: Actor, filters: Filters, *, on: date | None = None) -> QuerySet[Finding]:
    """The findings of a filter within the actor's division, by place; states as of a day (today)."""
    rows = _whatever_state(actor, filters, on or timezone.localdate())
    if filters.state != ALL:
        rows = rows.filter(Q(state_now=filters.state))
    return rows.order_by("place", "id")


def _whatever_state(actor: Actor, filters: Filters, on: date) -> QuerySet[Finding]:
    rows = scope(actor, Finding.objects.filter(gone_at=None)).annotate(state_now=state_in_sql(on))
    exact = {name: value for name in ("kind", "policy", "code") if (value := getattr(filters, name))}
    rows = rows.filter(**exact)
    if filters.place is not None:
        low, last = range_of(filters.place)
        rows = rows.filter(place__range=(low, low + _step(low) - 1 if filters.rest else last))
    if filters.missing:
        rows = rows.filter(missing=filters.missing) if filters.alone else rows.filter(_has("missing", filters.missing))
    if filters.ends:
        rows = rows.filter(_ends_in(filters.ends))
    if filters.presumed in ("yes", "no"):
        return rows.exclude(leans_on="") if filters.presumed == "yes" else rows.filter(leans_on="")
    return rows.filter(_has("leans_on", filters.presumed)) if filters.presumed else rows


def _ends_in(month: str) -> Q:
    """The certificate's last valid day, one day before its ``until``, lies in this month."""
    first = date.fromisoformat(f"{month}-01")
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return Q(person__certificate__until__gt=first, person__certificate__until__lte=after)


def _has(column: str, word: str) -> Q:
    """Whether one of the words of a column is this one."""
    ways = (("", word), ("__startswith", f"{word} "), ("__endswith", f" {word}"), ("__contains", f" {word} "))
    found = Q()
    for look, text in ways:
        found |= Q(**{f"{column}{look}": text})
    return found


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list, and whether there is more on either side."""

    rows: Sequence[Finding]
    has_previous: bool
    has_next: bool

    @property
    def first_key(self) -> str:
        """Where the page begins, for ``before=``."""
        return key_of(self.rows[0]) if self.rows else ""

    @property
    def last_key(self) -> str:
        """Where the page ends, for ``after=``."""
        return key_of(self.rows[-1]) if self.rows else ""


def key_of(finding: Finding) -> str:
    """The place of a row in the order of lists."""
    return f"{finding.place}-{finding.pk}"


def listed(rows: QuerySet[Finding], *, size: int, after: str = "", before: str = "") -> Listed:
    """The page after or before a key, or the first: one query, as fast at the end of a list as at its beginning.

    Raises:
        BadFilterError: what is no key.
    """
    if before:
        place, pk = _split(before)
        earlier = rows.filter(place__lte=place).filter(Q(place__lt=place) | Q(pk__lt=pk)).order_by("-place", "-id")
        found = list(earlier[: size + 1])
        return Listed(found[:size][::-1], has_previous=len(found) > size, has_next=True)
    if after:
        place, pk = _split(after)
        rows = rows.filter(place__gte=place).filter(Q(place__gt=place) | Q(pk__gt=pk))
    found = list(rows[: size + 1])
    return Listed(found[:size], has_previous=bool(after), has_next=len(found) > size)


def _split(key: str) -> tuple[int, int]:
    place, _, pk = key.partition("-")
    if not (place.isascii() and place.isdigit() and pk.isascii() and pk.isdigit() and len(key) < 40):
        raise BadFilterError
    return int(place), int(pk)


def next_after(actor: Actor, filters: Filters, finding: Finding) -> Finding | None:
    """The next finding of the same filter, around to its beginning; None where it is the only one."""
    rows = findings(actor, filters).exclude(pk=finding.pk)
    page = listed(rows, size=1, after=key_of(finding))
    found = page.rows or listed(rows, size=1).rows
    return found[0] if found else None


def finding_by_uuid(actor: Actor, uid: UUID | str) -> Finding:
    """One finding of the actor's division, gone or not, with its person.

    Raises:
        NotHere: there is none, or it is not his to know of.
    """
    rows = scope(actor, Finding.objects.filter(uuid=uid)).select_related("person", "receipt", "settled_by")
    found = rows.first()
    if found is None:
        raise NotHere
    return found


@dataclass(frozen=True, slots=True)
class KindCount:
    """One kind within a filter: lines and persons of the filter's state, 分 a month of them; and what was settled."""

    lines: int = 0
    persons: int = 0
    fen: int = 0
    settled: int = 0
    postponed: int = 0


def _plainly(column: str) -> Coalesce:
    """A column to group by that no index is sorted by: SQLite then counts from ``finding_counts`` alone."""
    return Coalesce(column, Value(""), output_field=CharField())


def counts(
    actor: Actor, filters: Filters, *, on: date | None = None, with_persons: bool = False
) -> dict[FindingKind, KindCount]:
    """Each kind's count, kinds without any included; one query. ``lines`` equals the length of the list.

    Telling persons apart costs as much as all the rest: only ``with_persons``, else 0.
    """
    rows = _whatever_state(actor, filters, on or timezone.localdate()).order_by()
    wanted = Q() if filters.state == ALL else Q(state_now=filters.state)
    found = rows.values(of=_plainly("kind")).annotate(
        lines=Count("id", filter=wanted),
        persons=Count("person", distinct=True, filter=wanted) if with_persons else Value(0),
        fen_sum=Sum("fen", filter=wanted),
        settled=Count("id", filter=Q(state_now=FindingState.CLOSED)),
        postponed=Count("id", filter=Q(state_now=FindingState.POSTPONED)),
    )
    by_kind = {
        row["of"]: KindCount(row["lines"], row["persons"], row["fen_sum"] or 0, row["settled"], row["postponed"])
        for row in found
    }
    return {kind: by_kind.get(kind.value, KindCount()) for kind in FindingKind}


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """One place: its path, the kinds' lines and 分 a month. ``is_rest``: those of whom no place below is known."""

    path: int
    is_rest: bool
    lines: Mapping[FindingKind, int]
    fen: Mapping[FindingKind, int]


def by_place(actor: Actor, filters: Filters, parent: int, *, on: date | None = None) -> list[PlaceCount]:
    """The places directly below ``parent`` with their counts, in the order of their codes; one query."""
    step = _step(parent)
    rows = findings(actor, replace(filters, place=parent), on=on).order_by()
    # whole-number division on both databases: the path without its last digits
    part = Case(When(place__gte=0, then=F("place") / step), output_field=BigIntegerField()) if step > 1 else F("place")
    grouped = (
        rows.annotate(part=part).values("part", of=_plainly("kind")).annotate(lines=Count("id"), fen_sum=Sum("fen"))
    )
    found: dict[int, dict[FindingKind, tuple[int, int]]] = {}
    for row in grouped:
        path = int(row["part"]) * step
        found.setdefault(path, {})[FindingKind(row["of"])] = (row["lines"], row["fen_sum"] or 0)
    return [
        PlaceCount(
            path,
            path == parent,
            {kind: pair[0] for kind, pair in kinds.items()},
            {kind: pair[1] for kind, pair in kinds.items()},
        )
        for path, kinds in sorted(found.items(), key=lambda each: (each[0] == parent, each[0]))
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """One missing fact: how many lines lack it, and how many lack nothing else (lines, persons, 分 a month)."""

    fact: str
    lines: int
    settles: int
    persons: int
    fen: int


def questions(actor: Actor, filters: Filters, *, on: date | None = None) -> list[Asked]:
    """The facts that are missing, first the one whose answer settles the most lines; one query.

    ``settles`` equals the length of the list with ``missing`` and ``alone``, ``lines`` the one with ``missing``.
    """
    rows = findings(actor, replace(filters, kind=FindingKind.UNKNOWN.value), on=on).exclude(missing="").order_by()
    grouped = rows.values(lacks=_plainly("missing")).annotate(
        lines=Count("id"), persons=Count("person", distinct=True), fen_sum=Sum("fen")
    )
    lines: dict[str, int] = {}
    alone: dict[str, tuple[int, int, int]] = {}
    for row in grouped:
        facts = row["lacks"].split()
        for fact in dict.fromkeys(facts):
            lines[fact] = lines.get(fact, 0) + row["lines"]
        if len(facts) == 1:
            alone[facts[0]] = (row["lines"], row["persons"], row["fen_sum"] or 0)
    asked = [Asked(fact, count, *alone.get(fact, (0, 0, 0))) for fact, count in lines.items()]
    return sorted(asked, key=lambda one: (-one.settles, -one.lines, one.fact))


@dataclass(frozen=True, slots=True)
class Reason:
    """One code of a list with the sentence that goes with it, and its lines."""

    policy: str
    code: str
    reason: str
    lines: int


def reasons(actor: Actor, filters: Filters, *, on: date | None = None) -> list[Reason]:
    """The policies and codes a list holds, whatever is chosen of them: what its filter can offer; two queries."""
    open_filter = replace(filters, policy="", code="")
    rows = findings(actor, open_filter, on=on).order_by()
    grouped = list(
        rows.values(of=_plainly("policy"), why=_plainly("code")).annotate(first=Min("id"), lines=Count("id"))
    )
    said = dict(Finding.objects.filter(pk__in=[row["first"] for row in grouped]).values_list("pk", "reason"))
    found = [Reason(row["of"], row["why"], said.get(row["first"], ""), row["lines"]) for row in grouped]
    return sorted(found, key=lambda one: (one.policy, -one.lines, one.code))


def steps_of(finding: Finding) -> QuerySet[SettlingStep]:
    """What was decided and noted about a finding, latest first, with who did."""
    return finding.steps.select_related("settling__by").order_by("-id")


def notes_of(rows: Sequence[Finding]) -> dict[int, str]:
    """The latest note about each of these findings that has one, by id; one query."""
    steps = SettlingStep.objects.filter(finding__in=rows, settling__is_note=True).order_by("id")
    return dict(steps.values_list("finding_id", "settling__answer"))


def notes_about(rows: Sequence[Finding]) -> list[tuple[int, str]]:
    """Every note about these findings, as id and words; one query."""
    steps = SettlingStep.objects.filter(finding__in=rows, settling__is_note=True)
    return list(steps.values_list("finding_id", "settling__answer"))


def settling_by_uuid(actor: Actor, uid: UUID | str) -> Settling:
    """A decision of the actor's own, or of somebody within his division.

    Raises:
        NotHere: there is none.
    """
    found = Settling.objects.filter(uuid=uid).select_related("by", "undone_by").first()
    if found is None or not (found.by_id == actor.user_id or covers(actor, found.place)):
        raise NotHere
    return found


def saved_filters(actor: Actor, page: str = "findings") -> list[SavedFilter]:
    """The filters this user gave a name, oldest first."""
    return list(SavedFilter.objects.filter(user_id=actor.user_id, page=page).order_by("id")) if actor.user_id else []
