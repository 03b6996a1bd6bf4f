"""Guides of policies as they are drawn: the few signs of Markdown they use are read, nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

_STEP = re.compile(r"\d+[.、]\s*")


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines that stand together: ``kind`` is paragraph, item (points of a list) or step (points in an order)."""

    kind: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it; without a heading what stands before the first one."""

    heading: str
    passages: Sequence[Passage]


def guide_blocks(text: str) -> list[tuple[str, str]]:
    """A guide line by line: (heading item step paragraph, its text). A step keeps its number."""
    blocks: list[tuple[str, str]] = []
    for line in text.splitlines():
        said = line.strip()
        if said.startswith("#"):
            blocks.append(("heading", said.lstrip("# ")))
        elif said.startswith(("- ", "* ")):
            blocks.append(("item", said[2:]))
        elif _STEP.match(said):
            blocks.append(("step", said))
        elif said:
            blocks.append(("paragraph", said))
    return blocks


def guide_sections(text: str) -> list[Section]:
    """A guide by its headings, without its title; the numbers of steps are left to the list they become."""
    sections: list[Section] = []
    heading, paragraphs = "", []
    body = [line for line in text.splitlines() if not line.startswith("# ")]
    for line in [*body, "## "]:
        if not line.startswith("#"):
            paragraphs.append(line)
            continue
        passages = _passages(paragraphs)
        if heading or passages:
            sections.append(Section(heading, passages))
        heading, paragraphs = line.lstrip("# ").strip(), []
    return sections


def _passages(lines: Sequence[str]) -> list[Passage]:
    """Neighbours of one kind together; an empty line parts paragraphs, never a list."""
    found: list[Passage] = []
    for is_empty, together in groupby(lines, key=lambda line: not line.strip()):
        if is_empty:
            continue
        for kind, blocks in groupby(guide_blocks("\n".join(together)), key=lambda block: block[0]):
            said = [_STEP.sub("", words, count=1) if kind == "step" else words for _, words in blocks]
            if found and kind != "paragraph" and found[-1].kind == kind:
                found[-1] = Passage(kind, [*found[-1].lines, *said])
            else:
                found.append(Passage(kind, said))
    return found
