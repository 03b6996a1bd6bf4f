"""Tags of the portal."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def pictogram(name: str) -> SafeString:
    """A pictogram beside words that say the same."""
    return format_html(
        '<svg class="pictogram" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("portal/pictograms.svg"), name,
    )  # fmt: skip
