"""Obstacles: why, whose responsibility, which date.

A unit says what is missing and which body owes it; equal ones merge. It thereby asks for a pause, which takes effect
from its date once the owing or the assigning body accepts. What is owed stands as a debt on the owing body's desk; when
it arrives, every waiting assignment wakes and its dates move by the working days it stood still.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from isotherm.accounts import reach
from isotherm.actor import Actor
from isotherm.directives.models import Delivery, Document
from isotherm.directives.queries import document_for
from isotherm.execution import fields, policy, queries, rules
from isotherm.execution.acts.report import WORKING_HOLDER_DUE
from isotherm.execution.clocks import decision_due, local_day
from isotherm.execution.giving import move_missing_below
from isotherm.execution.models import Assignment, Hindrance, Obstacle, Request, State
from isotherm.execution.outcomes import due_moment
from isotherm.execution.rules import Verb
from isotherm.execution.sets import Intents, run
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, OutOfReach, refuse_unless
from isotherm.units.folding import fold
from isotherm.words import lazy
from isotherm.workdays.queries import current

OPEN = (Obstacle.State.RAISED, Obstacle.State.ACCEPTED)


@transaction.atomic
def raise_obstacle(
    document: str,
    unit_id: int,
    *,
    kind: str,
    missing: str,
    owing_id: int,
    numbers: Sequence[int] | None = None,
    actor: Actor,
    at: datetime,
) -> Obstacle:
    """Say what is missing and who owes it, for the unit's open tasks of a document (or those numbered)."""
    found = document_for(actor, document)
    ids = queries.ids_for(actor, found, unit_id, states=[State.WORKING, State.SENT], numbers=numbers)
    refuse_unless(policy.may_act(actor, unit_id, Verb.PAUSE))
    refuse_unless(rules.wrong_reason(missing))
    if kind not in Obstacle.Kind.values:
        raise NotAccepted(lazy("Choose what is missing: a document, money, data, an opinion or something else."))
    if owing_id == unit_id:
        raise NotAccepted(
            lazy("A body cannot wait for itself."),
            remedy=lazy("Name the body that must act, or report the difficulty in your progress report."),
            field="owing",
        )
    open_ids = list(
        Assignment.objects.filter(id__in=ids, state__in=[State.SENT, State.WORKING]).values_list("id", flat=True)
    )
    if not open_ids:
        raise NotNow(lazy("None of these tasks is open with you."))
    intents = Intents.of(actor, open_ids, unit_id=unit_id, at=at)
    return hinder(found, intents, kind=kind, missing=missing.strip(), owing_id=owing_id)


def hinder(document: Document, intents: Intents, *, kind: str, missing: str, owing_id: int) -> Obstacle:
    """The obstacle of one document with its waiting assignments; rows of several units and moments may come at once."""
    columns = zip(intents.at, intents.units, intents.posts, intents.persons, intents.ids, strict=True)
    wishes = sorted(columns, key=lambda wish: wish[:2])
    first_at, first_unit, *_rest = wishes[0]
    obstacle = _merged(document, kind=kind, missing=missing, owing_id=owing_id, unit_id=first_unit, at=first_at)
    known = set(Hindrance.objects.filter(obstacle_id=obstacle.pk).values_list("assignment_id", flat=True))
    fresh = [wish for wish in wishes if wish[4] not in known]
    if not fresh:
        raise NotNow(
            lazy("This obstacle has already been raised for these tasks."),
            remedy=lazy("It stands in the list of obstacles with the body that owes it."),
        )
    for (at, unit, post, person), same in groupby(fresh, key=lambda wish: wish[:4]):
        ledger.write(
            Actor(person_id=person, post_id=post, unit_id=unit, job=intents.job),
            "obstacle.raised",
            at=at,
            subject_kind="obstacle",
            subject_id=obstacle.pk,
            subject_code=obstacle.code,
            document_id=document.pk,
            unit_id=unit,
            facts={"missing": missing, "owing": owing_id},
            members=ledger.Members("assignment", [wish[4] for wish in same]),
        )
    Hindrance.objects.bulk_create(
        Hindrance(obstacle_id=obstacle.pk, assignment_id=wish[4], raised_at=wish[0]) for wish in fresh
    )
    if obstacle.state == Obstacle.State.ACCEPTED:
        # What is owed is agreed already: who joins later pauses from joining.
        _pause(
            Intents(
                ids=[wish[4] for wish in fresh],
                at=[wish[0] for wish in fresh],
                units=[obstacle.accepted_by_id or obstacle.owing_id] * len(fresh),
                posts=[wish[2] for wish in fresh],
                persons=[wish[3] for wish in fresh],
                job=intents.job,
                facts=intents.facts,
            ),
            obstacle,
        )
    else:
        _ask(((wish[4], wish[0]) for wish in fresh), obstacle)
    return obstacle


@transaction.atomic
def decide_pause(
    code: str, *, agreed: bool, promised_on: date | None = None, reason: str = "", actor: Actor, at: datetime
) -> Obstacle:
    """The owing or the assigning body accepts the pause (with the promised date, if it owes) or refuses it."""
    obstacle = _obstacle_for(actor, code)
    waiting = _hindered(obstacle)
    givers = set(Assignment.objects.filter(id__in=waiting).values_list("giver_id", flat=True))
    refuse_unless(policy.may_decide_pause(actor, owing_id=obstacle.owing_id, giver_ids=givers))
    refuse_unless(fields.outside_all(actor, waiting))
    if obstacle.state != Obstacle.State.RAISED:
        raise NotNow(lazy("This pause has already been decided."))
    if promised_on is not None and promised_on <= local_day(at):
        raise NotAccepted(lazy("A promise must name a day after today."), field="promised_on")
    unit_id = obstacle.owing_id if actor.acts_for(obstacle.owing_id) else min(actor.units & givers)
    if not agreed:
        refuse_unless(rules.wrong_reason(reason))
    obstacle.state = Obstacle.State.ACCEPTED if agreed else Obstacle.State.REFUSED
    obstacle.promised_on = promised_on if agreed else None
    obstacle.accepted_at = at if agreed else None
    obstacle.accepted_by_id = unit_id if agreed else None
    obstacle.save(update_fields=["state", "promised_on", "accepted_at", "accepted_by_id"])
    _line(
        actor,
        "obstacle.accepted" if agreed else "obstacle.refused",
        obstacle,
        unit_id=unit_id,
        at=at,
        facts={"promised_on": promised_on, "reason": reason},
    )
    Request.objects.filter(obstacle_id=obstacle.pk, decided_at=None).update(
        decision=Request.Decision.AGREED if agreed else Request.Decision.REFUSED,
        decided_at=at,
        decision_reason=reason,
    )
    if agreed:
        # Whose debt is agreed may read what it holds up. Not before: naming a body must not show it the document.
        Delivery.objects.get_or_create(
            document_id=obstacle.document_id, unit_id=obstacle.owing_id, defaults={"at": at, "given_by_id": unit_id}
        )
        _pause(Intents.of(actor, waiting, unit_id=unit_id, at=at), obstacle)
    return obstacle


@transaction.atomic
def promise(code: str, *, promised_on: date, actor: Actor, at: datetime) -> Obstacle:
    """The owing body names the day by which it will deliver; each promise is a ledger line."""
    obstacle = _obstacle_for(actor, code)
    refuse_unless(policy.may_deliver(actor, owing_id=obstacle.owing_id))
    refuse_unless(fields.outside_all(actor, _hindered(obstacle)))
    if obstacle.state != Obstacle.State.ACCEPTED:
        raise NotNow(lazy("This is no open debt of your body."))
    if promised_on <= local_day(at):
        raise NotAccepted(lazy("A promise must name a day after today."), field="promised_on")
    obstacle.promised_on = promised_on
    obstacle.save(update_fields=["promised_on"])
    _line(actor, "obstacle.promised", obstacle, unit_id=obstacle.owing_id, at=at, facts={"promised_on": promised_on})
    return obstacle


@transaction.atomic
def deliver(code: str, *, symbol: str, actor: Actor, at: datetime) -> Obstacle:
    """What was owed has arrived: every waiting assignment wakes, its open dates moved by the days it stood still."""
    obstacle = _obstacle_for(actor, code)
    refuse_unless(policy.may_deliver(actor, owing_id=obstacle.owing_id))
    refuse_unless(fields.outside_all(actor, _hindered(obstacle)))
    if obstacle.state not in OPEN:
        raise NotNow(lazy("This is no open debt of your body."))
    if not symbol.strip():
        raise NotAccepted(
            lazy("Give the number and symbol of the document, or say what was delivered."), field="symbol"
        )
    obstacle.state, obstacle.delivered_at = Obstacle.State.DELIVERED, at
    obstacle.delivered_symbol = symbol.strip()[:120]
    obstacle.save(update_fields=["state", "delivered_at", "delivered_symbol"])
    _line(actor, "obstacle.delivered", obstacle, unit_id=obstacle.owing_id, at=at, facts={"symbol": symbol.strip()})
    _wake(obstacle, actor=actor, at=at)
    return obstacle


def visible_obstacles(actor: Actor) -> list[int]:
    """Obstacles of documents' assignments within reach, and debts of one's own bodies."""
    own = [] if reach.sees_no_work(actor) else sorted(actor.units)
    mine = queries.visible_assignments(actor).values("id")
    linked = Hindrance.objects.filter(assignment_id__in=mine).values("obstacle_id")
    owed = Obstacle.objects.filter(owing_id__in=own)
    return list(Obstacle.objects.filter(id__in=linked).union(owed).values_list("id", flat=True))


def _hindered(obstacle: Obstacle) -> list[int]:
    return list(Hindrance.objects.filter(obstacle_id=obstacle.pk).values_list("assignment_id", flat=True))


def _obstacle_for(actor: Actor, code: str) -> Obstacle:
    found = Obstacle.objects.select_for_update().filter(code=code).first()
    if found is not None and not actor.is_system:
        waiting = Hindrance.objects.filter(obstacle_id=found.pk).values("assignment_id")
        seen = queries.visible_assignments(actor).filter(id__in=waiting).exists()
        if not seen and (reach.sees_no_work(actor) or not actor.acts_for(found.owing_id)):
            found = None
    if found is None:
        raise OutOfReach(lazy("There is no such obstacle within your reach."))
    return found


def _merged(
    document: Document, *, kind: str, missing: str, owing_id: int, unit_id: int, at: datetime
) -> Obstacle:
    key = fold(missing)[:200]
    with connection.cursor() as cursor:
        # Two communes may name the same missing circular at once: one obstacle, two hindrances.
        cursor.execute(
            """
            insert into execution_obstacle (code, document_id, kind, missing, missing_key, owing_id, raised_by_id,
                                            raised_at, state, delivered_symbol)
            values (%s, %s, %s, %s, %s, %s, %s, %s, 'raised', '')
            on conflict (document_id, owing_id, missing_key) where state in ('raised', 'accepted') do nothing
            """,
            [_next_code(cursor, document), document.pk, kind, missing, key, owing_id, unit_id, at],
        )
    return Obstacle.objects.select_for_update().get(
        document_id=document.pk, owing_id=owing_id, missing_key=key, state__in=OPEN
    )


def _next_code(cursor: object, document: Document) -> str:
    cursor.execute("select nextval(pg_get_serial_sequence('execution_obstacle', 'id'))")  # type: ignore[attr-defined]
    number = cursor.fetchone()[0]  # type: ignore[attr-defined]
    return f"VM-{int(number) % 2**40}"


def _ask(wishes: Iterable[tuple[int, datetime]], obstacle: Obstacle) -> None:
    Request.objects.bulk_create(
        Request(
            assignment_id=one,
            what=Request.What.PAUSE,
            reason=obstacle.missing,
            asked_of_id=obstacle.owing_id,
            asked_at=at,
            decide_due=decision_due("pause", at),
            obstacle_id=obstacle.pk,
        )
        for one, at in wishes
    )


def _pause(intents: Intents, obstacle: Obstacle) -> None:
    """The clocks stand still from now; the owing body must act next."""
    n = len(intents.ids)
    outcome = run(
        Verb.PAUSE,
        replace(
            intents,
            extra={
                "owing": ("bigint", [obstacle.owing_id] * n),
                "obstacle": ("bigint", [obstacle.pk] * n),
                "until": ("date", [obstacle.promised_on] * n),
            },
        ),
        changes={
            "paused_at": "p.act_at",
            "pause_obstacle_id": "p.obstacle",
            "holder_id": "p.owing",
            "holder_due": f"coalesce({due_moment('p.until')}, p.act_at)",
        },
        facts={"obstacle": obstacle.code},
        ledger_verb="paused",
        where="a.paused_at is null",
    )
    done = outcome.assignments
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update execution_hindrance h set paused_from = a.paused_at from execution_assignment a
            where h.obstacle_id = %s and a.id = h.assignment_id and a.id = any(%s)
            """,
            [obstacle.pk, done],
        )
    move_missing_below(done, old="missing", new="paused")


def _wake(obstacle: Obstacle, *, actor: Actor, at: datetime) -> None:
    paused: list[tuple[Any, ...]] = list(
        Assignment.objects.filter(pause_obstacle_id=obstacle.pk)
        .exclude(paused_at=None)
        .values_list("id", "paused_at", "take_up_due", "plan_due", "send_on_due", "report_due", "due_on")
    )
    days = current()

    def moved(due: date | None, since: datetime) -> date | None:
        # A date that had passed before the clock stopped stays where it was.
        if due is None or due < local_day(since):
            return due
        return days.add_workdays(due, days.workdays_between(local_day(since), local_day(at)))

    intents = Intents.of(actor, [row[0] for row in paused], unit_id=obstacle.owing_id, at=at)
    columns = ("new_take_up", "new_plan", "new_send_on", "new_report", "new_due")
    extra = {
        name: ("date", [moved(row[2 + place], row[1]) for row in paused]) for place, name in enumerate(columns)
    }
    outcome = run(
        Verb.RESUME,
        Intents(
            ids=intents.ids,
            at=intents.at,
            units=intents.units,
            posts=intents.posts,
            persons=intents.persons,
            job=intents.job,
            facts=intents.facts,
            extra=extra,
        ),
        changes={
            "paused_at": "null",
            "pause_obstacle_id": "null",
            "take_up_due": "p.new_take_up",
            "plan_due": "p.new_plan",
            "send_on_due": "p.new_send_on",
            "report_due": "p.new_report",
            "due_on": "p.new_due",
            "holder_id": "p.carrier_id",
            "holder_due": WORKING_HOLDER_DUE.replace("p.send_on_due", "p.new_send_on")
            .replace("p.due_on", "p.new_due")
            .replace("p.report_due", "p.new_report"),
        },
        facts={"obstacle": obstacle.code},
        ledger_verb="resumed",
        where="a.paused_at is not null",
    )
    Hindrance.objects.filter(obstacle_id=obstacle.pk, resumed_at=None).update(resumed_at=at)
    Request.objects.filter(obstacle_id=obstacle.pk, decided_at=None).update(
        decision=Request.Decision.TAKEN_BACK, decided_at=at
    )
    move_missing_below(outcome.assignments, old="paused", new="missing")


def _line(
    actor: Actor, verb: str, obstacle: Obstacle, *, unit_id: int, at: datetime, facts: dict[str, object]
) -> None:
    ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="obstacle",
        subject_id=obstacle.pk,
        subject_code=obstacle.code,
        document_id=obstacle.document_id,
        unit_id=unit_id,
        facts=facts,
    )
