"""Who may do which act on assignments. A policy asks about the person; what the state allows is a rule."""

from __future__ import annotations

from collections.abc import Mapping

from isotherm.actor import Actor, Hand
from isotherm.execution.rules import Verb
from isotherm.refusals import NotYours, Refusal
from isotherm.words import lazy

_H = Hand
# Inside a unit the work has hands. The competent post's act is the unit's act; the records clerk takes up what
# arrives and enters what signed paper did; the officer drafts.
HANDS: Mapping[Verb, tuple[Hand, ...]] = {
    Verb.TAKE_UP: (_H.CLERK, _H.OFFICER, _H.APPROVER, _H.LEADER),
    Verb.PLAN: (_H.APPROVER,),
    Verb.SEND_ON: (_H.APPROVER,),
    Verb.ASK_RECONSIDER: (_H.APPROVER,),
    Verb.UPHOLD_RETURN: (_H.APPROVER,),
    Verb.REFUSE_RETURN: (_H.APPROVER,),
    Verb.REPORT: (_H.APPROVER,),
    Verb.REPORT_DONE: (_H.APPROVER,),
    Verb.TAKE_BACK: (_H.APPROVER,),
    Verb.CONFIRM: (_H.APPROVER,),
    Verb.REDO: (_H.APPROVER,),
    Verb.PAUSE: (_H.APPROVER,),
    Verb.RESUME: (_H.APPROVER,),
    Verb.WITHDRAW: (_H.APPROVER,),
    Verb.URGE: (_H.APPROVER, _H.LEADER, _H.MONITOR),
    Verb.HAND_TO: (_H.LEADER, _H.APPROVER),
    Verb.CORRECT_DUE: (_H.APPROVER, _H.LEADER),
}


def may_act(actor: Actor, unit_id: int, verb: Verb, *, paper: str | None = None) -> Refusal | None:
    """Whether `actor` does `verb` as an act of `unit_id`. A cited signed paper lets the records clerk enter it."""
    if not actor.acts_for(unit_id):
        return NotYours(
            lazy("Only %(unit)s itself may do this."),
            {"unit": lazy("the body concerned")},
            remedy=lazy("The page names the body that must act next."),
        )
    if actor.has(*HANDS[verb]):
        return None
    if paper and actor.has(Hand.CLERK, Hand.OFFICER):
        return None
    if actor.has(Hand.OFFICER):
        return NotYours(
            lazy("This becomes your body's act once the competent post approves it."),
            remedy=lazy("Save it as a draft for approval, or cite the signed document."),
        )
    return NotYours(
        lazy("Your post may not do this."),
        remedy=lazy("The competent post of your body does it; with a signed document, the records clerk enters it."),
    )


def may_draft(actor: Actor, unit_id: int) -> Refusal | None:
    if actor.acts_for(unit_id) and actor.has(Hand.OFFICER, Hand.CLERK, Hand.LEADER, Hand.APPROVER):
        return None
    return NotYours(lazy("Your post may not prepare acts of this body."))


def may_decide_pause(actor: Actor, *, owing_id: int, giver_ids: set[int]) -> Refusal | None:
    """The owing body, or the body that gave the waiting assignments, accepts or refuses a pause."""
    parties = {owing_id, *giver_ids}
    if actor.units & parties and actor.has(Hand.APPROVER):
        return None
    return NotYours(
        lazy("Only the body that owes it, or the body that gave the task, decides on this pause."),
    )


def may_deliver(actor: Actor, *, owing_id: int) -> Refusal | None:
    if actor.acts_for(owing_id) and actor.has(Hand.APPROVER, Hand.CLERK):
        return None
    return NotYours(lazy("Only the body that owes it says that it has been delivered."))
