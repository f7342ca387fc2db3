"""The slider of the organisation's days, with the keyboard."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Story


@pytest.mark.browser
def test_the_slider_halts_at_days_of_change_and_keeps_the_focus(story: Story) -> None:
    story.person("clerk", "P-52:van-thu")
    page = story.page("clerk")
    page.goto(f"{story.address}/units/tree?day=2026-04-30")
    page.focus("#tree-slider")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**day=2025-07-01**")
    assert page.get_attribute("#tree-slider", "aria-valuetext") == "01/07/2025"
    assert page.evaluate("document.activeElement.id") == "tree-slider"
    assert "Ủy ban nhân dân cấp tỉnh: 34" in page.inner_text("#tree-counts")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**day=2025-03-01**")
    assert "Ủy ban nhân dân cấp tỉnh: 63" in page.inner_text("#tree-counts")
    assert "01/03/2025" in page.inner_text("h1")
