"""Confidence says how often the reader is right, and can be measured on papers whose tasks are known."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from click.testing import CliRunner

from isotherm.directives.calibration import Example, examples_of, fitted, papers_of, reliability
from isotherm.directives.confidence import BASE, confidence_of, weights
from isotherm.directives.doubts import DOUBTS
from isotherm.doors.cli import directive

PAPER = """THỦ TƯỚNG CHÍNH PHỦ
Số: 7/CT-TTg
Hà Nội, ngày 12 tháng 5 năm 2026
CHỈ THỊ
Về việc thử
1. Bộ Y tế rà soát thuốc dự phòng.
2. Bộ Công an kiểm tra bến khách.
3. Bộ Tài chính bố trí kinh phí.
"""


def gold(*tasks: tuple[str, str, bool]) -> str:
    rows = [{"quote": quote, "lead": [lead], "coordinate": [], "optional": free} for quote, lead, free in tasks]
    return json.dumps({"document": {"type": "Chỉ thị"}, "tasks": rows})


def papers(folder: Path) -> Path:
    (folder / "a.txt").write_text(PAPER, encoding="utf-8")
    (folder / "a.gold.json").write_text(
        gold(
            ("Bộ Y tế rà soát thuốc dự phòng.", "Bộ Y tế", False),
            ("Bộ Công an kiểm tra bến khách.", "Bộ Xây dựng", False),
            ("Bộ Tài chính bố trí kinh phí.", "Bộ Tài chính", True),
        ),
        encoding="utf-8",
    )
    return folder


def test_no_doubt_makes_a_proposal_surer() -> None:
    of_the_grammar = [doubt for doubt in DOUBTS if not doubt.startswith(("second_", "list_"))]
    assert set(of_the_grammar) <= set(weights())
    assert all(confidence_of([doubt]) <= confidence_of([]) for doubt in of_the_grammar)
    assert 0.05 <= confidence_of(weights()) < confidence_of([]) <= 0.98


def test_a_proposal_is_right_where_a_task_is_with_its_lead_and_an_optional_one_counts_neither_way(
    tmp_path: Path,
) -> None:
    (paper, answers), *_more = papers_of(papers(tmp_path))
    assert [one.right for one in examples_of(paper, answers)] == [True, False]


def test_a_sign_that_often_goes_with_mistakes_takes_more() -> None:
    clear = [Example("a", (), 0.9, True)] * 90 + [Example("a", (), 0.9, False)] * 10
    wrong = [Example("b", ("further_sentence",), 0.9, number % 2 == 0) for number in range(60)]
    steps = fitted(clear + wrong, {BASE: 2.2, "further_sentence": 0.0, "no_year": -0.3})
    assert 0.85 <= confidence_of([], steps) <= 0.93
    assert 0.45 <= confidence_of(["further_sentence"], steps) <= 0.65
    assert steps["no_year"] == -0.3


def test_the_table_of_reliability_counts_each_proposal_once() -> None:
    found = reliability([Example("a", (), 0.4, False), Example("a", (), 0.96, True), Example("a", (), 1.0, True)])
    assert [(one.proposals, one.right) for one in found] == [(1, 0.0), (2, 1.0)]


def test_the_command_prints_and_writes_the_table_and_the_weights(tmp_path: Path) -> None:
    folder = papers(tmp_path)
    table, fit = tmp_path / "table.csv", tmp_path / "weights.csv"
    done = CliRunner().invoke(directive.group, ["calibrate", str(folder), "--out", str(table), "--weights", str(fit)])
    assert done.exit_code == 0, done.output
    assert "50.0%" in done.output
    with table.open(encoding="utf-8") as rows:
        assert sum(int(row["proposals"]) for row in csv.DictReader(rows) if row["weights"] == "package") == 2
    with fit.open(encoding="utf-8") as rows:
        assert {row["sign"] for row in csv.DictReader(rows)} == set(weights())


def test_a_folder_without_answers_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(directive.group, ["calibrate", str(tmp_path), "--out", str(tmp_path / "table.csv")])
    assert done.exit_code == 1
    assert "gold.json" in done.output
