"""`isotherm directive corrections`: what people made of the proposals, and what the phrase tables might take of it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from isotherm.doors.cli.start import with_database


@click.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="folder for the files; made if need be",
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]), help="submitted or sent on or after this day")
@click.option("--least", default=2, show_default=True, type=click.IntRange(1, 1000), help="evidence that a line needs")
def corrections(out: Path, since: datetime | None, least: int) -> None:
    """Every proposal of submitted and sent documents against what people made of it (examples.jsonl), and lines for the
    phrase tables with their evidence (phrases.csv to read, phrases.diff to merge). Nothing is learnt by itself."""
    with_database()
    from isotherm.directives import corrections as made
    from isotherm.directives import phrase_proposals
    from isotherm.words import _

    out.mkdir(parents=True, exist_ok=True)
    examples, said, headings = [], [], {}
    with (out / "examples.jsonl").open("w", encoding="utf-8") as lines:
        for document in made.decided_documents(since.date() if since else None).iterator(chunk_size=50):
            headings[document.pk] = made.headings_of(document)
            of_document, said_here = made.examples_of(document), made.said_of(document)
            for plain in [*(one.plain() for one in of_document), *(one.plain() for one in said_here)]:
                lines.write(json.dumps(plain, ensure_ascii=False) + "\n")
            examples += of_document
            said += said_here
    found = phrase_proposals.proposals(examples, said, headings, least=least)
    (out / "phrases.csv").write_text(phrase_proposals.as_csv(found), encoding="utf-8")
    (out / "phrases.diff").write_text(phrase_proposals.as_diff(found), encoding="utf-8")
    changed = sum(bool(one.changed) for one in examples)
    click.echo(
        _("%(documents)s documents: %(tasks)s tasks, %(changed)s of them corrected; %(lines)s lines for the tables.")
        % {"documents": len(headings), "tasks": len(examples), "changed": changed, "lines": len(found)}
    )
