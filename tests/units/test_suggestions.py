"""What a field for bodies offers while somebody types, and what its values mean."""

from __future__ import annotations

from datetime import date

import pytest

from isotherm.units import queries, suggestions, tree
from isotherm.units.models import KindOfUnit, Unit
from tests.world import World

TODAY = date(2026, 6, 1)
pytestmark = pytest.mark.django_db


def offered(text: str, **more: object) -> list[str]:
    return [one.value for one in suggestions.suggest(text, TODAY, "vi", **more)]  # type: ignore[arg-type]


def chosen(*values: str) -> tuple[list[str], list[str]]:
    found = suggestions.choose(values, TODAY, "vi")
    codes = dict(Unit.objects.filter(pk__in=found.units).values_list("pk", "code"))
    return [codes[unit] for unit in found.units], [one.words for one in found.unread]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("tuy phuoc", "C-21952"), ("tan tien dong nai", "C-25318"), ("btc", "BTC"), ("huyen tuy phuoc", "P-52")],
)
def test_what_is_typed_offers_the_body_first(typed: str, first: str) -> None:
    assert offered(typed)[0] == first


@pytest.mark.parametrize(("typed", "heir"), [("kon tum", "P-51"), ("binh duong", "P-79"), ("tỉnh Hải Dương", "P-31")])
def test_an_old_name_offers_who_answers_for_it_now(typed: str, heir: str) -> None:
    found = {one.value: one.note for one in suggestions.suggest(typed, TODAY, "vi", limit=20)}
    assert heir in found
    assert "Ủy ban nhân dân tỉnh" in found[heir]


def test_an_old_name_of_a_place_does_not_offer_all_that_lay_in_it() -> None:
    notes = [one.note for one in suggestions.suggest("kon tum", TODAY, "vi", limit=40)]
    assert not [one for one in notes if "trước đây" in one and "Kon Tum" not in one]


def test_all_communes_of_a_province_are_one_suggestion_that_says_how_many() -> None:
    for typed in ("các xã Gia Lai", "all communes of gia lai"):
        first = suggestions.suggest(typed, TODAY, "vi", wholes=True)[0]
        assert first.value == "commune_committee@P-52"
        assert first.many == len(tree.children(Unit.objects.get(code="P-52").pk, TODAY, kinds=["commune_committee"]))
    assert "commune_committee@P-52" not in offered("gia lai")


def test_whoever_types_the_name_of_a_province_means_the_province(world: World) -> None:
    assert offered("gia lai", wholes=True)[:2] == ["P-52", "commune_committee@P-52"]


def test_groups_of_the_country_package_are_offered_by_their_name() -> None:
    assert offered("các bộ", wholes=True)[0] == "group:ministries"


def test_only_kinds_that_are_asked_for_are_offered() -> None:
    found = suggestions.suggest("gia lai", TODAY, "vi", kinds=[KindOfUnit.PROVINCE_DEPARTMENT], wholes=True)
    assert found[1].value == "province_department@P-52"
    assert {one.value.split(".")[0] for one in (found[0], *found[2:])} == {"P-52"}


def test_a_slip_of_the_finger_still_finds_a_name() -> None:
    assert "C-21952" in offered("tuy phuocc")


def test_for_a_field_of_words_the_words_are_vietnamese() -> None:
    one = suggestions.suggest("tuy phuoc", TODAY, "en", words=True)[0]
    assert one.label.startswith("People's Committee")
    assert one.words == "Ủy ban nhân dân xã Tuy Phước"
    assert queries.resolve([one.words], TODAY)[0].unit_id == Unit.objects.get(code="C-21952").pk


@pytest.mark.parametrize("typed", ["sở tài chính", "tân tiến", "kon tum", "văn phòng", "thuế", "thanh tra", "a lưới"])
def test_the_words_of_a_suggestion_mean_that_body_and_no_other(typed: str) -> None:
    found = suggestions.suggest(typed, TODAY, "en", words=True)
    ids = dict(Unit.objects.filter(code__in=[one.value for one in found]).values_list("code", "pk"))
    assert found
    for one, meant in zip(found, queries.resolve([one.words for one in found], TODAY), strict=True):
        assert meant.unit_ids == (ids[one.value],), one.words


def test_values_are_codes_names_with_their_place_and_whole_groups() -> None:
    assert chosen("C-21952", "Tân Tiến (Đồng Nai)", "Tân Tiến, tỉnh Cà Mau") == (["C-21952", "C-25318", "C-32188"], [])
    assert chosen("Ủy ban nhân dân xã Tuy Phước (Gia Lai)", "UBND phường Pleiku") == (["C-21952", "C-23575"], [])
    assert len(chosen("commune_committee@P-52", "C-21952")[0]) == 135
    assert len(chosen("group:ministries")[0]) == 14


def test_a_name_that_several_share_is_not_guessed() -> None:
    found = suggestions.choose(["Tân Tiến"], TODAY, "vi")
    assert found.units == ()
    assert found.unread[0].several
    assert len(found.unread[0].near) == 8


def test_in_a_pasted_list_of_one_province_a_shared_name_means_the_one_there() -> None:
    assert chosen("Tuy Phước Bắc", "Bình Dương") == (["C-21964", "C-21733"], [])
    assert chosen("Tuy Phước Bắc", "Tân Tiến (Đồng Nai)", "Bình Dương")[1] == ["Bình Dương"]


def test_words_that_name_nobody_come_back_as_they_were() -> None:
    assert chosen("khong co noi nao", "C-99999") == ([], ["khong co noi nao", "C-99999"])


def test_a_body_that_is_gone_is_no_choice_but_is_shown_by_name() -> None:
    assert chosen("OP-62") == ([], ["OP-62"])
    assert suggestions.named(["OP-62"], TODAY, "vi")[0].label == "Ủy ban nhân dân tỉnh Kon Tum"


def test_chosen_values_are_shown_by_name_and_number() -> None:
    body, whole, words = suggestions.named(["C-21952", "commune_committee@P-52", "nobody"], TODAY, "vi")
    assert body.label == "Ủy ban nhân dân xã Tuy Phước (Gia Lai)"
    assert (whole.label, whole.many) == ("Tất cả xã, phường, đặc khu của Gia Lai", 135)
    assert (words.label, words.many) == ("nobody", 0)
