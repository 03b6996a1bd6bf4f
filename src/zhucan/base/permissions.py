"""Rights: who may do what, where, and which fields he sees. A post is role × organ × division with all below it.

Rights are read from the database on every request, so that what is taken away is gone with the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet

from zhucan.base.enums import Action, FieldGroup, OrganKind, Role

M = TypeVar("M", bound=Model)

_READ = {Action.SEE_HOME, Action.SEE_PERSONS, Action.SEE_FINDINGS, Action.SEE_POLICIES}
_CLERK = _READ | {
    Action.REVEAL, Action.CHANGE_PERSONS, Action.IMPORT, Action.SETTLE_FINDINGS, Action.EXPORT,
    Action.ANSWER_VISITORS,
}  # fmt: skip
_OFFICER = _CLERK | {
    Action.CONFIRM_IMPORT, Action.UNDO_IMPORT, Action.MERGE_PERSONS, Action.MATCH, Action.SIMULATE,
    Action.PROPOSE_RATES, Action.SEE_USERS,
}  # fmt: skip

ROLE_ACTIONS: Mapping[Role, frozenset[Action]] = {
    Role.COMMISSIONER: frozenset(_READ | {Action.SETTLE_FINDINGS}),
    Role.CLERK: frozenset(_CLERK),
    Role.OFFICER: frozenset(_OFFICER),
    Role.APPROVER: frozenset(_READ | {Action.REVEAL, Action.SIMULATE, Action.ADOPT_RATES, Action.EXPORT}),
    Role.AUDITOR: frozenset({Action.SEE_HOME, Action.SEE_AUDIT, Action.SEE_USERS, Action.SEE_POLICIES}),
    Role.ADMINISTRATOR: frozenset({Action.SEE_HOME, Action.SEE_USERS, Action.MANAGE_USERS}),
}
"""What each role may do inside its division. Administrators see no persons; approvers propose nothing they approve."""

INCOMPATIBLE: frozenset[frozenset[Role]] = frozenset(
    {
        frozenset({Role.OFFICER, Role.APPROVER}),
        frozenset({Role.CLERK, Role.APPROVER}),
        frozenset({Role.ADMINISTRATOR, Role.OFFICER}),
        frozenset({Role.ADMINISTRATOR, Role.APPROVER}),
        frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
        frozenset({Role.AUDITOR, Role.OFFICER}),
        frozenset({Role.AUDITOR, Role.APPROVER}),
    }
)
"""Roles nobody may hold at the same time."""

_ALL = frozenset(FieldGroup)
ORGAN_FIELDS: Mapping[OrganKind, frozenset[FieldGroup]] = {
    OrganKind.FEDERATION: _ALL,
    OrganKind.CIVIL_AFFAIRS: _ALL,
    OrganKind.TOWNSHIP: _ALL,
    OrganKind.VILLAGE: _ALL - {FieldGroup.ACCOUNT},
    OrganKind.FINANCE: frozenset({FieldGroup.IDENTITY, FieldGroup.ACCOUNT, FieldGroup.PAYMENTS}),
    OrganKind.HOSPITAL: frozenset({FieldGroup.IDENTITY, FieldGroup.DISABILITY}),
    OrganKind.REHABILITATION: frozenset({FieldGroup.IDENTITY, FieldGroup.CONTACT, FieldGroup.DISABILITY}),
    OrganKind.AUDIT: frozenset(),
}


class NotAllowed(Exception):
    """This actor may not do this; says which right is missing. Pages answer 403."""


class NotHere(Exception):
    """What was asked for does not exist, or lies outside the actor's division: the two cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user in one of his posts, or the system on his behalf (``post_id`` None: the system itself).

    ``low`` … ``last`` is the range of division paths he answers for; ``division`` is its top node (12 digits).
    """

    user_id: int | None
    post_id: int | None
    name: str
    role: Role | None
    organ_id: int | None
    organ_kind: OrganKind | None
    division: int
    low: int
    last: int
    request: str = ""

    @property
    def is_system(self) -> bool:
        """Whether the program itself acts: it may do everything everywhere, and the record says so."""
        return self.post_id is None


SYSTEM = Actor(None, None, "系统", None, None, None, 0, 0, 10**12 - 1)
"""The program itself: set-up, scheduled work."""


def may(actor: Actor, action: Action) -> bool:
    """Whether the actor's role has this right at all (where it holds is ``covers``)."""
    return actor.is_system or (actor.role is not None and action in ROLE_ACTIONS[actor.role])


def demand(actor: Actor, action: Action, path: int | None = None) -> None:
    """Nothing, where the actor may do this at this place.

    Raises:
        NotAllowed: his role lacks the right.
        NotHere: the place lies outside his division.
    """
    if not may(actor, action):
        raise NotAllowed(f"您的岗位没有“{action.label}”的权限。需要时请找本单位的系统管理员。")
    if path is not None and not covers(actor, path):
        raise NotHere


def covers(actor: Actor, path: int) -> bool:
    """Whether a division path lies within the actor's division."""
    return actor.low <= path <= actor.last


def scope(actor: Actor, rows: QuerySet[M], field: str = "place") -> QuerySet[M]:
    """The rows within the actor's division: a range test on an indexed path column."""
    return rows.filter(**{f"{field}__range": (actor.low, actor.last)})


def sees(actor: Actor, group: FieldGroup) -> bool:
    """Whether the actor's kind of office sees this group of a person's fields."""
    return actor.is_system or (actor.organ_kind is not None and group in ORGAN_FIELDS[actor.organ_kind])
