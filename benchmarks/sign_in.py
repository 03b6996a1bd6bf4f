"""Whether the time an answer takes tells that a user name exists (R23): ``python -m benchmarks.sign_in [tries, 60]``.

Prints the medians of wrong passwords for a known name, an unknown one and a stopped one, with the real password hash.
"""

from __future__ import annotations

import logging
import os
import statistics
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main(tries: int) -> int:
    import django
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    django.setup()
    from django.core.cache import cache
    from django.db import transaction
    from django.test.runner import DiscoverRunner

    from tests.factories.people import make_divisions, make_user
    from tests.web_access.staff import PASSWORD, sign_in

    logging.disable(logging.CRITICAL)
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    taken: dict[str, list[float]] = {"known": [], "unknown": [], "stopped": []}
    try:
        with transaction.atomic():
            make_divisions()
            make_user(username="known", password=PASSWORD)
            stopped = make_user(username="stopped", password=PASSWORD)
            stopped.is_active = False
            stopped.save()
            for _ in range(tries):
                for name, times in taken.items():
                    cache.clear()
                    with transaction.atomic():
                        began = time.perf_counter()
                        sign_in(name, "wrong-Password-1")
                        times.append(time.perf_counter() - began)
                        transaction.set_rollback(True)
            transaction.set_rollback(True)
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()
    medians = {name: statistics.median(times) * 1000 for name, times in taken.items()}
    spread = max(medians.values()) / min(medians.values()) - 1
    print(", ".join(f"{name} {one:.1f} ms" for name, one in medians.items()), f"; spread {spread:.1%}")
    return 0 if spread <= 0.10 else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
