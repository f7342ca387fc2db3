"""A marked paper is refused before anything of it is shown; the same words inside a sentence are no mark."""

from __future__ import annotations

import io

import pytest
from docx import Document

from isotherm.directives.reading import read_file, recognition, scan, secrecy
from isotherm.refusals import NotAccepted, Secret
from tests.directives.reading.papers import (
    BODY,
    HEAD,
    PAPER,
    image_bytes,
    part_of,
    pdf_of,
    picture_of,
    saved,
    with_part,
    word_of,
)

ALL = [
    "MẬT",
    "TỐI MẬT",
    "TUYỆT MẬT",
    "Mật",
    "[ TỐI MẬT ]",
    "*** TUYỆT MẬT ***",
    "M Ậ T",
    "T Ố I  M Ậ T",
    "Độ mật: Mật",
    "Mức độ mật: Tối mật",
    "LƯU HÀNH NỘI BỘ",
    "Chỉ lưu hành nội bộ",
    "(Tài liệu lưu hành nội bộ)",
    "TÀI LIỆU MẬT - Bản số: 03",
    "KHÔNG PHỔ BIẾN",
    "XEM XONG TRẢ LẠI",
    "SECRET",
    "TOP SECRET",
    "CONFIDENTIAL",
    "FOR INTERNAL CIRCULATION ONLY",
]


@pytest.mark.parametrize("mark", ALL)
def test_a_mark_at_the_head_is_refused(mark: str) -> None:
    with pytest.raises(Secret):
        read_file((mark + "\n" + PAPER).encode(), "a.txt")


def test_a_mark_beside_the_national_name_is_refused() -> None:
    for line in ("MẬT    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "TỐI MẬT | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"):
        with pytest.raises(Secret):
            read_file(PAPER.replace("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", line).encode(), "a.txt")


def test_a_mark_repeated_on_a_later_page_is_refused() -> None:
    with pytest.raises(Secret):
        read_file((HEAD + BODY * 30 + "\nTUYỆT MẬT\n" + BODY).encode(), "a.txt")


@pytest.mark.parametrize("symbol", ["12/CT-TTg-M", "12/CT-TTg(M)", "12/BC-UBND (MẬT)"])
def test_a_secret_sign_in_the_number_is_refused(symbol: str) -> None:
    with pytest.raises(Secret):
        read_file(PAPER.replace("77/CT-TTg", symbol).encode(), "a.txt")


@pytest.mark.parametrize(
    "sentence",
    [
        "4. Bộ Công an hướng dẫn thực hiện pháp luật về bảo vệ bí mật nhà nước.",
        "4. Bộ Nội vụ rà soát danh mục bí mật nhà nước độ Mật, Tối mật, Tuyệt mật của ngành.",
        "4. Bộ Công an quản lý tài liệu lưu hành nội bộ của các cơ quan theo quy định.",
        "4. Bộ Xây dựng công bố mật độ xây dựng; Bộ Khoa học và Công nghệ quản lý mật mã dân sự.",
        "4. Ban Cơ yếu Chính phủ bảo mật thông tin; không phổ biến khi chưa được phép.",
        "4. The Ministry of Public Security shall protect state secrets and confidential data.",
    ],
)
def test_the_words_inside_a_sentence_are_no_mark(sentence: str) -> None:
    assert read_file(PAPER.replace("Nơi nhận", sentence + "\nNơi nhận").encode(), "a.txt").text


def test_a_title_about_secrets_is_no_mark() -> None:
    title = "VỀ VIỆC TĂNG CƯỜNG BẢO VỆ BÍ MẬT NHÀ NƯỚC TRONG TÌNH HÌNH MỚI"
    assert read_file(PAPER.replace("Về việc chuẩn bị mùa mưa bão năm 2026", title).encode(), "a.txt").text


def test_the_refusal_says_nothing_of_the_paper() -> None:
    with pytest.raises(Secret) as no:
        read_file(("TỐI MẬT\n" + PAPER).encode(), "ke-hoach-77.txt")
    said = f"{no.value} {no.value.remedy} {no.value.facts} {no.value.args}"
    for word in ("77", "mưa bão", "Xây dựng", "ke-hoach", "TỐI MẬT"):
        assert word not in said


def test_a_mark_in_the_page_header_of_a_word_file_is_refused() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "MẬT"
    for line in PAPER.split("\n"):
        document.add_paragraph(line)
    with pytest.raises(Secret):
        read_file(saved(document), "a.docx")


def test_a_mark_in_a_text_box_of_a_word_file_is_refused() -> None:
    word = word_of(PAPER)
    box = "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>TỐI MẬT</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
    body = part_of(word, "word/document.xml").decode().replace("</w:p>", box, 1)
    with pytest.raises(Secret):
        read_file(with_part(word, "word/document.xml", body.encode()), "a.docx")


def test_a_mark_in_a_table_cell_at_the_head_is_refused() -> None:
    document = Document()
    cells = document.add_table(rows=1, cols=2).rows[0].cells
    cells[0].text, cells[1].text = "MẬT", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    for line in PAPER.split("\n"):
        document.add_paragraph(line)
    with pytest.raises(Secret):
        read_file(saved(document), "a.docx")


def test_a_mark_in_a_pdf_is_refused() -> None:
    with pytest.raises(Secret):
        read_file(pdf_of("TỐI MẬT\n" + PAPER), "a.pdf")


def test_a_mark_in_old_letters_is_refused() -> None:
    line = (
        "TAØI LIEÄU LÖU HAØNH NOÄI BOÄ\nThuû töôùng Chính phuû yeâu caàu Boä Taøi chính höôùng daãn "
        "kieåm tra vieäc thöïc hieän\n"
    )
    with pytest.raises(Secret):
        read_file(line.encode("latin-1"), "a.txt")


@pytest.mark.parametrize(
    "line", ["[MẬT]", "| MAT |", "MÂT", "TUYET MAT", "TỐI MẠT", "TU YỆT MẬT", "LƯU HÀNH NỘI BÔ", "LUU HANH NOI BO"]
)
def test_a_mark_that_recognition_garbled_is_still_one(line: str) -> None:
    with pytest.raises(Secret):
        secrecy.refuse_if_stamped(line + "\n" + PAPER)


def test_a_clean_recognised_page_passes() -> None:
    secrecy.refuse_if_stamped(PAPER)
    secrecy.refuse_if_stamped(PAPER.replace("mưa bão", "bảo vệ bí mật nhà nước"))
    secrecy.refuse_if_stamped(PAPER.replace("CHỈ THỊ", "CHỈ THỊ\nVỀ VIỆC TĂNG CƯỜNG BẢO VỆ BÍ\nMẬT NHÀ NƯỚC"))


needs_tesseract = pytest.mark.skipif(scan.tesseract() is None, reason="Tesseract with Vietnamese is not installed")


@pytest.mark.scan
@needs_tesseract
def test_a_scan_is_read_and_says_that_it_is_one() -> None:
    reading = read_file(image_bytes(picture_of(PAPER), "PNG"), "a.png")
    assert (reading.kind, reading.pages) == ("scan", 1)
    assert "scan_read" in reading.warnings
    assert ("Bộ Xây dựng",) in [task.lead for task in reading.candidates]


@pytest.mark.scan
@needs_tesseract
@pytest.mark.parametrize(
    ("stamp", "red"), [("MẬT", False), ("TỐI MẬT", True), ("TUYỆT MẬT", True), ("LƯU HÀNH NỘI BỘ", False)]
)
def test_a_stamp_in_a_scan_is_refused(stamp: str, red: bool) -> None:
    with pytest.raises(Secret):
        read_file(image_bytes(picture_of(PAPER, stamp=stamp, red=red), "PNG"), "a.png")


@pytest.mark.scan
@needs_tesseract
def test_a_stamp_in_a_scanned_pdf_and_tif_is_refused() -> None:
    page = picture_of(PAPER, stamp="MẬT", red=True)
    for form in ("PDF", "TIFF"):
        with pytest.raises(Secret):
            read_file(image_bytes(page, form), "a")


@pytest.mark.scan
@needs_tesseract
def test_a_stamp_as_a_picture_in_a_word_file_is_refused() -> None:
    document = Document()
    stamp = picture_of("", stamp="TỐI MẬT", red=True).crop((0, 60, 700, 260))
    document.add_picture(io.BytesIO(image_bytes(stamp, "PNG")))
    for line in PAPER.split("\n"):
        document.add_paragraph(line)
    with pytest.raises(Secret):
        read_file(saved(document), "a.docx")


def test_a_scan_that_nothing_can_check_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    recognition.languages.cache_clear()
    try:
        with pytest.raises(NotAccepted, match="secrecy"):
            read_file(image_bytes(picture_of(PAPER), "PNG"), "a.png")
    finally:
        monkeypatch.undo()
        recognition.languages.cache_clear()


def test_a_damaged_picture_is_named_as_such() -> None:
    whole = image_bytes(picture_of(PAPER), "PNG")
    if scan.tesseract() is None:
        pytest.skip("Tesseract with Vietnamese is not installed")
    with pytest.raises(NotAccepted):
        read_file(whole[:200] + b"\0" * 400, "a.png")
