"""Adding the signed deltas into the cells, and reading both as one."""

from __future__ import annotations

from django.db import connection, transaction

from isotherm.tallies.models import KEYS

_KEYS = ", ".join(KEYS)

# Cells and what has not been folded yet: a reader never waits for the fold, and never sees a half of it.
CELLS_SQL = f"""(
    select {_KEYS}, n from tallies_cell
    union all
    select {_KEYS}, n from tallies_delta
)"""


@transaction.atomic
def fold() -> int:
    """Add all visible deltas into the cells; returns how many deltas were folded. Safe beside acts and itself."""
    with connection.cursor() as cursor:
        # One folder at a time: two would wait for each other's cells.
        cursor.execute("select pg_advisory_xact_lock(hashtext('isotherm.tallies.fold'))")
        cursor.execute(
            f"""
            with moved as (delete from tallies_delta returning {_KEYS}, n),
                 summed as (select {_KEYS}, sum(n)::int as n, count(*) as deltas from moved group by {_KEYS}),
                 added as (
                    insert into tallies_cell ({_KEYS}, n)
                    select {_KEYS}, n from summed where n <> 0
                    on conflict ({_KEYS}) do update set n = tallies_cell.n + excluded.n
                 )
            select coalesce(sum(deltas), 0) from summed
            """
        )
        folded = int(cursor.fetchone()[0])
        if folded:
            cursor.execute("delete from tallies_cell where n = 0")
    return folded
