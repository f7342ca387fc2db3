"""One directive: its tasks, its text with the marked clauses, what it says of other documents, who has received it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.core.paginator import Paginator
from django.db.models import QuerySet, prefetch_related_objects
from django.http import FileResponse, HttpResponse
from django.urls import path

from isotherm.accounts import reach
from isotherm.directives import policy, queries
from isotherm.directives.acts.relations import TAKES_GROUND
from isotherm.directives.models import Delivery, Document, Relation, Task
from isotherm.doors.web import (
    addresses,  # noqa: F401  the converter "code"
    openings,
)
from isotherm.doors.web.marked import Paragraph, marked, window
from isotherm.doors.web.page import DeskRequest, language, now, show, signed_in
from isotherm.doors.web.pressed import whole
from isotherm.doors.web.scanned import pages_of_document
from isotherm.doors.web.workbook import Column, workbook
from isotherm.execution import grounds, progress
from isotherm.execution.matrix import WORDS, Counts
from isotherm.records import files
from isotherm.units import queries as unit_queries
from isotherm.units.models import Unit
from isotherm.words import _

PAGE = 25
TEXT_PAGE = 60  # paragraphs
DELIVERIES = 50
NAMED = 3
# What a page about one task counts, in this order; zero is left out.
COUNTED = ("done", "reported", "working", "reconsider", "sent", "closed")


@dataclass(frozen=True, slots=True)
class TaskRow:
    task: Task
    leads: list[tuple[str, str]]
    leads_count: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    delivery: Delivery
    unit: str
    code: str
    giver: str


@signed_in
def directive(request: DeskRequest, code: str) -> HttpResponse:
    actor = request.actor
    document = queries.document_for(actor, code)
    if request.GET.get("as") == "xlsx":
        return _as_workbook(request, document)
    tab = request.GET.get("tab", "")
    tab = tab if tab in _TABS else "tasks"
    figures = progress.of_documents([document.pk], actor=actor, at=now()).get(document.pk, progress.Progress())
    relations = document.relations.count()
    context = {
        "document": document,
        "tab": tab,
        "figures": figures,
        "issuer_code": document.issuer.code,
        "relations_count": relations + _related_from(request, document).count(),
        "deliveries_count": document.deliveries.count() if policy.is_ours(actor, document) else None,
        "may_review": document.state not in queries.GONE and policy.may_review(actor, document) is None,
        "may_issue": document.state == Document.State.SUBMITTED and policy.may_issue(actor, document) is None,
        "may_read_openings": policy.may_read_openings(actor, document) is None,
        "losing": _losing(request, document),
        "has_file": document.file_sha256.strip("0") != "",
        "at": now(),
        "scanned": pages_of_document(document.pk) if policy.is_ours(actor, document) else None,
        **_TABS[tab](request, document),
    }
    return show(request, "directive/page.html", context)


def _losing(request: DeskRequest, document: Document) -> list[grounds.Lost]:
    if policy.may_see_grounds(request.actor, document) is not None:
        return []
    return [one for one in grounds.lost(request.actor, document=document) if one.undecided]


def _tasks(request: DeskRequest, document: Document) -> dict[str, object]:
    page = Paginator(_listed(document), PAGE).get_page(request.GET.get("page"))
    return {"page": page, "rows": task_rows(request, document, list(page))}


def _listed(document: Document) -> list[Task]:
    """Once sent, what was set aside is no longer of interest."""
    tasks = document.tasks.exclude(state=Task.State.REJECTED)
    return list(tasks.order_by("start", "number"))


def task_rows(request: DeskRequest, document: Document, tasks: list[Task]) -> list[TaskRow]:
    counts = progress.of_tasks([task.pk for task in tasks], actor=request.actor, at=now())
    prefetch_related_objects(tasks, "leads__unit")
    ids = {lead.unit_id for task in tasks for lead in list(task.leads.all())[:NAMED]}
    names = unit_queries.named_on(ids, document.signed_on, language())
    return [
        TaskRow(
            task=task,
            leads=[(names.get(lead.unit_id, ""), lead.unit.code) for lead in list(task.leads.all())[:NAMED]],
            leads_count=len(task.leads.all()),
            counts=counts.get(task.pk, Counts()),
        )
        for task in tasks
    ]


def _text(request: DeskRequest, document: Document) -> dict[str, object]:
    """The text in parts of some pages; `n` opens the part where that task stands, `at` the one with that letter."""
    every = window(document.text, [], whole=True)
    tasks = list(document.tasks.exclude(state=Task.State.REJECTED).order_by("start"))
    pages = Paginator(every, TEXT_PAGE)
    asked = next((task.start for task in tasks if str(task.number) == request.GET.get("n")), None)
    asked = whole(request.GET.get("at")) if asked is None else asked
    if asked is not None:
        at = next((i for i, (_start, end) in enumerate(every) if end > asked), 0)
        page = pages.get_page(at // TEXT_PAGE + 1)
    else:
        page = pages.get_page(request.GET.get("page"))
    kinds = {Task.State.PROPOSED: "proposed", Task.State.RECALLED: "rejected"}
    spans = [(task.start, task.end, task.number, kinds.get(Task.State(task.state), "accepted")) for task in tasks]
    loose = queries.loose_spans(document)
    text: list[Paragraph] = marked(document.text, list(page), spans, unassigned=loose)
    return {"page": page, "text": text, "codes": {task.number: task.code for task in tasks}}


def _related_from(request: DeskRequest, document: Document) -> QuerySet[Relation]:
    seen = queries.visible_documents(request.actor).values("pk")
    return Relation.objects.filter(other=document, document__in=seen)


def _relations(request: DeskRequest, document: Document) -> dict[str, object]:
    """Documents named in the text; linked where they are registered and within reach."""
    outward = list(document.relations.select_related("other").order_by("start"))
    within = set(
        queries.visible_documents(request.actor)
        .filter(pk__in=[one.other_id for one in outward if one.other_id])
        .values_list("pk", flat=True)
    )
    inward = list(_related_from(request, document).select_related("document").order_by("document__signed_on")[:100])
    return {
        "takes_ground": policy.may_see_grounds(request.actor, document) is None
        and any(one.what in TAKES_GROUND for one in outward),
        "outward": [(one, one.other if one.other_id in within else None) for one in outward],
        "inward": inward,
        "passages": {one.pk: document.text[max(0, one.start - 60) : one.end + 60].strip() for one in outward},
    }


def _deliveries(request: DeskRequest, document: Document) -> dict[str, object]:
    actor = request.actor
    rows = document.deliveries.order_by("at", "unit_id")
    if not policy.is_ours(actor, document):
        rows = rows.filter(unit_id__in=reach.seen_units(actor))
    page = Paginator(rows, DELIVERIES).get_page(request.GET.get("page"))
    ids = {one.unit_id for one in page} | {one.given_by_id for one in page if one.given_by_id}
    names = unit_queries.named_on(ids, actor.day, language())
    codes = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "code"))
    return {
        "page": page,
        "deliveries": [
            DeliveryRow(
                delivery=one,
                unit=names.get(one.unit_id, ""),
                code=codes.get(one.unit_id, ""),
                giver=names.get(one.given_by_id or 0, ""),
            )
            for one in page
        ],
    }


_TABS = {"tasks": _tasks, "text": _text, "relations": _relations, "deliveries": _deliveries}


def _as_workbook(request: DeskRequest, document: Document) -> HttpResponse:
    rows = task_rows(request, document, _listed(document))
    return workbook(
        f"{document.code}-tasks",
        title=f"{document.symbol}: {document.subject}",
        notes=[_("As of %(moment)s") % {"moment": f"{now():%d/%m/%Y}"}],
        columns=[
            Column(_("Task"), 6),
            Column(_("Clause"), 18),
            Column(_("The work"), 60),
            Column(_("Lead"), 34),
            Column(_("Coordinating"), 26),
            Column(_("Deadline")),
            Column(_("Words of the deadline"), 22),
            Column(_("Product"), 22),
            Column(str(WORDS["told"]), 10),
            *[Column(str(WORDS[one]), 10) for one in (*COUNTED, "overdue", "missing", "excused")],
        ],
        rows=[
            (
                row.task.number,
                row.task.clause,
                row.task.action,
                "; ".join(row.task.lead),
                "; ".join(row.task.coordinate),
                row.task.due_on,
                row.task.deadline_text,
                row.task.product,
                row.counts.told,
                *[row.counts.of(one) for one in (*COUNTED, "overdue", "missing", "excused")],
            )
            for row in rows
        ],
    )


@signed_in
def file(request: DeskRequest, code: str) -> HttpResponse:
    """The file as it was handed in; always downloaded, never run in the page's own origin."""
    document = queries.document_for(request.actor, code)
    response = FileResponse(
        files.open_file(document.file_sha256), as_attachment=True, filename=document.file_name or "document"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return cast(HttpResponse, response)


urlpatterns = [
    path("directives/<code:code>/", directive, name="directive"),
    path("directives/<code:code>/file", file, name="directive-file"),
    path("directives/<code:code>/openings/", openings.page, name="directive-openings"),
]
