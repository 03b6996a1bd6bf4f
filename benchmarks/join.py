"""Joining 38 million people with a list of 10 million by citizen ID: as 17-digit integers, and as text.

    python benchmarks/join.py [--people 38000000] [--list 10000000] [--keep]
The check character is derivable, so the first 17 digits are the ID; an integer join moves a third of the bytes. All
numbers are drawn at random: nobody's.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parent))
from results import keep_result


def numbers(count: int, source: np.random.Generator) -> pl.Series:
    """So many 17-digit numbers of the right shape: division, birth date, sequence."""
    division = source.integers(110_101, 659_010, count, dtype=np.int64)
    birth = (
        source.integers(1930, 2026, count) * 10_000
        + source.integers(1, 13, count) * 100
        + source.integers(1, 29, count)
    )
    return pl.Series(division * 10**11 + birth * 1_000 + source.integers(0, 1_000, count))


def joined(people: pl.DataFrame, listed: pl.DataFrame) -> tuple[int, float]:
    """How many people are on the list, and the seconds it took."""
    start = time.perf_counter()
    found = people.lazy().join(listed.lazy(), on="id", how="semi").select(pl.len()).collect().item()
    return found, time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=38_000_000)
    parser.add_argument("--list", type=int, default=10_000_000)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    source = np.random.default_rng(11)
    people = pl.DataFrame({"id": numbers(given.people, source)})
    half = people["id"].sample(given.list // 2, seed=3)
    listed = pl.DataFrame({"id": pl.concat([half, numbers(given.list - given.list // 2, source)]).shuffle(seed=4)})
    as_integers, integer_seconds = joined(people, listed)
    as_text, text_seconds = joined(people.cast(pl.String), listed.cast(pl.String))
    lines = [
        f"{given.people:,} people x list of {given.list:,}: {as_integers:,} found as integers, {as_text:,} as text",
        f"integers {integer_seconds:.2f} s, text {text_seconds:.2f} s, ratio {text_seconds / integer_seconds:.1f}",
        f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB (text columns included)",
    ]
    print("\n".join(lines))
    if given.keep:
        keep_result("join", lines)
    return 0 if as_integers == as_text else 1


if __name__ == "__main__":
    raise SystemExit(main())
