"""After sending, a task is corrected or recalled, never edited. Both need the document or the reason that does it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction

from isotherm.actor import Actor, Hand
from isotherm.directives.models import Correction, Document, Task
from isotherm.directives.queries import task_for
from isotherm.directives.rules import wrong_due
from isotherm.execution import rules
from isotherm.execution.acts.report import WORKING_HOLDER_DUE
from isotherm.execution.models import OPEN, Assignment, State
from isotherm.execution.rules import Verb
from isotherm.execution.sets import Intents, Outcome, run
from isotherm.execution.untold import JOIN_SUCCESSOR, UNIT_NOW
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, NotYours, Refusal, refuse_unless
from isotherm.tallies.models import KEYS
from isotherm.words import lazy

_CELL = ", ".join(KEYS)
CORRECTABLE = ("action", "product", "deadline_text", "responsible", "authority", "due_on")


def may_change(actor: Actor, document: Document) -> Refusal | None:
    if actor.units & document.bodies and actor.has(Hand.APPROVER, Hand.LEADER):
        return None
    return NotYours(lazy("Only the competent post of the issuing body corrects or recalls a task."))


@transaction.atomic
def recall(code: str, *, reason: str, symbol: str = "", actor: Actor, at: datetime) -> Outcome:
    """Withdraw a task everywhere: every open assignment closes, untold units are no longer expected."""
    task = _issued(actor, code)
    refuse_unless(rules.wrong_reason(reason))
    if task.kind == Task.Kind.TASK:
        _untold(task, into="withdrawn", done_due=task.due_on)
    rows = Assignment.objects.filter(task_id=task.pk, state__in=[state.value for state in OPEN])
    found = list(rows.values_list("id", "giver_id"))
    outcome = run(
        Verb.WITHDRAW,
        Intents(
            ids=[one for one, _giver in found],
            at=[at] * len(found),
            # Recalled by the issuer, carried out in the name of each giver down the chain.
            units=[giver for _one, giver in found],
            posts=[actor.post_id] * len(found),
            persons=[actor.person_id] * len(found),
            facts=actor.facts,
        ),
        changes={"closed_at": "p.act_at", "holder_id": "null", "holder_due": "null", "paused_at": "null"},
        facts={"reason": reason.strip(), "by": task.document.giver_id},
        paper=symbol.strip() or None,
        ledger_verb="withdrawn",
    )
    task.state = Task.State.RECALLED
    task.save(update_fields=["state"])
    _line(task, "task.recalled", actor=actor, at=at, reason=reason, symbol=symbol)
    return outcome


@transaction.atomic
def correct(
    code: str,
    *,
    what: str,
    new: str | date | None,
    reason: str,
    symbol: str = "",
    actor: Actor,
    at: datetime,
) -> Task:
    """Correct one field; the old words stay beside it. A new due date moves open assignments, not their first one."""
    if what not in CORRECTABLE:
        raise NotAccepted(lazy("This cannot be corrected: recall the task and give it anew."), field="what")
    task = _issued(actor, code)
    refuse_unless(rules.wrong_reason(reason))
    old = getattr(task, what)
    if old == new:
        raise NotNow(lazy("The new wording is the same as the old one."), field="new")
    Correction.objects.create(
        task=task,
        what=what,
        old=_text(old),
        new=_text(new),
        reason=reason.strip(),
        document_symbol=symbol.strip(),
        at=at,
        post_id=actor.post_id,
    )
    if what == "due_on":
        due = new if isinstance(new, date) else None
        refuse_unless(wrong_due(due, signed_on=task.document.signed_on))
        _move_due(task, due, actor=actor, at=at, reason=reason)
    setattr(task, what, new)
    task.save(update_fields=[what])
    _line(task, "task.corrected", actor=actor, at=at, reason=reason, symbol=symbol, what=what, old=old, new=new)
    return task


def _issued(actor: Actor, code: str) -> Task:
    seen = task_for(actor, code)
    refuse_unless(may_change(actor, seen.document))
    task = Task.objects.select_for_update(of=("self",)).select_related("document").get(pk=seen.pk)
    if task.state == Task.State.RECALLED:
        raise NotNow(lazy("The task has already been recalled."))
    if task.state != Task.State.ISSUED:
        raise NotNow(lazy("The task has not been sent yet: edit it in the review."))
    return task


# Under which outcome an untold pair stands in the cells, by what became of the assignment above it.
_STOOD = (
    "case when up.state in ('returned', 'withdrawn') then 'withdrawn' "
    "when up.paused_at is not null then 'paused' else 'missing' end"
)


def _untold(task: Task, *, into: str, done_due: date | None) -> None:
    """Move the cells of pairs nobody was told: to outcome `into` (empty: their own), `done` due on `done_due`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            insert into tallies_delta ({_CELL}, n)
            select %(document)s, {UNIT_NOW}, coalesce(up.carrier_id, m.upper_id), m.level, m.upper_level,
                   d.duty, o.due, o.outcome, false,
                   sum(o.sign)::int
            from directives_member m
            join directives_planneddue pd on pd.task_id = %(task)s and pd.depth = m.depth
            left join execution_assignment up on up.task_id = %(task)s and up.unit_id = m.upper_id
            {JOIN_SUCCESSOR}
            cross join lateral (values
                ('take_up', pd.take_up), ('plan', pd.plan), ('report', pd.report), ('done', pd.done)
            ) d(duty, due)
            cross join lateral (
                select d.due, w.was, -1
                from (select {_STOOD}) w(was)
                union all
                select case when d.duty = 'done' then %(done_due)s::date else d.due end,
                       coalesce(nullif(%(into)s, ''), {_STOOD}), 1
            ) o(due, outcome, sign)
            where m.unit_set_id = %(set)s and m.depth > 1
              and not exists (select 1 from execution_assignment a where a.task_id = %(task)s and a.unit_id = m.unit_id)
              and not exists (select 1 from execution_excuse e where e.task_id = %(task)s and e.unit_id = m.unit_id)
            group by 2, 3, 4, 5, 6, 7, 8
            """,
            {
                "document": task.document_id,
                "task": task.pk,
                "set": task.expected_id,
                "into": into,
                "done_due": done_due,
            },
        )


def _move_due(task: Task, due: date | None, *, actor: Actor, at: datetime, reason: str) -> None:
    if task.kind == Task.Kind.TASK:
        _untold(task, into="", done_due=due)
        task.planned_dues.update(done=due)
    for state in (State.SENT, State.WORKING):
        rows = list(Assignment.objects.filter(task_id=task.pk, state=state).values_list("id", "carrier_id", "giver_id"))
        run_due_change(rows, due, actor=actor, at=at, reason=reason)


def run_due_change(
    rows: list[tuple[int, int, int]], due: date | None, *, actor: Actor, at: datetime, reason: str
) -> Outcome:
    """The new date on open assignments, as an act of each giver."""
    return run(
        Verb.CORRECT_DUE,
        Intents(
            ids=[row[0] for row in rows],
            at=[at] * len(rows),
            units=[row[2] for row in rows],
            posts=[actor.post_id] * len(rows),
            persons=[actor.person_id] * len(rows),
            extra={"new_due": ("date", [due] * len(rows))},
        ),
        changes={
            "due_on": "p.new_due",
            "holder_due": f"case when p.paused_at is null then {WORKING_HOLDER_DUE.replace('p.due_on', 'p.new_due')} "
            "else p.holder_due end",
        },
        facts={"due_on": due, "reason": reason.strip()},
        ledger_verb="due_corrected",
    )


def _line(task: Task, verb: str, *, actor: Actor, at: datetime, reason: str, symbol: str, **facts: object) -> None:
    ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="task",
        subject_id=task.pk,
        subject_code=task.code,
        document_id=task.document_id,
        unit_id=task.document.giver_id,
        facts={"reason": reason.strip(), **facts},
        paper=symbol.strip() or None,
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
