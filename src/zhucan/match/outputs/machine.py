"""determinations.csv: one row for each person × policy and each stray payment, for other programs."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from zhucan.match.result import STRAY, MatchResult

HEADINGS = ("source_file", "source_row", "policy", "verdict", "amount_fen", "receiving", "finding")
_LIVE = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_determinations(result: MatchResult, path: Path, *, with_identity: bool) -> None:
    """Write UTF-8 without a byte order mark, lines ending in LF.

    ``amount_fen`` is the monthly rate of an entitled person in 分; ``receiving`` is 0 or 1, empty where no payment list
    was compared. A stray payment has no verdict, because nobody of that number is on the roster. ``citizen_id`` is the
    last column, only with ``with_identity``.
    """
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow((*HEADINGS, "citizen_id") if with_identity else HEADINGS)
        for *cells, citizen_id in _rows(result):
            writer.writerow(harmless(cell) for cell in ([*cells, citizen_id] if with_identity else cells))


def harmless(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: an apostrophe stands before what begins like one."""
    return f"'{text}" if text.startswith(_LIVE) else text


def _rows(result: MatchResult) -> Iterator[tuple[str, ...]]:
    for line in result.lines:
        person = line.person
        amount = "" if line.amount_fen is None else str(line.amount_fen)
        receiving = "" if line.receiving is None else str(int(line.receiving))
        place = (person.source_file, str(person.source_row))
        yield (*place, line.policy, line.verdict, amount, receiving, line.finding, person.citizen_id)
    for stray in result.strays:
        yield (stray.source_file, str(stray.source_row), stray.policy, "", "", "1", STRAY, stray.citizen_id)
