"""``zhucan policy show``: the policy as it stands in one place on one day, with the origin of every line."""

from __future__ import annotations

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
    shown,
)
from zhucan.cli_policy.wording import (
    SUBJECTS,
    condition_text,
    condition_words,
    keys_of,
    outcome_words,
    rate_words,
    share_words,
)
from zhucan.cli_words import day
from zhucan.rules.library import Library
from zhucan.rules.policy import Policy
from zhucan.rules.printing import Labels, text_of


def show(
    policy: PolicyName,
    division: Division,
    as_of: Annotated[str | None, typer.Option("--as-of", help="哪一天的规定，省略为今天。", metavar="日期")] = None,
    zh: Annotated[bool, typer.Option("--zh", help="条件里的事实和代码用中文名。")] = False,
    content: OwnContent = None,
    alone: Alone = False,
    plain: Plain = False,
) -> None:
    """展开一项政策：各层合并以后，在这个地方、这一天的全部条件、标准和依据，每行写明出自哪个文件。"""
    place, on = division_of(division), day(as_of, "--as-of")
    library = library_of(roots_of(content, alone=alone))
    found = policy_of(library, policy, place, on)
    page = Page(plain=plain)
    labels: Labels = "zh" if zh else "id"
    _show_head(page, found)
    _show_conditions(page, found, labels)
    _show_outcome(page, found, labels)
    _show_rates(page, library, found)
    _show_law(page, found)
    page.heading("指纹（内容相同，指纹就相同）")
    page.say(f"  {found.fingerprint}")


def _show_head(page: Page, policy: Policy) -> None:
    page.heading(f"{policy.zh}  {policy.id}  {policy.en}")
    page.item("地方", str(policy.division or "全国"))
    page.item("日期", f"{policy.as_of}；现行的规定从 {policy.since} 起")
    page.item("各层", " → ".join(policy.layers))
    page.item("对象", SUBJECTS.get(policy.subject, policy.subject))
    page.item("受理", policy.accepts)
    page.item("审批", policy.decides)
    page.item("发放", policy.pays)
    page.item("给付", outcome_words(policy.outcome))


def _show_conditions(page: Page, policy: Policy, labels: Labels) -> None:
    page.heading(f"条件（{len(policy.conditions)} 条，全部满足才符合）")
    for number, condition in enumerate(policy.conditions, 1):
        page.say(f"  {number}. {condition_text(condition, labels)}")
        page.say(f"     意思    {condition_words(condition)}")
        page.say(f"     依据    {condition.basis}")
        page.say(
            f"     不满足  {condition.otherwise}（id {condition.id}，代码 {condition.code}，次序 {condition.rank}）"
        )
        page.say(f"     出自    {place_of(condition.origin)}")
    if policy.stacks:
        page.heading("可以同时享受")
        for stacks in policy.stacks:
            page.say(f"  {stacks.zh}（{stacks.benefit}）：{stacks.basis}  {place_of(stacks.origin)}")


def _show_outcome(page: Page, policy: Policy, labels: Labels) -> None:
    if policy.outcome.amount is None:
        return
    page.heading("金额")
    page.say(f"  {text_of(policy.outcome.amount, labels=labels)}")
    if policy.outcome.origin is not None:
        page.say(f"  出自 {place_of(policy.outcome.origin)}")


def _show_rates(page: Page, library: Library, policy: Policy) -> None:
    page.heading("标准")
    columns = [Column(name) for name in ("名称", "适用")] + [Column("数额", True)]
    columns += [Column(name) for name in ("起算", "来源", "说明", "出自")]
    rows = []
    files: dict[str, str] = {}
    for name, found in library.written_rates(policy).items():
        rate = policy.rates[name]
        for raw, row in found:
            note = "；".join(part for part in (share_words(raw), row.note) if part)
            value = rate_words(rate, row.value)
            place = raw.file.parent.parent.name
            files[place] = shown(raw.file)
            rows.append([name, keys_of(row), value, str(raw.from_), row.source, note, f"{place}:{raw.line}"])
        if not found:
            rows.append([name, "", "没有登记", "", "", "在这个地方、这一天没有这项标准", ""])
    page.table(columns, rows)
    for place, file in files.items():
        page.say(f"  {place} = {file}")


def _show_law(page: Page, policy: Policy) -> None:
    page.heading("依据")
    for basis in policy.basis:
        page.say(f"  {basis.title}  {basis.number}  {basis.issued}".rstrip() + f"  {place_of(basis.origin)}")
    for name, lines in (("材料", policy.materials), ("资金来源", policy.fund_sources)):
        if lines:
            page.heading(name)
            page.say("  " + "、".join(lines))
    for place, notes in policy.notes.items():
        page.heading(f"说明（{place}）")
        for line in notes.splitlines():
            page.say(f"  {line}")
