"""Recomputing what is derived of a changed directive: break points, held days, chains, reach."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from isotherm.analysis.models import BreakPoint, Chains, Freshness, Holding, Reach
from isotherm.execution.expectation import level_of
from isotherm.execution.outcomes import due_moment
from isotherm.units import queries as unit_queries
from isotherm.workdays.queries import current

_SQL = Path(__file__).parent / "sql"


@cache
def _query(name: str) -> str:
    """A named query of `sql/`, with the due moments it is built on."""
    text = (_SQL / f"{name}.sql").read_text(encoding="utf-8")
    return (
        text.replace("{upper_allowed}", due_moment("p.upper_send_on_due"))
        .replace("{take_up_moment}", due_moment("p.take_up_due"))
    )


@transaction.atomic
def refresh(document_id: int, at: datetime) -> None:
    """Make the derived rows of one document anew as of `at`. Two refreshes of one document wait for each other."""
    days = current()
    params: dict[str, int | str | date | datetime] = {
        "document": document_id,
        "at": at,
        "last_due": days.last_due_day(at),
        "zone": settings.TIME_ZONE,
    }
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('isotherm.refresh'), hashint8(%s))", [document_id])
        for model in (BreakPoint, Holding, Chains, Reach):
            model.objects.filter(document_id=document_id).delete()
        # The pairs are worked out once; the planner learns how many they are before it joins them.
        cursor.execute(f"create temporary table analysis_pair on commit drop as {_query('pairs')}", params)
        cursor.execute("analyze analysis_pair")
        for name in ("break_points", "holdings", "chains", "reach"):
            cursor.execute(_query(name), params)
        cursor.execute("drop table analysis_pair")
    _name_levels(document_id, at)
    Freshness.objects.update_or_create(document_id=document_id, defaults={"data_at": at})


def _name_levels(document_id: int, at: datetime) -> None:
    """On which level each body that must act stands."""
    bodies = set(BreakPoint.objects.filter(document_id=document_id).values_list("body_id", flat=True).distinct())
    holders = set(Holding.objects.filter(document_id=document_id).values_list("holder_id", flat=True).distinct())
    kinds = unit_queries.kinds_of(bodies | holders, current().day_of(at))
    by_level: dict[str, list[int]] = {}
    for unit, kind in kinds.items():
        by_level.setdefault(level_of(kind), []).append(unit)
    for level, units in by_level.items():
        BreakPoint.objects.filter(document_id=document_id, body_id__in=units).update(body_level=level)
        Holding.objects.filter(document_id=document_id, holder_id__in=units).update(holder_level=level)


def refresh_changed(now: datetime) -> int:
    """Refresh the issued documents with acts, or with dates that fell due, since their figures were made. Returns how
    many. Lines that committed late are caught by looking back two minutes."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select d.id from directives_document d
            left join analysis_freshness f on f.document_id = d.id
            where d.state = 'issued' and (
                f.data_at is null
                or f.data_at < %(last_due)s
                or exists (
                    select 1 from records_ledgerline l
                    where l.document_id = d.id and l.written_at > f.data_at - interval '2 minutes'
                )
            )
            order by f.data_at nulls first
            """,
            {"last_due": current().due_moment(current().last_due_day(now))},
        )
        changed = [row[0] for row in cursor.fetchall()]
    for document_id in changed:
        refresh(document_id, now)
    return len(changed)
