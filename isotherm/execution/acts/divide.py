"""Saying which heir of a divided body goes on with its open duties: by whoever gave them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from isotherm.accounts import reach
from isotherm.actor import Actor, Hand
from isotherm.execution.inherit import Moving, carry
from isotherm.execution.models import Assignment, Carriage, Division
from isotherm.refusals import NotAccepted, NotNow, NotYours, Refusal, refuse_unless
from isotherm.units.models import Heir, Reorganisation, Successor
from isotherm.words import lazy


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open duties of one divided body that wait for one giver."""

    reorganisation: str
    unit_id: int
    giver_id: int
    heirs: tuple[int, ...]
    assignments: int
    documents: int
    since: date


def may_divide(actor: Actor, giver_id: int) -> Refusal | None:
    if actor.acts_for(giver_id) and actor.has(Hand.APPROVER, Hand.LEADER):
        return None
    return NotYours(
        lazy("Only the body that gave these tasks says which heir goes on with them."),
        remedy=lazy("Its competent post does it on its desk."),
    )


def waiting(actor: Actor) -> list[Waiting]:
    """What the actor's own bodies have to decide."""
    if reach.sees_no_work(actor):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select r.code, d.reorganisation_id, d.unit_id, a.giver_id, count(*), count(distinct d.document_id),
                   min(d.since)
            from execution_division d
            join execution_assignment a on a.id = d.assignment_id
            join units_reorganisation r on r.id = d.reorganisation_id
            where d.decided_at is null and a.giver_id = any(%s)
              and a.state in ('sent', 'working', 'reconsider', 'reported')
            group by 1, 2, 3, 4 order by 7, 1, 3
            """,
            [sorted(actor.units)],
        )
        rows = cursor.fetchall()
    heirs = _heirs({row[2] for row in rows})
    return [Waiting(row[0], row[2], row[3], tuple(heirs[row[2]]), row[4], row[5], row[6]) for row in rows]


@transaction.atomic
def divide(
    reorganisation: str,
    unit_id: int,
    heir_id: int,
    *,
    documents: Sequence[int] | None = None,
    numbers: Sequence[int] | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Give what waits (of these documents, or with these task numbers) to one heir. Returns how many."""
    made = Reorganisation.objects.filter(code=reorganisation).first()
    listed = Division.objects.filter(unit_id=unit_id, decided_at=None, reorganisation_id=made.pk if made else 0)
    rows = Assignment.objects.filter(
        id__in=listed.values("assignment_id"), giver_id__in=sorted(actor.units), closed_at=None
    )
    if documents is not None:
        rows = rows.filter(document_id__in=list(documents))
    if numbers is not None:
        rows = rows.filter(task__number__in=list(numbers))
    found = list(rows.values_list("id", "giver_id"))
    if not found or made is None:
        raise NotNow(lazy("Nothing of that body waits for a decision of yours."), remedy=lazy("Reload your desk."))
    for giver in {giver for _one, giver in found}:
        refuse_unless(may_divide(actor, giver))
    if heir_id not in _heirs({unit_id})[unit_id]:
        raise NotAccepted(lazy("That body is no heir of the one that was divided."), field="heir")
    ids = [one for one, _giver in found]
    main = Successor.objects.filter(unit_id=unit_id).values_list("heir_id", flat=True).first()
    moving = Moving(made, {}, actor, at)
    carry(moving, ids, ground=Carriage.Ground.DECIDED, to=dict.fromkeys(ids, heir_id), verb="assignment.divided")
    if main is not None and main != heir_id:
        # What it had passed on was given on by the main heir until now.
        below = Assignment.objects.filter(parent_id__in=ids, giver_id=main).values_list("id", flat=True)
        carry(
            Moving(made, {main: heir_id}, actor, at),
            list(below),
            ground=Carriage.Ground.DECIDED,
            verb="assignment.divided",
        )
    lines = dict(
        Carriage.objects.filter(assignment_id__in=ids, at=at, ground=Carriage.Ground.DECIDED).values_list(
            "assignment_id", "line_id"
        )
    )
    for one in listed.filter(assignment_id__in=ids):
        one.decided_at, one.line_id = at, lines.get(one.assignment_id)
        one.save(update_fields=["decided_at", "line_id"])
    return len(ids)


def _heirs(units: set[int]) -> dict[int, list[int]]:
    """Whoever answers today for each part, the main one first."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Heir.objects.filter(gone__in=units, succession__voided_by__isnull=True, succession__kind="split")
    now = dict(Successor.objects.filter(unit_id__in=rows.values("heir_id")).values_list("unit_id", "heir_id"))
    for gone, heir in rows.order_by("-main", "id").values_list("gone_id", "heir_id"):
        found[gone].append(now.get(heir, heir))
    return found
