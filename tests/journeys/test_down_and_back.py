"""The whole way in a browser: from the text of a dispatch to one commune's report and back to the figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from isotherm.analysis.heat import Scope, heat
from isotherm.directives.models import Document
from isotherm.execution.models import Assignment, State
from isotherm.units.models import Unit
from tests.conftest import SHARED
from tests.journeys.conftest import Story, press
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.shared]


def refused(page: Any) -> int:
    return int(page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus"))


def rates(story: Story, login: str) -> dict[str, str]:
    """What the heat page of the dispatch prints in its four rates, by their words."""
    page = story.page(login)
    page.goto(f"{story.address}/heat/228-CD-TTg/?step=done")
    return {"words": page.inner_text("main"), "lead": page.inner_text(".lead")}


def test_a_dispatch_goes_down_and_comes_back(story: Story, tmp_path: Path) -> None:
    commune_code = World().communes("P-52")[0]
    for login, post in (
        ("officer", "VPCP:chuyen-vien"),
        ("head", "VPCP:lanh-dao"),
        ("province", "P-52:lanh-dao"),
        ("neighbour", "P-66:lanh-dao"),
        ("commune", f"{commune_code}:lanh-dao"),
    ):
        story.person(login, post)

    # The officer of the Government Office drops the text and checks what was read.
    page = story.page("officer")
    page.goto(f"{story.address}/directives/new")
    page.set_input_files("input[type=file]", SHARED / "directives" / "002.txt")
    press(page, "main form button.button")
    assert page.input_value("[name=symbol]") == "228/CĐ-TTg"
    press(page, "main form button.button")
    document = Document.objects.get(symbol="228/CĐ-TTg")
    assert document.tasks.count() == 7

    # She says that the provinces' task goes down to every commune, and confirms all seven.
    page.goto(f"{story.address}/directives/{document.code}/review/6/")
    page.check("[name=expects_communes]")
    press(page, "form.edit >> nth=0 >> button.button")
    page.goto(f"{story.address}/directives/{document.code}/review/?show=all")
    page.check("[data-all]")
    press(page, "button[name=do][value=accept]")
    assert document.tasks.filter(state="accepted").count() == 7
    press(page, "button[name=do][value=submit]")
    assert Document.objects.get(pk=document.pk).state == "submitted"

    # Nothing goes out without a second person.
    assert not Assignment.objects.exists()
    head = story.page("head")
    head.goto(f"{story.address}/directives/{document.code}/review/")
    head.click("#send form[data-confirm] button")
    press(head, "dialog#ask button[value=yes]")
    document.refresh_from_db()
    assert document.state == "issued"
    # Three of the Ministry of Finance, one each of Health, Home Affairs and the Office, nine provinces.
    assert Assignment.objects.filter(document_id=document.pk).count() == 3 + 1 + 1 + 9 + 1

    communes = sum(
        1
        for one in document.tasks.get(number=6).expected.members.all()  # type: ignore[union-attr]
        if one.level == "commune"
    )
    pairs = 15 + communes
    before = rates(story, "head")
    # Nothing is due yet, and the text sets no date: the rates stand over all 818 pairs, none of them completed.
    assert f"0 / {pairs}" in before["lead"]
    assert f"{communes} thuộc đối tượng thực hiện, chưa được giao" in before["lead"]

    # One province takes it up and passes it on to all its communes.
    province = story.page("province")
    province.goto(f"{story.address}/directives/{document.code}/units/P-52/")
    if not province.is_visible("#take-up form button.button"):
        province.click("#take-up > summary")
    press(province, "#take-up form button.button")
    province.goto(f"{story.address}/directives/{document.code}/units/P-52/")
    if not province.is_visible("#send-on form .buttons button"):
        province.click("#send-on > summary")
    press(province, "#send-on form .buttons button")
    given = Assignment.objects.filter(document_id=document.pk, via_id=Unit.objects.get(code="P-52").pk, level="commune")
    assert given.count() == 135

    # One commune takes up and reports it done, with a file.
    commune = story.page("commune")
    proof = tmp_path / "bao-cao.txt"
    proof.write_text("Kết quả chi trả bảo hiểm cho người dân bị ảnh hưởng bởi mưa lũ.", encoding="utf-8")
    commune.goto(f"{story.address}/directives/{document.code}/units/{commune_code}/")
    if not commune.is_visible("#take-up form button.button"):
        commune.click("#take-up > summary")
    press(commune, "#take-up form button.button")
    commune.goto(f"{story.address}/directives/{document.code}/units/{commune_code}/")
    if not commune.is_visible("#report [name=words]"):
        commune.click("#report > summary")
    commune.fill("#report [name=words]", "Đã giải quyết xong quyền lợi của 27 hộ.")
    commune.fill("#report [name=percent]", "100")
    commune.check("#report [name=done]")
    commune.set_input_files("#report input[type=file]", proof)
    press(commune, "#report form .buttons button")
    mine = Assignment.objects.get(document_id=document.pk, unit_id=Unit.objects.get(code=commune_code).pk)
    assert mine.state == State.REPORTED

    # The province accepts it on the commune's page.
    province.goto(f"{story.address}/directives/{document.code}/units/{commune_code}/")
    press(province, "button[formaction$='/confirm']")
    mine.refresh_from_db()
    assert mine.state == State.DONE

    # The figures differ as worked out by hand: one of the pairs is completed, on time, and all others are open.
    seen = heat([document.pk], scope=Scope.whole(), at=timezone.now(), lens="done").total("done")
    assert (seen.on_time, seen.late, seen.assigned) == (1, 0, pairs)
    after = rates(story, "head")
    assert f"1 / {pairs}" in after["lead"] and f"0 / {pairs}" in after["lead"]  # on time / assigned; overdue / assigned
    assert "1 / 1" in after["lead"]  # completed / due
    assert f"{communes - 135} thuộc đối tượng thực hiện, chưa được giao" in after["lead"]

    # The neighbour sees the dispatch that was given to it too, and nothing of Gia Lai's.
    neighbour = story.page("neighbour")
    for address in (
        f"/directives/{document.code}/units/P-52/",
        f"/directives/{document.code}/units/{commune_code}/",
        f"/tasks/{document.code}.6/{commune_code}/",
        f"/tasks/{document.code}.6/{commune_code}/history",
        f"/heat/{document.code}/P-52/",
    ):
        neighbour.goto(f"{story.address}{address}")
        assert refused(neighbour) == 404, address
    neighbour.goto(f"{story.address}/directives/{document.code}/matrix/?find=Gia+Lai")
    assert not [row for row in neighbour.locator("main tbody tr").all_inner_texts() if "Gia Lai" in row]
