"""Figures as they were: by the units of a past day, beside "as now".

While a page is read, the cells of its directives stand by the units of the day in a table of the transaction's own
(`then_cell`), made of the live cells and of what was carried since; so do break points (`then_break`). `heat` reads
these where its scope names a day. Reach is always asked of who answers now: both readings count the same pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from isotherm.analysis import rows
from isotherm.analysis.heat import Scope
from isotherm.execution import then
from isotherm.execution.expectation import level_of
from isotherm.execution.then import Change
from isotherm.units import queries as unit_queries
from isotherm.workdays.queries import current


@contextmanager
def reading(documents: Sequence[int], *, scope: Scope) -> Iterator[None]:
    """What is read inside is read by the units of the scope's day, if it names one."""
    if scope.then is None:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                f"create temporary table then_cell on commit drop as {then.cells_sql()}",
                then.params(documents, scope.then.day),
            )
            cursor.execute("analyze then_cell")
        yield
        with connection.cursor() as cursor:
            cursor.execute("drop table then_cell; drop table if exists then_break")


def find_breaks(documents: Sequence[int], *, scope: Scope, at: datetime, lens: str) -> None:
    """Break points by the units of the scope's day; whoever must act next is named as bodies are now."""
    if scope.then is None:
        return
    sql, params = rows.chosen(rows.Wanted(tuple(documents), step=lens, outcome="cold"), scope=Scope.whole(), at=at,
                              then_day=scope.then.day)  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.then_break")
        cursor.execute(
            f"""
            create temporary table then_break on commit drop as
            select x.document_id, %(lens)s::text as lens, x.level, x.upper_level, x.via_id, x.unit_id, x.now_id,
                   x.body_id, 'other'::text as body_level, x.cause, x.obstacle_id, count(*)::int as pairs,
                   min(x.due) as since
            from ({sql}) x group by 1, 3, 4, 5, 6, 7, 8, 10, 11
            """,
            {**params, "lens": lens},
        )
        cursor.execute("select distinct body_id from then_break")
        kinds = unit_queries.kinds_of([row[0] for row in cursor.fetchall()], current().day_of(at))
        cursor.execute(
            "update then_break b set body_level = l.level from unnest(%s::bigint[], %s::text[]) l(unit_id, level) "
            "where b.body_id = l.unit_id",
            [list(kinds), [level_of(kind) for kind in kinds.values()]],
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that lies between the two readings: event by event, the most pairs of a day first."""

    day: date
    changes: tuple[Change, ...]

    @property
    def pairs(self) -> int:
        return sum(one.pairs for one in self.changes)


def difference(documents: Sequence[int], *, scope: Scope) -> Difference | None:
    """What moved since the scope's day, among the pairs it counts."""
    if scope.then is None:
        return None
    inside, given = rows.named(scope, "m.now_id", "m.document_id")
    if scope.then.unit is not None:
        inside += f" and m.gone_id in ({rows.BELOW_THEN})"
        given |= rows.below_then(scope.then)
    with connection.cursor() as cursor:
        cursor.execute(then.changes_sql(inside), {**then.params(documents, scope.then.day), **given})
        return Difference(scope.then.day, tuple(Change(*row) for row in cursor.fetchall()))
