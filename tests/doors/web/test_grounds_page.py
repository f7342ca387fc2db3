"""The page where an office decides what becomes of tasks that lose their ground, and the lines that lead to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from isotherm.directives.models import Document, GroundDecision, Relation, Task
from isotherm.directives.queries import symbol_key
from isotherm.execution.models import State
from tests.doors.web.test_directives import somebody, words
from tests.world import MONDAY, Wanted, World

ADDRESS = "/directives/5-QD-TTg/grounds/"
KEEP = {"by": "12-QD-TTg", "reason": "Vẫn cần thực hiện", "whom": "selected"}


@pytest.fixture
def old(world: World) -> Document:
    return world.issued("5/QĐ-TTg", [Wanted(["P-52"]), Wanted(["BTC"])])


@pytest.fixture
def new(world: World, old: Document) -> Document:
    made = world.issued("12/QĐ-TTg", [Wanted(["P-52"], action="Thay việc cũ")], at=MONDAY + timedelta(days=9))
    Relation.objects.create(
        document=made,
        what="repeals",
        symbol="5/QĐ-TTg",
        symbol_key=symbol_key("5/QĐ-TTg"),
        other=old,
        start=0,
        end=8,
    )
    return made


def head() -> Any:
    return somebody("VPCP:lanh-dao")


def test_the_desk_and_the_document_lead_to_the_decision(world: World, new: Document) -> None:
    sentence = "2 tasks lose their ground by 12/QĐ-TTg: keep, recall, or leave to the new document"
    client = head()
    for address in ("/?tab=approval", "/directives/5-QD-TTg/"):
        page = client.get(address)
        assert sentence in words(page), address
        assert f'href="{ADDRESS}?by=12-QD-TTg"' in page.content.decode(), address
    assert client.get("/?tab=approval&as=xlsx").status_code == 200


def test_those_who_carry_the_tasks_out_read_nothing_of_it_yet(world: World, new: Document) -> None:
    page = somebody("P-52:lanh-dao").get("/directives/5-QD-TTg/")
    assert "lose their ground" not in words(page)
    assert somebody("P-52:lanh-dao").get(ADDRESS).status_code == 403


def test_selected_tasks_are_kept_with_a_reason(world: World, old: Document, new: Document) -> None:
    client = head()
    assert client.post(ADDRESS, KEEP | {"do": "keep", "number": "1", "key": "1"}).status_code == 302
    page = words(client.get(ADDRESS))
    assert "1 task of 5/QĐ-TTg loses its ground by 12/QĐ-TTg" in page
    assert "Vẫn cần thực hiện" in page
    assert world.assignment(old, "P-52").state == State.SENT


def test_all_tasks_of_the_list_are_recalled_at_once(world: World, old: Document, new: Document) -> None:
    client = head()
    client.post(ADDRESS, KEEP | {"do": "recall", "whom": "all", "key": "1"})
    assert set(old.tasks.values_list("state", flat=True)) == {Task.State.RECALLED}
    assert "Decided: what becomes of the tasks of 5/QĐ-TTg after 12/QĐ-TTg" in words(client.get(ADDRESS))


def test_a_task_is_left_to_the_task_that_carries_it_on(world: World, old: Document, new: Document) -> None:
    form = KEEP | {"do": "leave", "number": "1", "carried_on": "1", "key": "1"}
    head().post(ADDRESS, form)
    assert GroundDecision.objects.get().carried_on == new.tasks.get()


def test_a_double_press_decides_once(world: World, old: Document, new: Document) -> None:
    client = head()
    for _press in range(2):
        assert client.post(ADDRESS, KEEP | {"do": "keep", "number": "1", "key": "same"}).status_code == 302
    assert GroundDecision.objects.count() == 1


@pytest.mark.parametrize(
    "form",
    [
        {"do": "keep", "number": "1", "reason": ""},
        {"do": "keep"},
        {"do": "keep", "number": "1", "by": "no-such"},
        {"do": "right-1"},
        {"do": "nonsense"},
        {"do": "leave", "number": "1", "carried_on": "99"},
    ],
)
def test_a_form_that_says_too_little_is_refused_on_the_page_with_what_was_written(
    world: World, new: Document, form: dict[str, str]
) -> None:
    answer = head().post(ADDRESS, KEEP | form)
    assert answer.status_code in (404, 422)
    assert 'role="alert"' in answer.content.decode()
    assert form.get("reason", KEEP["reason"]) in answer.content.decode()
    assert not GroundDecision.objects.exists()


def test_an_officer_reads_and_does_not_decide(world: World, new: Document) -> None:
    client = somebody("VPCP:chuyen-vien")
    page = client.get(ADDRESS)
    assert "Only the competent post" in words(page)
    assert 'name="number"' not in page.content.decode()
    assert client.post(ADDRESS, KEEP | {"do": "keep", "number": "1"}).status_code == 403


def test_the_office_of_the_new_document_says_that_it_was_misread(world: World, old: Document, new: Document) -> None:
    client = head()
    address = f"/directives/{new.code}/grounds/"
    relation = new.relations.get().pk
    assert "As read, not confirmed" in words(client.get(address))
    client.post(address, {"do": f"wrong-{relation}", "key": "1"})
    assert "No task of 5/QĐ-TTg loses its ground" in words(client.get(ADDRESS))
    client.post(address, {"do": f"right-{relation}", "key": "2"})
    assert "2 tasks of 5/QĐ-TTg lose their ground" in words(client.get(ADDRESS))


def test_the_task_s_timeline_tells_that_it_was_kept(world: World, old: Document, new: Document) -> None:
    head().post(ADDRESS, KEEP | {"do": "keep", "number": "1", "key": "1"})
    page = words(somebody("P-52:lanh-dao").get("/tasks/5-QD-TTg.1/P-52/"))
    assert "Task kept after its ground was taken away" in page
    assert "Vẫn cần thực hiện" in page
