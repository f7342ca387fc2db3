"""Overruling what the register of powers says of a task and its lead, with a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from isotherm.actor import Actor
from isotherm.directives import policy, powers
from isotherm.directives.models import Document, PowerOverrule
from isotherm.directives.queries import document_for
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, OutOfReach, refuse_unless
from isotherm.words import lazy


@transaction.atomic
def overrule(code: str, number: int, power_id: int, *, reason: str, actor: Actor, at: datetime) -> PowerOverrule:
    """The task goes to its lead although the power lies elsewhere, or although the lead says it cannot."""
    document = Document.objects.select_for_update().get(pk=document_for(actor, code).pk)
    refuse_unless(policy.may_review(actor, document))
    if document.state not in (Document.State.REGISTERED, Document.State.SUBMITTED):
        raise NotNow(lazy("The tasks of this document have already been sent."))
    if len(reason.strip()) < 5:
        raise NotAccepted(lazy("A reason is required: say in a sentence why."), field="reason")
    doubts = [one for one in powers.of_document(document) if (one.number, one.power.pk) == (number, power_id)]
    if not doubts:
        raise OutOfReach(lazy("The register of powers raises no such doubt."), remedy=lazy("Reload the page."))
    if doubts[0].overruled:
        raise NotNow(lazy("It was overruled already: %(reason)s"), {"reason": doubts[0].reason})
    made = PowerOverrule.objects.create(
        task=document.tasks.get(number=number),
        power_id=power_id,
        reason=reason.strip()[:1000],
        at=at,
        post_id=actor.post_id,
    )
    ledger.write(
        actor,
        "task.power_overruled",
        at=at,
        subject_kind="task",
        subject_id=made.task_id,
        subject_code=made.task.code,
        document_id=document.pk,
        unit_id=document.giver_id,
        facts={"power": power_id, "units": [one.unit_id for one in doubts], "reason": made.reason},
    )
    return made


def refuse_unsettled(document: Document) -> None:
    """Nobody gives tasks past a doubt that no person has settled."""
    open_ones = [one for one in powers.of_document(document) if not one.overruled]
    if open_ones:
        first = open_ones[0]
        raise NotNow(
            lazy("Task %(number)s needs a power that its lead does not hold or cannot use: “%(matter)s” (%(ground)s)."),
            {"number": first.number, "matter": first.power.matter, "ground": first.power.ground},
            remedy=lazy("Change the lead, or overrule the doubt with a reason."),
        )
