"""Everything the officer holds after a run, written into one folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from zhucan.files.explained import write_explained
from zhucan.files.tables import SourceFile
from zhucan.match.outputs.civil_affairs import write_hand_over
from zhucan.match.outputs.figures import figures_of
from zhucan.match.outputs.machine import write_determinations
from zhucan.match.outputs.place import MANIFEST, fresh_folder
from zhucan.match.outputs.summary import write_summary
from zhucan.match.outputs.visits import write_visits
from zhucan.match.outputs.workbook import write_workbook
from zhucan.match.result import MatchResult

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is being written, in Chinese, and how many of how many steps are done."""

WORKBOOK = "比对结果.xlsx"
HAND_OVER = "移交民政.xlsx"
SUMMARY = "summary.html"
DETERMINATIONS = "determinations.csv"
VISITS = "入户核查表"
EXPLAINED = "原表说明"


def write_outputs(
    result: MatchResult, out: Path, *, with_identity: bool = False, progress: Progress | None = None
) -> list[Path]:
    """Write all outputs of a run into the folder ``out`` and return the files, in the order one would open them.

    Nothing half-written is ever in ``out``: it changes in one rename. Files about persons have mode 0600, the folder
    0700. ``with_identity`` adds ``citizen_id`` to determinations.csv.

    Raises:
        OutputError: ``out`` holds something that is not an untouched earlier run, or cannot be written.
    """
    out = out.absolute()
    figures = figures_of(result)
    readable = [source for source in result.files if not source.refusal]
    total = 5 + len(readable)

    def step(done: int, what: str) -> None:
        if progress is not None:
            progress(what, done, total)

    with fresh_folder(out) as folder:
        step(0, "写汇总页")
        write_summary(result, figures, folder / SUMMARY)
        step(1, "写比对结果")
        write_workbook(result, figures, folder / WORKBOOK)
        step(2, "写移交民政")
        write_hand_over(result, figures, folder / HAND_OVER)
        step(3, "写入户核查表")
        visits = write_visits(result, figures, folder / VISITS)
        step(4, "写 determinations.csv")
        write_determinations(result, folder / DETERMINATIONS, with_identity=with_identity)
        explained = _explained_names(readable)
        (folder / EXPLAINED).mkdir()
        for number, (source, name) in enumerate(zip(readable, explained, strict=True), start=5):
            step(number, f"写原表说明：{source.name}")
            write_explained(source, folder / EXPLAINED / name)
        written = [
            *(folder / name for name in (SUMMARY, WORKBOOK, HAND_OVER)),
            *visits,
            *(folder / EXPLAINED / name for name in explained),
            folder / DETERMINATIONS,
            folder / MANIFEST,
        ]
        final = [out / path.relative_to(folder) for path in written]
    step(total, "写完了")
    return final


def _explained_names(sources: Sequence[SourceFile]) -> list[str]:
    """One xlsx name for each file: its own, with its kind where that was another, numbered where two would be equal."""
    names: dict[str, str] = {}
    for source in sources:
        kind = source.path.suffix.lower().lstrip(".")
        stem = source.path.stem if kind == "xlsx" else f"{source.path.stem}（{kind or '无后缀'}）"
        name, count = f"{stem}.xlsx", 1
        while name.casefold() in names:
            count += 1
            name = f"{stem} {count}.xlsx"
        names[name.casefold()] = name
    return list(names.values())
