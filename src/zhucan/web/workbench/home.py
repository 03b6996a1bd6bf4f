"""本月要办: the four numbers, what falls due, what waits for a decision, what was finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from zhucan.base.enums import Action
from zhucan.base.permissions import Actor, covers, may
from zhucan.base.queries.divisions import county_of, county_path
from zhucan.base.queries.jobs import jobs_asked_by, open_jobs
from zhucan.exchange.enums import FindingKind
from zhucan.exchange.queries.findings import Filters, KindCount, counts, questions
from zhucan.policies.queries.matching import latest
from zhucan.web.access import StaffRequest, needs
from zhucan.web.table import Cell, Column, Row, Table
from zhucan.web.words import long_date, moment, table_date, weekday, yuan
from zhucan.web.workbench import findings_words as words
from zhucan.web.workbench.calendar_items import in_season
from zhucan.web.workbench.inbox import Item, waiting

if TYPE_CHECKING:
    from zhucan.policies.models import Matching

_NEWS_DAYS = 2
_JOBS: Mapping[str, tuple[str, str]] = {
    "match": ("比对", "/matching/"),
    "import_read": ("读取名单", "/imports/"),
    "import_apply": ("导入", "/imports/"),
    "import_undo": ("撤销导入", "/imports/"),
    "sheets": ("生成表格", "/matching/"),
}
_FOUR = (FindingKind.MISSED, FindingKind.DOUBTFUL, FindingKind.UNKNOWN, FindingKind.EXPIRY)
_BESIDE = (FindingKind.PAYMENT, FindingKind.STRAY, FindingKind.DUPLICATE, FindingKind.DISPUTE)


@dataclass(frozen=True, slots=True)
class Beside:
    """A count mentioned in a line: what, how many, where its list is."""

    title: str
    count: int
    unit: str
    url: str


@needs(Action.SEE_HOME)
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """The first page of the day. Whoever may not see lists sees what he may do, and no number about persons."""
    actor, today = request.actor, timezone.localdate()
    context: dict[str, object] = {
        "heading": "本月要办",
        "heading_note": f"{long_date(today)} {weekday(today)}",
        "news": _news(actor),
    }
    items = waiting(actor, today) + in_season(actor, today)
    if may(actor, Action.SEE_FINDINGS):
        context |= _numbers(actor, today)
        context["is_matching"] = _is_matching(actor)
        items += _expiries(actor, today)
    context["due"] = _due(items, today)
    context["sees_lists"] = may(actor, Action.SEE_FINDINGS)
    context |= {"import_url": "/imports/", "audit_url": "/audit/", "staff_url": "/staff/"}
    context["may_import"] = may(actor, Action.IMPORT)
    context["may_audit"] = may(actor, Action.SEE_AUDIT)
    context["may_staff"] = may(actor, Action.SEE_USERS)
    return render(request, "web/home/home.html", context)


def county_or_none(actor: Actor) -> int | None:
    """The county the actor works in; None where he answers for several."""
    return county_of(actor.low) if county_of(actor.low) == county_of(actor.last) else None


def matching_of(actor: Actor) -> Matching | None:
    """The latest matching of the actor's county; None before the first, and for whoever answers for several."""
    county = county_or_none(actor)
    return latest(county) if county is not None else None


def _is_matching(actor: Actor) -> bool:
    """Whether the actor's county is being matched now: findings are written in parts, so their numbers still move."""
    county = county_or_none(actor)
    return county is not None and open_jobs().filter(kind="match", arguments__county=county).exists()


def list_url(filters: Filters) -> str:
    """The address of a list."""
    return f"{reverse('workbench:findings')}?{filters.query()}"


def _numbers(actor: Actor, today: date) -> dict[str, object]:
    found = counts(actor, Filters(), on=today)
    matching = matching_of(actor)
    asked = next((one for one in questions(actor, Filters(), on=today) if one.settles), None)
    notes = {FindingKind.UNKNOWN: f"1 个问题可定 {asked.settles:,}" if asked else ""}
    question = None
    if asked is not None:
        alone = Filters(kind=FindingKind.UNKNOWN.value, missing=asked.fact, alone=True)
        question = {
            "ask": words.fact_question(asked.fact),
            "settles": asked.settles,
            "url": list_url(alone),
            "all_url": reverse("workbench:questions"),
        }
    figures = [_figure(kind, found[kind], matching, notes.get(kind, "")) for kind in _FOUR]
    beside = [
        Beside(kind.label, found[kind].lines, words.unit(kind), list_url(Filters(kind=kind.value)))
        for kind in _BESIDE
        if found[kind].lines or kind == FindingKind.PAYMENT
    ]
    is_empty = matching is None and not any(one.lines or one.settled or one.postponed for one in found.values())
    return {
        "figures": figures, "beside": beside, "question": question, "is_empty": is_empty,
        "lists": _lists(actor, matching),
    }  # fmt: skip


def _figure(kind: FindingKind, number: KindCount, matching: Matching | None, note: str) -> dict[str, object]:
    month = _month(matching)
    money = f"{yuan(number.fen)} {words.MONEY[kind].format(month=month)}" if kind in words.MONEY and number.fen else ""
    done = f"已处理 {number.settled:,}" if number.settled else ""
    later = f"暂缓 {number.postponed:,}" if number.postponed else ""
    said = "，".join(part for part in (note, done, later) if part) or words.MEANING[kind]
    figure: dict[str, object] = {
        "count": number.lines, "unit": words.unit(kind), "url": list_url(Filters(kind=kind.value)), "note": said,
        "money": "" if kind == FindingKind.UNKNOWN else money,
    }  # fmt: skip
    if kind == FindingKind.EXPIRY:
        return figure | {"title": "六个月内到期"}
    return figure | {"finding": kind.value, "title": kind.label}


def _month(matching: Matching | None) -> str:
    return f"{matching.as_of.month} 月" if matching is not None else "当月"


def _lists(actor: Actor, matching: Matching | None) -> dict[str, object] | None:
    """Which lists were compared and what was presumed; figures of the county only for whoever answers for all of it."""
    if matching is None:
        return None
    numbers = matching.numbers
    whole = covers(actor, county_path(matching.county))
    loaded = [feed for feed in numbers.get("feeds", ()) if feed["loaded"]]
    presumed = [
        {
            "title": one["list_title"],
            "office": one["office"],
            "verdicts": one["verdicts"] if whole else None,
        }
        for one in numbers.get("presumptions", ())
    ]
    return {
        "loaded": len(loaded),
        "stale": [feed["title"] for feed in loaded if feed["stale"]],
        "presumed": presumed,
        "as_of": matching.as_of,
        "url": reverse("workbench:matching"),
    }


def _expiries(actor: Actor, today: date) -> list[Item]:
    """Certificates that end this month and next."""
    found = []
    first = today.replace(day=1)
    for words_ in ("本月", "下月"):
        filters = Filters(kind=FindingKind.EXPIRY.value, ends=f"{first:%Y-%m}")
        after = (first + timedelta(days=32)).replace(day=1)
        count = counts(actor, filters, on=today)[FindingKind.EXPIRY].lines
        if count:
            last = after - timedelta(days=1)
            note = "到期前换证，补贴不断。提醒本人，行动不便的上门。"
            found.append(Item(f"残疾人证{words_}到期", list_url(filters), note, last, count, "证"))
        first = after
    return found


def _due(items: list[Item], today: date) -> Table:
    ordered = sorted(items, key=lambda item: (item.due is not None, item.due or today))
    rows = [
        Row(
            [
                Cell(item.title, url=item.url, is_header=True),
                Cell("" if item.count is None else f"{item.count:,} {item.unit}"),
                Cell(_when(item.due, today)),
                Cell(item.note),
            ]
        )
        for item in ordered
    ]
    columns = [
        Column("what", "事项"), Column("count", "数量"), Column("due", "什么时候"), Column("note", "说明", wraps=True),
    ]  # fmt: skip
    empty = "现在没有到期的事。到期的证件、要比对的名单、等您确认的导入和标准会列在这里。"
    return Table("到期和等着办的", columns, rows, empty=empty, id="due", keys=True)


def _when(due: date | None, today: date) -> str:
    if due is None:
        return "现在就可以办"
    days = (due - today).days
    near = {0: "今天", 1: "明天"}.get(days, f"还有 {days} 天" if days > 0 else f"过了 {-days} 天")
    return f"{table_date(due)}，{near}"


def _news(actor: Actor) -> list[dict[str, object]]:
    """This user's long work that ended in the last two days."""
    since = timezone.now() - timedelta(days=_NEWS_DAYS)
    asked = jobs_asked_by(actor, kinds=list(_JOBS), since=since)
    ended = [job for job in asked[:5] if job.finished_at or job.failed_at]
    return [
        {
            "when": moment(job.finished_at or job.failed_at),
            "what": f"{_JOBS[job.kind][0]}{'完成' if job.finished_at else '没有完成'}",
            "note": job.problem or (f"{job.done:,} 条" if job.done else ""),
            "url": _JOBS[job.kind][1],
        }
        for job in ended
    ]


urlpatterns = [path("", home, name="home")]
