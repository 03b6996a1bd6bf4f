"""比对: which lists were compared, what was presumed, matching again, and the sheets to fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from zhucan.base import audit
from zhucan.base.enums import Action, JobState
from zhucan.base.errors import Refused
from zhucan.base.permissions import Actor, covers, demand, may
from zhucan.base.queries.divisions import children_of, county_of, county_path, names_of
from zhucan.base.queries.jobs import Job, job_by_uuid, last_job
from zhucan.policies.operations.listening import ask_for_matching
from zhucan.policies.operations.outputs import NotMatched
from zhucan.policies.operations.sheets import KEPT_DAYS, KIND, NAMES, ask_for_sheets, read_sheet
from zhucan.policies.queries.matching import latest
from zhucan.web.access import StaffRequest, needs
from zhucan.web.table import Cell, Column, Link, Row, Table
from zhucan.web.words import long_date, moment, table_date, yuan
from zhucan.web.workbench.home import county_or_none
from zhucan.web.workbooks import download

if TYPE_CHECKING:
    from zhucan.base.models import Division
    from zhucan.policies.models import Matching

TYPES = {"zip": "application/zip", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@needs(Action.SEE_FINDINGS)
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """How the county was compared last. Whoever answers for several counties chooses one."""
    actor = request.actor
    county = _county(request)
    if county is None:
        links = [Link(one.name, f"?county={county_of(one.path)}") for one in _counties(actor)]
        context: dict[str, object] = {"heading": "比对", "heading_note": "请选一个县", "counties": links}
        return render(request, "web/matching/choose.html", context)
    matching = latest(county)
    matches = may(actor, Action.MATCH) and covers(actor, county_path(county))
    exports = may(actor, Action.EXPORT) and matching is not None
    context = {
        "heading": f"比对：{names_of([county_path(county)]).get(county_path(county), county)}",
        "heading_note": f"算到{long_date(matching.as_of)}" if matching else "还没有比对过",
        "matching": matching,
        "county": county,
        "month": f"{matching.as_of.year}年{matching.as_of.month}月" if matching else "",
        "finished": moment(matching.finished_at) if matching else "",
        "feeds": _feeds(matching) if matching else None,
        "presumed": _presumed(matching, whole=covers(actor, county_path(county))) if matching else None,
        "has_presumed": bool(matching and matching.numbers.get("presumptions")),
        "may_match": matches,
        "may_export": exports,
        "job": _shown(last_job("match", county)) if matches else None,
        "sheets": _sheets(actor, county) if exports else None,
        "kept_days": KEPT_DAYS,
        "import_url": "/imports/",
    }
    return render(request, "web/matching/index.html", context)


def _county(request: StaffRequest) -> int | None:
    """The county asked for, or the actor's own; a village's commissioner sees how her county was compared."""
    own = county_or_none(request.actor)
    given = request.GET.get("county") or request.POST.get("county") or ""
    if own is not None:
        if given and given != str(own):
            raise Http404
        return own
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) == 6 and covers(request.actor, county_path(int(given)))):
        raise Http404
    return int(given)


def _counties(actor: Actor) -> list[Division]:
    below = children_of(actor.division)
    if actor.last - actor.low + 1 <= 10**8:
        return list(below)
    return [one for above in below for one in children_of(above.path)]


def _feeds(matching: Matching) -> Table:
    columns = [
        Column("title", "名单"), Column("office", "来自"), Column("state", "核对了没有"),
        Column("observed", "数据日期"),        Column("stale", "已过时、按未知算的情况", wraps=True),
    ]  # fmt: skip
    feeds = sorted(matching.numbers.get("feeds", ()), key=lambda one: not one["loaded"])
    rows = [
        Row(
            [
                Cell(one["title"], is_header=True), Cell(one["office"]),
                Cell("已核对" if one["loaded"] else "没有这份名单"), Cell(one["observed"] or ""),
                Cell("、".join(one["stale"]) if one["loaded"] else ""),
            ]
        )
        for one in feeds
    ]  # fmt: skip
    return Table("核对了哪些名单", columns, rows, empty="还没有导入过名单。", id="feeds")


def _presumed(matching: Matching, *, whole: bool) -> Table:
    """``whole``: the actor answers for the whole county, whose figures these are."""
    columns = [Column("list", "没有核对的名单"), Column("office", "向谁要"), Column("as", "现在怎么推定", wraps=True)]
    if whole:
        columns += [
            Column("verdicts", "加上它会更准的结论", "人次", numeric=True),
            Column("fen", "涉及金额", "元/月", numeric=True),
        ]
    rows = []
    for one in matching.numbers.get("presumptions", ()):
        cells = [Cell(one["list_title"], is_header=True), Cell(one["office"]), Cell(f"暂按{one['presumed_as']}")]
        if whole:
            cells += [Cell(f"{one['verdicts']:,}"), Cell(yuan(one["fen"]))]
        rows.append(Row(cells))
    return Table("推定", columns, rows, empty="没有推定：用到的情况都有名单可核对。", id="presumed")


def _shown(job: Job | None) -> dict[str, object] | None:
    """A job as the progress component takes it; nothing once it is done and its result is on the page."""
    if job is None or job.state in (JobState.DONE, JobState.CANCELLED):
        return None
    failed = job.state == JobState.FAILED
    return {
        "uuid": job.uuid, "title": "比对" if job.kind == "match" else "生成表", "done": job.done, "total": job.total,
        "errors": job.errors, "finished": f"没有完成。{job.problem}" if failed else "",
        "url": "" if failed else reverse("workbench:matching_progress", args=[job.uuid]),
    }  # fmt: skip


def _sheets(actor: Actor, county: int) -> dict[str, object]:
    job = last_job(KIND, county, asked_by=actor)
    is_done = job is not None and job.state == JobState.DONE
    fresh = bool(is_done and job and job.finished_at and (timezone.now() - job.finished_at).days < KEPT_DAYS)
    links = (
        [Link(title, reverse("workbench:matching_sheet", args=[job.uuid, name])) for name, title in NAMES.items()]
        if fresh and job
        else []
    )
    return {"job": _shown(job), "links": links, "made": moment(job.finished_at) if fresh and job else ""}


@needs(Action.SEE_FINDINGS, write=Action.MATCH)
@require_POST
def start(request: StaffRequest) -> HttpResponse:
    """Match the county anew."""
    county = _county(request)
    if county is None:
        raise Http404
    demand(request.actor, Action.MATCH, county_path(county))
    ask_for_matching(county=county, by=request.actor)
    messages.success(request, "已开始比对。可以先办别的，比完会在“本月要办”里告诉您。")
    return HttpResponseRedirect(f"{reverse('workbench:matching')}?county={county}")


@needs(Action.SEE_FINDINGS, write=Action.EXPORT)
@require_POST
def make_sheets(request: StaffRequest) -> HttpResponse:
    """Make the three sheets."""
    county = _county(request)
    if county is None:
        raise Http404
    try:
        ask_for_sheets(county=county, by=request.actor)
        messages.success(request, "已开始生成。三份表好了以后在这一页下载，只有您现在的岗位能下载。")
    except NotMatched as problem:
        messages.error(request, str(problem))
    return HttpResponseRedirect(f"{reverse('workbench:matching')}?county={county}")


@needs(Action.SEE_FINDINGS, polls=True)
@require_GET
def progress(request: StaffRequest, uuid: str) -> HttpResponse:
    """The progress of this user's own job; once it has ended, the whole page is drawn anew."""
    job = job_by_uuid(uuid, kinds=("match", KIND))
    if job is None or not _may_follow(request.actor, job):
        raise Http404
    shown = _shown(job)
    if shown is None or shown["finished"]:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "web/matching/progress.html", {"job": shown})


def _may_follow(actor: Actor, job: Job) -> bool:
    if job.kind == KIND:
        return job.created_by_id == actor.user_id and job.post_id == actor.post_id
    return may(actor, Action.MATCH) and covers(actor, county_path(int(job.arguments["county"])))


@needs(Action.EXPORT)
@require_GET
def sheet(request: StaffRequest, uuid: str, name: str) -> HttpResponse:
    """Fetch one of the sheets; recorded."""
    job = job_by_uuid(uuid, kinds=(KIND,))
    if job is None or name not in NAMES:
        raise Http404
    try:
        data = read_sheet(job=job, name=name, by=request.actor)
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(f"{reverse('workbench:matching')}?county={job.arguments['county']}")
    audit.record(by=request.actor, action="fetch_sheet", subject="job", subject_id=job.pk, details={"sheet": name})
    stem, _, kind = NAMES[name].rpartition(".")
    return download(data, f"{stem}_{table_date(job.finished_at)}.{kind}", TYPES[kind])


urlpatterns = [
    path("matching/", index, name="matching"),
    path("matching/start/", start, name="matching_start"),
    path("matching/sheets/", make_sheets, name="matching_sheets"),
    path("matching/progress/<uuid:uuid>/", progress, name="matching_progress"),
    path("matching/sheets/<uuid:uuid>/<slug:name>/", sheet, name="matching_sheet"),
]
