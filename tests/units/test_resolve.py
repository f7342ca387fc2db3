from __future__ import annotations

from datetime import date

import pytest

from isotherm.units import queries
from isotherm.units.models import Unit
from isotherm.units.queries import Resolution

TODAY = date(2026, 6, 1)


def read(text: str, **more: object) -> tuple[list[str], list[str], Resolution]:
    [found] = queries.resolve([text], TODAY, **more)  # type: ignore[arg-type]
    codes = dict(Unit.objects.filter(pk__in=found.unit_ids).values_list("id", "code"))
    return [codes[unit_id] for unit_id in found.unit_ids], list(found.groups), found


ONE_BODY = [
    ("Bộ Tài chính", "BTC"),
    ("Bộ trưởng Bộ Tài chính", "BTC"),
    ("Bộ trưởng Tài chính", "BTC"),
    ("Bộ Văn hoá, Thể thao và Du lịch", "BVHTTDL"),
    ("Bộ Nông nghiệp & Môi trường", "BNNMT"),
    ("Bộ GD&ĐT", "BGDDT"),
    ("BGDĐT", "BGDDT"),
    ("Thủ tướng Chính phủ", "CP"),
    ("Chính phủ", "CP"),
    ("Prime Minister", "CP"),
    ("Phó Thủ tướng Thường trực Chính phủ Nguyễn Hòa Bình", "PTTG"),
    ("Văn phòng Chính phủ", "VPCP"),
    ("Bộ trưởng, Chủ nhiệm Văn phòng Chính phủ", "VPCP"),
    ("Government Office", "VPCP"),
    ("Tổng Thanh tra Chính phủ", "TTCP"),
    ("Thống đốc Ngân hàng Nhà nước Việt Nam", "NHNN"),
    ("Ngân hàng Nhà nước", "NHNN"),
    ("the State Bank of Vietnam", "NHNN"),
    ("Ministry of Finance", "BTC"),
    ("The Minister of Finance", "BTC"),
    ("Ministry of National Defense", "BQP"),
    ("Ủy ban nhân dân tỉnh Gia Lai", "P-52"),
    ("Uỷ ban nhân dân tỉnh Gia Lai", "P-52"),
    ("UBND tỉnh Gia Lai", "P-52"),
    ("Chủ tịch Ủy ban nhân dân tỉnh Gia Lai", "P-52"),
    ("UBND TP. Hồ Chí Minh", "P-79"),
    ("UBND TP.HCM", "P-79"),
    ("UBND thành phố Hà Nội", "P-01"),
    ("People's Committee of Dak Lak province", "P-66"),
    ("Chairperson of the People's Committee of Dak Lak province", "P-66"),
    ("Da Nang City People's Committee", "P-48"),
    ("Hội đồng nhân dân tỉnh Gia Lai", "P-52.HDND"),
    ("Bí thư Tỉnh ủy Gia Lai", "P-52.TU"),
    ("Sở Tài chính tỉnh Gia Lai", "P-52.STC"),
    ("Department of Finance of Gia Lai Province", "P-52.STC"),
    ("UBND xã M'Drắk", "C-24412"),
    ("UBND xã Tân Tiến, tỉnh Đồng Nai", "C-25318"),
    ("Bảo hiểm xã hội Việt Nam", "BHXHVN"),
    ("Mặt trận Tổ quốc Việt Nam", "UBMTTQVN"),
    ("Đề nghị Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam", "UBMTTQVN"),
    ("Ban Tổ chức Trung ương", "BTCTW"),
    ("Tập đoàn Viettel", "VIETTEL"),
    ("Quốc hội", "QH"),
]

GROUPS = [
    ("các bộ", "ministries"),
    ("các bộ, cơ quan ngang bộ", "ministries_and_ministerial"),
    ("Thủ trưởng các bộ, cơ quan ngang bộ", "ministries_and_ministerial"),
    ("các bộ, cơ quan ngang bộ, cơ quan thuộc Chính phủ", "ministries_all"),
    ("Chủ tịch UBND các tỉnh, thành phố", "provinces"),
    ("Chủ tịch Ủy ban nhân dân các tỉnh, thành phố trực thuộc Trung ương", "provinces"),
    ("các địa phương", "provinces"),
    ("localities", "provinces"),
    ("People's Committees of provinces and centrally-run cities", "provinces"),
    ("Provincial People's Committees", "provinces"),
    ("UBND cấp xã", "communes"),
    ("Ủy ban nhân dân các xã, phường, đặc khu", "communes"),
    ("Sở Tài chính các tỉnh", "departments:STC"),
    ("các Sở, ban, ngành", "departments"),
    ("các tỉnh ủy, thành ủy", "party_committees"),
    ("HĐND, UBND các tỉnh, thành phố", "councils_and_committees"),
    ("các bộ, ngành và địa phương", "ministries_all+provinces"),
    ("Tất cả các bộ, ngành, địa phương", "ministries_all+provinces"),
    ("ministries and localities", "ministries+provinces"),
]

LISTS = [
    ("các Bộ: Công Thương, Xây dựng", ["BCT", "BXD"]),
    ("Bộ trưởng các Bộ: Tài chính, Nội vụ, Bộ Y tế", ["BTC", "BNV", "BYT"]),
    ("Bộ Công an và Bộ Quốc phòng", ["BCA", "BQP"]),
    ("Ministers of: Finance; Agriculture and Environment; Health", ["BTC", "BNNMT", "BYT"]),
    ("The Ministers of National Defence and Public Security", ["BQP", "BCA"]),
    ("UBND các tỉnh Hà Tĩnh, Quảng Trị và thành phố Huế", ["P-42", "P-44", "P-46"]),
    (
        "Chairpersons of the People's Committees of the provinces of Dak Lak, Khanh Hoa, Gia Lai and Lam Dong",
        ["P-66", "P-56", "P-52", "P-68"],
    ),
    (
        "Chủ tịch Ủy ban nhân dân các tỉnh, thành phố trực thuộc Trung ương: Hà Tĩnh, Quảng Trị, Huế, Đà Nẵng",
        ["P-42", "P-44", "P-46", "P-48"],
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "code"), ONE_BODY)
def test_a_phrase_names_one_body(text: str, code: str) -> None:
    units, _, found = read(text)
    assert units == [code]
    assert found.unit_id is not None
    assert found.group is None


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "code"), GROUPS)
def test_a_phrase_names_a_group(text: str, code: str) -> None:
    units, _, found = read(text)
    assert units == []
    assert found.group == code


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "codes"), LISTS)
def test_a_list_is_spelled_out(text: str, codes: list[str]) -> None:
    units, groups, _ = read(text)
    assert (units, groups) == (codes, [])


@pytest.mark.django_db
def test_a_body_may_stand_beside_a_group() -> None:
    units, groups, found = read("Bộ Tài chính và các địa phương")
    assert (units, groups) == (["BTC"], ["provinces"])
    assert found.unit_id is None


@pytest.mark.django_db
def test_all_ministries_and_one_named_again_are_not_a_list_of_one() -> None:
    units, groups, _ = read("các bộ, Bộ Công an")
    assert (units, groups) == (["BCA"], ["ministries"])


@pytest.mark.django_db
def test_those_concerned_must_be_said_by_people() -> None:
    found = read("các bộ, địa phương liên quan")[2]
    assert (found.group, found.relevant) == ("ministries+provinces", True)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["các cơ quan có liên quan", "cơ quan chức năng", "relevant agencies"])
def test_nobody_in_particular_is_said_to_be_nobody(text: str) -> None:
    found = read(text)[2]
    assert not found.resolved
    assert found.vague
    assert found.near == ()


@pytest.mark.django_db
def test_a_name_shared_by_several_provinces_is_not_decided_but_offered() -> None:
    found = read("Ủy ban nhân dân xã Tân Tiến")[2]
    assert not found.resolved
    assert len(found.near) == 7
    assert len({one.above for one in found.near}) == 7


@pytest.mark.django_db
def test_within_a_province_its_own_department_is_meant() -> None:
    gia_lai = queries.unit_called("P-52").pk
    assert read("Giám đốc Sở Tài chính")[2].unit_id is None
    assert read("Giám đốc Sở Tài chính", within=gia_lai)[0] == ["P-52.STC"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "code"),
    [("Bộ Kế hoạch và Đầu tư", "BTC"), ("UBND tỉnh Đồng Nai", "P-75"), ("Bộ Giao thông vận tải", "BXD")],
)
def test_a_former_name_is_understood_and_marked(text: str, code: str) -> None:
    units, _, found = read(text)
    assert units == [code]
    assert found.former


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["Công ty TNHH Thành Đạt", "Bộ trưởng", "bộ", "", "…", "a " * 500])
def test_what_is_no_body_stays_unresolved(text: str) -> None:
    assert not read(text)[2].resolved


@pytest.mark.django_db
def test_a_slip_of_the_pen_is_not_guessed_but_suggested() -> None:
    found = read("Bộ Tài chánh")[2]
    assert not found.resolved
    assert found.near[0].code == "BTC"


@pytest.mark.django_db
def test_groups_expand_to_their_members_on_the_day() -> None:
    assert len(queries.group_members("provinces", TODAY)) == 34
    assert len(queries.group_members("ministries_all+provinces", TODAY)) == 56
    assert len(queries.group_members("departments:STC", TODAY)) == 34
    assert len(queries.group_members("wards", date(2026, 4, 1))) == 687
    gia_lai = queries.unit_called("P-52").pk
    assert len(queries.group_members("communes", TODAY, within=gia_lai)) == 135
