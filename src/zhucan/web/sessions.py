"""What administrators do to somebody's way of signing in: end his sessions, take his second factor, unlock him."""

from __future__ import annotations

import secrets
from datetime import date
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.utils import reset
from django.db import transaction

from zhucan.base import audit
from zhucan.base.operations.staff import demand_over, set_password
from zhucan.base.permissions import Actor

if TYPE_CHECKING:
    from zhucan.base.models import User

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on paper."""


def one_time_password() -> str:
    """Four groups of four letters and digits, 79 bits: to be said or written on paper, and changed at first use."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


@transaction.atomic
def give_one_time_password(*, user: User, by: Actor, on: date) -> str:
    """Give a user a new password that he must change; ends his sessions and unlocks him.

    Returns:
        The password, to be shown once and nowhere kept.

    Raises:
        NotAllowed: ``by`` manages no users.
        NotHere: the user has a post outside his division.
    """
    demand_over(by, user, on=on)
    password = one_time_password()
    set_password(user=user, password=password, by=by, on=on)
    if by.user_id == user.pk:
        user.password_changed_at = None
        user.save(update_fields=["password_changed_at"])
    end_sessions(user)
    reset(username=user.username.lower())
    return password


@transaction.atomic
def take_second_factor(*, user: User, by: Actor, on: date) -> None:
    """Take the second factor and recovery codes of somebody who lost his phone; he binds anew at his next sign-in.

    Raises:
        NotAllowed: ``by`` manages no users.
        NotHere: the user has a post outside his division.
    """
    demand_over(by, user, on=on)
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    reset(username=user.username.lower())
    audit.record(by=by, action="take_second_factor", subject="user", subject_id=user.pk)


def end_sessions(user: User, *, but: str | None = None) -> int:
    """End all sessions of a user, except the one of this key; how many."""
    found = list(UserSession.objects.filter(user=user).exclude(session_key=but or ""))
    for one in found:
        one.end()
    return len(found)
