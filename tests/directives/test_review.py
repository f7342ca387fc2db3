"""Confirming proposed tasks: every step can be undone until they are submitted; nothing goes out without people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from isotherm.directives import queries
from isotherm.directives.acts import review
from isotherm.directives.models import Document, Task
from isotherm.execution.models import Assignment
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach
from tests.directives.test_register import taken
from tests.world import MONDAY, Wanted, World


def standing(document: Document) -> dict[int, dict[str, Any]]:
    """Everything that a person could see of the candidates that count."""
    tasks = document.tasks.exclude(state=Task.State.REJECTED).prefetch_related("leads")
    left_out = {"_state", "_prefetched_objects_cache"}
    return {
        task.number: {name: value for name, value in vars(task).items() if name not in left_out}
        | {"leads": sorted(lead.unit_id for lead in task.leads.all())}
        for task in tasks
    }


def steps(world: World, document: Document) -> dict[str, Any]:
    actor = world.officer("VPCP")
    middle = document.tasks.get(number=1)
    cut = middle.start + middle.quote.index("rà soát")
    start = document.text.index("chuẩn bị phòng")
    changes = {"lead": ["Bộ Tài chính"], "due_on": date(2026, 9, 30), "action": "Việc khác hẳn"}
    return {
        "accept": lambda: review.accept(document.code, [1, 2], actor=actor, at=MONDAY),
        "set_aside": lambda: review.set_aside(document.code, [2], actor=actor, at=MONDAY),
        "edit": lambda: review.edit(document.code, 1, changes, actor=actor, at=MONDAY),
        "split": lambda: review.split(document.code, 1, position=cut, actor=actor, at=MONDAY),
        "join": lambda: review.join(document.code, [1, 2], actor=actor, at=MONDAY),
        "add": lambda: review.add(document.code, start=start, end=start + 20, actor=actor, at=MONDAY),
    }


@pytest.mark.parametrize("verb", ["accept", "set_aside", "edit", "split", "join", "add"])
def test_undo_restores_exactly_what_stood_before(world: World, verb: str) -> None:
    document = taken(world)
    before = standing(document)
    steps(world, document)[verb]()
    assert standing(document) != before
    review.undo(document.code, actor=world.officer("VPCP"), at=MONDAY)
    assert standing(document) == before


@pytest.mark.parametrize("verb", ["accept", "set_aside", "edit", "split", "join", "add"])
def test_what_was_undone_is_done_again_exactly(world: World, verb: str) -> None:
    document, actor = taken(world), world.officer("VPCP")
    steps(world, document)[verb]()
    after = standing(document)
    review.undo(document.code, actor=actor, at=MONDAY)
    review.redo(document.code, actor=actor, at=MONDAY)
    assert standing(document) == after


def test_steps_are_undone_back_to_any_of_them_and_done_again_one_by_one(world: World) -> None:
    document, actor = taken(world), world.officer("VPCP")
    before, doing = standing(document), steps(world, document)
    for verb in ("edit", "split", "accept"):
        doing[verb]()
    first = document.review_steps.order_by("id")[0]
    assert [step.verb for step in review.undo(document.code, through=first.pk, actor=actor, at=MONDAY)] == [
        "accept",
        "split",
        "edit",
    ]
    assert standing(document) == before
    again = [review.redo(document.code, actor=actor, at=MONDAY).verb for _step in range(3)]
    assert again == ["edit", "split", "accept"]


def test_after_another_step_what_was_undone_is_not_done_again(world: World) -> None:
    document, actor = taken(world), world.officer("VPCP")
    steps(world, document)["accept"]()
    review.undo(document.code, actor=actor, at=MONDAY)
    steps(world, document)["set_aside"]()
    review.undo(document.code, actor=actor, at=MONDAY)
    assert review.redo(document.code, actor=actor, at=MONDAY).verb == "set_aside"
    with pytest.raises(NotNow):
        review.redo(document.code, actor=actor, at=MONDAY)


def test_a_step_of_somebody_else_is_not_undone_unseen(world: World) -> None:
    document, actor = taken(world), world.officer("VPCP")
    steps(world, document)["edit"]()
    seen = document.review_steps.get().pk
    review.set_aside(document.code, [2], actor=world.chair("VPCP"), at=MONDAY)
    with pytest.raises(NotNow, match=r"meanwhile|khác"):
        review.undo(document.code, seen=seen, actor=actor, at=MONDAY)
    assert document.review_steps.filter(undone=False).count() == 2


def test_a_task_that_was_added_and_undone_is_no_task_that_was_set_aside(world: World) -> None:
    document, actor = taken(world), world.officer("VPCP")
    steps(world, document)["add"]()
    review.undo(document.code, actor=actor, at=MONDAY)
    assert [task.number for task in queries.standing_tasks(document).order_by("number")] == [1, 2]


def test_a_step_over_many_tasks_is_undone_in_as_many_statements_as_over_few(world: World) -> None:
    actor = world.officer("VPCP")
    counted = []
    for symbol, many in (("71/CT-TTg", 2), ("72/CT-TTg", 40)):
        document = world.written(symbol, [Wanted(["BTC", "P-52"])] * many)
        document.tasks.update(state=Task.State.PROPOSED)
        review.accept(document.code, list(range(1, many + 1)), actor=actor, at=MONDAY)
        with CaptureQueriesContext(connection) as asked:
            review.undo(document.code, actor=actor, at=MONDAY)
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_an_added_task_says_where_it_stands(world: World) -> None:
    document = taken(world)
    start = document.text.index("sơ tán dân")
    added = review.add(document.code, start=start, end=start + 10, actor=world.officer("VPCP"), at=MONDAY)
    assert (added.clause, added.path) == ("Khoản 2", "cl=2")


def test_a_split_divides_the_words_and_keeps_lead_and_deadline_on_both_sides(world: World) -> None:
    document = taken(world)
    steps(world, document)["split"]()
    first, second = document.tasks.filter(number__in=[1, 3]).order_by("number")
    assert second.quote.startswith("rà soát")
    assert first.end == second.start
    assert (first.due_on, first.leads.count()) == (second.due_on, second.leads.count())


def test_a_lead_that_is_no_body_of_the_register_is_refused_with_what_is_near(world: World) -> None:
    document = taken(world)
    with pytest.raises(NotAccepted) as refused:
        review.edit(document.code, 1, {"lead": ["Bộ Tài chánh Quốc gia"]}, actor=world.officer("VPCP"), at=MONDAY)
    assert refused.value.field == "lead"
    assert refused.value.remedy


def test_a_deadline_before_the_date_of_issue_is_refused(world: World) -> None:
    document = taken(world)
    with pytest.raises(NotAccepted, match="24/05/2026"):
        review.edit(document.code, 1, {"due_on": date(2026, 5, 24)}, actor=world.officer("VPCP"), at=MONDAY)


def test_accepting_stops_as_a_whole_where_one_task_has_no_lead(world: World) -> None:
    document = taken(world)
    document.tasks.get(number=2).leads.all().delete()
    with pytest.raises(NotAccepted):
        review.accept(document.code, [1, 2], actor=world.officer("VPCP"), at=MONDAY)
    assert not document.tasks.filter(state=Task.State.ACCEPTED).exists()


def test_nothing_is_submitted_while_a_candidate_is_undecided(world: World) -> None:
    document = taken(world)
    review.accept(document.code, [1], actor=world.officer("VPCP"), at=MONDAY)
    with pytest.raises(NotNow):
        review.submit(document.code, actor=world.officer("VPCP"), at=MONDAY)


def test_submitted_tasks_are_not_changed_until_the_submission_is_taken_back(world: World) -> None:
    document = taken(world)
    actor = world.officer("VPCP")
    review.accept(document.code, [1, 2], actor=actor, at=MONDAY)
    review.submit(document.code, actor=actor, at=MONDAY)
    with pytest.raises(NotNow):
        review.set_aside(document.code, [1], actor=actor, at=MONDAY)
    review.take_submission_back(document.code, actor=actor, at=MONDAY)
    review.set_aside(document.code, [1], actor=actor, at=MONDAY)


def test_reading_and_confirming_give_nobody_anything(world: World) -> None:
    document = taken(world)
    review.accept(document.code, [1, 2], actor=world.officer("VPCP"), at=MONDAY)
    review.submit(document.code, actor=world.officer("VPCP"), at=MONDAY)
    assert not Assignment.objects.exists()


def test_another_body_does_not_confirm(world: World) -> None:
    document = taken(world)
    with pytest.raises(OutOfReach):
        review.accept(document.code, [1], actor=world.officer("P-52"), at=MONDAY)


def test_the_records_clerk_registers_and_does_not_confirm(world: World) -> None:
    document = taken(world)
    with pytest.raises(NotYours):
        review.accept(document.code, [1], actor=world.clerk("VPCP"), at=MONDAY)
