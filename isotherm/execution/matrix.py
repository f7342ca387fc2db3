"""Units × state of one directive: who has it, how far it is, and who was never told.

One statement makes all rows within reach, whatever their number; the second reads the pairs behind one of its numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.functional import Promise

from isotherm.accounts import reach
from isotherm.actor import Actor
from isotherm.directives.models import Document
from isotherm.execution import then
from isotherm.execution.clocks import local_day
from isotherm.execution.models import OPEN
from isotherm.execution.untold import JOIN_SUCCESSOR, UNIT_NOW, untold
from isotherm.units import tree
from isotherm.units.folding import fold
from isotherm.words import lazy
from isotherm.workdays.queries import current

# Where an assignment stands: exactly one of these, as SQL over `a`.
STANDS: Mapping[str, str] = {
    "sent": "a.state = 'sent'",
    "working": "a.state = 'working'",
    "reconsider": "a.state = 'reconsider'",
    "reported": "a.state = 'reported'",
    "done": "a.state = 'done'",
    "closed": "a.state in ('returned', 'withdrawn')",
}
# The second axis, and all of them.
ASIDE: Mapping[str, str] = {
    "told": "true",
    # Unmet past its date, as the figures count it: what waits for its confirmer is not done, and what stands in no rate
    # (regular duties, bodies outside the chain of command) is not overdue.
    "overdue": (
        "a.expected and a.state in ('sent', 'working', 'reconsider', 'reported') and a.paused_at is null "
        "and a.due_on <= %(last_due)s"
    ),
    "paused": "a.paused_at is not null",
}
WORDS: Mapping[str, Promise] = {
    "told": lazy("Assignments"),
    "missing": lazy("Expected, not told"),
    "sent": lazy("To be taken up"),
    "working": lazy("In progress"),
    "reconsider": lazy("Decision asked for"),
    "reported": lazy("To be confirmed"),
    "done": lazy("Completed"),
    "overdue": lazy("Open, overdue"),
    "paused": lazy("Clock paused"),
    "closed": lazy("Withdrawn or returned"),
    "excused": lazy("No part in it"),
}
LEVELS: Mapping[str, Promise] = {
    "ministry": lazy("Ministries and agencies"),
    "province": lazy("Provinces"),
    "department": lazy("Departments"),
    "district": lazy("Districts"),
    "commune": lazy("Communes"),
    "other": lazy("Other bodies"),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """Pairs of a task and a unit, by where they stand. `told` are assignments; `missing` and `excused` have none.
    `overdue`, `paused` and `closed` count both, as the figures do."""

    told: int = 0
    missing: int = 0
    sent: int = 0
    working: int = 0
    reconsider: int = 0
    reported: int = 0
    done: int = 0
    overdue: int = 0
    paused: int = 0
    closed: int = 0
    excused: int = 0

    def of(self, state: str) -> int:
        return int(getattr(self, state))

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Counts)))


@dataclass(frozen=True, slots=True)
class Row:
    unit_id: int
    level: str
    via_id: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for; nothing set means everything within reach."""

    level: str = ""
    province: int | None = None
    state: str = ""
    text: str = ""
    task: int | None = None
    unit: int | None = None
    then: date | None = None  # by the units of that day; none: of now

    @property
    def carrier(self) -> tuple[str, str]:
        """SQL: under which unit assignment `a` stands, and the joins that say it."""
        if self.then is None:
            return "coalesce(cs.heir_id, a.carrier_id)", "left join units_successor cs on cs.unit_id = a.carrier_id"
        return "coalesce(ce.heir, ck.gone_id, a.carrier_id)", (
            f"left join {then.CARRIED_SINCE} ck on ck.assignment_id = a.id "
            f"left join {then.ENDED} ce(gone, heir) on ce.gone = coalesce(ck.gone_id, a.carrier_id)"
        )

    @property
    def member(self) -> tuple[str, str]:
        """SQL: under which unit member `m` of a frozen set stands, and the joins that say it."""
        if self.then is None:
            return UNIT_NOW, JOIN_SUCCESSOR
        return "coalesce(me.heir, m.unit_id)", f"left join {then.ENDED} me(gone, heir) on me.gone = m.unit_id"

    def keeps(self, row: Row) -> bool:
        return (not self.level or row.level == self.level) and (not self.state or row.counts.of(self.state) > 0)


@dataclass(frozen=True, slots=True)
class Pair:
    """A task at a unit; `assignment_id` is none where nobody was told."""

    assignment_id: int | None
    task_number: int
    task_code: str
    action: str
    unit_id: int
    via_id: int
    state: str
    due_on: date | None
    first_due_on: date | None
    state_since: datetime | None
    paused: bool
    note: str

    @property
    def runs(self) -> bool:
        """Whether its date still counts: what is done, returned or paused is not overdue, however old its date."""
        return not self.paused and self.state in (*(state.value for state in OPEN), "missing")


def total(rows: Iterable[Row]) -> Counts:
    summed = Counts()
    for row in rows:
        summed = summed + row.counts
    return summed


def rows(document: Document, *, actor: Actor, at: datetime, wanted: Filter) -> list[Row]:
    """Every unit within reach that the directive expects or was given to. Level and state are left to `Filter.keeps`,
    so that a page can say how many each choice would show."""
    if reach.sees_no_work(actor):
        return []
    spread = {"told": "true", "overdue": "overdue", "paused": "paused", **STANDS}
    counted = ", ".join(
        f"coalesce(sum(n) filter (where {condition}), 0)::int as {name}" for name, condition in spread.items()
    )
    columns = ("told", *STANDS, "overdue", "paused")
    (carrier, carriers), (member, members) = wanted.carrier, wanted.member
    sql = f"""
        with {_seen(actor)},
        -- Equal rows are counted before they are spread over the columns.
        equal as (
            select a.unit_id, {carrier} as carrier_id, max(a.level) as level, max(a.via_id) as via_id, a.state,
                   a.paused_at is not null as paused, {ASIDE["overdue"]} as overdue, count(*)::int as n
            from execution_assignment a {carriers}
            where a.document_id = %(document)s and {_WITHIN}
              and (%(task)s::int is null or a.task_id in (
                  select id from directives_task where document_id = %(document)s and number = %(task)s))
            group by a.unit_id, 2, a.state, 6, 7
        ),
        given as (
            select carrier_id as unit_id, max(level) as level, max(via_id) as via_id, {counted} from equal a group by 1
        ),
        excused as (
            select e.unit_id, count(*)::int as n
            from execution_excuse e
            join directives_task t on t.id = e.task_id and t.state = 'issued' and t.kind = 'task'
            where e.document_id = %(document)s and (%(task)s::int is null or t.number = %(task)s)
              and not exists (
                  select 1 from execution_assignment a where a.task_id = e.task_id and a.unit_id = e.unit_id)
            group by 1
        ),
        untold as (
            select unit_id, max(level) as level, max(via_id) as via_id,
                   count(*) filter (where what = 'missing')::int as missing,
                   count(*) filter (where what = 'missing' and due_on <= %(last_due)s)::int as overdue,
                   count(*) filter (where what = 'paused')::int as paused,
                   count(*) filter (where what = 'closed')::int as closed
            from ({_untold_pairs(wanted)}) u group by 1
        ),
        apart as (
            select {member} as unit_id, max(m.level) as level, max(m.via_id) as via_id, sum(m.n)::int as n
            from (
                select m.unit_id, max(m.level) as level, max(coalesce(sv.heir_id, m.upper_id)) as via_id, max(x.n) as n
                from excused x join directives_member m on m.unit_id = x.unit_id
                    and m.unit_set_id in (select expected_id from directives_task where document_id = %(document)s)
                left join units_successor sv on sv.unit_id = m.upper_id
                where %(all)s or m.unit_id in (select id from seen) or m.upper_id = any(%(own)s)
                group by 1
            ) m {members}
            group by 1
        )
        select unit_id, coalesce(g.level, u.level, x.level), coalesce(g.via_id, u.via_id, x.via_id),
               coalesce(u.missing, 0), coalesce(x.n, 0),
               {", ".join(f"coalesce(g.{name}, 0){ADDED.get(name, '')}" for name in columns)}
        from given g full join untold u using (unit_id) full join apart x using (unit_id)
        where {_OF_UNIT.format(unit="unit_id")}
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, _params(document, actor, at, wanted))
        return [
            Row(
                unit_id=row[0],
                level=row[1],
                via_id=row[2],
                counts=Counts(missing=row[3], excused=row[4], **dict(zip(columns, row[5:], strict=True))),
            )
            for row in cursor.fetchall()
        ]


def pairs(
    document: Document, *, actor: Actor, at: datetime, wanted: Filter, first: int = 0, most: int | None = None
) -> list[Pair]:
    """The rows that a number of the matrix counts, in the order of the tasks."""
    if reach.sees_no_work(actor):
        return []
    sql = f"with {_seen(actor)} {_chosen(wanted)} order by number, unit_id offset %(first)s limit %(most)s"
    with connection.cursor() as cursor:
        cursor.execute(sql, _params(document, actor, at, wanted) | {"first": first, "most": most})
        return [Pair(*row) for row in cursor.fetchall()]


def count_pairs(document: Document, *, actor: Actor, at: datetime, wanted: Filter) -> int:
    if reach.sees_no_work(actor):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"with {_seen(actor)} select count(*) from ({_chosen(wanted)}) x", _params(document, actor, at, wanted)
        )
        return int(cursor.fetchone()[0])


def ids_to_urge(
    document: Document,
    *,
    actor: Actor,
    at: datetime,
    wanted: Filter,
    units: Sequence[int] | None,
    by_unit: int,
) -> list[int]:
    """What still waits for the chosen units themselves (all that the filter keeps, if none is named)."""
    if reach.sees_no_work(actor):
        return []
    asked = wanted.state if wanted.state in {"sent", "working", "overdue"} else "told"
    narrowed = Filter(**{f.name: getattr(wanted, f.name) for f in fields(Filter)} | {"state": asked})
    with connection.cursor() as cursor:
        cursor.execute(
            f"with {_seen(actor)} select assignment_id from ({_told(narrowed)}) x "
            "where state in ('sent', 'working') and not paused and unit_id <> %(by)s "
            "and (%(units)s::bigint[] is null or unit_id = any(%(units)s::bigint[])) order by 1",
            _params(document, actor, at, narrowed) | {"by": by_unit, "units": None if units is None else list(units)},
        )
        return [row[0] for row in cursor.fetchall()]


_WITHIN = (
    "(%(all)s or a.carrier_id in (select id from seen) or a.unit_id in (select id from seen) "
    "or a.giver_id = any(%(own)s) or a.confirmer_id = any(%(own)s) or a.holder_id = any(%(own)s))"
)
_OF_UNIT = """
    (%(unit)s::bigint is null or {unit} = %(unit)s)
    and (%(province)s::bigint is null or {unit} in (
        select descendant_id from units_treeancestor where version_id = %(version)s and ancestor_id = %(province)s))
    and (%(text)s = '' or {unit} in (
        select unit_id from units_name
        where search like '%%' || %(text)s || '%%' and voided_by is null and valid @> %(day)s::date))
"""


def _seen(actor: Actor) -> str:
    """The units of the actor's reach as a CTE; its parameters are named in `_seen_params`."""
    sql, params = reach.seen_units_sql(actor)
    for position in range(len(params)):
        sql = sql.replace("%s", f"%(seen_{position})s", 1)
    return f"seen as materialized (select id from ({sql}) s(id))"


def _seen_params(actor: Actor) -> dict[str, object]:
    _sql, params = reach.seen_units_sql(actor)
    return {f"seen_{position}": value for position, value in enumerate(params)}


def _told(wanted: Filter) -> str:
    condition = {**ASIDE, **STANDS}[wanted.state or "told"]
    carrier, carriers = wanted.carrier
    return f"""
        select a.id as assignment_id, t.number, t.code, t.action, {carrier} as unit_id, a.via_id, a.state, a.due_on,
               a.first_due_on, a.state_since, a.paused_at is not null as paused, '' as note
        from execution_assignment a join directives_task t on t.id = a.task_id {carriers}
        where a.document_id = %(document)s and {_WITHIN} and {condition}
          and (%(task)s::int is null or t.number = %(task)s)
          and (%(level)s = '' or a.level = %(level)s) and {_OF_UNIT.format(unit=carrier)}
    """


def _chosen(wanted: Filter) -> str:
    """The rows behind one number: assignments, expected pairs without one, or both where the number counts both."""
    if wanted.state == "excused":
        return _excused(wanted)
    if wanted.state == "missing":
        return _untold(wanted)
    if wanted.state in ADDED:
        return f"select * from ({_told(wanted)} union all {_untold(wanted)}) both_kinds"
    return _told(wanted)


# Numbers that count pairs without an assignment beside assignments.
ADDED: Mapping[str, str] = {
    "overdue": " + coalesce(u.overdue, 0)",
    "paused": " + coalesce(u.paused, 0)",
    "closed": " + coalesce(u.closed, 0)",
}
_IS: Mapping[str, str] = {
    "missing": "u.what = 'missing'",
    "overdue": "u.what = 'missing' and u.due_on <= %(last_due)s",
    "paused": "u.what = 'paused'",
    "closed": "u.what = 'closed'",
}


def _untold_pairs(wanted: Filter) -> str:
    member, members = wanted.member
    return untold(
        "t.document_id = %(document)s and (%(task)s::int is null or t.number = %(task)s) "
        "and (%(all)s or m.unit_id in (select id from seen) or up.carrier_id = any(%(own)s))",
        unit=member,
        join=members,
    )


def _untold(wanted: Filter) -> str:
    return f"""
        select null::bigint as assignment_id, t.number, t.code, t.action, u.unit_id, u.via_id, 'missing' as state,
               t.due_on, t.first_due_on, null::timestamptz as state_since, u.what <> 'missing' as paused, '' as note
        from ({_untold_pairs(wanted)}) u join directives_task t on t.id = u.task_id
        where {_IS[wanted.state]} and (%(level)s = '' or u.level = %(level)s)
          and {_OF_UNIT.format(unit="u.unit_id")}
    """


def _excused(wanted: Filter) -> str:
    member, members = wanted.member
    return f"""
        select null::bigint as assignment_id, t.number, t.code, t.action, {member} as unit_id,
               coalesce(sv.heir_id, m.upper_id) as via_id, 'excused' as state,
               t.due_on, t.first_due_on, e.at as state_since, false as paused, e.reason as note
        from directives_task t
        join directives_member m on m.unit_set_id = t.expected_id
        join execution_excuse e on e.task_id = t.id and e.unit_id = m.unit_id
        {members}
        left join units_successor sv on sv.unit_id = m.upper_id
        where t.document_id = %(document)s and t.state = 'issued' and t.kind = 'task'
          and (%(all)s or m.unit_id in (select id from seen) or m.upper_id = any(%(own)s))
          and not exists (select 1 from execution_assignment a where a.task_id = t.id and a.unit_id = m.unit_id)
          and (%(task)s::int is null or t.number = %(task)s)
          and (%(level)s = '' or m.level = %(level)s) and {_OF_UNIT.format(unit=member)}
    """


def _params(document: Document, actor: Actor, at: datetime, wanted: Filter) -> dict[str, Any]:
    day = wanted.then or local_day(at)
    past = then.params([document.pk], wanted.then) if wanted.then else {}
    return _seen_params(actor) | past | {
        "document": document.pk,
        "own": sorted(actor.units),
        # The issuer sees the whole of what it set going, whichever bodies carry it.
        "all": bool(actor.units & document.bodies),
        "last_due": current().last_due_day(at),
        "day": day,
        "version": tree.version_on(day),
        "level": wanted.level,
        "province": wanted.province,
        "text": fold(wanted.text),
        "task": wanted.task,
        "unit": wanted.unit,
    }
