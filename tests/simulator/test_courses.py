"""The course of a unit: in office hours of working days, in order, and the same whatever else is played."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from isotherm.doors.simulator.chance import Chance
from isotherm.doors.simulator.course import Act, Courses, Event, Fate, Row
from isotherm.doors.simulator.office import Office
from isotherm.doors.simulator.planting import NO_SENDING_ON, NO_TAKING_UP, Planting
from isotherm.workdays.calendar import Calendar

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SENT = datetime(2026, 6, 1, 9, tzinfo=ZONE)
UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = Calendar(
    days={}, first=date(2026, 1, 1), last=date(2027, 12, 31), zone=ZONE, office_hours=((time(7, 30), time(11, 30)),)
)


def rows(unit: str = "P-01", *, below: int = 0, number: int = 1, level: str = "province") -> list[Row]:
    return [
        Row(
            id=number,
            document="1-CT",
            number=number,
            regular=False,
            unit_id=11,
            unit=unit,
            province="",
            level=level,
            upper_level="government",
            giver_id=1,
            confirmer_id=1,
            below=below,
            sent_at=SENT,
            take_up_due=date(2026, 6, 3),
            plan_due=date(2026, 6, 15),
            send_on_due=date(2026, 6, 8) if below else None,
            report_due=date(2026, 6, 29),
            due_on=date(2026, 7, 31),
            parent_due=None,
        )
    ]


def course(of: list[Row], *, seed: int = 1, **planted: object) -> list[Event]:
    chance = Chance(seed)
    fates = planted.pop("fates", {})
    planting = Planting(seed, **planted)  # type: ignore[arg-type]
    made = Courses(Office(DAYS, chance), chance, planting, UNTIL, fates)  # type: ignore[arg-type]
    return sorted(made.of(of), key=lambda event: event.at)


@pytest.mark.parametrize("seed", range(40))
def test_everything_happens_in_office_hours_of_working_days(seed: int) -> None:
    for event in course(rows(below=3), seed=seed):
        assert DAYS.in_office_hours(event.at) or event.act is Act.EXCUSE


@pytest.mark.parametrize("seed", range(40))
def test_what_is_done_follows_what_must_come_first(seed: int) -> None:
    acts = [event.act for event in course(rows(below=3), seed=seed) if event.act is not Act.REDO]
    if not acts:
        return
    assert acts[0] in (Act.TAKE_UP, Act.ASK)
    if Act.REPORT_DONE in acts:
        done = acts.index(Act.REPORT_DONE)
        assert Act.PLAN not in acts[done:]
        assert Act.SEND_ON not in acts[done:]


def test_a_province_that_does_not_take_up_does_nothing() -> None:
    assert course(rows(below=3), cold_provinces={"P-01": NO_TAKING_UP}) == []


def test_a_province_that_does_not_send_on_reports_all_the_same() -> None:
    acts = {event.act for event in course(rows(below=3), cold_provinces={"P-01": NO_SENDING_ON}, seed=5)}
    assert Act.SEND_ON not in acts
    assert {Act.TAKE_UP, Act.REPORT} <= acts


@pytest.mark.parametrize("seed", range(20))
def test_what_the_story_needs_completed_is_confirmed_by_its_end(seed: int) -> None:
    events = course(rows(), seed=seed, fates={("1-CT", 1): Fate.DONE})
    confirmed = [event for event in events if event.act is Act.CONFIRM]
    assert len(confirmed) == 1
    assert confirmed[0].at < UNTIL


def test_a_day_is_the_same_whatever_else_is_drawn() -> None:
    alone = course(rows())
    course(rows("P-02"))
    assert course(rows()) == alone or [e.at for e in course(rows())] == [e.at for e in alone]


def test_another_seed_is_another_country() -> None:
    moments = {tuple(event.at for event in course(rows(), seed=seed)) for seed in range(5)}
    assert len(moments) == 5


def test_friday_and_the_end_of_the_month_are_busy_but_nobody_is_late_for_them() -> None:
    office = Office(DAYS, Chance(3))
    limit = date(2026, 6, 12)
    days = [office.habitual(date(2026, 6, 9), limit, n) for n in range(300)]
    assert max(days) <= limit
    assert sum(day.isoweekday() == 5 for day in days) > 50
    assert all(day >= date(2026, 6, 9) and day - date(2026, 6, 9) <= timedelta(days=3) for day in days)
