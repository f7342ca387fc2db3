"""Inside a unit the leader assigns the work to a post (phân công xử lý). The unit stays responsible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from isotherm.accounts.models import Post
from isotherm.actor import Actor
from isotherm.directives.queries import document_for
from isotherm.execution import policy, queries
from isotherm.execution.models import State
from isotherm.execution.rules import Verb
from isotherm.execution.sets import Intents, Outcome, run
from isotherm.refusals import NotAccepted, refuse_unless
from isotherm.words import lazy


@transaction.atomic
def hand_to(
    document: str,
    unit_id: int,
    *,
    post_id: int,
    note: str = "",
    numbers: Sequence[int] | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    found = document_for(actor, document)
    ids = queries.ids_for(actor, found, unit_id, states=[State.SENT, State.WORKING], numbers=numbers)
    refuse_unless(policy.may_act(actor, unit_id, Verb.HAND_TO))
    if not Post.objects.filter(pk=post_id, unit_id=unit_id, valid__contains=actor.day).exists():
        raise NotAccepted(lazy("Choose a post of your own body."), field="post")
    return run(
        Verb.HAND_TO,
        Intents.of(actor, ids, unit_id=unit_id, at=at, to_post=("bigint", post_id)),
        changes={"desk_id": "p.to_post"},
        facts={"note": note.strip()[:1000], "post": post_id},
        ledger_verb="handed_to",
    ).or_refuse()
