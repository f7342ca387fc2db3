"""Tasks in tables: the same rows give the same tasks from every kind of file, however the table is drawn."""

from __future__ import annotations

from datetime import date

import pytest

from isotherm.directives.reading import CandidateTask, Reading, grid, read_file, read_text
from tests.directives.reading import programme
from tests.directives.reading.papers import HEAD

PLACES = (
    "TT | Nhiệm vụ | Cơ quan chủ trì | Cơ quan phối hợp | Thời hạn | Sản phẩm",
    "1 | Rà soát các công trình ven sông | Bộ Xây dựng | Bộ Quốc phòng | Quý III/2026 | Báo cáo",
)


def told(task: CandidateTask) -> tuple[object, ...]:
    return (task.lead, task.coordinate, task.deadline, task.product, task.action.strip(" ."))


def rows(*lines: str, language: str = "vi") -> Reading:
    head = HEAD if language == "vi" else "PRIME MINISTER\nNo: 77/CT-TTg\nHanoi, 12 May 2026\nDIRECTIVE\nOn storms\n"
    return read_text(head + "\n".join(lines))


@pytest.mark.parametrize("kind", ["as_word", "as_excel", "as_page"])
def test_242_measures_in_a_table_give_the_tasks_of_the_text(kind: str) -> None:
    _text, measures = programme.twin()
    reading = read_file(getattr(programme, kind)(), "phụ lục")
    assert [told(one) for one in reading.candidates] == [told(one) for one in measures]
    assert reading.header.symbol == "01/NQ-CP"
    for task in reading.candidates:
        assert reading.text[task.start : task.end] == task.quote


def test_242_measures_in_a_table_over_many_pages_of_a_pdf_give_the_tasks_of_the_text() -> None:
    _text, measures = programme.twin()
    reading = read_file(programme.as_pdf(), "phụ lục.pdf")
    assert reading.pages is not None
    assert reading.pages > 20
    assert [told(one) for one in reading.candidates] == [told(one) for one in measures]
    assert not [one for one in reading.candidates if "lead_from_above" in one.doubts]


@pytest.mark.slow
@pytest.mark.parametrize("size", [9, 11, 14])
@pytest.mark.parametrize("landscape", [True, False])
@pytest.mark.parametrize("ruled", [True, False])
def test_a_pdf_table_is_read_however_its_rows_break(size: int, landscape: bool, ruled: bool) -> None:
    _text, measures = programme.twin()
    made = programme.as_pdf(ruled=ruled, landscape=landscape, size=size)
    found = read_file(made, "phụ lục.pdf").candidates
    assert len(found) == len(measures)
    wrong = [one for one, other in zip(found, measures, strict=True) if told(one) != told(other)]
    # Without lines nothing says that the last line of a merged cell is not the first of the next row.
    assert len(wrong) <= (0 if ruled else 2)


def test_an_unruled_table_of_a_pdf_is_read_by_its_head() -> None:
    some = tuple(row for row in programme.rows()[:40])
    ruled = read_file(programme.as_pdf(some), "a.pdf").candidates
    unruled = read_file(programme.as_pdf(some, ruled=False), "a.pdf").candidates
    assert len(ruled) == sum(not row.group for row in some)
    assert [told(one) for one in unruled] == [told(one) for one in ruled]


def test_a_repeated_head_of_a_table_stands_once() -> None:
    text = read_file(programme.as_pdf(), "a.pdf").text
    assert text.count("Cơ quan phối hợp | Thời hạn") == 1


def test_columns_may_stand_in_any_order() -> None:
    found = rows(
        "STT | Thời gian hoàn thành | Đơn vị chủ trì | Nội dung công việc | Sản phẩm | Phối hợp",
        "1 | 30/9/2026 | Bộ Y tế | Lập danh sách trạm y tế xã | Danh sách | Bộ Nội vụ",
    ).candidates
    assert [told(one) for one in found] == [
        (("Bộ Y tế",), ("Bộ Nội vụ",), date(2026, 9, 30), "Danh sách", "Lập danh sách trạm y tế xã")
    ]


def test_heads_in_english_are_known_too() -> None:
    found = rows(
        "No. | Task | Lead agency | Coordinating agencies | Deadline | Output",
        "1 | Review the river works now | Ministry of Construction | Ministry of Finance | 30 June 2026 | Report",
        "2 | Map the areas at risk of flooding | Ministry of Finance | | June 2026 | Map",
        language="en",
    ).candidates
    assert [told(one) for one in found] == [
        (
            ("Ministry of Construction",),
            ("Ministry of Finance",),
            date(2026, 6, 30),
            "Report",
            "Review the river works now",
        ),
        (("Ministry of Finance",), (), date(2026, 6, 30), "Map", "Map the areas at risk of flooding"),
    ]


def test_a_head_in_two_rows_parts_its_columns() -> None:
    found = rows(
        "TT | Nhiệm vụ | Cơ quan thực hiện | ← | Thời hạn",
        "↑ | ↑ | Chủ trì | Phối hợp | ↑",
        "1 | Rà soát các công trình ven sông | Bộ Xây dựng | Bộ Quốc phòng | Quý III/2026",
    ).candidates
    assert [(one.lead, one.coordinate) for one in found] == [(("Bộ Xây dựng",), ("Bộ Quốc phòng",))]


def test_a_row_of_column_numbers_is_no_task() -> None:
    assert len(rows(PLACES[0], "(1) | (2) | (3) | (4) | (5) | (6)", PLACES[1]).candidates) == 1


def test_a_row_over_others_names_their_lead_until_the_next_of_its_order() -> None:
    found = rows(
        "TT | Nhiệm vụ | Thời hạn | Sản phẩm",
        "▸ A | BỘ XÂY DỰNG",
        "▸ I | Về quy hoạch",
        "1 | Rà soát các công trình ven sông | Quý III/2026 | Báo cáo",
        "▸ II | Về nhà ở",
        "2 | Lập danh mục nhà ở cần sửa | Quý IV/2026 | Danh mục",
        "▸ B | Bộ Y tế",
        "3 | Chuẩn bị thuốc cho vùng lũ | 30/6/2026 | Kho thuốc",
    ).candidates
    assert [one.lead for one in found] == [("Bộ Xây dựng",), ("Bộ Xây dựng",), ("Bộ Y tế",)]


def test_words_about_a_body_in_a_row_over_others_are_no_lead() -> None:
    found = rows(PLACES[0], "▸ I | Nâng cao năng lực giám sát của Bộ Y tế", "1 | Rà soát các công trình | | | |")
    assert not found.candidates
    assert [one.role for one in found.passages if one.kind == "table_row"][-1] == "unassigned"


def test_a_cell_that_the_cell_above_covers_says_the_same() -> None:
    found = rows(
        *PLACES,
        "2 | Lập bản đồ ngập lụt các lưu vực | ↑ | ↑ | ↑ | Bản đồ",
        "3 | Cắm mốc hành lang bảo vệ bờ | nt | như trên | // | Mốc",
    ).candidates
    assert [(one.lead, one.coordinate, one.deadline) for one in found] == [
        (("Bộ Xây dựng",), ("Bộ Quốc phòng",), date(2026, 9, 30))
    ] * 3


def test_one_work_given_to_several_in_rows_of_their_own_is_a_task_each() -> None:
    reading = rows(*PLACES, "↑ | ↑ | Bộ Công an | | Quý IV/2026 | Kế hoạch")
    first, second = reading.candidates
    assert (second.lead, second.product, second.action) == (("Bộ Công an",), "Kế hoạch", first.action)
    assert "Bộ Công an" in reading.text[second.start : second.end]


def test_an_empty_cell_of_the_lead_takes_the_one_above_and_says_so() -> None:
    _first, second = rows(*PLACES, "2 | Lập bản đồ ngập lụt các lưu vực | | | Quý IV/2026 | Bản đồ").candidates
    assert second.lead == ("Bộ Xây dựng",)
    assert "lead_from_above" in second.doubts


def test_one_cell_may_name_lead_and_coordinators() -> None:
    found = rows(
        "TT | Nhiệm vụ | Cơ quan thực hiện | Thời hạn",
        "1 | Rà soát các công trình ven sông | Bộ Xây dựng chủ trì, phối hợp với Bộ Quốc phòng, Bộ Công an | Quý III",
        "2 | Lập bản đồ ngập lụt các lưu vực | Bộ Tài chính (chủ trì); Bộ Y tế (phối hợp) | Quý III/2026",
    ).candidates
    assert [(one.lead, one.coordinate) for one in found] == [
        (("Bộ Xây dựng",), ("Bộ Quốc phòng", "Bộ Công an")),
        (("Bộ Tài chính",), ("Bộ Y tế",)),
    ]


def test_a_body_that_no_register_of_names_knows_stays_as_the_paper_writes_it() -> None:
    (found,) = rows(PLACES[0], "1 | Rà soát các công trình ven sông | Ê-kíp 35 | | Quý III/2026 |").candidates
    assert found.lead == ("Ê-kíp 35",)
    assert "lead_unsure" in found.doubts


@pytest.mark.parametrize(
    ("cell", "day"),
    [("06/2026", date(2026, 6, 30)), ("2026", date(2026, 12, 31)), ("30.6.2026", date(2026, 6, 30))],
)
def test_a_cell_that_holds_only_a_time_needs_no_words_around_it(cell: str, day: date) -> None:
    (found,) = rows(PLACES[0], f"1 | Rà soát các công trình ven sông | Bộ Xây dựng | | {cell} |").candidates
    assert (found.deadline, found.deadline_text) == (day, cell)


def test_a_table_typed_with_strokes_at_both_ends_is_read() -> None:
    found = rows(*(f"| {line} |" for line in (PLACES[0], "---|---|---|---|---|---", PLACES[1]))).candidates
    assert [(one.lead, one.deadline) for one in found] == [(("Bộ Xây dựng",), date(2026, 9, 30))]


def test_a_table_below_the_signature_is_work() -> None:
    signed = HEAD + "1. Bộ Y tế lập kế hoạch.\nNơi nhận:\n- Lưu: VT.\nTHỦ TƯỚNG\nNguyễn Văn Mẫu\nBảng phân công\n"
    found = read_text(signed + "\n".join(PLACES)).candidates
    assert [one.lead for one in found] == [("Bộ Y tế",), ("Bộ Xây dựng",)]


def test_rows_are_cited_with_the_row_over_them() -> None:
    reading = rows(PLACES[0], "▸ I | Về quy hoạch", PLACES[1].replace("1 |", "1 |"))
    (task,) = reading.candidates
    assert task.clause == "Nhóm 1 dòng 1"
    assert task.path.endswith("over=1;row=1")


def test_a_row_that_heads_others_is_no_task_where_its_number_was_not_recognised() -> None:
    table = [
        ["TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn"],
        ["1", "Ban hành quy chế phối hợp quản lý dữ liệu", "Bộ Công an", "Quý II/2026"],
        ["", "NHÓM NHIỆM VỤ VỀ NGUỒN NHÂN LỰC", "", ""],
        ["2", "Mở mã ngành đào tạo kỹ sư giao thông", "Bộ Xây dựng", "Quý III/2026"],
    ]
    assert [one.lead for one in rows(*grid.lines_of(table)).candidates] == [("Bộ Công an",), ("Bộ Xây dựng",)]
