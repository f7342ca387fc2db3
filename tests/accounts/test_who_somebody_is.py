"""Rights hang on a post and follow it by the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from isotherm.accounts import acts
from isotherm.accounts.models import Person, Post
from isotherm.accounts.queries import actor_for
from isotherm.accounts.reach import seen_units
from isotherm.actor import Actor, Hand
from isotherm.refusals import NotAccepted, NotNow, NotYours
from tests.world import MONDAY, World

JOB = Actor.system("test")
DAY = MONDAY.date()
PASSWORD = "Mot-mat-khau-dai-1"


@pytest.fixture
def lan(world: World) -> Person:
    return acts.add_person("Lan ", name="Lan", password=PASSWORD, actor=JOB, at=MONDAY)


def post(code: str) -> Post:
    return Post.objects.get(code=code)


def test_a_person_without_a_post_is_nobody_here(lan: Person) -> None:
    assert actor_for(lan, day=DAY) is None


def test_an_appointment_counts_from_its_first_day_to_the_day_before_its_end(lan: Person) -> None:
    end = DAY + timedelta(days=5)
    acts.appoint(lan, post("P-52:lanh-dao"), start=DAY, end=end, actor=JOB, at=MONDAY)
    assert actor_for(lan, day=DAY - timedelta(days=1)) is None
    assert actor_for(lan, day=end - timedelta(days=1)) is not None
    assert actor_for(lan, day=end) is None


def test_a_deactivated_person_is_out_at_once(lan: Person) -> None:
    acts.appoint(lan, post("P-52:lanh-dao"), start=DAY, actor=JOB, at=MONDAY)
    acts.deactivate(lan, actor=JOB, at=MONDAY)
    lan.refresh_from_db()
    assert actor_for(lan, day=DAY) is None


def test_a_post_has_one_holder_at_a_time(lan: Person) -> None:
    minh = acts.add_person("minh", name="Minh", password=PASSWORD, actor=JOB, at=MONDAY)
    acts.appoint(lan, post("P-52:lanh-dao"), start=DAY, actor=JOB, at=MONDAY)
    with pytest.raises(NotNow):
        acts.appoint(minh, post("P-52:lanh-dao"), start=DAY + timedelta(days=9), actor=JOB, at=MONDAY)


def test_a_stand_in_acts_beside_the_holder(lan: Person) -> None:
    minh = acts.add_person("minh", name="Minh", password=PASSWORD, actor=JOB, at=MONDAY)
    acts.appoint(lan, post("P-52:lanh-dao"), start=DAY, actor=JOB, at=MONDAY)
    acts.appoint(minh, post("P-52:lanh-dao"), start=DAY, how="stand_in", actor=JOB, at=MONDAY)
    stand_in = actor_for(minh, day=DAY)
    assert stand_in is not None and stand_in.has(Hand.APPROVER)


def test_an_appointment_that_ends_before_it_begins_is_refused(lan: Person) -> None:
    with pytest.raises(NotAccepted):
        acts.appoint(lan, post("P-52:lanh-dao"), start=DAY, end=date(2020, 1, 1), actor=JOB, at=MONDAY)


def test_only_an_administrator_manages_people(world: World, lan: Person) -> None:
    with pytest.raises(NotYours):
        acts.appoint(lan, post("P-66:lanh-dao"), start=DAY, actor=world.chair("P-52"), at=MONDAY)


def test_a_weak_password_is_refused_with_the_reason(world: World) -> None:
    with pytest.raises(NotAccepted):
        acts.add_person("hoa", name="Hoa", password="12345", actor=JOB, at=MONDAY)


def test_a_province_reads_itself_and_what_is_below_and_nothing_of_its_neighbour(world: World) -> None:
    seen = seen_units(world.chair("P-52"))
    assert world.unit("P-52") in seen
    assert {world.unit(code) for code in world.communes("P-52")} <= seen
    assert world.unit("P-66") not in seen
    assert not {world.unit(code) for code in world.communes("P-66")} & seen


def test_the_government_office_acts_for_the_government(world: World) -> None:
    head = world.chair("VPCP")
    assert head.acts_for(world.unit("CP"))
    assert not head.acts_for(world.unit("BTC"))


def test_an_administrator_of_people_sees_no_work(world: World) -> None:
    assert not seen_units(world.actor("P-52:quan-tri"))
