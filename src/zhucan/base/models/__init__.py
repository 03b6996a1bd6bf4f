"""Tables of ``base``; other apps use its queries and operations."""

from zhucan.base.models.audit import AuditEvent, AuditLink
from zhucan.base.models.divisions import Division, DivisionSuccession
from zhucan.base.models.jobs import Job
from zhucan.base.models.keys import DataKey
from zhucan.base.models.staff import Organ, Post, User
from zhucan.base.models.uploads import StoredFile

__all__ = [
    "AuditEvent", "AuditLink", "DataKey", "Division", "DivisionSuccession", "Job", "Organ", "Post", "StoredFile",
    "User",
]  # fmt: skip
