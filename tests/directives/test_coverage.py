"""Each clause of a text is a task, a principle, a prohibition, a standing requirement, or given to nobody."""

from __future__ import annotations

import pytest

from isotherm.directives import coverage
from isotherm.directives.acts import review
from isotherm.directives.coverage import Coverage
from isotherm.directives.models import Document, Task
from isotherm.directives.reading import read_text
from isotherm.refusals import NotAccepted, NotNow, NotYours
from tests.directives.test_register import taken
from tests.world import MONDAY, World

PAPER = """THỦ TƯỚNG CHÍNH PHỦ
Số: 92/CT-TTg
Hà Nội, ngày 25 tháng 5 năm 2026
CHỈ THỊ
Về việc chuẩn bị mùa khô
Thủ tướng Chính phủ yêu cầu:
I. MỤC ĐÍCH, YÊU CẦU
1. Bảo đảm nước sạch cho người dân nông thôn.
II. NHIỆM VỤ
1. Bộ Nông nghiệp và Môi trường rà soát các hồ chứa, báo cáo Thủ tướng Chính phủ trước ngày 30 tháng 6 năm 2026.
2. Nâng cao ý thức tiết kiệm nước trong toàn xã hội.
3. Nghiêm cấm lấn chiếm lòng hồ.
4. Bộ Xây dựng tăng cường quản lý nhà ở xã hội.
Nơi nhận:
- Như trên.
KT. THỦ TƯỚNG
"""


def standings(found: Coverage) -> dict[str, str]:
    return {clause.label: clause.standing for clause in found.clauses}


def position(document: Document, words: str) -> int:
    start = document.text.index(words)
    return document.passages.get(start__lte=start, end__gt=start).position


def test_every_clause_of_a_draft_is_said_to_be_one_thing() -> None:
    found = coverage.of_reading(read_text(PAPER))
    assert standings(found) == {
        "Mục I khoản 1": "principle",
        "Mục II khoản 1": "task",
        "Mục II khoản 2": "unassigned",
        "Mục II khoản 3": "prohibition",
        "Mục II khoản 4": "task",
    }
    assert found.of("unassigned")[0].words == "2. Nâng cao ý thức tiết kiệm nước trong toàn xã hội."


def test_a_registered_document_is_covered_as_its_draft_was(world: World) -> None:
    draft = coverage.of_reading(read_text(PAPER))
    stored = coverage.of_document(taken(world, PAPER))
    assert standings(stored) == standings(draft)
    assert [(work.number, [gap.point for gap in work.gaps]) for work in stored.works] == [
        (work.number, [gap.point for gap in work.gaps]) for work in draft.works
    ]


def test_what_stands_below_a_task_belongs_to_it() -> None:
    block = (
        "II. NHIỆM VỤ\n1. Xây dựng Nghị định về phụ cấp\nCơ quan chủ trì: Bộ Nội vụ.\nThời gian: tháng 7 năm 2026.\n"
    )
    found = coverage.of_reading(read_text(PAPER.replace("II. NHIỆM VỤ\n", block).replace("\n2. Nâng", "\n3. Nâng")))
    assert standings(found)["Mục II khoản 1"] == "task"
    assert {clause.standing for clause in found.clauses if clause.label.startswith("Mục II khoản 1 đoạn")} == {"detail"}


def test_a_person_says_what_a_clause_is_and_takes_it_back(world: World) -> None:
    document, officer = taken(world, PAPER), world.officer("VPCP")
    place = position(document, "Nâng cao ý thức")
    review.say_role(document.code, [place], "principle", actor=officer, at=MONDAY)
    said = {clause.position: clause for clause in coverage.of_document(document).clauses}[place]
    assert (said.standing, said.by_hand) == ("principle", True)
    review.undo(document.code, actor=officer, at=MONDAY)
    assert standings(coverage.of_document(document))["Mục II khoản 2"] == "unassigned"


def test_a_clause_that_is_no_task_takes_its_proposed_task_along_and_undo_brings_both_back(world: World) -> None:
    document, officer = taken(world, PAPER), world.officer("VPCP")
    place = position(document, "Bộ Xây dựng tăng cường")
    review.say_role(document.code, [place], "other", actor=officer, at=MONDAY)
    assert document.tasks.get(number=2).state == Task.State.REJECTED
    assert standings(coverage.of_document(document))["Mục II khoản 4"] == "other"
    review.undo(document.code, actor=officer, at=MONDAY)
    assert document.tasks.get(number=2).state == Task.State.PROPOSED
    assert standings(coverage.of_document(document))["Mục II khoản 4"] == "task"


def test_a_clause_whose_task_was_set_aside_gives_none(world: World) -> None:
    document = taken(world, PAPER)
    review.set_aside(document.code, [2], actor=world.officer("VPCP"), at=MONDAY)
    assert standings(coverage.of_document(document))["Mục II khoản 4"] == "other"


def test_a_task_that_reaches_over_two_clauses_is_split_before_one_of_them_is_said_to_be_a_principle(
    world: World,
) -> None:
    document, officer = taken(world, PAPER), world.officer("VPCP")
    review.join(document.code, [1, 2], actor=officer, at=MONDAY)
    with pytest.raises(NotNow, match="1"):
        review.say_role(
            document.code, [position(document, "Bộ Xây dựng tăng cường")], "principle", actor=officer, at=MONDAY
        )


def test_a_prohibition_is_followed_as_a_requirement_and_asked_for_no_date(world: World) -> None:
    document, officer = taken(world, PAPER), world.officer("VPCP")
    place = position(document, "Nghiêm cấm")
    (made,) = review.take_clauses(document.code, [place], kind=Task.Kind.STANDING, actor=officer, at=MONDAY)
    found = coverage.of_document(document)
    assert standings(found)["Mục II khoản 3"] == "prohibition"
    assert {work.number: work.gaps for work in found.works}[made.number] == ()
    assert review.accept(document.code, [made.number], actor=officer, at=MONDAY)[0].state == Task.State.ACCEPTED


def test_a_clause_is_called_nothing_that_no_clause_can_be(world: World) -> None:
    document = taken(world, PAPER)
    with pytest.raises(NotAccepted) as refused:
        review.say_role(document.code, [1], "nonsense", actor=world.officer("VPCP"), at=MONDAY)
    assert refused.value.field == "role"


def test_clauses_that_the_document_does_not_have_are_not_selected(world: World) -> None:
    document = taken(world, PAPER)
    with pytest.raises(NotAccepted):
        review.say_role(document.code, [1, 4000], "other", actor=world.officer("VPCP"), at=MONDAY)
    assert not document.review_steps.exists()


def test_the_records_clerk_does_not_say_what_clauses_are(world: World) -> None:
    document = taken(world, PAPER)
    with pytest.raises(NotYours):
        review.say_role(document.code, [1], "other", actor=world.clerk("VPCP"), at=MONDAY)
