"""A file is known by its content; whatever it is, the same paper gives the same tasks, or a sentence says why not."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
from docx import Document

from isotherm.directives.reading import Reading, numbering, read_file
from isotherm.refusals import NotAccepted, Refusal, Secret
from tests.directives.reading.papers import PAPER, part_of, pdf_of, saved, with_part, word_of


def leads(reading: Reading) -> list[tuple[str, ...]]:
    return [task.lead for task in reading.candidates]


THE_THREE = [("Bộ Xây dựng",), ("Bộ Công Thương",), ("Văn phòng Chính phủ",)]


def refused(content: bytes, name: str = "a.bin", **limits: int) -> NotAccepted:
    with pytest.raises(NotAccepted) as no:
        read_file(content, name, **limits)
    assert str(no.value)
    assert str(no.value.remedy)
    return no.value


def test_a_text_is_read_whatever_its_name() -> None:
    reading = read_file(PAPER.encode(), "photo.png")
    assert (reading.kind, reading.media_type) == ("txt", "text/plain")
    assert leads(reading) == THE_THREE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_texts_are_read_with_and_without_their_marks(encoding: str) -> None:
    assert leads(read_file(PAPER.encode(encoding), "a.txt")) == THE_THREE


def test_windows_line_ends_and_loose_accents_become_the_same_text() -> None:
    import unicodedata

    loose = unicodedata.normalize("NFD", PAPER).replace("\n", "\r\n").encode()
    assert read_file(loose, "a.txt").text == read_file(PAPER.encode(), "a.txt").text


def test_every_span_fits_the_text() -> None:
    reading = read_file(PAPER.encode(), "a.txt")
    for task in reading.candidates:
        assert reading.text[task.start : task.end] == task.quote
    assert all(0 <= p.start < p.end <= len(reading.text) for p in reading.passages)
    assert all(reading.text[c.start : c.end] == c.symbol for c in reading.header.cited)


def test_a_word_file_gives_the_same_tasks() -> None:
    reading = read_file(word_of(PAPER), "a.txt")
    assert reading.kind == "docx"
    assert leads(reading) == THE_THREE


def test_a_pdf_with_text_gives_the_same_tasks() -> None:
    reading = read_file(pdf_of(PAPER), "a.docx")
    assert (reading.kind, reading.pages) == ("pdf", 1)
    assert leads(reading) == THE_THREE
    assert reading.header.symbol == "77/CT-TTg"


def test_numbers_that_word_computes_are_restored() -> None:
    document = Document()
    for line in PAPER.split("\n")[:8]:
        document.add_paragraph(line)
    document.add_paragraph("Bộ Xây dựng rà soát các công trình ven sông.", style="List Number")
    document.add_paragraph("Bộ Công Thương kiểm tra các hồ chứa thủy điện.", style="List Number")
    document.add_paragraph("Giao ban hằng tuần với các địa phương.", style="List Bullet")
    reading = read_file(saved(document), "a.docx")
    assert "1. Bộ Xây dựng rà soát" in reading.text
    assert "2. Bộ Công Thương kiểm tra" in reading.text
    assert "- Giao ban hằng tuần" in reading.text


def test_letters_of_points_are_vietnamese() -> None:
    assert [numbering.shown(number, "lowerLetter") for number in (1, 4, 5, 6, 7)] == ["a", "d", "đ", "e", "g"]
    assert [numbering.shown(number, "upperRoman") for number in (1, 4, 9, 14)] == ["I", "IV", "IX", "XIV"]


def test_a_table_is_read_row_by_row() -> None:
    document = Document()
    for line in PAPER.split("\n")[:7]:
        document.add_paragraph(line)
    rows = [
        ("STT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời hạn", "Sản phẩm"),
        (
            "1",
            "Rà soát các công trình ven sông trên cả nước",
            "Bộ Xây dựng",
            "Bộ Quốc phòng",
            "Quý III/2026",
            "Báo cáo",
        ),
        ("2", "Lập bản đồ ngập lụt các lưu vực sông", "Bộ Nông nghiệp và Môi trường", "", "31/12/2026", "Bản đồ"),
    ]
    table = document.add_table(rows=len(rows), cols=6)
    for row, values in zip(table.rows, rows, strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    reading = read_file(saved(document), "a.docx")
    assert [(t.lead, t.coordinate, str(t.deadline), t.product) for t in reading.candidates] == [
        (("Bộ Xây dựng",), ("Bộ Quốc phòng",), "2026-09-30", "Báo cáo"),
        (("Bộ Nông nghiệp và Môi trường",), (), "2026-12-31", "Bản đồ"),
    ]


def test_the_head_of_a_paper_laid_out_in_a_table_is_read_line_by_line() -> None:
    document = Document()
    cells = document.add_table(rows=1, cols=2).rows[0].cells
    cells[0].text = "THỦ TƯỚNG CHÍNH PHỦ\nSố: 77/CT-TTg"
    cells[1].text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nHà Nội, ngày 12 tháng 5 năm 2026"
    for line in PAPER.split("\n")[5:]:
        document.add_paragraph(line)
    header = read_file(saved(document), "a.docx").header
    assert (header.symbol, header.issuer, str(header.signed_on)) == ("77/CT-TTg", "Thủ tướng Chính phủ", "2026-05-12")


def test_deleted_and_hidden_words_of_a_word_file_are_not_read() -> None:
    word = word_of(PAPER)
    body = part_of(word, "word/document.xml").decode()
    gone = '<w:del w:id="9" w:author="x"><w:r><w:delText>Bộ Y tế</w:delText></w:r></w:del>'
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Bộ Nội vụ</w:t></w:r>"
    changed = body.replace("</w:p>", f"{gone}{hidden}</w:p>", 1)
    text = read_file(with_part(word, "word/document.xml", changed.encode()), "a.docx").text
    assert "Bộ Y tế" not in text
    assert "Bộ Nội vụ" not in text


def test_an_empty_file_is_refused_by_name() -> None:
    assert "thông báo.docx" in str(refused(b"", "thông báo.docx"))
    refused(b" \n\t\n")


def test_a_file_beyond_the_limit_is_refused_with_both_sizes() -> None:
    assert "3" in str(refused(b"a " * 1_600_000, "big.txt", limit_bytes=1024 * 1024))


@pytest.mark.parametrize("seed", range(4))
def test_random_bytes_are_no_document(seed: int) -> None:
    refused(random.Random(seed).randbytes(20_000))


@pytest.mark.parametrize(
    "content",
    [
        b"\x7fELF" + bytes(range(256)) * 20,
        b"{\\rtf1\\ansi Bo Tai chinh}",
        b"<!DOCTYPE html><html><body>Bo Tai chinh</body></html>",
        b'<?xml version="1.0"?><gazette><task>Bo Tai chinh xay dung de an trong nam 2026</task></gazette>',
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n<html></html>",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000,
        b"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
    ],
)
def test_other_kinds_of_file_are_refused(content: bytes) -> None:
    refused(content)


def test_a_protected_office_file_is_named_as_such() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500
    assert refused(locked).sentence == "This Office file is protected by a password, so it cannot be read."


def test_a_damaged_workbook_is_named_as_such() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert "Excel" in str(refused(out.getvalue()).sentence)


def test_a_zip_bomb_named_docx_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(word_of(PAPER), "word/media/big.xml", b"0" * (60 * 1024 * 1024))
    assert len(bomb) < 1_000_000
    assert "unpacks" in str(refused(bomb, "chỉ thị.docx").sentence)


def test_a_word_file_with_entities_is_refused() -> None:
    word = word_of(PAPER)
    body = part_of(word, "word/document.xml")
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    at = body.index(b"<w:document")
    refused(with_part(word, "word/document.xml", body[:at] + evil + body[at:]))


def test_a_cut_word_file_is_damaged() -> None:
    word = word_of(PAPER)
    refused(word[: len(word) // 2])
    refused(with_part(word, "word/document.xml", part_of(word, "word/document.xml")[:400]))


def test_a_protected_pdf_is_named_as_such() -> None:
    assert "password" in str(refused(_locked_pdf()).sentence)


def test_a_cut_pdf_is_damaged() -> None:
    refused(b"%PDF-1.7\nnothing more")


def test_macros_are_told_and_never_run() -> None:
    reading = read_file(with_part(word_of(PAPER), "word/vbaProject.bin", b"x" * 100), "a.docm")
    assert "macros_ignored" in reading.warnings


def test_what_is_missing_is_said() -> None:
    reading = read_file(
        "Bộ Y tế báo cáo Thủ tướng Chính phủ trước ngày 30/9/2026 về tình hình dịch bệnh.".encode(), "a.txt"
    )
    assert {"no_symbol", "no_date", "no_issuer"} <= set(reading.warnings)
    assert reading.header.symbol is None


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    for whole in (word_of(PAPER), _PDF()):
        broken = bytearray(whole)
        for _turn in range(chance.randint(1, 60)):
            at = chance.randrange(len(broken))
            if chance.random() < 0.2:
                del broken[at : at + chance.randint(1, 400)]
            else:
                broken[at] = chance.randrange(256)
        try:
            assert isinstance(read_file(bytes(broken), "a"), Reading)
        except Refusal as no:
            assert not isinstance(no, Secret)


_kept: list[bytes] = []


def _PDF() -> bytes:
    if not _kept:
        _kept.append(pdf_of(PAPER))
    return _kept[0]


def _locked_pdf() -> bytes:
    """A PDF that asks for a password: an encryption dictionary whose keys fit no empty one."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        b"<< /Filter /Standard /V 1 /R 2 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> /P -44 >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    identity = b"<" + b"43" * 16 + b">"
    out += b"trailer\n<< /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [" + identity + identity + b"] >>\n"
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % table
