"""Every write about who may sign in."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from isotherm.accounts import policy
from isotherm.accounts.models import Person
from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, refuse_unless
from isotherm.words import lazy


@transaction.atomic
def add_person(login: str, *, name: str, password: str, actor: Actor, at: datetime) -> Person:
    refuse_unless(policy.may_manage_people(actor))
    login = login.strip().lower()
    if Person.objects.filter(login=login).exists():
        raise NotNow(lazy("The login %(login)s is already taken."), {"login": login}, field="login")
    _refuse_weak(password)
    person = Person(login=login, name=name.strip())
    person.set_password(password)
    person.save()
    ledger.write(actor, "person.added", at=at, subject_kind="person", subject_id=person.pk, subject_code=login)
    return person


@transaction.atomic
def set_password(person: Person, *, password: str, actor: Actor, at: datetime) -> None:
    refuse_unless(policy.may_manage_person(actor, person) if actor.person_id != person.pk else None)
    _refuse_weak(password)
    person.set_password(password)
    person.save(update_fields=["password"])
    ledger.write(actor, "person.password_set", at=at, subject_kind="person", subject_id=person.pk)


@transaction.atomic
def deactivate(person: Person, *, actor: Actor, at: datetime) -> None:
    """Every session of hers is over with its next request, and stays over if she comes back."""
    refuse_unless(policy.may_manage_person(actor, person))
    Person.objects.filter(pk=person.pk).update(is_active=False, sessions_ended=F("sessions_ended") + 1)
    ledger.write(actor, "person.deactivated", at=at, subject_kind="person", subject_id=person.pk)


@transaction.atomic
def reactivate(person: Person, *, actor: Actor, at: datetime) -> None:
    """She may sign in again; her posts are what their dates say."""
    refuse_unless(policy.may_manage_person(actor, person))
    if not Person.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        raise NotNow(lazy("%(name)s may already sign in."), {"name": person.name})
    ledger.write(actor, "person.reactivated", at=at, subject_kind="person", subject_id=person.pk)


@transaction.atomic
def end_sessions(person: Person, *, actor: Actor, at: datetime) -> None:
    """Signed out everywhere: at her own wish, or by the administrator after a lost device."""
    refuse_unless(policy.may_manage_person(actor, person) if actor.person_id != person.pk else None)
    Person.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1)
    ledger.write(actor, "person.sessions_ended", at=at, subject_kind="person", subject_id=person.pk)


def _refuse_weak(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as weak:
        raise NotAccepted(" ".join(weak.messages), field="password") from None
