"""What every page of the portal shares: how the reader wants it, and what stands around its content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from zhucan.base.queries.divisions import home_name
from zhucan.web.access import PUBLIC, open_to
from zhucan.web.context import THEMES
from zhucan.web.portal.visit import Visit, visit_of
from zhucan.web.words import english_date, long_date

P = ParamSpec("P")
SIZES = {
    "normal": gettext_noop("标准"), "large": gettext_noop("大"), "xlarge": gettext_noop("特大"),
    "huge": gettext_noop("最大"),
}  # fmt: skip
TEXTS = {"plain": gettext_noop("普通文字"), "easy": gettext_noop("易读文字，短句加图")}
LANGUAGES = {"zh": "中文", "en": "English"}
CHOICES: Mapping[str, Mapping[str, str]] = {"size": SIZES, "theme": THEMES, "text": TEXTS, "language": LANGUAGES}
"""Each setting of the reader by its cookie, and what may be chosen; the first is the usual."""
USUAL = {"size": "normal", "theme": "light", "text": "plain", "language": "zh"}


@dataclass(frozen=True, slots=True)
class Reader:
    """How somebody wants to read: cookies of this browser, nothing else is known of him."""

    size: str
    theme: str
    text: str
    language: str

    @property
    def easy(self) -> bool:
        """Whether he reads easy text (易读); there is none in English."""
        return self.text == "easy" and not self.english

    @property
    def english(self) -> bool:
        """Whether he reads English."""
        return self.language == "en"


class PortalRequest(HttpRequest):
    """A request to the portal: the reader, and what he answered so far."""

    reader: Reader
    visit: Visit


def reader_of(request: HttpRequest) -> Reader:
    """The reader as the cookies say; anything unknown is the usual."""
    given = {
        name: chosen if (chosen := request.COOKIES.get(name, "")) in choices else USUAL[name]
        for name, choices in CHOICES.items()
    }
    return Reader(**given)


def day_words(day: date | datetime, reader: Reader) -> str:
    """A day in the reader's language: ``2026年11月1日``, ``1 November 2026``."""
    return english_date(day) if reader.english else long_date(day)


def page(
    view: Callable[Concatenate[PortalRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Opens a view to everybody, as a page of the portal: in the reader's language, with ``reader`` and ``visit``."""

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request.reader = reader_of(request)  # type: ignore[attr-defined]
        request.visit = visit_of(request)  # type: ignore[attr-defined]
        with translation.override("en" if request.reader.english else "zh-hans"):  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)  # type: ignore[arg-type]  # it was given both

    return open_to(PUBLIC)(opened)


def draw(
    request: PortalRequest, template: str, given: Mapping[str, object] | None = None, *, status: int = 200
) -> HttpResponse:
    """The page of a template of the portal (``home`` for ``portal/home.html``)."""
    reader = request.reader
    around: dict[str, object] = {
        "reader": reader, "size": reader.size, "theme": reader.theme, "place_name": home_name(),
        "has_answers": request.visit.started, "today": timezone.localdate(), "here": request.path,
    }  # fmt: skip
    return render(request, f"portal/{template}.html", {**around, **(given or {})}, status=status)
