"""The tree on any day, as somebody walks through it: what stands below a unit, how much, and what had just changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection

from isotherm.units import queries, tree
from isotherm.units.models import STATE, Succession, TreeNode, Unit
from isotherm.words import _, ngettext


@dataclass(frozen=True, slots=True)
class Line:
    """A unit in the tree of a day; `below` are all units in its subtree, `children` those right below it."""

    unit_id: int
    code: str
    official_code: str
    name: str
    kind: str
    branch: str
    depth: int
    below: int
    children: int
    above: str  # code of the unit above
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """Between two days of change: nothing moved, was renamed or changed its kind."""

    since: date | None
    until: date | None  # the first day of the next period


def days_of_change() -> list[date]:
    """Every day from which a name, a kind or a place of some unit holds, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT day FROM (
                SELECT lower(valid) AS day FROM units_name WHERE voided_by IS NULL
                UNION SELECT lower(valid) FROM units_kind WHERE voided_by IS NULL
                UNION SELECT lower(valid) FROM units_placement WHERE voided_by IS NULL
                UNION SELECT upper(valid) FROM units_placement WHERE voided_by IS NULL
            ) AS days WHERE day IS NOT NULL ORDER BY day
            """
        )
        return [row[0] for row in cursor.fetchall()]


def period(day: date, days: Iterable[date]) -> Period:
    before, after = None, None
    for one in days:
        if one <= day:
            before = one
        elif after is None:
            after = one
    return Period(before, after)


def root(day: date) -> int | None:
    """The top of the largest tree of the day."""
    tops = TreeNode.objects.filter(version__in=tree.versions(day, STATE), depth=0).order_by("lft")
    return max(((node.rgt - node.lft, node.unit_id) for node in tops), default=(0, None))[1]


def children(unit_id: int, day: date, language: str, *, within: Period | None = None) -> list[Line]:
    return list(_lines(unit_id, day, language, depth=1, within=within))


def subtree(unit_id: int, day: date, language: str) -> list[Line]:
    """The unit and all below it, depth first."""
    return list(_lines(unit_id, day, language, depth=None, itself=True))


def _lines(
    unit_id: int, day: date, language: str, *, depth: int | None, itself: bool = False, within: Period | None = None
) -> Iterator[Line]:
    english = language == "en"
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH top AS (
                SELECT node.* FROM units_treenode AS node JOIN units_treeversion AS version
                    ON version.id = node.version_id AND version.line = %(state)s AND version.valid @> %(day)s::date
                WHERE node.unit_id = %(unit)s
            )
            SELECT node.unit_id, unit.code, name.official_code, name.vi, name.en, kind.kind, kind.branch,
                   node.depth - top.depth, node.rgt - node.lft,
                   (SELECT count(*) FROM units_treenode AS child
                        WHERE child.version_id = node.version_id AND child.parent_id = node.unit_id),
                   coalesce(above.code, '')
            FROM top
            JOIN units_treenode AS node ON node.version_id = top.version_id AND node.lft BETWEEN top.lft AND top.rgt
            JOIN units_unit AS unit ON unit.id = node.unit_id
            JOIN units_name AS name ON name.unit_id = node.unit_id AND name.valid @> %(day)s::date
                 AND name.voided_by IS NULL
            JOIN units_kind AS kind ON kind.unit_id = node.unit_id AND kind.valid @> %(day)s::date
                 AND kind.voided_by IS NULL
            LEFT JOIN units_unit AS above ON above.id = node.parent_id
            WHERE (%(depth)s::int IS NULL OR node.depth - top.depth <= %(depth)s)
              AND (%(itself)s OR node.unit_id <> top.unit_id)
            ORDER BY node.lft
            """,
            {"state": STATE, "day": day, "unit": unit_id, "depth": depth, "itself": itself},
        )
        rows = cursor.fetchall()
    told = marks([row[0] for row in rows], day, within, language) if within is not None else {}
    for number, code, official, vi, en, kind, branch, deep, below, few, above in rows:
        yield Line(
            unit_id=number,
            code=code,
            official_code=official,
            name=(en or vi) if english else vi,
            kind=kind,
            branch=branch,
            depth=deep,
            below=below,
            children=few,
            above=above,
            marks=tuple(told.get(number, ())),
        )


def marks(unit_ids: Iterable[int], day: date, within: Period, language: str) -> dict[int, list[str]]:
    """What happened to each at the beginning of the period, and what will at its end."""
    ids = list(unit_ids)
    found: dict[int, list[str]] = defaultdict(list)
    labels = dict(Succession.Event.choices)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT heir.heir_id, event.kind, count(*), bool_and(heir.gone_id = heir.heir_id)
            FROM units_heir AS heir JOIN units_succession AS event ON event.id = heir.succession_id
            WHERE event.voided_by IS NULL AND event.day = %(since)s AND heir.heir_id = ANY(%(ids)s)
            GROUP BY 1, 2 ORDER BY 1, 3 DESC
            """,
            {"since": within.since, "ids": ids},
        )
        for unit, kind, count, alone in cursor.fetchall():
            if alone:
                found[unit].append(str(labels[kind]))
            else:
                words = ngettext("took over from %(n)s body", "took over from %(n)s bodies", count)
                found[unit].append(words % {"n": count})
        cursor.execute(
            """
            SELECT now.unit_id, coalesce(nullif(CASE WHEN %(language)s = 'en' THEN was.en ELSE was.vi END, ''), was.vi)
            FROM units_name AS now JOIN units_name AS was ON was.unit_id = now.unit_id AND was.voided_by IS NULL
                 AND upper(was.valid) = lower(now.valid) AND was.vi <> now.vi
            WHERE now.voided_by IS NULL AND lower(now.valid) = %(since)s AND now.unit_id = ANY(%(ids)s)
            """,
            {"since": within.since, "ids": ids, "language": language},
        )
        for unit, name in cursor.fetchall():
            found[unit].append(_("formerly %(name)s") % {"name": name})
        cursor.execute(
            """
            SELECT heir.gone_id, array_agg(DISTINCT heir.heir_id)
            FROM units_heir AS heir JOIN units_succession AS event ON event.id = heir.succession_id
            WHERE event.voided_by IS NULL AND event.day = %(until)s AND heir.gone_id = ANY(%(ids)s)
              AND heir.gone_id <> heir.heir_id
            GROUP BY 1
            """,
            {"until": within.until, "ids": ids},
        )
        going = cursor.fetchall()
    if within.until is not None:
        names = queries.named_on({one for _unit, heirs in going for one in heirs}, within.until, language)
        for unit, heirs in going:
            shown = ", ".join(names.get(one, "") for one in heirs[:3]) + (" …" if len(heirs) > 3 else "")
            found[unit].append(
                _("goes into %(names)s on %(day)s") % {"names": shown, "day": f"{within.until:%d/%m/%Y}"}
            )
    return found


def stood_for(unit_id: int, day: date) -> list[int]:
    """Of a unit that did not stand on the day: what stood then of all that went into it or came of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE before(unit) AS (
                SELECT %(unit)s::bigint
                UNION
                SELECT heir.gone_id FROM before JOIN units_heir AS heir ON heir.heir_id = before.unit
                JOIN units_succession AS event ON event.id = heir.succession_id AND event.voided_by IS NULL
            ), after(unit) AS (
                SELECT %(unit)s::bigint
                UNION
                SELECT heir.heir_id FROM after JOIN units_heir AS heir ON heir.gone_id = after.unit
                JOIN units_succession AS event ON event.id = heir.succession_id AND event.voided_by IS NULL
            )
            SELECT DISTINCT node.unit_id, node.depth
            FROM units_treenode AS node JOIN units_treeversion AS version
                ON version.id = node.version_id AND version.line = %(state)s AND version.valid @> %(day)s::date
            WHERE node.unit_id IN (SELECT unit FROM before UNION SELECT unit FROM after)
            ORDER BY node.depth, node.unit_id
            """,
            {"unit": unit_id, "day": day, "state": STATE},
        )
        return [row[0] for row in cursor.fetchall()]


def codes_of(unit_ids: Iterable[int]) -> dict[int, str]:
    return dict(Unit.objects.filter(pk__in=list(unit_ids)).values_list("pk", "code"))
