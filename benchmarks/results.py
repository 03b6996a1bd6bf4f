"""Figures are kept with their day and machine, one dated section a run, newest last."""

from __future__ import annotations

import os
import platform
from datetime import date
from pathlib import Path


def keep_result(name: str, lines: list[str]) -> None:
    """Append these lines to ``benchmarks/results/<name>.md``."""
    folder = Path(__file__).resolve().parent / "results"
    folder.mkdir(exist_ok=True)
    head = f"\n## {date.today()}: {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}\n\n"
    path = folder / f"{name}.md"
    title = (
        ""
        if path.exists()
        else f"# benchmarks/{name}.py\n\nWhat it measures and how to run it stands at the head of the command.\n"
    )
    with path.open("a", encoding="utf8") as file:
        file.write(title + head + "\n".join(f"    {line}" for line in lines) + "\n")
