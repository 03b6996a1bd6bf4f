"""Users, posts, organs, and events of the record."""

from __future__ import annotations

from datetime import date

from tests.factories.people import make_organ, make_person, make_post, make_user
from tests.web_access.objects import Values, builds, moves
from tests.web_access.objects_of_persons import moved_person
from zhucan.base.enums import OrganKind, Role

_users = (
    "workbench:user", "workbench:add_post", "workbench:reset_password", "workbench:reset_second_factor",
    "workbench:stop_user",
)  # fmt: skip


@builds(*_users)
def _user(path: int) -> Values:
    return {"uuid": str(make_post(Role.COMMISSIONER, OrganKind.FEDERATION, path).user.uuid)}


@moves(*_users)
def _moved_user(before: int, now: int) -> Values:
    user = make_user()
    make_post(Role.COMMISSIONER, OrganKind.FEDERATION, before, user, until=date(2025, 1, 1))
    make_post(Role.COMMISSIONER, OrganKind.FEDERATION, now, user, from_=date(2025, 1, 1))
    return {"uuid": str(user.uuid)}


@builds("workbench:audit?user")
def _audited_user(path: int) -> Values:
    return {"user": _user(path)["uuid"]}


@moves("workbench:audit?user")
def _moved_audited_user(before: int, now: int) -> Values:
    return {"user": _moved_user(before, now)["uuid"]}


@builds("workbench:end_post", "workbench:hand_over")
def _post(path: int) -> Values:
    return {"uuid": str(make_post(Role.COMMISSIONER, OrganKind.FEDERATION, path).uuid)}


@builds("workbench:add_user?organ")
def _organ(path: int) -> Values:
    return {"organ": str(make_organ(OrganKind.FEDERATION, path).uuid)}


@builds("workbench:audit?person")
def _audited_person(path: int) -> Values:
    return {"person": str(make_person(village=path).uuid)}


@moves("workbench:audit?person")
def _moved_audited_person(before: int, now: int) -> Values:
    return {"person": str(moved_person(before, now).uuid)}
