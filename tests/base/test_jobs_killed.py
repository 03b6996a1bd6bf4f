"""Workers killed with SIGKILL at random moments lose nothing and do nothing twice, on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.base.conftest import postgresql

ROWS, JOBS, WORKERS, KILLS = 250, 3, 2, 12
ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of programs with a data directory and a database of their own."""
    own = {key: value for key, value in os.environ.items() if key not in ("ZHUCAN_DATABASE", "ZHUCAN_TEST_DATABASE")}
    own |= {"ZHUCAN_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    own |= {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    if request.param == "sqlite":
        yield own
        return
    server, name = postgresql(), f"zhucan_jobs_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        yield own | {"ZHUCAN_DATABASE": f"{server}/{name}"}
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


def test_every_row_is_written_once_whatever_is_killed(place: dict[str, str]) -> None:
    numbers = map(str, (ROWS, JOBS, WORKERS, KILLS, 1))
    command = [sys.executable, "-m", "tests.base.job_killing", *numbers]
    said = subprocess.run(command, env=place, capture_output=True, text=True, timeout=200, check=False)
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout)
    assert found["states"] == ["done"] * JOBS
    assert found["killed"] >= KILLS // 2  # the rest came when all was done
    jobs = sorted({job for job, _ in found["rows"]})
    assert len(jobs) == JOBS
    assert found["rows"] == [[job, number] for job in jobs for number in range(ROWS)]
