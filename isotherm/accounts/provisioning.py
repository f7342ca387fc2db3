"""What a directory of accounts reaches: the people and posts of its body and of those below it, on a day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max, Min, Q, QuerySet

from isotherm.accounts.models import Appointment, Person, Post, Provisioned, ProvisioningClient
from isotherm.actor import Actor, Hand
from isotherm.records.models import LedgerLine
from isotherm.refusals import OutOfReach
from isotherm.units import tree
from isotherm.words import lazy

# What happens to a person without changing anything that a directory keeps.
PASSING = ("person.signed_in", "person.second_factor_shown", "person.sessions_ended", "person.password_set")


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def is_on() -> bool:
    return ProvisioningClient.objects.filter(ended_at__isnull=True).exists()


def client_of(token: str) -> ProvisioningClient | None:
    """The directory that shows this token, if it has not been ended."""
    return ProvisioningClient.objects.filter(token_sha256=digest(token), ended_at__isnull=True).first()


def client_called(name: str) -> ProvisioningClient:
    client = ProvisioningClient.objects.filter(name=name).first()
    if client is None:
        raise OutOfReach(
            lazy("There is no directory of accounts called %(name)s."),
            {"name": name},
            remedy=lazy("isotherm scim list names them."),
        )
    return client


def actor_of(client: ProvisioningClient, day: date) -> Actor:
    """In its body the directory acts like an administrator of people and posts who gives only what it was given."""
    return Actor(
        person_id=None,
        post_id=None,
        unit_id=client.unit_id,
        units=frozenset({client.unit_id}),
        hands=frozenset({Hand.ADMINISTRATOR}),
        day=day,
        name=client.name,
        job=f"scim:{client.name}",
        gives=frozenset(Hand(hand) for hand in client.hands),
    )


def posts_of(client: ProvisioningClient, day: date) -> QuerySet[Post]:
    """The posts of that day in its body and below."""
    return Post.objects.filter(unit__in=tree.subtree_ids(client.unit_id, day), valid__contains=day)


def people_of(client: ProvisioningClient, day: date) -> QuerySet[Person]:
    """Those whom it added, and those who hold a post of its bodies on the day or later."""
    holders = Appointment.objects.filter(
        post__unit__in=tree.subtree_ids(client.unit_id, day), valid__overlap=DateRange(day, None)
    ).values("person_id")
    added = Provisioned.objects.filter(client=client, own=True, person__isnull=False).values("person_id")
    return Person.objects.filter(Q(pk__in=holders) | Q(pk__in=added))


def sitting(posts: Iterable[int], day: date) -> list[Appointment]:
    """Who sits in the posts on the day."""
    return list(
        Appointment.objects.filter(post__in=list(posts), valid__contains=day).select_related("person").order_by("pk")
    )


def seats_of(people: Iterable[int], client: ProvisioningClient, day: date) -> list[Appointment]:
    """In which posts of its bodies the people sit on the day."""
    return list(
        Appointment.objects.filter(
            person__in=list(people),
            post__unit__in=tree.subtree_ids(client.unit_id, day),
            valid__contains=day,
            post__valid__contains=day,
        )
        .select_related("post")
        .order_by("pk")
    )


def names_of(client: ProvisioningClient, *, people: Iterable[int] = (), posts: Iterable[int] = ()) -> dict[int, str]:
    """The directory's own names for them."""
    mine = client.keeps.exclude(external_id="")
    if people := list(people):
        return dict(mine.filter(person__in=people).values_list("person_id", "external_id"))
    return dict(mine.filter(post__in=list(posts)).values_list("post_id", "external_id"))


def dates_of(kind: str, ids: Iterable[int]) -> dict[int, tuple[datetime, datetime]]:
    """When the ledger first and last names each: when it was added and changed."""
    lines = LedgerLine.objects.filter(subject_kind=kind, subject_id__in=list(ids)).exclude(verb__in=PASSING)
    found = lines.values("subject_id").annotate(first=Min("at"), last=Max("at"))
    return {row["subject_id"] or 0: (row["first"], row["last"]) for row in found}
