"""What is planted is found, by level, by province and by whoever owes; where nothing is planted nothing stands out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from isotherm.analysis.heat import Heat, Scope, heat
from isotherm.analysis.refresh import refresh
from isotherm.directives.models import Document
from isotherm.doors.simulator import stage
from isotherm.doors.simulator.planting import NO_SENDING_ON, NO_TAKING_UP, Owed, Planting, drawn
from isotherm.doors.simulator.story import ground_of, play
from isotherm.units.models import Unit
from tests.world import Wanted, World

UNTIL = datetime(2026, 10, 15, 10, tzinfo=UTC)
# Ten provinces with few communes, enough for a judgement.
PROVINCES = ["P-04", "P-08", "P-11", "P-12", "P-14", "P-15", "P-20", "P-22", "P-92", "P-96"]
MINISTRIES = ["BTC", "BNV", "BYT", "BXD", "BCT", "BTP", "BGDDT", "BKHCN", "BVHTTDL", "BNNMT", "BCA", "BNG", "BQP"]


def written(world: World) -> Document:
    wanted = [Wanted(PROVINCES, due_in=30, communes=True), Wanted(PROVINCES, due_in=60, communes=True)]
    return world.issued("55/CT-TTg", [*wanted, Wanted(MINISTRIES, due_in=45), Wanted(MINISTRIES, due_in=None)])


def looked_at(document: Document) -> Heat:
    refresh(document.pk, UNTIL)
    return heat([document.pk], scope=Scope.whole(), at=UNTIL)


def code(unit_id: int) -> str:
    return Unit.objects.get(pk=unit_id).code


@pytest.mark.slow
@pytest.mark.parametrize(
    "level", [("government", "province"), ("province", "commune"), ("government", "ministry")], ids=">".join
)
def test_the_planted_level_provinces_and_debt_are_found(own_database: str, level: tuple[str, str]) -> None:
    document = written(World())
    planting = Planting(
        seed=7,
        cold_level=level,
        cold_provinces={"P-22": NO_SENDING_ON, "P-12": NO_TAKING_UP},
        owed=Owed(document=document.code, number=2, ministry="BTC", missing="Thông tư hướng dẫn chi thường xuyên"),
    )
    play([document], planting, until=UNTIL, statistics=stage.statistics)
    found = looked_at(document)
    assert found.thermocline is not None
    assert (found.thermocline.upper, found.thermocline.level) == level
    first = {(code(one.body_id), one.cause) for one in found.breaks[:3]}
    assert first == {("P-22", "upper_send_on"), ("P-12", "upper_take_up"), ("BTC", "wait")}


@pytest.mark.slow
def test_nothing_stands_out_where_nothing_is_planted(own_database: str) -> None:
    document = written(World())
    play([document], Planting(seed=7), until=UNTIL, statistics=stage.statistics)
    found = looked_at(document)
    assert found.thermocline is None
    pairs = sum(one.pairs for one in found.breaks)
    assert max(one.pairs for one in found.breaks) < pairs / 10


def test_what_is_planted_is_drawn_from_the_seed_and_told(world: World) -> None:
    document = written(world)
    ground = ground_of([document], UNTIL.date())
    one, again, other = (drawn(seed, ground, spared=["P-04"]) for seed in (1, 1, 2))
    assert one.truth() == again.truth()
    assert one.truth() != other.truth()
    assert set(one.cold_provinces) <= set(PROVINCES) - {"P-04"}
    assert one.owed is not None
    assert one.owed.number in (1, 2)
