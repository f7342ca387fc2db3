"""Urging (đôn đốc): an act of a body, with words, over everything that still waits for the units it names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from isotherm.actor import Actor
from isotherm.directives.queries import document_for
from isotherm.execution import fields, policy, queries
from isotherm.execution.models import OPEN
from isotherm.execution.rules import Verb
from isotherm.execution.sets import Intents, Outcome, run
from isotherm.refusals import NotAccepted, NotNow, NotYours, refuse_unless
from isotherm.words import lazy


@transaction.atomic
def urge(
    document: str,
    assignments: Sequence[int],
    *,
    words: str,
    by_unit: int,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Urge the holders of these open assignments, in the name of `by_unit`, which stands above them."""
    found = document_for(actor, document)
    refuse_unless(policy.may_act(actor, by_unit, Verb.URGE))
    if not words.strip():
        raise NotAccepted(lazy("Write one sentence that says what is expected and by when."), field="words")
    mine = queries.visible_assignments(actor).filter(
        document_id=found.pk, id__in=list(assignments), state__in=[state.value for state in OPEN]
    )
    rows = list(mine.values_list("id", "carrier_id"))
    if not rows:
        raise NotNow(lazy("Nothing among these waits for anybody any more."))
    if all(carrier == by_unit for _one, carrier in rows):
        raise NotYours(lazy("A body does not urge itself."))
    ids = [one for one, carrier in rows if carrier != by_unit]
    ids, others = fields.split(actor, ids)
    outcome = run(
        Verb.URGE,
        Intents.of(actor, ids, unit_id=by_unit, at=at),
        changes={"urged_at": "p.act_at"},
        facts={"words": words.strip()[:1000]},
        ledger_verb="urged",
    )
    return outcome.beside(others).or_refuse()
