"""Workbooks of lists, and files sent to be saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_A4 = 9
Value = str | int | float | None


def workbook(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]], *, widths: Sequence[int] | None = None
) -> bytes:
    """A workbook of one sheet, its heading repeated on paper; texts are texts, none of them a formula.

    ``widths`` of the columns in characters; without them the first two are wide.
    """
    data = BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, bold = book.add_worksheet("清单"), book.add_format({"bold": True, "text_wrap": True})
    figure = book.add_format({"num_format": "#,##0.00"})
    sheet.write_string(0, 0, title, book.add_format({"bold": True}))
    for at, heading in enumerate(headings):
        sheet.write_string(1, at, heading, bold)
        sheet.set_column(at, at, widths[at] if widths else 26 if at < 2 else 16)
    for line, row in enumerate(rows, start=2):
        for at, value in enumerate(row):
            if isinstance(value, float):
                sheet.write_number(line, at, value, figure)
            elif isinstance(value, int):
                sheet.write_number(line, at, value)
            elif value:
                sheet.write_string(line, at, value)
    sheet.freeze_panes(2, 1)
    sheet.repeat_rows(1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L助残&R&P / &N")
    book.close()
    return data.getvalue()


def download(data: bytes, name: str, kind: str = XLSX) -> HttpResponse:
    """A file that browsers do not keep; its name says what it is and of which day, nobody's name."""
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
