"""``zhucan policy diff``: two flattened versions of a policy side by side, by place or by day."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated

import typer

from zhucan.cli_policy.page import Column, Page
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
)
from zhucan.cli_policy.wording import condition_text, condition_words, keys_of, money_change, outcome_words, rate_words
from zhucan.cli_words import WRONG_COMMAND, day, give_up
from zhucan.rules.difference import difference
from zhucan.rules.policy import Condition, Policy
from zhucan.rules.printing import Labels, text_of


def diff(
    policy: PolicyName,
    division: Division,
    as_of: Annotated[str | None, typer.Option("--as-of", help="第一版是哪一天的，省略为今天。", metavar="日期")] = None,
    and_division: Annotated[
        str | None, typer.Option("--and-division", help="第二版的区划，省略为同一地方。", metavar="代码")
    ] = None,
    and_as_of: Annotated[
        str | None, typer.Option("--and-as-of", help="第二版的日期，省略为同一天。", metavar="日期")
    ] = None,
    zh: Annotated[bool, typer.Option("--zh", help="条件里的事实和代码用中文名。")] = False,
    content: OwnContent = None,
    alone: Alone = False,
    plain: Plain = False,
) -> None:
    """比较一项政策的两版：两个地方，或者同一地方的两天。增加、去掉、改动了哪些条件和标准。"""
    if and_division is None and and_as_of is None:
        give_up("要比较什么？请加 --and-division 另一个地方，或 --and-as-of 另一天。", WRONG_COMMAND)
    place, on = division_of(division), day(as_of, "--as-of")
    other_place = place if and_division is None else division_of(and_division, "--and-division")
    other_day = on if and_as_of is None else day(and_as_of, "--and-as-of")
    library = library_of(roots_of(content, alone=alone))
    first = policy_of(library, policy, place, on)
    second = policy_of(library, policy, other_place, other_day)
    page = Page(plain=plain)
    page.heading(f"{first.zh}（{first.id}）")
    page.item("第一版", _version(first))
    page.item("第二版", _version(second))
    if first.fingerprint == second.fingerprint:
        page.say("  两版的条件、标准完全相同（指纹一致）。")
        return
    _show_conditions(page, first, second, "zh" if zh else "id")
    _show_outcome(page, first, second)
    _show_rates(page, first, second)


def _version(policy: Policy) -> str:
    return (
        f"{policy.division or '全国'}，{policy.as_of}，层 {' → '.join(policy.layers)}，指纹 {policy.fingerprint[:12]}"
    )


def _show_conditions(page: Page, first: Policy, second: Policy, labels: Labels) -> None:
    found = difference(
        {condition.id: condition for condition in first.conditions},
        {condition.id: condition for condition in second.conditions},
        alike=lambda old, new: not _changes(old, new, labels),
    )
    counts = f"增加 {len(found.added)}，去掉 {len(found.removed)}，改动 {len(found.changed)}，相同 {len(found.same)}"
    page.heading(f"条件：{counts}")
    for word, conditions in (("增加", found.added), ("去掉", found.removed)):
        for condition in conditions.values():
            page.say(f"  {word}  {condition.id}：{condition_text(condition, labels)}")
            page.say(f"        {condition_words(condition)}；依据 {condition.basis}；{place_of(condition.origin)}")
    for old, new in found.changed.values():
        page.say(f"  改动  {old.id}")
        for name, (before, after) in _changes(old, new, labels).items():
            page.say(f"        {name}")
            page.say(f"          第一版  {before}")
            page.say(f"          第二版  {after}")
        page.say(f"        {place_of(old.origin)} → {place_of(new.origin)}")


def _changes(old: Condition, new: Condition, labels: Labels) -> dict[str, tuple[str, str]]:
    """What is said differently, by name: the test, what is told, the basis, the code, the rank."""
    told = {
        "条件": (condition_text(old, labels), condition_text(new, labels)),
        "不满足时": (old.otherwise, new.otherwise),
        "依据": (old.basis, new.basis),
        "代码": (old.code, new.code),
        "次序": (str(old.rank), str(new.rank)),
    }
    return {name: pair for name, pair in told.items() if pair[0] != pair[1]}


def _show_outcome(page: Page, first: Policy, second: Policy) -> None:
    pairs = [("给付", outcome_words(first.outcome), outcome_words(second.outcome))]
    pairs += [("金额", _amount(first), _amount(second)), ("审批", first.decides, second.decides)]
    changed = [pair for pair in pairs if pair[1] != pair[2]]
    if changed:
        page.heading("给付")
    for name, before, after in changed:
        page.say(f"  {name}：{before} → {after}")


def _amount(policy: Policy) -> str:
    return "" if policy.outcome.amount is None else text_of(policy.outcome.amount)


def _show_rates(page: Page, first: Policy, second: Policy) -> None:
    page.heading("标准")
    rows = []
    for name in dict.fromkeys((*first.rates, *second.rates)):
        before, after = _rows(first, name), _rows(second, name)
        found = difference(before, after)
        rows += [[name, keys, "没有", _value(second, name, value), ""] for keys, value in found.added.items()]
        rows += [[name, keys, _value(first, name, value), "没有", ""] for keys, value in found.removed.items()]
        for keys, (old, new) in found.changed.items():
            rows.append(
                [name, keys, _value(first, name, old), _value(second, name, new), _step(second, name, old, new)]
            )
    if rows:
        columns = [Column("名称"), Column("适用"), Column("第一版", True), Column("第二版", True), Column("相差", True)]
        page.table(columns, rows)
    else:
        page.say("  相同。")


def _rows(policy: Policy, name: str) -> Mapping[str, Fraction | None]:
    rate = policy.rates.get(name)
    return {keys_of(row): row.value for row in rate.rows} if rate is not None else {}


def _value(policy: Policy, name: str, value: Fraction | None) -> str:
    return rate_words(policy.rates[name], value)


def _step(policy: Policy, name: str, old: Fraction | None, new: Fraction | None) -> str:
    rate = policy.rates[name]
    if old is None or new is None or not rate.type.money:
        return ""
    return money_change(int(new - old))
