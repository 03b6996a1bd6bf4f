"""The search box and the lists: who is found, and that nobody learns of people he does not look after."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from tests.factories.people import (
    ELSEWHERE,
    GAOLING,
    HEPING,
    SANBAN,
    TODAY,
    XINQING,
    make_actor,
    make_person,
)
from zhucan.base.enums import OrganKind, Role
from zhucan.base.permissions import SYSTEM, Actor, NotHere
from zhucan.registry.enums import CertificateState, MergeReason
from zhucan.registry.models import Person
from zhucan.registry.operations.merging import merge_persons, unmerge
from zhucan.registry.operations.persons import mark_lost, set_place
from zhucan.registry.queries.persons import (
    PersonFilters,
    count_in,
    page_of,
    person_by_uuid,
    persons_in,
)
from zhucan.registry.queries.search import find_persons
from zhucan.registry.search_keys import TextKind

pytestmark = pytest.mark.django_db


def found(actor: Actor, text: str) -> list[str]:
    return [person.name for person in find_persons(actor, text).persons]


def test_one_box_finds_by_name_reading_initials_number_and_its_ends() -> None:
    actor, person = make_actor(), make_person("尉迟小明", phone="13700138046")
    make_person("王大力")
    number = person.citizen_id
    for text in (
        "尉迟小明", "尉迟", "yuchixiaoming", "ycxm", number, number[-4:], number[-6:], f"{number}42", "8046",
        " 尉迟　小明 ", "ＹＣＸＭ",
    ):  # fmt: skip
        assert found(actor, text) == ["尉迟小明"], text
    for text in ("", "小明", "450803", "99999"):
        assert found(actor, text) == []
    assert find_persons(actor, "尉迟").kind is TextKind.NAME


def test_only_the_actors_division_is_searched() -> None:
    (
        make_person("张小明", village=GAOLING),
        make_person("张小明", village=HEPING),
        make_person("张小明", village=ELSEWHERE),
    )
    assert len(found(make_actor(), "张小明")) == 2
    assert len(found(make_actor(path=450803_100_000), "张小明")) == 1
    assert len(found(make_actor(Role.COMMISSIONER, OrganKind.VILLAGE, GAOLING), "zxm")) == 1
    assert len(found(SYSTEM, "张小明")) == 3


def test_pages_follow_by_place_and_miss_nobody() -> None:
    actor = make_actor()
    people = [make_person("张小明", village=[GAOLING, SANBAN, XINQING, HEPING][n % 4]) for n in range(9)]
    people[3].withdrawn_at = people[3].created_at
    people[3].save()
    seen: list[Person] = []
    after = None
    for _ in range(10):
        page = find_persons(actor, "zxm", limit=2, after=after)
        seen += page.persons
        after = page.after
        if after is None:
            break
    assert {person.pk for person in seen} == {person.pk for person in people} - {people[3].pk}
    assert len(seen) == 8
    assert [person.place for person in seen] == sorted(person.place for person in seen)


def test_whoever_was_merged_is_found_by_either_name_as_the_one_that_stays() -> None:
    actor, kept, other = make_actor(), make_person("覃晓燕"), make_person("谭小燕")
    merge_persons(kept=kept, other=other, reason=MergeReason.ENTERED_TWICE, by=actor, on=TODAY)
    assert found(actor, "谭小燕") == found(actor, "覃晓燕") == ["覃晓燕"]
    assert found(actor, other.citizen_id) == ["覃晓燕"]
    assert [person.name for person in persons_in(actor, on=TODAY)] == ["覃晓燕"]
    unmerge(other=other, by=actor, on=TODAY)
    assert found(actor, "谭小燕") == ["谭小燕"]


def test_whoever_moved_is_found_where_he_is_now() -> None:
    person, whole = make_person("张小明"), make_actor()
    from zhucan.registry.enums import PlaceKind

    set_place(person=person, kind=PlaceKind.REGISTERED, place=HEPING, from_=TODAY, by=whole, on=TODAY)
    assert found(make_actor(path=450803_100_000), "张小明") == ["张小明"]
    assert found(make_actor(path=450803_002_000), "张小明") == []


def listed(actor: Actor, **given: Any) -> set[str]:
    return {person.name for person in persons_in(actor, PersonFilters(**given), on=TODAY)}


def test_lists_are_filtered_by_what_is_no_name() -> None:
    actor = make_actor()
    make_person("甲", category=1, level=1, until=TODAY)
    make_person("乙", category=4, level=1, until=TODAY + timedelta(days=1), village=HEPING)
    soon = make_person("丙", category=4, level=2, until=date(2027, 4, 1))
    make_person("丁", with_certificate=False)
    frozen = make_person("戊", until=None)
    frozen.certificate.state = CertificateState.FROZEN
    frozen.certificate.save()
    make_person("己", until=None)
    mark_lost(person=soon, is_lost=True, by=actor, on=TODAY)
    assert listed(actor) == set("甲乙丙丁戊己")
    assert listed(actor, place=450803_002_000) == set("甲丙丁戊己")
    assert listed(actor, place=HEPING) == set("乙")
    assert listed(actor, category=4, level=1) == set("乙")
    assert listed(actor, certificate="expired") == set("甲")
    assert listed(actor, certificate="valid") == set("乙丙")
    assert listed(actor, certificate="soon3") == set("乙")
    assert listed(actor, certificate="soon6") == set("乙丙")
    assert listed(actor, certificate="frozen") == set("戊")
    assert listed(actor, certificate="unknown") == set("己")
    assert listed(actor, certificate="none") == set("丁")
    assert listed(actor, lost=True) == set("丙")
    assert count_in(actor, PersonFilters(category=4), on=TODAY) == (4, False)
    names = [person.name for person in persons_in(actor, PersonFilters(order="until"), on=TODAY)]
    assert names == list("甲乙丙")


@pytest.mark.parametrize("order", ["place", "until"])
@pytest.mark.parametrize("path", [450803_000_000, 450800_000_000])
def test_pages_of_a_list_follow_and_miss_nobody(order: str, path: int) -> None:
    actor, filters = make_actor(path=path), PersonFilters(order=order)
    people = {make_person(village=[GAOLING, HEPING][n % 2], until=TODAY + timedelta(days=n // 3)).pk for n in range(7)}
    seen, after = [], None
    for _ in range(5):
        page = page_of(actor, filters, on=TODAY, limit=3, after=after)
        seen += [person.pk for person in page.persons]
        after = page.after
        if after is None:
            break
    assert len(seen) == 7
    assert set(seen) == people


def test_a_person_of_elsewhere_or_withdrawn_is_not_here() -> None:
    actor, elsewhere, withdrawn = make_actor(), make_person(village=ELSEWHERE), make_person()
    withdrawn.withdrawn_at = withdrawn.created_at
    withdrawn.save()
    for person in (elsewhere, withdrawn):
        with pytest.raises(NotHere):
            person_by_uuid(actor, person.uuid)


def test_queries_do_not_grow_with_rows(django_assert_num_queries: Any) -> None:
    actor = make_actor()
    for number in range(3):
        make_person("张小明")
        if number in (0, 2):
            with django_assert_num_queries(2):
                found(actor, "张小明")
            with django_assert_num_queries(1):
                page_of(actor, PersonFilters(), on=TODAY)


NAMES = ("张小明", "张晓明", "覃小燕", "单雄信", "欧阳震华", "买买提·吐尔逊")


@pytest.mark.parametrize("seed", range(12))
def test_two_worlds_that_differ_outside_the_division_answer_alike(seed: int) -> None:
    random = Random(seed)
    actor = make_actor(Role.CLERK, OrganKind.TOWNSHIP, path=450803_002_000)
    inside = [make_person(random.choice(NAMES), village=random.choice((GAOLING, SANBAN))) for _ in range(4)]
    asked = [*NAMES, "zxm", "qinxiaoyan", inside[0].citizen_id, inside[0].citizen_id[-4:], "张", "13700138046"]

    def answers() -> list[object]:
        lists = [PersonFilters(), PersonFilters(category=4), PersonFilters(place=HEPING), PersonFilters(disputed=True)]
        pages = [page_of(actor, one, on=TODAY, limit=3) for one in lists]
        searches = [find_persons(actor, text, limit=3) for text in asked]
        return [
            *((one.kind, [person.pk for person in one.persons], one.after) for one in searches),
            *(([person.pk for person in one.persons], one.after) for one in pages),
            *(count_in(actor, one, on=TODAY) for one in lists),
        ]

    before = answers()
    for _ in range(random.randrange(1, 6)):
        outside = make_person(
            random.choice(NAMES), village=random.choice((XINQING, HEPING, ELSEWHERE)),
            phone=random.choice(("", "13700138046")),
        )  # fmt: skip
        with pytest.raises(NotHere):
            person_by_uuid(actor, outside.uuid)
    assert answers() == before


def test_a_long_list_is_counted_so_far_only() -> None:
    actor = make_actor()
    for _ in range(3):
        make_person()
    assert count_in(actor, PersonFilters(), on=TODAY, most=2) == (2, True)
    assert count_in(actor, PersonFilters(), on=TODAY, most=3) == (3, False)
    assert count_in(actor, PersonFilters(place=ELSEWHERE), on=TODAY) == (0, False)
