"""Users, organs and posts: who gives whom which rights, where and until when."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.db.models.lookups import LessThan
from django.utils import timezone

from zhucan.base import audit
from zhucan.base.enums import Action, OrganKind, Role
from zhucan.base.errors import Refused
from zhucan.base.models import Division, Organ, Post, User
from zhucan.base.permissions import INCOMPATIBLE, Actor, NotAllowed, NotHere, demand
from zhucan.base.queries.staff import in_force, is_manageable

_NUMBER = re.compile(r"\d{7,}")
Handover = Callable[[Post, Post], int]
"""Moves the open work of the first post to the second and says how many pieces; runs in the caller's transaction."""
_handovers: list[Handover] = []


@transaction.atomic
def create_user(*, username: str, name: str, password: str, by: Actor, on: date) -> User:
    """A user without any post yet. He must set a password of his own (``password_changed_at`` is None until then).

    Raises:
        NotAllowed: ``by`` manages no users.
        Refused: the sign-in name is taken, ill-formed or holds a long number; the password is too weak.
    """
    demand(by, Action.MANAGE_USERS)
    if _NUMBER.search(username) or _NUMBER.search(name):
        raise Refused("用户名和姓名里不要写身份证号或电话号码。用户没有建立。请换一个，例如 chen.xm。")
    if User.objects.filter(username__iexact=username).exists():
        raise Refused("这个用户名已经有人用了。用户没有建立。请换一个。")
    user = User(username=username, name=name.strip(), joined_at=timezone.now())
    _checked_password(user, password)
    try:
        user.full_clean(exclude=["password_changed_at"])  # None until he has set one of his own
    except ValidationError as problem:
        raise Refused("".join(problem.messages) + "用户没有建立。") from None
    user.save()
    audit.record(by=by, action="create_user", subject="user", subject_id=user.pk)
    return user


@transaction.atomic
def set_password(*, user: User, password: str, by: Actor, on: date) -> None:
    """Give a user a new password: his own, or as administrator of all his posts (he must then set one himself).

    Raises:
        NotAllowed: neither.
        NotHere: he has a post outside the administrator's division.
        Refused: the password is too weak.
    """
    own = by.user_id == user.pk
    if not own:
        demand_over(by, user, on=on)
    _checked_password(user, password)
    user.password_changed_at = timezone.now() if own else None
    user.save(update_fields=["password", "password_changed_at"])
    audit.record(by=by, action="set_password", subject="user", subject_id=user.pk)


@transaction.atomic
def create_organ(*, kind: OrganKind, name: str, division: Division, by: Actor, on: date) -> Organ:
    """An office that answers for a division.

    Raises:
        NotAllowed: ``by`` manages no users.
        NotHere: the division lies outside his own.
        Refused: there is one of this name in this division, or the name is empty.
    """
    demand(by, Action.MANAGE_USERS, division.path)
    name = name.strip()
    if not name:
        raise Refused("单位名称是空的，没有建立。请填写名称。")
    if Organ.objects.filter(name=name, division=division, closed_at=None).exists():
        raise Refused("这里已经有同名的单位，没有建立。")
    organ = Organ.objects.create(kind=OrganKind(kind), name=name, division=division)
    audit.record(by=by, action="create_organ", subject="organ", subject_id=organ.pk, place=division.path)
    return organ


@transaction.atomic
def close_organ(*, organ: Organ, by: Actor, on: date) -> None:
    """Close an office as of a day; its posts hold no longer, from the next request.

    Raises:
        NotAllowed: ``by`` manages no users.
        NotHere: the organ lies outside his division.
    """
    demand(by, Action.MANAGE_USERS, organ.division.path)
    organ.closed_at = timezone.make_aware(datetime.combine(on, time.min))
    organ.save(update_fields=["closed_at"])
    audit.record(by=by, action="close_organ", subject="organ", subject_id=organ.pk, place=organ.division.path)


@transaction.atomic
def give_post(
    *,
    user: User,
    organ: Organ,
    role: Role,
    division: Division,
    from_: date,
    until: date | None,
    by: Actor,
    on: date,
) -> Post:
    """Give somebody a role in an organ over a division, from ``from_`` to ``until`` (first day no longer).

    Raises:
        NotAllowed: ``by`` manages no users, or gives himself a post.
        NotHere: the organ or the division lies outside his own.
        Refused: the organ is closed or does not answer for the division, the days are wrong, the user is not active, or
            he holds an incompatible role at the same time.
    """
    demand(by, Action.MANAGE_USERS, division.path)
    demand(by, Action.MANAGE_USERS, organ.division.path)
    if by.user_id is not None and by.user_id == user.pk:
        raise NotAllowed("不能给自己岗位。请找另一位系统管理员办理。")
    # the row is locked, so that two administrators cannot give two incompatible roles at the same moment
    holder = User.objects.select_for_update().get(pk=user.pk)
    role = Role(role)
    _check_post(holder, organ, role, division, from_, until)
    post = Post.objects.create(
        user=holder, organ=organ, role=role, division=division, from_=from_, until=until, created_by_id=by.user_id
    )
    details: dict[str, audit.Detail] = {
        "user": user.pk,
        "role": role.value,
        "organ": organ.pk,
        "from": from_.isoformat(),
    }
    audit.record(by=by, action="give_post", subject="post", subject_id=post.pk, place=division.path, details=details)
    return post


def _check_post(user: User, organ: Organ, role: Role, division: Division, from_: date, until: date | None) -> None:
    if not user.is_active:
        raise Refused("这个用户已经停用，岗位没有建立。")
    if organ.closed_at is not None:
        raise Refused("这个单位已经撤销，岗位没有建立。")
    if not organ.division.path <= division.path <= organ.division.last:
        raise Refused("岗位的地区不在这个单位的管理范围内，岗位没有建立。请改选单位或地区。")
    if until is not None and until <= from_:
        raise Refused("结束日期应晚于开始日期，岗位没有建立。")
    beside = Post.objects.filter(user=user).filter(Q(until=None) | Q(until__gt=from_))
    if until is not None:
        beside = beside.filter(LessThan(F("from_"), until))
    for other in sorted(set(beside.values_list("role", flat=True))):
        if frozenset({role, Role(other)}) in INCOMPATIBLE:
            raise Refused(f"这个用户在同一时间已经是“{Role(other).label}”，不能同时是“{role.label}”。岗位没有建立。")


@transaction.atomic
def end_post(*, post: Post, by: Actor, on: date) -> None:
    """End a post with the day ``on``: from then it gives no right. A post that ended earlier stays as it is.

    Raises:
        NotAllowed: ``by`` manages no users.
        NotHere: the post lies outside his division.
    """
    demand(by, Action.MANAGE_USERS, post.division.path)
    if _end(post, by=by, on=on):
        audit.record(by=by, action="end_post", subject="post", subject_id=post.pk, place=post.division.path)


@transaction.atomic
def deactivate_user(*, user: User, by: Actor, on: date) -> None:
    """Stop somebody: his posts end, he can no longer sign in. What he did stays his.

    Raises:
        NotAllowed: ``by`` manages no users, or stops himself.
        NotHere: he has a post outside the administrator's division.
    """
    if by.user_id is not None and by.user_id == user.pk:
        raise NotAllowed("不能停用自己。请找另一位系统管理员办理。")
    demand_over(by, user, on=on)
    ended = sum(_end(post, by=by, on=on) for post in Post.objects.filter(user=user))
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record(by=by, action="deactivate_user", subject="user", subject_id=user.pk, details={"posts": ended})


def register_handover(moves: Handover) -> Handover:
    """Have ``hand_over`` call this too; usable as a decorator. The same callable is registered once."""
    if moves not in _handovers:
        _handovers.append(moves)
    return moves


@transaction.atomic
def hand_over(*, from_post: Post, to_post: Post, by: Actor, on: date) -> int:
    """Move all open work of one post to another, in one step.

    Returns:
        How many pieces of work moved.

    Raises:
        NotAllowed: ``by`` manages no users.
        NotHere: one of the posts lies outside his division.
        Refused: both are the same, the second does not hold on the day, or does not cover the division of the first.
    """
    demand(by, Action.MANAGE_USERS, from_post.division.path)
    demand(by, Action.MANAGE_USERS, to_post.division.path)
    if from_post.pk == to_post.pk:
        raise Refused("移交的两个岗位是同一个，没有移交。")
    if not in_force(Post.objects.filter(pk=to_post.pk), on=on).exists():
        raise Refused("接手的岗位今天不在任，没有移交。请另选一个岗位。")
    if not to_post.division.path <= from_post.division.path <= to_post.division.last:
        raise Refused("接手的岗位管不到原岗位的地区，没有移交。请另选一个岗位。")
    moved = sum(moves(from_post, to_post) for moves in _handovers)
    details = {"to": to_post.pk, "moved": moved}
    audit.record(
        by=by,
        action="hand_over",
        subject="post",
        subject_id=from_post.pk,
        place=from_post.division.path,
        details=details,
    )
    return moved


def _end(post: Post, *, by: Actor, on: date) -> bool:
    """End a post unless it ended before; a post that has not begun yet never begins."""
    last = max(on, post.from_)
    if post.until is not None and post.until <= last:
        return False
    post.until, post.ended_by_id = last, by.user_id
    post.save(update_fields=["until", "ended_by"])
    return True


def demand_over(by: Actor, user: User, *, on: date) -> None:
    """Nothing, where ``by`` manages users and every post the user holds or will hold lies in his division."""
    demand(by, Action.MANAGE_USERS)
    if not is_manageable(by, user, on=on):
        raise NotHere


def _checked_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise Refused("".join(problem.messages) + "没有保存。") from None
    user.set_password(password)
