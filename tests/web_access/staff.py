"""Staff signing in by form, as in a browser."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.utils import timezone

from tests.factories.people import COUNTY_PATH, make_post, make_user
from zhucan.base.enums import OrganKind, Role
from zhucan.base.models import Post, User

PASSWORD = "tall-Reeds-48-bend"


def code_of(secret: str, *, step: int = 0) -> str:
    """The code a phone shows now, or so many steps of thirty seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def member(role: Role = Role.OFFICER, path: int = COUNTY_PATH, *, own_password: bool = True, **names: str) -> Post:
    """A post of somebody who can sign in by form."""
    user = make_user(password=PASSWORD, **names)
    user.password_changed_at = timezone.now() if own_password else None
    user.save()
    return make_post(role, OrganKind.FEDERATION, path, user)


def bind(user: User) -> str:
    """Give somebody a second factor; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def sign_in(username: str, password: str = PASSWORD, client: Client | None = None, **more: str) -> tuple[Client, Any]:
    """A browser in which the form was sent, and the answer."""
    browser = client or Client()
    return browser, browser.post("/sign-in/", {"login": username, "password": password, **more})


def words(response: Any) -> str:
    """What stands in the main part of a page, without what differs from one drawing to the next."""
    text = response.content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    return re.sub(r'(csrfmiddlewaretoken" value=")[^"]*', r"\1", main)
