"""One person × 50 policies with reasons, by the reference interpreter.

    python benchmarks/person.py rules.toml [--people 2000] [--keep]
``rules.toml`` holds the 50 policies of the national workload (its script's command ``rules`` writes it). People are
random, a third of their facts unknown. Every condition's result, the facts still missing and the amount are worked
out each time.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
from national import FLAGS, NUMBERS, write_content
from results import keep_result


def main() -> int:
    from zhucan.rules.determine import determine
    from zhucan.rules.library import load_library

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rules", type=Path)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    as_of, source = date(2026, 11, 1), random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        write_content(given.rules, Path(folder))
        policies = load_library(Path(folder)).policies(division=0, as_of=as_of)
    seconds = []
    verdicts = 0
    for _ in range(given.people):
        facts: dict[str, bool | int] = {
            n: source.randint(a, min(b, a + 100)) for n, (a, b) in NUMBERS.items() if source.random() < 0.67
        }
        facts |= {name: source.random() < 0.5 for name in FLAGS if source.random() < 0.67}
        start = time.perf_counter()
        found = [determine(policy, facts, as_of) for policy in policies]
        seconds.append(time.perf_counter() - start)
        verdicts += sum(len(d.missing) > 0 for d in found)
    ordered = sorted(second * 1e3 for second in seconds)
    middle, late = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    lines = [
        f"one person x {len(policies)} policies with reasons, {given.people:,} people",
        f"{verdicts:,} verdicts open, their missing facts named",
        f"median {middle:.2f} ms, p95 {late:.2f} ms, worst {ordered[-1]:.2f} ms (bar: 5 ms)",
    ]
    print("\n".join(lines))
    if given.keep:
        keep_result("person", lines)
    return 0 if middle <= 5 else 1


if __name__ == "__main__":
    raise SystemExit(main())
