"""The roster made clean: one accepted row per person, and the facts a certificate holder's row states.

Roster rows are never repaired from other files. Of two rows of one person the later certificate counts, as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from zhucan.files.citizen import birth_date, is_male
from zhucan.files.disability import MULTIPLE, Component
from zhucan.files.tables import Outcome, Row, Table
from zhucan.files.values import Value, name_key
from zhucan.match.identity import (
    DUPLICATE_CONFLICT,
    DUPLICATE_EXACT,
    SHARED,
    Identity,
    identify,
    identity_problem,
    name_of,
    problem_at,
    refused,
)
from zhucan.match.places import Places
from zhucan.rules.vocabulary import Value as FactValue

OWN_FACTS = frozenset(
    {"birth_date", "sex", "category", "level", "certificate_issued", "certificate_until", "township", "village"}
)
"""The facts a person's own row settles; they stand above every list."""
_MAN, _WOMAN = 1, 2
"""GB/T 2261.1; what the sequence in a citizen number says."""
_SEXES: Mapping[str, int] = {"男": _MAN, "男性": _MAN, "1": _MAN, "女": _WOMAN, "女性": _WOMAN, "2": _WOMAN}


@dataclass(frozen=True, slots=True)
class Holder:
    """One accepted person of the roster. ``facts`` are what the row itself settles; a missing key is unknown."""

    number: str
    name: str
    table: Table
    row: Row
    certificate_number: str
    township: int | None
    village: int | None
    components: tuple[Component, ...] | None
    facts: Mapping[str, FactValue]

    def text(self, column: str) -> str:
        """A column of the row as text; empty where there is none."""
        value = self.row.values.get(column)
        return value if isinstance(value, str) else ""


@dataclass(slots=True)
class Roster:
    """The accepted persons in the order of the files, and the rows of each class that did not become persons.

    ``shared``: the valid numbers that stand on rows of different names, and so are nobody's.
    """

    holders: list[Holder] = field(default_factory=list)
    classes: Counter[str] = field(default_factory=Counter)
    shared: set[str] = field(default_factory=set)

    @property
    def index(self) -> Mapping[str, int]:
        """Places in ``holders`` by citizen number."""
        return {holder.number: place for place, holder in enumerate(self.holders)}


@dataclass(frozen=True, slots=True)
class _Candidate:
    table: Table
    row: Row
    identity: Identity


def clean_roster(tables: Iterable[Table], places: Places, certificate_years: int) -> Roster:
    """Judge every roster row the readers could use: each gets an outcome and its problems; the accepted become holders.

    ``certificate_years`` is how long a certificate without a last day is valid from its day of issue.
    """
    roster = Roster()
    by_number: dict[str, list[_Candidate]] = {}
    for table in tables:
        for row in table.rows:
            if refused(row):
                continue
            identity = identify(row.values)
            if identity.number is None:
                _reject(roster, table, row, identity)
            else:
                by_number.setdefault(identity.number, []).append(_Candidate(table, row, identity))
    for number, candidates in by_number.items():
        kept = _one_of(roster, candidates)
        if kept is not None:
            roster.holders.append(_holder(number, kept, places, certificate_years))
    return roster


def _reject(roster: Roster, table: Table, row: Row, identity: Identity) -> None:
    problem = identity_problem(table, row, identity.fault or "")
    row.problems.append(problem)
    row.outcome = Outcome.REJECTED
    roster.classes[problem.rule] += 1


def _one_of(roster: Roster, candidates: Sequence[_Candidate]) -> _Candidate | None:
    """The row that stands for one citizen number; None where the rows name different people."""
    if len({name_key(name_of(each.row)) for each in candidates}) > 1:
        names = "、".join(dict.fromkeys(name_of(each.row) or "(空)" for each in candidates))
        for each in candidates:
            each.row.outcome = Outcome.REJECTED
            each.row.problems.append(
                problem_at(
                    each.table, each.row, "citizen_id", SHARED,
                    f"同一个身份证号用在不同姓名上：{names}", "请查明号码是谁的，改正另一人的号码",
                )
            )  # fmt: skip
            roster.classes[SHARED] += 1
        roster.shared.add(candidates[0].identity.number or "")
        return None
    days = [_day(each.row, "issued") or date.min for each in candidates]
    latest = days.index(max(days))
    kept = candidates[latest]
    kept.row.outcome = Outcome.ACCEPTED
    for place, each in enumerate(candidates):
        if place != latest:
            exact = days[place] == days[latest]
            _set_aside(each, kept, exact=exact)
            roster.classes[DUPLICATE_EXACT if exact else DUPLICATE_CONFLICT] += 1
    return kept


def _set_aside(each: _Candidate, kept: _Candidate, *, exact: bool) -> None:
    same_file = kept.table.file == each.table.file and kept.table.sheet
    where = f"{kept.table.sheet if same_file else kept.table.source} 第 {kept.row.number} 行"
    rule = DUPLICATE_EXACT if exact else DUPLICATE_CONFLICT
    why = "发证日期相同" if exact else "发证日期较早"
    each.row.outcome = Outcome.DUPLICATE
    each.row.problems.append(
        problem_at(
            each.table, each.row, "citizen_id", rule, f"此人在 {where} 已有一行，这一行{why}，不采用", "请只保留一行",
            rejects=False,
        )
    )  # fmt: skip


def _holder(number: str, kept: _Candidate, places: Places, certificate_years: int) -> Holder:
    table, row, identity = kept.table, kept.row, kept.identity
    components, category, level = _disability(row, identity)
    township = places.township(_text(row, "township"), table.sheet, table.title)
    village = places.village(_text(row, "village"), township)
    issued, until = _validity(row, certificate_years)
    facts: dict[str, FactValue | None] = {  # OWN_FACTS
        "birth_date": birth_date(number),
        "sex": _MAN if is_male(number) else _WOMAN,
        "category": category,
        "level": level,
        "certificate_issued": issued,
        "certificate_until": until,
        "township": township,
        "village": village,
    }
    _compare_with_number(table, row, number, category, level)
    if identity.certificate is not None and identity.certificate.citizen_id not in (None, number):
        _warn(table, row, "certificate_number", "certificate_differs", "证号前 18 位与身份证号不同，按身份证号")
    certificate = identity.certificate.text if identity.certificate else ""
    return Holder(
        number=number,
        name=name_of(row),
        table=table,
        row=row,
        certificate_number=certificate,
        township=township,
        village=village,
        components=components,
        facts={fact: value for fact, value in facts.items() if value is not None},
    )


def _disability(row: Row, identity: Identity) -> tuple[tuple[Component, ...] | None, int | None, int | None]:
    """Components (None: unknown), category and level: from the certificate number if there is one, else the cells."""
    category, level = row.values.get("category"), _number(row.values.get("level"))
    stated = row.values.get("components")
    components = stated if isinstance(stated, tuple) else None
    if isinstance(category, tuple):
        components = components or category
        level = level or (category[0].level if len(category) == 1 else None)
        category = category[0].category if len(category) == 1 else MULTIPLE
    category = _number(category)
    if identity.certificate is not None and identity.certificate.category is not None:
        category, level = identity.certificate.category, identity.certificate.level
    return _components(category, level, components), category, level


def _components(
    category: int | None, level: int | None, stated: tuple[Component, ...] | None
) -> tuple[Component, ...] | None:
    if category is None:
        return None
    if category == MULTIPLE:
        return stated
    return (Component(category, level),)


def _validity(row: Row, years: int) -> tuple[date | None, date | None]:
    """The day of issue, and the first day the certificate is no longer valid."""
    issued, printed = _day(row, "issued"), _day(row, "until")
    if printed is None and issued is not None:
        printed = later_by_years(issued, years)
    return issued, None if printed is None else printed + timedelta(days=1)


def later_by_years(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _compare_with_number(table: Table, row: Row, number: str, category: int | None, level: int | None) -> None:
    """Warn of cells that disagree with the citizen number or the certificate number, which count."""
    born, sex = _day(row, "birth_date"), _SEXES.get(_text(row, "sex") or "")
    if born is not None and born != birth_date(number):
        _warn(table, row, "birth_date", "birth_date_differs", f"与身份证号上的 {birth_date(number)} 不一致，按身份证号")
    if sex is not None and (sex == _MAN) != is_male(number):
        ours = "男" if is_male(number) else "女"
        _warn(table, row, "sex", "sex_differs", f"与身份证号上的“{ours}”不一致，按身份证号")
    cell = row.values.get("category")
    if isinstance(cell, int) and category is not None and cell != category:
        _warn(table, row, "category", "category_differs", "与残疾人证号第 19 位不一致，按证号")
    cell = row.values.get("level")
    if isinstance(cell, int) and level is not None and cell != level:
        _warn(table, row, "level", "level_differs", "与残疾人证号第 20 位不一致，按证号")


def _warn(table: Table, row: Row, column: str, rule: str, message: str) -> None:
    row.problems.append(problem_at(table, row, column, rule, message, "请核对后改正", rejects=False))


def _day(row: Row, column: str) -> date | None:
    value = row.values.get(column)
    return value if isinstance(value, date) else None


def _text(row: Row, column: str) -> str | None:
    value = row.values.get(column)
    return value if isinstance(value, str) else None


def _number(value: Value) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
