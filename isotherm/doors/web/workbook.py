"""A page's rows as an Excel workbook: what the list shows under its filters, with its moment and its conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Column:
    words: str
    width: int = 14


def workbook(
    name: str, *, title: str, notes: Sequence[str], columns: Sequence[Column], rows: Iterable[Sequence[Any]]
) -> HttpResponse:
    """`name` is the file's, without ending. Text is written as text: a cell that begins with "=" stays what it says."""
    held = BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    strong, soft = book.add_format({"bold": True, "font_size": 13}), book.add_format({"font_color": "#5b6470"})
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    number = book.add_format({"num_format": "#,##0", "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"})
    sheet.write_string(0, 0, title, strong)
    for line, note in enumerate(notes, start=1):
        sheet.write_string(line, 0, note, soft)
    top = len(notes) + 2
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(top, at, column.words, head)
    sheet.freeze_panes(top + 1, 0)
    last = top
    for last, row in enumerate(rows, start=top + 1):
        for at, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, datetime):
                sheet.write_string(last, at, f"{timezone.localtime(value):%H:%M %d/%m/%Y}", plain)
            elif isinstance(value, date):
                sheet.write_datetime(last, at, datetime(value.year, value.month, value.day), day)
            elif isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(last, at, value, number)
            else:
                sheet.write_string(last, at, str(value)[:32000], plain)
    sheet.autofilter(top, 0, max(last, top), max(0, len(columns) - 1))
    sheet.repeat_rows(top)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    response = HttpResponse(held.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{plain_name(name)}.xlsx"'
    return response


def plain_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-")[:80] or "isotherm"
