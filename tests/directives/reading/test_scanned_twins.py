"""
A paper rendered, worn and recognised scores like its clean twin: at most 0.05 less in F1, lead and deadline.

`python -m tests.directives.reading.twins_printed` prints the figures of each paper.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from isotherm.directives.reading import Reading, cleaning, of_scan, read_file, recognition, scan, to_json
from isotherm.directives.scoring import Score, gold_of, score
from tests.directives.reading.scans import rendered, worn
from tests.directives.test_corpus import CORPUS, PAPERS

LEAST = -0.05
SAMPLE = ("112", "206")
pytestmark = [
    pytest.mark.scan,
    pytest.mark.skipif(recognition.tesseract() is None, reason="Tesseract with Vietnamese is not installed"),
]


def recognised(name: str, folder: Path = CORPUS, *, other: int = 0) -> Reading:
    """`other`: another wear of the same pages."""
    pages = rendered((folder / f"{name}.txt").read_text(encoding="utf-8"))
    seed = int(name) * 100 + other

    def read(number: int) -> scan.ScannedPage:
        page = worn(pages[number], seed + number)
        return scan.page_in(page, cleaning.cleaned(page))

    with ThreadPoolExecutor(2) as pool:
        read_pages = list(pool.map(read, range(len(pages))))
    return of_scan(read_pages, media_type="image/png", count=len(pages))


def both(name: str, folder: Path = CORPUS, *, other: int = 0) -> tuple[Score, Score]:
    gold = gold_of(folder / f"{name}.gold.json")["tasks"]
    clean = read_file((folder / f"{name}.txt").read_bytes(), f"{name}.txt")
    return (
        score(gold, to_json(recognised(name, folder, other=other))["tasks"], name),
        score(gold, to_json(clean)["tasks"], name),
    )


def less(scanned: Score, clean: Score) -> dict[str, float]:
    """What the scan scores more than its twin, in each figure; less is below nought."""
    return {
        "F1": scanned.spans - clean.spans,
        "lead": scanned.fields["lead"] - clean.fields["lead"],
        "deadline": scanned.fields["deadline"] - clean.fields["deadline"],
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE)
def test_a_scan_scores_like_its_clean_twin(name: str) -> None:
    scanned, clean = both(name)
    assert {figure: lost for figure, lost in less(scanned, clean).items() if lost < LEAST} == {}, scanned.wrong


@pytest.mark.long
@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_of_the_corpus_scores_like_its_clean_twin(name: str) -> None:
    scanned, clean = both(name)
    assert {figure: lost for figure, lost in less(scanned, clean).items() if lost < LEAST} == {}, scanned.wrong
