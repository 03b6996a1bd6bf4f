"""What the search box understands: however a name or number is typed, the same person is found."""

from __future__ import annotations

import pytest

from tests.factories.people import citizen_id
from zhucan.registry.search_keys import TextKind, fault_of_certificate, person_tokens, recognise

NUMBER = citizen_id(sequence=11)


def finds(typed: str, name: str, *, number: str = NUMBER, certificate: str = "", phone: str = "") -> bool:
    held = set(person_tokens(name, number, certificate, (phone,)))
    return bool(held & set(recognise(typed).tokens))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("单雄信", "shanxiongxin"),
        ("单雄信", "danxiongxin"),
        ("解缙", "xiejin"),
        ("仇英", "qiuying"),
        ("查良镛", "zhaliangyong"),
        ("曾国藩", "zengguofan"),
        ("区寄", "ouji"),
        ("朴永昌", "piaoyongchang"),
        ("朴永昌", "puyongchang"),
        ("盖叫天", "gejiaotian"),
        ("尉迟恭", "yuchigong"),
        ("尉迟恭", "ycg"),
        ("万俟卨", "moqixie"),
        ("覃小明", "qinxiaoming"),
        ("覃小明", "tanxiaoming"),
        ("吕布", "lvbu"),
        ("吕布", "lubu"),
        ("吕布", "lübu"),
        ("张小明", "ZXM"),
        ("张小明", "Zhang Xiao Ming"),
        ("张小明", "zhang xiao'ming"),
        ("张小明", "张小"),
        ("张小明", "张 小 明"),
        ("欧阳　震华", "欧阳震华"),
        ("买买提·吐尔逊", "买买提吐尔逊"),
        ("买买提·吐尔逊", "买买提•吐尔逊"),
        ("买买提·吐尔逊", "吐尔逊"),
        ("买买提 吐尔逊", "买买提"),
        ("买买提·吐尔逊", "maimaititu erxun"),
    ],
)
def test_a_name_is_found_by_every_way_of_writing_it(name: str, typed: str) -> None:
    assert finds(typed, name)


@pytest.mark.parametrize("typed", ["小明", "明", "zhang", "zx", "李小明", "lixiaoming"])
def test_what_is_no_beginning_of_the_name_does_not_find_it(typed: str) -> None:
    assert not finds(typed, "张小明")


def test_numbers_are_found_whole_and_by_their_ends() -> None:
    held = {"certificate": f"{NUMBER}42B1", "phone": "137 0013-8000"}
    for typed in (
        NUMBER, NUMBER.lower(), f" {NUMBER[:6]} {NUMBER[6:]} ", NUMBER[-4:], NUMBER[-6:],
        f"{NUMBER}42", f"{NUMBER}42B1",
        f"{NUMBER}43", "8000", "13700138000", "".join(chr(ord(one) + 0xFEE0) for one in NUMBER),
    ):  # fmt: skip
        assert finds(typed, "张小明", **held), typed
    for typed in (NUMBER[:17], "0013800", f"{NUMBER}99", "123"):
        assert not finds(typed, "张小明", **held), typed


def test_a_number_of_before_1999_finds_its_holder() -> None:
    new = citizen_id(sequence=11)
    assert finds(new[:6] + new[8:17], "张小明", number=new)


def test_the_box_says_what_it_took_the_text_for() -> None:
    kinds = {
        "张": TextKind.NAME,
        "zxm": TextKind.LATIN,
        "1117": TextKind.TAIL,
        "": TextKind.NOTHING,
        "1/2": TextKind.UNREADABLE,
    }
    assert {text: recognise(text).kind for text in kinds} == kinds
    assert recognise("１３７００１３８０００").kind is TextKind.PHONE


def test_a_name_of_many_readings_keeps_its_keys_in_bounds() -> None:
    assert len(set(person_tokens("重乐行朝长查单解" * 3, "", "", ()))) < 200


def test_a_certificate_that_is_somebody_elses_is_told() -> None:
    other = citizen_id(sequence=13)
    assert fault_of_certificate(f"{NUMBER}42", NUMBER) is None
    assert fault_of_certificate("", NUMBER) is None
    assert fault_of_certificate(f"{other}42", NUMBER) == "残疾人证号与身份证号不是同一个人"
    assert fault_of_certificate(f"{NUMBER[:-1]}{'0' if NUMBER[-1] != '0' else '1'}42", NUMBER)
    assert fault_of_certificate("450803", NUMBER) == "残疾人证号的写法不对"
