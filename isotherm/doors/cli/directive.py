"""`isotherm directive ...`: documents and their tasks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from isotherm.doors.cli import (
    directive_acts,
    directive_calibrate,
    directive_corrections,
    directive_grounds,
    directive_unclear,
)
from isotherm.doors.cli.start import with_django

FORMS = ("table", "json", "docx", "xlsx", "akn")


@click.group()
def group() -> None:
    """Documents and their tasks: read, register, review, send."""


directive_acts.add_to(group)
group.add_command(directive_unclear.unclear)
group.add_command(directive_calibrate.calibrate)
group.add_command(directive_corrections.corrections)
group.add_command(directive_grounds.grounds)
group.add_command(directive_grounds.decide_grounds)


@group.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for one result a file, named after it."
)
@click.option("--language", type=click.Choice(["vi", "en"]), help="of the result's own words; else the terminal's")
@click.option("--seconds", default=300.0, show_default=True, type=click.FloatRange(0.1), help="most time for one file")
@click.option("--workers", type=click.IntRange(1, 256), help="files read at once; else one a processor")
@click.option("--again", is_flag=True, help="read also what an earlier run has done")
@click.option("--with-model", is_flag=True, help="ask the language model, too (ISOTHERM_READER_URL)")
def read(
    files: tuple[Path, ...],
    form: str,
    out: Path | None,
    language: str | None,
    seconds: float,
    workers: int | None,
    again: bool,
    with_model: bool,
) -> None:
    """Propose the tasks of documents, each with its clause. Needs neither server nor database, keeps nothing.

    FILES are documents, or folders with documents at any depth. A run into --out that was cut off goes on where it was.
    """
    with_django()
    from django.utils import translation

    spoken = language or _terminal_language()
    if with_model:
        from isotherm.directives.second_reader import wire

        wire.reader()  # refused before anything is read
    if out is None:
        _read_alone(files, form, spoken, with_model=with_model)
        return
    from isotherm.doors.cli.reading.inputs import inputs_of
    from isotherm.doors.cli.reading.run import Way, run, say

    found = inputs_of(files, but=out.resolve())
    way = Way(
        form=form,
        language=spoken,
        seconds=seconds,
        workers=workers or _processors(),
        again=again,
        with_model=with_model,
    )
    with translation.override(spoken):
        summary = run(found, out, way)
        say(summary)
    if summary.exit_code:
        raise click.exceptions.Exit(summary.exit_code)


def _read_alone(files: tuple[Path, ...], form: str, language: str, *, with_model: bool) -> None:
    """One document to the terminal, or to wherever its output goes."""
    from django.utils import translation

    from isotherm.directives.exchange.forms import FORMS
    from isotherm.directives.reading import read_file
    from isotherm.words import _

    if len(files) > 1 or files[0].is_dir():
        raise click.UsageError("Several files need --out FOLDER, one result a file.")
    if not FORMS[form].is_text and sys.stdout.isatty():
        raise click.UsageError(f"A .{FORMS[form].ending} is not for a terminal: name --out FOLDER.")
    with translation.override(language):
        page = _("Page %(page)s of %(pages)s is read.")
        reading = read_file(
            files[0].read_bytes(),
            files[0].name,
            workers=_processors(),
            tell=lambda n, of: click.echo(page % {"page": n, "pages": of}, err=True),
        )
        if with_model:
            from isotherm.directives.second_reader.beside import beside

            words = _("The language model has read part %(part)s of %(parts)s.")
            reading = beside(reading, tell=lambda n, of: click.echo(words % {"part": n, "parts": of}, err=True))
        click.echo(FORMS[form].made(reading), nl=False)


def _terminal_language() -> str:
    """English where the terminal's own language is English; else Vietnamese."""
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "en" if named.lower().startswith("en") else "vi"


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
