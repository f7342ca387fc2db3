from __future__ import annotations

from datetime import date

import pytest

from isotherm.units import queries

TODAY = date(2026, 6, 1)


def codes(text: str, **more: object) -> list[str]:
    return [found.code for found in queries.find(text, TODAY, **more)]  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("gia lai", "P-52"),
        ("GIA LAI", "P-52"),
        ("dak lak", "P-66"),
        ("Đắk Lắk", "P-66"),
        ("đak lăc", "P-66"),
        ("gia lay", "P-52"),
        ("M'Drắk", "C-24412"),
        ("M’Drak", "C-24412"),
        ("mdrak", "C-24412"),
        ("m drak", "C-24412"),
        ("khanh hoa", "P-56"),
        ("Khánh Hoà", "P-56"),
        ("BTC", "BTC"),
        ("bộ tài chính", "BTC"),
        ("Ministry of Finance", "BTC"),
        ("BGDĐT", "BGDDT"),
        ("thủ tướng", "CP"),
        ("tp hcm", "P-79"),
        ("Ho Chi Minh City", "P-79"),
        ("ubnd tỉnh gia lai", "P-52"),
        ("sở tài chính gia lai", "P-52.STC"),
        ("tân tiến đồng nai", "C-25318"),
        ("24412", "C-24412"),
        ("Viettel", "VIETTEL"),
    ],
)
def test_what_is_typed_finds_the_body_first(typed: str, first: str) -> None:
    assert codes(typed)[0] == first


@pytest.mark.django_db
def test_who_takes_orders_comes_before_who_is_only_asked() -> None:
    assert codes("gia")[:1] == ["P-52"]


@pytest.mark.django_db
def test_both_tone_placements_find_the_same() -> None:
    assert codes("Hoà Bình") == codes("Hòa Bình")


@pytest.mark.django_db
def test_what_was_typed_with_accents_comes_before_what_only_folds_to_it() -> None:
    assert codes("Hạ Long")[0] == "C-06688"
    assert codes("Hà Long")[0] == "C-15274"


@pytest.mark.django_db
def test_one_name_in_several_provinces_is_found_with_each_province_named() -> None:
    found = [one for one in queries.find("Tân Tiến", TODAY) if one.short == "Tân Tiến"]
    assert len(found) == 8
    assert {one.above for one in found} >= {"Cà Mau", "Đồng Nai", "Đắk Lắk", "Lạng Sơn"}
    assert all(one.above in one.label for one in found)


@pytest.mark.django_db
def test_only_the_kinds_asked_for_are_found() -> None:
    found = queries.find("gia lai", TODAY, ["province_department"])
    assert {one.kind for one in found} == {"province_department"}


@pytest.mark.django_db
def test_a_unit_is_found_by_the_name_of_the_day() -> None:
    before = queries.find("thành phố đồng nai", date(2026, 4, 1), ["province_committee"])
    after = queries.find("thành phố đồng nai", TODAY, ["province_committee"])
    assert "P-75" in [one.code for one in after]
    assert all("thành phố Đồng Nai" not in one.name for one in before)


@pytest.mark.django_db
@pytest.mark.parametrize("nothing", ["", "   ", "%", "qqzzxxww", "'; drop table units_unit; --"])
def test_nonsense_finds_nothing_and_harms_nothing(nothing: str) -> None:
    assert queries.find(nothing, TODAY) == []


@pytest.mark.django_db
def test_names_are_given_in_the_language_asked_for() -> None:
    assert queries.find("gia lai", TODAY, language="en")[0].name == "People's Committee of Gia Lai Province"
