"""The working-day calendar: the only place that adds days. Plain values; no database and no clock.

Day 1 of a term is the first working day after the event that starts it; the term ends with the office hours of its last
working day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.functional import Promise

from isotherm.words import _, lazy, ngettext

OFF = frozenset({"holiday", "substitute_off", "swap_off", "local_off"})
WORKING = frozenset({"swap_work"})
MOVES = "next_working_day"

WEEKDAYS: tuple[Promise, ...] = (
    lazy("Monday"),
    lazy("Tuesday"),
    lazy("Wednesday"),
    lazy("Thursday"),
    lazy("Friday"),
    lazy("Saturday"),
    lazy("Sunday"),
)

_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Special:
    """A day that the week alone does not tell."""

    kind: str
    name_vi: str
    name_en: str
    ground: str
    ground_en: str
    confidence: str = ""

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_vi

    def why(self, language: str) -> str:
        ground = self.ground_en if language == "en" else self.ground
        return f"{self.name(language)}: {ground}" if ground else self.name(language)


@dataclass(frozen=True, slots=True)
class Line:
    """One day of an explanation that is not as the week would have it. `counts`: a working day all the same."""

    first: date
    last: date
    counts: bool
    ground: str

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a deadline is where it is: the sentence of the rule, each skipped day with its ground, the result."""

    start: date
    due: date
    working_days: int
    calendar_days: int
    rule: str
    lines: tuple[Line, ...]
    result: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """Special days over a week. Beyond `last` (and before `first`) only the week is known, and explanations say so."""

    days: Mapping[date, Special]
    first: date
    last: date
    zone: ZoneInfo
    weekly_off: frozenset[int] = frozenset({6, 7})
    deadline_hour: time = time(17)
    on_day_off: str = MOVES
    office_hours: tuple[tuple[time, time], ...] = ()
    version: int = field(default=0, compare=False)

    def is_workday(self, day: date) -> bool:
        special = self.days.get(day)
        if special is not None:
            return special.kind in WORKING or (special.kind not in OFF and self._in_week(day))
        return self._in_week(day)

    def next_workday(self, day: date) -> date:
        """The day itself, if it is one."""
        while not self.is_workday(day):
            day += _ONE
        return day

    def add_workdays(self, start: date, n: int) -> date:
        """The end of a term of `n` working days after `start`; of none, the start itself or the next working day."""
        if n < 0:
            raise ValueError("a term has no negative length")
        if n == 0:
            return self.next_workday(start)
        if self.first <= start <= self.last:
            at = bisect_right(self._workdays, start) + n - 1
            if at < len(self._workdays):
                return self._workdays[at]
        day = start
        while n:
            day = self.next_workday(day + _ONE)
            n -= 1
        return day

    def workdays_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and with `b`, so that `workdays_between(a, add_workdays(a, n)) == n`; negative
        if `b` comes before `a`.
        """
        if b < a:
            return -self.workdays_between(b, a)
        if self.first <= a and b <= self.last:
            return bisect_right(self._workdays, b) - bisect_right(self._workdays, a)
        return sum(self.is_workday(a + timedelta(days=step)) for step in range(1, (b - a).days + 1))

    def calendar_days(self, start: date, n: int) -> date:
        """The end of a term of `n` calendar days, moved off a day off if the country says so."""
        end = start + timedelta(days=n)
        return self.next_workday(end) if self.on_day_off == MOVES else end

    def due_moment(self, day: date) -> datetime:
        """The end of the office hours of that day, with the zone."""
        return datetime.combine(day, self.deadline_hour, tzinfo=self.zone)

    def last_due_day(self, moment: datetime) -> date:
        """The latest day whose due moment is not after `moment`: what was due on it or before is due."""
        local = moment.astimezone(self.zone)
        return local.date() if local.time() >= self.deadline_hour else local.date() - _ONE

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def in_office_hours(self, moment: datetime) -> bool:
        """Whether the moment lies in office hours of a working day."""
        local = moment.astimezone(self.zone)
        return self.is_workday(local.date()) and any(begin <= local.time() < end for begin, end in self.office_hours)

    def explain(self, start: date, n: int | None = None, due: date | None = None, language: str = "vi") -> Explanation:
        """Of a term of `n` working days, or of a given due day counted back to its start."""
        if (n is None) == (due is None):
            raise ValueError("explain a number of working days or a due day, one of the two")
        end = self.add_workdays(start, n) if n is not None else due
        assert end is not None
        working = self.workdays_between(start, end)
        with translation.override(language):
            return Explanation(
                start=start,
                due=end,
                working_days=working,
                calendar_days=(end - start).days,
                rule=self._rule(start, n),
                lines=tuple(self._lines(start, end, language)),
                result=self._result(end, working),
                notes=tuple(self._notes(start, end)),
            )

    # --- the words of an explanation ----------------------------------------------------------------------
    def _rule(self, start: date, n: int | None) -> str:
        if n is None:
            return _("The date is given by the document; it is counted from %(start)s.") % {"start": _day(start)}
        return ngettext(
            "%(n)s working day from %(start)s. Day 1 is the next working day; the term ends at %(hour)s of the last.",
            "%(n)s working days from %(start)s. Day 1 is the next working day; the term ends at %(hour)s of the last.",
            n,
        ) % {"n": n, "start": _day(start), "hour": f"{self.deadline_hour:%H:%M}"}

    def _lines(self, start: date, end: date, language: str) -> list[Line]:
        """Days off after the start up to the end, and Saturdays that count; neighbours with one ground are one line."""
        lines: list[Line] = []
        for step in range(1, (end - start).days + 1):
            day = start + timedelta(days=step)
            ground = self._ground(day, language)
            if not ground:
                continue
            counts = self.is_workday(day)
            before = lines[-1] if lines else None
            if before is not None and before.last == day - _ONE and (before.counts, before.ground) == (counts, ground):
                lines[-1] = Line(before.first, day, counts, ground)
                continue
            lines.append(Line(day, day, counts, ground))
        return lines

    def _ground(self, day: date, language: str) -> str:
        special = self.days.get(day)
        if special is not None:
            return special.why(language)
        return "" if self._in_week(day) else _("Weekly day off")

    def _result(self, end: date, working: int) -> str:
        return ngettext(
            "Due at %(hour)s on %(weekday)s %(day)s, after %(n)s working day.",
            "Due at %(hour)s on %(weekday)s %(day)s, after %(n)s working days.",
            working,
        ) % {
            "hour": f"{self.deadline_hour:%H:%M}",
            "weekday": WEEKDAYS[end.weekday()],
            "day": _day(end),
            "n": working,
        }

    def _notes(self, start: date, end: date) -> list[str]:
        notes = []
        if end > self.last or start < self.first:
            notes.append(
                _("Holidays are known from %(first)s to %(last)s; outside it only weekly days off are left out.")
                % {"first": _day(self.first), "last": _day(self.last)}
            )
        unsure = [day for day, special in self.days.items() if start < day <= end and special.confidence in {"M", "D"}]
        if unsure:
            notes.append(_("Some of these days off are not confirmed by a document yet; the date may move."))
        return notes

    # --- inside -------------------------------------------------------------------------------------------
    def _in_week(self, day: date) -> bool:
        return day.isoweekday() not in self.weekly_off

    @cached_property
    def _workdays(self) -> list[date]:
        span = (self.last - self.first).days + 1
        every = (self.first + timedelta(days=step) for step in range(span))
        return [day for day in every if self.is_workday(day)]


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
