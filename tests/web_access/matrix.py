"""R10: role × organ × level × address × method × relation, each cell asked and compared with a slow second opinion.

The second opinion knows ``ROLE_ACTIONS`` and climbs from a division to its parents; it knows nothing of ranges, of
``needs`` or of queries. Each request is rolled back, so that cells do not see each other.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.factories.people import COUNTY_PATH, ELSEWHERE, GAOLING, SANBAN, make_divisions, make_post, make_user
from tests.web_access import (  # noqa: F401  # they register what they build
    objects_of_findings,
    objects_of_loads,
    objects_of_persons,
    objects_of_portal,
    objects_of_rates,
    objects_of_staff,
    objects_of_surprises,
)
from tests.web_access.objects import (
    ALSO,
    BUILDERS,
    EVERYWHERE,
    FIELDS,
    HIDDEN_WITHOUT,
    LEVELS_OF,
    MAY_BE_EMPTY,
    MOVERS,
    OF_COUNTIES,
    OWN,
    SEEN_WHERE_IT_WAS,
    WRITE_RIGHTS,
    Values,
    nothing,
)
from tests.web_access.staff import PASSWORD, bind
from zhucan.base.enums import Action, OrganKind, Role
from zhucan.base.models import Division, Post
from zhucan.base.permissions import ORGAN_FIELDS, ROLE_ACTIONS
from zhucan.web.access import PUBLIC, SAFE, SIGNED_IN, Address, addresses

METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD")
TOWNSHIP, OTHER_TOWNSHIP, PREFECTURE = 450803_002_000, 450803_100_000, 450800_000_000
LEVELS: Mapping[str, Mapping[str, int]] = {
    "county": {"own": COUNTY_PATH, "child": TOWNSHIP, "parent": PREFECTURE, "sibling": ELSEWHERE // 10**6 * 10**6},
    "township": {"own": TOWNSHIP, "child": GAOLING, "parent": COUNTY_PATH, "sibling": OTHER_TOWNSHIP},
    "village": {"own": GAOLING, "parent": TOWNSHIP, "sibling": SANBAN},
}
"""Where what is asked for lies, seen from a post at each level."""
_FOREIGN = {"int": 2**31 - 7, "uuid": "00000000-0000-4000-8000-000000000000", "slug": "none", "str": "none"}
"""Something of somebody else, for addresses of what is one's own."""
RELATIONS = ("own", "child", "parent", "sibling", "moved", "nonexistent", "closed post", "stranger")
_TOKEN = re.compile(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[A-Za-z0-9]{64}')


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """An address with what it names: ``name`` is its name, with ``?organ`` where that stands in the query string."""

    name: str
    address: Address

    @property
    def has_object(self) -> bool:
        """Whether it names something that lies in a division."""
        return (bool(self.address.parameters) or "?" in self.name) and self.name not in OWN | EVERYWHERE


@dataclass(frozen=True, slots=True)
class Cell:
    """One question."""

    target: Target
    method: str
    role: Role
    kind: OrganKind
    level: str
    relation: str

    def __str__(self) -> str:
        where = f"{self.role.value} of {self.kind.value}, {self.level}"
        return f"{self.method} {self.target.name} by {where}, {self.relation}"


def targets() -> list[Target]:
    """All addresses, and those of ``BUILDERS`` that name something in their query string besides."""
    known = {one.name: one for one in addresses()}
    asked = [Target(name, known[name.split("?")[0]]) for name in BUILDERS if "?" in name]
    return [*(Target(one.name, one) for one in known.values()), *asked]


def without_builder() -> list[str]:
    """Names of addresses with parameters nobody has said how to make."""
    return sorted(one.name for one in addresses() if one.parameters and one.name not in BUILDERS | dict.fromkeys(OWN))


def cells() -> Iterator[Cell]:
    """All cells, of the addresses whose objects somebody said how to make."""
    missing = set(without_builder())
    for target in targets():
        if target.name in missing:
            continue
        for method in METHODS:
            for role in Role:
                for kind in OrganKind:
                    for level in LEVELS:
                        for relation in _relations(target, level):
                            yield Cell(target, method, role, kind, level, relation)


def sample(seed: int, per_group: int = 1) -> list[Cell]:
    """For each address, method, role and relation so many cells, their organ and level drawn by the seed.

    Of methods no page offers, and of people without a post, one role is drawn for each address and relation.
    """
    groups: dict[tuple[object, ...], list[Cell]] = {}
    for cell in cells():
        is_full = cell.method in ("GET", "POST") and cell.relation not in ("closed post", "stranger")
        role = cell.role if is_full else None
        groups.setdefault((cell.target.name, cell.method, role, cell.relation), []).append(cell)
    draw = random.Random(seed)
    return [cell for group in groups.values() for cell in draw.sample(group, min(per_group, len(group)))]


def _relations(target: Target, level: str) -> list[str]:
    if not target.has_object:
        return ["own", "closed post", "stranger"]
    places = [one for one in ("own", "child", "parent", "sibling") if one in LEVELS[level]]
    moved = ["moved"] if target.name in MOVERS else []
    return [*places, *moved, "nonexistent", "closed post", "stranger"]


@dataclass
class World:
    """The database of the matrix: actors and objects made once, when they are first asked for."""

    _clients: dict[tuple[Role, OrganKind, str, bool], Client] = field(default_factory=dict)
    _values: dict[tuple[str, int, int], Values] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Divisions."""
        make_divisions()

    def client(self, cell: Cell) -> Client:
        """The browser of the cell's actor; without a session for a stranger."""
        if cell.relation == "stranger":
            return Client(raise_request_exception=False)
        is_closed = cell.relation == "closed post"
        key = (cell.role, cell.kind, cell.level, is_closed)
        if key not in self._clients:
            until = date(2021, 1, 1) if is_closed else None
            user = make_user(password=PASSWORD)
            bind(user)
            post = make_post(cell.role, cell.kind, LEVELS[cell.level]["own"], user, until=until)
            self._clients[key] = _signed_in(post)
        return self._clients[key]

    def values(self, cell: Cell) -> Values:
        """What the address of a cell names."""
        name = cell.target.name
        if name in OWN:
            return {one: _FOREIGN[kind] for one, kind in cell.target.address.parameters.items()}
        if name in EVERYWHERE:
            return self._made(name, LEVELS[cell.level]["own"], 0)
        if not cell.target.has_object:
            return {}
        places = LEVELS[cell.level]
        if cell.relation == "moved":
            return self._made(name, places["own"], places["sibling"])
        made = self._made(name, places.get(cell.relation, places["own"]), 0)
        return nothing(made) if cell.relation == "nonexistent" else made

    def _made(self, name: str, path: int, moved_to: int) -> Values:
        key = (name, path, moved_to)
        if key not in self._values:
            self._values[key] = MOVERS[name](path, moved_to) if moved_to else BUILDERS[name](path)
        return self._values[key]

    def ask(self, cell: Cell) -> HttpResponse:
        """The answer to a cell's request; whatever it wrote is taken back."""
        client, url = self.client(cell), url_of(cell.target, self.values(cell))
        before = client.cookies.copy()
        with transaction.atomic():
            answer = client.generic(cell.method, url, data="", content_type="application/x-www-form-urlencoded")
            transaction.set_rollback(True)
        client.cookies = before
        return answer  # type: ignore[return-value]


def url_of(target: Target, values: Values) -> str:
    """The address with its values filled in."""
    inside = {key: value for key, value in values.items() if key in target.address.parameters}
    asked = {key: value for key, value in values.items() if key not in target.address.parameters}
    path = reverse(target.address.name, kwargs=inside)
    return f"{path}?{urlencode(asked)}" if asked else path


def _signed_in(post: Post) -> Client:
    """A browser in which the user of the post has signed in; nothing is waited for, no password hashed."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(post.user.pk), settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = post.user.get_session_auth_hash()
    session.save()
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


@cache
def _line(path: int) -> tuple[int, ...]:
    """A division's path and those of all above it, climbed one by one."""
    found, one = [], Division.objects.filter(code=path).select_related("parent").first()
    while one is not None:
        found.append(one.code)
        one = Division.objects.filter(pk=one.parent_id).first()
    return tuple(found)


def is_inside(cell: Cell) -> bool:
    """Whether what is asked for lies in the actor's division, or did and is shown there still."""
    places, name = LEVELS[cell.level], cell.target.name
    if cell.relation == "nonexistent":
        return False
    if cell.relation == "moved":
        return name in SEEN_WHERE_IT_WAS
    if not cell.target.has_object:
        return cell.level in LEVELS_OF.get(name, LEVELS)
    path = places.get(cell.relation, places["own"])
    return places["own"] in _line(path // 10**6 * 10**6 if name in OF_COUNTIES else path)


def expected(cell: Cell) -> set[str]:
    """What the second opinion says, of ``in``, ``403``, ``404``, ``sign in`` and ``choose``; one word as a rule."""
    right, name = cell.target.address.right, cell.target.address.name
    if right == PUBLIC:
        return {"in"}
    if cell.relation == "stranger":
        return {"sign in"}
    if isinstance(right, Action):
        if cell.relation == "closed post":
            return {"choose"}
        if not _has_rights(cell, right):
            return {"403"}
    if cell.target.name in OWN or HIDDEN_WITHOUT.get(name, right) not in {right, *ROLE_ACTIONS[cell.role]}:
        return {"404"}
    found = "in" if right == SIGNED_IN or is_inside(cell) else "404"
    if name in FIELDS and not _sees(cell):
        return {"403", "404"}
    return {found, "404"} if name in MAY_BE_EMPTY else {found}


def _sees(cell: Cell) -> bool:
    return FIELDS[cell.target.address.name] in ORGAN_FIELDS[cell.kind]


def _has_rights(cell: Cell, right: Action) -> bool:
    address = cell.target.address
    wanted = {right, ALSO.get(address.name, right)}
    if cell.method not in SAFE:
        wanted |= {one for one in (address.write_right, WRITE_RIGHTS.get(address.name)) if one is not None}
    return wanted <= ROLE_ACTIONS[cell.role]


def verdict(cell: Cell, answer: HttpResponse) -> str:
    """What the answer is, in the words of ``expected``; ``405`` is its own."""
    where = answer.headers.get("Location", "").split("?")[0]
    if answer.status_code == 302 and where == settings.LOGIN_URL and cell.target.address.right != PUBLIC:
        return "sign in"
    if answer.status_code == 302 and where == reverse("workbench:posts") and cell.relation == "closed post":
        return "choose"
    if answer.status_code >= 500:
        return str(answer.status_code)
    return str(answer.status_code) if answer.status_code in (401, 403, 404, 405) else "in"


def body(answer: HttpResponse) -> bytes:
    """An answer without what differs each time."""
    return _TOKEN.sub(rb"\1", answer.content)


def fault(world: World, cell: Cell) -> str:
    """What is wrong with a cell, or nothing.

    A method that is not offered may be answered 405 before anything is looked up, so it must be for everybody who has
    the right, in scope or not; what is out of scope must be answered with the very page of what does not exist.
    """
    answer = world.ask(cell)
    got, wanted = verdict(cell, answer), expected(cell)
    if got not in wanted and not (got == "405" and wanted & {"in", "404", "403"}):
        return f"{cell}: {got}, should be {' or '.join(sorted(wanted))}"
    if wanted == {"404"} and cell.relation != "nonexistent" and cell.target.has_object:
        none = world.ask(Cell(cell.target, cell.method, cell.role, cell.kind, cell.level, "nonexistent"))
        if (none.status_code, body(none)) != (answer.status_code, body(answer)):
            return f"{cell}: the answer differs from the one for what does not exist"
    return ""
