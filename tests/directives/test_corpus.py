"""
The papers of `tests/corpus` read from end to end, scored as extraction is judged; the floors are what is reached.

`python -m tests.directives.test_corpus [FOLDER ...]` prints the figures of each paper and what was read wrong.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from isotherm.directives.scoring import HEADING, Score, Task, gold_of, score, total_of, words_of

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "directives"
PAPERS = sorted(path.name.removesuffix(".gold.json") for path in CORPUS.glob("*.gold.json"))
FLOORS = {"lead": 0.98, "coordinators": 0.98, "deadline": 0.97, "recurrence": 0.98}
LEAST_SPANS = 0.96
WORST_PAPER = 0.65


@cache
def proposals_of(path: Path) -> tuple[list[Task], str]:
    from isotherm.directives.reading import read_file, to_json

    reading = read_file(path.read_bytes(), path.name)
    tasks: list[Task] = to_json(reading)["tasks"]
    return tasks, reading.text


def scored(name: str, folder: Path = CORPUS) -> Score:
    tasks, _text = proposals_of(folder / f"{name}.txt")
    return score(gold_of(folder / f"{name}.gold.json")["tasks"], tasks, name)


def test_the_corpus_is_read_at_least_as_well_as_it_was() -> None:
    total = total_of(scored(name) for name in PAPERS)
    assert total.spans >= LEAST_SPANS, "\n".join(total.wrong)
    assert {part: share for part, share in total.fields.items() if share < FLOORS[part]} == {}, "\n".join(total.wrong)


@pytest.mark.parametrize("name", PAPERS)
def test_no_paper_of_the_corpus_is_lost(name: str) -> None:
    found = scored(name)
    assert found.spans >= WORST_PAPER, "\n".join(found.wrong)


@pytest.mark.parametrize("name", PAPERS)
def test_a_proposal_quotes_the_paper_letter_by_letter_and_invents_no_day(name: str) -> None:
    tasks, text = proposals_of(CORPUS / f"{name}.txt")
    for task in tasks:
        assert task["quote"] in text
        assert not task["deadline"] or task["deadline_text"]
        for part in ("lead_span", "deadline_span"):
            start, end = task[part] or (0, 1)
            assert 0 <= start < end <= len(text)
        if task["deadline_span"]:
            start, end = task["deadline_span"]
            assert words_of(text[start:end]) == words_of(task["deadline_text"])


@pytest.mark.shared
@pytest.mark.parametrize("name", PAPERS)
def test_our_scorer_counts_what_the_judge_s_counts(name: str) -> None:
    gold = gold_of(CORPUS / f"{name}.gold.json")["tasks"]
    tasks, text = proposals_of(CORPUS / f"{name}.txt")
    theirs, _missed, _extra = _judge().score_document(gold, tasks, text)
    ours = scored(name).counts
    names = {
        "gold": "gold", "matched": "tp", "extra": "fp", "fragment": "fragment", "lead": "lead_ok",
        "coordinators": "coord_ok", "deadline": "dl_ok", "recurrence": "rec_ok",
    }  # fmt: skip
    assert {name: ours[name] for name in names} == {name: theirs[other] for name, other in names.items()}


@cache
def _judge() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_extraction", SHARED / "score_extraction.py")
    assert spec
    assert spec.loader
    judge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge)
    return judge


def main(folders: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isotherm.settings")
    import django

    django.setup()
    total, kinds = Score(), {}
    sys.stdout.write(HEADING + "\n")
    for folder in [Path(one) for one in folders] or [CORPUS]:
        for path in sorted(folder.glob("*.gold.json")):
            name = path.name.removesuffix(".gold.json")
            found = scored(name, folder)
            kind = gold_of(path)["document"]["type"]
            sys.stdout.write(found.line(name) + f"  {kind}\n")
            kinds.setdefault(kind, Score()).__iadd__(found)
            total += found
    for kind, found in sorted(kinds.items()):
        sys.stdout.write(found.line(kind[:14]) + "\n")
    sys.stdout.write(total.line("all") + "\n" + "\n".join(total.wrong) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
