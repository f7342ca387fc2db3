"""A unit's plan or action programme: one plan covers all tasks of a document at a unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from isotherm.actor import Actor
from isotherm.directives.queries import document_for
from isotherm.execution import policy, queries
from isotherm.execution.models import Plan, State
from isotherm.execution.papers import Evidence, Paper, attach, counts_from, is_late_entry, wrong_paper
from isotherm.execution.rules import Verb
from isotherm.execution.sets import Intents, Outcome, run
from isotherm.refusals import NotAccepted, refuse_unless
from isotherm.words import lazy

CHANGES = {"planned_at": "coalesce(p.planned_at, p.act_at)"}


def over(
    intents: Intents, *, words: str, paper: Paper | None = None, late_entry: bool = False
) -> tuple[Outcome, list[Plan]]:
    outcome = run(
        Verb.PLAN,
        intents,
        changes=CHANGES,
        paper=paper.symbol if paper else None,
        late_entry=late_entry,
        ledger_verb="planned",
    )
    plans = Plan.objects.bulk_create(
        Plan(
            document_id=line.document_id,
            unit_id=line.unit_id,
            words=words,
            symbol=paper.symbol if paper else "",
            signed_on=paper.signed_on if paper else None,
            at=line.at,
            line_id=line.id,
        )
        for line in outcome.lines
    )
    return outcome, plans


@transaction.atomic
def plan(
    document: str,
    unit_id: int,
    *,
    words: str = "",
    evidence: Sequence[Evidence] = (),
    numbers: Sequence[int] | None = None,
    paper: Paper | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    found = document_for(actor, document)
    ids = queries.ids_for(actor, found, unit_id, states=[State.WORKING, State.SENT], numbers=numbers)
    refuse_unless(policy.may_act(actor, unit_id, Verb.PLAN, paper=paper.symbol if paper else None))
    refuse_unless(wrong_paper(paper, at=at))
    if not words.strip() and not evidence and paper is None:
        raise NotAccepted(
            lazy("A plan needs words, a file, or the signed document that holds it."),
            remedy=lazy("Write the steps, attach the plan, or cite its number, symbol and date."),
            field="words",
        )
    intents = Intents.of(actor, ids, unit_id=unit_id, at=counts_from(paper, at))
    outcome, plans = over(intents, words=words.strip(), paper=paper, late_entry=is_late_entry(paper, at))
    outcome.or_refuse()
    for one in plans:
        attach("plan", one.pk, evidence)
    return outcome
