"""One label, one number: the matrix, the lists of tasks and directives, and the figures count the same pairs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isotherm.analysis.heat import Scope, counts_by
from isotherm.directives.models import Document
from isotherm.execution import matrix, progress
from isotherm.execution.acts import obstacles, reconsider, report, send_on, take_up
from isotherm.execution.matrix import Filter
from tests.world import MONDAY, Wanted, World

DAY = timedelta(days=1)
LATER = MONDAY + timedelta(days=90)
PROVINCES = ["P-52", "P-66", "P-22", "P-12", "P-20"]


@pytest.fixture
def spread(world: World) -> Document:
    """Told and silent, reported and waiting, excused, paused above communes nobody told, a return that was upheld."""
    sent = world.issued("16/CT-TTg", [Wanted(PROVINCES, communes=True), Wanted(PROVINCES, due_in=200, communes=True)])
    for code in PROVINCES:
        take_up.take_up(sent.code, world.unit(code), actor=world.clerk(code), at=MONDAY + DAY)
    send_on.send_on(sent.code, world.unit("P-52"), actor=world.chair("P-52"), at=MONDAY + 2 * DAY)
    some = [world.unit(code) for code in world.communes("P-22")[:3]]
    send_on.excuse(
        sent.code, world.unit("P-22"), reason="Không thuộc phạm vi", targets=some, actor=world.chair("P-22"), at=MONDAY
    )
    obstacle = obstacles.raise_obstacle(
        sent.code,
        world.unit("P-66"),
        kind="document",
        missing="Thông tư hướng dẫn chi",
        owing_id=world.unit("BTC"),
        actor=world.chair("P-66"),
        at=MONDAY + 2 * DAY,
    )
    obstacles.decide_pause(obstacle.code, agreed=True, actor=world.chair("BTC"), at=MONDAY + 3 * DAY)
    commune = world.communes("P-52")[0]
    take_up.take_up(sent.code, world.unit(commune), actor=world.clerk(commune), at=MONDAY + 3 * DAY)
    report.report(
        sent.code,
        world.unit(commune),
        percent=100,
        words="Đã xong",
        done=True,
        actor=world.chair(commune),
        at=MONDAY + 4 * DAY,
    )
    reason = "Không đúng thẩm quyền"
    reconsider.ask(sent.code, world.unit("P-12"), reason=reason, actor=world.chair("P-12"), at=MONDAY + 2 * DAY)
    reconsider.decide(
        sent.code,
        world.unit("CP"),
        agreed=True,
        reason=reason,
        units=[world.unit("P-12")],
        actor=world.chair("VPCP"),
        at=MONDAY + 3 * DAY,
    )
    return sent


def figures(document: Document) -> dict[str, int]:
    (row,) = counts_by("document_id", [document.pk], scope=Scope.whole(), at=LATER, duty="done")
    counts = row[-1]
    return {
        "missing": counts.missing,
        "overdue": counts.overdue,
        "reported": counts.reported,
        "paused": counts.paused,
        "closed": counts.withdrawn,
        "excused": counts.excused,
    }


def test_the_matrix_counts_what_the_figures_count(world: World, spread: Document) -> None:
    seen = matrix.total(matrix.rows(spread, actor=world.chair("VPCP"), at=LATER, wanted=Filter()))
    assert {name: seen.of(name) for name in figures(spread)} == figures(spread)


def test_the_tasks_of_a_directive_add_up_to_the_figures(world: World, spread: Document) -> None:
    ids = list(spread.tasks.values_list("id", flat=True))
    tasks = progress.of_tasks(ids, actor=world.chair("VPCP"), at=LATER)
    summed = {name: sum(one.of(name) for one in tasks.values()) for name in figures(spread)}
    assert summed == figures(spread)


def test_the_list_of_directives_says_the_same(world: World, spread: Document) -> None:
    one = progress.of_documents([spread.pk], actor=world.chair("VPCP"), at=LATER)[spread.pk]
    assert (one.missing, one.overdue) == (figures(spread)["missing"], figures(spread)["overdue"])


@pytest.mark.parametrize("state", ["missing", "overdue", "reported", "paused", "closed", "excused", "told", "sent"])
def test_each_number_of_the_matrix_opens_its_rows(world: World, spread: Document, state: str) -> None:
    head = world.chair("VPCP")
    number = matrix.total(matrix.rows(spread, actor=head, at=LATER, wanted=Filter())).of(state)
    wanted = Filter(state=state)
    assert matrix.count_pairs(spread, actor=head, at=LATER, wanted=wanted) == number
    assert len(matrix.pairs(spread, actor=head, at=LATER, wanted=wanted)) == number
    assert number > 0
