"""100,000 rows of xlsx read, checked and explained.

    python benchmarks/reading.py [--rows 100000] [--keep]

The roster is an invented one (``zhucan demo``), 20 columns wide, dirty as such files are, on sheets by township.
Timed: guard and parse in the child, recognition and cells, identities and duplicates, and writing the explained copy.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
from results import keep_result

from zhucan.demo import generate
from zhucan.files.explained import write_explained
from zhucan.files.read import read_file
from zhucan.files.tables import account
from zhucan.match.roster import clean_roster
from zhucan.match.run import load_terms
from zhucan.rules.content import shipped_content

BAR = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    as_of = date(2026, 11, 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate(folder / "county", persons=given.rows, seed=1, as_of=as_of)
        path = next(file for file in sorted((folder / "county").rglob("*.xlsx")) if "花名册" in file.name)
        terms = load_terms(450803, as_of, [shipped_content()])
        start = time.perf_counter()
        source = read_file(path, terms.book)
        read = time.perf_counter()
        clean_roster(source.tables, terms.places, terms.settings.certificate_years)
        checked = time.perf_counter()
        write_explained(source, folder / "explained.xlsx")
        explained = time.perf_counter()
        size = path.stat().st_size / 1e6
    counts = account(source.tables)
    columns = max(len(row.cells) for table in source.tables for row in table.rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    lines = [
        f"{counts.read:,} rows x {columns} columns, {size:.0f} MB of xlsx, balanced: {counts.balanced}",
        f"accepted {counts.accepted:,}, duplicate {counts.duplicate:,}, rejected {counts.rejected:,}",
        f"read {read - start:.1f} s, checked {checked - read:.1f} s, explained copy {explained - checked:.1f} s",
        f"together {explained - start:.1f} s (bar: {BAR} s), peak {peak:.1f} GB",
    ]
    print("\n".join(lines))
    if given.keep:
        keep_result("reading", lines)
    return 0 if explained - start <= BAR and counts.balanced else 1


if __name__ == "__main__":
    raise SystemExit(main())
