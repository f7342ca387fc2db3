"""Files that prove what was done: looked at for secrecy marks like any paper, then kept by their hash.

Unlike a directive, evidence need not have words (a photograph, a table of figures).
"""

from __future__ import annotations

import io
import zipfile

from defusedxml import ElementTree

from isotherm.directives.reading import encodings, packed, pdf, scan, secrecy, word
from isotherm.records import files
from isotherm.records.models import StoredFile
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

_SCANNED_MOST = 8
_TEXTS_MOST = 40 * 1024 * 1024
_SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def receive(content: bytes, name: str) -> StoredFile:
    """Look for marks, then keep. Refuses before anything is stored. Slow for scans: not inside a transaction."""
    if not content.strip(b"\x00 \t\r\n"):
        raise NotAccepted(lazy("The file %(name)s is empty."), {"name": name}, field="evidence")
    _look(content)
    return files.keep(content)


def _look(content: bytes) -> None:
    if b"%PDF-" in content[:1024]:
        paper = pdf.read_pdf(content)
        secrecy.refuse_if_marked(paper.text, margins=paper.notes)
        if not paper.text:
            scan.require_tesseract()
        if paper.pictures and scan.tesseract() is not None:
            scan.look_for_marks(paper.pictures[0])
    elif word.is_zip_of_word(content):
        written = word.read_word(content)
        secrecy.refuse_if_marked(written.text, margins=written.margins)
        scan.look_at_stamps(written.pictures)
    elif content.startswith(b"PK"):
        secrecy.refuse_if_marked(_cells(content))
    elif scan.is_picture(content):
        scan.require_tesseract()
        scan.read_pages(scan.source_of(content), most=_SCANNED_MOST)
    elif content.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf", b"GIF8", b"RIFF")):
        raise _other_kind()
    else:
        secrecy.refuse_if_marked(encodings.text_of(content))


def _cells(content: bytes) -> str:
    """The texts of a spreadsheet, one cell a line."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {part.filename: part for part in archive.infolist()}
            if "xl/workbook.xml" not in parts:
                raise _other_kind()
            looked = [
                part
                for name, part in parts.items()
                if name == "xl/sharedStrings.xml" or name.startswith(("xl/worksheets/sheet", "xl/comments"))
            ]
            if sum(part.file_size for part in looked) > _TEXTS_MOST:
                raise packed.bomb()
            found = []
            for part in looked:
                tree = ElementTree.fromstring(archive.read(part))
                kept = (f"{_SPREADSHEET}t", f"{_SPREADSHEET}oddHeader", f"{_SPREADSHEET}oddFooter")
                found += [node.text or "" for node in tree.iter() if node.tag in kept]
            return "\n".join(found)
    except (zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError, RuntimeError):
        raise NotAccepted(
            lazy("The file is damaged: it cannot be opened."),
            remedy=lazy("Save it again, then hand it in."),
            field="evidence",
        ) from None


def _other_kind() -> NotAccepted:
    return NotAccepted(
        lazy("This kind of file is not taken as evidence."),
        remedy=lazy("Hand in PDF, Word (.docx), Excel (.xlsx), plain text, or an image in PNG, JPEG or TIFF."),
        field="evidence",
    )
