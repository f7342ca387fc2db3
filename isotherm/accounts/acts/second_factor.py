"""Setting up, showing, renewing and taking away the second factor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from isotherm.accounts import policy, second_factor, signin
from isotherm.accounts.acts.people import end_sessions
from isotherm.accounts.models import Person, RecoveryCode, SecondFactor, SignInTry
from isotherm.accounts.second_factor import SET_UP, TAKEN_AWAY
from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, NotYours, refuse_unless
from isotherm.words import lazy

# Whoever gets here has shown the password: wrong codes count for the person, from wherever they come.
BY_CODE = "second"


@transaction.atomic
def set_up(person: Person, *, secret: str, code: str, actor: Actor, at: datetime) -> list[str]:
    """Her phone has the secret and shows the code: from now on it is asked for. Returns the recovery codes, once."""
    _refuse_another(person, actor)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if second_factor.of(person) is not None:
        raise NotNow(
            lazy("A second factor is already set up."), remedy=lazy("Take it away first, with a code of the phone.")
        )
    step = second_factor.step_of(secret, code, after=0, at=at)
    if step is None:
        raise _wrong_code()
    SecondFactor.objects.create(person=person, sealed=second_factor.seal(secret), last_step=step, set_up_at=at)
    codes = _renew(person, at)
    _line(person, SET_UP, actor=actor, at=at)
    end_sessions(person, actor=actor, at=at)
    return codes


def show(person: Person, code: str, *, address: str, at: datetime) -> None:
    """A code of the phone, or one of the recovery codes: each is good once. Wrong ones are counted like passwords."""
    name = f"second:{person.pk}"
    signin.refuse_if_too_many(name, address=address, device=BY_CODE, at=at)
    with transaction.atomic():
        if _is_right(person, code, at):
            SignInTry.objects.filter(login=name).delete()
            itself = Actor.system("sign-in")
            ledger.write(itself, "person.second_factor_shown", at=at, subject_kind="person", subject_id=person.pk)
            return
    SignInTry.objects.create(login=name, address=signin.counted(address), device=BY_CODE, at=at)
    raise _wrong_code()


@transaction.atomic
def renew_codes(person: Person, *, actor: Actor, at: datetime) -> list[str]:
    """New recovery codes; the old ones open nothing any more. The door has asked for a code before."""
    _refuse_another(person, actor)
    codes = _renew(person, at)
    _line(person, "person.recovery_codes_renewed", actor=actor, at=at)
    return codes


@transaction.atomic
def take_away(person: Person, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """She herself, where it is not required (the door has asked for a code before); or the administrator of all her
    bodies, after a lost phone: then every session of hers is over, and she is told who did it and why."""
    refuse_unless(policy.may_open(actor, person))
    herself = actor.person_id == person.pk
    if herself and second_factor.is_required(actor):
        raise NotNow(
            lazy("Your post requires a second factor."),
            remedy=lazy("For another phone, ask the administrator of your body to take it away, and set it up anew."),
        )
    if not SecondFactor.objects.filter(person=person).delete()[0]:
        raise NotNow(lazy("No second factor is set up."))
    RecoveryCode.objects.filter(person=person).delete()
    _line(person, TAKEN_AWAY, actor=actor, at=at, facts={"reason": reason} if reason else None)
    if not herself:
        end_sessions(person, actor=actor, at=at)


def _is_right(person: Person, code: str, at: datetime) -> bool:
    """The row is locked: of two who show the same code at once, one is let in."""
    kept = SecondFactor.objects.select_for_update().filter(person=person).first()
    if kept is None:
        return False
    step = second_factor.step_of(second_factor.unseal(kept.sealed), code, after=kept.last_step, at=at)
    if step is not None:
        kept.last_step = step
        kept.save(update_fields=["last_step"])
        return True
    unused = RecoveryCode.objects.filter(person=person, digest=second_factor.digest(code), used_at__isnull=True)
    return bool(unused.update(used_at=at))


def _renew(person: Person, at: datetime) -> list[str]:
    codes = second_factor.new_codes()
    RecoveryCode.objects.filter(person=person).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(person=person, digest=second_factor.digest(one)) for one in codes)
    return codes


def _refuse_another(person: Person, actor: Actor) -> None:
    if actor.person_id != person.pk:
        raise NotYours(lazy("Each person sets up her own second factor."))


def _wrong_code() -> NotAccepted:
    return NotAccepted(
        lazy("The code is wrong, was used before, or is too old."),
        remedy=lazy("Wait for the next one on the phone; if it stays so, set the phone's clock to automatic."),
        field="code",
    )


def _line(
    person: Person, verb: str, *, actor: Actor, at: datetime, facts: Mapping[str, str] | None = None
) -> None:
    ledger.write(actor, verb, at=at, subject_kind="person", subject_id=person.pk, facts=facts)
