"""
A .pdf through PDFium: its text, its tables as rows (`pdf_tables.py`), or its pages as pictures when it has no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PIL import Image

from isotherm.directives.reading import apart
from isotherm.directives.reading.encodings import converted, tidy, too_long
from isotherm.directives.reading.grid import lines_of as table_lines
from isotherm.directives.reading.pdf_lines import Indent, Line, indent_of, lines_of, paragraphs_of
from isotherm.directives.reading.pdf_page import Page
from isotherm.directives.reading.pdf_tables import PageTable, goes_on, rows_of, ruled_tables
from isotherm.directives.reading.pdf_unruled import may_hold_head, unruled_table
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

MOST_PAGES = 2000
DPI = 200
LETTERS_OF_A_TEXT_PAGE = 25
MOST_BETWEEN = 300
MOST_SIGNS = 3_000_000
_PAGE_NUMBER = re.compile(r"\s*(?:(?:trang|page)\s*)?[-–]?\s*\d{1,4}\s*(?:[-–]|/\s*\d{1,4})?\s*", re.IGNORECASE)

Part = list[Line] | PageTable


@dataclass(slots=True)
class Pdf:
    text: str
    pages: int
    pictures: list[Image.Image]
    notes: list[str]
    first_page_pictured: bool = False
    empty_pages: int = 0


def read_pdf(content: bytes) -> Pdf:
    try:
        with apart.opened(content) as document:
            return _read(document)
    except apart.Unreadable as no:
        raise _refusal(no) from None


def text_of(pages: Iterable[apart.PageAsDrawn]) -> str:
    """The text of pages whose letters and lines are known: paragraphs, and tables as rows."""
    parts: list[list[Part]] = []
    for number, drawn in enumerate(pages):
        parts.append(_parts(Page(number, drawn), _last_table(parts)))
    return tidy("\n".join(_joined(parts)))


def count_of(content: bytes) -> int:
    """How many pages it has; none of them is read."""
    try:
        with apart.opened(content) as document:
            return document.count
    except apart.Unreadable as no:
        raise _refusal(no) from None


def picture(content: bytes, number: int, *, dpi: int = 200) -> Image.Image:
    """One page, counted from 0, as a picture."""
    try:
        with apart.opened(content) as document:
            return document.picture(number, dpi=dpi)
    except apart.Unreadable as no:
        raise _refusal(no) from None


def _refusal(no: apart.Unreadable) -> NotAccepted:
    if no.why == "password":
        return _encrypted()
    return damaged() if no.why == "damaged" else _exhausted()


def damaged() -> NotAccepted:
    return NotAccepted(
        lazy("This PDF is damaged and cannot be opened."),
        remedy=lazy("Make the PDF again from its source, or hand in the .docx."),
    )


def _encrypted() -> NotAccepted:
    return NotAccepted(
        lazy("This PDF is protected by a password, so it cannot be read."),
        remedy=lazy("Remove the password and hand in the file again."),
    )


def _exhausted() -> NotAccepted:
    return NotAccepted(
        lazy(
            "This PDF takes more memory or time than any directive; it may be damaged or made to exhaust the machine."
        ),
        remedy=lazy("Make the PDF again from its source, or hand in the .docx."),
    )


def _read(document: apart.Document) -> Pdf:
    count = document.count
    if count == 0:
        raise damaged()
    if count > MOST_PAGES:
        raise NotAccepted(
            lazy("This PDF has %(pages)s pages; at most %(most)s are read."),
            {"pages": count, "most": MOST_PAGES},
            remedy=lazy("Hand in the directive without its appendices, or in parts."),
        )
    parts: list[list[Part]] = []
    notes: list[str] = []
    pictured = False
    told = 0
    for number in range(count):
        page = Page(number, document.page(number))
        parts.append(_parts(page, _last_table(parts)))
        notes.extend(page.notes)
        pictured = pictured or (number == 0 and page.pictures > 0)
        told += len(page.text)
        if told > MOST_SIGNS:
            raise too_long()
    letters = [sum(map(_letters, one)) for one in parts]
    scanned = sum(one < LETTERS_OF_A_TEXT_PAGE for one in letters)
    is_scan = scanned == count or letters[0] < LETTERS_OF_A_TEXT_PAGE
    # The first page is looked at for marks; all pages of a scan are asked for one by one, when they are read.
    pictures = [document.picture(0, dpi=DPI)] if scanned < count and (is_scan or pictured) else []
    text = "" if scanned == count else tidy(converted("\n".join(_joined(parts))))
    return Pdf(text, count, pictures, notes, first_page_pictured=pictured, empty_pages=scanned)


def _last_table(parts: list[list[Part]]) -> PageTable | None:
    """The table without lines that ends the page before."""
    tables = [part for part in (parts[-1] if parts else []) if isinstance(part, PageTable)]
    return tables[-1] if tables and not tables[-1].ruled else None


def _parts(page: Page, before: PageTable | None) -> list[Part]:
    """The page's text, with its tables where they stand in it. `before`: a table that may go on here."""
    return list(_around(page, _tables(page, before)))


def _tables(page: Page, before: PageTable | None) -> list[PageTable]:
    rulings = page.rulings()
    tables: list[PageTable] = []
    if len(rulings.lying) > 1 and rulings.standing:
        tables = ruled_tables(page.letters(), rulings)
    if not tables and (before is not None or may_hold_head(page.text)):
        table = unruled_table(page.letters(), rulings.lying, before)
        tables = [table] if table is not None else []
    for table in tables:
        table.page = page.number
    return tables


def _around(page: Page, tables: list[PageTable]) -> Iterator[Part]:
    if not tables:
        yield list(lines_of(page, range(len(page.text))))
        return
    owner = {place: table for table in tables for place in table.places}
    told: set[int] = set()
    places: list[int] = []
    inside = False
    for place, sign in enumerate(page.text):
        table = owner.get(place)
        if table is None:
            # The blanks and line ends between the words of a table are none of the text around it.
            inside = inside and not sign.strip()
            if not inside:
                places.append(place)
            continue
        inside = True
        if id(table) not in told:
            told.add(id(table))
            yield list(lines_of(page, places))
            yield table
            places = []
    yield list(lines_of(page, places))


def _letters(part: Part) -> int:
    return len(part.places) if isinstance(part, PageTable) else sum(sum(map(str.isalpha, one.words)) for one in part)


def _joined(pages: list[list[Part]]) -> Iterator[str]:
    """The lines of all pages. What stands between two parts of one table (a running head) follows it, once."""
    indent = indent_of([line for part in page if not isinstance(part, PageTable) for line in part] for page in pages)
    table: list[PageTable] = []
    between: list[list[Line]] = []
    text: list[list[Line]] = []
    for page in pages:
        parts = [part for part in page if part]
        for place, part in enumerate(parts):
            if not isinstance(part, PageTable):
                lines = _without_numbers(part, first=place == 0, last=place == len(parts) - 1)
                (between if table else text).append(lines)
            elif table and goes_on(table[-1], part) and _count(between) < MOST_BETWEEN:
                table.append(part)
            else:
                yield from _told(text, table, between, indent)
                text, table, between = [], [part], []
        if table and _count(between) >= MOST_BETWEEN:
            yield from _told(text, table, [], indent)
            text, table, between = between, [], []
    yield from _told(text, table, between, indent)


def _count(pages: list[list[Line]]) -> int:
    return sum(len(line.words) for lines in pages for line in lines)


def _told(
    text: list[list[Line]], table: list[PageTable], between: list[list[Line]], indent: Indent | None
) -> Iterator[str]:
    yield from paragraphs_of(text, indent)
    if table:
        yield from table_lines(rows_of(table))
    after = paragraphs_of(between, indent)
    yield from dict.fromkeys(after) if len(table) > 1 else after


def _without_numbers(lines: list[Line], *, first: bool, last: bool) -> list[Line]:
    """Page numbers at the top or bottom of a page are no part of the text."""
    begin, end = 0, len(lines)
    while first and begin < end and _PAGE_NUMBER.fullmatch(lines[begin].words):
        begin += 1
    while last and end > begin and _PAGE_NUMBER.fullmatch(lines[end - 1].words):
        if end - 2 >= begin and _is_below(lines[end - 1], lines[end - 2]):
            break
        end -= 1
    return lines[begin:end]


def _is_below(line: Line, above: Line) -> bool:
    """A number right below the text, where its lines begin, numbers what follows on the next page: a row, a point."""
    return abs(line.left - above.left) <= 2 and 0 < above.high - line.high <= 1.6 * above.tall
