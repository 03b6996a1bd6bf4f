"""Citizen and certificate numbers: what is right, what can be repaired, and what is gone for good."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.match.county import is_right
from zhucan.files.citizen import (
    birth_date,
    check_character,
    fault_of,
    is_male,
    lengthen,
    read_certificate,
    read_citizen_id,
)

DAYS = st.dates(date(1900, 1, 1), date(2030, 12, 31))


@st.composite
def numbers(draw: st.DrawFn) -> str:
    digits = f"{draw(st.integers(100000, 829999))}{draw(DAYS):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return digits + check_character(digits)


@given(numbers())
def test_a_made_number_is_right_by_the_standard_s_own_sum(number: str) -> None:
    assert is_right(number)
    assert fault_of(number) is None
    assert read_citizen_id(number).number == number
    assert birth_date(number) == date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    assert is_male(number) == (number[16] in "13579")


@given(numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_wrong_character_is_noticed(number: str, place: int, wrong: str) -> None:
    assume(wrong != number[place])
    changed = number[:place] + wrong + number[place + 1 :]
    cell = read_citizen_id(changed)
    assert cell.number is None
    assert cell.fault in {"check", "shape", "destroyed"}
    assert cell.agrees(number) == (not 6 <= place < 14 and (cell.fault == "check" or place >= 15 or wrong == "X"))


@given(numbers(), st.integers(0, 16))
def test_swapped_neighbours_are_noticed(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])
    changed = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert read_citizen_id(changed).number is None


@given(numbers(), st.sampled_from([" {}", "{}\t", "'{}", "‘{}", '="{}"', "\u00a0{}\u3000", "\u200b{}", "`{}"]))
def test_what_surrounds_a_number_does_not_matter(number: str, around: str) -> None:
    spaced = f"{number[:6]} {number[6:14]}\u3000{number[14:]}"
    wide = "".join(chr(ord(mark) + 0xFEE0) for mark in number)
    for text in (number, number.lower(), spaced, wide):
        assert read_citizen_id(around.format(text)).number == number


@given(numbers())
def test_fifteen_digits_become_eighteen(number: str) -> None:
    assume(number[6:8] == "19")
    short = number[:6] + number[8:17]
    assert lengthen(short) == number
    assert read_citizen_id(short).number == number
    assert read_citizen_id(int(short)).number == number
    assert read_citizen_id(float(short)).number == number


@given(numbers())
def test_a_number_cell_is_destroyed_but_keeps_fifteen_digits(number: str) -> None:
    assume(number[-1] != "X")
    for cell in (float(number[:15] + "000"), int(number[:15] + "000"), f"{number[0]}.{number[1:15]}E+17"):
        read = read_citizen_id(cell)
        assert (read.number, read.fault) == (None, "destroyed")
        assert read.kept == number[:15]
        assert read.agrees(number)


@given(numbers())
def test_six_digits_of_a_number_tell_nobody(number: str) -> None:
    read = read_citizen_id(f"{number[0]}.{number[1:6]}E+17")
    assert read.fault == "destroyed"
    assert not read.agrees(number)


@given(numbers(), st.integers(1, 7), st.integers(1, 4), st.sampled_from(["", "B", "B1", "B12"]))
def test_a_certificate_number_says_who_and_what(number: str, category: int, level: int, again: str) -> None:
    text = f"{number}{category}{level}{again}"
    certificate = read_certificate(text.lower())
    assert certificate is not None
    assert (certificate.citizen_id, certificate.category, certificate.level) == (number, category, level)
    cell = read_citizen_id(f" {text}")
    assert (cell.number, cell.certificate) == (number, certificate)


def test_a_certificate_number_of_a_wrong_citizen_number_still_says_category_and_level() -> None:
    certificate = read_certificate("45080319860701979844B1")
    assert certificate is not None
    assert (certificate.citizen_id, certificate.category, certificate.level) == (None, 4, 4)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("450803198607019799", None),
        ("残疾证", None),
        ("45080319860701979984", "450803198607019799"),
        ("45080319860701979949", "450803198607019799"),
        ("450803198607019799442", "450803198607019799"),
        ("450803198607019798442", None),
    ],
)
def test_what_is_no_whole_certificate_number_says_no_more_than_whose(text: str, number: str | None) -> None:
    certificate = read_certificate(text)
    assert certificate is not None
    assert (certificate.text, certificate.citizen_id) == (text, number)
    assert (certificate.category, certificate.level) == (None, None)
    if len(text) >= 20:
        assert read_citizen_id(text).number == number


@pytest.mark.parametrize("cell", [None, "", " ", "无", "待补", "不详", "/", "——", "待 补"])
def test_words_for_nothing_are_missing(cell: str | None) -> None:
    assert read_citizen_id(cell).fault == "missing"
    assert read_certificate(cell) is None or cell == "不详"


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("450803198607019798", "check"),
        ("450803198607018000", "destroyed"),
        ("4.50803E+17", "destroyed"),
        ("4.50803198607019e+017", "destroyed"),
        (4.50803198607019e17, "destroyed"),
        ("45080319860701979", "shape"),
        ("4508031986070197999", "shape"),
        (4508031986070.0, "shape"),
        ("X50803198607019799", "shape"),
        ("身份证在办", "shape"),
        (True, "shape"),
        (date(1986, 7, 1), "shape"),
    ],
)
def test_faults_have_names(cell: str | float | bool | date, fault: str) -> None:
    assert read_citizen_id(cell).fault == fault


def test_a_right_check_character_does_not_make_a_day() -> None:
    digits = "45080319910231001"
    assert fault_of(digits + check_character(digits)) == "bad_date"
    assert fault_of(lengthen("450803910231001")) == "bad_date"


@pytest.mark.parametrize("digits", ["1234567890123456", "1234567890123456a", "１２３４５６７８９０１２３４５６７"])
def test_a_check_character_needs_seventeen_digits(digits: str) -> None:
    with pytest.raises(ValueError, match="17 digits"):
        check_character(digits)
