"""Confirming the proposed tasks: accept, edit, split, join, set aside, add, say what clauses are; undo, redo; submit.

Every step keeps the rows as they were, so that steps can be taken back, one after the other, while the document has not
been submitted. What was taken back can be done again until another step is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from isotherm.actor import Actor
from isotherm.directives import policy, rules
from isotherm.directives.acts.proposing import resolve_leads
from isotherm.directives.acts.steps import begun, noted, opened, put_back, roles_of, rows_of, written
from isotherm.directives.models import Document, Lead, Passage, ReviewStep, Task
from isotherm.directives.queries import document_for
from isotherm.refusals import NotAccepted, NotNow, refuse_unless
from isotherm.units.models import Unit
from isotherm.words import _, lazy

EDITABLE = frozenset(
    {
        "kind",
        "lead",
        "coordinate",
        "action",
        "due_on",
        "deadline_text",
        "recurrence",
        "product",
        "responsible",
        "authority",
        "expects_communes",
        "confirmer",
        "monitor",
    }
)


@transaction.atomic
def accept(code: str, numbers: Sequence[int], *, actor: Actor, at: datetime) -> list[Task]:
    """Confirm tasks. All or none: a task without a lead in the register, or due before its issue, stops the step."""
    document = opened(code, actor)
    tasks = _tasks(document, numbers)
    step = begun(document, "accept", tasks, actor=actor, at=at)
    for task in tasks:
        _refuse_unready(document, task)
    _set_state(tasks, Task.State.ACCEPTED)
    noted(step, document, actor=actor, at=at, numbers=numbers)
    return tasks


@transaction.atomic
def set_aside(code: str, numbers: Sequence[int], *, actor: Actor, at: datetime) -> list[Task]:
    document = opened(code, actor)
    tasks = _tasks(document, numbers)
    step = begun(document, "set_aside", tasks, actor=actor, at=at)
    _set_state(tasks, Task.State.REJECTED)
    noted(step, document, actor=actor, at=at, numbers=numbers)
    return tasks


@transaction.atomic
def edit(code: str, number: int, changes: dict[str, Any], *, actor: Actor, at: datetime) -> Task:
    """Change fields of `EDITABLE`; `lead` and `coordinate` are lists of words, units are given by code."""
    document = opened(code, actor)
    task = _tasks(document, [number])[0]
    step = begun(document, "edit", [task], actor=actor, at=at)
    _change(document, task, {name: value for name, value in changes.items() if name in EDITABLE})
    noted(step, document, actor=actor, at=at, numbers=[number])
    return task


@transaction.atomic
def split(code: str, number: int, *, position: int, actor: Actor, at: datetime) -> tuple[Task, Task]:
    """Cut a task in two at `position` of the document's text; both keep lead, deadline and product."""
    document = opened(code, actor)
    task = _tasks(document, [number])[0]
    if not task.start < position < task.end:
        raise NotAccepted(lazy("Put the cut inside the task's own words."), field="position")
    step = begun(document, "split", [task], actor=actor, at=at)
    second = _made(document, start=position, end=task.end, like=task)
    task.end, task.state = position, Task.State.PROPOSED
    task.quote = document.text[task.start : task.end].strip()
    task.action = task.quote
    task.save(update_fields=["end", "quote", "action", "state"])
    step.made = [second.pk]
    noted(step, document, actor=actor, at=at, numbers=[number, second.number])
    return task, second


@transaction.atomic
def join(code: str, numbers: Sequence[int], *, actor: Actor, at: datetime) -> Task:
    """Make one task of several: the first keeps its lead and deadline and takes the others' words."""
    if len(set(numbers)) < 2:
        raise NotAccepted(lazy("Select at least two tasks to join."))
    document = opened(code, actor)
    tasks = _tasks(document, numbers)
    step = begun(document, "join", tasks, actor=actor, at=at)
    first, rest = tasks[0], tasks[1:]
    first.start, first.end = min(t.start for t in tasks), max(t.end for t in tasks)
    first.quote = document.text[first.start : first.end]
    first.action = " ".join(task.action for task in tasks)
    first.state = Task.State.PROPOSED
    first.save(update_fields=["start", "end", "quote", "action", "state"])
    _set_state(rest, Task.State.REJECTED)
    noted(step, document, actor=actor, at=at, numbers=numbers)
    return first


@transaction.atomic
def add(
    code: str, *, start: int, end: int, actor: Actor, at: datetime, kind: Task.Kind = Task.Kind.TASK
) -> Task:
    """A task from the selected words of the text."""
    document = opened(code, actor)
    refuse_unless(rules.wrong_span(start, end, length=len(document.text)))
    if not document.text[start:end].strip():
        raise NotAccepted(lazy("Select some words of the document's text first."), field="start")
    step = begun(document, "add", [], actor=actor, at=at)
    task = _made(document, start=start, end=end, like=None, kind=kind)
    step.made = [task.pk]
    noted(step, document, actor=actor, at=at, numbers=[task.number])
    return task


@transaction.atomic
def take_clauses(
    code: str, positions: Sequence[int], *, actor: Actor, at: datetime, kind: Task.Kind = Task.Kind.TASK
) -> list[Task]:
    """A task of each clause, in one step; of prohibitions and standing requirements that are to be followed, too."""
    document = opened(code, actor)
    passages = _clauses(document, positions)
    step = begun(document, "add", [], actor=actor, at=at)
    made = [_made(document, start=one.start, end=one.end, like=None, kind=kind) for one in passages]
    step.made = [task.pk for task in made]
    noted(step, document, actor=actor, at=at, numbers=[task.number for task in made])
    return made


@transaction.atomic
def say_role(code: str, positions: Sequence[int], role: str, *, actor: Actor, at: datetime) -> list[Passage]:
    """Say what clauses are; tasks proposed from them are set aside in the same step. An empty role: as it was read."""
    document = opened(code, actor)
    refuse_unless(rules.wrong_role(role))
    passages = _clauses(document, positions)
    living = document.tasks.exclude(state=Task.State.REJECTED).prefetch_related("leads")
    inside: dict[int, Task] = {}
    for passage in passages if role else ():
        for task in living.filter(start__lt=passage.end, end__gt=passage.start):
            if task.start < passage.start or task.end > passage.end:
                raise NotNow(
                    lazy("Task %(number)s takes words of other clauses, too."),
                    {"number": task.number},
                    remedy=lazy("Split it first, or set it aside."),
                )
            inside[task.pk] = task
    step = begun(document, "role", list(inside.values()), passages=passages, actor=actor, at=at)
    _set_state(list(inside.values()), Task.State.REJECTED)
    for passage in passages:
        passage.decided = role
    Passage.objects.bulk_update(passages, ["decided"], batch_size=500)
    numbers = [task.number for task in inside.values()]
    noted(step, document, actor=actor, at=at, numbers=numbers, more={"clauses": sorted(set(positions)), "role": role})
    return passages


@transaction.atomic
def undo(
    code: str, *, through: int | None = None, seen: int | None = None, actor: Actor, at: datetime
) -> list[ReviewStep]:
    """Take back the last step, or every step down to `through`, newest first. `seen`: the last step that the person
    knew; where another was taken since, nothing is undone unseen."""
    document = opened(code, actor)
    steps = list(document.review_steps.filter(undone=False).order_by("-id"))
    if not steps:
        raise NotNow(lazy("There is nothing to undo."))
    if seen is not None and steps[0].pk != seen:
        raise NotNow(
            lazy("Another step was taken meanwhile."), remedy=lazy("Look at the steps as they stand now, then undo.")
        )
    if through is not None and through not in {step.pk for step in steps}:
        raise NotNow(lazy("This step has already been undone."))
    back = [step for step in steps if step.pk >= through] if through is not None else steps[:1]
    for step in back:
        touched = {int(pk) for pk in step.before} | set(step.made)
        tasks = document.tasks.filter(pk__in=touched).prefetch_related("leads")
        passages = document.passages.filter(pk__in=[int(pk) for pk in step.roles or {}])
        step.after = {"tasks": rows_of(tasks), "roles": roles_of(passages)}
        Task.objects.filter(document=document, pk__in=step.made).update(state=Task.State.REJECTED)
        put_back(document, step.before, step.roles or {})
        step.undone = True
        step.save(update_fields=["after", "undone"])
    noted(None, document, actor=actor, at=at, numbers=[], verb="undo", more={"steps": [step.pk for step in back]})
    return back


@transaction.atomic
def redo(code: str, *, actor: Actor, at: datetime) -> ReviewStep:
    """Do again what was undone last."""
    document = opened(code, actor)
    step = document.review_steps.filter(undone=True, after__isnull=False).order_by("id").first()
    if step is None or step.after is None:
        raise NotNow(lazy("There is nothing to do again."))
    put_back(document, step.after["tasks"], step.after["roles"])
    step.after, step.undone = None, False
    step.save(update_fields=["after", "undone"])
    noted(None, document, actor=actor, at=at, numbers=[], verb="redo", more={"steps": [step.pk]})
    return step


@transaction.atomic
def submit(code: str, *, actor: Actor, at: datetime) -> Document:
    """Hand the confirmed tasks to the second person."""
    document = opened(code, actor)
    counts = {state: document.tasks.filter(state=state).count() for state in ("proposed", "accepted")}
    refuse_unless(rules.not_ready(proposed=counts["proposed"], accepted=counts["accepted"]))
    for task in document.tasks.filter(state=Task.State.ACCEPTED).prefetch_related("leads"):
        _refuse_unready(document, task)
    document.state, document.submitted_at = Document.State.SUBMITTED, at
    document.submitted_by_post, document.submitted_by_person = actor.post_id, actor.person_id
    document.save(update_fields=["state", "submitted_at", "submitted_by_post", "submitted_by_person"])
    written("document.submitted", document, actor=actor, at=at, facts={"tasks": counts["accepted"]})
    return document


@transaction.atomic
def take_submission_back(code: str, *, actor: Actor, at: datetime) -> Document:
    document = document_for(actor, code)
    refuse_unless(policy.may_take_submission_back(actor, document))
    taken = Document.objects.filter(pk=document.pk, state=Document.State.SUBMITTED).update(
        state=Document.State.REGISTERED, submitted_at=None, submitted_by_post=None, submitted_by_person=None
    )
    if not taken:
        raise NotNow(lazy("The document does not wait for sending."))
    written("document.submission_taken_back", document, actor=actor, at=at)
    document.refresh_from_db()
    return document


def _tasks(document: Document, numbers: Iterable[int]) -> list[Task]:
    wanted = list(dict.fromkeys(numbers))
    found = {task.number: task for task in document.tasks.filter(number__in=wanted).prefetch_related("leads")}
    absent = [number for number in wanted if number not in found]
    if absent or not wanted:
        raise NotAccepted(lazy("Select the tasks first."))
    return [found[number] for number in wanted]


def _clauses(document: Document, positions: Sequence[int]) -> list[Passage]:
    found = list(document.passages.filter(position__in=set(positions)).order_by("position"))
    if not found or len(found) != len(set(positions)):
        raise NotAccepted(lazy("Select the clauses first."))
    return found


def _refuse_unready(document: Document, task: Task) -> None:
    refuse_unless(rules.wrong_due(task.due_on, signed_on=document.signed_on))
    if task.kind != Task.Kind.STANDING and not task.leads.all():
        raise NotAccepted(
            lazy("Task %(number)s names no lead that is in the register: “%(lead)s”."),
            {"number": task.number, "lead": "; ".join(task.lead)},
            remedy=lazy("Edit the task and choose its lead from the register."),
            field="lead",
        )


def _set_state(tasks: Sequence[Task], state: Task.State) -> None:
    for task in tasks:
        task.state = state
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(state=state)


def _made(
    document: Document, *, start: int, end: int, like: Task | None, kind: Task.Kind = Task.Kind.TASK
) -> Task:
    number = (document.tasks.aggregate(last=Max("number"))["last"] or 0) + 1
    words = document.text[start:end].strip()
    place = None if like else document.passages.filter(start__lt=end, end__gt=start).order_by("position").first()
    task = Task(
        document=document,
        number=number,
        code=f"{document.code}.{number}",
        kind=like.kind if like else kind,
        clause=like.clause if like else place.label if place else "",
        path=like.path if like else place.path if place else "",
        quote=words,
        start=start,
        end=end,
        lead=list(like.lead) if like else [],
        lead_group=like.lead_group if like else "",
        coordinate=list(like.coordinate) if like else [],
        action=words,
        due_on=like.due_on if like else None,
        first_due_on=like.due_on if like else None,
        deadline_text=like.deadline_text if like else "",
        recurrence=like.recurrence if like else "",
        product=like.product if like else "",
        responsible=like.responsible if like else "",
        authority=like.authority if like else "",
        expects_communes=like.expects_communes if like else False,
    )
    task.save()
    if like:
        _set_leads(task.pk, list(like.leads.values_list("unit_id", flat=True)))
    return task


def _set_leads(task_id: int, units: Sequence[int]) -> None:
    Lead.objects.filter(task_id=task_id).delete()
    Lead.objects.bulk_create(Lead(task_id=task_id, unit_id=unit) for unit in units)


def _change(document: Document, task: Task, changes: dict[str, Any]) -> None:
    changed = []
    if "lead" in changes:
        words = [word.strip() for word in changes.pop("lead") if word.strip()]
        found = resolve_leads(words, issuer_id=document.issuer_id, day=document.signed_on)
        if found.unknown:
            raise NotAccepted(
                lazy("“%(name)s” is no body of the register."),
                {"name": found.unknown[0]},
                remedy=_("Did you mean: %(names)s?") % {"names": "; ".join(found.near)}
                if found.near
                else lazy("Choose the lead from the register."),
                field="lead",
            )
        task.lead, task.lead_group = words, found.group
        if found.communes:
            task.expects_communes = True
            changed.append("expects_communes")
        changed += ["lead", "lead_group"]
        _set_leads(task.pk, found.units)
    for role in ("confirmer", "monitor"):
        if role in changes:
            unit_code = changes.pop(role)
            setattr(task, role, Unit.objects.get(code=unit_code) if unit_code else None)
            changed.append(role)
    if "due_on" in changes:
        refuse_unless(rules.wrong_due(changes["due_on"], signed_on=document.signed_on))
        task.first_due_on = changes["due_on"]
        changed.append("first_due_on")
    if "kind" in changes and changes["kind"] not in Task.Kind.values:
        raise NotAccepted(lazy("Choose what kind of task it is."), field="kind")
    for name, value in changes.items():
        setattr(task, name, value)
        changed.append(name)
    if task.state == Task.State.REJECTED:
        task.state = Task.State.PROPOSED
        changed.append("state")
    task.save(update_fields=sorted(set(changed)))
