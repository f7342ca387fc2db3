"""One search over documents, tasks and bodies, each within reach; accents do not matter."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from isotherm.actor import Actor
from isotherm.directives import queries
from isotherm.directives.models import Task
from isotherm.doors.web.directives import matching
from isotherm.doors.web.page import DeskRequest, language, show, signed_in
from isotherm.units import queries as unit_queries
from isotherm.units.folding import fold

MOST = 10
TASKS_MOST = 25


@signed_in
def search(request: DeskRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()[:200]
    actor = request.actor
    seen = queries.visible_documents(actor)
    documents = list(matching(seen, asked).order_by("-signed_on", "-id")[: MOST + 1]) if fold(asked) else []
    exact = [one for one in documents if one.symbol_key == queries.symbol_key(asked)]
    if len(exact) == 1 and "/" in asked:
        # A whole symbol was typed: the reader wants the document, not a list of one.
        return redirect("directive", code=exact[0].code)
    tasks = list(_tasks(actor, asked)[: TASKS_MOST + 1]) if fold(asked) else []
    # Names that are merely similar help only where nothing else was found.
    alone = not documents and not tasks
    units = unit_queries.find(asked, actor.day, None, MOST + 1, language=language(), nearest=alone)
    context = {
        "asked": asked,
        "documents": documents[:MOST],
        "more_documents": len(documents) > MOST,
        "tasks": tasks[:TASKS_MOST],
        "more_tasks": len(tasks) > TASKS_MOST,
        "units": units[:MOST],
        "more_units": len(units) > MOST,
    }
    return show(request, "search/page.html", context)


def _tasks(actor: Actor, text: str) -> QuerySet[Task]:
    """Tasks whose words hold every word asked for. Before sending only the issuing body's office sees its candidates,
    because only it sees the document."""
    words = fold(text).split()[:12]
    every = RawSQL(
        "(select bool_and(unaccent(lower(directives_task.action || ' ' || directives_task.product)) "
        "like '%%' || word || '%%') from unnest(%s::text[]) word)",
        [words],
    )
    documents = queries.visible_documents(actor).values("pk")
    return (
        Task.objects.filter(document__in=documents)
        .exclude(state=Task.State.REJECTED)
        .annotate(_found=every)
        .filter(Q(_found=True) | Q(code__iexact=text.replace("\0", "")))
        .select_related("document")
        .order_by("-document__signed_on", "document_id", "number")
    )


urlpatterns = [path("search", search, name="search")]
