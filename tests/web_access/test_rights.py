"""R10: nobody gets in where he may not, and nobody is kept out where he may."""

from __future__ import annotations

import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from tests.web_access.matrix import World, cells, fault, sample, targets, without_builder
from zhucan.base.enums import Action
from zhucan.base.permissions import NotAllowed
from zhucan.web import access
from zhucan.web.access import addresses, check_addresses, needs, open_to

SEED = 20261121


def test_every_address_declares_its_right() -> None:
    assert check_addresses() == []
    assert len({one.name for one in addresses()}) == len(addresses())


def test_an_address_without_a_right_fails_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    class Resolver:
        url_patterns = (path("open/", HttpResponse, name="open"), path("named/", needs(Action.MATCH)(HttpResponse)))

    monkeypatch.setattr(access, "get_resolver", Resolver)
    assert sorted(str(one.id) for one in check_addresses()) == ["zhucan.E001", "zhucan.E002"]


def test_declaring_an_address_open_declares_nothing_else() -> None:
    def view() -> HttpResponse:
        return HttpResponse()

    open_to(access.PUBLIC)(view)
    assert not hasattr(view, "right")


def test_a_guarded_view_refuses_whoever_has_no_actor() -> None:
    request = RequestFactory().get("/")
    with pytest.raises(NotAllowed):
        needs(Action.SEE_HOME)(lambda _: HttpResponse())(request)


def test_every_address_that_names_something_has_a_builder() -> None:
    missing = without_builder()
    assert not missing, f"say in tests/web_access/objects.py how to make what these name: {', '.join(missing)}"


def test_the_matrix_is_large_and_covers_everything() -> None:
    drawn, everything = sample(SEED), list(cells())
    assert len(everything) >= 20_000
    for part in ("method", "role", "relation"):
        assert {getattr(one, part) for one in drawn} == {getattr(one, part) for one in everything}
    assert {one.target.name for one in drawn} == {one.name for one in targets()}


@pytest.mark.django_db
def test_no_leak_and_no_wrong_refusal() -> None:
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    assert not without_builder()
    world = World()
    faults = [found for cell in sample(SEED) if (found := fault(world, cell))]
    assert not faults, "\n".join([f"{len(faults)} cells:", *faults[:40]])
