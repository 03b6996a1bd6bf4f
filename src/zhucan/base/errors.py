"""What an operation answers when it cannot do what was asked."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818  # named for what is wrong
    """What was asked cannot be done as it stands; nothing was done. The message is Chinese and for the page."""
