"""
Reads a file into a document: its text, header, passages and candidate tasks. No database, no network, nothing on disk.

1. The kind is known by content, not by name; what is no document is refused.
2. Secrecy marks are looked for before anything is returned.
3. Header, passages and candidates are read from the text; every span indexes into `Reading.text`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from isotherm.directives.candidates import CandidateTask, candidates_of, six_points
from isotherm.directives.doubts import DOUBTS
from isotherm.directives.header import Citation, Header, header_of
from isotherm.directives.letters import is_vietnamese
from isotherm.directives.reading import badly_read, encodings, excel, loose_tables, pdf, scan, secrecy, web, word
from isotherm.directives.structure import Passage, passages_of
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

__all__ = [
    "DOUBTS",
    "WARNINGS",
    "CandidateTask",
    "Citation",
    "Header",
    "Passage",
    "Reading",
    "Scan",
    "of_scan",
    "open_file",
    "pages_of_pictures",
    "read_file",
    "read_text",
    "six_points",
    "to_json",
]

LIMIT_BYTES = 50 * 1024 * 1024
SCANNED_AT_ONCE = 8  # pages of a scan that somebody waits for
MOST_LETTERS = 2_000_000
MOST_LINES = 60_000
QUOTE_LETTERS = 300
WARNINGS = {
    "scan_read": lazy("The text was recognised from a scan and may contain wrong letters."),
    "scan_first_pages": lazy("Only the first pages of the scan were read."),
    "pages_without_text": lazy("Some pages have no text; they were not read."),
    "pictures_unchecked": lazy(
        "Pictures in the file could not be checked for stamps: text recognition is not installed."
    ),
    "second_reader_silent": lazy(
        "The language model did not answer for a part of the text; there only the grammar was asked."
    ),
    "macros_ignored": lazy("The file contains macros; they were not run and are not kept."),
    "embedded_unread": lazy("Another document is embedded in the file; it was not read."),
    "hidden_sheets": lazy("Hidden sheets of the workbook were not read."),
    "formulas_unworked": lazy("Some cells hold formulas without a kept result; those cells were read as empty."),
    "no_symbol": lazy("No number and symbol was found."),
    "no_date": lazy("No date of signing was found."),
    "no_issuer": lazy("No issuing body was found."),
    "no_tasks": lazy("No clause was found that gives work to a named body."),
}
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Reading:
    """
    `kind` is txt, html, docx, xlsx, pdf or scan; `warnings` are keys of WARNINGS. Of a scan, `doubtful` tells where
    words were badly read, `sure` how sure the letters of each page are (0 to 100).
    """

    kind: str
    media_type: str
    text: str
    header: Header
    passages: tuple[Passage, ...]
    candidates: tuple[CandidateTask, ...]
    warnings: tuple[str, ...]
    pages: int | None
    doubtful: tuple[tuple[int, int], ...] = ()
    sure: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """A file whose pages are pictures, not recognised yet."""

    source: scan.Source
    media_type: str


def read_file(
    content: bytes,
    name: str,
    *,
    limit_bytes: int = LIMIT_BYTES,
    scanned: int = scan.MOST_PAGES,
    workers: int = 1,
    tell: scan.Tell | None = None,
) -> Reading:
    """Of a scan at most `scanned` pages are read, `workers` of them at once after the first; `tell` hears of each."""
    found = open_file(content, name, limit_bytes=limit_bytes)
    if isinstance(found, Reading):
        return found
    pages = scan.read_pages(found.source, most=scanned, workers=workers, tell=tell)
    return of_scan(pages, media_type=found.media_type, count=found.source.pages)


def open_file(content: bytes, name: str, *, limit_bytes: int = LIMIT_BYTES) -> Reading | Scan:
    """What a file says, or that its pages are pictures. `name` is for refusals only; the content says what it is."""
    if not content or not content.strip(b"\x00 \t\r\n"):
        raise NotAccepted(
            lazy("The file %(name)s is empty."),
            {"name": name},
            remedy=lazy("Choose the file of the directive and hand it in again."),
        )
    if len(content) > limit_bytes:
        raise NotAccepted(
            lazy("The file %(name)s is %(size)s MB large; at most %(most)s MB are taken."),
            {
                "name": name,
                "size": max(1, round(len(content) / 1_048_576)),
                "most": max(1, round(limit_bytes / 1_048_576)),
            },
            remedy=lazy("Hand in the directive without pictures, or in parts."),
        )
    if b"%PDF-" in content[:1024]:
        return _read_pdf(content)
    if content.startswith(b"PK\x03\x04") or content.startswith(b"PK\x05\x06"):
        return _read_zip(content, name)
    if scan.is_picture(content):
        return _scan(scan.source_of(content), scan.media_type_of(content))
    _refuse_other_kinds(content)
    if web.is_page(content):
        return _read_page(content)
    text = encodings.text_of(content)
    if not _is_writing(text):
        raise encodings.not_text()
    secrecy.refuse_if_marked(text)
    return read_text(text, kind="txt", media_type="text/plain")


def read_text(
    text: str,
    *,
    kind: str = "txt",
    media_type: str = "text/plain",
    pages: int | None = None,
    warnings: tuple[str, ...] = (),
) -> Reading:
    """A text that is already Unicode and was already looked at for marks."""
    clean = encodings.tidy(text)
    if kind == "txt":
        clean = loose_tables.with_rows(clean)
    if len(clean) > MOST_LETTERS or clean.count("\n") > MOST_LINES:
        raise encodings.too_long()
    passages = passages_of(clean, language="vi" if is_vietnamese(clean) else "en")
    header = header_of(clean, passages)
    candidates, with_roles = candidates_of(clean, passages, header, recognised=kind == "scan")
    missing = [
        key
        for key, found in (
            ("no_symbol", header.symbol),
            ("no_date", header.signed_on),
            ("no_issuer", header.issuer),
            ("no_tasks", candidates),
        )
        if not found
    ]
    return Reading(kind, media_type, clean, header, with_roles, candidates, (*warnings, *missing), pages)


def _read_zip(content: bytes, name: str) -> Reading:
    if word.is_zip_of_word(content):
        return _read_word(content)
    if excel.is_zip_of_excel(content):
        return _read_excel(content)
    # A directory that cannot be read: the names of the parts stand before them, too.
    names = content[:4000] + content[-8000:]
    if b"xl/" in names:
        raise excel.damaged()
    raise word.damaged() if b"word/" in names else encodings.not_text()


def _read_page(content: bytes) -> Reading:
    text = web.read_page(content)
    secrecy.refuse_if_marked(text)
    if not _is_writing(text):
        raise NotAccepted(
            lazy("This web page contains no text of a directive."),
            remedy=lazy("Save the page with its text, or hand in the file that it offers for download."),
        )
    return read_text(text, kind="html", media_type="text/html")


def _read_excel(content: bytes) -> Reading:
    book = excel.read_excel(content)
    secrecy.refuse_if_marked(book.text, margins=book.margins)
    scan.look_at_stamps(book.pictures)
    if not _is_writing(book.text):
        raise NotAccepted(
            lazy("This workbook contains no text of a directive, only figures or nothing at all."),
            remedy=lazy("Hand in the workbook whose sheets name the tasks, as .xlsx."),
        )
    warnings = {
        "pictures_unchecked": book.pictures and scan.tesseract() is None,
        "macros_ignored": book.macros,
        "hidden_sheets": book.hidden,
        "formulas_unworked": book.unworked,
    }
    told = tuple(key for key, so in warnings.items() if so)
    return read_text(book.text, kind="xlsx", media_type=_EXCEL_TYPE, warnings=told)


def _read_word(content: bytes) -> Reading:
    paper = word.read_word(content)
    secrecy.refuse_if_marked(paper.text, margins=paper.margins)
    scan.look_at_stamps(paper.pictures)
    if not _is_writing(paper.text):
        raise NotAccepted(
            lazy("This Word file contains no text, only pictures or nothing at all."),
            remedy=lazy("Hand in the scan itself as .pdf, .png or .jpg, or the Word file with the text."),
        )
    warnings = []
    if paper.pictures and scan.tesseract() is None:
        warnings.append("pictures_unchecked")
    if paper.macros:
        warnings.append("macros_ignored")
    if paper.embedded:
        warnings.append("embedded_unread")
    return read_text(paper.text, kind="docx", media_type=_WORD_TYPE, warnings=tuple(warnings))


def _read_pdf(content: bytes) -> Reading | Scan:
    paper = pdf.read_pdf(content)
    secrecy.refuse_if_marked(paper.text, margins=paper.notes)
    if not paper.text:
        return _scan(scan.Source(content, paper.pages, is_pdf=True), "application/pdf")
    warnings: list[str] = []
    if paper.pictures:
        if paper.first_page_pictured and scan.tesseract() is None and paper.empty_pages == 0:
            warnings.append("pictures_unchecked")
        else:
            scan.require_tesseract()
            scan.look_for_marks(paper.pictures[0])
    if paper.empty_pages:
        warnings.append("pages_without_text")
    return read_text(paper.text, kind="pdf", media_type="application/pdf", pages=paper.pages, warnings=tuple(warnings))


def _scan(source: scan.Source, media_type: str) -> Scan:
    scan.require_tesseract()
    scan.refuse_too_many(source.pages)
    return Scan(source, media_type)


def pages_of_pictures(content: bytes) -> int:
    """How many pages may have to be recognised; 0 for what cannot be opened or has none."""
    try:
        if b"%PDF-" in content[:1024]:
            return pdf.count_of(content)
        return scan.source_of(content).pages if scan.is_picture(content) else 0
    except NotAccepted:
        return 0


def of_scan(pages: Sequence[scan.ScannedPage], *, media_type: str, count: int) -> Reading:
    """A scan whose pages were read, now or before; `count`: how many it has."""
    text, doubtful = scan.text_of(pages)
    secrecy.refuse_if_marked(text)
    if not _is_writing(text):
        raise NotAccepted(
            lazy("No words could be recognised in this scan."),
            remedy=lazy(
                "Scan it again, upright and at 200 to 300 dots an inch, or hand in the .docx or .pdf with text."
            ),
        )
    warnings = ("scan_read", "scan_first_pages") if count > len(pages) else ("scan_read",)
    reading = read_text(text, kind="scan", media_type=media_type, pages=count, warnings=warnings)
    return replace(
        reading,
        candidates=badly_read.with_doubts(reading.candidates, doubtful, reading.text),
        doubtful=doubtful,
        sure=tuple(page.sure for page in pages),
    )


def _is_writing(text: str) -> bool:
    """At least a few words, and mostly letters."""
    sample = text[:20000]
    letters = sum(letter.isalpha() for letter in sample)
    # The strokes between the cells of a table are no signs of its own.
    shown = sum(not letter.isspace() and letter not in "|↑←" for letter in sample)
    return len(re.findall(r"[^\W\d_]{2,}", sample[:4000])) >= 5 and letters >= shown * 0.5


def _refuse_other_kinds(content: bytes) -> None:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise NotAccepted(
                lazy("This Office file is protected by a password, so it cannot be read."),
                remedy=lazy("Remove the password and hand in the file again."),
            )
        raise NotAccepted(
            lazy("This is a file of an old Office program (.doc, .xls)."),
            remedy=lazy("Open it, save it as .docx or .xlsx and hand in the new file."),
        )
    if content.startswith(b"{\\rtf"):
        raise NotAccepted(
            lazy("Files of the kind .rtf are not read."),
            remedy=lazy("Open it, save it as .docx and hand in the new file."),
        )
    if re.match(rb"(?:[\w-]+:[^\n]{0,998}\n){0,20}?content-type:\s*multipart/related", content[:8000], re.IGNORECASE):
        raise NotAccepted(
            lazy("Web pages packed with their pictures (.mht) are not read."),
            remedy=lazy("Open it, save it as .html or .docx and hand in the new file."),
        )
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml", content[:300]) and not web.is_page(content):
        raise NotAccepted(lazy("XML files are not read."), remedy=encodings.kinds())


def to_json(reading: Reading) -> dict[str, Any]:
    """The document and its tasks in the shape by which extraction is scored; quotes are cut at 300 letters."""
    header = reading.header
    return {
        "document": {
            "number": header.symbol,
            "type": header.type_name,
            "issuer": header.issuer,
            "date": header.signed_on.isoformat() if header.signed_on else None,
            "signer": header.signer,
            "subject": header.subject,
            "language": header.language,
        },
        "tasks": [_task(number, candidate) for number, candidate in enumerate(reading.candidates, start=1)],
        "warnings": list(reading.warnings),
        **({"pages": [round(one) for one in reading.sure]} if reading.sure else {}),
    }


def _task(number: int, candidate: CandidateTask) -> dict[str, Any]:
    return {
        "id": f"{number:03d}",
        "quote": candidate.quote[:QUOTE_LETTERS].rstrip(),
        "clause": candidate.clause,
        "path": candidate.path,
        "start": candidate.start,
        "end": candidate.end,
        "lead": list(candidate.lead),
        "lead_span": list(candidate.lead_span) if candidate.lead_span else None,
        "coordinate": list(candidate.coordinate),
        "action": candidate.action,
        "deadline": candidate.deadline.isoformat() if candidate.deadline else None,
        "deadline_time": candidate.deadline_time.isoformat(timespec="minutes") if candidate.deadline_time else None,
        "deadline_text": candidate.deadline_text,
        "deadline_span": list(candidate.deadline_span) if candidate.deadline_span else None,
        "deadline_kind": candidate.deadline_kind,
        "recurrence": candidate.recurrence,
        "product": candidate.product,
        "responsible": candidate.responsible,
        "authority": candidate.authority,
        "group": candidate.group,
        "monitor": candidate.monitor,
        "confidence": candidate.confidence,
        "doubts": list(candidate.doubts),
        "clear": six_points(candidate),
    }
