"""The figures that every output prints, counted once, so that page, workbook and sheets cannot disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from zhucan.match.outputs.words import is_doubtful
from zhucan.match.result import MISSED, PAYMENT_FAULTS, Line, MatchResult, Number, Person, Stray

_UNKNOWN = frozenset({"unknown_receiving", "unknown_not_receiving"})
_NOT_COMPARED = "not_compared"
NO_TOWNSHIP = "未写明乡镇"


@dataclass(frozen=True, slots=True)
class TownshipFigures:
    """One township: 人次 per list (certificates for ``expiring``), 分 a month missed, 分 paid in doubt."""

    name: str
    missed: int
    missed_fen: int
    doubtful: int
    doubtful_fen: int
    unknown: int
    expiring: int
    faults: int
    strays: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The lists of one run and their counts.

    ``not_compared``: entitled or unknown where no payment list covers the policy; outside the four numbers, because
    nobody looked whether they receive it.
    """

    missed: Sequence[Line]
    doubtful: Sequence[Line]
    unknown: Sequence[Line]
    faults: Sequence[Line]
    strays: Sequence[Stray]
    expiring: Sequence[Person]
    not_compared: Sequence[Line]
    compared: bool
    """Whether a payment list was loaded for any policy."""
    townships: Sequence[TownshipFigures]

    @property
    def missed_number(self) -> Number:
        """应享未享: 人次, persons, 分 a month by rate (None where no rate is known)."""
        return _number(self.missed, [line.amount_fen for line in self.missed])

    @property
    def doubtful_number(self) -> Number:
        """疑似不应享: 人次, persons, 分 paid in the month."""
        return _number(self.doubtful, [line.paid_fen for line in self.doubtful])

    @property
    def unknown_number(self) -> Number:
        """待核实: 人次, persons; money does not apply."""
        return _number(self.unknown, [])

    @property
    def faults_number(self) -> Number:
        """发放差错: 人次, persons, 分 paid in the month."""
        return _number(self.faults, [line.paid_fen for line in self.faults])

    @property
    def not_compared_number(self) -> Number:
        """未核对发放, entitled or one question away: 人次, persons, 分 a month by rate."""
        return _number(self.not_compared, [line.amount_fen for line in self.not_compared])

    @property
    def strays_number(self) -> Number:
        """名册外发放: payments, payees, 分 paid in the month."""
        payees = {stray.citizen_id for stray in self.strays}
        return Number(len(self.strays), len(payees), sum(stray.paid_fen for stray in self.strays))

    @property
    def unknown_receiving(self) -> int:
        """How many 人次 of 待核实 were paid in the month."""
        return sum(line.receiving is True for line in self.unknown)


def figures_of(result: MatchResult) -> Figures:
    """Sort the lines of a run into its lists and count them per township."""
    lists = Figures(
        missed=result.of(MISSED),
        doubtful=[line for line in result.lines if is_doubtful(line.finding)],
        unknown=result.of(_UNKNOWN),
        faults=result.of(PAYMENT_FAULTS),
        strays=result.strays,
        expiring=result.expiring,
        not_compared=[line for line in result.of({_NOT_COMPARED}) if _worth_a_look(line)],
        compared=any(line.receiving is not None for line in result.lines),
        townships=(),
    )
    return replace(lists, townships=_townships(result, lists))


def _worth_a_look(line: Line) -> bool:
    """Whether somebody not compared is worth a line: entitled, or one question away from a verdict."""
    return line.verdict == "entitled" or (line.verdict == "unknown" and len(line.missing) == 1)


def township_of(person: Person) -> str:
    """The name of a person's township."""
    return person.township_name or NO_TOWNSHIP


def _number(lines: Sequence[Line], sums: Sequence[int | None]) -> Number:
    known = [fen for fen in sums if fen is not None]
    return Number(len(lines), len({line.person.code for line in lines}), sum(known) if known else None)


def _townships(result: MatchResult, lists: Figures) -> list[TownshipFigures]:
    listed = [line.person for line in result.lines]
    order = {township_of(person): person.township for person in (*result.persons, *listed, *result.expiring)}
    names = sorted(order, key=lambda name: (order[name] == 0, order[name], name))
    strays = Counter(stray.township_name or NO_TOWNSHIP for stray in lists.strays)
    names += sorted(set(strays) - set(names))
    missed, doubtful = _by_township(lists.missed), _by_township(lists.doubtful)
    unknown, faults = _by_township(lists.unknown), _by_township(lists.faults)
    expiring = Counter(township_of(person) for person in lists.expiring)
    return [
        TownshipFigures(
            name,
            missed=len(missed.get(name, [])),
            missed_fen=sum(line.amount_fen or 0 for line in missed.get(name, [])),
            doubtful=len(doubtful.get(name, [])),
            doubtful_fen=sum(line.paid_fen for line in doubtful.get(name, [])),
            unknown=len(unknown.get(name, [])),
            expiring=expiring[name],
            faults=len(faults.get(name, [])),
            strays=strays[name],
        )
        for name in names
    ]


def _by_township(lines: Iterable[Line]) -> dict[str, list[Line]]:
    sorted_lines: dict[str, list[Line]] = {}
    for line in lines:
        sorted_lines.setdefault(township_of(line.person), []).append(line)
    return sorted_lines
