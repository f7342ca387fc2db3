"""`isotherm db`: the database, ours or the one that DATABASE_URL names."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

import click
from django.conf import settings

from isotherm import database
from isotherm.database.backup import back_up
from isotherm.database.backup import restore as put_back
from isotherm.database.client import Client
from isotherm.doors.cli.start import with_database, with_django
from isotherm.refusals import NotNow
from isotherm.words import _, lazy


@click.group()
def group() -> None:
    """The database: status, start, stop, shell, backup, restore."""


@group.command()
def status() -> None:
    """Where the database is and whether it answers (exit code 1 if not)."""
    with_django()
    found = database.status()
    if found is None:
        with Client(settings.DATABASES["default"]).connect() as connection:
            facts = {
                "version": connection.info.parameter_status("server_version"),
                "host": connection.info.host,
                "name": connection.info.dbname,
            }
        click.echo(
            _("The database of DATABASE_URL answers: PostgreSQL %(version)s, host %(host)s, name %(name)s.") % facts
        )
        return
    if not found.running:
        click.echo(_("The database is not running. Its place is %(folder)s.") % {"folder": found.folder})
        sys.exit(1)
    click.echo(
        _("The database is running: PostgreSQL %(version)s, process %(pid)s, %(size)s MB.")
        % {"version": found.version, "pid": found.pid, "size": round(found.size / 1024 / 1024)}
    )
    click.echo(_("The database lies in %(folder)s.") % {"folder": found.folder})
    click.echo(_("Its socket is in %(folder)s.") % {"folder": found.sockets})


@group.command()
def start() -> None:
    """Start the embedded server; it stays when this command ends."""
    with_django()
    _embedded_only()
    if database.ensure_running():
        click.echo(_("The database is running."))
    else:
        click.echo(_("The database was already running."))


@group.command()
def stop() -> None:
    """Stop the embedded server cleanly."""
    with_django()
    _embedded_only()
    if database.stop():
        click.echo(_("The database is stopped."))
    else:
        click.echo(_("The database was not running."))


def _witness_epoch() -> None:
    """The restore opened an epoch in the database; the copy of the seals outside has to know it, and what was lost."""
    from django.db import connections
    from django.utils import timezone

    from isotherm.records import seals

    if "records_epoch" in connections["owner"].introspection.table_names():
        seals.witness_epoch(now=timezone.now())


def _embedded_only() -> None:
    if database.external():
        raise NotNow(
            lazy("DATABASE_URL names a server that others run: Isotherm neither starts nor stops it."),
            remedy=lazy("Ask who runs that server."),
        )


@group.command()
@click.option("--owner", is_flag=True, help="as the role that owns the tables")
def shell(owner: bool) -> None:
    """psql, as the application's role."""
    with_database()
    client = Client(settings.DATABASES["owner" if owner else "default"])
    command = client.command("psql")
    os.execve(command[0], command, client.environment())  # noqa: S606 - a terminal program takes this one's place


@group.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Database and files in one .tar with a manifest; work goes on meanwhile."""
    with_database()
    manifest = back_up(file.resolve(), files=settings.FILES_FOLDER, databases=settings.DATABASES)
    size = round(file.stat().st_size / 1024 / 1024, 1)
    click.echo(
        _("Backed up into %(file)s: %(size)s MB, with %(count)s files of documents.")
        % {"file": file, "size": size, "count": manifest.files}
    )


@group.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="put it in the place of the records that are there")
def restore(file: Path, replace: bool) -> None:
    """Put a backup back: into an empty database, or with --replace in the place of what is there."""
    with_database()
    manifest = put_back(file.resolve(), files=settings.FILES_FOLDER, databases=settings.DATABASES, replace=replace)
    _witness_epoch()
    made_at = datetime.fromisoformat(manifest.made_at).astimezone()
    click.echo(
        _("Restored what was backed up at %(time)s, with %(count)s files of documents.")
        % {"time": made_at.strftime("%d/%m/%Y %H:%M"), "count": manifest.files}
    )
    click.echo(_("Now run isotherm setup, which brings tables and rights up to this version."))
