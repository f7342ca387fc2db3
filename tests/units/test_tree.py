from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from isotherm.refusals import NotAccepted
from isotherm.units import kinds, queries, tree
from isotherm.units.models import Heir, Kind, Placement, Succession, TreeNode, TreeVersion, Unit

TODAY = date(2026, 6, 1)
SOON = date(2026, 9, 1)


def number(code: str) -> int:
    return queries.unit_called(code).pk


@pytest.mark.django_db
def test_below_the_government_stand_all_provinces_and_communes() -> None:
    below = tree.subtree_ids(number("CP"), TODAY)
    found = Kind.objects.filter(unit__in=below, valid__contains=TODAY, voided_by__isnull=True)
    assert found.filter(kind="province_committee").count() == 34
    assert found.filter(kind="commune_committee").count() == 3321


@pytest.mark.django_db
def test_gia_lai_has_135_communes_and_twelve_departments() -> None:
    below = tree.children(number("P-52"), TODAY)
    communes = tree.children(number("P-52"), TODAY, kinds=["commune_committee"])
    assert (len(below), len(communes)) == (147, 135)


@pytest.mark.django_db
def test_a_subtree_is_one_query() -> None:
    unit = number("CP")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert len(tree.subtree_ids(unit, TODAY)) > 3321
    assert len(asked) == 1


@pytest.mark.django_db
def test_depth_first_numbers_hold_the_same_subtree() -> None:
    node = TreeNode.objects.get(version=tree.version_on(TODAY), unit__code="P-52")
    by_numbers = TreeNode.objects.filter(version=node.version_id, lft__gte=node.lft, lft__lte=node.rgt)
    assert set(by_numbers.values_list("unit_id", flat=True)) == set(tree.subtree_ids(node.unit_id, TODAY))


@pytest.mark.django_db
def test_above_a_commune_stand_its_province_and_the_government() -> None:
    assert tree.ancestors(number("C-23575"), TODAY) == [number("P-52"), number("CP")]


@pytest.mark.django_db
def test_a_ministry_guides_the_departments_of_its_sector_without_standing_above_them() -> None:
    finance = number("P-52.STC")
    assert tree.parent(finance, TODAY, line="sector") == number("BTC")
    assert tree.parent(finance, TODAY) == number("P-52")


@pytest.mark.django_db
def test_the_chain_of_command_leaves_out_those_who_are_only_asked() -> None:
    assert kinds.in_chain("province_committee")
    assert not kinds.in_chain("front")
    outside = Kind.objects.filter(unit__in=tree.subtree_ids(number("UBMTTQVN"), TODAY, line="front"))
    assert {kinds.in_chain(kind) for kind in outside.values_list("kind", flat=True)} == {False}


@pytest.mark.django_db
def test_the_steering_committee_has_the_ministry_of_home_affairs_as_its_standing_body() -> None:
    assert tree.parent(number("BCDCCHC"), TODAY, line="standing") == number("BNV")


@pytest.mark.django_db
def test_a_transfer_gives_two_versions_and_each_day_its_own() -> None:
    commune = number("C-23575")
    move(commune, number("P-66"), SOON)
    versions = TreeVersion.objects.filter(line="state").count()
    tree.rebuild("state")
    assert TreeVersion.objects.filter(line="state").count() == versions + 1
    assert tree.parent(commune, date(2026, 8, 31)) == number("P-52")
    assert tree.parent(commune, SOON) == number("P-66")
    assert len(tree.children(number("P-66"), SOON, kinds=["commune_committee"])) == 103


@pytest.mark.django_db
def test_versions_that_did_not_change_are_kept() -> None:
    before = set(TreeVersion.objects.values_list("id", flat=True))
    move(number("C-23575"), number("P-66"), SOON)
    tree.rebuild("state")
    assert before <= set(TreeVersion.objects.values_list("id", flat=True))
    assert tree.rebuild("state") == 0


@pytest.mark.django_db
def test_a_circle_is_refused_and_named() -> None:
    Placement.objects.filter(unit__code="P-52", line="state").update(voided_by=1)
    Placement.objects.create(
        unit_id=number("P-52"), parent_id=number("C-23575"), valid=DateRange(date(2025, 7, 1), None)
    )
    with pytest.raises(NotAccepted) as refused:
        tree.rebuild("state")
    assert refused.value.facts == {"unit": "P-52"}


@pytest.mark.django_db
def test_a_day_before_the_register_is_refused() -> None:
    with pytest.raises(NotAccepted):
        tree.version_on(date(2001, 1, 1))


@pytest.mark.django_db
def test_lineage_gathers_what_was_absorbed_and_what_that_had_absorbed() -> None:
    old, older, heir, other = (Unit.objects.create(code=code) for code in ("X-1", "X-2", "X-3", "X-4"))
    inherit(date(2020, 1, 1), older, {old: 1})
    inherit(date(2025, 7, 1), old, {heir: 1})
    assert tree.lineage(heir.pk) == {heir.pk, old.pk, older.pk}
    assert tree.lineage(other.pk) == {other.pk}


@pytest.mark.django_db
def test_of_a_divided_unit_only_the_main_heir_counts_the_past() -> None:
    divided, main, lesser = (Unit.objects.create(code=code) for code in ("X-1", "X-2", "X-3"))
    event = Succession.objects.create(day=TODAY, kind="split", document="1/NQ")
    Heir.objects.create(succession=event, gone=divided, heir=main, share="0.7", main=True)
    Heir.objects.create(succession=event, gone=divided, heir=lesser, share="0.3", main=False)
    assert tree.lineage(main.pk) == {main.pk, divided.pk}
    assert tree.lineage(lesser.pk) == {lesser.pk}


def move(unit: int, parent: int, day: date) -> None:
    """Close one range, add one row: the only way a placement changes."""
    held = Placement.objects.get(unit=unit, line="state", voided_by__isnull=True)
    Placement.objects.filter(pk=held.pk).update(valid=DateRange(held.valid.lower, day, "[)"))
    Placement.objects.create(unit_id=unit, parent_id=parent, valid=DateRange(day, None, "[)"))


def inherit(day: date, gone: Unit, heirs: dict[Unit, int]) -> None:
    event = Succession.objects.create(day=day, kind="merger", document="1/NQ")
    for heir, share in heirs.items():
        Heir.objects.create(succession=event, gone=gone, heir=heir, share=share)
