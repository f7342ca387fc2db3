from __future__ import annotations

import csv

import pytest
from django.conf import settings

from isotherm.units.folding import fold, other_placement, sort_key, spelling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà Bình", "Hòa Bình"),
        ("dak lak", "Đắk Lắk"),
        ("mdrak", "M'Drắk"),
        ("M’Drắk", "M'Drắk"),
        ("GIA LAI", "gia lai"),
        ("Uỷ ban nhân dân", "Ủy ban nhân dân"),
        ("Bà Rịa - Vũng Tàu", "bà rịa vũng tàu"),
        ("Ba\u0300 Ri\u0323a", "Bà Rịa"),
    ],
)
def test_two_ways_to_write_a_name_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_the_tone_may_stand_on_either_vowel_but_not_be_missing() -> None:
    assert spelling("Hòa") == spelling("Hoà") != spelling("Hoa")


@pytest.mark.parametrize(
    ("traditional", "newer"),
    [("Hòa", "Hoà"), ("Ủy ban", "Uỷ ban"), ("Khỏe", "Khoẻ"), ("Thủy", "Thuỷ"), ("VĂN HÓA", "VĂN HOÁ")],
)
def test_each_placement_gives_the_other(traditional: str, newer: str) -> None:
    assert other_placement(traditional) == newer
    assert other_placement(newer) == traditional


@pytest.mark.parametrize("name", ["Gia Lai", "Quý", "Hoàn Kiếm", "Toàn", "Hòn Đất"])
def test_syllables_with_one_placement_have_no_other(name: str) -> None:
    assert other_placement(name) == ""


def test_the_other_spelling_of_the_official_list_is_found_by_rule() -> None:
    with (settings.COUNTRY_FOLDER / "vn-communes-3321.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    differing = [
        row["name_vi"]
        for row in rows
        if row["name_vi_other"] and other_placement(row["name_vi"]) != row["name_vi_other"]
    ]
    assert differing == []


def test_names_stand_in_vietnamese_alphabetical_order() -> None:
    ordered = "An Giang,Ăn,Ân,ba,bà,bả,bã,bá,bạ,bac,Cà Mau,Đà Nẵng,Đắk Lắk,Điện Biên,e,ê,Hà Nội,Hải Phòng,o,ô,ơ,u,ư"
    names = ordered.split(",")
    keys = [sort_key(name) for name in names]
    assert keys == sorted(keys)


def test_numbered_wards_stand_in_order_of_number() -> None:
    assert sorted(["Phường 10", "Phường 2"], key=sort_key) == ["Phường 2", "Phường 10"]
