"""A .pdf through PDFium: its text, or its pages as pictures when it has none."""

from __future__ import annotations

import ctypes
import re
import threading
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from isotherm.directives.reading.encodings import converted, tidy
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

MOST_PAGES = 2000
SCAN_PAGES = 8
LETTERS_OF_A_TEXT_PAGE = 25
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
    texts: list[str] = []
    notes: list[str] = []
    pictured = False
    for number in range(count):
        page = document[number]
        try:
            texts.append(_page_text(page))
            notes.extend(_notes(page))
            if number == 0:
                pictured = _has_pictures(page)
        finally:
            page.close()
    letters = [sum(letter.isalpha() for letter in text) for text in texts]
    scanned = sum(one < LETTERS_OF_A_TEXT_PAGE for one in letters)
    is_scan = scanned == count or letters[0] < LETTERS_OF_A_TEXT_PAGE
    pictures = (
        [_render(document, number) for number in range(min(count, SCAN_PAGES if scanned == count else 1))]
        if is_scan or pictured
        else []
    )
    text = "" if scanned == count else tidy(converted(_joined(texts)))
    return Pdf(text, count, pictures, notes, first_page_pictured=pictured, empty_pages=scanned)


def _page_text(page: pypdfium2.PdfPage) -> str:
    words = page.get_textpage()
    try:
        text: str = words.get_text_bounded()
    finally:
        words.close()
    return text.replace("\ufffe", "-").replace("\r\n", "\n")


def _joined(pages: list[str]) -> str:
    """Page numbers at the top or bottom of a page are no part of the text."""
    kept = []
    for text in pages:
        lines = text.strip("\n").split("\n")
        while lines and re.fullmatch(r"\s*[-–]?\s*\d{1,4}\s*[-–]?\s*", lines[0]):
            lines.pop(0)
        while lines and re.fullmatch(r"\s*[-–]?\s*\d{1,4}\s*[-–]?\s*", lines[-1]):
            lines.pop()
        kept.append("\n".join(lines))
    return "\n".join(kept)


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
