"""Sessions in the database, sealed: they hold messages, searches and secrets on their way, which must not lie open."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import cast

from django.contrib.sessions.backends.db import SessionStore as PlainStore

from zhucan.base.secrets import SealError, open_sealed, seal

_PLACE = "django_session.session_data"


class SessionStore(PlainStore):
    """Django's sessions, each sealed; one that cannot be opened is an empty one."""

    def encode(self, session_dict: Mapping[str, object]) -> str:
        """The session as it is stored."""
        return b64encode(seal("staff", _PLACE, super().encode(dict(session_dict)))).decode()

    def decode(self, session_data: bytes | str) -> dict[str, object]:
        """The session again; nothing where the keys are others."""
        try:
            return cast("dict[str, object]", super().decode(open_sealed(_PLACE, b64decode(session_data))))
        except (SealError, ValueError):
            return {}

    def get_expire_at_browser_close(self) -> bool:
        """Always: the next one at this computer is somebody else, however long the server keeps the session."""
        return True
