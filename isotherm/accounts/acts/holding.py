"""Who sits where: appointing, acting, standing in, seconding, moving, ending. Each by a decision, from a day on."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from isotherm.accounts import held, policy, roster, rules
from isotherm.accounts.held import HOLDING
from isotherm.accounts.models import Appointment, Person, Post
from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotAccepted, NotNow, OutOfReach, refuse_unless
from isotherm.words import lazy

How = Appointment.How


@transaction.atomic
def appoint(
    person: Person,
    post: Post,
    *,
    start: date,
    end: date | None = None,
    how: str = How.HELD,
    ground: str = "",
    actor: Actor,
    at: datetime,
) -> Appointment:
    """`person` holds the post, acts in it while it is vacant, is seconded to it, or stands in for its holder."""
    refuse_unless(policy.may_appoint(actor, person, post))
    refuse_unless(rules.wrong_days(start, end))
    if how not in How.values:
        raise NotAccepted(lazy("Say how the post is held."), field="how")
    # A directory may enter a decision before the account is opened; until then nobody acts in the post.
    if not person.is_active and actor.gives is None:
        raise NotNow(lazy("%(name)s may no longer sign in."), {"name": person.name}, field="person")
    # The whole post is locked: two appointments at once must not both find it empty.
    post = Post.objects.select_for_update().get(pk=post.pk)
    days = DateRange(start, end)
    _refuse_outside(post, start, end)
    here = Appointment.objects.filter(post=post, valid__overlap=days)
    if here.filter(person=person).exists():
        raise NotNow(
            lazy("%(name)s is already appointed to this post at that time."),
            {"name": person.name},
            remedy=lazy("End that appointment first."),
        )
    if how in HOLDING and here.filter(how__in=HOLDING).exists():
        raise NotNow(lazy("The post already has a holder at that time."), remedy=lazy("End that appointment first."))
    if how == How.ACTING:
        _refuse_held(here)
    if how == How.SECONDED:
        _refuse_unrooted(person, post, days, end)
    if how == How.STAND_IN:
        _refuse_circle(person, post, days)
    before = _own_desks(actor, start)
    made = Appointment.objects.create(person=person, post=post, valid=days, how=how, ground=ground.strip()[:200])
    refuse_unless(policy.may_gain(before, _own_desks(actor, start)))
    _line(made, "person.appointed", actor=actor, at=at, start=start, to=end, ground=made.ground)
    return made


@transaction.atomic
def end_appointment(appointment_id: int, *, on: date, ground: str = "", actor: Actor, at: datetime) -> Appointment:
    """From `on` the person no longer sits there. Who stood in for her there no longer does, either, by this chain."""
    kept = Appointment.objects.select_related("post", "person").filter(pk=appointment_id).first()
    if kept is None:
        raise OutOfReach(lazy("There is no such appointment within your reach."))
    refuse_unless(policy.may_manage_posts(actor, kept.post.unit_id))
    # The post first, as in `appoint`: whoever fills it at the same moment waits.
    Post.objects.select_for_update().get(pk=kept.post_id)
    kept.refresh_from_db()
    if kept.valid.isempty or (kept.valid.upper is not None and kept.valid.upper <= on):
        raise NotNow(lazy("It has already ended by that day."))
    if on <= kept.valid.lower:
        raise NotAccepted(
            lazy("It would end before it begins."),
            remedy=lazy("The first day without it lies after its first day."),
            field="on",
        )
    was = kept.valid.upper
    kept.valid = DateRange(kept.valid.lower, on)
    kept.save(update_fields=["valid"])
    _line(kept, "person.appointment_ended", actor=actor, at=at, on=on, was=was, ground=ground.strip())
    return kept


@transaction.atomic
def withdraw_appointment(appointment_id: int, *, actor: Actor, at: datetime) -> Appointment:
    """An appointment that begins today or later never was: taken back on its first day, at once."""
    kept = Appointment.objects.select_related("post", "person").filter(pk=appointment_id).first()
    if kept is None:
        raise OutOfReach(lazy("There is no such appointment within your reach."))
    refuse_unless(policy.may_manage_posts(actor, kept.post.unit_id))
    Post.objects.select_for_update().get(pk=kept.post_id)
    kept.refresh_from_db()
    if kept.valid.isempty or kept.valid.lower < actor.day:
        raise NotNow(
            lazy("It began before today."), remedy=lazy("End it from today on: what was done until then stays done.")
        )
    begun = kept.valid.lower
    kept.valid = DateRange(empty=True)
    kept.save(update_fields=["valid"])
    _line(kept, "person.appointment_withdrawn", actor=actor, at=at, start=begun)
    return kept


@transaction.atomic
def take_back(line_id: int, *, actor: Actor, at: datetime) -> Appointment:
    """What was entered by mistake today is as if it had not been: an appointment ends before it began, an end falls
    away. Not once somebody acted on it; both lines stay in the ledger."""
    line = LedgerLine.objects.filter(pk=line_id, verb__in=roster.CHANGES).first()
    number = line.facts.get("appointment") if line is not None else None
    kept = Appointment.objects.select_related("post", "person").filter(pk=number).first() if number else None
    if line is None or kept is None:
        raise OutOfReach(lazy("There is no such change within your reach."))
    refuse_unless(policy.may_appoint(actor, kept.person, kept.post))
    Post.objects.select_for_update().get(pk=kept.post_id)
    kept.refresh_from_db()
    if timezone.localdate(line.at) != timezone.localdate(at):
        raise NotNow(
            lazy("Only what was entered today can be taken back."),
            remedy=lazy("End the appointment, or appoint anew, by a decision."),
        )
    later = LedgerLine.objects.filter(
        subject_kind="person", subject_id=kept.person_id, facts__appointment=kept.pk, pk__gt=line.pk
    )
    if later.exists() or kept.valid.isempty:
        raise NotNow(lazy("Something else was entered about this appointment since."), remedy=lazy("Reload the page."))
    if line.verb == "person.appointed":
        if LedgerLine.objects.filter(person_id=kept.person_id, post_id=kept.post_id, pk__gt=line.pk).exists():
            raise NotNow(
                lazy("%(name)s has acted in this post since."),
                {"name": kept.person.name},
                remedy=lazy("End the appointment instead."),
            )
        kept.valid = DateRange(empty=True)
    else:
        was = line.facts.get("was")
        kept.valid = _free_again(kept, date.fromisoformat(was) if was else None)
    kept.save(update_fields=["valid"])
    _line(kept, "person.appointment_taken_back", actor=actor, at=at, line=line.pk, what=line.verb)
    return kept


def _free_again(kept: Appointment, until: date | None) -> DateRange:
    """Its days as before it was ended, if nobody else has taken them since."""
    reopened = DateRange(kept.valid.upper, until)
    others = Appointment.objects.filter(post=kept.post_id, valid__overlap=reopened)
    alike = HOLDING if kept.how in HOLDING else (kept.how,)
    taken = others.filter(person=kept.person_id) if kept.how == How.STAND_IN else others.filter(how__in=alike)
    other = taken.exclude(pk=kept.pk).select_related("person").first()
    if other is not None:
        raise NotNow(
            lazy("The post is not vacant at that time: %(name)s sits there."),
            {"name": other.person.name},
            remedy=lazy("Take that appointment back first."),
        )
    return DateRange(kept.valid.lower, until)


@transaction.atomic
def move(
    person: Person, old: Post, new: Post, *, on: date, ground: str, actor: Actor, at: datetime
) -> Appointment:
    """Rotation: from `on` the person holds `new` and no longer `old`; both or neither."""
    refuse_unless(rules.wrong_ground(ground))
    held = Appointment.objects.filter(person=person, post=old, valid__contains=on, how__in=HOLDING).first()
    if held is None:
        raise NotNow(
            lazy("%(name)s does not hold the post %(code)s on that day."), {"name": person.name, "code": old.code}
        )
    end_appointment(held.pk, on=on, ground=ground, actor=actor, at=at)
    return appoint(person, new, start=on, ground=ground, actor=actor, at=at)


def _own_desks(actor: Actor, day: date) -> frozenset[int]:
    """Where whoever appoints sits himself, also through those for whom he stands in."""
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id is not None else None
    return frozenset(one.post_id for one in held.seats(person, day)) if person is not None else frozenset()


def _refuse_outside(post: Post, start: date, end: date | None) -> None:
    """An expired post, or one not yet founded, takes nobody."""
    if post.valid.isempty:
        raise NotNow(lazy("The post was taken back on its first day."), field="post")
    upper = post.valid.upper
    if start >= post.valid.lower and (upper is None or (end is not None and end <= upper)):
        return
    until = upper.strftime("%d/%m/%Y") if upper else ""
    raise NotAccepted(
        lazy("The post exists from %(first)s to %(last)s only."),
        {"first": post.valid.lower.strftime("%d/%m/%Y"), "last": until or "…"},
        remedy=lazy("Give days within that time."),
        field="end" if upper else "start",
    )


def _refuse_held(here: object) -> None:
    taken = here.filter(how__in=(*HOLDING, How.ACTING)).select_related("person").first()  # type: ignore[attr-defined]
    if taken is not None:
        raise NotNow(
            lazy("The post is not vacant at that time: %(name)s sits there."),
            {"name": taken.person.name},
            remedy=lazy("Name a stand-in instead, or end that appointment first."),
        )


def _refuse_unrooted(person: Person, post: Post, days: DateRange, end: date | None) -> None:
    """A secondment is for a time, and the original post is kept through it."""
    if end is None:
        raise NotAccepted(lazy("A secondment is for a time: give its end."), field="end")
    own = Appointment.objects.filter(person=person, how=How.HELD, valid__contains=days).exclude(post=post)
    if not own.exists():
        raise NotNow(
            lazy("%(name)s holds no post of her own through that time, from which she could be seconded."),
            {"name": person.name},
            remedy=lazy("Appoint her to the post instead."),
        )


def _refuse_circle(person: Person, post: Post, days: DateRange) -> None:
    """Nobody stands in for himself, nor for somebody who stands in for him: the work would go round."""
    waiting = list(
        Appointment.objects.filter(post=post, valid__overlap=days)
        .exclude(how=How.STAND_IN)
        .values_list("person_id", flat=True)
    )
    seen: set[int] = set()
    while waiting:
        principal = waiting.pop()
        if principal == person.pk:
            raise NotNow(
                lazy("%(name)s would stand in for whoever stands in for %(name)s: the work would go round."),
                {"name": person.name},
                remedy=lazy("Name somebody else, or other days."),
            )
        if principal in seen:
            continue
        seen.add(principal)
        # For whom the principal stands in at that time: those must not be the new stand-in, either.
        theirs = Appointment.objects.filter(person_id=principal, how=How.STAND_IN, valid__overlap=days)
        at_posts = theirs.values("post_id")
        waiting += (
            Appointment.objects.filter(post__in=at_posts, valid__overlap=days)
            .exclude(how=How.STAND_IN)
            .values_list("person_id", flat=True)
        )


def _line(one: Appointment, verb: str, *, actor: Actor, at: datetime, **facts: object) -> None:
    ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="person",
        subject_id=one.person_id,
        unit_id=one.post.unit_id,
        facts={"post": one.post.code, "how": one.how, "appointment": one.pk, **facts},
    )
