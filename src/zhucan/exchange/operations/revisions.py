"""A county's revision: whoever writes what a determination reads raises it in the same transaction."""

from __future__ import annotations

from django.db.models import F

from zhucan.base.queries.divisions import county_path
from zhucan.exchange.models import Revision


def bump(county: int) -> int:
    """Raise the revision of a county (6 digits) by one, and return it."""
    Revision.objects.get_or_create(division_id=county_path(county))
    Revision.objects.filter(division_id=county_path(county)).update(number=F("number") + 1)
    return Revision.objects.values_list("number", flat=True).get(division_id=county_path(county))
