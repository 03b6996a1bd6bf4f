"""The office of the journeys lives on one day, so that its pages read the same whenever the tests run."""

from __future__ import annotations

import secrets
import uuid
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

TODAY = date(2026, 11, 21)
_now = timezone.now


def stand_still() -> None:
    """Let the application's clock show ``TODAY``; the time of day goes on. Call it before Django is set up."""
    behind = timedelta(days=(TODAY - (_now() + timedelta(hours=8)).date()).days)

    def now() -> datetime:
        return _now() + behind

    timezone.now = now


def draw_alike() -> None:
    """Let the numbers of persons and findings be drawn alike in every run; keys and secrets are not drawn here."""
    lots = Random(1)
    secrets.randbits = lots.getrandbits
    secrets.randbelow = lots.randrange
    uuid.uuid4 = lambda: uuid.UUID(int=lots.getrandbits(128), version=4)
