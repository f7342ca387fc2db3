"""What waits for a post: the reads of the desk, always the same number of statements.

One line of the desk is one document at one of the actor's bodies: an act covers all its tasks there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, overload

from django.db import connection

from isotherm.accounts import reach
from isotherm.actor import Actor, Hand
from isotherm.directives.queries import ours
from isotherm.execution import fields
from isotherm.execution.grounds import STANDS, TAKEN
from isotherm.tallies.fold import CELLS_SQL
from isotherm.tallies.models import UNMET
from isotherm.workdays.calendar import Calendar

TABS = ("new", "week", "overdue", "progress", "waiting", "approval")
SORTS = {"due": "due_on", "step": "step_due", "symbol": "symbol_key", "tasks": "tasks"}
# How long the note of a draft that was sent back stays on its author's desk.
SENT_BACK_DAYS = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader wants to see: all of it stands in the address."""

    tab: str = "new"
    text: str = ""
    issuer: str = ""  # unit code
    due: str = ""  # "7", "30", "none"
    sort: str = ""
    field: str = ""  # "all": beyond the fields in the post's charge


@dataclass(frozen=True, slots=True)
class DeskLine:
    document_id: int
    code: str
    symbol: str
    subject: str
    issuer_id: int
    unit_id: int
    unit_code: str
    giver_id: int
    tasks: int
    step: str  # the earliest unmet duty
    step_due: date | None
    due_on: date | None  # the earliest date of its tasks
    sent_at: datetime
    # (state, body that must act, paused, promised day, tasks)
    states: tuple[tuple[str, int | None, bool, date | None, int], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that only the actor's own bodies can decide or deliver, grouped by document."""

    what: str  # completion, return, pause, debt, draft, sent_back, send, review, ground, division
    document_id: int
    document_code: str
    symbol: str
    subject: str
    unit_id: int  # the body that decides
    unit_code: str
    code: str  # of the obstacle, the draft, the document that took the ground, or the reorganisation
    words: str
    assignments: int
    units: int
    since: datetime
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Followed:
    """A directive whose execution below the actor's bodies is late."""

    code: str
    symbol: str
    subject: str
    due: int
    overdue: int


_STEPS = """
    left join lateral (
        select x.step, x.due as step_due
        from (values
            (1, 'take_up', case when a.taken_up_at is null then a.take_up_due end),
            (2, 'plan', case when a.planned_at is null then a.plan_due end),
            (3, 'send_on', case when a.sent_on_at is null and a.below > 0 then a.send_on_due end),
            (4, 'report', case when a.first_reported_at is null then a.report_due end),
            (5, 'done', case when a.reported_done_at is null then a.due_on end)
        ) x(place, step, due)
        where x.due is not null and a.state in ('sent', 'working') and a.paused_at is null
        order by x.due, x.place limit 1
    ) s on true
"""

_MINE = f"""
    mine as (
        select a.id, a.document_id, a.carrier_id, a.giver_id, a.holder_id, a.state, a.paused_at is not null as paused,
               a.due_on, a.sent_at, o.promised_on, s.step, s.step_due,
               d.code, d.symbol, d.symbol_key, d.subject, d.issuer_id, u.code as unit_code
        from execution_assignment a
        join directives_document d on d.id = a.document_id
        join units_unit u on u.id = a.carrier_id
        left join execution_obstacle o on o.id = a.pause_obstacle_id
        {_STEPS}
        where a.carrier_id = any(%(own)s) and a.state in ('sent', 'working', 'reconsider', 'reported')
          and (%(text)s = '' or unaccent(lower(d.subject)) like '%%' || unaccent(lower(%(text)s)) || '%%'
               or lower(d.symbol) like '%%' || lower(%(text)s) || '%%')
          and {fields.within("a.carrier_id", "d.issuer_id")}
          and (%(issuer)s = '' or d.issuer_id = (select i.id from units_unit i where i.code = %(issuer)s))
          and (%(due)s = '' or (%(due)s = 'none' and a.due_on is null)
               or (%(due)s in ('7', '30') and a.due_on <= %(today)s::date + (case %(due)s when '7' then 7 else 30 end)))
    )
"""

_IN_TAB = {
    "new": "state = 'sent' and not paused",
    "week": "step_due > %(last_due)s and step_due <= %(week_end)s",
    "overdue": "step_due <= %(last_due)s",
    "progress": "state = 'working' and not paused",
    "waiting": "holder_id <> all(%(own)s)",
}


def _params(actor: Actor, asked: Asked, *, at: datetime, days: Calendar) -> dict[str, Any]:
    today = days.day_of(at)
    return {
        "own": [] if reach.sees_no_work(actor) else sorted(actor.units),
        "text": asked.text.strip()[:200],
        "issuer": asked.issuer,
        "due": asked.due if asked.due in ("7", "30", "none") else "",
        "today": today,
        "last_due": days.last_due_day(at),
        "week_end": today + timedelta(days=6 - today.weekday()),
        **fields.params(actor, every=asked.field == "all"),
    }


def counts(actor: Actor, asked: Asked, *, at: datetime, days: Calendar) -> dict[str, int]:
    """How many lines each tab has, under the same filters; `approval` is counted from `decisions`."""
    columns = ", ".join(f"count(distinct (document_id, carrier_id)) filter (where {rule})" for rule in _IN_TAB.values())
    with connection.cursor() as cursor:
        cursor.execute(f"with {_MINE} select {columns} from mine", _params(actor, asked, at=at, days=days))
        return dict(zip(_IN_TAB, cursor.fetchone(), strict=True))


class Lines(Sequence[DeskLine]):
    """The lines of a tab, read a page at a time: `count` is known from the tabs."""

    def __init__(self, actor: Actor, asked: Asked, *, at: datetime, days: Calendar, total: int) -> None:
        self._params = _params(actor, asked, at=at, days=days)
        self._rule = _IN_TAB[asked.tab]
        descending = asked.sort.startswith("-")
        column = SORTS.get(asked.sort.lstrip("-"), "step_due")
        self._order = f"{column} {'desc' if descending else 'asc'} nulls last, step_due nulls last, symbol_key"
        self._total = total

    def __len__(self) -> int:
        return self._total

    @overload
    def __getitem__(self, place: int) -> DeskLine: ...
    @overload
    def __getitem__(self, place: slice) -> list[DeskLine]: ...
    def __getitem__(self, place: int | slice) -> DeskLine | list[DeskLine]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        first, last, _step = place.indices(self._total)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                with {_MINE},
                tab as (select * from mine where {self._rule}),
                states as (
                    select document_id, carrier_id, state, holder_id, paused, promised_on, count(*) as n
                    from tab group by 1, 2, 3, 4, 5, 6
                ),
                lines as (
                    select document_id, carrier_id, code, symbol, symbol_key, subject, issuer_id, unit_code,
                           min(giver_id) as giver_id, count(*) as tasks,
                           (array_agg(step order by step_due nulls last))[1] as step, min(step_due) as step_due,
                           min(due_on) as due_on, min(sent_at) as sent_at
                    from tab group by 1, 2, 3, 4, 5, 6, 7, 8
                    order by {self._order}, document_id, carrier_id
                    limit %(limit)s offset %(offset)s
                )
                select l.*, (
                    select jsonb_agg(jsonb_build_array(x.state, x.holder_id, x.paused, x.promised_on, x.n)
                                     order by x.n desc)
                    from states x where x.document_id = l.document_id and x.carrier_id = l.carrier_id
                )::text
                from lines l order by {self._order}, document_id, carrier_id
                """,
                {**self._params, "limit": max(0, last - first), "offset": first},
            )
            return [_line(row) for row in cursor.fetchall()]


def _line(row: Sequence[Any]) -> DeskLine:
    states = tuple(
        (state, holder, paused, date.fromisoformat(promised) if promised else None, n)
        for state, holder, paused, promised, n in json.loads(row[14])
    )
    return DeskLine(
        document_id=row[0],
        unit_id=row[1],
        code=row[2],
        symbol=row[3],
        subject=row[5],
        issuer_id=row[6],
        unit_code=row[7],
        giver_id=row[8],
        tasks=row[9],
        step=row[10] or "",
        step_due=row[11],
        due_on=row[12],
        sent_at=row[13],
        states=states,
    )


def issuers(actor: Actor) -> list[tuple[int, str]]:
    """Who issued what is open with the actor's bodies: (unit id, code)."""
    if reach.sees_no_work(actor):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select distinct u.id, u.code
            from execution_assignment a
            join directives_document d on d.id = a.document_id
            join units_unit u on u.id = d.issuer_id
            where a.carrier_id = any(%s) and a.state in ('sent', 'working', 'reconsider', 'reported')
            order by u.code limit 50
            """,
            [sorted(actor.units)],
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


# Each kind with the hands whose desk it belongs on. What waits for a decision is found by its holder.
_ASKED = f"""
    select case a.state when 'reported' then 'completion' else 'return' end as what, a.document_id,
           a.holder_id as unit_id,
           '' as code, '' as words, count(*) as n, count(distinct a.carrier_id) as units, min(a.state_since) as since,
           (min(a.holder_due) at time zone current_setting('TimeZone'))::date as due_on
    from execution_assignment a join directives_document d on d.id = a.document_id
    where a.holder_id = any(%(own)s) and a.state in ('reported', 'reconsider') and %(approves)s
      and {fields.within("a.carrier_id", "d.issuer_id")}
    group by 1, 2, 3
"""
# What is owed belongs to the fields of those that wait for it.
_OBSTACLES = f"""
    select case o.state when 'raised' then 'pause' else 'debt' end, o.document_id, o.owing_id, o.code, o.missing,
           h.n, h.units, coalesce(o.accepted_at, o.raised_at), o.promised_on
    from execution_obstacle o
    join directives_document d on d.id = o.document_id
    cross join lateral (
        select count(*) as n, count(distinct a.carrier_id) as units, bool_or(a.giver_id = any(%(own)s)) as gave,
               coalesce(bool_or({fields.within("a.carrier_id", "d.issuer_id")}), true) as in_charge
        from execution_hindrance x join execution_assignment a on a.id = x.assignment_id
        where x.obstacle_id = o.id
    ) h
    where h.in_charge
      and ((o.state = 'accepted' and o.owing_id = any(%(own)s) and %(delivers)s)
           or (o.state = 'raised' and (o.owing_id = any(%(own)s) or h.gave) and %(approves)s))
"""
_DRAFTS = f"""
    select case r.state when 'waiting' then 'draft' else 'sent_back' end, r.document_id, r.unit_id, r.id::text,
           case r.state when 'waiting' then r.summary else r.note end, 0, 0, coalesce(r.decided_at, r.made_at),
           null::date
    from execution_draft r left join directives_document d on d.id = r.document_id
    where r.unit_id = any(%(own)s) and {fields.within("r.unit_id", "d.issuer_id")}
      and (r.state = 'waiting'
           or (r.state = 'refused' and r.made_by_post = %(post)s and r.decided_at > %(recent)s))
"""
_OURS = ours("d")
_DOCUMENTS = f"""
    select case d.state when 'submitted' then 'send' else 'review' end, d.id,
           case when d.issuer_id = any(%(own)s) then d.issuer_id else coalesce(d.in_name_of_id, d.issuer_id) end,
           '', '', 0, 0,
           coalesce(d.submitted_at, d.registered_at), null::date
    from directives_document d
    where {_OURS} and {fields.within("d.issuer_id", "d.issuer_id")}
      and ((d.state = 'submitted' and %(sends)s) or (d.state = 'registered' and %(reviews)s))
"""


# By one document the tasks of another lose their ground: `units` counts the tasks, `words` is the symbol.
_GROUNDS = f"""
    select 'ground', a.id,
           case when a.issuer_id = any(%(own)s) then a.issuer_id else coalesce(a.in_name_of_id, a.issuer_id) end,
           d.code, d.symbol, 0, n.tasks, coalesce(d.issued_at, d.registered_at), null::date
    from (select distinct by_id, document_id from taken) t
    join directives_document d on d.id = t.by_id
    join directives_document a on a.id = t.document_id
    cross join lateral (
        select count(*)::int as tasks from directives_task x
        where x.document_id = a.id and {STANDS}
          and not exists (select 1 from directives_grounddecision g where g.task_id = x.id and g.by_id = t.by_id)
    ) n
    where {ours("a")} and {fields.within("a.issuer_id", "a.issuer_id")} and n.tasks > 0 and %(reviews)s
"""


# Open duties of a body that was divided without stated shares: `code` is the reorganisation's, `words` the body's name.
_DIVISIONS = """
    select 'division', a.document_id, a.giver_id, r.code, n.vi, count(*)::int, 1,
           coalesce(r.carried_at, min(v.since)::timestamptz), min(a.due_on)
    from execution_division v
    join execution_assignment a on a.id = v.assignment_id and a.state in ('sent', 'working', 'reconsider', 'reported')
    join units_reorganisation r on r.id = v.reorganisation_id
    cross join lateral (
        select n.vi from units_name n where n.unit_id = v.unit_id and n.voided_by is null
        order by lower(n.valid) desc nulls last limit 1
    ) n
    where v.decided_at is null and a.giver_id = any(%(own)s) and %(sends)s
    group by a.document_id, a.giver_id, r.code, n.vi, r.carried_at
"""


def decisions(actor: Actor, *, at: datetime, every_field: bool = False) -> list[Decision]:
    """What waits for a decision or a delivery of the actor's own bodies, oldest due first."""
    if reach.sees_no_work(actor):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with recursive {TAKEN}
            select x.what, x.document_id, d.code, d.symbol, d.subject, x.unit_id, u.code, x.code, x.words, x.n, x.units,
                   x.since, x.due_on
            from ({_ASKED} union all {_OBSTACLES} union all {_DRAFTS} union all {_DOCUMENTS}
                  union all {_GROUNDS} union all {_DIVISIONS}) x
            join directives_document d on d.id = x.document_id
            join units_unit u on u.id = x.unit_id
            order by x.due_on nulls last, x.since
            """,
            {
                "own": sorted(actor.units),
                "post": actor.post_id,
                # The officers of an office prepare what its leader decides.
                "approves": actor.has(Hand.APPROVER, Hand.LEADER, Hand.MONITOR, Hand.OFFICER),
                "delivers": actor.has(Hand.APPROVER, Hand.CLERK),
                "sends": actor.has(Hand.APPROVER, Hand.LEADER),
                "reviews": actor.has(Hand.OFFICER, Hand.APPROVER, Hand.LEADER, Hand.MONITOR),
                "recent": at - timedelta(days=SENT_BACK_DAYS),
                **fields.params(actor, every=every_field),
            },
        )
        return [Decision(*row) for row in cursor.fetchall()]


def followed(actor: Actor, *, at: datetime, days: Calendar, most: int = 8) -> list[Followed]:
    """The directives whose execution below the actor's bodies is late, from the cells: most overdue first."""
    if not actor.has(Hand.APPROVER, Hand.LEADER, Hand.MONITOR, Hand.OFFICER) or reach.sees_no_work(actor):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with looked as (
                select distinct document_id from (
                    select d.id as document_id from directives_document d
                    where {_OURS} and d.state = 'issued'
                    union all
                    select a.document_id from execution_assignment a
                    where a.carrier_id = any(%(own)s) and a.below > 0
                      and a.state in ('sent', 'working', 'reconsider', 'reported')
                ) x
            )
            select d.code, d.symbol, d.subject, c.due, c.overdue
            from looked l
            join directives_document d on d.id = l.document_id
            cross join lateral (
                select coalesce(sum(n), 0)::int as due,
                       coalesce(sum(n) filter (where outcome in {UNMET}), 0)::int as overdue
                from {CELLS_SQL} t
                where t.document_id = l.document_id and t.duty = 'done' and t.due_on <= %(last_due)s
                  and t.outcome in ('open', 'missing', 'reported', 'on_time', 'late')
                  and (t.via_id = any(%(own)s) or {_OURS})
            ) c
            where c.overdue > 0
            order by c.overdue desc, d.symbol_key limit %(most)s
            """,
            {"own": sorted(actor.units), "last_due": days.last_due_day(at), "most": most},
        )
        return [Followed(*row) for row in cursor.fetchall()]


def waiting_count(actor: Actor) -> int:
    """How many document-and-unit lines wait for the actor's own bodies now: the number beside the menu entry."""
    if reach.sees_no_work(actor):
        return 0
    within = {"a.carrier_id": "true", "r.unit_id": "true"}
    if actor.fields:
        within = {
            unit: f"(select {fields.within(unit, 'd.issuer_id')} from directives_document d "
            f"where d.id = {unit[0]}.document_id)"
            for unit in within
        }
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select (
                select count(*) from (
                    select 1 from execution_assignment a where holder_id = any(%(own)s) and {within["a.carrier_id"]}
                    group by document_id, holder_id, state
                ) lines
            ) + (
                select count(*) from execution_draft r
                where unit_id = any(%(own)s) and state = 'waiting' and %(approves)s and {within["r.unit_id"]}
            )
            """,
            {"own": sorted(actor.units), "approves": actor.has(Hand.APPROVER), **fields.params(actor)},
        )
        return int(cursor.fetchone()[0])
