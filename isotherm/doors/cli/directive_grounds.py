"""Tasks that lose their ground, from a terminal: which they are, and what the office that gave them decides."""

from __future__ import annotations

import click

from isotherm.doors.cli.directive_acts import acting, actor_as
from isotherm.doors.cli.start import with_database


@click.command()
@click.argument("code", default="")
@acting
def grounds(code: str, post: str) -> None:
    """Whose tasks lose their ground by which document: of document CODE, or of all of the post's own bodies."""
    with_database()
    from isotherm.directives import policy, queries
    from isotherm.execution import grounds as losing
    from isotherm.refusals import refuse_unless

    actor = actor_as(post)
    document = queries.document_for(actor, code) if code else None
    if document is not None:
        refuse_unless(policy.may_see_grounds(actor, document))
    for one in losing.lost(actor, document=document):
        click.echo("\t".join(map(str, (one.code, one.by_code, one.undecided, one.decided, one.subject[:100]))))
        for task in losing.undecided(one) if document is not None else ():
            click.echo(f"{task.number:6}. {task.action[:140]}")


@click.command(name="decide-grounds")
@click.argument("code")
@click.argument("numbers", nargs=-1, required=True, type=int)
@acting
@click.option("--by", required=True, metavar="CODE", help="the document that took the ground")
@click.option("--what", required=True, type=click.Choice(["keep", "recall", "leave"]))
@click.option("--reason", required=True)
@click.option("--carried-on", type=int, help="number of the new document's task that carries it on, with --what leave")
def decide_grounds(
    code: str, numbers: tuple[int, ...], post: str, by: str, what: str, reason: str, carried_on: int | None
) -> None:
    """Keep, recall, or leave to the new document tasks of document CODE that lose their ground."""
    with_database()
    from django.utils import timezone

    from isotherm.execution.acts.ground import decide
    from isotherm.words import ngettext

    done = decide(
        code,
        list(numbers),
        by=by,
        what=what,
        reason=reason,
        carried_on=carried_on,
        actor=actor_as(post),
        at=timezone.now(),
    )
    click.echo(ngettext("%(count)s task decided.", "%(count)s tasks decided.", len(done)) % {"count": len(done)})
