"""`isotherm people`: who signs in, and which post each holds. The acts are the pages' own; the ledger says "terminal".

Who may run commands in this folder is the administrator of the installation: that is how the first person comes to be.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from isotherm.doors.cli.posts import group as post
from isotherm.doors.cli.powers import group as power
from isotherm.doors.cli.signing import group as signing
from isotherm.doors.cli.start import with_database
from isotherm.doors.cli.targets import figures
from isotherm.doors.cli.targets import group as target
from isotherm.refusals import OutOfReach
from isotherm.words import _, lazy

if TYPE_CHECKING:
    from isotherm.accounts.models import Person, Post
    from isotherm.actor import Actor

DAY = click.DateTime(formats=["%Y-%m-%d", "%d/%m/%Y"])
PASSWORD = click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True, envvar="ISOTHERM_PASSWORD", help="asked for"
)


@click.group()
def group() -> None:
    """People and posts: add, list, appoint, end, move, hand-overs, password, deactivate, reactivate, sign-out; post,
    signing, target, figures, power."""


group.add_command(signing)
group.add_command(post)
group.add_command(target)
group.add_command(figures)
group.add_command(power)


@group.command()
@click.argument("login")
@click.option("--name", required=True, help="family name and given name")
@click.option("--post", "post_code", help="code of the post she holds from today, such as P-52:van-thu")
@PASSWORD
def add(login: str, name: str, post_code: str | None, password: str) -> None:
    """Let somebody sign in; with --post she also holds that post from today."""
    with_database()
    from django.db import transaction
    from django.utils import timezone

    from isotherm.accounts import acts

    now = timezone.now()
    with transaction.atomic():
        post = _post(post_code) if post_code else None
        person = acts.add_person(login, name=name, password=password, actor=_terminal(), at=now)
        if post is not None:
            acts.appoint(person, post, start=timezone.localdate(), actor=_terminal(), at=now)
    click.echo(_("%(login)s can sign in.") % {"login": person.login})


@group.command("list")
@click.argument("beginning", default="")
def list_people(beginning: str) -> None:
    """Who may sign in (logins that begin with BEGINNING), and the post each holds today."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.models import Person
    from isotherm.accounts.queries import appointments

    day = timezone.localdate()
    for person in Person.objects.filter(login__startswith=beginning).order_by("login"):
        posts = ", ".join(f"{one.post.code} ({one.post.title_vi})" for one in appointments(person, day))
        state = "" if person.is_active else "  " + _("may not sign in")
        click.echo(f"{person.login}  {person.name}  {posts}{state}")


@group.command()
@click.argument("login")
@click.argument("post_code")
@click.option("--from", "start", type=DAY, help="first day; today")
@click.option("--to", "end", type=DAY, help="the day it is over")
@click.option("--how", type=click.Choice(["held", "acting", "stand_in", "seconded"]), default="held", show_default=True)
@click.option("--ground", default="", help="the decision, by its symbol")
def appoint(login: str, post_code: str, start: datetime | None, end: datetime | None, how: str, ground: str) -> None:
    """Appoint LOGIN to the post POST_CODE, such as P-52:lanh-dao."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts import acts

    appointment = acts.appoint(
        _person(login),
        _post(post_code),
        start=start.date() if start else timezone.localdate(),
        end=end.date() if end else None,
        how=how,
        ground=ground,
        actor=_terminal(),
        at=timezone.now(),
    )
    click.echo(
        _("%(name)s is appointed: %(post)s.") % {"name": appointment.person.name, "post": appointment.post.title_vi}
    )


@group.command()
@click.argument("login")
@click.argument("post_code")
@click.option("--on", "on", type=DAY, required=True, help="the first day on which LOGIN no longer sits there")
@click.option("--ground", default="", help="the decision, by its symbol")
@click.option("--receiver", help="who takes over, by login; else whoever is appointed next")
def end(login: str, post_code: str, on: datetime, ground: str, receiver: str | None) -> None:
    """End LOGIN's appointment to the post POST_CODE; opens the hand-over minutes."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.queries import appointment_of
    from isotherm.execution.acts.hand_over import leave

    kept = appointment_of(_person(login), _post(post_code), on.date())
    minutes = leave(
        kept.pk,
        on=on.date(),
        ground=ground,
        receiver=_person(receiver) if receiver else None,
        actor=_terminal(),
        at=timezone.now(),
    )
    click.echo(_("The appointment ends on %(day)s.") % {"day": f"{on:%d/%m/%Y}"})
    if minutes is not None:
        click.echo(_("Hand-over minutes are open for both to sign."))


@group.command()
@click.argument("login")
@click.argument("old")
@click.argument("new")
@click.option("--on", "on", type=DAY, required=True, help="the first day in the new post")
@click.option("--ground", required=True, help="the decision, by its symbol")
@click.option("--receiver", help="who takes the old post over, by login; else whoever is appointed next")
def move(login: str, old: str, new: str, on: datetime, ground: str, receiver: str | None) -> None:
    """Rotation: LOGIN leaves the post OLD and holds NEW from that day on; both or neither. Opens the minutes of OLD."""
    with_database()
    from django.utils import timezone

    from isotherm.execution.acts.hand_over import rotate

    made, _minutes = rotate(
        _person(login),
        _post(old),
        _post(new),
        on=on.date(),
        ground=ground,
        receiver=_person(receiver) if receiver else None,
        actor=_terminal(),
        at=timezone.now(),
    )
    click.echo(_("%(name)s is appointed: %(post)s.") % {"name": made.person.name, "post": made.post.title_vi})
    click.echo(_("Hand-over minutes are open for both to sign."))


@group.command("hand-overs")
@click.argument("unit", default="")
def hand_overs(unit: str) -> None:
    """Posts that are not handed over yet (of UNIT): post, who leaves, who takes over, the day, who has signed."""
    with_database()
    from isotherm.accounts.models import Person, Post
    from isotherm.execution import hand_over
    from isotherm.units.queries import unit_called

    found = hand_over.unsigned(hand_over.standing())
    if unit:
        found = found.filter(unit_id=unit_called(unit).pk)
    rows = list(found.order_by("on", "pk"))
    persons = {one for row in rows for one in (row.leaver_id, row.receiver_id or 0)}
    names = dict(Person.objects.filter(pk__in=persons).values_list("pk", "name"))
    posts = dict(Post.objects.filter(pk__in={row.post_id for row in rows}).values_list("pk", "code"))
    for row in rows:
        signed = [
            names[one]
            for one, at in ((row.leaver_id, row.leaver_signed_at), (row.receiver_id, row.receiver_signed_at))
            if at is not None and one is not None
        ]
        receiver = names.get(row.receiver_id or 0, "–")
        said = [posts[row.post_id], names[row.leaver_id], receiver, f"{row.on:%d/%m/%Y}", ", ".join(signed) or "–"]
        click.echo("\t".join(said))
    if not rows:
        click.echo(_("Every post that was left is handed over."))


@group.command()
@click.argument("login")
@PASSWORD
def password(login: str, password: str) -> None:
    """Give LOGIN a new password."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts import acts

    acts.set_password(_person(login), password=password, actor=_terminal(), at=timezone.now())
    click.echo(_("%(login)s has a new password.") % {"login": login})


@group.command()
@click.argument("login")
def deactivate(login: str) -> None:
    """LOGIN may no longer sign in; what was done under it stays."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts import acts

    acts.deactivate(_person(login), actor=_terminal(), at=timezone.now())
    click.echo(_("%(login)s may no longer sign in.") % {"login": login})


@group.command()
@click.argument("login")
def reactivate(login: str) -> None:
    """LOGIN may sign in again; sessions begun before stay ended."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts import acts

    acts.reactivate(_person(login), actor=_terminal(), at=timezone.now())
    click.echo(_("%(login)s may sign in again.") % {"login": login})


@group.command("sign-out")
@click.argument("login")
def sign_out(login: str) -> None:
    """End every session of LOGIN, wherever it was begun."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts import acts

    acts.end_sessions(_person(login), actor=_terminal(), at=timezone.now())
    click.echo(_("%(login)s is signed out everywhere.") % {"login": login})


def _terminal() -> Actor:
    from isotherm.actor import Actor

    return Actor.system("terminal")


def _person(login: str) -> Person:
    from isotherm.accounts.models import Person

    person = Person.objects.filter(login=login.strip().lower()).first()
    if person is None:
        raise OutOfReach(
            lazy("Nobody signs in as %(login)s."),
            {"login": login},
            remedy=lazy("isotherm people list names everybody."),
        )
    return person


def _post(code: str) -> Post:
    from django.utils import timezone

    from isotherm.accounts.models import Post

    post = Post.objects.filter(code=code, valid__contains=timezone.localdate()).first()
    if post is None:
        raise OutOfReach(
            lazy("There is no post with the code %(code)s today."),
            {"code": code},
            remedy=lazy("A post's code is the body's code, a colon and the seat: VPCP:chuyen-vien."),
        )
    return post


@group.command()
@click.argument("login")
@click.option("--provider", required=True, help="the provider's name in the file of ISOTHERM_PROVIDERS")
@click.option("--subject", required=True, help="the account's `sub` there; never a name or a mail address")
def link(login: str, provider: str, subject: str) -> None:
    """Whoever signs in at the provider as SUBJECT is LOGIN here."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.acts.identities import link_identity
    from isotherm.accounts.identities import provider_called

    issuer = provider_called(provider).issuer
    link_identity(_person(login), issuer=issuer, subject=subject, actor=_terminal(), at=timezone.now())
    click.echo(_("%(login)s can sign in through %(provider)s.") % {"login": login, "provider": provider})


@group.command()
@click.argument("login")
@click.option("--issuer", required=True, help="the issuer of the account, as isotherm people links prints it")
def unlink(login: str, issuer: str) -> None:
    """No account of ISSUER is LOGIN any more; all sessions of hers end."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.acts.identities import unlink_identity
    from isotherm.accounts.models import Identity

    person = _person(login)
    links = list(Identity.objects.filter(person=person, issuer=issuer))
    if not links:
        raise OutOfReach(lazy("There is no such linked account."))
    for one in links:
        unlink_identity(one.pk, person=person, actor=_terminal(), at=timezone.now())
    click.echo(_("%(login)s no longer signs in through %(issuer)s.") % {"login": login, "issuer": issuer})


@group.command()
@click.argument("login")
def links(login: str) -> None:
    """The accounts through which LOGIN signs in: issuer, subject, since when."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.identities import of

    for one, _provider in of(_person(login)):
        click.echo(f"{one.issuer}  {one.subject}  {timezone.localtime(one.linked_at):%d/%m/%Y}")


@group.command("second-factor")
@click.argument("login")
@click.option("--as", "post", metavar="POST", help="the administrator's post whose act it is; else the installation's")
@click.option("--reason", default="", help="what happened; she is told")
def second_factor(login: str, post: str | None, reason: str) -> None:
    """Take LOGIN's second factor away, after a lost phone: all her sessions end, and she sets up another one."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.acts.second_factor import take_away
    from isotherm.doors.cli.directive_acts import actor_as

    person = _person(login)
    take_away(person, actor=actor_as(post) if post else _terminal(), at=timezone.now(), reason=reason)
    click.echo(_("%(name)s signs in without a second factor until another one is set up.") % {"name": person.name})
