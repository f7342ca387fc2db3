"""How bodies are staffed: worked examples, the rows behind each number, and targets by decisions."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db.backends.postgresql.psycopg_any import DateRange

from isotherm.accounts import acts
from isotherm.accounts.acts.targets import set_target
from isotherm.accounts.models import Appointment, Person, Post
from isotherm.actor import Actor
from isotherm.analysis import organisation
from isotherm.analysis.figures import ORGANISATION, WORKLOAD
from isotherm.analysis.organisation import Measured
from isotherm.doors.cli import people as command
from isotherm.units import tree
from isotherm.units.models import Kind, Name, Placement, Unit
from tests.world import MONDAY, World

JOB = Actor.system("test")
DAY = MONDAY.date()
WEEK = timedelta(days=7)


def person(login: str) -> Person:
    return acts.add_person(login, name=login.title(), password="Mot-mat-khau-dai-1", actor=JOB, at=MONDAY)


def put(somebody: Person, code: str, how: str = "held", *, start: date = DAY, end: date | None = None) -> None:
    acts.appoint(
        somebody, Post.objects.get(code=code), start=start, end=end, how=how, ground="7/QĐ", actor=JOB, at=MONDAY
    )


def told(name: str, unit: int, day: date = DAY) -> Measured:
    found = organisation.measure(name, unit, day)
    assert found is not None
    return found


def numbers(name: str, unit: int, day: date = DAY) -> tuple[int, int]:
    found = told(name, unit, day)
    return found.numerator, found.denominator


def below(world: World, province: str) -> int:
    return Post.objects.filter(unit__code__startswith=f"{province}.").filter(leading=True).count() + len(
        world.communes(province)
    )


def test_leading_posts_filled_by_kind_of_body(world: World) -> None:
    unit = world.unit("P-52")
    assert numbers("leading_filled", unit) == (0, 1 + below(world, "P-52"))
    put(person("chair"), "P-52:lanh-dao")
    put(person("acting"), "P-52.SYT:lanh-dao", "acting")
    put(person("elsewhere"), "P-66:lanh-dao")
    found = told("leading_filled", unit)
    assert {(one.kind, one.numerator, one.denominator) for one in found.parts} == {
        ("province_committee", 1, 1),
        ("province_department", 0, Post.objects.filter(unit__code__startswith="P-52.", leading=True).count()),
        ("commune_committee", 0, len(world.communes("P-52"))),
    }


def test_all_localities_have_all_their_leading_posts_filled(world: World) -> None:
    """The figure of the news: 100%, and not one body less."""
    unit = world.unit("P-52")
    posts = organisation.rows("leading_filled", unit, DAY)
    people = Person.objects.bulk_create([Person(login=f"l{one.post_id}", name="L", password="!") for one in posts])
    Appointment.objects.bulk_create(
        Appointment(person=somebody, post_id=one.post_id, valid=DateRange(date(2026, 1, 1), None))
        for somebody, one in zip(people, posts, strict=True)
    )
    whole = told("bodies_fully_led", unit)
    assert whole.share == 1 and whole.numerator == len(posts)
    put(person("second"), "P-66:van-thu")
    vice = Post.objects.create(
        unit_id=unit, code="P-52:pho", title_vi="Phó", title_en="Vice", hands=["leader"], leading=True,
        valid=DateRange(DAY, None),
    )  # fmt: skip
    assert numbers("bodies_fully_led", unit) == (len(posts) - 1, len(posts))
    assert numbers("leading_filled", unit) == (len(posts), len(posts) + 1)
    gone = organisation.rows("leading_filled", unit, DAY, met=False)
    assert [(one.post_id, one.since) for one in gone] == [(vice.pk, DAY)]


def test_a_vacant_post_says_since_when_and_the_longest_comes_first(world: World) -> None:
    unit = world.unit("P-52")
    put(person("a"), "P-52:van-thu", start=DAY - 2 * WEEK, end=DAY - WEEK)
    found = {one.post_id: one.since for one in organisation.rows("posts_filled", unit, DAY, met=False)}
    clerk = Post.objects.get(code="P-52:van-thu").pk
    assert found.pop(clerk) == DAY - WEEK
    assert set(found.values()) == {date(2025, 7, 1)}
    last = organisation.rows("posts_filled", unit, DAY, kind="province_committee", met=False)[-1]
    assert last.post_id == clerk


def test_a_figure_can_be_asked_for_any_day(world: World) -> None:
    unit = world.unit("P-52")
    put(person("a"), "P-52:lanh-dao", start=DAY, end=DAY + WEEK)
    assert [numbers("leading_filled", unit, day)[0] for day in (DAY - WEEK, DAY, DAY + WEEK)] == [0, 1, 0]


def test_expertise_is_counted_at_held_posts_that_require_it(world: World) -> None:
    unit = world.unit("P-52")
    Post.objects.filter(code__in=["P-52:van-thu", "P-52:lanh-dao", "P-52:chuyen-vien"]).update(requires="law records")
    put(person("a"), "P-52:van-thu")
    put(person("b"), "P-52:lanh-dao")
    from isotherm.accounts.acts.expertise import record

    clerk = Person.objects.get(login="a")
    record(clerk, "law", since=date(2020, 1, 1), ground="Bằng 1", actor=JOB, at=MONDAY)
    assert numbers("expertise_met", unit) == (0, 2)
    record(clerk, "records", since=date(2020, 1, 1), ground="Bằng 2", actor=JOB, at=MONDAY)
    assert numbers("expertise_met", unit) == (1, 2)


def test_staff_counts_each_person_once_against_what_the_decision_allows(world: World) -> None:
    commune = world.communes("P-52")[0]
    unit = Unit.objects.get(code=commune)
    assert organisation.measure("staff_of_target", unit.pk, DAY) is None
    set_target(unit, "staff", 1, ground="32/QĐ", start=DAY, actor=JOB, at=MONDAY)
    assert numbers("staff_of_target", unit.pk) == (0, 1)
    first = person("a")
    put(first, f"{commune}:van-thu")
    put(first, f"{commune}:cong-chuc")
    assert numbers("staff_of_target", unit.pk) == (1, 1) and told("staff_of_target", unit.pk).over == 0
    put(person("b"), f"{commune}:lanh-dao")
    found = told("staff_of_target", unit.pk)
    assert (found.numerator, found.over) == (2, 1)
    assert organisation.against([unit.pk, world.unit("P-66")], "staff", DAY) == [(unit.pk, found)]


def test_focal_points_are_the_departments_not_the_communes(world: World) -> None:
    province = Unit.objects.get(code="P-52")
    departments = set(tree.children(province.pk, DAY, kinds=["province_department"]))
    set_target(province, "focal_points", 14, ground="150/2025/NĐ-CP", start=DAY, actor=JOB, at=MONDAY)
    found = told("focal_points_of_target", province.pk)
    assert (found.numerator, found.denominator) == (len(departments), 14)
    assert {one.unit_id for one in organisation.rows("focal_points_of_target", province.pk, DAY)} == departments


def test_a_body_that_is_added_stands_against_the_policy(world: World) -> None:
    province = Unit.objects.get(code="P-52")
    set_target(province, "units_added", 0, ground="18-NQ/TW", start=DAY, actor=JOB, at=MONDAY)
    assert numbers("units_added_of_policy", province.pk) == (0, 0)
    added = Unit.objects.create(code="P-52.MOI")
    days = DateRange(DAY, None)
    Kind.objects.create(unit=added, kind="province_department", valid=days, source="test")
    Name.objects.create(unit=added, vi="Sở Mới", valid=days, source="test")
    Placement.objects.create(unit=added, parent=province, line="state", valid=days, source="test")
    tree.rebuild("state")
    found = told("units_added_of_policy", province.pk)
    assert (found.numerator, found.denominator, found.over) == (1, 0, 1)
    assert [one.unit_id for one in organisation.rows("units_added_of_policy", province.pk, DAY)] == [added.pk]
    assert organisation.measure("units_added_of_policy", province.pk, DAY - WEEK) is None


@pytest.mark.parametrize("name", list(ORGANISATION))
def test_every_number_opens_exactly_its_rows(world: World, name: str) -> None:
    province = Unit.objects.get(code="P-52")
    for what in ("staff", "focal_points", "units_added"):
        set_target(province, what, 5, ground="1/QĐ", start=date(2025, 7, 1), actor=JOB, at=MONDAY)
    Post.objects.filter(code="P-52:van-thu").update(requires="law")
    seats = {"a": "P-52:van-thu", "b": "P-52.SYT:lanh-dao", "c": f"{world.communes('P-52')[0]}:lanh-dao"}
    for login, code in seats.items():
        put(person(login), code)
    found = told(name, province.pk)
    for part in found.parts:
        rows = organisation.rows(name, province.pk, DAY, kind=part.kind)
        met = organisation.rows(name, province.pk, DAY, kind=part.kind, met=True)
        assert (len(met), len(rows)) == (part.numerator, part.denominator)
    assert len(organisation.rows(name, province.pk, DAY, met=True)) == found.numerator


def test_every_staffing_figure_is_documented() -> None:
    written = (Path(__file__).resolve().parents[2] / "docs" / "organisation.md").read_text(encoding="utf-8")
    assert [name for name in (*ORGANISATION, *WORKLOAD) if f"`{name}`" not in written] == []


def test_the_command_prints_the_same_numbers_and_rows(world: World) -> None:
    put(person("chair"), "P-52:lanh-dao")
    run = CliRunner().invoke(command.group, ["figures", "P-52", "--day", DAY.isoformat()], catch_exceptions=False)
    numerator, denominator = numbers("leading_filled", world.unit("P-52"))
    assert f"leading_filled\t{numerator}\t{denominator}\t" in run.output
    rows = CliRunner().invoke(
        command.group,
        ["figures", "P-52", "--day", DAY.isoformat(), "--rows", "leading_filled", "--met", "yes"],
        catch_exceptions=False,
    )
    assert rows.output.splitlines() == [
        f"P-52\tprovince_committee\tP-52:lanh-dao\tChair\t{DAY:%d/%m/%Y}\t+",
    ]
