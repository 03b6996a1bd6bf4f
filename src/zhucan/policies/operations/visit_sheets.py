"""入户核查表 of what is open in a place: stored findings with their 核查编号, by the writer of all visit sheets."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from zhucan.base import audit
from zhucan.base.enums import Action, FieldGroup
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor, demand, sees
from zhucan.exchange.enums import FindingKind
from zhucan.exchange.queries.findings import Filters, findings, same_filter_digest
from zhucan.match.outputs.figures import figures_of
from zhucan.match.outputs.visits import write_visits
from zhucan.match.places import Places, load_places, township_and_village
from zhucan.match.result import Line, MatchResult, Person, PolicyTitle
from zhucan.policies.library import library
from zhucan.policies.queries.matching import latest
from zhucan.registry.queries.identities import Identity, identities
from zhucan.registry.vocabulary import content

if TYPE_CHECKING:
    from zhucan.exchange.models import Finding

VISITED = (FindingKind.MISSED, FindingKind.DOUBTFUL, FindingKind.UNKNOWN)
"""The kinds a visit can settle."""
MOST = 20_000
_VERDICTS = {FindingKind.MISSED: "entitled", FindingKind.DOUBTFUL: "not", FindingKind.UNKNOWN: "unknown"}


def visit_result(*, county: int, filters: Filters, kinds: Sequence[FindingKind], by: Actor, action: str) -> MatchResult:
    """The open findings of these kinds in a place, with people in clear, as the writers take them; recorded.

    Raises:
        Refused: there are none, or too many for one go.
        NotAllowed, NotHere: the actor may not export, or not here.
    """
    demand(by, Action.EXPORT, filters.place)
    rows = list(
        findings(by, filters)
        .filter(kind__in=[kind.value for kind in kinds if kind in VISITED], county=county, person__isnull=False)
        .order_by("place", "person_id", "id")[: MOST + 1]
    )
    if not rows:
        raise Refused("没有要核查的：这个地方现在没有这几种待处理的条目。请换一个地方或种类。")
    if len(rows) > MOST:
        raise Refused(f"没有生成：超过 {MOST:,} 条。请按乡镇分开。")
    details: dict[str, audit.Detail] = {"filter": same_filter_digest(filters), "lines": len(rows)}
    audit.record(by=by, action=action, subject="findings", place=filters.place or by.division, details=details)
    return _result(county, rows, by)


def write_visit_sheets(result: MatchResult) -> dict[str, bytes]:
    """A workbook for each township, by file name."""
    with tempfile.TemporaryDirectory() as folder:
        paths = write_visits(result, figures_of(result), Path(folder) / "sheets")
        return {path.name: path.read_bytes() for path in paths}


def _result(county: int, rows: Sequence[Finding], by: Actor) -> MatchResult:
    places, matching = load_places(county, content()), latest(county)
    known = identities(sorted({row.person_id for row in rows if row.person_id is not None}))
    persons: dict[int, Person] = {}
    for row in rows:
        if row.person_id is not None and row.person_id not in persons:
            persons[row.person_id] = _person(known[row.person_id], row.place, places, by)
    as_of = matching.as_of if matching else timezone.localdate(rows[0].opened_at)
    lines = [_line(row, persons[row.person_id]) for row in rows if row.person_id is not None]
    titles = [PolicyTitle(id_, library().base(id_).zh, "") for id_ in dict.fromkeys(row.policy for row in rows)]
    return MatchResult(
        division=county, division_name=places.full_name, as_of=as_of, month=f"{as_of:%Y-%m}", policies=titles,
        persons=list(persons.values()), lines=lines,
        strays=(), expiring=(), expired=0, alive=len(persons), feeds=(), files=(), presumptions=(), questions=(),
        numbers=_numbers(rows, persons),
    )  # fmt: skip


def _numbers(rows: Sequence[Finding], persons: Mapping[int, Person]) -> dict[tuple[str, str], str]:
    return {(persons[row.person_id].code, row.policy): row.number for row in rows if row.person_id is not None}


def _person(known: Identity, place: int, places: Places, by: Actor) -> Person:
    """Only what a visit sheet prints; phones for offices that see them."""
    township, village = township_and_village(place)
    reach = sees(by, FieldGroup.CONTACT)
    return Person(
        code=known.uuid, citizen_id="", name=known.name, phone=known.phone if reach else "",
        guardian=known.guardian if reach else "", guardian_phone=known.guardian_phone if reach else "",
        township=township, village=village, township_name=places.township_name(township),
        village_name=places.village_name(village), certificate_number="", certificate_until=None, category=None,
        level=None, deceased=None, ethnic="", hukou="", bank="", account="", source_file="", source_row=0,
    )  # fmt: skip


def _line(row: Finding, person: Person) -> Line:
    kind = FindingKind(row.kind)
    doubtful = kind == FindingKind.DOUBTFUL
    return Line(
        person=person, policy=row.policy, verdict=_VERDICTS[kind], amount_fen=None if doubtful else row.fen,
        receiving=doubtful, paid_fen=(row.fen or 0) if doubtful else 0, finding=row.code, reason=row.reason,
        basis=row.basis, question=row.question, missing=tuple(row.missing.split()),
        leans_on=tuple(row.leans_on.split()), months=row.months, remark=row.remark,
    )  # fmt: skip
