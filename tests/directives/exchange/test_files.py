"""A document's tasks as Word and Excel: everything that was read stands in them, and nothing in them is a formula."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from django.utils import translation
from docx import Document as open_word

from isotherm.directives.exchange import excel, listing, word
from isotherm.directives.reading import read_text
from tests.directives.test_register import PAPER


def paper() -> listing.Listing:
    return listing.of_reading(read_text(PAPER))


def with_work(*works: str) -> listing.Listing:
    whole = paper()
    line = whole.lines[0]
    return replace(whole, lines=tuple(replace(line, work=work, lead=(work,)) for work in works))


def sheet_of(whole: listing.Listing) -> Any:
    return openpyxl.load_workbook(BytesIO(excel.workbook(whole))).active


def rows_of(whole: listing.Listing) -> list[dict[str, Any]]:
    """The rows below the head, by the words of their columns."""
    cells = list(sheet_of(whole).iter_rows(values_only=True))
    at = next(n for n, row in enumerate(cells) if row[0] in ("No.", "STT"))
    return [dict(zip(cells[at], row, strict=True)) for row in cells[at + 1 :] if row[0] is not None]


def words_of(content: bytes) -> str:
    paper = open_word(BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in paper.paragraphs] + cells)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_workbook_holds_each_task_with_its_fields_and_the_heading_above(language: str) -> None:
    whole = paper()
    with translation.override(language):
        shown = list(sheet_of(whole).iter_rows(values_only=True, max_row=9))
        first, second = rows_of(whole)
    flat = [str(value) for row in shown for value in row if value]
    assert {"91/CĐ-TTg", "25/05/2026", "Trần Văn A, Phó Thủ tướng"} <= set(flat)
    values = list(first.values())
    assert values[1:5] == ["Khoản 1", whole.lines[0].work, "Bộ Nông nghiệp và Môi trường", "Bộ Xây dựng"]
    assert values[5] == datetime(2026, 6, 30)
    assert values[6] == whole.lines[0].deadline_text
    assert values[9:15] == ["✓" if clear else "–" for clear in whole.lines[0].clear.values()]
    assert values[15] == pytest.approx(whole.lines[0].confidence)
    assert list(second.values())[5] == datetime(2026, 7, 15)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_word_file_says_the_same(language: str) -> None:
    whole = paper()
    with translation.override(language):
        said = words_of(word.document(whole))
        title = whole.title
    assert title in said
    for line in whole.lines:
        assert line.work in said
        assert "; ".join(line.lead) in said
        assert f"{line.due_on:%d/%m/%Y}" in said
        assert line.deadline_text in said


def test_what_the_text_does_not_say_is_said_to_be_missing() -> None:
    with translation.override("en"):
        whole = listing.of_reading(read_text(PAPER.replace("Số: 91/CĐ-TTg\n", "")))
        said = words_of(word.document(whole))
        assert "No number and symbol was found." in said
        assert ("Number and symbol", "not in the text") in whole.facts()


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t=", "|", "%"])
def test_a_cell_that_begins_like_a_formula_is_text_and_stays_text_when_it_is_edited(first: str) -> None:
    whole = with_work(f'{first}HYPERLINK("http://x.invalid/","báo cáo")')
    sheet = sheet_of(whole)
    written = [cell for row in sheet.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert len(written) == 2
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in written)
    with ZipFile(BytesIO(excel.workbook(whole))) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_an_ordinary_cell_carries_no_apostrophe() -> None:
    ordinary = [cell for row in sheet_of(paper()).iter_rows() for cell in row if cell.value == "Bộ Xây dựng"]
    assert [cell.quotePrefix for cell in ordinary] == [False]


def test_letters_that_no_xml_may_hold_are_left_out_of_both() -> None:
    whole = with_work("Báo cáo\x0b kết\x00 quả\ufffe")
    assert "Báo cáo kết quả" in words_of(word.document(whole))
    assert "Báo cáo kết quả" in [value for row in rows_of(whole) for value in row.values()]


def test_a_task_longer_than_a_cell_is_cut_and_not_refused() -> None:
    [row] = rows_of(with_work("Rà soát " * 10_000))
    assert max(len(str(value)) for value in row.values()) == excel.MOST_LETTERS


def test_both_are_printed_across_a4_with_the_head_on_each_page() -> None:
    sheet = sheet_of(with_work(*["Rà soát"] * 200))
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows
    written = open_word(BytesIO(word.document(paper())))
    section = written.sections[0]
    assert section.page_width > section.page_height
    assert "tblHeader" in written.tables[-1].rows[0]._tr.xml


def test_a_document_without_tasks_still_has_its_file() -> None:
    whole = replace(paper(), lines=())
    assert rows_of(whole) == []
    assert whole.title in words_of(word.document(whole))


def test_the_deadlines_words_stand_where_there_is_no_date() -> None:
    whole = paper()
    line = replace(whole.lines[0], due_on=None, deadline_text="quý IV hằng năm", recurrence="yearly")
    said = words_of(word.document(replace(whole, lines=(line,))))
    assert "quý IV hằng năm" in said
    assert "Hằng năm" in said
    assert date(2026, 6, 30).strftime("%d/%m/%Y") not in said
