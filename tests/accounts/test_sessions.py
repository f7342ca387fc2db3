"""A session lasts as long as the right to it, and ends everywhere at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from isotherm.accounts import acts
from isotherm.accounts.models import Appointment, Person, Post
from isotherm.actor import Actor
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotNow, NotYours
from tests.world import MONDAY, World

JOB = Actor.system("test")
PASSWORD = "Mot-mat-khau-dai-1"
OTHER = "Hai-mat-khau-dai-2"


@pytest.fixture
def lan(world: World) -> Person:
    person = acts.add_person("lan", name="Lan", password=PASSWORD, actor=JOB, at=MONDAY)
    acts.appoint(person, Post.objects.get(code="P-52:lanh-dao"), start=date(2026, 1, 1), actor=JOB, at=MONDAY)
    return person


def signed_in(password: str = PASSWORD) -> Client:
    client = Client()
    assert client.post("/sign-in", {"login": "lan", "password": password}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/directives/").status_code == 200


def _deactivate(person: Person) -> None:
    acts.deactivate(person, actor=JOB, at=MONDAY)


def _new_password(person: Person) -> None:
    acts.set_password(person, password=OTHER, actor=JOB, at=MONDAY)


def _end_sessions(person: Person) -> None:
    acts.end_sessions(person, actor=JOB, at=MONDAY)


def _end_appointment(person: Person) -> None:
    ended = DateRange(date(2026, 1, 1), timezone.localdate())
    Appointment.objects.filter(person=person).update(valid=ended)


@pytest.mark.parametrize("end", [_deactivate, _new_password, _end_sessions, _end_appointment])
def test_every_session_of_hers_is_over_with_the_next_request(lan: Person, end: Callable[[Person], None]) -> None:
    office, home = signed_in(), signed_in()
    assert is_in(office) and is_in(home)
    end(lan)
    assert not is_in(office)
    assert not is_in(home)


def test_a_session_from_before_stays_ended_when_she_comes_back(lan: Person) -> None:
    before = signed_in()
    acts.deactivate(lan, actor=JOB, at=MONDAY)
    acts.reactivate(lan, actor=JOB, at=MONDAY)
    assert not is_in(before)
    assert is_in(signed_in())


def test_ending_her_sessions_leaves_those_of_others(lan: Person) -> None:
    minh = acts.add_person("minh", name="Minh", password=PASSWORD, actor=JOB, at=MONDAY)
    acts.appoint(minh, Post.objects.get(code="P-52:van-thu"), start=date(2026, 1, 1), actor=JOB, at=MONDAY)
    client = Client()
    client.post("/sign-in", {"login": "minh", "password": PASSWORD})
    acts.end_sessions(lan, actor=JOB, at=MONDAY)
    assert is_in(client)


def test_ending_sessions_and_coming_back_stand_in_the_ledger(lan: Person) -> None:
    acts.end_sessions(lan, actor=JOB, at=MONDAY)
    acts.deactivate(lan, actor=JOB, at=MONDAY)
    acts.reactivate(lan, actor=JOB, at=MONDAY)
    verbs = list(LedgerLine.objects.filter(subject_kind="person", subject_id=lan.pk).values_list("verb", flat=True))
    assert verbs[-3:] == ["person.sessions_ended", "person.deactivated", "person.reactivated"]


def test_she_ends_her_own_sessions_and_nobody_else_does_without_being_administrator(world: World, lan: Person) -> None:
    acts.end_sessions(lan, actor=world.actor("P-52:lanh-dao", person=lan), at=MONDAY)
    with pytest.raises(NotYours):
        acts.end_sessions(lan, actor=world.chair("P-66"), at=MONDAY)
    with pytest.raises(NotYours):
        acts.reactivate(lan, actor=world.chair("P-66"), at=MONDAY)


def test_who_may_sign_in_is_not_taken_back_twice(lan: Person) -> None:
    with pytest.raises(NotNow):
        acts.reactivate(lan, actor=JOB, at=MONDAY)


PASSWORDS = [
    lambda person, actor: acts.set_password(person, password=OTHER, actor=actor, at=MONDAY),
    lambda person, actor: acts.end_sessions(person, actor=actor, at=MONDAY),
    lambda person, actor: acts.deactivate(person, actor=actor, at=MONDAY),
]


@pytest.mark.parametrize("do", PASSWORDS)
def test_an_administrator_has_only_people_of_her_own_bodies_in_hand(
    world: World, lan: Person, do: Callable[[Person, Actor], None]
) -> None:
    for stranger in ("P-66:quan-tri", "BTC:quan-tri"):
        with pytest.raises(NotYours):
            do(lan, world.actor(stranger))
    do(lan, world.actor("P-52:quan-tri"))


def test_whoever_also_works_elsewhere_or_will_is_in_no_one_administrators_hand(world: World, lan: Person) -> None:
    acts.appoint(lan, Post.objects.get(code="P-66:van-thu"), start=date(2026, 12, 1), actor=JOB, at=MONDAY)
    with pytest.raises(NotYours):
        acts.set_password(lan, password=OTHER, actor=world.actor("P-52:quan-tri"), at=MONDAY)


def test_who_left_is_taken_back_where_she_was_last(world: World, lan: Person) -> None:
    Appointment.objects.filter(person=lan).update(valid=DateRange(date(2026, 1, 1), date(2026, 2, 1)))
    acts.deactivate(lan, actor=JOB, at=MONDAY)
    with pytest.raises(NotYours):
        acts.reactivate(lan, actor=world.actor("P-66:quan-tri"), at=MONDAY)
    acts.reactivate(lan, actor=world.actor("P-52:quan-tri"), at=MONDAY)
