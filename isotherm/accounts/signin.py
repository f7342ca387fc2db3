"""Signing in, with limits that a stranger cannot turn against an owner.

A browser in which a login was signed in before carries a mark for it and is counted by itself: what others try does not
count there. Without a mark, failed tries count for the login from that address, more loosely for the address (a commune
behind one address still works), and more loosely still for the login from anywhere.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q

from isotherm.accounts.models import Person, SignInTry
from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, Refusal
from isotherm.words import lazy

# Two hundred officials may share one address; one of them guessing must not lock the others out.
TRIES_PER_ADDRESS = 30
# From anywhere: what is left to whoever changes his address with every try.
TRIES_PER_LOGIN = 10


class TooManyTries(Refusal):
    http_status = 429


def _window_start(at: datetime) -> datetime:
    return at - timedelta(minutes=settings.SIGN_IN_WINDOW_MINUTES)


def counted(address: str) -> str:
    """One household or office has a whole /64 of IPv6: it counts as one address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else str(parsed)


def refuse_if_too_many(login: str, *, address: str, device: str, at: datetime) -> None:
    most = settings.SIGN_IN_TRIES
    recent = SignInTry.objects.filter(at__gt=_window_start(at))
    limits = [(recent.filter(login=login, device=device), most)]
    if not device:
        strangers = recent.filter(device="")
        limits = [
            (strangers.filter(login=login, address=address), most),
            (strangers.filter(login=login), most * TRIES_PER_LOGIN),
            (strangers.filter(address=address), most * TRIES_PER_ADDRESS),
        ]
    if any(tries.count() >= limit for tries, limit in limits):
        raise TooManyTries(
            lazy("Too many failed sign-ins. Try again in %(minutes)s minutes."),
            {"minutes": settings.SIGN_IN_WINDOW_MINUTES},
            remedy=lazy(
                "A browser in which you have signed in before is not affected by what others try. If you have "
                "forgotten the password, ask the administrator of your body."
            ),
        )


def sign_in(login: str, password: str, *, address: str, device: str = "", at: datetime) -> Person:
    """The person, or a refusal that does not say whether login or password was wrong. `device`: the mark of the
    browser, if this login was signed in there before."""
    login, address = login.strip().lower()[:80], counted(address)
    refuse_if_too_many(login, address=address, device=device, at=at)
    person = Person.objects.filter(login=login, is_active=True).first()
    if person is None:
        make_password(password)  # a login that does not exist takes as long as one that does
    elif person.check_password(password):
        with transaction.atomic():
            # Only her own: who guesses elsewhere does not begin anew because she came in.
            SignInTry.objects.filter(Q(device=device) & (Q() if device else Q(address=address)), login=login).delete()
            itself = Actor.system("sign-in")
            ledger.write(itself, "person.signed_in", at=at, subject_kind="person", subject_id=person.pk)
        return person
    SignInTry.objects.filter(at__lt=_window_start(at)).delete()
    SignInTry.objects.create(login=login, address=address, device=device, at=at)
    raise NotAccepted(
        lazy("The login or the password is wrong."),
        remedy=lazy("Check both and try again; mind the keyboard's Vietnamese input and capital letters."),
    )
