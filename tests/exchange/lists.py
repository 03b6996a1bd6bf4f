"""Lists of a small county as offices write them, and the work of importing them, done at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from tests.factories.people import COUNTY_PATH, actor_of, citizen_id, make_divisions, make_post
from zhucan.base import jobs
from zhucan.base.enums import Role
from zhucan.base.permissions import Actor
from zhucan.base.queries.divisions import forget_names
from zhucan.base.queries.jobs import job_of
from zhucan.exchange.models import Load
from zhucan.exchange.operations.loads import confirm_load, open_load, undo_load
from zhucan.exchange.operations.work import APPLY, READ, UNDO, key_of

AS_OF = date(2026, 11, 1)
ROSTER, REGISTER, DEATHS, PAYROLL, RETURN = (
    "残疾人花名册.csv", "低保台账.csv", "死亡人员信息.csv", "生活补贴发放表_202611.csv",
    "银行代发回盘_生活补贴_202611.csv",
)  # fmt: skip
File = tuple[str, bytes]
_keys = count(1)


@dataclass
class Holder:
    """Somebody on the roster, as its row says."""

    name: str
    number: str
    village: str = "高岭村"
    level: str = "二级"
    phone: str = "13900000001"
    issued: str = "2020-05-06"
    until: str = "2030-05-05"
    care: str = "是"
    account: str = "6217000000000001"


def holders(size: int) -> list[Holder]:
    """Different people."""
    given = "文武双全春夏秋冬梅兰竹菊"
    return [
        Holder(f"测{given[at % 12]}{given[at // 12 % 12]}", citizen_id(), phone=f"139{at:08}", account=f"6217{at:012}")
        for at in range(size)
    ]


def sheet(name: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> File:
    """A CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return name, text.getvalue().encode("utf-8-sig")


def roster(people: Sequence[Holder], *, name_heading: str = "姓名") -> File:
    """The roster."""
    headings = (
        "序号", name_heading, "身份证号", "残疾类别", "残疾等级", "发证日期", "有效期至", "乡镇", "村", "联系电话",
        "银行账号", "是否需要长期照护",
    )  # fmt: skip
    rows = [
        (at, one.name, one.number, "肢体", one.level, one.issued, one.until, "八塘街道", one.village, one.phone,
         one.account, one.care)
        for at, one in enumerate(people, 1)
    ]  # fmt: skip
    return sheet(ROSTER, headings, rows)


def register(people: Sequence[Holder]) -> File:
    """Who is on 低保."""
    headings = ("姓名", "身份证号", "是否保障对象", "救助类别", "状态", "起保时间", "停保时间")
    rows = [(one.name, one.number, "是", "农村低保", "在保", "2024-01-01", "") for one in people]
    return sheet(REGISTER, headings, rows)


def deaths(people: Sequence[Holder]) -> File:
    """Who died."""
    rows = [(one.name, one.number, "2026-09-03") for one in people]
    return sheet(DEATHS, ("姓名", "身份证号", "死亡日期"), rows)


def payroll(people: Sequence[Holder], *, amount: int = 90) -> File:
    """Who was paid."""
    headings = ("序号", "乡镇", "姓名", "身份证号", "发放月数", "发放金额", "银行账号")
    rows = [(at, "八塘街道", one.name, one.number, 1, amount, one.account) for at, one in enumerate(people, 1)]
    return sheet(PAYROLL, headings, rows)


def bank_return(people: Sequence[Holder], failed: Sequence[Holder] = ()) -> File:
    """What the bank says."""
    said = [("0001", "账户不存在") if one in failed else ("0000", "成功") for one in people]
    rows = [(at, one.name, one.account, 90, *each) for at, (one, each) in enumerate(zip(people, said, strict=True), 1)]
    return sheet(RETURN, ("序号", "户名", "账号", "金额", "返回码", "返回信息"), rows)


def officer() -> Actor:
    """The officer of the county, with its divisions."""
    make_divisions()
    forget_names()
    return actor_of(make_post(Role.OFFICER))


def work() -> None:
    """Do all that waits, as a worker would."""
    while jobs.run_one(jobs.owner_name()):
        pass


def bring(files: Sequence[File], by: Actor) -> Load:
    """Files read and compared, not confirmed."""
    load = open_load(files=files, division=COUNTY_PATH, as_of=AS_OF, key=f"test{next(_keys)}", by=by, on=AS_OF)
    work()
    return done(load, READ)


def take_in(files: Sequence[File], by: Actor) -> Load:
    """Files read, confirmed and written."""
    load = bring(files, by)
    confirm_load(load=load, by=by, on=AS_OF)
    work()
    return done(load, APPLY)


def undo(load: Load, by: Actor) -> Load:
    """A load taken back."""
    undo_load(load=load, by=by, on=AS_OF)
    work()
    return done(load, UNDO)


def done(load: Load, kind: str) -> Load:
    """The load as it is now; its work has ended well."""
    load.refresh_from_db()
    job = job_of(key_of(load, kind))
    assert job is not None
    assert job.finished_at is not None, job.problem
    return load
