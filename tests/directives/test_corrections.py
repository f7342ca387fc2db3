"""Corrections leave as labelled examples and as proposed lines for the phrase tables; nothing is learnt by itself."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from isotherm import country
from isotherm.directives import phrase_proposals
from isotherm.directives.acts import review
from isotherm.directives.corrections import Example, decided_documents, examples_of, headings_of, said_of
from isotherm.directives.models import Document, Task
from isotherm.doors.cli.directive_corrections import corrections
from tests.directives.test_coverage import PAPER as WITH_PARTS
from tests.directives.test_coverage import position
from tests.directives.test_register import PAPER, taken
from tests.world import MONDAY, World


def submitted(world: World, document: Document) -> Document:
    officer = world.officer("VPCP")
    open_ones = list(document.tasks.filter(state=Task.State.PROPOSED).values_list("number", flat=True))
    if open_ones:
        review.accept(document.code, open_ones, actor=officer, at=MONDAY)
    return review.submit(document.code, actor=officer, at=MONDAY)


def by_number(document: Document) -> dict[int, Example]:
    return {one.number: one for one in examples_of(document)}


def proposed(world: World, *documents: Document, least: int = 1) -> list[phrase_proposals.Line]:
    examples = [one for document in documents for one in examples_of(document)]
    said = [one for document in documents for one in said_of(document)]
    headings = {document.pk: headings_of(document) for document in documents}
    return phrase_proposals.proposals(examples, said, headings, least=least)


def test_a_task_confirmed_as_it_was_read_is_an_example_without_a_change(world: World) -> None:
    document = submitted(world, taken(world))
    one = by_number(document)[1]
    assert one.changed == ()
    assert one.proposed == one.final
    assert one.text == document.text[slice(*one.final["span"])]  # type: ignore[index]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"lead": ["Bộ Tài chính"]}, "lead"),
        ({"coordinate": ["Bộ Y tế"]}, "coordinators"),
        ({"due_on": date(2026, 9, 30)}, "deadline"),
        ({"product": "Báo cáo tổng hợp"}, "product"),
        ({"kind": "regular"}, "kind"),
        ({"expects_communes": True}, "communes"),
    ],
)
def test_an_edit_is_named_by_what_it_changed(world: World, changes: dict[str, Any], named: str) -> None:
    document = taken(world)
    review.edit(document.code, 1, changes, actor=world.officer("VPCP"), at=MONDAY)
    one = by_number(submitted(world, document))[1]
    assert one.changed == (named,)
    assert one.proposed is not None and one.final is not None
    assert one.proposed["lead"] == ["Bộ Nông nghiệp và Môi trường"]


def test_the_proposal_is_what_was_read_however_often_it_was_changed(world: World) -> None:
    document, officer = taken(world), world.officer("VPCP")
    for day in (date(2026, 8, 1), date(2026, 9, 1)):
        review.edit(document.code, 1, {"due_on": day}, actor=officer, at=MONDAY)
    one = by_number(submitted(world, document))[1]
    assert one.proposed is not None and one.final is not None
    assert (one.proposed["due_on"], one.final["due_on"]) == ("2026-06-30", "2026-09-01")


def test_an_edit_that_was_undone_is_no_correction(world: World) -> None:
    document, officer = taken(world), world.officer("VPCP")
    review.edit(document.code, 1, {"due_on": date(2026, 8, 1)}, actor=officer, at=MONDAY)
    review.undo(document.code, actor=officer, at=MONDAY)
    assert by_number(submitted(world, document))[1].changed == ()


def test_set_aside_added_split_and_joined_are_told_apart(world: World) -> None:
    document, officer = taken(world), world.officer("VPCP")
    first = document.tasks.get(number=1)
    review.split(document.code, 1, position=first.start + first.quote.index("rà soát"), actor=officer, at=MONDAY)
    start = document.text.index("sơ tán dân")
    review.add(document.code, start=start, end=start + 30, actor=officer, at=MONDAY)
    review.edit(document.code, 4, {"lead": ["Bộ Y tế"]}, actor=officer, at=MONDAY)
    review.set_aside(document.code, [2], actor=officer, at=MONDAY)
    found = {number: one.changed for number, one in by_number(submitted(world, document)).items()}
    assert found == {1: ("span", "work"), 2: ("rejected",), 3: ("split",), 4: ("added",)}
    assert by_number(document)[4].proposed is None
    assert by_number(document)[2].final is None

    other = taken(world, PAPER.replace("91/CĐ-TTg", "95/CĐ-TTg"))
    review.join(other.code, [1, 2], actor=officer, at=MONDAY)
    assert {n: one.changed for n, one in by_number(submitted(world, other)).items()}[2] == ("joined",)


def test_only_what_was_submitted_or_sent_is_an_example_and_from_the_day_asked_for(world: World) -> None:
    taken(world, PAPER.replace("91/CĐ-TTg", "95/CĐ-TTg"))
    document = submitted(world, taken(world))
    assert list(decided_documents()) == [document]
    assert list(decided_documents(MONDAY.date())) == [document]
    assert list(decided_documents(MONDAY.date() + timedelta(days=1))) == []


def test_what_a_person_said_of_a_clause_is_an_example(world: World) -> None:
    document = taken(world, WITH_PARTS)
    place = position(document, "Nâng cao ý thức")
    review.say_role(document.code, [place], "principle", actor=world.officer("VPCP"), at=MONDAY)
    (said,) = said_of(document)
    assert (said.proposed, said.final) == ("unassigned", "principle")


# --- lines for the tables ---------------------------------------------------------------------------------------
def with_lead(world: World, symbol: str, name: str) -> Document:
    """The first task's lead is what somebody wrote, as if the register knew it."""
    document = taken(world, PAPER.replace("91/CĐ-TTg", symbol))
    review.edit(document.code, 1, {"lead": ["Bộ Tài chính"]}, actor=world.officer("VPCP"), at=MONDAY)
    document.tasks.filter(number=1).update(lead=[name])
    return document


def test_a_lead_that_people_wrote_again_and_the_reader_does_not_know_is_proposed(world: World) -> None:
    documents = [with_lead(world, symbol, "Hải đội Biển Đông") for symbol in ("81/CĐ-TTg", "82/CĐ-TTg")]
    (line,) = proposed(world, *documents, least=2)
    assert (line.table, line.evidence, line.documents) == ("bodies", 2, ("81/CĐ-TTg", "82/CĐ-TTg"))
    assert line.cells[0] == "Hải đội Biển Đông"
    assert "hồ chứa" in line.examples[0]
    assert proposed(world, documents[0], least=2) == []


def test_a_lead_that_the_reader_knows_is_no_line_for_the_table(world: World) -> None:
    assert proposed(world, with_lead(world, "81/CĐ-TTg", "Bộ Tài chính")) == []


def test_a_verb_that_begins_an_added_task_is_proposed_if_no_table_has_it(world: World) -> None:
    text = PAPER.replace("kiểm tra phương án", "tái lập phương án")
    document = taken(world, text)
    officer = world.officer("VPCP")
    review.set_aside(document.code, [2], actor=officer, at=MONDAY) if document.tasks.count() > 1 else None
    start = document.text.index("tái lập phương án")
    review.add(document.code, start=start, end=start + 30, actor=officer, at=MONDAY)
    (line,) = [one for one in proposed(world, document) if one.table == "verbs"]
    assert line.cells == ("tái lập", "vi", "strong")
    known = document.text.index("rà soát các hồ chứa")
    review.add(document.code, start=known, end=known + 30, actor=officer, at=MONDAY)
    assert [one.cells[0] for one in proposed(world, document) if one.table == "verbs"] == ["tái lập"]


def test_a_heading_whose_tasks_were_always_set_aside_is_proposed_and_one_with_a_confirmed_task_is_not(
    world: World,
) -> None:
    many = "\n".join(f"{n}. Bộ Y tế báo cáo kết quả lần {n}." for n in range(1, 5))
    text = WITH_PARTS.replace("II. NHIỆM VỤ", f"II. KIẾN NGHỊ CỦA ĐỊA PHƯƠNG\n{many}\nIII. NHIỆM VỤ")
    document = taken(world, text)
    under = list(document.tasks.filter(path__startswith="rom=II;").values_list("number", flat=True))
    assert len(under) == 4
    review.set_aside(document.code, under, actor=world.officer("VPCP"), at=MONDAY)
    (line,) = [one for one in proposed(world, document) if one.table == "sections"]
    assert (line.cells, line.evidence) == (("kiến nghị của địa phương", "vi", "other"), 4)
    review.accept(document.code, under[:1], actor=world.officer("VPCP"), at=MONDAY)
    assert [one for one in proposed(world, document) if one.table == "sections"] == []


def test_words_that_begin_what_people_called_a_prohibition_are_proposed(world: World) -> None:
    document = taken(world, WITH_PARTS.replace("2. Nâng cao ý thức", "2. Chấm dứt ngay ý thức"))
    place = position(document, "Chấm dứt ngay")
    review.say_role(document.code, [place], "prohibition", actor=world.officer("VPCP"), at=MONDAY)
    (line,) = [one for one in proposed(world, document) if one.table == "leave-out"]
    assert line.cells == ("chấm dứt", "vi", "prohibition", "start")


def test_the_command_writes_examples_and_lines_that_a_person_merges(world: World, tmp_path: Path) -> None:
    for symbol in ("81/CĐ-TTg", "82/CĐ-TTg"):
        submitted(world, with_lead(world, symbol, "Hải đội, Biển Đông"))
    before = {path: path.read_bytes() for path in (country.folder() / "phrases").glob("*.csv")}
    out = tmp_path / "out"
    answer = CliRunner().invoke(corrections, ["--out", str(out)])
    assert answer.exit_code == 0, answer.output

    examples = [json.loads(line) for line in (out / "examples.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(examples) == 4
    assert {tuple(one["changed"]) for one in examples} == {("lead",), ()}
    assert set(examples[0]) >= {"document", "text", "proposed", "final", "changed"}
    assert "person" not in json.dumps(examples)

    (row,) = list(csv.DictReader(io.StringIO((out / "phrases.csv").read_text(encoding="utf-8"))))
    assert (row["table"], row["evidence"], row["change"]) == ("bodies", "2", "+")
    assert row["line"].startswith('"Hải đội, Biển Đông",')
    assert {path: path.read_bytes() for path in before} == before

    tree = tmp_path / "countries" / "vn" / "phrases"
    tree.mkdir(parents=True)
    for path, content in before.items():
        (tree / path.name).write_bytes(content)
    applied = subprocess.run(
        ["git", "apply", "--include=countries/*", str(out / "phrases.diff")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert applied.returncode == 0, applied.stderr
    assert row["line"] in (tree / "bodies.csv").read_text(encoding="utf-8").splitlines()


def test_nothing_corrected_is_an_empty_list_and_no_refusal(world: World, tmp_path: Path) -> None:
    assert CliRunner().invoke(corrections, ["--out", str(tmp_path)]).exit_code == 0
    assert (tmp_path / "examples.jsonl").read_text(encoding="utf-8") == ""
    assert (tmp_path / "phrases.diff").read_text(encoding="utf-8") == ""
