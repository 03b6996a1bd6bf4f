"""All bounds of what is accepted as an upload, in one place. They are technical protection, not law."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file. Sizes in bytes, times in seconds.

    ``ratio``: unpacked to packed size of a workbook. ``columns`` bounds every kind of table. ``memory`` is the address
    space of the reading child (only where the system can limit it), ``seconds`` its wall-clock time.
    """

    workbook_size: int = 20 * MEBIBYTE
    unpacked_size: int = 200 * MEBIBYTE
    members: int = 2_000
    directory_size: int = MEBIBYTE
    ratio: int = 100
    rows: int = 200_000
    columns: int = 200
    xls_size: int = 20 * MEBIBYTE
    text_size: int = 200 * MEBIBYTE
    text_rows: int = 1_000_000
    cell: int = 32_767
    memory: int = 3 * 1024 * MEBIBYTE
    seconds: float = 120.0


LIMITS = Limits()


class Refused(Exception):  # noqa: N818 - a refusal is an answer to the user, not a failure of the program
    """A file is not opened or not read on; the text says in plain Chinese what is wrong and what to do."""
