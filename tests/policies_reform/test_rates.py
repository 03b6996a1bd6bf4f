"""Adopting rates: two persons by operation and by database, files that follow the database, broken sheets told."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.factories.people import COUNTY, COUNTY_PATH, GAOLING, TODAY, make_actor, make_divisions
from zhucan.base.enums import OrganKind, Role
from zhucan.base.errors import Refused
from zhucan.base.models import AuditEvent, Job
from zhucan.base.permissions import Actor, NotAllowed, NotHere
from zhucan.policies.interfaces.rates_sheet import SheetRead, read_sheet, write_template
from zhucan.policies.library import adopted_folder, library
from zhucan.policies.models import AdoptedPolicy, Matching, RatesProposal
from zhucan.policies.operations.rates import (
    adopt_rates,
    follow_adopted,
    propose_rates,
    refuse_rates,
    withdraw_rates,
    write_adopted,
)
from zhucan.policies.queries.adopted import proposals_in, proposals_waiting_for
from zhucan.policies.queries.reform import Change, changed
from zhucan.policies.queries.sheets import Cells
from zhucan.policies.queries.texts import ADOPTED, coming_rates, rate_lines, texts_of

LIVING = "living-allowance"
FIRST = date(2027, 1, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data directory of one's own: adopted files of one test are no law in another."""
    monkeypatch.setattr(settings, "ZHUCAN_DATA", tmp_path / "data")


@pytest.fixture
def officer() -> Actor:
    make_divisions()
    return make_actor(Role.OFFICER)


@pytest.fixture
def approver(officer: Actor) -> Actor:
    return make_actor(Role.APPROVER)


def sheet(amount: str, on: date = FIRST, **others: str) -> list[Cells]:
    cells = {
        "name": "standard",
        "from": on.isoformat(),
        "amount": amount,
        "unit": "元/月",
        "source": "港民发〔2026〕8号",
    }
    return [cells | others]


def propose(by: Actor, rows: Sequence[Cells], on: date = FIRST, today: date = TODAY) -> RatesProposal:
    return propose_rates(policy=LIVING, rows=rows, source="港民发〔2026〕8号", stored=None, by=by, on=on, today=today)


def rate_on(day: date, division: int = COUNTY) -> list[object]:
    policy = library().policy(LIVING, division=division, as_of=day)
    return [row.value for row in policy.rates["standard"].rows]


def test_a_second_person_adopts_and_it_counts_from_its_day(
    officer: Actor, approver: Actor, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    Matching.objects.create(county=COUNTY, division_id=COUNTY_PATH, as_of=TODAY, revision=1, finished_at=timezone.now())
    proposal = propose(officer, sheet("100"))
    assert rate_on(FIRST) == [9000]  # proposed is not law
    with django_capture_on_commit_callbacks(execute=True):
        adopt_rates(uuid=proposal.uuid, by=approver, on=TODAY)
    assert rate_on(date(2026, 12, 31)) == [9000]
    assert rate_on(FIRST) == [10000]
    assert rate_on(FIRST, 450821) == [9000]  # the neighbouring county keeps its own
    assert (adopted_folder() / "rates" / "cn-450803" / LIVING / "2027-01-01.csv").is_file()
    assert not write_adopted()  # nothing left to do
    texts = {text.fingerprint for text in texts_of(LIVING, COUNTY)}
    assert library().policy(LIVING, division=COUNTY, as_of=FIRST).fingerprint in texts
    assert Job.objects.filter(kind="match").count() == 1
    said = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"propose_rates", "adopt_rates"} <= said
    policy = library().policy(LIVING, division=COUNTY_PATH, as_of=FIRST)
    assert [line.layer for line in rate_lines(policy)] == [ADOPTED]
    assert coming_rates(LIVING, COUNTY_PATH, TODAY) == [FIRST]


def test_a_lost_file_is_written_anew_from_the_database(
    officer: Actor, approver: Actor, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    proposal = propose(officer, sheet("100"))
    adopt_rates(uuid=proposal.uuid, by=approver, on=TODAY)  # the process dies before its files are written
    assert rate_on(FIRST) == [9000]
    follow_adopted()
    assert rate_on(FIRST) == [10000]
    path = next((adopted_folder() / "rates").glob("*/*/*.csv"))
    path.write_text("broken", encoding="utf-8")
    assert write_adopted()
    assert rate_on(FIRST) == [10000]


def test_whoever_proposes_never_adopts(officer: Actor, approver: Actor) -> None:
    proposal = propose(officer, sheet("100"))
    with pytest.raises(NotAllowed):
        adopt_rates(uuid=proposal.uuid, by=officer, on=TODAY)
    # the same person in another post, as an incompatible post may have been given by mistake
    same = Actor(
        officer.user_id, approver.post_id, officer.name, Role.APPROVER, approver.organ_id, OrganKind.FEDERATION,
        approver.division, approver.low, approver.last,
    )  # fmt: skip
    for decide in (adopt_rates, lambda **k: refuse_rates(reason="数字不对，请核对", **k)):
        with pytest.raises(Refused, match="第二个人"):
            decide(uuid=proposal.uuid, by=same, on=TODAY)
    assert not AdoptedPolicy.objects.exists()
    proposal.refresh_from_db()
    assert proposal.state == "waiting"
    assert list(proposals_waiting_for(approver)) == [proposal]
    assert not proposals_waiting_for(same).exists()
    assert not proposals_waiting_for(officer).exists()


@pytest.mark.parametrize("decided_by", ["proposer", None])
def test_the_database_refuses_what_the_operation_would(officer: Actor, decided_by: str | None) -> None:
    proposal = propose(officer, sheet("100"))
    who = officer.user_id if decided_by else None
    with pytest.raises(IntegrityError), transaction.atomic():
        RatesProposal.objects.filter(pk=proposal.pk).update(adopted_at=timezone.now(), decided_by_id=who)


def test_a_refusal_needs_a_reason_and_changes_nothing(officer: Actor, approver: Actor) -> None:
    proposal = propose(officer, sheet("100"))
    with pytest.raises(Refused, match="理由"):
        refuse_rates(uuid=proposal.uuid, reason=" ", by=approver, on=TODAY)
    refuse_rates(uuid=proposal.uuid, reason="文号写错了，请改正", by=approver, on=TODAY)
    for again in (adopt_rates, withdraw_rates):
        with pytest.raises((Refused, NotAllowed)):
            again(uuid=proposal.uuid, by=approver, on=TODAY)
    write_adopted()
    assert rate_on(FIRST) == [9000]
    assert propose(officer, sheet("100")).state == "waiting"  # a better one may follow


def test_an_adopted_sheet_is_corrected_and_taken_back_before_its_day(
    officer: Actor, approver: Actor, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    def adopt(rows: Sequence[Cells]) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            adopt_rates(uuid=propose(officer, rows).uuid, by=approver, on=TODAY)

    adopt(sheet("1000"))
    adopt(sheet("100"))  # a correction for the same day replaces the whole sheet
    assert rate_on(FIRST) == [10000]
    with pytest.raises(Refused, match="完全相同"):
        propose(officer, sheet("100"))
    with pytest.raises(Refused, match="已经施行"):
        propose(officer, [], today=FIRST)
    adopt([])
    assert rate_on(FIRST) == [9000]
    assert not list((adopted_folder() / "rates").glob("*/*/*.csv"))
    with pytest.raises(Refused, match="没有可以撤销"):
        propose(officer, [])


def test_one_sheet_at_a_time_and_only_from_the_county_up(officer: Actor) -> None:
    first = propose(officer, sheet("100"))
    with pytest.raises(Refused, match="等待批准"):
        propose(officer, sheet("110"))
    withdraw_rates(uuid=first.uuid, by=officer, on=TODAY)
    assert propose(officer, sheet("110")).state == "waiting"
    with pytest.raises(Refused, match="县级以上"):
        propose(make_actor(Role.OFFICER, path=GAOLING // 1000 * 1000), sheet("100"))
    with pytest.raises(NotAllowed):
        propose(make_actor(Role.CLERK), sheet("100"))


def test_another_county_sees_and_decides_nothing(officer: Actor) -> None:
    proposal = propose(officer, sheet("100"))
    stranger = make_actor(Role.APPROVER, path=450821_000_000)
    assert not proposals_in(stranger).exists()
    with pytest.raises(NotHere):
        adopt_rates(uuid=proposal.uuid, by=stranger, on=TODAY)


def test_a_sheet_with_mistakes_is_not_proposed(officer: Actor) -> None:
    with pytest.raises(Refused, match="1 处错误"):
        propose(officer, sheet("一百"))
    assert not RatesProposal.objects.exists()


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes, suffix: str = ".xlsx") -> SheetRead:
    policy = library().policy(LIVING, division=COUNTY_PATH, as_of=FIRST)
    return read_sheet(
        data, suffix, policy=policy, on=FIRST, source="港民发〔2026〕8号", vocabulary=library().vocabulary
    )


def test_a_sheet_as_an_official_writes_it() -> None:
    head = ["残疾等级", "金额（元）", "备注"]
    found = read(workbook([
        ["港南区 2027 年困难残疾人生活补贴标准"], [], head, ["1|2", 120, None], ["3..4", 99.5, ""],
        [None, None, None],
    ]))  # fmt: skip
    assert not found.faults
    assert not found.refusal
    assert found.numbers == (4, 5)
    pair = changed(Change(LIVING, COUNTY_PATH, FIRST, found.rows))
    assert pair.after is not None, pair.sheet
    assert [row.value for row in pair.after.rates["standard"].rows] == [12000, 9950]


def test_the_template_comes_back_as_what_is_in_force() -> None:
    for division in (COUNTY_PATH, 110101_000_000, 610102_000_000, 330102_000_000):
        policy = library().policy(LIVING, division=division, as_of=FIRST)
        data = write_template(policy, library(), on=FIRST)
        found = read_sheet(data, ".xlsx", policy=policy, on=FIRST, source="", vocabulary=library().vocabulary)
        assert not found.faults
        pair = changed(Change(LIVING, division, FIRST, found.rows))
        assert pair.after is not None, pair.sheet
        assert pair.after.fingerprint == policy.fingerprint


@pytest.mark.parametrize(
    ("rows", "at", "column", "word"),
    [
        ([["残疾等级", "金额"], [date(2026, 1, 2), 100]], 2, "残疾等级", "变成了日期"),
        ([["金额", "起算日期"], [100, date(2026, 6, 1)]], 2, "起算日期", "表单上填的是"),
        ([["金额", "区划代码"], [100, 450821]], 2, "区划代码", "本地"),
        ([["金额", "残疾级"], [100, 1]], 1, "残疾级", "不认识表头"),
        ([["金额", "标准金额"], [100, 1]], 1, "标准金额", "出现了两次"),
        ([["金额"]], 0, "", "没有内容"),
    ],
)
def test_what_excel_makes_of_cells_is_told(rows: list[list[object]], at: int, column: str, word: str) -> None:
    fault = read(workbook(rows)).faults[0]
    assert (fault.row, fault.column) == (at, column)
    assert word in fault.what + fault.remedy
    assert fault.remedy


@pytest.mark.parametrize(
    ("data", "suffix", "word"),
    [
        (b"not a workbook", ".xlsx", ""), (b"", ".xlsx", ""), (b"x" * (2 * 1024 * 1024 + 1), ".xlsx", "大于"),
        (b"MZ", ".exe", "另存为"), (workbook([["姓名", "电话"], ["甲", 1]]), ".xlsx", "没有找到表头"),
        ("金额\n100\n".encode("gb18030"), ".csv", None),
    ],
)  # fmt: skip
def test_files_that_are_no_sheets_are_refused(data: bytes, suffix: str, word: str | None) -> None:
    found = read(data, suffix)
    if word is None:
        assert found.rows
        assert not found.refusal
    else:
        assert not found.rows
        assert found.refusal.endswith("。")
        assert word in found.refusal


def test_a_policy_read_by_its_short_code_first_takes_the_same_sheet(officer: Actor) -> None:
    on = date(2027, 3, 1)
    policy = library().policy(LIVING, division=COUNTY, as_of=on)  # six digits: the library keeps it for twelve as well
    assert policy.division == COUNTY
    pair = changed(Change(LIVING, COUNTY_PATH, on, tuple(sheet("100", on))))
    assert pair.after is not None
    assert [row.value for row in pair.after.rates["standard"].rows] == [10000]
