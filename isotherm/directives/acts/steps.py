"""A step of the review: what it found standing is kept, so that it can be taken back and done again.

Every act that changes proposed tasks begins a step, changes, and notes it: confirming (`review.py`), a list brought in,
a second reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from isotherm.actor import Actor
from isotherm.directives import policy
from isotherm.directives.models import Document, Lead, Passage, ReviewStep, Task
from isotherm.directives.queries import document_for
from isotherm.records import ledger
from isotherm.refusals import NotNow, refuse_unless
from isotherm.words import lazy

KEPT = (
    "state",
    "kind",
    "clause",
    "quote",
    "start",
    "end",
    "lead",
    "lead_group",
    "coordinate",
    "action",
    "due_on",
    "first_due_on",
    "deadline_text",
    "recurrence",
    "product",
    "responsible",
    "authority",
    "expects_communes",
    "confirmer_id",
    "monitor_id",
    "confidence",
    "doubts",
)
_DATES = ("due_on", "first_due_on")


def opened(code: str, actor: Actor) -> Document:
    """The document, locked, while its tasks may still be changed by this actor."""
    found = document_for(actor, code)
    refuse_unless(policy.may_review(actor, found))
    return still_open(found.pk)


def still_open(document_id: int) -> Document:
    """The document, locked, while its tasks may still be changed at all."""
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.state == Document.State.SUBMITTED:
        raise NotNow(
            lazy("The tasks wait for a second person to send them and cannot be changed."),
            remedy=lazy("Take the submission back first."),
        )
    if document.state != Document.State.REGISTERED:
        raise NotNow(
            lazy("The tasks have been sent: they are corrected or recalled, never edited."),
            remedy=lazy("Use “Correct” or “Recall” on the task's page."),
        )
    return document


def begun(
    document: Document,
    verb: str,
    tasks: Sequence[Task],
    *,
    actor: Actor,
    at: datetime,
    passages: Sequence[Passage] = (),
) -> ReviewStep:
    roles = roles_of(passages) or None
    return ReviewStep(document=document, verb=verb, before=rows_of(tasks), roles=roles, at=at, post_id=actor.post_id)


def rows_of(tasks: Iterable[Task]) -> dict[str, Any]:
    """What a step may change, of each task, as JSON keeps it. Leads are prefetched."""
    rows: dict[str, Any] = {}
    for task in tasks:
        row = {name: getattr(task, name) for name in KEPT}
        row = {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
        rows[str(task.pk)] = row | {"leads": [lead.unit_id for lead in task.leads.all()]}
    return rows


def roles_of(passages: Iterable[Passage]) -> dict[str, str]:
    return {str(passage.pk): passage.decided for passage in passages}


def put_back(document: Document, rows: Mapping[str, Any], roles: Mapping[str, str]) -> None:
    """Put rows and roles back, in as many statements for many tasks as for one."""
    tasks = list(document.tasks.filter(pk__in=[int(pk) for pk in rows]))
    leads = []
    for task in tasks:
        row = rows[str(task.pk)]
        for name in KEPT:
            if name not in row:  # a step of an earlier version kept fewer
                continue
            value = row[name]
            setattr(task, name, date.fromisoformat(value) if name in _DATES and value else value)
        leads += [Lead(task=task, unit_id=unit) for unit in row["leads"]]
    Task.objects.bulk_update(tasks, [name.removesuffix("_id") for name in KEPT], batch_size=500)
    Lead.objects.filter(task__in=tasks).delete()
    Lead.objects.bulk_create(leads)
    passages = list(document.passages.filter(pk__in=[int(pk) for pk in roles]))
    for passage in passages:
        passage.decided = roles[str(passage.pk)]
    Passage.objects.bulk_update(passages, ["decided"], batch_size=500)


def noted(
    step: ReviewStep | None,
    document: Document,
    *,
    actor: Actor,
    at: datetime,
    numbers: Sequence[int],
    verb: str = "",
    more: Mapping[str, Any] | None = None,
) -> None:
    if step is not None:
        step.save()
        verb = step.verb
        # A new step closes the way forward: what was undone before it is done again no more.
        document.review_steps.filter(undone=True, after__isnull=False).update(after=None)
    written(f"review.{verb}", document, actor=actor, at=at, facts={"numbers": list(numbers), **(more or {})})


def written(verb: str, document: Document, *, actor: Actor, at: datetime, facts: dict[str, Any] | None = None) -> None:
    ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="document",
        subject_id=document.pk,
        subject_code=document.code,
        document_id=document.pk,
        facts=facts,
    )
