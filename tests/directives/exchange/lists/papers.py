"""Lists as offices keep them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl

HEAD = (
    *("STT", "Nội dung nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp"),
    *("Thời hạn hoàn thành", "Sản phẩm", "Điều, khoản"),
)
DAMS = "rà soát các hồ chứa xung yếu, báo cáo Thủ tướng Chính phủ"
EVACUATION = "kiểm tra phương án sơ tán dân tại từng xã"


def workbook(
    rows: Sequence[Sequence[Any]],
    *,
    merged: Sequence[str] = (),
    titles: Sequence[str] = (),
    sheet: str = "Nhiệm vụ",
    more: dict[str, Sequence[Sequence[Any]]] | None = None,
) -> bytes:
    """Rows below some titles; `merged` by their ranges, as "C5:C6"."""
    book = openpyxl.Workbook()
    first = book.active
    first.title = sheet
    for title in titles:
        first.append([title])
    for row in rows:
        first.append(list(row))
    for place in merged:
        first.merge_cells(place)
    for name, others in (more or {}).items():
        extra = book.create_sheet(name)
        for row in others:
            extra.append(list(row))
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def usual() -> bytes:
    """For the paper 91/CĐ-TTg: a row of its clause, one of nowhere, one without work, one with two faults."""
    drill = "Chuẩn bị phòng, chống lụt, bão tại các địa phương"
    return workbook(
        [
            HEAD,
            (1, drill, "Bộ Quốc phòng", "", datetime(2026, 9, 30), "Kế hoạch", "Khoản 1"),
            (2, "Bố trí kinh phí mua sắm trang thiết bị y tế", "Bộ Tài chính", "", "Quý IV/2026", "", ""),
            (3, "Tổ chức", "Bộ Tài chính", "", "", "", ""),
            (4, EVACUATION, "Bộ Nội vụ lâm thời", "", "31/02/2026", "", ""),
        ],
        titles=["DANH MỤC NHIỆM VỤ"],
    )
