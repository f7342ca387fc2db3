"""Who owns the tables and who works in them: two roles, so that the product cannot change what it may only add to."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from django.db import connections
from psycopg import sql

from isotherm.database.where import APPLICATION, NAME, OWNER, PORT, SUPERUSER, Place

EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")


def connect(place: Place, *, user: str, name: str, timeout: int = 5) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(place.sockets), port=PORT, user=user, dbname=name, connect_timeout=timeout, autocommit=True
    )


def bootstrap(place: Place) -> None:
    """Roles, database, extensions. May run again after being cut off: the application's LOGIN comes last."""
    with connect(place, user=SUPERUSER, name="postgres") as server:
        have = {row[0] for row in server.execute("SELECT rolname FROM pg_roles")}
        if OWNER not in have:
            server.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(OWNER)))
        if APPLICATION not in have:
            server.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(APPLICATION)))
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone() is None:
            server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(NAME), sql.Identifier(OWNER)))
    with connect(place, user=OWNER, name=NAME) as database:
        _extend(database)
    # Test databases are copies of template1.
    with connect(place, user=SUPERUSER, name="template1") as template:
        _extend(template)
    with connect(place, user=SUPERUSER, name="postgres") as server:
        server.execute(sql.SQL("ALTER ROLE {} LOGIN").format(sql.Identifier(APPLICATION)))


def _extend(database: psycopg.Connection[tuple[object, ...]]) -> None:
    for extension in EXTENSIONS:
        database.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def grant(append_only: Sequence[str]) -> None:
    """After every migration: the application's role may work in all tables, and only read and add to `append_only`.

    Nothing to do where DATABASE_URL gives one role for both.
    """
    owner = connections["owner"]
    role, own = connections["default"].settings_dict["USER"], owner.settings_dict["USER"]
    if role == own:
        return
    with owner.cursor() as cursor:
        cursor.execute(statements(role=role, owner=own, database=owner.settings_dict["NAME"], append_only=append_only))
        # The right to analyse a table changes nothing in it. Servers before 17 know no such right.
        cursor.execute("SELECT current_setting('server_version_num')::int >= 170000")
        if cursor.fetchone()[0]:
            to, by = sql.Identifier(role), sql.Identifier(own)
            cursor.execute(sql.SQL("GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {}").format(to).as_string())
            cursor.execute(
                sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT MAINTAIN ON TABLES TO {}")
                .format(by, to)
                .as_string()
            )


def statements(*, role: str, owner: str, database: str, append_only: Sequence[str]) -> str:
    """One string, so that it runs as one transaction and no table is ever open for a moment."""
    to, by = sql.Identifier(role), sql.Identifier(owner)
    lines = [
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(sql.Identifier(database), to),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(to),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(to),
        sql.SQL("GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {}").format(to),
        sql.SQL(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}"
        ).format(by, to),
        sql.SQL(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {}"
        ).format(by, to),
        *(
            sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier("public", table), to)
            for table in append_only
        ),
    ]
    return sql.SQL(";\n").join(lines).as_string()
