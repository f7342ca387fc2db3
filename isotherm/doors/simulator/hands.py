"""The acts themselves. `Many` does a day's acts of one kind as one set, `Single` each by the act that a page calls; the
tables they leave are equal, which a test proves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any, Protocol

from django.db import connection, transaction

from isotherm.accounts.models import Mandate, Post
from isotherm.accounts.queries import actor_of_post
from isotherm.actor import Actor, Hand
from isotherm.directives.models import Document
from isotherm.doors.simulator import sentences
from isotherm.doors.simulator.course import Act, Event
from isotherm.doors.simulator.planting import Owed
from isotherm.execution.acts import confirm, obstacles, plan, reconsider, report, send_on, take_up
from isotherm.execution.clocks import decision_due, local_day
from isotherm.execution.models import Obstacle
from isotherm.execution.sets import Intents, Outcome

EVERYONE = "Một số đơn vị cấp dưới không có đối tượng, nội dung thuộc phạm vi nhiệm vụ này."
EXCUSED_SHARE = 12  # of so many units below, one has no part


class RefusedInPlay(Exception):
    """The play did what the rules forbid: a fault of the simulator, never of the country."""


@dataclass(frozen=True)
class Posts:
    """Who acts for a unit: its competent post, or the one of the office that has its mandate; its clerk takes up."""

    competent: Mapping[int, Post]
    clerks: Mapping[int, Post]

    @classmethod
    def on(cls, day: date) -> Posts:
        competent: dict[int, Post] = {}
        clerks: dict[int, Post] = {}
        for post in Post.objects.filter(valid__contains=day).order_by("code"):
            if Hand.APPROVER in post.hands:
                competent.setdefault(post.unit_id, post)
            if Hand.CLERK in post.hands:
                clerks.setdefault(post.unit_id, post)
        # The office acts for the body whose mandate it has: the Prime Minister presses no buttons.
        for mandate in Mandate.objects.filter(valid__contains=day).select_related("post").order_by("post__code"):
            if Hand.APPROVER in mandate.post.hands:
                competent[mandate.unit_id] = mandate.post
        return cls(competent=competent, clerks=clerks)

    def of(self, event: Event) -> Post:
        if event.act is Act.TAKE_UP and event.unit_id in self.clerks:
            return self.clerks[event.unit_id]
        return self.competent[event.unit_id]


class Hands(Protocol):
    """Does acts of one kind on one day."""

    one_by_one: bool
    ministry_id: int | None  # who owes the paper that was planted

    def do(self, act: Act, events: Sequence[Event]) -> None: ...


@dataclass
class _Common:
    posts: Posts
    documents: Mapping[str, Document]
    owed: Owed | None
    ministry_id: int | None
    _actors: dict[tuple[int, date], Actor] = field(default_factory=dict)

    def actor(self, event: Event) -> Actor:
        post, day = self.posts.of(event), local_day(event.at)
        if (post.pk, day) not in self._actors:
            self._actors[post.pk, day] = actor_of_post(post, day=day)
        return self._actors[post.pk, day]

    def excused(self, event: Event) -> list[int]:
        """Which expected units below have no part, the same however the act is done."""
        with connection.cursor() as cursor:
            cursor.execute(
                """
                select distinct m.unit_id, u.code from execution_assignment a
                join directives_task t on t.id = a.task_id
                join directives_member m on m.unit_set_id = t.expected_id and m.upper_id = a.unit_id
                join units_unit u on u.id = m.unit_id
                where a.id = any(%s) order by u.code
                """,
                [event.ids],
            )
            below = [row[0] for row in cursor.fetchall()]
        return below[::EXCUSED_SHARE]

    def accept(self, event: Event, *, promised_on: date) -> None:
        assert self.owed is not None and self.ministry_id is not None
        code = Obstacle.objects.get(document_id=self.documents[event.document].pk, owing_id=self.ministry_id).code
        obstacles.decide_pause(code, agreed=True, promised_on=promised_on, actor=self.actor(event), at=event.at)


@dataclass
class Single(_Common):
    """Each act by itself, with its reach, policy and rules."""

    one_by_one = True

    def do(self, act: Act, events: Sequence[Event]) -> None:
        for event in events:
            self._one(act, event, self.actor(event), self.documents[event.document].code)

    def _one(self, act: Act, event: Event, actor: Actor, code: str) -> None:
        unit, at, numbers = event.unit_id, event.at, event.numbers
        carriers = sorted({row.unit_id for row in event.rows})
        match act:
            case Act.TAKE_UP:
                _all(take_up.take_up(code, unit, numbers=numbers, actor=actor, at=at))
            case Act.ASK:
                _all(reconsider.ask(code, unit, reason=sentences.ASKED, numbers=numbers, actor=actor, at=at))
            case Act.DECIDE:
                _all(
                    reconsider.decide(
                        code,
                        unit,
                        agreed=event.agreed,
                        reason=sentences.decided(event.agreed),
                        units=carriers,
                        numbers=numbers,
                        actor=actor,
                        at=at,
                    )
                )
            case Act.EXCUSE:
                targets = self.excused(event)
                send_on.excuse(code, unit, reason=EVERYONE, targets=targets, numbers=numbers, actor=actor, at=at)
            case Act.SEND_ON:
                send_on.send_on(code, unit, numbers=numbers, actor=actor, at=at)
            case Act.PLAN:
                words = sentences.planned(event)
                _all(plan.plan(code, unit, words=words, numbers=numbers, actor=actor, at=at))
            case Act.REPORT | Act.REPORT_DONE:
                is_done = act is Act.REPORT_DONE
                words = sentences.finished(event) if is_done else sentences.reported(event)
                _all(
                    report.report(
                        code,
                        unit,
                        percent=100 if is_done else event.percent,
                        words=words,
                        done=is_done,
                        numbers=numbers,
                        actor=actor,
                        at=at,
                    )
                )
            case Act.RAISE:
                assert self.owed is not None and self.ministry_id is not None
                obstacles.raise_obstacle(
                    code,
                    unit,
                    kind=Obstacle.Kind.DOCUMENT,
                    missing=self.owed.missing,
                    owing_id=self.ministry_id,
                    numbers=numbers,
                    actor=actor,
                    at=at,
                )
            case Act.ACCEPT:
                assert event.again_by is not None
                self.accept(event, promised_on=event.again_by)
            case Act.CONFIRM:
                _all(confirm.confirm(code, unit, units=carriers, numbers=numbers, actor=actor, at=at))
            case Act.REDO:
                _all(
                    confirm.redo(
                        code,
                        unit,
                        reason=sentences.SENT_BACK,
                        due_on=event.again_by,
                        units=carriers,
                        numbers=numbers,
                        actor=actor,
                        at=at,
                    )
                )


@dataclass
class Many(_Common):
    """All acts of one kind on a day as one set."""

    one_by_one = False

    @transaction.atomic
    def do(self, act: Act, events: Sequence[Event]) -> None:
        match act:
            case Act.TAKE_UP:
                _all(take_up.over(self._intents(events)))
            case Act.ASK:
                intents = self._intents(events, decide_by=("date", lambda event: _decide_by("return", event.at)))
                _all(reconsider.over(intents, reason=sentences.ASKED))
            case Act.DECIDE:
                for agreed in (True, False):
                    some = [event for event in events if event.agreed is agreed]
                    reason = sentences.decided(agreed)
                    _all(reconsider.over_decision(self._intents(some), agreed=agreed, reason=reason))
            case Act.EXCUSE:
                for event in events:
                    send_on.over_excuse(
                        event.ids,
                        unit_id=event.unit_id,
                        reason=EVERYONE,
                        targets=self.excused(event),
                        actor=self.actor(event),
                        at=event.at,
                    )
            case Act.SEND_ON:
                for event in events:
                    send_on.over(event.ids, unit_id=event.unit_id, actor=self.actor(event), at=event.at)
            case Act.PLAN:
                for words, some in _by(sentences.planned, events):
                    _all(plan.over(self._intents(some), words=words)[0])
            case Act.REPORT:
                for words, some in _by(sentences.reported, events):
                    intents = self._intents(some, percent_now=("smallint", lambda event: event.percent))
                    _all(report.over(intents, done=False, words=words)[0])
            case Act.REPORT_DONE:
                for words, some in _by(sentences.finished, events):
                    intents = self._intents(some, decide_by=("date", lambda event: _decide_by("completion", event.at)))
                    _all(report.over(intents, done=True, words=words)[0])
            case Act.RAISE:
                assert self.owed is not None and self.ministry_id is not None
                obstacles.hinder(
                    self.documents[self.owed.document],
                    self._intents(events),
                    kind=Obstacle.Kind.DOCUMENT,
                    missing=self.owed.missing,
                    owing_id=self.ministry_id,
                )
            case Act.ACCEPT:
                for event in events:
                    assert event.again_by is not None
                    self.accept(event, promised_on=event.again_by)
            case Act.CONFIRM:
                _all(confirm.over(self._intents(events)))
            case Act.REDO:
                intents = self._intents(events, again_by=("date", lambda event: event.again_by))
                _all(confirm.over_again(intents, reason=sentences.SENT_BACK))

    def _intents(self, events: Sequence[Event], **extra: tuple[str, Callable[[Event], Any]]) -> Intents:
        flat = [(event, one) for event in events for one in event.ids]
        posts = {id(event): self.posts.of(event).pk for event in events}
        return Intents(
            ids=[one for _event, one in flat],
            at=[event.at for event, _one in flat],
            units=[event.unit_id for event, _one in flat],
            posts=[posts[id(event)] for event, _one in flat],
            persons=[None] * len(flat),
            extra={name: (kind, [value(event) for event, _one in flat]) for name, (kind, value) in extra.items()},
        )


@cache
def _decide_by_day(what: str, day: date, noon: datetime) -> date:
    return decision_due(what, noon)


def _decide_by(what: str, at: datetime) -> date:
    return _decide_by_day(what, local_day(at), at.replace(hour=12, minute=0, second=0, microsecond=0))


def _by(key: Callable[[Event], str], events: Iterable[Event]) -> Iterable[tuple[str, list[Event]]]:
    ordered = sorted(events, key=key)
    return [(words, list(some)) for words, some in groupby(ordered, key=key)]


def _all(outcome: Outcome) -> None:
    if outcome.refused:
        raise RefusedInPlay(f"{len(outcome.refused)} acts were refused, the first: {outcome.refused[0].refusal}")
