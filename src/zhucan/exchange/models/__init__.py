"""Tables of ``exchange``; other apps use its queries and operations."""

from zhucan.exchange.models.findings import Finding
from zhucan.exchange.models.loads import Load, LoadFile, LoadTable, RememberedColumn, Revision
from zhucan.exchange.models.settlings import SavedFilter, Settling, SettlingStep
from zhucan.exchange.models.staged import Change, StagedRow

__all__ = [
    "Change", "Finding", "Load", "LoadFile", "LoadTable", "RememberedColumn", "Revision", "SavedFilter", "Settling",
    "SettlingStep", "StagedRow",
]  # fmt: skip
