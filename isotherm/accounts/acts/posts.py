"""Founding and closing posts, and putting leaders in charge of fields: each by a decision, from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from isotherm.accounts import fields, policy, rules
from isotherm.accounts.models import Appointment, Charge, Post
from isotherm.actor import Actor, Hand
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, OutOfReach, refuse_unless
from isotherm.units.models import Unit
from isotherm.words import lazy


@transaction.atomic
def found_post(
    unit: Unit,
    seat: str,
    *,
    title_vi: str,
    title_en: str,
    hands: Sequence[str],
    ground: str,
    start: date,
    leading: bool = False,
    expertise: str = "",
    actor: Actor,
    at: datetime,
) -> Post:
    """A new seat in `unit` from `start` on, by the decision `ground`."""
    refuse_unless(policy.may_manage_posts(actor, unit.pk))
    seat = seat.strip().lower()
    refuse_unless(rules.wrong_seat(seat))
    if not title_vi.strip():
        raise NotAccepted(lazy("Give the post a title."), field="title_vi")
    wanted = set(hands)
    refuse_unless(rules.wrong_hands(wanted))
    refuse_unless(policy.may_give(actor, wanted))
    refuse_unless(rules.wrong_ground(ground))
    code = f"{unit.code}:{seat}"
    if Post.objects.filter(code=code).exists():
        raise NotNow(
            lazy("There is already a post with the code %(code)s."),
            {"code": code},
            remedy=lazy("Choose another code: a closed post keeps its own."),
            field="seat",
        )
    post = Post.objects.create(
        unit=unit,
        code=code,
        title_vi=title_vi.strip()[:160],
        title_en=(title_en.strip() or title_vi.strip())[:160],
        hands=sorted(wanted),
        leading=leading,
        expertise=expertise.strip()[:400],
        founded_by=ground.strip()[:200],
        valid=DateRange(start, None),
    )
    _line(post, "post.founded", actor=actor, at=at, ground=ground.strip(), start=start, hands=sorted(wanted))
    return post


@transaction.atomic
def close_post(post: Post, *, on: date, ground: str, actor: Actor, at: datetime) -> Post:
    """No longer a post from `on` on. Whoever holds it then must have left it before: nobody is put out unseen."""
    refuse_unless(policy.may_manage_posts(actor, post.unit_id))
    refuse_unless(rules.wrong_ground(ground))
    post = Post.objects.select_for_update().get(pk=post.pk)
    if post.valid.isempty or (post.valid.upper is not None and post.valid.upper <= on):
        raise NotNow(lazy("The post is already closed by that day."))
    if on <= post.valid.lower:
        raise NotAccepted(lazy("It would end before it begins."), field="on")
    if Appointment.objects.filter(post=post, valid__overlap=DateRange(on, None)).exists():
        raise NotNow(
            lazy("Somebody is appointed to this post on that day or later."),
            remedy=lazy("End the appointments first; their open work is handed over then."),
        )
    post.valid, post.closed_by = DateRange(post.valid.lower, on), ground.strip()[:200]
    post.save(update_fields=["valid", "closed_by"])
    for charge in Charge.objects.select_for_update().filter(post=post, valid__overlap=DateRange(on, None)):
        _shorten(charge, on)
    _line(post, "post.closed", actor=actor, at=at, ground=ground.strip(), on=on)
    return post


@transaction.atomic
def withdraw_post(post: Post, *, actor: Actor, at: datetime) -> Post:
    """A post that exists from today or later and in which nobody ever sat never was; its code stays taken."""
    refuse_unless(policy.may_manage_posts(actor, post.unit_id))
    post = Post.objects.select_for_update().get(pk=post.pk)
    if post.valid.isempty or post.valid.lower < actor.day:
        raise NotNow(lazy("The post existed before today."), remedy=lazy("Close it from a day on."))
    if Appointment.objects.filter(post=post, valid__overlap=DateRange(None, None)).exists():
        raise NotNow(
            lazy("Somebody is appointed to this post on that day or later."),
            remedy=lazy("End the appointments first; their open work is handed over then."),
        )
    begun = post.valid.lower
    post.valid = DateRange(empty=True)
    post.save(update_fields=["valid"])
    _line(post, "post.withdrawn", actor=actor, at=at, start=begun)
    return post


@transaction.atomic
def retitle_post(post: Post, *, title_vi: str, title_en: str, actor: Actor, at: datetime) -> Post:
    """Another name for the same seat; what it does and who sits there stay."""
    refuse_unless(policy.may_manage_posts(actor, post.unit_id))
    if not title_vi.strip():
        raise NotAccepted(lazy("Give the post a title."), field="title_vi")
    post = Post.objects.select_for_update().get(pk=post.pk)
    before = post.title_vi
    post.title_vi, post.title_en = title_vi.strip()[:160], (title_en.strip() or title_vi.strip())[:160]
    post.save(update_fields=["title_vi", "title_en"])
    _line(post, "post.retitled", actor=actor, at=at, before=before, now=post.title_vi)
    return post


@transaction.atomic
def put_in_charge(
    post: Post, field: str, *, start: date, end: date | None = None, ground: str, actor: Actor, at: datetime
) -> Charge:
    """The leader's post has the field in charge from `start` (to the day before `end`)."""
    refuse_unless(policy.may_divide_fields(actor, post))
    if field not in fields.fields():
        raise NotAccepted(lazy("Choose a field of the list."), field="field")
    if not {Hand.LEADER, Hand.APPROVER} & set(post.hands):
        raise NotAccepted(lazy("Only a leading post has fields in charge."), field="post")
    refuse_unless(rules.wrong_days(start, end))
    refuse_unless(rules.wrong_ground(ground))
    Unit.objects.select_for_update().get(pk=post.unit_id)
    taken = Charge.objects.filter(unit_id=post.unit_id, field=field, valid__overlap=DateRange(start, end))
    other = taken.select_related("post").first()
    if other is not None:
        raise NotNow(
            lazy("The field is in the charge of %(post)s at that time."),
            {"post": other.post.title_vi},
            remedy=lazy("End that charge first."),
            field="field",
        )
    charge = Charge.objects.create(
        post=post, unit_id=post.unit_id, field=field, ground=ground.strip()[:200], valid=DateRange(start, end)
    )
    _line(post, "post.charged", actor=actor, at=at, field=field, ground=ground.strip(), start=start, end=end)
    return charge


@transaction.atomic
def end_charge(charge_id: int, *, end: date, actor: Actor, at: datetime) -> Charge:
    charge = Charge.objects.select_for_update(of=("self",)).select_related("post").filter(pk=charge_id).first()
    if charge is None:
        raise OutOfReach(lazy("There is no such charge within your reach."))
    refuse_unless(policy.may_divide_fields(actor, charge.post))
    if charge.valid.upper is not None and charge.valid.upper <= end:
        raise NotNow(lazy("It has already ended by that day."))
    if end <= charge.valid.lower:
        raise NotAccepted(lazy("It would end before it begins."), field="end")
    _shorten(charge, end)
    _line(charge.post, "post.charge_ended", actor=actor, at=at, field=charge.field, end=end)
    return charge


def _shorten(charge: Charge, end: date) -> None:
    if end <= charge.valid.lower:
        charge.delete()
        return
    charge.valid = DateRange(charge.valid.lower, end)
    charge.save(update_fields=["valid"])


def _line(post: Post, verb: str, *, actor: Actor, at: datetime, **facts: object) -> None:
    ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="post",
        subject_id=post.pk,
        subject_code=post.code,
        unit_id=post.unit_id,
        facts=facts,
    )
