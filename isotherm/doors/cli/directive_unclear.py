"""What a text leaves open, in a terminal: the same list as on the page of a draft."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isotherm.doors.cli.start import with_django

if TYPE_CHECKING:
    from isotherm.directives.coverage import Coverage

MOST_LETTERS = 160


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--all", "every", is_flag=True, help="every clause with what it is, not only those given to nobody")
def unclear(file: Path, form: str, every: bool) -> None:
    """What a draft leaves open: clauses given to nobody, and for each task the unclear points of six, with the words to
    write. Needs neither server nor database, keeps nothing."""
    with_django()
    from isotherm.directives.coverage import of_reading
    from isotherm.directives.reading import read_file

    found = of_reading(read_file(file.read_bytes(), file.name))
    click.echo(as_json(found) if form == "json" else as_lines(found, every=every))


def as_json(found: Coverage) -> str:
    return json.dumps(
        {
            "counts": found.counts,
            "clauses": [
                {
                    "number": clause.position,
                    "place": clause.label,
                    "start": clause.start,
                    "end": clause.end,
                    "is": clause.standing,
                    "by_hand": clause.by_hand,
                    "tasks": list(clause.tasks),
                    "words": clause.words,
                }
                for clause in found.clauses
            ],
            "tasks": [
                {
                    "number": work.number,
                    "place": work.clause,
                    "words": work.words,
                    "lead": list(work.lead),
                    "unclear": [{"point": gap.point, "why": gap.why, "write": gap.write} for gap in work.gaps],
                }
                for work in found.works
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def as_lines(found: Coverage, *, every: bool) -> str:
    from isotherm.directives.coverage import STANDINGS
    from isotherm.words import _

    lines = ["; ".join(f"{STANDINGS[one]}: {n}" for one, n in found.counts.items() if n), ""]
    clauses = found.clauses if every else found.of("unassigned")
    for clause in clauses:
        lines.append(f"{clause.position:4}. {STANDINGS[clause.standing]} · {clause.label}")
        lines.append(f"      {clause.words[:MOST_LETTERS]}")
    if clauses:
        lines.append("")
    for work in found.works:
        if not work.gaps:
            continue
        lines.append(f"{work.number:4}. [{work.clause}] {'; '.join(work.lead)}")
        lines.append(f"      {work.words[:MOST_LETTERS]}")
        lines.extend(f"      ✗ {gap.words}: {gap.why} {_('Write:')} “{gap.write}”" for gap in work.gaps)
    return "\n".join(lines).rstrip()
