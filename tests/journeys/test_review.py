"""Confirming the tasks of a document in a browser: with the mouse, with the keyboard alone, and without scripts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from isotherm.accounts.models import Post
from isotherm.accounts.queries import actor_of_post
from isotherm.directives.acts import register
from isotherm.directives.models import Document, Task
from isotherm.doors.cli.demo_texts import render
from tests.directives.test_register import PAPER
from tests.journeys.conftest import Story, press

pytestmark = pytest.mark.browser

DEMO = Path(__file__).resolve().parents[2] / "countries" / "vn" / "demo" / "directives"
MARK = """([passage, from, to]) => {
    const range = document.createRange(), paragraphs = document.querySelectorAll("[data-passage]");
    const texts = [];
    const found = [...paragraphs].find((one) => one.textContent.includes(passage));
    const walker = document.createTreeWalker(found, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node);
    const place = (words, end) => {
        const node = texts.find((one) => one.data.includes(words));
        return [node, node.data.indexOf(words) + (end ? words.length : 0)];
    };
    range.setStart(...place(from, false));
    range.setEnd(...place(to, true));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


def registered(text: str) -> Document:
    day = timezone.localdate()
    actor = actor_of_post(Post.objects.get(code="VPCP:chuyen-vien"), day=day)
    received = register.receive(text.encode(), "van-ban.txt")
    return register.register(received, register.Heading.of(received.reading), actor=actor, at=timezone.now())


@pytest.fixture
def short(story: Story) -> Document:
    story.person("officer", "VPCP:chuyen-vien")
    return registered(PAPER)


@pytest.fixture
def long(story: Story) -> Document:
    story.person("officer", "VPCP:chuyen-vien")
    text = (DEMO / "01-nq-01-chuong-trinh.txt").read_text(encoding="utf-8")
    return registered(render(text, date(2026, 5, 4)))


def opened(story: Story, document: Document, query: str = "") -> Any:
    page = story.page("officer")
    page.goto(f"{story.address}/directives/{document.code}/review/{query}")
    return page


def pressed(page: Any, *keys: str) -> None:
    """Keys that stay on the page."""
    for key in keys:
        page.keyboard.press(key)


def sent(page: Any, key: str) -> None:
    """A key that posts: the page comes back."""
    with page.expect_navigation():
        page.keyboard.press(key)


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id"))


def states(document: Document) -> dict[int, str]:
    return dict(document.tasks.values_list("number", "state"))


def test_the_sure_ones_of_a_long_document_are_confirmed_together_and_taken_back(story: Story, long: Document) -> None:
    page = opened(story, long)
    assert page.locator("article.candidate").count() == 25
    press(page, "button[name=do][value=sure]")
    sure = long.tasks.filter(state=Task.State.ACCEPTED).count()
    assert sure > 200
    assert page.locator("article.candidate").count() == long.tasks.filter(state=Task.State.PROPOSED).count()
    press(page, "button[name=do][value=undo]")
    assert not long.tasks.filter(state=Task.State.ACCEPTED).exists()


def test_a_long_document_is_read_page_by_page_and_part_by_part(story: Story, long: Document) -> None:
    page = opened(story, long, "?order=text")
    size = page.evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize")
    assert size < 150_000
    press(page, ".pager a[rel=next]")
    assert "page=2" in page.url and "order=text" in page.url
    assert page.locator("article.candidate").first.get_attribute("id") == "c-26"
    page.click("details.chip:has-text('Phần') > summary")
    press(page, "details.chip:has-text('Phần') .sheet a >> nth=2")
    shown = [
        int(one.removeprefix("c-")) for one in page.eval_on_selector_all("article.candidate", "a => a.map(x => x.id)")
    ]
    part = {task.path.partition(";")[0] for task in long.tasks.filter(number__in=shown)}
    assert len(part) == 1 and "part=" in page.url


def test_everything_is_done_with_the_keyboard_alone(story: Story, short: Document) -> None:
    page = opened(story, short, "?order=text&show=all")
    pressed(page, "j")
    assert focused(page) == "c-1"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    pressed(page, "j")
    assert focused(page) == "c-2"
    pressed(page, "k")

    sent(page, "a")
    assert states(short) == {1: "accepted", 2: "proposed"}
    assert focused(page) == "c-2"
    sent(page, "x")
    assert states(short) == {1: "accepted", 2: "rejected"}
    sent(page, "u")
    assert states(short) == {1: "accepted", 2: "proposed"}
    sent(page, "r")
    sent(page, "u")
    sent(page, "u")
    assert states(short) == {1: "proposed", 2: "proposed"}

    # e opens the form with the first field in focus; Escape closes it and goes back to the task.
    pressed(page, "j", "e")
    page.wait_for_selector(".edit-place :focus")
    pressed(page, "Escape")
    assert focused(page) == "c-1"

    # s offers the places where the task may be cut.
    pressed(page, "s")
    page.wait_for_selector("select[name=position]:focus")
    page.keyboard.press("Tab")
    sent(page, "Enter")
    assert short.tasks.count() == 3
    sent(page, "u")

    # Space selects; m joins what is selected.
    pressed(page, "j", " ", "j", " ")
    sent(page, "m")
    assert states(short)[2] == "rejected"
    sent(page, "u")
    assert states(short)[2] == "proposed"

    # n goes to the field for words of the text, and adds them.
    pressed(page, "n")
    assert focused(page) == "quote"
    page.keyboard.insert_text("kiểm tra phương án sơ tán dân tại từng xã")
    page.keyboard.press("Tab")
    sent(page, "Enter")
    assert short.tasks.get(number=4).quote == "kiểm tra phương án sơ tán dân tại từng xã"


def test_the_keys_rest_while_somebody_writes(story: Story, short: Document) -> None:
    page = opened(story, short)
    page.focus("#quote")
    page.keyboard.type("axu")
    assert page.input_value("#quote") == "axu"
    assert not short.review_steps.exists()


def test_marked_words_become_a_task_and_divide_one(story: Story, short: Document) -> None:
    page = opened(story, short, "?show=all&order=text")
    page.evaluate(MARK, ["kiểm tra phương án", "kiểm tra phương án", "từng xã"])
    page.wait_for_selector("[data-cuts]:not([disabled])")
    sent(page, "n")
    added = short.tasks.get(number=3)
    assert short.text[added.start : added.end] == "kiểm tra phương án sơ tán dân tại từng xã"

    page.evaluate(MARK, ["rà soát các hồ chứa", "rà soát", "rà soát"])
    page.wait_for_selector("[data-cuts]:not([disabled])")
    press(page, "[data-cuts]")
    second = short.tasks.get(number=4)
    assert second.quote.startswith("rà soát các hồ chứa")
    assert short.tasks.get(number=1).end == second.start


def test_two_selected_tasks_are_joined_and_parted_again(story: Story, short: Document) -> None:
    page = opened(story, short, "?show=all&order=text")
    page.check("#c-1 input[data-item]")
    page.check("#c-2 input[data-item]")
    press(page, "button[name=do][value=join]")
    joined = short.tasks.get(number=1)
    assert "hồ chứa" in joined.quote and "sơ tán" in joined.quote
    press(page, "button[name=do][value=undo]")
    assert states(short) == {1: "proposed", 2: "proposed"}


def test_everything_is_reached_by_tab_without_scripts(story: Story, short: Document) -> None:
    page = opened(story, short)
    state = page.context.storage_state()
    context = story.browser.new_context(java_script_enabled=False, storage_state=state, locale="vi-VN")
    bare = context.new_page()
    bare.goto(f"{story.address}/directives/{short.code}/review/?show=all&order=text")
    reached = set()
    for _press in range(120):
        bare.keyboard.press("Tab")
        one = bare.locator(":focus")
        if one.count():
            reached.add(one.get_attribute("value") or one.get_attribute("href") or one.get_attribute("name") or "")
    wanted = {"accept", "aside", "join", "accept-1", "aside-2", "add", "quote", f"/directives/{short.code}/review/1/"}
    assert wanted <= reached
    bare.goto(f"{story.address}/directives/{short.code}/review/1/")
    bare.click("button[value=cut-1]")
    assert short.tasks.count() == 3
    context.close()
