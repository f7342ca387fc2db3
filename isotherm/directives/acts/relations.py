"""What a document's office says of a repeal that was read from its text: that it is so, or that it was misread."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from isotherm.actor import Actor
from isotherm.directives import policy
from isotherm.directives.models import Relation
from isotherm.directives.queries import document_for
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, OutOfReach, refuse_unless
from isotherm.words import lazy

JUDGED = ("right", "wrong")
TAKES_GROUND = ("repeals", "replaces")


@transaction.atomic
def judge(code: str, relation: int, judged: str, *, actor: Actor, at: datetime) -> Relation:
    """Other offices hear of a repeal once the document was sent, or its office has said that it is so. What is said of
    one place holds for every place where the text repeals the same document."""
    document = document_for(actor, code)
    refuse_unless(policy.may_review(actor, document))
    found = document.relations.select_for_update().filter(pk=relation, what__in=TAKES_GROUND).first()
    if found is None:
        raise OutOfReach(lazy("The text of this document repeals or replaces no such document."))
    if judged not in JUDGED:
        raise NotAccepted(lazy("Say whether the document repeals or replaces the other one."))
    if found.judged == judged:
        return found
    found.judged = judged
    same = document.relations.filter(symbol_key=found.symbol_key, what__in=TAKES_GROUND)
    same.update(judged=judged)
    ledger.write(
        actor,
        f"relation.judged_{judged}",
        at=at,
        subject_kind="document",
        subject_id=document.pk,
        subject_code=document.code,
        document_id=document.pk,
        unit_id=document.issuer_id,
        facts={"what": found.what, "symbol": found.symbol},
    )
    return found
