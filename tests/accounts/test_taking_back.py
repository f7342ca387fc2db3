"""What was entered about an appointment by mistake is taken back on the same day, as long as nobody acted on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isotherm.accounts import acts, roster
from isotherm.accounts.models import Appointment, Person, Post
from isotherm.accounts.queries import actor_for
from isotherm.actor import Actor
from isotherm.execution.acts import take_up
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotNow, NotYours, OutOfReach
from tests.world import MONDAY, Wanted, World

JOB = Actor.system("test")
DAY = MONDAY.date()
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
SEAT = "P-52:chuyen-vien"


@pytest.fixture
def people(world: World) -> dict[str, Person]:
    return {
        name: acts.add_person(name, name=name.title(), password="Mot-mat-khau-dai-1", actor=JOB, at=MONDAY)
        for name in "ab"
    }


def put(person: Person, how: str = "held", code: str = SEAT) -> Appointment:
    post = Post.objects.get(code=code)
    return acts.appoint(person, post, start=DAY, how=how, ground="7/QĐ", actor=JOB, at=MONDAY)


def last(verb: str) -> int:
    return LedgerLine.objects.filter(verb=verb).latest("pk").pk


def test_a_wrong_appointment_is_as_if_it_had_not_been(people: dict[str, Person]) -> None:
    made = put(people["a"])
    acts.take_back(last("person.appointed"), actor=JOB, at=MONDAY + HOUR)
    assert actor_for(people["a"], day=DAY) is None
    put(people["b"])
    made.refresh_from_db()
    assert made.valid.isempty and made not in roster.terms(made.post)


def test_a_wrong_end_falls_away(people: dict[str, Person]) -> None:
    made = put(people["a"])
    acts.end_appointment(made.pk, on=DAY + WEEK, ground="8/QĐ", actor=JOB, at=MONDAY)
    acts.take_back(last("person.appointment_ended"), actor=JOB, at=MONDAY + HOUR)
    made.refresh_from_db()
    assert (made.valid.lower, made.valid.upper) == (DAY, None)
    assert [line.verb for line in LedgerLine.objects.filter(subject_id=people["a"].pk).order_by("pk")][-2:] == [
        "person.appointment_ended",
        "person.appointment_taken_back",
    ]


def test_an_end_stays_once_somebody_else_sits_there(people: dict[str, Person]) -> None:
    made = put(people["a"])
    acts.end_appointment(made.pk, on=DAY + WEEK, ground="8/QĐ", actor=JOB, at=MONDAY)
    line = last("person.appointment_ended")
    acts.appoint(people["b"], made.post, start=DAY + WEEK, ground="9/QĐ", actor=JOB, at=MONDAY)
    with pytest.raises(NotNow, match="B"):
        acts.take_back(line, actor=JOB, at=MONDAY + HOUR)


def test_only_on_the_same_day(people: dict[str, Person]) -> None:
    put(people["a"])
    with pytest.raises(NotNow):
        acts.take_back(last("person.appointed"), actor=JOB, at=MONDAY + timedelta(days=1))


def test_not_once_she_acted_in_the_post(world: World, people: dict[str, Person]) -> None:
    put(people["a"])
    document = world.issued("51/CT-TTg", [Wanted(["P-52"])])
    actor = actor_for(people["a"], day=DAY)
    assert actor is not None
    line = last("person.appointed")
    take_up.take_up(document.code, world.unit("P-52"), actor=actor, at=MONDAY + HOUR)
    with pytest.raises(NotNow):
        acts.take_back(line, actor=JOB, at=MONDAY + 2 * HOUR)


def test_each_change_once_and_the_last_first(people: dict[str, Person]) -> None:
    made = put(people["a"])
    first = last("person.appointed")
    acts.end_appointment(made.pk, on=DAY + WEEK, ground="8/QĐ", actor=JOB, at=MONDAY)
    with pytest.raises(NotNow):
        acts.take_back(first, actor=JOB, at=MONDAY)
    acts.take_back(last("person.appointment_ended"), actor=JOB, at=MONDAY)
    with pytest.raises(NotNow):
        acts.take_back(last("person.appointment_ended"), actor=JOB, at=MONDAY)


def test_the_administrator_of_another_province_may_not(world: World, people: dict[str, Person]) -> None:
    put(people["a"])
    with pytest.raises(NotYours):
        acts.take_back(last("person.appointed"), actor=world.actor("P-66:quan-tri"), at=MONDAY)
    with pytest.raises(NotYours):
        acts.take_back(last("person.appointed"), actor=world.chair("P-52"), at=MONDAY)
    with pytest.raises(OutOfReach):
        acts.take_back(last("person.added"), actor=world.actor("P-52:quan-tri"), at=MONDAY)
    acts.take_back(last("person.appointed"), actor=world.actor("P-52:quan-tri"), at=MONDAY)
