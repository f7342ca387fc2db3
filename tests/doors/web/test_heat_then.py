"""The pages of figures by the bodies of a past day: the choice in the address, the same totals, the rows, the files."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import openpyxl
import pytest

from isotherm.analysis.refresh import refresh
from isotherm.directives.models import Document
from tests.doors.web.test_heat import signed_in
from tests.execution.test_inherit import MERGER, NIGHT, THEN, carried, sent  # noqa: F401  the fixture `sent`
from tests.world import World

pytestmark = pytest.mark.slow

EVE = THEN - timedelta(days=1)
WAS = f"?was={EVE.isoformat()}"


@pytest.fixture
def merged(world: World, sent: Document) -> Document:  # noqa: F811
    carried(world, MERGER)
    refresh(sent.pk, NIGHT)
    return sent


def body(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def rates(html: str) -> list[str]:
    return re.findall(r"<dd>(.*?)</dd>", re.sub(r'href="[^"]*"', "", html), re.DOTALL)


def test_the_reading_is_a_choice_in_the_address(merged: Document) -> None:
    client = signed_in("VPCP:lanh-dao")
    now, then = body(client, f"/heat/{merged.code}/"), body(client, f"/heat/{merged.code}/{WAS}")
    assert f"was={EVE.isoformat()}" in now and f"Theo tổ chức tại thời điểm {EVE:%d/%m/%Y}" in now
    assert 'id="changes"' not in now and 'id="changes"' in then
    assert "1/2026/QH16" in then
    assert rates(now) == rates(then) and rates(now)
    # Every address of the page keeps the reading.
    links = [one for one in re.findall(r'href="((?:rows|P-|waiting|units|\w+\.xlsx)[^"]*)"', then) if one]
    assert links and all(f"was={EVE.isoformat()}" in one for one in links)


def test_the_ended_province_has_a_page_as_it_was(merged: Document) -> None:
    client = signed_in("VPCP:lanh-dao")
    page = body(client, f"/heat/{merged.code}/P-66/{WAS}")
    assert "Khâu nghẽn chính và thời gian tại từng cơ quan" in page
    for figure in ("overdue", "due"):
        body(client, f"/heat/{merged.code}/rows{WAS}&is={figure}&unit=P-66")


def test_rows_and_files_follow_the_reading(merged: Document) -> None:
    client = signed_in("VPCP:lanh-dao")
    page = body(client, f"/heat/{merged.code}/rows{WAS}&is=all&unit=P-66&alone=1")
    assert f"Theo tổ chức tại thời điểm {EVE:%d/%m/%Y}" in page
    answer = client.get(f"/heat/{merged.code}/changes.xlsx{WAS}")
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    values = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert "1/2026/QH16" in values
    assert client.get(f"/heat/{merged.code}/changes.xlsx").status_code == 404  # nothing lies between now and now
    assert client.get(f"/heat/{merged.code}/units.xlsx{WAS}").status_code == 200


def test_the_country_is_read_by_the_bodies_of_a_day(merged: Document) -> None:
    client = signed_in("VPCP:lanh-dao")
    assert 'id="changes"' in body(client, f"/heat/{WAS}")
    body(client, f"/heat/waiting{WAS}")
    body(client, f"/heat/rows{WAS}&is=due")
    # Before the first directive was sent there is nothing to read.
    assert client.get("/heat/?was=2020-01-01").status_code == 200


FOUNDED = [
    {
        "kind": "found", "unit": "P-99", "vi": "Ủy ban nhân dân tỉnh Cao Nguyên", "unit_kind": "province_committee",
        "branch": "province", "parent": "CP",
    },
    {"kind": "merge", "gone": ["P-66"], "heir": "P-99"},
]  # fmt: skip


def test_where_the_map_does_not_know_a_province_its_table_stands_in_the_maps_place(
    world: World,
    sent: Document,  # noqa: F811
) -> None:
    carried(world, FOUNDED)
    refresh(sent.pk, NIGHT)
    client = signed_in("VPCP:lanh-dao")
    now, then = body(client, f"/heat/{sent.code}/"), body(client, f"/heat/{sent.code}/{WAS}")
    assert 'id="map"' in then and 'href="map.svg' in then  # the provinces of the day before are those of the grid
    assert 'id="map"' not in now and "map.svg" not in now
    assert client.get(f"/heat/{sent.code}/map.svg").status_code == 404
    table = now[now.index('id="units"') : now.index("</section>", now.index('id="units"'))]
    assert "tỉnh Cao Nguyên" in table and "tỉnh Gia Lai" in table
    numbers = re.findall(r'<a[^>]*href="([^"]*rows[^"]*)"[^>]*>\s*([\d.]+)\s*</a>', table)
    assert len(numbers) == 2
    for href, n in numbers:
        page = body(client, f"/heat/{sent.code}/{unescape(href)}")
        assert f'<data value="{n.replace(".", "")}">' in page
    # The same rows as a file, and on the page of all tables.
    assert client.get(f"/heat/{sent.code}/units.xlsx").status_code == 200
    assert "tỉnh Cao Nguyên" in body(client, f"/heat/{sent.code}/units")


@pytest.mark.parametrize("day", ["", "x", "9999-01-01", "0001-01-01", "2026-13-01"])
def test_what_is_no_past_day_means_now(merged: Document, day: str) -> None:
    client = signed_in("VPCP:lanh-dao")
    assert 'id="changes"' not in body(client, f"/heat/{merged.code}/?was={day}")


def test_the_neighbour_sees_no_more_of_the_past_than_of_now(merged: Document) -> None:
    client = signed_in("P-22:lanh-dao")
    assert client.get(f"/heat/{merged.code}/P-66/{WAS}").status_code == client.get(
        f"/heat/{merged.code}/P-66/").status_code == 404  # fmt: skip
