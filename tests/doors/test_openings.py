"""Who opened a record is kept before it is shown, and read by those who inspect: each line once, and for a time."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from isotherm.accounts.models import Appointment, Person, Post
from isotherm.directives.models import Document
from isotherm.directives.openings import openings_of
from isotherm.doors.web import openings as door
from isotherm.execution.acts import take_up
from isotherm.records import openings
from isotherm.records.models import LedgerLine, Opening
from isotherm.refusals import NotYours
from tests.world import MONDAY, Wanted, World

pytestmark = pytest.mark.slow


@pytest.fixture
def document(world: World) -> Document:
    made = world.issued("16/CT-TTg", [Wanted(["P-52", "P-66"])])
    take_up.take_up(made.code, world.unit("P-52"), actor=world.clerk("P-52"), at=MONDAY)
    return made


def client_of(post: str) -> Client:
    login = post.replace(":", ".").lower()
    person, _new = Person.objects.get_or_create(login=login, defaults={"name": f"Người {login}"})
    Appointment.objects.get_or_create(
        person=person, post=Post.objects.get(code=post), defaults={"valid": DateRange(date(2025, 7, 1), None)}
    )
    client = Client()
    client.force_login(person)
    return client


def told() -> list[tuple[str, str, str, str]]:
    return list(Opening.objects.order_by("id").values_list("what", "page", "code", "about"))


def test_every_page_of_a_record_is_noted_and_the_tables_name_pages_that_are() -> None:
    routes = {one.name: f"/{one.pattern}" for one in get_resolver().url_patterns}
    assert {*door.OPENED, *door.LISTS, *door.NEITHER} <= set(routes)
    assert not set(door.OPENED) & set(door.NEITHER)
    of_records = {name for name, address in routes.items() if address.startswith(door.RECORDS) and "<" in address}
    # What is handed in and not yet kept is nobody's record; the country's figures are over all of them.
    assert of_records & set(door.NEITHER) <= {"directive-check", "heat-country-file"}
    assert {"directive", "task", "heat-directive", "work"} <= of_records


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("/directives/16-CT-TTg/", ("page", "directive", "16-CT-TTg", "")),
        ("/directives/16-CT-TTg/?as=xlsx", ("export", "directive", "16-CT-TTg", "")),
        ("/directives/16-CT-TTg/units/P-52/", ("page", "work", "16-CT-TTg", "P-52")),
        ("/tasks/16-CT-TTg.1/", ("page", "task", "16-CT-TTg", "16-CT-TTg.1")),
        ("/tasks/16-CT-TTg.1/P-52/", ("page", "assignment", "16-CT-TTg", "16-CT-TTg.1 P-52")),
        ("/tasks/16-CT-TTg.1/P-52/history.pdf", ("export", "history-pdf", "16-CT-TTg", "16-CT-TTg.1 P-52")),
        ("/directives/16-CT-TTg/tasks.docx", ("export", "directive-tasks-file", "16-CT-TTg", "")),
        ("/search?q=ra+soat", ("search", "search", "", "ra soat")),
        ("/directives/?as=xlsx", ("export", "directives", "", "")),
        ("/directives/?q=kiem+tra", ("search", "directives", "", "kiem tra")),
    ],
)
def test_opening_leaves_one_line(document: Document, address: str, line: tuple[str, str, str, str]) -> None:
    lines = LedgerLine.objects.count()
    assert client_of("P-52:lanh-dao").get(address).status_code == 200
    assert told() == [line]
    one = Opening.objects.get()
    post = Post.objects.get(code="P-52:lanh-dao")
    assert (one.post_id, one.unit_id, one.support) == (post.pk, post.unit_id, False)
    assert one.person_id == Person.objects.get(login="p-52.lanh-dao").pk
    assert LedgerLine.objects.count() == lines


def test_the_list_names_bodies_and_tasks_instead_of_codes(document: Document) -> None:
    chair = client_of("P-52:lanh-dao")
    for address in ("/directives/16-CT-TTg/units/P-52/", "/tasks/16-CT-TTg.1/P-52/", "/tasks/16-CT-TTg.1/"):
        assert chair.get(address).status_code == 200
    inspector = client_of("P-52:kiem-tra")
    page = inspector.get("/directives/16-CT-TTg/openings/").content.decode()
    parts = re.findall(r'data-label="Phần được truy cập">([^<]*)<', page)
    assert sorted(parts) == ["UBND tỉnh Gia Lai", "nhiệm vụ 1", "nhiệm vụ 1, UBND tỉnh Gia Lai"]


@pytest.mark.parametrize("address", ["/", "/directives/", "/units/", "/search", "/directives/no-such/"])
def test_lists_and_what_is_absent_leave_none(document: Document, address: str) -> None:
    client_of("P-52:lanh-dao").get(address)
    assert told() == []


def test_out_of_reach_is_not_opened(document: Document) -> None:
    assert client_of("P-01:lanh-dao").get("/directives/16-CT-TTg/").status_code == 404
    assert told() == []


def test_a_refused_form_shows_its_page_and_is_noted(document: Document) -> None:
    answer = client_of("P-52:lanh-dao").post("/directives/16-CT-TTg/units/P-52/report", {"percent": "999"})
    assert answer.status_code in (409, 422)
    assert told() == [("page", "work-act", "16-CT-TTg", "P-52")]


def test_what_cannot_be_noted_is_not_shown(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of("P-52:lanh-dao")
    client.raise_request_exception = False
    monkeypatch.setitem(door.OPENED, "directive", "\0")  # the database takes no such line
    with transaction.atomic():
        answer = client.get("/directives/16-CT-TTg/")
        transaction.set_rollback(True)
    assert answer.status_code == 500
    assert document.subject not in answer.content.decode()


def test_one_signing_in_is_told_from_another_and_leads_back_to_none(document: Document) -> None:
    for _time in range(2):
        client = client_of("P-52:lanh-dao")
        client.get("/directives/16-CT-TTg/")
        client.get("/directives/16-CT-TTg/")
        assert client.session.session_key not in set(Opening.objects.values_list("sign_in", flat=True))
    assert Opening.objects.values("sign_in").distinct().count() == 2


def opened(post: str) -> None:
    assert client_of(post).get("/directives/16-CT-TTg/").status_code == 200


def seen(world: World, document: Document, post: str) -> set[str]:
    rows = openings_of(world.actor(post), document)
    return set(Post.objects.filter(pk__in=rows.values("post_id")).values_list("code", flat=True))


def test_an_inspector_sees_her_own_reach_and_the_head_of_the_issuer_all(world: World, document: Document) -> None:
    for post in ("P-52:lanh-dao", "P-66:lanh-dao", "VPCP:chuyen-vien"):
        opened(post)
    assert seen(world, document, "P-52:kiem-tra") == {"P-52:lanh-dao"}
    everybody = {"P-52:lanh-dao", "P-66:lanh-dao", "VPCP:chuyen-vien"}
    assert seen(world, document, "VPCP:lanh-dao") == everybody


@pytest.mark.parametrize("post", ["P-52:lanh-dao", "P-52:van-thu", "P-52:quan-tri", "VPCP:chuyen-vien"])
def test_nobody_else_reads_who_opened_it(world: World, document: Document, post: str) -> None:
    with pytest.raises(NotYours):
        openings_of(world.actor(post), document)


def test_heads_are_told_posts_and_inspectors_names(document: Document) -> None:
    opened("P-52:lanh-dao")
    for post, named in (("P-52:kiem-tra", True), ("VPCP:lanh-dao", False)):
        page = client_of(post).get("/directives/16-CT-TTg/openings/").content.decode()
        assert "Chủ tịch Ủy ban nhân dân" in page
        assert ("Người p-52.lanh-dao" in page) is named


def test_the_workbook_holds_what_the_page_shows(document: Document) -> None:
    opened("P-52:lanh-dao")
    for post, named in (("P-52:kiem-tra", True), ("VPCP:lanh-dao", False)):
        answer = client_of(post).get("/directives/16-CT-TTg/openings/?as=xlsx")
        book = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True)
        words = [str(cell) for row in book.active.iter_rows(values_only=True) for cell in row if cell]
        assert "Chủ tịch Ủy ban nhân dân" in words
        assert ("Người p-52.lanh-dao" in words) is named


def test_whoever_reads_the_list_stands_in_it(document: Document) -> None:
    inspector = client_of("P-52:kiem-tra")
    inspector.get("/directives/16-CT-TTg/openings/")
    page = inspector.get("/directives/16-CT-TTg/openings/?what=openings").content.decode()
    assert "Người p-52.kiem-tra" in page
    assert [one[0] for one in told()] == ["openings", "openings"]


def test_technical_support_is_listed_as_such(world: World, document: Document) -> None:
    Post.objects.create(
        unit_id=world.unit("P-52"), code="P-52:ho-tro", title_vi="Hỗ trợ", title_en="Support",
        hands=["support", "officer"], valid=DateRange(date(2025, 7, 1), None),
    )  # fmt: skip
    opened("P-52:ho-tro")
    opened("P-52:lanh-dao")
    assert [one.support for one in Opening.objects.order_by("id")] == [True, False]
    page = client_of("P-52:kiem-tra").get("/directives/16-CT-TTg/openings/?support=1").content.decode()
    assert "Người p-52.ho-tro" in page and "Người p-52.lanh-dao" not in page


def test_the_product_changes_and_takes_away_nothing(document: Document) -> None:
    opened("P-52:lanh-dao")
    for statement in ("update records_opening set code = ''", "delete from records_opening"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_by_age_alone_it_is_forgotten(own_database: str, django_db_blocker: object, settings: object) -> None:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "insert into records_opening (at, post_id, unit_id, support, what, page) "
                "select now() - d * interval '1 day', 1, 1, false, 'page', 'directive' from unnest(%s) d",
                [[1, 29, 60, 800]],
            )
        assert openings.forget(timezone.now()) == 1
        settings.OPENINGS_DAYS = 31  # type: ignore[attr-defined]
        assert openings.forget(timezone.now()) == 1
        with pytest.raises(ProgrammingError), transaction.atomic():
            openings.forget(timezone.now() + timedelta(days=20))
        assert Opening.objects.count() == 2
