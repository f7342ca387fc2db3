"""The posts of a body on a day, and whose people somebody looks up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from isotherm.accounts import acts, roster
from isotherm.accounts.models import Appointment, Person, Post
from isotherm.accounts.roster import Seated
from isotherm.actor import Actor
from isotherm.refusals import OutOfReach
from tests.world import MONDAY, World

JOB = Actor.system("test")
DAY = MONDAY.date()
WEEK = timedelta(days=7)
CHAIR, OFFICER, CLERK = "P-52:lanh-dao", "P-52:chuyen-vien", "P-52:van-thu"


@pytest.fixture
def people(world: World) -> dict[str, Person]:
    return {
        name: acts.add_person(name, name=name.title(), password="Mot-mat-khau-dai-1", actor=JOB, at=MONDAY)
        for name in "abcd"
    }


def put(person: Person, code: str, how: str = "held", end: date | None = None) -> Appointment:
    post = Post.objects.get(code=code)
    return acts.appoint(person, post, start=DAY, end=end, how=how, ground="7/QĐ", actor=JOB, at=MONDAY)


def seat(code: str, day: date = DAY) -> Seated:
    return roster.seated([Post.objects.get(code=code)], day)[0]


def test_a_post_without_a_holder_says_since_when(people: dict[str, Person]) -> None:
    assert (seat(CHAIR).vacant_since, seat(CHAIR).was_held) == (date(2025, 7, 1), False)
    put(people["a"], CHAIR, end=DAY + WEEK)
    assert seat(CHAIR).vacant_since is None
    later = seat(CHAIR, DAY + 2 * WEEK)
    assert (later.holder, later.vacant_since, later.was_held) == (None, DAY + WEEK, True)


def test_who_acts_in_a_vacant_post_fills_it_not(people: dict[str, Person]) -> None:
    put(people["b"], CHAIR, "acting")
    found = seat(CHAIR)
    assert found.holder is None and found.vacant_since is not None
    assert found.acting is not None and found.acting.person == people["b"]


def test_the_chain_of_stand_ins_nearest_first(people: dict[str, Person]) -> None:
    for name, code in (("a", CHAIR), ("b", OFFICER), ("c", CLERK)):
        put(people[name], code)
    put(people["b"], CHAIR, "stand_in", end=DAY + WEEK)
    put(people["c"], OFFICER, "stand_in", end=DAY + WEEK)
    assert seat(CHAIR).stand_ins == ((1, "B"), (2, "C"))
    assert seat(OFFICER).stand_ins == ((1, "C"),)
    assert seat(CHAIR, DAY + WEEK).stand_ins == ()


def test_administrators_and_leaders_look_up_their_own_people_and_nobody_else(
    world: World, people: dict[str, Person]
) -> None:
    commune = world.communes("P-52")[0]
    put(people["a"], OFFICER)
    put(people["b"], f"{commune}:van-thu")
    put(people["c"], "P-66:van-thu")

    def seen(post: str, name: str | None = None) -> set[str]:
        actor = world.actor(post, person=people[name] if name else None)
        return set(roster.people(actor).values_list("name", flat=True))

    assert seen("P-52:quan-tri") == seen(CHAIR) == {"A", "B"}
    assert seen(f"{commune}:lanh-dao") == {"B"}
    assert seen("P-66:quan-tri") == {"C"}
    assert seen("CP:nguoi-dung-dau") == {"A", "B", "C"}
    assert seen(OFFICER, "a") == {"A"} and seen("P-52:kiem-tra") == set()


def test_whoever_left_is_still_found_and_told_as_without_a_post(world: World, people: dict[str, Person]) -> None:
    made = put(people["a"], OFFICER)
    actor = world.actor("P-52:quan-tri", on=DAY + 2 * WEEK)
    assert not roster.people(actor, idle=True).exists()
    acts.end_appointment(made.pk, on=DAY + WEEK, actor=JOB, at=MONDAY)
    assert list(roster.people(actor, idle=True)) == [people["a"]]


def test_people_are_found_by_words_whatever_their_accents(world: World, people: dict[str, Person]) -> None:
    Person.objects.filter(pk=people["a"].pk).update(name="Đặng Hoài Nam")
    put(people["a"], OFFICER)
    actor = world.actor("P-52:quan-tri")
    assert list(roster.people(actor, "nam dang").values_list("login", flat=True)) == ["a"]
    assert not roster.people(actor, "%").exists() and not roster.people(actor, "nam tran").exists()


def test_a_person_out_of_reach_looks_absent(world: World, people: dict[str, Person]) -> None:
    put(people["c"], "P-66:van-thu")
    for post in ("P-52:quan-tri", CHAIR, OFFICER):
        with pytest.raises(OutOfReach):
            roster.person_for(world.actor(post), people["c"].pk)
    with pytest.raises(OutOfReach):
        roster.post_for(world.actor("P-52:quan-tri"), "P-66:van-thu")
    assert roster.person_for(world.actor("P-66:van-thu", person=people["c"]), people["c"].pk) == people["c"]
