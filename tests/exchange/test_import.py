from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from tests.exchange import lists
from tests.exchange.dump import dump
from zhucan.base.errors import Refused
from zhucan.base.files import read_stored
from zhucan.base.models import AuditEvent
from zhucan.base.permissions import Actor
from zhucan.exchange.enums import LoadState, StagedKind
from zhucan.exchange.models import LoadTable, StagedRow
from zhucan.exchange.operations.corrections import correct_table
from zhucan.exchange.operations.loads import Stale, confirm_load, discard_load, open_load
from zhucan.exchange.queries.loads import tables_of
from zhucan.registry.models import BankReturn, Coverage, Fact, FactEnding, Person, Receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return lists.officer()


def in_force(fact: str) -> set[str]:
    return {number for number, name, *_ in dump()["facts"] if name == fact and isinstance(number, str)}


def test_nothing_is_written_before_somebody_confirms(by: Actor) -> None:
    before = dump()
    load = lists.bring([lists.roster(lists.holders(5))], by)
    assert load.state is LoadState.READY
    assert dump() == before
    assert load.counts["person.add"] == 5


def test_a_roster_becomes_persons_with_all_that_belongs_to_them(by: Actor) -> None:
    people = lists.holders(3)
    lists.take_in([lists.roster(people)], by)
    found = dump()
    assert {row[0] for row in found["persons"]} == {one.number for one in people}
    assert all(row[4] == 450803_002_202 for row in found["persons"])
    assert {row[2] for row in found["accounts"]} == {one.account for one in people}
    assert {row[3] for row in found["contacts"]} == {one.phone for one in people}
    assert (people[0].number, "level", 2, "残联", "roster", None, None, None) in found["facts"]
    assert not StagedRow.objects.exists()


def test_every_row_of_every_table_is_accounted_for(by: Actor) -> None:
    people = lists.holders(6)
    twice, nobody = people[0], lists.Holder("无号", "")
    strange = lists.Holder("路人", lists.citizen_id())
    files = [lists.roster([*people, twice, nobody]), lists.register([*people[:2], strange])]
    load = lists.bring(files, by)
    accounts = {table.feed: table.account for table in tables_of(load)}
    assert accounts["roster"] | {"read": 8, "accepted": 6, "duplicate": 1, "rejected": 1} == accounts["roster"]
    register = accounts["minimum_living_register"]
    assert register | {"read": 3, "accepted": 2, "not_ours": 1} == register


def test_who_is_not_ours_is_counted_and_never_stored(by: Actor) -> None:
    people, strange = lists.holders(2), lists.Holder("路人甲", lists.citizen_id())
    load = lists.bring([lists.roster(people), lists.register([*people, strange])], by)
    kept = " ".join(row.payload for row in StagedRow.objects.filter(load=load))
    assert people[0].number in kept
    assert strange.number not in kept
    assert "路人甲" not in kept


def test_lists_join_people_of_the_register_when_they_come_later(by: Actor) -> None:
    people = lists.holders(3)
    lists.take_in([lists.roster(people)], by)
    lists.take_in([lists.register(people[:2])], by)
    assert in_force("minimum_living_allowance") == {people[0].number, people[1].number}


def test_the_next_complete_list_ends_what_it_no_longer_says(by: Actor) -> None:
    people = lists.holders(3)
    lists.take_in([lists.roster(people), lists.register(people)], by)
    facts = Fact.objects.count()
    load = lists.take_in([lists.register(people[1:])], by)
    assert in_force("minimum_living_allowance") == {people[1].number, people[2].number}
    assert load.counts["facts.end"] == 1
    assert Fact.objects.count() == facts
    assert FactEnding.objects.count() == 2


def test_the_same_files_again_change_nothing(by: Actor) -> None:
    people = lists.holders(4)
    files = [lists.roster(people), lists.register(people), lists.payroll(people), lists.bank_return(people)]
    lists.take_in(files, by)
    before = dump()
    load = lists.take_in(files, by)
    assert not StagedRow.objects.filter(load=load).exists()
    assert {row.feed: row.unchanged for row in load.tables.all()} == dict.fromkeys(
        ("roster", "minimum_living_register", "payroll", "bank_return"), 4
    )
    now = dump()
    assert {key: value for key, value in now.items() if key != "coverage"} == {
        key: value for key, value in before.items() if key != "coverage"
    }


def test_a_changed_roster_row_is_shown_before_and_after_and_written_over(by: Actor) -> None:
    people = lists.holders(2)
    lists.take_in([lists.roster(people)], by)
    people[0].phone, people[0].village, people[0].level = "13911112222", "三板村", "一级"
    load = lists.bring([lists.roster(people)], by)
    change = StagedRow.objects.get(load=load, kind=StagedKind.CHANGE, target="person")
    assert '"phone":"13900000000"' in change.payload
    assert load.counts["facts.change"] == 1
    confirm_load(load=load, by=by, on=lists.AS_OF)
    lists.work()
    found = dump()
    assert (people[0].number, "self", "", "13911112222", "") in found["contacts"]
    assert (people[0].number, "level", 1, "残联", "roster", None, None, None) in found["facts"]
    assert not [row for row in found["facts"] if row[:3] == (people[0].number, "level", 2)]
    assert [row[4] for row in found["persons"] if row[0] == people[0].number] == [450803_002_203]


def test_an_empty_cell_takes_nothing_away(by: Actor) -> None:
    people = lists.holders(1)
    lists.take_in([lists.roster(people)], by)
    before = dump()
    people[0].phone = people[0].account = people[0].care = ""
    lists.take_in([lists.roster(people)], by)
    assert dump()["contacts"] == before["contacts"]
    assert dump()["accounts"] == before["accounts"]


def test_people_missing_from_a_later_roster_are_only_counted(by: Actor) -> None:
    people = lists.holders(3)
    lists.take_in([lists.roster(people)], by)
    load = lists.take_in([lists.roster(people[:2])], by)
    assert load.counts["missing"] == 1
    assert Person.objects.filter(withdrawn_at=None).count() == 3


def test_payments_and_what_the_bank_says_of_them(by: Actor) -> None:
    people, strange = lists.holders(3), lists.Holder("路人", lists.citizen_id(), account="6217999")
    paid = [*people, strange]
    lists.take_in([lists.roster(people), lists.payroll(paid)], by)
    lists.take_in([lists.bank_return(paid, failed=[people[1]])], by)
    stray = Receipt.objects.get(person=None)
    assert strange.number in stray.payee
    assert Receipt.objects.count() == 4
    assert set(BankReturn.objects.filter(arrived=False).values_list("said", flat=True)) == {"账户不存在"}
    assert BankReturn.objects.filter(arrived=True).count() == 3
    covered = Coverage.objects.filter(policy="living-allowance").values_list("feed", "period")
    assert set(covered) == {("payroll", date(2026, 11, 1)), ("bank_return", date(2026, 11, 1))}


def test_a_payroll_with_corrected_rows_adds_only_these(by: Actor) -> None:
    people = lists.holders(4)
    number, people[3].number = people[3].number, "450803"
    lists.take_in([lists.roster(people[:3]), lists.payroll(people)], by)
    assert Receipt.objects.count() == 3
    people[3].number = number
    load = lists.take_in([lists.roster(people), lists.payroll(people)], by)
    assert Receipt.objects.count() == 4
    assert load.counts["receipt.add"] == 1


def test_a_payment_changed_in_a_second_version_is_refused_not_doubled(by: Actor) -> None:
    people = lists.holders(3)
    lists.take_in([lists.roster(people), lists.payroll(people)], by)
    name, data = lists.payroll(people)
    changed = data.decode("utf-8-sig").replace("1,八塘街道", "1,八塘街道", 1).replace(",90,", ",180,", 1)
    load = lists.take_in([(name, changed.encode("utf-8-sig"))], by)
    assert Receipt.objects.count() == 3
    assert load.tables.get(feed="payroll").rejected == 1


def test_the_explained_copy_corrected_and_sent_again_changes_only_what_was_corrected(by: Actor) -> None:
    people = lists.holders(4)
    right, people[2].number = people[2].number, people[2].number[:-1] + ("1" if people[2].number[-1] == "X" else "X")
    load = lists.take_in([lists.roster(people)], by)
    assert load.tables.get().rejected == 1
    file = load.files.get()
    assert file.explained is not None
    book = openpyxl.load_workbook(io.BytesIO(read_stored(file.explained)))
    page = book.worksheets[0]
    assert [cell.value for cell in page[1]][-2:] == ["处理结果", "问题与改法"]
    row = next(row for row in page.iter_rows(min_row=2) if row[-2].value == "拒绝")
    assert "校验码" in str(row[-1].value)
    row[2].value = right
    corrected = io.BytesIO()
    book.save(corrected)
    again = lists.take_in([(file.explained.name, corrected.getvalue())], by)
    assert (again.counts["person.add"], again.tables.get(feed="roster").unchanged) == (1, 3)
    assert again.counts.get("facts.change", 0) == again.counts.get("person.change", 0) == 0
    assert Person.objects.count() == 4


def test_a_preview_that_no_longer_holds_is_not_written(by: Actor) -> None:
    people = lists.holders(2)
    first = lists.bring([lists.roster(people)], by)
    lists.take_in([lists.roster(people)], by)
    with pytest.raises(Stale):
        confirm_load(load=first, by=by, on=lists.AS_OF)
    lists.work()
    first.refresh_from_db()
    assert first.state is LoadState.READY
    assert not first.counts.get("person.add")


def test_the_same_drop_twice_is_one_load(by: Actor) -> None:
    files = [lists.roster(lists.holders(1))]
    one, two = (
        open_load(files=files, division=450803_000_000, as_of=lists.AS_OF, key="k", by=by, on=lists.AS_OF)
        for _ in range(2)
    )
    assert one == two


def test_what_is_put_aside_is_not_written_and_leaves_nothing(by: Actor) -> None:
    load = lists.bring([lists.roster(lists.holders(2))], by)
    discard_load(load=load, by=by, on=lists.AS_OF)
    load.refresh_from_db()
    with pytest.raises(Refused):
        confirm_load(load=load, by=by, on=lists.AS_OF)
    assert not StagedRow.objects.exists()


def test_a_corrected_heading_is_remembered_for_the_office(by: Actor) -> None:
    people = lists.holders(2)
    unreadable = lists.roster(people, name_heading="户主栏")
    load = lists.bring([unreadable], by)
    table = load.tables.get()
    assert (table.feed, bool(table.remark)) == ("", True)
    correct_table(table=table, by=by, on=lists.AS_OF, feed="roster", headings={"户主栏": "name"})
    lists.work()
    assert load.tables.get().accepted == 2
    assert lists.bring([unreadable], by).counts["person.add"] == 2


def test_the_month_of_a_payroll_that_does_not_say_can_be_told(by: Actor) -> None:
    people = lists.holders(2)
    _, data = lists.payroll(people)
    load = lists.bring([lists.roster(people), ("生活补贴发放表.csv", data)], by)
    table = load.tables.get(feed="payroll")
    assert table.period is None
    correct_table(table=table, by=by, on=lists.AS_OF, month="2026-09")
    lists.work()
    load.refresh_from_db()
    confirm_load(load=load, by=by, on=lists.AS_OF)
    lists.work()
    assert set(Receipt.objects.values_list("period", flat=True)) == {date(2026, 9, 1)}


def test_a_file_that_is_no_table_is_refused_in_words_and_the_others_are_read(by: Actor) -> None:
    load = lists.bring([("名单.xlsx", b"%PDF-1.4 nothing"), lists.roster(lists.holders(1))], by)
    refused, read = load.files.order_by("number")
    assert refused.refusal
    assert not read.refusal
    assert load.counts["person.add"] == 1


def test_a_person_of_another_county_is_not_taken_away_by_a_list(by: Actor) -> None:
    one = lists.holders(1)
    lists.take_in([lists.roster(one)], by)
    Person.objects.update(county=450821, place=450821_002_203)
    load = lists.bring([lists.roster(one)], by)
    assert load.tables.get().rejected == 1
    assert not load.counts.get("person.add")


def test_no_personal_data_in_the_record_of_what_was_done(by: Actor) -> None:
    people = lists.holders(2)
    load = lists.take_in([lists.roster(people)], by)
    told = str(list(AuditEvent.objects.values())) + str(load.counts)
    assert "apply_load" in told
    assert not [one for one in people if one.number in told or one.name in told]
    assert not LoadTable.objects.filter(sheet_sealed=b"x").exists()
