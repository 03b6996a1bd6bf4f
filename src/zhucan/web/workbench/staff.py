"""Users and posts: who works where as what. Reading; what changes something stands in ``staff_changes``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhucan.base.enums import Action
from zhucan.base.permissions import Actor, may
from zhucan.base.queries.divisions import full_names
from zhucan.base.queries.staff import is_manageable, posts_in, user_by_uuid, users_in_state, visible_users
from zhucan.web.access import StaffRequest, needs
from zhucan.web.forms import parameters_of
from zhucan.web.table import Cell, Column, Pagination, Row, Table
from zhucan.web.words import moment, table_date
from zhucan.web.workbench.staff_forms import FilterForm

if TYPE_CHECKING:
    from zhucan.base.models import Post, User

_SIZE = 50
_NAMED = {"active": "在岗", "idle": "没有岗位", "stopped": "已停用"}


@needs(Action.SEE_USERS)
@require_safe
def users(request: StaffRequest) -> HttpResponse:
    """The users of the actor's division, fifty to a page."""
    today, form = timezone.localdate(), FilterForm(request.GET)
    rows = _filtered(visible_users(request.actor), form, today)
    page, total = _page_number(request), rows.count()
    own_posts = posts_in(request.actor, on=today)
    shown = list(rows.prefetch_related(Prefetch("posts", own_posts, "held"))[(page - 1) * _SIZE : page * _SIZE])
    context = {
        "heading": "用户和岗位", "filter_form": form, "table": _user_table(shown, request.actor),
        "page": Pagination.of(page, _SIZE, total, parameters=parameters_of(request.GET)),
        "may_manage": may(request.actor, Action.MANAGE_USERS),
    }  # fmt: skip
    return render(request, "web/staff/users.html", context)


def _page_number(request: StaffRequest) -> int:
    given = request.GET.get("page", "1")
    return min(max(int(given), 1), 10_000) if given.isascii() and given.isdigit() and len(given) < 8 else 1


def _filtered(rows: QuerySet[User], form: FilterForm, today: date) -> QuerySet[User]:
    if not form.is_valid():
        return rows
    given = form.cleaned_data
    return users_in_state(rows, state=given["state"], role=given["role"], kind=given["kind"], on=today)


def _user_table(users: Sequence[User], actor: Actor) -> Table:
    columns = [
        Column("name", "姓名"), Column("username", "用户名"), Column("posts", "现在的岗位", wraps=True),
        Column("state", "状态"),
    ]  # fmt: skip
    rows = [
        Row([
            Cell(one.name, url=reverse("workbench:user", args=[one.uuid]), is_header=True), Cell(one.username),
            Cell("；".join(_post_words(post) for post in _held(one))), Cell(_state(one)),
        ])
        for one in users
    ]  # fmt: skip
    return Table("用户，按用户名排", columns, rows, empty="没有符合的用户。", id="users", show_caption=False)


def _held(user: User) -> list[Post]:
    return list(getattr(user, "held", []))


def _post_words(post: Post) -> str:
    return f"{post.organ.name} {post.get_role_display()}"


def _state(user: User) -> str:
    return _NAMED["stopped" if not user.is_active else "active" if _held(user) else "idle"]


@needs(Action.SEE_USERS)
@require_safe
def user(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One user: his account, and his posts in the actor's division."""
    one, today = user_by_uuid(request.actor, uuid), timezone.localdate()
    posts = list(posts_in(request.actor).filter(user=one).order_by("-from_", "-id"))
    manages = may(request.actor, Action.MANAGE_USERS)
    context = {
        "heading": one.name, "one": one, "facts": _facts(one),
        "table": _post_table(posts, today, manages=manages),
        "may_manage": manages, "is_self": one.pk == request.actor.user_id,
        "is_manageable": manages and is_manageable(request.actor, one, on=today),
    }  # fmt: skip
    return render(request, "web/staff/user.html", context)


def _facts(user: User) -> list[dict[str, object]]:
    bound = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    changed = user.password_changed_at
    return [
        {"term": "用户名", "detail": user.username},
        {"term": "状态", "detail": "在用" if user.is_active else "已停用，不能登录"},
        {"term": "建立", "detail": moment(user.joined_at)},
        {"term": "最近登录", "detail": moment(user.last_login) if user.last_login else "还没有登录过"},
        {"term": "密码", "detail": f"本人 {moment(changed)} 设的" if changed else "一次性密码，本人还没有改"},
        {"term": "动态口令", "detail": "已绑定" if bound else "没有绑定"},
    ]


def _post_table(posts: Sequence[Post], today: date, *, manages: bool) -> Table:
    places = full_names(post.division.path for post in posts)
    columns = [
        Column("organ", "单位"), Column("role", "角色"), Column("place", "管哪里", wraps=True),
        Column("from", "起"), Column("until", "止"),
        *([Column("change", "办理")] if manages else []),
    ]  # fmt: skip
    rows = [
        Row([
            Cell(one.organ.name, is_header=True), Cell(one.get_role_display()), Cell(places[one.division.path]),
            Cell(table_date(one.from_)), Cell(table_date(one.until) if one.until else "长期"),
            *([_change(one, today)] if manages else []),
        ])
        for one in posts
    ]  # fmt: skip
    return Table("岗位，新的在前", columns, rows, empty="在您管的范围里没有岗位。", id="posts", show_caption=False)


def _change(post: Post, today: date) -> Cell:
    if post.until is not None and post.until <= today:
        return Cell("已结束")
    return Cell("结束或移交", url=reverse("workbench:end_post", args=[post.uuid]))


urlpatterns = [
    path("staff/", users, name="staff"),
    path("staff/<uuid:uuid>/", user, name="user"),
]
