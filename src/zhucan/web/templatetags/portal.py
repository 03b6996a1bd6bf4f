"""Tags of the portal."""

from __future__ import annotations

import re

from django import template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
_CHINESE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_RUN = re.compile(rf"{_CHINESE}(?:[\d\s〔〕%.·-]*{_CHINESE})*")


@register.simple_tag
def pictogram(name: str) -> SafeString:
    """A pictogram beside words that say the same."""
    return format_html(
        '<svg class="pictogram" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("portal/pictograms.svg"), name,
    )  # fmt: skip


@register.filter
def tongue(text: object) -> SafeString:
    """A text with whatever is Chinese in it marked as such, on a page that is not: a voice that reads English aloud
    would skip it. On Chinese pages the text as it is.
    """
    shown = conditional_escape(str(text))
    if get_language() == "zh-hans":
        return shown
    return SafeString(_RUN.sub(lambda run: f'<span lang="zh-Hans">{run.group()}</span>', shown))
