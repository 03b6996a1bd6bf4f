"""Who was paid and is nobody of the register: opened from the sealed payee of a receipt."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhucan.base.parts import parts
from zhucan.registry.models import Receipt


@dataclass(frozen=True, slots=True)
class Payee:
    """The number and name a payroll gives; empty where it gives none."""

    number: str
    name: str


def paying_places(receipt_ids: Sequence[int]) -> Mapping[int, int]:
    """The path of the division that paid, by receipt id: the township's, the county's where the list does not say."""
    found: dict[int, int] = {}
    for part in parts(receipt_ids):
        found.update(Receipt.objects.filter(id__in=part).values_list("id", "place"))
    return found


def payees(receipt_ids: Sequence[int]) -> Mapping[int, Payee]:
    """By receipt id. Whoever calls this records that he did."""
    found = {}
    for receipt in Receipt.objects.filter(id__in=receipt_ids):
        said = json.loads(receipt.payee) if receipt.payee else {}
        found[receipt.pk] = Payee(said.get("number", ""), said.get("name", ""))
    return found
