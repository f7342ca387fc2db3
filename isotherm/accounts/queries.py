"""Who somebody is on a day: the actor behind a person and one of her posts."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, QuerySet, When

from isotherm.accounts.models import Appointment, Mandate, Person, Post
from isotherm.actor import Actor, Hand
from isotherm.units.models import Successor

# What somebody holds is what she acts in until she chooses; by their names acting would come first.
_FIRST = Case(When(how=Appointment.How.HELD, then=0), When(how=Appointment.How.ACTING, then=1), default=2)


def appointments(person: Person, day: date) -> QuerySet[Appointment]:
    """Her posts of that day: appointment and post both valid. Held first, then acting, then standing in."""
    return (
        Appointment.objects.filter(person=person, valid__contains=day, post__valid__contains=day)
        .select_related("post", "post__unit")
        .order_by(_FIRST, "post__code")
    )


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
    return Actor(
        person_id=person.pk if person else None,
        post_id=post.pk,
        unit_id=post.unit_id,
        units=frozenset({*standing, *ended}),
        hands=frozenset(Hand(hand) for hand in post.hands),
        day=day,
        name=person.name if person else post.title_vi,
    )


def actor_for(person: Person, *, day: date, post_id: int | None = None) -> Actor | None:
    """The actor that `person` is today, in the post she chose or her first; none if she holds no post any more."""
    if not person.is_active:
        return None
    mine = list(appointments(person, day))
    if not mine:
        return None
    chosen = next((one for one in mine if one.post_id == post_id), mine[0])
    return actor_of_post(chosen.post, day=day, person=person)
