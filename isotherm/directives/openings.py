"""Who opened a document, as far as the reader may know it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from isotherm.accounts import reach
from isotherm.actor import Actor
from isotherm.directives import policy
from isotherm.directives.models import Document
from isotherm.records.models import Opening
from isotherm.refusals import refuse_unless


def openings_of(actor: Actor, document: Document) -> QuerySet[Opening]:
    """Newest first. Of a body's own document by everybody; of another's, by the posts of bodies within reach."""
    refuse_unless(policy.may_read_openings(actor, document))
    rows = Opening.objects.filter(code=document.code).order_by("-id")
    if policy.is_ours(actor, document):
        return rows
    sql, params = reach.seen_units_sql(actor)
    return rows.filter(unit_id__in=RawSQL(sql, params))  # noqa: S611  the reach's own SQL
