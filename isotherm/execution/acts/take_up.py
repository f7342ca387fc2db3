"""Taking up (tiếp nhận): one acknowledgement covers all tasks of a document at a unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from isotherm.actor import Actor
from isotherm.directives.queries import document_for
from isotherm.execution import policy, queries
from isotherm.execution.models import State
from isotherm.execution.papers import Paper, counts_from, is_late_entry, wrong_paper
from isotherm.execution.rules import Verb
from isotherm.execution.sets import Intents, Line, Outcome, Refused, run
from isotherm.refusals import Refusal, refuse_unless

CHANGES = {"taken_up_at": "coalesce(p.taken_up_at, p.act_at)"}


def over(intents: Intents, *, paper: str | None = None, late_entry: bool = False) -> Outcome:
    """The verb over a set whose right to act was decided: rows of other carriers are refused by the set itself."""
    return run(Verb.TAKE_UP, intents, changes=CHANGES, paper=paper, late_entry=late_entry, ledger_verb="taken_up")


@transaction.atomic
def take_up(
    document: str,
    unit_id: int,
    *,
    numbers: Sequence[int] | None = None,
    paper: Paper | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    found = document_for(actor, document)
    ids = queries.ids_for(actor, found, unit_id, states=[State.SENT], numbers=numbers)
    refuse_unless(policy.may_act(actor, unit_id, Verb.TAKE_UP))
    refuse_unless(wrong_paper(paper, at=at))
    intents = Intents.of(actor, ids, unit_id=unit_id, at=counts_from(paper, at))
    return over(intents, paper=paper.symbol if paper else None, late_entry=is_late_entry(paper, at)).or_refuse()


@transaction.atomic
def take_up_several(wanted: Sequence[tuple[str, int]], *, actor: Actor, at: datetime) -> Outcome:
    """Several documents (address, unit) at once: what cannot be taken up is listed and keeps nothing else back."""
    lines: list[Line] = []
    refused: list[Refused] = []
    for document, unit_id in wanted:
        try:
            outcome = take_up(document, unit_id, actor=actor, at=at)
        except Refusal as no:
            refused.append(Refused(assignment_id=0, refusal=no))
            continue
        lines += outcome.lines
        refused += outcome.refused
    return Outcome(lines=tuple(lines), refused=tuple(refused))
