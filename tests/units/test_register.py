from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from isotherm import country
from isotherm.refusals import NotAccepted
from isotherm.units import package, queries, register, tree
from isotherm.units.models import Heir, Kind, Name, Placement, Succession, Unit

TODAY = date(2026, 6, 1)


@pytest.mark.django_db
def test_the_whole_state_is_there() -> None:
    counts = queries.counts_on(TODAY)
    assert counts[("commune_committee", "commune")] == 2611
    assert counts[("commune_committee", "ward")] == 697
    assert counts[("commune_committee", "special_zone")] == 13
    assert counts[("province_committee", "province")] == 27
    assert counts[("province_committee", "city")] == 7
    assert sum(count for (kind, _), count in counts.items() if kind == "ministry") == 14
    assert sum(count for (kind, _), count in counts.items() if kind == "ministerial_agency") == 3
    assert sum(count for (kind, _), count in counts.items() if kind == "province_department") == 34 * 12


@pytest.mark.django_db
def test_before_the_change_of_2026_there_were_six_cities_and_ten_wards_less() -> None:
    counts = queries.counts_on(date(2026, 4, 29))
    assert counts[("province_committee", "city")] == 6
    assert counts[("commune_committee", "ward")] == 687
    assert counts[("commune_committee", "commune")] == 2621


@pytest.mark.django_db
def test_dong_nai_changes_its_name_with_its_type_and_keeps_its_id() -> None:
    unit = queries.unit_called("P-75").pk
    assert queries.named_on([unit], date(2026, 4, 29), "vi") == {unit: "Ủy ban nhân dân tỉnh Đồng Nai"}
    assert queries.named_on([unit], date(2026, 4, 30), "vi") == {unit: "Ủy ban nhân dân thành phố Đồng Nai"}
    assert queries.named_on([unit], date(2026, 4, 30), "en") == {unit: "People's Committee of Dong Nai City"}


@pytest.mark.django_db
def test_what_hangs_on_dong_nai_is_renamed_the_same_day() -> None:
    office = queries.unit_called("P-75.STC").pk
    party = queries.unit_called("P-75.TU").pk
    assert queries.named_on([office, party], date(2026, 5, 1), "vi") == {
        office: "Sở Tài chính thành phố Đồng Nai",
        party: "Thành ủy Đồng Nai",
    }


@pytest.mark.django_db
def test_a_change_of_kind_cites_its_document() -> None:
    event = Succession.objects.get(heirs__gone__code="P-75")
    assert (event.day, event.kind, event.document) == (date(2026, 4, 30), "change_of_kind", "30/2026/QH16")


@pytest.mark.django_db
def test_names_carry_both_tone_spellings() -> None:
    name = Name.objects.get(unit__code="P-56", valid__contains=TODAY)
    assert (name.vi, name.vi_other) == ("Ủy ban nhân dân tỉnh Khánh Hòa", "Uỷ ban nhân dân tỉnh Khánh Hoà")


@pytest.mark.django_db
def test_a_name_before_the_first_known_day_is_the_nearest() -> None:
    unit = queries.unit_called("BTC").pk
    assert queries.named_on([unit], date(2019, 1, 1), "vi") == {unit: "Bộ Tài chính"}


@pytest.mark.django_db
@pytest.mark.slow
def test_loading_again_changes_nothing() -> None:
    before = register.version()
    report = register.load()
    assert not report.changed
    assert register.version() == before


@pytest.mark.django_db
@pytest.mark.slow
def test_a_name_changed_in_the_file_voids_the_old_row() -> None:
    said = package.bodies()
    changed = [replace_name(row) if row.code == "VTV" else row for row in said.names]
    report = register.load(replace(said, names=changed), ledger_line=77)
    assert (report.voided, report.added["Name"]) == (1, 1)
    assert Name.objects.get(unit__code="VTV", voided_by=77).vi == "Đài Truyền hình Việt Nam"
    unit = queries.unit_called("VTV").pk
    assert queries.named_on([unit], TODAY, "vi") == {unit: "Đài Truyền hình Quốc gia"}


def replace_name(row: package.NameRow) -> package.NameRow:
    return row._replace(vi="Đài Truyền hình Quốc gia")


@pytest.mark.django_db
@pytest.mark.slow
def test_a_range_closed_here_is_not_opened_again_by_loading() -> None:
    placed = Placement.objects.get(unit__code="EVN", line="owner")
    Placement.objects.filter(pk=placed.pk).update(valid=DateRange(placed.valid.lower, TODAY, "[)"))
    register.load()
    assert Placement.objects.get(pk=placed.pk).valid.upper == TODAY


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "fields", "constraint"),
    [
        (Name, {"vi": "Hai", "search": "hai", "sort_key": "h"}, "a_unit_has_one_name_at_a_time"),
        (Kind, {"kind": "other"}, "a_unit_has_one_kind_at_a_time"),
        (Placement, {"line": "state"}, "a_unit_has_one_parent_at_a_time"),
    ],
)
def test_the_database_refuses_two_rows_for_one_day(model: type[Name], fields: dict[str, str], constraint: str) -> None:
    unit = queries.unit_called("BTC")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.create(unit=unit, valid=DateRange(TODAY, None), **fields)


@pytest.mark.django_db
def test_a_voided_row_stands_in_nobodys_way() -> None:
    unit = queries.unit_called("BTC")
    Kind.objects.create(unit=unit, valid=DateRange(TODAY, None), kind="other", voided_by=5)
    assert queries.standing_on([unit.pk], TODAY, "vi")[unit.pk].kind == "ministry"


@pytest.mark.django_db
def test_a_unit_may_stand_in_two_lines_at_once() -> None:
    lines = set(Placement.objects.filter(unit__code="P-52.STC").values_list("line", flat=True))
    assert lines == {"state", "sector"}


@pytest.mark.django_db
def test_the_database_refuses_a_unit_as_its_own_parent() -> None:
    unit = Unit.objects.create(code="X-1")
    with pytest.raises(IntegrityError, match="a_unit_is_not_its_own_parent"), transaction.atomic():
        Placement.objects.create(unit=unit, parent=unit, valid=DateRange(TODAY, None))


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        ("centre", {"kind": "ministri"}, {"line": 2}),
        ("centre", {"since": "2025-13-01"}, {"line": 2}),
        ("centre", {"places": "nowhere:CP"}, {"line": 2}),
        pytest.param("centre", {"places": "state:GONE"}, {"unit": "CP", "parent": "GONE"}, marks=pytest.mark.slow),
        pytest.param("aliases", {"code": "NOBODY"}, {"line": 2}, marks=pytest.mark.slow),
        ("vn-communes-3321", {"province_code": "99"}, {"line": 2}),
        ("changes", {"day": "soon"}, {"line": 2}),
        pytest.param("changes", {"code": "P-99"}, {"line": 2}, marks=pytest.mark.slow),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(file: str, change: dict[str, str], says: dict[str, object]) -> None:
    def table(name: str) -> tuple[dict[str, str], ...]:
        rows = country.table(name)
        return ({**rows[0], **change}, *rows[1:]) if name == file else rows

    with pytest.raises(NotAccepted) as refused:
        package.read(table, country.rules("kinds"))
    assert says.items() <= refused.value.facts.items()


JUNE_2025 = date(2025, 6, 30)


@pytest.mark.django_db
def test_the_day_before_two_levels_there_were_three() -> None:
    before, after = queries.counts_on(JUNE_2025), queries.counts_on(date(2025, 7, 1))

    def of(counts: dict[tuple[str, str], int], kind: str) -> int:
        return sum(count for (one, _branch), count in counts.items() if one == kind)

    assert [of(before, kind) for kind in ("province_committee", "district_committee", "commune_committee")] == [
        63,
        696,
        10035,
    ]
    assert [of(after, kind) for kind in ("province_committee", "district_committee", "commune_committee")] == [
        34,
        0,
        3321,
    ]


@pytest.mark.django_db
def test_every_local_body_that_ended_has_one_main_heir_that_stands_the_day_after() -> None:
    standing = set(Kind.objects.filter(valid__contains=date(2025, 7, 1)).values_list("unit_id", flat=True))
    ended = set(Kind.objects.filter(valid__endswith=date(2025, 7, 1)).values_list("unit_id", flat=True)) - standing
    main = list(Heir.objects.filter(gone__in=ended, main=True).values_list("gone_id", "heir_id"))
    assert len(ended) == 52 + 696 + 10035 - len(_going_on())
    assert sorted(gone for gone, _heir in main) == sorted(ended)
    assert {heir for _gone, heir in main} <= standing


def _going_on() -> list[int]:
    """Communes that go on: they have a name of both times."""
    old = Name.objects.filter(unit__code__startswith="C-", valid__contains=JUNE_2025)
    return list(old.values_list("unit_id", flat=True))


@pytest.mark.django_db
def test_a_commune_that_goes_on_keeps_its_id_and_changes_its_province() -> None:
    unit = queries.unit_called("C-00859").pk
    assert tree.ancestors(unit, JUNE_2025)[1] == queries.unit_called("OP-02").pk
    assert tree.parent(unit, date(2025, 7, 1)) == queries.unit_called("P-08").pk
    assert 100 < len(_going_on()) < 132


@pytest.mark.django_db
def test_of_a_divided_commune_nobody_states_a_share() -> None:
    shares = Heir.objects.filter(gone__code="OC-00007", succession__day=date(2025, 7, 1))
    assert shares.count() > 1
    assert set(shares.values_list("share", flat=True)) == {None}
    assert shares.filter(main=True).count() == 1


@pytest.mark.django_db
def test_a_new_province_has_all_that_it_was_formed_of_in_its_lineage() -> None:
    lineage = Unit.objects.filter(pk__in=tree.lineage(queries.unit_called("P-68").pk))
    assert {unit.code for unit in lineage if unit.code.startswith("OP-")} == {"OP-60", "OP-67", "OP-68"}


@pytest.mark.django_db
def test_an_island_district_without_communes_goes_on_in_its_special_zone() -> None:
    heir = Heir.objects.get(gone__code="OD-498")
    assert (heir.heir.code, heir.succession.kind) == ("C-20333", "level_abolished")


@pytest.mark.django_db
def test_a_code_that_changed_leads_from_the_old_township_to_the_new_commune() -> None:
    assert Heir.objects.get(gone__code="OC-06970").heir.code == "C-06978"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "day", "code"),
    [
        ("Bộ Kế hoạch và Đầu tư", date(2024, 8, 1), "BKHDT"),
        ("Bộ Kế hoạch và Đầu tư", date(2025, 8, 1), "BTC"),
        ("UBND tỉnh Bình Dương", date(2024, 8, 1), "OP-74"),
        ("UBND tỉnh Thừa Thiên Huế", date(2024, 8, 1), "P-46"),
        ("UBND thành phố Huế", date(2025, 1, 1), "P-46"),
        ("Ủy ban nhân dân huyện Đông Anh", JUNE_2025, "OD-017"),
    ],
)
def test_a_paper_means_the_bodies_of_its_day(words: str, day: date, code: str) -> None:
    (found,) = queries.resolve([words], day)
    assert found.unit_id == queries.unit_called(code).pk
