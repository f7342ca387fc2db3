"""What became of each duty of an assignment: the SQL from which tally cells are kept, defined once.

A duty's outcome depends on its row alone, never on the clock: whether an open duty is overdue is asked of the cell's
`due_on` when it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class DutySql:
    """One duty of an assignment row, as SQL: when it falls due, what became of it, whether it came in time, and whether
    the row has it at all."""

    name: str
    due: str
    outcome: str
    fair: str
    counts: str


def duties_of(row: str) -> tuple[DutySql, ...]:
    """The five duties of an assignment row or record `row`.

    Reported completion stops the unit's clock, so `done` is on time by `reported_done_at` once it is confirmed.
    """

    def step(name: str, due: str, met: str, counts: str = "true") -> DutySql:
        return DutySql(name, f"{row}.{due}", _outcome(row, met=f"{row}.{met}", due=f"{row}.{due}"), "true", counts)

    confirmed = f"case when {row}.state = 'done' then {row}.reported_done_at end"
    done = _outcome(row, met=confirmed, due=f"{row}.due_on", reported=True)
    return (
        step("take_up", "take_up_due", "taken_up_at"),
        step("plan", "plan_due", "planned_at"),
        step("send_on", "send_on_due", "sent_on_at", f"{row}.below > 0"),
        step("report", "report_due", "first_reported_at"),
        DutySql("done", f"{row}.due_on", done, f"{row}.fair", "true"),
    )


def duties(row: str) -> str:
    """SQL VALUES (duty, due_on, outcome, fair, counts) for the five duties of an assignment row or record `row`."""
    rows = (f"('{one.name}', {one.due}, {one.outcome}, {one.fair}, {one.counts})" for one in duties_of(row))
    return f"(values {', '.join(rows)})"


def counted(table: str, keys: str, *, where: str) -> str:
    """SQL of (keys…, duty, due_on, outcome, fair, n): the duties of the assignments in `table`, each duty counted by
    itself, so that no row is spread over its five duties. For tens of thousands of rows."""
    width = len(keys.split(","))
    groups = ", ".join(str(place) for place in (*range(1, width + 1), width + 2, width + 3, width + 4))
    return " union all ".join(
        f"select {keys}, '{one.name}' as duty, {one.due} as due_on, {one.outcome} as outcome, {one.fair} as fair, "
        f"count(*)::int as n from {table} r where ({where}) and {one.counts} group by {groups}"
        for one in duties_of("r")
    )


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
