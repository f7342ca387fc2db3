"""A PDF gives back the paragraphs that its pages broke into lines; one that asks for a password is named."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from isotherm.directives.reading import read_file
from isotherm.doors.cli.demo_texts import render
from isotherm.refusals import NotAccepted
from tests.directives.reading.papers import BODY, FONTS, PAPER, pdf_of
from tests.directives.reading.programme import DEMO, ISSUED

STYLES = {
    "with blank between paragraphs": "",
    "justified": "#set par(justify: true)",
    "first line indented": "#set par(justify: true, first-line-indent: (amount: 1cm, all: true), spacing: 0.65em)",
}
DEMOS = ["02-tb-88-tai-chinh", "06-tb-146-giao-duc-y-te", "09-cd-87-bao-lu", "12-qd-cam"]


def typeset(body: str, *, before: str = "") -> bytes:
    import typst

    page = '#set page(paper: "a4", margin: 2.2cm, numbering: "1")\n#set text(size: 13pt)\n'
    folders = [str(Path(font).parent) for font in FONTS if Path(font).exists()]
    made = typst.compile(f"{page}{before}\n{body}".encode(), font_paths=folders)
    assert isinstance(made, bytes)
    return made


def quoted(line: str) -> str:
    return "#text(" + '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '")'


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", DEMOS)
def test_the_tasks_of_a_paper_survive_the_line_breaks_of_its_pages(name: str, style: str) -> None:
    text = render((DEMO.parent / f"{name}.txt").read_text(encoding="utf-8"), ISSUED)
    body = "\n\n".join(quoted(line) for line in text.split("\n") if line.strip())
    found = read_file(typeset(body, before=STYLES[style]), "a.pdf").candidates
    told = [(one.lead, one.coordinate, one.deadline, one.product) for one in found]
    assert told == [(t.lead, t.coordinate, t.deadline, t.product) for t in read_file(text.encode(), "a").candidates]


def test_a_paragraph_that_goes_on_over_the_page_is_one() -> None:
    long = (
        "1. Bộ Y tế " + "rà soát, bổ sung thuốc cho các trạm y tế xã ở vùng ngập lụt, " * 60 + "trước ngày 30/9/2026."
    )
    text = read_file(typeset(quoted("CHỈ THỊ") + "\n\n" + quoted(long)), "a.pdf").text
    assert long in text


def test_page_numbers_and_their_words_are_no_part_of_the_text() -> None:
    body = "\n\n".join(quoted(f"{number}. Bộ Y tế lập kế hoạch số {number}.") for number in range(1, 90))
    text = read_file(typeset(body), "a.pdf").text
    assert len(text.split("\n")) == 89


def test_the_head_of_a_paper_in_two_columns_is_read() -> None:
    left = r"*THỦ TƯỚNG CHÍNH PHỦ*\ Số: 77/CT-TTg"
    right = r"*CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM*\ *Độc lập - Tự do - Hạnh phúc*\ Hà Nội, ngày 12 tháng 5 năm 2026"
    rest = "\n\n".join(quoted(line) for line in PAPER.split("\n")[5:] if line.strip())
    body = f"#grid(columns: (1fr, 1.5fr), align: center, [{left}], [{right}])\n\n{rest}"
    header = read_file(typeset(body), "a.pdf").header
    assert (header.symbol, header.issuer, str(header.signed_on)) == ("77/CT-TTg", "Thủ tướng Chính phủ", "2026-05-12")


@pytest.mark.parametrize("angle", ["0deg", "-90deg", "90deg", "180deg"])
@pytest.mark.parametrize("turned", [0, 90, 270])
def test_a_page_turned_on_its_side_reads_like_one_that_is_not(angle: str, turned: int) -> None:
    made = typeset(
        f"#rotate({angle}, reflow: true)["
        '#table(columns: (1fr, 6fr, 3fr, 3fr), table.header("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn"),'
        '"1", "Rà soát các công trình ven sông", "Bộ Xây dựng", "30/9/2026",'
        '"2", "Chuẩn bị thuốc cho vùng lũ", "Bộ Y tế", "31/12/2026")]'
    )
    turned_page = re.sub(rb"/Type\s*/Page\b(?!s)", b"/Type /Page /Rotate %d" % turned, made)
    found = read_file(turned_page, "a.pdf").candidates
    assert [(t.lead, str(t.deadline)) for t in found] == [
        (("Bộ Xây dựng",), "2026-09-30"),
        (("Bộ Y tế",), "2026-12-31"),
    ]


def test_words_around_a_table_stand_where_they_stood() -> None:
    made = typeset(
        quoted("Trước bảng có một câu dẫn vào.") + '\n#table(columns: 3, "TT", "Nhiệm vụ", "Chủ trì",'
        '"1", "Lập kế hoạch phòng bệnh", "Bộ Y tế")\n' + quoted("Sau bảng có một câu kết lại.")
    )
    assert read_file(made, "a.pdf").text.split("\n") == [
        "Trước bảng có một câu dẫn vào.",
        "TT | Nhiệm vụ | Chủ trì",
        "1 | Lập kế hoạch phòng bệnh | Bộ Y tế",
        "Sau bảng có một câu kết lại.",
    ]


def test_a_frame_around_words_is_no_table() -> None:
    text = read_file(
        typeset("#rect(width: 100%)[" + quoted("Bộ Y tế lập kế hoạch phòng bệnh mùa mưa.") + "]"), "a"
    ).text
    assert text == "Bộ Y tế lập kế hoạch phòng bệnh mùa mưa."


# --- locked files -------------------------------------------------------------------------------------------

_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def locked(text: str, *, user: bytes, owner: bytes) -> bytes:
    """A one-page PDF in plain letters, locked the way of PDF 1.3 (40 bits)."""
    identity = b"0123456789abcdef"
    owner_key = hashlib.md5((owner + _PADDING)[:32]).digest()[:5]
    o = _rc4(owner_key, (user + _PADDING)[:32])
    rights = -44 & 0xFFFFFFFF
    key = hashlib.md5((user + _PADDING)[:32] + o + rights.to_bytes(4, "little") + identity).digest()[:5]
    u = _rc4(key, _PADDING)
    lines = "".join(f"({line}) Tj 0 -16 Td " for line in text.split("\n"))
    drawn = _rc4(
        hashlib.md5(key + (4).to_bytes(3, "little") + b"\0\0").digest()[:10],
        f"BT /F 11 Tf 50 780 Td {lines}ET".encode(),
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n" % len(drawn) + drawn + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -44 >>" % (o.hex().encode(), u.hex().encode()),
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 7\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    mark = identity.hex().encode()
    out += b"trailer\n<< /Size 7 /Root 1 0 R /Encrypt 6 0 R /ID [<%s> <%s>] >>\n" % (mark, mark)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % table


ENGLISH = "1. The Ministry of Health shall report to the Prime Minister before 30 September 2026.\n" * 2


def test_a_pdf_whose_owner_only_forbids_changes_is_read() -> None:
    text = read_file(locked(ENGLISH, user=b"", owner=b"van-phong"), "a.pdf").text
    assert "Ministry of Health shall report" in text


def test_a_pdf_that_asks_its_reader_for_a_password_is_named_as_such() -> None:
    with pytest.raises(NotAccepted, match="password"):
        read_file(locked(ENGLISH, user=b"bi-mat", owner=b"van-phong"), "a.pdf")


def test_pages_of_body_text_cost_no_table() -> None:
    reading = read_file(pdf_of(PAPER + BODY), "a.pdf")
    assert not [one for one in reading.passages if one.kind == "table_row"]
