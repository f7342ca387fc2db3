"""A post requires fields of expertise; whether its holder has them is known by papers."""

from __future__ import annotations

from datetime import date

import pytest

from isotherm.accounts import acts, expertise, roster
from isotherm.accounts.acts import expertise as expertise_acts
from isotherm.accounts.models import Expertise, Person, Post
from isotherm.actor import Actor
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach
from tests.world import MONDAY, World

JOB = Actor.system("test")
DAY = MONDAY.date()
SINCE = date(2020, 1, 1)


@pytest.fixture
def post(world: World) -> Post:
    return Post.objects.get(code="P-52.SYT:chuyen-vien")


@pytest.fixture
def officer(post: Post) -> Person:
    somebody = acts.add_person("a", name="A", password="Mot-mat-khau-dai-1", actor=JOB, at=MONDAY)
    acts.appoint(somebody, post, start=DAY, ground="7/QĐ", actor=JOB, at=MONDAY)
    return somebody


def record(person: Person, what: str, actor: Actor = JOB) -> Expertise:
    return expertise_acts.record(person, what, since=SINCE, ground="Bằng 1", actor=actor, at=MONDAY)


def lacks(post: Post) -> tuple[str, ...]:
    post.refresh_from_db()
    return roster.seated([post], DAY)[0].lacks


def test_what_the_holder_lacks_of_what_the_post_requires(post: Post, officer: Person) -> None:
    assert lacks(post) == ()
    expertise_acts.require(post, ["health", "law"], ground="8/QĐ", actor=JOB, at=MONDAY)
    assert lacks(post) == ("health", "law")
    record(officer, "law")
    assert lacks(post) == ("health",)
    record(officer, "health")
    assert lacks(post) == ()


def test_a_vacant_post_lacks_nothing_but_its_holder(post: Post) -> None:
    expertise_acts.require(post, ["law"], ground="8/QĐ", actor=JOB, at=MONDAY)
    assert lacks(post) == ()
    assert roster.seated([post], DAY)[0].holder is None


def test_what_is_withdrawn_counts_no_more_and_what_was_wrong_from_the_start_never_did(
    world: World, post: Post, officer: Person
) -> None:
    administrator = world.actor("P-52:quan-tri")
    made = record(officer, "law")
    expertise_acts.withdraw(made.pk, reason="Văn bằng bị thu hồi", actor=administrator, at=MONDAY)
    assert expertise.of_people([officer.pk], DAY) == {}
    assert expertise.of_people([officer.pk], date(2021, 1, 1)) == {officer.pk: {"law"}}
    with pytest.raises(NotNow):
        expertise_acts.withdraw(made.pk, reason="Văn bằng bị thu hồi", actor=administrator, at=MONDAY)


def test_only_fields_of_the_list_with_a_paper_and_once(post: Post, officer: Person) -> None:
    with pytest.raises(NotAccepted):
        record(officer, "magic")
    with pytest.raises(NotAccepted):
        expertise_acts.require(post, ["magic"], ground="8/QĐ", actor=JOB, at=MONDAY)
    with pytest.raises(NotAccepted):
        expertise_acts.require(post, ["law"], ground=" ", actor=JOB, at=MONDAY)
    made = record(officer, "law")
    with pytest.raises(NotNow):
        record(officer, "law")
    with pytest.raises(NotAccepted):
        expertise_acts.withdraw(made.pk, reason="", actor=JOB, at=MONDAY)


def test_neither_another_province_nor_she_herself_nor_her_leader_records_it(
    world: World, post: Post, officer: Person
) -> None:
    record(officer, "law", world.actor("P-52:quan-tri"))
    with pytest.raises(OutOfReach):
        record(officer, "health", world.actor("P-66:quan-tri"))
    with pytest.raises(NotYours):
        record(officer, "health", world.actor("P-52:quan-tri", person=officer))
    with pytest.raises(NotYours):
        record(officer, "health", world.chair("P-52.SYT"))
    with pytest.raises(NotYours):
        expertise_acts.require(post, ["law"], ground="8/QĐ", actor=world.chair("P-52.SYT"), at=MONDAY)
    with pytest.raises(OutOfReach):
        expertise_acts.withdraw(
            Expertise.objects.get().pk, reason="Nhập nhầm người", actor=world.actor("P-66:quan-tri"), at=MONDAY
        )
