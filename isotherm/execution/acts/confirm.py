"""Confirming completion, or asking that it be done again with a reason and a date.

By the confirmer that the task names, else by whoever gave the assignment. Several units of one document at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from isotherm.actor import Actor
from isotherm.directives.queries import document_for
from isotherm.execution import fields, policy, queries, rules
from isotherm.execution.acts.report import decide_requests
from isotherm.execution.clocks import local_day
from isotherm.execution.models import Assignment, Request, State
from isotherm.execution.outcomes import due_moment
from isotherm.execution.rules import Verb
from isotherm.execution.sets import Intents, Outcome, run
from isotherm.refusals import OutOfReach, refuse_unless
from isotherm.words import lazy

CONFIRMED = {"closed_at": "p.act_at", "holder_id": "null", "holder_due": "null"}
AGAIN = {
    "reported_done_at": "null",
    "holder_id": "p.carrier_id",
    "due_on": "case when p.due_on is null then null else p.again_by end",
    "holder_due": due_moment("p.again_by"),
}


def over(intents: Intents) -> Outcome:
    outcome = run(Verb.CONFIRM, intents, changes=CONFIRMED, ledger_verb="confirmed")
    decide_requests(outcome, what=Request.What.COMPLETION, decision=Request.Decision.AGREED, reason="")
    return outcome


def over_again(intents: Intents, *, reason: str) -> Outcome:
    """`intents` carries `again_by` (date)."""
    outcome = run(Verb.REDO, intents, changes=AGAIN, facts={"reason": reason}, ledger_verb="sent_back")
    decide_requests(outcome, what=Request.What.COMPLETION, decision=Request.Decision.REFUSED, reason=reason)
    return outcome


@transaction.atomic
def confirm(
    document: str,
    confirmer_id: int,
    *,
    units: Sequence[int] | None = None,
    numbers: Sequence[int] | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Confirm what the named units (or all) reported done on a document."""
    ids = _reported(document, confirmer_id, units=units, numbers=numbers, actor=actor)
    refuse_unless(policy.may_act(actor, confirmer_id, Verb.CONFIRM))
    ids, others = fields.split(actor, ids)
    return over(Intents.of(actor, ids, unit_id=confirmer_id, at=at)).beside(others).or_refuse()


@transaction.atomic
def redo(
    document: str,
    confirmer_id: int,
    *,
    reason: str,
    due_on: date | None,
    units: Sequence[int] | None = None,
    numbers: Sequence[int] | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Send back, with the reason and the date by which it is to be done again."""
    ids = _reported(document, confirmer_id, units=units, numbers=numbers, actor=actor)
    refuse_unless(policy.may_act(actor, confirmer_id, Verb.REDO))
    refuse_unless(rules.wrong_reason(reason))
    parents = Assignment.objects.filter(id__in=ids).exclude(parent_id=None).values("parent_id")
    limits = Assignment.objects.filter(id__in=parents).exclude(due_on=None).order_by("due_on").values_list("due_on")
    today = local_day(at)
    first = limits.first()
    # A parent whose own date has passed cannot bind the new date of its child.
    limit = first[0] if first and first[0] and first[0] > today else None
    refuse_unless(rules.wrong_new_date(due_on, today=today, parent_due=limit))
    ids, others = fields.split(actor, ids)
    intents = Intents.of(actor, ids, unit_id=confirmer_id, at=at, again_by=("date", due_on))
    return over_again(intents, reason=reason.strip()).beside(others).or_refuse()


def _reported(
    document: str,
    confirmer_id: int,
    *,
    units: Sequence[int] | None,
    numbers: Sequence[int] | None,
    actor: Actor,
) -> list[int]:
    found = document_for(actor, document)
    mine = queries.visible_assignments(actor).filter(document_id=found.pk, confirmer_id=confirmer_id)
    if units is not None:
        mine = mine.filter(carrier_id__in=list(units))
    if numbers is not None:
        mine = mine.filter(task__number__in=list(numbers))
    if not mine.exists():
        raise OutOfReach(lazy("There is no such assignment within your reach."))
    # What was named is taken in whatever state it is, so that each refusal can say why; else what waits.
    if units is None or numbers is None:
        mine = mine.filter(state=State.REPORTED) if mine.filter(state=State.REPORTED).exists() else mine
    return list(mine.values_list("id", flat=True))
