from __future__ import annotations

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings


@pytest.fixture
def strict(settings: Settings) -> None:
    """Signing in as in production: a password of one's own, and a second factor."""
    settings.MFA_REQUIRED = settings.OWN_PASSWORD_REQUIRED = True


@pytest.fixture(autouse=True)
def _unhurried() -> None:
    """Nobody has tried to sign in yet."""
    cache.clear()
