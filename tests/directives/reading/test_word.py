"""What Word shows and does not store, and what it stores beside the text: numbers, notes, text boxes, page headers."""

from __future__ import annotations

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from isotherm.directives.reading import read_file
from isotherm.directives.reading.numbering import shown
from isotherm.refusals import Secret
from tests.directives.reading.papers import BODY, HEAD, PAPER, part_of, saved, with_part, word_of

W = nsdecls("w")


def level(depth: int, form: str, text: str, *, start: int = 1, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def listed(*paragraphs: tuple[str, str], abstract: str, nums: str, styles: str = "") -> list[str]:
    """The lines of a Word file whose paragraphs have these properties and words."""
    document = Document()
    body = document.element.body
    for line in PAPER.split("\n")[:7]:
        document.add_paragraph(line)
    for properties, words in paragraphs:
        text = f"<w:r><w:t>{words}</w:t></w:r>" if words else ""
        body.insert(len(body) - 1, parse_xml(f"<w:p {W}><w:pPr>{properties}</w:pPr>{text}</w:p>"))
    word = with_part(saved(document), "word/numbering.xml", f"<w:numbering {W}>{abstract}{nums}</w:numbering>".encode())
    if styles:
        old = part_of(word, "word/styles.xml").decode()
        word = with_part(word, "word/styles.xml", old.replace("</w:styles>", f"{styles}</w:styles>").encode())
    return read_file(word, "a.docx").text.split("\n")[7:]


def num(identity: int, depth: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{identity}"/></w:numPr>'


WORK = "Bộ Y tế lập kế hoạch phòng bệnh"
LEVELS = (
    '<w:abstractNum w:abstractNumId="0">'
    + level(0, "upperRoman", "%1.")
    + level(1, "decimal", "%2.")
    + level(2, "lowerLetter", "%3)")
    + level(3, "decimal", "%2.%4.")
    + "</w:abstractNum>"
)
NUM = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'


def test_a_deeper_level_begins_anew_below_each_number() -> None:
    depths = [0, 1, 2, 2, 1, 2, 0, 1]
    found = listed(*((num(1, depth), WORK) for depth in depths), abstract=LEVELS, nums=NUM)
    assert [line.split()[0] for line in found] == ["I.", "1.", "a)", "b)", "2.", "a)", "II.", "1."]


def test_a_number_may_show_those_of_the_levels_above() -> None:
    found = listed((num(1, 1), WORK), (num(1, 3), WORK), (num(1, 3), WORK), abstract=LEVELS, nums=NUM)
    assert [line.split()[0] for line in found] == ["1.", "1.1.", "1.2."]


def test_legal_numbers_show_levels_above_in_digits() -> None:
    abstract = (
        '<w:abstractNum w:abstractNumId="0">'
        + level(0, "upperRoman", "%1.")
        + level(1, "decimal", "%1.%2.", more="<w:isLgl/>")
        + "</w:abstractNum>"
    )
    found = listed((num(1), WORK), (num(1, 1), WORK), abstract=abstract, nums=NUM)
    assert [line.split()[0] for line in found] == ["I.", "1.1."]


def test_numbers_bound_to_a_style_are_restored_also_through_the_style_it_is_based_on() -> None:
    abstract = (
        '<w:abstractNum w:abstractNumId="0">'
        + level(0, "decimal", "Điều %1.", more='<w:pStyle w:val="Dieu"/>')
        + level(1, "decimal", "%2.", more='<w:pStyle w:val="Khoan"/>')
        + "</w:abstractNum>"
    )
    styles = (
        f'<w:style w:type="paragraph" w:styleId="Dieu"><w:pPr>{num(1)}</w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Khoan"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="KhoanDam"><w:basedOn w:val="Khoan"/></w:style>'
    )
    used = ["Dieu", "Khoan", "KhoanDam", "Dieu", "Khoan"]
    found = listed(*((f'<w:pStyle w:val="{one}"/>', WORK) for one in used), abstract=abstract, nums=NUM, styles=styles)
    assert [line.split(" Bộ")[0] for line in found] == ["Điều 1.", "1.", "2.", "Điều 2.", "1."]


def test_a_style_that_points_at_itself_ends() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="Vong"><w:basedOn w:val="Vong"/></w:style>'
    found = listed(('<w:pStyle w:val="Vong"/>', WORK), abstract=LEVELS, nums=NUM, styles=styles)
    assert found == [WORK]


def test_a_paragraph_may_refuse_the_number_of_its_style() -> None:
    styles = f'<w:style w:type="paragraph" w:styleId="Dieu"><w:pPr>{num(1)}</w:pPr></w:style>'
    bare = '<w:pStyle w:val="Dieu"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    found = listed(
        ('<w:pStyle w:val="Dieu"/>', WORK), (bare, WORK), ('<w:pStyle w:val="Dieu"/>', WORK),
        abstract=LEVELS, nums=NUM, styles=styles,
    )  # fmt: skip
    assert [line.split(" Bộ")[0] for line in found] == ["I.", WORK, "II."]


def test_lists_that_share_a_definition_go_on_and_one_with_a_start_of_its_own_begins_there() -> None:
    nums = (
        NUM
        + '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        + '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    order = [1, 1, 2, 3, 3]
    found = listed(*((num(one, 1), WORK) for one in order), abstract=LEVELS, nums=nums)
    assert [line.split()[0] for line in found] == ["1.", "2.", "3.", "1.", "2."]


def test_an_empty_numbered_paragraph_is_counted_and_not_shown() -> None:
    found = listed((num(1, 1), WORK), (num(1, 1), ""), (num(1, 1), WORK), abstract=LEVELS, nums=NUM)
    assert [line.split()[0] for line in found if line] == ["1.", "3."]


def test_letters_go_on_after_the_last() -> None:
    assert [shown(number, "lowerLetter") for number in (23, 24, 25)] == ["y", "aa", "bb"]


def test_numbers_in_the_first_column_of_a_table_are_those_that_word_prints() -> None:
    document = Document()
    for line in HEAD.split("\n")[:7]:
        document.add_paragraph(line)
    table = document.add_table(rows=3, cols=3)
    for column, words in enumerate(("TT", "Nhiệm vụ", "Cơ quan chủ trì")):
        table.rows[0].cells[column].text = words
    for row in table.rows[1:]:
        row.cells[0].paragraphs[0].style = document.styles["List Number"]
        row.cells[1].text, row.cells[2].text = "Lập kế hoạch phòng bệnh", "Bộ Y tế"
    text = read_file(saved(document), "a.docx").text
    assert "1. | Lập kế hoạch" in text
    assert "2. | Lập kế hoạch" in text


NOTES = (
    f"<w:footnotes {W}>"
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:id="2"><w:p><w:r>'
    "<w:t>Theo Quyết định số 9/QĐ-TTg, giao Bộ Y tế báo cáo.</w:t></w:r></w:p></w:footnote>"
    "</w:footnotes>"
)


def noted() -> bytes:
    word = with_part(word_of(PAPER), "word/footnotes.xml", NOTES.encode())
    body = part_of(word, "word/document.xml").decode()
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    return with_part(
        word, "word/document.xml", body.replace("ven sông,", f"ven sông</w:t></w:r>{mark}<w:r><w:t>,").encode()
    )


def test_a_footnote_stands_after_its_paragraph_and_gives_no_task() -> None:
    with_note, plain = read_file(noted(), "a.docx"), read_file(word_of(PAPER), "a.docx")
    note = "[1] Theo Quyết định số 9/QĐ-TTg, giao Bộ Y tế báo cáo."
    lines = with_note.text.split("\n")
    assert lines[lines.index(note) - 1].startswith("1. Bộ Xây dựng")
    assert [(t.quote, t.lead, t.deadline) for t in with_note.candidates] == [
        (t.quote, t.lead, t.deadline) for t in plain.candidates
    ]
    assert [with_note.text[p.start : p.end] for p in with_note.passages if p.kind == "note"] == [note]


def test_a_secret_mark_in_a_footnote_or_a_page_header_is_found() -> None:
    marked = NOTES.replace("Theo Quyết định số 9/QĐ-TTg, giao Bộ Y tế báo cáo.", "TỐI MẬT")
    with pytest.raises(Secret):
        read_file(with_part(noted(), "word/footnotes.xml", marked.encode()), "a.docx")
    header = f"<w:hdr {W}><w:p><w:r><w:t>TỐI MẬT</w:t></w:r></w:p></w:hdr>"
    with pytest.raises(Secret):
        read_file(with_part(word_of(PAPER), "word/header1.xml", header.encode()), "a.docx")


def test_the_head_of_a_paper_may_stand_in_the_header_of_its_first_page() -> None:
    lines = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in HEAD.strip().split("\n"))
    word = with_part(word_of(BODY), "word/header1.xml", f"<w:hdr {W}>{lines}</w:hdr>".encode())
    header = read_file(word, "a.docx").header
    assert (header.symbol, header.issuer) == ("77/CT-TTg", "Thủ tướng Chính phủ")


def test_a_running_head_is_no_part_of_the_text() -> None:
    header = f"<w:hdr {W}><w:p><w:r><w:t>Chỉ thị về mùa mưa bão</w:t></w:r></w:p></w:hdr>"
    reading = read_file(with_part(word_of(PAPER), "word/header1.xml", header.encode()), "a.docx")
    assert reading.text == read_file(word_of(PAPER), "a.docx").text


BOX = (
    "<w:r><mc:AlternateContent {mc}>"
    '<mc:Choice Requires="wps"><w:drawing><wps:wsp {wps}><wps:txbx><w:txbxContent>{lines}</w:txbxContent></wps:txbx>'
    "</wps:wsp></w:drawing></mc:Choice>"
    "<mc:Fallback><w:pict><v:textbox {v}><w:txbxContent>{lines}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)


def test_the_number_of_a_paper_may_stand_in_a_text_box_which_is_read_once() -> None:
    word = word_of(PAPER.replace("Số: 77/CT-TTg\n", ""))
    box = BOX.format(
        mc='xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"',
        wps='xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"',
        v='xmlns:v="urn:schemas-microsoft-com:vml"',
        lines="<w:p><w:r><w:t>Số: 77/CT-TTg</w:t></w:r></w:p>",
    )
    body = part_of(word, "word/document.xml").decode()
    reading = read_file(with_part(word, "word/document.xml", body.replace("</w:p>", f"{box}</w:p>", 1).encode()), "a")
    assert reading.text.count("77/CT-TTg") == 1
    assert reading.header.symbol == "77/CT-TTg"


def test_rows_and_cells_inside_controls_are_read_and_deleted_rows_are_not() -> None:
    document = Document()
    for line in HEAD.split("\n")[:7]:
        document.add_paragraph(line)

    def cells(*words: str) -> str:
        return "".join(f"<w:tc><w:p><w:r><w:t>{one}</w:t></w:r></w:p></w:tc>" for one in words)

    held = cells("Bộ Y tế")
    table = (
        f"<w:tbl {W}><w:tr>{cells('TT', 'Nhiệm vụ', 'Cơ quan chủ trì')}</w:tr>"
        f"<w:sdt><w:sdtContent><w:tr>{cells('1', 'Lập kế hoạch phòng bệnh')}"
        f"<w:sdt><w:sdtContent>{held}</w:sdtContent></w:sdt></w:tr></w:sdtContent></w:sdt>"
        f'<w:tr><w:trPr><w:del w:id="1" w:author="x"/></w:trPr>{cells("2", "Lập kế hoạch cũ", "Bộ Y tế")}</w:tr>'
        "</w:tbl>"
    )
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(table))
    (task,) = read_file(saved(document), "a.docx").candidates
    assert (task.lead, task.action) == (("Bộ Y tế",), "Lập kế hoạch phòng bệnh")


def test_a_stroke_inside_a_cell_parts_nothing() -> None:
    document = Document()
    for line in HEAD.split("\n")[:7]:
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=3)
    lines = (("TT", "Nhiệm vụ", "Cơ quan chủ trì"), ("1", "Lập mẫu A | mẫu B", "Bộ Y tế"))
    for row, words in zip(table.rows, lines, strict=True):
        for cell, one in zip(row.cells, words, strict=True):
            cell.text = one
    (task,) = read_file(saved(document), "a.docx").candidates
    assert task.lead == ("Bộ Y tế",)
    assert task.quote == "Lập mẫu A ¦ mẫu B"


def test_another_document_embedded_in_the_file_is_told() -> None:
    word = with_part(word_of(PAPER), "word/embeddings/oleObject1.bin", b"x" * 100)
    assert "embedded_unread" in read_file(word, "a.docx").warnings
    assert "embedded_unread" not in read_file(word_of(PAPER), "a.docx").warnings
