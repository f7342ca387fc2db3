"""
How sure the reader is of a proposal: a small logistic model over the signs that it may be wrong.

The weights stand in the country package (`phrases/confidence.csv`), one sign a line, each a step in log-odds: 0 changes
nothing, -1 makes the odds of being right about a third. `calibration.py` measures and fits them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

from isotherm import country

BASE = "base"
LEAST, MOST = 0.05, 0.98


@cache
def weights() -> dict[str, float]:
    return {row["sign"]: float(row["weight"]) for row in country.table("phrases/confidence")}


def lowered(confidence: float, signs: Iterable[str]) -> float:
    """What is left of a confidence once further signs are known."""
    kept = min(MOST, max(LEAST, confidence))
    odds = math.log(kept / (1 - kept)) + sum(weights().get(sign, 0.0) for sign in set(signs))
    return round(min(MOST, max(LEAST, 1 / (1 + math.exp(-odds)))), 2)


def confidence_of(signs: Iterable[str], steps: dict[str, float] | None = None) -> float:
    """The share of proposals with these signs that are right: found where a task is, with its lead."""
    known = weights() if steps is None else steps
    odds = known.get(BASE, 0.0) + sum(known.get(sign, 0.0) for sign in set(signs))
    return round(min(MOST, max(LEAST, 1 / (1 + math.exp(-odds)))), 2)
