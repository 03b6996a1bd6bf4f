"""The application's settings for tests: a throw-away data directory with its own keys."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ["ZHUCAN_MODE"] = "test"
os.environ.setdefault("ZHUCAN_DATA", tempfile.mkdtemp(prefix="zhucan-test-"))

from django.conf import global_settings  # noqa: F401  # Django must be there before our settings are read

Path(os.environ["ZHUCAN_DATA"]).mkdir(parents=True, exist_ok=True)
_keys = Path(os.environ["ZHUCAN_DATA"]) / "keys.toml"
if not _keys.exists():
    import base64
    import secrets

    lines = [
        f'{name} = "{base64.b64encode(secrets.token_bytes(32)).decode()}"'
        for name in ("master", "index", "signing", "session")
    ]
    _keys.write_text("\n".join(['id = "test"', *lines]) + "\n")
    _keys.chmod(0o600)

from zhucan.conf.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MFA_REQUIRED = OWN_PASSWORD_REQUIRED = False  # the tests of signing in turn them on
