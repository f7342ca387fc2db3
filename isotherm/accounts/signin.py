"""Signing in, with limits: per login and, more loosely, per address: a commune behind one address still works."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from isotherm.accounts.models import Person, SignInTry
from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, Refusal
from isotherm.words import lazy

# Two hundred officials may share one address; one of them guessing must not lock the others out.
TRIES_PER_ADDRESS = 30


class TooManyTries(Refusal):
    http_status = 429


def _window_start(at: datetime) -> datetime:
    return at - timedelta(minutes=settings.SIGN_IN_WINDOW_MINUTES)


def refuse_if_too_many(login: str, *, address: str, at: datetime) -> None:
    since = _window_start(at)
    too_many = SignInTry.objects.filter(login=login, at__gt=since).count() >= settings.SIGN_IN_TRIES
    from_here = SignInTry.objects.filter(address=address, at__gt=since).count()
    if too_many or from_here >= settings.SIGN_IN_TRIES * TRIES_PER_ADDRESS:
        raise TooManyTries(
            lazy("Too many failed sign-ins. Try again in %(minutes)s minutes."),
            {"minutes": settings.SIGN_IN_WINDOW_MINUTES},
            remedy=lazy("If you have forgotten the password, ask the administrator of your body."),
        )


def sign_in(login: str, password: str, *, address: str, at: datetime) -> Person:
    """The person, or a refusal that does not say whether login or password was wrong."""
    login = login.strip().lower()[:80]
    refuse_if_too_many(login, address=address, at=at)
    person = Person.objects.filter(login=login, is_active=True).first()
    if person is None:
        make_password(password)  # a login that does not exist takes as long as one that does
    elif person.check_password(password):
        with transaction.atomic():
            SignInTry.objects.filter(login=login).delete()
            itself = Actor.system("sign-in")
            ledger.write(itself, "person.signed_in", at=at, subject_kind="person", subject_id=person.pk)
        return person
    SignInTry.objects.filter(at__lt=_window_start(at)).delete()
    SignInTry.objects.create(login=login, address=address, at=at)
    raise NotAccepted(
        lazy("The login or the password is wrong."),
        remedy=lazy("Check both and try again; mind the keyboard's Vietnamese input and capital letters."),
    )
