"""A policy in the words of the portal: title, amount, what to bring, where to go, how long it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from zhucan.rules.policy import Condition, Policy
from zhucan.web.portal.pages import Reader
from zhucan.web.words import yuan

_SUMS = {
    "once": gettext_noop("一次 %(sum)s 元"), "month": gettext_noop("每月 %(sum)s 元"),
    "quarter": gettext_noop("每季度 %(sum)s 元"), "year": gettext_noop("每年 %(sum)s 元"),
    "school_year": gettext_noop("每学年 %(sum)s 元"), "course": gettext_noop("每个疗程 %(sum)s 元"),
    "interval": gettext_noop("每期 %(sum)s 元"), "hours": gettext_noop("每小时 %(sum)s 元"),
}  # fmt: skip
"""A sum by the rhythm in which it is paid."""


@dataclass(frozen=True, slots=True)
class PolicyWords:
    """A policy as told to one reader. ``url`` is its page."""

    id: str
    title: str
    accepts: str
    decides: str
    materials: Sequence[str]
    takes: str
    deadline: str
    url: str


def words_for(policy: Policy, reader: Reader) -> PolicyWords:
    """A policy's words in the reader's language; Chinese where nobody wrote English."""
    english = policy.english
    own = policy if not reader.english else english
    return PolicyWords(
        id=policy.id,
        title=capfirst(policy.en) if reader.english else policy.zh,
        accepts=own.accepts or policy.accepts,
        decides=own.decides or policy.decides,
        materials=[capfirst(one) for one in own.materials or policy.materials],
        takes=own.takes or policy.takes,
        deadline=own.deadline or policy.deadline,
        url=reverse("portal:policy", args=[policy.id]),
    )


def amount_words(policy: Policy, fen: int | None) -> str:
    """每月 90 元; what kind of help it is where it is no money; nothing known said as such."""
    kind = policy.outcome.kind
    if fen is not None:
        return _(_SUMS[policy.outcome.rhythm]) % {"sum": yuan(fen)}
    if kind == "item":
        return _("给东西，不发钱")
    if kind == "service":
        return _("给服务，不发钱")
    if kind == "standing":
        return _("给资格或证件")
    return _("金额由当地定，这里还没有收录")


def otherwise_of(condition: Condition, reader: Reader) -> str:
    """What is told to whoever fails a condition."""
    return (condition.otherwise_en if reader.english else "") or condition.otherwise
