"""汇总页: one page without personal data that can be forwarded, read aloud and printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from zhucan.match.outputs.bars import Bar, Bars, draw
from zhucan.match.outputs.counts import HIDDEN, Breakdown, Counts, count_page, outcomes_of
from zhucan.match.outputs.figures import Figures
from zhucan.match.outputs.words import long_date, long_month, policy_words, yuan
from zhucan.match.result import MatchResult, Number, Presumed, Question

_ROUND_TO_FEN = 100_000
"""Beside hidden counts a sum is printed to the nearest thousand yuan: too coarse to count persons by."""
_OUTCOME_WORDS = ("采用", "无变化", "重复", "不在本名册", "拒绝")


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
    reasons: Sequence[Grid]
    chart: Bars
    townships: Grid
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
        questions_lead=_questions_lead(counts, result.questions),
        questions=_questions(counts, result),
        lists=_lists(counts, result),
        reasons=_reasons(counts, breakdowns, result, month),
        chart=_chart(counts, figures),
        townships=_townships(counts, figures),
        any_hidden=bool(counts.hidden),
    )


def _big_numbers(counts: Counts, breakdowns: Mapping[str, Breakdown], figures: Figures, month: str) -> list[BigNumber]:
    receiving = counts.text("unknown", "situation", "本月在领") if figures.unknown_receiving else "0"
    missed = _money(counts, breakdowns["missed"], figures.missed_number)
    paid = _money(counts, breakdowns["doubtful"], figures.doubtful_number)
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
        BigNumber(
            "◷",
            "六个月内到期",
            counts.text("expiring"),
            "证",
            "",
            f"另有 {counts.text('expired')} 证已过期",
            "残疾人证快到期，到期后补贴会停。",
        ),
    ]


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
            f"暂按都不是“{one.zh}”",
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


def _questions_lead(counts: Counts, questions: Sequence[Question]) -> str:
    if not questions:
        return "没有要问的。每个人每项补贴都已能确定。"
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
        if feed.account is None:
            rows.append((feed.title, feed.office, "没有这份名单", *["–"] * (1 + len(_OUTCOME_WORDS))))
            continue
        outcomes = [counts.text("feed", feed.feed, word) for word in outcomes_of(feed.account)]
        balanced = "已核对" if feed.account.balanced else "行数对不上，请报修"
        rows.append((feed.title, feed.office, balanced, counts.text("feed", feed.feed), *outcomes))
    headings = ("名单", "来自", "核对了没有", "读入（行）", *(f"{word}（行）" for word in _OUTCOME_WORDS))
    return Grid(
        "lists",
        "每份名单的每一行到哪里去了",
        "每份名单：读入 = 采用 + 无变化 + 重复 + 不在本名册 + 拒绝。",
        headings,
        rows,
        words=3,
    )


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


def _townships(counts: Counts, figures: Figures) -> Grid:
    lists = ("missed", "doubtful", "unknown", "expiring", "faults", "strays")
    rows = [(one.name, *(counts.text(name, "township", one.name) for name in lists)) for one in figures.townships]
    headings = (
        "乡镇（街道）",
        "应享未享（人次）",
        "疑似不应享（人次）",
        "待核实（人次）",
        "六个月内到期（证）",
        "发放差错（人次）",
        "名册外发放（人次）",
    )
    total = ("合计", *(counts.text(name) for name in lists))
    return Grid("townships", "各乡镇（街道）有多少", "", headings, rows, total)


def _chart(counts: Counts, figures: Figures) -> Bars:
    bars = [Bar(one.name, counts.number("missed", "township", one.name)) for one in figures.townships]
    shown = sorted((bar for bar in bars if bar.value), key=lambda bar: -(bar.value or 0))
    if not shown:
        return draw("各乡镇（街道）的应享未享", "各乡镇（街道）都没有可以画出的数。", bars, "人次", HIDDEN)
    most = "、".join(f"{bar.label} {bar.value:,}" for bar in shown[:2])
    sentence = f"应享未享最多的是：{most}（人次）。"
    return draw("各乡镇（街道）的应享未享", sentence, bars, "人次", HIDDEN)
