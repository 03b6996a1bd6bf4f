"""Every address declares its right. ``needs`` is how; a check fails the build where an address has none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.core.checks import CheckMessage, Error
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

from zhucan.base.enums import Action
from zhucan.base.permissions import Actor, NotAllowed, demand

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
PUBLIC = "public"
"""The declared right of addresses anybody may open: signing in, health, static files."""
SIGNED_IN = "signed_in"
"""The declared right of addresses everybody signed in may open: his own account and choice of post."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""


class StaffRequest(HttpRequest):
    """A request of somebody signed in, in one of his posts; ``actor`` is who acts."""

    actor: Actor


def needs(
    action: Action, *, write: Action | None = None, polls: bool = False
) -> Callable[[Callable[Concatenate[StaffRequest, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """Lets a view be entered only by somebody signed in whose current post has this right.

    Others are sent to sign in, or get 403. Where the right holds (which division) the view's queries decide.
    ``write`` is a second right that methods which change something need besides. ``polls`` marks an address the page
    asks by itself: it does not count as work when idle time is measured.
    """

    def decorate(view: Callable[Concatenate[StaffRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None:
                raise NotAllowed("请先登录，并选择岗位。")
            demand(actor, action)
            if write is not None and request.method not in SAFE:
                demand(actor, write)
            return view(request, *args, **kwargs)  # type: ignore[arg-type]  # the middleware gave it its actor

        guarded.right = action  # type: ignore[attr-defined]
        guarded.write_right = write  # type: ignore[attr-defined]
        guarded.polls = polls  # type: ignore[attr-defined]
        return guarded

    return decorate


def open_to(right: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declares an address open to everybody (``PUBLIC``) or to everybody signed in (``SIGNED_IN``)."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def opened(*args: P.args, **kwargs: P.kwargs) -> R:
            return view(*args, **kwargs)

        opened.right = right  # type: ignore[attr-defined]
        return opened

    return decorate


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its name (``workbench:person``), its pattern, its declared right, and the names in its pattern.

    ``parameters`` says of each name of what kind it is: int, uuid, slug, str.
    """

    name: str
    route: str
    right: Action | str | None
    write_right: Action | None
    parameters: Mapping[str, str]


def addresses() -> list[Address]:
    """All addresses of the application, in the order they are tried."""
    return list(_walk(get_resolver().url_patterns, "", "", {}))


def _walk(
    patterns: Sequence[URLPattern | URLResolver], route: str, space: str, above: Mapping[str, str]
) -> Iterator[Address]:
    for one in patterns:
        here = route + str(one.pattern)
        kinds = {name: _kind(converter) for name, converter in one.pattern.converters.items()}
        taken = {**above, **kinds}
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _walk(one.url_patterns, here, inner, taken)
        else:
            view = one.callback
            yield Address(
                f"{space}{one.name}" if one.name else "",
                here,
                getattr(view, "right", None),
                getattr(view, "write_right", None),
                taken,
            )


def _kind(converter: object) -> str:
    """``int`` of Django's IntConverter."""
    kind = type(converter).__name__.removesuffix("Converter").lower()
    return {"string": "str"}.get(kind, kind)


def check_addresses(**_: object) -> list[CheckMessage]:
    """A system check: every address has a name and a declared right."""
    found: list[CheckMessage] = []
    for one in addresses():
        if not isinstance(one.right, Action) and one.right not in (PUBLIC, SIGNED_IN):
            found.append(Error(f"/{one.route} 没有声明权限。请用 @needs(…) 或 @open_to(…)。", id="zhucan.E001"))
        if not one.name:
            found.append(Error(f"/{one.route} 没有名字。请在 path() 里写 name=。", id="zhucan.E002"))
    return found
