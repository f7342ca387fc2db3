"""How a date is said beside its row: how many working days are left or past, and why it is that date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from isotherm.doors.web import formats
from isotherm.doors.web.page import language
from isotherm.execution import work
from isotherm.execution.clocks import allowed, local_day
from isotherm.execution.models import Assignment
from isotherm.words import lazy, ngettext
from isotherm.workdays.calendar import Calendar, Explanation

STEPS = {
    "take_up": lazy("Take up"),
    "plan": lazy("Plan"),
    "send_on": lazy("Pass on to subordinates"),
    "report": lazy("First report"),
    "done": lazy("Completion"),
}


@dataclass(frozen=True, slots=True)
class Explained:
    """A duty of an assignment with the reckoning of its date."""

    words: str
    due_on: date | None
    met_at: datetime | None
    late: bool
    why: Explanation | None


def left(due: date | None, at: datetime, days: Calendar) -> str:
    """ "còn 5 ngày làm việc"; within a weekend the calendar's words."""
    if due is None:
        return ""
    today = days.day_of(at)
    between = days.workdays_between(today, due)
    if due > today and between > 0:
        return ngettext("%(n)s working day left", "%(n)s working days left", between) % {"n": between}
    if due < today and between < 0:
        return ngettext("%(n)s working day past", "%(n)s working days past", -between) % {"n": -between}
    return formats.due_words(due, at)


def explained(one: Assignment, days: Calendar) -> list[Explained]:
    """Every duty of an assignment, with each skipped day of its term."""
    start = local_day(one.sent_at)
    found = []
    for step in work.steps(one):
        late = step.met_at is not None and step.due_on is not None and step.met_at > days.due_moment(step.due_on)
        why = _why(step, start, days)
        found.append(Explained(str(STEPS[step.duty]), step.due_on, step.met_at, late, why))
    return found


def _why(step: work.Step, start: date, days: Calendar) -> Explanation | None:
    if step.due_on is None or step.due_on < start:
        return None
    if step.duty != "done" and days.add_workdays(start, allowed(step.duty)) == step.due_on:
        return days.explain(start, n=allowed(step.duty), language=language())
    return days.explain(start, due=step.due_on, language=language())
