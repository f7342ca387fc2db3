"""A directory of accounts (SCIM): making and ending one, and what it does to people and posts.

The directory gives no more than it was given: its actor passes an administrator's policies, and narrower ones.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from isotherm.accounts import policy, provisioning, rules
from isotherm.accounts.acts import holding, people, posts
from isotherm.accounts.acts.identities import link_identity, unlink_identity
from isotherm.accounts.models import Appointment, Identity, Person, Post, Provisioned, ProvisioningClient
from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach, refuse_unless
from isotherm.units.models import Unit
from isotherm.words import lazy


@transaction.atomic
def make_client(
    name: str, unit: Unit, *, hands: Sequence[str], ground: str, issuer: str = "", actor: Actor, at: datetime
) -> tuple[ProvisioningClient, str]:
    """The directory and its token, which is shown this once: only its digest is kept."""
    refuse_unless(policy.may_manage_posts(actor, unit.pk))
    if actor.gives is not None:
        raise NotYours(lazy("A directory of accounts does not make another one."))
    name = name.strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        raise NotAccepted(lazy("A directory's name has small plain letters, digits and dashes."), field="name")
    refuse_unless(rules.wrong_scope(hands))
    refuse_unless(rules.wrong_ground(ground))
    if ProvisioningClient.objects.filter(name=name).exists():
        raise NotNow(lazy("The name %(name)s is already taken."), {"name": name}, field="name")
    token = secrets.token_urlsafe(32)
    made = ProvisioningClient.objects.create(
        name=name,
        unit=unit,
        hands=list(dict.fromkeys(hands)),
        ground=ground.strip()[:200],
        issuer=issuer,
        token_sha256=provisioning.digest(token),
        made_at=at,
    )
    _of_client(made, "directory.made", actor=actor, at=at, hands=made.hands, ground=made.ground, issuer=made.issuer)
    return made, token


@transaction.atomic
def end_client(client: ProvisioningClient, *, actor: Actor, at: datetime) -> None:
    """Its token opens nothing from now on; the people and posts that it kept stay."""
    refuse_unless(policy.may_manage_posts(actor, client.unit_id))
    if not ProvisioningClient.objects.filter(pk=client.pk, ended_at__isnull=True).update(ended_at=at):
        raise NotNow(lazy("It has already been ended."))
    _of_client(client, "directory.ended", actor=actor, at=at)


@transaction.atomic
def enrol(
    client: ProvisioningClient,
    login: str,
    *,
    name: str,
    active: bool = True,
    external_id: str = "",
    actor: Actor,
    at: datetime,
) -> Person:
    """A new person, without a password: she signs in through a provider, or once an administrator sets one."""
    refuse_unless(policy.may_manage_people(actor))
    login = login.strip().lower()
    refuse_unless(rules.wrong_login(login))
    _refuse_taken(login)
    person = Person.objects.create(
        login=login, name=(name.strip() or login)[:120], password=make_password(None), is_active=active
    )
    Provisioned.objects.create(client=client, person=person, external_id=external_id[:200], own=True)
    _of_person(person, "person.added", actor=actor, at=at, directory=client.name, active=active)
    _link(client, person, external_id, actor=actor, at=at)
    return person


@transaction.atomic
def change_person(
    client: ProvisioningClient,
    person: Person,
    *,
    login: str,
    name: str,
    active: bool,
    external_id: str,
    actor: Actor,
    at: datetime,
) -> Person:
    """What the directory says of her now. Not active ends every session of hers with the next request."""
    refuse_unless(policy.may_keep(actor, person))
    login = login.strip().lower()
    name = (name.strip() or login)[:120]
    if login != person.login:
        refuse_unless(rules.wrong_login(login))
        _refuse_taken(login)
    if (login, name) != (person.login, person.name):
        before = {"login": person.login, "name": person.name}
        person.login, person.name = login, name
        person.save(update_fields=["login", "name"])
        _of_person(person, "person.renamed", actor=actor, at=at, before=before, login=login, name=name)
    if active != person.is_active:
        (people.reactivate if active else people.deactivate)(person, actor=actor, at=at)
    if _name(client, external_id, person=person):
        _link(client, person, external_id, actor=actor, at=at)
    return Person.objects.get(pk=person.pk)


@transaction.atomic
def remove_person(client: ProvisioningClient, person: Person, *, actor: Actor, at: datetime) -> None:
    """Whom the directory added and no longer keeps: out of her posts, signed out, her login free for another person."""
    refuse_unless(policy.may_keep(actor, person))
    _refuse_not_own(client, person=person)
    for one in Appointment.objects.filter(person=person, valid__overlap=DateRange(actor.day, None)):
        _leave(one, client, actor=actor, at=at)
    if person.is_active:
        people.deactivate(person, actor=actor, at=at)
    person.login = f"{person.login[:60]}#{person.pk}"
    person.save(update_fields=["login"])
    _link(client, person, "", actor=actor, at=at)
    client.keeps.filter(person=person).delete()
    _of_person(person, "person.removed", actor=actor, at=at, directory=client.name)


@transaction.atomic
def found(
    client: ProvisioningClient, title: str, *, external_id: str = "", people: Iterable[int], actor: Actor, at: datetime
) -> Post:
    """A new post in the directory's own body, which does the first of what the directory may give."""
    unit = Unit.objects.select_for_update().get(pk=client.unit_id)
    post = posts.found_post(
        unit,
        _seat(unit, title),
        title_vi=title,
        title_en=title,
        hands=client.hands[:1],
        ground=client.ground,
        start=actor.day,
        actor=actor,
        at=at,
    )
    Provisioned.objects.create(client=client, post=post, external_id=external_id[:200], own=True)
    fill(client, post, people=people, actor=actor, at=at)
    return post


@transaction.atomic
def change_post(
    client: ProvisioningClient,
    post: Post,
    *,
    title: str,
    external_id: str,
    people: Iterable[int],
    actor: Actor,
    at: datetime,
) -> Post:
    """What the directory says of a post now: its title, if the directory founded it, and who sits there."""
    refuse_unless(policy.may_manage_posts(actor, post.unit_id) or policy.may_give(actor, post.hands))
    if title.strip() != post.title_vi:
        _refuse_not_own(client, post=post)
        title_en = title if post.title_en == post.title_vi else post.title_en
        posts.retitle_post(post, title_vi=title, title_en=title_en, actor=actor, at=at)
    fill(client, post, people=people, actor=actor, at=at)
    _name(client, external_id, post=post)
    return Post.objects.get(pk=post.pk)


@transaction.atomic
def fill(client: ProvisioningClient, post: Post, *, people: Iterable[int], actor: Actor, at: datetime) -> None:
    """Exactly these people sit in the post from today: others leave it, new ones hold it."""
    refuse_unless(policy.may_manage_posts(actor, post.unit_id) or policy.may_give(actor, post.hands))
    wanted = set(people)
    sits = {one.person_id: one for one in provisioning.sitting([post.pk], actor.day)}
    for person_id in sits.keys() - wanted:
        _leave(sits[person_id], client, actor=actor, at=at)
    coming = provisioning.people_of(client, actor.day).in_bulk(list(wanted - sits.keys()))
    if missing := sorted(wanted - sits.keys() - coming.keys()):
        raise OutOfReach(
            lazy("The directory keeps no person %(number)s."),
            {"number": missing[0]},
            remedy=lazy("Add the person first."),
            field="members",
        )
    for person_id in sorted(coming):
        refuse_unless(policy.may_keep(actor, coming[person_id]))
        holding.appoint(coming[person_id], post, start=actor.day, ground=client.ground, actor=actor, at=at)


@transaction.atomic
def close(client: ProvisioningClient, post: Post, *, actor: Actor, at: datetime) -> None:
    """A post that the directory founded ends today, and whoever sits there leaves it."""
    refuse_unless(policy.may_manage_posts(actor, post.unit_id) or policy.may_give(actor, post.hands))
    _refuse_not_own(client, post=post)
    for one in Appointment.objects.filter(post=post, valid__overlap=DateRange(actor.day, None)):
        _leave(one, client, actor=actor, at=at)
    if post.valid.lower >= actor.day:
        posts.withdraw_post(post, actor=actor, at=at)
    else:
        posts.close_post(post, on=actor.day, ground=client.ground, actor=actor, at=at)
    client.keeps.filter(post=post).delete()


def _leave(one: Appointment, client: ProvisioningClient, *, actor: Actor, at: datetime) -> None:
    if one.valid.lower >= actor.day:
        holding.withdraw_appointment(one.pk, actor=actor, at=at)
    else:
        holding.end_appointment(one.pk, on=actor.day, ground=client.ground, actor=actor, at=at)


def _seat(unit: Unit, title: str) -> str:
    """A code that the body has not used: the title's plain letters, and a number where needed."""
    plain = unicodedata.normalize("NFD", title.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    word = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:34].strip("-") or "vi-tri"
    taken = set(Post.objects.filter(code__startswith=f"{unit.code}:{word}").values_list("code", flat=True))
    free = (word if number == 1 else f"{word}-{number}" for number in range(1, len(taken) + 2))
    return next(seat for seat in free if f"{unit.code}:{seat}" not in taken)


def _name(
    client: ProvisioningClient, external_id: str, *, person: Person | None = None, post: Post | None = None
) -> bool:
    """The directory's own name for it; whether it is another one than before."""
    kept = client.keeps.filter(person=person, post=post).first()
    if kept is None and external_id:
        Provisioned.objects.create(client=client, person=person, post=post, external_id=external_id[:200])
    elif kept is not None and kept.external_id != external_id[:200]:
        kept.external_id = external_id[:200]
        kept.save(update_fields=["external_id"])
    else:
        return False
    return True


def _link(client: ProvisioningClient, person: Person, external_id: str, *, actor: Actor, at: datetime) -> None:
    """Where the directory's own names are the subjects of a provider, they say who signs in there."""
    if not client.issuer:
        return
    for old in Identity.objects.filter(person=person, issuer=client.issuer).exclude(subject=external_id):
        unlink_identity(old.pk, person=person, actor=actor, at=at)
    if external_id and not Identity.objects.filter(person=person, issuer=client.issuer, subject=external_id).exists():
        link_identity(person, issuer=client.issuer, subject=external_id, actor=actor, at=at)


def _refuse_taken(login: str) -> None:
    if Person.objects.filter(login=login).exists():
        raise NotNow(lazy("The login %(login)s is already taken."), {"login": login}, field="login")


def _refuse_not_own(client: ProvisioningClient, *, person: Person | None = None, post: Post | None = None) -> None:
    if client.keeps.filter(person=person, post=post, own=True).exists():
        return
    raise NotYours(
        lazy("This directory did not add it, so it neither renames nor removes it."),
        remedy=lazy("The administrator of the body does this."),
    )


def _of_client(client: ProvisioningClient, verb: str, *, actor: Actor, at: datetime, **facts: object) -> None:
    ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="directory_of_accounts",
        subject_id=client.pk,
        subject_code=client.name,
        unit_id=client.unit_id,
        facts=facts,
    )


def _of_person(person: Person, verb: str, *, actor: Actor, at: datetime, **facts: object) -> None:
    ledger.write(
        actor, verb, at=at, subject_kind="person", subject_id=person.pk, subject_code=person.login, facts=facts
    )
