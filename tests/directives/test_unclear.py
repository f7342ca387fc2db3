"""What a task leaves unclear of the six points, and that the words offered make it clear."""

from __future__ import annotations

import pytest
from django.utils import translation

from isotherm.directives import coverage, unclear
from isotherm.directives.reading import read_text
from isotherm.directives.rules import SIX

HEAD = """THỦ TƯỚNG CHÍNH PHỦ
Số: 93/CT-TTg
Hà Nội, ngày 25 tháng 5 năm 2026
CHỈ THỊ
Về việc quản lý đất đai
Thủ tướng Chính phủ yêu cầu:
"""
ENGLISH = """THE PRIME MINISTER
No. 93/CT-TTg
Hanoi, 25 May 2026
DIRECTIVE
On the management of land
The Prime Minister requests:
"""


def gaps(clause: str, head: str = HEAD) -> dict[str, unclear.Gap]:
    with translation.override("en"):
        works = coverage.of_reading(read_text(f"{head}1. {clause}\n2. Bộ Y tế báo cáo kết quả.\n")).works
    return {gap.point: gap for gap in works[0].gaps}


@pytest.mark.parametrize(
    ("clause", "point", "why"),
    [
        ("Bộ Xây dựng tăng cường quản lý nhà ở xã hội.", "work", "tăng cường"),
        ("Bộ Xây dựng nghiêm túc đẩy mạnh quản lý nhà ở.", "work", "đẩy mạnh"),
        ("Bộ Xây dựng rà soát các công trình.", "time", "No time"),
        ("Bộ Xây dựng khẩn trương rà soát các công trình.", "time", "urgent"),
        ("Bộ Xây dựng rà soát các công trình.", "product", "product"),
        ("Các cơ quan liên quan rà soát các công trình.", "person", "liên quan"),
        ("Bộ Xây dựng rà soát các công trình.", "responsibility", "answers"),
        ("Bộ Xây dựng rà soát các công trình.", "authority", "decides"),
    ],
)
def test_an_unclear_point_is_named_with_its_reason(clause: str, point: str, why: str) -> None:
    assert why in gaps(clause)[point].why


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_point_has_words_to_write_in_each_language(language: str) -> None:
    assert all(unclear.mending(point, language) for point in SIX)


def test_the_words_to_write_are_in_the_language_of_the_document() -> None:
    assert gaps("Bộ Xây dựng rà soát các công trình.")["time"].write.startswith("hoàn thành trước ngày")
    assert gaps("The Ministry of Construction shall review the projects.", ENGLISH)["time"].write.startswith("to be")


@pytest.mark.parametrize(
    ("point", "before", "after"),
    [
        ("work", "Bộ Xây dựng tăng cường quản lý nhà ở xã hội.", "Bộ Xây dựng tổ chức kiểm tra việc quản lý."),
        (
            "time",
            "Bộ Xây dựng rà soát các công trình.",
            "Bộ Xây dựng rà soát các công trình, hoàn thành trước ngày 5 tháng 9 năm 2026.",
        ),
        ("product", "Bộ Xây dựng rà soát các công trình.", "Bộ Xây dựng xây dựng kế hoạch rà soát các công trình."),
        (
            "authority",
            "Bộ Xây dựng rà soát các công trình.",
            "Bộ Xây dựng rà soát các công trình, trình Thủ tướng Chính phủ.",
        ),
        (
            "responsibility",
            "Bộ Xây dựng rà soát các công trình.",
            "Bộ Xây dựng rà soát các công trình. Bộ trưởng Bộ Xây dựng chịu trách nhiệm trước Thủ tướng về kết quả.",
        ),
        (
            "person",
            "Các cơ quan liên quan rà soát các công trình.",
            "Giao Bộ Xây dựng chủ trì, phối hợp với Bộ Tài chính rà soát các công trình.",
        ),
    ],
)
def test_the_words_offered_make_the_point_clear_to_the_reader(point: str, before: str, after: str) -> None:
    assert point in gaps(before)
    assert point not in gaps(after)


def test_a_vague_word_is_no_fault_where_the_product_is_named() -> None:
    assert "work" not in gaps("Bộ Xây dựng tiếp tục xây dựng kế hoạch quản lý đất đai.")


def test_the_least_clear_task_stands_first() -> None:
    text = (
        f"{HEAD}1. Bộ Tài chính xây dựng kế hoạch cấp vốn.\n2. Bộ Xây dựng tăng cường quản lý nhà ở xã hội.\n"
        "3. Các cơ quan liên quan rà soát các công trình.\n"
    )
    assert [work.number for work in coverage.of_reading(read_text(text)).unclear] == [3, 2, 1]
