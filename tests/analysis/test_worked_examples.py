"""Worked by hand: who is charged with what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from isotherm.analysis.heat import Scope, heat
from isotherm.analysis.models import Chains, Holding
from isotherm.analysis.refresh import refresh, refresh_changed
from isotherm.execution.acts import confirm, obstacles, recall, report, send_on, take_up
from isotherm.execution.models import Assignment
from isotherm.execution.sets import Intents
from tests.world import MONDAY, Wanted, World

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)
LATER = MONDAY + timedelta(days=90)


@pytest.fixture
def sent(world: World):
    return world.issued("16/CT-TTg", [Wanted(["provinces"], communes=True)])


def everybody(document, verb, at):
    """All that can do it now do it, each in its own name: the set form that the product's own jobs use."""
    rows = list(Assignment.objects.filter(document_id=document.pk).values_list("id", "carrier_id"))
    ids, carriers, nobody = [row[0] for row in rows], [row[1] for row in rows], [None] * len(rows)
    verb(Intents(ids, [at] * len(rows), carriers, nobody, list(nobody), job="test"))


def provinces_send_on(world, document, at):
    for one in Assignment.objects.filter(document_id=document.pk, depth=1):
        send_on.over([one.pk], unit_id=one.carrier_id, actor=world.actor("P-52:lanh-dao"), at=at)


def figures(document, lens="any", at=LATER):
    refresh(document.pk, at)
    return heat([document.pk], scope=Scope.whole(), at=at, lens=lens)


def test_faultless_provinces_with_silent_communes_are_not_blamed(world, sent):
    everybody(sent, take_up.over, MONDAY + DAY)
    provinces_send_on(world, sent, MONDAY + 2 * DAY)
    seen = figures(sent, lens="take_up")
    assert {row.body_level for row in seen.breaks} == {"commune"}
    assert sum(row.pairs for row in seen.breaks) == 3321
    assert {row.cause for row in seen.breaks} == {"take_up"}


def test_communes_that_nobody_told_are_charged_to_their_province(world, sent):
    everybody(sent, take_up.over, MONDAY + DAY)
    seen = figures(sent, lens="done")
    commune_rows = [row for row in seen.breaks if row.level == "commune"]
    assert {row.body_level for row in commune_rows} == {"province"}
    assert {row.cause for row in commune_rows} == {"upper_send_on"}
    gia_lai = next(row for row in commune_rows if row.body_id == world.unit("P-52"))
    assert gia_lai.pairs == 135


def test_paused_work_is_charged_to_the_body_that_owes(world, sent):
    everybody(sent, take_up.over, MONDAY + DAY)
    obstacle = obstacles.raise_obstacle(
        sent.code,
        world.unit("P-52"),
        kind="document",
        missing="Thông tư hướng dẫn chi",
        owing_id=world.unit("BTC"),
        actor=world.chair("P-52"),
        at=MONDAY + DAY,
    )
    obstacles.decide_pause(obstacle.code, agreed=True, actor=world.chair("BTC"), at=MONDAY + 2 * DAY)
    seen = figures(sent, lens="done")
    finance = [row for row in seen.breaks if row.body_id == world.unit("BTC")]
    assert {(row.level, row.cause) for row in finance} == {("province", "wait"), ("commune", "wait")}
    assert {row.level: row.pairs for row in finance} == {"province": 1, "commune": 135}
    assert not [row for row in seen.breaks if row.body_id == world.unit("P-52")]


def test_reported_work_waits_for_its_confirmer(world, sent):
    gia_lai = world.unit("P-52")
    take_up.take_up(sent.code, gia_lai, actor=world.clerk("P-52"), at=MONDAY + DAY)
    report.report(
        sent.code, gia_lai, percent=100, words="Đã xong", done=True, actor=world.chair("P-52"), at=MONDAY + 2 * DAY
    )
    seen = figures(sent, lens="done")
    mine = [row for row in seen.breaks if row.level == "province" and row.cause == "decide_completion"]
    assert [(row.body_id, row.pairs) for row in mine] == [(world.unit("CP"), 1)]


def test_held_days_add_up_to_the_elapsed_time_of_every_chain(world, sent):
    everybody(sent, take_up.over, MONDAY + DAY)
    provinces_send_on(world, sent, MONDAY + 10 * DAY)
    everybody(sent, take_up.over, MONDAY + 12 * DAY)
    seen = figures(sent)
    for level, (chains, elapsed) in seen.chains.items():
        held = sum(row.within + row.beyond for row in seen.holdings if row.level == level)
        assert abs(held - elapsed) <= chains, level
    # Ten calendar days at the province, five working days (to 8 June, 17:00 Ha Noi) of them allowed.
    own = {row["role"]: row for row in Holding.objects.filter(level="commune", via_id=world.unit("P-52")).values()}
    chains = Chains.objects.filter(level="commune", via_id=world.unit("P-52"))[0].chains
    assert own["send_on"]["within"] == chains * (7 * 86400 + 8 * 3600)
    assert own["send_on"]["beyond"] == chains * (2 * 86400 + 16 * 3600)


def test_the_boundary_below_the_provinces_is_the_thermocline_when_they_do_not_send_on(world, sent):
    everybody(sent, take_up.over, MONDAY + DAY)
    seen = figures(sent)
    assert seen.thermocline is not None
    assert (seen.thermocline.upper, seen.thermocline.level) == ("province", "commune")


@pytest.mark.slow
def test_nothing_stands_out_where_everybody_acts(world, sent):
    everybody(sent, take_up.over, MONDAY + DAY)
    provinces_send_on(world, sent, MONDAY + 2 * DAY)
    everybody(sent, take_up.over, MONDAY + 3 * DAY)
    assert figures(sent).thermocline is None
    assert not figures(sent, lens="take_up").breaks


def test_cells_and_break_points_count_the_same_unmet_pairs(world, sent):
    everybody(sent, take_up.over, MONDAY + DAY)
    for duty in ("take_up", "send_on", "plan", "report", "done"):
        seen = figures(sent, lens=duty)
        total = seen.total(duty)
        assert sum(row.pairs for row in seen.breaks) == total.overdue


def test_what_was_done_before_a_recall_stays_done_and_the_rest_leaves_the_books(world, sent):
    gia_lai = world.unit("P-52")
    take_up.take_up(sent.code, gia_lai, actor=world.clerk("P-52"), at=MONDAY + DAY)
    report.report(
        sent.code, gia_lai, percent=100, words="Đã xong", done=True, actor=world.chair("P-52"), at=MONDAY + 2 * DAY
    )
    confirm.confirm(sent.code, world.unit("CP"), units=[gia_lai], actor=world.chair("VPCP"), at=MONDAY + 3 * DAY)
    recall.recall(f"{sent.code}.1", reason="Không còn phù hợp", actor=world.chair("VPCP"), at=MONDAY + 4 * DAY)
    seen = figures(sent, lens="done")
    assert seen.total("done").assigned == seen.total("done").on_time == 1
    assert seen.total("done").withdrawn == 33 + 3321
    assert seen.chains["province"][0] == 1 and "commune" not in seen.chains
    assert not seen.breaks


def test_a_changed_document_is_refreshed_and_an_unchanged_one_is_not(world, sent):
    # Lines carry the database's clock: look from a little later than now.
    soon = timezone.now() + timedelta(minutes=10)
    assert refresh_changed(soon) == 1
    assert refresh_changed(soon + timedelta(seconds=1)) == 0
