"""Staff signed in to the workbench."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories.people import COUNTY_PATH, make_divisions, make_post
from zhucan.base.enums import OrganKind, Role
from zhucan.base.models import Post
from zhucan.base.queries.divisions import forget_names

SignIn = Callable[..., Client]


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """A browser of somebody in a new post; ``client.post_held`` is the post."""
    make_divisions()
    forget_names()

    def enter(role: Role = Role.OFFICER, kind: OrganKind = OrganKind.FEDERATION, path: int = COUNTY_PATH) -> Client:
        client, post = Client(), make_post(role, kind, path)
        client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")
        client.post_held = post  # type: ignore[attr-defined]
        return client

    return enter


def post_of(client: Client) -> Post:
    """The post a browser of ``sign_in`` is in."""
    held: Post = client.post_held  # type: ignore[attr-defined]
    return held
