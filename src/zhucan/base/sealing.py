"""The chain over audit events: a sealer that links them, signed heads outside the database, and what was tampered with.

Each link's digest is SHA-256 over the link before it and the event, so that an event edited, deleted, inserted or moved
shows where it happened; numbers of links have no gaps. Heads (``audit-heads/``, Ed25519) show when the end was cut off,
or the whole replaced. Copy them to another machine: who can change the database cannot change those.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from zhucan.base import keyring
from zhucan.base.models import AuditEvent, AuditLink

START = bytes(32)
"""What the first link stands on."""
_BATCH = 1_000
_WINDOW = 2_000
_LOCK = 0x7A68_7563
LATEST = "latest.json"


def seal_events(*, whole: bool = False) -> int:
    """Link the events that are not linked yet; two sealers at once do no harm.

    Looks at what is numbered near and after the last one linked; with ``whole`` at all. On PostgreSQL a transaction
    may commit a lower number after a higher one was linked.

    Returns:
        How many events were linked.
    """
    sealed = 0
    while count := _seal_batch(whole=whole):
        sealed += count
    return sealed


def _seal_batch(*, whole: bool) -> int:
    with transaction.atomic():
        _one_sealer()
        last = AuditLink.objects.order_by("-id").first()
        events = AuditEvent.objects.filter(link=None)
        if not whole:
            newest = AuditLink.objects.aggregate(newest=Max("event_id"))["newest"] or 0
            events = events.filter(id__gt=newest - _WINDOW)
        now = timezone.now()
        number, previous = (last.pk, bytes(last.digest)) if last else (0, START)
        links = []
        for event in events.order_by("id")[:_BATCH]:
            number += 1
            digest = digest_of(previous, event, now)
            links.append(AuditLink(id=number, event_id=event.pk, previous=previous, digest=digest, sealed_at=now))
            previous = digest
        AuditLink.objects.bulk_create(links)
    return len(links)


def _one_sealer() -> None:
    """On PostgreSQL one at a time; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def digest_of(previous: bytes, event: AuditEvent, sealed_at: datetime) -> bytes:
    """The digest of a link: SHA-256 over the one before it and the event written in one way only."""
    row: list[object] = [
        event.pk, _moment(event.at), event.user_id, event.post_id, event.action, event.subject_kind, event.subject_id,
        event.person_id, event.place, event.details, event.request, _moment(sealed_at),
    ]  # fmt: skip
    text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(previous + text.encode()).digest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at a moment: the number of the last link and its digest."""

    link: int
    digest: bytes
    at: str
    signature: bytes

    def holds(self) -> bool:
        """Whether this installation signed it."""
        try:
            _signing_key().public_key().verify(self.signature, _said(self.link, self.digest, self.at))
        except InvalidSignature:
            return False
        return True


def heads_folder() -> Path:
    """Where signed heads are written."""
    return Path(settings.ZHUCAN_DATA) / "audit-heads"


def export_head(path: Path) -> Path | None:
    """Write the signed end of the chain to a file, mode 0600, wholly or not at all; None where no chain is."""
    last = AuditLink.objects.order_by("-id").first()
    if last is None:
        return None
    at, digest = _moment(timezone.now()), bytes(last.digest)
    signature = _signing_key().sign(_said(last.pk, digest, at))
    body = {"link": last.pk, "digest": digest.hex(), "at": at, "signature": signature.hex()}
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        json.dump(body, out)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
    return path


def read_head(path: Path) -> Head | None:
    """A head from its file; None where it is damaged."""
    try:
        body = json.loads(path.read_text(encoding="ascii"))
        digest, signature = bytes.fromhex(body["digest"]), bytes.fromhex(body["signature"])
        return Head(int(body["link"]), digest, str(body["at"]), signature)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def seal_and_export() -> int:
    """The sealer's chore: link what is new and write the newest head; once a day a head that stays."""
    sealed = seal_events()
    today = heads_folder() / f"{timezone.localdate().isoformat()}.json"
    if not today.exists():
        sealed += seal_events(whole=True)
        export_head(today)
    if sealed:
        export_head(heads_folder() / LATEST)
    return sealed


def _said(link: int, digest: bytes, at: str) -> bytes:
    return f"zhucan audit head {link} {digest.hex()} {at}".encode()


def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keyring.key_file().signing)
