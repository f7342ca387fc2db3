"""A day done as sets and the same day act by act leave the same tables: what a demo shows, pages could have done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from isotherm.directives.models import Document
from isotherm.doors.simulator.planting import Owed, Planting
from isotherm.doors.simulator.story import play
from isotherm.tallies.fold import fold
from tests.world import Wanted, World

UNTIL = datetime(2026, 9, 15, 10, tzinfo=UTC)

ASSIGNMENTS = """
    select t.code, u.code, a.carrier_id, a.holder_id, a.giver_id, a.confirmer_id, a.via_id, a.depth, a.level,
           a.expected, a.below, a.below_told, a.state, a.state_since, a.holder_due, a.sent_at, a.take_up_due,
           a.taken_up_at,
           a.plan_due, a.planned_at, a.send_on_due, a.sent_on_at, a.report_due, a.first_reported_at, a.due_on,
           a.first_due_on, a.reported_done_at, a.closed_at, a.fair, a.percent, a.paused_at
    from execution_assignment a join directives_task t on t.id = a.task_id join units_unit u on u.id = a.unit_id
    order by 1, 2
"""
SPELLS = """
    select t.code, u.code, s.from_at, s.to_at, s.state, s.carrier_id, s.holder_id, s.due_on, s.holder_due, s.paused
    from execution_spell s join execution_assignment a on a.id = s.assignment_id
    join directives_task t on t.id = a.task_id join units_unit u on u.id = a.unit_id
    order by 1, 2, 3, 4, 5
"""
CELLS = """
    select document_id, unit_id, via_id, level, upper_level, duty, due_on, outcome, fair, n from tallies_cell
    order by 1, 2, 3, 4, 5, 6, 7, 8, 9
"""
LEDGER = """
    select verb, at, unit_id, post_id, document_id, subject_kind, sum(count), count(*)
    from records_ledgerline group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
"""
REQUESTS = """
    select t.code, u.code, r.what, r.asked_of_id, r.asked_at, r.decide_due, r.decision, r.decided_at
    from execution_request r join execution_assignment a on a.id = r.assignment_id
    join directives_task t on t.id = a.task_id join units_unit u on u.id = a.unit_id order by 1, 2, 3, 5
"""
PAPERS = """
    select 'plan', unit_id, at, words from execution_plan union all
    select 'report', unit_id, at, words from execution_report union all
    select 'excuse', unit_id, at, reason from execution_excuse order by 1, 2, 3, 4
"""
HINDRANCES = """
    select t.code, u.code, h.raised_at, h.paused_from, o.missing, o.state, o.raised_by_id, o.promised_on
    from execution_hindrance h join execution_obstacle o on o.id = h.obstacle_id
    join execution_assignment a on a.id = h.assignment_id
    join directives_task t on t.id = a.task_id join units_unit u on u.id = a.unit_id order by 1, 2
"""
TABLES = {
    "assignments": ASSIGNMENTS,
    "spells": SPELLS,
    "cells": CELLS,
    "ledger": LEDGER,
    "requests": REQUESTS,
    "papers": PAPERS,
    "hindrances": HINDRANCES,
}


def played(documents: Sequence[Document], planting: Planting, *, one_by_one: bool) -> dict[str, list[Any]]:
    """What stands in the tables after the play, which is then taken back."""
    with transaction.atomic():
        play(documents, planting, until=UNTIL, one_by_one=one_by_one)
        fold()
        found = {}
        with connection.cursor() as cursor:
            for name, sql in TABLES.items():
                cursor.execute(sql)
                found[name] = cursor.fetchall()
        transaction.set_rollback(True)
    return found


@pytest.mark.slow
def test_sets_and_single_acts_leave_equal_tables(world: World) -> None:
    # Two small provinces and two ministries; seed 36 draws every kind of act.
    wanted = [
        Wanted(["P-22", "P-04"], due_in=30, communes=True),
        Wanted(["P-22", "P-04"], due_in=60, communes=True),
        Wanted(["P-22", "P-04", "BNV", "BTC"], due_in=None),
    ]
    document = world.issued("77/CT-TTg", wanted)
    planting = Planting(
        seed=36,
        cold_level=("province", "commune"),
        owed=Owed(document=document.code, number=2, ministry="BTC", missing="Thông tư hướng dẫn chi trả"),
    )
    sets = played([document], planting, one_by_one=False)
    single = played([document], planting, one_by_one=True)
    verbs = {row[0] for row in sets["ledger"]}
    assert {"assignment.confirmed", "assignment.sent_back", "obstacle.raised", "assignment.paused"} <= verbs
    assert {"assignment.reconsideration_asked", "assignment.excused_below"} <= verbs
    for name in TABLES:
        assert sets[name] == single[name], name
