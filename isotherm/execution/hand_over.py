"""What a post has open when its holder leaves, and the minutes in which it is handed over: reads only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from isotherm.accounts import reach
from isotherm.accounts.held import HOLDING
from isotherm.accounts.models import Appointment, Post
from isotherm.accounts.queries import actor_of_post
from isotherm.actor import Actor, Hand
from isotherm.execution import desk
from isotherm.execution.acts import divide
from isotherm.execution.models import HandOver
from isotherm.refusals import OutOfReach
from isotherm.words import lazy


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the minutes: plain values, so that what was signed can be kept and compared."""

    what: str  # at_desk, unassigned, prepared, division, or what of a Decision
    symbol: str
    document: str  # its code
    subject: str
    unit_id: int  # the body whose duty it is
    words: str
    tasks: int
    since: str  # ISO day
    due_on: str  # ISO day, or empty


def open_work(post: Post, *, at: datetime) -> list[Item]:
    """What waits at the post: tasks assigned to it, decisions only it can take, drafts it prepared; of the body's head
    also the tasks that no post has been given."""
    day = timezone.localdate(at)
    actor = actor_of_post(post, day=day)
    if reach.sees_no_work(actor):
        return []
    found = _assigned(actor, post)
    found += [
        Item(
            what=one.what,
            symbol=one.symbol,
            document=one.document_code,
            subject=one.subject,
            unit_id=one.unit_id,
            words=one.words,
            tasks=one.assignments,
            since=_day(timezone.localdate(one.since)),
            due_on=_day(one.due_on),
        )
        for one in desk.decisions(actor, at=at)
        if one.what not in _OFFICERS or actor.has(*_OFFICERS[one.what])
    ]
    if actor.has(Hand.LEADER, Hand.APPROVER):
        found += [
            Item("division", "", "", "", one.unit_id, one.reorganisation, one.assignments, _day(one.since), "")
            for one in divide.waiting(actor)
        ]
    return found + _prepared(post)


# The desk shows officers what their leader decides; it is handed over by whoever decides it.
_DECIDES = (Hand.APPROVER, Hand.LEADER, Hand.MONITOR)
_OFFICERS: dict[str, tuple[Hand, ...]] = {
    "completion": _DECIDES,
    "return": _DECIDES,
    "pause": _DECIDES,
    "draft": (Hand.APPROVER,),
}


def _assigned(actor: Actor, post: Post) -> list[Item]:
    """Open tasks at the post's own desk, by document; for who leads the body also those at nobody's desk."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select case when a.desk_id is null then 'unassigned' else 'at_desk' end, d.symbol, d.code, d.subject,
                   a.carrier_id, count(*)::int, min(a.sent_at), min(a.due_on)
            from execution_assignment a join directives_document d on d.id = a.document_id
            where a.carrier_id = any(%(own)s) and a.state in ('sent', 'working', 'reconsider', 'reported')
              and (a.desk_id = %(post)s or (a.desk_id is null and %(leads)s))
            group by 1, 2, 3, 4, 5 order by 1, 8 nulls last, 2
            """,
            {"own": sorted(actor.units), "post": post.pk, "leads": actor.has(Hand.LEADER) and not actor.fields},
        )
        return [
            Item(what, symbol, code, subject, unit, "", tasks, _day(timezone.localdate(since)), _day(due))
            for what, symbol, code, subject, unit, tasks, since, due in cursor.fetchall()
        ]


def _prepared(post: Post) -> list[Item]:
    """Drafts that this post prepared and nobody has approved yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select coalesce(d.symbol, ''), coalesce(d.code, ''), coalesce(d.subject, ''), r.unit_id, r.summary,
                   r.made_at
            from execution_draft r left join directives_document d on d.id = r.document_id
            where r.made_by_post = %s and r.state = 'waiting' order by r.made_at
            """,
            [post.pk],
        )
        return [
            Item("prepared", symbol, code, subject, unit, summary, 0, _day(timezone.localdate(made)), "")
            for symbol, code, subject, unit, summary, made in cursor.fetchall()
        ]


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def digest(minutes: HandOver, lines: Sequence[dict[str, Any]]) -> str:
    """Of the lines and of what they are about: both sign the same."""
    said = [minutes.post_id, minutes.leaver_id, minutes.on.isoformat(), minutes.ground, list(lines)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def items(minutes: HandOver, *, at: datetime) -> list[Item]:
    """As they were signed; before the first signature, as they are now."""
    if minutes.lines is not None:
        return [Item(**line) for line in minutes.lines]
    return open_work(Post.objects.get(pk=minutes.post_id), at=at)


def as_lines(found: Sequence[Item]) -> list[dict[str, Any]]:
    return [asdict(one) for one in found]


def standing() -> QuerySet[HandOver]:
    """Those whose leaving was not taken back."""
    ended = Appointment.objects.filter(pk=OuterRef("appointment_id"), valid__endswith=OuterRef("on"))
    return HandOver.objects.filter(Exists(ended), voided_at__isnull=True)


def unsigned(found: QuerySet[HandOver]) -> QuerySet[HandOver]:
    return found.filter(Q(leaver_signed_at__isnull=True) | Q(receiver_signed_at__isnull=True))


def sits_there(actor: Actor, minutes: HandOver) -> bool:
    """Whether the actor is who took the post over: its holder or who acts in it, not a stand-in."""
    return (
        actor.person_id is not None
        and actor.person_id != minutes.leaver_id
        and Appointment.objects.filter(
            person_id=actor.person_id,
            post_id=minutes.post_id,
            valid__contains=actor.day,
            how__in=(*HOLDING, Appointment.How.ACTING),
        ).exists()
    )


def visible(actor: Actor) -> QuerySet[HandOver]:
    """The two who sign, and the leaders of the body and of those above it; who sees no work only where she signs."""
    mine = Q(leaver_id=actor.person_id) | Q(receiver_id=actor.person_id) if actor.person_id is not None else Q(pk=None)
    if actor.person_id is not None:
        seats = Appointment.objects.filter(
            person_id=actor.person_id,
            valid__contains=actor.day,
            how__in=(*HOLDING, Appointment.How.ACTING),
        ).values("post_id")
        mine |= Q(receiver_id__isnull=True, post_id__in=seats)
    if actor.has(Hand.LEADER, Hand.APPROVER) and not reach.sees_no_work(actor):
        mine |= Q(unit_id__in=sorted(reach.seen_units(actor)))
    return standing().filter(mine).order_by("-on", "-pk")


def to_sign(actor: Actor) -> list[HandOver]:
    """What waits for this person's own signature, in whichever of her posts she is."""
    if actor.person_id is None:
        return []
    found = []
    for one in unsigned(visible(actor)).filter(
        Q(leaver_id=actor.person_id) | Q(receiver_id=actor.person_id) | Q(receiver_id__isnull=True)
    ):
        if one.leaver_id == actor.person_id:
            waits = one.leaver_signed_at is None
        else:
            waits = one.receiver_signed_at is None and (
                one.receiver_id == actor.person_id or (one.receiver_id is None and sits_there(actor, one))
            )
        if waits:
            found.append(one)
    return found


def hand_over_for(actor: Actor, number: int) -> HandOver:
    found = visible(actor).filter(pk=number).first()
    if found is None:
        raise OutOfReach(
            lazy("There are no such minutes within your reach."),
            remedy=lazy("Minutes that wait for you stand on your desk."),
        )
    return found
