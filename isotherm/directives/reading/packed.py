"""
Files of an office program are zips of XML. They are read with limits: number of entries, size when unpacked, ratio; no
DTD, no entities, no link followed, no macro run.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, fromstring

from isotherm.refusals import NotAccepted
from isotherm.words import lazy

MOST_ENTRIES = 3000
MOST_BYTES = 150 * 1024 * 1024
MOST_XML_BYTES = 32 * 1024 * 1024
MOST_ELEMENTS = 700_000
MOST_PICTURE_BYTES = 20 * 1024 * 1024
MOST_RATIO = 150
RATIO_FROM = 8 * 1024 * 1024
_PIECE = 256 * 1024


class Packed:
    """An opened file. All its parts together may hold so many elements: each costs memory, however short it is."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.left = MOST_ELEMENTS

    @property
    def names(self) -> list[str]:
        return self.archive.namelist()

    def part(self, name: str) -> Element | None:
        """The part as a tree; None where the file has none of that name."""
        try:
            entry = self.archive.getinfo(name)
        except KeyError:
            return None
        if entry.file_size > MOST_XML_BYTES:
            raise bomb()
        with self.archive.open(entry) as stream:
            data = stream.read(MOST_XML_BYTES + 1)
        self.left -= data.count(b"<") - data.count(b"</")
        if len(data) > MOST_XML_BYTES or self.left < 0:
            raise bomb()
        root: Element = fromstring(data, forbid_dtd=True)
        return root

    def parse(self, name: str, target: Target, *, most_bytes: int) -> None:
        """The part told to `target` as it comes, without a tree."""
        parser = DefusedXMLParser(target=target, forbid_dtd=True)
        read = 0
        with self.archive.open(name) as stream:
            while piece := stream.read(_PIECE):
                read += len(piece)
                if read > most_bytes:
                    raise bomb()
                parser.feed(piece)
        parser.close()

    def pictures(self, folder: str, *, most: int) -> Iterator[bytes]:
        """Pictures that may carry a stamp."""
        kinds = re.compile(rf"{folder}media/.+\.(?:png|jpe?g|tiff?|bmp|gif)$", re.IGNORECASE)
        for entry in [one for one in self.archive.infolist() if kinds.match(one.filename)][:most]:
            if 500 < entry.file_size < MOST_PICTURE_BYTES:
                yield self.archive.read(entry)


class Target(Protocol):
    def start(self, tag: str, attributes: dict[str, str], /) -> None: ...
    def end(self, tag: str, /) -> None: ...
    def data(self, words: str, /) -> None: ...
    def close(self) -> None: ...


@contextmanager
def opened(content: bytes, *, otherwise: NotAccepted, but_for: str = "\0") -> Iterator[Packed]:
    """
    The file; whatever is wrong inside it while it is read becomes the refusal `otherwise`. Parts whose name begins with
    `but_for` may be dense: their reader stops by itself.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(archive, but_for=but_for)
            yield Packed(archive)
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


def _refuse_bomb(archive: zipfile.ZipFile, *, but_for: str) -> None:
    entries = [entry for entry in archive.infolist() if not entry.filename.startswith(but_for)]
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    too_dense = unpacked > RATIO_FROM and unpacked / packed > MOST_RATIO
    dense_entry = any(e.file_size > RATIO_FROM and e.file_size / max(e.compress_size, 1) > MOST_RATIO for e in entries)
    if len(archive.infolist()) > MOST_ENTRIES or unpacked > MOST_BYTES or too_dense or dense_entry:
        raise bomb()
