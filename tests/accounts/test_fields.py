"""A vice-chair in charge of health sees and decides the health department's matters, and leaves the others alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from isotherm.accounts.acts.posts import close_post, end_charge, found_post, put_in_charge
from isotherm.accounts.models import Charge, Post
from isotherm.actor import Actor
from isotherm.directives.models import Document
from isotherm.execution import desk
from isotherm.execution.acts import confirm, obstacles, report, take_up, urge
from isotherm.execution.acts.issue import issue
from isotherm.execution.models import Obstacle
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotAccepted, NotNow, NotYours
from isotherm.units.models import Unit
from isotherm.workdays.queries import current
from tests.world import MONDAY, Wanted, World

DAY = timedelta(days=1)
FROM = date(2026, 1, 1)
GROUND = "05/QĐ-UBND"


@dataclass
class Cast:
    world: World
    vice: Post
    charge: Charge

    @property
    def actor(self) -> Actor:
        return self.world.actor(self.vice.code)


def founded(world: World, seat: str = "pho-chu-tich-1", **more: object) -> Post:
    asked: dict[str, object] = {
        "title_vi": "Phó Chủ tịch",
        "title_en": "Vice-chair",
        "hands": ["leader", "approver"],
        "ground": GROUND,
        "start": FROM,
        "actor": world.actor("P-52:quan-tri"),
    }
    return found_post(Unit.objects.get(code="P-52"), seat, at=MONDAY, **(asked | more))  # type: ignore[arg-type]


@pytest.fixture
def cast(world: World) -> Cast:
    vice = founded(world)
    charge = put_in_charge(vice, "health", start=FROM, ground=GROUND, actor=world.chair("P-52"), at=MONDAY)
    return Cast(world, vice, charge)


def reported(world: World) -> str:
    document = world.issued("41/QĐ-UBND", [Wanted(["P-52.SYT", "P-52.STC"])], issuer="P-52")
    for unit in ("P-52.SYT", "P-52.STC"):
        director = world.chair(unit)
        take_up.take_up(document.code, world.unit(unit), actor=director, at=MONDAY + DAY)
        report.report(
            document.code, world.unit(unit), percent=100, words="Xong", done=True, actor=director, at=MONDAY + 2 * DAY
        )
    return document.code


def test_her_desk_shows_her_field_and_what_belongs_to_none(cast: Cast) -> None:
    reported(cast.world)
    cast.world.issued("42/CT-TTg", [Wanted(["P-52"])])
    mine = desk.decisions(cast.actor, at=MONDAY + 3 * DAY)
    assert [(one.what, one.assignments) for one in mine] == [("completion", 1)]
    every = desk.decisions(cast.actor, at=MONDAY + 3 * DAY, every_field=True)
    assert [(one.what, one.assignments) for one in every] == [("completion", 2)]
    assert desk.counts(cast.actor, desk.Asked(), at=MONDAY, days=current())["new"] == 1


def test_the_chair_sees_all_fields(cast: Cast) -> None:
    reported(cast.world)
    assert [one.assignments for one in desk.decisions(cast.world.chair("P-52"), at=MONDAY + 3 * DAY)] == [2]


def test_she_confirms_her_field_and_is_told_why_the_rest_is_left(cast: Cast) -> None:
    code, world = reported(cast.world), cast.world
    outcome = confirm.confirm(code, world.unit("P-52"), actor=cast.actor, at=MONDAY + 3 * DAY)
    assert outcome.done == 1
    assert [type(one.refusal) for one in outcome.refused] == [NotYours]
    with pytest.raises(NotYours):
        confirm.confirm(
            code, world.unit("P-52"), units=[world.unit("P-52.STC")], actor=cast.actor, at=MONDAY + 3 * DAY
        )
    confirm.confirm(code, world.unit("P-52"), actor=world.chair("P-52"), at=MONDAY + 3 * DAY)


def test_she_urges_in_her_field_only(cast: Cast) -> None:
    world = cast.world
    document = world.issued("43/QĐ-UBND", [Wanted(["P-52.SYT", "P-52.STC"])], issuer="P-52")
    finance = world.assignment(document, "P-52.STC")
    with pytest.raises(NotYours):
        urge.urge(
            document.code, [finance.pk], words="Báo cáo", by_unit=world.unit("P-52"), actor=cast.actor, at=MONDAY + DAY
        )
    both = [finance.pk, world.assignment(document, "P-52.SYT").pk]
    done = urge.urge(
        document.code, both, words="Báo cáo", by_unit=world.unit("P-52"), actor=cast.actor, at=MONDAY + DAY
    )
    assert done.done == 1 and finance.pk not in done.assignments


def signed_for_the_chair(world: World, department: str, symbol: str) -> Document:
    """A department's paper, given in the committee's name, waiting to be sent."""
    document = world.written(symbol, [Wanted([world.communes("P-52")[0]])], issuer=department)
    document.signed_how, document.in_name_of_id = "by_order", world.unit("P-52")
    document.state, document.submitted_at = Document.State.SUBMITTED, MONDAY
    document.save()
    return document


def test_she_sends_papers_of_her_field_only(cast: Cast) -> None:
    world = cast.world
    finance = signed_for_the_chair(world, "P-52.STC", "45/QĐ")
    health = signed_for_the_chair(world, "P-52.SYT", "46/QĐ")
    assert [one.document_code for one in desk.decisions(cast.actor, at=MONDAY) if one.what == "send"] == [health.code]
    with pytest.raises(NotYours):
        issue(finance.code, actor=cast.actor, at=MONDAY)
    issue(health.code, actor=cast.actor, at=MONDAY)
    issue(finance.code, actor=world.chair("P-52"), at=MONDAY)


def hindered(world: World, unit: str, missing: str) -> Obstacle:
    document = world.issued(f"{len(missing)}/CT-TTg", [Wanted([unit])], issuer="P-52")
    take_up.take_up(document.code, world.unit(unit), actor=world.chair(unit), at=MONDAY)
    return obstacles.raise_obstacle(
        document.code, world.unit(unit), kind="money", missing=missing, owing_id=world.unit("P-52"),
        actor=world.chair(unit), at=MONDAY,
    )  # fmt: skip


def test_what_is_owed_belongs_to_the_field_of_who_waits_for_it(cast: Cast) -> None:
    health, finance = hindered(cast.world, "P-52.SYT", "Thuốc"), hindered(cast.world, "P-52.STC", "Dự toán")
    assert [one.code for one in desk.decisions(cast.actor, at=MONDAY + DAY)] == [health.code]
    with pytest.raises(NotYours):
        obstacles.decide_pause(finance.code, agreed=True, actor=cast.actor, at=MONDAY + DAY)
    obstacles.decide_pause(health.code, agreed=True, actor=cast.actor, at=MONDAY + DAY)
    with pytest.raises(NotYours):
        obstacles.deliver(finance.code, symbol="1/QĐ", actor=cast.actor, at=MONDAY + DAY)
    obstacles.deliver(health.code, symbol="1/QĐ", actor=cast.actor, at=MONDAY + DAY)


def test_the_number_beside_the_menu_counts_her_fields(cast: Cast) -> None:
    reported(cast.world)
    document = cast.world.issued("44/QĐ-UBND", [Wanted(["P-52.STC"])], issuer="P-52")
    director, unit = cast.world.chair("P-52.STC"), cast.world.unit("P-52.STC")
    take_up.take_up(document.code, unit, actor=director, at=MONDAY)
    report.report(document.code, unit, percent=100, words="Xong", done=True, actor=director, at=MONDAY)
    assert (desk.waiting_count(cast.actor), desk.waiting_count(cast.world.chair("P-52"))) == (1, 2)


def test_a_charge_that_ended_limits_her_no_more_and_leaves_the_field_to_the_next(cast: Cast) -> None:
    world, chair = cast.world, cast.world.chair("P-52")
    second = founded(world, "pho-chu-tich-2")
    with pytest.raises(NotNow):
        put_in_charge(second, "health", start=MONDAY.date(), ground=GROUND, actor=chair, at=MONDAY)
    end_charge(cast.charge.pk, end=MONDAY.date(), actor=chair, at=MONDAY)
    put_in_charge(second, "health", start=MONDAY.date(), ground=GROUND, actor=chair, at=MONDAY)
    assert not cast.actor.fields and world.actor(second.code).fields == {"health"}
    assert world.actor(cast.vice.code, on=MONDAY.date() - DAY).fields == {"health"}


def test_nobody_gives_a_field_to_himself_or_to_others_beyond_his_own(cast: Cast) -> None:
    second = founded(cast.world, "pho-chu-tich-2")
    for post in (cast.vice, second):
        with pytest.raises(NotYours):
            put_in_charge(post, "education", start=FROM, ground=GROUND, actor=cast.actor, at=MONDAY)


def test_an_officer_has_no_field_in_charge(cast: Cast) -> None:
    officer = Post.objects.get(code="P-52:chuyen-vien")
    with pytest.raises(NotAccepted):
        put_in_charge(
            officer, "education", start=FROM, ground=GROUND, actor=cast.world.chair("P-52"), at=MONDAY
        )


def test_a_post_is_founded_by_a_decision_in_bodies_the_administrator_has(world: World) -> None:
    post = founded(world, leading=True, expertise="Đại học luật")
    assert (post.code, post.leading, post.founded_by) == ("P-52:pho-chu-tich-1", True, GROUND)
    assert LedgerLine.objects.get(verb="post.founded").facts["ground"] == GROUND
    founded_below = found_post(
        Unit.objects.get(code="P-52.SYT"),
        "pho-giam-doc-1",
        title_vi="Phó Giám đốc",
        title_en="Deputy director",
        hands=["leader"],
        ground=GROUND,
        start=FROM,
        actor=world.actor("P-52:quan-tri"),
        at=MONDAY,
    )
    assert founded_below.unit.code == "P-52.SYT"
    with pytest.raises(NotYours):
        founded(world, "khac", actor=world.actor("P-66:quan-tri"))
    with pytest.raises(NotYours):
        founded(world, "khac", actor=world.chair("P-52"))


@pytest.mark.parametrize(
    "wrong",
    [{"ground": " "}, {"hands": []}, {"hands": ["king"]}, {"hands": ["administrator", "approver"]}, {"title_vi": ""}],
)
def test_a_post_without_decision_title_or_lawful_hands_is_refused(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(NotAccepted):
        founded(world, **wrong)


def test_a_closed_post_keeps_its_code_and_its_days(world: World) -> None:
    post = founded(world)
    close_post(post, on=MONDAY.date(), ground="9/QĐ-UBND", actor=world.actor("P-52:quan-tri"), at=MONDAY)
    post.refresh_from_db()
    assert (post.valid.upper, post.closed_by) == (MONDAY.date(), "9/QĐ-UBND")
    with pytest.raises(NotNow):
        founded(world)
