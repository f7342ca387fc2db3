"""Which open tasks lose their ground, because a later document repeals or replaces theirs, or the one that theirs
carries out. They are listed for the office that gave them; nothing happens to them by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from isotherm.accounts import reach
from isotherm.actor import Actor
from isotherm.directives.models import Document, GroundDecision, Task
from isotherm.directives.queries import ours, visible_documents
from isotherm.execution.models import OPEN
from isotherm.execution.untold import untold

_OPEN = ", ".join(f"'{state.value}'" for state in OPEN)

# A repeal read from a text that nobody has confirmed is told to the office of that text alone. What carries out a
# repealed document loses its ground as well, however many steps lie between; what was issued later does not.
TAKEN = """
    taken(by_id, document_id, direct) as (
        select r.document_id, r.other_id, true
        from directives_relation r
        join directives_document d on d.id = r.document_id
        join directives_document o on o.id = r.other_id
        where r.what in ('repeals', 'replaces') and r.judged <> 'wrong' and d.state <> 'recalled'
          and (d.state = 'issued' or r.judged = 'right' or d.issuer_id = any(%(own)s))
          and r.other_id <> r.document_id and o.signed_on <= d.signed_on
        union
        select t.by_id, r.document_id, false
        from taken t
        join directives_relation r on r.other_id = t.document_id and r.what = 'implements'
        join directives_document a on a.id = r.document_id
        join directives_document d on d.id = t.by_id
        where r.document_id <> t.by_id and a.signed_on <= d.signed_on
    )
"""

# A requirement is never done; a task is over when nobody carries it out any more and nobody is still to be told.
STANDS = f"""
    x.state = 'issued' and (
        x.kind = 'standing'
        or exists (select 1 from execution_assignment a where a.task_id = x.id and a.state in ({_OPEN}))
        or exists (select 1 from ({untold("t.id = x.id")}) u where u.what <> 'closed')
    )
"""


@dataclass(frozen=True, slots=True)
class Lost:
    """The tasks of one document that lose their ground by another one."""

    by_id: int
    by_code: str
    by_symbol: str
    by_signed_on: date
    by_issued: bool
    document_id: int
    code: str
    symbol: str
    subject: str
    issuer_id: int
    direct: bool  # repealed itself, not what it carries out
    undecided: int
    decided: int


def lost(actor: Actor, *, document: Document | None = None, by: Document | None = None) -> list[Lost]:
    """Of one document, by one document, or of all documents of the actor's own bodies."""
    if reach.sees_no_work(actor):
        return []
    own = sorted(actor.units)
    if document is not None:
        condition, value = "t.document_id = %(one)s", document.pk
    elif by is not None:
        condition, value = "t.by_id = %(one)s", by.pk
    else:
        condition, value = ours("a"), 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with recursive {TAKEN}
            select d.id, d.code, d.symbol, d.signed_on, d.state = 'issued', a.id, a.code, a.symbol, a.subject,
                   a.issuer_id, t.direct, n.undecided, n.decided
            from (select by_id, document_id, bool_or(direct) as direct from taken group by 1, 2) t
            join directives_document d on d.id = t.by_id
            join directives_document a on a.id = t.document_id
            cross join lateral (
                select count(*) filter (where g.id is null and {STANDS})::int as undecided,
                       count(g.id)::int as decided
                from directives_task x
                left join directives_grounddecision g on g.task_id = x.id and g.by_id = t.by_id
                where x.document_id = a.id
            ) n
            where {condition} and (n.undecided > 0 or n.decided > 0)
            order by d.signed_on desc, d.id, t.direct desc, a.symbol_key
            """,
            {"own": own, "one": value},
        )
        found = [Lost(*row) for row in cursor.fetchall()]
    if by is None:
        return found
    within = set(
        visible_documents(actor).filter(pk__in=[one.document_id for one in found]).values_list("pk", flat=True)
    )
    return [one for one in found if one.document_id in within]


def undecided(one: Lost) -> QuerySet[Task]:
    """The tasks for which nothing is decided yet, with how many assignments are open."""
    return with_open(
        Task.objects.filter(document_id=one.document_id, pk__in=_standing(one.document_id)).exclude(
            ground_decisions__by_id=one.by_id
        )
    ).order_by("start", "number")


def with_open(tasks: QuerySet[Task]) -> QuerySet[Task]:
    states = [state.value for state in OPEN]
    return tasks.annotate(open_count=Count("assignments", filter=Q(assignments__state__in=states)))


def decided(one: Lost) -> Sequence[GroundDecision]:
    found = GroundDecision.objects.filter(by_id=one.by_id, task__document_id=one.document_id)
    return list(found.select_related("task", "carried_on").order_by("task__number"))


def standing(task: Task) -> bool:
    """Whether there is still something of it to keep or to recall."""
    return task.pk in _standing(task.document_id, task.pk)


def _standing(document_id: int, task_id: int | None = None) -> list[int]:
    params: list[Any] = [document_id, task_id, task_id]
    with connection.cursor() as cursor:
        cursor.execute(
            f"select x.id from directives_task x where x.document_id = %s and (%s::bigint is null or x.id = %s) "
            f"and {STANDS}",
            params,
        )
        return [row[0] for row in cursor.fetchall()]
