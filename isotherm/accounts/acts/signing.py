"""Letting the head of a department sign for the head of its committee, by order or by delegation.

Decree 30/2020/NĐ-CP, Article 13: signing by order is laid down in the working regulation; a delegation is in writing,
for a limited time and limited matters, and is not passed on.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from isotherm.accounts import policy
from isotherm.accounts.models import SigningAuthority
from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, OutOfReach, refuse_unless
from isotherm.units import tree
from isotherm.units.models import Unit
from isotherm.words import lazy


@transaction.atomic
def let_sign(
    giver: Unit,
    department: Unit,
    *,
    how: str,
    ground: str,
    matters: str = "",
    start: date,
    end: date | None = None,
    actor: Actor,
    at: datetime,
) -> SigningAuthority:
    """From `start` (to the day before `end`) `department` gives tasks in the name of `giver`."""
    refuse_unless(policy.may_let_sign(actor, giver_id=giver.pk, department_id=department.pk))
    if how not in SigningAuthority.How.values:
        raise NotAccepted(lazy("Say whether it signs by order or by delegation."), field="how")
    if not ground.strip():
        raise NotAccepted(
            lazy("Name the document that lets the department sign."),
            remedy=lazy("By order: the working regulation; by delegation: the written delegation."),
            field="ground",
        )
    if end is not None and end <= start:
        raise NotAccepted(lazy("It would end before it begins."), field="end")
    if how == SigningAuthority.How.BY_DELEGATION and (end is None or not matters.strip()):
        raise NotAccepted(
            lazy("A delegation is for a limited time and limited matters: name both."),
            field="end" if end is None else "matters",
        )
    if giver.pk not in tree.ancestors(department.pk, start):
        raise NotAccepted(
            lazy("Only a body below it signs in the name of a committee."),
            remedy=lazy("Choose one of its own departments."),
            field="department",
        )
    # The giver's row is locked: two grants at once must not both find the days free.
    Unit.objects.select_for_update().get(pk=giver.pk)
    same = SigningAuthority.objects.filter(giver=giver, department=department, how=how, ground=ground.strip())
    if same.filter(valid__overlap=DateRange(start, end)).exists():
        raise NotNow(lazy("This document already lets the department sign at that time."))
    made = SigningAuthority.objects.create(
        giver=giver,
        department=department,
        how=how,
        ground=ground.strip()[:200],
        matters=matters.strip()[:1000],
        valid=DateRange(start, end),
    )
    _line(made, "signing.allowed", actor=actor, at=at, start=start, end=end)
    return made


@transaction.atomic
def end_signing(authority_id: int, *, end: date, reason: str, actor: Actor, at: datetime) -> SigningAuthority:
    """No longer from `end` on. What was given before stays given."""
    kept = SigningAuthority.objects.select_for_update().filter(pk=authority_id).first()
    if kept is None:
        raise OutOfReach(lazy("There is no such right to sign within your reach."))
    refuse_unless(policy.may_let_sign(actor, giver_id=kept.giver_id, department_id=kept.department_id))
    if kept.valid.upper is not None and kept.valid.upper <= end:
        raise NotNow(lazy("It has already ended by that day."))
    if end <= kept.valid.lower:
        raise NotAccepted(lazy("It would end before it begins."), field="end")
    if len(reason.strip()) < 5:
        raise NotAccepted(lazy("A reason is required: say in a sentence why."), field="reason")
    kept.valid = DateRange(kept.valid.lower, end)
    kept.save(update_fields=["valid"])
    _line(kept, "signing.ended", actor=actor, at=at, end=end, reason=reason.strip())
    return kept


def _line(one: SigningAuthority, verb: str, *, actor: Actor, at: datetime, **facts: object) -> None:
    ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="signing",
        subject_id=one.pk,
        unit_id=one.giver_id,
        facts={"department": one.department_id, "how": one.how, "ground": one.ground, **facts},
    )
