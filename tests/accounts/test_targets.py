"""How many people and bodies a body may have is said from above it, by a decision, from a day on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from isotherm.accounts import targets
from isotherm.accounts.acts.targets import end_target, set_target
from isotherm.accounts.models import Target
from isotherm.actor import Actor
from isotherm.doors.cli import people as command
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach
from isotherm.units.models import Unit
from tests.world import MONDAY, World

JOB = Actor.system("test")
DAY = MONDAY.date()
WEEK = timedelta(days=7)


@pytest.fixture
def commune(world: World) -> Unit:
    return Unit.objects.get(code=world.communes("P-52")[0])


def put(unit: Unit, most: int, start: date = DAY, end: date | None = None, actor: Actor = JOB) -> Target:
    return set_target(unit, "staff", most, ground="32/QĐ", start=start, end=end, actor=actor, at=MONDAY)


def most(unit: Unit, day: date) -> int | None:
    found = targets.of(unit.pk, "staff", day)
    return found.most if found else None


def test_the_later_decision_ends_the_earlier_one(commune: Unit) -> None:
    put(commune, 32)
    put(commune, 40, start=DAY + WEEK)
    assert [most(commune, day) for day in (DAY - WEEK, DAY, DAY + WEEK, DAY + 9 * WEEK)] == [None, 32, 40, 40]


def test_a_decision_does_not_slip_in_before_a_later_one(commune: Unit) -> None:
    put(commune, 40, start=DAY + WEEK)
    with pytest.raises(NotNow):
        put(commune, 32)
    put(commune, 32, end=DAY + WEEK)
    assert (most(commune, DAY), most(commune, DAY + WEEK)) == (32, 40)


def test_it_is_ended_once_by_a_decision(commune: Unit) -> None:
    made = put(commune, 32)
    with pytest.raises(NotAccepted):
        end_target(made.pk, on=DAY, ground="33/QĐ", actor=JOB, at=MONDAY)
    with pytest.raises(NotAccepted):
        end_target(made.pk, on=DAY + WEEK, ground="", actor=JOB, at=MONDAY)
    end_target(made.pk, on=DAY + WEEK, ground="33/QĐ", actor=JOB, at=MONDAY)
    assert most(commune, DAY + WEEK) is None
    with pytest.raises(NotNow):
        end_target(made.pk, on=DAY + WEEK, ground="33/QĐ", actor=JOB, at=MONDAY)
    assert LedgerLine.objects.get(verb="target.ended").facts["by"] == "33/QĐ"


def test_what_cannot_be_meant_is_refused(commune: Unit) -> None:
    with pytest.raises(NotAccepted):
        put(commune, -1)
    with pytest.raises(NotAccepted):
        set_target(commune, "desks", 1, ground="32/QĐ", start=DAY, actor=JOB, at=MONDAY)
    with pytest.raises(NotAccepted):
        set_target(commune, "staff", 1, ground=" ", start=DAY, actor=JOB, at=MONDAY)
    with pytest.raises(NotAccepted):
        put(commune, 1, start=DAY, end=DAY)


def test_neither_the_body_itself_nor_a_neighbour_says_it(world: World, commune: Unit) -> None:
    for actor in (
        world.chair(commune.code),
        world.chair("P-66"),
        world.officer("P-52"),
        world.actor("P-52:quan-tri"),
        world.actor("P-52:kiem-tra"),
    ):
        with pytest.raises(NotYours):
            put(commune, 32, actor=actor)
    made = put(commune, 32, actor=world.clerk("P-52"))
    with pytest.raises(NotYours):
        end_target(made.pk, on=DAY + WEEK, ground="33/QĐ", actor=world.chair(commune.code), at=MONDAY)
    with pytest.raises(OutOfReach):
        end_target(4040404, on=DAY + WEEK, ground="33/QĐ", actor=world.chair("P-52"), at=MONDAY)
    put(commune, 33, start=DAY + WEEK, actor=world.actor("CP:nguoi-dung-dau"))


def test_it_is_set_and_ended_from_a_terminal(commune: Unit) -> None:
    run = CliRunner()
    said = ["target", "set", commune.code, "staff", "32", "--ground", "32/QĐ", "--from", "2026-06-01"]
    assert run.invoke(command.group, said, catch_exceptions=False).exit_code == 0
    assert most(commune, DAY) == 32
    said = ["target", "end", commune.code, "staff", "--on", "2026-06-08", "--ground", "33/QĐ"]
    assert run.invoke(command.group, said, catch_exceptions=False).exit_code == 0
    assert most(commune, DAY + WEEK) is None
