"""R18: whatever is sent to a form, no answer is a fault of ours. More cases: ``benchmarks/forms.py``."""

from __future__ import annotations

import logging

import pytest

from tests.web_access.fuzz import fuzz, fuzz_addresses
from tests.web_access.matrix import World

pytestmark = pytest.mark.django_db
CASES = 20


@pytest.fixture(autouse=True)
def _quiet() -> None:
    logging.getLogger("django.request").setLevel(logging.CRITICAL)


def test_no_form_breaks() -> None:
    forms, done, faults = fuzz(World(), CASES, seed=20261121)
    assert forms >= 15
    assert done >= forms * CASES
    assert not faults, "\n".join([f"{len(faults)} faults:", *faults[:30]])


def test_no_address_breaks() -> None:
    done, faults = fuzz_addresses(World())
    assert done >= 200
    assert not faults, "\n".join([f"{len(faults)} faults:", *faults[:30]])
