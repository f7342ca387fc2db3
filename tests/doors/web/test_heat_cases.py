"""What the pages of figures say when nothing is sent, due or fresh; and that the command says the same."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from isotherm.analysis.models import Freshness
from isotherm.analysis.refresh import refresh
from isotherm.doors.cli.heat import as_json
from isotherm.execution.acts import obstacles, take_up
from tests.doors.web.test_heat import DAY, everybody, given, headline, passed_on, signed_in
from tests.world import MONDAY, Wanted

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("symbol", ["plain", "silent communes", "owed", "nothing stands out"])
def test_the_sentence_and_the_command_say_the_same(world, symbol):
    document = world.issued("20/CT-TTg", [Wanted(["provinces"], communes=True)])
    if symbol != "plain":
        everybody(given(document), take_up.over, MONDAY + DAY)
        passed_on(world, document, at=MONDAY + 2 * DAY)
    if symbol == "owed":
        raised = obstacles.raise_obstacle(
            document.code,
            world.unit("P-52"),
            kind="money",
            missing="Kinh phí",
            owing_id=world.unit("BTC"),
            actor=world.chair("P-52"),
            at=MONDAY + 3 * DAY,
        )
        obstacles.decide_pause(raised.code, agreed=True, actor=world.chair("BTC"), at=MONDAY + 4 * DAY)
    if symbol == "nothing stands out":
        everybody(given(document, depth=2), take_up.over, MONDAY + 3 * DAY)
    at = timezone.now()
    seen = as_json(document.code, at=at, lens="done")
    said = headline(signed_in("VPCP:lanh-dao").get("/heat/20-CT-TTg/?step=done").content.decode())
    line = seen["thermocline"]
    assert ("Khâu nghẽn chính" in said) is (line is not None)
    rows = [row for row in seen["break_points"] if line is None or row["level"] == line["level"]]
    due = [level["duties"]["done"] for level in seen["levels"] if line is None or level["level"] == line["level"]]
    overdue = sum(row["pairs"] for row in rows)
    waiting = sum(row["pairs"] for row in rows if row["cause"] == "wait")
    spoken = [int(n.replace(".", "")) for n in re.findall(r"(?<![\w])(\d[\d.]*)(?= (?:trong|lượt))", said)]
    assert spoken[:2] == [overdue, sum(one["due"] for one in due) + waiting]
    if line is not None:
        assert f"Khâu nghẽn chính: {'tỉnh giao xã' if line['level'] == 'commune' else 'trung ương giao tỉnh'}." in said
    if waiting:
        assert f"{waiting} chờ Kinh phí của Bộ Tài chính" in said


def test_a_page_says_when_its_figures_are_behind(world):
    document = world.issued("8/CT-TTg", [Wanted(["provinces"])])
    refresh(document.pk, timezone.now())
    client = signed_in("VPCP:lanh-dao")
    assert "đang được tính lại" not in client.get("/heat/8-CT-TTg/").content.decode()
    Freshness.objects.update(data_at=MONDAY)
    assert "đang được tính lại" in client.get("/heat/8-CT-TTg/").content.decode()


def test_a_document_not_sent_yet_says_what_would_stand_here(world):
    world.written("9/CT-TTg", [Wanted(["provinces"])])
    answer = signed_in("VPCP:lanh-dao").get("/heat/9-CT-TTg/")
    assert answer.status_code == 200 and "chưa được giao thực hiện" in answer.content.decode()


def test_where_nothing_was_sent_the_page_leads_on(world):
    html = signed_in("VPCP:lanh-dao").get("/heat/").content.decode()
    assert "Khi nhiệm vụ của một văn bản được giao" in html and 'href="/directives/"' in html


def test_a_directive_sent_today_has_nothing_due_yet(world):
    document = world.issued("10/CT-TTg", [Wanted(["provinces"], communes=True)], at=timezone.now())
    refresh(document.pk, timezone.now())
    assert (
        headline(signed_in("VPCP:lanh-dao").get("/heat/10-CT-TTg/").content.decode())
        == "Chưa có lượt giao nào đến hạn."
    )
