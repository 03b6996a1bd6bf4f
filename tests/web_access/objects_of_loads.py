"""Loads with their files and tables."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from tests.factories.people import division
from tests.web_access.objects import Values, builds
from zhucan.base.files import store_file
from zhucan.base.permissions import SYSTEM
from zhucan.exchange.models import Load, LoadFile, LoadTable

_PLAIN = (
    "workbench:import", "workbench:import_progress", "workbench:import_confirm", "workbench:import_undo",
    "workbench:import_discard", "workbench:import_stop", "workbench:import_again",
)  # fmt: skip


def _load(path: int) -> Load:
    return Load.objects.create(key=str(uuid4()), division=division(path), place=path, as_of=date(2026, 11, 1))


def _file(load: Load) -> LoadFile:
    stored = store_file(name="名单.csv", data="姓名\n张小明\n".encode(), by=SYSTEM)
    return LoadFile.objects.create(load=load, number=1, stored=stored, explained=stored)


@builds(*_PLAIN)
def _plain(path: int) -> Values:
    return {"uuid": str(_load(path).uuid)}


@builds("workbench:import_explained")
def _explained(path: int) -> Values:
    load = _load(path)
    return {"uuid": str(load.uuid), "file": str(_file(load).uuid)}


@builds("workbench:import_correct")
def _table(path: int) -> Values:
    load = _load(path)
    table = LoadTable(load=load, file=_file(load), number=1, feed="roster")
    table.save()
    return {"uuid": str(load.uuid), "table": str(table.uuid)}
