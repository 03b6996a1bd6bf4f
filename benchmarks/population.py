"""A register of invented people in real villages of 4508, written past the ORM, for benchmarks and load tests.

    ZHUCAN_DATA=… ZHUCAN_MODE=demo [ZHUCAN_DATABASE=postgresql://…] python benchmarks/population.py [--persons 1000000]

The database must be empty and of nobody's: tables are made, divisions loaded, then persons with really sealed cells and
real search keys, certificates, a phone each, facts, last month's receipts, verdicts and findings. Indexes are dropped
while rows pour in, and made again after. On SQLite ``executemany``, on PostgreSQL ``COPY``.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
TODAY = date(2026, 11, 21)
PERIOD = date(2026, 10, 1)
SURNAMES = "陆韦覃黄梁李陈吴杨农蒙卢罗莫林何苏谢宁甘古零岑粟容麦邓滕欧庞施闭区黎周唐蓝龚凌徐单曾"
GIVEN = "明东兰芳静杰华福花玉惠廖春建倩敏桂达荣飞锦光日碧彩文辉琼珍艳丽权海龙慧娟英强善云庆俊广涛颖爱昌"
LIVING, NURSING = "living-allowance", "nursing-allowance"
_SLICE = 20_000


def start() -> None:
    """Django on the database of the environment, its tables made and the divisions of the country loaded."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhucan.conf.settings")
    from zhucan.base import keyring

    data = Path(os.environ["ZHUCAN_DATA"])
    data.mkdir(parents=True, exist_ok=True)
    if not (data / "keys.toml").exists():
        keyring.create_key_file(data / "keys.toml")
    import django

    django.setup()
    from django.core.management import call_command

    from zhucan.base.models import Division
    from zhucan.base.operations.divisions import load_divisions
    from zhucan.base.permissions import SYSTEM

    call_command("migrate", verbosity=0)
    if not Division.objects.exists():
        load_divisions(ROOT / "content" / "divisions" / "divisions.parquet", by=SYSTEM)


@dataclass
class Sink:
    """Rows of one table on their way in; every column not named holds what it was given as ``constant``."""

    table: str
    columns: Sequence[str]
    rows: list[tuple[object, ...]] = field(default_factory=list)
    written: int = 0

    def flush(self) -> None:
        """Write what waits."""
        from django.db import connection

        names = ", ".join(f'"{name}"' for name in self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self.table} ({names}) FROM STDIN") as copy:
                    for row in self.rows:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * len(self.columns))
                cursor.connection.executemany(f"INSERT INTO {self.table} ({names}) VALUES ({marks})", self.rows)
        self.written += len(self.rows)
        self.rows.clear()


_PERSON = (
    "id", "uuid", "citizen_sealed", "citizen_blind", "name_sealed", "address_sealed", "ethnic", "hukou", "place",
    "county", "created_at",
)  # fmt: skip
_CERTIFICATE = ("uuid", "person_id", "number_sealed", "category", "level", "components", "issued", "until", "state")
_FACT = ("person_id", "fact", "value", "source", "feed", "load_id", "observed", "recorded_at")
_CONTACT = ("uuid", "person_id", "kind", "relation", "name_sealed", "phone_sealed")
_RECEIPT = (
    "uuid", "county", "person_id", "payee_sealed", "payee_blind", "payer", "policy", "period", "amount_fen", "months",
    "place", "place_name", "sequence", "account_blind", "load_id", "row", "recorded_at",
)  # fmt: skip
_VERDICT = (
    "person_id", "policy", "county", "place", "answer", "amount_fen", "receiving", "paid_fen", "finding", "reason",
    "basis", "question", "missing", "leans_on", "remark", "as_of",
)  # fmt: skip
_FINDING = (
    "uuid", "number", "kind", "code", "key", "county", "place", "person_id", "policy", "fen", "reason", "basis",
    "question", "missing", "leans_on", "remark", "evidence", "opened_at", "verdict", "answer",
)  # fmt: skip


class Population:
    """Draws people and puts all their rows into the sinks."""

    def __init__(self, random: Random, loads: dict[int, int], township_names: dict[int, str]) -> None:
        from django.db import connection
        from django.utils import timezone

        self.random, self.loads, self.township_names = random, loads, township_names
        self.native = connection.vendor == "postgresql"
        self.now = timezone.now() if self.native else connection.ops.adapt_datetimefield_value(timezone.now())
        tables = {
            "person": _PERSON, "certificate": _CERTIFICATE, "fact": _FACT, "contact": _CONTACT, "receipt": _RECEIPT,
            "searchkey": ("person_id", "token", "place"),
        }  # fmt: skip
        self.sinks = {name: Sink(f"registry_{name}", columns) for name, columns in tables.items()}
        self.sinks["verdict"] = Sink("policies_verdict", _VERDICT)
        self.sinks["finding"] = Sink("exchange_finding", _FINDING)
        self._sequences: dict[tuple[int, int], int] = {}

    def uuid(self, value: uuid.UUID) -> object:
        """A uuid as the database keeps it."""
        return value if self.native else value.hex

    def day(self, value: date) -> object:
        """A day as the database keeps it."""
        return value if self.native else value.isoformat()

    def add(self, village: int) -> None:
        """One more person of a village."""
        from zhucan.base.secrets import seal
        from zhucan.registry.blinds import citizen_blind
        from zhucan.registry.models.persons import new_number
        from zhucan.registry.search_keys import person_tokens

        random, county = self.random, village // 10**6
        born = date(1935, 1, 1) + timedelta(days=random.randrange(30_000))
        number = self._number(county, born)
        name = random.choice(SURNAMES) + "".join(random.sample(GIVEN, random.choice((1, 2, 2, 2))))
        id_, row = new_number(), uuid.UUID(int=random.getrandbits(128), version=4)
        category, level = random.choice((1, 2, 3, 4, 4, 4, 5, 6, 7)), random.choice((1, 2, 2, 3, 3, 4))
        certificate = f"{number}{category}{level}"
        phone = f"{random.choice(('137', '150', '187'))}{random.randrange(10**8):08d}"
        self.sinks["person"].rows.append((
            id_, self.uuid(row), seal("person", f"registry_person.citizen_sealed.{row}", number), citizen_blind(number),
            seal("person", f"registry_person.name_sealed.{row}", name), b"", "壮族", "农业户口",
            village, county, self.now,
        ))  # fmt: skip
        tokens = dict.fromkeys(person_tokens(name, number, certificate, (phone,)))
        self.sinks["searchkey"].rows.extend((id_, token, village) for token in tokens)
        issued = TODAY - timedelta(days=random.randrange(3_700))
        self._certificate(id_, certificate, category, level, issued)
        cell = uuid.UUID(int=random.getrandbits(128), version=4)
        sealed = seal("person", f"registry_contact.phone_sealed.{cell}", phone)
        self.sinks["contact"].rows.append((self.uuid(cell), id_, "self", "本人", b"", sealed))
        poor, care = self._facts(id_, county, number, born, category, level, issued)
        if poor:
            self._policy(id_, village, LIVING, 9_000, citizen_blind(number))
        if level <= 2 and (care or random.random() < 0.5):
            self._policy(id_, village, NURSING, 9_000, citizen_blind(number))

    def _number(self, county: int, born: date) -> str:
        from zhucan.files.citizen import check_character

        key = county, born.toordinal()
        self._sequences[key] = sequence = self._sequences.get(key, 0) + 1
        stem = f"{county}{born:%Y%m%d}{(sequence + born.toordinal()) % 1000:03d}"  # men and women alike
        return stem + check_character(stem)

    def _certificate(self, person: int, number: str, category: int, level: int, issued: date) -> None:
        from zhucan.base.secrets import seal

        row = uuid.UUID(int=self.random.getrandbits(128), version=4)
        sealed = seal("person", f"registry_certificate.number_sealed.{row}", number)
        until = issued.replace(year=issued.year + 10, day=min(issued.day, 28))
        values = (category, level, "", self.day(issued), self.day(until), "issued")
        self.sinks["certificate"].rows.append((self.uuid(row), person, sealed, *values))

    def _facts(
        self, person: int, county: int, number: str, born: date, category: int, level: int, issued: date
    ) -> tuple[bool, bool]:
        random, load = self.random, self.loads[county]
        until = issued.replace(year=issued.year + 10, day=min(issued.day, 28))
        poor, care = random.random() < 0.18, random.random() < 0.12
        known = [
            ("birth_date", born.toordinal()), ("sex", 1 if int(number[16]) % 2 else 2), ("category", category),
            ("level", level), ("certificate_issued", issued.toordinal()), ("certificate_until", until.toordinal()),
        ]  # fmt: skip
        rows = self.sinks["fact"].rows
        day = self.day(date(2026, 11, 1))
        rows.extend((person, fact, value, "残联", "roster", load, day, self.now) for fact, value in known)
        if poor:
            feed = "minimum_living_register"
            rows.append((person, "minimum_living_allowance", 1, "民政", feed, load, day, self.now))
        if care:
            rows.append((person, "needs_long_term_care", 1, "入户", "", None, day, self.now))
        return poor, care

    def _policy(self, person: int, village: int, policy: str, fen: int, blind: bytes) -> None:
        random, county = self.random, village // 10**6
        receiving, unknown = random.random() < 0.85, policy == NURSING and random.random() < 0.2
        paid = fen if receiving else 0
        code = "unknown_receiving" if unknown and receiving else "unknown_not_receiving" if unknown else (
            "received" if receiving else "missed"
        )  # fmt: skip
        if receiving:
            township = village // 1000 * 1000
            self.sinks["receipt"].rows.append((
                self.uuid(uuid.UUID(int=random.getrandbits(128), version=4)), county, person, b"", blind, "民政",
                policy, self.day(PERIOD), fen, 1, township, self.township_names.get(township, ""), "", b"",
                self.loads[county], 0, self.now,
            ))  # fmt: skip
        reason = "是否需要长期照护没有记录" if unknown else "符合条件，上月没有发放" if not receiving else ""
        basis, question = "国发〔2015〕52号", "因为残疾，是不是需要别人特别照护，而且超过六个月？" if unknown else ""
        missing = "需要长期照护" if unknown else ""
        self.sinks["verdict"].rows.append((
            person, policy, county, village, 3 if unknown else 1, fen, receiving, paid, code, reason, basis, question,
            missing, "", "", self.day(TODAY),
        ))  # fmt: skip
        if unknown or not receiving:
            made = uuid.UUID(int=random.getrandbits(128), version=4)
            self.sinks["finding"].rows.append((
                self.uuid(made), f"{made.int % 10**12:012d}", "unknown" if unknown else "missed", code,
                f"{policy}:{person}", county, village, person, policy, fen, reason, basis, question, missing, "", "",
                made.bytes, self.now, "", "",
            ))  # fmt: skip

    def flush(self) -> None:
        """Write what waits in every sink, persons first."""
        for sink in self.sinks.values():
            sink.flush()


@contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """Drop the plain indexes of these tables, and make them again at the end; keys are not checked in between."""
    from django.db import connection

    native = connection.vendor == "postgresql"
    if native:
        sql = (
            "SELECT i.indexname, i.indexdef FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname "
            "WHERE i.tablename = ANY(%s) AND c.conname IS NULL"
        )
        parameters: list[object] = [list(tables)]
    else:
        marks = ", ".join(["%s"] * len(tables))
        sql = f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})"
        parameters = list(tables)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        indexes = cursor.fetchall()
        cursor.execute(
            "SET session_replication_role = replica" if native else "PRAGMA foreign_keys = OFF"
        )  # rows come parents first
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        for _, made in indexes:
            cursor.execute(made)
        cursor.execute("ANALYZE")
        cursor.execute("SET session_replication_role = DEFAULT" if native else "PRAGMA foreign_keys = ON")
    if native:
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"VACUUM ANALYZE {table}")


def _loads(counties: Sequence[int]) -> dict[int, int]:
    """One applied load for each county, with what its lists cover."""
    from django.utils import timezone

    from zhucan.exchange.models import Load
    from zhucan.registry.models import Coverage

    found = {}
    for county in counties:
        load = Load.objects.create(
            key=f"population:{county}", division_id=county * 10**6, place=county * 10**6, as_of=TODAY,
            read_at=timezone.now(), confirmed_at=timezone.now(), applied_at=timezone.now(),
        )  # fmt: skip
        for feed in ("roster", "minimum_living_register"):
            Coverage.objects.create(load=load, county=county, feed=feed, observed=date(2026, 11, 1))
        for policy in (LIVING, NURSING):
            Coverage.objects.create(load=load, county=county, feed="payroll", policy=policy, period=PERIOD)
        found[county] = load.pk
    return found


def build(persons: int, *, seed: int = 4508) -> int:
    """Fill the empty register with so many persons; how many rows were written. A register that is filled is left."""
    from django.db import transaction

    from zhucan.base.models import Division
    from zhucan.registry.models import Person

    if Person.objects.exists():
        return 0
    rows = Division.objects.filter(path__range=(450800_000_000, 450899_999_999))
    villages = list(rows.filter(level=5, until=None).order_by("path").values_list("path", flat=True))
    townships = dict(rows.filter(level=4).values_list("path", "name"))
    people = Population(Random(seed), _loads(sorted({path // 10**6 for path in villages})), townships)
    started = time.perf_counter()
    with without_indexes([sink.table for sink in people.sinks.values()]):
        for first in range(0, persons, _SLICE):
            with transaction.atomic():
                for number in range(first, min(first + _SLICE, persons)):
                    people.add(villages[number * len(villages) // persons])
                people.flush()
            done, spent = min(first + _SLICE, persons), time.perf_counter() - started
            print(f"{done:,} / {persons:,} persons, {spent:.0f} s", file=sys.stderr)
    return sum(sink.written for sink in people.sinks.values())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=1_000_000)
    arguments = parser.parse_args()
    start()
    begun = time.perf_counter()
    print(f"{build(arguments.persons):,} rows in {time.perf_counter() - begun:.0f} s")
