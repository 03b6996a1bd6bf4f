"""入户核查表: one workbook a township, one sheet a village, ten rows to a printed page."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace

import pytest

from tests.conftest import program
from tests.match.outputs.books import FULL_ID, formulas, headings, open_book, texts
from tests.match.outputs.factory import make_result
from zhucan.match.outputs.figures import figures_of
from zhucan.match.outputs.visits import ROWS_PER_PAGE, kind_of, visit_lines, write_visits
from zhucan.match.outputs.words import check_numbers

COLUMNS = "核查编号 姓名 电话 监护人 原因 要问的问题 元/月 连续符合月数 核查结果 核查人 日期".split()  # noqa: SIM905
NOT_VILLAGES = ("目录", "填表说明")


def crowded(count):
    """Everybody in one village, ``count`` lines to visit."""
    made = make_result(300)
    home = made.persons[0]
    where = {"township": home.township, "township_name": home.township_name, "village": home.village}
    people = {person.code: replace(person, **where, village_name=home.village_name) for person in made.persons}
    kept = [line for line in made.lines if line in visit_lines(figures_of(made))][:count]
    lines = [replace(line, person=people[line.person.code]) for line in kept]
    return replace(made, persons=list(people.values()), lines=lines, expiring=(), strays=())


@pytest.fixture(scope="module")
def result():
    return make_result(600)


@pytest.fixture(scope="module")
def written(result, tmp_path_factory):
    return write_visits(result, figures_of(result), tmp_path_factory.mktemp("visits") / "入户核查表")


def villages(path):
    return [sheet for sheet in open_book(path) if sheet.title not in NOT_VILLAGES]


def test_one_workbook_a_township_and_one_sheet_a_village(result, written):
    lines = visit_lines(figures_of(result))
    assert [path.name for path in written] == [
        f"入户核查表_{name}.xlsx" for name in dict.fromkeys(line.person.township_name for line in lines)
    ]
    for path in written:
        township = path.stem.removeprefix("入户核查表_")
        wanted = dict.fromkeys(line.person.village_name for line in lines if line.person.township_name == township)
        assert [sheet.title for sheet in villages(path)] == list(wanted)
        for sheet in villages(path):
            assert f"{township}　{sheet.title}" in sheet.oddHeader.left.text


def test_every_line_stands_on_exactly_one_sheet_under_its_number(result, written):
    found = []
    for path in written:
        for sheet in villages(path):
            assert headings(sheet) == COLUMNS
            found += [row[0] for row in list(sheet.values)[1:-1]]
    wanted = [check_numbers(result)[line.person.code, line.policy] for line in visit_lines(figures_of(result))]
    assert found == wanted
    assert len(set(found)) == len(found)


def test_two_persons_with_one_number_are_refused(result):
    twin = replace(result.persons[1], code=result.persons[0].code)
    with pytest.raises(ValueError, match="same code"):
        check_numbers(replace(result, persons=[result.persons[0], twin]))


def test_no_citizen_number_anywhere(result, written):
    for path in written:
        assert formulas(path) == []
        assert [word for word in texts(open_book(path)) if FULL_ID.search(word)] == []
        assert all(person.name not in path.name for person in result.persons)


def test_page_setup(written):
    for sheet in villages(written[0]):
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        margins = sheet.page_margins
        assert {round(one * 25.4) for one in (margins.left, margins.right, margins.top, margins.bottom)} == {20}
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.merged_cells.ranges == set()
        assert "残疾人联合会" in sheet.oddFooter.left.text
        assert "2026年11月1日" in sheet.oddFooter.right.text
        points = [sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)]
        assert min(points[1:-1], default=42) >= 42
        widths = sum(sheet.column_dimensions[letter].width for letter in "ABCDEFGHIJK")
        assert widths * 7 <= 257 / 25.4 * 96, "wider than the paper: a character is 7 pixels"


def test_answers_come_from_a_list_that_fits_the_line(result, written):
    lines = visit_lines(figures_of(result))
    by_number = {check_numbers(result)[line.person.code, line.policy]: line for line in lines}
    for sheet in villages(written[0]):
        rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
        for row in range(2, sheet.max_row):
            rule = rules[f"I{row}"]
            assert rule.type == "list"
            first = {"unknown": "是", "doubtful": "情况属实", "missed": "符合，没领到"}
            assert rule.formula1.startswith(f'"{first[kind_of(by_number[sheet.cell(row, 1).value])]}')
            assert sheet.cell(row, 9).value is None
        assert "签字" in sheet.cell(sheet.max_row, 1).value


def test_long_reasons_are_never_cut_off(tmp_path):
    made = crowded(3)
    lines = [replace(line, reason="很长的原因" * 30) for line in made.lines]
    result = replace(made, lines=lines)
    (path,) = write_visits(result, figures_of(result), tmp_path / "v")
    (sheet,) = villages(path)
    assert sheet.row_dimensions[2].height > 42
    assert sheet["E2"].font.size == 8
    assert sheet["E2"].value.endswith("很长的原因" * 30)


def test_strange_village_names_still_make_sheets(tmp_path):
    made = crowded(4)
    names = ["a/b:c*[d]", "a/b:c*[d]", "目录", "很" * 40]
    people = [
        replace(line.person, village_name=name, village=line.person.village + place)
        for place, (line, name) in enumerate(zip(made.lines, names, strict=True))
    ]
    lines = [replace(line, person=person) for line, person in zip(made.lines, people, strict=True)]
    unique = list({person.code: person for person in people}.values())
    result = replace(made, persons=unique, lines=lines)
    (path,) = write_visits(result, figures_of(result), tmp_path / "v")
    tabs = [sheet.title for sheet in villages(path)]
    assert len(tabs) == 4
    assert all(len(tab) <= 31 for tab in tabs)


@pytest.mark.needs("soffice", "pdftoppm")
@pytest.mark.parametrize(("rows", "pages"), [(10, 1), (11, 2)])
def test_ten_rows_to_a_printed_page(tmp_path, rows, pages):
    result = crowded(rows)
    (path,) = write_visits(result, figures_of(result), tmp_path / "v")
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    soffice, pdftoppm = program("soffice"), program("pdftoppm")
    assert soffice
    assert pdftoppm
    subprocess.run(
        [soffice, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    subprocess.run([pdftoppm, "-r", "10", str(tmp_path / f"{path.stem}.pdf"), str(tmp_path / "p")], check=True)
    printed = [one for one in tmp_path.iterdir() if re.fullmatch(r"p-\d+\.ppm", one.name)]
    assert ROWS_PER_PAGE == 10
    assert len(printed) == 1 + pages + 1  # the index, the village, how to fill it in
