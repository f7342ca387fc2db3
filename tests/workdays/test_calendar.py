from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotherm import country
from isotherm.workdays.calendar import Calendar, Special


def from_the_country_package() -> Calendar:
    rules = country.rules("calendar")
    return Calendar(
        days={
            date.fromisoformat(row["day"]): Special(
                row["kind"], row["name_vi"], row["name_en"], row["ground"], row["ground_en"], row["confidence"]
            )
            for row in country.table("holidays")
        },
        first=date(rules["first_year"], 1, 1),
        last=date(rules["last_year"], 12, 31),
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        deadline_hour=time.fromisoformat(rules["deadline_hour"]),
    )


CALENDAR = from_the_country_package()
DAYS = st.dates(min_value=date(2023, 6, 1), max_value=date(2029, 1, 1))


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2025-04-24", 5, "2025-05-05"),
        ("2025-01-24", 3, "2025-02-05"),
        ("2026-01-08", 2, "2026-01-10"),
        ("2026-02-13", 10, "2026-03-06"),
        ("2026-04-24", 2, "2026-04-29"),
        ("2026-08-20", 5, "2026-08-26"),
        ("2026-11-20", 3, "2026-11-26"),
        ("2025-08-29", 1, "2025-09-03"),
    ],
)
def test_a_term_ends_where_it_was_worked_out_by_hand(start: str, n: int, due: str) -> None:
    assert CALENDAR.add_workdays(date.fromisoformat(start), n) == date.fromisoformat(due)


@pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 250), (2026, 249)])
def test_a_year_has_its_working_days(year: int, days: int) -> None:
    assert CALENDAR.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == days


def test_a_saturday_worked_in_exchange_is_a_working_day() -> None:
    assert CALENDAR.is_workday(date(2026, 1, 10))
    assert not CALENDAR.is_workday(date(2026, 1, 2))


def test_the_new_holiday_begins_in_2026() -> None:
    assert CALENDAR.is_workday(date(2025, 11, 24))
    assert not CALENDAR.is_workday(date(2026, 11, 24))
    assert not CALENDAR.is_workday(date(2027, 11, 24))


@given(start=DAYS, n=st.integers(min_value=1, max_value=400))
def test_counting_back_gives_what_was_added(start: date, n: int) -> None:
    end = CALENDAR.add_workdays(start, n)
    assert CALENDAR.is_workday(end)
    assert CALENDAR.workdays_between(start, end) == n


@given(start=DAYS, end=DAYS)
def test_the_stored_list_counts_as_the_days_one_by_one(start: date, end: date) -> None:
    first, last = min(start, end), max(start, end)
    counted = sum(CALENDAR.is_workday(first + timedelta(days=step)) for step in range(1, (last - first).days + 1))
    assert CALENDAR.workdays_between(first, last) == counted
    assert CALENDAR.workdays_between(last, first) == -counted


def test_no_days_from_a_day_off_is_the_next_working_day() -> None:
    assert CALENDAR.add_workdays(date(2026, 11, 21), 0) == date(2026, 11, 23)
    assert CALENDAR.add_workdays(date(2026, 11, 20), 0) == date(2026, 11, 20)


def test_a_term_of_calendar_days_moves_off_a_day_off_if_the_country_says_so() -> None:
    stays = replace(CALENDAR, on_day_off="stays")
    assert CALENDAR.calendar_days(date(2026, 11, 14), 7) == date(2026, 11, 23)
    assert stays.calendar_days(date(2026, 11, 14), 7) == date(2026, 11, 21)


def test_a_day_is_due_at_five_in_the_afternoon_where_the_country_is() -> None:
    assert CALENDAR.due_moment(date(2026, 11, 20)) == datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 20, 10, 0, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 9, 59, 59, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2026, 11, 20, 17, 30, tzinfo=UTC), date(2026, 11, 20)),
    ],
)
def test_the_last_due_day_is_the_latest_whose_moment_has_come(moment: datetime, day: date) -> None:
    assert CALENDAR.last_due_day(moment) == day
    assert CALENDAR.due_moment(day) <= moment < CALENDAR.due_moment(day + timedelta(days=1))


def test_a_deadline_explains_each_day_it_leaves_out() -> None:
    told = CALENDAR.explain(date(2026, 2, 13), 10, language="en")
    assert told.due == date(2026, 3, 6)
    left_out = sum(line.days for line in told.lines if not line.counts)
    assert told.calendar_days - left_out == told.working_days == 10
    new_year = next(line for line in told.lines if line.first == date(2026, 2, 16))
    assert (new_year.last, new_year.ground) == (
        date(2026, 2, 20),
        "Lunar New Year Bính Ngọ: Labour Code 2019, Article 112",
    )


def test_a_worked_saturday_is_explained_too() -> None:
    told = CALENDAR.explain(date(2026, 1, 8), 2, language="en")
    assert [(line.first, line.counts) for line in told.lines] == [(date(2026, 1, 10), True)]
    assert "12729/VPCP-KGVX" in told.lines[0].ground


def test_a_given_date_is_explained_by_counting_back_to_its_start() -> None:
    told = CALENDAR.explain(date(2026, 11, 20), due=date(2026, 11, 26), language="vi")
    assert told.working_days == 3
    assert "Ngày Văn hóa Việt Nam 24/11: Nghị quyết 28/2026/QH16" in [line.ground for line in told.lines]


@given(start=DAYS, n=st.integers(min_value=1, max_value=120))
def test_every_explanation_adds_up(start: date, n: int) -> None:
    told = CALENDAR.explain(start, n, language="en")
    assert told.calendar_days == told.working_days + sum(line.days for line in told.lines if not line.counts)


def test_days_not_yet_announced_are_said_to_be_unsure() -> None:
    assert CALENDAR.explain(date(2027, 2, 1), 5, language="en").notes
    assert not CALENDAR.explain(date(2026, 11, 20), 3, language="en").notes


def test_beyond_the_calendar_the_explanation_says_that_only_weekends_are_known() -> None:
    told = CALENDAR.explain(date(2027, 12, 29), 5, language="en")
    assert told.due == date(2028, 1, 5)
    assert any("01/01/2024 to 31/12/2027" in note for note in told.notes)


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_lunar_holidays_agree_with_the_moon(year: int) -> None:
    """Tết holds the new moon of the first month, Hùng Kings is the tenth day of the third (in Ha Noi)."""
    new_year, third_month = _lunar(year)
    this_year = {day: special.name_en for day, special in CALENDAR.days.items() if day.year == year}
    tet = [day for day, name in this_year.items() if name.startswith("Lunar New Year")]
    kings = [day for day, name in this_year.items() if name.startswith("Hùng Kings")]
    assert new_year in tet
    assert kings == [third_month + timedelta(days=9)]


def test_every_year_has_the_days_that_the_law_counts() -> None:
    """Eleven paid holidays, twelve since the Culture Day of 2026 (Labour Code, Article 112)."""
    counted = {
        year: sum(1 for day, special in CALENDAR.days.items() if day.year == year and special.kind == "holiday")
        for year in (2024, 2025, 2026, 2027)
    }
    assert counted == {2024: 11, 2025: 11, 2026: 12, 2027: 12}


def _lunar(year: int) -> tuple[date, date]:
    """First days of the first and third lunar month, from mean new moons with their main corrections."""
    moons = []
    k = round((year - 1900) * 12.3685) - 1
    while len(moons) < 8:
        moons.append(_new_moon(k))
        k += 1
    # The first month is the one whose new moon falls between 21 January and 20 February; none of these years has a
    # leap month before the third.
    first = next(at for at, day in enumerate(moons) if date(year, 1, 21) <= day <= date(year, 2, 20))
    return moons[first], moons[first + 2]


def _new_moon(k: int) -> date:
    t = k / 1236.85
    rad = math.pi / 180
    julian = 2415020.75933 + 29.53058868 * k + 0.0001178 * t**2
    sun = (359.2242 + 29.10535608 * k) * rad
    moon = (306.0253 + 385.81691806 * k + 0.0107306 * t**2) * rad
    node = (21.2964 + 390.67050646 * k) * rad
    julian += 0.1734 * math.sin(sun) + 0.0021 * math.sin(2 * sun) - 0.4068 * math.sin(moon)
    julian += 0.0161 * math.sin(2 * moon) + 0.0104 * math.sin(2 * node)
    julian -= 0.0051 * math.sin(sun + moon) + 0.0074 * math.sin(sun - moon)
    return date.fromordinal(int(julian + 0.5 + 7 / 24) - 1721425)
