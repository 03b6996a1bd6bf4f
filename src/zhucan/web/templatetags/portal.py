"""Tags of the portal."""

from __future__ import annotations

import logging
import re

from django import template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from zhucan.web.pictograms import is_pictogram

_log = logging.getLogger(__name__)
register = template.Library()
_CHINESE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_RUN = re.compile(rf"{_CHINESE}(?:[\d\s〔〕%.·-]*{_CHINESE})*")


@register.simple_tag
def pictogram(name: str) -> SafeString:
    """A pictogram beside words that say the same, so readers skip it.

    Nothing where ``name`` is empty or unknown: an office's own content may be wrong, and its page must still be read.
    """
    if not is_pictogram(name):
        if name:
            _log.warning("没有名为“%s”的图形，页面上没有画。请改正内容里的 pictogram", name)
        return SafeString("")
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
