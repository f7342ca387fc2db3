"""Linking an account of a provider to a person, and taking the link away."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from isotherm.accounts import policy
from isotherm.accounts.acts.people import end_sessions
from isotherm.accounts.models import Identity, Person
from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, OutOfReach, refuse_unless
from isotherm.words import lazy


@transaction.atomic
def link_identity(person: Person, *, issuer: str, subject: str, actor: Actor, at: datetime) -> Identity:
    """Whoever signs in at `issuer` as `subject` is this person from now on."""
    refuse_unless(policy.may_open(actor, person))
    if not issuer or not subject.strip() or len(subject) > 255:
        raise NotAccepted(lazy("Give the account as the provider's subject."), field="subject")
    person = Person.objects.select_for_update().get(pk=person.pk)
    taken = Identity.objects.filter(issuer=issuer, subject=subject).first()
    if taken is not None:
        raise NotNow(
            lazy("This account is already linked.")
            if taken.person_id == person.pk
            else lazy("This account is already linked to another person."),
            remedy=lazy("Take that link away first."),
            field="subject",
        )
    made = Identity.objects.create(person=person, issuer=issuer, subject=subject, linked_at=at)
    _line(made, "person.identity_linked", actor=actor, at=at)
    return made


@transaction.atomic
def unlink_identity(identity_id: int, *, person: Person, actor: Actor, at: datetime) -> None:
    """The account opens nothing here any more, and every session of hers is over with the next request."""
    refuse_unless(policy.may_open(actor, person))
    kept = Identity.objects.select_for_update().filter(pk=identity_id, person=person).first()
    if kept is None:
        raise OutOfReach(lazy("There is no such linked account."))
    _line(kept, "person.identity_unlinked", actor=actor, at=at)
    kept.delete()
    end_sessions(person, actor=actor, at=at)


def signed_in_with(person: Person, *, issuer: str, at: datetime) -> None:
    itself = Actor.system("sign-in")
    ledger.write(
        itself, "person.signed_in", at=at, subject_kind="person", subject_id=person.pk, facts={"issuer": issuer}
    )


def _line(one: Identity, verb: str, *, actor: Actor, at: datetime) -> None:
    ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="person",
        subject_id=one.person_id,
        facts={"issuer": one.issuer, "link": one.pk},
    )
