"""How an assignment stands, in words that name the body that must act next.

The kind goes beside the words: on-time, late, overdue, open, waiting, paused, unconnected, undated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from isotherm.execution.models import Assignment, State
from isotherm.words import _
from isotherm.workdays.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Standing:
    kind: str
    words: str


def words(state: str, *, holder: str, promised_on: date | None = None, paused: bool = False) -> str:
    """A state in words; `holder` is the name of the body that must act next."""
    if paused and state in (State.SENT, State.WORKING):
        if promised_on is not None:
            return _("Waiting for %(unit)s to issue (answer), promised for %(day)s") % {
                "unit": holder,
                "day": f"{promised_on:%d/%m/%Y}",
            }
        return _("Waiting for %(unit)s to issue (answer)") % {"unit": holder}
    if state == State.SENT:
        return _("Waiting for %(unit)s to take it up") % {"unit": holder}
    if state == State.WORKING:
        return _("In progress")
    if state == State.RECONSIDER:
        return _("Waiting for %(unit)s to decide") % {"unit": holder}
    if state == State.REPORTED:
        return _("Waiting for %(unit)s to confirm completion") % {"unit": holder}
    return str(State(state).label)


def kind(
    state: str,
    *,
    due_on: date | None,
    reported_done_at: datetime | None,
    paused: bool,
    at: datetime,
    days: Calendar,
) -> str:
    """The time axis beside the state. Paused work is not overdue; reported completion stops the unit's clock."""
    if state == State.DONE:
        on_time = due_on is None or reported_done_at is None or reported_done_at <= days.due_moment(due_on)
        return "on-time" if on_time else "late"
    if state in (State.RETURNED, State.WITHDRAWN):
        return "unconnected"
    if paused:
        return "paused"
    if state == State.REPORTED:
        return "waiting"
    if due_on is not None and days.due_moment(due_on) < at:
        return "overdue"
    return "waiting" if state == State.RECONSIDER else "open"


def of(
    assignment: Assignment, *, holder: str, promised_on: date | None = None, at: datetime, days: Calendar
) -> Standing:
    paused = assignment.paused_at is not None
    found = kind(
        assignment.state,
        due_on=assignment.due_on,
        reported_done_at=assignment.reported_done_at,
        paused=paused,
        at=at,
        days=days,
    )
    if assignment.state == State.DONE and assignment.due_on is not None:
        return Standing(found, _("Done on time") if found == "on-time" else _("Done late"))
    said = words(assignment.state, holder=holder, promised_on=promised_on, paused=paused)
    if found == "overdue":
        said = _("%(state)s, overdue") % {"state": said}
    return Standing(found, said)
