"""What becomes of papers when a unit ends: what it issued stays its own; what waits with it goes to the heir."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from isotherm.actor import Actor
from isotherm.directives.models import Document
from isotherm.records import ledger
from isotherm.units.models import Reorganisation
from isotherm.units.reorganisation.plan import Finding, Plan
from isotherm.words import lazy

WAITING = ("registered", "submitted")
# (table, column) of rows that name a unit that must still act; issuers are history and stay.
_ACTING = (
    ("directives_document", "office_id", "state in ('registered', 'submitted')"),
    ("directives_task", "confirmer_id", "state <> 'recalled'"),
    ("directives_task", "monitor_id", "state <> 'recalled'"),
    (
        "directives_lead",
        "unit_id",
        "exists (select 1 from directives_task t where t.id = x.task_id and t.state in ('proposed', 'accepted')) "
        "and not exists (select 1 from directives_lead l where l.task_id = x.task_id and l.unit_id = h.heir)",
    ),
)


def findings(plan: Plan) -> list[Finding]:
    """Documents of an ended unit that nobody has sent yet: after the day they could not be sent in its name."""
    rows = Document.objects.filter(issuer__code__in=plan.ended, state__in=WAITING).select_related("issuer")
    return [
        Finding(
            lazy("%(symbol)s of %(unit)s waits to be confirmed or sent."),
            {"symbol": one.symbol or one.code, "unit": one.issuer.code},
            lazy("Send it before the day; after it the heir decides what becomes of it."),
            unit=one.issuer.code,
            stops=False,
        )
        for one in rows.order_by("symbol_key")
    ]


@transaction.atomic
def take_over(made: Reorganisation, heirs: Mapping[int, int], *, actor: Actor, at: datetime) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    total = 0
    with connection.cursor() as cursor:
        for table, column, condition in _ACTING:
            cursor.execute(
                f"""
                with changed as (
                    select x.id, h.gone, h.heir from {table} x
                    join unnest(%s::bigint[], %s::bigint[]) h(gone, heir) on h.gone = x.{column}
                    where {condition}
                )
                update {table} y set {column} = c.heir from changed c where y.id = c.id returning y.id, c.gone, c.heir
                """,
                [list(heirs), list(heirs.values())],
            )
            rows = [list(row) for row in cursor.fetchall()]
            kept[f"{table}.{column}"] = rows
            total += len(rows)
    if total:
        _line(actor, "documents.inherited", made, at=at, rows=total)
    return kept


@transaction.atomic
def give_back(made: Reorganisation, kept: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    """What nobody has changed since goes back."""
    total = 0
    with connection.cursor() as cursor:
        for place, rows in kept.items():
            table, column = place.split(".")
            cursor.execute(
                f"update {table} y set {column} = c.gone from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) "
                f"c(id, gone, heir) where y.id = c.id and y.{column} = c.heir",
                [[row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]],
            )
            total += cursor.rowcount
    if total:
        _line(actor, "documents.returned", made, at=at, rows=total)


def _line(actor: Actor, verb: str, made: Reorganisation, *, at: datetime, rows: int) -> None:
    ledger.write(
        actor,
        verb,
        at=at,
        subject_kind="reorganisation",
        subject_id=made.pk,
        subject_code=made.code,
        unit_id=made.authority_id,
        facts={"rows": rows},
        paper=made.document,
    )
