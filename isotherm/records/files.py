"""Files by the hash of their content. What a file is, is read from its bytes, never from its name.

Whether a paper may enter at all (secrecy marks) is asked by its reader before `keep` is called.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from isotherm.records.models import StoredFile
from isotherm.refusals import NotAccepted, OutOfReach, Unavailable
from isotherm.words import lazy

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
TEXT = "text/plain"

_MAGIC = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_OFFICE_PARTS = (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))
_OLE_STREAMS = (
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)
_PIECE = 1024 * 1024
_UNPACKED_MOST = 500 * 1024 * 1024
_PARTS_MOST = 10_000
_TIMES_MOST = 200
_PIXELS_MOST = 200_000_000


def keep(content: bytes | BinaryIO, *, media_type: str = "") -> StoredFile:
    """Keep a content once. `media_type` is what the sender says it is; a claim that the bytes contradict is refused."""
    sha256, size, found = _arrive(content, media_type, _place)
    StoredFile.objects.bulk_create([StoredFile(sha256=sha256, size=size, media_type=found)], ignore_conflicts=True)
    return StoredFile.objects.get(sha256=sha256)


def _arrive(content: bytes | BinaryIO, media_type: str, place_of: Callable[[str], Path]) -> tuple[str, int, str]:
    """Written to its place, whole or not at all: hash, size, kind."""
    arriving = _folder() / f"arriving-{secrets.token_hex(8)}"
    try:
        sha256, size = _write(arriving, _pieces(content))
        found = kind_of(arriving, said=media_type)
        if media_type in _KINDS and media_type != found:
            raise NotAccepted(
                lazy("The file was handed in as %(said)s, but its content is %(found)s."),
                {"said": media_type, "found": found},
                remedy=lazy("Save it again in the program it was made with, then hand it in."),
            )
        place = place_of(sha256)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        arriving.replace(place)
        _flush_folder(place.parent)
    except OSError as wrong:
        _disk(wrong)
    finally:
        arriving.unlink(missing_ok=True)
    return sha256, size, found


def open_file(sha256: str) -> BinaryIO:
    """The content, opened at its start, after its hash was checked."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise OutOfReach(lazy("There is no such file."))
    try:
        content = _place(sha256).open("rb")
    except FileNotFoundError:
        raise Unavailable(
            lazy("The file %(sha256)s is not in the folder of files."),
            {"sha256": sha256},
            remedy=lazy("Put the folder of files back from its backup."),
        ) from None
    found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != sha256:
        content.close()
        raise Unavailable(
            lazy("The file %(sha256)s is damaged: its content no longer has its hash."),
            {"sha256": sha256},
            remedy=lazy("Put the folder of files back from its backup."),
        )
    content.seek(0)
    return content


def hold(content: bytes, *, media_type: str = "") -> str:
    """Keep a content apart until somebody has looked into it: it is no kept file yet, and can be let go of."""
    sha256, _size, _found = _arrive(content, media_type, _held)
    return sha256


def open_held(sha256: str) -> BinaryIO:
    try:
        return _held(sha256).open("rb")
    except FileNotFoundError:
        raise Unavailable(
            lazy("The file %(sha256)s is not in the folder of files."),
            {"sha256": sha256},
            remedy=lazy("Hand the document in again."),
        ) from None


def admit(sha256: str) -> None:
    """What was held and looked into becomes a kept file."""
    if not _held(sha256).is_file() and StoredFile.objects.filter(sha256=sha256).exists():
        return
    with open_held(sha256) as content:
        keep(content)
    let_go(sha256)


def let_go(sha256: str) -> None:
    """Nothing of a held content stays."""
    try:
        _held(sha256).unlink(missing_ok=True)
    except OSError as wrong:
        _disk(wrong)


def missing() -> list[str]:
    """The kept files whose content is not in the folder, or not of its size."""
    return [
        sha256
        for sha256, size in StoredFile.objects.order_by("id").values_list("sha256", "size").iterator()
        if not _place(sha256).is_file() or _place(sha256).stat().st_size != size
    ]


def kind_of(path: Path, *, said: str = "") -> str:
    """The media type by the bytes; a refusal for what an office does not hand in or what would hurt its reader.

    `said`: a reader that took the content for text knows its letters, also those of the years before Unicode.
    """
    with path.open("rb") as content:
        head = content.read(512)
    if not head:
        raise NotAccepted(lazy("The file is empty."), remedy=lazy("Choose the file again."))
    if head.startswith(b"PK"):
        return _kind_of_zip(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _kind_of_ole(path.read_bytes())
    if head[8:12] == b"WEBP" and head.startswith(b"RIFF"):
        return _measured(path, "image/webp")
    if head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"mif1"}:
        return "image/heic"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return _measured(path, kind) if kind.startswith("image/") else kind
    if _is_text(path, known=said.startswith("text/")):
        return TEXT
    raise NotAccepted(
        lazy("This kind of file is not taken."),
        remedy=lazy("Hand in PDF, Word, Excel, PowerPoint, an image or plain text in Unicode."),
    )


def _kind_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            named = parts[0] if parts and parts[0].filename == "mimetype" and parts[0].file_size < 200 else None
            mimetype = packed.read(named) if named else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError):
        raise NotAccepted(
            lazy("The file is damaged: it cannot be opened."), remedy=lazy("Save it again, then hand it in.")
        ) from None
    unpacked = sum(part.file_size for part in parts)
    packed_size = path.stat().st_size
    if len(parts) > _PARTS_MOST or unpacked > _UNPACKED_MOST or unpacked > _TIMES_MOST * packed_size + 10 * _PIECE:
        raise NotAccepted(lazy("The file would unpack to %(size)s MB."), {"size": unpacked // _PIECE})
    names = [part.filename for part in parts]
    if any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names):
        raise NotAccepted(lazy("The file holds parts that point outside of it."))
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names):
        _refuse_macros()
    if "[Content_Types].xml" in names:
        for start, kind in _OFFICE_PARTS:
            if any(name.startswith(start) for name in names):
                return kind
    if mimetype.startswith(b"application/vnd.oasis.opendocument."):
        return mimetype.decode("ascii", "replace")
    raise NotAccepted(lazy("A packed archive is not taken."), remedy=lazy("Hand in the files inside it, one by one."))


def _kind_of_ole(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise NotAccepted(lazy("The file is locked with a password."), remedy=lazy("Save it without one."))
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        _refuse_macros()
    for stream, kind in _OLE_STREAMS:
        if stream.encode("utf-16-le") in content:
            return kind
    raise NotAccepted(
        lazy("This kind of file is not taken."),
        remedy=lazy("Hand in PDF, Word, Excel, PowerPoint, an image or plain text in Unicode."),
    )


def _refuse_macros() -> NoReturn:
    raise NotAccepted(
        lazy("The file holds a program (macro)."), remedy=lazy("Save it without macros, or as PDF, then hand it in.")
    )


def _measured(path: Path, kind: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                width, height = image.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise NotAccepted(
            lazy("The file is damaged: it cannot be opened."), remedy=lazy("Save it again, then hand it in.")
        ) from None
    if width * height > _PIXELS_MOST:
        raise NotAccepted(
            lazy("The image is too large: %(width)s × %(height)s points."), {"width": width, "height": height}
        )
    return kind


def _is_text(path: Path, *, known: bool) -> bool:
    content = path.read_bytes()
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if not known or encoding == "utf-16":
            return False
        text = content.decode("latin-1")
    return not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text)


_KINDS = frozenset(kind for _, kind in (*_MAGIC, *_OFFICE_PARTS, *_OLE_STREAMS)) | {TEXT, "image/webp", "image/heic"}


def _pieces(content: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    content.seek(0)
    while piece := content.read(_PIECE):
        yield piece


def _write(path: Path, pieces: Iterator[bytes]) -> tuple[str, int]:
    most = int(settings.UPLOAD_LIMIT_MB) * 1024 * 1024
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for piece in pieces:
            size += len(piece)
            if size > most:
                raise NotAccepted(
                    lazy("The file is larger than %(most)s MB."),
                    {"most": settings.UPLOAD_LIMIT_MB},
                    remedy=lazy("Divide it, or save its images smaller."),
                )
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size


def _folder() -> Path:
    folder = Path(settings.FILES_FOLDER)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as wrong:
        _disk(wrong)
    return folder


def _place(sha256: str) -> Path:
    return Path(settings.FILES_FOLDER) / sha256[:2] / sha256[2:]


def _held(sha256: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise OutOfReach(lazy("There is no such file."))
    return Path(settings.FILES_FOLDER) / "held" / sha256


def _flush_folder(folder: Path) -> None:
    for place in (folder, folder.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _disk(wrong: OSError) -> NoReturn:
    if wrong.errno in {errno.ENOSPC, errno.EDQUOT}:
        raise Unavailable(
            lazy("The disk is full: the file was not kept."), remedy=lazy("Tell the administrator, then try again.")
        ) from wrong
    raise Unavailable(
        lazy("The folder of files cannot be written: %(why)s"),
        {"why": wrong.strerror or ""},
        remedy=lazy("Tell the administrator, then try again."),
    ) from wrong
