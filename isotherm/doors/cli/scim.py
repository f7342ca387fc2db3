"""`isotherm scim`: directories that keep people and posts of a body by SCIM 2.0; with none, the door is shut."""

from __future__ import annotations

import click

from isotherm.doors.cli.start import with_database
from isotherm.words import _

HANDS = ["clerk", "officer", "approver", "leader", "monitor", "inspector", "support"]


@click.group()
def group() -> None:
    """Directories of accounts: add, list, end."""


@group.command()
@click.argument("name")
@click.option("--unit", required=True, help="code of the body; the directory keeps people and posts of it and below")
@click.option(
    "--hand",
    "hands",
    multiple=True,
    required=True,
    type=click.Choice(HANDS),
    help="work that posts it fills may do, several times; a post that it founds does the first",
)
@click.option("--ground", required=True, help="the decision by which it keeps them, by its symbol")
@click.option(
    "--provider", default="", help="provider of sign-in (ISOTHERM_PROVIDERS) whose subjects its externalIds are"
)
def add(name: str, unit: str, hands: tuple[str, ...], ground: str, provider: str) -> None:
    """Let the directory NAME in, and print its token: it is shown this once."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.acts.provisioning import make_client
    from isotherm.accounts.identities import provider_called
    from isotherm.actor import Actor
    from isotherm.units.queries import unit_called

    made, token = make_client(
        name,
        unit_called(unit),
        hands=hands,
        ground=ground,
        issuer=provider_called(provider).issuer if provider else "",
        actor=Actor.system("terminal"),
        at=timezone.now(),
    )
    click.echo(_("%(name)s may keep people and posts at /scim/v2; its token is shown this once:") % vars_of(made))
    click.echo(token)


@group.command("list")
def list_() -> None:
    """Every directory, its body, what it may give, and since when."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.models import ProvisioningClient

    for one in ProvisioningClient.objects.select_related("unit").order_by("name"):
        ended = timezone.localtime(one.ended_at).strftime("%d/%m/%Y %H:%M") if one.ended_at else ""
        state = "  " + _("ended %(when)s") % {"when": ended} if ended else ""
        since = timezone.localtime(one.made_at).strftime("%d/%m/%Y")
        click.echo(f"{one.name}  {one.unit.code}  {','.join(one.hands)}  {one.ground}  {since}{state}")


@group.command()
@click.argument("name")
def end(name: str) -> None:
    """The token of NAME opens nothing any more; the people and posts that it kept stay."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.acts.provisioning import end_client
    from isotherm.accounts.provisioning import client_called
    from isotherm.actor import Actor

    client = client_called(name)
    end_client(client, actor=Actor.system("terminal"), at=timezone.now())
    click.echo(_("%(name)s keeps nothing any more.") % vars_of(client))


def vars_of(client: object) -> dict[str, str]:
    return {"name": str(client)}
