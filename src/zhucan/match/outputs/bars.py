"""Bars for a page: widths in percent, text at its own size, so that the picture reflows and its words never shrink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_STEP, _TEXT_AT, _BAR_AT = 60, 22, 32


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar before drawing; ``value`` None where the count is hidden."""

    label: str
    value: int | None


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """One bar as drawn: the line of words above it, and its width in percent (0: no bar)."""

    words: str
    width: str
    text_y: int
    bar_y: int


@dataclass(frozen=True, slots=True)
class Bars:
    """A picture of bars: its title, the sentence that says what one sees, its height in pixels."""

    title: str
    sentence: str
    height: int
    bars: Sequence[DrawnBar]


def draw(title: str, sentence: str, bars: Sequence[Bar], unit: str, hidden: str) -> Bars:
    """Lay out bars in their given order, the longest as wide as the picture."""
    largest = max((bar.value or 0 for bar in bars), default=0)
    drawn = [
        DrawnBar(
            f"{bar.label}　{hidden if bar.value is None else f'{bar.value:,} {unit}'}",
            f"{100 * (bar.value or 0) / largest:.2f}" if largest else "0",
            place * _STEP + _TEXT_AT,
            place * _STEP + _BAR_AT,
        )
        for place, bar in enumerate(bars)
    ]
    return Bars(title, sentence, len(bars) * _STEP, drawn)
