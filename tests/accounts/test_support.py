"""Technical support and administrators see no work, also where their body owes something."""

from __future__ import annotations

from dataclasses import replace

import pytest

from isotherm.accounts import reach
from isotherm.actor import Hand
from isotherm.execution.acts.obstacles import visible_obstacles
from isotherm.execution.models import Obstacle
from isotherm.execution.queries import visible_assignments
from tests.world import MONDAY, Wanted, World


@pytest.mark.parametrize("hands", [{Hand.SUPPORT}, {Hand.ADMINISTRATOR}, {Hand.SUPPORT, Hand.ADMINISTRATOR}, set()])
def test_a_post_without_a_hand_that_works_sees_no_work(world: World, hands: set[Hand]) -> None:
    document = world.issued("16/CT-TTg", [Wanted(["P-52"])])
    Obstacle.objects.create(
        code="VM-1",
        document_id=document.pk,
        kind="money",
        missing="x",
        missing_key="x",
        owing_id=world.unit("P-52"),
        raised_by_id=world.unit("P-66"),
        raised_at=MONDAY,
    )
    chair = world.chair("P-52")
    assert visible_assignments(chair).exists() and visible_obstacles(chair)
    nobody = replace(chair, hands=frozenset(hands))
    assert not visible_assignments(nobody).exists()
    assert visible_obstacles(nobody) == []
    assert not reach.seen_units(nobody)
    assert not reach.sees_unit(nobody, world.unit("P-52"))
