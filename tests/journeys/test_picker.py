"""Choosing bodies in a browser, with the keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.conftest import Story

pytestmark = pytest.mark.browser
FIELD = "#id_step-0-units"
CHIPS = ".picked > li"
PASTE = """(lines) => {
    const field = document.querySelector("#id_step-0-units"), data = new DataTransfer();
    data.setData("text", lines);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def opened(story: Story) -> Any:
    story.person("drafter", "VPCP:chuyen-vien")
    page = story.page("drafter")
    page.goto(f"{story.address}/units/reorganisations/new")
    page.select_option("[name=step-0-kind]", "merge")
    page.focus(FIELD)
    return page


def sent(page: Any, name: str) -> list[str]:
    found: list[str] = page.evaluate("(name) => new FormData(document.querySelector('main form')).getAll(name)", name)
    return found


def test_bodies_are_chosen_and_taken_out_without_a_mouse(story: Story) -> None:
    page = opened(story)
    keys = page.keyboard
    assert page.get_attribute(FIELD, "role") == "combobox"
    keys.type("tuy phuoc")
    page.wait_for_selector("[role=option]")
    assert page.get_attribute(FIELD, "aria-expanded") == "true"
    first = page.get_attribute(FIELD, "aria-activedescendant")
    keys.press("ArrowDown")
    assert page.get_attribute(FIELD, "aria-activedescendant") != first
    keys.press("Home")
    assert page.get_attribute(FIELD, "aria-activedescendant") == first
    keys.press("Enter")
    assert sent(page, "step-0-units") == ["C-21952"]
    assert page.get_attribute(FIELD, "aria-expanded") == "false"

    # Whoever types faster than the list comes gets its first line.
    keys.type("kon tum")
    keys.press("Enter")
    page.wait_for_selector(f"{CHIPS}:nth-child(2)")
    keys.type("các xã gia lai")
    page.wait_for_selector("[role=option][data-value='commune_committee@P-52']")
    keys.press("Enter")
    assert sent(page, "step-0-units") == ["C-21952", "C-23293", "commune_committee@P-52"]
    assert "135" in page.inner_text(f"{CHIPS}:nth-child(3)")

    keys.press("Backspace")
    assert len(sent(page, "step-0-units")) == 3, "the first press only goes to the last chip"
    keys.press("Backspace")
    assert sent(page, "step-0-units") == ["C-21952", "C-23293"]
    keys.press("ArrowLeft")
    keys.press("Home")
    keys.press("Delete")
    assert sent(page, "step-0-units") == ["C-23293"]
    assert page.evaluate("document.activeElement.dataset.value") == "C-23293"

    # Escape means the words as they stand; a new code is taken.
    keys.press("End")
    keys.type("P-99")
    keys.press("Escape")
    keys.press("Enter")
    assert sent(page, "step-0-units") == ["C-23293", "P-99"]


def test_a_pasted_list_becomes_chips_and_says_what_it_did_not_find(story: Story) -> None:
    page = opened(story)
    page.evaluate(PASTE, "Tuy Phước Bắc\nBình Dương\nkhong co noi nao\n")
    page.wait_for_selector(f"{CHIPS}:nth-child(3)")
    assert sent(page, "step-0-units") == ["C-21964", "C-21733", "khong co noi nao"]
    assert page.locator(f"{CHIPS}.wrong-one").count() == 1


def test_a_field_for_one_body_sends_its_code_and_shows_its_name(story: Story) -> None:
    page = opened(story)
    page.focus("#id_step-0-heir")
    page.keyboard.type("dak lak")
    page.wait_for_selector("#id_step-0-heir-list [role=option]")
    page.keyboard.press("Tab")
    assert sent(page, "step-0-heir") == ["P-66"]
    assert page.input_value("#id_step-0-heir") == "Ủy ban nhân dân tỉnh Đắk Lắk"


def test_a_step_shows_only_the_boxes_of_its_kind(story: Story) -> None:
    page = opened(story)
    assert page.is_hidden("[name=step-0-parts]") and page.is_visible("[name=step-0-below]")
    page.select_option("[name=step-0-kind]", "split")
    assert page.is_visible("[name=step-0-parts]") and page.is_hidden("#id_step-0-heir")
