"""One task: the words it is taken from, its six clear points, where it stands, and what was corrected after sending."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from isotherm.accounts.models import Post
from isotherm.directives import queries
from isotherm.directives.models import Document, Task
from isotherm.directives.reading import DOUBTS
from isotherm.doors.web import addresses  # noqa: F401  the converter "code"
from isotherm.doors.web.directive import task_rows
from isotherm.doors.web.formats import day as written_day
from isotherm.doors.web.forms.directives import CorrectForm, RecallForm, words_of
from isotherm.doors.web.matrix import PAGE, named_pairs
from isotherm.doors.web.page import DeskRequest, key_of, language, now, show, signed_in
from isotherm.doors.web.review import gaps_of
from isotherm.execution import matrix
from isotherm.execution.acts.recall import correct, may_change, recall
from isotherm.execution.answers import once
from isotherm.execution.matrix import Filter
from isotherm.records.keys import with_key
from isotherm.refusals import NotAccepted, Refusal
from isotherm.units import queries as unit_queries
from isotherm.words import _, lazy, ngettext


@signed_in
def task(request: DeskRequest, task: str) -> HttpResponse:
    found = queries.task_for(request.actor, task)
    forms: dict[str, Any] = {"correct": CorrectForm(initial={"what": "action"}), "recall": RecallForm()}
    if request.method != "POST":
        return _show(request, found, forms)
    doing = request.POST.get("do", "")
    if doing not in _ACTS:
        return _show(request, found, forms, refusal=NotAccepted(lazy("Choose what is to be done.")))
    form = forms[doing] = type(forms[doing])(request.POST)
    if not form.is_valid():
        return _show(request, found, forms, status=422)
    try:
        messages.success(request, _ACTS[doing](request, found, form.cleaned_data))
    except Refusal as no:
        field = "due_on" if no.field == "new" and form.cleaned_data.get("what") == "due_on" else no.field
        form.add_error(field if field in form.fields else None, str(no))
        return _show(request, found, forms, status=no.http_status, refusal=no)
    return redirect("task", task=found.code)


def _correct(request: DeskRequest, found: Task, given: dict[str, Any]) -> str:
    at = now()
    new: str | date | None = given["due_on"] if given["what"] == "due_on" else given["new"].strip()
    if given["what"] == "action" and not new:
        raise NotAccepted(lazy("Write the new wording of the work."), field="new")
    with_key(
        request.actor,
        key_of(request),
        at=at,
        act=lambda: (
            correct(
                found.code,
                what=given["what"],
                new=new,
                reason=given["reason"],
                symbol=given["symbol"],
                actor=request.actor,
                at=at,
            ).code
        ),
        to_answer=str,
        from_answer=str,
    )
    return _("The task was corrected; the old words stay readable below.")


def _recall(request: DeskRequest, found: Task, given: dict[str, Any]) -> str:
    at = now()
    answer = once(
        request.actor,
        key_of(request),
        at=at,
        act=lambda: recall(found.code, reason=given["reason"], symbol=given["symbol"], actor=request.actor, at=at),
    )
    return ngettext(
        "The task was withdrawn: %(count)s open assignment is closed.",
        "The task was withdrawn: %(count)s open assignments are closed.",
        answer.done,
    ) % {"count": answer.done}


_ACTS = {"correct": _correct, "recall": _recall}


def _show(
    request: DeskRequest,
    found: Task,
    forms: dict[str, Any],
    *,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    actor, at = request.actor, now()
    document: Document = found.document
    row = task_rows(request, document, [found])[0]
    wanted = Filter(task=found.number, state="told")
    shown = Paginator(range(row.counts.told), PAGE).get_page(request.GET.get("page"))
    pairs = matrix.pairs(document, actor=actor, at=at, wanted=wanted, first=max(0, shown.start_index() - 1), most=PAGE)
    roles = unit_queries.named_on(
        [one for one in (found.monitor_id, found.confirmer_id) if one], document.signed_on, language()
    )
    open_count = row.counts.sent + row.counts.working + row.counts.reconsider + row.counts.reported
    context = {
        "task": found,
        "document": document,
        "row": row,
        "gaps": gaps_of(found, list(found.leads.all())),
        "doubts": [str(DOUBTS.get(one, one)) for one in found.doubts] if found.state == Task.State.PROPOSED else [],
        "monitor": roles.get(found.monitor_id or 0, ""),
        "confirmer": roles.get(found.confirmer_id or 0, ""),
        "corrections": _corrections(found),
        "page": shown,
        "pairs": named_pairs(pairs, actor=actor),
        "may_change": found.state == Task.State.ISSUED and may_change(actor, document) is None,
        "open_count": open_count,
        "forms": forms,
        "refusal": refusal,
        "at": at,
    }
    return show(request, "task/page.html", context, status=refusal.http_status if refusal else status)


def _corrections(found: Task) -> list[dict[str, Any]]:
    """What stood before and what stands now, newest first. The post is named, never the person."""
    rows = list(found.corrections.order_by("-id"))
    posts = Post.objects.in_bulk([row.post_id for row in rows if row.post_id])
    return [
        {
            "at": row.at,
            "what": words_of(row.what),
            "old": _as_read(row.what, row.old),
            "new": _as_read(row.what, row.new),
            "reason": row.reason,
            "symbol": row.document_symbol,
            "post": posts[row.post_id].title(language()) if row.post_id in posts else "",
        }
        for row in rows
    ]


def _as_read(what: str, value: str) -> str:
    return written_day(date.fromisoformat(value)) if what == "due_on" and value else value


urlpatterns = [
    path("tasks/<code:task>/", task, name="task"),
]
