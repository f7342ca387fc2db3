"""A task whose ground was taken away is kept, recalled, or left to the new document: each time by a decision of the
office that gave it, with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from isotherm.actor import Actor
from isotherm.directives.models import Document, GroundDecision, Task
from isotherm.directives.queries import document_for
from isotherm.execution import grounds, rules
from isotherm.execution.acts.recall import may_change, recall
from isotherm.execution.grounds import Lost
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, OutOfReach, refuse_unless
from isotherm.words import lazy

What = GroundDecision.What


@transaction.atomic
def decide(
    code: str,
    numbers: Sequence[int],
    *,
    by: str,
    what: str,
    reason: str,
    carried_on: int | None = None,
    actor: Actor,
    at: datetime,
) -> list[GroundDecision]:
    """Decide for tasks of document `code`, whose ground document `by` took. All or none."""
    document = Document.objects.select_for_update().get(pk=document_for(actor, code).pk)
    refuse_unless(may_change(actor, document))
    lost = next((one for one in grounds.lost(actor, document=document) if one.by_code == by), None)
    if lost is None:
        raise OutOfReach(
            lazy("No task of %(symbol)s loses its ground by such a document."), {"symbol": document.symbol}
        )
    if what not in What.values:
        raise NotAccepted(
            lazy("Choose whether the tasks are kept, recalled, or left to the new document."), field="what"
        )
    refuse_unless(rules.wrong_reason(reason))
    new = _carrying_on(lost, carried_on) if what == What.LEAVE else None
    return [
        _decide(task, lost, what=What(what), reason=reason.strip(), carried_on=new, actor=actor, at=at)
        for task in _tasks(document, lost, numbers, what=What(what))
    ]


def _tasks(document: Document, lost: Lost, numbers: Sequence[int], *, what: What) -> list[Task]:
    """Undecided ones; and those that were kept, unless they are to be kept again."""
    wanted = set(numbers)
    tasks = list(document.tasks.filter(number__in=wanted).order_by("number"))
    if not wanted or len(tasks) != len(wanted):
        raise NotAccepted(lazy("Select the tasks first."))
    before = {one.task_id: one.what for one in grounds.decided(lost)}
    for task in tasks:
        kept = before.get(task.pk) == What.KEEP and what != What.KEEP
        if task.pk in before and not kept:
            raise NotNow(
                lazy("Task %(number)s has already been decided."),
                {"number": task.number},
                remedy=lazy("Reload the page to see how it stands now."),
            )
        if not grounds.standing(task):
            raise NotNow(lazy("Nothing of task %(number)s is open any more."), {"number": task.number})
    return tasks


def _carrying_on(lost: Lost, number: int | None) -> Task | None:
    """The task of the new document that takes over, where one is named. What is not given yet takes nothing over."""
    if not lost.by_issued:
        raise NotNow(
            lazy("The tasks of %(symbol)s have not been given yet, so nothing can be left to it."),
            {"symbol": lost.by_symbol},
            remedy=lazy("Give its tasks first; or keep or recall the tasks here."),
        )
    if number is None:
        return None
    found = Task.objects.filter(document_id=lost.by_id, number=number, state=Task.State.ISSUED).first()
    if found is None:
        raise NotAccepted(
            lazy("%(symbol)s gives no task with the number %(number)s."),
            {"symbol": lost.by_symbol, "number": number},
            field="carried_on",
        )
    return found


def _decide(
    task: Task, lost: Lost, *, what: What, reason: str, carried_on: Task | None, actor: Actor, at: datetime
) -> GroundDecision:
    decision, _new = GroundDecision.objects.update_or_create(
        task=task,
        by_id=lost.by_id,
        defaults={"what": what, "reason": reason, "carried_on": carried_on, "at": at, "post_id": actor.post_id},
    )
    if what != What.KEEP:
        recall(task.code, reason=reason, symbol=lost.by_symbol, actor=actor, at=at)
    if what != What.RECALL:
        ledger.write(
            actor,
            "task.kept" if what == What.KEEP else "task.left",
            at=at,
            subject_kind="task",
            subject_id=task.pk,
            subject_code=task.code,
            document_id=task.document_id,
            unit_id=lost.issuer_id,
            facts={"reason": reason, "by": lost.by_code, "carried_on": carried_on.code if carried_on else ""},
            paper=lost.by_symbol,
        )
    return decision
