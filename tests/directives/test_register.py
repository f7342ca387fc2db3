"""A paper is read, then kept, then registered once; a secret one leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from isotherm.directives.acts import register
from isotherm.directives.models import Document
from isotherm.records.models import LedgerLine, StoredFile
from isotherm.refusals import NotAccepted, NotNow, NotYours, Secret
from tests.world import MONDAY, World

PAPER = """THỦ TƯỚNG CHÍNH PHỦ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 91/CĐ-TTg
Hà Nội, ngày 25 tháng 5 năm 2026
CÔNG ĐIỆN
Về việc chuẩn bị phòng, chống lụt, bão
Thủ tướng Chính phủ yêu cầu:
1. Bộ Nông nghiệp và Môi trường chủ trì, phối hợp với Bộ Xây dựng rà soát các hồ chứa xung yếu, \
báo cáo Thủ tướng Chính phủ trước ngày 30 tháng 6 năm 2026.
2. Ủy ban nhân dân các tỉnh, thành phố trực thuộc Trung ương kiểm tra phương án sơ tán dân tại từng xã, \
hoàn thành trước ngày 15 tháng 7 năm 2026.
KT. THỦ TƯỚNG
PHÓ THỦ TƯỚNG
Trần Văn A
"""


def kept_files() -> list[Path]:
    return [path for path in Path(settings.FILES_FOLDER).rglob("*") if path.is_file()]


def taken(world: World, paper: str = PAPER, *, post: str = "VPCP:chuyen-vien") -> Document:
    received = register.receive(paper.encode(), "91.txt")
    heading = register.Heading.of(received.reading)
    return register.register(received, heading, actor=world.actor(post), at=MONDAY)


def test_a_paper_becomes_a_document_with_its_tasks_and_their_leads(world: World) -> None:
    document = taken(world)
    assert (document.symbol, document.code, document.issuer.code) == ("91/CĐ-TTg", "91-CD-TTg", "CP")
    first, second = document.tasks.order_by("number")
    assert [lead.unit.code for lead in first.leads.select_related("unit")] == ["BNNMT"]
    assert second.leads.count() == 34
    assert document.text[first.start : first.end] == first.quote


def test_a_symbol_like_the_address_of_a_page_gets_another_address(world: World) -> None:
    received = register.receive(PAPER.encode(), "91.txt")
    heading = register.Heading.of(received.reading).corrected(symbol="draft/check")
    document = register.register(received, heading, actor=world.officer("VPCP"), at=MONDAY)
    assert document.code == "draft-check-2026"


def test_a_symbol_is_registered_once_however_it_is_typed(world: World) -> None:
    taken(world)
    with pytest.raises(NotNow, match="91"):
        taken(world, PAPER.replace("91/CĐ-TTg", "91/CD-TTg").replace("lụt, bão", "bão"))
    assert Document.objects.count() == 1


@pytest.mark.parametrize("mark", ["MẬT", "TỐI MẬT", "TUYỆT MẬT", "LƯU HÀNH NỘI BỘ"])
def test_a_secret_paper_leaves_no_row_and_no_file(world: World, mark: str) -> None:
    files, lines = kept_files(), LedgerLine.objects.count()
    with pytest.raises(Secret):
        taken(world, f"{mark}\n{PAPER}")
    assert kept_files() == files
    assert not StoredFile.objects.exists()
    assert not Document.objects.exists()
    assert LedgerLine.objects.count() == lines


def test_only_the_office_of_the_issuing_body_registers(world: World) -> None:
    with pytest.raises(NotYours):
        taken(world, post="P-52:chuyen-vien")


def test_what_the_text_does_not_show_is_asked_for_and_not_made_up(world: World) -> None:
    with pytest.raises(NotAccepted) as refused:
        taken(world, PAPER.replace("Số: 91/CĐ-TTg\n", ""))
    assert refused.value.field == "symbol"


def test_the_kept_file_is_read_again_for_the_second_step(world: World) -> None:
    received = register.receive(PAPER.encode(), "91.txt")
    assert register.received(received.sha256, "91.txt").reading.text == received.reading.text
