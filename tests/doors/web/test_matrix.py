"""Units × state: every number opens as many rows as it says, within reach, in a fixed number of statements."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from isotherm.directives.models import Document
from isotherm.execution import matrix
from isotherm.execution.acts.confirm import confirm
from isotherm.execution.acts.report import report
from isotherm.execution.acts.send_on import excuse, send_on
from isotherm.execution.acts.take_up import take_up
from isotherm.execution.matrix import Filter
from isotherm.execution.models import Assignment
from isotherm.records.models import LedgerLine
from tests.doors.web.test_directives import somebody, words
from tests.world import MONDAY, Wanted, World

pytestmark = pytest.mark.slow


@pytest.fixture
def spread(world: World) -> Document:
    """Two tasks, one of them for communes, too: Gia Lai passed it on, Đắk Lắk took it up, the others did nothing."""
    document = world.issued("16/CT-TTg", [Wanted(["provinces"], communes=True), Wanted(["BTC", "P-66"])])
    for province in ("P-52", "P-66"):
        take_up(document.code, world.unit(province), actor=world.chair(province), at=MONDAY)
    send_on(document.code, world.unit("P-52"), actor=world.chair("P-52"), at=MONDAY)
    excused = world.unit(world.communes("P-66")[0])
    excuse(
        document.code,
        world.unit("P-66"),
        targets=[excused],
        reason="Xã không có thủ tục này",
        actor=world.chair("P-66"),
        at=MONDAY,
    )
    return document


def total(world: World, document: Document, post: str = "VPCP:lanh-dao", **wanted: Any) -> matrix.Counts:
    rows = matrix.rows(document, actor=world.actor(post), at=MONDAY, wanted=Filter(**wanted))
    return matrix.total(rows)


def test_expected_pairs_are_told_missing_or_excused(world: World, spread: Document) -> None:
    counts = total(world, spread)
    communes = 3321
    below = len(world.communes("P-52"))
    assert counts.told == Assignment.objects.count() == 34 + below + 2
    assert (counts.missing, counts.excused) == (communes - below - 1, 1)
    assert (counts.working, counts.sent) == (3, 34 + 2 + below - 3)


def test_a_province_sees_its_own_subtree_only(world: World, spread: Document) -> None:
    rows = matrix.rows(spread, actor=world.chair("P-66"), at=MONDAY, wanted=Filter())
    assert {row.unit_id for row in rows} == {world.unit("P-66"), *map(world.unit, world.communes("P-66"))}


def test_each_number_counts_the_rows_it_opens(world: World, spread: Document) -> None:
    client = somebody("VPCP:lanh-dao")
    html = client.get(f"/directives/{spread.code}/matrix/").content.decode()
    tally = re.search(r'<dl class="rates tally">.*?</dl>', html, re.S)
    assert tally
    links = re.findall(r'<a href="([^"]+)">([\d,.]+)</a>', tally[0])
    assert len(links) >= 4
    for address, number in links:
        asked = parse_qs(urlparse(address).query)["state"][0]
        opened = matrix.count_pairs(spread, actor=world.chair("VPCP"), at=MONDAY, wanted=Filter(state=asked))
        shown = words(client.get(address.replace("&amp;", "&")))
        assert f": {number}" in shown
        if asked != "overdue":
            assert opened == int(re.sub(r"\D", "", number)), asked


def test_filters_narrow_rows_and_counts_together(world: World, spread: Document) -> None:
    client = somebody("VPCP:lanh-dao")
    page = words(client.get(f"/directives/{spread.code}/matrix/?level=commune&state=missing&province=P-66"))
    assert f"{len(world.communes('P-66')) - 1} bodies are expected and were not told" in page
    found = words(client.get(f"/directives/{spread.code}/matrix/?q=bo+tai+chinh"))
    assert "Ministry of Finance" in found
    assert "Gia Lai" not in found.partition("Filter")[2]


def test_one_task_alone_can_be_looked_at(world: World, spread: Document) -> None:
    assert total(world, spread, task=2).told == 2
    assert total(world, spread, task=2).missing == 0


def test_the_page_asks_as_often_for_many_units_as_for_few(world: World, spread: Document) -> None:
    small = world.issued("17/CT-TTg", [Wanted(["BTC"])])
    client = somebody("VPCP:lanh-dao")
    client.get(f"/directives/{small.code}/matrix/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/directives/{small.code}/matrix/")
    with CaptureQueriesContext(connection) as many:
        client.get(f"/directives/{spread.code}/matrix/")
    assert len(many) == len(few)


def test_selected_bodies_are_urged_for_what_waits_for_them(world: World, spread: Document) -> None:
    client = somebody("VPCP:lanh-dao")
    form = {"words": "Đề nghị báo cáo trước ngày 30", "whom": "selected", "unit": [world.unit("P-66")], "key": "1"}
    address = f"/directives/{spread.code}/matrix/"
    assert client.post(address, form).status_code == 302
    assert client.post(address, form).status_code == 302
    urged = Assignment.objects.filter(urged_at__isnull=False)
    assert set(urged.values_list("unit_id", flat=True)) == {world.unit("P-66")}
    assert LedgerLine.objects.filter(verb="assignment.urged").count() == 1


def test_all_that_the_filter_keeps_can_be_urged_at_once(world: World, spread: Document) -> None:
    client = somebody("VPCP:lanh-dao")
    form = {"words": "Đề nghị tiếp nhận ngay", "whom": "all", "key": "1"}
    client.post(f"/directives/{spread.code}/matrix/?level=province&state=sent", form)
    urged = Assignment.objects.filter(urged_at__isnull=False)
    assert urged.count() == 32
    assert set(urged.values_list("state", "level")) == {("sent", "province")}


def test_urging_nobody_or_without_words_is_refused_on_the_page(world: World, spread: Document) -> None:
    client = somebody("VPCP:lanh-dao")
    address = f"/directives/{spread.code}/matrix/"
    nobody = client.post(address, {"words": "Đề nghị báo cáo", "whom": "selected"})
    assert (nobody.status_code, "Đề nghị báo cáo</textarea>" in nobody.content.decode()) == (422, True)
    assert client.post(address, {"words": " ", "whom": "all"}).status_code == 422
    assert not Assignment.objects.filter(urged_at__isnull=False).exists()


def test_a_province_urges_only_below_itself(world: World, spread: Document) -> None:
    client = somebody("P-52:lanh-dao")
    client.post(f"/directives/{spread.code}/matrix/", {"words": "Đề nghị tiếp nhận ngay", "whom": "all", "key": "1"})
    urged = set(Assignment.objects.filter(urged_at__isnull=False).values_list("unit_id", flat=True))
    assert urged == set(map(world.unit, world.communes("P-52")))


def test_an_unknown_province_finds_nothing_rather_than_everything(world: World, spread: Document) -> None:
    page = words(somebody("VPCP:lanh-dao").get(f"/directives/{spread.code}/matrix/?province=P-999"))
    assert "No body stands under these filters" in page


def test_what_is_done_is_not_called_overdue_however_old_its_date(world: World) -> None:
    document = world.issued("18/CT-TTg", [Wanted(["P-52", "P-66"])])
    unit = world.unit("P-52")
    take_up(document.code, unit, actor=world.chair("P-52"), at=MONDAY)
    report(document.code, unit, percent=100, words="Đã xong", done=True, actor=world.chair("P-52"), at=MONDAY)
    confirm(document.code, world.unit("CP"), units=[unit], actor=world.chair("VPCP"), at=MONDAY)
    found = matrix.pairs(document, actor=world.chair("VPCP"), at=MONDAY, wanted=Filter(state="told"), first=0, most=9)
    assert {pair.unit_id: pair.runs for pair in found} == {unit: False, world.unit("P-66"): True}
