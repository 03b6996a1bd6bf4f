"""What a matching says on the screen: the account of a file, the numbers, what was presumed, what to ask first."""

from __future__ import annotations

from zhucan.cli_words import Screen, padded, width_of
from zhucan.files.tables import Account
from zhucan.match.outputs.counts import outcomes_of
from zhucan.match.outputs.figures import figures_of
from zhucan.match.outputs.words import yuan
from zhucan.match.result import MatchResult, Number

_QUESTIONS_SHOWN = 5


def account_line(counts: Account) -> str:
    """读入 = 采用 + …; says so where it does not add up."""
    parts = [f"{word} {count:,}" for word, count in outcomes_of(counts).items()]
    line = f"读入 {counts.read:,} = {' + '.join(parts)}"
    return line if counts.balanced else f"{line}（合不上，请把这份文件发给开发者）"


def report_numbers(screen: Screen, result: MatchResult) -> None:
    """The four numbers, and the other three."""
    figures = figures_of(result)
    unknown = f"其中 {figures.unknown_receiving:,} 人次正在领取"
    rows = [
        ("应享未享", _number(figures.missed_number), _money(figures.missed_number, "每月按标准")),
        ("疑似不应享", _number(figures.doubtful_number), _money(figures.doubtful_number, f"{result.month} 已发")),
        ("待核实", _number(figures.unknown_number), unknown),
        ("六个月内到期", f"{len(result.expiring):,} 证", f"已过期 {result.expired:,} 证"),
        ("发放差错", _number(figures.faults_number), _money(figures.faults_number, f"{result.month} 已发")),
        ("名册外发放", _number(figures.strays_number), _money(figures.strays_number, f"{result.month} 已发")),
        (
            "未核对发放",
            _number(figures.not_compared_number),
            "可享，或只差一个问题，但没有发放名单可对，不计入上面各数",
        ),
    ]
    screen.heading("四个数，和另外三个")
    if not result.persons:
        screen.say("  花名册上没有一行能用，所以下面都是 0。请先照“原表说明”改好花名册。")
    names, counts = width_of([row[0] for row in rows]), width_of([row[1] for row in rows])
    for name, count, more in rows:
        screen.say(f"  {padded(name, names)}  {padded(count, counts)}  {more}".rstrip())


def _number(number: Number) -> str:
    return f"{number.lines:,} 人次（{number.persons:,} 人）"


def _money(number: Number, words: str) -> str:
    return f"{words} {yuan(number.fen)}" if number.fen is not None else ""


def report_presumptions(screen: Screen, result: MatchResult) -> None:
    """Which lists were not there, and how many verdicts lean on that."""
    screen.heading("推定")
    if not result.presumptions:
        screen.say("  无。该核对的名单都已核对。")
    for one in result.presumptions:
        screen.say(
            f"  未核对{one.list_title}（{one.office}）：{one.verdicts:,} 个结论暂按“{one.presumed_as}”推定，"
            f"涉及每月 {yuan(one.fen)}。加上这份名单，这些结论就不用推定。"
        )


def report_questions(screen: Screen, result: MatchResult) -> None:
    """The questions that settle the most people."""
    screen.heading("先问这些，能定下最多的人")
    if not result.questions:
        screen.say("  没有要问的。")
    for place, question in enumerate(result.questions[:_QUESTIONS_SHOWN], start=1):
        screen.say(f"  {place}. {question.ask}（{question.zh}）")
        screen.say(f"     可定 {question.settles:,} 人次，{question.persons:,} 人，每月 {yuan(question.fen)}")
    rest = len(result.questions) - _QUESTIONS_SHOWN
    if rest > 0:
        screen.say(f"  另有 {rest} 个问题，在汇总页里。")
