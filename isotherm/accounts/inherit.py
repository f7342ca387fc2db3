"""What becomes of posts when their unit ends: they end on the day, with their fields; people go over where the
reorganisation says so. A right to sign ends with either of its bodies: the heir lets its own departments sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from isotherm.accounts import seats
from isotherm.accounts.models import Appointment, Charge, Mandate, Post, SigningAuthority
from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.units.models import Reorganisation
from isotherm.units.reorganisation.plan import Finding, Plan
from isotherm.words import lazy

DATED: tuple[Any, ...] = (Appointment, Mandate, Charge, SigningAuthority, Post)


def findings(made: Reorganisation, plan: Plan) -> list[Finding]:
    """People who would be left without a post, wrong lines of the mapping, and offices that would serve nobody."""
    found = _wrong_mapping(made, plan)
    ending = Appointment.objects.filter(post__unit__code__in=plan.ended, valid__contains=plan.day)
    kept = set(
        Appointment.objects.filter(valid__contains=plan.day)
        .exclude(post__unit__code__in=plan.ended)
        .values_list("person_id", flat=True)
    )
    for one in ending.filter(person__is_active=True).select_related("person", "post", "post__unit"):
        if one.person_id not in kept and one.post.code not in made.posts:
            found.append(
                Finding(
                    lazy("%(person)s holds %(post)s, which ends, and has no other post."),
                    {"person": one.person.name, "post": one.post.code},
                    lazy("Name the post that takes over from it, or appoint the person before the day."),
                    unit=one.post.unit.code,
                    stops=False,
                )
            )
    for mandate in Mandate.objects.filter(post__unit__code__in=plan.ended, valid__contains=plan.day).select_related(
        "post", "unit", "post__unit"
    ):
        if mandate.unit.code not in plan.ended:
            found.append(
                Finding(
                    lazy("%(post)s does the acts of %(unit)s, and ends."),
                    {"post": mandate.post.code, "unit": mandate.unit.code},
                    lazy("Give that mandate to another post before the day."),
                    unit=mandate.post.unit.code,
                    stops=False,
                )
            )
    return found


def _wrong_mapping(made: Reorganisation, plan: Plan) -> list[Finding]:
    codes = {*made.posts, *made.posts.values()}
    posts = {post.code: post for post in Post.objects.filter(code__in=codes).select_related("unit")}
    found = []
    for old, new in made.posts.items():
        founded = new.partition(":")[0] in plan.founded
        if old not in posts or (new not in posts and not founded):
            sentence = lazy("There is no post %(post)s.")
            facts = {"post": old if old not in posts else new}
        elif posts[old].unit.code not in plan.ended:
            sentence, facts = lazy("%(post)s does not end: nobody goes over from it."), {"post": old}
        elif new in posts and posts[new].unit.code in plan.ended:
            sentence, facts = lazy("%(post)s ends, too."), {"post": new}
        else:
            continue
        found.append(Finding(sentence, facts, lazy("Correct the list of posts."), unit=old.partition(":")[0]))
    return found


@transaction.atomic
def take_over(
    made: Reorganisation, heirs: Mapping[int, int], *, founded: bool, actor: Actor, at: datetime
) -> dict[str, Any]:
    """End the posts of the ended units (the keys of `heirs`) on the day. Returns what undoing needs."""
    new_posts: list[int] = []
    if founded:
        before = set(Post.objects.values_list("id", flat=True))
        seats.load(since=made.day)
        new_posts = sorted(set(Post.objects.values_list("id", flat=True)) - before)
    posts = Post.objects.filter(unit__in=list(heirs), valid__contains=made.day)
    codes = dict(posts.values_list("code", "id"))
    going = list(
        Appointment.objects.filter(post__code__in=made.posts, valid__contains=made.day)
        .select_related("post")
        .order_by("id")
    )
    serving = list(
        Mandate.objects.filter(unit__in=list(heirs), valid__contains=made.day).exclude(post__in=codes.values())
    )
    until = {one.pk: one.valid.upper for one in going}
    served = {one.pk: one.valid.upper for one in serving}
    closed = {
        "Appointment": _close(Appointment.objects.filter(post__in=codes.values()), made.day),
        "Mandate": _close(Mandate.objects.filter(post__in=codes.values()), made.day)
        + _close(Mandate.objects.filter(pk__in=[one.pk for one in serving]), made.day),
        "Charge": _close(Charge.objects.filter(post__in=codes.values()), made.day),
        "SigningAuthority": _close(
            SigningAuthority.objects.filter(Q(giver__in=list(heirs)) | Q(department__in=list(heirs))), made.day
        ),
        "Post": _close(posts, made.day),
    }
    moved = [_appoint(made, one, until[one.pk]) for one in going]
    added = {
        "Appointment": [one for one in moved if one is not None],
        "Mandate": _serve(made, serving, heirs, served),
        "Post": new_posts,
    }
    if codes:
        ledger.write(
            actor,
            "posts.ended",
            at=at,
            subject_kind="reorganisation",
            subject_id=made.pk,
            subject_code=made.code,
            unit_id=made.authority_id,
            facts={"day": made.day, "moved": len(added["Appointment"])},
            members=ledger.Members("post", list(codes.values())),
            paper=made.document,
        )
    return {"closed": closed, "added": added}


@transaction.atomic
def give_back(made: Reorganisation, kept: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    """The posts and appointments that ended hold again; those that were made for them end."""
    for model in DATED:
        numbers = kept["added"].get(model.__name__, [])
        if model is Post:
            Appointment.objects.filter(post__in=numbers).update(valid=DateRange(empty=True))
        model.objects.filter(pk__in=numbers).update(valid=DateRange(empty=True))
        for number, since, until in kept["closed"].get(model.__name__, []):
            model.objects.filter(pk=number).update(valid=DateRange(_day(since), _day(until), "[)"))
    posts = [number for number, _since, _until in kept["closed"]["Post"]]
    if posts:
        ledger.write(
            actor,
            "posts.restored",
            at=at,
            subject_kind="reorganisation",
            subject_id=made.pk,
            subject_code=made.code,
            unit_id=made.authority_id,
            members=ledger.Members("post", posts),
            paper=made.document,
        )


def _close(rows: Any, day: date) -> list[list[Any]]:
    """What holds on the day or would begin later: of a body that ended nothing begins any more."""
    closed = []
    for number, valid in list(rows.filter(valid__overlap=DateRange(day, None)).values_list("id", "valid")):
        closed.append([number, *(one.isoformat() if one else None for one in (valid.lower, valid.upper))])
        begins_then = valid.lower is not None and valid.lower >= day
        span = DateRange(empty=True) if begins_then else DateRange(valid.lower, day, "[)")
        rows.model.objects.filter(pk=number).update(valid=span)
    return closed


def _appoint(made: Reorganisation, one: Appointment, until: date | None) -> int | None:
    """In the post that takes over: its holder, or beside whoever holds it or acts in it; none if she sits there
    already."""
    post = Post.objects.get(code=made.posts[one.post.code])
    span = DateRange(made.day, until, "[)")
    there = Appointment.objects.filter(post=post, valid__overlap=span)
    if there.filter(person=one.person_id).exists():
        return None
    taken = there.exclude(how=Appointment.How.STAND_IN).exists()
    how = Appointment.How.STAND_IN if taken else one.how
    return Appointment.objects.create(person_id=one.person_id, post=post, valid=span, how=how).pk


def _serve(
    made: Reorganisation, serving: list[Mandate], heirs: Mapping[int, int], until: Mapping[int, date | None]
) -> list[int]:
    """The office of an ended unit that goes on itself serves the heir."""
    added = []
    for one in serving:
        heir, span = heirs[one.unit_id], DateRange(made.day, until[one.pk], "[)")
        known = Mandate.objects.filter(post=one.post_id, unit=heir, valid__overlap=span).exists()
        if not known and one.post.unit_id != heir:
            added.append(Mandate.objects.create(post_id=one.post_id, unit_id=heir, valid=span, ground=made.document).pk)
    return added


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
