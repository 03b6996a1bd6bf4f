"""Who somebody is when he acts: his posts in force, read from the database on every request."""

from __future__ import annotations

from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import LessThanOrEqual

from zhucan.base.enums import OrganKind, Role
from zhucan.base.models import Organ, Post, User
from zhucan.base.permissions import SYSTEM, Actor, NotHere, covers, scope

_Row = TypeVar("_Row")


def in_force(posts: QuerySet[Post], *, on: date) -> QuerySet[Post]:
    """Those that hold on a day: begun, not ended, of an active user, in an organ that is open."""
    held = Q(until=None) | Q(until__gt=on)
    return posts.filter(held, begun_by(on), user__is_active=True, organ__closed_at=None)


def begun_by(day: date) -> LessThanOrEqual:
    """The condition that a row's ``from_`` is this day or before (Django cannot look up a name that ends in ``_``)."""
    return LessThanOrEqual(F("from_"), day)


def posts_of(user: User, *, on: date) -> list[Post]:
    """The posts a user holds on a day, with organ and division; one query."""
    rows = in_force(Post.objects.filter(user=user), on=on)
    return list(rows.select_related("organ", "division", "user").order_by("id"))


def actor_for(user: User, post_id: int | None, *, on: date, request: str = "") -> Actor | None:
    """Who acts: the user in this post of his. Without ``post_id``: in his only post.

    None where the post is not his, does not hold on the day, or where he has none or must choose between several. Reads
    the database each time, so that what was taken away is gone with the next request.
    """
    rows = in_force(Post.objects.filter(user_id=user.pk), on=on).select_related("organ", "division", "user")
    found = list((rows if post_id is None else rows.filter(pk=post_id)).order_by("id")[:2])
    return actor_of(found[0], request=request) if len(found) == 1 else None


def actor_of(post: Post, *, request: str = "") -> Actor:
    """The actor of a post, whether it holds or not."""
    return Actor(
        user_id=post.user_id,
        post_id=post.pk,
        name=post.user.name,
        role=Role(post.role),
        organ_id=post.organ_id,
        organ_kind=OrganKind(post.organ.kind),
        division=post.division.path,
        low=post.division.path,
        last=post.division.last,
        request=request,
    )


def actor_who_asked(user_id: int | None, post_id: int | None, *, on: date, request: str = "") -> Actor | None:
    """Who asked for long work, in the post he asked in; the system where it was the system. None: no longer in it."""
    if user_id is None or post_id is None:
        return SYSTEM if user_id == post_id else None
    post = in_force(Post.objects.filter(pk=post_id, user_id=user_id), on=on)
    found = post.select_related("organ", "division", "user").first()
    return None if found is None else actor_of(found, request=request)


def users_in(actor: Actor) -> QuerySet[User]:
    """The users with a post, past or present, in the actor's division; those without any post everybody sees."""
    inside = scope(actor, Post.objects.all(), "division__path").values("user_id")
    return User.objects.filter(Q(pk__in=inside) | Q(posts=None)).distinct().order_by("username")


def organs_in(actor: Actor) -> QuerySet[Organ]:
    """The organs of the actor's division that are open."""
    rows = scope(actor, Organ.objects.filter(closed_at=None), "division__path")
    return rows.select_related("division").order_by("division__path", "name")


def posts_in(actor: Actor, *, on: date | None = None) -> QuerySet[Post]:
    """The posts in the actor's division; with ``on`` those that hold on that day."""
    rows = scope(actor, Post.objects.all(), "division__path").select_related("organ", "division", "user")
    return (rows if on is None else in_force(rows, on=on)).order_by("division__path", "organ_id", "id")


def visible_users(actor: Actor) -> QuerySet[User]:
    """The users with a post, past or present, in the actor's division. Users of nowhere are shown to nobody."""
    return users_in(actor).filter(Exists(Post.objects.filter(user=OuterRef("pk"))))


def users_in_state(
    users: QuerySet[User], *, state: str = "", role: str = "", kind: str = "", on: date
) -> QuerySet[User]:
    """Of these users those who are ``active`` (hold a post on the day), ``idle`` (hold none) or ``stopped``, who have
    this role and work in this kind of organ; what is empty is not asked.
    """
    posts = in_force(Post.objects.filter(user=OuterRef("pk")), on=on)
    if role:
        users = users.filter(Exists(posts.filter(role=role)))
    if kind:
        users = users.filter(Exists(posts.filter(organ__kind=kind)))
    if state == "stopped":
        users = users.filter(is_active=False)
    elif state:
        users = users.filter(Exists(posts), is_active=True) if state == "active" else users.filter(~Exists(posts))
    return users


def user_by_uuid(actor: Actor, uuid: UUID) -> User:
    """One of the actor's ``visible_users``.

    Raises:
        NotHere: there is none, or none the actor may know of.
    """
    return _there(visible_users(actor).filter(uuid=uuid).first())


def post_by_uuid(actor: Actor, uuid: UUID) -> Post:
    """A post in the actor's division.

    Raises:
        NotHere: there is none, or none the actor may know of.
    """
    return _there(posts_in(actor).filter(uuid=uuid).first())


def organ_by_uuid(actor: Actor, uuid: UUID) -> Organ:
    """An open organ of the actor's division.

    Raises:
        NotHere: there is none, or none the actor may know of.
    """
    return _there(organs_in(actor).filter(uuid=uuid).first())


def _there(found: _Row | None) -> _Row:
    if found is None:
        raise NotHere
    return found


def is_manageable(actor: Actor, user: User, *, on: date) -> bool:
    """Whether all posts the user holds or will hold lie in the actor's division: he may change the account itself."""
    held = Post.objects.filter(user=user).filter(Q(until=None) | Q(until__gt=on))
    return all(covers(actor, path) for path in held.values_list("division__path", flat=True))
