"""The tree on a day: parents, children, whole subtrees, each one indexed query. Lineage across mergers."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet

from isotherm.refusals import NotAccepted
from isotherm.units.models import STATE, Placement, TreeAncestor, TreeNode, TreeVersion, Unit
from isotherm.words import lazy

_LOCK = 0x7433  # one rebuild at a time


@dataclass(frozen=True, slots=True)
class _Node:
    unit: int
    parent: int | None
    lft: int
    rgt: int
    depth: int


def version_on(day: date, line: str = STATE) -> int:
    found = versions(day, line).first()
    if found is None:
        raise NotAccepted(
            lazy("The register does not know how the State was organised on %(day)s."),
            {"day": f"{day:%d/%m/%Y}"},
            remedy=lazy("Choose a later day, or load a country package that goes back further."),
        )
    return found


def subtree_ids(unit_id: int, day: date, *, line: str = STATE) -> QuerySet[TreeAncestor, int]:
    """The unit and all below it, as a query that can stand inside another."""
    return TreeAncestor.objects.filter(version__in=versions(day, line), ancestor=unit_id).values_list(
        "descendant_id", flat=True
    )


def ancestors(unit_id: int, day: date, *, line: str = STATE) -> list[int]:
    """From the parent up to the root."""
    return list(
        TreeAncestor.objects.filter(version__in=versions(day, line), descendant=unit_id, distance__gt=0)
        .order_by("distance")
        .values_list("ancestor_id", flat=True)
    )


def parent(unit_id: int, day: date, *, line: str = STATE) -> int | None:
    return (
        TreeNode.objects.filter(version__in=versions(day, line), unit=unit_id)
        .values_list("parent_id", flat=True)
        .first()
    )


def parents_on(day: date, *, line: str = STATE) -> dict[int, int | None]:
    """Unit → parent for the whole tree of the day: for work that walks all of it."""
    rows = TreeNode.objects.filter(version__in=versions(day, line)).order_by("lft")
    return dict(rows.values_list("unit_id", "parent_id"))


def children(unit_id: int, day: date, *, line: str = STATE, kinds: Sequence[str] = ()) -> list[int]:
    """In the order of the tree; only of these kinds, if any are named."""
    below = TreeNode.objects.filter(version__in=versions(day, line), parent=unit_id)
    if kinds:
        below = below.filter(
            unit__kinds__kind__in=kinds, unit__kinds__valid__contains=day, unit__kinds__voided_by__isnull=True
        )
    return list(below.order_by("lft").values_list("unit_id", flat=True))


def is_below(unit_id: int, above_id: int, day: date, *, line: str = STATE) -> bool:
    """A unit is below itself."""
    return TreeAncestor.objects.filter(version__in=versions(day, line), ancestor=above_id, descendant=unit_id).exists()


def lineage(unit_id: int) -> set[int]:
    """The unit and those it absorbed, whole or as the main heir, with those that they had absorbed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE absorbed(unit) AS (
                SELECT %s::bigint
                UNION
                SELECT heir.gone_id
                FROM absorbed
                JOIN units_heir AS heir ON heir.heir_id = absorbed.unit AND heir.main
                JOIN units_succession AS event ON event.id = heir.succession_id AND event.voided_by IS NULL
            )
            SELECT unit FROM absorbed
            """,
            [unit_id],
        )
        return {row[0] for row in cursor.fetchall()}


@transaction.atomic
def rebuild(line: str) -> int:
    """Make the versions of one line anew from its placements, keep those that did not change; how many were made.

    1. The days on which a placement begins or ends cut the time into intervals.
    2. Each interval's pairs (unit, parent) have a digest; a stored version with the same beginning and digest stays.
    3. The others are removed and written: nodes with depth-first numbers, then every ancestor.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, line])
    stored = {version.valid.lower: version for version in TreeVersion.objects.filter(line=line)}
    wanted = {days: (_digest(pairs), pairs) for days, pairs in _intervals(line)}
    digests = {since: digest for (since, _), (digest, _) in wanted.items()}
    kept = {since: version for since, version in stored.items() if digests.get(since) == version.digest}
    gone = [version.pk for since, version in stored.items() if since not in kept]
    TreeAncestor.objects.filter(version__in=gone).delete()
    TreeNode.objects.filter(version__in=gone).delete()
    TreeVersion.objects.filter(pk__in=gone).delete()
    made = 0
    for (since, until), (digest, pairs) in wanted.items():
        days = DateRange(since, until, "[)")
        if since in kept:
            TreeVersion.objects.filter(pk=kept[since].pk).exclude(valid=days).update(valid=days)
            continue
        version = TreeVersion.objects.create(line=line, valid=days, digest=digest)
        _write(version.pk, _depth_first(pairs))
        made += 1
    return made


def versions(day: date, line: str) -> QuerySet[TreeVersion, int]:
    """The one version of the day, as a query that can stand inside another."""
    return TreeVersion.objects.filter(line=line, valid__contains=day).values_list("pk", flat=True)


def _intervals(line: str) -> Iterator[tuple[tuple[date | None, date | None], dict[int, int | None]]]:
    rows = list(
        Placement.objects.filter(line=line, voided_by__isnull=True)
        .order_by("unit_id")
        .values_list("unit_id", "parent_id", "valid")
    )
    begins = defaultdict(list)
    ends = defaultdict(list)
    for unit, above, valid in rows:
        begins[valid.lower].append((unit, above))
        if valid.upper is not None:
            ends[valid.upper].append(unit)
    days = sorted({*begins, *ends} - {None})
    if None in begins:
        days = [None, *days]
    standing: dict[int, int | None] = {}
    if not days:
        return  # a line in which nobody stands any more
    for day, following in zip(days, [*days[1:], None], strict=True):
        for unit in ends.get(day, ()):
            standing.pop(unit, None)
        standing.update(begins.get(day, ()))
        if standing:
            yield (day, following), dict(sorted(standing.items()))


def _digest(pairs: dict[int, int | None]) -> str:
    return hashlib.sha256(",".join(f"{unit}:{above or ''}" for unit, above in pairs.items()).encode()).hexdigest()


def _depth_first(pairs: dict[int, int | None]) -> list[_Node]:
    """A parent that stands nowhere in this line itself is a root of it."""
    below: dict[int | None, list[int]] = defaultdict(list)
    below[None].extend(sorted({root for root in pairs.values() if root is not None and root not in pairs}))
    for child, its_parent in pairs.items():
        below[its_parent].append(child)
    nodes: list[_Node] = []
    number = 0
    # (unit, parent, depth, its number once entered): a stack, because a tree of a country may be deeper than Python.
    stack: list[tuple[int, int | None, int, int | None]] = [(unit, None, 0, None) for unit in reversed(below[None])]
    while stack:
        unit, above, depth, entered = stack.pop()
        if entered is not None:
            nodes.append(_Node(unit, above, entered, number, depth))
            continue
        number += 1
        stack.append((unit, above, depth, number))
        stack.extend((child, unit, depth + 1, None) for child in reversed(below.get(unit, [])))
    if len(nodes) < len(pairs):
        lost = min(set(pairs) - {node.unit for node in nodes})
        raise NotAccepted(
            lazy("%(unit)s would stand below itself: its placements form a circle."),
            {"unit": Unit.objects.get(pk=lost).code},
            remedy=lazy("Correct the placement of one of the units in the circle."),
        )
    return nodes


def _write(version: int, nodes: Sequence[_Node]) -> None:
    parents = {node.unit: node.parent for node in nodes}
    above: list[int] = []
    below: list[int] = []
    distance: list[int] = []
    for node in nodes:
        at: int | None = node.unit
        steps = 0
        while at is not None:
            above.append(at)
            below.append(node.unit)
            distance.append(steps)
            at = parents[at]
            steps += 1
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO units_treenode (version_id, unit_id, parent_id, lft, rgt, depth)"
            " SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::int[], %s::smallint[])",
            [
                version,
                [node.unit for node in nodes],
                [node.parent for node in nodes],
                [node.lft for node in nodes],
                [node.rgt for node in nodes],
                [node.depth for node in nodes],
            ],
        )
        cursor.execute(
            "INSERT INTO units_treeancestor (version_id, ancestor_id, descendant_id, distance)"
            " SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[])",
            [version, above, below, distance],
        )
