"""A list of powers from a workbook or a .csv, as the web and the terminal take it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import translation

from isotherm.directives.exchange.lists.sheets import COVERED, ListOf, sheets_of
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

LIST_MOST_MB = 5
_LIST = ListOf(
    lazy("The file has more rows or columns than a list of powers: at most %(rows)s rows, %(columns)s columns."),
    lazy("Hand in the sheet with the powers alone, or in parts."),
    lazy("This file is no list of powers that can be read."),
)
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
    names = _heads()
    for sheet in sheets_of(content, name, of=_LIST):
        rows = [["" if cell in COVERED else cell for cell in row] for row in sheet.rows]
        for place, row in enumerate(rows):
            said = [cell.strip().casefold() for cell in row]
            columns = {names[head]: at for at, head in enumerate(said) if head in names}
            if {"matter", "way", "from", "to", "ground", "start"} <= set(columns):
                return [
                    (number, {field: row[at] for field, at in columns.items()})
                    for number, row in zip(sheet.numbers[place + 1 :], rows[place + 1 :], strict=True)
                    if any(row)
                ]
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
