"""The country on one machine: 50 policies over 38 million people, per township, with unknowns and money.

    python benchmarks/national.py compare WORKLOAD.py country.parquet [--runs 5] [--keep]
    python benchmarks/national.py engine rules.toml country.parquet --out totals.parquet
``WORKLOAD.py`` is a script with the commands ``generate``, ``rules`` and ``baseline`` (a hand-written program for the
same 50 policies). ``compare`` runs engine and baseline in turn, each in a fresh process, checks that all totals are
equal, and prints the medians and their ratio. Seconds are each program's own: compiling included, importing not.
"""

from __future__ import annotations

import argparse
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
from results import keep_result

NUMBERS = {
    "township": (0, 100_000), "province": (0, 99), "age": (0, 120), "sex": (1, 2), "category": (1, 7), "level": (1, 4),
    "employment": (0, 9), "schooling": (0, 9), "income_fen": (0, 10_000_000),
}  # fmt: skip
FLAGS = [
    "rural",
    "certificate_valid",
    "minimum_living_allowance",
    "low_income_margin",
    "extreme_poverty_support",
    "orphan",
    "work_injury_nursing_fee",
    "needs_long_term_care",
    "pension_insured",
    "medical_insured",
    "motor_wheelchair",
    "needs_device",
    "needs_rehabilitation",
    "needs_medicine",
    "student",
]


def write_content(rules: Path, content: Path) -> None:
    """The 50 policies as an ordinary content folder: a vocabulary, and a pack each with its rates."""
    facts = [
        f'[[fact]]\nid = "{n}"\nzh = "{n}_"\nen = "{n}"\ntype = "integer"\nmin = {a}\nmax = {b}\n'
        for n, (a, b) in NUMBERS.items()
    ]
    facts += [f'[[fact]]\nid = "{n}"\nzh = "{n}_"\nen = "{n}"\ntype = "yes_no"\n' for n in FLAGS]
    (content / "vocabulary").mkdir(parents=True)
    (content / "vocabulary" / "person.toml").write_text("\n".join(facts), encoding="utf8")
    for policy in tomllib.loads(rules.read_text(encoding="utf8"))["policy"]:
        folder = content / "packs" / "cn" / policy["id"]
        folder.mkdir(parents=True)
        (folder / "policy.toml").write_text(
            f'id = "{policy["id"]}"\nzh = "{policy["id"]}"\nen = "{policy["id"]}"\n'
            'subject = "person"\nrhythm = "month"\n'
            'decides = "民政"\n[[basis]]\ntitle = "national workload"\n',
            encoding="utf8",
        )
        (folder / "2026-01-01.toml").write_text(
            f'[[condition]]\nid = "all"\nwhen = """{policy["when"]}"""\nbasis = "workload"\nelse = "不符合"\n\n'
            '[outcome]\nkind = "cash"\namount = \'rate("standard")\'\n',
            encoding="utf8",
        )
        (folder / "rates.csv").write_text("\n".join(rate_rows(policy["rate"])) + "\n", encoding="utf8")


def rate_rows(rate: int | dict[str, int | list[int]]) -> list[str]:
    """The lines of a rates.csv: a flat rate, a table by province, or by province and level (first: level 1)."""
    lines = ["name,from,province,level,amount,unit,source"]
    cells = {"": rate} if isinstance(rate, int) else rate
    for province, fen in cells.items():
        levels = {"": fen} if isinstance(fen, int) else {"1": fen[0], "2..4": fen[1]}
        lines += [f"standard,2026-01-01,{province},{level},{f / 100:.2f},元/月,workload" for level, f in levels.items()]
    return lines


def engine(rules: Path, people: Path, out: Path | None) -> None:
    """Load, compile and total; prints the same lines as the baseline."""
    import polars as pl

    from zhucan.rules.compile.batch import Batch
    from zhucan.rules.library import load_library

    with tempfile.TemporaryDirectory() as folder:
        write_content(rules, Path(folder))
        start = time.perf_counter()
        as_of = date(2026, 11, 1)
        policies = load_library(Path(folder)).policies(division=0, as_of=as_of)
        frame = pl.scan_parquet(people)
        batch = Batch(policies, frame.collect_schema().names(), as_of)
        totals = batch.totals(frame, by="township", constant=("province",))
        seconds = time.perf_counter() - start
    persons = frame.select(pl.len()).collect().item()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    townships = totals["township"].n_unique()
    print(f"persons {persons:,}  policies {len(policies)}  townships {townships:,}", end="  ")
    print(f"seconds {seconds:.2f}  peak GB {peak:.2f}")
    print(
        "entitled",
        totals["entitled"].sum(),
        "unknown",
        totals["unknown"].sum(),
        "yuan a month",
        totals["fen"].sum() // 100,
    )
    if out:
        totals.write_parquet(out)


def compare(workload: Path, people: Path, runs: int, keep: bool) -> int:
    """Both programs in turn, ``runs`` times each; 1 when totals differ or the engine is too slow or too large."""
    import polars as pl

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run([str(workload), "rules", str(folder / "rules.toml")])
        commands = {
            "engine": [
                __file__,
                "engine",
                str(folder / "rules.toml"),
                str(people),
                "--out",
                str(folder / "engine.parquet"),
            ],
            "baseline": [str(workload), "baseline", str(people), "--out", str(folder / "baseline.parquet")],
        }
        seconds: dict[str, list[float]] = {"engine": [], "baseline": []}
        peaks: dict[str, list[float]] = {"engine": [], "baseline": []}
        for turn in range(runs):
            for which, command in commands.items():
                text = run(command)
                print(f"run {turn + 1} {which:8} {text.splitlines()[0]}", flush=True)
                seconds[which].append(figure("seconds", text))
                peaks[which].append(figure("peak GB", text))
        ours, theirs = (pl.read_parquet(folder / f"{which}.parquet") for which in commands)
    key = ["township", "policy"]
    columns = [*key, "entitled", "unknown", "fen"]
    theirs = theirs.join(ours.select("township").unique(), on="township", how="semi")
    same = ours.select(columns).cast({"township": pl.Int32}).sort(key).equals(theirs.select(columns).sort(key))
    medians = {which: statistics.median(values) for which, values in seconds.items()}
    ratio = medians["engine"] / medians["baseline"]
    lines = [
        f"totals equal: {'yes' if same else 'NO'} ({ours.height:,} rows: township x policy)",
        *(
            f"{which} median {medians[which]:.2f} s (runs {seconds[which]}), peak {max(peaks[which]):.2f} GB"
            for which in medians
        ),
        f"ratio engine / baseline {ratio:.2f} (bar: at most 1.30)",
    ]
    print("\n".join(lines))
    if keep:
        keep_result("national", lines)
    return 0 if same and ratio <= 1.3 and max(peaks["engine"]) <= 4 else 1


def figure(name: str, text: str) -> float:
    """The number a program printed after this name."""
    found = re.search(rf"{name} ([\d.]+)", text)
    assert found, f"no {name} in: {text}"
    return float(found[1])


def run(command: list[str]) -> str:
    """The output of a Python program in a fresh process."""
    return subprocess.run([sys.executable, *command], check=True, capture_output=True, text=True).stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("engine")
    one.add_argument("rules", type=Path)
    one.add_argument("people", type=Path)
    one.add_argument("--out", type=Path)
    both = commands.add_parser("compare")
    both.add_argument("workload", type=Path)
    both.add_argument("people", type=Path)
    both.add_argument("--runs", type=int, default=5)
    both.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    if given.command == "engine":
        engine(given.rules, given.people, given.out)
        return 0
    return compare(given.workload, given.people, given.runs, given.keep)


if __name__ == "__main__":
    raise SystemExit(main())
