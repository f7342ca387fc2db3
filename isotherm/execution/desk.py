"""What waits for a post: the reads of the desk, always the same number of statements."""

from __future__ import annotations

from django.db import connection

from isotherm.accounts import reach
from isotherm.actor import Actor


def waiting_count(actor: Actor) -> int:
    """How many document-and-unit lines wait for the actor's own bodies now."""
    if reach.sees_no_work(actor):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select count(*) from (
                select 1 from execution_assignment where holder_id = any(%(own)s)
                group by document_id, holder_id, state
            ) lines
            """,
            {"own": sorted(actor.units)},
        )
        return int(cursor.fetchone()[0])
