"""The pairs (task × unit) behind every number that a page of figures shows, read live.

What became of a pair is decided exactly as its tally cell and its break point decide it; tests hold the three together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from isotherm import country
from isotherm.analysis.heat import DUTIES, Scope, Then
from isotherm.execution import then
from isotherm.execution.outcomes import due_moment
from isotherm.tallies.models import UNMET
from isotherm.units import tree
from isotherm.workdays.queries import current

_SQL = Path(__file__).parent / "sql"

# (due day, moment met, whether the duty exists) of an assignment `p`, in the order in which they are looked at; and the
# due day of a pair that nobody told, of its planned dues `pd`.
_TOLD: Mapping[str, tuple[str, str, str]] = {
    "take_up": ("p.take_up_due", "p.taken_up_at", "true"),
    "send_on": ("p.send_on_due", "p.sent_on_at", "p.below > 0"),
    "plan": ("p.plan_due", "p.planned_at", "true"),
    "report": ("p.report_due", "p.first_reported_at", "true"),
    "done": ("p.due_on", "case when p.state = 'done' then p.reported_done_at end", "true"),
}
_UNTOLD: Mapping[str, tuple[str, str, str]] = {
    duty: (f"pd.{duty}", "null::timestamptz", "true") for duty in ("take_up", "plan", "report", "done")
}
_PAST = "r.due <= %(last_due)s"
_OPEN = f"r.outcome in {UNMET}"

# What a number counts, as SQL over the rows: the same words as the fields of `figures.Counts` and the break points.
OUTCOMES: Mapping[str, str] = {
    "on-time": f"r.outcome = 'on_time' and {_PAST}",
    "late": f"r.outcome = 'late' and {_PAST}",
    "overdue": f"{_OPEN} and {_PAST}",
    "due": f"r.outcome not in ('paused') and {_PAST}",
    "paused": "r.outcome = 'paused'",
    "cold": f"r.met_at is null and {_PAST}",  # overdue, or paused past its date
    "fallen": _PAST,  # due, or paused past its date
    "met-on-time": "r.outcome = 'on_time'",
    "counted": f"r.outcome in ('on_time', 'late') or ({_OPEN} and {_PAST})",
    "met": "r.outcome in ('on_time', 'late')",
    "assigned": "r.outcome <> 'paused'",
    "running": f"{_OPEN} and r.due > %(last_due)s",
    "undated": f"{_OPEN} and r.due is null",
    "missing": "r.outcome = 'missing'",
    "reported": "r.outcome = 'reported'",
    "fair": f"r.fair and r.outcome in ('open', 'reported', 'on_time', 'late') and {_PAST}",
    "fair-on-time": f"r.fair and r.outcome = 'on_time' and {_PAST}",
    "all": "true",
    "withdrawn": "r.outcome = 'withdrawn'",
    "excused": "r.outcome = 'excused'",
}
GONE = ("withdrawn", "excused")

# Why cold pairs wait, as an address says it; each cause stands in one.
WHYS: Mapping[str, tuple[str, ...]] = {
    "not-sent-on": ("upper_send_on", "upper_take_up", "send_on"),
    "owed": ("wait",),
    "decision": ("decide_return", "decide_completion"),
    "own": ("take_up", "plan", "report", "done"),
}
CAUSES = tuple(cause for causes in WHYS.values() for cause in causes)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pairs of which directives; what is empty narrows nothing. A unit stands for itself and all below it."""

    documents: tuple[int, ...]
    step: str = "done"  # one of the duties, or `any` for the earliest unmet one
    outcome: str = "all"
    level: str = ""
    upper_level: str = ""
    causes: tuple[str, ...] = ()
    body: int | None = None
    body_level: str = ""
    obstacle: int | None = None
    unit: int | None = None
    alone: bool = False  # the unit without what is below it
    via: int | None = None
    task: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    document_id: int
    symbol: str
    task_code: str
    task_number: int
    action: str
    unit_id: int
    via_id: int
    level: str
    assignment_id: int | None
    state: str | None
    duty: str | None
    due: date | None
    met_at: datetime | None
    done_due: date | None
    outcome: str
    body_id: int | None
    cause: str | None
    missing: str | None  # what an obstacle lacks
    promised_on: date | None
    cold: bool  # unmet past its date


def count(wanted: Wanted, *, scope: Scope, at: datetime) -> int:
    sql, params = chosen(wanted, scope=scope, at=at)
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from ({sql}) x", params)
        return int(cursor.fetchone()[0])


def rows(wanted: Wanted, *, scope: Scope, at: datetime, first: int = 0, most: int = 50) -> list[Row]:
    """In the order of urgency: the oldest due day first, then by task and unit."""
    sql, params = chosen(wanted, scope=scope, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select x.document_id, d.symbol, t.code, t.number, t.action, x.unit_id, x.via_id, x.level, x.own_id, x.state,
                   x.duty, x.due, x.met_at, x.done_due, x.outcome, x.body_id, x.cause, o.missing, o.promised_on,
                   coalesce(x.met_at is null and x.due <= %(last_due)s, false)
            from (
                select * from ({sql}) c order by c.due nulls last, c.task_id, c.unit_id offset %(first)s limit %(most)s
            ) x
            join directives_task t on t.id = x.task_id join directives_document d on d.id = x.document_id
            left join execution_obstacle o on o.id = x.obstacle_id
            order by x.due nulls last, x.task_id, x.unit_id
            """,
            params | {"first": first, "most": most},
        )
        return [Row(*row) for row in cursor.fetchall()]


def taken_up_by_day(documents: Sequence[int], *, scope: Scope) -> dict[str, list[tuple[date, int]]]:
    """Pairs taken up by level and local day, inside a scope."""
    if scope.of_a_unit_then:
        return {}
    inside, params = named(scope, "a.carrier_id", "a.document_id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select a.level, (a.taken_up_at at time zone %(zone)s)::date, count(*)
            from execution_assignment a
            join directives_task t on t.id = a.task_id and t.state = 'issued' and t.kind = 'task'
            where a.document_id = any(%(documents)s::bigint[]) and a.expected and a.taken_up_at is not null
              and a.state not in ('withdrawn', 'returned') {inside}
            group by 1, 2 order by 1, 2
            """,
            params | {"documents": list(documents), "zone": settings.TIME_ZONE},
        )
        found: dict[str, list[tuple[date, int]]] = {}
        for level, day, n in cursor.fetchall():
            found.setdefault(level, []).append((day, int(n)))
        return found


@cache
def _rows(step: str, *, told: bool) -> str:
    """The pairs with or without an assignment, with the duty looked at."""
    duties = _TOLD if told else _UNTOLD
    if step == "any":
        every = ", ".join(
            f"('{duty}', {due}, {met}, {exists}, {place})"
            for place, (duty, (due, met, exists)) in enumerate(duties.items(), start=1)
        )
        duty = f"""
            select w.duty, w.due, w.met_at from (values {every}) w(duty, due, met_at, counts, place) where w.counts
            order by (w.met_at is null and w.due <= %(last_due)s) desc nulls last, w.due nulls last, w.place limit 1"""
    elif step in duties:
        due, met, exists = duties[step]
        duty = f"select '{step}' as duty, {due} as due, {met} as met_at where {exists}"
    else:
        return ""
    text = (_SQL / ("told.sql" if told else "untold.sql")).read_text(encoding="utf-8")
    return text.replace("{duty}", duty).replace("{due_moment}", due_moment("l.due"))


_COLUMNS = (
    "document_id, task_id, unit_id, given_id, via_id, level, upper_level, own_id, state, duty, due, met_at, done_due, "
    "fair, paused_at, outcome, body_id, cause, obstacle_id"
)
# Numbers that only one half of the pairs can stand under: the other is not read.
_ONLY_TOLD = ("on-time", "late", "met", "met-on-time", "reported", "fair", "fair-on-time")


def _base(wanted: Wanted) -> str:
    if wanted.outcome in GONE:
        return _gone()
    halves = [
        _rows(wanted.step, told=told)
        for told in (True, False)
        if not (told and wanted.outcome == "missing") and not (not told and wanted.outcome in _ONLY_TOLD)
    ]
    found = [f"select {_COLUMNS} from ({half}) h" for half in halves if half]
    # Nobody untold owes passing on: such a number has no rows.
    return " union all ".join(found) or f"select {_COLUMNS} from ({_rows(wanted.step, told=True)}) h where false"


@cache
def _gone() -> str:
    return (_SQL / "gone.sql").read_text(encoding="utf-8")


def named(scope: Scope, column: str, document: str) -> tuple[str, dict[str, Any]]:
    """The scope's condition with named parameters."""
    inside, params = scope.on(column, document)
    for position in range(len(params)):
        inside = inside.replace("%s", f"%(scope_{position})s", 1)
    return inside, {f"scope_{position}": value for position, value in enumerate(params)}


_ANSWERED_FOR = "union all select unit_id from units_successor where heir_id = %(unit)s"
# The pairs by who answered for them on the day.
_THEN = f"""
    select {", ".join(f"h.{one}" for one in _COLUMNS.split(", ") if one != "unit_id")}, h.unit_id as now_id,
           coalesce(en.heir, case when h.own_id is null then h.given_id else coalesce(k.gone_id, h.unit_id) end)
               as unit_id
    from ({{base}}) h
    left join {then.CARRIED_SINCE} k on k.assignment_id = h.own_id
    left join {then.ENDED} en(gone, heir)
        on en.gone = case when h.own_id is null then h.given_id else coalesce(k.gone_id, h.unit_id) end
"""
BELOW_THEN = (
    "select descendant_id from units_treeancestor where version_id = %(then_version)s and ancestor_id = %(then_unit)s"
)


def below_then(of: Then) -> dict[str, Any]:
    return {"then_version": tree.version_on(of.day), "then_unit": of.unit}


def chosen(wanted: Wanted, *, scope: Scope, at: datetime, then_day: date | None = None) -> tuple[str, dict[str, Any]]:
    """SQL of the pairs wanted, with its parameters. `unit_id` is who answers now, or who did on the day of the scope
    (or on `then_day`); `now_id` always who does now."""
    if wanted.step not in (*DUTIES, "any") or wanted.outcome not in OUTCOMES:
        raise ValueError(f"{wanted.step} {wanted.outcome}")
    days = current()
    day = then_day or (scope.then.day if scope.then else None)
    inside, params = named(scope, "r.now_id", "r.document_id")
    if scope.then is not None and scope.then.unit is not None:
        inside += f" and r.unit_id in ({BELOW_THEN})"
        params |= below_then(scope.then)
    conditions = [f"({OUTCOMES[wanted.outcome]}) {inside}"]
    equal = {
        "r.level": wanted.level or None,
        "r.upper_level": wanted.upper_level or None,
        "r.body_id": wanted.body,
        "r.obstacle_id": wanted.obstacle,
        "r.via_id": wanted.via,
        "r.task_id": wanted.task,
    }
    for place, (column, value) in enumerate(equal.items()):
        if value is not None:
            conditions.append(f"{column} = %(equal_{place})s")
            params[f"equal_{place}"] = value
    if wanted.causes:
        conditions.append("r.cause = any(%(causes)s)")
        params["causes"] = list(wanted.causes)
    if wanted.unit is not None and wanted.alone:
        conditions.append("r.unit_id = %(unit)s" if day else f"r.unit_id in (select %(unit)s::bigint {_ANSWERED_FOR})")
        params["unit"] = wanted.unit
    elif wanted.unit is not None:
        conditions.append(
            "r.unit_id in (select descendant_id from units_treeancestor "
            "where version_id = %(version)s and ancestor_id = %(unit)s"
            + (
                ")"
                if day
                else " union all select s.unit_id from units_successor s "
                "join units_treeancestor t on t.descendant_id = s.heir_id "
                "where t.version_id = %(version)s and t.ancestor_id = %(unit)s)"
            )
        )
        params |= {"unit": wanted.unit, "version": tree.version_on(day or days.day_of(at))}
    if wanted.body_level:
        condition, kinds = _on_level(wanted.body_level)
        conditions.append(condition)
        params |= {"kinds": kinds, "day": days.day_of(at)}
    base = f"select h.*, h.unit_id as now_id from ({_base(wanted)}) h"
    if day:
        base = _THEN.format(base=_base(wanted))
        params |= then.params(wanted.documents, day)
    params |= {"documents": list(wanted.documents), "last_due": days.last_due_day(at), "step": wanted.step}
    return f"select r.* from ({base}) r where {' and '.join(conditions)}", params


def _on_level(level: str) -> tuple[str, list[str]]:
    """SQL: whether the body that must act stands on a level; bodies of no named kind stand on `other`."""
    levels: Mapping[str, list[str]] = country.rules("duties")["levels"]
    kinds = levels.get(level) or [kind for named in levels.values() for kind in named]
    found = (
        "exists (select 1 from units_kind k where k.unit_id = r.body_id and k.kind = any(%(kinds)s) "
        "and k.valid @> %(day)s::date and k.voided_by is null)"
    )
    return (found if level in levels else f"not {found}"), list(kinds)
