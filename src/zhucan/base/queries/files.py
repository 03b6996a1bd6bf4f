"""Kept files, found again: the row; ``base.files`` reads its bytes."""

from __future__ import annotations

from uuid import UUID

from zhucan.base.models import StoredFile
from zhucan.base.permissions import Actor


def stored_file(number: int) -> StoredFile:
    """The file of an id that a row of the caller's holds. Who may read it the caller asks.

    Raises:
        StoredFile.DoesNotExist: no such id.
    """
    return StoredFile.objects.get(pk=number)


def own_file(actor: Actor, uuid: UUID | str) -> StoredFile | None:
    """A file somebody sent himself and that is still kept; None where there is none, it is another's, or purged."""
    return StoredFile.objects.filter(uuid=uuid, created_by_id=actor.user_id, purged_at=None).first()
