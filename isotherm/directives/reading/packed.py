"""
Files of an office program are zips of XML. They are read with limits: number of entries, size when unpacked, ratio; no
DTD, no entities, no link followed, no macro run.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from isotherm.refusals import NotAccepted
from isotherm.words import lazy

MOST_ENTRIES = 3000
MOST_BYTES = 150 * 1024 * 1024
MOST_XML_BYTES = 32 * 1024 * 1024
MOST_RATIO = 150
RATIO_FROM = 8 * 1024 * 1024


@contextmanager
def opened(content: bytes, *, otherwise: NotAccepted) -> Iterator[zipfile.ZipFile]:
    """The archive; whatever is wrong inside it while it is read becomes the refusal `otherwise`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive
    except DefusedXmlException:
        raise NotAccepted(
            lazy("This file contains declarations that no Office file needs and that can harm a reader."),
            remedy=lazy("Save it again from its program as .docx or .xlsx and hand in the new file."),
        ) from None
    except (
        zipfile.BadZipFile,
        ParseError,
        KeyError,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        RecursionError,
        LookupError,
        MemoryError,
        OverflowError,
    ):
        raise otherwise from None
    except Exception as broken:
        if type(broken).__module__ in {"zlib", "_lzma", "lzma", "_bz2"}:
            raise otherwise from None
        raise


def holds(content: bytes, folder: str) -> bool:
    """Whether this is a zip with a part in the folder ("word/", "xl/")."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(name.startswith(folder) for name in archive.namelist()[: MOST_ENTRIES + 1])
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def bomb() -> NotAccepted:
    return NotAccepted(
        lazy("This file unpacks to far more than a document needs; it looks made to exhaust the machine."),
        remedy=lazy("Save the document again, without very large pictures, and hand in the new file."),
    )


def refuse_bomb(archive: zipfile.ZipFile, *, but_for: str = "\0") -> None:
    """Parts whose name begins with `but_for` are not weighed here: their reader stops by itself."""
    entries = [entry for entry in archive.infolist() if not entry.filename.startswith(but_for)]
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    too_dense = unpacked > RATIO_FROM and unpacked / packed > MOST_RATIO
    dense_entry = any(e.file_size > RATIO_FROM and e.file_size / max(e.compress_size, 1) > MOST_RATIO for e in entries)
    if len(archive.infolist()) > MOST_ENTRIES or unpacked > MOST_BYTES or too_dense or dense_entry:
        raise bomb()


def part(archive: zipfile.ZipFile, name: str) -> Element | None:
    try:
        entry = archive.getinfo(name)
    except KeyError:
        return None
    if entry.file_size > MOST_XML_BYTES:
        raise bomb()
    with archive.open(entry) as stream:
        data = stream.read(MOST_XML_BYTES + 1)
    if len(data) > MOST_XML_BYTES:
        raise bomb()
    root: Element = fromstring(data, forbid_dtd=True)
    return root
