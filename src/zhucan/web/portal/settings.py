"""字号和配色: how somebody wants to read, kept in cookies of this browser."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhucan.web.portal.pages import CHOICES, PortalRequest, draw, page

_YEAR = 365 * 24 * 3600


@page
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: PortalRequest) -> HttpResponse:
    """Set any of the settings and go back to where one was; what is not sent stays as it is."""
    if request.method != "POST":
        return draw(request, "settings", {"groups": _groups(request), "next": _onward(request, "Referer")})
    response = HttpResponseRedirect(_onward(request, "next"))
    for name, choices in CHOICES.items():
        chosen = request.POST.get(name, "")
        if chosen in choices:
            response.set_cookie(name, chosen, max_age=_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


def _groups(request: PortalRequest) -> list[dict[str, object]]:
    titles = {"size": _("字号"), "theme": _("配色"), "text": _("文字"), "language": _("语言")}
    return [
        {"name": name, "title": titles[name], "chosen": getattr(request.reader, name),
         "choices": [(value, label if name == "language" else _(label)) for value, label in choices.items()]}
        for name, choices in CHOICES.items()
    ]  # fmt: skip


def _onward(request: PortalRequest, where: str) -> str:
    """Where to go after: a page of the portal, this very host only."""
    given = request.POST.get("next", "") if where == "next" else request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(given, {request.get_host()}):
        return reverse("portal:home")
    path_ = "/" + given.split("://", 1)[-1].partition("/")[2] if "://" in given else given
    return path_ if path_.startswith("/portal/") and path_ != request.path else reverse("portal:home")


urlpatterns = [path("settings/", settings, name="settings")]
