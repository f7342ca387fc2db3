"""The acts on documents from a terminal: the same acts as the pages', with `--as POST` saying in which post."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isotherm.doors.cli.start import with_database

if TYPE_CHECKING:
    from isotherm.actor import Actor
    from isotherm.directives.models import Document, Task

Command = Callable[..., Any]


def acting(command: Command) -> Command:
    """`--as POST`: the post whose act it is, by its code, such as VPCP:chuyen-vien."""
    return click.option("--as", "post", required=True, metavar="POST", help="code of the post that acts")(command)


def actor_as(code: str) -> Actor:
    """The post on this day, held by whoever is appointed to it: a second person stays a second person."""
    from django.utils import timezone

    from isotherm.accounts.models import Appointment, Post
    from isotherm.accounts.queries import actor_of_post
    from isotherm.refusals import OutOfReach
    from isotherm.words import lazy

    day = timezone.localdate()
    post = Post.objects.filter(code=code, valid__contains=day).first()
    if post is None:
        raise OutOfReach(
            lazy("There is no post with the code %(code)s today."),
            {"code": code},
            remedy=lazy("A post's code is the body's code, a colon and the seat: VPCP:chuyen-vien."),
        )
    held = Appointment.objects.filter(post=post, valid__contains=day).select_related("person").order_by("how").first()
    return actor_of_post(post, day=day, person=held.person if held else None)


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()


DAY = click.DateTime(formats=["%Y-%m-%d", "%d/%m/%Y"])


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@acting
@click.option("--symbol", help="number and symbol, where the text does not show it or shows it wrong")
@click.option("--issuer", help="issuing body")
@click.option("--date", "signed", type=DAY, help="date of issue")
@click.option("--subject", help="subject")
@click.option(
    "--signed",
    "how",
    type=click.Choice(["own", "by_order", "by_delegation"]),
    help="in whose name: its own, by order (TL.) or by delegation (TUQ.) of the chair of the committee above it",
)
def register(
    file: Path,
    post: str,
    symbol: str | None,
    issuer: str | None,
    signed: datetime | None,
    subject: str | None,
    how: str | None,
) -> None:
    """Read FILE, keep it, and store the document with its proposed tasks."""
    with_database()
    from isotherm.directives.acts import register as registering
    from isotherm.words import _

    actor = actor_as(post)
    words = _("Page %(page)s of %(pages)s is read.")
    received = registering.receive(
        file.read_bytes(),
        file.name,
        workers=os.cpu_count() or 1,
        tell=lambda page, pages: click.echo(words % {"page": page, "pages": pages}, err=True),
    )
    heading = registering.Heading.of(received.reading).corrected(
        symbol=symbol, issuer=issuer, signed_on=_day(signed), subject=subject, signed_how=how
    )
    document = registering.register(received, heading, actor=actor, at=_now())
    click.echo(
        _("%(symbol)s is registered as %(code)s with %(count)s proposed tasks.")
        % {"symbol": document.symbol, "code": document.code, "count": document.tasks.count()}
    )


@click.command(name="list")
@acting
@click.option("--state", type=click.Choice(["registered", "submitted", "issued", "recalled"]))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
def list_(post: str, state: str | None, limit: int) -> None:
    """The documents within reach, newest first: code, date, state, tasks, assignments, subject."""
    with_database()
    from isotherm.directives import queries
    from isotherm.execution import progress

    actor = actor_as(post)
    found = queries.visible_documents(actor).order_by("-signed_on", "-id")
    documents = list((found.filter(state=state) if state else found)[:limit])
    figures = progress.of_documents([one.pk for one in documents], actor=actor, at=_now())
    for document in documents:
        known = figures.get(document.pk, progress.Progress())
        parts = (document.code, f"{document.signed_on:%d/%m/%Y}", document.state, known.tasks, known.given)
        click.echo("\t".join([*map(str, parts), document.subject[:100]]))


@click.command()
@click.argument("code")
@acting
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def show(code: str, post: str, form: str) -> None:
    """One document with its tasks, as the post sees them."""
    with_database()
    from isotherm.directives.queries import document_for

    document = document_for(actor_as(post), code)
    tasks = list(document.tasks.order_by("number").prefetch_related("leads__unit"))
    if form == "json":
        click.echo(json.dumps(_plain(document, tasks), ensure_ascii=False, indent=1))
        return
    click.echo(f"{document.type_name} {document.symbol} · {document.signed_on:%d/%m/%Y} · {document.issuer_text}")
    click.echo(f"{document.subject}\n{document.get_state_display()}\n")
    for task in tasks:
        due = f"{task.due_on:%d/%m/%Y}" if task.due_on else task.deadline_text or task.recurrence or "–"
        click.echo(f"{task.number:4}. {task.get_state_display()} · {task.clause} · {due} · {task.confidence:.2f}")
        click.echo(f"      {'; '.join(task.lead)} ({len(task.leads.all())})")
        click.echo(f"      {task.action[:200]}")


def _plain(document: Document, tasks: list[Task]) -> dict[str, Any]:
    return {
        "code": document.code,
        "symbol": document.symbol,
        "state": document.state,
        "signed_on": document.signed_on.isoformat(),
        "issuer": document.issuer.code,
        "subject": document.subject,
        "tasks": [
            {
                "number": task.number,
                "code": task.code,
                "state": task.state,
                "kind": task.kind,
                "clause": task.clause,
                "quote": task.quote,
                "lead": list(task.lead),
                "units": [lead.unit.code for lead in task.leads.all()],
                "coordinate": list(task.coordinate),
                "action": task.action,
                "deadline": task.due_on.isoformat() if task.due_on else None,
                "deadline_text": task.deadline_text,
                "recurrence": task.recurrence or None,
                "product": task.product,
                "confidence": task.confidence,
            }
            for task in tasks
        ],
    }


@click.command()
@click.argument("code")
@click.argument("numbers", nargs=-1, type=int)
@click.option("--all", "every", is_flag=True, help="all proposed tasks")
@acting
def accept(code: str, numbers: tuple[int, ...], every: bool, post: str) -> None:
    """Confirm proposed tasks of document CODE by their NUMBERS."""
    with_database()
    from isotherm.directives.acts import review
    from isotherm.directives.queries import document_for
    from isotherm.words import ngettext

    actor = actor_as(post)
    wanted = list(numbers)
    if every:
        proposed = document_for(actor, code).tasks.filter(state="proposed")
        wanted = list(proposed.order_by("number").values_list("number", flat=True))
    done = review.accept(code, wanted, actor=actor, at=_now())
    click.echo(ngettext("%(count)s task confirmed.", "%(count)s tasks confirmed.", len(done)) % {"count": len(done)})


@click.command(name="set-aside")
@click.argument("code")
@click.argument("numbers", nargs=-1, required=True, type=int)
@acting
def set_aside(code: str, numbers: tuple[int, ...], post: str) -> None:
    """Set proposed tasks aside: they are not given."""
    with_database()
    from isotherm.directives.acts import review
    from isotherm.words import ngettext

    done = review.set_aside(code, numbers, actor=actor_as(post), at=_now())
    click.echo(ngettext("%(count)s task set aside.", "%(count)s tasks set aside.", len(done)) % {"count": len(done)})


@click.command()
@click.argument("code")
@click.argument("number", type=int)
@acting
@click.option("--lead", multiple=True, help="a body in charge; again for each further one")
@click.option("--coordinate", multiple=True, help="a coordinating body; again for each further one")
@click.option("--action", help="the work, in words")
@click.option("--due", type=DAY, help="deadline")
@click.option("--no-due", is_flag=True, help="the text sets no deadline")
@click.option("--product", help="what is to be delivered")
@click.option("--kind", type=click.Choice(["task", "regular", "standing"]))
@click.option("--communes/--no-communes", default=None, help="communes are to carry it out, too")
def edit(
    code: str,
    number: int,
    post: str,
    lead: tuple[str, ...],
    coordinate: tuple[str, ...],
    action: str | None,
    due: datetime | None,
    no_due: bool,
    product: str | None,
    kind: str | None,
    communes: bool | None,
) -> None:
    """Change a proposed task before it is given; only what is named changes."""
    with_database()
    from isotherm.directives.acts import review
    from isotherm.words import _

    named = {"action": action, "product": product, "kind": kind, "expects_communes": communes, "due_on": _day(due)}
    changes: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    if lead:
        changes["lead"] = list(lead)
    if coordinate:
        changes["coordinate"] = list(coordinate)
    if no_due:
        changes["due_on"] = None
    if not changes:
        raise click.UsageError("Name what changes: --lead, --due, --action ...")
    task = review.edit(code, number, changes, actor=actor_as(post), at=_now())
    click.echo(_("Task %(number)s was changed.") % {"number": task.number})


@click.command()
@click.argument("code")
@acting
@click.option("--steps", default=1, show_default=True, type=click.IntRange(1, 1000), help="how many, newest first")
def undo(code: str, post: str, steps: int) -> None:
    """Put back what the last steps of the review changed."""
    with_database()
    from isotherm.directives.acts import review
    from isotherm.directives.queries import document_for
    from isotherm.words import _

    actor = actor_as(post)
    standing = document_for(actor, code).review_steps.filter(undone=False).order_by("-id").values_list("id", flat=True)
    wanted = list(standing[:steps])
    done = review.undo(code, through=wanted[-1] if wanted else None, actor=actor, at=_now())
    click.echo(_("Undone: %(what)s") % {"what": ", ".join(step.verb for step in done)})


@click.command()
@click.argument("code")
@acting
def redo(code: str, post: str) -> None:
    """Do again the step that was undone last."""
    with_database()
    from isotherm.directives.acts import review
    from isotherm.words import _

    step = review.redo(code, actor=actor_as(post), at=_now())
    click.echo(_("Done again: %(what)s") % {"what": step.verb})


@click.command()
@click.argument("code")
@click.argument("role", type=click.Choice(["principle", "prohibition", "standing", "other", "read"]))
@click.argument("clauses", nargs=-1, required=True, type=int)
@acting
def role(code: str, role: str, clauses: tuple[int, ...], post: str) -> None:
    """Say what CLAUSES (their numbers in `directive coverage`) are; `other`: no task, `read`: as they were read."""
    with_database()
    from isotherm.directives.acts import review
    from isotherm.words import ngettext

    done = review.say_role(code, list(clauses), "" if role == "read" else role, actor=actor_as(post), at=_now())
    click.echo(
        ngettext("said of %(count)s clause what it is", "said of %(count)s clauses what they are", len(done))
        % {"count": len(done)}
    )


@click.command()
@click.argument("code")
@acting
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def coverage(code: str, post: str, form: str) -> None:
    """What each clause of a registered document is, and what its tasks leave unclear."""
    with_database()
    from isotherm.directives import coverage as covering
    from isotherm.directives.queries import document_for
    from isotherm.doors.cli.directive_unclear import as_json, as_lines

    found = covering.of_document(document_for(actor_as(post), code))
    click.echo(as_json(found) if form == "json" else as_lines(found, every=True))


@click.command(name="second-reading")
@click.argument("code")
@acting
def second_reading(code: str, post: str) -> None:
    """Have the language model read document CODE, too, and lay what it proposes beside the rest."""
    with_database()
    from isotherm.directives.acts import second_reading as acts
    from isotherm.words import _

    told = _("The language model has read part %(part)s of %(parts)s.")
    asked = acts.ask(code, actor=actor_as(post), at=_now())
    read = acts.read_on(asked, _now(), tell=lambda n, of: click.echo(told % {"part": n, "parts": of}, err=True))
    if read.state != "done":
        click.echo(f"{read.get_state_display()}: {read.why}", err=True)
        raise click.exceptions.Exit(3)
    click.echo(
        _("It agrees with %(agreed)s tasks, reads another lead in %(differing)s, and proposes %(own)s of its own.")
        % {"agreed": read.agreed, "differing": read.differing, "own": read.own}
    )


@click.command()
@click.argument("code")
@acting
def submit(code: str, post: str) -> None:
    """Hand the confirmed tasks to the second person, who gives them."""
    with_database()
    from isotherm.directives.acts import review
    from isotherm.words import _

    review.submit(code, actor=actor_as(post), at=_now())
    click.echo(_("Submitted: a second person now sends the tasks."))


@click.command()
@click.argument("code")
@acting
@click.option("--preview", "only_look", is_flag=True, help="say what would be given, and give nothing")
def issue(code: str, post: str, only_look: bool) -> None:
    """Give the confirmed tasks, as the second person."""
    with_database()
    from isotherm.directives.queries import document_for
    from isotherm.execution import preview
    from isotherm.execution.acts.issue import issue as give
    from isotherm.words import _

    actor = actor_as(post)
    seen = preview.of(document_for(actor, code), at=_now())
    if not only_look:
        give(code, actor=actor, at=_now())
    click.echo(
        _("%(tasks)s tasks, %(now)s assignments at once to %(units)s bodies, %(below)s bodies further down expected.")
        % {"tasks": seen.tasks, "now": seen.now, "units": seen.units, "below": sum(seen.below.values())}
    )


@click.command()
@click.argument("task")
@acting
@click.option("--reason", required=True)
@click.option("--symbol", default="", help="the document that does it")
def recall(task: str, post: str, reason: str, symbol: str) -> None:
    """Withdraw a TASK that was given: all its open assignments close."""
    with_database()
    from isotherm.execution.acts.recall import recall as withdraw
    from isotherm.words import ngettext

    outcome = withdraw(task, reason=reason, symbol=symbol, actor=actor_as(post), at=_now())
    click.echo(
        ngettext(
            "The task was withdrawn: %(count)s open assignment is closed.",
            "The task was withdrawn: %(count)s open assignments are closed.",
            outcome.done,
        )
        % {"count": outcome.done}
    )


@click.command()
@click.argument("task")
@click.argument("what", type=click.Choice(["action", "product", "deadline_text", "responsible", "authority", "due_on"]))
@click.argument("new")
@acting
@click.option("--reason", required=True)
@click.option("--symbol", default="", help="the document that does it")
def correct(task: str, what: str, new: str, post: str, reason: str, symbol: str) -> None:
    """Correct one field of a TASK that was given; the old words stay beside it. An empty NEW takes a deadline away."""
    with_database()
    from isotherm.execution.acts.recall import correct as change
    from isotherm.words import _

    value: str | date | None = new
    if what == "due_on":
        value = DAY.convert(new, None, None).date() if new else None
    change(task, what=what, new=value, reason=reason, symbol=symbol, actor=actor_as(post), at=_now())
    click.echo(_("The task was corrected; the old words stay readable beside the new ones."))


COMMANDS = (
    *(register, list_, show, coverage, accept, set_aside, role, edit, second_reading, undo, redo),
    *(submit, issue, recall, correct),
)


def add_to(group: click.Group) -> None:
    for command in COMMANDS:
        group.add_command(command)
