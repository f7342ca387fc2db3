"""`isotherm <noun> <verb>`: each noun is a file beside this one, with a click group named `group`."""

from __future__ import annotations

import importlib
import os
import sys
from typing import NoReturn

import click
from django.db import ProgrammingError

from isotherm.refusals import Refusal, Unavailable
from isotherm.words import lazy

# noun -> one sentence. The noun's file is `isotherm/doors/cli/<noun>.py`; dashes become underscores.
NOUNS = {
    "db": "the database: status, start, stop, shell, backup, restore",
    "directive": "documents and their tasks: read, register, review, send",
    "tasks": "bring a list of tasks into a registered document",
    "units": "bodies through time: load, find, show, as-of",
    "people": "people and posts: add, list, password",
    "scim": "directories of accounts that keep people and posts: add, list, end",
    "assignment": "take up, plan, send on, report, confirm",
    "heat": "where and why action stops, for one directive or the country",
    "ledger": "seal and verify the ledger",
    "simulate": "make a country with planted truth",
    "demo": "load the demo country",
    "serve": "serve the pages, with the worker",
    "setup": "create or upgrade the schema, load the country package",
    "words": "compile the translations",
}


class Nouns(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in NOUNS:
            return None
        module = importlib.import_module(f"isotherm.doors.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.group
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Nouns"):
            formatter.write_dl(list(NOUNS.items()))


@click.command(cls=Nouns)
def cli() -> None:
    """Isotherm follows directives from the centre to the last commune and back."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isotherm.settings")


def main() -> None:
    try:
        # Without click's own ending, a command's exit code comes back as the answer.
        code = cli(standalone_mode=False)
        if isinstance(code, int) and code:
            sys.exit(code)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except click.Abort:
        sys.exit(130)
    except Refusal as no:
        _refuse(no)
    except ProgrammingError as wrong:
        # A table that is missing or closed to the product's role: setup was not run, or was cut off.
        if getattr(wrong.__cause__, "sqlstate", "") not in {"42P01", "42501", "42703"}:
            raise
        _refuse(
            Unavailable(
                lazy("The database is not set up for this version of Isotherm."), remedy=lazy("Run isotherm setup.")
            )
        )


def _refuse(no: Refusal) -> NoReturn:
    click.echo(str(no) + (f"\n{no.remedy}" if str(no.remedy) else ""), err=True)
    sys.exit(3)


if __name__ == "__main__":
    main()
