"""In a browser: a draft that is mended and checked again, and tasks that are recalled after a repeal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from docx import Document as Word

from isotherm.directives.models import Document, Relation, Task
from isotherm.execution.models import State
from isotherm.records.models import StoredFile
from tests.directives.test_coverage import PAPER
from tests.journeys.conftest import Story, press
from tests.world import Wanted, World

pytestmark = pytest.mark.browser


def test_a_draft_is_mended_until_nothing_is_given_to_nobody(story: Story) -> None:
    story.person("drafter", "BTC:chuyen-vien")
    page = story.page("drafter")
    page.goto(f"{story.address}/directives/")
    press(page, "a[href='/directives/draft-check/']")
    page.fill("#id_text", PAPER)
    press(page, "#draft .buttons button:not([name])")
    assert page.inner_text("h1").startswith("1 nội dung chưa giao rõ")

    with page.expect_download() as loading:
        page.click("#draft button[value=docx]")
    words = [cell.text for table in Word(loading.value.path()).tables for row in table.rows for cell in row.cells]
    assert "2. Nâng cao ý thức tiết kiệm nước trong toàn xã hội." in words

    # The page stays as it was, and can be sent again.
    mended = page.input_value("#id_text").replace(
        "2. Nâng cao", "2. Giao Bộ Y tế chủ trì tổ chức tuyên truyền, nâng cao"
    )
    page.fill("#id_text", mended)
    press(page, "#draft .buttons button:not([name])")
    assert "chưa giao rõ" not in page.inner_text("h1")
    assert not Document.objects.exists() and not StoredFile.objects.exists()


def test_the_office_recalls_what_lost_its_ground_after_being_asked_once(story: Story) -> None:
    world, at = World(), timezone.now() - timedelta(days=20)
    old = world.issued("5/QĐ-TTg", [Wanted(["P-52"]), Wanted(["BTC"])], at=at)
    new = world.issued("12/QĐ-TTg", [Wanted(["P-52"])], at=at + timedelta(days=5))
    Relation.objects.create(
        document=new, what="replaces", symbol=old.symbol, symbol_key=old.symbol_key, other=old, start=0, end=5
    )
    story.person("head", "VPCP:lanh-dao")
    page = story.page("head")
    page.goto(f"{story.address}/?tab=approval")
    press(page, "a:has-text('2 nhiệm vụ không còn căn cứ do 12/QĐ-TTg')")
    page.check("input[name=number][value='1']")
    page.fill("#reason", "Nội dung đã có trong văn bản mới")
    page.click("button[value=recall]")
    assert "Thu hồi các nhiệm vụ này?" in page.inner_text("#ask-words")
    press(page, "dialog#ask button[value=yes]")
    assert world.assignment(old, "P-52").state == State.WITHDRAWN

    page.check("input[name=whom][value=all]")
    page.fill("#reason", "Vẫn cần thực hiện")
    press(page, "button[value=keep]")
    assert world.assignment(old, "BTC", number=2).state == State.SENT
    assert page.inner_text("h1").startswith("Đã xử lý")
    assert old.tasks.get(number=1).state == Task.State.RECALLED
