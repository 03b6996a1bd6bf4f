"""Pages of the portal that name a policy or a question: the same for everybody."""

from __future__ import annotations

from tests.web_access.objects import EVERYWHERE, Values, builds

EVERYWHERE |= {"portal:policy", "portal:question"}


@builds("portal:policy")
def _policy(path: int) -> Values:
    return {"policy_id": "nursing-allowance"}


@builds("portal:question")
def _question(path: int) -> Values:
    return {"number": 1}
