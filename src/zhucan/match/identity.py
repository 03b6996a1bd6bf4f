"""Whose row is it: the citizen number it states, the certificate number that repairs it, or the fault that remains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zhucan.files.cells import Cell
from zhucan.files.citizen import (
    BAD_DATE,
    CHECK,
    DESTROYED,
    MISSING,
    SHAPE,
    CertificateCell,
    CitizenIdCell,
    fault_of,
)
from zhucan.files.tables import Outcome, Problem, Row, Table
from zhucan.files.values import Value, same_name

CITIZEN_ID, CERTIFICATE, NAME = "citizen_id", "certificate_number", "name"
SHARED, DUPLICATE_EXACT, DUPLICATE_CONFLICT = "id_shared", "duplicate_exact", "duplicate_conflict"

_WORDS: Mapping[str, tuple[str, str]] = {
    MISSING: ("没有身份证号，也没有残疾人证号", "请补填 18 位公民身份号码"),
    CHECK: ("身份证号的校验码不对，至少有一位写错", "请对照身份证逐位核对后重新填写"),
    DESTROYED: ("身份证号被 Excel 存成了数字，后几位已丢失", "请把该列设为文本后重新填写"),
    BAD_DATE: ("身份证号里的出生日期在日历上不存在", "请对照身份证核对第 7 至 14 位"),
    SHAPE: ("身份证号应为 18 位（旧证 15 位），现在的位数或字符不对", "请对照身份证重新填写"),
}
_LENGTH = 18


@dataclass(frozen=True, slots=True)
class Identity:
    """What a row says about whose it is. Exactly one of ``number`` (valid, 18 characters) and ``fault`` is set.

    ``certificate`` is the row's certificate number, in its own cell or in the cell of the citizen number.
    """

    number: str | None
    fault: str | None
    cell: CitizenIdCell | None
    certificate: CertificateCell | None


def identify(values: Mapping[str, Value]) -> Identity:
    """The identity of a row by its own cells: the citizen number, or else the first 18 of its certificate number."""
    cell, stated = values.get(CITIZEN_ID), values.get(CERTIFICATE)
    cell = cell if isinstance(cell, CitizenIdCell) else None
    certificate = stated if isinstance(stated, CertificateCell) else None
    if cell is not None and cell.number:
        if certificate is None or certificate.category is None:
            certificate = cell.certificate or certificate
        return Identity(cell.number, None, cell, certificate)
    if certificate is not None and certificate.citizen_id:
        return Identity(certificate.citizen_id, None, cell, certificate)
    return Identity(None, _fault(cell, certificate), cell, certificate)


def _fault(cell: CitizenIdCell | None, certificate: CertificateCell | None) -> str:
    if cell is not None and cell.fault != MISSING:
        return cell.fault or SHAPE
    if certificate is None:
        return MISSING
    return fault_of(certificate.text[:_LENGTH]) or SHAPE


def problem_at(
    table: Table, row: Row, column: str, rule: str, message: str, remedy: str, *, rejects: bool = True
) -> Problem:
    """A problem at one cell of a row, under the user's own heading and with the value as it stands."""
    place = table.columns.get(column)
    cell: Cell = row.cells[place] if place is not None and place < len(row.cells) else None
    return Problem(
        column=table.headings.get(column, ""),
        value="" if cell is None else str(cell),
        rule=rule,
        message=message,
        remedy=remedy,
        rejects=rejects,
    )


def identity_problem(table: Table, row: Row, fault: str) -> Problem:
    """Why a row is left without a person, at the cell where it can be mended."""
    column = CITIZEN_ID if CITIZEN_ID in table.columns else CERTIFICATE
    message, remedy = _WORDS[fault]
    return problem_at(table, row, column, f"id_{fault}", message, remedy)


def name_of(row: Row) -> str:
    """The name a row states, as read; empty where there is none."""
    name = row.values.get(NAME)
    return name if isinstance(name, str) else ""


def name_problem(table: Table, row: Row, ours: str) -> Problem | None:
    """A warning where the row's name is not spelt as the roster spells it; None where it is, or the row has no name."""
    theirs = name_of(row)
    if not theirs or (theirs == ours and _typed(table, row, NAME) == ours):
        return None
    if same_name(theirs, ours):
        rule, message, remedy = "name_spelling", f"与花名册的写法“{ours}”不同，按同一人处理", "请统一姓名写法"
    else:
        rule, message, remedy = "name_differs", f"身份证号相同，花名册的姓名是“{ours}”", "请核对是否填错了人"
    return problem_at(table, row, NAME, rule, message, remedy, rejects=False)


def _typed(table: Table, row: Row, column: str) -> str:
    """The cell as it was typed, without blanks around it."""
    place = table.columns[column]
    return str(row.cells[place]).strip() if place < len(row.cells) else ""


def refused(row: Row) -> bool:
    """Whether a row cannot be used for what the readers found in it; then it is rejected."""
    if any(problem.rejects for problem in row.problems):
        row.outcome = Outcome.REJECTED
        return True
    return False
