"""A unit asks the assigning body to reconsider (wrong addressee, impossible); the assigning body decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from isotherm.actor import Actor
from isotherm.directives.queries import document_for
from isotherm.execution import fields, policy, queries, rules
from isotherm.execution.acts.report import WORKING_HOLDER_DUE, decide_requests
from isotherm.execution.clocks import decision_due
from isotherm.execution.giving import move_missing_below
from isotherm.execution.models import Request, State
from isotherm.execution.outcomes import due_moment
from isotherm.execution.rules import Verb
from isotherm.execution.sets import Intents, Outcome, run
from isotherm.refusals import OutOfReach, refuse_unless
from isotherm.words import lazy

ASKED = {
    # Asking is an answer: the unit has taken it up.
    "taken_up_at": "coalesce(p.taken_up_at, p.act_at)",
    "holder_id": "p.giver_id",
    "holder_due": due_moment("p.decide_by"),
}
UPHELD = {"closed_at": "p.act_at", "holder_id": "null", "holder_due": "null"}
REFUSED = {"holder_id": "p.carrier_id", "holder_due": WORKING_HOLDER_DUE}


def over(intents: Intents, *, reason: str) -> Outcome:
    """`intents` carries `decide_by` (date)."""
    outcome = run(
        Verb.ASK_RECONSIDER, intents, changes=ASKED, facts={"reason": reason}, ledger_verb="reconsideration_asked"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into execution_request (assignment_id, what, reason, asked_of_id, asked_at, decide_due, decision,
                                           decision_reason)
            select a.id, 'reconsider', %s, a.giver_id, a.state_since,
                   (a.holder_due at time zone current_setting('TimeZone'))::date, '', ''
            from execution_assignment a where a.id = any(%s)
            """,
            [reason, outcome.assignments],
        )
    return outcome


@transaction.atomic
def ask(
    document: str,
    unit_id: int,
    *,
    reason: str,
    numbers: Sequence[int] | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    found = document_for(actor, document)
    ids = queries.ids_for(actor, found, unit_id, states=[State.SENT, State.WORKING], numbers=numbers)
    refuse_unless(policy.may_act(actor, unit_id, Verb.ASK_RECONSIDER))
    refuse_unless(rules.wrong_reason(reason))
    intents = Intents.of(actor, ids, unit_id=unit_id, at=at, decide_by=("date", decision_due("return", at)))
    return over(intents, reason=reason.strip()).or_refuse()


@transaction.atomic
def decide(
    document: str,
    giver_id: int,
    *,
    agreed: bool,
    reason: str,
    units: Sequence[int] | None = None,
    numbers: Sequence[int] | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Uphold the request (the assignment goes back) or refuse it (the unit works on; its clock never stopped)."""
    verb = Verb.UPHOLD_RETURN if agreed else Verb.REFUSE_RETURN
    found = document_for(actor, document)
    mine = queries.visible_assignments(actor).filter(document_id=found.pk, giver_id=giver_id)
    if units is not None:
        mine = mine.filter(carrier_id__in=list(units))
    if numbers is not None:
        mine = mine.filter(task__number__in=list(numbers))
    if not mine.exists():
        raise OutOfReach(lazy("There is no such assignment within your reach."))
    if mine.filter(state=State.RECONSIDER).exists():
        mine = mine.filter(state=State.RECONSIDER)
    refuse_unless(policy.may_act(actor, giver_id, verb))
    refuse_unless(rules.wrong_reason(reason))
    ids, others = fields.split(actor, list(mine.values_list("id", flat=True)))
    intents = Intents.of(actor, ids, unit_id=giver_id, at=at)
    return over_decision(intents, agreed=agreed, reason=reason.strip()).beside(others).or_refuse()


def over_decision(intents: Intents, *, agreed: bool, reason: str) -> Outcome:
    """The decision over a set whose right to act was decided."""
    outcome = run(
        Verb.UPHOLD_RETURN if agreed else Verb.REFUSE_RETURN,
        intents,
        changes=UPHELD if agreed else REFUSED,
        facts={"reason": reason},
        ledger_verb="return_upheld" if agreed else "return_refused",
    )
    if agreed:
        # Who was to be told through this unit is no longer expected either.
        move_missing_below(outcome.assignments, old="missing", new="withdrawn")
    decision = Request.Decision.AGREED if agreed else Request.Decision.REFUSED
    decide_requests(outcome, what=Request.What.RECONSIDER, decision=decision, reason=reason)
    return outcome
