"""Drafting, checking and signing a reorganisation; what it does to the register, and undoing that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from isotherm.accounts.models import Appointment, Person, Post
from isotherm.actor import Actor
from isotherm.execution import reorganise
from isotherm.records import ledger
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach
from isotherm.units import queries, tree
from isotherm.units.models import Kind, Name, Placement, Reorganisation, Succession, Successor, Unit
from isotherm.units.reorganisation import acts, preview
from isotherm.units.reorganisation import queries as reorganisations
from isotherm.units.reorganisation.acts import Draft
from tests.world import MONDAY, World

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)
NIGHT = MONDAY + 10 * DAY
THEN = NIGHT.date()
EVE = THEN - DAY
MERGER: dict[str, Any] = {"kind": "merge", "gone": ["P-66"], "heir": "P-52"}
LAK = {"unit": "P-99", "vi": "Ủy ban nhân dân tỉnh Cao Nguyên", "en": "People's Committee of Cao Nguyen Province"}


def drafted(
    world: World,
    *steps: dict[str, Any],
    day: date = THEN,
    on: date = date(2026, 3, 20),
    post: str = "VPCP:chuyen-vien",
    **extra: Any,
) -> Reorganisation:
    said = Draft("Sắp xếp", "1/2026/QH16", "QH", on, day, steps, **extra)
    return acts.draft(said, actor=world.actor(post), at=MONDAY)


def says(world: World, *steps: dict[str, Any], day: date = THEN, **extra: Any) -> list[str]:
    made = drafted(world, *steps, day=day, **extra)
    return [str(one) for one in reorganise.check(made, today=MONDAY.date())[1] if one.stops]


def carried(world: World, *steps: dict[str, Any], office: str = "VPCP", **extra: Any) -> Reorganisation:
    made = drafted(world, *steps, post=f"{office}:chuyen-vien", **extra)
    reorganise.sign(made.code, actor=world.officer(office), at=MONDAY)
    reorganise.sign(made.code, actor=world.chair(office), at=MONDAY)
    return reorganise.carry_out(made.code, actor=Actor.system("reorganise"), at=NIGHT)


def test_what_is_signed_is_seen_by_the_bodies_it_names_and_those_above_them(world: World) -> None:
    first, second = world.communes("P-52")[:2]
    made = drafted(world, {"kind": "merge", "gone": [second], "heir": first})
    seen = ("P-52:chuyen-vien", f"{first}:van-thu")
    not_seen = ("P-66:chuyen-vien", f"{world.communes('P-52')[2]}:van-thu", f"{world.communes('P-66')[0]}:van-thu")
    for post in (*seen, *not_seen):
        assert reorganisations.visible(world.actor(post)) == []
    reorganise.sign(made.code, actor=world.officer("VPCP"), at=MONDAY)
    for post in seen:
        assert reorganisations.visible(world.actor(post)) == [made]
        assert acts.reorganisation_for(world.actor(post), made.code) == made
    for post in not_seen:
        assert reorganisations.visible(world.actor(post)) == []
        with pytest.raises(OutOfReach):
            acts.reorganisation_for(world.actor(post), made.code)


def test_a_merger_takes_communes_and_joins_departments_of_the_same_kind(world: World) -> None:
    communes = len(world.communes("P-66"))
    before = len(world.communes("P-52"))
    carried(world, MERGER)
    assert len(tree.children(world.unit("P-52"), THEN, kinds=["commune_committee"])) == before + communes
    assert queries.standing_on([world.unit("P-66"), world.unit("P-66.SYT")], THEN, "vi") == {}
    assert Successor.objects.get(unit_id=world.unit("P-66.SYT")).heir_id == world.unit("P-52.SYT")
    assert tree.lineage(world.unit("P-52.SYT")) == {world.unit("P-52.SYT"), world.unit("P-66.SYT")}
    assert tree.parent(world.unit("P-66.SYT"), EVE) == world.unit("P-66")


def test_the_register_is_only_ever_added_to_and_closed(world: World) -> None:
    rows = {model: dict(model.objects.values_list("id", "valid")) for model in (Name, Kind, Placement)}
    made = carried(world, MERGER)
    for model, old in rows.items():
        for number, valid in model.objects.filter(pk__in=old).values_list("id", "valid"):
            assert valid.lower == old[number].lower
            assert valid.upper in (old[number].upper, THEN)
        assert not model.objects.exclude(pk__in=old).exclude(source=made.source).exists()


def test_undoing_lets_the_tree_stand_as_before(world: World) -> None:
    before = tree.parents_on(THEN)
    made = carried(world, {"kind": "found", **LAK, "unit_kind": "province_committee", "parent": "CP"},
                   {"kind": "merge", "gone": ["P-66", "P-52"], "heir": "P-99"})  # fmt: skip
    assert tree.parent(world.unit("P-66.SYT"), THEN) is None or tree.parents_on(THEN) != before
    reorganise.undo(made.code, actor=world.chair("VPCP"), at=NIGHT + timedelta(hours=1))
    assert tree.parents_on(THEN) == before
    assert not Successor.objects.filter(unit_id=world.unit("P-66")).exists()
    assert queries.find("Cao Nguyên", THEN, ["province_committee"]) == [] or all(
        one.code != "P-99" for one in queries.find("Cao Nguyên", THEN)
    )
    assert says(world, {"kind": "found", **LAK, "unit_kind": "province_committee", "parent": "CP"}) == []


def test_a_founded_unit_gets_its_posts_and_is_found_by_its_names(world: World) -> None:
    carried(world, {"kind": "found", **LAK, "also": ["tỉnh Cao Nguyên"], "unit_kind": "province_committee",
                    "branch": "province", "parent": "CP"},
            {"kind": "merge", "gone": ["P-66", "P-52"], "heir": "P-99"})  # fmt: skip
    assert Post.objects.filter(code="P-99:lanh-dao", valid__contains=THEN).exists()
    (found,) = queries.resolve(["UBND tỉnh Cao Nguyên"], THEN)
    assert found.unit_id == Unit.objects.get(code="P-99").pk
    (former,) = queries.resolve(["Ủy ban nhân dân tỉnh Gia Lai"], THEN)
    assert (former.unit_id, former.former) == (found.unit_id, True)


def test_posts_end_with_their_unit_and_people_go_where_the_list_says(world: World) -> None:
    person = Person.objects.create(login="ha.66", name="Hà")
    old = Post.objects.get(code="P-66:van-thu")
    Appointment.objects.create(person=person, post=old, valid=("2026-01-01", None))
    made = drafted(world, MERGER)
    left = [str(one) for one in reorganise.check(made, today=MONDAY.date())[1]]
    assert any("Hà" in one and "P-66:van-thu" in one for one in left)
    made = carried(world, MERGER, posts={"P-66:van-thu": "P-52:chuyen-vien"})
    held = Appointment.objects.get(person=person, valid__contains=THEN)
    assert (held.post.code, held.how) == ("P-52:chuyen-vien", "held")
    assert not Post.objects.filter(pk=old.pk, valid__contains=THEN).exists()
    reorganise.undo(made.code, actor=world.chair("VPCP"), at=NIGHT + timedelta(hours=1))
    assert Appointment.objects.get(person=person, valid__contains=THEN).post_id == old.pk


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([{"kind": "dissolve", "gone": ["P-66"], "heir": "P-52", "below": "stated"}], "stands below P-66"),
        ([{"kind": "merge", "gone": ["P-66"], "heir": "OP-52"}], "does not stand on that day"),
        ([{"kind": "merge", "gone": ["OP-52"], "heir": "P-52"}], "does not stand on 10/06/2026"),
        ([MERGER, {"kind": "merge", "gone": ["P-52"], "heir": "P-66"}], "does not stand on that day"),
        ([MERGER, MERGER], "has ended by an earlier step"),
        ([{"kind": "split", "gone": ["P-66"], "below": "follow", "heirs": [
            {"unit": "P-52", "share": 0.5}, {"unit": "P-22", "share": 0.6}]}], "add up to 1.1"),
        ([{"kind": "split", "gone": ["P-66"], "below": "follow", "heirs": [
            {"unit": "P-52", "share": 1}, {"unit": "P-22"}]}], "add up to 1"),
        ([{"kind": "split", "gone": ["P-66"], "below": "follow", "heirs": [
            {"unit": "P-52", "main": True}, {"unit": "P-22", "main": True}]}], "exactly one main part"),
        ([{"kind": "transfer", "unit": "P-52", "parent": "P-52.SYT"}], "form a circle"),
        ([{"kind": "transfer", "unit": "P-52", "parent": "P-52"}], "would stand below itself"),
        ([{"kind": "rename", "unit": "P-52", "vi": "Ủy ban nhân dân tỉnh Đắk Lắk"}], "is called"),
        ([{"kind": "found", **LAK, "unit": "P-52", "unit_kind": "ministry", "parent": "CP"}], "stands already"),
        ([{"kind": "found", **LAK, "unit": "OP-52", "unit_kind": "ministry", "parent": "CP"}], "belongs to another"),
        ([{"kind": "rename", "unit": "P-52", "vi": "A"}, {"kind": "rename", "unit": "P-52", "vi": "B"}], "twice"),
        ([{"kind": "abolish_level", "unit_kind": "district_committee"}], "No unit of that kind"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_listed_with_its_unit(world: World, steps: list[dict[str, Any]], words: str) -> None:
    with translation.override("en"):
        found = says(world, *steps)
    assert any(words in one for one in found), found


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"kind": "melt"}, "no kind of step"),
        ({"kind": "merge", "gone": ["P-66"]}, "“heir” is missing"),
        ({"kind": "merge", "gone": ["P-66"], "heir": "P-52", "share": 1}, "means nothing"),
        ({"kind": "split", "gone": ["P-66"], "heirs": [{"unit": "P-52"}]}, "two heirs"),
        ({"kind": "split", "gone": ["P-66"], "heirs": [{"unit": "P-52", "share": "x"}, {"unit": "P-22"}]}, "no share"),
        ({"kind": "merge", "gone": ["P-66", "P-66"], "heir": "P-52"}, "twice"),
        ({"kind": "change_of_kind", "unit": "P-52", "unit_kind": "kingdom"}, "no kind of unit"),
    ],
)
def test_a_step_that_says_nothing_possible_is_refused_with_its_number(
    world: World, step: dict[str, Any], words: str
) -> None:
    with translation.override("en"):
        with pytest.raises(NotAccepted) as refused:
            drafted(world, MERGER, step)
        assert "Step 2" in str(refused.value) and words in str(refused.value)


def test_it_is_not_dated_before_what_is_known_of_its_units(world: World) -> None:
    with translation.override("en"):
        found = says(world, {"kind": "merge", "gone": ["P-75"], "heir": "P-52"}, day=date(2026, 4, 1))
        assert any("P-75" in one and "30/04/2026" in one for one in found), found


def test_a_merger_is_not_dated_before_acts_of_the_units_it_ends(world: World) -> None:
    ledger.write(world.chair("P-66"), "assignment.taken_up", at=MONDAY - 2 * DAY, subject_kind="unit")
    made = drafted(world, MERGER, day=MONDAY.date() - 5 * DAY)
    with pytest.raises(NotAccepted):
        reorganise.sign(made.code, actor=world.officer("VPCP"), at=MONDAY)


def test_two_persons_sign_and_the_drafter_is_not_the_second(world: World) -> None:
    made = drafted(world, MERGER)
    with pytest.raises(NotYours):
        reorganise.sign(made.code, actor=world.clerk("VPCP"), at=MONDAY)
    with pytest.raises(NotNow):
        reorganise.carry_out(made.code, actor=world.chair("VPCP"), at=NIGHT)
    reorganise.sign(made.code, actor=world.chair("VPCP"), at=MONDAY)
    for again in (world.chair("VPCP"), world.officer("VPCP")):
        with pytest.raises(NotYours):
            reorganise.sign(made.code, actor=again, at=MONDAY)


def test_it_is_carried_out_on_its_day_by_the_job(world: World) -> None:
    made = drafted(world, MERGER)
    reorganise.sign(made.code, actor=world.officer("VPCP"), at=MONDAY)
    reorganise.sign(made.code, actor=world.chair("VPCP"), at=MONDAY)
    with pytest.raises(NotNow):
        reorganise.carry_out(made.code, actor=world.chair("VPCP"), at=NIGHT - DAY)
    assert reorganise.carry_out_due(NIGHT - DAY) == 0
    assert reorganise.carry_out_due(NIGHT) == 1
    assert Reorganisation.objects.get(pk=made.pk).state == "carried"


def test_a_province_cannot_draft_the_end_of_another(world: World) -> None:
    with pytest.raises(NotYours):
        drafted(world, MERGER, post="P-52:lanh-dao")
    own = {"kind": "rename", "unit": "P-52.SYT", "vi": "Sở Y tế và Dân số tỉnh Gia Lai"}
    assert drafted(world, own, post="P-52:lanh-dao").authority.code == "P-52"


def test_a_level_is_abolished_with_what_stood_below_it(world: World) -> None:
    communes = len(world.communes("P-52"))
    carried(world, {"kind": "abolish_level", "unit_kind": "province_department", "unit": "P-52"}, office="P-52")
    assert tree.children(world.unit("P-52"), THEN, kinds=["province_department"]) == []
    assert len(tree.children(world.unit("P-52"), THEN)) == communes
    assert Succession.objects.filter(kind="level_abolished", document="1/2026/QH16").count() == 1


def test_the_preview_shows_both_sides(world: World) -> None:
    plan, _found = reorganise.check(drafted(world, MERGER), today=MONDAY.date())
    sides = preview.sides(plan, "vi")
    before = {node.code: node for node in sides.before}
    after = {node.code: node for node in sides.after}
    assert (before["P-66"].what, before["P-66"].other) == ("ends", ("P-52",))
    assert after["P-52"].what == "takes_over"
    assert sides.counts["province_committee"] == (34, 33)
    assert "P-66" not in after


def regions_of(made: Reorganisation) -> dict[str, preview.Region]:
    plan, _findings = reorganise.check(made, today=MONDAY.date())
    return {one.code: one for one in preview.regions(plan, "vi")}


def test_the_map_says_which_province_ends_who_has_its_ground_and_how_many_local_units_move(world: World) -> None:
    found = regions_of(drafted(world, MERGER))
    assert set(found) == {"P-52", "P-66"}
    assert (found["P-66"].what, found["P-66"].heirs, found["P-66"].after) == ("ends", ("P-52",), "Gia Lai")
    assert found["P-66"].within == len(world.communes("P-66"))
    assert (found["P-52"].what, found["P-52"].within) == ("takes_over", 0)


def test_the_map_marks_a_province_in_which_only_communes_change(world: World) -> None:
    one, other = world.communes("P-52")[:2]
    found = regions_of(drafted(world, {"kind": "merge", "gone": [one], "heir": other}))
    assert [(code, region.what, region.within) for code, region in found.items()] == [("P-52", "inside", 1)]


def test_the_map_writes_the_short_new_name(world: World) -> None:
    found = regions_of(drafted(world, {"kind": "rename", "unit": "P-52", **{k: LAK[k] for k in ("vi", "en")}}))
    assert (found["P-52"].name, found["P-52"].after) == ("Gia Lai", "Cao Nguyên")


def test_both_sides_show_who_takes_over_on_one_line(world: World) -> None:
    plan, _findings = reorganise.check(drafted(world, MERGER), today=MONDAY.date())
    lines = preview.beside(preview.sides(plan, "vi"))
    assert [(a.what, b.what) for a, b in lines if a and b and a.code == b.code == "P-52"] == [("stays", "takes_over")]
