"""A file of rows: an Excel workbook or a .csv of any program, as text. Nothing is returned of a marked one."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO

from django.utils.functional import Promise

from isotherm.directives.reading import encodings, excel, scan, secrecy
from isotherm.directives.reading.grid import COVERED_ABOVE, COVERED_LEFT
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

MOST_ROWS = 3_000
MOST_COLUMNS = 64
_BETWEEN = "\x1e"
_DELIMITERS = ",;\t|"
COVERED = (COVERED_ABOVE, COVERED_LEFT)
__all__ = ["COVERED", "COVERED_ABOVE", "COVERED_LEFT", "MOST_COLUMNS", "MOST_ROWS", "ListOf", "Sheet", "sheets_of"]


@dataclass(frozen=True, slots=True)
class ListOf:
    """What the list is of, as the refusals say it."""

    too_large: str | Promise
    in_parts: str | Promise
    unreadable: str | Promise


TASKS = ListOf(
    lazy("The file has more rows or columns than a list of tasks: at most %(rows)s rows, %(columns)s columns."),
    lazy("Hand in the sheet with the tasks alone, or in parts."),
    lazy("This file is no list of tasks that can be read."),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """`numbers` and `columns`: what the program calls the rows and columns, as 12 and "C". Cells that a merged one
    covers are marked."""

    name: str
    numbers: tuple[int, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheets_of(content: bytes, name: str, *, of: ListOf = TASKS) -> list[Sheet]:
    if not content.strip(b"\x00 \t\r\n"):
        raise NotAccepted(
            lazy("The file %(name)s is empty."),
            {"name": name},
            remedy=lazy("Choose the file of the list and hand it in again."),
            field="file",
        )
    found = _of_excel(content, of) if content.startswith(b"PK") else [_of_csv(content, of)]
    sheets = [sheet for sheet in found if sheet.rows]
    if not sheets:
        raise NotAccepted(lazy("The file %(name)s has no rows."), {"name": name}, field="file")
    if sum(len(sheet.rows) for sheet in sheets) > MOST_ROWS or any(len(s.columns) > MOST_COLUMNS for s in sheets):
        most = {"rows": MOST_ROWS, "columns": MOST_COLUMNS}
        raise NotAccepted(of.too_large, most, remedy=of.in_parts, field="file")
    return sheets


def _of_excel(content: bytes, of: ListOf) -> list[Sheet]:
    if not excel.is_zip_of_excel(content):
        raise _other_kind(of)
    book = excel.read_excel(content)
    secrecy.refuse_if_marked(book.text, margins=book.margins)
    scan.look_at_stamps(book.pictures)
    return [
        Sheet(one.name, tuple(one.numbers), tuple(one.columns), _readable(one.rows)) for one in excel.sheets_of(content)
    ]


def _of_csv(content: bytes, of: ListOf) -> Sheet:
    if content.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf")) or scan.is_picture(content):
        raise _other_kind(of)
    text = encodings.text_of(content)
    secrecy.refuse_if_marked(text)
    try:
        rows = list(csv.reader(StringIO(text), delimiter=_delimiter(text), strict=False))
    except csv.Error:
        raise NotAccepted(
            lazy("The rows of this .csv file cannot be told apart."),
            remedy=lazy("Open it in Excel, save it as .xlsx and hand in the new file."),
            field="file",
        ) from None
    kept = [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    width = max((len(row) for _number, row in kept), default=0)
    cells = [[*row, *[""] * (width - len(row))] for _number, row in kept]
    names = [excel.letters_of(place) for place in range(1, width + 1)]
    return Sheet("", tuple(number for number, _row in kept), tuple(names), _readable(cells))


def _delimiter(text: str) -> str:
    """The sign that parts the most lines into the same number of cells."""
    lines = [line for line in text.split("\n")[:60] if line.strip()]

    def score(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in lines]
        usual = max(set(counts), key=lambda count: (count > 0, counts.count(count)), default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(_DELIMITERS, key=score)


def _readable(rows: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """Letters of an old font made Vietnamese, as those of any text; lines inside a cell are kept."""
    cells = [cell for row in rows for cell in row if cell not in COVERED]
    plain = encodings.converted(_BETWEEN.join(cells)).split(_BETWEEN)
    taken = iter(plain if len(plain) == len(cells) else cells)
    return tuple(
        tuple(cell if cell in COVERED else encodings.tidy(next(taken)).strip() for cell in row) for row in rows
    )


def _other_kind(of: ListOf) -> NotAccepted:
    return NotAccepted(
        of.unreadable,
        remedy=lazy("Hand in an Excel workbook (.xlsx) or a .csv; save an old .xls as .xlsx first."),
        field="file",
    )
