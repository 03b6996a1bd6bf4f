"""A small content folder for tests: one policy and a province's layer, each file replaceable."""

from __future__ import annotations

from pathlib import Path

from tests.rules.mistakes import SOUND


def small_content(folder: Path, changes: dict[str, str | None] | None = None) -> Path:
    """Write the sound content below ``folder`` with these files replaced (None: left out)."""
    for name, text in (SOUND | (changes or {})).items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf8")
    return folder
