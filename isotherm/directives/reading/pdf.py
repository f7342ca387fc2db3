"""
A .pdf through PDFium: its text, its tables as rows (`pdf_tables.py`), or its pages as pictures when it has no text.
"""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from isotherm.directives.reading.encodings import converted, tidy
from isotherm.directives.reading.grid import lines_of
from isotherm.directives.reading.pdf_page import CUT, letters_of, rulings_of, text_by_place
from isotherm.directives.reading.pdf_tables import PageTable, goes_on, rows_of, ruled_tables
from isotherm.directives.reading.pdf_unruled import may_hold_head, unruled_table
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

MOST_PAGES = 2000
SCAN_PAGES = 8
LETTERS_OF_A_TEXT_PAGE = 25
MOST_BETWEEN = 300
_PAGE_NUMBER = re.compile(r"\s*(?:(?:trang|page)\s*)?[-–]?\s*\d{1,4}\s*(?:[-–]|/\s*\d{1,4})?\s*", re.IGNORECASE)
# PDFium keeps global state: two requests must not be inside it at once.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(slots=True)
class Pdf:
    text: str
    pages: int
    pictures: list[Image.Image]
    notes: list[str]
    first_page_pictured: bool = False
    empty_pages: int = 0


def read_pdf(content: bytes) -> Pdf:
    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise (
                _encrypted() if "password" in str(error).lower() or "security" in str(error).lower() else damaged()
            ) from None
        try:
            return _read(document)
        except (pypdfium2.PdfiumError, ValueError, OSError, MemoryError, OverflowError, ctypes.ArgumentError):
            raise damaged() from None
        finally:
            document.close()


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


def _read(document: pypdfium2.PdfDocument) -> Pdf:
    count = len(document)
    if count == 0:
        raise damaged()
    if count > MOST_PAGES:
        raise NotAccepted(
            lazy("This PDF has %(pages)s pages; at most %(most)s are read."),
            {"pages": count, "most": MOST_PAGES},
            remedy=lazy("Hand in the directive without its appendices, or in parts."),
        )
    parts: list[list[str | PageTable]] = []
    notes: list[str] = []
    pictured = False
    for number in range(count):
        page = document[number]
        try:
            parts.append(_parts(page, number, _last_table(parts)))
            notes.extend(_notes(page))
            if number == 0:
                pictured = _has_pictures(page)
        finally:
            page.close()
    letters = [sum(map(_letters, page)) for page in parts]
    scanned = sum(one < LETTERS_OF_A_TEXT_PAGE for one in letters)
    is_scan = scanned == count or letters[0] < LETTERS_OF_A_TEXT_PAGE
    pictures = (
        [_render(document, number) for number in range(min(count, SCAN_PAGES if scanned == count else 1))]
        if is_scan or pictured
        else []
    )
    text = "" if scanned == count else tidy(converted("\n".join(_joined(parts))))
    return Pdf(text, count, pictures, notes, first_page_pictured=pictured, empty_pages=scanned)


def _last_table(parts: list[list[str | PageTable]]) -> PageTable | None:
    """The table without lines that ends the page before."""
    tables = [part for part in (parts[-1] if parts else []) if isinstance(part, PageTable)]
    return tables[-1] if tables and not tables[-1].ruled else None


def _parts(page: pypdfium2.PdfPage, number: int, before: PageTable | None) -> list[str | PageTable]:
    """The page's text, with its tables where they stand in it. `before`: a table that may go on here."""
    words = page.get_textpage()
    try:
        rulings = rulings_of(page)
        if len(rulings.lying) > 1 and rulings.standing:
            letters = letters_of(page, words)
            tables = ruled_tables(letters, rulings)
            if tables:
                return _around(tables, text_by_place(words), number)
        text: str = words.get_text_bounded()
        if before is not None or may_hold_head(text):
            table = unruled_table(letters_of(page, words), rulings.lying, before)
            if table is not None:
                return _around([table], text_by_place(words), number)
    finally:
        words.close()
    return [text.replace(CUT, "-").replace("\r\n", "\n")]


def _around(tables: list[PageTable], signs: list[str], number: int) -> list[str | PageTable]:
    owner = {place: table for table in tables for place in table.places}
    parts: list[str | PageTable] = []
    told: set[int] = set()
    text: list[str] = []
    inside = False
    for place, sign in enumerate(signs):
        table = owner.get(place)
        if table is None:
            # The blanks and line ends between the words of a table are none of the text around it.
            inside = inside and not sign.strip()
            text.append("" if inside else sign)
            continue
        inside = True
        if id(table) not in told:
            told.add(id(table))
            table.page = number
            parts += ["".join(text), table]
            text = ["\n"]
    parts = [part.replace(CUT, "-") if isinstance(part, str) else part for part in [*parts, "".join(text)]]
    return [part for part in parts if not isinstance(part, str) or part.strip()]


def _letters(part: str | PageTable) -> int:
    return sum(map(str.isalpha, part)) if isinstance(part, str) else len(part.places)


def _joined(pages: list[list[str | PageTable]]) -> Iterator[str]:
    """The lines of all pages. What stands between two parts of one table (a running head) follows it, once."""
    table: list[PageTable] = []
    between: list[str] = []
    for page in pages:
        for place, part in enumerate(page):
            if isinstance(part, str):
                lines = list(_without_numbers(part, first=place == 0, last=place == len(page) - 1))
                if table:
                    between.extend(lines)
                else:
                    yield from lines
            elif table and goes_on(table[-1], part) and sum(map(len, between)) < MOST_BETWEEN:
                table.append(part)
            else:
                yield from _told(table, between)
                table, between = [part], []
        if table and sum(map(len, between)) >= MOST_BETWEEN:
            yield from _told(table, between)
            table, between = [], []
    yield from _told(table, between)


def _told(table: list[PageTable], between: list[str]) -> Iterator[str]:
    if table:
        yield from lines_of(rows_of(table))
    yield from dict.fromkeys(between) if len(table) > 1 else between


def _without_numbers(text: str, *, first: bool, last: bool) -> Iterator[str]:
    """Page numbers at the top or bottom of a page are no part of the text."""
    lines = text.strip("\n").split("\n")
    while first and lines and _PAGE_NUMBER.fullmatch(lines[0]):
        lines.pop(0)
    while last and lines and _PAGE_NUMBER.fullmatch(lines[-1]):
        lines.pop()
    yield from (line for line in lines if line.strip())


def _has_pictures(page: pypdfium2.PdfPage) -> bool:
    return any(True for _object in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))


def _render(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    page = document[number]
    try:
        width, height = page.get_size()
        scale = min(200 / 72, 2400 / max(width, height, 1))
        picture: Image.Image = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
        return picture
    finally:
        page.close()


def _notes(page: pypdfium2.PdfPage) -> list[str]:
    """What annotations say: a stamp may be one."""
    found: list[str] = []
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), 50)):
        note = pdfium.FPDFPage_GetAnnot(page.raw, number)
        if not note:
            continue
        try:
            size = pdfium.FPDFAnnot_GetStringValue(note, b"Contents", None, 0)
            if 2 < size < 20000:
                buffer = ctypes.create_string_buffer(size)
                pdfium.FPDFAnnot_GetStringValue(
                    note, b"Contents", ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size
                )
                found.append(buffer.raw.decode("utf-16-le", errors="replace").rstrip("\x00"))
        finally:
            pdfium.FPDFPage_CloseAnnot(note)
    return found
