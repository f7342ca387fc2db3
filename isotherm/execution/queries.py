"""Reads of assignments, each beginning at what the actor reaches."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from isotherm.accounts import reach
from isotherm.actor import Actor
from isotherm.directives.models import Document
from isotherm.execution.models import Assignment, Draft, State
from isotherm.refusals import OutOfReach
from isotherm.units.models import Unit
from isotherm.words import lazy


def visible_assignments(actor: Actor) -> QuerySet[Assignment]:
    """What units within reach carry or were given, and what one's own bodies gave, confirm or hold."""
    if reach.sees_no_work(actor):
        return Assignment.objects.none()
    sql, params = reach.seen_units_sql(actor)
    own = sorted(actor.units)
    # Not by the table's name: the set also stands inside other queries.
    seen = RawSQL(sql, params)  # noqa: S611  the reach's own SQL
    return Assignment.objects.filter(
        Q(carrier_id__in=seen)
        | Q(unit_id__in=seen)
        | Q(giver_id__in=own)
        | Q(confirmer_id__in=own)
        | Q(holder_id__in=own)
    )


def visible_drafts(actor: Actor) -> QuerySet[Draft]:
    """What is prepared inside one's own bodies and not yet their act."""
    if reach.sees_no_work(actor):
        return Draft.objects.none()
    return Draft.objects.filter(unit_id__in=sorted(actor.units))


def assignment_for(actor: Actor, task_code: str, unit_code: str) -> Assignment:
    """One assignment by its task and the unit it was given to; out of reach looks like absent."""
    found = (
        visible_assignments(actor)
        .select_related("task", "task__document")
        .filter(task__code=task_code, unit_id__in=Unit.objects.filter(code=unit_code).values("id"))
        .first()
    )
    if found is None:
        raise OutOfReach(
            lazy("There is no such assignment within your reach."),
            remedy=lazy("Check the address, or open it from your desk."),
        )
    return found


def carried(
    actor: Actor, document: Document, unit_id: int, *, numbers: Sequence[int] | None = None
) -> QuerySet[Assignment]:
    """The assignments of one document that a unit carries; `numbers` keeps those tasks only."""
    mine = visible_assignments(actor).filter(document_id=document.pk, carrier_id=unit_id)
    if numbers is not None:
        mine = mine.filter(task__number__in=list(numbers))
    return mine.order_by("task__number")


def ids_for(
    actor: Actor,
    document: Document,
    unit_id: int,
    *,
    states: Sequence[State] | None = None,
    numbers: Sequence[int] | None = None,
) -> list[int]:
    """Ids of what the act is about. Named tasks are all taken, so that each refused one is told why; else those in
    `states`."""
    mine = carried(actor, document, unit_id, numbers=numbers)
    if numbers is None and states is not None:
        mine = mine.filter(state__in=states)
    found = list(mine.values_list("id", flat=True))
    if not found and not carried(actor, document, unit_id).exists():
        raise OutOfReach(
            lazy("This document gives that body no task within your reach."),
            remedy=lazy("Check the address, or open it from your desk."),
        )
    return found
