"""What every address of the portal shows: examples by the address's name, with the states it has.

``EXAMPLES`` has a function for each address; a new address without one fails ``test_addresses.py``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone

from tests.journeys.clock import TODAY
from tests.portal_pages.people import HOLDER, MAN, MOTHER, NOBODY, UNSURE, Person
from tests.portal_pages.visits import YEARS, kept, random_visits, visit_by
from zhucan.web.portal.visit import Visit

POLICY, SERVICE, COUNTY = "nursing-allowance", "legal-aid", 450803
SENDS_ON = {"portal:start", "portal:leave"}
"""Addresses that only take a form and lead on; the journeys go through them."""


@dataclass(frozen=True, slots=True)
class Example:
    """One state of a page. ``session`` is whose; ``form`` is filled in and sent on the page, where it is not None.

    ``state``: full, empty (there is nothing to show) or error. ``texts``: in which kinds of text it is looked at.
    """

    name: str
    url: str
    state: str = "full"
    session: str = ""
    form: Mapping[str, str] | None = None
    texts: tuple[str, ...] = ("plain",)
    status: int = 200


Maker = Callable[["Office"], Iterator[Example]]
EXAMPLES: dict[str, Maker] = {}
ALL = ("plain", "easy", "english")


@dataclass
class Office:
    """What examples are made from: sessions by person, and codes of remarks."""

    sessions: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def whole(self, person: Person) -> str:
        """A session of somebody who answered everything."""
        if person.name not in self.sessions:
            self.sessions[person.name] = kept(visit_by(person, TODAY))
        return self.sessions[person.name]


def shows(name: str) -> Callable[[Maker], Maker]:
    """Registers the examples of an address."""

    def add(maker: Maker) -> Maker:
        EXAMPLES[name] = maker
        return maker

    return add


@shows("portal:home")
def _home(office: Office) -> Iterator[Example]:
    yield Example("home", reverse("portal:home"), texts=ALL)
    yield Example("home-begun", reverse("portal:home"), session=office.whole(HOLDER))


@shows("portal:needs")
def _needs(_: Office) -> Iterator[Example]:
    yield Example("needs", reverse("portal:needs"), texts=ALL)
    yield Example("needs-error", reverse("portal:needs"), "error", form={}, status=422)


@shows("portal:left")
def _left(_: Office) -> Iterator[Example]:
    yield Example("left", reverse("portal:left"), texts=("plain", "english"))


@shows("portal:lost")
def _lost(_: Office) -> Iterator[Example]:
    yield Example("lost", reverse("portal:lost"), texts=("plain", "english"))


@shows("portal:contact")
def _contact(_: Office) -> Iterator[Example]:
    yield Example("contact", reverse("portal:contact"), texts=("plain", "english"))


@shows("portal:settings")
def _settings(_: Office) -> Iterator[Example]:
    yield Example("settings", reverse("portal:settings"), texts=ALL)


@shows("portal:place")
def _place(office: Office) -> Iterator[Example]:
    begun = kept(Visit(started=True))
    yield Example("place", reverse("portal:place"), session=begun, texts=ALL)
    yield Example("place-chosen", reverse("portal:place"), session=office.whole(HOLDER))
    yield Example("place-error", reverse("portal:place"), "error", session=begun, form={}, status=422)


@shows("portal:place_elsewhere")
def _elsewhere(_: Office) -> Iterator[Example]:
    url, begun, lower = (
        reverse("portal:place_elsewhere"),
        Visit(started=True),
        Visit(started=True, choosing=45 * 10**10),
    )
    yield Example("place-province", url, session=kept(begun), texts=("plain", "english"))
    yield Example("place-city", url, session=kept(lower))
    yield Example("place-province-error", url, "error", session=kept(begun), form={}, status=422)


@shows("portal:question")
def _question(_: Office) -> Iterator[Example]:
    """The first questions, and one of each kind: choices with and without notes, a day, a number."""
    found = {fact: _at(HOLDER, fact) for fact in ("birth_date", "certificate_held")}
    seen = {("day", False, False), ("choices", False, False)}
    for visit, question in random_visits(TODAY):
        kind = (question.kind, any(choice.note for choice in question.choices), bool(question.unit))
        if kind not in seen:
            seen.add(kind)
            found.setdefault(question.fact.id, (visit, len(visit.answers) + 1))
    for name, (visit, number) in found.items():
        url, session = reverse("portal:question", args=[number]), kept(visit)
        yield Example(f"question-{name}", url, session=session, texts=ALL)
        yield Example(f"question-{name}-error", url, "error", session=session, form={}, status=422)
    answered = kept(visit_by(HOLDER, TODAY))
    yield Example("question-birth_date-answered", reverse("portal:question", args=[1]), session=answered)


def _at(person: Person, fact: str) -> tuple[Visit, int]:
    visit = visit_by(person, TODAY, until=lambda question: question.fact.id == fact)
    return visit, len(visit.answers) + 1


@shows("portal:answers")
def _answers(office: Office) -> Iterator[Example]:
    yield Example("answers", reverse("portal:answers"), session=office.whole(HOLDER), texts=ALL)


@shows("portal:result")
def _result(office: Office) -> Iterator[Example]:
    url = reverse("portal:result")
    yield Example("result", url, session=office.whole(HOLDER), texts=ALL)
    for person in (MOTHER, MAN, NOBODY):
        yield Example(f"result-{person.name}", url, session=office.whole(person))
    yield Example("result-unsure", url, "empty", session=office.whole(UNSURE))


@shows("portal:sheet")
def _sheet(office: Office) -> Iterator[Example]:
    yield Example("sheet", reverse("portal:sheet"), session=office.whole(HOLDER), texts=ALL)
    yield Example("sheet-unsure", reverse("portal:sheet"), "empty", session=office.whole(UNSURE))


@shows("portal:policies")
def _policies(_: Office) -> Iterator[Example]:
    url = reverse("portal:policies")
    yield Example("policies", url, texts=ALL)
    yield Example("policies-elsewhere", f"{url}?place=31")
    yield Example("policies-found", url, form={"q": "轮椅"}, texts=("plain", "english"))
    yield Example("policies-none", url, "empty", form={"q": "葡萄"})
    yield Example("policies-error", url, "error", form={"q": ""}, status=422)
    yield Example("policies-nowhere", f"{url}?place=999999", "empty", status=404)


@shows("portal:policy")
def _policy(_: Office) -> Iterator[Example]:
    for policy in (POLICY, SERVICE, "certificate-renewal"):
        yield Example(f"policy-{policy}", reverse("portal:policy", args=[policy]), texts=ALL)
    yield Example("policy-none", reverse("portal:policy", args=["nothing-of-the-kind"]), "empty", status=404)


@shows("portal:where")
def _where(_: Office) -> Iterator[Example]:
    url = reverse("portal:where")
    yield Example("where", f"{url}?to=policies", texts=("plain", "english"))
    yield Example("where-city", f"{url}?to=offices&place=45")
    yield Example("where-error", f"{url}?to=policies", "error", form={"place": ""}, status=422)


@shows("portal:offices")
def _offices(_: Office) -> Iterator[Example]:
    url = reverse("portal:offices")
    yield Example("offices", url, texts=("plain", "english"))
    yield Example("offices-elsewhere", f"{url}?place=31")


@shows("portal:surprise")
def _surprise(office: Office) -> Iterator[Example]:
    url = reverse("portal:surprise", args=[POLICY])
    yield Example("surprise", url, session=kept(Visit(started=True, place=COUNTY)), texts=("plain", "english"))
    yield Example("surprise-answered", url, session=office.whole(HOLDER))
    yield Example("surprise-elsewhere", url, "empty", session=kept(Visit(started=True, place=310101)))
    yield Example("surprise-error", url, "error", session=office.whole(HOLDER), form={}, status=422)


@shows("portal:surprise_sent")
def _sent(office: Office) -> Iterator[Example]:
    code = {"portal_surprise_code": {"at": int(time.time()) + YEARS, "code": office.codes["open"]}}
    yield Example("surprise-sent", reverse("portal:surprise_sent"), session=kept(None, code))


@shows("portal:surprise_answer")
def _answer(office: Office) -> Iterator[Example]:
    url = reverse("portal:surprise_answer")
    yield Example("surprise-ask", url, texts=("plain", "english"))
    yield Example("surprise-open", url, form={"code": office.codes["open"]})
    yield Example("surprise-told", url, form={"code": office.codes["answered"]})
    yield Example("surprise-ask-error", url, "error", form={"code": "12"}, status=422)


def remarks(officer: str) -> dict[str, str]:
    """Two remarks: one waits (``open``), one has its ``answered``; their codes."""
    from zhucan.base.models import Post
    from zhucan.base.queries.divisions import county_path
    from zhucan.base.queries.staff import actor_of
    from zhucan.policies.enums import SurpriseKind
    from zhucan.policies.models import Surprise
    from zhucan.policies.operations.surprises import answer_surprise, report_surprise

    now, codes = timezone.now(), {}
    for name in ("open", "answered"):
        codes[name] = report_surprise(
            policy=POLICY, division=county_path(COUNTY), kind=SurpriseKind.ENTITLED, text="邻居领到了，我没有",
            contact="", told=None, at=now,
        )  # fmt: skip
    last = Surprise.objects.order_by("-pk")[0]
    by = actor_of(Post.objects.get(user__username=officer))
    answer_surprise(uuid=last.uuid, answer="您的证在有效期内，可以申请。\n请到窗口来。", note="", by=by, at=now)
    return codes
