"""The addresses of the portal: one line for each module of pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("portal/", include("zhucan.web.portal.home")),
    path("portal/", include("zhucan.web.portal.settings")),
    path("portal/", include("zhucan.web.portal.place")),
    path("portal/", include("zhucan.web.portal.check")),
    path("portal/", include("zhucan.web.portal.result")),
    path("portal/", include("zhucan.web.portal.where")),
    path("portal/", include("zhucan.web.portal.policies")),
    path("portal/", include("zhucan.web.portal.offices")),
    path("portal/", include("zhucan.web.portal.surprise")),
]
