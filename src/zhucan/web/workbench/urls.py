"""The addresses of the workbench: one line for each module of pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

app_name = "workbench"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("zhucan.web.workbench.home")),
    path("", include("zhucan.web.workbench.findings")),
    path("", include("zhucan.web.workbench.findings_settle")),
    path("", include("zhucan.web.workbench.findings_places")),
    path("", include("zhucan.web.workbench.findings_one")),
    path("", include("zhucan.web.workbench.visits")),
    path("", include("zhucan.web.workbench.matching")),
    path("", include("zhucan.web.workbench.health")),
    path("", include("zhucan.web.workbench.audit")),
    path("", include("zhucan.web.workbench.staff")),
    path("", include("zhucan.web.workbench.staff_changes")),
    path("", include("zhucan.web.workbench.account")),
    path("", include("zhucan.web.workbench.persons")),
    path("", include("zhucan.web.workbench.persons_page")),
    path("", include("zhucan.web.workbench.persons_changes")),
    path("", include("zhucan.web.workbench.coming")),
    path("", include("zhucan.web.workbench.reform")),
    path("", include("zhucan.web.workbench.rates")),
    path("", include("zhucan.web.workbench.rates_decisions")),
    path("", include("zhucan.web.workbench.policies")),
    path("", include("zhucan.web.workbench.surprises")),
    path("", include("zhucan.web.workbench.imports")),
    path("", include("zhucan.web.workbench.imports_steps")),
]
