"""The seats that every body has: loaded set-based for thousands of units."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from isotherm import country
from isotherm.accounts.models import Mandate, Post
from isotherm.units.models import Unit


@transaction.atomic
def load(since: date) -> int:
    """The usual posts of every unit by its kind (`posts.toml`), and the mandates of offices; may run again.

    Returns how many posts were added. A unit that has a post of that code keeps it.
    """
    made = 0
    with connection.cursor() as cursor:
        for kind, posts in country.rules("posts")["kinds"].items():
            for post in posts:
                cursor.execute(
                    """
                    insert into accounts_post (unit_id, code, title_vi, title_en, hands, "leading", valid)
                    select u.id, u.code || ':' || %s, %s, %s, %s::varchar[], %s,
                           daterange(greatest(%s::date, coalesce(u.founded_on, %s::date)), null)
                    from units_unit u
                    join units_kind k on k.unit_id = u.id and k.voided_by is null and upper_inf(k.valid)
                    where k.kind = %s
                    on conflict (code) do nothing
                    """,
                    [
                        post["seat"],
                        post["vi"],
                        post["en"],
                        post["hands"],
                        post.get("leading", False),
                        since,
                        since,
                        kind,
                    ],
                )
                made += cursor.rowcount
                if post.get("leading"):
                    # Seats loaded before the package said which of them lead; those that people founded stay as said.
                    cursor.execute(
                        """
                        update accounts_post p set "leading" = true
                        from units_kind k
                        where k.unit_id = p.unit_id and k.voided_by is null and upper_inf(k.valid) and k.kind = %s
                          and p.code like '%%:' || %s and p.founded_by = '' and not p."leading"
                        """,
                        [kind, post["seat"]],
                    )
    for mandate in country.rules("posts")["mandates"]:
        made += _mandate(mandate["office"], mandate["serves"], since=since, ground=mandate.get("ground", ""))
    return made


def _mandate(office: str, serves: Iterable[str], *, since: date, ground: str) -> int:
    made = 0
    units = Unit.objects.in_bulk(list(serves), field_name="code")
    for post in Post.objects.filter(unit__code=office):
        for unit in units.values():
            _row, new = Mandate.objects.get_or_create(
                post=post, unit=unit, defaults={"valid": DateRange(since, None), "ground": ground}
            )
            made += int(new)
    return made
