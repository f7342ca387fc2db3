"""Two provinces become one in a browser: drafted, looked at, signed by two, carried out, seen at the heir, undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from isotherm.execution import reorganise
from isotherm.execution.acts import take_up
from isotherm.execution.models import Assignment
from isotherm.units.models import Reorganisation
from tests.journeys.conftest import Story, press
from tests.world import Wanted, World


@pytest.mark.browser
def test_two_provinces_become_one_and_apart_again(story: Story) -> None:
    world, now = World(), timezone.now()
    document = world.issued("16/CT-TTg", [Wanted(["P-52", "P-66"], communes=True)], at=now - timedelta(days=3))
    take_up.take_up(document.code, world.unit("P-66"), actor=world.clerk("P-66"), at=now - timedelta(days=2))
    story.person("drafter", "VPCP:chuyen-vien")
    story.person("head", "VPCP:lanh-dao")
    story.person("heir", "P-52:lanh-dao")

    page = story.page("drafter")
    page.goto(f"{story.address}/units/reorganisations/new")
    today = timezone.localdate().isoformat()
    for name, value in (("title", "Hợp nhất Gia Lai và Đắk Lắk"), ("document", "9/2026/QH16"), ("signed_on", today),
                        ("day", today)):  # fmt: skip
        page.fill(f"[name={name}]", value)
    page.select_option("[name=step-0-kind]", "merge")
    for field, typed, code in (("units", "dak lak", "P-66"), ("heir", "gia lai", "P-52")):
        page.focus(f"#id_step-0-{field}")
        page.keyboard.type(typed)
        page.wait_for_selector(f"#id_step-0-{field}-list [data-value='{code}']")
        page.keyboard.press("Enter")
    press(page, "main form button.button")
    assert "tiếp nhận: Ủy ban nhân dân tỉnh Đắk Lắk" in page.inner_text("#sides")
    assert "33" in page.inner_text("#sides header")
    assert page.locator("#maps svg").count() == 2 and "Địa bàn Đắk Lắk: Gia Lai" in page.inner_html("#maps")
    assert page.inner_text("#moves tbody tr td:nth-of-type(2)") == "1"
    press(page, "#acts button[value=sign]")
    assert page.locator("#acts button[value=sign]").count() == 0

    page = story.page("head")
    code = Reorganisation.objects.get().code
    page.goto(f"{story.address}/units/reorganisations/{code}/")
    press(page, "#acts button[value=sign]")
    press(page, "#acts button[value=carry]")
    assert page.locator("#progress").count() == 1
    reorganise.carry_out_due(timezone.now())
    page.wait_for_selector("#progress tbody tr:nth-child(7)")

    seen = story.page("heir")
    seen.goto(f"{story.address}/")
    assert "16/CT-TTg" in seen.inner_text("main")
    own = Assignment.objects.get(unit_id=world.unit("P-66"))
    seen.goto(f"{story.address}/tasks/{document.code}.1/P-66/")
    assert own.carrier_id == world.unit("P-52") and "9/2026/QH16" not in seen.url
    assert code in seen.inner_text("main")
    seen.goto(f"{story.address}/units/P-52/")
    counted = seen.inner_text("#directives tbody tr td:nth-of-type(2)")
    assert counted == "2", "its own duty and the one that it took over"

    page.reload()
    press(page, "#acts button[value=undo]")
    reorganise.carry_out_due(timezone.now())
    own.refresh_from_db()
    assert own.carrier_id == world.unit("P-66")
    page.reload()
    assert page.locator("#acts button[value=undo]").count() == 0
