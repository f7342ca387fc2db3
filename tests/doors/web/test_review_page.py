"""The page where proposed tasks are confirmed: paged, by part, with reasons for doubt and every step in sight."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from isotherm.directives.acts import review
from isotherm.directives.models import Document, Passage, Task
from tests.directives.test_register import taken
from tests.doors.web.test_directives import somebody, words
from tests.world import MONDAY, Wanted, World

ADDRESS = "/directives/91-CD-TTg/review/"


def long(world: World, many: int, symbol: str = "242/QĐ-TTg") -> Document:
    """Proposed tasks in three parts."""
    wanted = [Wanted(["BTC"], action=f"Xây dựng đề án số {n} " + "về chuyển đổi số " * 12) for n in range(1, many + 1)]
    document = world.written(symbol, wanted)
    tasks = list(document.tasks.order_by("number"))
    for at, task in enumerate(tasks):
        part = at * 3 // many
        task.state, task.path = Task.State.PROPOSED, f"rom={'I' * (part + 1)};cl={task.number}"
        task.confidence, task.doubts = (0.95, []) if at % 10 else (0.7, ["lead_unsure"])
    Task.objects.bulk_update(tasks, ["state", "path", "confidence", "doubts"])
    for part in range(3):
        Passage.objects.create(
            document=document, position=part, path=f"rom={'I' * (part + 1)}", label="", kind="heading", role="other",
            start=0, end=40,
        )  # fmt: skip
    return document


def numbers(html: str) -> list[int]:
    return [int(one) for one in re.findall(r'<article class="card candidate[^"]*" id="c-(\d+)"', html)]


def test_a_page_of_a_long_document_is_small_and_begins_with_the_doubtful(world: World) -> None:
    document = long(world, 242)
    page = somebody("VPCP:chuyen-vien").get(f"/directives/{document.code}/review/")
    assert numbers(page.content.decode())[:4] == [1, 11, 21, 31]
    assert len(numbers(page.content.decode())) == 25
    assert len(page.content) < 150_000


def test_a_long_document_asks_the_database_as_often_as_a_short_one(world: World) -> None:
    client = somebody("VPCP:chuyen-vien")
    counted = []
    for symbol, many in (("3/QĐ-TTg", 3), ("242/QĐ-TTg", 242)):
        document = long(world, many, symbol)
        client.post(f"/directives/{document.code}/review/", {"do": "accept-2", "key": symbol})
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/directives/{document.code}/review/?order=text")
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_a_part_is_shown_alone_with_its_counts_and_stays_in_the_address(world: World) -> None:
    document = long(world, 30)
    client = somebody("VPCP:chuyen-vien")
    address = f"/directives/{document.code}/review/?part=rom%3DII&order=text"
    html = client.get(address).content.decode()
    assert numbers(html) == list(range(11, 21))
    answer = client.post(address, {"do": "accept-11", "key": "1"})
    assert "part=rom%3DII" in answer["Location"] and answer["Location"].endswith("n=12#c-12")


def test_the_next_task_is_the_next_one_that_the_reader_sees(world: World) -> None:
    document = long(world, 30)
    answer = somebody("VPCP:chuyen-vien").post(f"/directives/{document.code}/review/", {"do": "accept-11", "key": "1"})
    assert answer["Location"].endswith("#c-21")


def test_doubt_is_a_word_a_number_and_its_reasons(world: World) -> None:
    document = taken(world)
    document.tasks.filter(number=1).update(confidence=0.6, doubts=["lead_unsure", "no_year"])
    document.tasks.filter(number=2).update(confidence=0.95, doubts=[])
    page = words(somebody("VPCP:chuyen-vien").get(ADDRESS))
    assert "doubtful · confidence 60%" in page
    assert "Where the name of the lead ends is not certain." in page
    assert "the next such date was taken" in page
    assert "sure · confidence 95%" in page


def test_a_task_without_a_lead_says_so_beside_its_confidence(world: World) -> None:
    document = taken(world)
    document.tasks.get(number=1).leads.all().delete()
    assert "No lead of the register is named." in words(somebody("VPCP:chuyen-vien").get(ADDRESS))


def test_what_was_just_decided_stays_in_sight_with_its_undo(world: World) -> None:
    taken(world)
    client = somebody("VPCP:chuyen-vien")
    client.post(ADDRESS, {"do": "aside-1", "key": "1"})
    page = words(client.get(f"{ADDRESS}?show=undecided"))
    assert "Just decided 1 Set aside" in page
    assert "Undo: 1 task set aside" in page


def test_several_steps_are_undone_at_once_and_done_again(world: World) -> None:
    document = taken(world)
    client = somebody("VPCP:chuyen-vien")
    for number in (1, 2):
        client.post(ADDRESS, {"do": f"accept-{number}", "key": f"k{number}"})
    first, last = document.review_steps.order_by("id").values_list("pk", flat=True)
    client.post(ADDRESS, {"do": f"undo-{first}", "seen": str(last), "key": "3"})
    assert document.tasks.filter(state=Task.State.PROPOSED).count() == 2
    assert "Do again: 1 task confirmed" in words(client.get(ADDRESS))
    client.post(ADDRESS, {"do": "redo", "key": "4"})
    assert document.tasks.get(number=1).state == Task.State.ACCEPTED


def test_an_undo_button_of_an_old_page_takes_nothing_back(world: World) -> None:
    document = taken(world)
    client = somebody("VPCP:chuyen-vien")
    client.post(ADDRESS, {"do": "accept-1", "key": "1"})
    seen = document.review_steps.get().pk
    review.set_aside(document.code, [2], actor=world.chair("VPCP"), at=MONDAY)
    answer = client.post(ADDRESS, {"do": "undo", "seen": str(seen), "key": "2"})
    assert answer.status_code == 409
    assert "Another step was taken meanwhile" in words(answer)
    assert document.tasks.get(number=2).state == Task.State.REJECTED


@pytest.mark.parametrize(
    "form",
    [
        {"do": "undo-999999999"},
        {"do": "undo-9999999999999999999"},
        {"do": "accept-9999999999999999999"},
        {"do": "undo-²"},
        {"do": "accept-0"},
        {"do": "nonsense"},
        {"do": "role", "clause": "x"},
        {"do": "cut-1", "position": "-3"},
        {},
    ],
)
def test_forms_that_no_page_makes_are_refused_in_a_sentence(world: World, form: dict[str, str]) -> None:
    document = taken(world)
    client = somebody("VPCP:chuyen-vien")
    client.post(ADDRESS, {"do": "aside-2", "key": "first"})
    answer = client.post(ADDRESS, form)
    if form.get("do") == "undo-²":  # no number: the last step, as the button beside it
        assert answer.status_code == 302
        return
    assert answer.status_code in (409, 422)
    assert 'role="alert"' in answer.content.decode()
    assert document.review_steps.count() == 1


def test_before_submitting_the_page_says_what_nobody_was_given(world: World) -> None:
    document = taken(world)
    Passage.objects.filter(document=document, label="Khoản 2").update(role="unassigned")
    Task.objects.filter(document=document, number=1).update(state=Task.State.ACCEPTED)
    Task.objects.filter(document=document, number=2).delete()
    page = words(somebody("VPCP:chuyen-vien").get(ADDRESS))
    assert "1 clause is given to nobody." in page


def test_every_key_of_the_review_stands_on_the_keys_page(world: World) -> None:
    taken(world)
    client = somebody("VPCP:chuyen-vien")
    client.post(ADDRESS, {"do": "accept-1", "key": "1"})
    page = client.get(ADDRESS).content.decode()
    keys = client.get("/keys").content.decode()
    used = set(re.findall(r'data-(?:bulk-)?key="(\w)"', page)) | set("jkst")
    assert used >= set("axemnujkst")
    assert [one for one in used if f"<kbd>{one}</kbd>" not in keys] == []
