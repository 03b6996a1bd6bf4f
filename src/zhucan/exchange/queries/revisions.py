"""How often the persons, facts or receipts of a county changed."""

from __future__ import annotations

from zhucan.base.queries.divisions import county_path
from zhucan.exchange.models import Revision


def revision(county: int) -> int:
    """The revision of a county (6 digits); 0 where nothing was ever written."""
    found = Revision.objects.filter(division_id=county_path(county)).values_list("number", flat=True).first()
    return found or 0
