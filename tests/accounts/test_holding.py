"""Posts are held, acted in, stood in for and lent, each from a day on; no work is lost when somebody is away."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from isotherm.accounts import acts, held
from isotherm.accounts.acts.posts import close_post
from isotherm.accounts.models import Appointment, Person, Post
from isotherm.accounts.queries import actor_for
from isotherm.actor import Actor, Hand
from isotherm.execution.acts import take_up
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotAccepted, NotNow, NotYours
from tests.world import MONDAY, Wanted, World

JOB = Actor.system("test")
DAY = MONDAY.date()
WEEK = timedelta(days=7)
PASSWORD = "Mot-mat-khau-dai-1"
CHAIR, CLERK, OFFICER = "P-52:lanh-dao", "P-52:van-thu", "P-52:chuyen-vien"


@pytest.fixture
def people(world: World) -> dict[str, Person]:
    return {name: acts.add_person(name, name=name.title(), password=PASSWORD, actor=JOB, at=MONDAY) for name in "abcd"}


def post(code: str) -> Post:
    return Post.objects.get(code=code)


def put(person: Person, code: str, how: str = "held", *, start: date = DAY, end: date | None = None) -> Appointment:
    return acts.appoint(person, post(code), start=start, end=end, how=how, ground="7/QĐ", actor=JOB, at=MONDAY)


def chain(people: dict[str, Person]) -> None:
    """A's stand-in is B, B's is C."""
    put(people["a"], CHAIR)
    put(people["b"], OFFICER)
    put(people["c"], CLERK)
    put(people["b"], CHAIR, "stand_in", end=DAY + WEEK)
    put(people["c"], OFFICER, "stand_in", end=DAY + WEEK)


def test_the_stand_in_of_a_stand_in_acts_at_the_first_desk(people: dict[str, Person]) -> None:
    chain(people)
    seats = held.seats(people["c"], DAY)
    assert [(post_code(one.post_id), one.how, one.for_name, one.through) for one in seats] == [
        (CLERK, "held", "", ()),
        (OFFICER, "stand_in", "B", ()),
        (CHAIR, "stand_in", "A", ("B",)),
    ]
    actor = actor_for(people["c"], day=DAY, post_id=post(CHAIR).pk)
    assert actor is not None and actor.has(Hand.APPROVER) and actor.post_id == post(CHAIR).pk
    assert actor.stands_in_for == people["a"].pk


def test_the_chain_ends_with_its_days(people: dict[str, Person]) -> None:
    chain(people)
    assert [post_code(one.post_id) for one in held.seats(people["c"], DAY + WEEK)] == [CLERK]


def test_the_ledger_names_at_whose_desk_it_was_done(world: World, people: dict[str, Person]) -> None:
    chain(people)
    document = world.issued("51/CT-TTg", [Wanted(["P-52"])])
    actor = actor_for(people["c"], day=DAY, post_id=post(CHAIR).pk)
    assert actor is not None
    take_up.take_up(document.code, world.unit("P-52"), actor=actor, at=MONDAY + timedelta(hours=1))
    line = LedgerLine.objects.get(verb="assignment.taken_up")
    assert (line.person_id, line.post_id, line.facts["stands_in_for"]) == (
        people["c"].pk,
        post(CHAIR).pk,
        people["a"].pk,
    )


def test_stand_ins_do_not_go_round(people: dict[str, Person]) -> None:
    chain(people)
    with pytest.raises(NotNow):
        put(people["a"], CLERK, "stand_in")
    with pytest.raises(NotNow):
        put(people["b"], OFFICER, "stand_in", start=DAY, end=DAY + WEEK)
    put(people["a"], CLERK, "stand_in", start=DAY + WEEK)


def test_the_work_of_a_stand_in_who_leaves_goes_on_with_the_holder(people: dict[str, Person]) -> None:
    chain(people)
    standing = Appointment.objects.get(person=people["b"], post__code=CHAIR)
    acts.end_appointment(standing.pk, on=DAY + timedelta(days=1), actor=JOB, at=MONDAY)
    assert post(CHAIR).pk not in {one.post_id for one in held.seats(people["c"], DAY + timedelta(days=1))}
    assert post(CHAIR).pk in {one.post_id for one in held.seats(people["c"], DAY)}


def test_acting_is_for_a_vacant_post_and_for_one_person(people: dict[str, Person]) -> None:
    put(people["a"], CHAIR, end=DAY + WEEK)
    with pytest.raises(NotNow):
        put(people["b"], CHAIR, "acting")
    put(people["b"], CHAIR, "acting", start=DAY + WEEK)
    with pytest.raises(NotNow):
        put(people["c"], CHAIR, "acting", start=DAY + 2 * WEEK)


def test_the_database_itself_refuses_two_who_act_at_once(people: dict[str, Person]) -> None:
    put(people["b"], CHAIR, "acting")
    with pytest.raises(IntegrityError, match="a_post_has_one_acting_holder_at_a_time"), transaction.atomic():
        Appointment.objects.create(person=people["c"], post=post(CHAIR), valid=DateRange(DAY, None), how="acting")


def test_a_secondment_is_for_a_time_and_keeps_the_original_post(people: dict[str, Person]) -> None:
    put(people["a"], "P-66:chuyen-vien")
    with pytest.raises(NotAccepted):
        put(people["a"], OFFICER, "seconded")
    with pytest.raises(NotNow):
        put(people["b"], OFFICER, "seconded", end=DAY + WEEK)
    put(people["a"], OFFICER, "seconded", end=DAY + WEEK)
    assert [post_code(one.post_id) for one in held.seats(people["a"], DAY)] == ["P-66:chuyen-vien", OFFICER]
    assert [post_code(one.post_id) for one in held.seats(people["a"], DAY + WEEK)] == ["P-66:chuyen-vien"]
    with pytest.raises(NotNow):
        put(people["b"], OFFICER)


def test_rotation_does_both_or_neither(people: dict[str, Person]) -> None:
    put(people["a"], OFFICER)
    put(people["b"], CLERK)
    later = DAY + WEEK
    with pytest.raises(NotNow), transaction.atomic():
        acts.move(people["a"], post(OFFICER), post(CLERK), on=later, ground="8/QĐ", actor=JOB, at=MONDAY)
    assert Appointment.objects.get(person=people["a"]).valid.upper is None
    acts.move(people["a"], post(OFFICER), post("P-66:van-thu"), on=later, ground="8/QĐ", actor=JOB, at=MONDAY)
    assert [post_code(one.post_id) for one in held.seats(people["a"], later)] == ["P-66:van-thu"]
    assert [post_code(one.post_id) for one in held.seats(people["a"], DAY)] == [OFFICER]


def test_nobody_appoints_himself(world: World, people: dict[str, Person]) -> None:
    administrator = world.actor("P-52:quan-tri", person=people["a"])
    with pytest.raises(NotYours):
        acts.appoint(people["a"], post(OFFICER), start=DAY, actor=administrator, at=MONDAY)
    acts.appoint(people["b"], post(OFFICER), start=DAY, actor=administrator, at=MONDAY)


def test_nobody_appoints_himself_through_those_for_whom_he_stands_in(world: World, people: dict[str, Person]) -> None:
    put(people["a"], "P-52:quan-tri")
    put(people["b"], OFFICER)
    put(people["d"], CHAIR)
    put(people["a"], OFFICER, "stand_in")
    administrator = world.actor("P-52:quan-tri", person=people["a"])
    with pytest.raises(NotYours):
        acts.appoint(people["b"], post(CHAIR), start=DAY, how="stand_in", actor=administrator, at=MONDAY)
    assert not Appointment.objects.filter(person=people["b"], post=post(CHAIR)).exists()
    acts.appoint(people["c"], post(CHAIR), start=DAY, how="stand_in", actor=administrator, at=MONDAY)


def test_an_administrator_appoints_in_her_own_bodies_only(world: World, people: dict[str, Person]) -> None:
    administrator = world.actor("P-52:quan-tri", person=people["a"])
    commune = world.communes("P-52")[0]
    acts.appoint(people["b"], post(f"{commune}:van-thu"), start=DAY, actor=administrator, at=MONDAY)
    for elsewhere in ("P-66:van-thu", f"{world.communes('P-66')[0]}:van-thu", "VPCP:chuyen-vien"):
        with pytest.raises(NotYours):
            acts.appoint(people["b"], post(elsewhere), start=DAY, actor=administrator, at=MONDAY)


def test_a_post_that_is_closed_or_not_yet_founded_takes_nobody(people: dict[str, Person]) -> None:
    close_post(post(OFFICER), on=DAY + WEEK, ground="9/QĐ", actor=JOB, at=MONDAY)
    with pytest.raises(NotAccepted):
        put(people["a"], OFFICER)
    with pytest.raises(NotAccepted):
        put(people["a"], CLERK, start=date(2020, 1, 1))
    put(people["a"], OFFICER, end=DAY + WEEK)


def test_a_post_is_not_closed_over_whoever_sits_there(people: dict[str, Person]) -> None:
    put(people["a"], OFFICER)
    with pytest.raises(NotNow):
        close_post(post(OFFICER), on=DAY + WEEK, ground="9/QĐ", actor=JOB, at=MONDAY)


def test_a_deactivated_person_is_not_appointed(people: dict[str, Person]) -> None:
    acts.deactivate(people["a"], actor=JOB, at=MONDAY)
    people["a"].refresh_from_db()
    with pytest.raises(NotNow):
        put(people["a"], OFFICER)


def test_an_appointment_ends_once_and_not_before_it_began(people: dict[str, Person]) -> None:
    made = put(people["a"], OFFICER)
    with pytest.raises(NotAccepted):
        acts.end_appointment(made.pk, on=DAY, actor=JOB, at=MONDAY)
    acts.end_appointment(made.pk, on=DAY + WEEK, ground="9/QĐ", actor=JOB, at=MONDAY)
    with pytest.raises(NotNow):
        acts.end_appointment(made.pk, on=DAY + WEEK, actor=JOB, at=MONDAY)
    assert LedgerLine.objects.get(verb="person.appointment_ended").facts["ground"] == "9/QĐ"


def post_code(post_id: int) -> str:
    return Post.objects.get(pk=post_id).code
