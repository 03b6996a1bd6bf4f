"""Nothing changes an audit event, and of a fact only its withdrawal is set, once: on the database of the run."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from zhucan.base import append_only, audit, secrets
from zhucan.base.models import AuditEvent
from zhucan.base.permissions import SYSTEM
from zhucan.registry.models import Fact, Organisation, Receipt

pytestmark = pytest.mark.django_db
GUARDED = (
    "base_auditevent", "base_auditlink", "registry_fact", "registry_factending", "registry_coverage",
    "registry_receipt", "registry_bankreturn",
)  # fmt: skip


def refused(rows: models.QuerySet, **values: object) -> None:
    """The change aborts in the database."""
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.update(**values)


def test_every_guarded_table_has_its_triggers() -> None:
    assert append_only.missing(connection, GUARDED) == []
    assert append_only.missing(connection, ["base_user"]) == ["base_user"]


def test_triggers_come_back_after_a_migration_rebuilt_the_table() -> None:
    with connection.cursor() as cursor:
        for kind in ("update", "delete"):
            on = "" if connection.vendor == "sqlite" else " ON registry_fact"
            cursor.execute(f"DROP TRIGGER registry_fact_no_{kind}{on}")
    assert append_only.missing(connection, GUARDED) == ["registry_fact"]
    assert append_only.restore(connection) == len(GUARDED)
    assert append_only.missing(connection, GUARDED) == []


def test_an_event_is_neither_changed_nor_deleted_nor_replaced() -> None:
    event = audit.record(by=SYSTEM, action="test")
    refused(AuditEvent.objects.filter(pk=event.pk), action="other")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEvent.objects.all()._raw_delete("default")
    statement = "INSERT OR REPLACE INTO" if connection.vendor == "sqlite" else "INSERT INTO"
    columns = "id, at, action, subject_kind, details, request"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"{statement} base_auditevent ({columns}) VALUES (%s, %s, 'other', '', '{{}}', '')",
            [event.pk, timezone.now()],
        )
    assert AuditEvent.objects.get(pk=event.pk).action == "test"


def test_postgresql_refuses_truncate() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE base_auditevent CASCADE")


def a_fact() -> models.QuerySet[Fact]:
    organisation = Organisation(name="某公司", kind="employer", place=450803000000)
    organisation.save()
    fact = Fact.objects.create(organisation=organisation, fact="x", value=1, source="federation")
    return Fact.objects.filter(pk=fact.pk)


def test_a_fact_is_withdrawn_once_and_nothing_else_of_it_changes() -> None:
    rows, now = a_fact(), timezone.now()
    refused(rows, value=2)
    refused(rows, from_=date(2026, 1, 1))
    refused(rows, withdrawn_at=now, value=2)
    assert rows.update(withdrawn_at=now) == 1
    refused(rows, withdrawn_at=None)
    refused(rows, withdrawn_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        rows._raw_delete("default")


def test_a_sealed_cell_changes_only_to_one_under_another_key() -> None:
    receipt = Receipt(
        county=450803, payee_blind=b"x" * 16, payer="town", policy="p", period=date(2026, 1, 1), amount_fen=1,
        place=450803000000,
    )  # fmt: skip
    receipt.payee = "某人"
    receipt.save()
    rows, cell = Receipt.objects.filter(pk=receipt.pk), bytes(receipt.payee_sealed)
    again = secrets.seal("person", Receipt.payee.where(receipt), "某人")
    refused(rows, payee_sealed=again)
    refused(rows, payee_sealed=b"")
    under_another_key = cell[:1] + bytes([cell[1] ^ 1]) + cell[2:]
    refused(rows, payee_sealed=under_another_key + b"x")
    assert rows.update(payee_sealed=under_another_key) == 1


@pytest.mark.django_db(transaction=True)
def test_a_flush_between_tests_works_and_leaves_the_triggers_on() -> None:
    audit.record(by=SYSTEM, action="test")


@pytest.mark.django_db(transaction=True)
def test_after_a_flush_the_triggers_are_on() -> None:
    event = audit.record(by=SYSTEM, action="test")
    refused(AuditEvent.objects.filter(pk=event.pk), action="other")
