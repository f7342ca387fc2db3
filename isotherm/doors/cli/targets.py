"""`isotherm people target` and `isotherm people figures`: how bodies are staffed, against what decisions allow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from isotherm.doors.cli.start import with_database
from isotherm.words import _

DAY = click.DateTime(formats=["%Y-%m-%d", "%d/%m/%Y"])
WHAT = ("staff", "focal_points", "units_added")


@click.group(name="target")
def group() -> None:
    """How many people and bodies a body may have: set, end."""


@group.command("set")
@click.argument("unit")
@click.argument("what", type=click.Choice(WHAT))
@click.argument("most", type=click.IntRange(min=0))
@click.option("--ground", required=True, help="the decision, by its symbol")
@click.option("--from", "start", type=DAY, help="first day; today")
@click.option("--to", "end", type=DAY, help="the day it is over")
def set_(unit: str, what: str, most: int, ground: str, start: datetime | None, end: datetime | None) -> None:
    """UNIT may have at most MOST of WHAT; what held before ends on the first day."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.acts.targets import set_target
    from isotherm.actor import Actor
    from isotherm.units.queries import unit_called

    made = set_target(
        unit_called(unit),
        what,
        most,
        ground=ground,
        start=start.date() if start else timezone.localdate(),
        end=end.date() if end else None,
        actor=Actor.system("terminal"),
        at=timezone.now(),
    )
    click.echo(_("%(what)s: at most %(most)s.") % {"what": made.get_what_display(), "most": made.most})


@group.command("end")
@click.argument("unit")
@click.argument("what", type=click.Choice(WHAT))
@click.option("--on", "on", type=DAY, required=True, help="the first day without it")
@click.option("--ground", required=True, help="the decision, by its symbol")
def end(unit: str, what: str, on: datetime, ground: str) -> None:
    """The number of WHAT at UNIT does not hold any more."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts import targets
    from isotherm.accounts.acts.targets import end_target
    from isotherm.actor import Actor
    from isotherm.refusals import OutOfReach
    from isotherm.units.queries import unit_called
    from isotherm.words import lazy

    kept = targets.of(unit_called(unit).pk, what, on.date())
    if kept is None:
        raise OutOfReach(lazy("No such number holds on that day."))
    end_target(kept.pk, on=on.date(), ground=ground, actor=Actor.system("terminal"), at=timezone.now())
    click.echo(_("It does not hold any more from %(day)s on.") % {"day": f"{on:%d/%m/%Y}"})


@click.command()
@click.argument("unit", default="CP")
@click.option("--day", type=DAY, help="as of this day; today")
@click.option("--rows", "named", help="print the rows that this figure counts instead")
@click.option("--met", type=click.Choice(["yes", "no"]), help="with --rows: those in the numerator, or the others")
def figures(unit: str, day: datetime | None, named: str | None, met: str | None) -> None:
    """How UNIT and what stands below it are staffed: name, numerator, denominator, share, decision; then by kind."""
    with_database()
    from django.utils import timezone

    from isotherm.analysis import organisation
    from isotherm.analysis.figures import ORGANISATION
    from isotherm.refusals import NotAccepted
    from isotherm.units.queries import unit_called
    from isotherm.words import lazy

    body, on = unit_called(unit), day.date() if day else timezone.localdate()
    if named is not None:
        if named not in ORGANISATION:
            raise NotAccepted(
                lazy("There is no such figure."),
                remedy=_("Choose one of: %(names)s.") % {"names": ", ".join(ORGANISATION)},
            )
        _print_rows(organisation.rows(named, body.pk, on, met={"yes": True, "no": False}.get(met or "")))
        return
    click.echo(_("As of %(moment)s") % {"moment": f"{on:%d/%m/%Y}"})
    for one in organisation.measures(body.pk, on):
        ground = one.target.ground if one.target is not None else ""
        _print(one.figure.name, one.numerator, one.denominator, ground)
        for part in one.parts:
            _print(f"  {part.kind}", part.numerator, part.denominator if one.target is None else None, "")


def _print(name: str, numerator: int, denominator: int | None, ground: str) -> None:
    share = f"{numerator / denominator:.1%}" if denominator else "–"
    click.echo("\t".join([name, str(numerator), "–" if denominator is None else str(denominator), share, ground]))


def _print_rows(rows: Any) -> None:
    from isotherm.accounts.models import Person, Post
    from isotherm.units.models import Unit

    codes = dict(Unit.objects.filter(pk__in={one.unit_id for one in rows}).values_list("pk", "code"))
    posts = dict(Post.objects.filter(pk__in=[one.post_id for one in rows if one.post_id]).values_list("pk", "code"))
    names = dict(
        Person.objects.filter(pk__in={one.person_id for one in rows if one.person_id}).values_list("pk", "name")
    )
    for one in rows:
        since = f"{one.since:%d/%m/%Y}" if one.since else "–"
        said = [codes[one.unit_id], one.kind, posts.get(one.post_id, "–"), names.get(one.person_id, "–"), since]
        click.echo("\t".join([*said, "+" if one.met else "-"]))
