"""What each clause of a text is: a task, a principle, a prohibition, a standing requirement, given to nobody, or
nothing that is asked of anyone. Before signing it shows the drafter what would be lost;
a person's word wins over the reader's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count
from django.utils.functional import Promise

from isotherm.directives.letters import one_line
from isotherm.directives.models import Document, Task
from isotherm.directives.reading import Reading
from isotherm.directives.structure import WORK
from isotherm.directives.unclear import NEEDED, Gap, Said, gaps
from isotherm.words import lazy

STANDINGS: dict[str, Promise] = {
    "unassigned": lazy("Given to nobody"),
    "task": lazy("Gives a task"),
    "prohibition": lazy("Prohibition"),
    "standing": lazy("Standing requirement"),
    "principle": lazy("Principle or aim"),
    "detail": lazy("Belongs to the task above it"),
    "other": lazy("Asks nothing of anyone"),
}


@dataclass(frozen=True, slots=True)
class Clause:
    """`standing` is a key of STANDINGS; `by_hand`: a person said so; `tasks`: numbers of those taken from it."""

    position: int
    label: str
    start: int
    end: int
    words: str
    standing: str
    by_hand: bool
    tasks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """A task with what it leaves unclear."""

    number: int
    clause: str
    start: int
    lead: tuple[str, ...]
    words: str
    gaps: tuple[Gap, ...]

    def lacks(self, *points: str) -> bool:
        return any(gap.point in points for gap in self.gaps)


@dataclass(frozen=True)
class Coverage:
    """Headings are no clauses of their own: what stands below them is."""

    clauses: tuple[Clause, ...]
    works: tuple[Work, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        found = Counter(clause.standing for clause in self.clauses)
        return {standing: found[standing] for standing in STANDINGS}

    @cached_property
    def unclear(self) -> tuple[Work, ...]:
        """Those that cannot be followed as they stand, the least clear first."""
        return self.lacking(*NEEDED)

    def lacking(self, *points: str) -> tuple[Work, ...]:
        found = [work for work in self.works if work.lacks(*points)]
        return tuple(sorted(found, key=lambda work: [not work.lacks(point) for point in NEEDED]))

    @cached_property
    def by_point(self) -> dict[str, int]:
        return dict(Counter(gap.point for work in self.works for gap in work.gaps))

    def of(self, standing: str) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if clause.standing == standing)


@dataclass(frozen=True, slots=True)
class _Part:
    position: int
    path: str
    label: str
    kind: str
    role: str
    decided: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Taken:
    number: int
    start: int
    end: int
    standing: bool


def of_reading(reading: Reading) -> Coverage:
    """Of a text that was only looked at: nothing is stored, no register is asked."""
    parts = [
        _Part(position, one.path, one.label, one.kind, one.role, "", one.start, one.end)
        for position, one in enumerate(reading.passages)
    ]
    language = reading.header.language
    works = tuple(
        Work(number, one.clause, one.start, one.lead, one_line(one.quote), gaps(Said.proposed(one, language)))
        for number, one in enumerate(reading.candidates, start=1)
    )
    taken = [_Taken(number, one.start, one.end, False) for number, one in enumerate(reading.candidates, start=1)]
    return Coverage(_clauses(reading.text, parts, taken), works)


def of_document(document: Document) -> Coverage:
    """Of a registered document as its tasks and clauses stand now, in three statements."""
    parts = [
        _Part(one.position, one.path, one.label, one.kind, one.role, one.decided, one.start, one.end)
        for one in document.passages.order_by("position")
    ]
    tasks = list(
        document.tasks.exclude(state=Task.State.REJECTED).annotate(known=Count("leads")).order_by("start", "number")
    )
    works = tuple(
        Work(
            one.number,
            one.clause,
            one.start,
            tuple(one.lead),
            one_line(one.quote),
            # A prohibition is breached or not; it is never done, so nobody is asked by when.
            () if one.kind == Task.Kind.STANDING else gaps(Said.stored(one, known=one.known)),
        )
        for one in tasks
    )
    taken = [_Taken(one.number, one.start, one.end, one.kind == Task.Kind.STANDING) for one in tasks]
    return Coverage(_clauses(document.text, parts, taken), works)


def _clauses(text: str, parts: Sequence[_Part], taken: Iterable[_Taken]) -> tuple[Clause, ...]:
    asking = [part for part in parts if part.kind in WORK]
    inside = _inside(asking, taken)
    headings = {path for part in asking for path in parts_above(part.path)}
    tasks_of = {part.path: inside[part.position] for part in asking if inside[part.position]}
    orders = [part for part in asking if _standing(part, inside[part.position]) != "other"]
    asked = {path for part in orders for path in parts_above(part.path)}
    clauses = []
    for part in asking:
        own = inside[part.position]
        standing = _standing(part, own)
        # A heading speaks through what stands below it, unless nothing below it asks anything.
        if part.path in headings and not own and not part.decided and (standing != "unassigned" or part.path in asked):
            continue
        if standing == "other" and not part.decided and text[part.start : part.end].endswith(":"):
            continue  # only opens what follows
        if standing == "other" and not part.decided and part.role == "other":
            own = next((tasks_of[path] for path in reversed(parts_above(part.path)) if path in tasks_of), [])
            standing = "detail" if own else standing
        clauses.append(
            Clause(
                position=part.position,
                label=part.label,
                start=part.start,
                end=part.end,
                words=one_line(text[part.start : part.end]),
                standing=standing,
                by_hand=bool(part.decided) and standing == part.decided,
                tasks=tuple(one.number for one in own),
            )
        )
    return tuple(clauses)


def _inside(parts: Sequence[_Part], taken: Iterable[_Taken]) -> dict[int, list[_Taken]]:
    """Which tasks take words of each part."""
    ordered = sorted(taken, key=lambda one: one.start)
    starts = [one.start for one in ordered]
    longest = max((one.end - one.start for one in ordered), default=0)
    return {
        part.position: [
            one
            for one in ordered[bisect_left(starts, part.start - longest) : bisect_left(starts, part.end)]
            if one.end > part.start
        ]
        for part in parts
    }


def _standing(part: _Part, tasks: Sequence[_Taken]) -> str:
    if tasks and not all(one.standing for one in tasks):
        return "task"
    if tasks:
        return "prohibition" if "prohibition" in (part.decided, part.role) else "standing"
    if part.decided:
        return part.decided
    # Its tasks were set aside, so a person said that it gives none.
    return part.role if part.role in STANDINGS and part.role != "task" else "other"


def parts_above(path: str) -> list[str]:
    """The paths of the parts in which a part stands."""
    steps = path.split(";")
    return [";".join(steps[:end]) for end in range(1, len(steps))]
