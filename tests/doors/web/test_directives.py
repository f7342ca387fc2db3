"""The pages through which a document comes in, is confirmed and given; tried as a person clicks them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from isotherm.accounts.models import Appointment, Person, Post
from isotherm.directives.models import Document, Task
from isotherm.execution.models import Assignment
from isotherm.records.models import StoredFile
from tests.directives.reading.papers import pdf_of, sheet_of, word_of
from tests.directives.reading.test_old_letters import as_tcvn3
from tests.directives.test_register import PAPER, kept_files, taken
from tests.world import Wanted, World

pytestmark = pytest.mark.slow


def somebody(post: str, login: str = "") -> Client:
    """A signed-in person who holds the post."""
    person, _new = Person.objects.get_or_create(login=login or post, defaults={"name": f"Người {post}"})
    Appointment.objects.get_or_create(
        person=person, post=Post.objects.get(code=post), defaults={"valid": (date(2025, 7, 1), None)}
    )
    client = Client(headers={"accept-language": "en"})
    client.cookies["isotherm_language"] = "en"
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(response: Any) -> str:
    """What a reader sees, without marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def key(response: Any) -> str:
    found = re.search(r'name="key" value="(\w+)"', response.content.decode())
    assert found
    return found[1]


def hand_in(client: Client, content: bytes, name: str = "91.txt") -> Any:
    return client.post("/directives/new", {"file": SimpleUploadedFile(name, content)})


def checked(client: Client, content: bytes = PAPER.encode()) -> tuple[str, dict[str, str], Any]:
    """The check page's address, what its form would send, and the page."""
    answer = hand_in(client, content)
    assert answer.status_code == 302, words(answer)
    page = client.get(answer["Location"])
    html = page.content.decode()
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', html))
    fields |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s*([^<]*)</textarea>', html))
    return answer["Location"].partition("?")[0], fields, page


def test_a_file_goes_from_the_box_to_its_candidates(world: World) -> None:
    client = somebody("VPCP:chuyen-vien")
    address, fields, page = checked(client)
    assert "2 proposed tasks were found" in words(page)
    answer = client.post(address, fields)
    assert answer["Location"] == "/directives/91-CD-TTg/review/"
    review = client.get(answer["Location"])
    assert "2 proposed tasks of 91/CĐ-TTg wait for a decision" in words(review)
    assert 'data-of="1"' in review.content.decode()


@pytest.mark.parametrize("kind", ["docx", "pdf", "xlsx", "html", "tcvn3"])
def test_every_kind_of_file_goes_from_the_box_to_the_same_candidates(world: World, kind: str) -> None:
    made = {
        "docx": word_of,
        "pdf": pdf_of,
        "xlsx": sheet_of,
        "html": lambda text: ("<html><body>" + "".join(f"<p>{x}</p>" for x in text.split("\n"))).encode("utf-8"),
        "tcvn3": as_tcvn3,
    }[kind](PAPER)
    client = somebody("VPCP:chuyen-vien")
    address, fields, page = checked(client, made)
    assert "2 proposed tasks were found" in words(page)
    assert client.post(address, fields)["Location"] == "/directives/91-CD-TTg/review/"
    document = Document.objects.get()
    assert [task.leads.count() for task in document.tasks.order_by("number")] == [1, 34]
    assert document.kind == {"tcvn3": "txt"}.get(kind, kind)


def test_the_box_names_the_kinds_that_are_read(world: World) -> None:
    page = somebody("VPCP:chuyen-vien").get("/directives/new").content.decode()
    accepted = re.search(r'accept="([^"]+)"', page)
    assert accepted
    assert set(accepted[1].split(",")) >= {".docx", ".pdf", ".xlsx", ".html", ".txt"}


def test_a_part_that_the_text_does_not_show_is_shown_as_missing(world: World) -> None:
    _address, fields, page = checked(somebody("VPCP:chuyen-vien"), PAPER.replace("Số: 91/CĐ-TTg\n", "").encode())
    assert "The text does not show: number and symbol" in words(page)
    assert "symbol" not in fields or fields["symbol"] == ""


def test_a_double_click_registers_once(world: World) -> None:
    client = somebody("VPCP:chuyen-vien")
    address, fields, _page = checked(client)
    first, second = client.post(address, fields), client.post(address, fields)
    assert first["Location"] == second["Location"]
    assert Document.objects.count() == 1


def test_a_symbol_already_registered_is_refused_with_the_way_to_it(world: World) -> None:
    client = somebody("VPCP:chuyen-vien")
    taken(world)
    address, fields, page = checked(client)
    assert 'href="/directives/91-CD-TTg/"' in page.content.decode()
    answer = client.post(address, fields)
    assert answer.status_code == 409
    assert "already registered" in words(answer)
    assert 'href="/directives/91-CD-TTg/"' in answer.content.decode()


def test_a_secret_paper_is_refused_and_nothing_of_it_is_repeated(world: World) -> None:
    before = kept_files()
    answer = hand_in(somebody("VPCP:chuyen-vien"), f"TUYỆT MẬT\n{PAPER}".encode(), "ke-hoach-Z9.txt")
    assert answer.status_code == 422
    assert "Nothing of it was kept" in words(answer)
    assert "Z9" not in words(answer)
    assert "hồ chứa" not in words(answer)
    assert kept_files() == before
    assert not StoredFile.objects.exists()


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", b"0" * 60_000_000)
    return held.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20, bomb()], ids=["empty", "no document", "bomb"]
)
def test_what_is_no_document_is_refused_on_the_same_page_in_a_sentence(world: World, content: bytes) -> None:
    answer = hand_in(somebody("VPCP:chuyen-vien"), content, "x.docx")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert 'name="file"' in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_a_file_larger_than_the_limit_is_refused(world: World, settings: Any) -> None:
    settings.UPLOAD_LIMIT_MB = 1
    answer = hand_in(somebody("VPCP:chuyen-vien"), b"a" * 1_100_000)
    assert answer.status_code == 422
    assert "larger than 1 MB" in words(answer)


def test_another_person_cannot_go_on_with_my_file(world: World) -> None:
    client = somebody("VPCP:chuyen-vien")
    answer = hand_in(client, PAPER.encode())
    assert somebody("BTC:lanh-dao").get(answer["Location"]).status_code == 404


def test_a_document_out_of_reach_is_no_page(world: World) -> None:
    taken(world)
    stranger = somebody("P-52:lanh-dao")
    for address in ("", "review/", "matrix/", "matrix/rows", "file", "review/1/"):
        assert stranger.get(f"/directives/91-CD-TTg/{address}").status_code == 404, address
    assert stranger.get("/tasks/91-CD-TTg.1/").status_code == 404


def test_the_sure_ones_are_confirmed_together_and_given_by_a_second_person(world: World) -> None:
    document = taken(world)
    Task.objects.filter(document=document).update(confidence=0.95, doubts=[])
    officer, head = somebody("VPCP:chuyen-vien"), somebody("VPCP:lanh-dao")
    address = f"/directives/{document.code}/review/"
    for verb in ("sure", "submit"):
        answer = officer.post(address, {"do": verb, "key": key(officer.get(address))})
        assert answer.status_code == 302, words(answer)
    page = words(head.get(address))
    assert "2 tasks, 35 assignments given at once to 35 bodies" in page
    assert not Assignment.objects.exists()
    sent = head.post(address, {"do": "send", "key": "one"})
    assert sent["Location"] == f"/directives/{document.code}/"
    assert Assignment.objects.count() == 35
    assert head.get(address).status_code == 302


def test_whoever_submitted_reads_why_she_may_not_give(world: World) -> None:
    document = taken(world)
    Task.objects.filter(document=document).update(state=Task.State.ACCEPTED)
    head = somebody("VPCP:lanh-dao")
    address = f"/directives/{document.code}/review/"
    head.post(address, {"do": "submit", "key": "1"})
    assert "a second person must send them" in words(head.get(address))
    answer = head.post(address, {"do": "send", "key": "2"})
    assert answer.status_code == 403
    assert not Assignment.objects.exists()


def test_one_press_twice_is_one_step_and_another_press_is_another(world: World) -> None:
    document = taken(world)
    client = somebody("VPCP:chuyen-vien")
    address = f"/directives/{document.code}/review/"
    for number in (1, 1, 2):
        client.post(address, {"do": f"accept-{number}", "key": "same"})
    assert document.review_steps.count() == 2
    assert document.tasks.filter(state=Task.State.ACCEPTED).count() == 2


def test_words_pasted_from_the_text_become_a_task_without_scripts(world: World) -> None:
    document = taken(world)
    client = somebody("VPCP:chuyen-vien")
    address = f"/directives/{document.code}/review/"
    client.post(address, {"do": "add", "quote": "kiểm tra  phương án\nsơ tán dân tại từng xã", "key": "1"})
    added = document.tasks.get(number=3)
    assert document.text[added.start : added.end] == "kiểm tra phương án sơ tán dân tại từng xã"


def test_words_that_do_not_stand_in_the_text_are_refused_and_stay_in_the_field(world: World) -> None:
    document = taken(world)
    client = somebody("VPCP:chuyen-vien")
    answer = client.post(f"/directives/{document.code}/review/", {"do": "add", "quote": "không hề có câu này"})
    assert answer.status_code == 422
    assert "không hề có câu này</textarea>" in answer.content.decode()


def test_a_lead_that_is_no_body_stays_in_the_form_with_near_names(world: World) -> None:
    document = taken(world)
    client = somebody("VPCP:chuyen-vien")
    form = {"kind": "task", "action": "Rà soát các hồ chứa", "lead": ["Bộ Tài chánh Quốc gia", ""], "key": "1"}
    answer = client.post(f"/directives/{document.code}/review/1/", form)
    assert answer.status_code == 422
    assert 'value="Bộ Tài chánh Quốc gia"' in answer.content.decode()
    assert "is no body of the register" in words(answer)


def test_the_edit_form_names_a_deadline_before_the_issue_beside_its_field(world: World) -> None:
    document = taken(world)
    client = somebody("VPCP:chuyen-vien")
    form = {"kind": "task", "action": "Rà soát các hồ chứa", "lead": ["Bộ Tài chính"], "due_on": "2026-01-02"}
    answer = client.post(f"/directives/{document.code}/review/1/", form)
    assert answer.status_code == 422
    assert "lies before the document was issued" in words(answer)


def test_two_people_deciding_at_once_leave_one_decision_and_a_sentence(world: World) -> None:
    document = taken(world)
    Task.objects.filter(document=document).update(state=Task.State.ACCEPTED)
    first, second = somebody("VPCP:chuyen-vien"), somebody("VPCP:lanh-dao")
    address = f"/directives/{document.code}/review/"
    first.post(address, {"do": "submit", "key": "1"})
    answer = second.post(address, {"do": "aside-1", "key": "2"})
    assert answer.status_code == 409
    assert "wait for a second person" in words(answer)


def test_a_long_document_shows_a_page_of_candidates_and_the_text_around_them(world: World) -> None:
    client = somebody("VPCP:chuyen-vien")
    wanted = [Wanted(["BTC"], action=f"Xây dựng đề án số {n} " + "về chuyển đổi số " * 12) for n in range(1, 243)]
    document = world.written("242/QĐ-TTg", wanted)
    page = client.get(f"/directives/{document.code}/review/?show=all&order=text")
    html = page.content.decode()
    assert html.count('<article class="card candidate') == 25
    assert len(page.content) < 150_000
    last = client.get(f"/directives/{document.code}/review/?show=all&order=text&n=242").content.decode()
    assert 'id="c-242"' in last


def test_the_list_finds_without_accents_and_counts_tasks_and_assignments_apart(world: World) -> None:
    world.issued("31/CT-TTg", [Wanted(["provinces"]), Wanted(["BTC"])])
    taken(world)
    client = somebody("VPCP:chuyen-vien")
    found = words(client.get("/directives/?q=thu+nghiem"))
    assert "31/CT-TTg" in found
    assert "91/CĐ-TTg" not in found
    assert "91/CĐ-TTg" in words(client.get("/directives/?state=registered"))
    listed = client.get("/directives/").content.decode()
    assert re.search(r'data-label="Tasks">\s*<a[^>]*>2<', listed)
    assert re.search(r'data-label="Assignments">\s*<a[^>]*>35<', listed)


def test_the_list_asks_the_database_as_often_for_many_documents_as_for_few(world: World) -> None:
    client = somebody("VPCP:chuyen-vien")
    world.issued("41/CT-TTg", [Wanted(["BTC"])])
    with CaptureQueriesContext(connection) as few:
        client.get("/directives/")
    for number in range(42, 48):
        world.issued(f"{number}/CT-TTg", [Wanted(["BTC"]), Wanted(["P-52"])])
    with CaptureQueriesContext(connection) as many:
        client.get("/directives/")
    assert len(many) == len(few)


def test_exports_are_workbooks(world: World) -> None:
    document = world.issued("51/CT-TTg", [Wanted(["BTC"])])
    client = somebody("VPCP:chuyen-vien")
    for address in ("/directives/", f"/directives/{document.code}/", f"/directives/{document.code}/matrix/"):
        answer = client.get(f"{address}?as=xlsx")
        assert zipfile.is_zipfile(io.BytesIO(answer.content)), address


def test_a_task_page_corrects_and_keeps_the_old_words_readable(world: World) -> None:
    document = world.issued("61/CT-TTg", [Wanted(["BTC"])])
    head = somebody("VPCP:lanh-dao")
    form = {"do": "correct", "what": "action", "new": "Ban hành thông tư", "reason": "Sai khi nhập", "key": "1"}
    assert head.post(f"/tasks/{document.code}.1/", form).status_code == 302
    page = head.get(f"/tasks/{document.code}.1/").content.decode()
    assert "<del>Rà soát, báo cáo kết quả thực hiện</del>" in page
    assert "<ins>Ban hành thông tư</ins>" in page


def test_a_recall_without_a_reason_keeps_the_task(world: World) -> None:
    document = world.issued("62/CT-TTg", [Wanted(["BTC"])])
    answer = somebody("VPCP:lanh-dao").post(f"/tasks/{document.code}.1/", {"do": "recall", "reason": "", "key": "1"})
    assert answer.status_code == 422
    assert document.tasks.get().state == Task.State.ISSUED


def test_those_who_carry_a_task_out_see_no_form_to_change_it(world: World) -> None:
    document = world.issued("63/CT-TTg", [Wanted(["BTC"])])
    page = somebody("BTC:lanh-dao").get(f"/tasks/{document.code}.1/")
    assert page.status_code == 200
    assert 'value="recall"' not in page.content.decode()


def test_units_are_found_without_accents_and_suggested_while_typing(world: World) -> None:
    client = somebody("VPCP:chuyen-vien")
    assert "Gia Lai" in words(client.get("/units/?q=gia+lai"))
    options = client.get("/units/find?q=dak+lak", headers={"HX-Request": "true"}).content.decode()
    assert "Dak Lak" in options and "P-66" in options
    assert client.get("/units/find?q=dak").status_code == 302


def test_a_unit_page_shows_what_it_has_to_do_only_within_reach(world: World) -> None:
    world.issued("71/CT-TTg", [Wanted(["P-52"])])
    assert "71/CT-TTg" in words(somebody("P-52:lanh-dao").get("/units/P-52/"))
    outside = words(somebody("P-66:lanh-dao").get("/units/P-52/"))
    assert "71/CT-TTg" not in outside
    assert "outside what your post reaches" in outside


def test_search_stays_within_reach(world: World) -> None:
    world.issued("81/CT-TTg", [Wanted(["P-52"], action="Sửa chữa đê biển")])
    assert "Sửa chữa đê biển" in words(somebody("P-52:lanh-dao").get("/search?q=sua+chua+de+bien"))
    assert "Sửa chữa đê biển" not in words(somebody("P-66:lanh-dao").get("/search?q=sua+chua+de+bien"))


def test_a_whole_symbol_in_the_search_opens_the_document(world: World) -> None:
    world.issued("82/CT-TTg", [Wanted(["P-52"])])
    assert somebody("P-52:lanh-dao").get("/search?q=82/ct-ttg")["Location"] == "/directives/82-CT-TTg/"


def test_pages_speak_vietnamese_first(world: World) -> None:
    client = somebody("VPCP:chuyen-vien")
    del client.cookies["isotherm_language"]
    with translation.override("vi"):
        assert "Văn bản chỉ đạo" in words(client.get("/directives/"))
