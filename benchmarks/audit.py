"""Tampers with an audit chain so many times, and says how many were found and located (R8).

    python benchmarks/audit.py [--entries 10000] [--tampers 1000] [--seed 1]
Runs on a new SQLite database, or on the one ``ZHUCAN_DATABASE`` names (it must be empty; the user a superuser).
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--tampers", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"ZHUCAN_DATA": folder, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        return run(given.entries, given.tampers, given.seed, Path(folder) / "heads")


def run(entries: int, tampers: int, seed: int, heads: Path) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.base import tampering
    from zhucan.base.verifying import verify_chain

    began = time.perf_counter()
    tampering.build(entries, heads, every=1_000)
    print(f"{entries} entries written and sealed: {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    faults = verify_chain(heads)
    print(f"verified: {len(faults)} faults, {time.perf_counter() - began:.2f} s")
    chance, found, tried = random.Random(seed), Counter[str](), Counter[str]()
    for number in range(tampers):
        kind = tampering.KINDS[number % len(tampering.KINDS)]
        tried[kind] += 1
        found[kind] += tampering.is_found(kind, heads, chance)
    for kind in tampering.KINDS:
        print(f"{kind:10} {found[kind]:5} of {tried[kind]:5} found and located")
    return int(found != tried or bool(faults))


if __name__ == "__main__":
    sys.exit(main())
