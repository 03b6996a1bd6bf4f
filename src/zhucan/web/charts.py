"""Bars and lines drawn by the server: words never shrink, a sentence says what one sees, the table stands beneath.

Widths are percentages and heights pixels, so a picture reflows with its page. Colours come from the style sheet by
class; there is no style attribute and no script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from zhucan.web.table import Cell, Column, Row, Table

_BAR_STEP, _BAR_TEXT, _BAR_TOP, _BAR_HEIGHT = 44, 16, 24, 12
_GROUP_STEP, _GROUP_TEXT = 36, 22
_LINE_HEIGHT, _LINE_TOP, _LINE_FOOT = 180, 32, 40


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; ``value`` None where the number is hidden or unknown (``said`` then says which)."""

    label: str
    value: int | None
    said: str = "未知"


@dataclass(frozen=True, slots=True)
class Group:
    """Bars that belong together, a place for instance."""

    title: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Series:
    """A line: one value for each place on the axis, None where there is none."""

    title: str
    values: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture ready for ``{% chart %}``."""

    title: str
    sentence: str
    svg: SafeString
    table: Table


def _frame(key: str, title: str, kind: str, height: int, drawn: SafeString) -> SafeString:
    return format_html(
        '<svg class="picture" role="img" aria-labelledby="{0}-title" aria-describedby="{0}-desc" width="100%"'
        ' height="{1}"><title id="{0}-title">{2}，{3}</title><desc id="{0}-desc">数字在图后面的表里。</desc>{4}</svg>',
        key,
        height,
        title,
        kind,
        drawn,
    )


def _said(bar: Bar, unit: str) -> str:
    return bar.said if bar.value is None else f"{bar.value:,} {unit}"


def _one_bar(bar: Bar, top: int, largest: int, unit: str, tone: int) -> SafeString:
    words = format_html(
        '<text x="0" y="{}">{}<tspan class="value" dx="8">{}</tspan></text>',
        top + _BAR_TEXT,
        bar.label,
        _said(bar, unit),
    )
    if not bar.value:
        return words
    return words + format_html(
        '<rect class="tone{}" x="0" y="{}" width="{}%" height="{}"></rect>',
        tone,
        top + _BAR_TOP,
        f"{100 * bar.value / largest:.2f}",
        _BAR_HEIGHT,
    )


def bars(key: str, title: str, sentence: str, given: Sequence[Bar], *, unit: str, axis: str = "乡镇（街道）") -> Chart:
    """Horizontal bars in their given order, the longest as wide as the picture; ``key`` is unique on the page."""
    largest = max((bar.value or 0 for bar in given), default=0)
    drawn = [_one_bar(bar, place * _BAR_STEP, largest, unit, 0) for place, bar in enumerate(given)]
    rows = [Row([Cell(bar.label, is_header=True), Cell(_number(bar.value, bar.said))]) for bar in given]
    columns = [Column("place", axis), Column("value", title, unit, numeric=True)]
    svg = _frame(key, title, "条形图", len(given) * _BAR_STEP, _joined(drawn))
    return Chart(title, sentence, svg, Table(title, columns, rows, id=f"{key}-table"))


def grouped_bars(
    key: str, title: str, sentence: str, groups: Sequence[Group], *, unit: str, axis: str = "乡镇（街道）"
) -> Chart:
    """Bars in groups, each group with the same labels in the same order.

    Raises:
        ValueError: the groups have not the same labels.
    """
    labels = [bar.label for bar in groups[0].bars] if groups else []
    if any([bar.label for bar in group.bars] != labels for group in groups):
        raise ValueError("every group of a chart needs the same bars in the same order")
    largest = max((bar.value or 0 for group in groups for bar in group.bars), default=0)
    drawn: list[SafeString] = []
    top = 0
    for group in groups:
        drawn.append(format_html('<text class="group" x="0" y="{}">{}</text>', top + _GROUP_TEXT, group.title))
        top += _GROUP_STEP
        for tone, bar in enumerate(group.bars):
            drawn.append(_one_bar(bar, top, largest, unit, tone % 2))
            top += _BAR_STEP
    rows = [
        Row([Cell(group.title, is_header=True), *(Cell(_number(bar.value, bar.said)) for bar in group.bars)])
        for group in groups
    ]
    columns = [Column("place", axis), *(Column(f"bar{n}", one, unit, numeric=True) for n, one in enumerate(labels))]
    return Chart(title, sentence, _frame(key, title, "分组条形图", top, _joined(drawn)), Table(
        title, columns, rows, id=f"{key}-table"
    ))  # fmt: skip


def lines(
    key: str,
    title: str,
    sentence: str,
    places: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str,
    axis: str = "月份",
) -> Chart:
    """Lines over ``places`` from zero upwards, each named at its end; a gap where a value is missing.

    Raises:
        ValueError: a series has not one value for each place.
    """
    if any(len(one.values) != len(places) for one in series):
        raise ValueError("every line of a chart needs one value for each place")
    largest = max((value or 0 for one in series for value in one.values), default=0) or 1
    drawn = [_axis(places)]
    taken: list[float] = []
    for tone, one in enumerate(series):
        drawn.append(_path(one, largest, tone % 2))
        drawn.append(_line_words(one, largest, unit, taken))
    rows = [
        Row([Cell(place, is_header=True), *(Cell(_number(one.values[n], "–")) for one in series)])
        for n, place in enumerate(places)
    ]
    columns = [
        Column("place", axis),
        *(Column(f"line{n}", one.title, unit, numeric=True) for n, one in enumerate(series)),
    ]
    height = _LINE_TOP + _LINE_HEIGHT + _LINE_FOOT
    return Chart(title, sentence, _frame(key, title, "折线图", height, _joined(drawn)), Table(
        title, columns, rows, id=f"{key}-table"
    ))  # fmt: skip


def _number(value: int | None, said: str) -> str:
    return said if value is None else f"{value:,}"


def _joined(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _axis(places: Sequence[str]) -> SafeString:
    foot = _LINE_TOP + _LINE_HEIGHT
    line = format_html('<line class="axis" x1="0" y1="{0}" x2="100%" y2="{0}"></line>', foot)
    if not places:
        return line
    first = format_html('<text x="0" y="{}">{}</text>', foot + 24, places[0])
    last = format_html('<text class="end" x="100%" y="{}">{}</text>', foot + 24, places[-1])
    return line + first + (last if len(places) > 1 else SafeString(""))


def _path(one: Series, largest: int, tone: int) -> SafeString:
    """The line in a box of 1000 × 1000 that stretches with the page; its stroke does not."""
    step = 1000 / max(len(one.values) - 1, 1)
    steps: list[str] = []
    pen_down = False
    for place, value in enumerate(one.values):
        if value is not None:
            steps.append(f"{'L' if pen_down else 'M'}{place * step:.1f} {1000 - 1000 * value / largest:.1f}")
        pen_down = value is not None
    return format_html(
        '<svg x="0" y="{}" width="100%" height="{}" viewBox="0 0 1000 1000" preserveAspectRatio="none">'
        '<path class="tone{}" d="{}" vector-effect="non-scaling-stroke"></path></svg>',
        _LINE_TOP,
        _LINE_HEIGHT,
        tone,
        "".join(steps),
    )


def _line_words(one: Series, largest: int, unit: str, taken: list[float]) -> SafeString:
    """Name and last value at the end of a line, moved up where another name stands already."""
    last = next((value for value in reversed(one.values) if value is not None), None)
    if last is None:
        return SafeString("")
    at = _LINE_TOP + _LINE_HEIGHT * (1 - last / largest) - 8
    while any(abs(at - other) < 20 for other in taken):
        at = at - 20 if at > 36 else at + 44
    taken.append(at)
    return format_html(
        '<text class="end" x="100%" y="{}">{}<tspan class="value" dx="8">{} {}</tspan></text>',
        f"{max(at, 16):.0f}",
        one.title,
        f"{last:,}",
        unit,
    )
