"""What makes a worn scan readable, piece by piece; most of it without Tesseract."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PIL import Image, ImageDraw

from isotherm.directives.candidates import CandidateTask
from isotherm.directives.reading import (
    badly_read,
    cleaning,
    of_scan,
    pictures,
    read_file,
    read_text,
    scan,
    scan_lines,
    strokes,
)
from isotherm.directives.reading.mending import mended
from isotherm.directives.reading.recognition import Word
from isotherm.directives.reading.scan import Piece, ScannedLine, ScannedPage
from isotherm.refusals import NotAccepted, Secret
from tests.directives.reading.papers import PAPER, image_bytes, picture_of
from tests.directives.reading.scans import as_pdf, as_tiff, rendered, worn

pytestmark = pytest.mark.slow

needs_tesseract = pytest.mark.skipif(scan.tesseract() is None, reason="Tesseract with Vietnamese is not installed")


def page_of(*lines: str, sure: float = 97.0, badly: dict[str, float] | None = None) -> ScannedPage:
    """A page with these words, each letter six points wide, lines eighteen points apart."""
    made = []
    for number, line in enumerate(lines):
        left, pieces = 90.0, []
        for word in line.split():
            wide = 6.0 * len(word)
            pieces.append(Piece(word, left, left + wide, (badly or {}).get(word, sure)))
            left += wide + 4
        low = 760.0 - 18 * number
        made.append(ScannedLine(low, low + 13, tuple(pieces)))
    return ScannedPage(tuple(made), (), (), "vi")


def told(*lines: str, sure: float = 97.0, badly: dict[str, float] | None = None) -> list[str]:
    return [
        " ".join(piece.words for piece in line.pieces)
        for page in mended([page_of(*lines, sure=sure, badly=badly)])
        for line in page.lines
    ]


# --- cleaning -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("angle", [-4.0, -1.3, -0.6, 0.0, 0.7, 1.5, 3.2])
def test_a_skewed_page_is_turned_level(angle: float) -> None:
    page = picture_of(PAPER * 2).convert("L").rotate(angle, expand=True, fillcolor=255)
    assert cleaning.skew_of(page) == pytest.approx(-angle, abs=0.15)


def test_uneven_light_becomes_white_paper_and_dark_ink() -> None:
    page = worn(picture_of(PAPER), seed=3)
    clean = np.asarray(cleaning.cleaned(page).grey)
    assert np.median(clean[100:400]) > 245
    assert np.median(clean[-400:-100]) > 245
    assert np.percentile(clean, 0.5) < 40


def test_a_stamp_over_words_leaves_the_words() -> None:
    page = picture_of(PAPER)
    ImageDraw.Draw(page).ellipse((200, 500, 620, 920), outline=(200, 20, 30), width=26)
    plain, stamped = (np.asarray(cleaning.cleaned(one).grey, dtype=int) for one in (picture_of(PAPER), page))
    assert np.abs(plain - stamped).mean() < 1.0


@pytest.mark.parametrize(("size", "wanted"), [((827, 1169), 1654), ((4960, 7015), 1654), ((1654, 2339), 1654)])
def test_pages_of_any_resolution_come_to_one_size(size: tuple[int, int], wanted: int) -> None:
    assert cleaning.sized(Image.new("RGB", size, "white")).width == pytest.approx(wanted, abs=2)


# --- tables and strokes -------------------------------------------------------------------------------------


def test_the_lines_of_a_table_are_found_and_letters_are_none() -> None:
    page = picture_of(PAPER).convert("L")
    draw = ImageDraw.Draw(page)
    for y in (1500, 1600, 1700):
        draw.line((150, y, 1400, y + 2), fill=0, width=2)
    for x in (150, 700, 1400):
        draw.line((x, 1500, x, 1702), fill=0, width=2)
    lying, standing = scan_lines.lines_in(page, 200)
    assert [round(one.at, -1) for one in lying] == [1500, 1600, 1700]
    assert sorted(round(one.at, -1) for one in standing) == [150, 700, 1400]
    wiped = np.asarray(scan_lines.without(page, lying, standing))
    assert (wiped[1490:1710] < 128).sum() == 0
    assert (wiped[:1400] < 128).sum() == (np.asarray(page)[:1400] < 128).sum()


@pytest.mark.parametrize(
    ("count", "read", "before", "wanted"),
    [
        (2, "1/2026", "Quý", "II/2026"),
        (2, "H/2026", "quý", "II/2026"),
        (3, "11/2026", "Quý", "III/2026"),
        (1, "1/2026", "Quý", "1/2026"),
        (2, "11/2026", "tháng", "11/2026"),
    ],
)
def test_a_roman_quarter_is_told_by_its_strokes(count: int, read: str, before: str, wanted: str) -> None:
    picture = Image.new("L", (200, 60), 255)
    draw = ImageDraw.Draw(picture)
    for number in range(count):
        draw.rectangle((20 + number * 14, 10, 24 + number * 14, 44), fill=0)
    draw.line((24 + count * 14, 44, 38 + count * 14, 10), fill=0, width=3)
    line = [Word(before, 0, 10, 8, 45, 97, (1, 1, 1)), Word(read, 18, 10, 110, 45, 60, (1, 1, 1))]
    strokes.with_roman(picture, line)
    assert line[1].words == wanted


def test_the_bracket_behind_the_letter_of_a_point_is_no_stroke_of_a_roman_figure() -> None:
    picture = Image.new("L", (200, 60), 255)
    draw = ImageDraw.Draw(picture)
    for number in range(2):
        draw.rectangle((20 + number * 14, 10, 24 + number * 14, 44), fill=0)
    words = []
    for read in ("l)", "l.", "Il."):
        line = [Word(read, 18, 10, 60, 45, 60, (1, 1, 1)), Word("Bộ", 70, 10, 90, 45, 97, (1, 1, 1))]
        strokes.with_roman(picture, line)
        words.append(line[0].words)
    assert words == ["l)", "II.", "II."]
    line = [Word("I.MỤC", 18, 10, 60, 45, 60, (1, 1, 1))]
    strokes.with_roman(picture, line)
    assert line[0].words == "I.MỤC"


def test_the_bracket_behind_a_roman_figure_is_none_of_its_strokes() -> None:
    picture = Image.new("L", (200, 60), 255)
    draw = ImageDraw.Draw(picture)
    for number in range(3):  # the third is the bracket
        draw.rectangle((20 + number * 14, 10, 24 + number * 14, 44), fill=0)
    line = [Word("lục", 0, 10, 8, 45, 97, (1, 1, 1)), Word("II).", 18, 10, 80, 45, 60, (1, 1, 1))]
    strokes.with_roman(picture, line)
    assert line[1].words == "II)."


# --- mending ------------------------------------------------------------------------------------------------


def test_the_mark_of_a_point_is_told_by_its_neighbours() -> None:
    assert told("6. Bộ Y tế", "7, Bộ Công an", "8. Bộ Nội vụ")[1] == "7. Bộ Công an"
    marks = [line.split()[0] for line in told("a) Một", "b) Hai", "e) Ba", "đ) Bốn", "đ) Năm", "e) Sáu", "g) Bảy")]
    assert marks == ["a)", "b)", "c)", "d)", "đ)", "e)", "g)"]
    assert told("g) Một", "h) Hai", "¡) Ba", "k) Bốn")[2] == "i) Ba"


def test_papers_that_leave_out_a_letter_keep_their_marks() -> None:
    assert [line[:2] for line in told("c) Một", "d) Hai", "e) Ba", "g) Bốn")] == ["c)", "d)", "e)", "g)"]


def test_the_roman_number_of_a_part_follows_the_one_before() -> None:
    marks = [line.split()[0] for line in told("L. QUAN ĐIỂM", "1. Một", "IL. MỤC TIÊU", "II. NHIỆM VỤ", "IV. KINH PHÍ")]
    assert marks == ["I.", "1.", "II.", "III.", "IV."]
    assert told("I. Một", "II. Hai", "III. Ba", "L. Phần", "11. Bộ Y tế")[3:] == ["L. Phần", "11. Bộ Y tế"]
    assert told("I. Một", "II. Hai", "I. Lại một")[2] == "I. Lại một"


def test_a_heading_whose_roman_number_lost_its_full_stop_has_it_again() -> None:
    assert told("I. QUAN ĐIỂM", "II MỤC TIÊU", "III. NHIỆM VỤ")[1] == "II. MỤC TIÊU"
    assert told("I. QUAN ĐIỂM", "II Một", "V NHIỆM VỤ")[1:] == ["II Một", "V NHIỆM VỤ"]
    assert told("L NÂNG CAO", "IL.HOÀN THIỆN") == ["I. NÂNG CAO", "II. HOÀN THIỆN"]
    assert told("1 NHIỆM VỤ") == ["1 NHIỆM VỤ"]


def test_a_part_may_have_a_dash_behind_its_number() -> None:
    assert [line.split()[0] for line in told("I- MỤC ĐÍCH", "l- NỘI DUNG", "III- KINH PHÍ")] == ["I-", "II-", "III-"]


def test_small_roman_numbers_in_brackets_follow_each_other() -> None:
    lines = ("a) Một", "() Hai", "(ii) Ba", "(ii) Bốn", "(iv) Năm", "b) Sáu", "(i) Bảy", "(1) Tám")
    marks = [line.split()[0] for line in told(*lines)]
    assert marks == ["a)", "(i)", "(ii)", "(iii)", "(iv)", "b)", "(i)", "(1)"]


def test_a_number_that_does_not_follow_is_left_as_it_was_read() -> None:
    assert told("2. Bộ Y tế", "7, Bộ Công an")[1] == "7, Bộ Công an"
    assert told("ngày 14 tháng 8,", "15, Tháng sau")[1] == "15, Tháng sau"


@pytest.mark.parametrize(
    ("read", "badly", "wanted"),
    [
        ("xây dựng cơ sở đữ liệu", "đữ", "xây dựng cơ sở dữ liệu"),
        ("BỘ TÀI CHỈNH", "CHỈNH", "BỘ TÀI CHÍNH"),
        ("tiết kiệm chỉ thường xuyên", "chỉ", "tiết kiệm chỉ thường xuyên"),  # nothing tells it
        ("trước ngày 3O tháng 6", "3O", "trước ngày 3O tháng 6"),  # a number is never made
    ],
)
def test_accents_are_mended_only_in_known_phrases(read: str, badly: str, wanted: str) -> None:
    assert told(read, badly={badly: 80}) == [wanted]


def test_a_word_that_was_read_well_is_never_changed() -> None:
    assert told("cơ sở đữ liệu") == ["cơ sở đữ liệu"]


def test_the_paper_itself_tells_how_two_words_are_written() -> None:
    assert told("phường Nhựt Tảo", "phường Nhựi Tảo phường Nhụt Tảo", badly={"Nhựi": 80, "Nhụt": 80})[1] == (
        "phường Nhựi Tảo phường Nhựt Tảo"
    )


# --- badly read words ---------------------------------------------------------------------------------------

TEXT = "1. Bộ Xây dựng rà soát công trình, báo cáo trước ngày 30 tháng 6 năm 2026."


def test_badly_read_words_keep_their_places_in_the_text() -> None:
    page = page_of(TEXT, badly={"Xây": 60.0, "30": 93.0})
    text, spans = scan.text_of([page])
    assert [text[start:end] for start, end in spans] == ["Xây", "30"]


def test_the_same_word_is_found_where_it_was_badly_read() -> None:
    page = page_of("Bộ Y tế báo cáo", "Bộ Công an báo cáo")
    pieces = page.lines[1].pieces
    second = replace(page.lines[1], pieces=(*pieces[:3], replace(pieces[3], sure=50.0), *pieces[4:]))
    text, spans = scan.text_of([replace(page, lines=(page.lines[0], second))])
    assert spans == ((text.rindex("báo"), text.rindex("báo") + 3),)


def candidate_of(text: str) -> CandidateTask:
    return read_text(text).candidates[0]


def test_a_proposal_that_rests_on_badly_read_words_says_so() -> None:
    one = candidate_of(PAPER)
    text = PAPER.strip("\n")
    assert one.lead_span
    assert one.deadline_span
    lead, day = one.lead_span, one.deadline_span
    (by_lead,) = badly_read.with_doubts([one], [(lead[0], lead[0] + 2)], text)
    (by_day,) = badly_read.with_doubts([one], [(day[1] - 4, day[1])], text)
    (untouched,) = badly_read.with_doubts([one], [(0, 3)], text)
    assert "lead_badly_read" in by_lead.doubts
    assert "day_badly_read" in by_day.doubts
    assert by_lead.confidence < one.confidence
    assert untouched == one


def test_what_was_read_of_a_page_can_be_kept_and_taken_up_again() -> None:
    page = page_of("Bộ Y tế", badly={"Y": 40.0})
    assert ScannedPage.from_json(json.loads(json.dumps(page.to_json()))) == page


def test_a_line_broken_at_the_dash_of_a_compound_goes_on() -> None:
    first = "9. Đề nghị Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam, các tổ chức chính trị"
    text, _spans = scan.text_of([page_of(first, "- xã hội vận động đoàn viên, hội viên tham gia.")])
    assert "chính trị - xã hội vận động" in text


def paragraphs(*lines: tuple[float, str]) -> list[str]:
    """What lines become that begin at these places, their letters 5.5 points wide."""
    made = []
    for number, (left, words) in enumerate(lines):
        pieces = []
        for word in words.split():
            pieces.append(Piece(word, left, left + 5.5 * len(word), 97.0))
            left += 5.5 * (len(word) + 1)
        low = 780.0 - 18 * number
        made.append(ScannedLine(low, low + 13, tuple(pieces)))
    text, _spans = scan.text_of([ScannedPage(tuple(made), (), (), "vi")])
    return text.split("\n")


RAGGED = [
    (90.0, "a) Bộ Nông nghiệp và Môi trường rà soát, kiểm tra an toàn hệ thống đê điều và nhu"),
    (90.0, "cầu kinh phí xử lý cấp bách, báo cáo Thủ tướng Chính phủ"),
    (90.0, "trong tháng 10 năm 2024, chủ trì sửa đổi Nghị định số"),
    (90.0, "02/2017/NĐ-CP về cơ chế hỗ trợ khôi phục sản xuất tại các tỉnh Cao Bằng,"),
    (90.0, "Lào Cai, Yên Bái, Lạng Sơn;"),
    (90.0, "b) Bộ Xây dựng hoàn thành hồ sơ."),
]


def test_lines_that_end_unevenly_are_joined_by_what_they_say() -> None:
    assert paragraphs(*RAGGED) == [" ".join(words for _left, words in RAGGED[:5]), RAGGED[5][1]]


def test_the_number_of_a_copied_page_is_no_word_of_the_sentence_around_it() -> None:
    with_number = [*RAGGED[:4], (90.0, "2"), *RAGGED[4:]]
    assert paragraphs(*with_number) == paragraphs(*RAGGED)
    assert "3" in paragraphs(*RAGGED[:5], (90.0, "3"), *RAGGED[5:])


def test_a_word_that_the_end_of_the_line_cut_is_whole_again() -> None:
    long = "1. Ministers, heads of ministerial-level agencies and heads of Government-"
    assert paragraphs((90.0, long), (90.0, "attached agencies shall report to the Prime Minister.")) == [
        f"{long}attached agencies shall report to the Prime Minister."
    ]


def test_a_line_that_ends_with_an_abbreviation_or_before_a_symbol_goes_on() -> None:
    first = "b) The seven working groups established under Decision No."
    assert paragraphs((90.0, first), (90.0, "523/QD-TTg shall report each month."), (90.0, "c) The Ministries")) == [
        f"{first} 523/QD-TTg shall report each month.",
        "c) The Ministries",
    ]


def test_a_centred_line_goes_on_below_a_full_one() -> None:
    first = "Để chủ động bảo đảm nguồn nước phục vụ đời sống và sản xuất của nhân dân,"
    second = "Thủ tướng Chính phủ yêu cầu các địa phương:"
    middle = 90.0 + 5.5 * (len(first) - len(second)) / 2
    assert paragraphs((90.0, first), (middle, second)) == [f"{first} {second}"]
    assert paragraphs((90.0, first), (150.0, "Bộ Y tế.")) == [first, "Bộ Y tế."]


def test_short_lines_of_a_list_stay_apart() -> None:
    """Cells one below the other: none is cut by the end of a line, though some are nearly as long as the longest."""
    row = ["Ban Quản lý các khu chế xuất, công nghiệp", "Quý IV", "Danh mục", "Sở Y tế"]
    lines = [(90.0, words) for words in (*row, "Công khai quỹ đất sạch dành cho doanh nghiệp nhỏ", "2. Ban hành", *row)]
    assert paragraphs(*lines) == [words for _left, words in lines]


def test_the_number_of_a_row_at_the_foot_of_a_page_is_no_page_number() -> None:
    foot = [(90.0, "Hoàn thiện thể chế, cải cách thủ tục hành chính"), (90.0, "Hai dòng"), (90.0, "1")]
    assert paragraphs(*foot)[-1] == "1"
    assert "1" not in paragraphs(*foot[:2], (300.0, "1"))


def test_number_and_date_of_a_paper_on_one_line_are_kept_apart() -> None:
    head = page_of("BỘ Y TẾ", "Số: 27/KH-BYT", "KẾ HOẠCH", "1. Vụ Pháp chế báo cáo trước ngày 31 tháng 10 năm 2025.")
    left, pieces = 330.0, list(head.lines[1].pieces)
    for word in ("Hà", "Nội,", "ngày", "14", "tháng", "02", "năm", "2025"):
        pieces.append(Piece(word, left, left + 6.0 * len(word), 97.0))
        left += 6.0 * len(word) + 4
    page = replace(head, lines=(head.lines[0], replace(head.lines[1], pieces=tuple(pieces)), *head.lines[2:]))
    header = of_scan([page], media_type="image/png", count=1).header
    assert (header.symbol, header.signed_on) == ("27/KH-BYT", date(2025, 2, 14))


def test_misread_words_of_a_scan_are_taken_for_the_phrases_that_they_mean() -> None:
    page = page_of("1. Bộ Y tế phôi hợp với Bộ Tài chính công bố danh mục trước ngày 31 thang 3 năm 2025.")
    (task,) = of_scan([page], media_type="image/png", count=1).candidates
    assert (task.coordinate, task.deadline) == (("Bộ Tài chính",), date(2025, 3, 31))


def test_a_label_inside_a_paragraph_begins_no_other() -> None:
    first = "Phối hợp rà soát, bàn giao danh sách, in và phát phiếu thu thập thông tin."
    label = "Thời gian thực hiện: từ ngày 16/8 đến ngày 15/10/2025."
    even = [(120.0, first), (90.0, f"{first[:-1]} cho"), (90.0, "dân.")] * 3
    full = f"{first} Hết rồi"
    assert f"{first} {full} {label}" in paragraphs(*even, (120.0, first), (90.0, full), (90.0, label))
    assert label in paragraphs(*even, (120.0, first), (90.0, "xong."), (90.0, label))


def test_the_strokes_of_a_table_written_with_them_stay_also_where_a_line_has_one() -> None:
    rows = ["TT | Nhiệm vụ | Chủ trì | Hạn", "1 | Rà soát hệ thống", "đê điều | Bộ Y tế | 2026", "2| Trình đề án"]
    words = []
    for number, row in enumerate(rows):
        left = 90
        for word in row.split():
            words.append(
                Word(word, left, 100 + number * 40, left + 9 * len(word), 125 + number * 40, 96, (1, 1, number))
            )
            left += 9 * len(word) + 8
    found = [" ".join(word.words for word in line) for line in scan.lines_among(words)]
    assert found == [*rows[:3], "2 | Trình đề án"]


def test_a_short_line_at_the_indent_begins_a_paragraph_on_any_page() -> None:
    """A list of cells: the last line of one is full, the next begins where first lines do."""

    def block(first: str, other: str) -> list[tuple[float, str]]:
        return [(120.0, first), (90.0, other)]

    long = "Tổ chức bồi dưỡng kỹ năng số ứng dụng trí tuệ nhân tạo cho công chức cấp phòng"
    rest = "thuộc các đơn vị trực thuộc Bộ."
    page = [one for _again in range(9) for one in block(long, rest)]
    cells = [(120.0, long), (120.0, "Vụ Tổ chức cán bộ"), (120.0, long), (120.0, "03 lớp bồi dưỡng")] * 4
    pages = []
    for lines in (page, cells):
        made = []
        for number, (left, words) in enumerate(lines):
            wide = (530.0 - 120.0) / len(long)
            right = left
            pieces = []
            for word in words.split():
                pieces.append(Piece(word, right, right + wide * len(word), 97.0))
                right += wide * (len(word) + 1)
            low = 780.0 - 18 * number
            made.append(ScannedLine(low, low + 13, tuple(pieces)))
        pages.append(ScannedPage(tuple(made), (), (), "vi"))
    text, _spans = scan.text_of(pages)
    assert text.count("\nVụ Tổ chức cán bộ\n") == 4
    assert text.count("\n03 lớp bồi dưỡng") == 4
    assert text.count(f"{long} {rest}") == 9


# --- files --------------------------------------------------------------------------------------------------


def test_a_picture_that_would_unpack_to_a_bomb_is_refused_unopened() -> None:
    huge = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(huge, "PNG")
    with pytest.raises(NotAccepted, match="larger than any scanned page"):
        read_file(huge.getvalue(), "a.png")


def test_a_page_inside_a_tif_that_is_too_large_is_refused() -> None:
    held = io.BytesIO()
    small = Image.new("1", (100, 100), 1)
    small.save(held, "TIFF", save_all=True, append_images=[Image.new("1", (9000, 9000), 1)], compression="group4")
    with pytest.raises(NotAccepted, match="larger than any scanned page"):
        pictures.page_of(held.getvalue(), 1)


def test_a_scan_of_too_many_pages_is_refused_before_any_is_read() -> None:
    held = io.BytesIO()
    dot = Image.new("1", (8, 8), 1)
    dot.save(held, "TIFF", save_all=True, append_images=[dot] * pictures.MOST_PAGES)
    with pytest.raises(NotAccepted, match="more than 400 pages"):
        read_file(held.getvalue(), "a.tif")


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "I;16", "F"])
def test_a_page_scanned_too_finely_is_made_smaller_as_it_is_opened(mode: str) -> None:
    form = "TIFF" if mode in {"CMYK", "F"} else "PNG"
    page = Image.new("L", (3500, 5000), 255)
    ImageDraw.Draw(page).rectangle((0, 0, 1749, 2499), fill=0)
    if mode == "I;16":
        page = Image.fromarray(np.asarray(page).astype(np.uint16) * 257)
    held = io.BytesIO()
    (page if mode in {"L", "I;16"} else page.convert(mode)).save(held, form)
    read = pictures.page_of(held.getvalue(), 0)
    assert (read.mode, read.size) == ("RGB", (1750, 2500))
    corners = [read.getpixel(place) for place in ((400, 600), (1300, 600), (400, 1900), (1300, 1900))]
    assert corners == [(0, 0, 0), *[(255, 255, 255)] * 3]


@pytest.mark.parametrize("wide", [600, 3500])
def test_a_picture_that_its_camera_took_lying_is_upright(wide: int) -> None:
    held = io.BytesIO()
    page = Image.new("RGB", (wide, wide * 2), "white")
    page.paste("black", (0, 0, wide, wide // 2))
    turned = page.getexif()
    turned[0x0112] = 6
    page.save(held, "JPEG", exif=turned)
    read = pictures.page_of(held.getvalue(), 0)
    assert read.width > read.height
    assert read.getpixel((read.width - 10, read.height // 2)) == (0, 0, 0)
    assert read.getpixel((10, read.height // 2)) == (255, 255, 255)


def test_a_progressive_picture_may_be_less_large() -> None:
    held = io.BytesIO()
    Image.new("L", (5000, 8100), 255).save(held, "JPEG", progressive=True)
    with pytest.raises(NotAccepted, match="larger than any scanned page"):
        read_file(held.getvalue(), "a.jpg")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
def test_a_cut_off_picture_is_named_as_damaged(form: str) -> None:
    whole = image_bytes(picture_of(PAPER), form)
    with pytest.raises(NotAccepted, match=r"damaged|text recognition"):
        read_file(whole[: len(whole) // 3], "a")


# --- with Tesseract -----------------------------------------------------------------------------------------


@pytest.mark.scan
@pytest.mark.slow
@needs_tesseract
def test_scans_of_several_pages_are_read_to_the_end_and_say_how_sure_they_are() -> None:
    body, end = PAPER.split("Nơi nhận:")
    second = "4. Bộ Y tế dự trữ thuốc, báo cáo Thủ tướng Chính phủ trước ngày 15 tháng 7 năm 2026.\nNơi nhận:"
    pages = [worn(rendered(text)[0], seed) for seed, text in enumerate((body, second + end))]
    heard: list[tuple[int, int]] = []
    for made in (as_pdf(pages), as_tiff(pages)):
        reading = read_file(made, "a", workers=2, tell=lambda n, of: heard.append((n, of)))
        assert (reading.kind, reading.pages) == ("scan", 2)
        assert ("Bộ Y tế",) in [task.lead for task in reading.candidates]
        assert len(reading.sure) == 2
        assert min(reading.sure) > 80
    assert heard == [(1, 2), (2, 2)] * 2


@pytest.mark.scan
@pytest.mark.slow
@needs_tesseract
@pytest.mark.parametrize("quarter", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_read(quarter: int) -> None:
    reading = read_file(image_bytes(rendered(PAPER)[0].rotate(quarter, expand=True), "PNG"), "a.png")
    assert ("Bộ Xây dựng",) in [task.lead for task in reading.candidates]


@pytest.mark.scan
@pytest.mark.slow
@needs_tesseract
@pytest.mark.parametrize("red", [False, True])
def test_a_stamp_on_a_worn_page_is_refused(red: bool) -> None:
    page = picture_of(PAPER, stamp="TỐI MẬT", red=red)
    turned = page.rotate(1.2, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    made = turned if red else worn(page, 5)  # wearing takes the colour
    with pytest.raises(Secret):
        read_file(image_bytes(made, "PNG"), "a.png")


@pytest.mark.scan
@needs_tesseract
def test_badly_read_figures_are_looked_at_once_more_by_themselves() -> None:
    page = rendered("Bộ Y tế rà soát, báo cáo năm 2026")[0].convert("L")
    lines = [[word] for word in scan.recognition.words_in(page, layout=3)]
    words = {line[0].words: line[0] for line in lines}
    year, other = words["2026"], words["báo"]
    year.words, year.sure, other.words, other.sure = "202", 70.0, "bao", 70.0
    scan.look_again_at_figures(page, lines, "vie", 200)
    assert (year.words, year.sure > 95) == ("2026", True)
    assert (other.words, other.sure) == ("bao", 70.0)  # words are not looked at again


@pytest.mark.scan
@needs_tesseract
def test_a_mark_on_a_later_page_is_refused() -> None:
    with pytest.raises(Secret):
        read_file(as_pdf([picture_of(PAPER), picture_of("TUYỆT MẬT\n" + PAPER)]), "a.pdf")


@pytest.mark.scan
@needs_tesseract
def test_a_page_that_cannot_be_read_is_named() -> None:
    held = io.BytesIO()
    first = picture_of(PAPER).convert("1")
    first.save(held, "TIFF", save_all=True, append_images=[Image.new("1", (9000, 9000), 1)], compression="group4")
    with pytest.raises(NotAccepted, match="Page 2 of 2"):
        read_file(held.getvalue(), "a.tif")
