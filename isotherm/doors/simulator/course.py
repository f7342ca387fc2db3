"""The course of one unit through one directive: every act it will do, decided when it receives the tasks.

Nothing here reads the database. Acts on one row that fall on one day are in the order of `Act`, so that a day may be
played verb by verb as well as moment by moment.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum

from isotherm.doors.simulator import habits, planting
from isotherm.doors.simulator.chance import Chance, tilted
from isotherm.doors.simulator.habits import Habits, Step
from isotherm.doors.simulator.office import Office
from isotherm.doors.simulator.planting import Planting

AGAIN_WITHIN = 10  # working days given to do it again
MONTH = 21


class Act(IntEnum):
    TAKE_UP = 1
    ASK = 2
    DECIDE = 3
    EXCUSE = 4
    SEND_ON = 5
    PLAN = 6
    REPORT = 7
    RAISE = 8
    ACCEPT = 9
    REPORT_DONE = 10
    CONFIRM = 11
    REDO = 12


class Fate(StrEnum):
    """What a story needs of a task, whatever the habits are."""

    DONE = "done"
    UNDER_WAY = "under_way"


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """An assignment as it was given; one object per assignment."""

    id: int
    document: str
    number: int
    regular: bool
    unit_id: int
    unit: str
    province: str  # the province that it belongs to, empty above
    level: str
    upper_level: str
    giver_id: int
    confirmer_id: int
    below: int
    sent_at: datetime
    take_up_due: date
    plan_due: date
    send_on_due: date | None
    report_due: date
    due_on: date | None
    parent_due: date | None


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    act: Act
    document: str
    unit_id: int  # whose act it is
    rows: tuple[Row, ...]
    percent: int = 0
    agreed: bool = False
    again_by: date | None = None

    @property
    def ids(self) -> list[int]:
        return [row.id for row in self.rows]

    @property
    def numbers(self) -> list[int]:
        return [row.number for row in self.rows]


@dataclass(frozen=True)
class Courses:
    office: Office
    chance: Chance
    planting: Planting
    until: datetime
    fates: Mapping[tuple[str, int], Fate] = field(default_factory=dict)
    blocking: Mapping[tuple[str, int], int] = field(default_factory=dict)  # who keeps a task under way
    left_alone: Collection[tuple[str, str]] = frozenset()  # documents that units leave to a visitor

    def of(self, rows: Sequence[Row]) -> list[Event]:
        """All acts on these rows of one unit and one directive, and those of whoever decides on them."""
        return list(_Course(self, rows).events())


class _Course:
    def __init__(self, made: Courses, rows: Sequence[Row]) -> None:
        self.made = made
        self.office, self.chance, self.plan = made.office, made.chance, made.planting
        self.days = made.office.days
        self.rows = rows
        self.first = rows[0]
        self.who = (self.first.document, self.first.unit)
        self.passes_on = any(row.below for row in rows)
        self.habits: Habits = habits.habits_of(self.first.level)
        self.lean = habits.OWN_LEANING * self.chance.leaning(self.first.unit)
        if self.first.province:
            self.lean += habits.PROVINCE_LEANING * self.chance.leaning(self.first.province)
        self.is_cold = self._coldness() == planting.NO_TAKING_UP

    def _coldness(self) -> str:
        return self.plan.province_is(self.first.document, self.first.unit)

    def events(self) -> Iterator[Event]:
        if self.is_cold or self.who in self.made.left_alone:
            return
        taken_up = self._take_up()
        if taken_up is None:
            return
        asking = [row for row in self.rows if self._asks(row)]
        accepting = tuple(row for row in self.rows if row not in asking)
        if accepting:
            yield self._event(Act.TAKE_UP, taken_up, accepting)
        working = dict.fromkeys(accepting, taken_up)
        for row in asking:
            yield self._event(Act.ASK, taken_up, (row,))
            decided, upheld = self._decision(row, taken_up)
            if decided is None:
                continue
            yield self._event(Act.DECIDE, decided, (row,), unit=row.giver_id, agreed=upheld)
            if not upheld:
                working[row] = decided
        sent = yield from self._passing_on(working, taken_up)
        plan, reports = self._planned(taken_up), self._reports(taken_up)
        waiting = {row for row in working if self._waits(row)}
        done = self._done(working, waiting, sent=sent)
        if plan is not None and (rows := _still(working, done, plan)):
            yield self._event(Act.PLAN, plan, rows)
        for moment in reports:
            if rows := _still(working, done, moment):
                yield self._event(Act.REPORT, moment, rows, percent=self._percent(rows, moment))
        for row in waiting:
            raised_after = max([working[row], *([sent] if sent else []), *([plan] if plan else [])])
            yield self._raised(row, raised_after)
        for moment in sorted(set(done.values())):
            yield from self._finishing(tuple(row for row, at in done.items() if at == moment), moment)

    # --- one step ---------------------------------------------------------------------------------------------
    def _take_up(self) -> datetime | None:
        row = self.first
        step = self.habits.take_up
        if self.plan.is_cold(row.document, row.upper_level, row.level):
            step = habits.cold_take_up(row.level, passes_on=self.passes_on)
        if self._is_told():
            step = Step(1.0)
        begin = self.days.day_of(row.sent_at)
        day = self._day(step, begin, min(one.take_up_due for one in self.rows), "take up")
        return None if day is None else self.office.after(row.sent_at, day, "take up", *self.who)

    def _asks(self, row: Row) -> bool:
        # Whoever passes something on is the right one: nobody asks on behalf of those below.
        if row.below or self._fate(row):
            return False
        return self.chance.happens(self.habits.reconsiders, "asks", *self.who, row.number)

    def _decision(self, row: Row, asked: datetime) -> tuple[datetime | None, bool]:
        lag = self.chance.draw("decides", *self.who, row.number)
        if lag > 0.95:
            return None, False
        day = self.days.add_workdays(self.days.day_of(asked), 1 + int(lag * 4))
        upheld = self.chance.happens(0.4, "upheld", *self.who, row.number)
        return self.office.after(asked, day, "decision", *self.who, row.number), upheld

    def _passing_on(
        self, working: Mapping[Row, datetime], taken_up: datetime
    ) -> Generator[Event, None, datetime | None]:
        """Yields the acts; returns when it was sent on."""
        rows = tuple(row for row in working if row.below and working[row] == taken_up)
        if not rows or self._coldness() == planting.NO_SENDING_ON:
            return None
        due = min(row.send_on_due for row in rows if row.send_on_due)
        day = self._day(self.habits.send_on, self.days.day_of(taken_up), due, "send on")
        if day is None:
            return None
        sent = self.office.after(taken_up, day, "send on", *self.who)
        if self.chance.happens(self.habits.excuses, "excuses", *self.who):
            shortly_before = max(taken_up + (sent - taken_up) / 2, sent - timedelta(minutes=20))
            yield self._event(Act.EXCUSE, shortly_before, rows)
        yield self._event(Act.SEND_ON, sent, rows)
        return sent

    def _planned(self, taken_up: datetime) -> datetime | None:
        begin = self.days.day_of(taken_up)
        due = min(row.plan_due for row in self.rows)
        day = self._day(self._own(self.habits.plan), begin, due, "plan", habitual=True)
        return None if day is None else self.office.after(taken_up, day, "plan", *self.who)

    def _reports(self, taken_up: datetime) -> list[datetime]:
        begin = self.days.day_of(taken_up)
        due = min(row.report_due for row in self.rows)
        day = self._day(self._own(self.habits.report), begin, due, "report", habitual=True)
        if day is None:
            return []
        moments = [self.office.after(taken_up, day, "report", *self.who)]
        while self.habits.reports_monthly and moments[-1] < self.made.until:
            n = len(moments)
            lag = MONTH - 3 + int(self.chance.draw("monthly", *self.who, n) * 7)
            day = self.office.habitual(self.days.add_workdays(self.days.day_of(moments[-1]), lag), None, *self.who, n)
            moments.append(self.office.after(moments[-1], day, "monthly", *self.who, n))
        return moments

    def _percent(self, rows: Sequence[Row], moment: datetime) -> int:
        """What such reports say: time passed, in fives, with some hope."""
        row = rows[0]
        allowed = ((row.due_on - self.days.day_of(row.sent_at)).days if row.due_on else 150) or 1
        passed = (self.days.day_of(moment) - self.days.day_of(row.sent_at)).days / allowed
        hope = 0.6 + 0.5 * self.chance.draw("hope", *self.who)
        return max(5, min(95, round(20 * passed * hope) * 5))

    def _waits(self, row: Row) -> bool:
        owed = self.plan.owed
        if owed is None or (owed.document, owed.number) != (row.document, row.number):
            return False
        share = owed.communes if row.level == "commune" else owed.provinces
        return self.chance.happens(share, "waits", *self.who)

    def _raised(self, row: Row, after: datetime) -> Event:
        lag = 2 + int(self.chance.exponential(6, "raises", *self.who))
        day = self.days.add_workdays(self.days.day_of(after), lag)
        return self._event(Act.RAISE, self.office.after(after, day, "raise", *self.who), (row,))

    def _done(
        self, working: Mapping[Row, datetime], waiting: set[Row], *, sent: datetime | None
    ) -> dict[Row, datetime]:
        """When each row is reported done. Rows finished on one day are one report."""
        found: dict[Row, datetime] = {}
        for row, begun in working.items():
            fate = self._fate(row)
            if row.regular or row in waiting or (fate is Fate.UNDER_WAY and self._blocks(row)):
                continue
            after = max(begun, sent) if sent else begun
            day = self._done_day(row, self.days.day_of(after), fate)
            if day is not None:
                moment = self.office.after(after, day, "done", *self.who)
                # Work is reported done on a later day than it was passed on.
                if sent and self.days.day_of(moment) == self.days.day_of(sent):
                    moment = self.office.after(sent, day + timedelta(days=1), "done", *self.who)
                found[row] = moment
        return found

    def _done_day(self, row: Row, begin: date, fate: Fate | None) -> date | None:
        what = ("done", row.number)
        if row.due_on is None:
            lag = 8 + int(self.chance.exponential(self.habits.undated, *what, *self.who))
            day: date | None = self.days.add_workdays(begin, lag)
        else:
            day = self._day(self._own(self.habits.done), begin, row.due_on, *what, habitual=True)
        if fate is not Fate.DONE:
            return day
        # The story has it confirmed by its end: three working weeks are left for that.
        last = self.days.day_of(self.made.until) - timedelta(days=21)
        if day is not None and day <= last:
            return day
        spread = int(self.chance.draw("by then", *what, *self.who) * 15)
        return max(self.days.add_workdays(begin, 1), self.days.next_workday(last - timedelta(days=spread)))

    def _finishing(self, rows: tuple[Row, ...], done: datetime) -> Iterator[Event]:
        yield self._event(Act.REPORT_DONE, done, rows)
        told = any(self._fate(row) is Fate.DONE for row in rows)
        for confirmer in sorted({row.confirmer_id for row in rows}):
            mine = tuple(row for row in rows if row.confirmer_id == confirmer)
            yield from self._deciding(mine, done, confirmer, told=told)

    def _deciding(self, rows: tuple[Row, ...], done: datetime, confirmer: int, *, told: bool) -> Iterator[Event]:
        what = ("confirm", rows[0].number)
        decide = habits.UPPER.decide
        if told:
            decide = Step(1.0)
        begin = self.days.day_of(done)
        day = self._day(decide, begin, self.days.add_workdays(begin, 5), *what, leaning=False)
        if day is None:
            return
        decided = self.office.after(done, day, *what, *self.who)
        if told or not self.chance.happens(self.habits.sends_back, "sends back", *what, *self.who):
            yield self._event(Act.CONFIRM, decided, rows, unit=confirmer)
            return
        today = self.days.day_of(decided)
        limits = [row.parent_due for row in rows if row.parent_due and row.parent_due > today]
        again_by = min([self.days.add_workdays(today, AGAIN_WITHIN), *limits])
        yield self._event(Act.REDO, decided, rows, unit=confirmer, again_by=again_by)
        lag = 3 + int(self.chance.draw("again", *what, *self.who) * 9)
        again = self.office.after(decided, self.days.add_workdays(today, lag), "again", *what, *self.who)
        yield self._event(Act.REPORT_DONE, again, rows)
        lag = 1 + int(self.chance.draw("at last", *what, *self.who) * 5)
        day = self.days.add_workdays(self.days.day_of(again), lag)
        yield self._event(Act.CONFIRM, self.office.after(again, day, "at last", *what, *self.who), rows, unit=confirmer)

    # --- what all steps share -----------------------------------------------------------------------------------
    def _day(
        self, step: Step, begin: date, due: date, *what: object, habitual: bool = False, leaning: bool = True
    ) -> date | None:
        """The day of a step: up to its due day, some working days late, or never."""
        draw = (*what, *self.who)
        in_time = tilted(step.in_time, self.lean) if leaning else step.in_time
        allowed = self.days.workdays_between(begin, due)
        if allowed >= 0 and self.chance.happens(in_time, "in time", *draw):
            share = self.chance.draw("share", *draw) ** 0.6  # most leave it for the last days
            day = self.days.add_workdays(begin, min(allowed, int(share * (allowed + 1))))
            return self.office.habitual(day, due, *draw) if habitual else day
        if self.chance.happens(step.never, "never", *draw):
            return None
        late = 1 + min(step.latest - 1, int(self.chance.exponential(step.late, "late", *draw)))
        return self.days.add_workdays(max(begin, due), late)

    def _own(self, step: Step) -> Step:
        return Step(step.in_time, 0.0, step.late, step.latest) if self._is_told() else step

    def _fate(self, row: Row) -> Fate | None:
        return self.made.fates.get((row.document, row.number))

    def _is_told(self) -> bool:
        return any(self._fate(row) is Fate.DONE for row in self.rows)

    def _blocks(self, row: Row) -> bool:
        return self.made.blocking.get((row.document, row.number)) == row.unit_id

    def _event(
        self,
        act: Act,
        at: datetime,
        rows: tuple[Row, ...],
        *,
        unit: int | None = None,
        percent: int = 0,
        agreed: bool = False,
        again_by: date | None = None,
    ) -> Event:
        return Event(
            at=at,
            act=act,
            document=self.first.document,
            unit_id=self.first.unit_id if unit is None else unit,
            rows=rows,
            percent=percent,
            agreed=agreed,
            again_by=again_by,
        )


def _still(working: Mapping[Row, datetime], done: Mapping[Row, datetime], moment: datetime) -> tuple[Row, ...]:
    """Rows at work at that moment: taken up before, not reported done yet."""
    return tuple(row for row, begun in working.items() if begun < moment and not (row in done and done[row] <= moment))
