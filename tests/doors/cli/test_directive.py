"""The review from a terminal, and what a draft leaves open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import translation

from isotherm.directives.models import Document, Relation, Task
from isotherm.doors.cli.directive import group
from isotherm.records.models import LedgerLine, StoredFile
from isotherm.refusals import NotNow, NotYours, Secret
from tests.directives.test_coverage import PAPER, position
from tests.directives.test_register import taken
from tests.world import Wanted, World

OFFICER = ("--as", "VPCP:chuyen-vien")


def run(*arguments: str) -> str:
    with translation.override("en"):
        result = CliRunner().invoke(group, arguments)
    if result.exception is not None:
        raise result.exception
    return result.output


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "du-thao.txt"
    path.write_text(PAPER, encoding="utf-8")
    return path


def test_what_a_draft_leaves_open_is_printed_and_nothing_is_kept(world: World, draft: Path) -> None:
    told = run("unclear", str(draft))
    assert "Given to nobody · Mục II khoản 2" in told
    assert "✗ time not clear: No time is named. Write: “hoàn thành trước ngày" in told
    assert (Document.objects.count(), StoredFile.objects.count(), LedgerLine.objects.count()) == (0, 0, 0)


def test_a_program_reads_the_same_as_json(draft: Path) -> None:
    told = json.loads(run("unclear", str(draft), "--format", "json"))
    assert told["counts"]["unassigned"] == 1
    assert [one["point"] for one in told["tasks"][1]["unclear"]] == [
        "work",
        "time",
        "responsibility",
        "product",
        "authority",
    ]


def test_a_secret_draft_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(f"TUYỆT MẬT\n{PAPER}", encoding="utf-8")
    with pytest.raises(Secret):
        run("unclear", str(path))


def test_clauses_are_numbered_and_said_to_be_something_else(world: World) -> None:
    document = taken(world, PAPER)
    place = position(document, "Nâng cao ý thức")
    assert f"{place:4}. Given to nobody" in run("coverage", document.code, *OFFICER)
    run("role", document.code, "principle", str(place), *OFFICER)
    assert f"{place:4}. Principle or aim" in run("coverage", document.code, *OFFICER)
    run("undo", document.code, *OFFICER)
    assert f"{place:4}. Given to nobody" in run("coverage", document.code, *OFFICER)


def test_tasks_that_lost_their_ground_are_listed_and_decided(world: World) -> None:
    old = world.issued("5/QĐ-TTg", [Wanted(["P-52"]), Wanted(["BTC"])])
    new = world.issued("12/QĐ-TTg", [Wanted(["P-52"])])
    Relation.objects.create(
        document=new, what="repeals", symbol=old.symbol, symbol_key=old.symbol_key, other=old, start=0, end=5
    )
    head = ("--as", "VPCP:lanh-dao")
    assert "5-QD-TTg\t12-QD-TTg\t2\t0" in run("grounds", *head)
    given = ("--by", "12-QD-TTg", "--what", "keep", "--reason", "Vẫn cần thực hiện")
    assert "1 task decided." in run("decide-grounds", "5-QD-TTg", "1", *given, *head)
    assert "5-QD-TTg\t12-QD-TTg\t1\t1" in run("grounds", "5-QD-TTg", *head)
    with pytest.raises(NotYours):
        run("grounds", "5-QD-TTg", "--as", "P-52:lanh-dao")


def test_several_steps_are_undone_and_one_is_done_again(world: World) -> None:
    document = taken(world, PAPER)
    run("accept", document.code, "1", *OFFICER)
    run("set-aside", document.code, "2", *OFFICER)
    assert "set_aside, accept" in run("undo", document.code, "--steps", "2", *OFFICER)
    assert set(document.tasks.values_list("state", flat=True)) == {Task.State.PROPOSED}
    run("redo", document.code, *OFFICER)
    assert document.tasks.get(number=1).state == Task.State.ACCEPTED
    with pytest.raises(NotNow):
        for _step in range(3):
            run("undo", document.code, *OFFICER)
