"""Lists of bodies, times and heads of papers, each by itself; the phrase tables' own examples are tests."""

from __future__ import annotations

from datetime import date

import pytest

from isotherm import country
from isotherm.directives.deadlines import Counted, counted, deadlines_in, main_deadline
from isotherm.directives.header import header_of
from isotherm.directives.leads import bodies_at, body_names, group_of, names_for
from isotherm.directives.letters import like
from isotherm.directives.structure import passages_of

EXAMPLES = country.table("phrases/deadlines")
COMPOUNDS = country.table("phrases/compounds")


@pytest.mark.parametrize("row", EXAMPLES, ids=[row["example"] for row in EXAMPLES])
def test_each_time_in_the_phrase_table_reads_its_example(row: dict[str, str]) -> None:
    found = main_deadline(
        deadlines_in(row["example"], issued=date.fromisoformat(row["issued"]), language=row["language"])
    )
    assert found is not None
    assert (found.day.isoformat() if found.day else "") == row["expected"]
    assert (found.recurrence or "") == row["recurrence"]


@pytest.mark.parametrize("row", COMPOUNDS, ids=[row["phrase"] for row in COMPOUNDS])
def test_a_verb_inside_a_compound_does_not_end_a_name(row: dict[str, str]) -> None:
    text = row["example"]
    bodies, _end = bodies_at(text, like(text), 0, names=names_for("vi"))
    assert row["phrase"] in like(bodies[0].name)
    assert len(bodies[0].name) < len(text)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Bộ VHTTDL, BTC và VPCP", ["Bộ Văn hóa, Thể thao và Du lịch", "Bộ Tài chính", "Văn phòng Chính phủ"]),
        ("Bộ Văn hoá, Thể thao và Du lịch", ["Bộ Văn hóa, Thể thao và Du lịch"]),
        (
            "Thống đốc Ngân hàng Nhà nước Việt Nam; Tổng Thanh tra Chính phủ",
            ["Ngân hàng Nhà nước Việt Nam", "Thanh tra Chính phủ"],
        ),
        ("các Sở: Tài chính, Nội vụ", ["Sở Tài chính", "Sở Nội vụ"]),
        ("UBND xã Hướng Phùng, phường Đông Hà", ["Ủy ban nhân dân xã Hướng Phùng", "Ủy ban nhân dân phường Đông Hà"]),
        ("Bộ Lao động - Thương binh và Xã hội", ["Bộ Lao động - Thương binh và Xã hội"]),
        ("HĐND, UBND tỉnh Lào Cai", ["Hội đồng nhân dân tỉnh Lào Cai", "Ủy ban nhân dân tỉnh Lào Cai"]),
        ("Sở Nội vụ các tỉnh, thành phố", ["Sở Nội vụ các tỉnh, thành phố"]),
        ("Công an tỉnh, Sở Y tế", ["Công an tỉnh", "Sở Y tế"]),
        (
            "Ministries of Finance, Health and Justice",
            ["Ministry of Finance", "Ministry of Health", "Ministry of Justice"],
        ),
    ],
)
def test_a_list_of_bodies_is_spelled_out(words: str, names: list[str]) -> None:
    assert list(body_names(words)) == names


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("Ủy ban nhân dân các tỉnh, thành phố trực thuộc trung ương", "provinces"),
        ("Uỷ ban nhân dân cấp xã", "communes"),
        ("các bộ, cơ quan ngang bộ", "ministries"),
        ("Ủy ban nhân dân các cấp", "provinces_communes"),
        ("các cơ quan liên quan", None),
        ("Bộ Y tế", None),
        ("People's Committees of provinces and centrally-run cities", "provinces"),
    ],
)
def test_a_group_says_what_set_it_stands_for(name: str, group: str | None) -> None:
    assert group_of(name) == group


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("trong thời hạn 15 ngày kể từ ngày ký", Counted(15, "day", "signing")),
        ("trong vòng 10 ngày làm việc kể từ ngày nhận được văn bản", Counted(10, "working_day", "receipt")),
        ("trong 24 giờ", Counted(24, "hour", "signing")),
        ("within two weeks after the decree takes effect", Counted(2, "week", "effect")),
        ("trước ngày 30/9/2026", None),
    ],
)
def test_a_count_of_days_is_told_apart_for_the_calendar(words: str, count: Counted | None) -> None:
    assert counted(words) == count


def test_letters_are_compared_without_case_and_tone_placement_in_the_same_length() -> None:
    assert like("UỶ BAN, hoà bình, Thuý") == like("Ủy ban, hòa bình, Thúy")
    assert like("quý, hoàn toàn, quỷ") == "quý, hoàn toàn, quỷ"
    for text in ("İstanbul ẞ ﬁ", "Uỷ\u00a0ban – “hoá”", "Ðà Nẵng"):
        assert len(like(text)) == len(text)


def test_the_head_of_a_paper_of_a_province() -> None:
    header = header_of(
        "ỦY BAN NHÂN DÂN\nTỈNH QUẢNG TRỊ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 05/2026/QĐ-UBND\nHỎA TỐC\n"
        "Quảng Trị, ngày 03 tháng 02 năm 2026\nQUYẾT ĐỊNH\nVề việc phân cấp quản lý tài sản công\n"
        "Căn cứ Luật Tổ chức chính quyền địa phương số 72/2025/QH15;\n"
        "Điều 1. Thay thế Quyết định số 11/2020/QĐ-UBND ngày 01 tháng 3 năm 2020.\n"
        "Điều 2. Thực hiện Nghị quyết số 57-NQ/TW của Bộ Chính trị.\n"
        "Nơi nhận:\n- Như Điều 2;\n- Sở Tài chính;\n- Lưu: VT.\nTM. ỦY BAN NHÂN DÂN\nKT. CHỦ "
        "TỊCH\nPHÓ CHỦ TỊCH\nTrần Thị Mẫu\n"
    )
    assert (header.symbol, header.number, header.type_code) == ("05/2026/QĐ-UBND", "05", "QĐ")
    assert (header.issuer, header.place) == ("Ủy ban nhân dân tỉnh Quảng Trị", "Quảng Trị")
    assert (header.signed_on, header.urgency) == (date(2026, 2, 3), "Hỏa tốc")
    assert (header.signer, header.signer_title) == ("Trần Thị Mẫu", "Phó Chủ tịch")
    assert header.subject == "Phân cấp quản lý tài sản công"
    assert header.recipients == ("Sở Tài chính",)
    assert [(c.symbol, c.relation) for c in header.cited] == [
        ("72/2025/QH15", "based_on"),
        ("11/2020/QĐ-UBND", "replaces"),
        ("57-NQ/TW", "implements"),
    ]


def test_an_official_letter_has_a_subject_and_no_type_of_its_own() -> None:
    header = header_of(
        "VĂN PHÒNG CHÍNH PHỦ\nSố: 8888/VPCP-KTTH\nV/v báo cáo giải ngân\nHà Nội, ngày 03 tháng "
        "11 năm 2025\nKính gửi: Bộ Tài chính\n"
        "Văn phòng Chính phủ đề nghị Bộ Tài chính báo cáo.\n"
    )
    assert (header.type_code, header.subject) == ("CV", "Báo cáo giải ngân")
    assert header.recipients == ("Bộ Tài chính",)


def test_an_office_below_another_is_named_with_it() -> None:
    department = header_of("UBND TỈNH ĐỒNG THÁP\nSỞ Y TẾ\nSố: 12/SYT-NV\nĐồng Tháp, ngày 03 tháng 11 năm 2025\n")
    office = header_of("ỦY BAN NHÂN DÂN\nTỈNH QUẢNG NGÃI\nVĂN PHÒNG\nSố: 51/TB-VP\nQuảng Ngãi, ngày 19/9/2025\n")
    assert department.issuer == "Sở Y tế tỉnh Đồng Tháp"
    assert office.issuer == "Văn phòng Ủy ban nhân dân tỉnh Quảng Ngãi"


def test_a_party_paper_names_who_concludes_between_its_kind_and_its_subject() -> None:
    header = header_of(
        "BAN CHẤP HÀNH TRUNG ƯƠNG\n*\nSố 18-KL/TW\nĐẢNG CỘNG SẢN VIỆT NAM\nHà Nội, ngày 29 tháng 8 năm 2025\nKẾT LUẬN\n"
        "CỦA BAN BÍ THƯ\nvề công tác tiếp công dân\n-----\n1. Ủy ban Kiểm tra Trung ương kiểm tra việc tiếp công dân.\n"
    )
    assert (header.issuer, header.subject) == ("Ban Bí thư Trung ương Đảng", "Công tác tiếp công dân")
    assert header.symbol == "18-KL/TW"


def test_a_date_beside_the_number_is_the_paper_s() -> None:
    header = header_of(
        "THE PRIME MINISTER                 SOCIALIST REPUBLIC OF VIETNAM\n"
        "No.: 1846/QD-TTg                   Hanoi, 27 August 2025\n\nDECISION\nPROMULGATING THE PLAN\n\n"
        "THE PRIME MINISTER\n\nPursuant to the Law on Data dated 18 February 2025;\n\nHEREBY DECIDES:\n"
        "Article 1. To promulgate the Plan.\n"
    )
    assert (header.signed_on, header.subject) == (date(2025, 8, 27), "Promulgating the Plan")


def test_what_the_head_does_not_say_stays_missing() -> None:
    header = header_of(
        "Số:      /CT-UBND\nDự thảo chỉ thị về phòng cháy.\n1. Công an tỉnh kiểm tra chợ, trung tâm thương mại.\n"
    )
    assert (header.symbol, header.number, header.signed_on, header.signer) == (None, None, None, None)


def test_the_full_stop_after_a_symbol_is_the_sentence_s_own() -> None:
    cited = header_of("CHỈ THỊ\nVề việc X\n1. Chỉ thị này thay thế Thông báo số 88/TB-VPCP.\n").cited
    assert [(one.symbol, one.relation) for one in cited] == [("88/TB-VPCP", "replaces")]


def test_each_passage_has_a_path_and_a_name_by_which_it_is_cited() -> None:
    text = (
        "Chương II\nQUY ĐỊNH CỤ THỂ\nĐiều 5. Trách nhiệm\n1. Việc chung.\n2. Việc riêng:\na) Một "
        "việc;\nđ) Việc khác.\n- Phần nhỏ.\n"
    )
    cited = {p.path: p.label for p in passages_of(text)}
    assert cited["ch=II;art=5;cl=2;pt=đ"] == "Chương II Điều 5 khoản 2 điểm đ"
    assert "ch=II;art=5;cl=2;pt=đ;dash=1" in cited


def test_a_part_stands_after_its_parent() -> None:
    passages = passages_of("I. MỘT\n1. Hai\na) Ba\n- Bốn\n+ Năm\n2. Sáu\nII. BẢY\n")
    assert [p.parent for p in passages] == [None, 0, 1, 2, 3, 0, None]
