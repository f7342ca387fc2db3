"""Heat of a directive or of the country, live from the tallies; break points and held days from their last refresh.

`Scope` says whose units are counted: a reader's reach, and perhaps one unit's subtree inside it. Every page costs the
same number of statements, whatever the number of assignments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from isotherm.accounts import reach
from isotherm.actor import Actor
from isotherm.analysis import thermal
from isotherm.analysis.figures import Counts
from isotherm.execution.untold import JOIN_SUCCESSOR, UNIT_NOW
from isotherm.tallies.fold import CELLS_SQL
from isotherm.tallies.models import UNMET, Duty
from isotherm.units import tree
from isotherm.workdays.queries import current

DUTIES = tuple(duty.value for duty in Duty)


@dataclass(frozen=True, slots=True)
class Then:
    """Figures by the units of a past day; `unit`: of one of them with all that stood below it."""

    day: date
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """SQL condition over a column of unit ids, with its parameters; empty: everything.

    Of `documents` everything is seen: whoever sent a directive sees the whole of what it set going. With `then` the
    figures are told by the units of that day, inside `analysis.then.reading`; reach is still asked of who answers now.
    """

    condition: str = ""
    params: tuple[Any, ...] = ()
    documents: tuple[int, ...] = ()
    then: Then | None = None

    @classmethod
    def of(cls, actor: Actor, *, own_documents: Sequence[int] = ()) -> Scope:
        sql, params = reach.seen_units_sql(actor)
        return cls(f"in ({sql})", tuple(params), tuple(own_documents))

    @classmethod
    def whole(cls) -> Scope:
        """For jobs and the terminal of an operator."""
        return cls()

    @classmethod
    def below(cls, unit_id: int, day: date) -> Scope:
        """A unit and all below it on a day, with those that ended and whose successor stands there. Whether the reader
        reaches it is asked before."""
        version = tree.version_on(day)
        return cls(
            "in (select descendant_id from units_treeancestor where version_id = %s and ancestor_id = %s "
            "union all select s.unit_id from units_successor s "
            "join units_treeancestor t on t.descendant_id = s.heir_id where t.version_id = %s and t.ancestor_id = %s)",
            (version, unit_id, version, unit_id),
        )

    def on(self, column: str, document: str = "document_id") -> tuple[str, list[Any]]:
        if not self.condition:
            return "", []
        if not self.documents:
            return f"and {column} {self.condition}", list(self.params)
        return f"and ({column} {self.condition} or {document} = any(%s))", [*self.params, list(self.documents)]

    def cells(self) -> tuple[str, str, list[Any]]:
        """What cells `c` are read from, with the condition on them and its parameters."""
        return self._read(CELLS_SQL, "then_cell", "c")

    def breaks(self) -> tuple[str, str, list[Any]]:
        return self._read("analysis_breakpoint", "then_break", "b")

    def _read(self, now: str, then: str, alias: str) -> tuple[str, str, list[Any]]:
        if self.then is None:
            return now, *self.on(f"{alias}.unit_id", f"{alias}.document_id")
        inside, params = self.on(f"{alias}.now_id", f"{alias}.document_id")
        if self.then.unit is not None:
            inside += (
                f" and {alias}.unit_id in (select descendant_id from units_treeancestor "
                "where version_id = %s and ancestor_id = %s)"
            )
            params = [*params, tree.version_on(self.then.day), self.then.unit]
        return then, inside, params

    @property
    def of_a_unit_then(self) -> bool:
        """Chains and held days are told of bodies as they are now: of a unit of a past day there are none."""
        return self.then is not None and self.then.unit is not None


@dataclass(slots=True)
class LevelHeat:
    level: str
    upper_level: str
    units: int = 0
    duties: dict[str, Counts] = field(default_factory=lambda: {duty: Counts() for duty in DUTIES})


@dataclass(frozen=True, slots=True)
class BreakPointRow:
    """Where cold pairs of a level wait: one body, one cause."""

    level: str
    body_id: int
    body_level: str
    cause: str
    obstacle_id: int | None
    pairs: int
    units: int
    since: date
    upper_level: str = ""


@dataclass(frozen=True, slots=True)
class HoldingRow:
    level: str
    role: str
    holder_level: str
    within: int  # seconds
    beyond: int


@dataclass(slots=True)
class Heat:
    documents: tuple[int, ...]
    at: datetime
    data_at: datetime | None
    levels: list[LevelHeat]
    breaks: list[BreakPointRow]
    holdings: list[HoldingRow]
    chains: dict[str, tuple[int, int]]  # level -> (chains, elapsed seconds)
    boundaries: list[thermal.Boundary]
    thermocline: thermal.Thermocline | None
    reach: dict[str, list[tuple[date, int]]]

    def total(self, duty: str) -> Counts:
        counts = Counts()
        for one in self.levels:
            counts.add(one.duties[duty])
        return counts


_COUNTS = f"""
    coalesce(sum(n) filter (where outcome = 'on_time'), 0),
    coalesce(sum(n) filter (where outcome = 'late'), 0),
    coalesce(sum(n) filter (where outcome in {UNMET} and due_on <= %s), 0),
    coalesce(sum(n) filter (where outcome in {UNMET} and due_on > %s), 0),
    coalesce(sum(n) filter (where outcome in {UNMET} and due_on is null), 0),
    coalesce(sum(n) filter (where outcome = 'missing'), 0),
    coalesce(sum(n) filter (where outcome = 'reported'), 0),
    coalesce(sum(n) filter (where outcome = 'on_time' and due_on <= %s), 0),
    coalesce(sum(n) filter (where outcome = 'late' and due_on <= %s), 0),
    coalesce(sum(n) filter (where fair and due_on <= %s and outcome in ('open', 'reported', 'on_time', 'late')), 0),
    coalesce(sum(n) filter (where fair and due_on <= %s and outcome = 'on_time'), 0),
    coalesce(sum(n) filter (where outcome = 'paused'), 0),
    coalesce(sum(n) filter (where outcome = 'withdrawn'), 0),
    coalesce(sum(n) filter (where outcome = 'excused'), 0)
"""
_DAYS = 6  # how many times the last due day stands in _COUNTS


def counts_by(
    columns: str, documents: Sequence[int] | None, *, scope: Scope, at: datetime, duty: str = ""
) -> list[tuple[Any, ...]]:
    """Rows of (columns…, Counts) over the cells; `documents` none: of all; `duty` empty: all of them. `columns` is
    code, never input."""
    cells, inside, params = scope.cells()
    which = "true" if documents is None else "document_id = any(%s)"
    given: list[Any] = [] if documents is None else [list(documents)]
    if duty:
        which += " and duty = %s"
        given.append(duty)
    width = len(columns.split(","))
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {columns}, {_COUNTS} from {cells} c where {which} {inside} group by {columns}",
            [*([current().last_due_day(at)] * _DAYS), *given, *params],
        )
        return [(*row[:width], Counts(*(int(n) for n in row[width:]))) for row in cursor.fetchall()]


def heat(documents: Sequence[int], *, scope: Scope, at: datetime, lens: str = "done") -> Heat:
    """The whole picture of some directives within a scope. `lens`: the duty whose break points are shown, or `any`."""
    levels: dict[tuple[str, str], LevelHeat] = {}
    for level, upper, duty, counts in counts_by("level, upper_level, duty", documents, scope=scope, at=at):
        one = levels.setdefault((upper, level), LevelHeat(level=level, upper_level=upper))
        one.duties[duty] = counts
    boundaries = _boundaries(documents, scope)
    for upper, level, units in _units_of_levels(documents, scope):
        if (upper, level) in levels:
            levels[upper, level].units = units
    return Heat(
        documents=tuple(documents),
        at=at,
        data_at=_data_at(documents),
        levels=sorted(levels.values(), key=lambda one: _order(one.upper_level, one.level)),
        breaks=break_points(documents, scope=scope, lens=lens),
        holdings=_holdings(documents, scope),
        chains=_chains(documents, scope),
        boundaries=boundaries,
        thermocline=thermal.thermocline(boundaries),
        reach=_reach(documents, scope),
    )


_LEVELS = ("government", "ministry", "province", "department", "district", "commune", "other")


def _order(upper: str, level: str) -> tuple[int, int]:
    places = {name: place for place, name in enumerate(_LEVELS)}
    return places.get(level, 9), places.get(upper, 9)


def break_points(
    documents: Sequence[int],
    *,
    scope: Scope,
    lens: str,
    group: str = "level, body_id, body_level, cause, obstacle_id, upper_level",
) -> list[BreakPointRow]:
    """Bodies that must act next, most pairs first. Each cold pair stands in exactly one row."""
    breaks, inside, params = scope.breaks()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select {group}, sum(pairs), count(distinct unit_id), min(since)
            from {breaks} b where document_id = any(%s) and lens = %s {inside}
            group by {group} order by sum(pairs) desc, min(since), body_id
            """,
            [list(documents), lens, *params],
        )
        return [
            BreakPointRow(
                level=row[0],
                body_id=row[1],
                body_level=row[2],
                cause=row[3],
                obstacle_id=row[4],
                upper_level=row[5],
                pairs=int(row[6]),
                units=int(row[7]),
                since=row[8],
            )
            for row in cursor.fetchall()
        ]


def cold_by_unit(documents: Sequence[int], *, scope: Scope, lens: str, by: str = "unit_id") -> dict[int, int]:
    """Cold pairs per unit (or per upper unit with by='via_id')."""
    breaks, inside, params = scope.breaks()
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {by}, sum(pairs) from {breaks} b where document_id = any(%s) and lens = %s {inside} "
            f"group by {by}",
            [list(documents), lens, *params],
        )
        return {row[0]: int(row[1]) for row in cursor.fetchall()}


def _boundaries(documents: Sequence[int], scope: Scope) -> list[thermal.Boundary]:
    if scope.of_a_unit_then:
        return []
    inside, params = scope.on("unit_id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with own as (
                select * from analysis_chains where document_id = any(%s) {inside}
            ),
            single as (
                select upper_level, level, count(distinct via_id) = 1 as is_single from own group by upper_level, level
            )
            select o.upper_level, o.level, case when s.is_single then o.unit_id else o.via_id end as cluster,
                   sum(o.reachable), sum(o.conducted)
            from own o join single s using (upper_level, level)
            group by 1, 2, 3 having sum(o.reachable) > 0 order by 1, 2, 3
            """,
            [list(documents), *params],
        )
        found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for upper, level, _cluster, reachable, conducted in cursor.fetchall():
            found.setdefault((upper, level), []).append((int(reachable), int(conducted)))
    return [
        thermal.Boundary(upper=upper, level=level, clusters=tuple(clusters))
        for (upper, level), clusters in sorted(found.items(), key=lambda item: _order(*item[0]))
    ]


def _units_of_levels(documents: Sequence[int], scope: Scope) -> list[tuple[str, str, int]]:
    """From the frozen expectation, so that it is right from the moment of issue."""
    if scope.then is not None:
        cells, inside, params = scope.cells()
        with connection.cursor() as cursor:
            cursor.execute(
                f"select upper_level, level, count(distinct unit_id) from {cells} c where true {inside} group by 1, 2",
                params,
            )
            return [(row[0], row[1], int(row[2])) for row in cursor.fetchall()]
    inside, params = scope.on(UNIT_NOW, "t.document_id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select m.upper_level, m.level, count(distinct {UNIT_NOW})
            from (
                select distinct document_id, expected_id from directives_task
                where document_id = any(%s) and kind = 'task' and expected_id is not null
            ) t
            join directives_member m on m.unit_set_id = t.expected_id
            {JOIN_SUCCESSOR}
            where true {inside}
            group by 1, 2
            """,
            [list(documents), *params],
        )
        return [(row[0], row[1], int(row[2])) for row in cursor.fetchall()]


def _holdings(documents: Sequence[int], scope: Scope) -> list[HoldingRow]:
    if scope.of_a_unit_then:
        return []
    inside, params = scope.on("unit_id")
    with connection.cursor() as cursor:
        cursor.execute(
            "select level, role, holder_level, sum(within), sum(beyond) from analysis_holding "
            f"where document_id = any(%s) {inside} group by 1, 2, 3 order by sum(within) + sum(beyond) desc",
            [list(documents), *params],
        )
        return [
            HoldingRow(level=row[0], role=row[1], holder_level=row[2], within=int(row[3]), beyond=int(row[4]))
            for row in cursor.fetchall()
        ]


def _chains(documents: Sequence[int], scope: Scope) -> dict[str, tuple[int, int]]:
    if scope.of_a_unit_then:
        return {}
    inside, params = scope.on("unit_id")
    with connection.cursor() as cursor:
        cursor.execute(
            "select level, sum(chains), sum(elapsed) from analysis_chains "
            f"where document_id = any(%s) {inside} group by 1",
            [list(documents), *params],
        )
        return {row[0]: (int(row[1]), int(row[2])) for row in cursor.fetchall()}


def _reach(documents: Sequence[int], scope: Scope) -> dict[str, list[tuple[date, int]]]:
    """Pairs taken up by day; inside a scope, of the upper units it holds."""
    if scope.of_a_unit_then:
        return {}
    inside, params = scope.on("via_id")
    with connection.cursor() as cursor:
        cursor.execute(
            "select level, day, sum(n) from analysis_reach "
            f"where document_id = any(%s) {inside} group by 1, 2 order by 1, 2",
            [list(documents), *params],
        )
        found: dict[str, list[tuple[date, int]]] = {}
        for level, day, n in cursor.fetchall():
            found.setdefault(level, []).append((day, int(n)))
        return found


def _data_at(documents: Sequence[int]) -> datetime | None:
    """The oldest refresh among the documents: what the page can vouch for."""
    with connection.cursor() as cursor:
        cursor.execute("select min(data_at) from analysis_freshness where document_id = any(%s)", [list(documents)])
        found: datetime | None = cursor.fetchone()[0]
        return found


def counts_below(
    documents: Sequence[int], uppers: Sequence[int], *, duty: str, scope: Scope, at: datetime
) -> dict[int, Counts]:
    """Of each of these units with all below it; a unit without any cell is left out."""
    cells, inside, params = scope.cells()
    days = current()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select t.ancestor_id, {_COUNTS}
            from {cells} c
            left join units_successor s on s.unit_id = c.unit_id and not %s
            join units_treeancestor t on t.version_id = %s and t.descendant_id = coalesce(s.heir_id, c.unit_id)
                and t.ancestor_id = any(%s)
            where c.document_id = any(%s) and c.duty = %s {inside} group by 1
            """,
            [
                *([days.last_due_day(at)] * _DAYS),
                scope.then is not None,
                tree.version_on(scope.then.day if scope.then else days.day_of(at)),
                list(uppers),
                list(documents),
                duty,
                *params,
            ],
        )
        return {row[0]: Counts(*(int(n) for n in row[1:])) for row in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Waiting:
    """For whom most cold pairs of a unit, a subtree or a directive wait."""

    pairs: int  # all of them
    body_id: int
    cause: str
    for_body: int  # of them, for this body and cause

    @property
    def stands_for_most(self) -> bool:
        return self.for_body * 2 > self.pairs


def waiting_by(documents: Sequence[int], *, by: str, scope: Scope, lens: str) -> dict[int, Waiting]:
    """Of each unit or directive (`by`: "unit_id" or "document_id") the body that most of its cold pairs wait for."""
    breaks, inside, params = scope.breaks()
    return _waiting(
        f"""
        select {by} as of, body_id, cause, sum(pairs) as pairs from {breaks} b
        where document_id = any(%s) and lens = %s {inside} group by 1, 2, 3
        """,
        [list(documents), lens, *params],
    )


def waiting_below(
    documents: Sequence[int], uppers: Sequence[int], *, scope: Scope, lens: str, day: date
) -> dict[int, Waiting]:
    """Of each of these units with all below it."""
    breaks, inside, params = scope.breaks()
    return _waiting(
        f"""
        select t.ancestor_id as of, b.body_id, b.cause, sum(b.pairs) as pairs
        from {breaks} b
        join units_treeancestor t on t.version_id = %s and t.descendant_id = b.unit_id and t.ancestor_id = any(%s)
        where b.document_id = any(%s) and b.lens = %s {inside} group by 1, 2, 3
        """,
        [tree.version_on(day), list(uppers), list(documents), lens, *params],
    )


def _waiting(grouped: str, params: list[Any]) -> dict[int, Waiting]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select distinct on (of) of, sum(pairs) over (partition by of), body_id, cause, pairs
            from ({grouped}) g order by of, pairs desc, body_id, cause
            """,
            params,
        )
        return {
            row[0]: Waiting(pairs=int(row[1]), body_id=row[2], cause=row[3], for_body=int(row[4]))
            for row in cursor.fetchall()
        }


def thermoclines(documents: Sequence[int], scope: Scope) -> dict[int, thermal.Thermocline | None]:
    """Of each directive its own, in one statement."""
    inside, params = scope.on("unit_id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with own as (select * from analysis_chains where document_id = any(%s) {inside}),
            single as (
                select document_id, upper_level, level, count(distinct via_id) = 1 as is_single
                from own group by 1, 2, 3
            )
            select document_id, o.upper_level, o.level, case when s.is_single then o.unit_id else o.via_id end,
                   sum(o.reachable), sum(o.conducted)
            from own o join single s using (document_id, upper_level, level)
            group by 1, 2, 3, 4 having sum(o.reachable) > 0 order by 1, 2, 3, 4
            """,
            [list(documents), *params],
        )
        found: dict[int, dict[tuple[str, str], list[tuple[int, int]]]] = {}
        for document, upper, level, _cluster, reachable, conducted in cursor.fetchall():
            found.setdefault(document, {}).setdefault((upper, level), []).append((int(reachable), int(conducted)))
    return {
        document: thermal.thermocline(
            [
                thermal.Boundary(upper=upper, level=level, clusters=tuple(clusters))
                for (upper, level), clusters in sorted(boundaries.items(), key=lambda item: _order(*item[0]))
            ]
        )
        for document, boundaries in found.items()
    }


def is_stale(documents: Sequence[int], at: datetime) -> bool:
    """Whether some directive had an act, or a date that fell due, since its derived figures were made."""
    days = current()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select exists (
                select 1 from unnest(%s::bigint[]) d(id)
                left join analysis_freshness f on f.document_id = d.id
                left join lateral (
                    select written_at from records_ledgerline l where l.document_id = d.id order by l.id desc limit 1
                ) l on true
                where f.data_at is null or f.data_at < %s or l.written_at > f.data_at
            )
            """,
            [list(documents), days.due_moment(days.last_due_day(at))],
        )
        return bool(cursor.fetchone()[0])


def counts_of_units(
    documents: Sequence[int], *, duty: str, scope: Scope, at: datetime, besides: Sequence[str] = ()
) -> list[tuple[int, str, Counts]]:
    """Of each unit with cells of its own: (unit, level, counts), without those on the levels `besides`. As bodies are
    now, what stayed with one that ended is counted at its successor."""
    cells, inside, params = scope.cells()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select coalesce(s.heir_id, c.unit_id), max(level), {_COUNTS} from {cells} c
            left join units_successor s on s.unit_id = c.unit_id and not %s
            where document_id = any(%s) and duty = %s and level <> all(%s) {inside} group by 1 order by 1
            """,
            [
                *([current().last_due_day(at)] * _DAYS),
                scope.then is not None,
                list(documents),
                duty,
                list(besides),
                *params,
            ],
        )
        return [(row[0], row[1], Counts(*(int(n) for n in row[2:]))) for row in cursor.fetchall()]
