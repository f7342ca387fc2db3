"""Leaving a post opens minutes of what it has open; whoever leaves and whoever takes over sign them, in either order.

Nothing is blocked by minutes that nobody signs: the body is responsible all the time. They are listed for its leaders.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from isotherm.accounts import acts, reach
from isotherm.accounts.held import HOLDING
from isotherm.accounts.models import Appointment, Person, Post
from isotherm.actor import Actor, Hand
from isotherm.execution import hand_over
from isotherm.execution.models import HandOver
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach, Refusal, refuse_unless
from isotherm.words import lazy
from isotherm.workdays.queries import current

ANSWERS = (*HOLDING, Appointment.How.ACTING)  # who stands in answers for nothing of his own
# Ends that nobody enters as a leaving: opened so many working days before, while whoever leaves can still sign in, and
# looked for so far back, for a worker that stood still.
AHEAD, BACK = 3, timedelta(days=31)


@transaction.atomic
def leave(
    appointment_id: int,
    *,
    on: date,
    ground: str = "",
    receiver: Person | None = None,
    actor: Actor,
    at: datetime,
) -> HandOver | None:
    """End an appointment and open the minutes; `receiver` takes over, if it is known already. None for a stand-in."""
    ended = acts.end_appointment(appointment_id, on=on, ground=ground, actor=actor, at=at)
    if ended.how not in ANSWERS:
        return None
    if receiver is not None and receiver.pk == ended.person_id:
        raise NotAccepted(lazy("Whoever leaves does not take over from himself."), field="receiver")
    return _opened(ended, on=on, ground=ground, receiver=receiver, actor=actor, at=at)


def open_due(at: datetime) -> int:
    """The job: minutes of the posts with open work whose holders' time ends by itself, as of who acts or is seconded,
    or was ended by an office's own directory. Not of who goes on in the same post, nor of posts that end with it: there
    a reorganisation says who has the duties. Returns how many were opened."""
    today = timezone.localdate(at)
    goes_on = Appointment.objects.filter(
        person=OuterRef("person"), post=OuterRef("post"), valid__startswith=OuterRef("valid__endswith"), how__in=ANSWERS
    )
    told = HandOver.objects.filter(appointment_id=OuterRef("pk"), on=OuterRef("valid__endswith"), voided_at=None)
    found = (
        Appointment.objects.filter(~Exists(goes_on), ~Exists(told), how__in=ANSWERS)
        .filter(valid__endswith__gt=today - BACK, valid__endswith__lte=current().add_workdays(today, AHEAD))
        .filter(post__valid__contains=F("valid__endswith"))
        .select_related("post")
        .order_by("pk")
    )
    opened = 0
    for one in found:
        if hand_over.open_work(one.post, at=at):
            with transaction.atomic():
                _opened(one, on=one.valid.upper, ground=one.ground, actor=Actor.system("hand_overs"), at=at)
            opened += 1
    return opened


def _opened(
    ended: Appointment, *, on: date, ground: str, receiver: Person | None = None, actor: Actor, at: datetime
) -> HandOver:
    """Those of an earlier end of the same appointment are void."""
    HandOver.objects.filter(appointment_id=ended.pk, voided_at=None).update(voided_at=at)
    minutes = HandOver.objects.create(
        appointment_id=ended.pk,
        post_id=ended.post_id,
        unit_id=ended.post.unit_id,
        leaver_id=ended.person_id,
        receiver_id=receiver.pk if receiver else None,
        on=on,
        ground=ground.strip()[:200],
        opened_at=at,
    )
    _line(minutes, "handover.opened", actor=actor, at=at, receiver=minutes.receiver_id, on=on)
    return minutes


@transaction.atomic
def rotate(
    person: Person,
    old: Post,
    new: Post,
    *,
    on: date,
    ground: str,
    receiver: Person | None = None,
    actor: Actor,
    at: datetime,
) -> tuple[Appointment, HandOver | None]:
    """From `on` the person holds `new` and no longer `old`, both or neither; with the minutes of the old post."""
    left = Appointment.objects.filter(person=person, post=old, valid__contains=on, how__in=HOLDING).first()
    if left is None:
        raise NotNow(
            lazy("%(name)s does not hold the post %(code)s on that day."), {"name": person.name, "code": old.code}
        )
    minutes = leave(left.pk, on=on, ground=ground, receiver=receiver, actor=actor, at=at)
    made = acts.appoint(person, new, start=on, ground=ground, actor=actor, at=at)
    return made, minutes


@transaction.atomic
def name_receiver(minutes_id: int, person: Person, *, actor: Actor, at: datetime) -> HandOver:
    """Say who takes over, as long as nobody has signed for it."""
    minutes = _locked(actor, minutes_id)
    refuse_unless(may_name(actor, minutes))
    if minutes.receiver_signed_at is not None:
        raise NotNow(lazy("Whoever takes over has signed already."))
    if person.pk == minutes.leaver_id:
        raise NotAccepted(lazy("Whoever leaves does not take over from himself."), field="receiver")
    if not person.is_active:
        raise NotNow(lazy("%(name)s may no longer sign in."), {"name": person.name}, field="receiver")
    minutes.receiver_id = person.pk
    minutes.save(update_fields=["receiver_id"])
    _line(minutes, "handover.receiver_named", actor=actor, at=at, receiver=person.pk)
    return minutes


@transaction.atomic
def sign(minutes_id: int, *, note: str = "", actor: Actor, at: datetime) -> HandOver:
    """Each of the two for himself. The first signature fixes the lines; the second is under the same."""
    minutes = _locked(actor, minutes_id)
    refuse_unless(may_sign(actor, minutes))
    leaves = actor.person_id == minutes.leaver_id
    if (minutes.leaver_signed_at if leaves else minutes.receiver_signed_at) is not None:
        raise NotNow(lazy("You have signed these minutes already."))
    changed = []
    if minutes.lines is None:
        minutes.lines = hand_over.as_lines(hand_over.items(minutes, at=at))
        minutes.digest = hand_over.digest(minutes, minutes.lines)
        changed += ["lines", "digest"]
    if leaves:
        minutes.leaver_signed_at, minutes.leaver_note = at, note.strip()[:1000]
        changed += ["leaver_signed_at", "leaver_note"]
    else:
        minutes.receiver_id, minutes.receiver_signed_at = actor.person_id, at
        minutes.receiver_note = note.strip()[:1000]
        changed += ["receiver_id", "receiver_signed_at", "receiver_note"]
    minutes.save(update_fields=changed)
    _line(
        minutes,
        "handover.signed",
        actor=actor,
        at=at,
        side="leaver" if leaves else "receiver",
        digest=minutes.digest,
        lines=len(minutes.lines),
        note=note.strip()[:1000],
    )
    return minutes


def may_sign(actor: Actor, minutes: HandOver) -> Refusal | None:
    """The two persons themselves: no stand-in, no office signs for them."""
    if actor.person_id is not None and (
        actor.person_id in (minutes.leaver_id, minutes.receiver_id)
        or (minutes.receiver_id is None and hand_over.sits_there(actor, minutes))
    ):
        return None
    return NotYours(
        lazy("Only whoever leaves the post and whoever takes it over sign these minutes."),
        remedy=lazy("The page names both."),
    )


def may_name(actor: Actor, minutes: HandOver) -> Refusal | None:
    leads = actor.has(Hand.LEADER, Hand.APPROVER) and reach.sees_unit(actor, minutes.unit_id)
    # Who leaves does not choose to whom, unless she still leads the body in another post.
    if leads and actor.post_id != minutes.post_id:
        return None
    return NotYours(
        lazy("A leader of the body says who takes over."), remedy=lazy("The administrator names it with the end.")
    )


def _locked(actor: Actor, minutes_id: int) -> HandOver:
    found = hand_over.hand_over_for(actor, minutes_id)
    locked = HandOver.objects.select_for_update().filter(pk=found.pk, voided_at=None).first()
    if locked is None:
        raise OutOfReach(lazy("There are no such minutes within your reach."))
    return locked


def _line(minutes: HandOver, verb: str, *, actor: Actor, at: datetime, **facts: object) -> None:
    ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="handover",
        subject_id=minutes.pk,
        unit_id=minutes.unit_id,
        facts={"post": minutes.post_id, "leaver": minutes.leaver_id, **facts},
    )
