"""Who somebody is on a day: the actor behind a person and one of her posts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.db.models import QuerySet

from isotherm.accounts import held
from isotherm.accounts.models import Appointment, Charge, Mandate, Person, Post
from isotherm.actor import Actor, Hand
from isotherm.refusals import OutOfReach
from isotherm.units.models import Successor
from isotherm.words import lazy


def appointments(person: Person, day: date) -> list[Appointment]:
    """Her posts of that day: appointment and post both valid; held first, then acting, then those in which she stands
    in, also through another stand-in who is away."""
    sits = held.seats(person, day)
    found = Appointment.objects.select_related("post", "post__unit").in_bulk([one.appointment_id for one in sits])
    return [found[one.appointment_id] for one in sits]


def people_called(login_begins: str, day: date) -> QuerySet[Appointment]:
    """Who may sign in today under logins of this beginning, with the post each holds."""
    return (
        Appointment.objects.filter(
            person__login__startswith=login_begins,
            person__is_active=True,
            valid__contains=day,
            post__valid__contains=day,
        )
        .select_related("person", "post")
        .order_by("person_id", "how")
    )


def actor_of_post(post: Post, *, day: date, person: Person | None = None) -> Actor:
    """The actor that a post is on a day. Without a person it is the seat itself (simulated and imported acts)."""
    mandates = Mandate.objects.filter(post=post, valid__contains=day).values_list("unit_id", flat=True)
    standing = {post.unit_id, *mandates}
    # What an ended unit gave or issued is its successor's to decide and to correct.
    ended = Successor.objects.filter(heir_id__in=standing).values_list("unit_id", flat=True)
    charges = Charge.objects.filter(post=post, valid__contains=day).values_list("field", flat=True)
    return Actor(
        person_id=person.pk if person else None,
        post_id=post.pk,
        unit_id=post.unit_id,
        units=frozenset({*standing, *ended}),
        hands=frozenset(Hand(hand) for hand in post.hands),
        day=day,
        name=person.name if person else post.title_vi,
        fields=frozenset(charges),
    )


def actor_for(person: Person, *, day: date, post_id: int | None = None) -> Actor | None:
    """The actor that `person` is today, in the post she chose or her first; none if she holds no post any more."""
    if not person.is_active:
        return None
    mine = held.seats(person, day)
    if not mine:
        return None
    chosen = next((one for one in mine if one.post_id == post_id), mine[0])
    actor = actor_of_post(Post.objects.select_related("unit").get(pk=chosen.post_id), day=day, person=person)
    return replace(actor, stands_in_for=chosen.for_person)


def post_called(code: str) -> Post:
    """The post with this code, of today or closed."""
    post = Post.objects.filter(code=code).first()
    if post is None:
        raise OutOfReach(
            lazy("There is no post with the code %(code)s."),
            {"code": code},
            remedy=lazy("A post's code is the body's code, a colon and the seat: VPCP:chuyen-vien."),
        )
    return post


def charge_of(post: Post, field: str, day: date) -> Charge:
    """The post's charge of a field that runs on the day or ends with it."""
    charge = Charge.objects.filter(post=post, field=field, valid__contains=day).first()
    if charge is None:
        raise OutOfReach(lazy("The post does not have that field in charge on that day."))
    return charge


def appointment_of(person: Person, post: Post, day: date) -> Appointment:
    """Her appointment to the post that runs on the day."""
    found = Appointment.objects.filter(person=person, post=post, valid__contains=day).first()
    if found is None:
        raise OutOfReach(
            lazy("%(name)s is not appointed to the post %(code)s on that day."),
            {"name": person.name, "code": post.code},
        )
    return found
