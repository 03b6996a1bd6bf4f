"""The pages under test, one for each state the summary can be in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.match.outputs.factory import make_result, without_presumptions
from zhucan.match.outputs.figures import figures_of
from zhucan.match.outputs.summary import write_summary
from zhucan.match.result import MatchResult


def full() -> MatchResult:
    """Everything there is to say, many small counts among it."""
    return make_result(600)


def settled() -> MatchResult:
    """A large county, every list loaded, nothing to ask."""
    return replace(without_presumptions(make_result(3000)), questions=())


def empty() -> MatchResult:
    """A run that found nothing."""
    return replace(
        make_result(5), persons=(), lines=(), strays=(), expiring=(), expired=0, alive=0, presumptions=(), questions=()
    )


def uncompared() -> MatchResult:
    """No payment list: nobody can say who receives what."""
    result = make_result(600)
    lines = [replace(line, receiving=None, paid_fen=0, finding="not_compared") for line in result.lines]
    return replace(result, lines=lines, strays=())


STATES = {"full": full, "settled": settled, "empty": empty, "uncompared": uncompared}


def write_page(state: str, folder: Path) -> Path:
    """Write the page of one state into ``folder``."""
    result = STATES[state]()
    path = folder / f"{state}.html"
    write_summary(result, figures_of(result), path)
    return path
