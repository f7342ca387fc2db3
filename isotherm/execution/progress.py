"""How far directives and their tasks are, for lists: from the counter cells by directive, from the rows by task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from isotherm.accounts import reach
from isotherm.actor import Actor
from isotherm.execution.matrix import ADDED, ASIDE, STANDS, Counts
from isotherm.execution.outcomes import due_moment
from isotherm.execution.untold import untold
from isotherm.tallies.fold import CELLS_SQL
from isotherm.tallies.models import UNMET
from isotherm.workdays.queries import current


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one directive, within reach. `due`: pairs whose completion has fallen due and still counts."""

    tasks: int = 0
    given: int = 0
    missing: int = 0
    due: int = 0
    done: int = 0
    overdue: int = 0


def of_documents(ids: Sequence[int], *, actor: Actor, at: datetime) -> Mapping[int, Progress]:
    """One statement for a page of directives. Confirmed completion alone is done; what waits for its confirmer is due
    and neither done nor overdue."""
    if not ids or reach.sees_no_work(actor):
        return {}
    seen, reached = reach.seen_units_sql(actor)
    own = sorted(actor.units)
    params: list[Any] = [*reached, own, own, own, list(ids), at, list(ids), own, own, own]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with seen as materialized (select id from ({seen}) s(id)),
            asked as (
                select d.id, (d.issuer_id = any(%s) or d.in_name_of_id = any(%s)
                    or (d.signed_how <> 'own' and d.office_id = any(%s))) is true as whole,
                       (select count(*) from directives_task t where t.document_id = d.id
                          and t.state in ('proposed', 'accepted', 'issued')) as tasks
                from directives_document d where d.id = any(%s)
            ),
            counted as (
                select c.document_id,
                       sum(n) filter (where duty = 'take_up' and outcome = 'missing') as missing,
                       sum(n) filter (where duty = 'done' and fell and outcome in
                           ('open', 'missing', 'reported', 'on_time', 'late')) as due,
                       sum(n) filter (where duty = 'done' and fell and outcome in ('on_time', 'late')) as done,
                       sum(n) filter (where duty = 'done' and fell and outcome in {UNMET}) as overdue
                from (
                    select k.*, {due_moment("k.due_on")} < %s as fell
                    from {CELLS_SQL} k
                    where k.document_id = any(%s) and k.duty in ('take_up', 'done')
                ) c join asked a on a.id = c.document_id
                where a.whole or c.unit_id in (select id from seen)
                group by 1
            ),
            -- Regular duties and bodies outside the chain stand in no cell, and are assignments all the same.
            given as (
                select a.document_id, count(*) as n from execution_assignment a
                where a.document_id in (select id from asked where whole) group by 1
                union all
                select a.document_id, count(*) from execution_assignment a
                where a.document_id in (select id from asked where not whole)
                  and (a.carrier_id in (select id from seen) or a.unit_id in (select id from seen)
                       or a.giver_id = any(%s) or a.confirmer_id = any(%s) or a.holder_id = any(%s))
                group by 1
            )
            select a.id, a.tasks, coalesce(g.n, 0), coalesce(c.missing, 0), coalesce(c.due, 0),
                   coalesce(c.done, 0), coalesce(c.overdue, 0)
            from asked a left join counted c on c.document_id = a.id left join given g on g.document_id = a.id
            """,
            params,
        )
        return {row[0]: Progress(*row[1:]) for row in cursor.fetchall()}


def of_tasks(ids: Sequence[int], *, actor: Actor, at: datetime) -> Mapping[int, Counts]:
    """One statement for a page of tasks: where their assignments within reach stand, and how many pairs are untold."""
    if not ids or reach.sees_no_work(actor):
        return {}
    seen, params = reach.seen_units_sql(actor)
    named: dict[str, Any] = {f"seen_{position}": value for position, value in enumerate(params)}
    for name in named:
        seen = seen.replace("%s", f"%({name})s", 1)
    columns = ("told", *STANDS, "overdue", "paused")
    counted = ", ".join(
        f"count(*) filter (where {condition})::int as {name}" for name, condition in {**ASIDE, **STANDS}.items()
    )
    pairs = untold(
        "t.id = any(%(ids)s) and (exists (select 1 from asked k where k.id = t.id and k.whole) "
        "or m.unit_id in (select id from seen) or up.carrier_id = any(%(own)s))"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with seen as materialized (select id from ({seen}) s(id)),
            asked as (
                select t.id, (d.issuer_id = any(%(own)s) or d.in_name_of_id = any(%(own)s)
                    or (d.signed_how <> 'own' and d.office_id = any(%(own)s))) is true as whole
                from directives_task t join directives_document d on d.id = t.document_id where t.id = any(%(ids)s)
            ),
            given as (
                select a.task_id, {counted}
                from execution_assignment a join asked k on k.id = a.task_id
                where k.whole or a.carrier_id in (select id from seen) or a.unit_id in (select id from seen)
                   or a.giver_id = any(%(own)s) or a.confirmer_id = any(%(own)s) or a.holder_id = any(%(own)s)
                group by 1
            ),
            untold as (
                select u.task_id, count(*) filter (where what = 'missing')::int as missing,
                       count(*) filter (where what = 'missing' and due_on <= %(last_due)s)::int as overdue,
                       count(*) filter (where what = 'paused')::int as paused,
                       count(*) filter (where what = 'closed')::int as closed
                from ({pairs}) u group by 1
            ),
            excused as (
                select e.task_id, count(*)::int as n from execution_excuse e join asked k on k.id = e.task_id
                where (k.whole or e.unit_id in (select id from seen) or e.given_by_id = any(%(own)s))
                  and not exists (
                    select 1 from execution_assignment a where a.task_id = e.task_id and a.unit_id = e.unit_id)
                group by 1
            )
            select k.id, coalesce(u.missing, 0), coalesce(x.n, 0),
                   {", ".join(f"coalesce(g.{name}, 0){ADDED.get(name, '')}" for name in columns)}
            from asked k left join given g on g.task_id = k.id left join untold u on u.task_id = k.id
            left join excused x on x.task_id = k.id
            """,
            named | {"own": sorted(actor.units), "ids": list(ids), "last_due": current().last_due_day(at)},
        )
        return {
            row[0]: Counts(
                missing=row[1],
                excused=row[2],
                **dict(zip(columns, row[3:], strict=True)),
            )
            for row in cursor.fetchall()
        }
