"""Who acts in which post on a day, through chains of stand-ins: A's stand-in B is away and has the stand-in C, so C
acts at A's desk, too, in A's post. Rights stay those of the post; the ledger names for whom it was done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from isotherm.accounts.models import Appointment, Person, Post

HOLDING = (Appointment.How.HELD, Appointment.How.SECONDED)


@dataclass(frozen=True, slots=True)
class Seat:
    """One of a person's posts on a day. `for_person`: whom she stands in for there; `through`: the stand-ins between,
    by name, nearest to the holder first."""

    appointment_id: int
    post_id: int
    how: str
    for_person: int | None = None
    for_name: str = ""
    through: tuple[str, ...] = ()


def seats(person: Person, day: date) -> list[Seat]:
    """Her own posts first, then those in which she stands in, near before far. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive sits as (
                select a.id, a.person_id, a.post_id, a.how
                from accounts_appointment a join accounts_post p on p.id = a.post_id
                where a.valid @> %(day)s::date and p.valid @> %(day)s::date
            ),
            chain as (
                select s.id, s.post_id, s.how::text, s.person_id as sitter, 0 as far, array[s.person_id] as way
                from sits s where s.person_id = %(person)s
                union all
                -- Where she stands in, the sitter of that post may himself stand in elsewhere: that desk is hers, too.
                select s.id, s.post_id, 'stand_in', s.person_id, c.far + 1, c.way || s.person_id
                from chain c
                join sits principal on principal.post_id = c.post_id and principal.how <> 'stand_in'
                join sits s on s.person_id = principal.person_id and s.how = 'stand_in'
                where c.how = 'stand_in' and not s.person_id = any(c.way) and c.far < 10
            ),
            nearest as (select distinct on (post_id) * from chain order by post_id, how, far, id)
            select n.id, n.post_id, n.how, h.person_id, h.name,
                   array(select q.name from unnest(n.way[2:]) with ordinality w(id, place)
                         join accounts_person q on q.id = w.id order by w.place desc)
            from nearest n
            join accounts_post p on p.id = n.post_id
            left join lateral (
                select s.person_id, q.name from sits s join accounts_person q on q.id = s.person_id
                where n.how = 'stand_in' and s.post_id = n.post_id and s.how <> 'stand_in'
                order by s.how limit 1
            ) h on true
            order by array_position(array['held', 'seconded', 'acting', 'stand_in'], n.how), n.far, p.code
            """,
            {"person": person.pk, "day": day},
        )
        return [Seat(row[0], row[1], row[2], row[3], row[4] or "", tuple(row[5])) for row in cursor.fetchall()]


def bodies(person: Person, day: date) -> set[int]:
    """The units of all posts that she has on the day or will have; of the last one, where she has none any more."""
    hers = Appointment.objects.filter(person=person)
    desks = [one.post_id for one in seats(person, day)]
    found = set(Post.objects.filter(pk__in=desks).values_list("unit_id", flat=True))
    found |= set(hers.filter(valid__overlap=DateRange(day, None)).values_list("post__unit_id", flat=True))
    if not found:
        found = set(hers.order_by("-valid__endswith", "-id").values_list("post__unit_id", flat=True)[:1])
    return found
