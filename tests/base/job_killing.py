"""Runs workers on a database of their own and kills them at random moments; prints what was written, as JSON.

    python -m tests.base.job_killing ROWS JOBS WORKERS KILLS SEED
The environment says where: ZHUCAN_DATA, ZHUCAN_DATABASE (empty). Workers are forked, so that a kill costs no new start.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from zhucan.base import jobs  # noqa: E402
from zhucan.base.models import Job  # noqa: E402
from zhucan.base.permissions import SYSTEM  # noqa: E402

CHUNK, SECONDS = 5, 120


def count(job: Job) -> Callable[[], bool]:
    """Five rows a chunk, slowly, so that kills fall into every moment."""
    rows = [(job.pk, number) for number in range(job.cursor, min(job.cursor + CHUNK, int(job.arguments["rows"])))]
    time.sleep(random.uniform(0, 0.01))

    def write() -> bool:
        with connection.cursor() as cursor:
            for row in rows:
                cursor.execute("INSERT INTO counted (job, number) VALUES (%s, %s)", row)
                time.sleep(random.uniform(0, 0.002))
        job.cursor += len(rows)
        return job.cursor >= int(job.arguments["rows"])

    return write


def make(rows: int, how_many: int) -> None:
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE counted (job bigint NOT NULL, number bigint NOT NULL)"
        )  # no key: doubles would show
    for number in range(how_many):
        jobs.enqueue(kind="count", key=f"count:{number}", arguments={"rows": rows}, by=SYSTEM)


def worker() -> int:
    """The number of a new worker process."""
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


def states() -> list[str]:
    return [str(job.state.value) for job in Job.objects.order_by("id")]


def main(rows: int, how_many: int, workers: int, kills: int, seed: int) -> None:
    make(rows, how_many)
    jobs.register("count", count)
    chance, killed, began = random.Random(seed), 0, time.monotonic()
    children = [worker() for _ in range(workers)]
    while time.monotonic() - began < SECONDS and not set(states()) <= {"done", "failed"}:
        time.sleep(chance.uniform(0.02, 0.3))
        if killed < kills:
            index, killed = chance.randrange(workers), killed + 1
            end(children[index])
            children[index] = worker()
    for child in children:
        end(child)
    with connection.cursor() as cursor:
        cursor.execute("SELECT job, number FROM counted ORDER BY job, number")
        found = [list(row) for row in cursor.fetchall()]
    print(json.dumps({"rows": found, "states": states(), "killed": killed}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
