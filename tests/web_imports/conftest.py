from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.exchange import lists
from tests.factories.people import COUNTY_PATH, actor_of, make_divisions, make_post
from zhucan.base.enums import OrganKind, Role
from zhucan.base.permissions import Actor
from zhucan.base.queries.divisions import forget_names
from zhucan.exchange.models import Load

Enter = Callable[..., "Signed"]


class Signed(Client):
    """A browser of somebody signed in, and who he is."""

    actor: Actor


@pytest.fixture
def enter(db: None) -> Enter:
    """A browser of somebody in a new post of the county, unless told otherwise."""
    make_divisions()
    forget_names()

    def sign_in(role: Role = Role.OFFICER, path: int = COUNTY_PATH) -> Signed:
        client, post = Signed(), make_post(role, OrganKind.FEDERATION, path)
        client.actor = actor_of(post)
        client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def files() -> list[lists.File]:
    """A roster with one bad row, a register, a payroll."""
    people = lists.holders(3)
    bad = lists.Holder("坏号", people[0].number[:-1] + ("1" if people[0].number[-1] == "X" else "X"))
    return [lists.roster([*people, bad]), lists.register(people[:2]), lists.payroll(people)]


@pytest.fixture
def ready(enter: Enter) -> tuple[Signed, Load]:
    """A load that waits to be confirmed, and the browser of who brought it."""
    client = enter()
    return client, lists.bring(files(), client.actor)
