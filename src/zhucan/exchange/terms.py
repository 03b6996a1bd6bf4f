"""What reading a load goes by: the county's places, the feeds, the vocabulary, the settings in force."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from zhucan.files.feeds import FeedBook, load_feeds
from zhucan.match.places import Places, load_places
from zhucan.match.settings import Settings, load_settings
from zhucan.rules.content import shipped_content
from zhucan.rules.vocabulary import Vocabulary, load_vocabulary


@dataclass(frozen=True, slots=True)
class Terms:
    """One county's terms."""

    places: Places
    settings: Settings
    book: FeedBook
    vocabulary: Vocabulary


def content() -> tuple[Path, ...]:
    """The content folders: the shipped one first, the office's own after it."""
    return (shipped_content(), *settings.ZHUCAN_CONTENT)


@lru_cache(maxsize=1)
def feed_book() -> FeedBook:
    """The feeds in force. Read once: content changes with a restart.

    Raises:
        FeedError: the content has mistakes.
    """
    return load_feeds(content())


@lru_cache(maxsize=4)
def terms_of(county: int) -> Terms:
    """The terms of a county (6 digits).

    Raises:
        LookupError: there is no such county.
        ContentError, FeedError: the content has mistakes; all of them are named.
    """
    folders = content()
    return Terms(
        places=load_places(county, folders),
        settings=load_settings(folders),
        book=feed_book(),
        vocabulary=load_vocabulary(*(folder / "vocabulary" for folder in folders)),
    )
