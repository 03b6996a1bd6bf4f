"""Invented people in real villages of 450803, with the offices that look after them. Check digits are right.

``make_divisions()`` first; everything else finds its place by itself. All rows are written straight into the tables:
what a test is about it does with the operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count

from zhucan.base.enums import DivisionLevel, OrganKind, Role
from zhucan.base.models import Division, Organ, Post, User
from zhucan.base.permissions import Actor
from zhucan.files.citizen import check_character
from zhucan.registry.blinds import citizen_blind
from zhucan.registry.enums import ContactKind, PlaceKind
from zhucan.registry.models import Account, Certificate, Contact, Fact, Person, PersonPlace, SearchKey
from zhucan.registry.search_keys import person_tokens
from zhucan.registry.values import encode
from zhucan.rules.vocabulary import Value

COUNTY = 450803
COUNTY_PATH = 450803_000_000
TODAY = date(2026, 11, 21)
_NAMES = (
    (450000_000_000, "广西壮族自治区", DivisionLevel.PROVINCE),
    (450800_000_000, "贵港市", DivisionLevel.PREFECTURE),
    (COUNTY_PATH, "港南区", DivisionLevel.COUNTY),
    (450803_002_000, "八塘街道", DivisionLevel.TOWNSHIP),
    (450803_002_202, "高岭村委会", DivisionLevel.VILLAGE),
    (450803_002_203, "三板村委会", DivisionLevel.VILLAGE),
    (450803_100_000, "桥圩镇", DivisionLevel.TOWNSHIP),
    (450803_100_202, "新庆村委会", DivisionLevel.VILLAGE),
    (450803_100_203, "何平村委会", DivisionLevel.VILLAGE),
    (450821_000_000, "平南县", DivisionLevel.COUNTY),
    (450821_002_000, "上渡街道", DivisionLevel.TOWNSHIP),
    (450821_002_203, "上渡村委会", DivisionLevel.VILLAGE),
)
GAOLING, SANBAN = 450803_002_202, 450803_002_203
"""Two villages of 八塘街道."""
XINQING, HEPING = 450803_100_202, 450803_100_203
"""Two villages of 桥圩镇."""
ELSEWHERE = 450821_002_203
"""A village of the neighbouring county."""
_SPAN = {1: 10**10, 2: 10**8, 3: 10**6, 4: 10**3, 5: 1}
_number = count(1)


@dataclass(frozen=True, slots=True)
class Place:
    """The county of the tests, its two townships, its four villages, and one village of the next county."""

    county: Division
    townships: tuple[Division, ...]
    villages: tuple[Division, ...]
    elsewhere: Division


def make_division(code: int, name: str, level: DivisionLevel, parent: Division | None = None) -> Division:
    """One division whose path is its code; the same one when it is there already."""
    values = {"name": name, "level": level, "path": code, "last": code + _SPAN[level] - 1, "parent": parent}
    return Division.objects.get_or_create(code=code, defaults=values)[0]


def make_divisions() -> Place:
    """港南区 with 八塘街道 and 桥圩镇, two villages each, and 平南县 with one village."""
    made: dict[int, Division] = {}
    for code, name, level in _NAMES:
        span = _SPAN[level - 1] if level > 1 else 0
        made[code] = make_division(code, name, level, made.get(code // span * span) if span else None)
    return Place(
        county=made[COUNTY_PATH],
        townships=tuple(one for one in made.values() if one.level == 4 and one.path // 10**6 == COUNTY),
        villages=tuple(one for one in made.values() if one.level == 5 and one.path // 10**6 == COUNTY),
        elsewhere=made[ELSEWHERE],
    )


def division(path: int) -> Division:
    """The division of this path; all of ``make_divisions`` are made where it is missing."""
    found = Division.objects.filter(code=path).first()
    if found is None:
        make_divisions()
        found = Division.objects.get(code=path)
    return found


def make_organ(kind: OrganKind = OrganKind.FEDERATION, path: int = COUNTY_PATH, name: str = "") -> Organ:
    """An office answering for a division."""
    place = division(path)
    return Organ.objects.create(kind=kind, name=name or f"{place.name}{kind.label}", division=place)


def make_user(name: str = "韦小燕", username: str = "", password: str = "") -> User:
    """Somebody of the staff; without a password he cannot sign in by form, only by ``force_login``."""
    user = User(username=username or f"staff{next(_number)}", name=name)
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    return user


def make_post(
    role: Role = Role.OFFICER,
    kind: OrganKind = OrganKind.FEDERATION,
    path: int = COUNTY_PATH,
    user: User | None = None,
    organ: Organ | None = None,
    from_: date = date(2020, 1, 1),
    until: date | None = None,
) -> Post:
    """A post over a division, with its user and organ where none are given."""
    return Post.objects.create(
        user=user or make_user(),
        organ=organ or make_organ(kind, path),
        role=role,
        division=division(path),
        from_=from_,
        until=until,
    )


def actor_of(post: Post, request: str = "") -> Actor:
    """Who acts in this post."""
    return Actor(
        user_id=post.user_id,
        post_id=post.id,
        name=post.user.name,
        role=Role(post.role),
        organ_id=post.organ_id,
        organ_kind=OrganKind(post.organ.kind),
        division=post.division.path,
        low=post.division.path,
        last=post.division.last,
        request=request,
    )


def make_actor(
    role: Role = Role.OFFICER, kind: OrganKind = OrganKind.FEDERATION, path: int = COUNTY_PATH, user: User | None = None
) -> Actor:
    """An actor in a new post."""
    return actor_of(make_post(role, kind, path, user))


def citizen_id(born: date = date(1956, 3, 12), sequence: int | None = None, prefix: int = COUNTY) -> str:
    """A citizen number with the right check character; a new one every time unless a sequence (odd: man) is given."""
    if sequence is None:
        further, number = divmod(next(_number) * 2, 1000)
        prefix += further  # the first six digits need not be a division of today
    else:
        number = sequence
    stem = f"{prefix}{born:%Y%m%d}{number:03d}"
    return stem + check_character(stem)


def make_person(
    name: str = "张小明",
    *,
    village: int = GAOLING,
    number: str = "",
    born: date = date(1956, 3, 12),
    category: int | None = 4,
    level: int | None = 2,
    issued: date = date(2020, 5, 1),
    until: date | None = date(2030, 5, 1),
    phone: str = "",
    account: str = "",
    facts: Mapping[str, Value] | None = None,
    with_certificate: bool = True,
) -> Person:
    """A person of a village with search keys, a certificate (unless told otherwise), and his facts.

    ``facts`` come on top of birth date, sex, category, level and the certificate's days, all of the roster (残联).
    """
    place = division(village)
    number = number or citizen_id(born)
    person = Person(citizen_blind=citizen_blind(number), place=place.path, county=place.path // 10**6)
    person.citizen_id, person.name = number, name
    person.save()
    PersonPlace.objects.create(person=person, kind=PlaceKind.REGISTERED, division=place)
    certificate = f"{number}{category or 4}{level or 2}" if with_certificate else ""
    known: dict[str, Value] = {"birth_date": born, "sex": 1 if int(number[16]) % 2 else 2}
    if with_certificate:
        _add_certificate(person, certificate, category, level, issued, until)
        days = {"certificate_issued": issued, "certificate_until": until, "category": category, "level": level}
        known |= {key: value for key, value in days.items() if value is not None}
    if phone:
        add_contact(person, phone)
    if account:
        add_account(person, account)
    add_facts(person, known | dict(facts or {}))
    tokens = dict.fromkeys(person_tokens(name, number, certificate, (phone,)))
    SearchKey.objects.bulk_create(SearchKey(person=person, place=person.place, token=token) for token in tokens)
    return person


def _add_certificate(
    person: Person, number: str, category: int | None, level: int | None, issued: date, until: date | None
) -> Certificate:
    certificate = Certificate(person=person, category=category, level=level, issued=issued, until=until)
    certificate.number = number
    certificate.save()
    return certificate


def add_contact(
    person: Person, phone: str, kind: ContactKind = ContactKind.SELF, name: str = "", relation: str = ""
) -> Contact:
    """A phone, and whose it is."""
    contact = Contact(person=person, kind=kind, relation=relation)
    contact.name, contact.phone = name, phone
    contact.save()
    return contact


def add_account(person: Person, number: str, holder: str = "", relation: str = "本人") -> Account:
    """The account money goes to."""
    account = Account(person=person, bank="农村信用社", holder_relation=relation)
    account.number, account.holder = number, holder or person.name
    account.save()
    return account


def add_facts(
    person: Person, facts: Mapping[str, Value | None], source: str = "残联", feed: str = "roster"
) -> list[Fact]:
    """Facts as a list of this source says them; a value None: named, and not told."""
    return Fact.objects.bulk_create(
        Fact(
            person=person,
            fact=name,
            value=None if value is None else encode(value),
            source=source,
            feed=feed,
            observed=date(2026, 11, 1),
        )
        for name, value in facts.items()
    )
