"""What sending a document will do, in numbers, before anybody sends it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from isotherm.directives.models import Document, Task
from isotherm.execution.clocks import local_day
from isotherm.execution.expectation import Expected, Expecting


@dataclass(frozen=True, slots=True)
class Preview:
    """`now`: assignments made at once. `below`: units expected further down, by level. `units`: told at once. `asked`:
    those of them that the giver does not command, and of which nothing is expected."""

    tasks: int
    now: int
    units: int
    below: dict[str, int]
    regular: int
    standing: int
    undated: int
    asked: int
    guides: bool  # a department in its own name: it guides and requests


def of(document: Document, *, at: datetime) -> Preview:
    """The same reckoning as `acts.issue`, over the confirmed tasks."""
    expecting = Expecting(document.giver_id, local_day(at))
    known: dict[tuple[frozenset[int], bool], tuple[Expected, ...]] = {}
    now, told, asked = 0, set[int](), set[int]()
    below: dict[str, set[int]] = {}
    tasks = list(document.tasks.filter(state=Task.State.ACCEPTED).prefetch_related("leads"))
    for task in tasks:
        leads = frozenset(lead.unit_id for lead in task.leads.all())
        case = (leads, task.expects_communes)
        if case not in known:
            known[case] = expecting.of(sorted(leads), expects_communes=task.expects_communes)
        deeper = {one.unit_id for one in known[case] if one.depth > 1}
        first = {one.unit_id for one in known[case] if one.depth == 1}
        for one in known[case]:
            if one.depth > 1:
                below.setdefault(one.level, set()).add(one.unit_id)
        if task.kind != Task.Kind.STANDING:
            direct = ((leads | first) - deeper) - {document.giver_id}
            now += len(direct)
            told |= direct
            asked |= direct - first
    return Preview(
        tasks=len(tasks),
        now=now,
        units=len(told),
        below={level: len(units) for level, units in sorted(below.items())},
        regular=sum(task.kind == Task.Kind.REGULAR for task in tasks),
        standing=sum(task.kind == Task.Kind.STANDING for task in tasks),
        undated=sum(task.due_on is None for task in tasks),
        asked=len(asked),
        guides=expecting.only_below,
    )
