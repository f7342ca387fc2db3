"""`isotherm setup`: the schema, the rights of the product's role, and the country package. May run again."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import click

from isotherm.doors.cli.start import with_database

Say = Callable[[str], None]


def prepare_schema(say: Say) -> None:
    """Migrate as the owner of the tables, then give the product's role what it needs and no more."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from isotherm.database import grant
    from isotherm.records.models import APPEND_ONLY

    call_command("migrate", database="owner", verbosity=0, interactive=False)
    grant(APPEND_ONLY)
    with connections["owner"].cursor() as cursor:
        _number_ids(cursor, settings.INSTALLATION)
    say("schema ready")


def _number_ids(cursor: object, installation: int) -> None:
    """Ids begin at the installation's number in the bits above 40, so that federated servers never clash. They stay
    below 2**53, which every program counts exactly."""
    first = (installation << 40) + 1
    cursor.execute(  # type: ignore[attr-defined]
        """
        select format('%%I.%%I', schemaname, sequencename) from pg_sequences
        where schemaname = 'public' and sequencename not like 'procrastinate%%' and sequencename not like 'django%%'
          and sequencename not like 'auth%%' and coalesce(last_value, 0) < %s and data_type = 'bigint'::regtype
        """,
        [first],
    )
    for (name,) in cursor.fetchall():  # type: ignore[attr-defined]
        cursor.execute(f"alter sequence {name} restart with {first}")  # type: ignore[attr-defined]


def load_country(say: Say) -> None:
    from isotherm.accounts import seats
    from isotherm.execution import inherit
    from isotherm.units import register
    from isotherm.workdays import register as days

    began = time.monotonic()
    report = register.load(progress=say)
    added = days.load()
    posts = seats.load(since=date(2025, 7, 1))
    say(f"{report.units} units, {added.added} special days and {posts} new posts in {time.monotonic() - began:.1f} s")
    if left := inherit.left_behind():
        say(
            f"{sum(one.duties for one in left)} open duties name {len(left)} bodies that have ended and were not "
            "reorganised here; the job left_behind names them"
        )


@click.command()
def group() -> None:
    """Create or upgrade the schema and load the country package."""
    with_database()
    prepare_schema(click.echo)
    load_country(click.echo)
