"""The vocabulary in force: what is shipped, and what the office's own content folder adds."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from zhucan.rules.content import shipped_content
from zhucan.rules.vocabulary import Vocabulary, load_vocabulary


def content() -> tuple[Path, ...]:
    """The content folders: the shipped one first, the office's own after it."""
    return (shipped_content(), *settings.ZHUCAN_CONTENT)


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """All facts. Read once: content changes with a restart.

    Raises:
        ContentError: the content has mistakes; all of them are named.
    """
    return load_vocabulary(*(folder / "vocabulary" for folder in content()))
