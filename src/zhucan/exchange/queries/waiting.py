"""What of ``exchange`` waits for somebody's decision."""

from __future__ import annotations

from zhucan.base.permissions import Actor, scope
from zhucan.exchange.models import Load


def loads_to_confirm(actor: Actor) -> int:
    """How many loads of the actor's division were read and are neither confirmed nor given up."""
    rows = scope(actor, Load.objects.filter(read_at__isnull=False, confirmed_at=None, failed_at=None))
    return rows.filter(discarded_at=None, applied_at=None, undone_at=None).count()
