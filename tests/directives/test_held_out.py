"""Ten papers that nobody who wrote the reader saw until it was done: what it reaches on texts it was not made for."""

from __future__ import annotations

import pytest

from isotherm.directives.scoring import gold_of, total_of
from tests.directives.test_corpus import CORPUS, proposals_of, scored

HELD_OUT = CORPUS / "held-out"
PAPERS = sorted(path.name.removesuffix(".gold.json") for path in HELD_OUT.glob("*.gold.json"))


def test_ten_papers_were_held_back() -> None:
    assert len(PAPERS) == 10
    assert (
        sum(not task.get("optional") for name in PAPERS for task in gold_of(HELD_OUT / f"{name}.gold.json")["tasks"])
        == 183
    )


def test_the_reader_keeps_its_bar_on_papers_it_was_not_made_for() -> None:
    total = total_of(scored(name, HELD_OUT) for name in PAPERS)
    assert total.spans >= 0.93, "\n".join(total.wrong)
    short = {part: share for part, share in total.fields.items() if part != "coordinators" and share < 0.95}
    assert short == {}, "\n".join(total.wrong)
    assert total.fields["coordinators"] >= 0.88


@pytest.mark.parametrize("name", PAPERS)
def test_a_proposal_quotes_a_held_out_paper_letter_by_letter(name: str) -> None:
    tasks, text = proposals_of(HELD_OUT / f"{name}.txt")
    assert tasks
    assert [task["quote"] for task in tasks if task["quote"] not in text] == []
