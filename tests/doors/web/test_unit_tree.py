"""The organisation on any day: counts of the day, marks of changes, the list as a file, links that keep the day."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date

import openpyxl
import pytest
from django.http import HttpResponse

from isotherm.units import browse, queries, tree
from isotherm.units.models import Unit
from tests.doors.web.test_directives import somebody
from tests.doors.web.test_directives import words as escaped
from tests.world import World


def words(answer: HttpResponse) -> str:
    return html.unescape(escaped(answer))


EVE, NIGHT, LATER = date(2025, 6, 30), date(2025, 7, 1), date(2026, 5, 1)


@pytest.mark.parametrize(
    ("day", "provinces", "districts", "communes"), [(EVE, 63, 696, "10,035"), (NIGHT, 34, None, "3,321")]
)
def test_the_counts_are_those_of_the_day(
    world: World, day: date, provinces: int, districts: int | None, communes: str
) -> None:
    page = words(somebody("P-52:van-thu").get(f"/units/tree?day={day}"))
    assert f"Provincial People's Committee: {provinces}" in page
    assert f"Commune People's Committee: {communes}" in page
    assert ("District People's Committee" in page) == (districts is not None)
    if districts:
        assert f"District People's Committee: {districts}" in page


def test_every_link_of_the_tree_keeps_the_day(world: World) -> None:
    page = somebody("P-52:van-thu").get("/units/tree?day=2025-06-30&of=OP-64").content.decode()
    links = [one.replace("&amp;", "&") for one in re.findall(r'href="(/units/tree\?[^"]+of=O[^"]+)"', page)]
    assert len(links) >= 17
    assert all("day=2025-06-30" in one for one in links)


def test_what_changed_is_marked_at_the_beginning_and_the_end_of_a_period(world: World) -> None:
    client = somebody("P-52:van-thu")
    eve = words(client.get("/units/tree?day=2025-06-30&of=OP-64"))
    assert "goes into People's Committee of Gia Lai Province on 01/07/2025" in eve
    assert "took over from 5 bodies" in words(client.get("/units/tree?day=2025-07-01&of=P-52"))
    later = words(client.get("/units/tree?day=2026-05-01"))
    assert "formerly People's Committee of Dong Nai Province" in later and "Change of kind" in later
    assert "took over from" not in words(client.get("/units/tree?day=2026-05-01&of=P-52"))


def test_a_unit_that_did_not_stand_names_what_stood_for_it(world: World) -> None:
    page = somebody("P-52:van-thu").get("/units/tree?day=2025-06-30&of=P-52")
    assert page.status_code == 200
    assert "did not stand on 30/06/2025" in words(page)
    for old in ("OP-52", "OP-64"):
        assert f"of={old}" in page.content.decode()


def test_stops_are_the_days_of_change_today_and_the_day_looked_at(world: World) -> None:
    page = somebody("P-52:van-thu").get("/units/tree?day=2025-06-30").content.decode()
    days = re.findall(r'data-day="([^"]+)"', page)
    assert days == sorted(days)
    assert {"2025-03-01", "2025-06-30", "2025-07-01", "2026-04-30"} <= set(days)
    assert (
        'rel="prev" href="/units/tree?day=2025-03-01"' in page
        and 'rel="next" href="/units/tree?day=2025-07-01"' in page
    )


def test_a_period_lies_between_two_days_of_change() -> None:
    days = [date(2025, 3, 1), NIGHT, date(2026, 4, 30)]
    assert browse.period(EVE, days) == browse.Period(date(2025, 3, 1), NIGHT)
    assert browse.period(NIGHT, days) == browse.Period(NIGHT, date(2026, 4, 30))
    assert browse.period(date(2024, 1, 1), days) == browse.Period(None, date(2025, 3, 1))
    assert browse.period(LATER, days).until is None


def test_the_list_of_a_day_is_the_whole_subtree_in_both_forms(world: World) -> None:
    client = somebody("P-52:van-thu")
    for code, day in (("P-52", NIGHT), ("OP-64", EVE)):
        unit = Unit.objects.get(code=code)
        whole = set(Unit.objects.filter(pk__in=tree.subtree_ids(unit.pk, day)).values_list("code", flat=True))
        answer = client.get(f"/units/tree?day={day}&of={code}&as=csv")
        assert answer["Content-Disposition"] == f'attachment; filename="{code}-{day}.csv"'
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert {row[0] for row in rows[1:]} == whole and len(rows) - 1 == len(whole)
        book = openpyxl.load_workbook(
            io.BytesIO(client.get(f"/units/tree?day={day}&of={code}&as=xlsx").content), read_only=True
        )
        cells = [row[0] for row in book.active.iter_rows(values_only=True)]
        assert cells[-len(whole) :] == [row[0] for row in rows[1:]]


def test_counts_below_add_up(world: World) -> None:
    top = browse.root(NIGHT)
    assert top is not None
    lines = browse.children(top, NIGHT, "vi")
    whole = tree.subtree_ids(top, NIGHT).count() - 1
    assert sum(1 + one.below for one in lines) == whole
    gia_lai = next(one for one in lines if one.code == "P-52")
    assert gia_lai.children == len(tree.children(gia_lai.unit_id, NIGHT))
    assert len(queries.group_members("provinces", NIGHT)) == len(
        [one for one in lines if one.kind == "province_committee"]
    )


@pytest.mark.parametrize("asked", ["day=31-31-2025", "day=abc", "day=1900-01-01"])
def test_no_day_and_a_day_before_the_register_are_refused_with_what_to_do(world: World, asked: str) -> None:
    page = somebody("P-52:van-thu").get(f"/units/tree?{asked}")
    assert page.status_code == 422
    assert "30/06/2025" in words(page) or "Choose a later day" in words(page)


def test_the_page_of_an_unknown_body_is_absent(world: World) -> None:
    assert somebody("P-52:van-thu").get("/units/tree?of=P-00").status_code == 404
