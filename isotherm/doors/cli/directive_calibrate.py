"""Whether the reader's confidence says how often it is right, on papers whose tasks a person wrote out."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isotherm.doors.cli.start import with_django

if TYPE_CHECKING:
    from isotherm.directives.calibration import Bin

HEADS = ("weights", "least", "most", "proposals", "confidence", "right")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("reliability.csv"),
    show_default=True,
    help="where the table is written",
)
@click.option(
    "--weights",
    "fit",
    type=click.Path(dir_okay=False, path_type=Path),
    help="also write weights fitted to the papers, in the form of phrases/confidence.csv",
)
def calibrate(folder: Path, out: Path, fit: Path | None) -> None:
    """Measure the confidence of proposals on FOLDER, where NAME.gold.json stands beside each paper NAME.

    A proposal is right when it is found where a task is, with its lead. Prints and writes a table: between two bounds
    of confidence, how many proposals there are, their mean confidence and the share that is right; once with the
    weights of the country package, once with weights fitted without the paper that is judged. Needs neither server
    nor database.
    """
    with_django()
    from isotherm.directives.calibration import crossed, examples_of, fitted, papers_of, reliability
    from isotherm.words import _

    papers = papers_of(folder)
    examples = [one for paper, gold in papers for one in examples_of(paper, gold)]
    if not examples:
        raise click.ClickException(_("No paper with a file NAME.gold.json beside it was found."))
    tables = {"package": reliability(examples), "crossed": reliability(crossed(examples))}
    names = {
        "package": _("With the weights of the country package"),
        "crossed": _("With weights fitted to the other papers"),
    }
    right = sum(one.right for one in examples) / len(examples)
    words = _("%(papers)s papers, %(proposals)s proposals, %(share)s of them right")
    click.echo(words % {"papers": len(papers), "proposals": len(examples), "share": f"{right:.1%}"})
    for key, bins in tables.items():
        click.echo("\n" + names[key])
        click.echo(_("confidence     proposals   mean    right"))
        for one in bins:
            bounds = f"{one.least:.2f} - {one.most:.2f}"
            click.echo(f"{bounds:14} {one.proposals:9} {one.confidence:7.1%} {one.right:7.1%}")
    _write_table(out, tables)
    if fit:
        _write_weights(fit, fitted(examples))


def _write_table(path: Path, tables: dict[str, list[Bin]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(HEADS)
        for name, bins in tables.items():
            for one in bins:
                rows.writerow([name, one.least, one.most, one.proposals, f"{one.confidence:.3f}", f"{one.right:.3f}"])


def _write_weights(path: Path, steps: dict[str, float]) -> None:
    from isotherm import country

    says: dict[str, str] = {row["sign"]: row["says"] for row in country.table("phrases/confidence")}
    known: Sequence[str] = [*says, *(sign for sign in steps if sign not in says)]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["sign", "weight", "says"])
        rows.writerows([sign, steps[sign], says.get(sign, "")] for sign in known if sign in steps)
