"""A scan handed in with a browser: the page follows the recognition by itself, and leads on when it is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from isotherm.directives.acts import scanning
from isotherm.directives.models import ScanReading
from isotherm.directives.reading import scan
from tests.directives.test_scanning import paper, tif_of
from tests.journeys.conftest import Story, press

pytestmark = [
    pytest.mark.browser,
    pytest.mark.scan,
    pytest.mark.slow,
    pytest.mark.skipif(scan.tesseract() is None, reason="Tesseract with Vietnamese is not installed"),
]


def test_a_scan_is_followed_page_by_page_and_then_checked(story: Story, tmp_path: Path) -> None:
    path = tmp_path / "cong-dien-91.tif"
    path.write_bytes(tif_of(paper(), paper("Nơi nhận:\n- Lưu: VT.")))
    story.person("officer", "VPCP:chuyen-vien")
    page = story.page("officer")
    page.goto(f"{story.address}/directives/new")
    page.set_input_files("input[type=file]", str(path))
    press(page, "main form button.button")
    assert "/directives/scans/" in page.url
    page.get_by_text("Trang 0 trên 2").wait_for()
    reading = ScanReading.objects.get()
    scanning.read_next(reading, timezone.now())
    page.get_by_text("Trang 1 trên 2").wait_for()  # asked for by itself
    scanning.read_waiting(timezone.now(), seconds=200)
    on = page.get_by_role("link", name="Kiểm tra thông tin đã đọc")
    on.wait_for()
    with page.expect_navigation():
        on.click()
    assert page.get_by_role("heading", name="Nhận dạng từ bản chụp").is_visible()
    assert page.input_value("[name=symbol]") == "91/CĐ-TTg"
