"""The blind indexes by which persons, accounts and phones are compared: one kind each, one normal form each."""

from __future__ import annotations

from zhucan.base.secrets import blind


def citizen_blind(number: str) -> bytes:
    """The index of an 18-character citizen number (``Person.citizen_blind``, ``Receipt.payee_blind``)."""
    return blind("citizen", number.strip().upper())


def account_blind(number: str) -> bytes:
    """The index of a bank account (``Receipt.account_blind``): digits only count."""
    return blind("account", "".join(one for one in number if one.isalnum()).upper())
