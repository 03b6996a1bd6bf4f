"""What every page is given: theme, size, navigation, the current post."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_noop

from zhucan.base.enums import Action
from zhucan.base.permissions import Actor, may
from zhucan.base.queries.divisions import names_of
from zhucan.web.middleware import OFFICE_KEY
from zhucan.web.table import Link

THEMES = {
    "auto": gettext_noop("跟随电脑"), "light": gettext_noop("浅色"), "dark": gettext_noop("深色"),
    "contrast": gettext_noop("黑底黄字"), "plain": gettext_noop("简洁"),
}  # fmt: skip
"""In English on the portal; at the workbench always Chinese."""
SIZES = {"normal": "标准", "large": "大", "xlarge": "特大"}
SHORTCUTS = {"on": "开", "off": "关"}
DISPLAY: dict[str, tuple[str, dict[str, str]]] = {
    "theme": ("light", THEMES), "size": ("normal", SIZES), "shortcuts": ("on", SHORTCUTS),
}  # fmt: skip
"""Each display setting: its cookie, what holds without one, what may be chosen."""
_COLUMNS = (
    ("本月要办", "/"), ("人员", "/persons/"), ("名单", "/findings/"), ("核查", "/visits/"), ("到期", "/coming/"),
    ("导入", "/imports/"), ("比对", "/matching/"), ("试算", "/reform/"), ("标准", "/rates/"), ("政策", "/policies/"),
    ("用户", "/staff/"), ("记录", "/audit/"),
)  # fmt: skip


def page(request: HttpRequest) -> dict[str, object]:
    """The variables of ``web/base.html``. Costs one query for signed-in people, when the page is drawn."""
    given: dict[str, object] = {**display(request), "today": timezone.localdate(), "home_url": "/"}
    given["demo_notice"] = "演示数据，全部虚构" if settings.IS_DEMO else ""
    given["display_url"] = _url("workbench:display")
    given["footer_links"] = [Link("字号和配色", _url("workbench:display"))]
    user, actor = getattr(request, "user", None), getattr(request, "actor", None)
    if user is None or not user.is_authenticated:
        return given
    given |= {"sign_out_url": _url("account_logout"), "account_url": _url("workbench:account"), "post": user.name}
    given["footer_links"] = [Link("我的账户", _url("workbench:account")), Link("字号和配色", _url("workbench:display"))]
    if not isinstance(actor, Actor):
        return given
    return given | {
        "post": SimpleLazyObject(lambda: post_label(actor)),
        "post_url": _url("workbench:posts"),
        "navigation": navigation(actor, request.path),
        "search_url": "/search/" if _right("/search/") and may(actor, Action.SEE_PERSONS) else "",
        "office": request.session.get(OFFICE_KEY, ""),
    }


def display(request: HttpRequest) -> dict[str, object]:
    """Theme, size and shortcuts as the browser's cookies say; anything unknown is the usual."""
    return {
        name: request.COOKIES[name] if request.COOKIES.get(name) in choices else usual
        for name, (usual, choices) in DISPLAY.items()
    }


def post_label(actor: Actor) -> str:
    """Where somebody works and as what: 八塘街道 · 经办."""
    place = names_of([actor.division]).get(actor.division, "")
    return " · ".join(part for part in (place, actor.role.label if actor.role else "") if part)


def navigation(actor: Actor, path: str) -> list[Link]:
    """The columns this actor may open; the one he is in is marked."""
    columns = [(title, url) for title, url in _COLUMNS if (right := _right(url)) and may(actor, right)]
    return [Link(title, url, current=_is_in(path, url)) for title, url in columns]


def _is_in(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


@cache
def _right(path: str) -> Action | None:
    """The right an address declares; None where there is no such address."""
    try:
        right = getattr(resolve(path).func, "right", None)
    except Resolver404:
        return None
    return right if isinstance(right, Action) else None


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
