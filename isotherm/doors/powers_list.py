"""A list of powers from a workbook or a .csv, as the web and the terminal take it in."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import openpyxl  # type: ignore[import-untyped]
from django.utils import translation

from isotherm.refusals import NotAccepted
from isotherm.words import lazy

LIST_MOST_MB = 5
ROWS_MOST = 5000
HEADS = {
    "matter": lazy("Power"),
    "way": lazy("Way"),
    "from": lazy("From the body"),
    "to": lazy("To the body or level"),
    "ground": lazy("Decision"),
    "start": lazy("First day"),
    "end": lazy("Until"),
    "people": lazy("People"),
    "money": lazy("Money"),
    "system": lazy("System"),
    "phrases": lazy("Words of tasks"),
}


def read_list(content: bytes, name: str) -> Sequence[tuple[int, Mapping[str, str]]]:
    """Rows by number below the head; heads in either language or as the program names them."""
    if len(content) > LIST_MOST_MB * 1024 * 1024:
        raise NotAccepted(lazy("The list is larger than %(most)s MB."), {"most": LIST_MOST_MB}, field="file")
    lines = _excel(content) if name.lower().endswith(".xlsx") else _csv(content)
    names = _heads()
    for place, line in enumerate(lines):
        said = [cell.strip().casefold() for cell in line]
        columns = {names[head]: at for at, head in enumerate(said) if head in names}
        if {"matter", "way", "from", "to", "ground", "start"} <= set(columns):
            return [
                (number, {field: row[at] for field, at in columns.items() if at < len(row)})
                for number, row in enumerate(lines[place + 1 :], start=place + 2)
                if any(cell.strip() for cell in row)
            ][:ROWS_MOST]
    raise NotAccepted(
        lazy("No row of the list names its columns."),
        remedy=lazy("Take the register as Excel: its head shows the columns."),
        field="file",
    )


def _heads() -> dict[str, str]:
    found = {name: name for name in HEADS}
    for tongue in ("vi", "en"):
        with translation.override(tongue):
            found |= {str(words).casefold(): name for name, words in HEADS.items()}
    return found


def _excel(content: bytes) -> list[list[str]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    except Exception as broken:  # the library raises what it meets: zip, XML, key and value errors
        raise NotAccepted(
            lazy("The workbook cannot be read."), remedy=lazy("Save it anew as .xlsx, or as .csv."), field="file"
        ) from broken


def _csv(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotAccepted(lazy("The list is not in Unicode (UTF-8)."), field="file") from None
    first = text.partition("\n")[0]
    return list(csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ","))
