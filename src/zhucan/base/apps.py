"""The Django app ``base``."""

from __future__ import annotations

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class BaseConfig(AppConfig):
    """The app ``base``; see its README."""

    name = "zhucan.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Data keys are made when the tables are, and triggers are put on again that a migration lost."""
        _register_work()
        post_migrate.connect(_make_keys, sender=self, dispatch_uid="zhucan.keys")
        post_migrate.connect(_guard_tables, sender=self, dispatch_uid="zhucan.append_only")


def _register_work() -> None:
    from django.utils import timezone

    from zhucan.base import chores, files, jobs, rotation, sealing

    jobs.register(rotation.KIND, rotation.reseal)
    chores.register_chore("seal the audit record", 8.0, sealing.seal_and_export)
    chores.register_chore("purge files", chores.DAY, lambda: files.purge_files(on=timezone.localdate()))
    chores.register_chore("seal again after a rotation", chores.DAY, rotation.sweep)


def _make_keys(**_: object) -> None:
    from zhucan.base import keyring

    keyring.ensure_keys()


def _guard_tables(using: str, plan: object = (), **_: object) -> None:
    from zhucan.base import append_only

    if plan:  # empty where nothing was migrated
        append_only.restore(connections[using])
