"""`isotherm tasks import`: a list that an office keeps already becomes proposed tasks of a registered document."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isotherm.doors.cli.directive_acts import acting, actor_as
from isotherm.doors.cli.start import with_database

if TYPE_CHECKING:
    from isotherm.directives.exchange.lists.opened import Opened
    from isotherm.directives.exchange.lists.plan import Planned


@click.group()
def group() -> None:
    """Lists of tasks: bring them into a registered document."""


@group.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--document", "code", required=True, metavar="SYMBOL", help="the document whose tasks the list holds")
@acting
@click.option("--sheet", default="", help="sheet of a workbook; else the one that looks most like a list of tasks")
@click.option("--column", "columns", multiple=True, metavar="FIELD=C", help="what a column holds; again for each")
@click.option("--place", "places", multiple=True, metavar="ROW=WORDS", help="words of the text where a row stands")
@click.option("--near", is_flag=True, help="take the place most like a row's words where no other is known")
@click.option("--preview", "only_look", is_flag=True, help="say what would be brought in, and bring in nothing")
def import_(
    file: Path,
    code: str,
    post: str,
    sheet: str,
    columns: tuple[str, ...],
    places: tuple[str, ...],
    near: bool,
    only_look: bool,
) -> None:
    """Bring the rows of FILE (.xlsx, .csv) into a document as proposed tasks; each is still to be confirmed."""
    with_database()
    from django.utils import timezone

    from isotherm.directives.acts import task_list
    from isotherm.directives.exchange.lists.opened import open_list
    from isotherm.directives.exchange.lists.plan import TAKE, Standing
    from isotherm.directives.queries import document_for
    from isotherm.records import files
    from isotherm.words import ngettext

    actor = actor_as(post)
    document = document_for(actor, code)
    content = file.read_bytes()
    said = {int(row): words for row, words in (_pair(one, r"\d{1,7}") for one in places)}
    first = open_list(document, content, file.name, actor=actor, sheet=sheet)
    named = _columns(columns, first) if columns else None
    seen = open_list(document, content, file.name, actor=actor, sheet=sheet, columns=named, said=said)
    if near:
        said |= {one.row.number: TAKE for one in seen.plan.of(Standing.LOOK)}
        seen = open_list(document, content, file.name, actor=actor, sheet=sheet, columns=named, said=said)
    _say(seen)
    ready = seen.plan.of(Standing.READY)
    if not only_look:
        kept = files.keep(content)
        source = task_list.Source(kept.sha256, file.name, seen.head.fingerprint, seen.head.words, seen.columns)
        made = task_list.bring_in(document.code, ready, source=source, actor=actor, at=timezone.now())
        done = ngettext(
            "%(count)s task was brought in; confirm it like the others.",
            "%(count)s tasks were brought in; confirm them like the others.",
            len(made),
        )
        click.echo(done % {"count": len(made)})
    if seen.plan.of(Standing.LOOK, Standing.UNPLACED, Standing.STOPPED):
        raise click.exceptions.Exit(3)


def _pair(words: str, left: str) -> tuple[str, str]:
    found = re.match(rf"({left})=(.+)$", words, re.DOTALL)
    if not found:
        raise click.UsageError(f"Write it as NAME=VALUE: {words}")
    return found.group(1), found.group(2)


def _columns(given: tuple[str, ...], first: Opened) -> dict[str, int]:
    """As proposed or remembered, with what is named here in its place. `FIELD=` with a dash takes a field away."""
    found = dict(first.columns)
    for field, letters in (_pair(one, r"[a-z_]+") for one in given):
        if letters == "-":
            found.pop(field, None)
            continue
        if letters.upper() not in first.sheet.columns:
            raise click.UsageError(f"The list has the columns {', '.join(first.sheet.columns)}.")
        place = first.sheet.columns.index(letters.upper())
        found = {name: at for name, at in found.items() if at != place}
        found[field] = place
    return found


def _say(seen: Opened) -> None:
    from isotherm.directives.exchange.lists.heads import FIELDS
    from isotherm.directives.exchange.lists.plan import Standing
    from isotherm.words import _

    for field, place in seen.columns.items():
        click.echo(f"{seen.sheet.columns[place]} “{seen.head.words[place]}” = {FIELDS[field]} ({field})", err=True)
    words = {
        Standing.LOOK: _("look at the place, then --near or --place"),
        Standing.UNPLACED: _("its words do not stand in the text: name the place with --place"),
        Standing.STOPPED: _("cannot be brought in"),
        Standing.THERE: _("there already"),
        Standing.ELSEWHERE: _("of another document"),
        Standing.LEFT: _("left out"),
        Standing.READY: _("ready"),
    }
    for one in seen.plan.rows:
        click.echo(f"{one.row.number}: {words[one.standing]}{_of(one)} · {one.row.work[:100]}", err=True)
        if one.standing in (Standing.READY, Standing.LOOK, Standing.STOPPED, Standing.UNPLACED):
            for problem in one.row.problems:
                head = f"{problem.column} “{problem.head}”: " if problem.column else ""
                click.echo(f"    {head}{problem.what} {problem.mend}", err=True)


def _of(one: Planned) -> str:
    from isotherm.words import _

    if one.of_task is not None:
        return " (" + _("task %(number)s") % {"number": one.of_task} + ")"
    if one.of_row is not None:
        return " (" + _("row %(number)s") % {"number": one.of_row} + ")"
    if one.row.symbol and one.place is None:
        return f" ({one.row.symbol})"
    return f" ({one.place.label})" if one.place is not None else ""
