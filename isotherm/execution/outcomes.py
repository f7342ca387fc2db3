"""What became of each duty of an assignment: the SQL from which tally cells are kept, defined once.

A duty's outcome depends on its row alone, never on the clock: whether an open duty is overdue is asked of the cell's
`due_on` when it is read.
"""

from __future__ import annotations

from datetime import time

from django.conf import settings

from isotherm import country
from isotherm.tallies.models import KEYS

_CELL = ", ".join(KEYS)


def due_moment(day: str) -> str:
    """SQL: the moment at which a duty due on `day` (an SQL expression) is late, by the office clock."""
    hour = time.fromisoformat(country.rules("calendar")["deadline_hour"])
    return f"((({day}) + time '{hour:%H:%M}') at time zone '{settings.TIME_ZONE}')"


def _outcome(row: str, *, met: str, due: str, reported: bool = False) -> str:
    waits = f"when {row}.state = 'reported' then 'reported' " if reported else ""
    return (
        f"case when {row}.state in ('withdrawn', 'returned') then 'withdrawn' "
        f"when {met} is not null then "
        f"case when {due} is null or {met} <= {due_moment(due)} then 'on_time' else 'late' end "
        f"when {row}.paused_at is not null then 'paused' {waits}else 'open' end"
    )


def duties(row: str) -> str:
    """SQL VALUES (duty, due_on, outcome, fair, counts) for the five duties of an assignment row or record `row`.

    Reported completion stops the unit's clock, so `done` is on time by `reported_done_at` once it is confirmed.
    """
    confirmed = f"case when {row}.state = 'done' then {row}.reported_done_at end"
    return f"""(values
        ('take_up', {row}.take_up_due, {_outcome(row, met=f"{row}.taken_up_at", due=f"{row}.take_up_due")}, true, true),
        ('plan', {row}.plan_due, {_outcome(row, met=f"{row}.planned_at", due=f"{row}.plan_due")}, true, true),
        ('send_on', {row}.send_on_due,
            {_outcome(row, met=f"{row}.sent_on_at", due=f"{row}.send_on_due")}, true, {row}.below > 0),
        ('report', {row}.report_due,
            {_outcome(row, met=f"{row}.first_reported_at", due=f"{row}.report_due")}, true, true),
        ('done', {row}.due_on, {_outcome(row, met=confirmed, due=f"{row}.due_on", reported=True)}, {row}.fair, true)
    )"""


def changes_of_cells(*, old: str, new: str) -> str:
    """The CTE `delta`: what an update of assignments takes out of the cells and puts in. `old` and `new` are CTEs with
    the rows before and after, by id."""
    return f"""delta as (
            insert into tallies_delta ({_CELL}, n)
            select document_id, carrier_id, via_id, level, upper_level, duty, due_on, outcome, fair, sum(sign)::int
            from (
                select r.document_id, r.carrier_id, r.via_id, r.level, r.upper_level,
                       d.duty, d.due_on, d.outcome, d.fair, -1 as sign
                from {old} r join {new} r2 using (id)
                cross join lateral {duties("r")} d(duty, due_on, outcome, fair, counts) where r.expected and d.counts
                union all
                select r.document_id, r.carrier_id, r.via_id, r.level, r.upper_level,
                       d.duty, d.due_on, d.outcome, d.fair, 1
                from {new} r
                cross join lateral {duties("r")} d(duty, due_on, outcome, fair, counts) where r.expected and d.counts
            ) moved
            group by document_id, carrier_id, via_id, level, upper_level, duty, due_on, outcome, fair
            having sum(sign) <> 0
        )"""
