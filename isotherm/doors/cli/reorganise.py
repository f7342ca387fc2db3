"""`isotherm units reorganise`: draft, check, sign by two, carry out, undo; in the name of a post."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isotherm.doors.cli.directive_acts import acting, actor_as
from isotherm.doors.cli.start import with_database
from isotherm.words import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isotherm.units.models import Reorganisation
    from isotherm.units.reorganisation.plan import Finding

_json = click.option("--json", "as_json", is_flag=True, help="for machines")


@click.group("reorganise")
def group() -> None:
    """Merge, split, transfer, rename, dissolve, abolish a level, found: by a signed decision, from a day on."""


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", "code", default="", help="code of a draft that the file replaces")
@acting
def draft(file: Path, code: str, post: str) -> None:
    """Enter a decision from FILE.toml: title, document, issuer, signed_on, day, [[steps]], [posts].

    \b
    [[steps]]
    kind = "merge"            # merge dissolve: gone, heir, below (match, follow, stated)
    gone = ["P-66"]           # split: gone, heirs = [{unit, share, main}]
    heir = "P-52"             # transfer: unit, parent; rename: unit, vi, en; change_of_kind: unit, unit_kind, branch
                              # found: unit, vi, unit_kind, parent; abolish_level: unit_kind
    """
    with_database()
    from isotherm.units.reorganisation import acts

    actor = actor_as(post)
    said = _read(file)
    made = acts.edit(code, said, actor=actor, at=_now()) if code else acts.draft(said, actor=actor, at=_now())
    click.echo(_("%(code)s: %(title)s, from %(day)s") % _said(made))
    _tell_findings(made)


@group.command("list")
@acting
@_json
def list_(post: str, as_json: bool) -> None:
    """Reorganisations within reach, the newest day first."""
    with_database()
    from isotherm.units.reorganisation import queries

    found = queries.visible(actor_as(post))
    if as_json:
        return click.echo(json.dumps([_fields(one) for one in found], ensure_ascii=False, indent=1))
    for one in found:
        click.echo(f"{one.code:8} {one.day}  {one.get_state_display()}  {one.title} ({one.document})")


@group.command()
@click.argument("code")
@acting
@_json
def show(code: str, post: str, as_json: bool) -> None:
    """What it does, side by side, what moves with each unit, and how far it is."""
    with_database()
    from django.utils import translation

    from isotherm.execution import reorganise
    from isotherm.units.reorganisation import acts, checks, preview

    made = acts.reorganisation_for(actor_as(code=post), code)
    plan = checks.plan_of(made)
    sides = preview.sides(plan, translation.get_language() or "vi")
    burdens = reorganise.burdens(plan)
    if as_json:
        told = {
            **_fields(made),
            "before": [_node(one) for one in sides.before],
            "after": [_node(one) for one in sides.after],
            "duties": [{name: getattr(one, name) for name in one.__slots__} for one in burdens],
        }
        return click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    click.echo(_("%(code)s: %(title)s, from %(day)s") % _said(made))
    click.echo(f"  {made.document}, {made.signed_on}; {made.get_state_display()}")
    for title, nodes in ((_("Before"), sides.before), (_("After"), sides.after)):
        click.echo(title)
        for one in nodes:
            named = f"… {one.more}" if one.more else f"{one.code}  {one.name}"
            other = f" → {', '.join(one.other)}" if one.what == "ends" else ""
            click.echo(f"  {'  ' * one.depth}{named}  [{one.what}{other}]")
    for burden in burdens[:20]:
        if burden.carried or burden.given or burden.owed or burden.untold:
            click.echo(
                _(
                    "%(unit)s → %(heir)s: %(carried)s open duties, %(given)s wait for it, %(owed)s debts, "
                    "%(untold)s expected and not told"
                )
                % {
                    "unit": burden.code,
                    "heir": burden.heir or "?",
                    "carried": burden.carried,
                    "given": burden.given,
                    "owed": burden.owed,
                    "untold": burden.untold,
                }
            )
    for stage in made.stages.order_by("back", "id"):
        done = stage.finished_at.isoformat(timespec="seconds") if stage.finished_at else "…"
        click.echo(f"  {'<' if stage.back else '>'} {stage.name:10} {stage.rows} / {stage.total}  {done}")


@group.command()
@click.argument("code")
@acting
@_json
def check(code: str, post: str, as_json: bool) -> None:
    """What must be settled before it is signed, and what to do. Ends with 1 if anything stops it."""
    with_database()
    from isotherm.units.reorganisation import acts

    made = acts.reorganisation_for(actor_as(post), code)
    found = _findings(made)
    if as_json:
        click.echo(json.dumps([_finding(one) for one in found], ensure_ascii=False, indent=1, default=str))
    else:
        _tell(found)
    if any(one.stops for one in found):
        raise click.exceptions.Exit(1)


@group.command()
@click.argument("code")
@acting
def sign(code: str, post: str) -> None:
    """Sign it: first whoever answers for the draft, then another person."""
    with_database()
    from isotherm.execution import reorganise

    made = reorganise.sign(code, actor=actor_as(post), at=_now())
    click.echo(f"{made.code}: {made.get_state_display()}")


@group.command()
@click.argument("code")
@acting
def withdraw(code: str, post: str) -> None:
    """Set a draft aside, or take back what is signed and not yet carried out."""
    with_database()
    from isotherm.units.reorganisation import acts

    made = acts.withdraw(code, actor=actor_as(post), at=_now())
    click.echo(f"{made.code}: {made.get_state_display()}")


@group.command("carry-out")
@click.argument("code")
@acting
def carry_out(code: str, post: str) -> None:
    """Carry it out now, on its day or after; goes on where it was cut off. A job does the same by itself."""
    with_database()
    from isotherm.execution import reorganise

    made = reorganise.carry_out(code, actor=actor_as(post), at=_now(), say=_stage)
    click.echo(f"{made.code}: {made.get_state_display()}")


@group.command()
@click.argument("code")
@acting
def undo(code: str, post: str) -> None:
    """Undo it within the day on which it was carried out: the heirs' acts stay."""
    with_database()
    from isotherm.execution import reorganise

    made = reorganise.undo(code, actor=actor_as(post), at=_now(), say=_stage)
    click.echo(f"{made.code}: {made.get_state_display()}")


@group.command()
@acting
def waiting(post: str) -> None:
    """Open duties of divided bodies that wait until the post's own body says which heir has them."""
    with_database()
    from isotherm.execution.acts import divide

    lines = divide.waiting(actor_as(post))
    codes = _codes({one for line in lines for one in (line.unit_id, *line.heirs)})
    for line in lines:
        click.echo(
            _("%(code)s: %(n)s open duties of %(unit)s wait to be given to %(heirs)s")
            % {
                "code": line.reorganisation,
                "n": line.assignments,
                "unit": codes[line.unit_id],
                "heirs": ", ".join(codes[one] for one in line.heirs),
            }
        )
    if not lines:
        click.echo(_("Nothing waits to be given to an heir."))


@group.command()
@click.argument("code")
@click.argument("unit")
@click.argument("heir")
@click.option("--task", "numbers", type=int, multiple=True, help="only tasks with this number; may repeat")
@acting
def divide(code: str, unit: str, heir: str, numbers: tuple[int, ...], post: str) -> None:
    """Give the open duties of divided UNIT that wait by reorganisation CODE to HEIR."""
    with_database()
    from isotherm.execution.acts import divide as acts
    from isotherm.units.queries import unit_called

    given = acts.divide(
        code,
        unit_called(unit).pk,
        unit_called(heir).pk,
        numbers=list(numbers) or None,
        actor=actor_as(post),
        at=_now(),
    )
    click.echo(ngettext("%(n)s duty given.", "%(n)s duties given.", given) % {"n": given})


def _codes(units: set[int]) -> dict[int, str]:
    from isotherm.units.models import Unit

    return dict(Unit.objects.filter(pk__in=units).values_list("id", "code"))


def _read(file: Path) -> Any:
    from isotherm.refusals import NotAccepted
    from isotherm.units.reorganisation.acts import Draft
    from isotherm.words import lazy

    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise NotAccepted(lazy("%(file)s cannot be read: %(why)s"), {"file": file.name, "why": wrong}) from None
    days = {}
    for name in ("signed_on", "day"):
        value = said.get(name)
        try:
            days[name] = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            raise NotAccepted(
                lazy("%(file)s: %(name)s is a day, such as 2026-12-01."), {"file": file.name, "name": name}
            ) from None
    return Draft(
        title=str(said.get("title", "")),
        document=str(said.get("document", "")),
        issuer=str(said.get("issuer", "")),
        steps=said.get("steps") or [],
        posts=said.get("posts") or {},
        **days,
    )


def _findings(made: Reorganisation) -> list[Finding]:
    from django.utils import timezone

    from isotherm.execution import reorganise

    return reorganise.check(made, today=timezone.localdate())[1]


def _tell_findings(made: Reorganisation) -> None:
    _tell(_findings(made))


def _tell(found: Sequence[Finding]) -> None:
    for one in found:
        step = _("step %(n)s: ") % {"n": one.step} if one.step else ""
        click.echo(f"{'✗' if one.stops else '·'} {step}{one}" + (f"\n    {one.remedy}" if str(one.remedy) else ""))
    stopping = sum(one.stops for one in found)
    if stopping:
        click.echo(
            ngettext(
                "%(n)s thing must be settled before it is signed.",
                "%(n)s things must be settled before it is signed.",
                stopping,
            )
            % {"n": stopping}
        )
    else:
        click.echo(_("Nothing stands in its way."))


def _stage(stage: str, rows: int, total: int) -> None:
    click.echo(f"  {stage}: {rows} / {total}", err=True)


def _said(made: Reorganisation) -> dict[str, object]:
    return {"code": made.code, "title": made.title, "day": f"{made.day:%d/%m/%Y}"}


def _fields(made: Reorganisation) -> dict[str, object]:
    return {
        "code": made.code,
        "title": made.title,
        "document": made.document,
        "signed_on": made.signed_on.isoformat(),
        "day": made.day.isoformat(),
        "state": made.state,
        "authority": made.authority.code,
    }


def _finding(one: Finding) -> dict[str, object]:
    return {
        "stops": one.stops,
        "step": one.step,
        "unit": one.unit,
        "says": str(one),
        "remedy": str(one.remedy),
        "rows": one.rows,
    }


def _node(one: Any) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__slots__}


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()
