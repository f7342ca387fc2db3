"""`isotherm assignment`: the same acts as the pages, in the name of a post."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isotherm.doors.cli.start import with_database
from isotherm.words import _, ngettext

if TYPE_CHECKING:
    from isotherm.actor import Actor
    from isotherm.execution.papers import Evidence, Paper
    from isotherm.execution.sets import Outcome

DAY = click.DateTime(formats=["%Y-%m-%d", "%d/%m/%Y"])


@click.group()
def group() -> None:
    """Take up, plan, send on, report, confirm: acts of a body on one document's tasks."""


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """DOCUMENT (address or symbol), --as (whose act), --unit and --task."""
    for wrap in (
        click.argument("document"),
        click.option("--as", "post", required=True, help="code of the acting post, such as P-52:lanh-dao"),
        click.option("--unit", default="", help="code of the body whose act it is; the post's own, if not named"),
        click.option("--task", "numbers", type=int, multiple=True, help="only this task of the document; may repeat"),
    ):
        command = wrap(command)
    return command


def _by_paper(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option("--paper", default="", help="number and symbol of the signed document that did it")(command)
    return click.option("--signed-on", type=DAY, default=None, help="the signed document's date")(command)


@group.command("take-up")
@_common
@_by_paper
def take_up(
    document: str, post: str, unit: str, numbers: tuple[int, ...], paper: str, signed_on: datetime | None
) -> None:
    """Take up the tasks of DOCUMENT."""
    actor, body, at = _who(post, unit)
    from isotherm.execution.acts import take_up as acts

    cited = _paper(paper, signed_on)
    _tell(acts.take_up(document, body, numbers=_some(numbers), paper=cited, actor=actor, at=at))


@group.command()
@_common
@_by_paper
@click.option("--words", default="", help="the steps of the plan")
@click.option("--file", "files", type=click.Path(exists=True, dir_okay=False, path_type=Path), multiple=True)
def plan(
    document: str,
    post: str,
    unit: str,
    numbers: tuple[int, ...],
    paper: str,
    signed_on: datetime | None,
    words: str,
    files: tuple[Path, ...],
) -> None:
    """Record the plan for DOCUMENT: words, files, or the signed document that holds it."""
    actor, body, at = _who(post, unit)
    from isotherm.execution.acts import plan as acts

    kept, cited = _evidence(files), _paper(paper, signed_on)
    _tell(
        acts.plan(document, body, words=words, evidence=kept, numbers=_some(numbers), paper=cited, actor=actor, at=at)
    )


@group.command("send-on")
@_common
@_by_paper
@click.option("--to", "targets", multiple=True, help="code of a unit below; may repeat; all expected ones, if none")
@click.option("--due", type=DAY, default=None, help="an earlier date for the units below")
@click.option("--no-part", "reason", default="", help="they have no part in it, for this reason")
def send_on(
    document: str,
    post: str,
    unit: str,
    numbers: tuple[int, ...],
    paper: str,
    signed_on: datetime | None,
    targets: tuple[str, ...],
    due: datetime | None,
    reason: str,
) -> None:
    """Pass DOCUMENT's tasks on to the units below, or say that they have no part in them."""
    actor, body, at = _who(post, unit)
    from isotherm.execution.acts import send_on as acts

    chosen = _units(targets) if targets else None
    if reason:
        _tell(acts.excuse(document, body, reason=reason, targets=chosen, numbers=_some(numbers), actor=actor, at=at))
        return
    day, cited = (due.date() if due else None), _paper(paper, signed_on)
    _tell(
        acts.send_on(
            document, body, targets=chosen, due_on=day, numbers=_some(numbers), paper=cited, actor=actor, at=at
        )
    )


@group.command()
@_common
@_by_paper
@click.option("--percent", type=click.IntRange(0, 100), default=None)
@click.option("--done", is_flag=True, help="report completion")
@click.option("--words", default="", help="what was done")
@click.option("--file", "files", type=click.Path(exists=True, dir_okay=False, path_type=Path), multiple=True)
def report(
    document: str,
    post: str,
    unit: str,
    numbers: tuple[int, ...],
    paper: str,
    signed_on: datetime | None,
    percent: int | None,
    done: bool,
    words: str,
    files: tuple[Path, ...],
) -> None:
    """Report progress on DOCUMENT's tasks, or completion with --done."""
    if percent is None and not done:
        raise click.UsageError(_("Give --percent, or --done for completion."))
    actor, body, at = _who(post, unit)
    from isotherm.execution.acts import report as acts

    kept, cited = _evidence(files), _paper(paper, signed_on)
    _tell(
        acts.report(
            document,
            body,
            percent=100 if percent is None else percent,
            words=words,
            done=done,
            evidence=kept,
            numbers=_some(numbers),
            paper=cited,
            actor=actor,
            at=at,
        )
    )


@group.command()
@_common
@click.option("--of", "units", multiple=True, help="code of the body that reported; may repeat; all, if none")
def confirm(document: str, post: str, unit: str, numbers: tuple[int, ...], units: tuple[str, ...]) -> None:
    """Confirm what units reported done on DOCUMENT."""
    actor, body, at = _who(post, unit)
    from isotherm.execution.acts import confirm as acts

    of = _units(units) if units else None
    _tell(acts.confirm(document, body, units=of, numbers=_some(numbers), actor=actor, at=at))


@group.command()
@_common
@click.option("--of", "units", multiple=True, help="code of the body that reported; may repeat; all, if none")
@click.option("--reason", required=True)
@click.option("--due", type=DAY, required=True, help="by when it is to be done again")
def redo(
    document: str, post: str, unit: str, numbers: tuple[int, ...], units: tuple[str, ...], reason: str, due: datetime
) -> None:
    """Send a report of completion back, with the reason and a new date."""
    actor, body, at = _who(post, unit)
    from isotherm.execution.acts import confirm as acts

    of = _units(units) if units else None
    _tell(
        acts.redo(
            document, body, reason=reason, due_on=due.date(), units=of, numbers=_some(numbers), actor=actor, at=at
        )
    )


@group.command()
@_common
@click.option("--reason", required=True)
def reconsider(document: str, post: str, unit: str, numbers: tuple[int, ...], reason: str) -> None:
    """Ask the assigning body to reconsider the assignment."""
    actor, body, at = _who(post, unit)
    from isotherm.execution.acts import reconsider as acts

    _tell(acts.ask(document, body, reason=reason, numbers=_some(numbers), actor=actor, at=at))


@group.command()
@click.argument("task")
@click.option("--as", "post", required=True, help="code of the post that looks")
@click.option("--unit", default="", help="code of the body; the post's own, if not named")
def show(task: str, post: str, unit: str) -> None:
    """How TASK (such as 16-CT-TTg.3) stands at a body, and everything that was done."""
    actor, body, at = _who(post, unit)
    from isotherm.doors.web import formats
    from isotherm.execution import standing, timeline
    from isotherm.execution.queries import assignment_for
    from isotherm.units import queries as unit_queries
    from isotherm.units.models import Unit
    from isotherm.workdays.queries import current

    one = assignment_for(actor, task, Unit.objects.get(pk=body).code)
    held = timeline.held(timeline.segments(one, at=one.closed_at or at))
    ids = {one.unit_id} | {row.holder_id for row in held} | ({one.holder_id} if one.holder_id else set())
    names = unit_queries.named_on(ids, actor.day, _language())
    stands = standing.of(one, holder=names.get(one.holder_id or 0, ""), at=at, days=current())
    click.echo(f"{one.task.code}  {names[one.unit_id]}")
    click.echo(one.task.action)
    click.echo(stands.words + (f"  {one.due_on:%d/%m/%Y}" if one.due_on else ""))
    for event in timeline.events(one, language=_language(), day=actor.day):
        said = f": {event.detail}" if event.detail else ""
        click.echo(f"  {_moment(event.at)}  {event.words}  ({event.who}){said}")
    for row in held:
        click.echo(
            _("  %(unit)s: %(within)s days within, %(beyond)s days beyond the allowed time")
            % {
                "unit": names[row.holder_id],
                "within": formats.number(row.within, 1),
                "beyond": formats.number(row.beyond, 1),
            }
        )


def _who(post: str, unit: str) -> tuple[Actor, int, datetime]:
    """The acting post, the body whose act it is, and the moment."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.models import Post
    from isotherm.accounts.queries import actor_of_post

    at = timezone.now()
    found = Post.objects.filter(code=post, valid__contains=timezone.localdate()).first()
    if found is None:
        raise click.ClickException(_("There is no post with the code %(code)s today.") % {"code": post})
    actor = actor_of_post(found, day=timezone.localdate())
    return actor, _units([unit])[0] if unit else found.unit_id, at


def _units(codes: Sequence[str]) -> list[int]:
    from isotherm.units.queries import unit_called

    return [unit_called(code).pk for code in codes]


def _some(numbers: Sequence[int]) -> list[int] | None:
    return list(numbers) or None


def _paper(symbol: str, signed_on: datetime | None) -> Paper | None:
    from isotherm.execution.papers import Paper

    if not symbol and signed_on is None:
        return None
    if not symbol or signed_on is None:
        raise click.UsageError(_("Cite a signed document by both --paper and --signed-on."))
    return Paper(symbol, signed_on.date())


def _evidence(files: Sequence[Path]) -> list[Evidence]:
    from isotherm.directives import evidence
    from isotherm.execution.papers import Evidence

    return [Evidence(evidence.receive(path.read_bytes(), path.name).sha256, path.name[-200:]) for path in files]


def _tell(outcome: Outcome) -> None:
    done = outcome.done
    if not done and not outcome.refused:
        click.echo(_("Nothing was left to do."))
        return
    click.echo(ngettext("Done for %(count)s assignment.", "Done for %(count)s assignments.", done) % {"count": done})
    reasons: dict[str, int] = {}
    for one in outcome.refused:
        reasons[str(one.refusal)] = reasons.get(str(one.refusal), 0) + 1
    for why, count in reasons.items():
        click.echo(
            ngettext(
                "%(count)s assignment was left as it was: %(why)s",
                "%(count)s assignments were left as they were: %(why)s",
                count,
            )
            % {"count": count, "why": why}
        )


def _moment(at: datetime) -> str:
    from django.utils import timezone

    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"


def _language() -> str:
    from django.utils.translation import get_language

    return (get_language() or "vi")[:2]
