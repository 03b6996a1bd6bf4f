"""The list of persons, the search box, and what is exported of them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from zhucan.base import audit
from zhucan.base.enums import Action
from zhucan.base.permissions import Actor, NotHere, may
from zhucan.base.queries.divisions import full_name
from zhucan.base.queries.person_events import count_of
from zhucan.base.secrets import open_sealed, seal
from zhucan.exchange.queries.findings import saved_filters
from zhucan.registry.queries.persons import (
    BadFilterError,
    PersonFilters,
    count_in,
    page_of,
    persons_in,
)
from zhucan.registry.queries.search import Place, find_wanted
from zhucan.registry.search_keys import TextKind, Wanted, recognise
from zhucan.web.access import StaffRequest, needs
from zhucan.web.forms import parameters_of
from zhucan.web.table import Link, Pagination
from zhucan.web.workbench.persons_forms import ListForm, allowed_filters, filter_words
from zhucan.web.workbench.persons_list import persons_table, persons_workbook
from zhucan.web.workbench.persons_words import groups_of, person_url, today

_SIZE = 50
_MOST_EXPORTED = 50_000
_KEPT = 5
"""Searches a session remembers; an older one is asked anew."""
_FILTER_NAMES = ("township", "village", "category", "level", "certificate", "disputed", "lost", "sort")
_SEARCHES = "searches"
SEARCHES_PER_HOUR = 600
"""How many searches one user may make in an hour unless the settings say otherwise (``ZHUCAN_SEARCHES_PER_HOUR``)."""
_HOW = "可以输入姓名、拼音、首字母、证号，或证号后四位、后六位。"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(Action.SEE_PERSONS)
@require_safe
def persons(request: StaffRequest) -> HttpResponseBase:
    """The persons of the actor's division by filter, or those a search found."""
    if "found" in request.GET:
        return _found(request)
    try:
        filters = _filters(request.actor, request.GET)
    except BadFilterError:
        messages.warning(request, "筛选条件看不懂，已经清除。请重新选。")
        return redirect("workbench:persons")
    actor, on, given = request.actor, today(), parameters_of(request.GET)
    page = page_of(actor, filters, on=on, limit=_SIZE, after=_uuid(request.GET.get("after", "")))
    total, is_more = count_in(actor, filters, on=on)
    kept = [(name, value) for name, value in given if name not in ("after", "found")]
    context = {
        "heading": "人员", "heading_note": full_name(actor.division),
        "filter_form": ListForm(actor, groups_of(actor), request.GET), "tabs": _tabs(actor, kept),
        "table": persons_table(actor, page.persons, on=on, empty=_empty(filters)),
        "total": total, "sentence": _sentence(total, filters, is_more=is_more),
        "page": _pages(len(page.persons), page.after, kept, is_first="after" not in request.GET),
        "query": urlencode(kept), "may_export": may(actor, Action.EXPORT), "orders": _orders(filters, kept),
    }  # fmt: skip
    return render(request, "web/persons/persons.html", context)


def _filters(actor: Actor, given: Mapping[str, str]) -> PersonFilters:
    return allowed_filters(PersonFilters.read(given), groups_of(actor))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _empty(filters: PersonFilters) -> str:
    if filters.is_empty:
        return "这里还没有人员。导入花名册后，持证残疾人会列在这里。"
    return "没有符合这些条件的人。请放宽筛选再看。"


def _sentence(total: int, filters: PersonFilters, *, is_more: bool) -> str:
    words = filter_words(filters)
    count = f"{total:,} 人以上" if is_more else f"共 {total:,} 人"
    return f"{words}：{count}" if words else count


def _pages(rows: int, after: object, kept: list[tuple[str, str]], *, is_first: bool) -> Pagination:
    """A keyset page: forward by the last row's uuid, back to the beginning."""
    following = f"?{urlencode([*kept, ('after', str(after))])}" if after else ""
    return Pagination(
        1, rows, None, previous_url="" if is_first else f"?{urlencode(kept)}", next_url=following, unit="人"
    )


def _orders(filters: PersonFilters, kept: list[tuple[str, str]]) -> list[Link]:
    rest = [(name, value) for name, value in kept if name != "sort"]
    names = {"place": "按地方", "until": "按有效期"}
    return [
        Link(title, f"?{urlencode([*rest, ('sort', order)])}", current=filters.order == order)
        for order, title in names.items()
    ]


def _tabs(actor: Actor, kept: list[tuple[str, str]]) -> list[Link]:
    saved = saved_filters(actor, "persons")
    return [Link(one.name, f"?{one.query}", current=one.query == urlencode(kept)) for one in saved]


@needs(Action.SEE_PERSONS)
@require_POST
def search(request: StaffRequest) -> HttpResponseBase:
    """Keep what was asked for on the server under an opaque id, and lead to the list of who was found."""
    actor, wanted = request.actor, recognise(request.POST.get("search", ""))
    if wanted.kind in (TextKind.NOTHING, TextKind.UNREADABLE):
        messages.warning(request, f"没有搜索：{wanted.kind.value}。{_HOW}")
        return redirect("workbench:persons")
    limit = getattr(settings, "ZHUCAN_SEARCHES_PER_HOUR", SEARCHES_PER_HOUR)
    if count_of(actor, "search", since=timezone.now() - timedelta(hours=1)) >= limit:
        messages.error(request, f"没有搜索：一小时内最多搜 {limit} 次。请过一会儿再搜，或用筛选找人。")
        return redirect("workbench:persons")
    with transaction.atomic():
        found = find_wanted(actor, wanted, limit=2)
        audit.record(by=actor, action="search", details={"kind": wanted.kind.name.lower()})
    if len(found.persons) == 1 and found.after is None:
        return redirect(person_url(found.persons[0]))
    return redirect(f"{reverse('workbench:persons')}?{urlencode({'found': _keep(request, wanted)})}")


def _keep(request: StaffRequest, wanted: Wanted) -> str:
    """Remember a search in the session: its keys, and the text sealed, as sessions lie in the database."""
    opaque = secrets.token_urlsafe(12)
    text = seal("person", f"session.search.{opaque}", request.POST["search"].strip()[:60])
    tokens = [base64.b64encode(token).decode() for token in wanted.tokens]
    kept = {"kind": wanted.kind.name, "tokens": tokens, "text": base64.b64encode(text).decode(), "pages": [None]}
    searches = dict(request.session.get(_SEARCHES, {}))
    request.session[_SEARCHES] = {**dict(list(searches.items())[1 - _KEPT :]), opaque: kept}
    return opaque


def _kept(request: StaffRequest) -> tuple[Wanted, str]:
    """The search of this address, and the text it was.

    Raises:
        NotHere: the session does not know it (another's, or an old one).
    """
    opaque = request.GET.get("found", "")
    kept = request.session.get(_SEARCHES, {}).get(opaque)
    if kept is None:
        raise NotHere
    tokens = tuple(base64.b64decode(token) for token in kept["tokens"])
    return Wanted(TextKind[kept["kind"]], tokens), open_sealed(
        f"session.search.{opaque}", base64.b64decode(kept["text"])
    )


def _found(request: StaffRequest) -> HttpResponseBase:
    try:
        wanted, text = _kept(request)
    except NotHere:
        messages.info(request, "这次搜索已经过期。请重新搜索。")
        return redirect("workbench:persons")
    actor, on = request.actor, today()
    page, after = _begins(request)
    found = find_wanted(actor, wanted, limit=_SIZE, after=after)
    if found.after is not None:
        _remember(request, page + 1, found.after)
    empty = f"本辖区没有找到“{text}”。请检查有没有写错，或换姓名、拼音首字母、证号后四位再搜。"
    context = {
        "heading": "搜索结果", "heading_note": full_name(actor.division), "filter_form": None,
        "table": persons_table(actor, found.persons, on=on, empty=empty), "total": len(found.persons),
        "sentence": f"按{wanted.kind.value}搜“{text}”" if found.persons else "",
        "page": _found_pages(request, page, len(found.persons), is_last=found.after is None),
        "may_export": False,
    }  # fmt: skip
    return render(request, "web/persons/persons.html", context)


def _begins(request: StaffRequest) -> tuple[int, Place | None]:
    """The page asked for and after whom it begins; the first where it was not reached yet.

    Where pages begin is kept in the session: an address shows no number of a person, not even ours.
    """
    pages = request.session[_SEARCHES][request.GET["found"]]["pages"]
    text = request.GET.get("page", "1")
    page = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
    if not 1 < page <= len(pages):
        return 1, None
    place, person = pages[page - 1]
    return page, (int(place), int(person))


def _remember(request: StaffRequest, page: int, after: Place) -> None:
    pages = request.session[_SEARCHES][request.GET["found"]]["pages"]
    if len(pages) < page:
        pages.append(list(after))
        request.session.modified = True


def _found_pages(request: StaffRequest, page: int, rows: int, *, is_last: bool) -> Pagination:
    found = request.GET["found"]
    urls = {number: f"?{urlencode({'found': found, 'page': number})}" for number in (page - 1, page + 1)}
    first = (page - 1) * _SIZE + 1
    return Pagination(
        first, first + rows - 1, None, previous_url=urls[page - 1] if page > 1 else "",
        next_url="" if is_last else urls[page + 1], unit="人",
    )  # fmt: skip


def _codes(given: QueryDict) -> str:
    """The filter as its address says it: codes of the names it knows, never text that was sent along."""
    kept = [(name, given.get(name, "")) for name in _FILTER_NAMES]
    return urlencode([(name, value) for name, value in kept if value.isascii() and 0 < len(value) <= 12])


@needs(Action.EXPORT)
@require_POST
def export(request: StaffRequest) -> HttpResponseBase:
    """The filtered rows and shown columns as a workbook; audited, masked as on the page."""
    actor, on = request.actor, today()
    given = QueryDict(request.POST.get("query", ""))
    try:
        filters = _filters(actor, given)
    except BadFilterError:
        messages.warning(request, "没有导出：筛选条件看不懂。请重新筛选再导出。")
        return redirect("workbench:persons")
    total, is_more = count_in(actor, filters, on=on, most=_MOST_EXPORTED)
    if is_more:
        messages.warning(request, f"没有导出：一次最多导出 {_MOST_EXPORTED:,} 人。请先按乡镇街道筛选，再分几次导出。")
        return redirect(f"{reverse('workbench:persons')}?{_codes(given)}")
    with transaction.atomic():
        rows = persons_in(actor, filters, on=on)
        places = rows.order_by().values_list("place", flat=True).distinct()
        where = full_name(filters.place if filters.place is not None else actor.division)
        title = f"{where}残疾人名单，{on:%Y年%-m月%-d日}，{_sentence(total, filters, is_more=False)}"
        data = persons_workbook(actor, rows.iterator(chunk_size=2_000), places, title=title, on=on)
        audit.record(by=actor, action="export", subject="person", details={"rows": total, "filter": _codes(given)})
    headers = {"Content-Disposition": f'attachment; filename="persons-{on:%Y%m%d}.xlsx"', "Cache-Control": "no-store"}
    return HttpResponse(data, content_type=_XLSX, headers=headers)


urlpatterns = [
    path("persons/", persons, name="persons"),
    path("persons/export/", export, name="persons-export"),
    path("search/", search, name="search"),
]
