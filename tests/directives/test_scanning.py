"""A scan is taken in at once and recognised in the background, page by page; a secret one leaves nothing behind."""

from __future__ import annotations

import io
import logging
import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from isotherm.directives.acts import register, scanning
from isotherm.directives.models import Document, ScannedPage, ScanReading
from isotherm.directives.queries import scan_for
from isotherm.directives.reading import scan
from isotherm.doors.cli.directive import group
from isotherm.records import files
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotNow, NotYours, OutOfReach, Secret
from tests.directives.reading.papers import picture_of
from tests.directives.reading.test_scan import page_of
from tests.directives.test_register import PAPER, kept_files
from tests.doors.web.desk_people import at_post
from tests.world import MONDAY, World

needs_tesseract = pytest.mark.skipif(scan.tesseract() is None, reason="Tesseract with Vietnamese is not installed")
OFFICER = "VPCP:chuyen-vien"


def tif_of(*pages: Image.Image) -> bytes:
    held = io.BytesIO()
    small = [page.convert("1") for page in pages]
    small[0].save(held, "TIFF", save_all=True, append_images=small[1:], compression="group4")
    return held.getvalue()


def paper(text: str = PAPER) -> Image.Image:
    """The upper half of a page, so that the tests wait half as long."""
    return picture_of(text).crop((0, 60, 1654, 1130))


HUGE = Image.new("1", (9000, 9000), 1)


def waiting(world: World, *, pages: int = 2, post: str = OFFICER) -> ScanReading:
    """Taken in; what its pages hold is put there by the test."""
    return ScanReading.objects.create(
        sha256=files.hold(b"%PDF-1.4 " + secrets.token_hex(8).encode()),
        file_name="cong-dien.pdf",
        media_type=files.PDF,
        pages=pages,
        asked_at=MONDAY,
        post_id=world.actor(post).post_id,
    )


def read(reading: ScanReading, number: int, text: str, *, badly: dict[str, float] | None = None) -> None:
    page = page_of(*text.strip().split("\n"), badly=badly)
    ScannedPage.objects.create(
        reading=reading,
        number=number,
        state="read",
        content=page.to_json(),
        sure=page.sure,
        words=page.words,
        doubtful=page.doubtful,
    )


def handed_in(world: World, content: bytes, *, post: str = OFFICER) -> ScanReading:
    taken = register.hand_in(content, "91.tif", actor=world.actor(post), at=MONDAY)
    assert isinstance(taken, ScanReading)
    return taken


@pytest.mark.scan
@pytest.mark.slow
@needs_tesseract
def test_a_scan_goes_from_the_page_through_the_worker_to_a_registered_document(world: World) -> None:
    client = at_post(OFFICER, language="vi")
    upload = SimpleUploadedFile("91.tif", tif_of(paper(), paper("Nơi nhận:\n- Lưu: VT.")))
    answer = client.post("/directives/new", {"file": upload})
    reading = ScanReading.objects.get()
    address = f"/directives/scans/{reading.pk}/"
    assert answer["Location"] == address
    assert not reading.scanned.exists()  # nothing is recognised while the page is waited for
    page = client.get(address).content.decode()
    assert "<progress" in page
    assert "Trang 0 trên 2" in page
    assert 'hx-trigger="every 2s"' in page
    scanning.read_waiting(MONDAY, seconds=200)
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "every 2s" not in part
    check = client.get(address)["Location"]
    shown = client.get(check).content.decode()
    assert "91/CĐ-TTg" in shown
    assert "Nhận dạng từ bản chụp" in shown
    received = register.received(reading.sha256, "91.tif", post_id=reading.post_id)
    heading = register.Heading.of(received.reading)
    document = register.register(received, heading, actor=world.actor(OFFICER), at=MONDAY)
    assert document.kind == "scan"
    assert document.tasks.count() == 2
    assert "Nhận dạng từ bản chụp" in client.get(f"/directives/{document.code}/").content.decode()


@pytest.mark.scan
@pytest.mark.slow
@needs_tesseract
def test_what_a_killed_worker_had_read_is_not_read_again(world: World) -> None:
    reading = handed_in(world, tif_of(paper(), paper("TRANG HAI\nBộ Y tế báo cáo.")))
    scanning.read_next(reading, MONDAY)
    assert [(page.number, page.state) for page in reading.scanned.all()] == [(0, "read")]
    ScannedPage.objects.create(reading=reading, number=1, tries=1)  # a worker died on it
    scanning.read_waiting(MONDAY, seconds=200)
    assert sorted(reading.scanned.values_list("number", "tries", "state")) == [(0, 1, "read"), (1, 2, "read")]
    reading.refresh_from_db()
    assert reading.state == "done"


@pytest.mark.scan
@pytest.mark.slow
@needs_tesseract
def test_a_page_that_cannot_be_read_is_named_and_can_be_tried_again(world: World) -> None:
    reading = handed_in(world, tif_of(paper(), HUGE))
    scanning.read_waiting(MONDAY, seconds=200)
    reading.refresh_from_db()
    assert reading.state == "failed"
    shown = at_post(OFFICER, language="vi").get(f"/directives/scans/{reading.pk}/").content.decode()
    assert "<strong>Trang 2:</strong> Hình ảnh lớn hơn mọi trang giấy được chụp." in shown
    assert "không kiểm tra được dấu độ mật" in shown
    with pytest.raises(NotNow):
        register.received(reading.sha256, "91.tif", post_id=reading.post_id)
    scanning.again(reading.pk, actor=world.actor(OFFICER), at=MONDAY)
    reading.refresh_from_db()
    assert reading.state == "waiting"
    assert list(reading.scanned.values_list("number", flat=True)) == [0]


@pytest.mark.scan
@pytest.mark.slow
@needs_tesseract
def test_a_paper_whose_mark_is_seen_only_when_it_is_recognised_leaves_nothing(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    before = kept_files()
    reading = handed_in(world, tif_of(paper(), paper("TUYỆT MẬT\nBộ Quốc phòng báo cáo.")))
    sha256 = reading.sha256
    with caplog.at_level(logging.DEBUG):
        scanning.read_waiting(MONDAY, seconds=200)
    reading.refresh_from_db()
    assert (reading.state, reading.sha256, reading.file_name, reading.why) == ("refused", "", "", "")
    assert not ScannedPage.objects.exists()
    assert set(kept_files()) == set(before)
    told = f"{list(LedgerLine.objects.values_list('verb', 'subject_code', 'facts'))} {caplog.text}"
    for word in (sha256, "Quốc phòng", "91.tif", "MẬT"):
        assert word not in told
    shown = at_post(OFFICER, language="en").get(f"/directives/scans/{reading.pk}/").content.decode()
    assert "Nothing of it was kept" in shown


def test_only_a_scan_that_is_being_recognised_promises_what_comes_next(world: World) -> None:
    reading = waiting(world)
    client = at_post(OFFICER, language="en")
    promise = "then you check what was read"
    assert promise in client.get(f"/directives/scans/{reading.pk}/").content.decode()
    scanning.stop(reading.pk, actor=world.actor(OFFICER), at=MONDAY)
    stopped = client.get(f"/directives/scans/{reading.pk}/").content.decode()
    assert "A scan of 2 pages." in stopped
    assert promise not in stopped


@pytest.mark.scan
@pytest.mark.slow
@needs_tesseract
def test_handed_in_twice_it_is_recognised_once(world: World) -> None:
    content = tif_of(paper())
    assert handed_in(world, content) == handed_in(world, content)
    assert handed_in(world, content, post="VPCP:van-thu").pk != handed_in(world, content).pk


@pytest.mark.scan
@pytest.mark.slow
@needs_tesseract
def test_the_command_registers_a_scan_and_tells_each_page(world: World, tmp_path: Path) -> None:
    path = tmp_path / "91.tif"
    path.write_bytes(tif_of(paper(), paper("Nơi nhận:\n- Lưu: VT.")))
    done = CliRunner().invoke(group, ["register", str(path), "--as", OFFICER], standalone_mode=False)
    assert done.exception is None, done.output
    assert "2" in done.stderr
    assert Document.objects.get().kind == "scan"


def test_a_mark_over_two_pages_is_seen_in_the_whole_text(world: World) -> None:
    before = kept_files()
    reading = waiting(world)
    read(reading, 0, PAPER.replace("Số: 91/CĐ-TTg", "Số: 91/CĐ-TTg(M)"))
    read(reading, 1, "Nơi nhận: Lưu VT.")
    scanning.read_next(reading, MONDAY)
    reading.refresh_from_db()
    assert reading.state == "refused"
    assert set(kept_files()) == set(before)


def test_a_page_that_ended_its_worker_three_times_is_given_up(world: World) -> None:
    reading = waiting(world, pages=1)
    ScannedPage.objects.create(reading=reading, number=0, tries=scanning.MOST_TRIES)
    scanning.read_waiting(MONDAY)
    assert reading.scanned.get().state == "failed"
    reading.refresh_from_db()
    assert reading.state == "failed"


def test_a_damaged_page_fails_and_the_others_are_read_on(world: World) -> None:
    reading = waiting(world, pages=2)  # its file is no PDF that could be opened
    read(reading, 0, PAPER)
    scanning.read_waiting(MONDAY)
    assert list(reading.scanned.order_by("number").values_list("state", flat=True)) == ["read", "failed"]


def test_short_scans_come_before_long_ones(world: World) -> None:
    long, short = waiting(world, pages=50), waiting(world, pages=1)
    read(short, 0, PAPER)
    scanning.read_next(short, MONDAY)
    assert ScanReading.objects.get(pk=short.pk).state == "done"
    assert ScanReading.objects.get(pk=long.pk).state == "waiting"


def test_what_rests_on_badly_read_words_is_doubtful_in_the_registered_document(world: World) -> None:
    reading = waiting(world, pages=1)
    read(reading, 0, PAPER, badly={"30": 61.0, "Nông": 40.0})
    scanning.read_next(reading, MONDAY)
    received = register.received(reading.sha256, "91.pdf", post_id=reading.post_id)
    document = register.register(received, register.Heading.of(received.reading), actor=world.actor(OFFICER), at=MONDAY)
    first = document.tasks.get(number=1)
    assert {"lead_badly_read", "day_badly_read"} <= set(first.doubts)
    reading.refresh_from_db()
    assert reading.document_id == document.pk
    with files.open_file(document.file_sha256) as kept:  # held until now, kept from now on
        assert kept.read().startswith(b"%PDF-1.4")
    assert [document.text[start:end] for start, end in reading.doubtful] == ["Nông", "30"]
    page = at_post(OFFICER, language="en").get(f"/directives/{document.code}/review/").content.decode()
    assert "badly recognised in the scan" in page


def test_stopped_nothing_is_kept(world: World, django_capture_on_commit_callbacks: object) -> None:
    before = kept_files()
    reading = waiting(world)
    read(reading, 0, PAPER)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        scanning.stop(reading.pk, actor=world.actor(OFFICER), at=MONDAY)
    assert not ScannedPage.objects.exists()
    assert set(kept_files()) == set(before)
    with pytest.raises(NotNow):
        scanning.stop(reading.pk, actor=world.actor(OFFICER), at=MONDAY)


def test_a_scan_that_another_post_handed_in_too_stays_there(
    world: World, django_capture_on_commit_callbacks: object
) -> None:
    mine, theirs = waiting(world), waiting(world, post="VPCP:van-thu")
    ScanReading.objects.filter(pk=theirs.pk).update(sha256=mine.sha256)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        scanning.stop(mine.pk, actor=world.actor(OFFICER), at=MONDAY)
    with files.open_held(mine.sha256) as held:
        assert held.read()


def test_a_scan_is_nobody_else_s(world: World) -> None:
    reading = waiting(world)
    for post in ("VPCP:lanh-dao", "P-52:chuyen-vien"):
        with pytest.raises(OutOfReach):
            scan_for(world.actor(post), reading.pk)
        with pytest.raises(OutOfReach):
            scanning.stop(reading.pk, actor=world.actor(post), at=MONDAY)


def test_a_post_that_registers_nothing_hands_nothing_in(world: World) -> None:
    with pytest.raises(NotYours):
        register.hand_in(PAPER.encode(), "91.txt", actor=world.actor("P-52:kiem-tra"), at=MONDAY)


def test_a_marked_text_handed_in_is_refused_at_once(world: World) -> None:
    with pytest.raises(Secret):
        register.hand_in(("TỐI MẬT\n" + PAPER).encode(), "91.txt", actor=world.actor(OFFICER), at=MONDAY)
    assert not ScanReading.objects.exists()
