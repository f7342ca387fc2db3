"""Workbooks: what their cells show, sheet by sheet; no formula is worked out, no link followed."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from isotherm.directives.reading import Reading, read_file
from isotherm.directives.reading.excel import as_shown
from isotherm.refusals import NotAccepted, Secret
from tests.directives.reading.papers import HEAD, part_of, with_part

HEADS = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời hạn", "Sản phẩm")
WORK = (1, "Rà soát các công trình ven sông", "Bộ Xây dựng", "Bộ Quốc phòng", "Quý III/2026", "Báo cáo")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def book(write: Callable[[Any, Any], None], *, head: bool = True) -> bytes:
    held = io.BytesIO()
    made = xlsxwriter.Workbook(held, {"in_memory": True})
    sheet = made.add_worksheet("Phụ lục I")
    if head:
        for number, line in enumerate(HEAD.strip().split("\n")):
            sheet.write(number, 0, line)
        sheet.write_row(9, 0, HEADS)
    write(made, sheet)
    made.close()
    return held.getvalue()


def tasks(reading: Reading) -> list[tuple[object, ...]]:
    return [(one.lead, one.coordinate, one.deadline, one.product) for one in reading.candidates]


def refused(content: bytes) -> str:
    with pytest.raises(NotAccepted) as no:
        read_file(content, "a.xlsx")
    assert str(no.value.remedy)
    return str(no.value)


def test_a_sheet_of_tasks_is_read_with_the_head_above_it() -> None:
    reading = read_file(book(lambda _book, sheet: sheet.write_row(10, 0, WORK)), "x")
    assert (reading.kind, reading.header.symbol) == ("xlsx", "77/CT-TTg")
    assert tasks(reading) == [(("Bộ Xây dựng",), ("Bộ Quốc phòng",), date(2026, 9, 30), "Báo cáo")]


def test_days_are_read_whatever_order_their_format_shows_them_in() -> None:
    def write(made: Any, sheet: Any) -> None:
        for row, form in enumerate(("dd/mm/yyyy", "m/d/yyyy", "yyyy-mm-dd", "d mmm yy", "[$-42A]dd mmmm yyyy;@"), 10):
            sheet.write_row(row, 0, WORK)
            sheet.write_datetime(row, 4, datetime(2026, 7, 3), made.add_format({"num_format": form}))

    assert [one.deadline for one in read_file(book(write), "x").candidates] == [date(2026, 7, 3)] * 5


def test_a_day_of_which_only_the_month_shows_is_that_month() -> None:
    def write(made: Any, sheet: Any) -> None:
        sheet.write_row(10, 0, WORK)
        sheet.write_datetime(10, 4, datetime(2026, 6, 1), made.add_format({"num_format": "mm/yyyy"}))
        sheet.write_row(11, 0, WORK)
        sheet.write_datetime(11, 4, datetime(2026, 6, 1), made.add_format({"num_format": '"Tháng "m/yyyy'}))

    found = read_file(book(write), "x").candidates
    assert [(one.deadline, one.deadline_text) for one in found] == [
        (date(2026, 6, 30), "06/2026"),
        (date(2026, 6, 30), "Tháng 06/2026"),
    ]


@pytest.mark.parametrize(
    ("written", "form", "shown"),
    [
        ("1", "", "1"),
        ("1.1", "General", "1.1"),
        ("1.1", "0.00", "1.10"),
        ("0.5", "0%", "50%"),
        ("7", "00", "07"),
        ("1234567", "#,##0", "1234567"),
        ("46115", "dd/mm/yyyy", "03/04/2026"),
        ("46115.729166666664", "dd/mm/yyyy hh:mm", "03/04/2026 17:30"),
        ("0.5", "hh:mm", "12:00"),
        ("61", "dd/mm/yyyy", "01/03/1900"),
        ("59", "dd/mm/yyyy", "28/02/1900"),
        ("-3", "dd/mm/yyyy", "-3"),
        ("1e300", "dd/mm/yyyy", "1e300"),
        ("3", '"Quý "0', "Quý 3"),
        ("not a number", "0", "not a number"),
    ],
)
def test_numbers_are_written_as_their_format_shows_them(written: str, form: str, shown: str) -> None:
    assert as_shown(written, form) == shown


def test_days_of_workbooks_that_count_from_1904_are_those_days() -> None:
    assert as_shown("44653", "dd/mm/yyyy", from_1904=True) == "03/04/2026"


def test_a_formula_shows_what_was_kept_and_is_never_worked_out() -> None:
    def write(_made: Any, sheet: Any) -> None:
        sheet.write_row(10, 0, WORK)
        sheet.write_formula(10, 2, '="Bộ "&"Y tế"', None, "Bộ Công an")
        sheet.write_formula(10, 5, '=HYPERLINK("http://127.0.0.1:9/x","Báo cáo")', None, "Danh mục")

    reading = read_file(book(write), "x")
    assert tasks(reading) == [(("Bộ Công an",), ("Bộ Quốc phòng",), date(2026, 9, 30), "Danh mục")]
    assert "formulas_unworked" not in reading.warnings


def test_a_formula_without_a_kept_result_is_empty_and_told() -> None:
    made = openpyxl.Workbook()
    for line in (*([one] for one in HEAD.strip().split("\n")), HEADS, (*WORK[:5], '="Báo "&"cáo"')):
        made.active.append(line)
    held = io.BytesIO()
    made.save(held)
    reading = read_file(held.getvalue(), "x")
    assert "formulas_unworked" in reading.warnings
    assert "Báo " not in reading.text


def test_every_sheet_that_is_shown_is_read_with_its_name() -> None:
    def write(made: Any, sheet: Any) -> None:
        sheet.write_row(10, 0, WORK)
        second = made.add_worksheet("Phụ lục II")
        second.write_row(0, 0, HEADS)
        second.write_row(1, 0, (1, "Chuẩn bị thuốc cho vùng lũ", "Bộ Y tế", "", "30/6/2026", "Kho thuốc"))

    reading = read_file(book(write), "x")
    assert [one.lead for one in reading.candidates] == [("Bộ Xây dựng",), ("Bộ Y tế",)]
    assert "\nPhụ lục II\n" in reading.text


def test_a_hidden_sheet_is_not_read_and_this_is_said() -> None:
    def write(made: Any, sheet: Any) -> None:
        sheet.write_row(10, 0, WORK)
        second = made.add_worksheet("Nháp")
        second.write_row(0, 0, (*HEADS, "Chuẩn bị thuốc cho vùng lũ"))
        second.hide()

    reading = read_file(book(write), "x")
    assert "Chuẩn bị thuốc" not in reading.text
    assert "hidden_sheets" in reading.warnings


@pytest.mark.parametrize("where", ["cell", "header", "hidden", "comment", "box"])
def test_a_secret_mark_is_found_wherever_it_stands_in_a_workbook(where: str) -> None:
    def write(made: Any, sheet: Any) -> None:
        sheet.write_row(10, 0, WORK)
        if where == "cell":
            sheet.write(0, 4, "TỐI MẬT")
        elif where == "header":
            sheet.set_header("&C&14TỐI MẬT")
        elif where == "hidden":
            hidden = made.add_worksheet("Bìa")
            hidden.write(0, 0, "TỐI MẬT")
            hidden.hide()
        elif where == "comment":
            sheet.write_comment(10, 1, "TỐI MẬT")
        else:
            sheet.insert_textbox(0, 6, "TỐI MẬT")

    with pytest.raises(Secret):
        read_file(book(write), "x")


def test_merged_cells_cover_rows_and_columns() -> None:
    def write(_made: Any, sheet: Any) -> None:
        sheet.write(10, 0, "I")
        sheet.merge_range(10, 1, 10, 5, "Về quy hoạch")
        for row in (11, 12, 13):
            sheet.write_row(row, 0, (row, f"Lập bản đồ ngập lụt {row}", "", "", "Quý IV/2026", "Bản đồ"))
        sheet.merge_range(11, 2, 13, 2, "Bộ Xây dựng")

    reading = read_file(book(write), "x")
    assert [one.lead for one in reading.candidates] == [("Bộ Xây dựng",)] * 3
    assert "▸ I | Về quy hoạch" in reading.text


def test_the_signature_below_the_table_is_no_row_of_it() -> None:
    def write(_made: Any, sheet: Any) -> None:
        sheet.write_row(10, 0, WORK)
        sheet.write(12, 0, "Nơi nhận: Như trên")
        sheet.write(12, 4, "TM. ỦY BAN NHÂN DÂN")
        sheet.write(15, 4, "Nguyễn Văn Mẫu")

    text = read_file(book(write), "x").text
    assert text.endswith("Nơi nhận: Như trên\nTM. ỦY BAN NHÂN DÂN\nNguyễn Văn Mẫu")


def test_a_sheet_whose_last_row_is_used_costs_what_its_cells_cost() -> None:
    def write(_made: Any, sheet: Any) -> None:
        sheet.write_row(10, 0, WORK)
        sheet.write(1_048_575, 16_383, "hết")

    assert tasks(read_file(book(write), "x"))[0][0] == ("Bộ Xây dựng",)


def test_a_million_empty_rows_are_nothing() -> None:
    content = book(lambda _book, sheet: sheet.write_row(10, 0, WORK))
    sheet = part_of(content, "xl/worksheets/sheet1.xml").decode()
    empty = "".join(f'<row r="{row}" ht="15"/>' for row in range(12, 300_000))
    filled = with_part(
        content, "xl/worksheets/sheet1.xml", sheet.replace("</sheetData>", f"{empty}</sheetData>").encode()
    )
    assert len(tasks(read_file(filled, "x"))) == 1


def test_a_row_of_ten_thousand_cells_is_a_long_line() -> None:
    def write(_made: Any, sheet: Any) -> None:
        sheet.write_row(10, 0, WORK)
        sheet.write_row(12, 0, [f"ô chữ {number}" for number in range(10_000)])

    assert "ô chữ 9999" in read_file(book(write), "x").text


def test_entities_in_a_workbook_are_refused() -> None:
    content = book(lambda _book, sheet: sheet.write_row(10, 0, WORK))
    strings = part_of(content, "xl/sharedStrings.xml").decode()
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(9))
    evil = strings.replace("?>", f"?><!DOCTYPE sst [{laughs}]>", 1).replace("Bộ Xây dựng", "&a8;")
    assert "declarations" in refused(with_part(content, "xl/sharedStrings.xml", evil.encode()))


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_while_it_is_read() -> None:
    content = book(lambda _book, sheet: sheet.write_row(10, 0, WORK))
    for part in ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"):
        whole = part_of(content, part)
        end = whole.rindex(b"</")
        bomb = whole[:end] + b" " * (140 * 1024 * 1024) + whole[end:]
        assert "unpacks" in refused(with_part(content, part, bomb))


def test_a_workbook_of_more_cells_than_any_directive_is_refused() -> None:
    content = book(lambda _book, sheet: sheet.write_row(10, 0, WORK))
    sheet = part_of(content, "xl/worksheets/sheet1.xml").decode()
    cells = "".join(f'<row r="{row}">{"<c><v>1</v></c>" * 500}</row>' for row in range(20, 440))
    many = with_part(
        content, "xl/worksheets/sheet1.xml", sheet.replace("</sheetData>", f"{cells}</sheetData>").encode()
    )
    assert "more cells" in refused(many)


def test_links_out_of_the_workbook_are_not_followed() -> None:
    content = book(lambda _book, sheet: sheet.write_row(10, 0, WORK))
    links = part_of(content, "xl/_rels/workbook.xml.rels").decode()
    out = links.replace('Target="worksheets/sheet1.xml"', 'Target="file:///etc/passwd" TargetMode="External"')
    refused(with_part(content, "xl/_rels/workbook.xml.rels", out.encode()))


def test_macros_of_a_workbook_are_told_and_never_run() -> None:
    content = book(lambda _book, sheet: sheet.write_row(10, 0, WORK))
    assert "macros_ignored" in read_file(with_part(content, "xl/vbaProject.bin", b"x" * 10), "x").warnings


def test_a_workbook_of_figures_is_no_directive() -> None:
    refused(book(lambda _book, sheet: sheet.write_row(0, 0, range(100)), head=False))


def test_a_cut_workbook_is_damaged() -> None:
    content = book(lambda _book, sheet: sheet.write_row(10, 0, WORK))
    assert "Excel" in refused(content[: len(content) // 2])
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        assert "Excel" in refused(with_part(content, part, part_of(content, part)[:200]))
