"""Passing on to subordinates: one, several, all of a kind; or saying that units below have no part, and why.

Each act covers all tasks of a document that the unit has taken up. What is passed on once is not passed on twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection, transaction

from isotherm.actor import Actor
from isotherm.directives.queries import document_for
from isotherm.execution import policy, queries, rules
from isotherm.execution.acts.report import WORKING_HOLDER_DUE
from isotherm.execution.clocks import dues_from, local_day
from isotherm.execution.expectation import level_of
from isotherm.execution.giving import give
from isotherm.execution.models import Excuse, State
from isotherm.execution.papers import Paper, counts_from, is_late_entry, wrong_paper
from isotherm.execution.rules import Verb
from isotherm.execution.sets import Intents, Outcome, run
from isotherm.execution.untold import JOIN_SUCCESSOR, UNIT_NOW
from isotherm.refusals import NotAccepted, NotNow, refuse_unless
from isotherm.tallies.models import KEYS
from isotherm.units import kinds, tree
from isotherm.units import queries as unit_queries
from isotherm.words import lazy

_CELL = ", ".join(KEYS)

# The expected units below each parent that nobody has told and nobody excused, and any others the parent names.
_CHOSEN = f"""
    select p.document_id, p.task_id, t.code as task_code, x.unit_id, x.carrier_id,
           p.carrier_id as giver_id, coalesce(t.confirmer_id, p.carrier_id) as confirmer_id, p.id as parent_id,
           p.depth + 1 as depth, x.level, p.level as upper_level, p.carrier_id as via_id,
           x.expected and p.expected as expected,
           case when x.expected and p.expected then case when p.paused_at is null then 'missing' else 'paused' end end
               as was, 0 as below,
           least(p.due_on, %(stricter)s::date) as due_on, least(p.due_on, %(stricter)s::date) as first_due_on
    from execution_assignment p
    join directives_task t on t.id = p.task_id
    join lateral (
        -- The pair stays that of the unit of its day; whoever answers for it now carries it.
        select m.unit_id, {UNIT_NOW} as carrier_id, m.level, true as expected
        from directives_member m {JOIN_SUCCESSOR}
        where m.unit_set_id = t.expected_id and m.upper_id = p.unit_id
          and (%(targets)s::bigint[] is null or {UNIT_NOW} = any(%(targets)s::bigint[]))
        union all
        select o.unit_id, o.unit_id, o.level, false
        from unnest(%(others)s::bigint[], %(other_levels)s::text[]) o(unit_id, level)
        where not exists (
            select 1 from directives_member m {JOIN_SUCCESSOR}
            where m.unit_set_id = t.expected_id and m.upper_id = p.unit_id and {UNIT_NOW} = o.unit_id)
    ) x on true
    where p.id = any(%(parents)s::bigint[])
      -- nobody expected below has been told or excused yet: no need to look at each
      and ((x.expected and p.below_told = 0) or (
          not exists (select 1 from execution_assignment a where a.task_id = p.task_id and a.unit_id = x.unit_id)
          and not exists (select 1 from execution_excuse e where e.task_id = p.task_id and e.unit_id = x.unit_id)))
"""

_TOLD = {
    "below_told": "p.below_told + p.told",
    "sent_on_at": "case when p.below > 0 and p.below_told + p.told >= p.below "
    "then coalesce(p.sent_on_at, p.act_at) else p.sent_on_at end",
    "holder_due": "case when p.below > 0 and p.below_told + p.told >= p.below and p.paused_at is null then "
    + WORKING_HOLDER_DUE.replace("p.sent_on_at is null", "false")
    + " else p.holder_due end",
}


@transaction.atomic
def send_on(
    document: str,
    unit_id: int,
    *,
    targets: Sequence[int] | None = None,
    due_on: date | None = None,
    numbers: Sequence[int] | None = None,
    paper: Paper | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Pass on to `targets` (unit ids below), or to all expected units below. `due_on` may only be stricter.

    The outcome is over the unit's own assignments; `Outcome.done` counts them.
    """
    found = document_for(actor, document)
    ids = queries.ids_for(actor, found, unit_id, states=[State.WORKING, State.SENT], numbers=numbers)
    refuse_unless(policy.may_act(actor, unit_id, Verb.SEND_ON, paper=paper.symbol if paper else None))
    refuse_unless(wrong_paper(paper, at=at))
    _refuse_strangers(unit_id, targets, day=local_day(at))
    if due_on is not None and due_on <= local_day(at):
        raise NotAccepted(lazy("The date for the units below must lie after today."), field="due_on")
    counted = counts_from(paper, at)
    outcome = over(
        ids,
        unit_id=unit_id,
        targets=targets,
        due_on=due_on,
        paper=paper.symbol if paper else None,
        late_entry=is_late_entry(paper, at),
        actor=actor,
        at=counted,
    ).or_refuse()
    if not outcome.lines:
        raise NotNow(
            lazy("There is nothing left to pass on: every unit below has it already, or has no part in it."),
            remedy=lazy("The table below shows who has received it."),
        )
    return outcome


def over(
    ids: Sequence[int],
    *,
    unit_id: int,
    targets: Sequence[int] | None = None,
    due_on: date | None = None,
    paper: str | None = None,
    late_entry: bool = False,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """The verb over a giver's assignments, the right to act being decided."""
    with connection.cursor() as cursor:
        # The same lock as in `run`: a unit that sends twice at once sends each child one assignment.
        cursor.execute(
            "select id, state, carrier_id from execution_assignment where id = any(%s) order by id for no key update",
            [list(ids)],
        )
        working = [row[0] for row in cursor.fetchall() if row[1] == State.WORKING and row[2] == unit_id]
    others, levels = _others(unit_id, targets, day=local_day(at))
    given = give(
        _CHOSEN,
        {
            "parents": working,
            "targets": None if targets is None else list(targets),
            "others": others,
            "other_levels": levels,
            "stricter": due_on,
        },
        dues=dues_from(local_day(at)),
        actor=actor,
        at=at,
        verb="assignment.given",
        paper=paper,
        late_entry=late_entry,
    )
    parents = {one.parent_id: one.expected for one in given}
    # Rows not in state WORKING go through the verb too, so that each is refused with its reason.
    rest = [one for one in ids if one not in set(working)]
    acting = [one for one in parents if one is not None] + rest
    return run(
        Verb.SEND_ON,
        Intents(
            ids=acting,
            at=[at] * len(acting),
            units=[unit_id] * len(acting),
            posts=[actor.post_id] * len(acting),
            persons=[actor.person_id] * len(acting),
            job=actor.job,
            facts=actor.facts,
            extra={"told": ("int", [parents.get(one, 0) for one in acting])},
        ),
        changes=_TOLD,
        facts={"given": sum(one.count for one in given)},
        paper=paper,
        late_entry=late_entry,
        ledger_verb="sent_on",
    )


@transaction.atomic
def excuse(
    document: str,
    unit_id: int,
    *,
    reason: str,
    targets: Sequence[int] | None = None,
    numbers: Sequence[int] | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Say that expected units below (all, or `targets`) have no part in the tasks, with the reason. Counted apart."""
    found = document_for(actor, document)
    ids = queries.ids_for(actor, found, unit_id, states=[State.WORKING, State.SENT], numbers=numbers)
    refuse_unless(policy.may_act(actor, unit_id, Verb.SEND_ON))
    refuse_unless(rules.wrong_reason(reason))
    return over_excuse(ids, unit_id=unit_id, reason=reason.strip(), targets=targets, actor=actor, at=at).or_refuse()


def over_excuse(
    ids: Sequence[int],
    *,
    unit_id: int,
    reason: str,
    targets: Sequence[int] | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, state, carrier_id from execution_assignment where id = any(%s) order by id for no key update",
            [list(ids)],
        )
        working = [row[0] for row in cursor.fetchall() if row[1] == State.WORKING and row[2] == unit_id]
        cursor.execute(
            f"""
            select p.id, p.task_id, p.document_id, m.unit_id,
                   case when p.paused_at is null then 'missing' else 'paused' end
            from execution_assignment p
            join directives_task t on t.id = p.task_id
            join directives_member m on m.unit_set_id = t.expected_id and m.upper_id = p.unit_id
            {JOIN_SUCCESSOR}
            where p.id = any(%(parents)s) and (%(targets)s::bigint[] is null or {UNIT_NOW} = any(%(targets)s::bigint[]))
              and not exists (select 1 from execution_assignment a
                              where a.task_id = p.task_id and a.unit_id = m.unit_id)
              and not exists (select 1 from execution_excuse e where e.task_id = p.task_id and e.unit_id = m.unit_id)
            """,
            {"parents": working, "targets": None if targets is None else list(targets)},
        )
        rows = cursor.fetchall()
    if working and not rows:
        raise NotNow(lazy("There is no unit below that could still be excused: all have received it or are excused."))
    per_parent: dict[int, int] = {}
    for row in rows:
        per_parent[row[0]] = per_parent.get(row[0], 0) + 1
    acting = list(per_parent) + [one for one in ids if one not in set(working)]
    outcome = run(
        Verb.SEND_ON,
        Intents(
            ids=acting,
            at=[at] * len(acting),
            units=[unit_id] * len(acting),
            posts=[actor.post_id] * len(acting),
            persons=[actor.person_id] * len(acting),
            job=actor.job,
            facts=actor.facts,
            extra={"told": ("int", [per_parent.get(one, 0) for one in acting])},
        ),
        changes=_TOLD,
        facts={"reason": reason, "excused": len(rows)},
        ledger_verb="excused_below",
    )
    line = {one: made.id for made in outcome.lines for one in made.assignments}
    kept = [row for row in rows if row[0] in line]
    Excuse.objects.bulk_create(
        Excuse(
            task_id=row[1],
            document_id=row[2],
            unit_id=row[3],
            given_by_id=unit_id,
            reason=reason,
            at=at,
            line_id=line[row[0]],
        )
        for row in kept
    )
    _move_to_excused(kept)
    return outcome


def _move_to_excused(rows: Sequence[tuple[int, int, int, int, str]]) -> None:
    """Put excused pairs beside the rates. Rows: (parent, task, document, unit, the outcome they stood under)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            insert into tallies_delta ({_CELL}, n)
            select t.document_id, {UNIT_NOW}, up.carrier_id, m.level, m.upper_level, d.duty, d.due, o.outcome, false,
                   sum(o.sign)::int
            from unnest(%(tasks)s::bigint[], %(units)s::bigint[], %(was)s::text[]) x(task_id, unit_id, was)
            join directives_task t on t.id = x.task_id and t.kind = 'task'
            join directives_member m on m.unit_set_id = t.expected_id and m.unit_id = x.unit_id
            join execution_assignment up on up.task_id = t.id and up.unit_id = m.upper_id
            {JOIN_SUCCESSOR}
            join directives_planneddue pd on pd.task_id = t.id and pd.depth = m.depth
            cross join lateral (values
                ('take_up', pd.take_up), ('plan', pd.plan), ('report', pd.report), ('done', pd.done)
            ) d(duty, due)
            cross join lateral (values (x.was, -1), ('excused', 1)) o(outcome, sign)
            group by 1, 2, 3, 4, 5, 6, 7, 8
            """,
            {
                "tasks": [row[1] for row in rows],
                "units": [row[3] for row in rows],
                "was": [row[4] for row in rows],
            },
        )


def _refuse_strangers(unit_id: int, targets: Sequence[int] | None, *, day: date) -> None:
    if targets is None:
        return
    if not targets:
        raise NotAccepted(lazy("Choose at least one unit to pass it on to."), field="targets")
    below = set(tree.children(unit_id, day))
    strangers = [one for one in targets if one not in below]
    if strangers:
        name = unit_queries.named_on(strangers[:1], day, "vi").get(strangers[0], "")
        kind = unit_queries.kinds_of([unit_id], day).get(unit_id)
        if kind and kinds.commands_only_below(kind):
            raise NotAccepted(
                lazy("%(unit)s is not below your body: a department guides it, requests, and does not assign."),
                {"unit": name},
                remedy=lazy(
                    "Ask the committee to pass it on; or register a document signed by order (TL.) or by delegation "
                    "(TUQ.) of its chair; or send a request, which is recorded without scores."
                ),
                field="targets",
            )
        raise NotAccepted(
            lazy("%(unit)s is not directly below your body."),
            {"unit": name},
            remedy=lazy("A task is passed on only to subordinates; other bodies are asked to coordinate."),
            field="targets",
        )


def _others(unit_id: int, targets: Sequence[int] | None, *, day: date) -> tuple[list[int], list[str]]:
    """Named targets with their levels; those that are expected anyway are left out by the query."""
    if targets is None:
        return [], []
    kinds = unit_queries.kinds_of(targets, day)
    return list(targets), [level_of(kinds.get(one, "other")) for one in targets]

