"""The work of one body on one document, as people do it in the browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from isotherm.directives.models import Document
from isotherm.doors.web.page import now
from isotherm.execution.acts import report, send_on, take_up
from isotherm.execution.models import Assignment, Attachment, Draft, Hindrance, Obstacle, Plan, State
from isotherm.records.models import LedgerLine, StoredFile
from tests.doors.web.desk_people import at_post, today
from tests.world import Wanted, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def document(world: World) -> Document:
    wanted = [Wanted(["provinces"], communes=True, due_in=30), Wanted(["provinces"], communes=True, due_in=20)]
    return world.issued("16/CT-TTg", wanted, at=timezone.now() - timedelta(days=3))


@pytest.fixture
def commune(world: World, document: Document) -> str:
    """A commune of Gia Lai that has received and taken up the document."""
    one = world.communes("P-52")[0]
    unit, then = world.unit("P-52"), timezone.now() - timedelta(days=2)
    take_up.take_up(document.code, unit, actor=world.actor("P-52:van-thu", on=today()), at=then)
    send_on.send_on(document.code, unit, actor=world.actor("P-52:lanh-dao", on=today()), at=then)
    take_up.take_up(document.code, world.unit(one), actor=world.actor(f"{one}:van-thu", on=today()), at=then)
    return one


def address(document: Document, unit: str, verb: str = "") -> str:
    return f"/directives/{document.code}/units/{unit}/{verb}"


def states(document: Document, world: World, unit: str) -> set[str]:
    return set(
        Assignment.objects.filter(document_id=document.pk, unit_id=world.unit(unit)).values_list("state", flat=True)
    )


def test_taking_up_covers_all_tasks_of_the_document(document: Document, world: World) -> None:
    client = at_post("P-52:van-thu")
    assert client.post(address(document, "P-52", "take-up"), {"key": "a"}).status_code == 302
    assert states(document, world, "P-52") == {State.WORKING}
    assert LedgerLine.objects.filter(verb="assignment.taken_up").count() == 1


def test_a_double_click_is_one_act(document: Document, world: World) -> None:
    client = at_post("P-52:van-thu")
    for _click in range(2):
        assert client.post(address(document, "P-52", "take-up"), {"key": "same"}).status_code == 302
    assert LedgerLine.objects.filter(verb="assignment.taken_up").count() == 1


def test_a_neighbours_work_looks_as_if_it_were_not_there(document: Document, commune: str, world: World) -> None:
    neighbour = at_post("P-66:lanh-dao")
    assert neighbour.get(address(document, "P-52")).status_code == 404
    assert neighbour.get(address(document, commune)).status_code == 404
    assert neighbour.post(address(document, commune, "report"), {"percent": "10", "words": "x"}).status_code == 404
    assert neighbour.get(f"/tasks/{document.code}.1/{commune}/").status_code == 404
    assert neighbour.get(f"/tasks/{document.code}.1/{commune}/history").status_code == 404


def test_a_superior_reads_the_work_and_may_not_do_it(document: Document, commune: str) -> None:
    province = at_post("P-52:lanh-dao")
    page = province.get(address(document, commune))
    assert page.status_code == 200
    assert "What can be done now" not in page.content.decode()
    answer = province.post(address(document, commune, "report"), {"percent": "10", "words": "Làm hộ"})
    assert answer.status_code == 403


def test_an_officers_report_becomes_the_communes_act_when_the_chair_approves(
    document: Document, commune: str, world: World
) -> None:
    officer = at_post(f"{commune}:cong-chuc")
    assert "Submit for approval" in officer.get(address(document, commune)).content.decode()
    form = {"percent": "60", "words": "Đã rà soát 6/10 lĩnh vực", "key": "d"}
    assert officer.post(address(document, commune, "report"), form).status_code == 302
    made = Draft.objects.get()
    assert not Assignment.objects.filter(unit_id=world.unit(commune)).exclude(first_reported_at=None).exists()
    assert officer.post(f"/drafts/{made.pk}/", {"decision": "approve"}).status_code == 403
    assert at_post(f"{commune}:lanh-dao").post(f"/drafts/{made.pk}/", {"decision": "approve"}).status_code == 302
    assert world.assignment(document, commune).percent == 60


def test_a_draft_that_is_sent_back_says_why_on_its_authors_desk(document: Document, commune: str) -> None:
    officer = at_post(f"{commune}:cong-chuc")
    officer.post(address(document, commune, "plan"), {"words": "Kế hoạch sơ bộ"})
    made = Draft.objects.get()
    leader = at_post(f"{commune}:lanh-dao")
    assert leader.post(f"/drafts/{made.pk}/", {"decision": "send_back", "note": ""}).status_code == 422
    leader.post(f"/drafts/{made.pk}/", {"decision": "send_back", "note": "Nêu rõ người làm"})
    assert "Nêu rõ người làm" in officer.get("/?tab=approval").content.decode()
    assert at_post("P-66:lanh-dao").get(f"/drafts/{made.pk}/").status_code == 404


def test_a_clerk_enters_what_a_signed_document_did(document: Document, commune: str, world: World) -> None:
    clerk = at_post(f"{commune}:van-thu")
    page = clerk.post(address(document, commune, "plan"), {"words": "Không có văn bản"})
    assert page.status_code == 403
    assert "Không có văn bản" in page.content.decode()
    signed = (today() - timedelta(days=1)).isoformat()
    cited = {"words": "", "paper_symbol": "12/KH-UBND", "paper_date": signed}
    assert clerk.post(address(document, commune, "plan"), cited).status_code == 302
    assert Plan.objects.get().symbol == "12/KH-UBND"
    assert LedgerLine.objects.get(verb="assignment.planned").late_entry


def test_completion_with_a_file_is_confirmed_and_the_file_is_the_superiors_to_read(
    document: Document, commune: str, world: World
) -> None:
    done = SimpleUploadedFile("ket-qua.txt", "Kết quả rà soát: đã xong 10 lĩnh vực.".encode(), "text/plain")
    form = {"words": "Đã xong", "done": "on", "evidence": done}
    assert at_post(f"{commune}:lanh-dao").post(address(document, commune, "report"), form).status_code == 302
    kept = Attachment.objects.get()
    file = f"/files/{kept.sha256}/{kept.name}"
    province = at_post("P-52:lanh-dao")
    answer = province.get(file)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert at_post("P-66:lanh-dao").get(file).status_code == 404
    ticked = {"units": [world.unit(commune)], "key": "c"}
    assert province.post(address(document, "P-52", "confirm"), ticked).status_code == 302
    assert states(document, world, commune) == {State.DONE}


def test_a_secret_paper_is_refused_and_nothing_of_it_is_kept(document: Document, commune: str) -> None:
    secret = SimpleUploadedFile("bao-cao.txt", "TỐI MẬT\nBáo cáo kết quả thực hiện".encode(), "text/plain")
    form = {"words": "Kèm báo cáo", "percent": "50", "evidence": secret}
    page = at_post(f"{commune}:lanh-dao").post(address(document, commune, "report"), form)
    assert page.status_code == 422
    assert "Kèm báo cáo" in page.content.decode()
    assert not StoredFile.objects.exists()
    assert not LedgerLine.objects.filter(verb="assignment.reported").exists()


def test_what_was_reported_done_is_sent_back_with_reason_and_date(
    document: Document, commune: str, world: World
) -> None:
    actor = world.actor(f"{commune}:lanh-dao", on=today())
    report.report(document.code, world.unit(commune), percent=100, words="Xong", done=True, actor=actor, at=now())
    province = at_post("P-52:lanh-dao")
    form = {"units": [world.unit(commune)], "words": "Thiếu số liệu đất đai"}
    page = province.post(address(document, "P-52", "redo"), form)
    assert page.status_code == 422
    assert "Give the new date" in page.content.decode()
    due = (today() + timedelta(days=7)).isoformat()
    assert province.post(address(document, "P-52", "redo"), form | {"due_on": due}).status_code == 302
    assert states(document, world, commune) == {State.WORKING}


def test_a_report_of_completion_is_taken_back_while_nobody_decided(
    document: Document, commune: str, world: World
) -> None:
    leader = at_post(f"{commune}:lanh-dao")
    leader.post(address(document, commune, "report"), {"words": "Xong", "done": "on"})
    assert "Take the report of completion back" in leader.get(address(document, commune)).content.decode()
    assert leader.post(address(document, commune, "take-back"), {}).status_code == 302
    assert states(document, world, commune) == {State.WORKING}


def test_passing_on_to_chosen_communes_and_saying_that_others_have_no_part(document: Document, world: World) -> None:
    leader, communes = at_post("P-52:lanh-dao"), world.communes("P-52")
    at_post("P-52:van-thu").post(address(document, "P-52", "take-up"), {})
    chosen = [world.unit(one) for one in communes[:2]]
    assert leader.post(address(document, "P-52", "send-on"), {"whom": "some", "targets": chosen}).status_code == 302
    given = Assignment.objects.filter(document_id=document.pk, via_id=world.unit("P-52")).values("unit_id").distinct()
    assert given.count() == 2
    refused = leader.post(
        address(document, "P-52", "excuse"), {"whom": "some", "targets": [world.unit(communes[3])], "reason": ""}
    )
    assert refused.status_code == 422
    form = {"whom": "some", "targets": [world.unit(communes[3])], "reason": "Xã không có trung tâm riêng"}
    assert leader.post(address(document, "P-52", "excuse"), form).status_code == 302
    page = leader.get(address(document, "P-52") + "?below=excused").content.decode()
    assert "no part in 2 tasks" in page


def test_many_communes_are_urged_in_one_act(document: Document, commune: str, world: World) -> None:
    province = at_post("P-52:lanh-dao")
    page = province.post(address(document, "P-52", "urge"), {"everyone": "yes", "words": ""})
    assert page.status_code == 422
    assert "Write one sentence" in page.content.decode()
    form = {"everyone": "yes", "words": "Báo cáo trước thứ Sáu"}
    assert province.post(address(document, "P-52", "urge"), form).status_code == 302
    assert LedgerLine.objects.filter(verb="assignment.urged").count() == 1
    assert Assignment.objects.exclude(urged_at=None).count() == 2 * len(world.communes("P-52"))


def test_an_obstacle_finds_its_way_to_the_desk_of_the_body_that_owes_it(
    document: Document, commune: str, world: World
) -> None:
    leader = at_post(f"{commune}:lanh-dao")
    form = {"kind": "document", "missing": "Thông tư hướng dẫn chi", "owing": "Bộ nào đó không có"}
    page = leader.post(address(document, commune, "obstacle"), form)
    assert page.status_code == 422
    assert "no single body of the register" in page.content.decode()
    assert leader.post(address(document, commune, "obstacle"), form | {"owing": "Bộ Tài chính"}).status_code == 302
    obstacle = Obstacle.objects.get()
    minister = at_post("BTC:lanh-dao")
    assert "Thông tư hướng dẫn chi" in minister.get("/").content.decode()
    promised = (today() + timedelta(days=10)).isoformat()
    accepted = {"verb": "accept", "promised_on": promised, "key": "o"}
    assert minister.post(f"/obstacles/{obstacle.code}/", accepted).status_code == 302
    assert Hindrance.objects.exclude(paused_from=None).count() == 2
    assert "Waiting for Ministry of Finance" in leader.get(address(document, commune)).content.decode()
    assert minister.post(f"/obstacles/{obstacle.code}/", {"verb": "deliver", "symbol": ""}).status_code == 422
    delivered = {"verb": "deliver", "symbol": "99/2026/TT-BTC"}
    assert minister.post(f"/obstacles/{obstacle.code}/", delivered).status_code == 302
    assert states(document, world, commune) == {State.WORKING}
    assert at_post("P-66:lanh-dao").get(f"/obstacles/{obstacle.code}/").status_code == 404


def test_the_assigning_body_decides_on_a_request_to_reconsider(document: Document, commune: str, world: World) -> None:
    leader = at_post(f"{commune}:lanh-dao")
    form = {"reason": "Không thuộc thẩm quyền của xã", "numbers": ["1"]}
    assert leader.post(address(document, commune, "reconsider"), form).status_code == 302
    province = at_post("P-52:lanh-dao")
    decided = {"words": "Xã có trung tâm, đề nghị thực hiện"}
    assert province.post(address(document, commune, "refuse-return"), decided).status_code == 302
    assert states(document, world, commune) == {State.WORKING}


def test_work_is_handed_to_a_post_inside_the_body(document: Document, commune: str, world: World) -> None:
    officer = world.actor(f"{commune}:cong-chuc", on=today()).post_id
    leader = at_post(f"{commune}:lanh-dao")
    assert leader.post(address(document, commune, "hand-to"), {"post": officer, "note": "Làm ngay"}).status_code == 302
    assert world.assignment(document, commune).desk_id == officer


def test_the_assignment_page_and_its_sheet_tell_what_was_done_and_whom_it_waited_for(
    document: Document, commune: str, world: World
) -> None:
    client = at_post(f"{commune}:lanh-dao")
    client.post(address(document, commune, "report"), {"words": "Xong", "done": "on"})
    place = f"/tasks/{document.code}.1/{commune}/"
    page = client.get(place).content.decode()
    assert "Waiting for" in page
    assert "Completion reported" in page
    sheet = client.get(f"{place}history").content.decode()
    assert "not sealed yet" in sheet
    printed = client.get(f"{place}history.pdf")
    assert printed["Content-Type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF-")


def test_every_date_explains_itself(document: Document, commune: str) -> None:
    page = at_post(f"{commune}:lanh-dao").get(address(document, commune)).content.decode()
    assert "Why this date" in page
    assert "Weekly day off" in page


def test_an_officer_prepares_an_obstacle_and_the_chair_raises_it(document: Document, commune: str) -> None:
    form = {"kind": "money", "missing": "Kinh phí mua máy quét", "owing": "Bộ Tài chính"}
    assert at_post(f"{commune}:cong-chuc").post(address(document, commune, "obstacle"), form).status_code == 302
    assert not Obstacle.objects.exists()
    made = Draft.objects.get()
    at_post(f"{commune}:lanh-dao").post(f"/drafts/{made.pk}/", {"decision": "approve"})
    assert Obstacle.objects.get().missing == "Kinh phí mua máy quét"
