"""`isotherm people signing`: which department signs for its committee, by order (TL.) or by delegation (TUQ.)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from isotherm.doors.cli.directive_acts import acting, actor_as
from isotherm.doors.cli.start import with_database
from isotherm.words import _

if TYPE_CHECKING:
    from isotherm.units.models import Unit

DAY = click.DateTime(formats=["%Y-%m-%d", "%d/%m/%Y"])


@click.group(name="signing")
def group() -> None:
    """Signing by order and by delegation: let, list, end."""


@group.command()
@click.argument("giver")
@click.argument("department")
@click.option("--how", type=click.Choice(["by_order", "by_delegation"]), default="by_order", show_default=True)
@click.option("--ground", required=True, help="the working regulation or the written delegation, by its symbol")
@click.option("--matters", default="", help="what may be signed; a delegation must name it")
@click.option("--from", "start", type=DAY, required=True, help="first day")
@click.option("--to", "end", type=DAY, help="the day it is over; a delegation must name it")
@acting
def let(
    giver: str,
    department: str,
    how: str,
    ground: str,
    matters: str,
    start: datetime,
    end: datetime | None,
    post: str,
) -> None:
    """DEPARTMENT (its code) gives tasks in the name of GIVER, as the document --ground lets it."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.acts.signing import let_sign

    made = let_sign(
        _unit(giver),
        _unit(department),
        how=how,
        ground=ground,
        matters=matters,
        start=start.date(),
        end=end.date() if end else None,
        actor=actor_as(post),
        at=timezone.now(),
    )
    click.echo(_("%(department)s signs for %(giver)s: number %(id)s.") % _names(made.giver, made.department, made.pk))


@group.command("list")
@click.argument("giver")
def list_(giver: str) -> None:
    """Who signs for GIVER, from when to when, and by which document."""
    with_database()
    from isotherm.accounts import signing

    for one in signing.of_giver(_unit(giver).pk):
        until = f"{one.valid.upper:%d/%m/%Y}" if one.valid.upper else ""
        days = f"{one.valid.lower:%d/%m/%Y}–{until}"
        parts = (one.pk, one.department.code, one.get_how_display(), one.ground, days, one.matters)
        click.echo("\t".join(map(str, parts)))


@group.command()
@click.argument("number", type=int)
@click.option("--on", "end", type=DAY, required=True, help="the first day on which it no longer signs")
@click.option("--reason", required=True)
@acting
def end(number: int, end: datetime, reason: str, post: str) -> None:
    """End the right to sign with this NUMBER (see list); what was given before stays given."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.acts.signing import end_signing

    kept = end_signing(number, end=end.date(), reason=reason, actor=actor_as(post), at=timezone.now())
    click.echo(_("It no longer signs from %(day)s on.") % {"day": f"{kept.valid.upper:%d/%m/%Y}"})


def _unit(code: str) -> Unit:
    from isotherm.units.queries import unit_called

    return unit_called(code)


def _names(giver: Unit, department: Unit, number: int) -> dict[str, object]:
    return {"giver": giver.code, "department": department.code, "id": number}
