"""Rows of a list become proposed tasks: each with its place in the text, in one step, never twice, never straight to
given."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isotherm.directives.acts import review, task_list
from isotherm.directives.exchange.lists.opened import Opened, open_list
from isotherm.directives.exchange.lists.places import How
from isotherm.directives.exchange.lists.plan import LEAVE, TAKE, Standing
from isotherm.directives.models import Document, ListColumns, Task
from isotherm.doors.cli.tasks import group
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach
from tests.directives.exchange.lists.papers import DAMS, EVACUATION, HEAD, usual, workbook
from tests.directives.test_register import PAPER, taken
from tests.directives.test_review import standing
from tests.world import MONDAY, World

SUPPLIES = "dự trữ lương thực, thuốc men tại những nơi dễ bị chia cắt"
TEXT = PAPER.replace("KT. THỦ TƯỚNG", f"3. Kho của mỗi xã là nơi {SUPPLIES}.\nKT. THỦ TƯỚNG", 1)


def opened(world: World, document: Document, content: bytes, **more: object) -> Opened:
    return open_list(document, content, "ds.xlsx", actor=world.officer("VPCP"), **more)  # type: ignore[arg-type]


def bring(
    world: World, document: Document, content: bytes, *, post: str = "VPCP:chuyen-vien", **more: object
) -> list[Task]:
    seen = opened(world, document, content, **more)
    source = task_list.Source("0" * 64, "ds.xlsx", seen.head.fingerprint, seen.head.words, seen.columns)
    ready = seen.plan.of(Standing.READY)
    return task_list.bring_in(document.code, ready, source=source, actor=world.actor(post), at=MONDAY)


def one(*cells: object) -> bytes:
    return workbook([HEAD, cells])


def test_rows_become_proposed_tasks_in_one_step_that_can_be_undone(world: World) -> None:
    document = taken(world, TEXT)
    before = standing(document)
    made = bring(world, document, one(1, SUPPLIES, "Bộ Y tế; Bộ Công Thương", "Bộ Tài chính", "31/12/2026", "Kế hoạch"))
    [task] = made
    assert (task.state, task.number, task.action) == ("proposed", len(before) + 1, SUPPLIES)
    assert document.text[task.start : task.end] == task.quote == SUPPLIES
    assert sorted(lead.unit.code for lead in task.leads.select_related("unit")) == ["BCT", "BYT"]
    assert (str(task.due_on), task.product, task.clause, task.coordinate) == (
        "2026-12-31", "Kế hoạch", "Khoản 3", ["Bộ Tài chính"],
    )  # fmt: skip
    review.undo(document.code, actor=world.officer("VPCP"), at=MONDAY)
    assert standing(document) == before
    review.redo(document.code, actor=world.officer("VPCP"), at=MONDAY)
    assert Task.objects.get(pk=task.pk).state == "proposed"


def test_where_a_row_stands_is_found_by_its_words_its_clause_or_its_likeness(world: World) -> None:
    document = taken(world, TEXT)
    content = workbook(
        [
            HEAD,
            (1, SUPPLIES.upper().replace(" ", "  "), "Bộ Y tế"),
            (2, "Lập quỹ dự phòng thiên tai của địa phương", "Bộ Tài chính", "", "", "", "khoản 3"),
            (3, "Dự trữ thuốc men, lương thực cho nơi bị chia cắt mùa mưa", "Bộ Y tế"),
            (4, "Mua sắm trang thiết bị y tế kỹ thuật cao", "Bộ Y tế"),
        ]
    )
    plan = opened(world, document, content).plan
    assert [(one.standing, one.place.how if one.place else None) for one in plan.rows] == [
        (Standing.READY, How.WORDS),
        (Standing.READY, How.CLAUSE),
        (Standing.LOOK, How.NEAR),
        (Standing.UNPLACED, None),
    ]
    assert plan.rows[1].place is not None and plan.rows[1].place.label == "Khoản 3"


def test_a_row_without_a_place_is_not_brought_in_until_a_person_marks_one(world: World) -> None:
    document = taken(world, TEXT)
    content = one(1, "Mua sắm trang thiết bị y tế kỹ thuật cao", "Bộ Y tế")
    with pytest.raises(NotNow):
        bring(world, document, content)
    [task] = bring(world, document, content, said={2: "xã là nơi  dự trữ lương thực"})
    assert task.quote == "xã là nơi dự trữ lương thực"
    assert task.action == "Mua sắm trang thiết bị y tế kỹ thuật cao"
    assert "list_person" in task.doubts
    assert document.text == Document.objects.get(pk=document.pk).text


def test_words_that_are_not_in_the_text_place_nothing(world: World) -> None:
    document = taken(world, TEXT)
    plan = opened(world, document, one(1, SUPPLIES, "Bộ Y tế"), said={2: "những lời không có ở đâu cả"}).plan
    assert [one.standing for one in plan.rows] == [Standing.UNPLACED]


def test_the_near_place_needs_a_persons_yes(world: World) -> None:
    document = taken(world, TEXT)
    content = one(1, "Dự trữ thuốc men, lương thực cho nơi bị chia cắt mùa mưa", "Bộ Y tế")
    with pytest.raises(NotNow):
        bring(world, document, content)
    [task] = bring(world, document, content, said={2: TAKE})
    assert (task.clause, task.doubts) == ("Khoản 3", ["list_near"])
    assert task.confidence < 0.9


def test_a_row_may_be_left_out(world: World) -> None:
    plan = opened(world, taken(world, TEXT), one(1, SUPPLIES, "Bộ Y tế"), said={2: LEAVE}).plan
    assert [one.standing for one in plan.rows] == [Standing.LEFT]


def test_what_the_reader_found_already_is_not_brought_in_again(world: World) -> None:
    document = taken(world, TEXT)
    whole = document.tasks.get(number=2).quote
    content = workbook([HEAD, (1, DAMS, "Bộ Tài chính"), (2, EVACUATION, "Bộ Y tế"), (3, whole), (4, SUPPLIES)])
    plan = opened(world, document, content).plan
    assert [(one.standing, one.of_task) for one in plan.rows] == [
        (Standing.THERE, 1),
        (Standing.THERE, 2),
        (Standing.THERE, 2),
        (Standing.READY, None),
    ]


def test_a_finer_part_of_a_found_task_is_one_of_its_own(world: World) -> None:
    document = taken(world, TEXT)
    plan = opened(world, document, one(1, "báo cáo Thủ tướng Chính phủ", "Bộ Công an")).plan
    assert [one.standing for one in plan.rows] == [Standing.READY]


def test_the_same_list_brought_in_twice_makes_no_doubles(world: World) -> None:
    document = taken(world, TEXT)
    content = workbook([HEAD, (1, SUPPLIES, "Bộ Y tế"), (2, SUPPLIES, "Bộ Y tế")])
    first = opened(world, document, content).plan
    assert [(one.standing, one.of_row) for one in first.rows] == [(Standing.READY, None), (Standing.THERE, 2)]
    bring(world, document, content)
    count = document.tasks.count()
    assert {one.standing for one in opened(world, document, content).plan.rows} == {Standing.THERE}
    with pytest.raises(NotNow):
        bring(world, document, content)
    assert document.tasks.count() == count


def test_two_people_who_looked_at_the_same_time_bring_it_in_once(world: World) -> None:
    document = taken(world, TEXT)
    seen = opened(world, document, one(1, SUPPLIES, "Bộ Y tế"))
    source = task_list.Source("0" * 64, "x", seen.head.fingerprint, seen.head.words, seen.columns)
    ready = seen.plan.of(Standing.READY)
    task_list.bring_in(document.code, ready, source=source, actor=world.officer("VPCP"), at=MONDAY)
    with pytest.raises(NotNow):
        task_list.bring_in(document.code, ready, source=source, actor=world.chair("VPCP"), at=MONDAY)


def test_after_undo_the_list_can_come_in_again_but_what_was_set_aside_does_not(world: World) -> None:
    document = taken(world, TEXT)
    content = one(1, SUPPLIES, "Bộ Y tế")
    [task] = bring(world, document, content)
    review.undo(document.code, actor=world.officer("VPCP"), at=MONDAY)
    [again] = bring(world, document, content)
    assert again.number == task.number + 1
    review.set_aside(document.code, [again.number], actor=world.officer("VPCP"), at=MONDAY)
    assert [one.of_task for one in opened(world, document, content).plan.rows] == [again.number]


def test_rows_of_another_document_stay_out_and_are_counted_by_it(world: World) -> None:
    document = taken(world, TEXT)
    head = (*HEAD, "Số, ký hiệu")
    own = (1, SUPPLIES, "Bộ Y tế", *[""] * 4, "91/CD-TTg")
    others = (2, "Xây dựng Nghị định", "Bộ Nội vụ", *[""] * 4, "12/CT-TTg")
    plan = opened(world, document, workbook([head, own, others])).plan
    assert [one.standing for one in plan.rows] == [Standing.READY, Standing.ELSEWHERE]
    assert plan.others == {"12/CT-TTg": 1}


def test_a_row_with_a_fault_that_stops_it_stays_out_and_others_come_in_doubtful(world: World) -> None:
    document = taken(world, TEXT)
    content = workbook([HEAD, (1, "", "Bộ Y tế"), (2, SUPPLIES, "Bộ Y tế lâm thời", "", "31/02/2026")])
    plan = opened(world, document, content).plan
    assert [one.standing for one in plan.rows] == [Standing.STOPPED, Standing.READY]
    [task] = bring(world, document, content)
    assert (task.due_on, task.deadline_text) == (None, "31/02/2026")
    assert task.leads.count() == 0
    assert any("Bộ Y tế lâm thời" in doubt for doubt in task.doubts)


def test_columns_that_a_person_named_are_remembered_for_her_office_and_that_head(world: World) -> None:
    document = taken(world, TEXT)
    content = workbook([("Ai", "Làm gì", "Bao giờ"), ("Bộ Y tế", SUPPLIES, "31/12/2026")])
    unknown = opened(world, document, content)
    assert (unknown.columns, unknown.plan.rows) == ({}, ())
    columns = {"lead": 0, "task": 1, "deadline": 2}
    bring(world, document, content, columns=columns)
    known = open_list(document, content, "x", actor=world.clerk("VPCP"))
    assert (known.columns, known.remembered) == (columns, True)
    other = open_list(document, content, "x", actor=world.officer("BTC"))
    assert (other.columns, other.remembered) == ({}, False)
    assert ListColumns.objects.get().heads == ["Ai", "Làm gì", "Bao giờ"]


def test_one_column_holds_one_thing(world: World) -> None:
    with pytest.raises(NotAccepted):
        opened(world, taken(world, TEXT), usual(), columns={"task": 1, "lead": 1})
    with pytest.raises(NotAccepted):
        opened(world, taken(world, PAPER.replace("91/", "92/")), usual(), columns={"task": 99})


def test_only_those_who_confirm_the_tasks_bring_a_list_in(world: World) -> None:
    document = taken(world, TEXT)
    with pytest.raises(OutOfReach):
        bring(world, document, one(1, SUPPLIES, "Bộ Y tế"), post="P-52:chuyen-vien")
    with pytest.raises(NotYours):
        bring(world, document, one(1, SUPPLIES, "Bộ Y tế"), post="VPCP:van-thu")
    assert not document.tasks.filter(action=SUPPLIES).exists()


def test_once_submitted_nothing_is_brought_in(world: World) -> None:
    document = taken(world, TEXT)
    review.accept(document.code, [1, 2], actor=world.officer("VPCP"), at=MONDAY)
    review.submit(document.code, actor=world.officer("VPCP"), at=MONDAY)
    with pytest.raises(NotNow):
        bring(world, document, one(1, SUPPLIES, "Bộ Y tế"))


def test_the_ledger_says_which_file_and_which_rows(world: World) -> None:
    document = taken(world, TEXT)
    bring(world, document, one(1, SUPPLIES, "Bộ Y tế"))
    line = LedgerLine.objects.get(document_id=document.pk, verb="review.list")
    assert (line.facts["rows"], line.facts["name"], line.facts["file"]) == ([2], "ds.xlsx", "0" * 64)


# --- the command ------------------------------------------------------------------------------------------------


def typed(*words: object) -> Result:
    return CliRunner().invoke(group, [*map(str, words), "--as", "VPCP:chuyen-vien"], standalone_mode=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ds.xlsx"
    bought = "Mua sắm trang thiết bị y tế kỹ thuật cao"
    path.write_bytes(workbook([HEAD, (1, SUPPLIES, "Bộ Y tế"), (2, bought, "Bộ Y tế")]))
    return path


def test_the_command_looks_first_and_brings_in_then(world: World, file: Path) -> None:
    document = taken(world, TEXT)
    looked = typed("import", file, "--document", "91/CĐ-TTg", "--preview")
    assert looked.exception is None
    assert looked.return_value == 3  # a row is still without a place
    assert not document.tasks.filter(action=SUPPLIES).exists()
    done = typed("import", file, "--document", document.code, "--place", "3=dự trữ lương thực")
    assert (done.exception, done.return_value or 0) == (None, 0)
    assert document.tasks.filter(doubts__contains=["list_person"]).count() == 1
    assert document.tasks.filter(action=SUPPLIES, state="proposed").count() == 1
    assert type(typed("import", file, "--document", document.code).exception).__name__ == "NotNow"


def test_the_command_takes_columns_by_their_letters(world: World, tmp_path: Path) -> None:
    document = taken(world, TEXT)
    path = tmp_path / "ds.csv"
    path.write_text(f"Ai;Việc;Hạn\nBộ Y tế;{SUPPLIES};31/12/2026\n", encoding="utf-8")
    columns = [word for name in ("lead=A", "task=B", "deadline=C") for word in ("--column", name)]
    assert typed("import", path, "--document", document.code, *columns).exception is None
    assert str(document.tasks.get(action=SUPPLIES).due_on) == "2026-12-31"
    assert typed("import", path, "--document", document.code, "--column", "task=Z").exception is not None
