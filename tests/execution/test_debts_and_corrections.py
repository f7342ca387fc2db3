"""What an owing body may read, and what a correction or a recall does to pairs nobody was told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from isotherm.directives.models import Document
from isotherm.directives.queries import document_for
from isotherm.execution.acts import obstacles, recall, reconsider, take_up
from isotherm.execution.models import Obstacle
from isotherm.records.models import LedgerLine
from isotherm.refusals import OutOfReach
from isotherm.tallies.fold import CELLS_SQL
from tests.world import MONDAY, Wanted, World

DAY = timedelta(days=1)


@pytest.fixture
def sent(world: World) -> Document:
    return world.issued("16/CT-TTg", [Wanted(["P-52", "P-66", "P-12"], communes=True)])


def hindered(world: World, sent: Document) -> Obstacle:
    take_up.take_up(sent.code, world.unit("P-52"), actor=world.clerk("P-52"), at=MONDAY + DAY)
    return obstacles.raise_obstacle(
        sent.code,
        world.unit("P-52"),
        kind="document",
        missing="Thông tư hướng dẫn chi",
        owing_id=world.unit("BTC"),
        actor=world.chair("P-52"),
        at=MONDAY + DAY,
    )


def by_outcome(document: Document) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select outcome, sum(n)::int from {CELLS_SQL} c where document_id = %s and duty = 'done' "
            "group by 1 having sum(n) <> 0",
            [document.pk],
        )
        return dict(cursor.fetchall())


def test_naming_a_body_as_owing_does_not_show_it_the_document(world: World, sent: Document) -> None:
    hindered(world, sent)
    with pytest.raises(OutOfReach):
        document_for(world.chair("BTC"), sent.code)


def test_the_body_whose_debt_is_agreed_reads_what_it_holds_up(world: World, sent: Document) -> None:
    obstacle = hindered(world, sent)
    obstacles.decide_pause(obstacle.code, agreed=True, actor=world.chair("BTC"), at=MONDAY + 2 * DAY)
    assert document_for(world.chair("BTC"), sent.code) == sent


def test_a_refused_debt_shows_nothing(world: World, sent: Document) -> None:
    obstacle = hindered(world, sent)
    obstacles.decide_pause(
        obstacle.code, agreed=False, reason="Không thuộc thẩm quyền", actor=world.chair("BTC"), at=MONDAY + 2 * DAY
    )
    with pytest.raises(OutOfReach):
        document_for(world.chair("BTC"), sent.code)


def returned(world: World, sent: Document) -> None:
    reason = "Không đúng thẩm quyền"
    reconsider.ask(sent.code, world.unit("P-12"), reason=reason, actor=world.chair("P-12"), at=MONDAY + DAY)
    reconsider.decide(
        sent.code, world.unit("CP"), agreed=True, reason=reason, actor=world.chair("VPCP"), at=MONDAY + 2 * DAY
    )


def test_a_recall_after_a_return_takes_every_pair_out_once(world: World, sent: Document) -> None:
    returned(world, sent)
    expected = sum(len(world.communes(code)) for code in ("P-52", "P-66", "P-12")) + 3
    recall.recall(f"{sent.code}.1", reason="Không còn phù hợp", actor=world.chair("VPCP"), at=MONDAY + 3 * DAY)
    assert by_outcome(sent) == {"withdrawn": expected}


def test_a_corrected_date_moves_open_and_untold_pairs_and_keeps_the_first_date(world: World, sent: Document) -> None:
    returned(world, sent)
    before = by_outcome(sent)
    new = (MONDAY + 120 * DAY).date()
    recall.correct(
        f"{sent.code}.1",
        what="due_on",
        new=new,
        reason="Đính chính thời hạn",
        actor=world.chair("VPCP"),
        at=MONDAY + 3 * DAY,
    )
    moved = world.assignment(sent, "P-52")
    assert (moved.due_on, moved.first_due_on) == (new, (MONDAY + 60 * DAY).date())
    assert by_outcome(sent) == before
    with connection.cursor() as cursor:
        cursor.execute(
            f"select distinct due_on from {CELLS_SQL} c where document_id = %s and duty = 'done' "
            "and outcome in ('open', 'missing') group by due_on, unit_id having sum(n) <> 0",
            [sent.pk],
        )
        assert cursor.fetchall() == [(new,)]
    lines = LedgerLine.objects.filter(document_id=sent.pk, verb="assignment.due_corrected")
    assert sum(line.count for line in lines) == 2
