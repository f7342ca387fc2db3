"""The second factor: codes of a phone (TOTP, RFC 6238) and recovery codes. What is stored opens nothing without the
server's secret key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings

from isotherm.accounts.models import Person, RecoveryCode, SecondFactor
from isotherm.actor import Actor
from isotherm.records.models import LedgerLine
from isotherm.refusals import Unavailable
from isotherm.words import lazy

# Lines of the ledger that say whether there is one.
SET_UP, TAKEN_AWAY = "person.second_factor_set_up", "person.second_factor_taken_away"
ISSUER = "Isotherm"
STEP, DIGITS = 30, 6  # what every authenticator app knows
HASH = SHA1()  # noqa: S303  the only one that every app knows; an HMAC does not rest on collisions
DRIFT = 1  # steps by which a phone's clock may differ
CODES = 10
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that are taken for one another


def new_secret() -> str:
    """160 random bits, as apps take them by hand."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def address(secret: str, login: str) -> str:
    """What the square holds."""
    return TOTP(base64.b32decode(secret), DIGITS, HASH, STEP).get_provisioning_uri(login, ISSUER)


def step_of(secret: str, code: str, *, after: int, at: datetime) -> int | None:
    """The step whose code it is: later than the last one used, so that a code read over a shoulder is spent."""
    code = "".join(code.split())
    if not (code.isascii() and code.isdecimal() and len(code) == DIGITS):
        return None
    key, now = HOTP(base64.b32decode(secret), DIGITS, HASH), int(at.timestamp()) // STEP
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > after and hmac.compare_digest(key.generate(step), code.encode()):
            return step
    return None


def seal(secret: str) -> str:
    return _sealer().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    try:
        return _sealer().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unavailable(
            lazy("The second factor cannot be read: the server has another secret key than when it was set up."),
            remedy=lazy("Ask the administrator of your body to take it away, and set it up anew."),
        ) from None


def _sealer() -> Fernet:
    return _fernet(settings.SECRET_KEY)


@cache
def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"isotherm.second-factor\0" + key.encode()).digest()))


def new_codes() -> list[str]:
    return [
        "-".join("".join(secrets.choice(LETTERS) for _letter in range(5)) for _part in range(2))
        for _one in range(CODES)
    ]


def digest(code: str) -> str:
    """Of the code as it is meant: however it was written down."""
    plain = "".join(letter for letter in code.lower() if letter in LETTERS)
    key = b"isotherm.recovery-code\0" + settings.SECRET_KEY.encode()
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()


def of(person: Person) -> SecondFactor | None:
    return SecondFactor.objects.filter(person=person).first()


def taken_by_another(person: Person) -> LedgerLine | None:
    """Who took it away in her place, as long as she has set up no other."""
    about = LedgerLine.objects.filter(subject_kind="person", subject_id=person.pk, verb__in=(SET_UP, TAKEN_AWAY))
    last = about.order_by("-id").first()
    return last if last is not None and last.verb == TAKEN_AWAY and last.person_id != person.pk else None


def codes_left(person: Person) -> int:
    return RecoveryCode.objects.filter(person=person, used_at__isnull=True).count()


def is_required(actor: Actor) -> bool:
    """Whether the operator wants it of posts that do such work."""
    return bool({hand.value for hand in actor.hands} & set(settings.SECOND_FACTOR_HANDS))
