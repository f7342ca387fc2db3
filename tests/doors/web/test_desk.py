"""The desk shows each post what waits for it, and nothing of its neighbours."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from isotherm.accounts.models import Post
from isotherm.actor import Actor
from isotherm.doors.web.page import now
from isotherm.execution import desk
from isotherm.execution.acts import drafts, report, send_on, take_up
from isotherm.execution.models import Assignment
from isotherm.records.models import LedgerLine
from tests.doors.web.desk_people import at_post, today
from tests.world import Wanted, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def chair(world: World, unit: str) -> Actor:
    return world.actor(f"{unit}:lanh-dao", on=today())


def clerk(world: World, unit: str) -> Actor:
    return world.actor(f"{unit}:van-thu", on=today())


def given(world: World, *, symbol: str = "16/CT-TTg", tasks: int = 2, days_ago: int = 1) -> object:
    wanted = [Wanted(["provinces"], communes=True, due_in=30) for _one in range(tasks)]
    return world.issued(symbol, wanted, at=timezone.now() - timedelta(days=days_ago))


def test_one_line_is_one_document_at_a_body(world: World) -> None:
    given(world, tasks=3)
    page = at_post("P-52:van-thu").get("/?tab=new")
    assert page.status_code == 200
    assert page.content.decode().count('<tr class="go">') == 1
    assert "16/CT-TTg" in page.content.decode()


def test_a_records_clerk_begins_with_what_arrived_and_a_leader_with_what_only_she_decides(world: World) -> None:
    document = given(world)
    take_up.take_up(document.code, world.unit("P-52"), actor=clerk(world, "P-52"), at=now())
    report.report(
        document.code, world.unit("P-52"), percent=100, words="Xong", done=True, actor=chair(world, "P-52"), at=now()
    )
    assert 'aria-current="page">Newly arrived' in at_post("P-66:van-thu").get("/").content.decode()
    leader = at_post("VPCP:lanh-dao").get("/").content.decode()
    assert 'aria-current="page">Waiting for approval' in leader
    assert "Confirm completion" in leader


def test_a_post_that_sees_no_work_is_led_to_what_it_looks_after(world: World) -> None:
    given(world)
    page = at_post("P-52:quan-tri").get("/").content.decode()
    assert "Your post sees no work." in page and 'id="desk"' not in page and "16/CT-TTg" not in page
    for address in ("/people/", "/units/P-52/posts/", "/units/P-52/organisation/", "/hand-overs/"):
        assert f'href="{address}"' in page
    assert 'id="no-work"' not in at_post("P-52:van-thu").get("/").content.decode()


def test_a_waiting_line_names_the_body_that_must_act(world: World) -> None:
    document = given(world)
    take_up.take_up(document.code, world.unit("P-52"), actor=clerk(world, "P-52"), at=now())
    report.report(
        document.code, world.unit("P-52"), percent=100, words="Xong", done=True, actor=chair(world, "P-52"), at=now()
    )
    page = at_post("P-52:lanh-dao", language="vi").get("/?tab=waiting").content.decode()
    assert "Chờ Chính phủ xác nhận hoàn thành" in page


def test_several_documents_are_taken_up_by_one_form_and_a_double_click_is_one_act(world: World) -> None:
    first, second = given(world), given(world, symbol="17/CT-TTg")
    client = at_post("P-52:van-thu")
    form = {"line": [f"{first.code}|P-52", f"{second.code}|P-52"], "key": "k" * 20}
    lines = LedgerLine.objects.filter(verb="assignment.taken_up")
    assert client.post("/take-up", form).status_code == 302
    assert lines.count() == 2
    assert client.post("/take-up", form).status_code == 302
    assert lines.count() == 2
    assert not Assignment.objects.filter(carrier_id=world.unit("P-52"), taken_up_at=None).exists()


def test_what_is_not_ours_in_a_bulk_form_keeps_nothing_else_back(world: World) -> None:
    document = given(world)
    client = at_post("P-52:van-thu")
    client.post("/take-up", {"line": [f"{document.code}|P-66", f"{document.code}|P-52"]})
    assert not Assignment.objects.filter(carrier_id=world.unit("P-52"), taken_up_at=None).exists()
    assert not Assignment.objects.filter(carrier_id=world.unit("P-66")).exclude(taken_up_at=None).exists()


def test_an_officers_draft_stands_on_the_approvers_desk(world: World) -> None:
    document = given(world)
    take_up.take_up(document.code, world.unit("P-52"), actor=clerk(world, "P-52"), at=now())
    drafts.draft(
        document.code,
        world.unit("P-52"),
        verb="plan",
        payload={"words": "Làm ngay"},
        summary="Kế hoạch: Làm ngay",
        actor=world.actor("P-52:chuyen-vien", on=today()),
        at=now(),
    )
    assert "Kế hoạch: Làm ngay" in at_post("P-52:lanh-dao").get("/?tab=approval").content.decode()
    assert "Kế hoạch: Làm ngay" not in at_post("P-66:lanh-dao").get("/?tab=approval").content.decode()


def test_the_number_of_statements_does_not_grow_with_the_data(world: World) -> None:
    client = at_post("P-52:lanh-dao")
    given(world, symbol="16/CT-TTg")
    client.get("/?tab=new")
    with CaptureQueriesContext(connection) as few:
        client.get("/?tab=new")
    for number in range(17, 25):
        given(world, symbol=f"{number}/CT-TTg", tasks=3)
    with CaptureQueriesContext(connection) as many:
        client.get("/?tab=new")
    assert len(many) == len(few)


def test_filters_stand_in_the_address_and_the_excel_file_keeps_them(world: World) -> None:
    given(world, symbol="16/CT-TTg")
    given(world, symbol="17/CT-TTg")
    client = at_post("P-52:van-thu")
    page = client.get("/?tab=new&text=17/CT").content.decode()
    assert "17/CT-TTg" in page
    assert "16/CT-TTg" not in page
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/?tab=new&text=17/CT&as=xlsx").content)).active
    words = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert "17/CT-TTg" in words
    assert "16/CT-TTg" not in words


def test_an_empty_tab_says_what_would_stand_there(world: World) -> None:
    page = at_post("P-52:van-thu").get("/?tab=new").content.decode()
    assert "stand here until they are taken up" in page


def test_a_leader_sees_what_is_late_below(world: World) -> None:
    wanted = [Wanted(["provinces"], communes=True, due_in=5)]
    document = world.issued("16/CT-TTg", wanted, at=timezone.now() - timedelta(days=40))
    then = timezone.now() - timedelta(days=39)
    take_up.take_up(document.code, world.unit("P-52"), actor=clerk(world, "P-52"), at=then)
    send_on.send_on(document.code, world.unit("P-52"), actor=chair(world, "P-52"), at=then)
    page = at_post("P-52:lanh-dao").get("/").content.decode()
    assert "Directives late below you" in page
    assert f">{len(world.communes('P-52'))}</td>" in page


def test_the_number_beside_the_menu_counts_what_is_shown(world: World) -> None:
    given(world)
    assert desk.waiting_count(clerk(world, "P-52")) == 1
    assert desk.waiting_count(Actor.system("test")) == 0


def test_a_visitor_is_led_to_the_sign_in_page(client: object, world: World) -> None:
    assert client.get("/").headers["Location"] == "/sign-in"


def test_a_post_of_another_body_sees_none_of_it(world: World) -> None:
    world.issued("16/CT-TTg", [Wanted(["P-52"])], at=timezone.now())
    assert Post.objects.filter(code="P-66:van-thu").exists()
    assert "16/CT-TTg" not in at_post("P-66:van-thu").get("/?tab=new").content.decode()
