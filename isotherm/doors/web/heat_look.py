"""What a page of figures is about, and everything it reads: a fixed number of statements, whatever the data's size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count

from isotherm.analysis import heat as analysis
from isotherm.analysis import rows as behind
from isotherm.analysis import then
from isotherm.analysis.figures import Counts
from isotherm.analysis.heat import DUTIES, BreakPointRow, Heat, Scope, Waiting
from isotherm.analysis.rows import Wanted
from isotherm.analysis.then import Difference
from isotherm.directives.models import Document, Task
from isotherm.doors.web import heat_words as words
from isotherm.doors.web.heat_words import Body
from isotherm.execution.models import Obstacle
from isotherm.execution.then import days_of as past_days
from isotherm.units import queries as unit_queries

CHANGES_SHOWN = 15
ORDER = ("take_up", "send_on", "plan", "report", "done")
TASKS_SHOWN = 15


@dataclass(frozen=True, slots=True)
class Subject:
    """Some directives seen within a scope at a moment; `focus` is the one unit (with all below it) it is about."""

    documents: tuple[Document, ...]
    scope: Scope
    at: datetime
    day: date
    language: str
    whole: bool  # all units of all these directives
    step: str = ""  # as asked for; `Look.step` is what is shown
    focus: int | None = None
    to_rows: str = ""  # from the page's address to where `rows` stands
    query: tuple[tuple[str, str], ...] = ()  # what every address of rows carries

    @property
    def units_day(self) -> date:
        """The day whose bodies the figures are told by."""
        return self.scope.then.day if self.scope.then else self.day

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(one.pk for one in self.documents)

    def rows(self, outcome: str = "", **asked: object) -> str:
        """The address of the rows behind a number. Short, since a page has hundreds: completion goes without saying."""
        query = {"is": outcome, **dict(self.query), **asked}
        if query.get("step") == "done":
            del query["step"]
        return f"{self.to_rows}rows?{urlencode({key: value for key, value in query.items() if value})}"

    def waiting(self, step: str) -> str:
        return f"{self.to_rows}waiting?{urlencode({'step': step, **dict(self.query)})}"


@dataclass(slots=True)
class Wait:
    """For one body and one cause: the cold pairs that wait, over all levels."""

    body_id: int
    body_level: str
    cause: str
    obstacle_id: int | None
    since: date
    pairs: int = 0
    units: dict[str, int] = field(default_factory=dict)  # by level

    def add(self, row: BreakPointRow) -> None:
        self.pairs += row.pairs
        self.units[row.level] = self.units.get(row.level, 0) + row.units
        self.since = min(self.since, row.since)


@dataclass(slots=True)
class Look:
    subject: Subject
    step: str
    due_by_step: Mapping[str, int]
    heat: Heat
    waits: list[Wait]
    provinces: Mapping[int, Counts]
    waiting_in_provinces: Mapping[int, Waiting]
    units: Sequence[tuple[int, str, Counts]]  # beside the provinces; all of them where there is one province or none
    waiting_units: Mapping[int, Waiting]
    taken_up: Mapping[str, list[tuple[date, int]]]
    tasks: Mapping[str, int]  # by kind, and "undated"
    obstacles: Mapping[int, Obstacle]
    stale: bool
    own: Sequence[behind.Row]  # the focused unit's own pairs
    own_count: int
    difference: Difference | None = None  # between the bodies of a past day and those of now
    past_days: Sequence[date] = ()  # by whose bodies it can be read, too
    bodies: Mapping[int, Body] = field(default_factory=dict)

    def place(self, level: str, upper: str) -> dict[str, str]:
        """A branch as an address says it: the level above only where the level has several."""
        uppers = {one.upper_level for one in self.heat.levels if one.level == level}
        return {"level": level, "upper": upper if len(uppers) > 1 else ""}

    @property
    def counts(self) -> Counts:
        return self.heat.total(self.step) if self.step in DUTIES else Counts()

    def body(self, unit_id: int) -> Body:
        return self.bodies.get(unit_id, Body("", "", ""))


def look(subject: Subject, *, extra: Sequence[int] = (), whole_lists: bool = False) -> Look:
    """`extra`: further units whose names the page needs; `whole_lists`: everybody who is waited for is named."""
    ids, scope, at = subject.ids, subject.scope, subject.at
    due = {duty: counts.due + counts.paused for duty, counts in analysis.counts_by("duty", ids, scope=scope, at=at)}
    step = subject.step or default_step(due)
    then.find_breaks(ids, scope=scope, at=at, lens=step)
    seen = analysis.heat(ids, scope=scope, at=at, lens=step)
    waits = waits_of(seen.breaks)
    duty = step if step in DUTIES else "take_up"
    candidates = unit_queries.group_members("provinces", subject.units_day)
    provinces = analysis.counts_below(ids, candidates, duty=duty, scope=scope, at=at)
    many = len(provinces) > 1
    units = analysis.counts_of_units(
        ids, duty=duty, scope=scope, at=at, besides=("province", "commune") if many else ()
    )
    own_wanted = Wanted(ids, step=step, unit=subject.focus or 0, alone=True)
    found = Look(
        subject=subject,
        step=step,
        due_by_step=due,
        heat=seen,
        waits=waits,
        provinces=provinces,
        waiting_in_provinces=analysis.waiting_below(
            ids, list(provinces), scope=scope, lens=step, day=subject.units_day
        ),
        units=units,
        waiting_units=analysis.waiting_by(ids, by="unit_id", scope=scope, lens=step),
        taken_up=seen.reach if subject.whole else behind.taken_up_by_day(ids, scope=scope),
        tasks=_tasks(ids),
        obstacles=Obstacle.objects.in_bulk([one.obstacle_id for one in waits if one.obstacle_id]),
        stale=analysis.is_stale(ids, at),
        own=behind.rows(own_wanted, scope=scope, at=at, most=TASKS_SHOWN) if subject.focus else (),
        own_count=behind.count(own_wanted, scope=scope, at=at) if subject.focus else 0,
        difference=then.difference(ids, scope=scope),
        past_days=past_days(ids),
    )
    found.bodies = words.bodies(
        [*_named(found), *extra, *((one.body_id for one in waits) if whole_lists else ())],
        day=subject.day,
        language=subject.language,
    )
    if found.difference is not None:
        # Bodies under which pairs are counted bear the names of their day; who must act next, today's.
        counted = {*provinces, *(unit for unit, _level, _counts in units), subject.focus or 0}
        moved = found.difference.changes if whole_lists else found.difference.changes[:CHANGES_SHOWN]
        counted |= {one.gone_id for one in moved}
        heirs = words.bodies({one.heir_id for one in moved}, day=subject.day, language=subject.language)
        then_names = words.bodies(counted, day=subject.units_day, language=subject.language)
        found.bodies = {**heirs, **found.bodies, **then_names}
    return found


def default_step(due: Mapping[str, int]) -> str:
    """Completion, if any is due; else the first step with something due."""
    return next((step for step in ("done", *ORDER) if due.get(step)), "done")


def waits_of(rows: Sequence[BreakPointRow]) -> list[Wait]:
    """Break points of all levels by body and cause, most pairs first."""
    found: dict[tuple[Any, ...], Wait] = {}
    for row in rows:
        key = (row.body_id, row.cause, row.obstacle_id)
        if key not in found:
            found[key] = Wait(row.body_id, row.body_level, row.cause, row.obstacle_id, row.since)
        found[key].add(row)
    return sorted(found.values(), key=lambda one: (-one.pairs, one.since, one.body_id, one.cause))


def _tasks(ids: Sequence[int]) -> dict[str, int]:
    rows = (
        Task.objects.filter(document_id__in=ids, state=Task.State.ISSUED)
        .values("kind", "due_on")
        .annotate(n=Count("id"))
    )
    found: dict[str, int] = {"undated": 0}
    for row in rows:
        found[row["kind"]] = found.get(row["kind"], 0) + row["n"]
        if row["kind"] == Task.Kind.TASK and row["due_on"] is None:
            found["undated"] += row["n"]
    return found


def _named(found: Look) -> set[int]:
    """Whose names the page prints: those in the sentence and the first of each list, never all of a level."""
    named = {one.body_id for one in found.waits[:40]} | set(found.provinces)
    causes: dict[tuple[str, str], set[int]] = {}
    for one in found.waits:
        causes.setdefault((one.cause, one.body_level), set()).add(one.body_id)
    named |= {body for bodies in causes.values() if len(bodies) <= 2 for body in bodies}
    named |= {unit for unit, _level, _counts in found.units}
    named |= {one.body_id for one in found.waiting_in_provinces.values()}
    named |= {found.waiting_units[unit].body_id for unit, _level, _counts in found.units if unit in found.waiting_units}
    named |= {row.body_id for row in found.own if row.body_id}
    named |= {document.issuer_id for document in found.subject.documents}
    return named | ({found.subject.focus} if found.subject.focus else set())
