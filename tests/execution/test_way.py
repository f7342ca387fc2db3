"""A directive goes down and comes back, and the cells say the same as the rows at every step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from isotherm.execution.acts import confirm, obstacles, plan, reconsider, report, send_on, take_up
from isotherm.execution.models import Assignment, Excuse, Spell, State
from isotherm.execution.outcomes import duties
from isotherm.refusals import NotNow, NotYours, OutOfReach
from isotherm.tallies.fold import CELLS_SQL, fold
from tests.world import MONDAY, Wanted, World

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)


def counted(document_id: int) -> dict[tuple[object, ...], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select unit_id, level, duty, due_on, outcome, fair, sum(n) from {CELLS_SQL} c where document_id = %s "
            "group by 1, 2, 3, 4, 5, 6 having sum(n) <> 0",
            [document_id],
        )
        return {row[:-1]: row[-1] for row in cursor.fetchall()}


def from_rows(document_id: int) -> dict[tuple[object, ...], int]:
    """The same cells worked out from assignments, and from the anti-join of the frozen expectation."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select unit_id, level, duty, due_on, outcome, fair, sum(n) from (
                select r.carrier_id as unit_id, r.level, d.duty, d.due_on, d.outcome, d.fair, count(*) as n
                from execution_assignment r
                cross join lateral {duties("r")} d(duty, due_on, outcome, fair, counts)
                where r.document_id = %(document)s and r.expected and d.counts
                group by 1, 2, 3, 4, 5, 6
                union all
                select m.unit_id, m.level, d.duty, d.due,
                       case when t.state = 'recalled' or up.state in ('returned', 'withdrawn') then 'withdrawn'
                            when e.id is not null then 'excused'
                            when up.paused_at is not null then 'paused' else 'missing' end, false, count(*)
                from directives_task t
                join directives_member m on m.unit_set_id = t.expected_id and m.depth > 1
                join directives_planneddue pd on pd.task_id = t.id and pd.depth = m.depth
                left join execution_assignment up on up.task_id = t.id and up.unit_id = m.upper_id
                left join execution_excuse e on e.task_id = t.id and e.unit_id = m.unit_id
                cross join lateral (values ('take_up', pd.take_up), ('plan', pd.plan), ('report', pd.report),
                                           ('done', pd.done)) d(duty, due)
                where t.document_id = %(document)s and t.kind = 'task'
                  and not exists (select 1 from execution_assignment a where a.task_id = t.id and a.unit_id = m.unit_id)
                group by 1, 2, 3, 4, 5, 6
            ) x group by 1, 2, 3, 4, 5, 6
            """,
            {"document": document_id},
        )
        return {row[:-1]: row[-1] for row in cursor.fetchall()}


@pytest.fixture
def sent(world: World):
    return world.issued("16/CT-TTg", [Wanted(["provinces"], communes=True), Wanted(["BTC"], due_in=None)])


def test_issue_expects_every_commune_and_tells_the_leads(world, sent):
    assert Assignment.objects.filter(document_id=sent.pk).count() == 35
    cells = counted(sent.pk)
    assert sum(n for key, n in cells.items() if key[1] == "commune" and key[2] == "done") == 3321
    assert cells == from_rows(sent.pk)


def test_the_whole_way_keeps_cells_and_rows_equal(world, sent):
    gia_lai = world.unit("P-52")
    commune = world.communes("P-52")[0]
    take_up.take_up(sent.code, gia_lai, actor=world.clerk("P-52"), at=MONDAY + DAY)
    assert counted(sent.pk) == from_rows(sent.pk)
    plan.plan(sent.code, gia_lai, words="Kế hoạch", actor=world.chair("P-52"), at=MONDAY + 2 * DAY)
    outcome = send_on.send_on(sent.code, gia_lai, actor=world.chair("P-52"), at=MONDAY + 3 * DAY)
    assert outcome.done == 1
    assert Assignment.objects.filter(parent_id=world.assignment(sent, "P-52").pk).count() == 135
    assert counted(sent.pk) == from_rows(sent.pk)
    assert world.assignment(sent, "P-52").sent_on_at == MONDAY + 3 * DAY
    unit = world.unit(commune)
    take_up.take_up(sent.code, unit, actor=world.clerk(commune), at=MONDAY + 4 * DAY)
    report.report(sent.code, unit, percent=40, words="Đang làm", actor=world.chair(commune), at=MONDAY + 5 * DAY)
    report.report(
        sent.code, unit, percent=100, words="Đã xong", done=True, actor=world.chair(commune), at=MONDAY + 6 * DAY
    )
    assert counted(sent.pk) == from_rows(sent.pk)
    waiting = world.assignment(sent, commune)
    assert waiting.holder_id == gia_lai
    confirm.confirm(sent.code, gia_lai, units=[unit], actor=world.chair("P-52"), at=MONDAY + 7 * DAY)
    assert world.assignment(sent, commune).state == State.DONE
    fold()
    assert counted(sent.pk) == from_rows(sent.pk)
    spells = Spell.objects.filter(assignment_id=waiting.pk).order_by("from_at")
    assert [one.state for one in spells] == ["sent", "working", "reported"]
    assert all(a.to_at == b.from_at for a, b in zip(spells, list(spells)[1:], strict=False))


def test_a_pause_stops_the_clock_and_delivery_wakes_it(world, sent):
    gia_lai, finance = world.unit("P-52"), world.unit("BTC")
    take_up.take_up(sent.code, gia_lai, actor=world.clerk("P-52"), at=MONDAY + DAY)
    before = world.assignment(sent, "P-52")
    obstacle = obstacles.raise_obstacle(
        sent.code,
        gia_lai,
        kind="document",
        missing="Thông tư hướng dẫn chi",
        owing_id=finance,
        actor=world.chair("P-52"),
        at=MONDAY + DAY,
    )
    assert world.assignment(sent, "P-52").paused_at is None
    promised = (MONDAY + 10 * DAY).date()
    obstacles.decide_pause(
        obstacle.code, agreed=True, promised_on=promised, actor=world.chair("BTC"), at=MONDAY + 2 * DAY
    )
    assert world.assignment(sent, "P-52").holder_id == finance
    assert counted(sent.pk) == from_rows(sent.pk)
    obstacles.deliver(obstacle.code, symbol="10/2026/TT-BTC", actor=world.chair("BTC"), at=MONDAY + 9 * DAY)
    after = world.assignment(sent, "P-52")
    # Five working days stood still (3 to 10 June): the date moves by as many.
    assert after.due_on is not None and before.due_on is not None
    assert after.due_on > before.due_on and after.first_due_on == before.first_due_on
    assert after.holder_id == gia_lai
    assert counted(sent.pk) == from_rows(sent.pk)


def test_units_excused_with_a_reason_are_counted_apart(world, sent):
    gia_lai = world.unit("P-52")
    take_up.take_up(sent.code, gia_lai, actor=world.clerk("P-52"), at=MONDAY + DAY)
    send_on.excuse(
        sent.code, gia_lai, reason="Không thuộc phạm vi thực hiện", actor=world.chair("P-52"), at=MONDAY + DAY
    )
    assert Excuse.objects.filter(document_id=sent.pk).count() == 135
    assert counted(sent.pk) == from_rows(sent.pk)
    assert world.assignment(sent, "P-52").sent_on_at is not None


def test_an_upheld_return_leaves_the_rates(world, sent):
    gia_lai = world.unit("P-52")
    reconsider.ask(sent.code, gia_lai, reason="Không đúng thẩm quyền", actor=world.chair("P-52"), at=MONDAY + DAY)
    reconsider.decide(
        sent.code,
        world.unit("CP"),
        agreed=True,
        reason="Đồng ý, giao cơ quan khác",
        units=[gia_lai],
        actor=world.chair("VPCP"),
        at=MONDAY + 2 * DAY,
    )
    assert world.assignment(sent, "P-52").state == State.RETURNED
    assert counted(sent.pk) == from_rows(sent.pk)


def test_a_neighbour_cannot_take_up_what_is_not_hers(world, sent):
    with pytest.raises(OutOfReach):
        take_up.take_up(sent.code, world.unit("P-52"), actor=world.clerk("P-66"), at=MONDAY + DAY)


def test_taking_up_twice_is_refused_with_its_reason(world, sent):
    gia_lai = world.unit("P-52")
    take_up.take_up(sent.code, gia_lai, actor=world.clerk("P-52"), at=MONDAY + DAY)
    with pytest.raises(NotNow):
        take_up.take_up(sent.code, gia_lai, numbers=[1], actor=world.clerk("P-52"), at=MONDAY + DAY)


def test_an_officer_does_not_report_in_the_units_name(world, sent):
    gia_lai = world.unit("P-52")
    take_up.take_up(sent.code, gia_lai, actor=world.clerk("P-52"), at=MONDAY + DAY)
    with pytest.raises(NotYours):
        report.report(
            sent.code, gia_lai, percent=10, words="Đang làm", actor=world.officer("P-52"), at=MONDAY + 2 * DAY
        )
