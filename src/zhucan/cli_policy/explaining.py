"""``zhucan policy explain``: one subject, one policy: every condition, what is missing, where the money comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from zhucan.cli_policy.facts import facts_given
from zhucan.cli_policy.page import Page
from zhucan.cli_policy.sources import (
    Alone,
    Division,
    OwnContent,
    Plain,
    PolicyName,
    division_of,
    library_of,
    place_of,
    policy_of,
    roots_of,
    shown,
)
from zhucan.cli_policy.wording import RHYTHMS, condition_words, keys_of, rate_words, share_words
from zhucan.cli_words import day
from zhucan.rules.determine import (
    ConditionResult,
    Determination,
    Facts,
    Verdict,
    determine,
    evaluate,
    leaning,
    row_fits,
)
from zhucan.rules.library import Library
from zhucan.rules.nodes import FactNode, Node, RateNode, children, facts_of, walk
from zhucan.rules.policy import Policy
from zhucan.rules.printing import money_words, words_of
from zhucan.rules.questions import next_question
from zhucan.rules.vocabulary import Fact, Value, Vocabulary

_STATES: Mapping[bool | None, str] = {True: "满足　", False: "不满足", None: "不知道"}


def explain(
    policy: PolicyName,
    division: Division,
    as_of: Annotated[str | None, typer.Option("--as-of", help="按哪一天，省略为今天。", metavar="日期")] = None,
    fact: Annotated[
        list[str] | None, typer.Option("--fact", help="一项情况，可写多次，例如 残疾等级=2。", metavar="名称=值")
    ] = None,
    facts: Annotated[
        Path | None, typer.Option("--facts", help="写着情况的 csv（表头是名称）或 toml。", metavar="文件")
    ] = None,
    row: Annotated[int | None, typer.Option("--row", help="csv 有多行时，第几行。", metavar="行号")] = None,
    presume: Annotated[
        bool, typer.Option("--presume", help="没有写的、只对少数人成立的情况，按词表推定，并写明。")
    ] = False,
    content: OwnContent = None,
    alone: Alone = False,
    plain: Plain = False,
) -> None:
    """说明一个人（单位）的结论：每个条件的结果和依据，还缺什么、怎样问，金额从哪里来。"""
    place, on = division_of(division), day(as_of, "--as-of")
    library = library_of(roots_of(content, alone=alone))
    rules = policy_of(library, policy, place, on)
    known = facts_given(library.vocabulary, fact or (), facts, row)
    presumed = _presumed(rules, known) if presume else {}
    values = {**known, **presumed}
    found = determine(rules, values, on)
    page = Page(plain=plain)
    _show_verdict(page, library.vocabulary, found)
    _show_presumed(page, library.vocabulary, presumed, leaning(rules, values, presumed, on))
    page.heading("条件")
    for result in found.results:
        _show_condition(page, result, values, presumed, on)
    if found.verdict is not Verdict.NOT:
        _show_amount(page, library, found, values)
    _show_missing(page, library.vocabulary, found, next_question([rules], values, on))


def _presumed(policy: Policy, known: Mapping[str, Value]) -> dict[str, Value]:
    """The values presumed for what the policy asks about, nobody wrote, and the vocabulary lets one presume."""
    asked = dict.fromkeys(fact for condition in policy.conditions for fact in facts_of(condition.test))
    return {fact.id: fact.presume for fact in asked if fact.presume is not None and fact.id not in known}


def _show_verdict(page: Page, vocabulary: Vocabulary, found: Determination) -> None:
    policy = found.policy
    page.heading(f"{policy.zh}（{policy.id}）  {policy.division or '全国'}  {policy.as_of}")
    page.say(f"  结论：{found.verdict.zh}")
    if found.verdict is Verdict.NOT:
        first = found.failed[0]
        page.say(f"  首要原因：{first.otherwise}（{first.code}）")
        for other in found.failed[1:]:
            page.say(f"  还有：{other.otherwise}（{other.code}）")
    elif policy.outcome.amount is not None:
        words = f"{RHYTHMS[policy.outcome.rhythm]} {money_words(found.amount_fen)}"
        page.say(f"  {'金额' if found.verdict is Verdict.ENTITLED else '如果符合'}：{words}")
    for benefit in found.stop_first:
        fact = vocabulary.find(benefit)
        page.say(f"  需先停另一项：{f'{fact.zh}（{fact.id}）' if fact is not None else benefit}")


def _show_presumed(page: Page, vocabulary: Vocabulary, presumed: Mapping[str, Value], leans_on: Sequence[str]) -> None:
    if not presumed:
        return
    page.heading("推定（没有写，按词表推定；作决定以前要由人确认）")
    for id_, value in presumed.items():
        fact = vocabulary.fact(id_)
        leans = "；结论靠这一项" if id_ in leans_on else ""
        page.say(f"  {fact.presumed_as}（{fact.zh}：{fact.say(value)}）{leans}")


def _show_condition(
    page: Page, result: ConditionResult, values: Facts, presumed: Mapping[str, Value], as_of: date
) -> None:
    condition = result.condition
    page.say(f"  {_STATES[result.holds]}  {condition_words(condition)}")
    page.say(f"          实际  {'；'.join(_actual(condition.test, values, presumed, as_of))}")
    page.say(f"          依据  {condition.basis}  {place_of(condition.origin)}")
    if result.holds is False:
        page.say(f"          告知  {condition.otherwise}")


def _actual(test: Node, values: Facts, presumed: Mapping[str, Value], as_of: date) -> list[str]:
    """What is known of each fact the test names; of a derived one also how it came about."""
    lines = []
    for node in dict.fromkeys(_named(test)):
        fact = node.fact
        text = f"{fact.zh} {_said(node, values, as_of)}"
        if fact.id in presumed:
            text += "（推定）"
        elif node.derivation is not None and values.get(fact.id) is None:
            inputs = [f"{part.fact.zh} {_said(part, values, as_of)}" for part in _named(node.derivation)]
            text += f"（由 {words_of(node.derivation)} 算出：{'，'.join(dict.fromkeys(inputs))}）"
        lines.append(text)
    for rate in dict.fromkeys(node for node in walk(test) if isinstance(node, RateNode)):
        value = evaluate(rate, values, as_of)
        lines.append(
            f"标准“{rate.name}” {rate_words(rate, Fraction(value)) if isinstance(value, int | Fraction) else '未知'}"
        )
    return lines


def _named(node: Node) -> list[FactNode]:
    """The facts written in an expression itself, those inside derivations left out."""
    if isinstance(node, FactNode):
        return [node]
    return [found for child in children(node) for found in _named(child)]


def _said(node: FactNode, values: Facts, as_of: date) -> str:
    value = evaluate(node, values, as_of)
    if isinstance(value, Fraction):
        value = int(value * 10**node.fact.decimals)
    return node.fact.say(value)


def _show_amount(page: Page, library: Library, found: Determination, values: Facts) -> None:
    policy, amount = found.policy, found.policy.outcome.amount
    if amount is None:
        return
    page.heading("金额从哪里来")
    page.say(f"  {words_of(amount)} = {money_words(found.amount_fen)}")
    if found.amount_reason:
        page.say(f"  算不出的原因：{found.amount_reason}")
    written = library.written_rates(policy)
    for rate in dict.fromkeys(node for node in walk(amount) if isinstance(node, RateNode)):
        rows = written[rate.name]
        fitting = [(raw, row) for raw, row in rows if row_fits(row, values, policy.as_of)]
        for raw, row in fitting:
            value = "，".join(part for part in (rate_words(rate, row.value), share_words(raw)) if part)
            page.say(f"  标准“{rate.name}”：{keys_of(row)}  {value}")
            page.say(f"          来源  {row.source}  {shown(raw.file)}:{raw.line}")
        if not fitting:
            page.say(f"  标准“{rate.name}”：还不能确定适用哪一行（共 {len(rows)} 行）")


def _show_missing(page: Page, vocabulary: Vocabulary, found: Determination, next_: str | None) -> None:
    if not found.missing:
        return
    page.heading("还缺什么")
    for id_ in found.missing:
        fact = vocabulary.fact(id_)
        page.say(f"  {fact.zh}（{fact.id}）")
        page.item("  怎样问", fact.ask)
        page.item(
            "  哪里查", "；".join(part for part in (fact.where, f"归口：{fact.owner}" if fact.owner else "") if part)
        )
    if next_ is not None:
        page.heading("下一个问题")
        page.say(f"  {_question(vocabulary.fact(next_))}")


def _question(fact: Fact) -> str:
    return fact.ask or f"{fact.zh}是多少？"
