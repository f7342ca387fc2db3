"""Who may register, confirm and send."""

from __future__ import annotations

from isotherm.actor import Actor, Hand
from isotherm.directives.models import Document
from isotherm.refusals import NotYours, Refusal
from isotherm.words import lazy


def may_register(actor: Actor, issuer_id: int) -> Refusal | None:
    """The office of the body that issued the document enters it, for tasks to be given in that body's name."""
    if not actor.has(Hand.CLERK, Hand.OFFICER, Hand.APPROVER, Hand.LEADER):
        return NotYours(
            lazy("Your post does not register documents."), remedy=lazy("Ask the records clerk of your body.")
        )
    if actor.acts_for(issuer_id):
        return None
    return NotYours(
        lazy("Only the office of the issuing body can register its document and give its tasks."),
        remedy=lazy("Documents that were sent to you arrive on your desk by themselves."),
        field="issuer",
    )


def may_review(actor: Actor, document: Document) -> Refusal | None:
    if actor.acts_for(document.issuer_id) and actor.has(Hand.OFFICER, Hand.APPROVER, Hand.LEADER, Hand.MONITOR):
        return None
    return NotYours(
        lazy("Only the office of the issuing body confirms the tasks of this document."),
        remedy=lazy("You can read the document and its tasks here."),
    )


def may_see_grounds(actor: Actor, document: Document) -> Refusal | None:
    """What becomes of tasks that lose their ground is the issuing office's to settle, before others hear of it."""
    if actor.acts_for(document.issuer_id):
        return None
    return NotYours(
        lazy("What becomes of these tasks is decided by the office that gave them."),
        remedy=lazy("You can read the document and its tasks here."),
    )


def may_issue(actor: Actor, document: Document) -> Refusal | None:
    """Sending needs a second person: nobody approves what he submitted himself."""
    if not (actor.acts_for(document.issuer_id) and actor.has(Hand.APPROVER, Hand.LEADER)):
        return NotYours(
            lazy("Only the competent post of the issuing body sends its tasks."),
            remedy=lazy("Submit them; the head of your body or the head's deputy sends them."),
        )
    same_person = actor.person_id is not None and actor.person_id == document.submitted_by_person
    if same_person or actor.post_id == document.submitted_by_post:
        return NotYours(
            lazy("You submitted these tasks yourself: a second person must send them."),
            remedy=lazy("Ask another competent post of your body."),
        )
    return None


def may_bring_in(actor: Actor, document: Document) -> Refusal | None:
    """Rows of a list become proposed tasks: whoever confirms the tasks may bring them in."""
    return may_review(actor, document)


def may_ask_model(actor: Actor, document: Document) -> Refusal | None:
    """Whoever confirms the tasks may have them read a second time."""
    return may_review(actor, document)


def may_lay_beside(actor: Actor) -> Refusal | None:
    """What a second reading proposed is laid beside the rest by the job that asked, never by a person's hand."""
    if actor.is_system and actor.job == "second_reader":
        return None
    return NotYours(lazy("Only the second reading itself brings in what it found."))


def may_take_submission_back(actor: Actor, document: Document) -> Refusal | None:
    return may_review(actor, document)
