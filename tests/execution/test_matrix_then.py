"""Units × state by the units of a past day: the same rows as before the merger, the same totals as after it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isotherm.directives.models import Document
from isotherm.execution import matrix
from isotherm.execution.matrix import Filter
from tests.execution.test_inherit import MERGER, NIGHT, THEN, carried, sent  # noqa: F401  the fixture `sent`
from tests.world import World

pytestmark = pytest.mark.slow

EVE = THEN - timedelta(days=1)
LATER = NIGHT + timedelta(days=90)


def by_unit(world: World, document: Document, wanted: Filter) -> dict[int, matrix.Counts]:
    found = matrix.rows(document, actor=world.chair("VPCP"), at=LATER, wanted=wanted)
    return {row.unit_id: row.counts for row in found}


def test_the_matrix_of_the_eve_is_the_matrix_before_the_merger(world: World, sent: Document) -> None:  # noqa: F811
    before = by_unit(world, sent, Filter())
    carried(world, MERGER)
    now, then = by_unit(world, sent, Filter()), by_unit(world, sent, Filter(then=EVE))
    assert then == before
    assert world.unit("P-66") in then and world.unit("P-66") not in now
    assert sum(now.values(), matrix.Counts()) == sum(then.values(), matrix.Counts())


@pytest.mark.parametrize("state", ["told", "missing", "done", "reported", "overdue"])
def test_each_number_of_the_eve_has_its_rows(world: World, sent: Document, state: str) -> None:  # noqa: F811
    carried(world, MERGER)
    found = by_unit(world, sent, Filter(then=EVE))
    for unit in (world.unit("P-66"), world.unit("P-52"), world.unit(world.communes("P-66")[0])):
        wanted = Filter(state=state, unit=unit, then=EVE)
        count = matrix.count_pairs(sent, actor=world.chair("VPCP"), at=LATER, wanted=wanted)
        assert count == found[unit].of(state)


def test_a_province_of_the_eve_has_the_communes_of_the_eve(world: World, sent: Document) -> None:  # noqa: F811
    carried(world, MERGER)
    found = by_unit(world, sent, Filter(then=EVE, province=world.unit("P-66")))
    assert set(found) == {world.unit("P-66"), *(world.unit(code) for code in world.communes("P-66"))}
