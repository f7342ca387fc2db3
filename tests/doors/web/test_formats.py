"""Numbers, shares and days, as a Vietnamese and an English reader write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from isotherm.doors.web import formats

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


@pytest.fixture
def vi():
    with translation.override("vi"):
        yield


@pytest.fixture
def en():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (1234.5, 1, "1.234,5"),
        (6642, 0, "6.642"),
        (0, 0, "0"),
        (-3.25, 1, "−3,3"),
        (1e6, 0, "1.000.000"),
        (None, 0, "–"),
    ],
)
def test_numbers_in_vietnamese(vi, value, decimals, written):
    assert formats.number(value, decimals) == written


@pytest.mark.parametrize(("value", "decimals", "written"), [(1234.5, 1, "1,234.5"), (6642, 0, "6,642")])
def test_numbers_in_english(en, value, decimals, written):
    assert formats.number(value, decimals) == written


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [(57, 100, "57%"), (0, 10, "0%"), (10, 10, "100%"), (9996, 10000, "99,9%"), (1, 10000, "0,1%"), (3, 0, "–")],
)
def test_a_share_is_never_rounded_up_to_all_or_down_to_nothing(vi, part, whole, written):
    assert formats.percent(part, whole) == written


def test_a_share_may_come_as_a_fraction(vi):
    assert formats.percent(0.584) == "58%"


def test_days_and_moments_are_written_day_first(vi):
    moment = datetime(2026, 11, 21, 0, 5, tzinfo=UTC)
    assert formats.day(date(2026, 9, 2)) == "02/09/2026"
    assert formats.moment(moment) == "07:05, 21/11/2026"
    assert formats.short_day(date(2026, 9, 2)) == "2/9"
    assert formats.day(None) == "–"


@pytest.mark.parametrize(
    ("days", "words", "kind"),
    [
        (-5, "quá hạn 5 ngày", "overdue"),
        (0, "đến hạn hôm nay", "soon"),
        (1, "đến hạn ngày mai", "soon"),
        (3, "còn 3 ngày", "soon"),
        (12, "còn 12 ngày", "open"),
    ],
)
def test_a_due_day_says_how_far_it_lies(vi, days, words, kind):
    due = date(2026, 11, 21) + timedelta(days=days)
    assert formats.due_words(due, NOW) == words
    assert formats.urgency(due, NOW) == kind


def test_an_hour_past_due_is_overdue_on_the_same_day(vi):
    due = NOW - timedelta(hours=1)
    assert formats.due_words(due, NOW) == "quá hạn từ hôm nay"
    assert formats.urgency(due, NOW) == "overdue"


def test_a_task_without_a_date_says_so(vi):
    assert formats.due_words(None, NOW) == "không quy định thời hạn"
    assert formats.urgency(None, NOW) == "undated"


def test_english_counts_one_day(en):
    assert formats.days(1) == "1 day"
    assert formats.days(2) == "2 days"
    assert formats.due_words(date(2026, 11, 20), NOW) == "1 day overdue"


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (10, "vừa xong"),
        (300, "5 phút trước"),
        (7200, "2 giờ trước"),
        (3 * 86400, "3 ngày trước"),
        (90 * 86400, "23/08/2026"),
    ],
)
def test_time_passed_is_said_in_the_largest_unit_that_fits(vi, back, words):
    assert formats.ago(NOW - timedelta(seconds=back), NOW) == words


def test_a_file_has_a_size_in_words(vi):
    assert formats.size(1) == "1 KB"
    assert formats.size(5_767_168) == "5,5 MB"
