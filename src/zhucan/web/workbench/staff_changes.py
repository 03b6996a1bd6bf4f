"""Users and posts: adding, ending, handing over, resetting."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from zhucan.base.enums import Action, OrganKind, Role
from zhucan.base.errors import Refused
from zhucan.base.operations.staff import (
    create_organ,
    create_user,
    deactivate_user,
    demand_over,
    end_post,
    give_post,
    hand_over,
)
from zhucan.base.permissions import Actor, NotHere
from zhucan.base.queries.divisions import division_at, division_of, divisions_below, full_name
from zhucan.base.queries.staff import organ_by_uuid, organs_in, post_by_uuid, posts_in, user_by_uuid
from zhucan.web.access import StaffRequest, needs
from zhucan.web.forms import Form
from zhucan.web.sessions import end_sessions, give_one_time_password, one_time_password, take_second_factor
from zhucan.web.table import Link
from zhucan.web.workbench.staff_forms import (
    HandOverForm,
    OrganChoice,
    OrganForm,
    PostForm,
    UserForm,
)

if TYPE_CHECKING:
    from zhucan.base.models import Division, Organ, Post, User

_both = require_http_methods(["GET", "HEAD", "POST"])


@needs(Action.MANAGE_USERS)
@_both
def add_user(request: StaffRequest) -> HttpResponse:
    """A new user with his first post: first the organ, then the rest. Shows his one-time password once."""
    organ = _chosen_organ(request)
    if organ is None:
        return _choose_organ(request, "添加用户")
    form = UserForm(_offered(request.actor, organ), request.POST or None, initial={"from_": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        password = one_time_password()
        made = _add_user(request, form, organ, password)
        if made is not None:
            return _password_page(request, made, password, "用户已添加")
    return _form_page(request, "添加用户", form, organ, "添加")


def _add_user(request: StaffRequest, form: UserForm, organ: Organ, password: str) -> User | None:
    """The user, or None where it was refused: the reason stands in the form."""
    given, today = form.cleaned_data, timezone.localdate()
    try:
        with transaction.atomic():
            made = create_user(
                username=given["username"], name=given["name"], password=password, by=request.actor, on=today
            )
            _give(made, organ, form, request.actor, today)
    except Refused as problem:
        form.add_error(None, str(problem))
        return None
    return made


def _give(user: User, organ: Organ, form: PostForm, actor: Actor, today: date) -> Post:
    given = form.cleaned_data
    return give_post(
        user=user, organ=organ, role=Role(given["role"]), division=division_of(given["division"]),
        from_=given["from_"], until=given["until"], by=actor, on=today,
    )  # fmt: skip


@needs(Action.MANAGE_USERS)
@_both
def add_post(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One more post for a user."""
    user = user_by_uuid(request.actor, uuid)
    organ = _chosen_organ(request)
    title = f"给{user.name}岗位"
    if organ is None:
        return _choose_organ(request, title)
    form = PostForm(_offered(request.actor, organ), request.POST or None, initial={"from_": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            _give(user, organ, form, request.actor, timezone.localdate())
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "岗位已给，从开始那天起有效。")
            return _to_user(user)
    return _form_page(request, title, form, organ, "给岗位")


@needs(Action.MANAGE_USERS)
@_both
def stop_post(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """End a post today; its rights end with the next request."""
    post = post_by_uuid(request.actor, uuid)
    if request.method == "POST":
        end_post(post=post, by=request.actor, on=timezone.localdate())
        messages.success(request, "岗位已结束，权限已收回。")
        return _to_user(post.user)
    return _confirm(
        request, "结束岗位", "从今天起，这个岗位不再有任何权限；本人正开着的页面，下一步就办不了。",
        "他办过的事仍记在他名下；在办的事不会自动转走。", "结束岗位", post.user,
        rows=_post_rows(post), more=Link("先把在办的事移交给别人", reverse("workbench:hand_over", args=[post.uuid])),
    )  # fmt: skip


@needs(Action.MANAGE_USERS)
@_both
def hand_over_post(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Move all open work of a post to another, in one step."""
    post, today = post_by_uuid(request.actor, uuid), timezone.localdate()
    place = post.division.path
    takers = posts_in(request.actor, on=today).filter(division__path__lte=place, division__last__gte=place)
    form = HandOverForm(list(takers.exclude(pk=post.pk)), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            to_post = post_by_uuid(request.actor, UUID(form.cleaned_data["to"]))
            moved = hand_over(from_post=post, to_post=to_post, by=request.actor, on=today)
        except Refused as problem:
            form.add_error("to", str(problem))
        else:
            messages.success(request, f"已移交 {moved} 件在办的事。")
            return _to_user(post.user)
    return _confirm(
        request, "移交在办的事", "这个岗位所有在办的事一次交给另一个岗位。",
        "已办完的事仍记在原来的人名下；岗位本身不变。", "移交", post.user, rows=_post_rows(post), form=form,
    )  # fmt: skip


@needs(Action.MANAGE_USERS)
@_both
def reset_password(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A one-time password, shown once; the user must change it at his next sign-in."""
    user = _managed(request.actor, uuid)
    if request.method == "POST":
        password = give_one_time_password(user=user, by=request.actor, on=timezone.localdate())
        return _password_page(request, user, password, "密码已重置")
    return _confirm(
        request, "重置密码", "旧密码作废，别处的登录全部退出，输错次数清零。下一页显示一次性密码，请当面交给本人。",
        "岗位、动态口令和在办的事都不变。", "重置密码", user,
    )  # fmt: skip


@needs(Action.MANAGE_USERS)
@_both
def reset_second_factor(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Take the second factor of somebody who lost his phone."""
    user = _managed(request.actor, uuid)
    if request.method == "POST":
        take_second_factor(user=user, by=request.actor, on=timezone.localdate())
        messages.success(request, "动态口令和备用码已作废。本人下次登录时重新绑定。")
        return _to_user(user)
    return _confirm(
        request, "重置动态口令", "现在的动态口令和备用码作废，别处的登录全部退出。本人下次用密码登录后重新绑定手机。",
        "密码和岗位不变。请先当面确认是本人：知道密码的人这时就能登录。", "重置动态口令", user,
    )  # fmt: skip


@needs(Action.MANAGE_USERS)
@_both
def stop_user(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Stop an account: no signing in, no posts."""
    user = _managed(request.actor, uuid)
    if request.method == "POST":
        deactivate_user(user=user, by=request.actor, on=timezone.localdate())
        end_sessions(user)
        messages.success(request, "账户已停用，岗位都已结束。")
        return _to_user(user)
    return _confirm(
        request, "停用账户", "从现在起不能登录，所有岗位结束。停用后不能再启用。",
        "他办过的事仍记在他名下，操作记录一条不少；在办的事请先移交。", "停用账户", user,
    )  # fmt: skip


@needs(Action.MANAGE_USERS)
@_both
def add_organ(request: StaffRequest) -> HttpResponse:
    """A new organ in the actor's division."""
    top = division_at(request.actor.low)
    offered = divisions_below(top, low=request.actor.low, last=request.actor.last) if top else []
    form = OrganForm(offered, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = create_organ(
                kind=OrganKind(given["kind"]), name=given["name"],
                division=division_of(given["division"]), by=request.actor, on=timezone.localdate(),
            )  # fmt: skip
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"单位“{made.name}”已添加。现在可以给它添加用户。")
            return HttpResponseRedirect(f"{reverse('workbench:add_user')}?organ={made.uuid}")
    context = {"heading": "添加单位", "form": form, "action": "添加", "cancel_url": reverse("workbench:staff")}
    return render(request, "web/staff/form.html", context)


def _managed(actor: Actor, uuid: UUID) -> User:
    """A user all of whose posts lie in the actor's division.

    Raises:
        NotHere: there is none, or he works elsewhere too.
    """
    user = user_by_uuid(actor, uuid)
    demand_over(actor, user, on=timezone.localdate())
    return user


def _chosen_organ(request: StaffRequest) -> Organ | None:
    given = request.GET.get("organ", "")
    if not given:
        return None
    try:
        return organ_by_uuid(request.actor, UUID(given))
    except ValueError:
        raise NotHere from None


def _offered(actor: Actor, organ: Organ) -> list[Division]:
    return divisions_below(organ.division, low=actor.low, last=actor.last)


def _choose_organ(request: StaffRequest, heading: str) -> HttpResponse:
    form = OrganChoice(organs_in(request.actor))
    return render(request, "web/staff/organ.html", {"heading": heading, "choice": form})


def _form_page(request: StaffRequest, heading: str, form: Form, organ: Organ, action: str) -> HttpResponse:
    context = {
        "heading": heading, "form": form, "organ": organ, "action": action, "cancel_url": reverse("workbench:staff"),
    }  # fmt: skip
    return render(request, "web/staff/form.html", context)


def _password_page(request: StaffRequest, user: User, password: str, done: str) -> HttpResponse:
    context = {"heading": done, "one": user, "password": password}
    return render(request, "web/staff/password.html", context)


def _post_rows(post: Post) -> list[dict[str, object]]:
    return [
        {"term": "姓名", "detail": post.user.name}, {"term": "单位", "detail": post.organ.name},
        {"term": "角色", "detail": post.get_role_display()},
        {"term": "管哪里", "detail": full_name(post.division.path)},
    ]  # fmt: skip


def _confirm(
    request: StaffRequest, heading: str, consequence: str, unchanged: str, action: str, user: User, *,
    rows: list[dict[str, object]] | None = None, form: Form | None = None, more: Link | None = None,
) -> HttpResponse:  # fmt: skip
    own = [{"term": "姓名", "detail": user.name}, {"term": "用户名", "detail": user.username}]
    context = {
        "heading": heading, "consequence": consequence, "unchanged": unchanged, "rows": rows or own, "action": action,
        "form": form, "more": more, "cancel_url": reverse("workbench:user", args=[user.uuid]),
    }  # fmt: skip
    return render(request, "web/staff/confirm.html", context)


def _to_user(user: User) -> HttpResponse:
    return HttpResponseRedirect(reverse("workbench:user", args=[user.uuid]))


urlpatterns = [
    path("staff/new/", add_user, name="add_user"),
    path("staff/organs/new/", add_organ, name="add_organ"),
    path("staff/<uuid:uuid>/posts/new/", add_post, name="add_post"),
    path("staff/<uuid:uuid>/password/", reset_password, name="reset_password"),
    path("staff/<uuid:uuid>/second-factor/", reset_second_factor, name="reset_second_factor"),
    path("staff/<uuid:uuid>/stop/", stop_user, name="stop_user"),
    path("staff/posts/<uuid:uuid>/end/", stop_post, name="end_post"),
    path("staff/posts/<uuid:uuid>/hand-over/", hand_over_post, name="hand_over"),
]
