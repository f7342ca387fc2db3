"""Setting how many people and bodies a body may have, by a decision from above it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from isotherm.accounts import policy, rules
from isotherm.accounts.models import Target
from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, OutOfReach, refuse_unless
from isotherm.units.models import Unit
from isotherm.words import lazy


@transaction.atomic
def set_target(
    unit: Unit,
    what: str,
    most: int,
    *,
    ground: str,
    start: date,
    end: date | None = None,
    actor: Actor,
    at: datetime,
) -> Target:
    """From `start` (to the day before `end`) at most `most`; what held before ends on that day."""
    refuse_unless(policy.may_set_target(actor, unit.pk))
    if what not in Target.What.values:
        raise NotAccepted(lazy("Say what is limited."), field="what")
    if most < 0:
        raise NotAccepted(lazy("The number is not below nought."), field="most")
    refuse_unless(rules.wrong_ground(ground))
    refuse_unless(rules.wrong_days(start, end))
    Unit.objects.select_for_update().get(pk=unit.pk)
    later = Target.objects.filter(unit=unit, what=what, valid__overlap=DateRange(start, end))
    for one in later.select_for_update():
        if one.valid.lower >= start:
            raise NotNow(
                lazy("From %(day)s on another decision holds: %(ground)s."),
                {"day": one.valid.lower.strftime("%d/%m/%Y"), "ground": one.ground},
                remedy=lazy("End that one first, or give an end before its day."),
                field="start",
            )
        one.valid = DateRange(one.valid.lower, start)
        one.save(update_fields=["valid"])
    made = Target.objects.create(
        unit=unit, what=what, most=most, ground=ground.strip()[:200], valid=DateRange(start, end)
    )
    _line(made, "target.set", actor=actor, at=at, most=most, start=start, end=end)
    return made


@transaction.atomic
def end_target(target_id: int, *, on: date, ground: str, actor: Actor, at: datetime) -> Target:
    """No longer from `on` on."""
    kept = Target.objects.select_for_update().filter(pk=target_id).first()
    if kept is None:
        raise OutOfReach(lazy("There is no such number within your reach."))
    refuse_unless(policy.may_set_target(actor, kept.unit_id))
    refuse_unless(rules.wrong_ground(ground))
    if kept.valid.upper is not None and kept.valid.upper <= on:
        raise NotNow(lazy("It has already ended by that day."))
    if on <= kept.valid.lower:
        raise NotAccepted(lazy("It would end before it begins."), field="on")
    kept.valid = DateRange(kept.valid.lower, on)
    kept.save(update_fields=["valid"])
    _line(kept, "target.ended", actor=actor, at=at, on=on, by=ground.strip())
    return kept


def _line(one: Target, verb: str, *, actor: Actor, at: datetime, **facts: object) -> None:
    ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="target",
        subject_id=one.pk,
        unit_id=one.unit_id,
        facts={"what": one.what, "ground": one.ground, **facts},
    )
