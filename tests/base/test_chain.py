"""The audit chain: what is tampered with is found, and where; heads are signed and lie outside the database."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.base import tampering
from zhucan.base import audit, sealing
from zhucan.base.models import AuditEvent, AuditLink
from zhucan.base.permissions import SYSTEM
from zhucan.base.verifying import FaultKind, verify_chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    tampering.build(120, tmp_path, every=30)
    return tmp_path


def test_an_untouched_chain_has_no_faults_also_with_events_not_linked_yet(chain: Path) -> None:
    assert AuditLink.objects.count() == 120
    audit.record(by=SYSTEM, action="test")
    assert verify_chain(chain) == []
    assert sealing.seal_events() == 1
    assert sealing.seal_events() == 0
    assert verify_chain(chain) == []


@pytest.mark.parametrize("kind", tampering.KINDS)
@pytest.mark.parametrize("seed", range(5))
def test_tampering_is_found_and_located(chain: Path, kind: str, seed: int) -> None:
    assert tampering.is_found(kind, chain, random.Random(f"{kind} {seed}"))
    assert verify_chain(chain) == []


def test_a_head_somebody_else_wrote_is_no_head(chain: Path) -> None:
    path = chain / "00000000.json"
    body = json.loads(path.read_text())
    path.write_text(json.dumps(body | {"link": 7}))
    assert [(fault.kind, fault.file) for fault in verify_chain(chain)] == [(FaultKind.FORGED_HEAD, path.name)]
    path.write_text("…", encoding="utf-8")
    assert [fault.kind for fault in verify_chain(chain)] == [FaultKind.FORGED_HEAD]


def test_an_emptied_record_is_found_by_its_heads(chain: Path) -> None:
    with tampering.triggers_off(tampering.connection):
        AuditLink.objects.all()._raw_delete("default")
        AuditEvent.objects.all()._raw_delete("default")
    assert [(fault.kind, fault.link) for fault in verify_chain(chain)] == [(FaultKind.TRUNCATED, 1)]


def test_the_chore_writes_todays_head_and_the_latest(settings, tmp_path: Path) -> None:
    settings.ZHUCAN_DATA = tmp_path
    audit.record(by=SYSTEM, action="test", person_id=5)
    assert sealing.seal_and_export() == 1
    assert sealing.seal_and_export() == 0
    heads = sorted(sealing.heads_folder().iterdir())
    assert len(heads) == 2
    assert heads[1].name == sealing.LATEST
    assert all(path.stat().st_mode & 0o077 == 0 for path in heads)
    assert verify_chain() == []
