"""Every form fuzzed (R18): ``python -m benchmarks.forms [cases per form] [seed]``. Prints what was sent, and faults."""

from __future__ import annotations

import logging
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main(number: int, seed: int) -> int:
    import django

    django.setup()
    from django.db import transaction
    from django.test.runner import DiscoverRunner

    from tests.web_access.fuzz import fuzz, fuzz_addresses
    from tests.web_access.matrix import World

    logging.disable(logging.CRITICAL)
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    try:
        with transaction.atomic():
            began, world = time.monotonic(), World()
            forms, done, faults = fuzz(world, number, seed)
            asked, more = fuzz_addresses(world)
            seconds = time.monotonic() - began
            transaction.set_rollback(True)
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()
    print(f"{forms} forms, {done:,} cases, {asked:,} bad addresses in {seconds:,.0f} s: {len(faults + more)} faults")
    print("\n".join([*faults, *more][:50]))
    return 1 if faults or more else 0


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:3]]
    sys.exit(main(numbers[0] if numbers else 500, numbers[1] if len(numbers) > 1 else 20261121))
