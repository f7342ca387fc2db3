"""Moments in office hours of working days, and when in the week and the month paper leaves the house."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cached_property

from isotherm.doors.simulator.chance import Chance
from isotherm.workdays.calendar import Calendar

FRIDAY = 5
ON_FRIDAY = 0.30
AT_MONTH_END = 0.15


class Office:
    def __init__(self, days: Calendar, chance: Chance) -> None:
        self.days = days
        self.chance = chance

    @cached_property
    def _hours(self) -> list[tuple[time, float]]:
        """Each stretch of office hours: its begin and its length in seconds."""
        return [
            (begin, (datetime.combine(date.min, end) - datetime.combine(date.min, begin)).total_seconds())
            for begin, end in self.days.office_hours
        ]

    def moment(self, day: date, *what: object) -> datetime:
        """Some moment in the office hours of that working day."""
        left = self.chance.draw("moment", day, *what) * sum(length for _begin, length in self._hours)
        for begin, length in self._hours:
            if left < length:
                return datetime.combine(day, begin, tzinfo=self.days.zone) + timedelta(seconds=round(left, 6))
            left -= length
        raise AssertionError("a share of the office hours lies within them")

    def after(self, moment: datetime, day: date, *what: object) -> datetime:
        """Some moment on that day, or on the next working day if that would not be later than `moment`."""
        day = self.days.next_workday(day)
        found = self.moment(day, *what)
        while found <= moment:
            day = self.days.next_workday(day + timedelta(days=1))
            found = self.moment(day, *what)
        return found

    def habitual(self, day: date, limit: date | None, *what: object) -> date:
        """The day on which a paper that could leave on `day` does leave: many wait for Friday or the end of the month,
        but not past `limit`."""
        draw = self.chance.draw("habit", *what)
        waited = day
        if draw < ON_FRIDAY:
            waited = day + timedelta(days=(FRIDAY - day.isoweekday()) % 7)
        elif draw < ON_FRIDAY + AT_MONTH_END and day.day >= 18:
            waited = _month_end(day) - timedelta(days=int(self.chance.draw("end", *what) * 3))
        if waited <= day or not self.days.is_workday(waited) or (limit is not None and waited > limit):
            return day
        return waited


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
