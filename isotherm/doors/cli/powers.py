"""`isotherm people power`: the register of powers, taken in from a list and printed."""

from __future__ import annotations

from pathlib import Path

import click

from isotherm.doors.cli.start import with_database
from isotherm.words import _


@click.group(name="power")
def group() -> None:
    """Powers that were divided, decentralised or delegated: take-in, list."""


@group.command("take-in")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def take_in(file: Path) -> None:
    """Take in the rows of FILE (.xlsx or .csv, with the columns of the register's workbook): all of them, or none."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.acts import powers
    from isotherm.actor import Actor
    from isotherm.doors.powers_list import read_list

    made = powers.take_in(read_list(file.read_bytes(), file.name), actor=Actor.system("terminal"), at=timezone.now())
    click.echo(_("%(n)s powers were taken in.") % {"n": len(made)})


@group.command("list")
@click.argument("unit", default="")
@click.option("--words", default="", help="words of the power or of its decision")
@click.option("--ended", is_flag=True, help="also those that ended")
def list_(unit: str, words: str, ended: bool) -> None:
    """Number, way, from, to, decision, first day, means named, matter; of what UNIT gave or holds."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts import powers
    from isotherm.units.queries import unit_called

    day = timezone.localdate()
    asked = powers.Asked(text=words, unit=unit_called(unit).pk if unit else None, ended=ended)
    for one in powers.register(asked, day):
        to = one.to_unit.code if one.to_unit else one.to_kind
        named = [name for name in ("people", "money", "system") if name not in one.means_missing]
        said = [str(one.pk), one.way, one.from_unit.code, to, one.ground, f"{one.valid.lower:%d/%m/%Y}"]
        click.echo("\t".join([*said, ",".join(named) or "–", one.matter]))
