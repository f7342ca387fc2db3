"""The posts of a body on a day: who holds each and how, since when it is vacant, who stands in for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Case, Exists, OuterRef, QuerySet, When
from django.db.models.expressions import RawSQL

from isotherm.accounts import expertise, reach
from isotherm.accounts.held import HOLDING
from isotherm.accounts.models import Appointment, Charge, Person, Post
from isotherm.actor import Actor
from isotherm.records.models import LedgerLine
from isotherm.refusals import OutOfReach
from isotherm.units.folding import fold
from isotherm.words import lazy

CHANGES = ("person.appointed", "person.appointment_ended")


@dataclass(frozen=True, slots=True)
class Seated:
    """A post on a day. `stand_ins`: (how far from the post, name), nearest first."""

    post: Post
    holder: Appointment | None  # held or seconded
    acting: Appointment | None
    stand_ins: tuple[tuple[int, str], ...]
    vacant_since: date | None  # none: it has a holder
    was_held: bool
    charges: tuple[str, ...]
    has: tuple[str, ...]  # of what it requires
    lacks: tuple[str, ...]


def seated(posts: Sequence[Post], day: date) -> list[Seated]:
    """Six statements, however many posts."""
    ids = [one.pk for one in posts]
    sits: dict[int, dict[str, Appointment]] = defaultdict(dict)
    for one in Appointment.objects.filter(post__in=ids, valid__contains=day).select_related("person"):
        sits[one.post_id]["held" if one.how in HOLDING else one.how] = one
    charges: dict[int, list[str]] = defaultdict(list)
    for post_id, field in Charge.objects.filter(post__in=ids, valid__contains=day).values_list("post_id", "field"):
        charges[post_id].append(field)
    chains, left = _chains(ids, day), _left(ids, day)
    holders = {one["held"].person_id for one in sits.values() if "held" in one}
    theirs = expertise.of_people(holders, day)
    found = []
    for post in posts:
        holder = sits[post.pk].get("held")
        wanted = post.required
        has = theirs.get(holder.person_id, set()) if holder else set()
        found.append(
            Seated(
                post=post,
                holder=holder,
                acting=sits[post.pk].get("acting"),
                stand_ins=tuple(chains.get(post.pk, ())),
                vacant_since=None if holder else left.get(post.pk, post.valid.lower),
                was_held=post.pk in left,
                charges=tuple(sorted(charges[post.pk])),
                has=tuple(one for one in wanted if one in has),
                lacks=tuple(one for one in wanted if one not in has) if holder else (),
            )
        )
    return found


def posts_of(unit_id: int, day: date) -> list[Post]:
    """Leading posts first, then as they were founded."""
    return list(Post.objects.filter(unit=unit_id, valid__contains=day).order_by("-leading", "id"))


def _left(posts: Sequence[int], day: date) -> dict[int, date]:
    """The day on which each post was last left by a holder."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select post_id, max(upper(valid)) from accounts_appointment
            where post_id = any(%s) and how in ('held', 'seconded') and upper(valid) <= %s and not isempty(valid)
            group by post_id
            """,
            [list(posts), day],
        )
        return dict(cursor.fetchall())


def _chains(posts: Sequence[int], day: date) -> dict[int, list[tuple[int, str]]]:
    """Who stands in at each post, and who for the stand-in where he himself holds a post."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive chain as (
                select s.post_id, s.person_id, 1 as far, array[s.person_id] as way
                from accounts_appointment s
                where s.post_id = any(%(posts)s) and s.how = 'stand_in' and s.valid @> %(day)s::date
                union all
                select c.post_id, s.person_id, c.far + 1, c.way || s.person_id
                from chain c
                join accounts_appointment own
                  on own.person_id = c.person_id and own.how <> 'stand_in' and own.valid @> %(day)s::date
                join accounts_appointment s
                  on s.post_id = own.post_id and s.how = 'stand_in' and s.valid @> %(day)s::date
                where not s.person_id = any(c.way) and c.far < 10
            )
            select c.post_id, min(c.far), p.name from chain c join accounts_person p on p.id = c.person_id
            group by c.post_id, p.id, p.name order by 1, 2, 3
            """,
            {"posts": list(posts), "day": day},
        )
        found: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for post, far, name in cursor.fetchall():
            found[post].append((far, name))
        return found


def people(actor: Actor, asked: str = "", *, idle: bool = False) -> QuerySet[Person]:
    """Those who hold or held a post in a body that the actor oversees, and herself; `idle`: without any post today."""
    sql, params = reach.overseen_units_sql(actor)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select distinct a.person_id from accounts_appointment a join accounts_post p on p.id = a.post_id
            where p.unit_id in ({sql}) and not isempty(a.valid)
            """,
            params,
        )
        ids = [row[0] for row in cursor.fetchall()]
    if not ids and actor.person_id is not None and not reach.oversees(actor, actor.unit_id or 0):
        ids = [actor.person_id]
    found = Person.objects.filter(pk__in=ids)
    if asked.strip():
        searched = "unaccent(lower(accounts_person.name || ' ' || accounts_person.login))"
        every = RawSQL(  # noqa: S611  columns and parameters only
            f"(select bool_and({searched} like '%%' || word || '%%') from unnest(%s::text[]) word)",
            [fold(asked).split()[:12]],
        )
        found = found.annotate(_found=every).filter(_found=True)
    if idle:
        found = found.exclude(appointments__in=Appointment.objects.filter(valid__contains=actor.day))
    in_order = RawSQL("unaccent(lower(accounts_person.name))", [])  # Đ stands with D
    return found.order_by(in_order, "name", "login")


def person_for(actor: Actor, number: int) -> Person:
    """One person, if she is among those whom the actor may look up; everybody looks herself up."""
    found = Person.objects.filter(pk=number).first()
    if found is None or (found.pk != actor.person_id and not people(actor).filter(pk=number).exists()):
        raise OutOfReach(lazy("There is no such person within your reach."), remedy=lazy("Look for her by name."))
    return found


def person_called(login: str) -> Person:
    person = Person.objects.filter(login=login.strip().lower()).first()
    if person is None:
        raise OutOfReach(
            lazy("Nobody signs in as %(login)s."), {"login": login.strip()}, remedy=lazy("Check the sign-in name.")
        )
    return person


def post_for(actor: Actor, code: str) -> Post:
    """A post of a body whose people the actor may look up."""
    post = Post.objects.select_related("unit").filter(code=code.strip()).first()
    if post is None or not (actor.is_system or reach.oversees(actor, post.unit_id)):
        raise OutOfReach(
            lazy("There is no post with the code %(code)s within your reach."),
            {"code": code.strip()},
            remedy=lazy("A post's code is the body's code, a colon and the seat: VPCP:chuyen-vien."),
            field="post",
        )
    return post


def vacant(actor: Actor) -> QuerySet[Post]:
    """The posts of bodies whose people the actor looks up that nobody holds today, her own body's first."""
    sql, params = reach.overseen_units_sql(actor)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        units = [row[0] for row in cursor.fetchall()]
    held = Appointment.objects.filter(post=OuterRef("pk"), how__in=HOLDING, valid__contains=actor.day)
    return (
        Post.objects.filter(unit__in=units, valid__contains=actor.day)
        .filter(~Exists(held))
        .select_related("unit")
        .order_by(Case(When(unit=actor.unit_id, then=0), default=1), "unit_id", "-leading", "id")
    )


def terms(post: Post) -> QuerySet[Appointment]:
    """Everybody who was, is or will be appointed to the post, latest first; what was taken back left out."""
    return (
        Appointment.objects.filter(post=post, valid__isempty=False).select_related("person").order_by("-valid", "how")
    )


def terms_of(person: Person) -> QuerySet[Appointment]:
    return (
        Appointment.objects.filter(person=person, valid__isempty=False)
        .select_related("post", "post__unit")
        .order_by("-valid", "how")
    )


def changes_since(post: Post, people: Iterable[int], day: date) -> list[LedgerLine]:
    """The changes of appointments to a post that were entered on or after a day and not taken back, latest first."""
    lines = LedgerLine.objects.filter(
        subject_kind="person", subject_id__in=list(people), facts__post=post.code, at__date__gte=day
    )
    undone = set(lines.filter(verb="person.appointment_taken_back").values_list("facts__line", flat=True))
    return [one for one in lines.filter(verb__in=CHANGES).order_by("-id") if one.pk not in undone]
