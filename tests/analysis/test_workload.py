"""Open work against staff: each average is its count over its people, and nobody gets an average of a part."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from isotherm.accounts import targets
from isotherm.accounts.acts import targets as acts
from isotherm.analysis.figures import WORKLOAD
from isotherm.analysis.workload import workload
from isotherm.execution import carried
from isotherm.units import tree
from isotherm.units.models import Unit
from tests.world import MONDAY, Wanted, World


@pytest.fixture
def allowed(world: World) -> World:
    world.issued("5/CT-UBND", [Wanted(["P-52.SYT"]), Wanted(["P-52.STC"])], issuer="P-52")
    acts.set_target(
        Unit.objects.get(code="P-52"), "staff", 8, ground="5/QĐ-TTg", start=MONDAY.date(),
        actor=world.actor("VPCP:lanh-dao"), at=MONDAY,
    )  # fmt: skip
    return world


def test_the_averages_are_the_open_rows_over_the_staff(allowed: World) -> None:
    chair, at = allowed.actor("P-52:lanh-dao"), timezone.now()
    found = workload(chair, allowed.unit("P-52"), at)
    assert found is not None
    rows = carried.rows(chair, tree.subtree_ids(allowed.unit("P-52"), chair.day), at, state="open")
    assert found.open == rows.count() == 2
    # Nobody sits anywhere: no average over nobody.
    assert [(one.figure, one.numerator, one.denominator, one.value) for one in found.averages] == [
        (WORKLOAD["open_per_allowed"], 2, 8, 0.25)
    ]


def test_who_does_not_see_all_these_bodies_is_told_no_average(allowed: World) -> None:
    alone = replace(allowed.actor("P-52:lanh-dao"), reads_below=False)
    found = workload(alone, allowed.unit("P-52"), timezone.now())
    assert found is not None and found.staff.denominator == 8
    assert (found.open, found.averages) == (None, ())


def test_without_a_decision_there_is_no_workload(world: World) -> None:
    assert targets.of(world.unit("P-66"), "staff", MONDAY.date()) is None
    assert workload(world.actor("P-66:lanh-dao"), world.unit("P-66"), timezone.now()) is None
