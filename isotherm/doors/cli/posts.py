"""`isotherm people post`: posts are founded and closed; leaders have fields in charge. The ledger says "terminal"."""

from __future__ import annotations

from datetime import datetime

import click

from isotherm.doors.cli.start import with_database
from isotherm.words import _

DAY = click.DateTime(formats=["%Y-%m-%d", "%d/%m/%Y"])
HANDS = ("clerk", "officer", "approver", "leader", "monitor", "inspector", "administrator")


@click.group(name="post")
def group() -> None:
    """Posts: found, close, list, charge, end-charge."""


@group.command()
@click.argument("unit")
@click.argument("seat")
@click.option("--title", "title_vi", required=True, help="in Vietnamese")
@click.option("--title-en", default="", help="in English")
@click.option("--hand", "hands", multiple=True, required=True, type=click.Choice(HANDS), help="again for each other")
@click.option("--ground", required=True, help="the decision, by its symbol")
@click.option("--from", "start", type=DAY, help="first day; today")
@click.option("--leading", is_flag=True, help="counts among the leading posts to be filled")
@click.option("--expertise", default="", help="what the post requires, in words")
def found(
    unit: str,
    seat: str,
    title_vi: str,
    title_en: str,
    hands: tuple[str, ...],
    ground: str,
    start: datetime | None,
    leading: bool,
    expertise: str,
) -> None:
    """Found the post UNIT:SEAT, such as P-52 pho-chu-tich-1."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.acts.posts import found_post
    from isotherm.actor import Actor
    from isotherm.units.queries import unit_called

    post = found_post(
        unit_called(unit),
        seat,
        title_vi=title_vi,
        title_en=title_en,
        hands=hands,
        ground=ground,
        start=start.date() if start else timezone.localdate(),
        leading=leading,
        expertise=expertise,
        actor=Actor.system("terminal"),
        at=timezone.now(),
    )
    click.echo(_("The post %(code)s is founded.") % {"code": post.code})


@group.command()
@click.argument("code")
@click.option("--on", "on", type=DAY, required=True, help="the first day without it")
@click.option("--ground", required=True, help="the decision, by its symbol")
def close(code: str, on: datetime, ground: str) -> None:
    """Close the post CODE; it keeps its code and its past."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.acts.posts import close_post
    from isotherm.accounts.queries import post_called
    from isotherm.actor import Actor

    close_post(post_called(code), on=on.date(), ground=ground, actor=Actor.system("terminal"), at=timezone.now())
    click.echo(_("The post %(code)s is closed from %(day)s on.") % {"code": code, "day": f"{on:%d/%m/%Y}"})


@group.command("list")
@click.argument("unit")
def list_(unit: str) -> None:
    """The posts of UNIT on this day: code, title, hands, fields in charge, who holds them and how."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts import fields
    from isotherm.accounts.models import Appointment, Charge, Post
    from isotherm.units.queries import unit_called

    day = timezone.localdate()
    posts = list(Post.objects.filter(unit=unit_called(unit), valid__contains=day).order_by("code"))
    held = Appointment.objects.filter(post__in=posts, valid__contains=day).select_related("person").order_by("how")
    charged = Charge.objects.filter(post__in=posts, valid__contains=day)
    for post in posts:
        people = ", ".join(f"{one.person.name} ({one.get_how_display()})" for one in held if one.post_id == post.pk)
        charges = ", ".join(fields.field_name(one.field, "vi") for one in charged if one.post_id == post.pk)
        click.echo("\t".join([post.code, post.title_vi, ",".join(post.hands), charges, people or _("vacant")]))


@group.command()
@click.argument("code")
@click.argument("field")
@click.option("--from", "start", type=DAY, help="first day; today")
@click.option("--to", "end", type=DAY, help="the day it is over")
@click.option("--ground", required=True, help="the decision, by its symbol")
def charge(code: str, field: str, start: datetime | None, end: datetime | None, ground: str) -> None:
    """Put the leader's post CODE in charge of FIELD, such as health; see `list` for what is in whose charge."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts import fields
    from isotherm.accounts.acts.posts import put_in_charge
    from isotherm.accounts.queries import post_called
    from isotherm.actor import Actor

    made = put_in_charge(
        post_called(code),
        field,
        start=start.date() if start else timezone.localdate(),
        end=end.date() if end else None,
        ground=ground,
        actor=Actor.system("terminal"),
        at=timezone.now(),
    )
    click.echo(
        _("%(post)s has the field “%(field)s” in charge: number %(id)s.")
        % {"post": made.post.title_vi, "field": fields.field_name(field, "vi"), "id": made.pk}
    )


@group.command("end-charge")
@click.argument("code")
@click.argument("field")
@click.option("--on", "on", type=DAY, required=True, help="the first day on which it is no longer in charge")
def end_charge(code: str, field: str, on: datetime) -> None:
    """FIELD is no longer in the charge of the post CODE."""
    with_database()
    from django.utils import timezone

    from isotherm.accounts.acts import posts
    from isotherm.accounts.queries import charge_of, post_called
    from isotherm.actor import Actor

    kept = charge_of(post_called(code), field, on.date())
    posts.end_charge(kept.pk, end=on.date(), actor=Actor.system("terminal"), at=timezone.now())
    click.echo(_("It is no longer in charge from %(day)s on.") % {"day": f"{on:%d/%m/%Y}"})
