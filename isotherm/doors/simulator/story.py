"""From issued directives and a planting to a country half a year later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime

from django.db import connection

from isotherm.analysis.refresh import refresh
from isotherm.directives.models import Document, Task
from isotherm.doors.simulator.chance import Chance
from isotherm.doors.simulator.course import Act, Courses, Fate
from isotherm.doors.simulator.hands import Hands, Many, Posts, Single
from isotherm.doors.simulator.office import Office
from isotherm.doors.simulator.planting import Ground, Planting
from isotherm.doors.simulator.play import Play
from isotherm.execution.clocks import local_day
from isotherm.execution.models import Assignment
from isotherm.tallies.fold import fold
from isotherm.units import queries as unit_queries
from isotherm.units.models import KindOfUnit, Unit
from isotherm.words import _
from isotherm.workdays.queries import current


def ground_of(documents: Sequence[Document], day: date) -> Ground:
    """What could be planted in these documents. Where the upper unit is single, its lower units are judged apart."""
    ids = [document.pk for document in documents]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select m.upper_level, m.level,
                   case when count(distinct m.upper_id) = 1 then count(distinct m.unit_id)
                        else count(distinct m.upper_id) end
            from directives_task t join directives_member m on m.unit_set_id = t.expected_id
            where t.document_id = any(%s) and t.kind = 'task' group by 1, 2
            """,
            [ids],
        )
        boundaries = {(row[0], row[1]): row[2] for row in cursor.fetchall()}
        cursor.execute(
            """
            select distinct d.code, t.number, u.code
            from directives_task t join directives_document d on d.id = t.document_id
            join directives_member m on m.unit_set_id = t.expected_id and m.depth = 2
            join units_unit u on u.id = m.upper_id
            where t.document_id = any(%s) and t.kind = 'task' and t.due_on is not null
            """,
            [ids],
        )
        passing = cursor.fetchall()
    kinds = unit_queries.kinds_on(day)
    ministries = [unit for unit, kind in kinds.items() if kind == KindOfUnit.MINISTRY]
    return Ground(
        boundaries=boundaries,
        provinces=sorted({row[2] for row in passing}),
        waiting=sorted({(row[0], row[1]) for row in passing}),
        ministries=sorted(Unit.objects.filter(id__in=ministries).values_list("code", flat=True)),
    )


def first_leads(documents: Sequence[Document]) -> dict[tuple[str, int], int]:
    """Of each task with an end, the first unit it was given to (by its code)."""
    return {task: units[0] for task, (_due, units) in _given(documents).items()}


def able_to_finish(documents: Sequence[Document]) -> list[tuple[str, int]]:
    """Tasks that all their units can finish, those due first before others."""
    posts = Posts.on(max(document.signed_on for document in documents))
    able = {
        task: due for task, (due, units) in _given(documents).items() if all(unit in posts.competent for unit in units)
    }
    return sorted(able, key=lambda task: (able[task] or date.max, task))


def _given(documents: Sequence[Document]) -> dict[tuple[str, int], tuple[date | None, list[int]]]:
    rows = (
        Assignment.objects.filter(
            document_id__in=[document.pk for document in documents], depth=1, task__kind=Task.Kind.TASK
        )
        .order_by("task__document__code", "task__number")
        .values_list("task__document__code", "task__number", "task__due_on", "unit_id")
    )
    codes = dict(Unit.objects.filter(id__in=[row[3] for row in rows]).values_list("id", "code"))
    found: dict[tuple[str, int], tuple[date | None, list[int]]] = {}
    for code, number, due, unit in sorted(rows, key=lambda row: (row[0], row[1], codes[row[3]])):
        found.setdefault((code, number), (due, []))[1].append(unit)
    return found


def close(
    documents: Sequence[Document], *, at: datetime, say: Callable[[str], None], statistics: Callable[[], None]
) -> None:
    """Counters added up, the planner told what the tables hold now, break points found."""
    fold()
    statistics()
    for document in documents:
        refresh(document.pk, at)
    say(_("  counters and break points are ready"))


def play(
    documents: Sequence[Document],
    planting: Planting,
    *,
    until: datetime,
    one_by_one: bool = False,
    fates: Mapping[tuple[str, int], Fate] | None = None,
    blocking: Mapping[tuple[str, int], int] | None = None,
    left_alone: Collection[tuple[str, str]] = frozenset(),
    progress: Callable[[date, int], None] = lambda _day, _acts: None,
    statistics: Callable[[], None] = lambda: None,
) -> Counter[Act]:
    """Everybody acts until that moment. Returns how many acts of each kind were done."""
    chance = Chance(planting.seed)
    courses = Courses(
        office=Office(current(), chance),
        chance=chance,
        planting=planting,
        until=until,
        fates=fates or {},
        blocking=blocking or {},
        left_alone=left_alone,
    )
    posts = Posts.on(local_day(until))
    by_code = {document.code: document for document in documents}
    ministry = Unit.objects.get(code=planting.owed.ministry).pk if planting.owed else None
    kind = Single if one_by_one else Many
    hands: Hands = kind(posts=posts, documents=by_code, owed=planting.owed, ministry_id=ministry)
    playing = Play(
        courses=courses, hands=hands, posts=posts, documents=documents, progress=progress, statistics=statistics
    )
    return playing.run()
