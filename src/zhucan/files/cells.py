"""What a reader finds in one cell, before a feed makes a value of it."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

Cell: TypeAlias = str | int | float | bool | date | None
"""A date-time keeps its date only; an empty cell is None."""
