"""How the pages about persons say things: names, codes, numbers, and which rows an actor sees."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from zhucan.base.enums import Action, FieldGroup
from zhucan.base.permissions import Actor, may, sees
from zhucan.files.citizen import birth_date, is_male
from zhucan.policies.library import library
from zhucan.registry.queries.persons import certificate_words
from zhucan.registry.vocabulary import vocabulary
from zhucan.rules.errors import UnknownName
from zhucan.web.words import mask_name

if TYPE_CHECKING:
    from zhucan.registry.models import Person

UNKNOWN = "未知"


def today() -> date:
    """The day in the office's time zone."""
    return timezone.localdate()


def groups_of(actor: Actor) -> frozenset[FieldGroup]:
    """The groups of fields this actor's office sees."""
    return frozenset(group for group in FieldGroup if sees(actor, group))


def shows_names(actor: Actor) -> bool:
    """Whether lists say full names to this actor: to those who work with the people, in their own division."""
    return may(actor, Action.REVEAL) or may(actor, Action.SETTLE_FINDINGS)


def name_for(actor: Actor, person: Person) -> str:
    """A person's name as this actor may read it in lists."""
    return person.name if shows_names(actor) else mask_name(person.name)


def person_url(person: Person) -> str:
    """The address of a person's page: his uuid, nothing that says who he is."""
    return reverse("workbench:person", args=[person.uuid])


def sex_of(number: str) -> str:
    """The sex a citizen number says."""
    return "男" if is_male(number) else "女"


def age_of(number: str, on: date) -> int | None:
    """The age in years on a day, by the citizen number; None where it holds no such birth date."""
    born = birth_date(number)
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def category_words(code: int | None) -> str:
    """A category of disability: 肢体."""
    return _code("disability_category", code)


def level_words(level: int | None) -> str:
    """A level: 二级."""
    return "" if level is None else f"{'零一二三四'[level]}级" if 0 <= level <= 4 else str(level)


def components_words(components: str) -> str:
    """The disabilities of a multiple one: 肢体二级、智力三级."""
    parts = [(int(each[0]), int(each[1])) for each in components.split()]
    return "、".join(category_words(category) + (level_words(level) if level else "") for category, level in parts)


@lru_cache(maxsize=64)
def _code(table: str, code: int | None) -> str:
    if code is None:
        return ""
    for fact in vocabulary().facts.values():
        if fact.codes is not None and fact.codes.name == table:
            found = fact.codes.find(code)
            return found.zh if found else str(code)
    return str(code)


def certificate_state(person: Person, on: date) -> str:
    """How a person's certificate stands on a day; 没有残疾人证 where there is none."""
    certificate = getattr(person, "certificate", None)
    return certificate_words(certificate.state, certificate.until, on) if certificate else "没有残疾人证"


def last_day(until: date | None) -> date | None:
    """The last valid day as it is printed on the certificate; the register keeps the day after."""
    return None if until is None else until - timedelta(days=1)


@lru_cache(maxsize=256)
def policy_title(policy: str) -> str:
    """The name of a policy; its id where the library does not have it any more."""
    try:
        return library().base(policy).zh
    except (UnknownName, KeyError):
        return policy
