"""Rotates the key of a million sealed cells while the worker is killed again and again; says how long it took (R21).

    python benchmarks/rotation.py [--cells 1000000] [--kills 20] [--cipher AES-256-GCM | SM4-GCM]
Runs on a new SQLite database, or on the empty one ``ZHUCAN_DATABASE`` names.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--cipher", default="AES-256-GCM")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "ZHUCAN_DATA": folder,
            "ZHUCAN_CIPHER": given.cipher,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        return run(given.cells, given.kills)


def run(cells: int, kills: int) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from zhucan.base import keyring, rotation
    from zhucan.base.models import Job
    from zhucan.base.permissions import SYSTEM
    from zhucan.base.secrets import key_number
    from zhucan.registry.models import Household

    for start in range(0, cells, 20_000):
        rows = [Household(kind="registered", place=450803000000) for _ in range(min(20_000, cells - start))]
        for number, row in enumerate(rows):
            row.address = f"幸福路 {start + number} 号"
        Household.objects.bulk_create(rows)
    rotation.rotate("person", by=SYSTEM)
    began, killed, chance = time.perf_counter(), 0, random.Random(1)
    child = worker()
    while Job.objects.filter(finished_at=None, failed_at=None).exists():
        time.sleep(chance.uniform(0.2, 2))
        if killed < kills:
            killed += 1
            end(child)
            child = worker()
    end(child)
    print(f"{cells} cells, worker killed {killed} times: {time.perf_counter() - began:.1f} s")
    new = keyring.current("person").number
    found = [(row.address, key_number(row.address_sealed)) for row in Household.objects.order_by("id").iterator()]
    wrong = sum(each != (f"幸福路 {number} 号", new) for number, each in enumerate(found))
    print(f"lost, doubled or still under the old key: {wrong + abs(len(found) - cells)}")
    return int(bool(wrong) or len(found) != cells)


def worker() -> int:
    """The number of a new worker process."""
    from django.db import connections

    from zhucan.base import jobs

    connections.close_all()
    child = os.fork()
    if not child:
        try:
            jobs.run_forever()
        finally:
            os._exit(1)
    return child


def end(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


if __name__ == "__main__":
    sys.exit(main())
