"""Whole papers: the three real ones with their scorer, and the demo's papers with their tables."""

from __future__ import annotations

import csv
import importlib.util
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from isotherm.directives.reading import CandidateTask, read_file
from isotherm.doors.cli import directive
from isotherm.doors.cli.demo_texts import due_on, render
from tests.directives.reading.papers import pdf_of, word_of

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "directives"
DEMO = Path(__file__).resolve().parents[2] / "countries" / "vn" / "demo" / "directives"
ISSUED = date(2026, 5, 18)
PAPERS = sorted(path.stem for path in DEMO.glob("*.txt"))


def score(results: Path) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("score_extraction", SHARED / "score_extraction.py")
    assert spec
    assert spec.loader
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    overall: dict[str, Any] = scorer.run(str(SHARED), str(results))["overall"]
    return overall


@pytest.mark.shared
def test_the_command_reads_the_three_real_papers_well_above_the_bar(tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("../shared is not on this machine")
    files = [str(path) for path in sorted(SHARED.glob("0*.txt"))]
    done = CliRunner().invoke(directive.group, ["read", *files, "--format", "json", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    found = score(tmp_path)
    assert found["f1"] >= 0.95
    assert found["lead_accuracy"] >= 0.95
    assert found["deadline_accuracy"] == 1
    assert found["quotes_found_in_text"] == 1


def test_one_file_goes_to_the_screen_and_several_need_a_folder(tmp_path: Path) -> None:
    paper = tmp_path / "a.txt"
    paper.write_text("1. Bộ Y tế báo cáo Thủ tướng Chính phủ trước ngày 30/9/2026.", encoding="utf-8")
    shown = CliRunner().invoke(directive.group, ["read", str(paper), "--format", "json"])
    assert json.loads(shown.output)["tasks"][0]["lead"] == ["Bộ Y tế"]
    table = CliRunner().invoke(directive.group, ["read", str(paper)])
    assert "Bộ Y tế" in table.output
    assert "30/09/2026" in table.output
    assert CliRunner().invoke(directive.group, ["read", str(paper), str(paper)]).exit_code == 2


def test_a_refused_file_does_not_stop_the_others(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text("1. Bộ Y tế báo cáo Thủ tướng Chính phủ trước ngày 30/9/2026.", encoding="utf-8")
    bad.write_text("", encoding="utf-8")
    done = CliRunner().invoke(
        directive.group, ["read", str(bad), str(good), "--format", "json", "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 3
    assert [path.name for path in (tmp_path / "out").glob("*.json")] == ["good.json"]


def read(name: str) -> tuple[str, list[CandidateTask], list[dict[str, str]]]:
    text = render((DEMO / f"{name}.txt").read_text(encoding="utf-8"), ISSUED)
    with (DEMO / f"{name}.tasks.csv").open(encoding="utf-8", newline="") as rows:
        table = list(csv.DictReader(rows))
    return text, list(read_file(text.encode(), name).candidates), table


@pytest.mark.parametrize("name", PAPERS)
def test_a_demo_paper_gives_exactly_the_tasks_of_its_table(name: str) -> None:
    text, found, table = read(name)
    starts = {text.index("\n" + render(row["starts"], ISSUED)) + 1 for row in table}
    assert {task.start for task in found if not task.monitor or task.start in starts} == starts
    assert len([task for task in found if not task.monitor or task.start in starts]) == len(table)


@pytest.mark.parametrize("name", PAPERS)
def test_a_demo_paper_gives_each_task_its_lead_and_its_day(name: str) -> None:
    text, found, table = read(name)
    by_start = {task.start: task for task in found}
    wrong = []
    for row in table:
        task = by_start[text.index("\n" + render(row["starts"], ISSUED)) + 1]
        if _said(task.lead) != _said(row["lead"].split(";")):
            wrong.append((row["no"], task.lead))
        # What is counted from the signing has words here; the working-day calendar gives it its day.
        if task.deadline_kind != "relative" and task.deadline != due_on(row["deadline"], ISSUED):
            wrong.append((row["no"], task.deadline))
    assert wrong == []


def _said(names: tuple[str, ...] | list[str]) -> set[str]:
    plain = {name.lower().replace(" trực thuộc trung ương", "").removeprefix("các ").strip() for name in names}
    return {name.replace("các tỉnh, thành phố", "tỉnh, thành phố") for name in plain if name}


def test_the_programme_gives_the_same_tasks_as_text_as_word_and_as_pdf() -> None:
    text, found, _table = read("01-nq-01-chuong-trinh")
    for twin in (word_of(text), pdf_of(text)):
        again = read_file(twin, "twin").candidates
        assert [(task.path, task.lead, task.deadline) for task in again] == [
            (task.path, task.lead, task.deadline) for task in found
        ]
