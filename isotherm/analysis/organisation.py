"""How bodies are staffed: each figure is one query of rows, counted and opened from the same rows.

A row is (met, unit, kind, post, person, since): `met` says whether it is in the numerator; the denominator is all rows,
or the number that a target names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from isotherm.accounts import targets
from isotherm.accounts.models import Target
from isotherm.analysis.figures import ORGANISATION, OrganisationFigure
from isotherm.units import tree


@dataclass(frozen=True, slots=True)
class Row:
    """What a number counts: a post, a person at a post, or a body."""

    met: bool
    unit_id: int
    kind: str
    post_id: int | None
    person_id: int | None
    since: date | None


@dataclass(frozen=True, slots=True)
class Part:
    """The figure of one kind of body."""

    kind: str
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of a body and what stands below it, on a day. Against a target the denominator is its number."""

    figure: OrganisationFigure
    numerator: int
    denominator: int
    day: date
    parts: tuple[Part, ...] = ()
    target: Target | None = None

    @property
    def share(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None

    @property
    def over(self) -> int:
        """By how much a target is exceeded."""
        return max(0, self.numerator - self.denominator) if self.target is not None else 0


_BASE = """
    scope as (
        select t.descendant_id as unit_id, t.distance from units_treeancestor t
        where t.version_id = %(version)s and t.ancestor_id = %(root)s
    ),
    bodies as (
        select s.unit_id, s.distance, k.kind
        from scope s join units_kind k on k.unit_id = s.unit_id and k.voided_by is null and k.valid @> %(day)s::date
    ),
    seats as (
        select p.id as post_id, p.unit_id, b.kind, p."leading" as leads, p.requires, a.person_id,
               lower(a.valid) as held_since,
               coalesce((select max(upper(g.valid)) from accounts_appointment g
                         where g.post_id = p.id and g.how in ('held', 'seconded') and not isempty(g.valid)
                           and upper(g.valid) <= %(day)s), lower(p.valid)) as left_on
        from bodies b join accounts_post p on p.unit_id = b.unit_id and p.valid @> %(day)s::date
        left join accounts_appointment a
          on a.post_id = p.id and a.how in ('held', 'seconded') and a.valid @> %(day)s::date
    )
"""
# Each gives: met, unit_id, kind, post_id, person_id, since.
_ROWS = {
    "leading_filled": """
        select person_id is not null, unit_id, kind, post_id, person_id,
               case when person_id is null then left_on else held_since end
        from seats where leads
    """,
    "bodies_fully_led": """
        select bool_and(person_id is not null), unit_id, kind, null::bigint, null::bigint,
               max(left_on) filter (where person_id is null)
        from seats where leads group by unit_id, kind
    """,
    "posts_filled": """
        select person_id is not null, unit_id, kind, post_id, person_id,
               case when person_id is null then left_on else held_since end
        from seats
    """,
    "expertise_met": """
        select not exists (
                   select 1 from unnest(string_to_array(requires, ' ')) as needed(what)
                   where not exists (select 1 from accounts_expertise e
                                     where e.person_id = seats.person_id and e.what = needed.what
                                       and e.valid @> %(day)s::date)
               ), unit_id, kind, post_id, person_id, held_since
        from seats where requires <> '' and person_id is not null
    """,
    "staff_of_target": """
        select true, (array_agg(unit_id order by post_id))[1], (array_agg(kind order by post_id))[1], min(post_id),
               person_id, min(held_since)
        from seats where person_id is not null group by person_id
    """,
    "focal_points_of_target": """
        select true, b.unit_id, b.kind, null::bigint, null::bigint,
               (select min(lower(k.valid)) from units_kind k where k.unit_id = b.unit_id and k.voided_by is null)
        from bodies b
        where b.distance = 1 and b.kind not in ('province_committee', 'district_committee', 'commune_committee')
    """,
    "units_added_of_policy": """
        select true, b.unit_id, b.kind, null::bigint, null::bigint, f.since
        from bodies b
        cross join lateral (
            select min(lower(k.valid)) as since from units_kind k where k.unit_id = b.unit_id and k.voided_by is null
        ) f
        where b.distance > 0 and f.since >= %(from)s
          -- Whoever takes over from bodies that ended is not added: they are fewer than before.
          and not exists (select 1 from units_heir h join units_succession e on e.id = h.succession_id
                          where h.heir_id = b.unit_id and h.gone_id <> b.unit_id and e.voided_by is null
                            and e.day = f.since)
    """,
}
assert tuple(_ROWS) == tuple(ORGANISATION)


def measure(name: str, unit_id: int, day: date) -> Measured | None:
    """One figure; none where it needs a target and no decree names one."""
    figure, target = ORGANISATION[name], None
    if figure.target:
        target = targets.of(unit_id, figure.target, day)
        if target is None:
            return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"with {_BASE}, rows(met, unit_id, kind, post_id, person_id, since) as ({_ROWS[name]}) "
            "select kind, count(*) filter (where met)::int, count(*)::int from rows group by kind order by kind",
            _params(unit_id, day, target),
        )
        parts = tuple(Part(*row) for row in cursor.fetchall())
    numerator = sum(one.numerator for one in parts)
    denominator = target.most if target is not None else sum(one.denominator for one in parts)
    return Measured(figure, numerator, denominator, day, parts, target)


def measures(unit_id: int, day: date) -> list[Measured]:
    """All that can be told of a body, in the order in which they are defined."""
    found = (measure(name, unit_id, day) for name in ORGANISATION)
    return [one for one in found if one is not None]


def rows(name: str, unit_id: int, day: date, *, kind: str = "", met: bool | None = None) -> list[Row]:
    """Exactly the rows a number counts; what is not met first, longest first."""
    target = targets.of(unit_id, ORGANISATION[name].target, day) if ORGANISATION[name].target else None
    if ORGANISATION[name].target and target is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"with {_BASE}, rows(met, unit_id, kind, post_id, person_id, since) as ({_ROWS[name]}) "
            "select met, unit_id, kind, post_id, person_id, since from rows "
            "where (%(kind)s = '' or kind = %(kind)s) and (%(met)s::boolean is null or met = %(met)s) "
            "order by met, since nulls first, unit_id, post_id",
            {**_params(unit_id, day, target), "kind": kind, "met": met},
        )
        return [Row(*row) for row in cursor.fetchall()]


def against(unit_ids: Sequence[int], what: str, day: date) -> list[tuple[int, Measured]]:
    """A figure against its target for each of these bodies that has one."""
    name = next(one.name for one in ORGANISATION.values() if one.target == what)
    found = []
    for unit in targets.with_target(unit_ids, what, day):
        measured = measure(name, unit, day)
        if measured is not None:
            found.append((unit, measured))
    return found


def _params(unit_id: int, day: date, target: Target | None) -> dict[str, Any]:
    return {
        "version": tree.version_on(day),
        "root": unit_id,
        "day": day,
        "from": target.valid.lower if target is not None else day,
    }
