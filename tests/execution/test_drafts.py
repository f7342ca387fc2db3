"""A draft becomes the body's act through somebody else than its author."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isotherm.accounts.models import Person
from isotherm.actor import Actor
from isotherm.execution.acts import drafts, take_up
from isotherm.execution.models import Draft
from isotherm.refusals import NotYours
from tests.world import MONDAY, Wanted, World

DAY = timedelta(days=1)


def drafted(world: World, author: Actor) -> Draft:
    document = world.issued("16/CT-TTg", [Wanted(["P-52"])])
    take_up.take_up(document.code, world.unit("P-52"), actor=world.clerk("P-52"), at=MONDAY + DAY)
    payload = {"numbers": [1], "percent": 30, "words": "Đang làm", "done": False}
    unit, at = world.unit("P-52"), MONDAY + 2 * DAY
    return drafts.draft(document.code, unit, verb="report", payload=payload, summary="x", actor=author, at=at)


def test_another_person_approves(world: World) -> None:
    lan = Person.objects.create(login="lan", name="Lan")
    made = drafted(world, world.actor("P-52:chuyen-vien", person=lan))
    drafts.approve(made.pk, actor=world.chair("P-52"), at=MONDAY + 3 * DAY)
    made.refresh_from_db()
    assert made.state == Draft.State.APPROVED


def test_nobody_approves_a_draft_of_his_own_in_another_of_his_posts(world: World) -> None:
    lan = Person.objects.create(login="lan", name="Lan")
    made = drafted(world, world.actor("P-52:chuyen-vien", person=lan))
    with pytest.raises(NotYours):
        drafts.approve(made.pk, actor=world.actor("P-52:lanh-dao", person=lan), at=MONDAY + 3 * DAY)
    made.refresh_from_db()
    assert made.state == Draft.State.WAITING
