"""A registered document read by the model: in the background, part by part, laid beside the rest as one step."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner
from django.utils import timezone

from isotherm.directives.acts import review, second_reading
from isotherm.directives.models import Document, SecondReading, Task
from isotherm.doors.cli.directive import group
from isotherm.doors.jobs.schedule import SCHEDULE, soon
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotNow, NotYours, OutOfReach, Secret
from tests.directives.second_reader.server import serving
from tests.directives.second_reader.test_reading import NEWS, TEXT
from tests.directives.test_register import taken
from tests.directives.test_review import standing
from tests.doors.web.desk_people import at_post
from tests.world import MONDAY, World


@pytest.fixture(autouse=True)
def _no_model(settings: Any) -> None:
    settings.READER_URL = ""
    settings.READER_TIMEOUT = 20


def asked(world: World, document: Document) -> SecondReading:
    return second_reading.ask(document.code, actor=world.officer("VPCP"), at=MONDAY)


def read(world: World, settings: Any, name: str, *, then: str = "", text: str = TEXT) -> tuple[Document, SecondReading]:
    document = taken(world, text)
    with serving(name, then=then) as server:
        settings.READER_URL = server.url
        reading = asked(world, document)
        second_reading.read_waiting(MONDAY)
    reading.refresh_from_db()
    return document, reading


def test_registering_asks_nothing(world: World, settings: Any) -> None:
    with serving("good") as server:
        settings.READER_URL = server.url
        taken(world, TEXT)
        second_reading.read_waiting(MONDAY)
    assert server.asked == []


def test_what_the_model_found_is_laid_beside_in_one_step_that_can_be_undone(world: World, settings: Any) -> None:
    document = taken(world, TEXT)
    before = standing(document)
    with serving("good") as server:
        settings.READER_URL = server.url
        reading = asked(world, document)
        second_reading.read_waiting(MONDAY)
    reading.refresh_from_db()
    assert (reading.state, reading.agreed, reading.own, reading.done) == ("done", 1, 1, reading.parts)
    own = document.tasks.get(quote=NEWS)
    assert (own.state, own.number) == ("proposed", len(before) + 1)
    assert own.confidence < 0.5
    assert "second_reader" in own.doubts
    assert document.tasks.get(number=1).confidence > before[1]["confidence"]
    review.undo(document.code, actor=world.officer("VPCP"), at=MONDAY)
    assert standing(document) == before
    review.redo(document.code, actor=world.officer("VPCP"), at=MONDAY)
    assert document.tasks.get(quote=NEWS).state == "proposed"


def test_what_a_person_decided_is_not_touched(world: World, settings: Any) -> None:
    document = taken(world, TEXT)
    review.accept(document.code, [1], actor=world.officer("VPCP"), at=MONDAY)
    start = document.text.index(NEWS)
    added = review.add(document.code, start=start, end=start + len(NEWS), actor=world.officer("VPCP"), at=MONDAY)
    review.set_aside(document.code, [added.number], actor=world.officer("VPCP"), at=MONDAY)
    before = {task.number: (task.state, task.confidence) for task in document.tasks.all()}
    with serving("good") as server:
        settings.READER_URL = server.url
        asked(world, document)
        second_reading.read_waiting(MONDAY)
    assert {task.number: (task.state, task.confidence) for task in document.tasks.all()} == before


def test_a_second_reading_of_the_same_text_makes_no_doubles(world: World, settings: Any) -> None:
    document, _reading = read(world, settings, "good")
    count = document.tasks.count()
    with serving("good") as server:
        settings.READER_URL = server.url
        asked(world, document)
        second_reading.read_waiting(MONDAY)
    assert document.tasks.count() == count


def test_another_lead_is_a_doubt_once(world: World, settings: Any) -> None:
    document, reading = read(world, settings, "other_lead")
    assert reading.differing == 1
    assert document.tasks.get(number=1).doubts.count("second_lead") == 1


def test_who_asked_where_and_what_came_of_it_stands_in_the_ledger(world: World, settings: Any) -> None:
    document, reading = read(world, settings, "good")
    lines = LedgerLine.objects.filter(document_id=document.pk, verb__startswith="review.second").order_by("id")
    assert [line.verb for line in lines] == ["review.second_asked", "review.second"]
    assert lines[0].facts["host"] == reading.host
    assert lines[0].facts["letters"] == len(document.text)
    assert NEWS not in str([line.facts for line in lines])


def test_without_an_address_nobody_asks(world: World) -> None:
    document = taken(world, TEXT)
    with pytest.raises(NotNow):
        asked(world, document)
    assert not SecondReading.objects.exists()


def test_only_those_who_confirm_the_tasks_ask(world: World, settings: Any) -> None:
    document = taken(world, TEXT)
    settings.READER_URL = "http://127.0.0.1:9/v1"
    with pytest.raises(OutOfReach):
        second_reading.ask(document.code, actor=world.officer("P-52"), at=MONDAY)
    with pytest.raises(NotYours):
        second_reading.ask(document.code, actor=world.clerk("VPCP"), at=MONDAY)


def test_one_reading_waits_at_a_time(world: World, settings: Any) -> None:
    document = taken(world, TEXT)
    settings.READER_URL = "http://127.0.0.1:9/v1"
    asked(world, document)
    with pytest.raises(NotNow, match="."):
        asked(world, document)
    assert SecondReading.objects.count() == 1


def test_a_text_in_which_a_mark_stands_is_not_sent(world: World, settings: Any) -> None:
    """A mark that an earlier reader overlooked."""
    document = taken(world, TEXT)
    Document.objects.filter(pk=document.pk).update(text=f"TỐI MẬT\n{document.text}")
    with serving("good") as server:
        settings.READER_URL = server.url
        with pytest.raises(Secret):
            asked(world, document)
        SecondReading.objects.create(document=document, host="x", parts=1, asked_at=MONDAY)
        second_reading.read_waiting(MONDAY)
    assert server.asked == []
    assert SecondReading.objects.get().state == "failed"


def test_nobody_at_the_address_ends_it_with_its_reason_after_three_parts(world: World, settings: Any) -> None:
    filler = "\n".join(["Mưa lũ đã gây thiệt hại lớn về người và tài sản. " * 110] * 6)
    document = taken(world, TEXT.replace("KT. THỦ TƯỚNG", f"{filler}\nKT. THỦ TƯỚNG", 1))
    settings.READER_URL = "http://127.0.0.1:9/v1"
    reading = asked(world, document)
    assert reading.parts > 5
    second_reading.read_waiting(MONDAY)
    reading.refresh_from_db()
    assert (reading.state, reading.done) == ("failed", 2)
    assert "127.0.0.1:9" in reading.why
    asked(world, document)


def test_submitted_meanwhile_nothing_is_changed(world: World, settings: Any) -> None:
    document = taken(world, TEXT)
    with serving("good") as server:
        settings.READER_URL = server.url
        reading = asked(world, document)
        review.accept(document.code, [1, 2], actor=world.officer("VPCP"), at=MONDAY)
        review.submit(document.code, actor=world.officer("VPCP"), at=MONDAY)
        second_reading.read_waiting(MONDAY)
    reading.refresh_from_db()
    assert reading.state == "failed"
    assert not document.tasks.filter(quote=NEWS).exists()


def test_a_killed_worker_goes_on_with_the_next_part(world: World, settings: Any) -> None:
    filler = "\n".join(["Mưa lũ đã gây thiệt hại lớn về người và tài sản. " * 110] * 2)
    document = taken(world, TEXT.replace("KT. THỦ TƯỚNG", f"{filler}\nKT. THỦ TƯỚNG", 1))
    with serving("good", then="empty") as server:
        settings.READER_URL = server.url
        reading = asked(world, document)
        second_reading.read_on(reading, MONDAY, until=0)
        assert server.asked == []
        second_reading.read_waiting(MONDAY, seconds=30)
    reading.refresh_from_db()
    assert len(server.asked) == reading.parts > 1
    assert reading.state == "done"


def test_stopped_by_a_person_nothing_is_proposed(world: World, settings: Any) -> None:
    document = taken(world, TEXT)
    with serving("good") as server:
        settings.READER_URL = server.url
        reading = asked(world, document)
        second_reading.stop(document.code, actor=world.officer("VPCP"), at=MONDAY)
        second_reading.read_waiting(MONDAY)
    assert server.asked == []
    assert not document.tasks.filter(quote=NEWS).exists()
    with pytest.raises(NotNow):
        second_reading.stop(document.code, actor=world.officer("VPCP"), at=MONDAY)
    reading.refresh_from_db()
    assert reading.state == "stopped"


def test_the_page_says_what_leaves_asks_and_shows_how_far_it_is(world: World, settings: Any) -> None:
    document = taken(world, TEXT)
    client = at_post("VPCP:chuyen-vien", language="vi")
    address = f"/directives/{document.code}/second-reading/"
    assert "Máy chủ này chưa được thiết lập" in client.get(address).content.decode()
    with serving("good") as server:
        settings.READER_URL = server.url
        first = client.get(address).content.decode()
        assert server.url.removeprefix("http://").removesuffix("/v1") in first
        assert address in client.get(f"/directives/{document.code}/review/").content.decode()
        assert client.post(address, {"do": "ask"}).status_code == 302
        waiting = client.get(address).content.decode()
        assert "<progress" in waiting
        assert 'hx-trigger="every 2s"' in waiting
        second_reading.read_waiting(timezone.now())
        part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "every 2s" not in part
    assert "show=doubtful" in part


def test_the_command_reads_a_registered_document_while_one_waits(world: World, settings: Any) -> None:
    document = taken(world, TEXT)
    with serving("good") as server:
        settings.READER_URL = server.url
        done = CliRunner().invoke(
            group, ["second-reading", document.code, "--as", "VPCP:chuyen-vien"], standalone_mode=False
        )
    assert done.exception is None
    assert document.tasks.filter(quote=NEWS, state=Task.State.PROPOSED).exists()


def test_asked_twice_the_job_waits_once(own_database: str) -> None:
    from tests.jobs.test_schedule import queue

    assert "second_reader" in {one.name for one in SCHEDULE}
    soon("second_reader")
    soon("second_reader")
    assert queue("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'isotherm.second_reader'") == [(1,)]
