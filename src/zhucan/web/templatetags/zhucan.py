"""``{% load zhucan %}``: words for values, and one tag for each component. The contracts stand in ``web/README.md``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from django import forms, template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zhucan.web import words
from zhucan.web.charts import Chart
from zhucan.web.forms import ErrorLink, error_links
from zhucan.web.table import Link, Pagination, Table

register = template.Library()
_FOLDER = "web/components"

register.filter("long_date", words.long_date)
register.filter("table_date", words.table_date)
register.filter("weekday", words.weekday)
register.filter("moment", words.moment)
register.filter("count", words.count)
register.filter("mask_id", words.mask_id)
register.filter("mask_name", words.mask_name)


@register.simple_tag
def money(fen: int | None, *, short: bool = False) -> str:
    """``1,234.00 元``; with ``short=True`` ``1,234 元`` where there are no 角 and 分."""
    return words.money(fen, short=short)


@register.filter
def yuan(fen: int | None, decimals: int | None = None) -> str:
    """``1,234`` for a column headed 元; ``|yuan:2`` always writes two decimals."""
    return words.yuan(fen, cents=True if decimals else None)


@register.filter
def state(finding: str | Enum) -> SafeString:
    """A verdict or finding in words with a shape that readers skip: ``● 应享已享``."""
    shown = words.state_of(finding)
    if not shown.shape:
        return format_html('<span class="state">{}</span>', shown.words)
    return format_html(
        '<span class="state"><span class="shape {}" aria-hidden="true">{}</span> {}</span>',
        shown.tone,
        shown.shape,
        shown.words,
    )


@register.filter
def spoken_id(number: str | None) -> SafeString:
    """A masked number for the eye, and for the ear which digits are shown."""
    if not number:
        return SafeString("")
    return format_html(
        '<span class="code" aria-hidden="true">{}</span><span class="vh">{}</span>',
        words.mask_id(number),
        words.say_masked(number),
    )


@register.inclusion_tag(f"{_FOLDER}/table.html")
def table(table: Table) -> dict[str, object]:
    """A :class:`zhucan.web.table.Table`."""
    return {"table": table}


@register.inclusion_tag(f"{_FOLDER}/pagination.html")
def pagination(page: Pagination) -> dict[str, object]:
    """Where one is in a list, and the way on."""
    return {"page": page}


@register.inclusion_tag(f"{_FOLDER}/filter.html")
def filter_line(
    form: forms.BaseForm, tabs: Sequence[Link] = (), clear_url: str = "", save_url: str = ""
) -> dict[str, object]:
    """A filter as one line above its list, saved filters as tabs."""
    return {"form": form, "tabs": tabs, "clear_url": clear_url, "save_url": save_url}


@register.inclusion_tag(f"{_FOLDER}/bulk.html", takes_context=True)
def bulk_bar(
    context: Context, *, form_id: str, url: str, total: int, actions: Sequence[Mapping[str, str]], query: str = ""
) -> dict[str, object]:
    """What can be done with the selected rows or with everything the filter finds.

    Sends ``scope`` (selected or filter), ``query`` (the filter) and ``action``.
    """
    return {
        "form_id": form_id,
        "url": url,
        "total": total,
        "actions": actions,
        "query": query,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag(f"{_FOLDER}/summary_list.html")
def summary_list(rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Terms and details; each row {term, detail, url?, change?}."""
    return {"rows": rows}


@register.inclusion_tag(f"{_FOLDER}/notice.html")
def notice(text: str, *, kind: str = "plain", title: str = "", url: str = "", link: str = "") -> dict[str, object]:
    """A notification: ``kind`` plain, good, attention or error, said in words by ``title``."""
    heading = title or {"good": "办好了", "attention": "请注意", "error": "没有办成"}.get(kind, "提示")
    return {"text": text, "kind": kind, "title": heading, "url": url, "link": link}


@register.inclusion_tag(f"{_FOLDER}/error_summary.html")
def error_summary(*candidates: object, errors: Sequence[ErrorLink] = ()) -> dict[str, object]:
    """Everything to be corrected, each entry a link to its field; nothing where there is nothing."""
    given = [form for form in candidates if isinstance(form, forms.BaseForm) and form.is_bound]
    return {"links": [*errors, *error_links(*given)]}


@register.inclusion_tag(f"{_FOLDER}/timeline.html")
def timeline(events: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """What happened, newest first; each event {when, what, who?, note?, url?}."""
    return {"events": events}


@register.inclusion_tag(f"{_FOLDER}/progress.html")
def progress(
    *, title: str, done: int, total: int, errors: int = 0, remaining: str = "", url: str = "", cancel_url: str = "",
    finished: str = "",
) -> dict[str, object]:  # fmt: skip
    """Long work: done, total, what remains in words, errors. ``url`` is asked every second until ``finished``."""
    return {
        "title": title, "done": done, "total": total, "errors": errors, "remaining": remaining,
        "url": url, "cancel_url": cancel_url, "finished": finished,
    }  # fmt: skip


@register.inclusion_tag(f"{_FOLDER}/steps.html")
def steps(names: Sequence[str], current: int) -> dict[str, object]:
    """The steps of a task; ``current`` counts from 1."""
    marked = [
        {"name": name, "state": "已完成" if place < current else "现在" if place == current else "还没到"}
        for place, name in enumerate(names, 1)
    ]
    return {"steps": marked, "current": current, "total": len(names)}


@register.inclusion_tag(f"{_FOLDER}/tabs.html")
def tabs(links: Sequence[Link], label: str) -> dict[str, object]:
    """Links between views of the same thing; ``label`` names the group."""
    return {"links": links, "label": label}


@register.inclusion_tag(f"{_FOLDER}/back.html")
def back_link(url: str, title: str = "返回") -> dict[str, object]:
    """One link back, saying where to."""
    return {"url": url, "title": title}


@register.inclusion_tag(f"{_FOLDER}/breadcrumb.html")
def breadcrumb(links: Sequence[Link]) -> dict[str, object]:
    """Where this page stands; the last link is the page itself."""
    return {"links": links}


@register.inclusion_tag(f"{_FOLDER}/masked.html")
def masked(number: str, *, label: str, url: str = "") -> dict[str, object]:
    """A hidden number with a button to show it; ``label`` says what it is, ``url`` receives the POST."""
    return {"number": number, "label": label, "url": url}


@register.inclusion_tag(f"{_FOLDER}/numbers.html")
def numbers(figures: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The large numbers of a page; each {title, count, unit, url, finding?, money?, note?}."""
    return {"figures": figures}


@register.inclusion_tag(f"{_FOLDER}/chart.html")
def chart(chart: Chart) -> dict[str, object]:
    """A picture with its sentence above and its table beneath."""
    return {"chart": chart}


@register.simple_block_tag
def fold(content: str, title: str, *, is_open: bool = False) -> SafeString:
    """``{% fold "条件和依据" %}…{% endfold %}``: what few need, one press away."""
    opened = SafeString(" open") if is_open else ""
    return format_html('<details class="fold"{}><summary>{}</summary><div>{}</div></details>', opened, title, content)
