"""Engines agree, and nothing settled is unsettled by learning: the full-size proof.

    python benchmarks/agreement.py [--pairs 200000] [--chains 10000] [--seed 1000] [--keep]
Random typed expressions over random facts full of unknowns: the reference interpreter against Polars, value by value;
then random chains that learn one more fact at a time. The generator is the one of ``tests/rules/worlds.py``.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
from results import keep_result  # noqa: E402  (paths first)

from tests.rules.agreement import disagreements, unsettled  # noqa: E402  (paths first)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=200_000)
    parser.add_argument("--chains", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1_000)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    start = time.perf_counter()
    found: list[str] = []
    rounds, expressions, worlds = -(-given.pairs // 10_000), 50, 200
    for turn in range(rounds):
        found += disagreements(seed=given.seed + turn, expressions=expressions, worlds=worlds)
        print(f"{(turn + 1) * expressions * worlds:,} pairs, {len(found)} disagreements", flush=True)
    compared = rounds * expressions * worlds
    broken = unsettled(seed=given.seed, chains=given.chains)
    lines = [
        f"reference = polars on {compared:,} random (expression, facts) pairs: {len(found)} disagreements",
        f"monotone on {given.chains:,} random chains of learning one more fact: {len(broken)} broken",
        f"seed {given.seed}, {time.perf_counter() - start:.0f} s",
    ]
    print("\n".join([*found[:10], *broken[:10], *lines]))
    if given.keep:
        keep_result("agreement", lines)
    return 1 if found or broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
