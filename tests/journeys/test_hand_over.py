"""An officer leaves: the administrator ends the appointment, both sign, the leader sees it, a third person does not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from isotherm.accounts.models import Post
from isotherm.execution.acts import hand_to, take_up
from isotherm.execution.models import HandOver
from tests.journeys.conftest import Story, press
from tests.world import Wanted, World


@pytest.mark.browser
def test_a_post_is_handed_over_and_signed_by_both(story: Story) -> None:
    world, now = World(), timezone.now()
    unit, day = world.unit("P-52"), timezone.localdate()
    document = world.issued("16/CT-TTg", [Wanted(["P-52"])], at=now - timedelta(days=3))
    take_up.take_up(document.code, unit, actor=world.clerk("P-52"), at=now - timedelta(days=2))
    desk = Post.objects.get(code="P-52:chuyen-vien")
    hand_to.hand_to(document.code, unit, post_id=desk.pk, actor=world.actor("P-52:lanh-dao", on=day), at=now)
    for login, seat in (("admin", "quan-tri"), ("leaving", "chuyen-vien"), ("coming", "van-thu"), ("head", "lanh-dao"),
                        ("other", "kiem-tra")):  # fmt: skip
        story.person(login, f"P-52:{seat}")

    page = story.page("admin")
    page.goto(f"{story.address}/units/P-52/posts/chuyen-vien/")
    page.click("#terms details summary")
    page.fill("#terms [name=on]", (day + timedelta(days=1)).isoformat())
    page.fill("#terms [name=ground]", "9/QĐ-UBND")
    page.fill("#terms [name=receiver]", "coming")
    press(page, "#terms form button")
    minutes = HandOver.objects.get()
    here = f"{story.address}/hand-overs/{minutes.pk}/"
    assert page.goto(here).status == 404

    for login in ("leaving", "coming"):
        page = story.page(login)
        page.goto(f"{story.address}/")
        press(page, "#to-sign tbody a")
        assert page.url == here and "16/CT-TTg" in page.inner_text("#open")
        page.click("#sign summary")
        press(page, "#sign button")
        assert page.locator("#sign").count() == 0
        page.goto(f"{story.address}/")
        assert page.locator("#to-sign").count() == 0
        minutes.refresh_from_db()
        assert (minutes.leaver_signed_at is not None, minutes.receiver_signed_at is not None) == (
            True,
            login == "coming",
        )
        leader = story.page("head")
        leader.goto(f"{story.address}/hand-overs/")
        assert leader.locator("main tbody .unconnected").count() == (1 if login == "leaving" else 0)

    with page.expect_download() as printed:
        page.goto(here)
        page.click("a[href$='minutes.pdf']")
    assert Path(printed.value.path()).read_bytes().startswith(b"%PDF-")
    assert story.page("other").goto(here).status == 404
