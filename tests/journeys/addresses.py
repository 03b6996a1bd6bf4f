"""What every address shows in a filled office: found by asking each of them once, so that a new page is not missed.

Addresses without parameters need nothing. For the others ``tests.journeys.examples`` has something of the office, else
the builders of the rights matrix make something. What an address answers decides whether it is a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.web_access.matrix import BUILDERS, Target, url_of
from zhucan.base.enums import Action
from zhucan.base.models import Post
from zhucan.base.permissions import ROLE_ACTIONS
from zhucan.web.access import PUBLIC, SIGNED_IN, Address, addresses

Values = Mapping[str, object]
QUERIES: Mapping[str, tuple[str, ...]] = {
    "workbench:findings": (
        "?kind=missed", "?kind=doubtful", "?kind=unknown", "?kind=expiring", "?kind=payment",
        "?kind=missed&policy=nothing-of-the-kind", "?kind=nonsense", "?state=all", "?page=2",
    ),
    "workbench:persons": ("?q=none", "?place=450803002000"),
    "workbench:audit": ("?action=import", "?from=nonsense"),
    "workbench:reform_change": ("?policy=nursing-allowance&on=2026-11-21",),
    "workbench:rates_template": ("?policy=nursing-allowance&on=2026-11-21",),
    "workbench:home": ("?place=450803002000",),
}  # fmt: skip
"""More states of some pages: other kinds, nothing found, nonsense asked."""
WRITES_ONLY = {"workbench:end_session"}
"""Addresses that only change something and need no object to say so."""
_VILLAGE = 450803_002_202
_ROLES = ("officer", "approver", "admin", "auditor", "clerk", "commissioner")


def find_pages(sessions: Mapping[str, str], examples: Mapping[str, Callable[[], Values]]) -> list[dict[str, Any]]:
    """One entry for each address and each of its states; ``kind`` is page, file, part, none or nothing to show."""
    found: list[dict[str, Any]] = []
    for one in addresses():
        if one.name.startswith("portal:"):
            continue  # they have pages and states of their own in tests/portal_pages
        values = _values(one, examples)
        if values is None:
            found.append({"name": one.name, "url": "", "account": "", "status": 0, "kind": "nothing to show"})
            continue
        account, path = _account(one), reverse(one.name, kwargs=dict(values))
        for query in ("", *QUERIES.get(one.name, ())):
            found.append(_asked(one.name, path + query, account, sessions))
    known = {one.name: one for one in addresses()}
    for name, build in BUILDERS.items():
        if "?" in name and not name.startswith("portal:"):
            target = Target(name, known[name.split("?")[0]])
            url = url_of(target, build(_VILLAGE))
            found.append(_asked(name, url, _account(target.address), sessions))
    return found


def browser_of(session: str) -> Client:
    """A client in this session; nobody's where it is empty."""
    client = Client(raise_request_exception=False)
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


def _values(address: Address, examples: Mapping[str, Callable[[], Values]]) -> Values | None:
    if not address.parameters or address.name in WRITES_ONLY:
        return dict.fromkeys(address.parameters, 1)
    if address.name in examples:
        return examples[address.name]()
    return BUILDERS[address.name](_VILLAGE) if address.name in BUILDERS else None


def _account(address: Address) -> str:
    """The first of the offices' accounts that may open it; nobody for public pages."""
    if address.right == PUBLIC:
        return ""
    if address.right == SIGNED_IN:
        return "officer"
    wanted = {right for right in (address.right, address.write_right) if isinstance(right, Action)}
    posts = {post.user.username: post for post in Post.objects.select_related("user")}
    return next(name for name in _ROLES if wanted <= ROLE_ACTIONS[posts[name].role])


def _asked(name: str, url: str, account: str, sessions: Mapping[str, str]) -> dict[str, Any]:
    answer = browser_of(sessions.get(account, "")).get(url)
    kind = "none"
    if answer.status_code in (200, 400, 403, 404, 409, 422):
        is_html = answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming
        kind = ("page" if b"<html" in answer.content else "part") if is_html else "file"
    return {"name": name, "url": url, "account": account, "status": answer.status_code, "kind": kind}
