"""One task at one unit: how it stands, whom it waits for, and everything that was done."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import path

from isotherm.doors.web import addresses, deadlines
from isotherm.doors.web.page import DeskRequest, language, now, show, signed_in
from isotherm.execution import standing, timeline, work
from isotherm.execution.models import Assignment, Request, State
from isotherm.execution.queries import assignment_for, visible_assignments
from isotherm.units import queries as unit_queries
from isotherm.units.models import Unit
from isotherm.words import lazy
from isotherm.workdays.queries import current

assert addresses  # registers <code:…>

ROLES = {
    "send_on": lazy("passing on"),
    "own": lazy("carrying out"),
    "decide": lazy("deciding"),
    "owe": lazy("what it owes"),
}


def facts_of(request: DeskRequest, one: Assignment) -> dict[str, Any]:
    """What both the page and the printed sheet say of an assignment."""
    at, days = now(), current()
    until = one.closed_at or at
    parts = timeline.segments(one, at=until)
    requests = list(Request.objects.filter(assignment_id=one.pk).order_by("asked_at"))
    obstacles = timeline.obstacles_of(one)
    held = timeline.held(parts)
    ids = {one.unit_id, one.carrier_id, one.giver_id, one.confirmer_id} | {row.holder_id for row in held}
    ids |= {row.asked_of_id for row in requests} | {obstacle.owing_id for _row, obstacle in obstacles}
    if one.holder_id:
        ids.add(one.holder_id)
    bodies = unit_queries.named_on(ids, request.actor.day, language())
    owed = work.promises([one]).get(one.pause_obstacle_id or 0)
    holder = bodies.get(one.holder_id or 0, "")
    return {
        "one": one,
        "task": one.task,
        "document": one.task.document,
        "bodies": bodies,
        "codes": dict(Unit.objects.filter(id__in=ids).values_list("id", "code")),
        "stands": standing.of(one, holder=holder, promised_on=owed.promised_on if owed else None, at=at, days=days),
        "holder": holder,
        "since": one.state_since,
        "events": timeline.events(one, language=language(), day=request.actor.day),
        "held": held,
        "elapsed": round(sum(row.within + row.beyond for row in held), 1),
        "requests": requests,
        "obstacles": obstacles,
        "explained": deadlines.explained(one, days),
        "left": deadlines.left(one.due_on, at, days) if one.is_open else "",
        "roles": ROLES,
        "at": at,
    }


@signed_in
def page(request: DeskRequest, task: str, unit: str) -> HttpResponse:
    one = assignment_for(request.actor, task, unit)
    parent = visible_assignments(request.actor).filter(pk=one.parent_id).first() if one.parent_id else None
    context = facts_of(request, one)
    context |= {
        "unit_code": unit,
        "parent": parent,
        "children": [(State(state).label, n) for state, n in timeline.children_counts(one).items()],
        "files": [file for event in context["events"] for file in event.files],
    }
    return show(request, "assignment/page.html", context)


urlpatterns = [
    path("tasks/<code:task>/<code:unit>/", page, name="assignment"),
]
