"""The days: what falls due on a day is done, verb by verb; what was passed on begins its own course."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection

from isotherm.directives.models import Document
from isotherm.doors.simulator.course import Act, Courses, Event, Row
from isotherm.doors.simulator.hands import Hands, Posts
from isotherm.execution.clocks import local_day
from isotherm.units import queries as unit_queries
from isotherm.units.models import Unit

PROMISED_WITHIN = 15  # working days, as the ministry says
ACCEPTS_WITHIN = 4

_ROWS = """
    select a.id, d.code, t.number, t.kind = 'regular', a.unit_id, u.code, a.level, a.upper_level, a.giver_id,
           a.confirmer_id, a.below, a.sent_at, a.take_up_due, a.plan_due, a.send_on_due, a.report_due, a.due_on,
           p.due_on
    from execution_assignment a
    join directives_document d on d.id = a.document_id
    join directives_task t on t.id = a.task_id
    join units_unit u on u.id = a.unit_id
    left join execution_assignment p on p.id = a.parent_id
    where a.state = 'sent' and {which}
    order by d.code, u.code, t.number
"""


@dataclass
class Play:
    courses: Courses
    hands: Hands
    posts: Posts
    documents: Sequence[Document]
    progress: Callable[[date, int], None] = lambda _day, _acts: None
    statistics: Callable[[], None] = lambda: None
    done: Counter[Act] = field(default_factory=Counter)
    _queue: list[tuple[datetime, int, int, Event]] = field(default_factory=list)
    _pushed: int = 0
    _accepting: bool = False
    _known: int = 0  # events when the planner was last told what the tables hold
    _provinces: dict[int, str] = field(default_factory=dict)

    def run(self) -> Counter[Act]:
        """From the sending of each document to the end of the story. Returns how many acts of each kind were done."""
        ids = [document.pk for document in self.documents]
        above = unit_queries.provinces_above(self._units(ids), local_day(self.courses.until))
        codes = dict(Unit.objects.filter(id__in=set(above.values())).values_list("id", "code"))
        self._provinces = {unit: codes[province] for unit, province in above.items() if unit != province}
        self._begin(self._rows("a.document_id = any(%s)", ids))
        while self._queue:
            batch = self._next()
            for act in Act:
                events = [event for event in batch if event.act is act]
                if events:
                    self.hands.do(act, events)
                    self.done[act] += len(events)
            self._follow(batch)
            # Tables that grow from nothing by themselves mislead the planner, until it is told.
            if self._pushed > 1.5 * self._known:
                self.statistics()
                self._known = self._pushed
            self.progress(local_day(batch[0].at), self.done.total())
        return self.done

    def _units(self, documents: Sequence[int]) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select distinct m.unit_id from directives_task t "
                "join directives_member m on m.unit_set_id = t.expected_id where t.document_id = any(%s)",
                [list(documents)],
            )
            return [row[0] for row in cursor.fetchall()]

    def _rows(self, which: str, ids: Sequence[int]) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(_ROWS.format(which=which), [list(ids)])
            found = cursor.fetchall()
        whole = ((*row[:6], self._provinces.get(row[4], ""), *row[6:]) for row in found)
        return [Row(*values) for values in whole]

    def _begin(self, rows: Iterable[Row]) -> None:
        """Each unit that can act begins its course with each directive it has received."""
        received: dict[tuple[str, int], list[Row]] = {}
        for row in rows:
            if row.unit_id in self.posts.competent:
                received.setdefault((row.document, row.unit_id), []).append(row)
        for mine in received.values():
            for event in self.courses.of(mine):
                self._push(event)

    def _push(self, event: Event) -> None:
        if event.at <= self.courses.until and event.unit_id in self.posts.competent:
            self._pushed += 1
            heapq.heappush(self._queue, (event.at, event.act, self._pushed, event))

    def _next(self) -> list[Event]:
        """The events of the next day; one by one where the hands ask for it.

        Accepting a pause touches rows of many units: what comes before it that day is done before, the rest after.
        """
        first = heapq.heappop(self._queue)[-1]
        batch = [first]
        if self.hands.one_by_one or first.act is Act.ACCEPT:
            return batch
        day = local_day(first.at)
        while self._queue and local_day(self._queue[0][0]) == day and self._queue[0][-1].act is not Act.ACCEPT:
            batch.append(heapq.heappop(self._queue)[-1])
        return batch

    def _follow(self, batch: Sequence[Event]) -> None:
        sent = [event for event in batch if event.act is Act.SEND_ON]
        if sent:
            parents = [one for event in sent for one in event.ids]
            self._begin(self._rows("a.parent_id = any(%s)", parents))
        raised = [event for event in batch if event.act is Act.RAISE]
        if raised and not self._accepting:
            self._accepting = True
            self._push(self._acceptance(min(raised, key=lambda event: event.at)))

    def _acceptance(self, raised: Event) -> Event:
        owed = self.courses.planting.owed
        ministry = self.hands.ministry_id
        assert owed is not None and ministry is not None
        office = self.courses.office
        day = office.days.add_workdays(local_day(raised.at), ACCEPTS_WITHIN)
        return Event(
            at=office.after(raised.at, day, "accepts", owed.document),
            act=Act.ACCEPT,
            document=owed.document,
            unit_id=ministry,
            rows=(),
            again_by=office.days.add_workdays(day, PROMISED_WITHIN),
        )
