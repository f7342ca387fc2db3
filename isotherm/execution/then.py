"""Who answered for a pair on a past day: what "as was" reads beside "as now".

Of an assignment it is the body that carried it before the first reorganisation after that day; of a pair that nobody
was told, and of what stands at a unit that had ended by then, the successor of that day. The set of pairs is the same
in both readings, and so is every total; only the units differ under which they are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from isotherm.execution.outcomes import counted
from isotherm.execution.untold import JOIN_SUCCESSOR, STOOD, UNIT_NOW
from isotherm.tallies.fold import CELLS_SQL
from isotherm.tallies.models import KEYS
from isotherm.units.reorganisation import successors

_CELL = ", ".join(KEYS)

# The first carriage after the day, of reorganisations that hold: who carried the assignment on it.
CARRIED_SINCE = """(
    select distinct on (k.assignment_id) k.assignment_id, k.gone_id, k.via_was
    from units_reorganisation r
    join execution_carriage k on k.reorganisation_id = r.id and k.document_id = any(%(documents)s::bigint[])
    where r.state in ('carrying', 'carried') and r.day > %(then)s::date
    order by k.assignment_id, k.id
)"""
ENDED = "unnest(%(ended)s::bigint[], %(answers)s::bigint[])"


@dataclass(frozen=True, slots=True)
class Change:
    """What one event moved from one unit to another, among the pairs that are counted."""

    day: date
    document: str  # the decision
    gone_id: int
    heir_id: int
    told: int
    untold: int

    @property
    def pairs(self) -> int:
        return self.told + self.untold


def params(documents: Sequence[int], day: date) -> dict[str, Any]:
    """What the SQL of this file needs."""
    ended = successors.on(day)
    return {
        "documents": list(documents),
        "then": day,
        "ended": list(ended),
        "answers": list(ended.values()),
    }


def days_of(documents: Sequence[int]) -> list[date]:
    """The last days before each reorganisation that moved something of these directives, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select distinct r.day - 1 from units_reorganisation r
            where r.state in ('carrying', 'carried') and exists (
                select from execution_carriage k where k.reorganisation_id = r.id and k.document_id = any(%s))
            order by 1 desc
            """,
            [list(documents)],
        )
        return [row[0] for row in cursor.fetchall()]


# Pairs that nobody was told, whose unit or upper unit was another on the day.
_UNTOLD = f"""
    select t.document_id, t.id as task_id, m.depth, m.level, m.upper_level, {UNIT_NOW} as now_id,
           coalesce(en.heir, m.unit_id) as then_id, coalesce(p.carrier_id, m.upper_id) as via_now,
           coalesce(k.gone_id, p.carrier_id, m.upper_id) as via_then, {STOOD} as outcome
    from directives_task t
    join directives_member m on m.unit_set_id = t.expected_id and m.depth > 1
    left join execution_assignment p on p.task_id = t.id and p.unit_id = m.upper_id
    left join carried k on k.assignment_id = p.id
    left join {ENDED} en(gone, heir) on en.gone = m.unit_id
    {JOIN_SUCCESSOR}
    left join execution_excuse e on e.task_id = t.id and e.unit_id = m.unit_id
    where t.document_id = any(%(documents)s::bigint[]) and t.kind = 'task' and t.state in ('issued', 'recalled')
      and ({UNIT_NOW} <> coalesce(en.heir, m.unit_id) or k.gone_id <> p.carrier_id)
      and not exists (select from execution_assignment a where a.task_id = t.id and a.unit_id = m.unit_id)
"""
_SPREAD = """
    join directives_planneddue pd on pd.task_id = u.task_id and pd.depth = u.depth
    cross join lateral (values
        ('take_up', pd.take_up), ('plan', pd.plan), ('report', pd.report), ('done', pd.done)
    ) d(duty, due)
"""
_BODIES = "document_id, carrier_id, via_id, was_id, via_was, level, upper_level"


def cells_sql() -> str:
    """SQL of the cells of some directives by the units of the day: the columns of a cell, and `now_id`, who answers
    now. The live cells, with what was carried since put back: only that is read from rows."""
    told = counted("told", _BODIES, where="r.expected")
    return f"""
        with carried as materialized {CARRIED_SINCE},
        told as materialized (
            select a.*, k.gone_id as was_id, k.via_was
            from carried k join execution_assignment a on a.id = k.assignment_id
            where k.gone_id <> a.carrier_id or k.via_was <> a.via_id
        ),
        untold as materialized ({_UNTOLD}),
        every as (
            select {_CELL}, n, unit_id as now_id from {CELLS_SQL} c where document_id = any(%(documents)s::bigint[])
            union all
            select c.document_id, case when x.sign < 0 then c.carrier_id else c.was_id end,
                   case when x.sign < 0 then c.via_id else c.via_was end, c.level, c.upper_level, c.duty, c.due_on,
                   c.outcome, c.fair, x.sign * c.n, c.carrier_id
            from ({told}) c cross join (values (-1), (1)) x(sign)
            union all
            select u.document_id, case when x.sign < 0 then u.now_id else u.then_id end,
                   case when x.sign < 0 then u.via_now else u.via_then end, u.level, u.upper_level, d.duty, d.due,
                   u.outcome, false, x.sign, u.now_id
            from untold u {_SPREAD} cross join (values (-1), (1)) x(sign)
        )
        select c.document_id, coalesce(eu.heir, c.unit_id) as unit_id, coalesce(ev.heir, c.via_id) as via_id, c.level,
               c.upper_level, c.duty, c.due_on, c.outcome, c.fair, sum(c.n)::int as n, c.now_id
        from every c
        left join {ENDED} eu(gone, heir) on eu.gone = c.unit_id
        left join {ENDED} ev(gone, heir) on ev.gone = c.via_id
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 11 having sum(c.n) <> 0
    """


def changes_sql(inside: str) -> str:
    """SQL of (day, decision, gone, heir, told, untold): each event that moved something since the day. `inside` is a
    condition over `now_id` and `document_id`: code, never input."""
    return f"""
        with carried as materialized {CARRIED_SINCE},
        untold as materialized ({_UNTOLD}),
        moved as (
            select r.day, r.document, k.gone_id, k.carrier_id as heir_id, k.document_id, a.carrier_id as now_id,
                   1 as told, 0 as untold
            from units_reorganisation r
            join execution_carriage k on k.reorganisation_id = r.id and k.gone_id <> k.carrier_id
                and k.document_id = any(%(documents)s::bigint[])
            join execution_assignment a on a.id = k.assignment_id and a.expected
            where r.state in ('carrying', 'carried') and r.day > %(then)s::date
            union all
            select s.day, s.document, u.then_id, h.heir_id, u.document_id, u.now_id, 0, 1
            from untold u
            join units_heir h on h.gone_id = u.then_id and h.main
            join units_succession s on s.id = h.succession_id and s.voided_by is null and s.day > %(then)s::date
            where u.now_id <> u.then_id
        )
        select day, document, gone_id, heir_id, sum(told)::int, sum(untold)::int from moved m where true {inside}
        group by 1, 2, 3, 4 order by 1, sum(told) + sum(untold) desc, 3, 4
    """
