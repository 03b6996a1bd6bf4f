"""``zhucan policy check`` and ``zhucan policy test``: is the content sound, and does it say what the examples say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from zhucan.cli_policy.page import Column, Page
from zhucan.cli_policy.sources import (
    COPY_HINT,
    FOUND_MISTAKES,
    Alone,
    OwnContent,
    Plain,
    line_of,
    looks_like_a_copy,
    policy_id,
    refuse,
    roots_of,
    shown,
)
from zhucan.rules.errors import Fault
from zhucan.rules.examples import Example, ExampleResult, read_examples, run_example
from zhucan.rules.library import Library, check_library, read_library


@dataclass(frozen=True, slots=True)
class Checked:
    """Content as read, with every mistake found in it and the examples that can be run."""

    library: Library
    examples: Sequence[Example]
    faults: Sequence[Fault]


def read_all(roots: Sequence[Path]) -> Checked:
    """Read everything, flatten every policy for every place and day, and read the examples."""
    faults: list[Fault] = []
    library = read_library(roots, faults)
    check_library(library, faults)
    examples = read_examples(library, faults)
    ordered = sorted(dict.fromkeys(faults), key=lambda fault: (str(fault.file), fault.line))
    return Checked(library, examples, ordered)


def check(content: OwnContent = None, alone: Alone = False, plain: Plain = False) -> None:
    """检查词表、政策、标准和例子有没有写错。每处错误说明文件、行、错在哪里、怎样改。

    退出码：0 没有错误；1 有错误；2 命令写错。
    """
    roots = roots_of(content, alone=alone)
    page = Page(plain=plain)
    page.say("检查 " + "、".join(shown(root) for root in roots))
    checked = read_all(roots)
    page.say(_inventory(checked))
    if not checked.faults:
        page.say("没有发现错误。")
        return
    page.heading(f"发现 {len(checked.faults)} 处错误，在 {len({fault.file for fault in checked.faults})} 个文件里")
    for fault in checked.faults:
        _show_fault(page, fault)
    if not checked.library.ids:
        page.say("词汇表有错，政策还没有检查。改好词汇表以后再检查一次。")
    if not alone and looks_like_a_copy(checked.faults):
        page.say(COPY_HINT)
    raise typer.Exit(FOUND_MISTAKES)


def _inventory(checked: Checked) -> str:
    library = checked.library
    packs = [pack for id_ in library.ids for pack in library.packs[id_]]
    facts = library.vocabulary.facts.values()
    tables = {fact.codes.name for fact in facts if fact.codes is not None}
    return (
        f"事实 {len(facts)} 项，代码表 {len(tables)} 张，公布的标准 {len(library.standards)} 项，"
        f"政策 {len(library.ids)} 项（{len(packs)} 个文件夹），标准 {sum(len(pack.rates) for pack in packs)} 行，"
        f"例子 {len(checked.examples)} 个"
    )


def _show_fault(page: Page, fault: Fault) -> None:
    """On a terminal with the line as it stands; one line each elsewhere, so that a search finds it."""
    if page.is_plain:
        page.say(line_of(fault))
        return
    page.say(f"\n{shown(fault.file)}" + (f":{fault.line}" if fault.line else ""))
    if source := _source_line(fault):
        page.say(f"    {fault.line} | {source}")
    page.say(f"    {fault.what}。")
    page.say(f"    改法：{fault.remedy}。")


def _source_line(fault: Fault) -> str:
    if not fault.line or not fault.file.is_file():
        return ""
    lines = fault.file.read_bytes().decode("utf-8", errors="replace").splitlines()
    return lines[fault.line - 1].strip()[:100] if fault.line <= len(lines) else ""


def run_examples(
    policy: Annotated[
        str | None, typer.Argument(help="只试这一项政策；省略为全部。", metavar="政策", show_default=False)
    ] = None,
    content: OwnContent = None,
    alone: Alone = False,
    plain: Plain = False,
) -> None:
    """用 examples.csv 里的例子检验政策：每个例子的结论、金额、首要原因是否与算得的相同。

    退出码：0 全部相同；1 有不同；2 命令写错；5 内容有错。
    """
    checked = read_all(roots_of(content, alone=alone))
    if checked.faults:
        refuse(checked.faults)
    library = checked.library
    wanted = library.ids if policy is None else (policy_id(library, policy),)
    results = {
        id_: [run_example(library, example) for example in checked.examples if example.policy == id_] for id_ in wanted
    }
    page = Page(plain=plain)
    page.table(
        [Column("政策"), Column("名称"), Column("例子", True), Column("相同", True), Column("不同", True)],
        [_counts(library, id_, found) for id_, found in results.items()],
    )
    failed = [result for found in results.values() for result in found if not result.holds]
    _show_failures(page, failed)
    _show_untried(page, results)
    if failed:
        raise typer.Exit(FOUND_MISTAKES)


def _counts(library: Library, id_: str, results: Sequence[ExampleResult]) -> list[str]:
    holding = sum(result.holds for result in results)
    return [id_, library.base(id_).zh, str(len(results)), str(holding), str(len(results) - holding)]


def _show_failures(page: Page, failed: Sequence[ExampleResult]) -> None:
    if not failed:
        page.say("所有例子都与算得的相同。")
        return
    page.heading(f"{len(failed)} 个例子与算得的不同")
    for result in failed:
        example = result.example
        page.say(f"{shown(example.file)}:{example.line}: {example.id}: {'；'.join(result.differences)}。")
        if example.note:
            page.say(f"    例子的说明：{example.note}")
        for condition in result.found.failed if result.found else ():
            page.say(f"    不满足 {condition.id}：{condition.otherwise}（{condition.basis}）")
        if result.found and result.found.missing:
            page.say(f"    例子里不知道：{'、'.join(result.found.missing)}")
    page.say("例子写错了就改例子；政策写错了就改条件或标准。")


def _show_untried(page: Page, results: dict[str, list[ExampleResult]]) -> None:
    """The conditions that no example fails: a mistake in them would go unnoticed."""
    untried = []
    for id_, found in results.items():
        outcomes = [result.found for result in found if result.found is not None]
        failed = {condition.id for outcome in outcomes for condition in outcome.failed}
        known = dict.fromkeys(condition.id for outcome in outcomes for condition in outcome.policy.conditions)
        if never := [condition for condition in known if condition not in failed]:
            untried.append(f"  {id_}：{'、'.join(never)}")
        if not found:
            untried.append(f"  {id_}：一个例子也没有")
    if untried:
        page.heading("还没有例子检验“不满足”的条件，可以补上")
        for line in untried:
            page.say(line)
