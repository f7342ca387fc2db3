"""After a mass act the planner works with the numbers of before: whoever filled a table says so at once.

The server's own autovacuum comes a minute or more later, and not at all where an operator has turned it down. The
product's role owns no table; since PostgreSQL 17 it is given the right to analyse them (`database/roles.py`). On an
older server with two roles this does nothing.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from psycopg import sql

CHANGED_ROWS = 20_000  # fewer are left to the server
CHANGED_SHARE = 0.1


def renew(_now: datetime) -> list[str]:
    """Analyse the tables of which much has changed since; which they were."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select s.relname from pg_stat_user_tables s join pg_class c on c.oid = s.relid
            where s.schemaname = 'public' and s.n_mod_since_analyze > %s
              and s.n_mod_since_analyze > %s * greatest(c.reltuples, 0)
              and (pg_has_role(c.relowner, 'usage') or case when current_setting('server_version_num')::int >= 170000
                   then has_table_privilege(c.oid, 'MAINTAIN') else false end)
            order by 1
            """,
            [CHANGED_ROWS, CHANGED_SHARE],
        )
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            cursor.execute(sql.SQL("analyze {}").format(sql.Identifier(table)))
    return tables
