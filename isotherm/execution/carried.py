"""What bodies carry, counted by who asked for it, by document or by body, and the very rows behind each number.

Every count and every list begins at what the actor reaches, by the same conditions, so that a number opens its rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from isotherm.actor import Actor
from isotherm.execution.models import OPEN, Assignment, State
from isotherm.execution.queries import visible_assignments
from isotherm.workdays.queries import current

STATES = ("told", "open", "overdue", "done")


@dataclass(frozen=True, slots=True)
class Load:
    """Of one issuer, document or body: `documents` and assignments, by where they stand."""

    key: int
    documents: int
    told: int
    open: int
    overdue: int
    done: int


def rows(
    actor: Actor, unit_ids: Iterable[int], at: datetime, *, state: str = "told", issuer: int | None = None
) -> QuerySet[Assignment]:
    """The assignments that these bodies carry, as far as the actor sees them; those due first stand first."""
    found = visible_assignments(actor).filter(carrier_id__in=list(unit_ids)).filter(_conditions(at)[state])
    if issuer is not None:
        found = found.filter(task__document__issuer_id=issuer)
    return found.order_by("due_on", "task__document_id", "task__number", "id")


def by_issuer(actor: Actor, unit_id: int, at: datetime) -> list[Load]:
    return _grouped(actor, [unit_id], at, "task__document__issuer_id")


def by_document(actor: Actor, unit_id: int, at: datetime, *, most: int) -> list[Load]:
    return _grouped(actor, [unit_id], at, "document_id")[:most]


def by_body(actor: Actor, unit_ids: Iterable[int], at: datetime) -> dict[int, Load]:
    return {one.key: one for one in _grouped(actor, unit_ids, at, "carrier_id")}


def _grouped(actor: Actor, unit_ids: Iterable[int], at: datetime, key: str) -> list[Load]:
    """Most open first."""
    counts = {name: Count("id", filter=condition) for name, condition in _conditions(at).items()}
    found = (
        visible_assignments(actor)
        .filter(carrier_id__in=list(unit_ids))
        .order_by()
        .values(key)
        .annotate(documents=Count("document_id", distinct=True), **counts)
    )
    loads = [Load(one[key], one["documents"], *(one[name] for name in STATES)) for one in found]
    return sorted(loads, key=lambda one: (-one.open, -one.told, one.key))


def _conditions(at: datetime) -> Mapping[str, Q]:
    unmet = Q(
        expected=True,
        state__in=(State.SENT, State.WORKING, State.RECONSIDER, State.REPORTED),
        paused_at__isnull=True,
        due_on__lte=current().last_due_day(at),
    )
    return {"told": Q(), "open": Q(state__in=OPEN), "overdue": unmet, "done": Q(state=State.DONE)}
