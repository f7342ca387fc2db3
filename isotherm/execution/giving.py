"""Giving: the one statement that makes assignments, their ledger lines, deliveries and tally cells.

    children (chosen by the act)  ─>  ids from the sequence  ─>  ledger line per giver and task  ─>  assignments
                                                             └─>  cells: missing out, open in
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from isotherm.actor import Actor
from isotherm.execution.clocks import Dues
from isotherm.execution.outcomes import due_moment
from isotherm.execution.untold import JOIN_SUCCESSOR, UNIT_NOW
from isotherm.records import ledger
from isotherm.tallies.models import KEYS

_CELL = ", ".join(KEYS)


@dataclass(frozen=True, slots=True)
class Given:
    """What one giver gave of one task."""

    line_id: int
    task_id: int
    giver_id: int
    parent_id: int | None
    count: int
    expected: int  # of those, in the frozen expectation


def give(
    chosen: str,
    params: Mapping[str, Any],
    *,
    dues: Dues,
    actor: Actor,
    at: datetime,
    verb: str,
    paper: str | None = None,
    late_entry: bool = False,
) -> list[Given]:
    """Make the assignments that the SQL `chosen` yields, with columns: document_id, task_id, task_code, unit_id,
    carrier_id, giver_id, confirmer_id, parent_id, depth, level, upper_level, via_id, expected, was, below, due_on,
    first_due_on. `was`: the outcome under which the untold pair stands in the cells until now (missing, or paused with
    its parent), null if it does not.
    """
    sql = f"""
        with child as materialized (
            select nextval('execution_assignment_id_seq'::regclass) as id, x.*,
                   greatest(%(take_up)s::date, least(%(plan)s::date, x.due_on)) as plan_due,
                   case when x.below > 0 then %(send_on)s::date end as send_on_due,
                   greatest(%(take_up)s::date, least(%(report)s::date, x.due_on)) as report_due,
                   x.due_on is null or x.due_on >= %(fair_from)s::date as fair
            from ({chosen}) x
        ),
        line as (
            insert into records_ledgerline ({ledger.COLUMNS})
            select %(at)s, %(person)s, %(post)s, giver_id, %(job)s, %(verb)s, 'task', task_id, min(task_code),
                   min(document_id), jsonb_build_object('parent', parent_id) || %(facts)s::jsonb, count(*),
                   'assignment', 'execution_assignment.sent_line',
                   {ledger.members_digest("assignment", "id")}, %(paper)s, %(late)s
            from child group by giver_id, task_id, parent_id
            returning id, unit_id, subject_id, (facts->>'parent')::bigint as parent_id, count
        ),
        made as (
            insert into execution_assignment (
                id, document_id, task_id, unit_id, carrier_id, holder_id, giver_id, confirmer_id, via_id, parent_id,
                depth, level, upper_level, expected, below, below_told, state, state_since, holder_due, sent_at,
                take_up_due, plan_due, send_on_due, report_due, due_on, first_due_on, fair, percent, sent_line)
            select c.id, c.document_id, c.task_id, c.unit_id, c.carrier_id, c.carrier_id, c.giver_id, c.confirmer_id,
                   c.via_id, c.parent_id, c.depth, c.level, c.upper_level, c.expected, c.below, 0, 'sent', %(at)s,
                   {due_moment("coalesce(c.send_on_due, c.due_on, c.report_due)")}, %(at)s, %(take_up)s::date,
                   c.plan_due, c.send_on_due, c.report_due, c.due_on, c.first_due_on, c.fair, 0, l.id
            from child c
            join line l on l.subject_id = c.task_id and l.unit_id = c.giver_id
                and l.parent_id is not distinct from c.parent_id
        ),
        delivered as (
            insert into directives_delivery (document_id, unit_id, at, given_by_id)
            select min(document_id), carrier_id, %(at)s::timestamptz, min(giver_id) from child group by carrier_id
            on conflict do nothing
        ),
        -- What a child's dues are follows from its task and parent: they are told apart once, not for every child.
        source as (
            select s.*, pd.take_up as was_take_up, pd.plan as was_plan, pd.send_on as was_send_on,
                   pd.report as was_report, pd.done as was_done,
                   dense_rank() over (order by s.due_on, s.plan_due, s.report_due, s.fair, s.was, pd.take_up, pd.plan,
                                      pd.send_on, pd.report, pd.done) as alike
            from (
                select task_id, parent_id, min(depth) as depth, min(due_on) as due_on, min(plan_due) as plan_due,
                       min(report_due) as report_due, bool_and(fair) as fair, min(was) as was
                from child where expected group by task_id, parent_id
            ) s
            left join directives_planneddue pd on s.was is not null and pd.task_id = s.task_id and pd.depth = s.depth
        ),
        counted as (
            select n.*, s.due_on, s.plan_due, s.report_due, s.fair, s.was, s.was_take_up, s.was_plan, s.was_send_on,
                   s.was_report, s.was_done, case when n.has_below then %(send_on)s::date end as send_on_due
            from (
                select min(c.document_id) as document_id, c.carrier_id as unit_id, c.via_id, min(c.level) as level,
                       min(c.upper_level) as upper_level, c.below > 0 as has_below, s.alike, count(*)::int as n
                from child c
                join source s on s.task_id = c.task_id and s.parent_id is not distinct from c.parent_id
                where c.expected
                group by s.alike, c.carrier_id, c.via_id, c.below > 0
            ) n
            join (select distinct on (alike) * from source order by alike) s using (alike)
        ),
        delta as (
            insert into tallies_delta ({_CELL}, n)
            select document_id, unit_id, via_id, level, upper_level, duty, d_due, outcome, d_fair, sum(d_n)::int
            from counted k
            cross join lateral (values
                ('take_up', %(take_up)s::date, 'open', true, k.n, true),
                ('plan', k.plan_due, 'open', true, k.n, true),
                ('send_on', k.send_on_due, 'open', true, k.n, k.has_below),
                ('report', k.report_due, 'open', true, k.n, true),
                ('done', k.due_on, 'open', k.fair, k.n, true),
                ('take_up', k.was_take_up, k.was, false, -k.n, k.was is not null),
                ('plan', k.was_plan, k.was, false, -k.n, k.was is not null),
                ('send_on', k.was_send_on, k.was, false, -k.n, k.was is not null and k.has_below),
                ('report', k.was_report, k.was, false, -k.n, k.was is not null),
                ('done', k.was_done, k.was, false, -k.n, k.was is not null)
            ) d(duty, d_due, outcome, d_fair, d_n, counts)
            where d.counts
            group by 1, 2, 3, 4, 5, 6, 7, 8, 9
            having sum(d_n) <> 0
        )
        select l.id, l.subject_id, l.unit_id, l.parent_id, l.count, c.expected
        from line l
        join (
            select task_id, giver_id, parent_id, count(*) filter (where expected) as expected
            from child group by task_id, giver_id, parent_id
        ) c on c.task_id = l.subject_id and c.giver_id = l.unit_id and c.parent_id is not distinct from l.parent_id
        order by l.id
    """
    values = {
        **params,
        "take_up": dues.take_up,
        "plan": dues.plan,
        "send_on": dues.send_on,
        "report": dues.report,
        "fair_from": dues.fair_from,
        "at": at,
        "person": actor.person_id,
        "post": actor.post_id,
        "job": actor.job,
        "facts": ledger.as_json(actor.facts),
        "verb": verb,
        "paper": paper,
        "late": late_entry,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [
            Given(line_id=row[0], task_id=row[1], giver_id=row[2], parent_id=row[3], count=row[4], expected=row[5])
            for row in cursor.fetchall()
        ]


def expect_missing(document_id: int) -> None:
    """At issue: the cells of all pairs that the issuer does not tell himself, as missing, by their planned dues."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            insert into tallies_delta ({_CELL}, n)
            select %(document)s, m.unit_id, m.upper_id, m.level, m.upper_level, d.duty, d.due, 'missing', false,
                   sum(k.n)::int
            from (
                select t.expected_id, pd.depth, pd.take_up, pd.plan, pd.send_on, pd.report, pd.done, count(*) as n
                from directives_task t join directives_planneddue pd on pd.task_id = t.id
                where t.document_id = %(document)s and t.state = 'issued' and t.kind = 'task' and pd.depth > 1
                group by 1, 2, 3, 4, 5, 6, 7
            ) k
            join directives_member m on m.unit_set_id = k.expected_id and m.depth = k.depth
            left join (select distinct unit_set_id, upper_id from directives_member) b
                on b.unit_set_id = m.unit_set_id and b.upper_id = m.unit_id
            cross join lateral (values
                ('take_up', k.take_up, true), ('plan', k.plan, true), ('send_on', k.send_on, b.upper_id is not null),
                ('report', k.report, true), ('done', k.done, true)
            ) d(duty, due, counts)
            where d.counts
            group by m.unit_id, m.upper_id, m.level, m.upper_level, d.duty, d.due
            """,
            {"document": document_id},
        )


def move_missing_below(parents: Sequence[int], *, old: str, new: str) -> None:
    """Expected pairs that these parents have not told go with them: they pause, wake or leave the books together."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            insert into tallies_delta ({_CELL}, n)
            select p.document_id, {UNIT_NOW}, p.carrier_id, m.level, m.upper_level, d.duty, d.due, o.outcome, false,
                   sum(o.sign)::int
            from execution_assignment p
            join directives_task t on t.id = p.task_id and t.kind = 'task'
            join directives_member m on m.unit_set_id = t.expected_id and m.upper_id = p.unit_id and m.depth > 1
            {JOIN_SUCCESSOR}
            join directives_planneddue pd on pd.task_id = t.id and pd.depth = m.depth
            cross join lateral (values
                ('take_up', pd.take_up), ('plan', pd.plan), ('report', pd.report), ('done', pd.done)
            ) d(duty, due)
            cross join (values (%(old)s, -1), (%(new)s, 1)) o(outcome, sign)
            where p.id = any(%(parents)s)
              and not exists (select 1 from execution_assignment a where a.task_id = t.id and a.unit_id = m.unit_id)
              and not exists (select 1 from execution_excuse e where e.task_id = t.id and e.unit_id = m.unit_id)
            group by 1, 2, 3, 4, 5, 6, 7, 8
            """,
            {"parents": list(parents), "old": old, "new": new},
        )
