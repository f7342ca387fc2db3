"""`isotherm directive ...`: documents and their tasks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isotherm.doors.cli import directive_acts
from isotherm.doors.cli.start import with_django

if TYPE_CHECKING:
    from isotherm.directives.reading import Reading


@click.group()
def group() -> None:
    """Documents and their tasks: read, register, review, send."""


directive_acts.add_to(group)


@group.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["json", "table"]), default="table", show_default=True)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for one result a file, named after it."
)
def read(files: tuple[Path, ...], form: str, out: Path | None) -> None:
    """Propose the tasks of documents, each with its clause. Needs neither server nor database, keeps nothing."""
    with_django()
    from isotherm.directives.reading import read_file
    from isotherm.refusals import Refusal

    if len(files) > 1 and out is None:
        raise click.UsageError("Several files need --out FOLDER, one result a file.")
    refused = 0
    for file in files:
        try:
            reading = read_file(file.read_bytes(), file.name)
        except Refusal as no:
            if len(files) == 1:
                raise
            click.echo(f"{file}: {no} {no.remedy}", err=True)
            refused += 1
            continue
        text = _as_json(reading) if form == "json" else _as_table(reading)
        if out is None:
            click.echo(text)
            continue
        out.mkdir(parents=True, exist_ok=True)
        target = out / f"{file.stem}.{'json' if form == 'json' else 'txt'}"
        target.write_text(text + "\n", encoding="utf-8")
        click.echo(f"{file}: {len(reading.candidates)} → {target}", err=True)
    if refused:
        raise click.exceptions.Exit(3)


def _as_json(reading: Reading) -> str:
    from isotherm.directives.reading import to_json

    return json.dumps(to_json(reading), ensure_ascii=False, indent=1)


def _as_table(reading: Reading) -> str:
    from isotherm.directives.reading import WARNINGS
    from isotherm.words import _

    header = reading.header
    signed = header.signed_on.strftime("%d/%m/%Y") if header.signed_on else None
    lines = [
        " · ".join(part for part in (header.type_name, header.symbol, signed, header.issuer) if part),
        header.subject or "",
        "",
    ]
    for number, task in enumerate(reading.candidates, start=1):
        lines.append(f"{number:3}. [{task.clause}] {'; '.join(task.lead)}")
        lines.append(f"     {task.action[:160]}")
        if task.coordinate:
            lines.append(f"     {_('with')}: {'; '.join(task.coordinate)}")
        when = task.deadline.strftime("%d/%m/%Y") if task.deadline else task.deadline_text
        if when or task.recurrence:
            lines.append(f"     {_('deadline')}: {when or ''} {task.recurrence or ''}".rstrip())
    lines.append("")
    lines.append(_("%(count)s candidate tasks") % {"count": len(reading.candidates)})
    lines.extend(f"! {WARNINGS[key]}" for key in reading.warnings)
    return "\n".join(lines)
