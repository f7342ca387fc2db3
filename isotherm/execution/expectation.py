"""Who is expected to act on a task: frozen at issue from the units and levels that the text names.

A unit that nobody told is thus expected and missing, not invisible. First level: the leads, reached from the issuer.
Communes named through their provinces, or directly by the centre, are reached through the province: the chain of
command has no shorter way. Bodies outside the chain of command are asked, not ordered, and not expected.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db import connection

from isotherm import country
from isotherm.directives.models import Member, UnitSet
from isotherm.units import kinds, tree
from isotherm.units import queries as unit_queries


@dataclass(frozen=True, slots=True, order=True)
class Expected:
    depth: int
    unit_id: int
    upper_id: int
    level: str
    upper_level: str


@cache
def _level_of_kinds() -> dict[str, str]:
    return {kind: level for level, kinds in country.rules("duties")["levels"].items() for kind in kinds}


def level_of(kind: str) -> str:
    """The level of a directive's chain on which units of a kind stand; `other` for bodies outside it."""
    return _level_of_kinds().get(kind, "other")


class Expecting:
    """Works out expectations for many tasks of one document on one day, reading the tree once."""

    def __init__(self, issuer_id: int, day: date) -> None:
        self.issuer_id = issuer_id
        self.day = day
        kind_of = unit_queries.kinds_on(day)
        self.levels = {unit: level_of(kind) for unit, kind in kind_of.items()}
        # A department orders only what stands below it; everybody else it asks, and expects nothing.
        self.only_below = issuer_id in kind_of and kinds.commands_only_below(kind_of[issuer_id])
        self.parents = tree.parents_on(day)
        self.below: dict[int, list[int]] = {}
        self._known: dict[tuple[tuple[int, ...], bool], tuple[Expected, ...]] = {}
        for unit, parent in self.parents.items():
            if parent is not None:
                self.below.setdefault(parent, []).append(unit)

    def level(self, unit_id: int) -> str:
        return self.levels.get(unit_id, "other")

    def in_chain(self, unit_id: int) -> bool:
        return self.level(unit_id) != "other"

    def commands(self, unit_id: int) -> bool:
        if not self.only_below:
            return True
        upper = self.parents.get(unit_id)
        while upper is not None and upper != self.issuer_id:
            upper = self.parents.get(upper)
        return upper is not None

    def of(self, leads: Iterable[int], *, expects_communes: bool) -> tuple[Expected, ...]:
        """Sorted; the same leads give the same tuple again without being worked out twice."""
        asked = (tuple(leads), expects_communes)
        if asked not in self._known:
            self._known[asked] = self._of(*asked)
        return self._known[asked]

    def _of(self, leads: Iterable[int], expects_communes: bool) -> tuple[Expected, ...]:
        found: dict[int, Expected] = {}
        for lead in leads:
            if not self.in_chain(lead) or lead == self.issuer_id or not self.commands(lead):
                continue
            upper = self.parents.get(lead)
            if self.level(lead) == "commune" and upper is not None and upper != self.issuer_id:
                self._add(found, upper, self.issuer_id, depth=1)
                self._add(found, lead, upper, depth=2)
                continue
            self._add(found, lead, self.issuer_id, depth=1)
            if expects_communes and self.level(lead) == "province":
                for commune in self.below.get(lead, ()):
                    if self.level(commune) == "commune":
                        self._add(found, commune, lead, depth=2)
        return tuple(sorted(found.values()))

    def _add(self, found: dict[int, Expected], unit: int, upper: int, *, depth: int) -> None:
        if unit not in found:
            found[unit] = Expected(depth, unit, upper, self.level(unit), self.level(upper))


def freeze(expected: tuple[Expected, ...]) -> UnitSet:
    """The stored set of exactly these units, shared between tasks."""
    rows = "\n".join(f"{e.unit_id},{e.upper_id},{e.depth},{e.level},{e.upper_level}" for e in expected)
    digest = hashlib.sha256(rows.encode()).hexdigest()
    kept, new = UnitSet.objects.get_or_create(digest=digest, defaults={"members_count": len(expected)})
    if new:
        Member.objects.bulk_create(
            Member(
                unit_set=kept,
                unit_id=e.unit_id,
                upper_id=e.upper_id,
                depth=e.depth,
                level=e.level,
                upper_level=e.upper_level,
            )
            for e in expected
        )
    return kept


def told_and_missing(document_id: int, giver_id: int) -> Mapping[str, int]:
    """For a giver and a document: how many expected pairs below it are told, excused and still missing."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select count(*), count(a.id), count(e.id) filter (where a.id is null)
            from directives_task t
            join execution_assignment up on up.task_id = t.id and up.carrier_id = %(giver)s
            join directives_member m on m.unit_set_id = t.expected_id and m.upper_id = up.unit_id
            left join execution_assignment a on a.task_id = t.id and a.unit_id = m.unit_id
            left join execution_excuse e on e.task_id = t.id and e.unit_id = m.unit_id
            where t.document_id = %(document)s and t.state = 'issued' and m.depth > 1
            """,
            {"giver": giver_id, "document": document_id},
        )
        expected, told, excused = cursor.fetchone()
    return {"expected": expected, "told": told, "excused": excused, "missing": expected - told - excused}
