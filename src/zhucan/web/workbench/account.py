"""One's own account: post, display, password, second factor, sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhucan.base import audit
from zhucan.base.errors import Refused
from zhucan.base.operations.staff import set_password
from zhucan.base.permissions import NotHere
from zhucan.base.queries.staff import posts_of
from zhucan.web.access import PUBLIC, SIGNED_IN, open_to
from zhucan.web.context import DISPLAY, display
from zhucan.web.forms import Form
from zhucan.web.middleware import POST_KEY, choose
from zhucan.web.sign_in import as_himself
from zhucan.web.words import moment, table_date

if TYPE_CHECKING:
    from zhucan.base.models import Post, User

_YEAR = 365 * 24 * 3600
_LABELS = {"theme": "配色", "size": "字号", "shortcuts": "列表里的快捷键"}


class OwnRequest(HttpRequest):
    """A request of somebody signed in, with or without a post."""

    user: User


class PostForm(Form):
    """Which of his posts to work in."""

    post = forms.ChoiceField(label="现在用哪个岗位办事", widget=forms.RadioSelect)

    def __init__(self, posts: list[Post], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [(str(one.uuid), _described(one)) for one in posts]  # type: ignore[attr-defined]


def _described(post: Post) -> str:
    ends = f"，到 {table_date(post.until)} 前" if post.until else ""
    return f"{post.organ.name} · {post.division.name} · {post.get_role_display()}{ends}"


class DisplayForm(Form):
    """Theme, size, shortcuts."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, (_, choices) in DISPLAY.items():
            self.fields[name] = forms.ChoiceField(
                label=_LABELS[name], choices=list(choices.items()), widget=forms.RadioSelect
            )


class PasswordForm(Form):
    """The old password and twice the new one."""

    old = forms.CharField(
        label="现在的密码", strip=False, max_length=200, help_text="管理员给的一次性密码也填在这里。",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    new = forms.CharField(
        label="新密码", strip=False, max_length=200,
        help_text="至少 10 个字符，不能全是数字，不要用姓名、用户名或常见的密码。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label="新密码再填一遍", strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self) -> str:
        """The old password, where it is his."""
        old = str(self.cleaned_data["old"])
        if not self.user.check_password(old):
            raise forms.ValidationError("现在的密码不对。请再填一次。")
        return old

    def clean(self) -> None:
        """Both new ones are the same, and another than the old one."""
        given = self.cleaned_data
        if "new" in given and "again" in given and given["new"] != given["again"]:
            self.add_error("again", "两次填的新密码不一样。请再填一遍。")
        if "new" in given and given["new"] == given.get("old"):
            self.add_error("new", "新密码和现在的一样。请换一个。")


@open_to(SIGNED_IN)
@require_safe
def overview(request: OwnRequest) -> HttpResponse:
    """What there is to set, and where he is signed in."""
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    context = {
        "heading": "我的账户",
        "facts": [
            {"term": "姓名", "detail": request.user.name},
            {"term": "用户名", "detail": request.user.username},
            {"term": "密码", "detail": _changed(request.user), "url": reverse("workbench:password")},
            _second_factor(is_bound=Authenticator.Type.TOTP in kinds),
            _codes(kinds),
            {"term": "字号、配色、快捷键", "detail": _display_words(request), "url": reverse("workbench:display")},
        ],
        "posts": [_described(one) for one in posts_of(request.user, on=timezone.localdate())],
        "sessions": [_session(one) for one in UserSession.objects.purge_and_list(request.user)],
    }
    return render(request, "web/account/overview.html", context)


def _changed(user: User) -> str:
    at = user.password_changed_at
    return f"{moment(at)} 改过" if at else "管理员设的一次性密码"


def _second_factor(*, is_bound: bool) -> dict[str, str]:
    if is_bound:
        return {"term": "动态口令", "detail": "已绑定", "url": reverse("mfa_deactivate_totp"), "change": "换手机"}
    return {"term": "动态口令", "detail": "没有绑定", "url": reverse("mfa_activate_totp"), "change": "绑定"}


def _codes(kinds: set[str]) -> dict[str, str]:
    if Authenticator.Type.TOTP not in kinds:
        return {"term": "备用码", "detail": "绑定动态口令后才有"}
    return {
        "term": "备用码", "detail": "只在生成时显示一次",
        "url": reverse("mfa_generate_recovery_codes"), "change": "重新生成",
    }  # fmt: skip


def _display_words(request: HttpRequest) -> str:
    given = display(request)
    words = [f"{_LABELS[name]}：{choices[str(given[name])]}" for name, (_, choices) in DISPLAY.items()]
    return "；".join(words)


def _session(one: UserSession) -> dict[str, object]:
    return {
        "id": one.pk, "is_current": one.is_current(), "since": moment(one.created_at),
        "where": one.ip, "with": _browser(one.user_agent),
    }  # fmt: skip


def _browser(agent: str) -> str:
    """A browser in a word; its whole signature helps nobody."""
    names = (
        ("MicroMessenger", "微信"),
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    )
    return next((name for mark, name in names if mark in agent), "其他浏览器")


@open_to(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def posts(request: OwnRequest) -> HttpResponse:
    """Choose the post to work in; says so where there is none."""
    held = posts_of(request.user, on=timezone.localdate())
    current = next((str(one.uuid) for one in held if one.pk == request.session.get(POST_KEY)), None)
    form = PostForm(held, request.POST or None, initial={"post": current})
    if request.method == "POST" and form.is_valid():
        choose(request, next(one for one in held if str(one.uuid) == form.cleaned_data["post"]))
        return HttpResponseRedirect(_onward(request, "/"))
    heading = "选岗位" if held else "您现在没有岗位"
    context = {"heading": heading, "form": form if held else None, "next": _onward(request, "/")}
    return render(request, "web/account/posts.html", context)


@open_to(PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def display_settings(request: HttpRequest) -> HttpResponse:
    """Theme, size and shortcuts, kept in this browser; strangers may set them too."""
    form = DisplayForm(request.POST or None, initial=display(request))
    onward = _onward(request, request.headers.get("Referer", "") if request.method == "GET" else "/")
    if request.method == "POST" and form.is_valid():
        response = HttpResponseRedirect(onward)
        for name, value in form.cleaned_data.items():
            response.set_cookie(name, value, max_age=_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
        messages.success(request, "已改好，只在这个浏览器里起作用。")
        return response
    context = {"heading": "字号和配色", "form": form, "next": onward}
    return render(request, "web/account/display.html", context)


@open_to(SIGNED_IN)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: OwnRequest) -> HttpResponse:
    """A new password of his own; everywhere else he is signed out."""
    form = PasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid() and _set_own_password(request, form):
        messages.success(request, "密码已改好。其他地方的登录都已退出。")
        return HttpResponseRedirect(_onward(request, reverse("workbench:account")))
    is_first = request.user.password_changed_at is None
    context = {"heading": "改密码", "form": form, "is_first": is_first, "next": _onward(request, "/account/")}
    return render(request, "web/account/password.html", context)


def _set_own_password(request: OwnRequest, form: PasswordForm) -> bool:
    try:
        set_password(
            user=request.user, password=form.cleaned_data["new"], by=as_himself(request.user), on=timezone.localdate()
        )
    except Refused as problem:
        form.add_error("new", str(problem))
        return False
    update_session_auth_hash(request, request.user)
    _end_others(request)
    UserSession.objects.create_from_request(request)
    return True


@open_to(SIGNED_IN)
@require_POST
def end_session(request: OwnRequest, number: int) -> HttpResponse:
    """Sign out one other browser.

    Raises:
        NotHere: it is not his.
    """
    found = UserSession.objects.filter(pk=number, user=request.user).first()
    if found is None:
        raise NotHere
    found.end()
    audit.record(by=as_himself(request.user), action="end_session", subject="user", subject_id=request.user.pk)
    messages.success(request, "那一处登录已退出。")
    return HttpResponseRedirect(reverse("workbench:account"))


def _end_others(request: OwnRequest) -> None:
    for one in UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key):
        one.end()


def _onward(request: HttpRequest, usual: str) -> str:
    """Where to go afterwards: ``next`` where it is an address of ours, else ``usual`` where that is, else home."""
    for given in (request.POST.get("next", ""), request.GET.get("next", ""), usual):
        if given and url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure()):
            return given
    return "/"


urlpatterns = [
    path("account/", overview, name="account"),
    path("account/posts/", posts, name="posts"),
    path("account/display/", display_settings, name="display"),
    path("account/password/", password, name="password"),
    path("account/sessions/<int:number>/end/", end_session, name="end_session"),
]
