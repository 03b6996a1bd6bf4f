"""The sheets of a finished matching, made from the register by the writers of the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from zhucan.base.audit import record
from zhucan.base.enums import Action
from zhucan.base.permissions import Actor, covers, demand
from zhucan.base.queries.divisions import county_path
from zhucan.exchange.queries.finding_numbers import finding_numbers
from zhucan.match.assess import Assessed, assess, lines_of
from zhucan.match.outputs.write import Progress, write_outputs
from zhucan.match.places import Places, load_places, township_and_village
from zhucan.match.receipts import Receipts
from zhucan.match.result import FeedState, MatchResult, Person, PolicyTitle, Presumed, Question, Stray
from zhucan.match.summing import expiring
from zhucan.policies import snapshots
from zhucan.policies.library import book, library, matching_settings
from zhucan.policies.models import Matching
from zhucan.policies.operations.matching import policies_of
from zhucan.policies.queries.matching import latest
from zhucan.policies.snapshots import Snapshot
from zhucan.registry.queries.identities import Identity, identities
from zhucan.registry.queries.known import receipts_of
from zhucan.registry.queries.payees import payees
from zhucan.registry.vocabulary import content

_NOT_ON_REGISTER = "发放对象不在残疾人名册上"


class NotMatched(Exception):  # noqa: N818  # named for what is wrong
    """The county has not been matched yet; says what to do."""


def match_result(county: int, *, by: Actor) -> MatchResult:
    """What the latest matching of a county (6 digits) found, of everybody within the actor's division, in clear.

    Raises:
        NotMatched: there is no finished matching.
        NotAllowed, NotHere: the actor may not export, or not here.
    """
    demand(by, Action.EXPORT)
    matching, snapshot = latest(county), snapshots.read_snapshot(county)
    if matching is None:
        raise NotMatched("这个县还没有比对过。请先在“比对”页开始比对。")
    if snapshot is None or snapshot.matching != str(matching.uuid):
        snapshot = snapshots.build(county, matching.as_of, matching.revision)
    snapshot = _within(snapshot, by)
    people = {id_: place for place, id_ in enumerate(snapshot.ids)}
    banks = [feed for feed in book() if feed.kind == "returns"]
    receipts = receipts_of(county, period=matching.as_of.replace(day=1), people=people, returns=banks)
    told = [each["id"] for each in matching.numbers["policies"]]
    table = snapshot.table(library().vocabulary)
    policies = policies_of(county, matching.as_of)
    assessed = assess(policies, table, receipts, matching_settings(), matching.as_of, told=told)
    return _result(county, matching, snapshot, assessed, by)


def write_results(
    *, county: int, out: Path, by: Actor, with_identity: bool = False, progress: Progress | None = None
) -> list[Path]:
    """Write all sheets of the latest matching into the folder ``out``; see ``match.outputs.write_outputs``.

    Raises:
        NotMatched: there is no finished matching.
        OutputError: the folder cannot be written.
    """
    result = match_result(county, by=by)
    record(
        by=by, action="export_results", subject="county", subject_id=county, place=county_path(county),
        details={"persons": len(result.persons), "lines": len(result.lines)},
    )  # fmt: skip
    return write_outputs(result, out, with_identity=with_identity, progress=progress)


def _within(snapshot: Snapshot, by: Actor) -> Snapshot:
    inside = snapshot.frame["place"].is_between(by.low, by.last)
    return Snapshot(snapshot.county, snapshot.as_of, snapshot.revision, snapshot.frame.filter(inside))


def _result(county: int, matching: Matching, snapshot: Snapshot, assessed: Assessed, by: Actor) -> MatchResult:
    places = load_places(county, content())
    known = identities(snapshot.ids)
    dead = snapshot.frame["deceased"].to_list()
    persons = [
        _person(known[id_], place, places, is_dead)
        for id_, place, is_dead in zip(snapshot.ids, snapshot.frame["place"].to_list(), dead, strict=True)
    ]
    numbers = matching.numbers
    codes = {id_: person.code for id_, person in zip(snapshot.ids, persons, strict=True)}
    return MatchResult(
        division=county,
        division_name=places.full_name,
        as_of=matching.as_of,
        month=numbers["month"],
        policies=[PolicyTitle(each.id, each.zh, each.decides) for each in assessed.policies],
        persons=persons,
        lines=lines_of(persons, assessed),
        strays=_strays(assessed.receipts) if covers(by, county_path(county)) else [],
        expiring=expiring(persons, matching.as_of, matching_settings().expiring_months),
        expired=numbers["expired"],
        alive=sum(each is not True for each in dead),
        feeds=[_feed(each) for each in numbers["feeds"]],
        files=[],
        presumptions=[Presumed(**each) for each in numbers["presumptions"]],
        questions=[Question(**each) for each in numbers["questions"]],
        numbers={
            (codes[person], policy): number
            for (person, policy), number in finding_numbers(county).items()
            if person in codes
        },
    )


def _feed(told: dict[str, object]) -> FeedState:
    observed = told["observed"]
    stale = told["stale"]
    return FeedState(
        feed=str(told["feed"]),
        title=str(told["title"]),
        office=str(told["office"]),
        files=("已导入",) if told["loaded"] else (),
        account=None,
        observed=date.fromisoformat(observed) if isinstance(observed, str) else None,
        stale=tuple(map(str, stale)) if isinstance(stale, list) else (),
    )


def _person(known: Identity, place: int, places: Places, is_dead: bool | None) -> Person:
    township, village = township_and_village(place)
    return Person(
        code=known.uuid,
        citizen_id=known.citizen_id,
        name=known.name,
        phone=known.phone,
        guardian=known.guardian,
        guardian_phone=known.guardian_phone,
        township=township,
        village=village,
        township_name=places.township_name(township),
        village_name=places.village_name(village),
        certificate_number=known.certificate_number,
        certificate_until=known.certificate_until,
        category=known.category,
        level=known.level,
        deceased=is_dead,
        ethnic=known.ethnic,
        hukou=known.hukou,
        bank=known.bank,
        account=known.account,
        source_file="",
        source_row=0,
    )


def _strays(receipts: Receipts) -> list[Stray]:
    """Payments to people who are not on the register, one per payee and policy."""
    found: dict[tuple[str, str], list[int]] = {}
    for at, payment in enumerate(receipts.payments):
        if payment.person is None and payment.number is not None:
            found.setdefault((payment.number, payment.policy), []).append(at)
    who = payees([int(receipts.payments[places[0]].source) for places in found.values()])
    strays = []
    for (_, policy), places in found.items():
        paid = [receipts.payments[place] for place in places]
        payee = who[int(paid[0].source)]
        fen = sum(each.amount_fen for each in paid if each.arrived)
        strays.append(
            Stray(
                policy,
                payee.number,
                payee.name,
                paid[0].place,
                fen,
                "",
                paid[0].source_row,
                _NOT_ON_REGISTER,
            )
        )
    return sorted(strays, key=lambda stray: (stray.township_name, stray.policy))
