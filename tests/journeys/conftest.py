"""A real browser on a real server over a database of its own, with signed-in people of the story."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection, connections
from django.test.testcases import LiveServerThread
from django.utils import timezone

from isotherm.accounts import acts
from isotherm.accounts.models import Post
from isotherm.actor import Actor

PASSWORD = "Mot-mat-khau-dai-1"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def press(page: Any, button: str) -> None:
    """Press what hands in a form, and wait for the page that follows: a dialog hands it in only after it has closed."""
    with page.expect_navigation():
        page.click(button)


class Story:
    """People by login, their browsers, and the server's address."""

    def __init__(self, address: str, browser: Any) -> None:
        self.address = address
        self.browser = browser
        self.contexts: dict[str, Any] = {}

    def person(self, login: str, post: str) -> None:
        clerk = Actor.system("journey")
        somebody = acts.add_person(login, name=login.title(), password=PASSWORD, actor=clerk, at=timezone.now())
        acts.appoint(
            somebody, Post.objects.get(code=post), start=timezone.localdate(), actor=clerk, at=timezone.now()
        )

    def page(self, login: str) -> Any:
        """A page of this person's own browser, signed in."""
        if login not in self.contexts:
            context = self.browser.new_context(locale="vi-VN", viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.goto(f"{self.address}/sign-in")
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            press(page, "main button.button")
            assert "/sign-in" not in page.url, page.inner_text("main")
            self.contexts[login] = context
        page = self.contexts[login].new_page()
        page.set_default_timeout(20_000)
        return page


@pytest.fixture
def story(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not on this machine")
    from playwright.sync_api import sync_playwright

    # The browser's driver keeps an event loop in this thread; the story still speaks to the database plainly.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

    # Each request's connection closes with it: the server's threads leave none behind in the database.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    server = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={}, port=0)
    server.daemon = True
    server.start()
    server.is_ready.wait(30)
    if server.error:
        raise server.error
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
            )
            try:
                yield Story(f"http://127.0.0.1:{server.port}", browser)
            finally:
                browser.close()
                # Inside the driver's loop this thread has connections of its own, which nobody outside can close.
                connections.close_all()
    finally:
        server.terminate()
        server.join(10)

