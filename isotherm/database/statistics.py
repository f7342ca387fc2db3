"""What the planner knows of a table, made true at once: for acts and jobs that read what was just filled.

The server's own autovacuum comes a minute or more later, and not at all where an operator has turned it down. The
product's role owns no table; since PostgreSQL 17 it is given the right to analyse them (`roles.py`). On an older server
with two roles nothing happens here, and nothing fails.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from psycopg import sql

CHANGED_ROWS = 20_000  # fewer are left to the server
CHANGED_SHARE = 0.1

# Of pg_class `c`: whether this role may analyse it.
_MAY = (
    "(pg_has_role(c.relowner, 'usage') or case when current_setting('server_version_num')::int >= 170000 "
    "then has_table_privilege(c.oid, 'MAINTAIN') else false end)"
)


def renew(tables: Sequence[str]) -> list[str]:
    """Analyse those of `tables` that this role may; which they were. Works inside a transaction, and sees its rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select c.relname from pg_class c where c.oid = any(%s::regclass[]) and {_MAY} order by 1", [list(tables)]
        )
        found = [row[0] for row in cursor.fetchall()]
        for table in found:
            cursor.execute(sql.SQL("analyze {}").format(sql.Identifier(table)))
    return found


def much_changed() -> list[str]:
    """The tables of which more than a tenth has changed since they were analysed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select s.relname from pg_stat_user_tables s join pg_class c on c.oid = s.relid
            where s.schemaname = 'public' and s.n_mod_since_analyze > %s
              and s.n_mod_since_analyze > %s * greatest(c.reltuples, 0)
            order by 1
            """,
            [CHANGED_ROWS, CHANGED_SHARE],
        )
        return [row[0] for row in cursor.fetchall()]
