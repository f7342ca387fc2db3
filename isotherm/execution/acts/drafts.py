"""Inside a unit an officer prepares an act and the competent post approves it; only then is it the unit's.

A draft keeps the act's name and its words; approving does the act as the approver, with the drafter in the ledger line
of the approval. What can no longer be done by then is refused like any other act, and the draft keeps waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from isotherm.actor import Actor, Hand
from isotherm.directives.queries import document_for
from isotherm.execution import fields, policy
from isotherm.execution.acts import obstacles, plan, reconsider, report, send_on
from isotherm.execution.models import Draft
from isotherm.execution.papers import Evidence
from isotherm.execution.queries import visible_drafts
from isotherm.execution.sets import Outcome
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach, refuse_unless
from isotherm.words import lazy


def _evidence(payload: Mapping[str, Any]) -> tuple[Evidence, ...]:
    return tuple(Evidence(**one) for one in payload.get("evidence", ()))


def _plan(document: str, unit_id: int, payload: Mapping[str, Any], actor: Actor, at: datetime) -> Outcome:
    return plan.plan(
        document,
        unit_id,
        words=payload["words"],
        evidence=_evidence(payload),
        numbers=payload.get("numbers"),
        actor=actor,
        at=at,
    )


def _report(document: str, unit_id: int, payload: Mapping[str, Any], actor: Actor, at: datetime) -> Outcome:
    return report.report(
        document,
        unit_id,
        percent=int(payload["percent"]),
        words=payload["words"],
        done=bool(payload["done"]),
        evidence=_evidence(payload),
        numbers=payload.get("numbers"),
        actor=actor,
        at=at,
    )


def _send_on(document: str, unit_id: int, payload: Mapping[str, Any], actor: Actor, at: datetime) -> Outcome:
    due = payload.get("due_on")
    return send_on.send_on(
        document,
        unit_id,
        targets=payload.get("targets"),
        due_on=date.fromisoformat(due) if due else None,
        numbers=payload.get("numbers"),
        actor=actor,
        at=at,
    )


def _reconsider(document: str, unit_id: int, payload: Mapping[str, Any], actor: Actor, at: datetime) -> Outcome:
    return reconsider.ask(
        document, unit_id, reason=payload["reason"], numbers=payload.get("numbers"), actor=actor, at=at
    )


def _obstacle(document: str, unit_id: int, payload: Mapping[str, Any], actor: Actor, at: datetime) -> Outcome:
    obstacles.raise_obstacle(
        document,
        unit_id,
        kind=payload["kind"],
        missing=payload["missing"],
        owing_id=int(payload["owing"]),
        numbers=payload.get("numbers"),
        actor=actor,
        at=at,
    )
    return Outcome()


VERBS: Mapping[str, Callable[[str, int, Mapping[str, Any], Actor, datetime], Outcome]] = {
    "plan": _plan,
    "report": _report,
    "send_on": _send_on,
    "reconsider": _reconsider,
    "obstacle": _obstacle,
}


@transaction.atomic
def draft(
    document: str, unit_id: int, *, verb: str, payload: Mapping[str, Any], summary: str, actor: Actor, at: datetime
) -> Draft:
    """Keep a prepared act for approval."""
    found = document_for(actor, document)
    refuse_unless(policy.may_draft(actor, unit_id))
    if verb not in VERBS:
        raise NotAccepted(lazy("This act cannot be drafted."))
    made = Draft.objects.create(
        unit_id=unit_id,
        document_id=found.pk,
        verb=verb,
        payload={**payload, "document": found.code},
        summary=summary[:2000],
        made_by_post=actor.post_id or 0,
        made_by_person=actor.person_id,
        made_at=at,
    )
    _line(made, "draft.made", actor=actor, at=at)
    return made


@transaction.atomic
def approve(draft_id: int, *, actor: Actor, at: datetime) -> Outcome:
    made = _waiting(draft_id, actor)
    if actor.person_id is not None and actor.person_id == made.made_by_person:
        raise NotYours(
            lazy("You prepared this draft yourself: nobody approves a draft of his own."),
            remedy=lazy("Ask another competent post of your body, or do it in your own name on the task's page."),
        )
    refuse_unless(fields.outside(actor, made.unit_id, made.document_id))
    outcome = VERBS[made.verb](made.payload["document"], made.unit_id, made.payload, actor, at)
    _decide(made, Draft.State.APPROVED, note="", actor=actor, at=at)
    return outcome


@transaction.atomic
def send_back(draft_id: int, *, note: str, actor: Actor, at: datetime) -> Draft:
    made = _waiting(draft_id, actor)
    if len(note.strip()) < 3:
        raise NotAccepted(lazy("Say what is to be changed."), field="note")
    _decide(made, Draft.State.REFUSED, note=note.strip(), actor=actor, at=at)
    return made


def _waiting(draft_id: int, actor: Actor) -> Draft:
    made = visible_drafts(actor).select_for_update().filter(pk=draft_id).first()
    if made is None:
        raise OutOfReach(lazy("There is no such draft within your reach."))
    if not actor.has(Hand.APPROVER):
        raise NotYours(lazy("Only the competent post of your body approves drafts."))
    if made.state != Draft.State.WAITING:
        raise NotNow(lazy("This draft has already been decided."))
    return made


def _decide(made: Draft, state: Draft.State, *, note: str, actor: Actor, at: datetime) -> None:
    made.state, made.note, made.decided_by_post, made.decided_at = state, note, actor.post_id, at
    made.save(update_fields=["state", "note", "decided_by_post", "decided_at"])
    _line(made, f"draft.{state.value}", actor=actor, at=at)


def _line(made: Draft, verb: str, *, actor: Actor, at: datetime) -> None:
    ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="draft",
        subject_id=made.pk,
        document_id=made.document_id,
        unit_id=made.unit_id,
        facts={"verb": made.verb, "drafted_by": made.made_by_post},
    )
