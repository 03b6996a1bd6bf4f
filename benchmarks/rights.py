"""Every cell of the rights matrix (R10): ``python -m benchmarks.rights [how many] [seed]``. Prints cells and faults.

Uses a database of its own beside the configured one, as tests do, and drops it afterwards.
"""

from __future__ import annotations

import logging
import os
import random
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main(wanted: int | None, seed: int) -> int:
    import django

    django.setup()
    from django.db import transaction
    from django.test.runner import DiscoverRunner

    from tests.web_access.matrix import World, cells, fault, without_builder

    logging.disable(logging.CRITICAL)
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    try:
        with transaction.atomic():
            everything = list(cells())
            chosen = (
                everything if wanted is None else random.Random(seed).sample(everything, min(wanted, len(everything)))
            )
            began, world = time.monotonic(), World()
            faults = [found for cell in chosen if (found := fault(world, cell))]
            seconds = time.monotonic() - began
            transaction.set_rollback(True)
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()
    print(f"{len(chosen):,} of {len(everything):,} cells in {seconds:,.0f} s: {len(faults):,} faults")
    print("\n".join(faults[:50]))
    if missing := without_builder():
        print(f"not asked, nobody said how to make what they name: {', '.join(missing)}")
    return 1 if faults or missing else 0


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:3]]
    sys.exit(main(numbers[0] if numbers else None, numbers[1] if len(numbers) > 1 else 20261121))
