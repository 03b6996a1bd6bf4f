"""Between a load and the register: what a reading hands over, and what the register promises to do with it.

The register stands above this app and registers itself (``register``); nothing here knows its tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol, TypeAlias

from zhucan.base.permissions import Actor
from zhucan.exchange.enums import StagedKind
from zhucan.files.feeds import Feed
from zhucan.files.tables import Row, Table
from zhucan.match.places import Places
from zhucan.match.roster import Holder
from zhucan.rules.statements import Statement
from zhucan.rules.vocabulary import Vocabulary

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"
Payload: TypeAlias = dict[str, Json]
PERSON, FACTS, RECEIPT, RETURN = "person", "facts", "receipt", "return"
"""What a staged row is about, in the order in which they are written."""


class Known(NamedTuple):
    """A person of the register: internal id, citizen number, name."""

    id: int
    number: str
    name: str


@dataclass(slots=True)
class Stated:
    """One row about a person (his place in ``Reading.persons``) and what it states; ``untold``: facts not told."""

    person: int
    table: Table
    row: Row
    statements: Sequence[Statement]
    untold: frozenset[str]


@dataclass(slots=True)
class FeedSaid:
    """Everything the tables of one feed state. ``complete``: whoever the list no longer names has lost the status."""

    feed: Feed
    observed: date | None
    complete: bool
    stated: list[Stated] = field(default_factory=list)


@dataclass(slots=True)
class Paid:
    """One payroll row: 分 for so many months. Without ``person`` and ``number`` nobody knows whose it is: not kept."""

    table: Table
    row: Row
    payer: str
    person: int | None
    number: str | None
    name: str
    policy: str
    period: date
    amount_fen: int
    months: int
    place: int
    place_name: str
    sequence: str
    account: str


@dataclass(slots=True)
class BankLine:
    """One line of a bank's return file, found by 序号 or account (``by``) among the payroll rows of its month."""

    table: Table
    row: Row
    policy: str
    period: date
    by: str
    sequence: str
    account: str
    arrived: bool
    said: str


@dataclass(slots=True)
class Reading:
    """What the files of a load say. ``persons`` are the roster's rows (``from_roster`` of them), then people known.

    ``table_ids``: rows of ``LoadTable`` by the identity of the table in memory.
    """

    county: int
    as_of: date
    places: Places
    vocabulary: Vocabulary
    tables: Sequence[Table]
    persons: Sequence[Holder]
    from_roster: int
    has_roster: bool
    said: Sequence[FeedSaid] = ()
    paid: Sequence[Paid] = ()
    returned: Sequence[BankLine] = ()
    table_ids: Mapping[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Planned:
    """One thing confirming would do. ``table`` and ``row``: where it stands in the user's files."""

    kind: StagedKind
    target: str
    payload: Payload
    table: Table | None = None
    row: int = 0
    person_id: int | None = None
    weight: int = 0


class Staged(NamedTuple):
    """A planned thing as it was kept until confirmed."""

    kind: StagedKind
    target: str
    payload: Payload
    table_id: int | None
    row: int
    person_id: int | None


class Wrote(NamedTuple):
    """A row of the register that was written over: what stood there before (None: nothing) and what stands there."""

    target: str
    target_id: int
    person_id: int | None
    before: Payload | None
    after: Payload


class LoadFacts(NamedTuple):
    """What the register needs to know of a load when writing: its id, county (6 digits), day, and who writes."""

    id: int
    county: int
    as_of: date
    by: Actor


class Covered(NamedTuple):
    """A list loaded: its feed, and for payrolls and bank returns the policy and month."""

    feed: str
    policy: str
    period: date | None
    observed: date | None


Write: TypeAlias = Callable[[], Sequence[Wrote]]


class Intake(Protocol):
    """What the register does for loads. Reads happen at any time; what ``Write`` does, in the caller's transaction."""

    def known(self, county: int) -> Iterator[Sequence[Known]]:
        """Everybody of the county (6 digits), some at a time."""

    def elsewhere(self, county: int, numbers: Sequence[str]) -> frozenset[str]:
        """Those of these citizen numbers whose person is on the register of another county."""

    def plan(self, reading: Reading, known: Mapping[str, int]) -> Iterator[Planned | None]:
        """The difference to what is held; None between, so that others get a turn. Sets the outcome of unchanged rows.

        ``known``: person ids by citizen number.
        """

    def prepare(self, load: LoadFacts, rows: Sequence[Staged]) -> Write:
        """Compute what these rows (of one target) write; the answer writes it, and tells what was written over."""

    def finish(self, load: LoadFacts, covered: Sequence[Covered]) -> None:
        """Record which lists were loaded; in the caller's transaction, the last of a load."""

    def announce(self, load: LoadFacts) -> None:
        """Tell whoever determines that the county's people changed, once the caller's transaction is committed."""

    def in_the_way(self, load: LoadFacts) -> Sequence[tuple[int | None, str]]:
        """Why a load cannot be undone as far as the register knows: the later load (None: something done by hand) and
        a sentence; empty: nothing stands in the way.
        """

    def undo(self, load: LoadFacts, *, limit: int) -> Callable[[], int]:
        """Withdraw the next rows of a load; the answer does it and says how many there were (0: nothing is left)."""

    def restore(self, load: LoadFacts, rows: Sequence[Wrote]) -> Callable[[], None]:
        """Put back what stood there before; the answer does it."""

    def remaining(self, load: LoadFacts) -> int:
        """About how many rows an undo has to withdraw."""


_intakes: list[Intake] = []
_reliances: list[Callable[[int], Sequence[str]]] = []


def register(intake: Intake) -> None:
    """Name the register; the last one named counts."""
    _intakes[:] = [intake]


def intake() -> Intake:
    """The register.

    Raises:
        LookupError: none was named.
    """
    if not _intakes:
        raise LookupError("no intake registered")
    return _intakes[0]


def register_reliance(asked: Callable[[int], Sequence[str]]) -> None:
    """Add who is asked before an undo: given a load's id, the decisions that rely on it, in words."""
    if asked not in _reliances:
        _reliances.append(asked)


def reliances(load_id: int) -> list[str]:
    """What relies on a load, in words; an undo refuses then."""
    return [words for asked in _reliances for words in asked(load_id)]
