"""Signing in: user name and password, then a second factor; lockout; the addresses of allauth that we expose."""

from __future__ import annotations

import re
import time
from base64 import b64decode, b64encode
from dataclasses import replace
from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import LoginForm as TheirLoginForm
from allauth.account.forms import ReauthenticateForm as TheirReauthenticateForm
from allauth.account.internal.flows.login import clear_authentication_records, record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.account.signals import user_logged_in
from allauth.account.views import LoginView, ReauthenticateView
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm as TheirCodeForm
from allauth.mfa.base.forms import ReauthenticateForm as TheirCodeAgainForm
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm as TheirNewCodesForm
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.signals import authentication_failed
from allauth.mfa.totp.forms import ActivateTOTPForm as TheirActivateForm
from allauth.mfa.totp.forms import DeactivateTOTPForm as TheirDeactivateForm
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse, reverse_lazy
from django.views.decorators.http import require_POST

from zhucan.base import audit
from zhucan.base.permissions import SYSTEM, Actor
from zhucan.base.secrets import blind, open_sealed, seal
from zhucan.web.access import PUBLIC, SIGNED_IN, open_to
from zhucan.web.forms import FormRules

if TYPE_CHECKING:
    from zhucan.base.models import User

_WORK_NAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")
_LONG_NUMBER = re.compile(r"\d{7,}")
_SECRET_PLACE = "mfa_authenticator.data.secret"
_LEFT = {
    "out": "已退出登录。",
    "idle": "您有 30 分钟没有操作，系统已自动退出。登录后回到刚才的页面。",
    "old": "这次登录满 12 小时，系统已自动退出。登录后回到刚才的页面。",
    "lost": "刚才填的内容没有交上来，请在登录后重填。",
}
_SAID = {
    "mfa/messages/totp_activated.txt": "动态口令已启用。",
    "mfa/messages/totp_deactivated.txt": "原来的动态口令已停用。请用新手机重新绑定。",
    "mfa/messages/recovery_codes_generated.txt": "备用码已生成。",
}
"""allauth's messages in our words; those without words here are not shown."""


def locked_out(request: HttpRequest, credentials: object = None) -> HttpResponse:
    """The same page whoever it is about: it tells nobody whether an account exists."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "web/locked_out.html", {"minutes": minutes}, status=429)


def counted_name(request: HttpRequest, credentials: dict[str, str] | None = None) -> str:
    """The name failed attempts are counted under: in lower case, as sign-in takes any case.

    What can be no user name (somebody typed his citizen ID) is kept as a keyed digest only.
    """
    given = (credentials or {}).get("username") or request.POST.get("login", "")
    name = str(given).strip().lower()
    if _WORK_NAME.fullmatch(name) and not _LONG_NUMBER.search(name):
        return name
    return f"#{blind('sign-in', name).hex()}"


def as_himself(user: User) -> Actor:
    """Somebody acting on his own account, in no post: for the record and for his own password only."""
    return replace(SYSTEM, user_id=user.pk, name=user.name, low=0, last=-1)


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session has shown a second factor."""
    return any(one.get("method") == "mfa" for one in get_authentication_records(request, request.user))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth as we use it: nobody signs himself up, nothing is mailed, messages in our words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "用户名或密码不对，没有登录。请检查后再输入；忘了密码请找本单位的系统管理员。",
        "incorrect_password": "密码不对。请再输入一次。",
        "too_many_login_attempts": "试的次数太多，没有登录。请过 30 分钟再试，或找本单位的系统管理员。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None,
        message_context: dict[str, object] | None = None, extra_tags: str = "", message: str | None = None,
    ) -> None:  # fmt: skip
        """Our words, or nothing."""
        words = _SAID.get(message_template or "", "")
        if words:
            messages.add_message(request, level, words, extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Nothing is mailed."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The peer's address; where it has none (a local socket) all zeros."""
        return request.META.get("REMOTE_ADDR") or "0.0.0.0"

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """A stopped account is answered as if it were not there."""
        return HttpResponseRedirect(settings.LOGIN_URL)

    def is_reauthentication_required(self, *, app: str, **_: object) -> bool:
        """Not within five minutes of signing in: he has just shown his password."""
        records = get_authentication_records(context.request, context.request.user)
        return not records or time.time() - records[-1]["at"] > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are sealed; errors in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "口令不对。请看手机上现在显示的 6 位数字；手机时间不准时口令也会不对。",
        "cannot_generate_recovery_codes": "还没有绑定动态口令，不能生成备用码。请先绑定。",
    }

    def encrypt(self, text: str) -> str:
        """The text sealed, in printable form."""
        return b64encode(seal("staff", _SECRET_PLACE, text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again."""
        return open_sealed(_SECRET_PLACE, b64decode(encrypted_text))


def _plain(one: forms.Field, label: str, help_text: str = "") -> None:
    one.label, one.help_text = label, help_text
    one.widget.attrs.pop("placeholder", None)


class LoginForm(FormRules, TheirLoginForm):  # type: ignore[misc]
    """User name and password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], "用户名")
        _plain(self.fields["password"], "密码")
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["password"].max_length = 200  # type: ignore[attr-defined]
        self.fields["password"].validators.append(forms.CharField(max_length=200).validators[0])


class AgainForm(FormRules, TheirReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something grave."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["password"], "密码")


class _Code(FormRules):
    """A code of the second factor; wrong ones count towards the lockout like wrong passwords."""

    user: User

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], "动态口令", "手机应用里现在显示的 6 位数字。手机不在身边时，填一个备用码。")
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}

    def clean_code(self) -> str:
        """The code, where it is right and the account is not locked."""
        if not AxesProxyHandler.is_allowed(context.request, {"username": self.user.username}):
            raise AccountAdapter(context.request).validation_error("too_many_login_attempts")
        return super().clean_code()  # type: ignore[misc,no-any-return]


class CodeForm(_Code, TheirCodeForm):  # type: ignore[misc]
    """The second step of signing in."""


class CodeAgainForm(_Code, TheirCodeAgainForm):  # type: ignore[misc]
    """A code once more, before something grave."""


class ActivateForm(FormRules, TheirActivateForm):  # type: ignore[misc]
    """The first code of a newly bound phone."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], "动态口令", "绑定后，手机应用里显示的 6 位数字。")
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class DeactivateForm(FormRules, TheirDeactivateForm):  # type: ignore[misc]
    """Nothing to fill."""


class NewCodesForm(FormRules, TheirNewCodesForm):  # type: ignore[misc]
    """Nothing to fill."""


class SignIn(LoginView):  # type: ignore[misc]
    """The first step of signing in; says why an earlier session ended."""

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """What allauth gives, and the reason."""
        left = self.request.GET.get("left", "")
        reasons = [_LEFT[part] for part in left.split("-") if part in _LEFT]
        return {**super().get_context_data(**kwargs), "reasons": reasons}


def _record(request: HttpRequest, action: str) -> None:
    if request.user.is_authenticated:
        audit.record(by=as_himself(request.user), action=action, subject="user", subject_id=request.user.pk)


class Bind(ActivateTOTPView):  # type: ignore[misc]
    """Binding a phone; the secret also as text in groups of four, for those who cannot scan."""

    @transaction.atomic
    def form_valid(self, form: ActivateForm) -> HttpResponse:
        """Bind it; this session has shown a second factor by that."""
        response: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type=Authenticator.Type.TOTP.value)
        _record(self.request, "bind_second_factor")
        return response

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """What allauth gives, and the grouped secret."""
        given = super().get_context_data(**kwargs)
        secret = given["form"].secret
        return {**given, "secret": [secret[at : at + 4] for at in range(0, len(secret), 4)]}


class Unbind(DeactivateTOTPView):  # type: ignore[misc]
    """Giving up the old phone; binding the new one is next."""

    success_url = reverse_lazy("mfa_activate_totp")

    @transaction.atomic
    def form_valid(self, form: DeactivateForm) -> HttpResponse:
        """Take the old one away; what this session showed counts no longer."""
        response: HttpResponse = super().form_valid(form)
        clear_authentication_records(self.request)
        record_authentication(self.request, self.request.user, "password", reauthenticated=True)
        _record(self.request, "unbind_second_factor")
        return response


class NewCodes(GenerateRecoveryCodesView):  # type: ignore[misc]
    """New recovery codes instead of the old ones."""

    @transaction.atomic
    def form_valid(self, form: NewCodesForm) -> HttpResponse:
        """Make them."""
        response: HttpResponse = super().form_valid(form)
        _record(self.request, "new_recovery_codes")
        return response


@open_to(PUBLIC)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session. By POST only, so that no picture or link can."""
    logout(request)
    return HttpResponseRedirect(settings.ACCOUNT_LOGOUT_REDIRECT_URL)


@receiver(user_logged_in, dispatch_uid="zhucan.signed_in")
def _signed_in(request: HttpRequest, user: User, **_: object) -> None:
    request.session["since"] = request.session["seen"] = int(time.time())
    audit.record(by=as_himself(user), action="sign_in", subject="user", subject_id=user.pk)


@receiver(authentication_failed, dispatch_uid="zhucan.wrong_code")
def _wrong_code(request: HttpRequest, user: User, **_: object) -> None:
    """Count it: otherwise a second factor could be guessed without end."""
    user_login_failed.send(sender=__name__, credentials={"username": user.username}, request=request)


def _to_account(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("workbench:account"))


_own = open_to(SIGNED_IN)
urlpatterns = [
    path("sign-in/", open_to(PUBLIC)(SignIn.as_view()), name="account_login"),
    path("sign-in/code/", open_to(PUBLIC)(AuthenticateView.as_view()), name="mfa_authenticate"),
    path("sign-out/", sign_out, name="account_logout"),
    path("account/again/", _own(ReauthenticateView.as_view()), name="account_reauthenticate"),
    path("account/again/code/", _own(CodeAgainView.as_view()), name="mfa_reauthenticate"),
    path("account/second-factor/", _own(Bind.as_view()), name="mfa_activate_totp"),
    path("account/second-factor/change/", _own(Unbind.as_view()), name="mfa_deactivate_totp"),
    path("account/second-factor/done/", _own(_to_account), name="mfa_index"),
    path("account/recovery-codes/", _own(ViewRecoveryCodesView.as_view()), name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", _own(NewCodes.as_view()), name="mfa_generate_recovery_codes"),
]
