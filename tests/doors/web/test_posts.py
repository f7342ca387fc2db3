"""Posts and people on the web: what is told to whom, and the acts of an administrator."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from docx import Document

from isotherm.accounts import acts
from isotherm.accounts.models import Appointment, Charge, Expertise, Person, Post
from isotherm.actor import Actor
from isotherm.execution.acts import hand_over
from isotherm.records.models import LedgerLine
from tests.world import World

JOB = Actor.system("test")


def somebody(login: str, post: str) -> Person:
    at, day = timezone.now(), timezone.localdate() - timedelta(days=3)
    person = acts.add_person(login, name=login.title(), password="Mot-mat-khau-dai-1", actor=JOB, at=at)
    acts.appoint(person, Post.objects.get(code=post), start=day, ground="7/QĐ", actor=JOB, at=at)
    return person


def client(person: Person) -> Client:
    browser = Client(headers={"Accept-Language": "en"})
    browser.cookies["isotherm_language"] = "en"
    browser.force_login(person)
    return browser


@pytest.fixture
def administrator(world: World) -> Client:
    return client(somebody("admin", "P-52:quan-tri"))


def today() -> str:
    return timezone.localdate().isoformat()


def test_the_table_says_what_is_vacant_and_since_when(administrator: Client) -> None:
    page = administrator.get("/units/P-52/posts/").content.decode()
    assert "4 of 5 posts are vacant; 1 of them is a leading post" in page
    assert "no holder entered since" in page and "Admin" in page


def test_the_table_has_no_columns_in_which_nothing_stands(administrator: Client) -> None:
    here = "/units/P-52/posts/"
    assert "Instead of the holder" not in administrator.get(here).content.decode()
    acting = acts.add_person("acting", name="Acting", password="Mot-mat-khau-dai-1", actor=JOB, at=timezone.now())
    post = Post.objects.get(code="P-52:lanh-dao")
    acts.appoint(acting, post, start=timezone.localdate(), how="acting", ground="7/QĐ", actor=JOB, at=timezone.now())
    page = administrator.get(here).content.decode()
    assert "Instead of the holder" in page and "In charge of" not in page


def test_people_stand_in_the_order_of_their_letters_whatever_the_accents(administrator: Client) -> None:
    for login, name in (("dang", "Đặng Nam"), ("vo", "Võ Lan"), ("bui", "Bùi Sơn")):
        person = somebody(login, f"P-52.{ {'dang': 'SYT', 'vo': 'SNV', 'bui': 'STC'}[login] }:chuyen-vien")
        Person.objects.filter(pk=person.pk).update(name=name)
    page = administrator.get("/people/").content.decode()
    assert page.index("Admin") < page.index("Bùi Sơn") < page.index("Đặng Nam") < page.index("Võ Lan")


def test_posts_that_nobody_holds_are_suggested_within_reach(administrator: Client) -> None:
    page = administrator.get("/people/new").content.decode()
    codes = re.findall(r'<option value="([^"]+)">', page[page.index('<datalist id="vacant">') :])
    assert codes[0] == "P-52:lanh-dao" and "P-52:quan-tri" not in codes
    assert codes.index("P-52:van-thu") < codes.index("P-52.SYT:lanh-dao")
    assert all(code.partition(":")[0].partition(".")[0] == "P-52" or code.startswith("C-") for code in codes)
    moved = somebody("moved", "P-52:chuyen-vien")
    page = administrator.get(f"/people/{moved.pk}/").content.decode()
    assert '<datalist id="vacant">' in page and '<option value="moved">' in page
    assert '<option value="P-52:chuyen-vien">' not in page[page.index('<datalist id="vacant">') :]


def test_a_clerk_who_sees_herself_alone_is_told_why(world: World) -> None:
    page = client(somebody("clerk", "P-52:van-thu")).get("/people/").content.decode()
    assert "People: 1" in page and "You see yourself" in page


def test_its_workbook_has_the_same_rows(administrator: Client) -> None:
    answer = administrator.get("/units/P-52/posts/?as=xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    codes = {row[0] for row in rows if row[0] and str(row[0]).startswith("P-52:")}
    assert codes == set(Post.objects.filter(unit__code="P-52").values_list("code", flat=True))
    assert any(row[4] == "Admin" for row in rows)


def test_a_post_is_founded_filled_charged_emptied_and_closed(administrator: Client) -> None:
    somebody("vice", "P-52.SYT:chuyen-vien")
    form = {"seat": "pho-1", "title_vi": "Phó Chủ tịch", "hands": ["leader", "approver"], "leading": "on"}
    answer = administrator.post("/units/P-52/found-post", {**form, "start": today(), "ground": "1/QĐ"})
    here = "/units/P-52/posts/pho-1/"
    assert answer.headers["Location"] == here
    appoint = {"do": "appoint", "person": "vice", "how": "held", "start": today(), "ground": "2/QĐ"}
    assert administrator.post(here, appoint).status_code == 302
    charge = {"do": "charge", "field": "health", "start": today(), "ground": "3/QĐ"}
    assert administrator.post(here, charge).status_code == 302
    page = administrator.get(here).content.decode()
    assert "Vice holds the post" in page and "Health" in page
    held, charged = Appointment.objects.get(post__code="P-52:pho-1"), Charge.objects.get()
    later = (timezone.localdate() + timedelta(days=9)).isoformat()
    refused = administrator.post(here, {"do": "close", "on": later, "ground": "4/QĐ"})
    assert refused.status_code == 409 and "4/QĐ" in refused.content.decode()
    for form in (
        {"do": f"end-{held.pk}", "on": later, "ground": "4/QĐ"},
        {"do": f"uncharge-{charged.pk}", "on": later},
        {"do": "close", "on": later, "ground": "4/QĐ"},
    ):
        assert administrator.post(here, form).status_code == 302
    held.refresh_from_db()
    assert held.valid.upper.isoformat() == Post.objects.get(code="P-52:pho-1").valid.upper.isoformat() == later


def test_a_refused_form_keeps_what_was_entered_and_says_why(administrator: Client) -> None:
    here = "/units/P-52/posts/van-thu/"
    form = {"do": "appoint", "person": "nobody-there", "how": "held", "start": today(), "ground": "2/QĐ-UBND"}
    answer = administrator.post(here, form)
    said = answer.content.decode()
    assert answer.status_code == 404 and "Nobody signs in as nobody-there" in said
    assert 'value="2/QĐ-UBND"' in said and 'value="nobody-there"' in said
    assert not Appointment.objects.filter(post__code="P-52:van-thu").exists()


def test_what_was_entered_wrongly_is_undone_by_a_button(administrator: Client) -> None:
    somebody("vice", "P-52.SYT:chuyen-vien")
    here = "/units/P-52/posts/van-thu/"
    administrator.post(here, {"do": "appoint", "person": "vice", "how": "held", "start": today(), "ground": "2/QĐ"})
    line = LedgerLine.objects.filter(verb="person.appointed").latest("pk")
    assert f"back-{line.pk}" in administrator.get(here).content.decode()
    assert administrator.post(here, {"do": f"back-{line.pk}"}).status_code == 302
    page = administrator.get(here).content.decode()
    assert "The post is vacant" in page and f"back-{line.pk}" not in page


def test_somebody_new_gets_an_account_and_a_post_or_neither(administrator: Client) -> None:
    form = {"login": "new", "name": "Người Mới", "password": "Mot-mat-khau-dai-1", "start": today(), "ground": "2/QĐ"}
    assert administrator.post("/people/new", {**form, "post": "P-66:van-thu"}).status_code == 404
    assert not Person.objects.filter(login="new").exists()
    answer = administrator.post("/people/new", {**form, "post": "P-52:van-thu"})
    made = Person.objects.get(login="new")
    assert answer.headers["Location"] == f"/people/{made.pk}/"
    assert "Người Mới" in administrator.get("/people/?q=nguoi+moi").content.decode()


def test_a_person_is_moved_and_her_expertise_recorded_and_withdrawn(administrator: Client) -> None:
    officer = somebody("officer", "P-52:chuyen-vien")
    here = f"/people/{officer.pk}/"
    move = {"do": "move", "old": "P-52:chuyen-vien", "new": "P-52:van-thu", "on": today(), "ground": "5/QĐ"}
    assert administrator.post(here, move).status_code == 302
    assert Appointment.objects.get(person=officer, valid__contains=timezone.localdate()).post.code == "P-52:van-thu"
    record = {"do": "expertise", "what": "law", "since": "2020-01-01", "ground": "Bằng 9"}
    assert administrator.post(here, record).status_code == 302
    require = {"do": "require", "requires": ["law", "health"], "words": "", "ground": "6/QĐ"}
    assert administrator.post("/units/P-52/posts/van-thu/", require).status_code == 302
    assert "The holder lacks: Health" in administrator.get("/units/P-52/posts/").content.decode()
    made = Expertise.objects.get()
    administrator.post(here, {"do": f"withdraw-{made.pk}", "reason": "Văn bằng bị thu hồi"})
    assert "The holder lacks: Health, Law" in administrator.get("/units/P-52/posts/").content.decode()


def test_the_minutes_as_word_have_the_heads_of_a_paper_and_no_codes(administrator: Client) -> None:
    leaver, receiver = somebody("leaver", "P-52:chuyen-vien"), somebody("receiver", "P-52:van-thu")
    held = Appointment.objects.get(person=leaver)
    tomorrow = timezone.localdate() + timedelta(days=1)
    minutes = hand_over.leave(held.pk, on=tomorrow, ground="9/QĐ", receiver=receiver, actor=JOB, at=timezone.now())
    assert minutes is not None
    answer = client(receiver).get(f"/hand-overs/{minutes.pk}/minutes.docx")
    paper = Document(io.BytesIO(answer.content))
    heads, signatures = ([[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables)
    office, state = heads[0]
    assert "GIA LAI" in office and state.splitlines()[:2] == [
        "SOCIALIST REPUBLIC OF VIET NAM", "Independence - Freedom - Happiness"
    ]
    assert [side.splitlines()[0] for side in signatures[0]] == ["HANDED OVER BY", "TAKEN OVER BY"]
    assert ["Leaver" in signatures[0][0], "Receiver" in signatures[0][1]] == [True, True]
    said = "\n".join(one.text for one in paper.paragraphs)
    assert "MINUTES OF HANDING OVER WORK" in said and "9/QĐ" in said and "P-52:chuyen-vien" not in said


def test_expertise_is_told_to_those_who_look_after_the_people_alone(world: World) -> None:
    chair, clerk = client(somebody("chair", "P-52:lanh-dao")), client(somebody("clerk", "P-52:van-thu"))
    Post.objects.filter(code="P-52:van-thu").update(requires="law")
    assert "The holder lacks: Law" in chair.get("/units/P-52/posts/").content.decode()
    seen = clerk.get("/units/P-52/posts/").content.decode()
    assert "The holder lacks" not in seen and "/posts/van-thu/" not in seen
    assert clerk.get("/units/P-52/posts/van-thu/").status_code == 403


def test_a_leader_reads_and_divides_fields_but_appoints_nobody(world: World) -> None:
    chair = client(somebody("chair", "P-52:lanh-dao"))
    somebody("vice", "P-52.SYT:chuyen-vien")
    Post.objects.filter(code="P-52:chuyen-vien").update(hands=["officer", "leader"])
    charge = {"do": "charge", "field": "health", "start": today(), "ground": "3/QĐ"}
    assert chair.post("/units/P-52/posts/chuyen-vien/", charge).status_code == 302
    assert Charge.objects.get().post.code == "P-52:chuyen-vien"
    appoint = {"do": "appoint", "person": "vice", "how": "held", "start": today(), "ground": "2/QĐ"}
    assert chair.post("/units/P-52/posts/van-thu/", appoint).status_code == 403
    assert 'value="appoint"' not in chair.get("/units/P-52/posts/van-thu/").content.decode()
