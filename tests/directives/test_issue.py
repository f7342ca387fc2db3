"""A second person gives the tasks; what the preview promised is what is given; after that they are only corrected."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isotherm.accounts.models import Appointment, Person
from isotherm.directives.acts import review
from isotherm.directives.models import Correction, Document, Member, Task
from isotherm.execution import preview
from isotherm.execution.acts.issue import issue
from isotherm.execution.acts.recall import correct, recall
from isotherm.execution.models import Assignment
from isotherm.refusals import NotAccepted, NotNow, NotYours
from tests.directives.test_register import taken
from tests.world import MONDAY, Wanted, World


def submitted(world: World, *, by: str = "VPCP:chuyen-vien") -> Document:
    document = taken(world)
    review.accept(document.code, [1, 2], actor=world.officer("VPCP"), at=MONDAY)
    return review.submit(document.code, actor=world.actor(by), at=MONDAY)


def test_the_post_that_submitted_does_not_give(world: World) -> None:
    document = submitted(world, by="VPCP:lanh-dao")
    with pytest.raises(NotYours):
        issue(document.code, actor=world.chair("VPCP"), at=MONDAY)
    assert not Assignment.objects.exists()


def test_the_same_person_in_another_post_does_not_give_either(world: World) -> None:
    person = Person.objects.create(login="hai-ghe", name="Một Người")
    document = taken(world)
    review.accept(document.code, [1, 2], actor=world.officer("VPCP"), at=MONDAY)
    review.submit(document.code, actor=world.actor("VPCP:chuyen-vien", person=person), at=MONDAY)
    assert not Appointment.objects.exists()
    with pytest.raises(NotYours):
        issue(document.code, actor=world.actor("VPCP:lanh-dao", person=person), at=MONDAY)


def test_an_officer_does_not_give(world: World) -> None:
    document = submitted(world, by="VPCP:lanh-dao")
    with pytest.raises(NotYours):
        issue(document.code, actor=world.officer("VPCP"), at=MONDAY)


def test_what_was_not_submitted_is_not_given(world: World) -> None:
    with pytest.raises(NotNow):
        issue(taken(world).code, actor=world.chair("VPCP"), at=MONDAY)


def test_tasks_are_given_once(world: World) -> None:
    document = submitted(world)
    issue(document.code, actor=world.chair("VPCP"), at=MONDAY)
    with pytest.raises(NotNow):
        issue(document.code, actor=world.chair("VPCP"), at=MONDAY)
    assert Assignment.objects.count() == 35


def test_the_preview_promises_what_is_then_given(world: World) -> None:
    wanted = [
        Wanted(["provinces"], communes=True),
        Wanted(["BTC"]),
        Wanted(["provinces", "BTC"], kind=Task.Kind.REGULAR, due_in=None),
        Wanted(["provinces"], kind=Task.Kind.STANDING, due_in=None),
    ]
    document = world.written("20/CT-TTg", wanted)
    review.submit(document.code, actor=world.officer("VPCP"), at=MONDAY)
    seen = preview.of(document, at=MONDAY)
    issue(document.code, actor=world.chair("VPCP"), at=MONDAY)
    given = Assignment.objects.filter(document_id=document.pk)
    assert (seen.tasks, seen.now, seen.units) == (4, given.count(), given.values("unit_id").distinct().count())
    communes = Member.objects.filter(unit_set__tasks__document=document, level="commune").values("unit_id").distinct()
    assert seen.below == {"commune": communes.count()} == {"commune": 3321}
    assert (seen.regular, seen.standing, seen.undated) == (1, 1, 2)


def test_after_sending_a_task_is_corrected_and_its_old_words_stay(world: World) -> None:
    document = world.issued("21/CT-TTg", [Wanted(["BTC"])])
    with pytest.raises(NotNow):
        review.edit(document.code, 1, {"action": "Lời khác"}, actor=world.officer("VPCP"), at=MONDAY)
    later = MONDAY + timedelta(days=1)
    code = f"{document.code}.1"
    correct(code, what="action", new="Lời mới", reason="Sai sót khi đánh máy", actor=world.chair("VPCP"), at=later)
    one = Correction.objects.get(task__code=code)
    assert (one.old, one.new) == ("Rà soát, báo cáo kết quả thực hiện", "Lời mới")
    assert Task.objects.get(code=code).action == "Lời mới"


def test_a_corrected_deadline_does_not_lie_before_the_issue(world: World) -> None:
    document = world.issued("22/CT-TTg", [Wanted(["BTC"])])
    early = document.signed_on - timedelta(days=1)
    with pytest.raises(NotAccepted):
        correct(
            f"{document.code}.1",
            what="due_on",
            new=early,
            reason="Nhầm ngày tháng",
            actor=world.chair("VPCP"),
            at=MONDAY + timedelta(days=1),
        )
    assert not Correction.objects.exists()


def test_a_recalled_task_closes_its_assignments_and_is_not_recalled_twice(world: World) -> None:
    document = world.issued("23/CT-TTg", [Wanted(["BTC"])])
    later = MONDAY + timedelta(days=1)
    recall(f"{document.code}.1", reason="Trùng nhiệm vụ khác", actor=world.chair("VPCP"), at=later)
    assert world.assignment(document, "BTC").state == "withdrawn"
    with pytest.raises(NotNow):
        recall(f"{document.code}.1", reason="Trùng nhiệm vụ khác", actor=world.chair("VPCP"), at=later)


def test_those_who_received_a_task_do_not_correct_it(world: World) -> None:
    document = world.issued("24/CT-TTg", [Wanted(["BTC"])])
    with pytest.raises(NotYours):
        recall(f"{document.code}.1", reason="Không muốn làm", actor=world.chair("BTC"), at=MONDAY + timedelta(days=1))
