"""Lists of findings: what they hold, what they count, and what deciding about them does and leaves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange_findings.make import make_finding, make_sixty
from tests.factories.people import COUNTY_PATH, ELSEWHERE, GAOLING, SANBAN, make_actor, make_divisions, make_person
from zhucan.base.enums import Role
from zhucan.base.errors import Refused
from zhucan.base.models import AuditEvent
from zhucan.base.permissions import NotAllowed, NotHere
from zhucan.exchange.enums import FindingKind, FindingState, FindingVerdict
from zhucan.exchange.models import Finding
from zhucan.exchange.operations.findings import (
    ChangedMeanwhile,
    postpone_finding,
    reopen_finding,
    save_filter,
    settle_finding,
    settle_many,
    undo_settling,
)  # fmt: skip
from zhucan.exchange.queries import findings as lists
from zhucan.exchange.queries.findings import ALL, Filters

pytestmark = pytest.mark.django_db
TOWN = 450803_002_000


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def test_numbers_equal_the_lists_behind_them() -> None:
    make_divisions()
    made = make_sixty()
    actor = make_actor()
    for base in (Filters(), Filters(state=ALL), Filters(place=TOWN), Filters(policy="living-allowance")):
        for kind, number in lists.counts(actor, base, with_persons=True).items():
            rows = lists.findings(actor, Filters(**{**_as_dict(base), "kind": kind.value}))
            assert rows.count() == number.lines
            assert sum(row.fen or 0 for row in rows) == number.fen
            assert len({row.person_id for row in rows if row.person_id}) == number.persons
    assert sum(number.lines for number in lists.counts(actor, Filters()).values()) == len(made)


def _as_dict(filters: Filters) -> dict[str, object]:
    return {name: getattr(filters, name) for name in Filters.__slots__}


def test_villages_add_up_to_townships_and_townships_to_the_county() -> None:
    make_divisions()
    make_sixty()
    actor = make_actor()
    county = lists.by_place(actor, Filters(), COUNTY_PATH)
    total = lists.counts(actor, Filters())
    for kind in FindingKind:
        assert sum(row.lines.get(kind, 0) for row in county) == total[kind].lines
    town = next(row for row in county if row.path == TOWN)
    villages = lists.by_place(actor, Filters(), TOWN)
    assert {row.path for row in villages} == {GAOLING, SANBAN}
    assert sum(row.fen[FindingKind.MISSED] for row in villages) == town.fen[FindingKind.MISSED]
    assert county[-1].is_rest, "payments to strangers belong to no township, and stand last"


def test_a_list_is_paged_without_gap_or_repeat_and_back_again() -> None:
    make_divisions()
    make_sixty()
    rows = lists.findings(make_actor(), Filters())
    seen: list[int] = []
    page = lists.listed(rows, size=7)
    while True:
        seen += [row.pk for row in page.rows]
        if not page.has_next:
            break
        page = lists.listed(rows, size=7, after=page.last_key)
    assert seen == [row.pk for row in rows]
    back = lists.listed(rows, size=7, before=page.first_key)
    assert [row.pk for row in back.rows] == seen[-len(page.rows) - 7 : -len(page.rows)]
    assert back.has_next
    assert back.has_previous


def test_a_question_opens_as_many_lines_as_it_says() -> None:
    make_divisions()
    make_sixty()
    actor = make_actor()
    asked = lists.questions(actor, Filters())
    assert [one.fact for one in asked] == ["minimum_living_allowance", "needs_long_term_care"]
    for one in asked:
        alone = Filters(kind="unknown", missing=one.fact, alone=True)
        assert lists.findings(actor, alone).count() == one.settles
        assert lists.findings(actor, Filters(kind="unknown", missing=one.fact)).count() == one.lines
    assert asked[0].settles > asked[1].settles


def test_one_missing_fact_is_not_found_by_a_part_of_its_name() -> None:
    make_finding(FindingKind.UNKNOWN, missing="level_of_care")
    actor = make_actor()
    assert not lists.findings(actor, Filters(missing="level")).exists()
    assert lists.findings(actor, Filters(missing="level_of_care")).count() == 1


def test_what_is_presumed_can_be_told_from_what_is_known() -> None:
    make_divisions()
    make_sixty()
    actor = make_actor()
    leaning, knowing = (lists.findings(actor, Filters(presumed=said)).count() for said in ("yes", "no"))
    assert leaning == lists.findings(actor, Filters(presumed="extreme_poverty_support")).count() > 0
    assert leaning + knowing == 60


MOMENTS = st.sampled_from([None, -3, 0])
EVIDENCE = st.sampled_from([None, b"a" * 16, b"b" * 16])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gone=st.booleans(), settled=st.booleans(), evidence=EVIDENCE, verdict=st.sampled_from(["", *FindingVerdict.values]),
    until=st.sampled_from([None, -1, 0, 1, 30]),
)  # fmt: skip
def test_the_database_and_python_agree_on_the_state(
    db: None, gone: bool, settled: bool, evidence: bytes | None, verdict: str, until: int | None
) -> None:
    now, today = timezone.now(), timezone.localdate()
    finding = Finding.objects.first() or make_finding(evidence=b"a" * 16)
    Finding.objects.filter(pk=finding.pk).update(
        gone_at=now if gone else None,
        settled_at=now if settled else None,
        settled_evidence=evidence,
        verdict=verdict,
        postponed_until=None if until is None else today + timedelta(days=until),
    )
    row = Finding.objects.annotate(said=lists.state_in_sql(today)).get(pk=finding.pk)
    assert row.said == row.state == row.state_on(today)


def test_a_settled_finding_stays_closed_until_its_evidence_changes(today: date) -> None:
    finding, actor = make_finding(), make_actor()
    settle_finding(finding=finding, verdict=FindingVerdict.TRUE, answer="已通知补发", by=actor, on=today)
    assert finding.state == FindingState.CLOSED
    assert not lists.findings(actor, Filters()).exists()
    Finding.objects.filter(pk=finding.pk).update(reason="同一件事，换了说法")
    assert lists.findings(actor, Filters(state="closed")).count() == 1
    Finding.objects.filter(pk=finding.pk).update(evidence=b"evidence-0000002")
    assert lists.findings(actor, Filters()).count() == 1


def test_what_was_postponed_comes_back_on_its_day(today: date) -> None:
    finding, actor = make_finding(), make_actor()
    postpone_finding(finding=finding, until=today + timedelta(days=10), answer="住院", by=actor, on=today)
    assert lists.findings(actor, Filters(), on=today + timedelta(days=9)).count() == 0
    assert lists.findings(actor, Filters(state="postponed"), on=today + timedelta(days=9)).count() == 1
    assert lists.findings(actor, Filters(), on=today + timedelta(days=10)).count() == 1


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_nothing_is_postponed_to_the_past_or_for_years(today: date, days: int) -> None:
    with pytest.raises(Refused, match="一年以内"):
        postpone_finding(finding=make_finding(), until=today + timedelta(days=days), by=make_actor(), on=today)


def test_who_comes_second_sees_that_it_changed(today: date) -> None:
    finding, first, second = make_finding(), make_actor(), make_actor()
    shown = lists.seen_token(finding)
    settle_finding(finding=finding, verdict=FindingVerdict.TRUE, answer="", by=first, on=today, seen=shown)
    with pytest.raises(ChangedMeanwhile, match="刚刚变了"):
        settle_finding(finding=finding, verdict=FindingVerdict.FALSE, answer="", by=second, on=today, seen=shown)
    finding.refresh_from_db()
    assert finding.verdict == FindingVerdict.TRUE
    with pytest.raises(Refused, match="重新打开"):
        settle_finding(finding=finding, verdict=FindingVerdict.FALSE, answer="", by=second, on=today)


def test_a_page_shown_before_the_evidence_changed_decides_nothing(today: date) -> None:
    finding = make_finding()
    shown = lists.seen_token(finding)
    Finding.objects.update(evidence=b"evidence-0000002")
    with pytest.raises(ChangedMeanwhile):
        settle_finding(finding=finding, verdict=FindingVerdict.TRUE, answer="", by=make_actor(), on=today, seen=shown)


def test_opened_again_it_is_as_it_was(today: date) -> None:
    finding, actor = make_finding(), make_actor()
    with pytest.raises(Refused, match="本来就在名单上"):
        reopen_finding(finding=finding, answer="", by=actor, on=today)
    settle_finding(finding=finding, verdict=FindingVerdict.FALSE, answer="已经领到", by=actor, on=today)
    reopen_finding(finding=finding, answer="存折上没有", by=actor, on=today)
    finding.refresh_from_db()
    assert (finding.state, finding.verdict, finding.settled_by_id) == (FindingState.OPEN, "", None)
    said = [step.settling.answer for step in lists.steps_of(finding)]
    assert said == ["存折上没有", "已经领到"]


@pytest.mark.parametrize("text", ["身份证450803195603121117", "电话 138 0013 8000", "账号６２１７００１２３４５"])
def test_an_answer_holds_no_number_of_a_person(today: date, text: str) -> None:
    with pytest.raises(Refused, match="不要写身份证号"):
        settle_finding(finding=make_finding(), verdict=FindingVerdict.TRUE, answer=text, by=make_actor(), on=today)


def test_all_a_filter_finds_is_settled_and_undone_as_one(today: date) -> None:
    make_divisions()
    make_sixty()
    actor, filters = make_actor(), Filters(kind="missed", place=TOWN)
    number = lists.findings(actor, filters).count()
    before = list(Finding.objects.order_by("id").values())
    done = settle_many(
        filters=filters, verdict=FindingVerdict.TRUE, answer="已移交民政", by=actor, on=today, expected_count=number
    )
    assert (done.done, done.skipped) == (number, [])
    assert lists.findings(actor, filters).count() == 0
    assert lists.counts(actor, Filters(place=TOWN))[FindingKind.MISSED].settled == number
    assert AuditEvent.objects.filter(action="settle_findings", person_id__isnull=False).count() == number
    assert done.settling is not None
    assert undo_settling(settling=done.settling, by=actor, on=today).done == number
    assert list(Finding.objects.order_by("id").values()) == before
    with pytest.raises(Refused, match="已经撤销过"):
        undo_settling(settling=done.settling, by=actor, on=today)


def test_undoing_leaves_what_somebody_decided_since(today: date) -> None:
    one, two, actor = make_finding(), make_finding(), make_actor()
    done = settle_many(
        filters=Filters(), verdict=FindingVerdict.TRUE, answer="", by=actor, on=today, expected_count=2
    )  # fmt: skip
    reopen_finding(finding=one, answer="", by=actor, on=today)
    settle_finding(finding=one, verdict=FindingVerdict.FALSE, answer="已领", by=actor, on=today)
    assert done.settling is not None
    undone = undo_settling(settling=done.settling, by=actor, on=today)
    assert (undone.done, [each.number for each in undone.skipped]) == (1, [one.number])
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.verdict, two.state) == (FindingVerdict.FALSE, FindingState.OPEN)


def test_a_week_later_nothing_is_undone(today: date) -> None:
    make_finding()
    actor = make_actor()
    done = settle_many(filters=Filters(), verdict=FindingVerdict.TRUE, answer="", by=actor, on=today, expected_count=1)
    assert done.settling is not None
    with pytest.raises(Refused, match="7 天"):
        undo_settling(settling=done.settling, by=actor, on=today + timedelta(days=8))


def test_another_number_of_lines_than_shown_is_not_settled(today: date) -> None:
    make_finding()
    with pytest.raises(ChangedMeanwhile, match="打开页面时有 2 条，现在筛选出 1 条"):
        settle_many(
            filters=Filters(), verdict=FindingVerdict.TRUE, answer="", by=make_actor(), on=today, expected_count=2
        )
    assert Finding.objects.filter(settled_at=None).count() == 1


def test_of_the_chosen_what_changed_is_left_and_reported(today: date) -> None:
    same, changed, closed = make_finding(), make_finding(), make_finding()
    actor = make_actor()
    chosen = {str(one.uuid): lists.seen_token(one) for one in (same, changed, closed)}
    Finding.objects.filter(pk=changed.pk).update(evidence=b"evidence-0000002")
    settle_finding(finding=closed, verdict=FindingVerdict.TRUE, answer="", by=make_actor(), on=today)
    done = settle_many(
        filters=Filters(), verdict=FindingVerdict.TRUE, answer="", by=actor, on=today, expected_count=3, chosen=chosen
    )
    assert done.done == 1
    assert {each.uuid: each.why for each in done.skipped}.keys() == {str(changed.uuid), str(closed.uuid)}
    assert done.settling is not None
    assert len(done.settling.left) == 2


def test_of_what_lies_elsewhere_nothing_is_seen_counted_or_settled(today: date) -> None:
    """Two worlds that differ only outside the actor's village look the same to him, to the last question."""
    make_divisions()
    actor = make_actor(Role.COMMISSIONER, path=GAOLING)
    mine = make_finding(FindingKind.UNKNOWN, make_person(village=GAOLING), missing="level")

    def world() -> tuple[object, ...]:
        return (
            lists.counts(actor, Filters()),
            lists.questions(actor, Filters()),
            lists.by_place(actor, Filters(), GAOLING),
            lists.by_place(actor, Filters(), COUNTY_PATH),
            lists.reasons(actor, Filters()),
            [row.pk for row in lists.findings(actor, Filters(state=ALL))],
            [row.pk for row in lists.findings(actor, Filters(place=SANBAN))],
            lists.next_after(actor, Filters(), mine),
        )

    before = world()
    other = make_finding(FindingKind.UNKNOWN, make_person(village=SANBAN), missing="level")
    make_finding(FindingKind.UNKNOWN, make_person(village=ELSEWHERE), missing="category", county=450821)
    assert world() == before
    with pytest.raises(NotHere):
        lists.finding_by_uuid(actor, other.uuid)
    with pytest.raises(NotHere):
        settle_finding(finding=other, verdict=FindingVerdict.TRUE, answer="", by=actor, on=today)
    done = settle_many(
        filters=Filters(), verdict=FindingVerdict.TRUE, answer="", by=actor, on=today, expected_count=1,
        chosen={str(other.uuid): ""},
    )  # fmt: skip
    assert done.done == 0
    other.refresh_from_db()
    assert other.settled_at is None


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.APPROVER])
def test_without_the_right_nothing_is_settled(today: date, role: Role) -> None:
    with pytest.raises(NotAllowed):
        settle_finding(finding=make_finding(), verdict=FindingVerdict.TRUE, answer="", by=make_actor(role), on=today)


def test_a_filter_comes_back_the_same_from_its_address() -> None:
    full = Filters("unknown", "living-allowance", "bank_failed", GAOLING, "closed", "level", True, "yes")
    for filters in (Filters(), full, Filters(state=ALL), Filters(place=TOWN)):
        read = Filters.read(dict(filters.pairs()))
        assert read == filters
        assert lists.same_filter_digest(read) == lists.same_filter_digest(filters)
    assert lists.same_filter_digest(full) != lists.same_filter_digest(Filters())


def test_a_named_filter_is_one_persons_own() -> None:
    mine, other = make_actor(), make_actor()
    save_filter(name="八塘待核实", query="kind=unknown", by=mine)
    save_filter(name="八塘待核实", query="kind=missed", by=mine)
    assert [(one.name, one.query) for one in lists.saved_filters(mine)] == [("八塘待核实", "kind=missed")]
    assert lists.saved_filters(other) == []
    with pytest.raises(Refused, match="1 到 20 个字"):
        save_filter(name="  ", query="", by=mine)
