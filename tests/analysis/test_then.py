"""Figures as they were and as they are: the same pairs and totals, under the units of one day or of another."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import transaction

from isotherm.analysis import rows
from isotherm.analysis.heat import DUTIES, Scope, Then, counts_below, counts_by, counts_of_units, heat
from isotherm.analysis.refresh import refresh
from isotherm.analysis.rows import Wanted
from isotherm.analysis.then import difference, find_breaks, reading
from isotherm.directives.models import Document
from isotherm.doors.cli.heat import group
from isotherm.execution import reorganise, then
from isotherm.execution.acts import report
from isotherm.execution.models import Assignment
from isotherm.refusals import NotAccepted
from tests.execution.test_inherit import MERGER, NIGHT, THEN, carried, sent  # noqa: F401  the fixture `sent`
from tests.world import World

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)
EVE = THEN - DAY
LATER = NIGHT + 90 * DAY
SPLIT = [{"kind": "split", "gone": ["P-66"], "below": "follow",
          "heirs": [{"unit": "P-52", "share": 0.5}, {"unit": "P-22", "share": 0.5}]}]  # fmt: skip


def by_unit(document: Document, scope: Scope, at: Any = LATER) -> dict[str, dict[int, Any]]:
    return {
        duty: {unit: of for unit, _level, of in counts_of_units([document.pk], duty=duty, scope=scope, at=at)}
        for duty in DUTIES
    }


def as_was(document: Document) -> dict[str, dict[int, Any]]:
    scope = Scope(then=Then(EVE))
    with reading([document.pk], scope=scope):
        return by_unit(document, scope)


@pytest.mark.parametrize("steps", [MERGER, SPLIT], ids=["merger", "split"])
def test_as_was_is_what_stood_on_the_day(world: World, sent: Document, steps: Any) -> None:  # noqa: F811
    before = by_unit(sent, Scope.whole())
    carried(world, steps)
    assert as_was(sent) == before
    assert by_unit(sent, Scope.whole()) != before


def test_acts_of_the_heir_count_at_the_body_of_the_day(world: World, sent: Document) -> None:  # noqa: F811
    carried(world, MERGER)
    heir = world.actor("P-52:lanh-dao", on=THEN)
    report.report(sent.code, world.unit("P-52"), percent=100, words="Xong", done=True, numbers=[2], actor=heir,
                  at=NIGHT + timedelta(hours=1))  # fmt: skip
    found = as_was(sent)["done"]
    assert found[world.unit("P-66")].reported == 1
    assert found[world.unit("P-52")].reported == 0


def test_both_readings_add_up_to_the_same(world: World, sent: Document) -> None:  # noqa: F811
    carried(world, MERGER)
    now = sorted(counts_by("level, duty", [sent.pk], scope=Scope.whole(), at=LATER), key=str)
    scope = Scope(then=Then(EVE))
    with reading([sent.pk], scope=scope):
        assert sorted(counts_by("level, duty", [sent.pk], scope=scope, at=LATER), key=str) == now
        both_then = [world.unit("P-52"), world.unit("P-66")]
        provinces = counts_below([sent.pk], both_then, duty="done", scope=scope, at=LATER)
    (both,) = counts_below([sent.pk], [world.unit("P-52")], duty="done", scope=Scope.whole(), at=LATER).values()
    assert set(provinces) == {world.unit("P-52"), world.unit("P-66")}
    assert sum(one.assigned for one in provinces.values()) == both.assigned
    assert sum(one.overdue for one in provinces.values()) == both.overdue


def test_who_sees_a_part_sees_the_same_part_in_both_readings(world: World, sent: Document) -> None:  # noqa: F811
    carried(world, SPLIT)
    for post in ("P-52:lanh-dao", "P-22:lanh-dao"):
        reach = Scope.of(world.actor(post, on=THEN))
        now = sorted(counts_by("level, duty", [sent.pk], scope=reach, at=LATER), key=str)
        scope = Scope(reach.condition, reach.params, then=Then(EVE))
        with reading([sent.pk], scope=scope):
            assert sorted(counts_by("level, duty", [sent.pk], scope=scope, at=LATER), key=str) == now


@pytest.mark.parametrize("outcome", ["overdue", "missing", "all", "excused"])
def test_every_number_of_the_past_reading_has_its_rows(world: World, sent: Document, outcome: str) -> None:  # noqa: F811
    carried(world, MERGER)
    field = {"all": "assigned"}.get(outcome, outcome)
    scope = Scope(then=Then(EVE))
    with reading([sent.pk], scope=scope):
        looked_at = {world.unit(code) for code in ("P-52", "P-66", "BTC")}
        looked_at |= {world.unit(code) for one in ("P-52", "P-66") for code in world.communes(one)[:6]}
        found = counts_of_units([sent.pk], duty="done", scope=scope, at=LATER)
        assert looked_at <= {unit for unit, _level, _of in found}
        for unit, _level, of in found:
            if unit not in looked_at:
                continue
            wanted = Wanted((sent.pk,), outcome=outcome, unit=unit, alone=True)
            paused = of.paused if field == "assigned" else 0
            assert rows.count(wanted, scope=scope, at=LATER) == getattr(of, field) + paused


def test_what_an_ended_body_had_finished_is_its_successors_now(world: World, sent: Document) -> None:  # noqa: F811
    commune = world.communes("P-66")[0]
    done = Assignment.objects.get(state="done", unit_id=world.unit(commune))
    heir = world.unit(world.communes("P-66")[5])
    carried(world, [{"kind": "merge", "gone": [commune], "heir": world.communes("P-66")[5]}])
    assert Assignment.objects.get(pk=done.pk).carrier_id == done.carrier_id
    now = by_unit(sent, Scope.whole())["done"]
    assert done.carrier_id not in now and now[heir].on_time == 1
    assert rows.count(Wanted((sent.pk,), outcome="met", unit=heir, alone=True), scope=Scope.whole(), at=LATER) == 1
    assert as_was(sent)["done"][done.carrier_id].on_time == 1


def test_an_ended_province_has_its_page_of_the_day(world: World, sent: Document) -> None:  # noqa: F811
    before = counts_below([sent.pk], [world.unit("P-66")], duty="done", scope=Scope.whole(), at=LATER)
    carried(world, MERGER)
    refresh(sent.pk, LATER)
    scope = Scope(then=Then(EVE, world.unit("P-66")))
    with reading([sent.pk], scope=scope):
        find_breaks([sent.pk], scope=scope, at=LATER, lens="done")
        seen = heat([sent.pk], scope=scope, at=LATER, lens="done")
    assert seen.total("done") == before[world.unit("P-66")]
    assert sum(row.pairs for row in seen.breaks) == seen.total("done").overdue + seen.total("done").paused
    assert world.unit("P-66") not in {row.body_id for row in seen.breaks}  # who must act stands now


def test_the_difference_is_told_event_by_event(world: World, sent: Document) -> None:  # noqa: F811
    carried(world, MERGER)
    gone, heir = world.unit("P-66"), world.unit("P-52")
    own = Assignment.objects.filter(carrier_id=heir, unit_id=gone, expected=True).count()
    found = difference([sent.pk], scope=Scope(then=Then(EVE)))
    assert found is not None
    (one,) = found.changes
    assert (one.day, one.document, one.gone_id, one.heir_id) == (THEN, "1/2026/QH16", gone, heir)
    assert (one.told, one.untold) == (own, 0)
    assert then.days_of([sent.pk]) == [EVE]


def test_an_undone_reorganisation_leaves_no_difference(world: World, sent: Document) -> None:  # noqa: F811
    made = carried(world, MERGER)
    reorganise.undo(made.code, actor=world.chair("VPCP"), at=NIGHT + timedelta(hours=2))
    assert then.days_of([sent.pk]) == []
    assert as_was(sent) == by_unit(sent, Scope.whole())
    found = difference([sent.pk], scope=Scope(then=Then(EVE)))
    assert found is not None and found.changes == ()


def test_the_command_reads_by_the_units_of_a_day(world: World, sent: Document, monkeypatch: Any) -> None:  # noqa: F811
    carried(world, MERGER)
    monkeypatch.setattr("isotherm.doors.cli.heat.with_database", lambda: None)
    moment = f"{LATER:%Y-%m-%d}"
    told = CliRunner().invoke(group, [sent.symbol, "--format", "json", "--at", moment, "--as-was", EVE.isoformat()])
    assert told.exit_code == 0, told.output
    seen = json.loads(told.output)
    assert {one["unit"] for one in seen["provinces"]} >= {"P-52", "P-66"}
    assert [(one["from"], one["to"]) for one in seen["changed_since"]] == [("P-66", "P-52")]
    shown = CliRunner().invoke(group, [sent.symbol, "--at", moment, "--as-was", EVE.isoformat()])
    assert "1/2026/QH16" in shown.output
    now = json.loads(CliRunner().invoke(group, [sent.symbol, "--format", "json", "--at", moment]).output)
    assert "P-66" not in {one["unit"] for one in now["provinces"]} and now["changed_since"] == []
    assert now["rates"] == seen["rates"]
    with transaction.atomic():
        refused = CliRunner().invoke(group, [sent.symbol, "--as-was", "2020-01-01"])
    assert isinstance(refused.exception, NotAccepted)
