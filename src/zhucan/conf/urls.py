"""All addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("zhucan.web.sign_in")),
    path("", include("zhucan.web.portal.urls")),
    path("", include("zhucan.web.workbench.urls")),
]
handler400 = "zhucan.web.errors.bad_request"
handler403 = "zhucan.web.errors.not_allowed"
handler404 = "zhucan.web.errors.not_found"
handler500 = "zhucan.web.errors.failed"
