"""The policies in force here: shipped, the office's own, and what it adopted."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from zhucan.files.feeds import FeedBook, load_feeds
from zhucan.match.settings import Settings, load_settings
from zhucan.registry.vocabulary import content
from zhucan.rules.library import Library, load_library


def adopted_folder() -> Path:
    """Where adopted rates sheets lie: in the data directory, so that they survive an upgrade."""
    return Path(settings.ZHUCAN_DATA) / "content"


def folders() -> tuple[Path, ...]:
    """All content folders, what counts most last."""
    adopted = adopted_folder()
    return (*content(), adopted) if adopted.is_dir() else content()


def generation() -> int:
    """Changes when something is adopted, in whatever process: whoever cached the library reads it anew."""
    marker = adopted_folder() / "generation"
    return marker.stat().st_mtime_ns if marker.exists() else 0


def library() -> Library:
    """The library, read once for each generation.

    Raises:
        ContentError: the content has mistakes; all of them are named.
    """
    return _library(generation())


@lru_cache(maxsize=1)
def _library(_: int) -> Library:
    return load_library(*folders())


@lru_cache(maxsize=1)
def book() -> FeedBook:
    """What other offices' lists look like."""
    return load_feeds(content())


@lru_cache(maxsize=1)
def meaning() -> str:
    """A digest of what facts and lists mean here: snapshots resolved under another meaning are made anew."""
    digest = hashlib.sha256()
    for folder in content():
        for path in sorted((*folder.glob("vocabulary/**/*.*"), *folder.glob("feeds/*.toml"))):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def matching_settings() -> Settings:
    """How long certificates are valid, when they count as ending soon, and the like."""
    return load_settings(content())
