"""The rows behind a number and the pairs of the figures are the same pairs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from isotherm.analysis import rows
from isotherm.analysis.heat import DUTIES, Scope, heat
from isotherm.analysis.refresh import refresh
from isotherm.analysis.rows import Wanted
from isotherm.execution.acts import reconsider, send_on, take_up
from tests.world import MONDAY, World
from tests.world import Wanted as Task

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)
LATER = MONDAY + timedelta(days=90)
PAIRS = Path(rows.__file__).parent / "sql" / "pairs.sql"


@pytest.fixture
def under_way(world: World):
    """Gia Lai told three communes and excused one; Đắk Lắk's return was upheld; the others took nothing up."""
    document = world.issued(
        "16/CT-TTg", [Task(["provinces"], communes=True), Task(["P-52"], due_in=None, communes=True)]
    )
    code, gia_lai, first = document.code, world.unit("P-52"), [world.unit(one) for one in world.communes("P-52")[:4]]
    take_up.take_up(code, gia_lai, actor=world.clerk("P-52"), at=MONDAY + DAY)
    send_on.send_on(code, gia_lai, targets=first[:3], actor=world.chair("P-52"), at=MONDAY + 2 * DAY)
    send_on.excuse(
        code, gia_lai, reason="Xã không có phần việc", targets=first[3:], actor=world.chair("P-52"), at=MONDAY + 2 * DAY
    )
    reconsider.ask(code, world.unit("P-66"), reason="Không thuộc tỉnh", actor=world.chair("P-66"), at=MONDAY + DAY)
    reconsider.decide(
        code, world.unit("CP"), agreed=True, reason="Đồng ý", units=[world.unit("P-66")], actor=world.chair("VPCP"),
        at=MONDAY + 2 * DAY,
    )  # fmt: skip
    return document


def test_the_rows_are_the_pairs_of_the_figures(under_way):
    with connection.cursor() as cursor:
        cursor.execute(
            f"select task_id, unit_id, own_id is null from ({PAIRS.read_text(encoding='utf-8')}) p",
            {"document": under_way.pk},
        )
        pairs = set(cursor.fetchall())
    numbers = {task.code: task.pk for task in under_way.tasks.all()}
    found = rows.rows(Wanted((under_way.pk,)), scope=Scope.whole(), at=LATER, most=10_000)
    assert {(numbers[row.task_code], row.unit_id, row.assignment_id is None) for row in found} == pairs


@pytest.mark.parametrize("step", DUTIES)
def test_every_count_of_a_cell_has_its_rows(under_way, step):
    refresh(under_way.pk, LATER)
    of = heat([under_way.pk], scope=Scope.whole(), at=LATER, lens=step).total(step)

    def count(outcome: str) -> int:
        return rows.count(Wanted((under_way.pk,), step=step, outcome=outcome), scope=Scope.whole(), at=LATER)

    counted = {name: count(name) for name in ("on-time", "late", "overdue", "due", "paused", "undated", "missing")}
    counted |= {name: count(name) for name in ("assigned", "running", "excused", "withdrawn", "fair")}
    assert counted == {
        "on-time": of.on_time_due,
        "late": of.late_due,
        "overdue": of.overdue,
        "due": of.due,
        "paused": of.paused,
        "undated": of.undated,
        "missing": of.missing,
        "assigned": of.assigned,
        "running": of.running,
        "excused": of.excused,
        "withdrawn": of.withdrawn,
        "fair": counted["fair"] if step != "done" else of.fair_due,
    }


def test_every_break_point_has_its_rows(under_way):
    refresh(under_way.pk, LATER)
    for lens in (*DUTIES, "any"):
        seen = heat([under_way.pk], scope=Scope.whole(), at=LATER, lens=lens)
        for row in [*seen.breaks[:12], *seen.breaks[-3:]]:
            wanted = Wanted(
                (under_way.pk,), step=lens, outcome="cold", level=row.level, causes=(row.cause,), body=row.body_id
            )
            assert rows.count(wanted, scope=Scope.whole(), at=LATER) == row.pairs, (lens, row)
