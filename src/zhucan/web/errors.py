"""Answers to what went wrong: what happened, what was not done, what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from zhucan.web.access import PUBLIC, open_to


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was not sent from a page of ours, or that page was open too long."""
    return render(request, "web/csrf.html", status=403)


@open_to(PUBLIC)
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request cannot be read."""
    return render(request, "web/400.html", status=400)


@open_to(PUBLIC)
def not_allowed(request: HttpRequest, exception: Exception | None = None, *, detail: str = "") -> HttpResponse:
    """The actor lacks a right; ``detail`` says which."""
    return render(request, "web/403.html", {"detail": detail}, status=403)


@open_to(PUBLIC)
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing is there, or nothing the actor may know of: the same page, whatever the exception says."""
    return render(request, "web/404.html", status=404)


@open_to(PUBLIC)
def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours. The page asks neither database nor session: they may be what is broken."""
    return HttpResponse(render_to_string("web/500.html"), status=500)
