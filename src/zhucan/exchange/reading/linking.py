"""From tables to a reading: the roster cleaned, every row linked to a person, what it states said; as the command does.

The same functions of ``match`` read the files of a folder on the command line, so that the numbers are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from zhucan.exchange.intake import BankLine, FeedSaid, Known, Paid, Reading, Stated
from zhucan.exchange.reading.background import Ticker
from zhucan.exchange.terms import Terms
from zhucan.files.feeds import Feed
from zhucan.files.tables import Outcome, Row, Table
from zhucan.match.facts import Said, Stating
from zhucan.match.identity import name_of, problem_at, refused
from zhucan.match.link import Link, Linker
from zhucan.match.receipts import benefit_of, month_of, set_copies_aside
from zhucan.match.roster import Holder, Roster, clean_roster
from zhucan.match.summing import oldest

_EVERY = 1000
_NOWHERE = Row(0, ())


def clean(tables: Sequence[Table], terms: Terms, ticker: Ticker) -> Roster:
    """The roster rows of these tables judged: one accepted row per person.

    Raises:
        Stopped: nobody waits any more.
    """
    ticker.at("清理花名册")
    own = [table for table in tables if table.feed.kind == "roster"]
    return clean_roster(own, terms.places, terms.settings.certificate_years)


def read_tables(
    tables: Sequence[Table],
    roster: Roster,
    terms: Terms,
    as_of: date,
    known: Sequence[Known],
    elsewhere: frozenset[str],
    ticker: Ticker,
) -> Reading:
    """Link and state; every row gets its outcome and its problems.

    ``known`` are the county's people on the register; ``elsewhere`` the numbers of the roster that belong to others.

    Raises:
        Stopped: nobody waits any more.
    """
    own = [table for table in tables if table.feed.kind == "roster"]
    _leave_to_others(roster, elsewhere)
    from_roster = len(roster.holders)
    named = roster.index
    roster.holders += [_light(each, own) for each in known if each.number not in named]
    linking = _Linking(Linker(roster), sum(len(table.rows) for table in tables), ticker)
    reading = Reading(
        county=terms.places.county,
        as_of=as_of,
        places=terms.places,
        vocabulary=terms.vocabulary,
        tables=tables,
        persons=roster.holders,
        from_roster=from_roster,
        has_roster=bool(own),
    )
    links = {feed.id: linking.link(_to_link(tables, feed)) for feed in terms.book if feed.kind in ("facts", "receipts")}
    reading.said = list(_said(tables, links, reading, terms, ticker))
    reading.paid = [each for feed in terms.book if feed.kind == "receipts" for each in _paid(links[feed.id], reading)]
    returns = [table for table in tables if table.feed.kind == "returns"]
    reading.returned = [line for table in returns for line in _lines(table, terms.settings.arrived, as_of)]
    return reading


class _Linking:
    """Links tables one by one, and tells how far it is."""

    def __init__(self, linker: Linker, rows: int, ticker: Ticker) -> None:
        self._linker, self._ticker = linker, ticker
        ticker.at("核对各部门名单", 0, rows)

    def link(self, tables: Sequence[Table]) -> list[Link]:
        """The links of these tables."""
        found = []
        for table in tables:
            found += self._linker.link([table])
            self._ticker.step(len(table.rows))
        return found


def _leave_to_others(roster: Roster, taken: frozenset[str]) -> None:
    """A person on another county's register is not taken away from it by a list: the row is rejected."""
    for holder in roster.holders:
        if holder.number in taken:
            holder.row.outcome = Outcome.REJECTED
            holder.row.problems.append(
                problem_at(
                    holder.table, holder.row, "citizen_id", "in_other_county",
                    "此人已在别的县（市、区）的人员库里，这一行没有采用", "请先联系对方残联办理迁移，再导入",
                )
            )  # fmt: skip
    roster.holders = [holder for holder in roster.holders if holder.number not in taken]


def _light(known: Known, tables: Sequence[Table]) -> Holder:
    """Somebody of the register as the linker wants him."""
    table = tables[0] if tables else _no_table()
    return Holder(known.number, known.name, table, _NOWHERE, "", None, None, None, {})


def _no_table() -> Table:
    return Table("", "", "", Feed("", "", "", "roster", ()), {}, {})


def _to_link(tables: Sequence[Table], feed: Feed) -> list[Table]:
    own = [table for table in tables if table.feed.id == feed.id]
    return set_copies_aside(own) if feed.kind == "receipts" else own


def _said(
    tables: Sequence[Table], links: dict[str, list[Link]], reading: Reading, terms: Terms, ticker: Ticker
) -> Iterator[FeedSaid]:
    holders = reading.persons[: reading.from_roster]
    own = [Link(each.table, each.row, place, each.number) for place, each in enumerate(holders)]
    for feed in terms.book:
        mine = [table for table in tables if table.feed.id == feed.id]
        if not mine or feed.kind not in ("roster", "facts"):
            continue
        complete = any(gives.absence is not None for gives in feed.gives)
        said = FeedSaid(feed, oldest(mine), complete)
        about = own if feed.kind == "roster" else links.get(feed.id, [])
        stating = Stating(feed, terms.vocabulary, terms.places)
        ticker.at(f"汇集{feed.title}", 0, len(about))
        for at, link in enumerate(about):
            if link.person is not None:
                said.stated.append(_of_row(stating, link, link.person, reading.as_of, said.observed))
            if at % _EVERY == 0:
                ticker.at(ticker.note, at, len(about))
        yield said


def _of_row(stating: Stating, link: Link, person: int, as_of: date, observed: date | None) -> Stated:
    one = Said(as_of)
    stating.add((link,), one, observed)
    return Stated(
        person, link.table, link.row, [each for _, each in one.statements], frozenset(one.untold.get(person, ()))
    )


def _text(row: Row, column: str) -> str:
    value = row.values.get(column)
    return value if isinstance(value, str) else ""


def month_told(table: Table, row: Row | None, as_of: date) -> date | None:
    """The first day of the month a table or its row tells of, in the year of the day where only a month is told."""
    texts = [table.title, table.sheet, table.file, *([_text(row, "month")] if row is not None else [])]
    told = month_of(*texts, year=f"{as_of:%Y}")
    return None if told is None else date.fromisoformat(f"{told}-01")


def _period(table: Table, row: Row, as_of: date) -> date:
    return month_told(table, row, as_of) or as_of.replace(day=1)


def _paid(links: Sequence[Link], reading: Reading) -> Iterator[Paid]:
    for link in links:
        table, row = link.table, link.row
        policy = _policy(table, row)
        amount, months = row.values.get("amount"), row.values.get("months")
        if policy is None or not isinstance(amount, int):
            continue
        township = _text(row, "township")
        code = reading.places.township(township, table.sheet)
        if amount == 0:
            row.note = "发放金额为 0，不算发放"
        yield Paid(
            table=table,
            row=row,
            payer=table.feed.office,
            person=link.person,
            number=link.number,
            name=name_of(row),
            policy=policy,
            period=_period(table, row, reading.as_of),
            amount_fen=amount,
            months=months if isinstance(months, int) and months > 0 else 1,
            place=code * 10**3 if code is not None else reading.county * 10**6,
            place_name=reading.places.township_name(code) if code is not None else township,
            sequence=_text(row, "sequence"),
            account=_text(row, "account"),
        )


def _policy(table: Table, row: Row) -> str | None:
    policy = benefit_of(table, row)
    if policy is None:
        message, remedy = "看不出这一行是哪一项补贴", "请在表题、工作表名或“补贴项目”一列里写明补贴的名称"
        row.problems.append(problem_at(table, row, "amount", "benefit_unknown", message, remedy))
        row.outcome = Outcome.REJECTED
    return policy


def _lines(table: Table, arrived: frozenset[str], as_of: date) -> Iterator[BankLine]:
    by = "sequence" if "sequence" in table.columns else "account"
    says = "code" if any(_text(row, "code") in arrived for row in table.rows) else "message"
    for row in table.rows:
        if refused(row):
            continue
        policy = _policy(table, row)
        if policy is None:
            continue
        ok = _text(row, says) in arrived
        yield BankLine(
            table=table,
            row=row,
            policy=policy,
            period=_period(table, row, as_of),
            by=by,
            sequence=_text(row, "sequence"),
            account=_text(row, "account"),
            arrived=ok,
            said="" if ok else _text(row, "message") or _text(row, "code"),
        )
