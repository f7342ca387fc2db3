"""The pages that say what each clause is and what tasks leave unclear: of a document, and of a draft kept nowhere."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document as Word
from openpyxl import load_workbook

from isotherm.directives.models import Document, Task
from isotherm.records.models import ActKey, LedgerLine, StoredFile
from tests.directives.test_coverage import PAPER, position
from tests.directives.test_register import kept_files, taken
from tests.doors.web.test_directives import somebody, words
from tests.doors.web.test_review_page import long
from tests.world import World

DRAFT = "/directives/draft-check/"
ADDRESS = "/directives/92-CT-TTg/coverage/"


def test_a_document_opens_with_what_was_given_to_nobody(world: World) -> None:
    taken(world, PAPER)
    page = words(somebody("VPCP:chuyen-vien").get(ADDRESS))
    assert "1 clause is given to nobody; 1 of 2 tasks does not say who, what, by when or with which product" in page
    assert "Nâng cao ý thức tiết kiệm nước" in page
    assert "Nghiêm cấm" not in page


def test_the_words_to_write_stand_beside_each_unclear_point(world: World) -> None:
    taken(world, PAPER)
    page = words(somebody("VPCP:chuyen-vien").get(f"{ADDRESS}?show=unclear"))
    assert "time not clear : No time is named. Write: hoàn thành trước ngày ... tháng ... năm ..." in page
    assert "“tăng cường” names no result that could be checked." in page


def test_the_list_is_filtered_by_point_in_the_address(world: World) -> None:
    taken(world, PAPER)
    client = somebody("VPCP:chuyen-vien")
    assert "hồ chứa" in words(client.get(f"{ADDRESS}?show=unclear&point=responsibility"))
    assert "hồ chứa" not in words(client.get(f"{ADDRESS}?show=unclear&point=time"))


def test_a_clause_leads_to_its_words_in_the_text(world: World) -> None:
    document = taken(world, PAPER)
    client = somebody("VPCP:chuyen-vien")
    start = document.text.index("2. Nâng cao")
    address = f"/directives/{document.code}/?tab=text&amp;at={start}#at-{start}"
    assert address in client.get(ADDRESS).content.decode()
    assert f'id="at-{start}"' in client.get(f"/directives/{document.code}/?tab=text&at={start}").content.decode()


def test_a_person_says_what_a_clause_is_and_undoes_it_on_the_page(world: World) -> None:
    document = taken(world, PAPER)
    client = somebody("VPCP:chuyen-vien")
    place = position(document, "Nâng cao ý thức")
    assert client.post(ADDRESS, {"do": "principle", "clause": str(place), "key": "1"}).status_code == 302
    page = client.get(f"{ADDRESS}?show=principle")
    assert "said by a person" in words(page)
    assert "Undo: said of 1 clause what it is" in words(page)
    client.post(ADDRESS, {"do": "undo", "seen": str(document.review_steps.get().pk), "key": "2"})
    assert document.passages.get(position=place).decided == ""


def test_a_clause_becomes_a_task_from_the_page(world: World) -> None:
    document = taken(world, PAPER)
    place = position(document, "Nâng cao ý thức")
    somebody("VPCP:chuyen-vien").post(ADDRESS, {"do": f"add-{place}", "key": "1"})
    assert document.tasks.get(number=3).quote == "2. Nâng cao ý thức tiết kiệm nước trong toàn xã hội."


def test_prohibitions_become_requirements_together_in_one_step(world: World) -> None:
    document = taken(world, PAPER.replace("4. Bộ", "4. Không được xả thải ra hồ.\n5. Bộ"))
    places = [position(document, "Nghiêm cấm"), position(document, "Không được xả")]
    somebody("VPCP:chuyen-vien").post(ADDRESS, {"do": "bind", "clause": places, "key": "1"})
    assert document.tasks.filter(kind=Task.Kind.STANDING).count() == 2
    assert document.review_steps.count() == 1


@pytest.mark.parametrize(
    "form", [{"do": "principle"}, {"do": "add-77777"}, {"do": "x"}, {"do": "other", "clause": "-1"}]
)
def test_a_form_without_clauses_changes_nothing(world: World, form: dict[str, str]) -> None:
    document = taken(world, PAPER)
    answer = somebody("VPCP:chuyen-vien").post(ADDRESS, form)
    assert answer.status_code == 422
    assert not document.review_steps.exists()


def test_after_submitting_nobody_says_what_a_clause_is(world: World) -> None:
    document = taken(world, PAPER)
    Document.objects.filter(pk=document.pk).update(state=Document.State.SUBMITTED)
    client = somebody("VPCP:chuyen-vien")
    assert 'name="clause"' not in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, {"do": "principle", "clause": "5"}).status_code == 409


def test_a_long_document_is_paged_and_asks_as_often_as_a_short_one(world: World) -> None:
    client = somebody("VPCP:chuyen-vien")
    counted = []
    for symbol, many in (("3/QĐ-TTg", 3), ("242/QĐ-TTg", 242)):
        document = long(world, many, symbol)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(f"/directives/{document.code}/coverage/?show=unclear")
        counted.append(len(asked))
        assert len(page.content) < 150_000
    assert counted[0] == counted[1]


def test_the_list_leaves_as_a_word_document_and_as_a_workbook(world: World) -> None:
    taken(world, PAPER)
    client = somebody("VPCP:chuyen-vien")
    paper = Word(io.BytesIO(client.get(f"{ADDRESS}?as=docx").content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert "2. Nâng cao ý thức tiết kiệm nước trong toàn xã hội." in cells
    assert any("hoàn thành trước ngày" in cell for cell in cells)
    sheet = load_workbook(io.BytesIO(client.get(f"{ADDRESS}?as=xlsx").content)).active
    written = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]  # type: ignore[union-attr]
    assert "Prohibition" in written and "Mục II khoản 2" in written


def test_the_printed_list_is_whole_and_has_no_buttons(world: World) -> None:
    taken(world, PAPER)
    html = somebody("VPCP:chuyen-vien").get(f"{ADDRESS}?print=1").content.decode()
    assert "Nâng cao ý thức" in html and "tăng cường" in html
    assert "bulk-bar" not in html


# --- a draft --------------------------------------------------------------------------------------------------
def kept() -> tuple[int, ...]:
    return (
        len(kept_files()),
        StoredFile.objects.count(),
        Document.objects.count(),
        LedgerLine.objects.count(),
        ActKey.objects.count(),
    )


def pasted(client: Any, text: str = PAPER, **more: str) -> Any:
    return client.post(DRAFT, {"text": text, **more})


def test_a_pasted_draft_is_looked_at_and_nothing_of_it_is_kept(world: World) -> None:
    client, before = somebody("BTC:chuyen-vien"), kept()
    page = words(pasted(client))
    assert "1 clause is given to nobody; 1 of 2 tasks does not say" in page
    assert "Nâng cao ý thức tiết kiệm nước" in page
    assert kept() == before


def test_an_uploaded_draft_is_looked_at_and_nothing_of_it_is_kept(world: World, tmp_path: Path) -> None:
    client, before = somebody("BTC:chuyen-vien"), kept()
    settings_before = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    answer = client.post(DRAFT, {"file": SimpleUploadedFile("du-thao.txt", PAPER.encode())})
    assert "1 clause is given to nobody" in words(answer)
    assert kept() == before
    # Uploads stay in memory: Django would write larger ones to a temporary file.
    assert settings_before >= settings.UPLOAD_LIMIT_MB * 1024 * 1024


def test_the_text_comes_back_to_be_mended_and_checked_again(world: World) -> None:
    client = somebody("BTC:chuyen-vien")
    assert "2. Nâng cao ý thức" in pasted(client).content.decode()
    mended = PAPER.replace(
        "2. Nâng cao", "2. Giao Bộ Tài chính chủ trì, phối hợp với Bộ Y tế tổ chức tuyên truyền, nâng cao"
    )
    page = words(pasted(client, mended))
    assert "given to nobody" not in page.partition("Given to nobody")[0]
    assert "1 of 3 tasks" in page or "2 of 3 tasks" in page


def test_a_secret_draft_is_refused_and_nothing_of_it_is_repeated(world: World) -> None:
    client, before = somebody("BTC:chuyen-vien"), kept()
    answer = pasted(client, f"TUYỆT MẬT\n{PAPER}")
    assert answer.status_code == 422
    assert "hồ chứa" not in words(answer)
    assert kept() == before


@pytest.mark.parametrize("text", ["", "   \n ", "1"])
def test_what_is_no_draft_is_refused_on_the_same_page(world: World, text: str) -> None:
    answer = pasted(somebody("BTC:chuyen-vien"), text)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("shape", ["docx", "xlsx"])
def test_a_draft_s_list_leaves_as_a_file_without_being_kept(world: World, shape: str) -> None:
    client, before = somebody("BTC:chuyen-vien"), kept()
    answer = pasted(client, **{"as": shape})
    assert zipfile.is_zipfile(io.BytesIO(answer.content))
    assert "no-store" in answer["Cache-Control"]
    assert kept() == before


def test_the_draft_s_words_never_become_markup(world: World) -> None:
    html = pasted(somebody("BTC:chuyen-vien"), PAPER.replace("Nâng cao ý thức", "Nâng cao <script>alert(1)</script>"))
    assert "<script>alert" not in html.content.decode()
