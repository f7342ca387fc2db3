"""In a real browser: a leader sets up a second factor with what the page shows, and signs in with it."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from tests.journeys.conftest import PASSWORD, Story, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shown(secret: str, *, later: int = 0) -> str:
    return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(time.time()) + 30 * later).decode()


def test_the_phone_is_set_up_and_asked_for(story: Story, settings: Any) -> None:
    settings.SECOND_FACTOR_HANDS = ("leader",)
    story.person("lan", "P-52:lanh-dao")
    page = story.page("lan")
    page.goto(f"{story.address}/directives/")
    assert page.url.endswith("/account/second-factor")
    assert page.locator("svg.qr").bounding_box()["width"] > 200
    secret = page.inner_text("code.hash").replace(" ", "")
    page.fill("#code", shown(secret))
    press(page, "button[value='set-up']")
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    press(page, ".buttons a.button")
    assert page.url == f"{story.address}/"

    other = story.browser.new_context(java_script_enabled=False).new_page()
    other.goto(f"{story.address}/sign-in?next=/heat/")
    for code in (shown(secret, later=1), codes[0]):
        other.fill("#login", "lan")
        other.fill("#password", PASSWORD)
        press(other, "main button.button")
        assert other.url.endswith("/sign-in/second")
        other.fill("#code", code)
        press(other, "main button.button")
        assert other.url.endswith("/heat/")
        other.context.clear_cookies()
        other.goto(f"{story.address}/sign-in?next=/heat/")
