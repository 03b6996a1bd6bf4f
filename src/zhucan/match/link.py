"""Which person of the roster a row of another office's list is about.

By a valid or repaired citizen number; or, where the number is damaged and no certificate number helps, by name, birth
date and what is left of the number together. Never by name alone: there are namesakes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from zhucan.files.citizen import MISSING
from zhucan.files.tables import Outcome, Row, Table
from zhucan.files.values import name_key, same_name
from zhucan.match.identity import identify, identity_problem, name_of, name_problem, problem_at, refused
from zhucan.match.roster import Holder, Roster

_BIRTH = slice(6, 14)


@dataclass(frozen=True, slots=True)
class Link:
    """One row of another list: the person's place in the roster, or the valid number of somebody else, or neither."""

    table: Table
    row: Row
    person: int | None
    number: str | None


class Linker:
    """Links rows to the persons of one roster, and counts the rows left without a person by class."""

    def __init__(self, roster: Roster) -> None:
        self._holders: Sequence[Holder] = roster.holders
        self._by_number: Mapping[str, int] = roster.index
        self._by_birth: dict[str, list[int]] = {}
        for place, holder in enumerate(self._holders):
            self._by_birth.setdefault(holder.number[_BIRTH], []).append(place)
        self.classes: Counter[str] = Counter()

    def link(self, tables: Iterable[Table]) -> list[Link]:
        """Link every row the readers could use; each row gets its outcome and its problems."""
        return [self._link(table, row) for table in tables for row in table.rows if not refused(row)]

    def _link(self, table: Table, row: Row) -> Link:
        identity = identify(row.values)
        if identity.number is not None:
            return self._known(table, row, identity.number)
        person = None
        if identity.fault != MISSING and identity.cell is not None:
            person = self._by_remains(row)
        if person is None:
            problem = identity_problem(table, row, identity.fault or "")
            self.classes[problem.rule] += 1
            row.problems.append(problem)
            row.outcome = Outcome.REJECTED
            return Link(table, row, None, None)
        row.problems.append(
            problem_at(
                table, row, "citizen_id", f"id_{identity.fault}_linked",
                "身份证号已损坏；姓名、出生日期和剩下的号码只与花名册的一人相符，按此人处理", "请按身份证改正号码",
                rejects=False,
            )
        )  # fmt: skip
        return self._accept(table, row, person)

    def _known(self, table: Table, row: Row, number: str) -> Link:
        person = self._by_number.get(number)
        if person is not None:
            return self._accept(table, row, person)
        row.outcome = Outcome.NOT_OURS
        return Link(table, row, None, number)

    def _accept(self, table: Table, row: Row, person: int) -> Link:
        holder = self._holders[person]
        warning = name_problem(table, row, holder.name)
        if warning is not None:
            row.problems.append(warning)
        row.outcome = Outcome.ACCEPTED
        return Link(table, row, person, holder.number)

    def _by_remains(self, row: Row) -> int | None:
        """The one person with this row's name and birth date whose number agrees with what is left of the row's."""
        cell, name = identify(row.values).cell, name_of(row)
        if cell is None or not name_key(name):
            return None
        namesakes = [
            place for place in self._by_birth.get(cell.birth_text, ()) if same_name(name, self._holders[place].name)
        ]
        if len(namesakes) == 1 and cell.agrees(self._holders[namesakes[0]].number):
            return namesakes[0]
        return None
