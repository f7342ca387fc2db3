"""A term counted from signing becomes a day; one counted from what nobody knows yet does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from isotherm.directives.acts.proposing import due_of
from isotherm.directives.reading import read_text
from isotherm.workdays.queries import current

TEXT = """THỦ TƯỚNG CHÍNH PHỦ
Số: 9/CT-TTg
Hà Nội, ngày 24 tháng 4 năm 2026
CHỈ THỊ
Về việc thử nghiệm
1. Bộ Tài chính báo cáo kết quả rà soát gửi Văn phòng Chính phủ trước ngày 30 tháng 6 năm 2026.
"""


@pytest.fixture
def candidate():
    return read_text(TEXT).candidates[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("trong thời hạn 2 ngày làm việc kể từ ngày ký", date(2026, 4, 29)),  # Hùng Kings' substitute day is skipped
        ("trong thời hạn 15 ngày kể từ ngày ký Thông báo này", date(2026, 5, 11)),  # 9 May is a Saturday
        ("trong thời hạn 10 ngày kể từ ngày nhận được văn bản", None),
    ],
)
def test_a_term_from_signing_becomes_a_day(candidate, words, due):
    term = replace(candidate, deadline=None, deadline_kind="relative", deadline_text=words)
    assert due_of(term, signed_on=date(2026, 4, 24), days=current()) == due
