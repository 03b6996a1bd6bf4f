"""An office's installation for the tests: ``zhucan …`` as a process of its own, with its own data directory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from zhucan.rules.content import shipped_content

SOURCE = Path(__file__).resolve().parents[2] / "src"
COUNTY = 450803


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    said: str


@dataclass(frozen=True)
class Office:
    """A data directory and the settings beside it."""

    data: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Nothing of the tests' own settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHUCAN", "DJANGO"))}
        return {**kept, "PYTHONPATH": str(SOURCE), "ZHUCAN_DATA": str(self.data), **self.settings}

    def run(self, *arguments: object, stdin: str = "", **settings: str) -> Done:
        """``zhucan …`` to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "zhucan", *map(str, arguments)],
            env={**self.environment(), **settings},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=240,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def running(self, *arguments: object) -> Iterator[subprocess.Popen[str]]:
        """``zhucan …`` until the block ends."""
        process = subprocess.Popen(
            [sys.executable, "-m", "zhucan", *map(str, arguments)],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=30)


def few_divisions(folder: Path) -> Path:
    """The county, what is above it, and all villages of it: a table that loads in no time."""
    table = pl.read_parquet(shipped_content() / "divisions" / "divisions.parquet")
    above = [COUNTY // 10**4 * 10**10, COUNTY // 10**2 * 10**8]
    target = folder / "divisions.parquet"
    table.filter((pl.col("code") // 10**6 == COUNTY) | pl.col("code").is_in(above)).write_parquet(target)
    return target


def installed(folder: Path, **settings: str) -> Office:
    """An office after ``zhucan setup``."""
    office = Office(folder / "data", settings)
    done = office.run("setup", "--division", COUNTY, "--divisions", few_divisions(folder))
    assert done.code == 0, done.said
    (folder / "setup.txt").write_text(done.out, encoding="utf-8")
    return office


def password_told(folder: Path) -> str:
    """The one-time password set-up told of."""
    found = re.search(r"一次性密码 (\S+)", (folder / "setup.txt").read_text(encoding="utf-8"))
    assert found
    return found[1]
