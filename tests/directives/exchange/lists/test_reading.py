"""A list is read as an office keeps it: heads of one or two rows, merged cells, any date; each fault is named."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from isotherm.directives.exchange import excel, listing
from isotherm.directives.exchange.lists import heads, sheets
from isotherm.directives.exchange.lists.days import when
from isotherm.directives.exchange.lists.rows import Read, rows_of
from isotherm.directives.reading import read_text
from isotherm.refusals import NotAccepted, Secret
from tests.directives.exchange.lists.papers import HEAD, workbook
from tests.directives.test_register import PAPER

ISSUED = date(2026, 5, 25)


def head_of(content: bytes) -> heads.Head:
    found = sheets.sheets_of(content, "x")
    head = heads.head_of(found[heads.best_of(found)])
    assert head is not None
    return head


def read(content: bytes, columns: dict[str, int] | None = None) -> Read:
    found = sheets.sheets_of(content, "x")
    sheet = found[heads.best_of(found)]
    head = heads.head_of(sheet) or heads.without_head(sheet)
    holds = columns if columns is not None else head.columns
    return rows_of(sheet, head, holds, issued=ISSUED, language="vi", within=None)


def cells(*rows: tuple[Any, ...]) -> bytes:
    return workbook([HEAD, *rows])


# --- the head -------------------------------------------------------------------------------------------------


def test_the_head_is_found_below_titles_and_its_columns_are_proposed() -> None:
    head = head_of(workbook([HEAD, (1, "Rà soát hồ chứa")], titles=["DANH MỤC", "(Kèm theo Công văn số 12/VP)"]))
    assert (head.first, head.last) == (2, 2)
    assert head.columns == {
        "number": 0, "task": 1, "lead": 2, "coordinate": 3, "deadline": 4, "product": 5, "clause": 6,
    }  # fmt: skip


def test_a_head_of_two_rows_says_who_leads_and_who_coordinates() -> None:
    content = workbook(
        [
            ("TT", "Nhiệm vụ", "Cơ quan thực hiện", None, "Tiến độ"),
            (None, None, "Chủ trì", "Phối hợp", None),
            ("(1)", "(2)", "(3)", "(4)", "(5)"),
            (1, "Xây dựng Nghị định về đất đai", "Bộ Nội vụ", "Bộ Tư pháp", "T12/2026"),
        ],
        merged=["A1:A2", "B1:B2", "C1:D1", "E1:E2"],
    )
    assert head_of(content).columns == {"number": 0, "task": 1, "lead": 2, "coordinate": 3, "deadline": 4}
    [row] = read(content).rows
    assert (row.lead, row.coordinate, row.day) == (("Bộ Nội vụ",), ("Bộ Tư pháp",), date(2026, 12, 31))


def test_the_sheet_with_the_tasks_is_taken() -> None:
    content = workbook([("Ghi chú",), ("Bản thứ hai",)], sheet="Bìa", more={"DS": [HEAD, (1, "Rà soát các hồ chứa")]})
    assert [row.work for row in read(content).rows] == ["Rà soát các hồ chứa"]


def test_the_same_head_is_known_again_however_it_is_set() -> None:
    one = head_of(workbook([HEAD, (1, "x")]))
    same = head_of(workbook([tuple(word.upper() + "  " for word in HEAD), (1, "x")], titles=["A", "B"]))
    other = head_of(workbook([HEAD[::-1], ("x", 1)]))
    assert one.fingerprint == same.fingerprint != other.fingerprint


def test_the_products_own_workbook_comes_in_again() -> None:
    """What left as Excel is corrected at a desk without this system, and comes back."""
    for language in ("vi", "en"):
        with translation.override(language):
            out = listing.of_reading(read_text(PAPER))
            content = excel.workbook(out)
        columns = head_of(content).columns
        assert {"number", "clause", "deadline_text", "recurrence", "product"} <= set(columns)
        assert [columns[name] for name in ("task", "lead", "coordinate", "deadline")] == [2, 3, 4, 5]


# --- the file -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_a_csv_of_any_program_is_read(sign: str, encoding: str) -> None:
    head = ["Số TT", "Nội dung nhiệm vụ", "Chủ trì", "Thời hạn"]
    lines = [head, ["1", "Rà soát, báo cáo", "Bộ Tài chính", "31/12/2026"]]
    text = "\n".join(sign.join(f'"{cell}"' for cell in line) for line in lines)
    if encoding == "cp1258":  # letters with their marks, tones apart
        text = "".join(_tone_apart(letter) for letter in text)
    [row] = read(text.encode(encoding)).rows
    assert (row.work, row.lead, row.day) == ("Rà soát, báo cáo", ("Bộ Tài chính",), date(2026, 12, 31))


def _tone_apart(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    tone = "".join(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tone)) + tone


def test_a_marked_list_is_refused_in_a_cell_in_a_margin_and_on_a_hidden_sheet() -> None:
    for place in ("cell", "header", "hidden"):
        book = openpyxl.Workbook()
        sheet = book.active
        for row in (HEAD, (1, "Rà soát các hồ chứa")):
            sheet.append(row)
        if place == "cell":
            sheet["H1"] = "TỐI MẬT"
        elif place == "header":
            sheet.oddHeader.center.text = "TUYỆT MẬT"
        else:
            hidden = book.create_sheet("x")
            hidden["A1"] = "MẬT"
            hidden.sheet_state = "hidden"
        held = BytesIO()
        book.save(held)
        with pytest.raises(Secret):
            sheets.sheets_of(held.getvalue(), "x")
    with pytest.raises(Secret):
        sheets.sheets_of("MẬT\nSTT,Nhiệm vụ,Chủ trì\n1,Rà soát,Bộ Công an\n".encode(), "x")


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04broken", b"%PDF-1.7 x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 .xls", b"\x89PNG\r\n\x1a\nx"],
)
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(NotAccepted):
        sheets.sheets_of(content, "x")


def test_a_list_longer_than_any_is_refused() -> None:
    with pytest.raises(NotAccepted):
        sheets.sheets_of("\n".join(["1;Rà soát hồ chứa;Bộ Tài chính"] * (sheets.MOST_ROWS + 1)).encode(), "x")


# --- dates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("31/12/2026", date(2026, 12, 31)),
        ("5/3/27", date(2027, 3, 5)),
        ("30.6.2026", date(2026, 6, 30)),
        ("2026-12-31", date(2026, 12, 31)),
        ("2026-12-31 00:00:00", date(2026, 12, 31)),
        ("46387", date(2026, 12, 31)),
        ("2026", date(2026, 12, 31)),
        ("12/2026", date(2026, 12, 31)),
        ("T2/2028", date(2028, 2, 29)),
        ("Tháng 9/2026", date(2026, 9, 30)),
        ("Quý IV/2026", date(2026, 12, 31)),
        ("Q3/2026", date(2026, 9, 30)),
        ("trước ngày 15/12/2026", date(2026, 12, 15)),
        ("6 tháng cuối năm 2026", date(2026, 12, 31)),
    ],
)
def test_a_date_is_read_in_the_forms_offices_write(cell: str, day: date) -> None:
    assert when(cell, issued=ISSUED, language="vi").day == day


def test_a_date_cell_of_excel_is_a_date() -> None:
    [row] = read(cells((1, "Rà soát các hồ chứa", "Bộ Tài chính", "", datetime(2026, 9, 30)))).rows
    assert (row.day, row.problems) == (date(2026, 9, 30), ())


@pytest.mark.parametrize("cell", ["", "-", "–", "không có", "N/A"])
def test_no_time_is_no_fault(cell: str) -> None:
    found = when(cell, issued=ISSUED, language="vi")
    assert (found.day, found.text, found.why) == (None, "", "")


def test_a_period_and_a_number_of_days_keep_their_words() -> None:
    assert when("Hằng quý", issued=ISSUED, language="vi").recurrence == "quarterly"
    counted = when("15 ngày làm việc kể từ ngày ký", issued=ISSUED, language="vi")
    assert (counted.day, counted.kind, counted.why) == (None, "relative", "")


@pytest.mark.parametrize(
    ("cell", "mend"), [("12/31/2026", "31/12/2026"), ("31/02/2026", "31/12/2026"), ("chưa rõ", "Quý IV")]
)
def test_a_time_that_is_none_is_named_with_what_to_write(cell: str, mend: str) -> None:
    found = when(cell, issued=ISSUED, language="vi")
    assert found.day is None
    assert found.text == cell
    assert str(found.why)
    assert mend in str(found.mend)


# --- rows -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_rows_that_head_others_are_no_tasks() -> None:
    content = workbook(
        [
            HEAD,
            ("I", "Nhiệm vụ về thể chế", None, None, None, None, None),
            (1, "Xây dựng Nghị định về đất đai", "Bộ Nội vụ"),
            ("II", "NHIỆM VỤ KHÁC"),
            HEAD,
            (2, "Tổng hợp, báo cáo kết quả", "Bộ Tài chính"),
        ],
        merged=["B2:G2"],
    )
    found = read(content)
    assert [(row.number, row.work) for row in found.rows] == [
        (3, "Xây dựng Nghị định về đất đai"),
        (6, "Tổng hợp, báo cáo kết quả"),
    ]
    assert [number for number, _words in found.headings] == [2, 4]


@pytest.mark.django_db
def test_what_a_merged_cell_covers_or_says_as_above_holds_for_the_rows_below() -> None:
    content = workbook(
        [
            HEAD,
            (1, "Rà soát các hồ chứa xung yếu", "Bộ Tài chính", "", "31/12/2026"),
            (2, "Kiểm tra phương án sơ tán", None, "", "như trên"),
            (3, "Tổng hợp, báo cáo kết quả", '"', "", ""),
        ],
        merged=["C2:C3"],
    )
    rows = read(content).rows
    assert [row.lead for row in rows] == [("Bộ Tài chính",)] * 3
    assert [row.day for row in rows] == [date(2026, 12, 31), date(2026, 12, 31), None]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cell", "lead"),
    [
        ("Bộ Tài chính; Bộ Công an", ("Bộ Tài chính", "Bộ Công an")),
        ("- Bộ Tài chính\n- Bộ Công an", ("Bộ Tài chính", "Bộ Công an")),
        ("Bộ Tài chính, Bộ Công an", ("Bộ Tài chính", "Bộ Công an")),
        ("Bộ Văn hóa, Thể thao và Du lịch", ("Bộ Văn hóa, Thể thao và Du lịch",)),
    ],
)
def test_a_cell_may_name_several_bodies(cell: str, lead: tuple[str, ...]) -> None:
    [row] = read(cells((1, "Rà soát các hồ chứa", cell))).rows
    assert row.lead == lead
    assert row.problems == ()


@pytest.mark.django_db
def test_each_fault_is_named_by_row_column_what_and_how_to_mend_it() -> None:
    found = read(
        cells(
            (1, "Rà soát các hồ chứa", "Bộ Tài chánh", "", "12/31/2026"),
            (2, "", "Bộ Tài chính", "", ""),
            (3, "Tổng hợp, báo cáo kết quả", "", "", "01/01/2020"),
        )
    )
    told = {(one.row, one.column): one for row in found.rows for one in row.problems}
    assert set(told) == {(2, "C"), (2, "E"), (3, "B"), (4, "C"), (4, "E")}
    assert "Bộ Tài chính" in told[2, "C"].mend
    assert "31/12/2026" in told[2, "E"].mend
    assert told[3, "B"].stops and not told[2, "C"].stops
    assert told[2, "C"].head == "Cơ quan chủ trì"
    assert all(one.what and one.mend for one in told.values())


@pytest.mark.django_db
def test_a_persons_columns_win_over_those_proposed() -> None:
    content = workbook([("A", "B", "C"), ("Bộ Tài chính", "Rà soát các hồ chứa", "31/12/2026")])
    assert heads.head_of(sheets.sheets_of(content, "x")[0]) is None
    [row] = read(content, {"lead": 0, "task": 1, "deadline": 2}).rows
    assert (row.lead, row.work, row.day) == (("Bộ Tài chính",), "Rà soát các hồ chứa", date(2026, 12, 31))
