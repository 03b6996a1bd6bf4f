"""汇总页: one page without personal data that can be forwarded, read aloud and printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from zhucan.files.tables import Outcome
from zhucan.match.outputs.bars import Bar, Bars, draw
from zhucan.match.outputs.counts import HIDDEN, RECEIVING, Breakdown, Counts, count_page, outcomes_of
from zhucan.match.outputs.figures import Figures
from zhucan.match.outputs.words import long_date, long_month, policy_words, yuan
from zhucan.match.result import MatchResult, Number, Presumed, Question

_ROUND_TO_FEN = 100_000
"""Beside hidden counts a sum is printed to the nearest thousand yuan: too coarse to count persons by."""


@dataclass(frozen=True, slots=True)
class BigNumber:
    """One of the four numbers: shape, name, count with unit, persons, money, and what it means."""

    shape: str
    name: str
    count: str
    unit: str
    persons: str
    money: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: caption, a sentence before it, headings (the first names the rows), rows of text, a row of totals."""

    id: str
    caption: str
    sentence: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()
    words: int = 1
    """How many columns from the left hold words rather than numbers."""


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the template prints."""

    office: str
    as_of: str
    month: str
    lead: str
    numbers: Sequence[BigNumber]
    reliability: str
    presumed: Grid | None
    questions_lead: str
    questions: Grid | None
    lists: Grid
    absent: str
    reasons: Sequence[Grid]
    not_compared: Grid | None
    chart: Bars | None
    townships: Grid | None
    any_hidden: bool


def write_summary(result: MatchResult, figures: Figures, path: Path) -> None:
    """Write the page to ``path``: one file, no script, nothing fetched, no personal data, small counts hidden."""
    path.write_text(_template().render(page=page_of(result, figures)), encoding="utf-8")


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("zhucan.match.outputs"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("summary.html")


def page_of(result: MatchResult, figures: Figures) -> Page:
    """The page of a run, every count as it may be printed."""
    counts, breakdowns = count_page(result, figures)
    month = long_month(result.month)
    loaded = [feed for feed in result.feeds if feed.account is not None]
    return Page(
        office=result.division_name,
        as_of=long_date(result.as_of),
        month=month,
        lead=f"把 {len(loaded)} 种名单放在一起，逐人逐项核对，得出下面四个数。",
        numbers=_big_numbers(counts, breakdowns, figures, month),
        reliability=_reliability(result, len(loaded)),
        presumed=_presumed(counts, result),
        questions_lead=_questions_lead(counts, figures, result.questions),
        questions=_questions(counts, result),
        lists=_lists(counts, result),
        absent=_absent(result),
        reasons=_reasons(counts, breakdowns, result, month),
        not_compared=_not_compared(counts, figures, result),
        chart=_chart(counts, figures),
        townships=_townships(counts, figures),
        any_hidden=bool(counts.hidden),
    )


def _big_numbers(counts: Counts, breakdowns: Mapping[str, Breakdown], figures: Figures, month: str) -> list[BigNumber]:
    receiving = counts.text("unknown", "situation", RECEIVING) if figures.unknown_receiving else "0"
    missed = _money(counts, breakdowns["missed"], figures.missed_number)
    paid = _money(counts, breakdowns["doubtful"], figures.doubtful_number)
    if not figures.compared:
        nobody_looked = "没有发放表，还不能核对。放进发放表后再比对一次。"
        return [
            BigNumber("○", "应享未享", "未核对", "", "", "", nobody_looked),
            BigNumber("!", "疑似不应享", "未核对", "", "", "", nobody_looked),
            BigNumber("?", "待核实", "未核对", "", "", "", nobody_looked),
            _expiring_number(counts),
        ]
    return [
        BigNumber(
            "○",
            "应享未享",
            counts.text("missed"),
            "人次",
            _persons(counts, "missed"),
            f"按标准每月应发 {missed}" if missed else "",
            f"符合条件，{month}没有领到。",
        ),
        BigNumber(
            "!",
            "疑似不应享",
            counts.text("doubtful"),
            "人次",
            _persons(counts, "doubtful"),
            f"当月已发 {paid}" if paid else "",
            f"{month}领到了，但有条件不符合，请核实。",
        ),
        BigNumber(
            "?",
            "待核实",
            counts.text("unknown"),
            "人次",
            _persons(counts, "unknown"),
            f"其中当月在领 {receiving} 人次",
            "还缺一件事才能确定，问清就能定。",
        ),
        _expiring_number(counts),
    ]


def _expiring_number(counts: Counts) -> BigNumber:
    expired = f"另有 {counts.text('expired')} 证已过期"
    return BigNumber(
        "◷", "六个月内到期", counts.text("expiring"), "证", "", expired, "残疾人证快到期，到期后补贴会停。"
    )


def _persons(counts: Counts, name: str) -> str:
    persons = counts.number(name, "persons")
    return f"人数{HIDDEN}" if persons is None or counts.number(name) is None else f"涉及 {persons:,} 人"


def _money(counts: Counts, breakdown: Breakdown, number: Number) -> str:
    """A sum as it may be printed: rounded where a count it is made of is hidden, so that it tells no count."""
    if number.fen is None or not number.lines:
        return ""
    if counts.number(breakdown.list_name) is None:
        return HIDDEN
    cells = [(word, policy) for word in breakdown.situations for policy in breakdown.policies]
    cells += [("situation", word) for word in breakdown.situations]
    if all(counts.number(breakdown.list_name, *cell) is not None for cell in cells):
        return yuan(number.fen)
    rounded = (number.fen + _ROUND_TO_FEN // 2) // _ROUND_TO_FEN * _ROUND_TO_FEN
    return f"约 {yuan(rounded)}" if rounded else HIDDEN


def _reliability(result: MatchResult, loaded: int) -> str:
    files = len({name for feed in result.feeds if feed.account for name in feed.files})
    compared = f"已核对 {loaded} 种名单，来自 {files} 个文件。"
    if stale := [feed.title for feed in result.feeds if feed.stale]:
        compared += f"其中 {len(stale)} 种已经过时（{'、'.join(stale)}），所说的情况按未知算。"
    if not result.presumptions:
        return compared + "没有推定。"
    return (
        compared
        + f"还有 {len(result.presumptions)} 件事没有名单可核对，按多数人的情况推定。拿到名单后再比对一次，数会更准。"
    )


def _presumed(counts: Counts, result: MatchResult) -> Grid | None:
    if not result.presumptions:
        return None
    rows = [
        (
            one.list_title,
            one.office,
            f"暂按{one.presumed_as}",
            counts.text("presumed", one.fact),
            _presumed_money(counts, one),
        )
        for one in result.presumptions
    ]
    headings = ("缺的名单", "向谁要", "现在怎么推定", "拿到后能定准（人次）", "涉及（元/月）")
    return Grid("presumed", "没有核对的名单，和靠推定的结论", "", headings, rows, words=3)


def _presumed_money(counts: Counts, one: Presumed) -> str:
    return HIDDEN if counts.number("presumed", one.fact) is None else _plain_yuan(one.fen)


def _plain_yuan(fen: int) -> str:
    return yuan(fen).removesuffix(" 元")


def _questions_lead(counts: Counts, figures: Figures, questions: Sequence[Question]) -> str:
    if not questions:
        return "没有一个问题能定下这些待核实。请逐人看原因。" if figures.unknown else "没有要问的。"
    settled = counts.number("question", questions[0].fact)
    if settled is None:
        return f"按下面的顺序问。共 {len(questions)} 个问题。"
    return f"按下面的顺序问。问清第 1 个问题，就能定下 {settled:,} 人次。"


def _questions(counts: Counts, result: MatchResult) -> Grid | None:
    if not result.questions:
        return None
    rows = []
    for place, one in enumerate(result.questions, start=1):
        small = None in (counts.number("question", one.fact), counts.number("question", one.fact, "persons"))
        figures = (f"{one.settles:,}", f"{one.persons:,}", _plain_yuan(one.fen))
        rows.append((f"{place}. {one.ask}", *((HIDDEN,) * len(figures) if small else figures)))
    headings = ("问什么", "能定下（人次）", "要问（人）", "涉及（元/月）")
    return Grid("questions", "问题的顺序", "每一行算的是：前面的都问清以后，这一问还能多定下多少。", headings, rows)


def _lists(counts: Counts, result: MatchResult) -> Grid:
    rows = []
    for feed in result.feeds:
        if feed.account is not None:
            title = feed.title if feed.account.balanced else f"{feed.title}（行数对不上，请报修）"
            outcomes = [counts.text("feed", feed.feed, word) for word in outcomes_of(feed.account)]
            rows.append((title, feed.office, counts.text("feed", feed.feed), *outcomes))
    sentence = "每份名单：读入 = 采用 + 无变化 + 重复 + 不在本名册 + 拒绝。"
    headings = ("名单", "来自", "读入（行）", *(f"{outcome.zh}（行）" for outcome in Outcome))
    return Grid("lists", "每份名单的每一行到哪里去了", sentence, headings, rows, words=2)


def _absent(result: MatchResult) -> str:
    absent = [f"{feed.title}（{feed.office}）" for feed in result.feeds if feed.account is None]
    return f"这次没有：{'、'.join(absent)}。" if absent else ""


def _reasons(counts: Counts, breakdowns: Mapping[str, Breakdown], result: MatchResult, month: str) -> list[Grid]:
    texts = (
        ("missed", "应享未享：卡在哪里", "没有发放记录的，查是否漏报。银行退回的，查账号。"),
        ("doubtful", "疑似不应享：为什么", f"{month}领到了补贴，但不符合下面的条件。这是线索，不是决定。"),
        ("unknown", "待核实：现在领没领", "还不能确定是否符合。问清之前，不停也不补。"),
        ("faults", "发放差错：错在哪里", "人是对的，钱发错了。"),
        ("strays", "名册外发放", "发放表上有这个人，持证人名册上没有。"),
    )
    names = policy_words(result)
    return [
        _breakdown_grid(counts, breakdowns[name], names, caption, sentence)
        for name, caption, sentence in texts
        if breakdowns[name].situations
    ]


def _breakdown_grid(
    counts: Counts, breakdown: Breakdown, names: Mapping[str, str], caption: str, sentence: str
) -> Grid:
    name = breakdown.list_name
    rows = [
        (
            situation,
            *(counts.text(name, situation, policy) for policy in breakdown.policies),
            counts.text(name, "situation", situation),
        )
        for situation in breakdown.situations
    ]
    headings = ("情况", *(f"{names[policy]}（人次）" for policy in breakdown.policies), "合计（人次）")
    total = ("合计", *(counts.text(name, "policy", policy) for policy in breakdown.policies), counts.text(name))
    return Grid(f"why-{name}", caption, sentence, headings, rows, total if len(rows) > 1 else ())


def _not_compared(counts: Counts, figures: Figures, result: MatchResult) -> Grid | None:
    policies = {line.policy for line in figures.not_compared}
    if not policies:
        return None
    rows = [
        (policy.zh, *(counts.text("not_compared", policy.id, verdict) for verdict in ("entitled", "unknown")))
        for policy in result.policies
        if policy.id in policies
    ]
    sentence = "这些补贴没有发放表，不知道领没领，所以不算在四个数里。"
    headings = ("补贴", "符合条件（人次）", "只差一个问题（人次）")
    return Grid("not-compared", "没有核对发放的补贴", sentence, headings, rows)


def _townships(counts: Counts, figures: Figures) -> Grid | None:
    """Every township's counts; without any payment list only what can be said without one."""
    if not figures.townships:
        return None
    headings = {
        "missed": "应享未享（人次）",
        "doubtful": "疑似不应享（人次）",
        "unknown": "待核实（人次）",
        "expiring": "六个月内到期（证）",
        "faults": "发放差错（人次）",
        "strays": "名册外发放（人次）",
    }
    lists = list(headings) if figures.compared else ["expiring"]
    rows = [(one.name, *(counts.text(name, "township", one.name) for name in lists)) for one in figures.townships]
    total = ("合计", *(counts.text(name) for name in lists))
    titles = ("乡镇（街道）", *(headings[name] for name in lists))
    return Grid("townships", "各乡镇（街道）有多少", "", titles, rows, total)


def _chart(counts: Counts, figures: Figures) -> Bars | None:
    bars = [Bar(one.name, counts.number("missed", "township", one.name)) for one in figures.townships]
    longest = sorted((bar for bar in bars if bar.value), key=lambda bar: -(bar.value or 0))[:2]
    if not longest:
        return None
    most = "、".join(f"{bar.label} {bar.value:,}" for bar in longest)
    return draw("各乡镇（街道）的应享未享", f"应享未享最多的是：{most}（人次）。", bars, "人次", HIDDEN)
