"""Every page opened once by somebody who may, and every form on it: found by the table of addresses, not by a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.db import transaction
from django.test import Client

from tests.web_access.matrix import Cell, Target, World, targets, url_of, without_builder
from tests.web_access.objects import ALSO, HIDDEN_WITHOUT, OWN, WRITE_RIGHTS
from zhucan.base.enums import Action, OrganKind, Role
from zhucan.base.permissions import ROLE_ACTIONS


@dataclass(frozen=True)
class Stop:
    """One address, the browser of somebody who may open it, and the answer."""

    target: Target
    client: Client
    url: str
    answer: Any


@dataclass
class FoundForm:
    """A form as a page holds it. ``choices`` are the values its selects, radios and ticks offer."""

    action: str
    method: str
    where: str
    client: Client
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.action} on {self.where} ({', '.join(self.fields)})"


def role_for(target: Target) -> Role:
    """A role that may do all there is to do at an address."""
    address = target.address
    wanted = {address.right, address.write_right, ALSO.get(address.name), WRITE_RIGHTS.get(address.name)}
    wanted |= {HIDDEN_WITHOUT.get(address.name)}
    actions = {one for one in wanted if isinstance(one, Action)}
    fitting = [role for role in Role if actions <= ROLE_ACTIONS[role]]
    preferred = (Role.OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.APPROVER)
    found: Sequence[Role] = [role for role in preferred if role in fitting] or fitting
    assert found, f"nobody has all rights {target.name} asks for: {actions}"
    return found[0]


def tour(world: World) -> Iterator[Stop]:
    """All addresses by GET, as somebody of a county's federation who may."""
    missing = set(without_builder())
    for target in targets():
        if target.name in missing or target.name in OWN:
            continue
        cell = Cell(target, "GET", role_for(target), OrganKind.FEDERATION, "county", "child")
        if target.address.name == "workbench:matching_progress":
            cell = Cell(target, "GET", cell.role, cell.kind, "county", "own")
        client, url = world.client(cell), url_of(target, world.values(cell))
        with transaction.atomic():
            answer = client.get(url)
        yield Stop(target, client, url, answer)


def forms_of(stop: Stop) -> list[FoundForm]:
    """The forms of a page, each with where it is sent."""
    if "html" not in stop.answer.headers.get("Content-Type", ""):
        return []
    reader = _Reader(stop)
    reader.feed(stop.answer.content.decode())
    return reader.found


class _Reader(HTMLParser):
    def __init__(self, stop: Stop) -> None:
        super().__init__()
        self._stop, self._by_id, self._current, self._select = stop, {}, None, ""  # type: ignore[var-annotated]
        self.found: list[FoundForm] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._begin(given)
            return
        form: FoundForm | None = self._by_id.get(given.get("form", ""), self._current)
        if "formaction" in given and form is not None:
            self.found.append(
                FoundForm(
                    self._path(given["formaction"]), form.method, form.where, form.client, form.fields, form.choices
                )
            )
        if tag == "option" and form is not None and self._select:
            form.choices.setdefault(self._select, []).append(given.get("value", ""))
        name = given.get("name", "")
        if tag == "select":
            self._select = name
        if tag not in ("input", "select", "textarea", "button") or not name or form is None:
            return
        kind = given.get("type", tag)
        form.fields[name] = kind
        if kind in ("radio", "checkbox", "hidden", "submit", "button"):
            form.choices.setdefault(name, []).append(given.get("value", "on"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._current = None
        if tag == "select":
            self._select = ""

    def _begin(self, given: dict[str, str]) -> None:
        method = given.get("method", "get").lower()
        if method == "dialog":
            return
        path = self._path(given.get("action", ""))
        self._current = FoundForm(path, method, self._stop.target.name, self._stop.client)
        self._by_id[given.get("id", "")] = self._current
        self.found.append(self._current)

    def _path(self, action: str) -> str:
        parts = urlsplit(urljoin(f"http://testserver{self._stop.url}", action))
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
