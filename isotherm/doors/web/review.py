"""Confirming the proposed tasks beside the text; submitting; and sending them by a second person.

Every button of the page posts to the page's own address with `do`: so a refusal stands on the page it came from, with
the filters and what was entered.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from isotherm.directives import policy, queries, rules
from isotherm.directives.acts import review as acts
from isotherm.directives.models import Document, ReviewStep, Task
from isotherm.directives.reading import DOUBTS
from isotherm.doors.web import addresses  # noqa: F401  the converter "code"
from isotherm.doors.web.formats import number as figure
from isotherm.doors.web.forms.directives import TaskForm
from isotherm.doors.web.marked import Paragraph, marked, sentence_ends, span_of, window
from isotherm.doors.web.page import DeskRequest, key_of, language, now, show, signed_in
from isotherm.execution import preview
from isotherm.execution.acts.issue import issue
from isotherm.records.keys import with_key
from isotherm.refusals import NotAccepted, Refusal, refuse_unless
from isotherm.units import queries as unit_queries
from isotherm.words import _, lazy, ngettext

PAGE = 25
SURE = 0.9
WHOLE_TEXT = 40_000  # characters; a longer text is shown around the candidates of the page
SHOWS = ("undecided", "doubtful", "accepted", "aside", "all")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed task as the page shows it."""

    task: Task
    leads: list[tuple[str, str]]  # name, code
    leads_count: int
    six: dict[str, bool]
    sure: bool
    doubts: list[str]


@dataclass(frozen=True, slots=True)
class Done:
    """What an act answers with: the sentence that says it, and the candidate to go on with."""

    words: str
    number: int | None = None


@signed_in
def review(request: DeskRequest, code: str) -> HttpResponse:
    document = queries.document_for(request.actor, code)
    if request.method != "POST":
        if document.state in queries.GONE:
            return redirect("directive", code=document.code)
        return _show(request, document)
    try:
        done = _once(request, document, _VERBS.get(_do(request)[0], _unknown))
    except Refusal as no:
        document.refresh_from_db()
        return _show(request, document, refusal=no)
    messages.success(request, done.words)
    if _do(request)[0] == "send":
        return redirect("directive", code=document.code)
    query = request.GET.copy()
    query.pop("n", None)
    if done.number is not None:
        query["n"] = str(done.number)
    return redirect(f"{request.path}?{query.urlencode()}#{f'c-{done.number}' if done.number else 'list'}")


def _do(request: HttpRequest) -> tuple[str, int | None]:
    """The button that was pressed: `accept` for what is selected, `accept-12` for one."""
    verb, _dash, number = request.POST.get("do", "").partition("-")
    return verb, int(number) if re.fullmatch(r"\d{1,6}", number, re.ASCII) else None


def _numbers(request: HttpRequest) -> list[int]:
    one = _do(request)[1]
    if one is not None:
        return [one]
    return sorted(int(n) for n in request.POST.getlist("number") if re.fullmatch(r"\d{1,6}", n, re.ASCII))


def _once(request: DeskRequest, document: Document, verb: Callable[[DeskRequest, Document], Done]) -> Done:
    """The page's key serves all its buttons, so what was pressed and selected belongs to it."""
    pressed = [request.POST.get(name, "") for name in ("do", "start", "quote", "position")]
    given = "|".join([*pressed, *map(str, _numbers(request))])
    key = key_of(request)
    return with_key(
        request.actor,
        f"{key[:40]}:{hashlib.sha256(given.encode()).hexdigest()[:40]}" if key else None,
        at=now(),
        act=lambda: verb(request, document),
        to_answer=lambda done: [done.words, done.number],
        from_answer=lambda kept: Done(*kept),
    )


def _unknown(request: DeskRequest, document: Document) -> Done:
    raise NotAccepted(lazy("Choose what is to be done."))


def _accept(request: DeskRequest, document: Document) -> Done:
    tasks = acts.accept(document.code, _numbers(request), actor=request.actor, at=now())
    return Done(
        ngettext("%(count)s task confirmed.", "%(count)s tasks confirmed.", len(tasks)) % {"count": len(tasks)},
        _next(document, tasks),
    )


def _aside(request: DeskRequest, document: Document) -> Done:
    tasks = acts.set_aside(document.code, _numbers(request), actor=request.actor, at=now())
    return Done(
        ngettext("%(count)s task set aside.", "%(count)s tasks set aside.", len(tasks)) % {"count": len(tasks)},
        _next(document, tasks),
    )


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
    joined = acts.join(document.code, _numbers(request), actor=request.actor, at=now())
    return Done(_("The tasks were joined into task %(number)s.") % {"number": joined.number}, joined.number)


def _add(request: DeskRequest, document: Document) -> Done:
    start, end = span_of(document.text, request.POST.get("quote", ""), start=_whole(request.POST.get("start")))
    task = acts.add(document.code, start=start, end=end, actor=request.actor, at=now())
    return Done(_("Task %(number)s was added from the text.") % {"number": task.number}, task.number)


def _cut(request: DeskRequest, document: Document) -> Done:
    """Cut the task that stands at the marked place in two, where the marking begins."""
    number = _do(request)[1]
    position = _whole(request.POST.get("position" if number is not None else "start"))
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


def _undo(request: DeskRequest, document: Document) -> Done:
    step = acts.undo(document.code, actor=request.actor, at=now())
    return Done(_("Undone: %(what)s") % {"what": step_words(step)})


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


_VERBS: dict[str, Callable[[DeskRequest, Document], Done]] = {
    "accept": _accept,
    "aside": _aside,
    "sure": _sure,
    "join": _join,
    "add": _add,
    "cut": _cut,
    "undo": _undo,
    "submit": _submit,
    "back": _back,
    "send": _send,
}


def _whole(value: str | None) -> int | None:
    return int(value) if value and re.fullmatch(r"\d{1,9}", value, re.ASCII) else None


def _next(document: Document, tasks: Sequence[Task]) -> int | None:
    last = max(task.number for task in tasks)
    following = document.tasks.filter(state=Task.State.PROPOSED, number__gt=last).order_by("number").first()
    return following.number if following else None


def count_words(what: str, count: int) -> str:
    if what == "task":
        return ngettext("%(count)s task", "%(count)s tasks", count) % {"count": figure(count)}
    return ngettext("%(count)s assignment", "%(count)s assignments", count) % {"count": figure(count)}


def step_words(step: ReviewStep | None) -> str:
    if step is None:
        return ""
    count = max(1, len(step.before))
    words = {
        "accept": ngettext("%(count)s task confirmed", "%(count)s tasks confirmed", count),
        "set_aside": ngettext("%(count)s task set aside", "%(count)s tasks set aside", count),
        "edit": _("a task edited"),
        "split": _("a task split"),
        "join": ngettext("%(count)s task joined", "%(count)s tasks joined", count),
        "add": _("a task added"),
    }
    found = words.get(step.verb, step.verb)
    return found % {"count": count} if "%(count)s" in found else found


# --- what the page shows -----------------------------------------------------------------------------------
def _all(document: Document) -> list[Task]:
    return list(document.tasks.annotate(leads_count=Count("leads")).order_by("start", "number"))


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


def _show(request: DeskRequest, document: Document, *, refusal: Refusal | None = None) -> HttpResponse:
    tasks = _all(document)
    shown = request.GET.get("show", "")
    # First what is still to be decided; once everything is decided, everything.
    shown = shown if shown in SHOWS else ("undecided" if any(map(_KEEPS["undecided"], tasks)) else "all")
    wanted = [task for task in tasks if _KEEPS[shown](task)]
    by_text = request.GET.get("order") == "text"
    if not by_text:
        wanted.sort(key=lambda task: (not _is_doubtful(task), task.confidence if _is_doubtful(task) else 0, task.start))
    page = _page(request, wanted)
    paragraphs = window(
        document.text,
        [(task.start, task.end) for task in page],
        whole=len(document.text) <= WHOLE_TEXT or request.GET.get("text") == "all",
    )
    on_page = {task.number for task in page}
    candidates = _candidates(list(page), document)
    last = document.review_steps.filter(undone=False).order_by("-id").first()
    submitted = document.state == Document.State.SUBMITTED
    context: dict[str, Any] = {
        "document": document,
        "page": page,
        "candidates": candidates,
        "on_page": on_page,
        "counts": {show: sum(map(_KEEPS[show], tasks)) for show in SHOWS},
        "sure": sum(is_sure(task, document) for task in tasks),
        "shown": shown,
        "by_text": by_text,
        "text": _text(document, tasks, paragraphs),
        "windowed": len(document.text) > WHOLE_TEXT,
        "whole": request.GET.get("text") == "all",
        "may_review": policy.may_review(request.actor, document) is None,
        "may_not_issue": policy.may_issue(request.actor, document),
        "submitted": submitted,
        "preview": preview.of(document, at=now()) if submitted else None,
        "last_step": step_words(last) if last else "",
        "refusal": refusal,
        "given": {"quote": request.POST.get("quote", ""), "start": request.POST.get("start", "")},
    }
    return show(request, "review/page.html", context, status=refusal.http_status if refusal else 200)


def _page(request: DeskRequest, wanted: list[Task]) -> Page[Task]:
    pages = Paginator(wanted, PAGE)
    asked = _whole(request.GET.get("n"))
    if asked is not None:
        at = next((i for i, task in enumerate(wanted) if task.number == asked), None)
        if at is not None:
            return pages.get_page(at // PAGE + 1)
    return pages.get_page(request.GET.get("page"))


def _text(document: Document, tasks: Iterable[Task], paragraphs: Sequence[tuple[int, int]]) -> list[Paragraph]:
    spans = [
        (task.start, task.end, task.number, _MARKS[Task.State(task.state)])
        for task in tasks
        if task.state != Task.State.REJECTED
    ]
    unassigned = document.passages.filter(role="unassigned").values_list("start", "end")
    return marked(document.text, paragraphs, spans, unassigned=list(unassigned))


_MARKS = {
    Task.State.PROPOSED: "proposed",
    Task.State.ACCEPTED: "accepted",
    Task.State.ISSUED: "accepted",
    Task.State.REJECTED: "rejected",
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
                six=six_of(task, leads),
                sure=is_sure(task, document),
                doubts=[str(DOUBTS.get(doubt, doubt)) for doubt in task.doubts],
            )
        )
    return found


def six_of(task: Task, leads: Sequence[object]) -> dict[str, bool]:
    return rules.six_points(
        leads=leads,
        action=task.action,
        due_on=task.due_on,
        recurrence=task.recurrence,
        responsible=task.responsible,
        product=task.product,
        authority=task.authority,
    )


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
        _once(request, document, lambda request, document: _edit(request, document, number, form.cleaned_data))
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
    return [line.strip()[:300] for line in request.POST.getlist(name) if line.strip()][:60]


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
        "leads": _lines(request, "lead") if form.is_bound else task.lead,
        "coordinators": _lines(request, "coordinate") if form.is_bound else task.coordinate,
        "cuts": sentence_ends(document.text, task.start, task.end),
        "refusal": refusal,
    }
    return show(request, "review/_edit.html" if inside else "review/one.html", context, status=status)


urlpatterns = [
    path("directives/<code:code>/review/", review, name="review"),
    path("directives/<code:code>/review/<int:number>/", one, name="review-task"),
]
