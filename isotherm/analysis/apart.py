"""Which units stand well apart from the rest: like with like, shrunk for small numbers, never a rank.

Pure: counts in, judgement out.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from statistics import median
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

LEAST_UNITS = 8  # fewer are not compared
PRIOR = 8.0  # cases that every unit is lent at the common share before it is compared
LEAST_GAP = 0.12  # above the middle unit
SPREADS = 3.5  # and so many spreads of the middle half


def stands_apart(counts: Mapping[K, tuple[int, int]]) -> frozenset[K]:
    """The units whose share overdue lies well above the middle one; `counts` are (overdue, due)."""
    known = {unit: (overdue, due) for unit, (overdue, due) in counts.items() if due}
    if len(known) < LEAST_UNITS:
        return frozenset()
    common = sum(overdue for overdue, _ in known.values()) / sum(due for _, due in known.values())
    shares = {unit: (overdue + PRIOR * common) / (due + PRIOR) for unit, (overdue, due) in known.items()}
    middle = median(shares.values())
    # The median distance, scaled to a standard deviation: the outliers themselves do not widen it.
    spread = 1.4826 * median(abs(share - middle) for share in shares.values())
    limit = middle + max(LEAST_GAP, SPREADS * spread)
    return frozenset(unit for unit, share in shares.items() if share > limit)
