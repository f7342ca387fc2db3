"""Confirming the proposed tasks beside the text; submitting; and sending them by a second person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from isotherm.directives import coverage, policy, powers, queries, rules, unclear
from isotherm.directives.acts import powers as power_acts
from isotherm.directives.acts import review as acts
from isotherm.directives.models import Document, Task
from isotherm.directives.reading import DOUBTS
from isotherm.directives.second_reader import wire
from isotherm.doors.web import (
    addresses,  # noqa: F401  the converter "code"
    review_steps,
)
from isotherm.doors.web.formats import number as figure
from isotherm.doors.web.forms.directives import TaskForm
from isotherm.doors.web.forms.picker import Picker, lines
from isotherm.doors.web.marked import Paragraph, marked, sentence_ends, span_of, window
from isotherm.doors.web.page import DeskRequest, language, now, show, signed_in
from isotherm.doors.web.power_doubts import power_words
from isotherm.doors.web.pressed import Done, chosen, once, pressed, whole
from isotherm.execution import preview
from isotherm.execution.acts.issue import issue
from isotherm.refusals import NotAccepted, Refusal, refuse_unless
from isotherm.units import queries as unit_queries
from isotherm.words import _, lazy, ngettext

PAGE = 25
SURE = 0.9
WHOLE_TEXT = 15_000  # characters; a longer text is shown around the candidates of the page
FAIRLY_SURE = 0.7
JUST_DONE = 10  # of what the last step touched, so many stay in sight
SHOWS = ("undecided", "doubtful", "accepted", "aside", "all")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed task as the page shows it."""

    task: Task
    leads: list[tuple[str, str]]  # name, code
    leads_count: int
    gaps: dict[str, str]  # why each of the six points that is not clear is not
    sureness: str  # sure, fair, doubtful
    doubts: list[str]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the document with its heading, and how many tasks of the list stand in it."""

    path: str
    words: str
    count: int
    shown: bool


@signed_in
def review(request: DeskRequest, code: str) -> HttpResponse:
    document = queries.document_for(request.actor, code)
    if request.method != "POST":
        if document.state in queries.GONE:
            return redirect("directive", code=document.code)
        return _show(request, document)
    try:
        verb = _VERBS.get(pressed(request)[0], _unknown)
        done = once(request, lambda: verb(request, document), selected=chosen(request))
    except Refusal as no:
        document.refresh_from_db()
        return _show(request, document, refusal=no)
    messages.success(request, done.words)
    if pressed(request)[0] == "send":
        return redirect("directive", code=document.code)
    query = request.GET.copy()
    query.pop("n", None)
    if done.number is not None:
        query["n"] = str(done.number)
    return redirect(f"{request.path}?{query.urlencode()}#{f'c-{done.number}' if done.number else 'list'}")


def _unknown(request: DeskRequest, document: Document) -> Done:
    raise NotAccepted(lazy("Choose what is to be done."))


def _accept(request: DeskRequest, document: Document) -> Done:
    following = _following(request, document)
    tasks = acts.accept(document.code, chosen(request), actor=request.actor, at=now())
    words = ngettext("%(count)s task confirmed.", "%(count)s tasks confirmed.", len(tasks)) % {"count": len(tasks)}
    return Done(words, following)


def _aside(request: DeskRequest, document: Document) -> Done:
    following = _following(request, document)
    tasks = acts.set_aside(document.code, chosen(request), actor=request.actor, at=now())
    words = ngettext("%(count)s task set aside.", "%(count)s tasks set aside.", len(tasks)) % {"count": len(tasks)}
    return Done(words, following)


def _sure(request: DeskRequest, document: Document) -> Done:
    """Everything the reader is sure of and the register knows, in one step."""
    ready = [task.number for task in _all(document) if is_sure(task, document)]
    if not ready:
        raise NotAccepted(
            lazy("No proposed task is sure enough to be confirmed together."),
            remedy=lazy("Confirm them one by one; each says what is doubtful."),
        )
    tasks = acts.accept(document.code, ready, actor=request.actor, at=now())
    return Done(ngettext("%(count)s task confirmed.", "%(count)s tasks confirmed.", len(tasks)) % {"count": len(tasks)})


def _join(request: DeskRequest, document: Document) -> Done:
    joined = acts.join(document.code, chosen(request), actor=request.actor, at=now())
    return Done(_("The tasks were joined into task %(number)s.") % {"number": joined.number}, joined.number)


def _add(request: DeskRequest, document: Document) -> Done:
    start, end = span_of(document.text, request.POST.get("quote", ""), start=whole(request.POST.get("start")))
    task = acts.add(document.code, start=start, end=end, actor=request.actor, at=now())
    return Done(_("Task %(number)s was added from the text.") % {"number": task.number}, task.number)


def _cut(request: DeskRequest, document: Document) -> Done:
    """Cut the task that stands at the marked place in two, where the marking begins."""
    number = pressed(request)[1]
    position = whole(request.POST.get("position" if number is not None else "start"))
    if position is None:
        raise NotAccepted(lazy("Mark the place in the text where the second task begins."), field="position")
    if number is None:
        found = document.tasks.exclude(state=Task.State.REJECTED).filter(start__lt=position, end__gt=position).first()
        if found is None:
            raise NotAccepted(lazy("No proposed task stands at the marked place."), field="position")
        number = found.number
    first, second = acts.split(document.code, number, position=position, actor=request.actor, at=now())
    words = _("Task %(first)s was split; its second part is task %(second)s.")
    return Done(words % {"first": first.number, "second": second.number}, first.number)


def _submit(request: DeskRequest, document: Document) -> Done:
    acts.submit(document.code, actor=request.actor, at=now())
    return Done(_("Submitted: a second person now sends the tasks."))


def _back(request: DeskRequest, document: Document) -> Done:
    acts.take_submission_back(document.code, actor=request.actor, at=now())
    return Done(_("The submission was taken back: the tasks can be changed again."))


def _send(request: DeskRequest, document: Document) -> Done:
    seen = preview.of(document, at=now())
    issue(document.code, actor=request.actor, at=now())
    return Done(
        _("Sent: %(tasks)s, %(assignments)s.")
        % {"tasks": count_words("task", seen.tasks), "assignments": count_words("assignment", seen.now)}
    )


def _overrule(request: DeskRequest, document: Document) -> Done:
    number, power = whole(request.POST.get("what")), pressed(request)[1]
    if number is None or power is None:
        raise NotAccepted(lazy("Choose what is to be done."))
    power_acts.overrule(
        document.code, number, power, reason=request.POST.get("reason", ""), actor=request.actor, at=now()
    )
    return Done(_("The doubt was overruled; your reason stands beside it."))


_VERBS: dict[str, Callable[[DeskRequest, Document], Done]] = {
    "overrule": _overrule,
    "accept": _accept,
    "aside": _aside,
    "sure": _sure,
    "join": _join,
    "add": _add,
    "cut": _cut,
    "undo": review_steps.undo,
    "redo": review_steps.redo,
    "submit": _submit,
    "back": _back,
    "send": _send,
}


def _following(request: DeskRequest, document: Document) -> int | None:
    """The next undecided task in the order in which the reader sees them."""
    decided = set(chosen(request))
    listed = _List(request, document).wanted
    last = max((at for at, task in enumerate(listed) if task.number in decided), default=-1)
    left = [task for task in listed[last + 1 :] + listed[: last + 1] if task.state == Task.State.PROPOSED]
    return next((task.number for task in left if task.number not in decided), None)


def count_words(what: str, count: int) -> str:
    if what == "task":
        return ngettext("%(count)s task", "%(count)s tasks", count) % {"count": figure(count)}
    return ngettext("%(count)s assignment", "%(count)s assignments", count) % {"count": figure(count)}


# --- what the page shows -----------------------------------------------------------------------------------
def _all(document: Document) -> list[Task]:
    """Without what was added and undone again."""
    tasks = queries.standing_tasks(document).annotate(leads_count=Count("leads")).order_by("start", "number")
    return list(tasks)


def is_sure(task: Task, document: Document) -> bool:
    """Confident, its lead in the register, nothing doubtful, and not due before its issue."""
    return (
        task.state == Task.State.PROPOSED
        and task.confidence >= SURE
        and not task.doubts
        and (task.leads_count > 0 or task.kind == Task.Kind.STANDING)  # type: ignore[attr-defined]
        and rules.wrong_due(task.due_on, signed_on=document.signed_on) is None
    )


def _is_doubtful(task: Task) -> bool:
    no_lead = not task.leads_count and task.kind != Task.Kind.STANDING  # type: ignore[attr-defined]
    return task.state == Task.State.PROPOSED and (task.confidence < SURE or bool(task.doubts) or no_lead)


_KEEPS: dict[str, Callable[[Task], bool]] = {
    "undecided": lambda task: task.state == Task.State.PROPOSED,
    "doubtful": _is_doubtful,
    "accepted": lambda task: task.state in (Task.State.ACCEPTED, Task.State.ISSUED),
    "aside": lambda task: task.state == Task.State.REJECTED,
    "all": lambda task: True,
}


class _List:
    """The tasks that the address asks for, in its order."""

    def __init__(self, request: DeskRequest, document: Document) -> None:
        self.every = _all(document)
        asked = request.GET.get("show", "")
        # First what is still to be decided; once everything is decided, everything.
        first = "undecided" if any(map(_KEEPS["undecided"], self.every)) else "all"
        self.shown = asked if asked in SHOWS else first
        self.by_text = request.GET.get("order") == "text"
        self.part = request.GET.get("part", "")
        self.matching = [task for task in self.every if _KEEPS[self.shown](task)]
        self.wanted = [task for task in self.matching if not self.part or part_of(task.path) == self.part]
        if not self.by_text:
            self.wanted.sort(
                key=lambda task: (not _is_doubtful(task), task.confidence if _is_doubtful(task) else 0, task.start)
            )

    def counts(self) -> dict[str, int]:
        within = [task for task in self.every if not self.part or part_of(task.path) == self.part]
        return {show: sum(map(_KEEPS[show], within)) for show in SHOWS}


def part_of(path: str) -> str:
    """The first step of a clause's path; of an appendix the first two."""
    steps = path.split(";")
    return ";".join(steps[: 2 if steps[0].startswith("att=") else 1])


def _parts(document: Document, listed: _List) -> list[Part]:
    """Nothing where the document has one part only."""
    counts: dict[str, int] = {}
    for task in listed.matching:
        counts[part_of(task.path)] = counts.get(part_of(task.path), 0) + 1
    every = dict.fromkeys(part_of(task.path) for task in listed.every)
    if len(every) < 2:
        return []
    headings = document.passages.filter(path__in=list(every)).order_by("position").values_list("path", "start", "end")
    words: dict[str, str] = {}
    for place, start, end in headings:
        words.setdefault(place, " ".join(document.text[start:end].split()))
    return [
        Part(one, words.get(one) or _("elsewhere in the text"), counts.get(one, 0), one == listed.part) for one in every
    ]


def _show(request: DeskRequest, document: Document, *, refusal: Refusal | None = None) -> HttpResponse:
    listed = _List(request, document)
    page = _page(request, listed.wanted)
    paragraphs = window(
        document.text,
        [(task.start, task.end) for task in page],
        whole=len(document.text) <= WHOLE_TEXT or request.GET.get("text") == "all",
    )
    submitted = document.state == Document.State.SUBMITTED
    steps = review_steps.steps_of(document)
    counts = listed.counts()
    decided = submitted or not any(map(_KEEPS["undecided"], listed.every))
    context: dict[str, Any] = {
        "document": document,
        "page": page,
        "candidates": _candidates(list(page), document),
        "on_page": {task.number for task in page},
        "counts": counts,
        "undecided": sum(map(_KEEPS["undecided"], listed.every)),
        "accepted": sum(map(_KEEPS["accepted"], listed.every)),
        "any_task": bool(listed.every),
        "parts_of_text": _parts(document, listed),
        "sure": sum(is_sure(task, document) for task in listed.every),
        "shown": listed.shown,
        "by_text": listed.by_text,
        "text": _text(document, listed.every, paragraphs),
        "windowed": len(document.text) > WHOLE_TEXT,
        "whole": request.GET.get("text") == "all",
        "may_review": policy.may_review(request.actor, document) is None,
        "second_reader": wire.is_set(),
        "may_not_issue": policy.may_issue(request.actor, document),
        "submitted": submitted,
        "giver_name": _name_of(document.giver_id, document),
        "preview": preview.of(document, at=now()) if submitted else None,
        "covered": coverage.of_document(document) if decided else None,
        **_powers(request, document),
        "steps": steps,
        "just": _just_done(listed.every, steps),
        "refusal": refusal,
        "given": {"quote": request.POST.get("quote", ""), "start": request.POST.get("start", "")},
    }
    return show(request, "review/page.html", context, status=refusal.http_status if refusal else 200)


def _powers(request: DeskRequest, document: Document) -> dict[str, Any]:
    """Doubts about powers, one line for a task and a power, with the bodies that lack it."""
    grouped: dict[tuple[int, int, str], list[powers.Doubt]] = {}
    for one in powers.of_document(document):
        grouped.setdefault((one.number, one.power.pk, one.why), []).append(one)
    names = unit_queries.named_on(
        {one.unit_id for doubts in grouped.values() for one in doubts}, document.signed_on, language()
    )
    lines = [
        {
            "number": doubts[0].number,
            "power": doubts[0].power,
            "reason": doubts[0].reason,
            "words": power_words(doubts[0].why, [names.get(one.unit_id, "") for one in doubts]),
        }
        for doubts in grouped.values()
    ]
    return {
        "power_doubts": lines,
        "power_doubts_open": sum(not line["reason"] for line in lines),
        "may_overrule": policy.may_review(request.actor, document) is None and document.state not in queries.GONE,
    }


def _just_done(tasks: Sequence[Task], steps: review_steps.Steps) -> list[Task]:
    """What the last step decided stays in sight, wherever the filter would hide it."""
    touched = set(steps.touched)
    return [task for task in tasks if task.pk in touched and task.state != Task.State.PROPOSED][:JUST_DONE]


def _page(request: DeskRequest, wanted: list[Task]) -> Page[Task]:
    pages = Paginator(wanted, PAGE)
    asked = whole(request.GET.get("n"))
    if asked is not None:
        at = next((i for i, task in enumerate(wanted) if task.number == asked), None)
        if at is not None:
            return pages.get_page(at // PAGE + 1)
    return pages.get_page(request.GET.get("page"))


def _text(document: Document, tasks: Iterable[Task], paragraphs: Sequence[tuple[int, int]]) -> list[Paragraph]:
    living = [task for task in tasks if task.state != Task.State.REJECTED]
    aside = [
        task
        for task in tasks
        if task.state == Task.State.REJECTED
        and not any(one.start < task.end and task.start < one.end for one in living)
    ]
    spans = [(task.start, task.end, task.number, _MARKS[Task.State(task.state)]) for task in [*living, *aside]]
    return marked(document.text, paragraphs, spans, unassigned=queries.loose_spans(document))


_MARKS = {
    Task.State.PROPOSED: "proposed",
    Task.State.ACCEPTED: "accepted",
    Task.State.ISSUED: "accepted",
    Task.State.REJECTED: "aside",
    Task.State.RECALLED: "rejected",
}
NAMED = 6  # leads spelled out; a longer list is counted


def _candidates(tasks: Sequence[Task], document: Document) -> list[Candidate]:
    prefetch_related_objects(list(tasks), "leads__unit")
    ids = {lead.unit_id for task in tasks for lead in list(task.leads.all())[:NAMED]}
    names = unit_queries.named_on(ids, document.signed_on, language())
    found = []
    for task in tasks:
        leads = list(task.leads.all())
        found.append(
            Candidate(
                task=task,
                leads=[(names.get(lead.unit_id, ""), lead.unit.code) for lead in leads[:NAMED]],
                leads_count=len(leads),
                gaps=gaps_of(task, leads),
                sureness=_sureness(task, document, leads),
                doubts=_doubts(task, leads),
            )
        )
    return found


def gaps_of(task: Task, leads: Sequence[object]) -> dict[str, str]:
    """Why each of the six points that is not clear is not."""
    return {gap.point: gap.why for gap in unclear.gaps(unclear.Said.stored(task, known=len(leads)))}


def _sureness(task: Task, document: Document, leads: Sequence[object]) -> str:
    task.leads_count = len(leads)  # type: ignore[attr-defined]
    if is_sure(task, document):
        return "sure"
    return "fair" if task.confidence >= FAIRLY_SURE and leads else "doubtful"


def _doubts(task: Task, leads: Sequence[object]) -> list[str]:
    found = [str(DOUBTS.get(doubt, doubt)) for doubt in task.doubts]
    if not leads and task.kind != Task.Kind.STANDING:
        found.append(_("No lead of the register is named."))
    wrong = rules.wrong_due(task.due_on, signed_on=task.document.signed_on)
    return [*found, str(wrong)] if wrong else found


# --- one candidate ------------------------------------------------------------------------------------------
@signed_in
def one(request: DeskRequest, code: str, number: int) -> HttpResponse:
    """Edit one proposed task: within the list where scripts run, as a page of its own where not."""
    document = queries.document_for(request.actor, code)
    refuse_unless(policy.may_review(request.actor, document))
    task = document.tasks.filter(number=number).first()
    if task is None:
        return redirect("review", code=document.code)
    if request.method != "POST":
        return _show_one(request, document, task, TaskForm(initial=_initial(task)))
    form = TaskForm(request.POST)
    if not form.is_valid():
        return _show_one(request, document, task, form, status=422)
    try:
        once(request, lambda: _edit(request, document, number, form.cleaned_data))
    except Refusal as no:
        form.add_error(no.field if no.field in form.fields else None, str(no))
        return _show_one(request, document, task, form, status=no.http_status, refusal=no)
    messages.success(request, _("Task %(number)s was changed.") % {"number": number})
    return redirect(f"{reverse('review', args=[document.code])}?show=all&n={number}#c-{number}")


def _edit(request: DeskRequest, document: Document, number: int, given: dict[str, Any]) -> Done:
    changes = {name: value for name, value in given.items() if name not in ("monitor", "confirmer")}
    changes |= {"lead": _lines(request, "lead"), "coordinate": _lines(request, "coordinate")}
    for role in ("monitor", "confirmer"):
        changes[role] = _unit_code(given[role], document, field=role)
    acts.edit(document.code, number, changes, actor=request.actor, at=now())
    return Done("")


def _lines(request: HttpRequest, name: str) -> list[str]:
    return [line[:300] for line in lines(request.POST.getlist(name))][:60]


def _boxes(request: DeskRequest, task: Task, form: TaskForm) -> dict[str, str]:
    """Leads and coordinators: names as the text has them, suggestions from the register."""
    values = {name: _lines(request, name) if form.is_bound else getattr(task, name) for name in ("lead", "coordinate")}
    return {
        name: Picker(many=True, words=True, wholes=True).render(
            name, said, {"id": f"{name}-{task.number}", "aria-describedby": f"{name}-hint-{task.number}"}
        )
        for name, said in values.items()
    }


def _unit_code(words: str, document: Document, *, field: str) -> str:
    if not words.strip():
        return ""
    found = unit_queries.resolve([words.strip()], document.signed_on)[0]
    if found.unit_id is None:
        raise NotAccepted(
            lazy("“%(name)s” is no body of the register."),
            {"name": words.strip()},
            remedy=_("Did you mean: %(names)s?") % {"names": "; ".join(one.name for one in found.near)}
            if found.near
            else lazy("Choose it from the register."),
            field=field,
        )
    standing = unit_queries.standing_on([found.unit_id], document.signed_on, language())
    return standing[found.unit_id].code


def _initial(task: Task) -> dict[str, Any]:
    names = unit_queries.named_on(
        [one for one in (task.monitor_id, task.confirmer_id) if one], task.document.signed_on, "vi"
    )
    return {
        **{name: getattr(task, name) for name in TaskForm.base_fields},
        "monitor": names.get(task.monitor_id or 0, ""),
        "confirmer": names.get(task.confirmer_id or 0, ""),
    }


def _show_one(
    request: DeskRequest,
    document: Document,
    task: Task,
    form: TaskForm,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    inside = request.headers.get("HX-Request") == "true" and request.method == "GET"
    context = {
        "document": document,
        "task": task,
        "form": form,
        "boxes": _boxes(request, task, form),
        "cuts": sentence_ends(document.text, task.start, task.end),
        "refusal": refusal,
    }
    return show(request, "review/_edit.html" if inside else "review/one.html", context, status=status)


def _name_of(unit_id: int, document: Document) -> str:
    return unit_queries.named_on([unit_id], document.signed_on, language()).get(unit_id, "")


urlpatterns = [
    path("directives/<code:code>/review/", review, name="review"),
    path("directives/<code:code>/review/<int:number>/", one, name="review-task"),
]
