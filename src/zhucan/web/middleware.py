"""Headers of every answer, and who acts in a request."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from zhucan.base import audit
from zhucan.base.enums import Action
from zhucan.base.permissions import Actor, NotAllowed, NotHere
from zhucan.base.queries.staff import actor_for, posts_of
from zhucan.web import errors
from zhucan.web.access import PUBLIC, SAFE
from zhucan.web.sign_in import has_second_factor

if TYPE_CHECKING:
    from zhucan.base.models import Post, User

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
Next = Callable[[HttpRequest], HttpResponseBase]
POST_KEY = "post"
"""Where a session keeps the id of the current post."""
OFFICE_KEY = "office"
"""Where it keeps the name of the organ of that post."""
_SINCE, _SEEN = "since", "seen"
_SEEN_STEP = 60
"""Seconds within which one more request is not written down: a write for each page view would be wasted."""


class SecurityHeaders:
    """Content security policy and its like on every answer, errors included."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the headers set. Pages are not kept by browsers: the computer may be shared."""
        response = self._next(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        # these are Django's too, but its middleware stands behind what answers files and bad hosts
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class CurrentPost:
    """Gives a request of somebody signed in its ``actor``: read anew each time, so that rights end when they end.

    Strangers are sent to sign in, those who have not finished signing in to the step they miss, those who have several
    posts to choose one. Ends sessions that were idle or open for too long.
    """

    _first_steps: ClassVar[frozenset[str]] = frozenset(
        {
            "workbench:password", "mfa_activate_totp", "mfa_view_recovery_codes", "account_reauthenticate",
            "mfa_reauthenticate", "account_logout", "workbench:display",
        }
    )  # fmt: skip

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with ``request.actor`` set (None for strangers and for those without a post)."""
        request.actor = None  # type: ignore[attr-defined]
        request.left = ""  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            request.left = _overdue(request)  # type: ignore[attr-defined]
            if request.left:  # type: ignore[attr-defined]
                logout(request)
            else:
                request.actor = _actor(request, request.user)  # type: ignore[attr-defined]
        return self._next(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Send away whoever cannot enter yet; what he may do once inside the view decides."""
        right = getattr(view, "right", None)
        if right == PUBLIC:
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        _touch(request, polls=getattr(view, "polls", False))
        missing = _missing_step(request, request.user)
        if missing and (request.resolver_match is None or request.resolver_match.view_name not in self._first_steps):
            return _go(request, reverse(missing))
        if isinstance(right, Action) and request.actor is None:  # type: ignore[attr-defined]
            return _go(request, f"{reverse('workbench:posts')}?{urlencode({'next': _back(request)})}")
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """403 for a missing right, 404 for what is not there or not his to know of."""
        if isinstance(exception, NotHere):
            return errors.not_found(request)
        if isinstance(exception, NotAllowed):
            _record_refusal(request)
            return errors.not_allowed(request, detail=str(exception))
        return None


def _actor(request: HttpRequest, user: User) -> Actor | None:
    today = timezone.localdate()
    post_id = request.session.get(POST_KEY)
    if post_id is None:
        posts = posts_of(user, on=today)
        if len(posts) != 1:
            return None
        post_id = choose(request, posts[0])
    actor = actor_for(user, post_id, on=today, request=uuid.uuid4().hex)
    if actor is None:
        del request.session[POST_KEY]
    return actor


def choose(request: HttpRequest, post: Post) -> int:
    """Make this the current post of the session; its id."""
    request.session[POST_KEY], request.session[OFFICE_KEY] = post.pk, post.organ.name
    return post.pk


def _overdue(request: HttpRequest) -> str:
    """Why the session ends now: ``idle``, ``old``, or nothing."""
    now, session = int(time.time()), request.session
    since, seen = session.setdefault(_SINCE, now), session.setdefault(_SEEN, now)
    if now - seen > settings.SESSION_IDLE_SECONDS:
        return "idle"
    return "old" if now - since > settings.SESSION_COOKIE_AGE else ""


def _touch(request: HttpRequest, *, polls: bool) -> None:
    now = int(time.time())
    if not polls and now - request.session.get(_SEEN, 0) >= _SEEN_STEP:
        request.session[_SEEN] = now


def _missing_step(request: HttpRequest, user: User) -> str:
    """The address of the step of signing in that is still missing: a password of his own, then a second factor."""
    if settings.OWN_PASSWORD_REQUIRED and user.password_changed_at is None:
        return "workbench:password"
    if settings.MFA_REQUIRED and not has_second_factor(request):
        return "mfa_activate_totp"
    return ""


def _back(request: HttpRequest) -> str:
    """The page to come back to: this one, or for what was sent the page it was sent from."""
    if request.method in SAFE and not request.headers.get("HX-Request"):
        return request.get_full_path()
    given = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(given, {request.get_host()}):
        return "/"
    parts = urlsplit(given)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    left = getattr(request, "left", "")
    if left and request.method not in SAFE:
        left = f"{left}-lost"
    query = {"next": _back(request)} | ({"left": left} if left else {})
    return _go(request, f"{settings.LOGIN_URL}?{urlencode(query)}")


def _go(request: HttpRequest, url: str) -> HttpResponseBase:
    """Send the whole window there, also where only a part of the page was asked for."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _record_refusal(request: HttpRequest) -> None:
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None and request.resolver_match is not None:
        details: dict[str, audit.Detail] = {"address": request.resolver_match.view_name, "method": request.method}
        audit.record(by=actor, action="refuse", details=details)
