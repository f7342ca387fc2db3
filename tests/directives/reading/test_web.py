"""Pages saved from an office's site read like their text; what is no part of the directive is left out."""

from __future__ import annotations

import unicodedata

import pytest

from isotherm.directives.reading import Reading, read_file
from isotherm.refusals import NotAccepted, Secret
from tests.directives.reading.papers import PAPER
from tests.directives.reading.programme import twin

AROUND = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="{charset}"><title>Cổng thông tin | Chỉ thị</title>
<style>p {{ color: red }}</style><script>document.write("Bộ Y tế báo cáo trước ngày 1/1/2027");</script>
<link rel="stylesheet" href="http://127.0.0.1:9/a.css"></head>
<body onload="fetch('http://127.0.0.1:9/')">
<nav><ul><li><a href="/">Trang chủ</a></li><li>Giao Bộ Nội vụ báo cáo.</li></ul></nav>
<div class="breadcrumb">Văn bản &raquo; Chỉ thị</div>
<img src="http://127.0.0.1:9/a.png" alt="x"><iframe src="http://127.0.0.1:9/">Bộ Tư pháp báo cáo.</iframe>
<div style="display: none">Bộ Công an báo cáo.</div>
{body}
<div role="navigation">Tin liên quan</div><noscript>Hãy bật JavaScript</noscript>
</body></html>"""


def page(body: str, *, charset: str = "utf-8") -> str:
    return AROUND.format(charset=charset, body=body)


def paragraphs(text: str) -> str:
    return "\n".join(f"<p class='MsoNormal'>{line}</p>" for line in text.split("\n"))


def tasks(reading: Reading) -> list[tuple[object, ...]]:
    return [(t.lead, t.coordinate, t.deadline, t.product, t.action) for t in reading.candidates]


def tone_apart(letter: str) -> str:
    """As Windows-1258 has it: the vowel, then its tone."""
    loose = unicodedata.normalize("NFD", letter)
    tones = "".join(sign for sign in loose if sign in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", "".join(sign for sign in loose if sign not in tones)) + tones


def test_a_saved_page_equals_its_text() -> None:
    reading, plain = read_file(page(paragraphs(PAPER)).encode(), "a.html"), read_file(PAPER.encode(), "a.txt")
    assert reading.kind == "html"
    assert reading.text.strip() == plain.text.strip()
    assert tasks(reading) == tasks(plain)
    assert reading.header == plain.header


def test_the_whole_programme_as_a_page_equals_its_text() -> None:
    text, measures = twin()
    reading = read_file(page(paragraphs(text)).encode(), "a.html")
    assert reading.text.strip() == text.strip()
    assert tasks(reading)[: len(measures)] == [
        (t.lead, t.coordinate, t.deadline, t.product, t.action) for t in measures
    ]


def test_breaks_and_inline_marks_are_seen_through() -> None:
    body = (
        "<div>"
        + PAPER.replace("\n", "<br>\n").replace("Bộ Xây dựng", "<b>Bộ&nbsp;Xây</b> <span>dựng</span>")
        + "</div>"
    )
    assert tasks(read_file(page(body).encode(), "a.html")) == tasks(read_file(PAPER.encode(), "a.txt"))


def test_text_kept_as_typed_keeps_its_lines() -> None:
    assert read_file(page(f"<pre>{PAPER}</pre>").encode(), "a.html").text.strip() == PAPER.strip()


def test_letters_named_by_number_or_name_are_letters() -> None:
    numbered = "".join(f"&#{ord(letter)};" if ord(letter) > 127 else letter for letter in PAPER)
    assert read_file(page(paragraphs(numbered)).encode(), "a.html").text.strip() == PAPER.strip()


@pytest.mark.parametrize("charset", ["utf-8", "windows-1258", "utf-16", "utf-8-sig"])
def test_letters_are_those_that_the_page_or_its_first_bytes_name(charset: str) -> None:
    written = page(paragraphs(PAPER), charset=charset)
    if charset == "windows-1258":
        written = "".join(map(tone_apart, written))
    assert read_file(written.encode(charset), "a.html").text.strip() == PAPER.strip()


def test_a_page_that_names_western_letters_by_habit_is_read_by_what_it_holds() -> None:
    written = page(paragraphs(PAPER), charset="iso-8859-1").encode()
    assert read_file(written, "a.html").text.strip() == PAPER.strip()


def test_numbered_lists_have_their_numbers() -> None:
    items = "<li>Bộ Y tế lập kế hoạch.</li><li>Bộ Công an lập kế hoạch.<ol type='a'><li>Bước một</li></ol></li>"
    text = read_file(page(f"<ol start='3'>{items}</ol><ul><li>Lưu: VT.</li></ul>").encode(), "a").text
    assert text.split("\n") == [
        "3. Bộ Y tế lập kế hoạch.",
        "4. Bộ Công an lập kế hoạch.",
        "a) Bước một",
        "- Lưu: VT.",
    ]


def test_only_the_main_part_of_a_page_that_names_one_is_read() -> None:
    other = "Giao Bộ Nội vụ báo cáo."
    body = f"<header>{other}</header><main>{paragraphs(PAPER)}</main><footer>{other}</footer>"
    assert read_file(page(body).encode(), "a").text.strip() == PAPER.strip()


def test_a_page_whose_text_lies_in_what_its_names_call_a_menu_is_read() -> None:
    assert tasks(read_file(page(f"<div class='menu'>{paragraphs(PAPER)}</div>").encode(), "a"))


def test_a_page_laid_out_in_tables_is_read_cell_by_cell() -> None:
    head, rest = PAPER.split("CHỈ THỊ\n")
    left, right = head.split("\n")[:1], head.split("\n")[1:]
    cells = "".join(f"<td>{'<br>'.join(lines)}</td>" for lines in (left, right))
    body = (
        f"<table><tr><td>Menu</td><td><table><tr>{cells}</tr></table><p>CHỈ THỊ</p>{paragraphs(rest)}</td></tr></table>"
    )
    reading, plain = read_file(page(body).encode(), "a"), read_file(PAPER.encode(), "a.txt")
    assert tasks(reading) == tasks(plain)
    assert (reading.header.symbol, reading.header.issuer) == (plain.header.symbol, plain.header.issuer)


def test_spans_of_a_table_that_reach_beyond_it_are_cut() -> None:
    table = (
        "<table><tr><th>TT<th>Nhiệm vụ<th>Cơ quan chủ trì</tr>"
        "<tr><td>1<td>Lập kế hoạch phòng bệnh<td rowspan=65000>Bộ Y tế</tr>"
        "<tr><td>2<td>Lập danh sách trạm y tế</tr><tr><td colspan=100000>Hết</tr></table>"
    )
    found = read_file(page(paragraphs(PAPER.split("1. Bộ")[0]) + table).encode(), "a").candidates
    assert [one.lead for one in found] == [("Bộ Y tế",), ("Bộ Y tế",)]


def test_a_secret_mark_on_a_page_is_found() -> None:
    with pytest.raises(Secret):
        read_file(page(paragraphs("TỐI MẬT\n" + PAPER)).encode(), "a.html")


def test_tables_inside_tables_without_end_are_refused() -> None:
    with pytest.raises(NotAccepted):
        read_file(page("<table><tr><td>" * 3000 + PAPER).encode(), "a.html")


def test_parts_inside_parts_without_end_are_read_or_refused() -> None:
    for tag in ("div", "b", "ul", "p"):
        try:
            assert "77/CT-TTg" in read_file(page(f"<{tag}>" * 100_000 + paragraphs(PAPER)).encode(), "a.html").text
        except NotAccepted as no:
            assert no.remedy


def test_entities_of_a_page_do_not_grow() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(9))
    evil = page(paragraphs(PAPER) + "<p>&a8;</p>").replace("<!DOCTYPE html>", f"<!DOCTYPE html [{laughs}]>")
    try:
        assert len(read_file(evil.encode(), "a.html").text) < 10_000
    except NotAccepted as no:
        assert no.remedy


def test_pictures_written_into_a_page_do_not_count() -> None:
    picture = f'<img src="data:image/png;base64,{"A" * (20 * 1024 * 1024)}">'
    assert tasks(read_file(page(picture + paragraphs(PAPER)).encode(), "a.html"))


def test_a_page_of_more_text_than_a_directive_is_refused() -> None:
    with pytest.raises(NotAccepted):
        read_file(page("<p>giao Bộ Y tế báo cáo</p>" * 900_000).encode(), "a.html")
