"""The pages of figures: what they say, where their numbers lead, what they cost, who may look."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest
from django.db import connection, connections
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from isotherm.accounts.models import Appointment, Person, Post
from isotherm.analysis.refresh import refresh
from isotherm.execution.acts import confirm, obstacles, reconsider, report, send_on, take_up
from isotherm.execution.models import Assignment
from isotherm.execution.sets import Intents
from tests.conftest import _drop, _maintenance, _point_to
from tests.world import MONDAY, Wanted, World

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)


def signed_in(post: str) -> Client:
    person = Person.objects.create(login=post.lower().replace(":", "."), name="Trần Thị Thử")
    held = Post.objects.get(code=post)
    Appointment.objects.create(person=person, post=held, valid=DateRange(held.valid.lower, None))
    client = Client()
    client.force_login(person)
    return client


def everybody(rows, verb, at):
    found = list(rows.values_list("id", "carrier_id"))
    n = len(found)
    verb(Intents([r[0] for r in found], [at] * n, [r[1] for r in found], [None] * n, [None] * n, job="test"))


def given(document, **where):
    return Assignment.objects.filter(document_id=document.pk, **where)


def passed_on(world: World, document, *, at, but: tuple[str, ...] = ()):
    for one in given(document, depth=1, below__gt=0).exclude(unit_id__in=[world.unit(code) for code in but]):
        send_on.over([one.pk], unit_id=one.carrier_id, actor=world.chair("P-52"), at=at)


def headline(html: str) -> str:
    found = re.search(r'<h1 class="answer">(.*?)</h1>', html, re.DOTALL)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", unescape(found[1]))).strip()


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(html)))


NUMBER = re.compile(r'<a[^>]*href="([^"]*rows\?[^"]*)"[^>]*>\s*([\d.]+)\s*</a>')


@pytest.fixture(scope="module")
def country(django_db_setup: None, template: str, django_db_blocker: Any) -> Iterator[None]:
    """A country with one directive on its way, in a database of this file's own, planted once and only read.

    34 provinces with their communes, two ministries. Gia Lai and Đắk Lắk never pass it on (Gia Lai excuses one
    commune); a circular is owed to Thanh Hóa; Home Affairs asks to reconsider; Hà Tĩnh waits for confirmation, Nghệ An
    has it;
    the communes of Hà Nội do not take it up.
    """
    before, name = connections["default"].settings_dict["NAME"], f"test_heat_{os.getpid()}"
    with django_db_blocker.unblock(), _maintenance() as server:
        _drop(server, name)
        server.execute(f'create database "{name}" template "{template}"')
        _point_to(name)
        plant(World())
        with connections["owner"].cursor() as cursor:
            cursor.execute("analyze")
        yield
        _point_to(before)
        _drop(server, name)


def plant(world: World) -> None:
    document = world.issued(
        "16/CT-TTg",
        [
            Wanted(["provinces"], communes=True),
            Wanted(["BTC", "BNV"], due_in=20),
            Wanted(["BNV"], due_in=None),
            Wanted(["P-66"], kind="regular"),
        ],
    )
    five = world.issued("17/CT-TTg", [Wanted(["provinces"], communes=True)] * 5)
    for one in (document, five):
        everybody(given(one), take_up.over, MONDAY + DAY)
        passed_on(world, one, at=MONDAY + 2 * DAY, but=("P-52", "P-66"))
    everybody(given(document, depth=2).exclude(via_id=world.unit("P-01")), take_up.over, MONDAY + 3 * DAY)
    waiting = obstacles.raise_obstacle(
        document.code,
        world.unit("P-38"),
        kind="document",
        missing="Thông tư hướng dẫn chi",
        owing_id=world.unit("BTC"),
        actor=world.chair("P-38"),
        at=MONDAY + 4 * DAY,
    )
    obstacles.decide_pause(waiting.code, agreed=True, actor=world.chair("BTC"), at=MONDAY + 5 * DAY)
    reconsider.ask(
        document.code,
        world.unit("BNV"),
        reason="Việc của bộ khác",
        numbers=[2],
        actor=world.chair("BNV"),
        at=MONDAY + DAY,
    )
    for code in ("P-40", "P-42"):
        report.report(
            document.code,
            world.unit(code),
            percent=100,
            words="Xong",
            done=True,
            actor=world.chair(code),
            at=MONDAY + 9 * DAY,
        )
    confirm.confirm(
        document.code, world.unit("CP"), units=[world.unit("P-40")], actor=world.chair("VPCP"), at=MONDAY + 10 * DAY
    )
    send_on.excuse(
        document.code,
        world.unit("P-52"),
        reason="Xã không có phần việc này",
        targets=[world.unit(world.communes("P-52")[0])],
        actor=world.chair("P-52"),
        at=MONDAY + 6 * DAY,
    )
    now = timezone.now()
    for one in (document, five):
        refresh(one.pk, now)


@pytest.fixture
def planted(country: None, db: None) -> World:
    return World()


@pytest.fixture
def centre(planted) -> Client:
    return signed_in("VPCP:lanh-dao")


def test_the_page_of_a_directive_says_at_which_link_it_stops_and_for_whom_it_waits(centre):
    said = headline(centre.get("/heat/16-CT-TTg/").content.decode())
    # Due: 34 provinces, 3,321 communes less the excused one, two ministries. One province is done.
    assert said.startswith("3.355 trong 3.356 lượt giao đến hạn đang quá hạn: ")
    # 236 = 134 of Gia Lai and 102 of Đắk Lắk; 31 = 34 provinces less the done, the waiting and the reported one.
    assert "3.084 đang chờ 3.084 xã, 236 do 2 tỉnh chưa giao xuống, 31 đang chờ 31 tỉnh, 2 chờ Chính phủ" in said
    assert "1 chờ Thông tư hướng dẫn chi của Bộ Tài chính" in said


def test_the_parts_of_the_sentence_add_up_to_what_is_overdue(centre):
    html = centre.get("/heat/16-CT-TTg/").content.decode()
    found = re.search(r'<h1 class="answer">(.*?)</h1>', html, re.DOTALL)
    assert found
    numbers = [(unescape(href), int(n.replace(".", ""))) for href, n in NUMBER.findall(found[1])]
    overdue = next(n for href, n in numbers if "is=cold" in href and "why=" not in href)
    assert sum(n for href, n in numbers if "why=" in href) == overdue


@pytest.mark.parametrize(
    "address",
    [
        "/heat/16-CT-TTg/",
        pytest.param("/heat/16-CT-TTg/?step=take_up", marks=pytest.mark.slow),
        pytest.param("/heat/16-CT-TTg/?step=send_on", marks=pytest.mark.slow),
        "/heat/16-CT-TTg/?step=report",
        pytest.param("/heat/16-CT-TTg/?step=any", marks=pytest.mark.slow),
        pytest.param("/heat/16-CT-TTg/P-52/", marks=pytest.mark.slow),
        "/heat/16-CT-TTg/P-38/?step=plan",
        "/heat/16-CT-TTg/BNV/",
        "/heat/",
        pytest.param("/heat/?step=take_up", marks=pytest.mark.slow),
    ],
)
def test_every_number_opens_exactly_the_rows_it_counts(centre, address):
    html = centre.get(address).content.decode()
    found = {(urljoin(address, unescape(href)), int(n.replace(".", ""))) for href, n in NUMBER.findall(html)}
    assert found
    for href, n in sorted(found):
        rows = centre.get(href)
        assert rows.status_code == 200, href
        counted = re.search(r'<data value="(\d+)">', rows.content.decode())
        assert counted and int(counted[1]) == n, (href, n, counted and counted[1])


def test_the_table_behind_the_map_opens_its_rows_too(centre):
    html = centre.get("/heat/16-CT-TTg/units").content.decode()
    found = [(unescape(href), int(n.replace(".", ""))) for href, n in NUMBER.findall(html)]
    assert len(found) > 34
    for href, n in found[:6]:
        counted = re.search(r'<data value="(\d+)">', centre.get(f"/heat/16-CT-TTg/{href}").content.decode())
        assert counted and int(counted[1]) == n


def test_rows_say_who_was_never_told(centre):
    html = centre.get("/heat/16-CT-TTg/rows?is=missing&unit=P-66").content.decode()
    assert "Thuộc đối tượng thực hiện, chưa được giao" in html
    assert '<data value="102">' in html


def test_a_unit_that_nobody_knows_counts_nothing(centre):
    assert '<data value="0">' in centre.get("/heat/16-CT-TTg/rows?unit=P-nowhere").content.decode()


def test_what_is_paused_stands_beside_the_rates_and_not_in_them(centre):
    text = text_of(centre.get("/heat/16-CT-TTg/").content.decode())
    assert "1 tạm dừng" in text and "1 không thuộc phạm vi thực hiện" in text


def test_a_province_sees_its_own_part_and_is_told_so(planted):
    gia_lai = signed_in("P-52:lanh-dao")
    text = text_of(gia_lai.get("/heat/16-CT-TTg/").content.decode())
    assert "Số liệu chỉ gồm UBND tỉnh Gia Lai và các đơn vị cấp dưới." in text
    assert "Đắk Lắk" not in text
    assert '<data value="1">' in gia_lai.get("/heat/16-CT-TTg/rows?is=all&level=province").content.decode()


def test_a_neighbours_figures_are_not_there(planted):
    gia_lai = signed_in("P-52:lanh-dao")
    assert gia_lai.get("/heat/16-CT-TTg/P-52/").status_code == 200
    assert gia_lai.get("/heat/16-CT-TTg/P-66/").status_code == 404
    assert gia_lai.get("/heat/16-CT-TTg/P-66/ladder.svg").status_code == 404
    assert '<data value="0">' in gia_lai.get("/heat/16-CT-TTg/rows?unit=P-66").content.decode()


def test_a_directive_out_of_reach_is_not_there(planted):
    defence = signed_in("BQP:lanh-dao")
    for address in ("", "rows", "waiting", "units", "ladder.svg", "breaks.xlsx", "P-52/"):
        assert defence.get(f"/heat/16-CT-TTg/{address}").status_code == 404, address
    assert (
        "Chưa có văn bản nào được giao" in defence.get("/heat/").content.decode()
        or defence.get("/heat/").status_code == 200
    )


def test_somebody_not_signed_in_is_asked_to(planted):
    for address in ("/heat/", "/heat/16-CT-TTg/", "/heat/16-CT-TTg/rows", "/heat/16-CT-TTg/P-52/", "/heat/rows"):
        assert Client().get(address).status_code == 302


def test_drill_down_ends_at_the_tasks_of_a_commune(centre, planted):
    commune = planted.communes("P-40")[3]
    html = centre.get(f"/heat/16-CT-TTg/{commune}/").content.decode()
    assert f'href="/tasks/16-CT-TTg.1/{commune}/"' in html
    assert "UBND" in headline(html)


def test_a_unit_that_the_directive_does_not_expect_has_no_page(centre):
    assert centre.get("/heat/16-CT-TTg/BQP/").status_code == 404
    assert centre.get("/heat/16-CT-TTg/nobody/").status_code == 404


@pytest.mark.parametrize("figure", ["ladder", "curve", "holding", "map"])
def test_each_drawing_can_be_taken_away(centre, figure):
    answer = centre.get(f"/heat/16-CT-TTg/{figure}.svg")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("image/svg+xml")
    assert answer.content.startswith(b"<svg") and b"<script" not in answer.content


@pytest.mark.parametrize("figure", ["ladder", "breaks", "curve", "holding", "map", "units", "others", "steps"])
def test_each_table_can_be_taken_away(centre, figure):
    answer = centre.get(f"/heat/16-CT-TTg/{figure}.xlsx")
    assert answer.status_code == 200 and answer.content[:2] == b"PK"


def test_the_rows_of_a_number_can_be_taken_away(centre):
    assert centre.get("/heat/16-CT-TTg/rows?is=cold&as=xlsx").content[:2] == b"PK"


def test_a_figure_that_is_not_there_is_refused_in_words(centre):
    for address in ("/heat/16-CT-TTg/nothing.svg", "/heat/16-CT-TTg/nothing.xlsx", "/heat/16-CT-TTg/strip.svg"):
        answer = centre.get(address)
        assert answer.status_code == 404 and "Trang này không có biểu đó" in answer.content.decode()


def test_the_country_lists_each_directive_with_its_own_answer(centre):
    text = text_of(centre.get("/heat/").content.decode())
    assert "16/CT-TTg" in text and "Theo từng văn bản" in text
    assert "Không có văn bản nào" in centre.get("/heat/?issuer=BTC").content.decode()


def statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_a_page_costs_the_same_number_of_statements_at_any_size(centre):
    for address in ("", "?step=take_up", "P-52/", "rows?is=cold", "waiting", "units"):
        few, many = (statements(centre, f"/heat/{code}/{address}") for code in ("16-CT-TTg", "17-CT-TTg"))
        # The first has an obstacle to name; nothing else may differ.
        assert many <= few <= many + 1 and few <= 60, address


def test_the_page_of_34_provinces_and_3321_communes_weighs_under_a_hundred_kilobytes(centre):
    for address in (
        "/heat/16-CT-TTg/",
        "/heat/16-CT-TTg/?step=take_up",
        "/heat/16-CT-TTg/P-38/",
        "/heat/",
        "/heat/16-CT-TTg/units",
    ):
        for language in ("vi", "en"):
            centre.cookies["isotherm_language"] = language
            assert len(centre.get(address).content) < 100_000, (address, language)
