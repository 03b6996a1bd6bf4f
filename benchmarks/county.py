"""The main job on one county's folder, its totals beside the totals expected, and the seconds it took.

    python benchmarks/county.py FOLDER expected.toml [--keep]
``expected.toml`` (or .json) says ``division`` and ``as_of``, and any of the totals this command counts; what it does
not name is not compared. The names are those of ``totals`` below:

    division = 450803
    as_of = "2026-11-01"
    [roster]
    rows = 23139
    [classes.id_missing]
    roster = 38
    other = 107
    [findings.living-allowance]
    missed = 437
    [numbers.missed]
    lines = 1178
    persons = 1163
    fen = 10602000
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
from results import keep_result

from zhucan.files.tables import account
from zhucan.match.outputs.figures import Figures, figures_of
from zhucan.match.result import MatchResult, Number
from zhucan.match.run import run_match
from zhucan.rules.content import shipped_content

Totals = dict[str, int | None]


def totals(result: MatchResult) -> Totals:
    """Everything countable of one run, by dotted name; money in 分."""
    figures = figures_of(result)
    rosters = [table for source in result.files for table in source.tables if table.feed.kind == "roster"]
    found: Totals = {
        "roster.rows": account(rosters).read,
        "roster.persons": len(result.persons),
        "roster.alive": result.alive,
        "roster.expired": result.expired,
        "roster.expiring": len(result.expiring),
        "files.unbalanced": sum(not account(source.tables).balanced for source in result.files),
    }
    for name, counts in result.rejected_classes.items():
        found |= {f"classes.{name}.{where}": count for where, count in counts.items()}
    for (policy, finding), count in Counter((line.policy, line.finding) for line in result.lines).items():
        found[f"findings.{policy}.{finding}"] = count
    for policy, count in Counter(stray.policy for stray in result.strays).items():
        found[f"findings.{policy}.paid_not_on_roster"] = count
    for name, number in numbers(figures).items():
        found |= {f"numbers.{name}.lines": number.lines, f"numbers.{name}.persons": number.persons}
        found[f"numbers.{name}.fen"] = number.fen
    found["numbers.unknown.receiving"] = figures.unknown_receiving
    for one in result.presumptions:
        found[f"presumptions.{one.fact}"] = one.verdicts
    return found


def numbers(figures: Figures) -> Mapping[str, Number]:
    return {
        "missed": figures.missed_number,
        "doubtful": figures.doubtful_number,
        "unknown": figures.unknown_number,
        "faults": figures.faults_number,
        "strays": figures.strays_number,
    }


def flatten(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, int]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        elif isinstance(value, int):
            yield prefix + key, value


def load(path: Path) -> Mapping[str, object]:
    text = path.read_text(encoding="utf8")
    found: Mapping[str, object] = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("expected", type=Path)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    expected = load(given.expected)
    division, as_of = int(str(expected["division"])), date.fromisoformat(str(expected["as_of"]))
    start = time.perf_counter()
    result = run_match(given.folder, division, as_of, content=[shipped_content()])
    seconds = time.perf_counter() - start
    found = totals(result)
    wanted = {name: value for name, value in flatten(expected) if "." in name}
    wrong = [name for name, value in wanted.items() if (found.get(name) or 0) != value]
    width = max(map(len, wanted), default=0)
    for name, value in wanted.items():
        print(f"{name:<{width}}  {found.get(name) or 0:>12,}  {value:>12,}  {'differs' if name in wrong else 'same'}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = [
        f"{len(result.persons):,} persons, {sum(account(source.tables).read for source in result.files):,} rows read",
        f"{len(wanted)} totals compared, {len(wrong)} differ",
        f"{seconds:.1f} s, {peak:,.0f} MiB at most",
    ]
    print("\n".join(lines))
    if given.keep:
        keep_result("county", lines)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
