from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from pytest_django import Settings

from isotherm.records import files
from isotherm.records.models import StoredFile
from isotherm.refusals import NotAccepted, OutOfReach, Unavailable

PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<<>>\nendobj\n"


def packed(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def docx(**more: bytes) -> bytes:
    return packed(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", **more})


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def ole(*streams: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + b"".join(s.encode("utf-16-le") for s in streams)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (docx(), files.DOCX),
        (packed(**{"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>"}), files.XLSX),
        (ole("Root Entry", "WordDocument"), "application/msword"),
        (png(3, 3), "image/png"),
        ("Báo cáo kết quả thực hiện".encode(), "text/plain"),
        ("﻿Báo cáo".encode("utf-16"), "text/plain"),
    ],
)
def test_a_file_is_what_its_bytes_say(records: None, content: bytes, kind: str) -> None:
    assert files.keep(content).media_type == kind


def test_a_file_is_found_again_by_its_hash(records: None) -> None:
    kept = files.keep(io.BytesIO(PDF), media_type="application/pdf")
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    with files.open_file(kept.sha256) as content:
        assert content.read() == PDF


def test_the_same_content_is_kept_once(records: None) -> None:
    assert files.keep(PDF).pk == files.keep(PDF).pk
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00" + bytes(64),
        b"\x7fELF" + bytes(64),
        b"PK\x03\x04 not a zip",
        packed(**{"report.pdf": PDF}),
        docx(**{"word/vbaProject.bin": b"x"}),
        docx(**{"word/media/bomb.bin": bytes(60 * 1024 * 1024)}),
        docx(**{"../../etc/passwd": b"x"}),
        ole("Root Entry", "WordDocument", "_VBA_PROJECT_CUR"),
        ole("Root Entry", "EncryptedPackage"),
        png(60_000, 60_000),
        b"\x89PNG\r\n\x1a\n" + bytes(20),
        "Căn cứ".encode("cp1258", "replace") + b"\xb5\xd2\xff",
    ],
    ids=[
        *("empty", "exe", "elf", "broken zip", "archive", "macro", "bomb", "outside", "old macro", "locked"),
        *("huge image", "broken image", "old encoding"),
    ],
)
def test_what_would_hurt_or_cannot_be_read_is_refused_and_nothing_is_left(
    records: None, content: bytes, tmp_path: Path
) -> None:
    with pytest.raises(NotAccepted):
        files.keep(content)
    assert not StoredFile.objects.exists()
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_a_file_that_is_not_what_it_was_handed_in_as_is_refused(records: None) -> None:
    with pytest.raises(NotAccepted):
        files.keep(docx(), media_type="application/pdf")


def test_a_file_over_the_limit_is_refused_with_the_limit(records: None, settings: Settings, tmp_path: Path) -> None:
    settings.UPLOAD_LIMIT_MB = 1
    with pytest.raises(NotAccepted, match="1 MB"):
        files.keep(io.BytesIO(PDF + bytes(1024 * 1024)))
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_a_damaged_file_is_not_handed_out(records: None, tmp_path: Path) -> None:
    kept = files.keep(PDF)
    (tmp_path / "files" / kept.sha256[:2] / kept.sha256[2:]).write_bytes(PDF + b"x")
    with pytest.raises(Unavailable):
        files.open_file(kept.sha256)
    assert files.missing() == [kept.sha256]


def test_a_lost_file_is_told_and_keeping_it_again_heals(records: None, tmp_path: Path) -> None:
    kept = files.keep(PDF)
    (tmp_path / "files" / kept.sha256[:2] / kept.sha256[2:]).unlink()
    with pytest.raises(Unavailable):
        files.open_file(kept.sha256)
    files.keep(PDF)
    assert files.missing() == []


def test_a_name_that_is_no_hash_reaches_nothing(records: None) -> None:
    with pytest.raises(OutOfReach):
        files.open_file("../../etc/passwd")


def test_a_folder_that_cannot_be_written_is_told(records: None, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(Unavailable):
        files.keep(PDF)
