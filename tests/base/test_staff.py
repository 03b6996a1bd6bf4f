"""Posts and users: who may give which rights, and that what is taken away is gone with the next question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import check_password

from tests.base.conftest import ON
from zhucan.base.enums import OrganKind, Role
from zhucan.base.errors import Refused
from zhucan.base.models import AuditEvent, Division, Organ, Post, User
from zhucan.base.operations import staff
from zhucan.base.permissions import INCOMPATIBLE, SYSTEM, Actor, NotAllowed, NotHere
from zhucan.base.queries.staff import actor_for, actor_of, actor_who_asked, organs_in, posts_in, posts_of, users_in

pytestmark = pytest.mark.django_db
PASSWORD = "tree-lamp-river-9"
Make = Callable[..., Post]


def give(by: Actor, user: User, role: Role = Role.CLERK, code: int = 450803105000, **more: object) -> Post:
    division = Division.objects.get(code=code)
    organ = Organ.objects.filter(name="港南区残联").first() or Organ.objects.create(
        name="港南区残联", kind=OrganKind.FEDERATION, division=Division.objects.get(code=450803000000)
    )
    values: dict[str, object] = {"organ": organ, "from_": ON, "until": None, "on": ON} | more
    return staff.give_post(user=user, role=role, division=division, by=by, **values)  # type: ignore[arg-type]


def person(name: str = "chen.xm") -> User:
    return staff.create_user(username=name, name="某人", password=PASSWORD, by=SYSTEM, on=ON)


def events(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


def test_a_user_is_created_with_one_event_and_a_hashed_password(admin: Actor) -> None:
    user = staff.create_user(username="chen.xm", name="某人", password=PASSWORD, by=admin, on=ON)
    assert check_password(PASSWORD, user.password)
    assert user.password_changed_at is None
    assert events("create_user") == 1


@pytest.mark.parametrize(
    ("username", "said"),
    [
        ("a450803199001011234", "不要写身份证号"),
        ("chen13800138000", "不要写身份证号"),
        ("13800138000", "不要写身份证号"),
        ("陈小明", "以字母开头"),
        ("ADMIN", "已经有人用了"),
    ],
)
def test_a_sign_in_name_is_no_number_and_nobody_elses(admin: Actor, username: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        staff.create_user(username=username, name="某人", password=PASSWORD, by=admin, on=ON)
    with pytest.raises(Refused):
        staff.create_user(username="chen.xm", name="某人", password="12345", by=admin, on=ON)
    assert events("create_user") == 0


def test_only_administrators_manage_users(actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        staff.create_user(username="chen.xm", name="某人", password=PASSWORD, by=actor, on=ON)
    with pytest.raises(NotAllowed):
        give(actor, person())


def test_a_post_gives_its_rights_from_its_first_day_to_its_last(admin: Actor) -> None:
    user = person()
    post = give(admin, user, until=ON + timedelta(days=10))
    assert events("give_post") == 1
    assert actor_for(user, post.pk, on=ON - timedelta(days=1)) is None
    found = actor_for(user, post.pk, on=ON, request="r")
    assert found is not None
    assert (found.role, found.low, found.last, found.request) == (Role.CLERK, 450803105000, 450803105999, "r")
    assert actor_for(user, post.pk, on=ON + timedelta(days=9)) is not None
    assert actor_for(user, post.pk, on=ON + timedelta(days=10)) is None


def test_without_naming_a_post_there_must_be_one_and_somebody_elses_is_none(admin: Actor) -> None:
    user, other = person(), person("other")
    assert actor_for(user, None, on=ON) is None
    post = give(admin, user)
    found = actor_for(user, None, on=ON)
    assert found is not None
    assert found.post_id == post.pk
    assert actor_for(other, post.pk, on=ON) is None
    give(admin, user, Role.COMMISSIONER, 450803105201)
    assert actor_for(user, None, on=ON) is None
    assert len(posts_of(user, on=ON)) == 2


def test_an_ended_post_is_gone_at_once(admin: Actor) -> None:
    user = person()
    post, later = give(admin, user), give(admin, user, from_=ON + timedelta(days=5))
    staff.end_post(post=post, by=admin, on=ON)
    staff.end_post(post=post, by=admin, on=ON)
    staff.end_post(post=later, by=admin, on=ON)
    assert posts_of(user, on=ON) == []
    assert posts_of(user, on=ON + timedelta(days=9)) == []
    assert events("end_post") == 2
    assert post.ended_by_id == admin.user_id


def test_a_stopped_user_and_a_closed_organ_have_no_rights(admin: Actor) -> None:
    user, other = person(), person("other")
    give(admin, user)
    post = give(admin, other)
    staff.deactivate_user(user=user, by=admin, on=ON)
    assert actor_for(user, None, on=ON) is None
    assert not User.objects.get(pk=user.pk).is_active
    assert actor_for(other, post.pk, on=ON) is not None
    staff.close_organ(organ=post.organ, by=admin, on=ON)
    assert actor_for(other, post.pk, on=ON) is None
    assert (events("deactivate_user"), events("close_organ")) == (1, 1)
    with pytest.raises(Refused, match="停用"):
        give(admin, user)


def test_nobody_gives_himself_a_post_or_stops_himself(admin: Actor) -> None:
    himself = User.objects.get(pk=admin.user_id)
    with pytest.raises(NotAllowed, match="自己"):
        give(admin, himself, Role.COMMISSIONER)
    with pytest.raises(NotAllowed, match="自己"):
        staff.deactivate_user(user=himself, by=admin, on=ON)


@pytest.mark.parametrize("code", [450802000000, 450800000000, 441900000000])
def test_posts_are_given_only_inside_ones_own_division(admin: Actor, code: int) -> None:
    with pytest.raises(NotHere):
        give(admin, person(), code=code)
    with pytest.raises(NotHere):
        staff.create_organ(kind=OrganKind.TOWNSHIP, name="x", division=Division.objects.get(code=code), by=admin, on=ON)
    elsewhere = Organ.objects.create(
        name="别处", kind=OrganKind.FEDERATION, division=Division.objects.get(code=450802000000)
    )
    with pytest.raises(NotHere):
        give(admin, person("third"), organ=elsewhere)


def test_a_post_outside_is_neither_ended_nor_its_user_stopped_nor_his_password_set(admin: Actor, post: Make) -> None:
    outside = post(Role.CLERK, 450802000000, username="neighbour")
    with pytest.raises(NotHere):
        staff.end_post(post=outside, by=admin, on=ON)
    with pytest.raises(NotHere):
        staff.deactivate_user(user=outside.user, by=admin, on=ON)
    with pytest.raises(NotHere):
        staff.set_password(user=outside.user, password=PASSWORD, by=admin, on=ON)


@pytest.mark.parametrize("pair", sorted(INCOMPATIBLE, key=sorted), ids=lambda pair: "-".join(sorted(pair)))
def test_incompatible_roles_are_refused_while_both_hold(admin: Actor, pair: frozenset[Role]) -> None:
    one, two = sorted(pair)
    user = person()
    give(admin, user, one, until=ON + timedelta(days=30))
    with pytest.raises(Refused, match="不能同时"):
        give(admin, user, two)
    with pytest.raises(Refused, match="不能同时"):
        give(admin, user, two, 450803105201, from_=ON + timedelta(days=29))
    give(admin, user, two, from_=ON + timedelta(days=30))
    assert events("give_post") == 2


def test_days_and_places_of_a_post_must_fit(admin: Actor) -> None:
    user = person()
    with pytest.raises(Refused, match="晚于"):
        give(admin, user, until=ON)
    village = Organ.objects.create(name="村", kind=OrganKind.VILLAGE, division=Division.objects.get(code=450803105201))
    with pytest.raises(Refused, match="管理范围"):
        give(admin, user, organ=village)


def test_an_organ_is_created_once(admin: Actor) -> None:
    county = Division.objects.get(code=450803000000)
    organ = staff.create_organ(kind=OrganKind.CIVIL_AFFAIRS, name="港南区民政局", division=county, by=admin, on=ON)
    assert organ in organs_in(admin)
    for name in ("港南区民政局", " "):
        with pytest.raises(Refused):
            staff.create_organ(kind=OrganKind.CIVIL_AFFAIRS, name=name, division=county, by=admin, on=ON)
    assert events("create_organ") == 1


def test_a_password_is_set_by_himself_or_the_administrator(admin: Actor, actor: Actor) -> None:
    user = User.objects.get(pk=actor.user_id)
    staff.set_password(user=user, password=PASSWORD, by=actor, on=ON)
    assert user.password_changed_at is not None
    staff.set_password(user=user, password=PASSWORD + "x", by=admin, on=ON)
    assert (user.password_changed_at, events("set_password")) == (None, 2)
    with pytest.raises(NotAllowed):
        staff.set_password(user=User.objects.get(pk=admin.user_id), password=PASSWORD, by=actor, on=ON)


def test_open_work_moves_in_one_step(admin: Actor, post: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff, "_handovers", [])
    moved: list[tuple[int, int]] = []

    @staff.register_handover
    def moves(from_post: Post, to_post: Post) -> int:
        moved.append((from_post.pk, to_post.pk))
        return 7

    staff.register_handover(moves)
    old, new = post(Role.CLERK, 450803105000), post()
    assert staff.hand_over(from_post=old, to_post=new, by=admin, on=ON) == 7
    assert (moved, events("hand_over")) == ([(old.pk, new.pk)], 1)
    refused = [(old, old), (new, old), (old, post(until=date(2026, 10, 1)))]
    for from_post, to_post in refused:
        with pytest.raises(Refused, match="没有移交"):
            staff.hand_over(from_post=from_post, to_post=to_post, by=admin, on=ON)
    with pytest.raises(NotHere):
        staff.hand_over(from_post=old, to_post=post(Role.CLERK, 450802000000), by=admin, on=ON)


def test_who_asked_for_long_work_is_asked_again(actor: Actor) -> None:
    assert actor_who_asked(None, None, on=ON) is SYSTEM
    found = actor_who_asked(actor.user_id, actor.post_id, on=ON)
    assert found == actor
    Post.objects.filter(pk=actor.post_id).update(until=ON)
    assert actor_who_asked(actor.user_id, actor.post_id, on=ON) is None
    assert actor_who_asked(actor.user_id, None, on=ON) is None


def test_lists_show_only_ones_own_division(admin: Actor, post: Make) -> None:
    inside, outside = post(), post(Role.CLERK, 450802000000, username="neighbour")
    alone = person("alone")
    assert set(users_in(admin)) == {User.objects.get(pk=admin.user_id), inside.user, alone}
    assert outside not in posts_in(admin)
    assert outside.organ not in organs_in(admin)
    assert inside in posts_in(admin, on=ON)
    assert actor_of(outside).low == 450802000000
