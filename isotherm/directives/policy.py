"""Who may register, confirm and send."""

from __future__ import annotations

from datetime import date

from isotherm.accounts import fields
from isotherm.accounts import signing as authorities
from isotherm.actor import Actor, Hand
from isotherm.directives.models import Document
from isotherm.refusals import NotYours, Refusal
from isotherm.words import lazy


def is_ours(actor: Actor, document: Document) -> bool:
    """The document of one of the actor's bodies: as its issuer, its giver, or the department that signed for it."""
    return bool(actor.units & document.bodies)


def may_hand_in(actor: Actor) -> Refusal | None:
    """Whose document it is shows when it was read; a post that registers none hands in none."""
    if actor.has(Hand.CLERK, Hand.OFFICER, Hand.APPROVER, Hand.LEADER):
        return None
    return NotYours(lazy("Your post does not register documents."), remedy=lazy("Ask the records clerk of your body."))


def may_register(actor: Actor, issuer_id: int, *, how: str = "own", day: date | None = None) -> Refusal | None:
    """The office of the body that issued the document enters it, for tasks to be given in that body's name. A
    department enters its committee's paper, too, where it signed it by order or by delegation."""
    refused = may_hand_in(actor)
    if refused is not None:
        return refused
    if actor.acts_for(issuer_id):
        return None
    if how != "own" and day is not None and authorities.signs_for(actor.units, issuer_id, how=how, day=day):
        return None
    return NotYours(
        lazy("Only the office of the issuing body can register its document and give its tasks."),
        remedy=lazy("Documents that were sent to you arrive on your desk by themselves."),
        field="issuer",
    )


def may_review(actor: Actor, document: Document) -> Refusal | None:
    if is_ours(actor, document) and actor.has(Hand.OFFICER, Hand.APPROVER, Hand.LEADER, Hand.MONITOR):
        return None
    return NotYours(
        lazy("Only the office of the issuing body confirms the tasks of this document."),
        remedy=lazy("You can read the document and its tasks here."),
    )


def may_see_grounds(actor: Actor, document: Document) -> Refusal | None:
    """What becomes of tasks that lose their ground is the issuing office's to settle, before others hear of it."""
    if is_ours(actor, document):
        return None
    return NotYours(
        lazy("What becomes of these tasks is decided by the office that gave them."),
        remedy=lazy("You can read the document and its tasks here."),
    )


def may_read_openings(actor: Actor, document: Document) -> Refusal | None:
    """Who opened a document within her reach is told to an inspector, and to the head of a body whose it is."""
    if actor.has(Hand.INSPECTOR) or (is_ours(actor, document) and actor.has(Hand.LEADER)):
        return None
    return NotYours(
        lazy("Who opened a document is shown to inspectors and to the head of the body whose document it is."),
        remedy=lazy("Ask the inspectorate, with the ground for it."),
    )


def may_know_names(actor: Actor) -> bool:
    """Offices are watched, not people: a head is told which posts; by name only the inspectorate is."""
    return actor.has(Hand.INSPECTOR)


def may_issue(actor: Actor, document: Document) -> Refusal | None:
    """Sending needs a second person: nobody approves what he submitted himself."""
    if not (is_ours(actor, document) and actor.has(Hand.APPROVER, Hand.LEADER)):
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
    return fields.outside(actor, document.issuer_id) or may_give_in_name(actor, document)


def may_give_in_name(actor: Actor, document: Document) -> Refusal | None:
    """A department gives in the committee's name only where an order or a delegation of the signing day is recorded."""
    if actor.acts_for(document.giver_id):
        return None
    day = document.signed_on
    if authorities.signs_for(actor.units, document.giver_id, how=document.signed_how, day=day):
        return None
    return NotYours(
        lazy("No order or delegation is recorded by which your body gave tasks in the committee's name on %(day)s."),
        {"day": day.strftime("%d/%m/%Y")},
        remedy=lazy(
            "The committee's office records it or sends the tasks itself. In its own name a department guides and "
            "requests: register it as signed in its own name, and it is recorded as a request, without scores."
        ),
    )


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
