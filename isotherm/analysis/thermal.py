"""At which boundary does action die out: conduction of each boundary, and the thermocline or none.

Pure: counts in, judgement out. The interval of the gap between the worst boundary and the next resamples whole upper
units (the lower ones where the upper is single): communes of one province fail together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_CLUSTERS = 8
RESAMPLES = 2000
SEED = 20260701


@dataclass(frozen=True, slots=True)
class Boundary:
    """Between `upper` and `level`; clusters are (reachable, conducted) of whole upper units."""

    upper: str
    level: str
    clusters: tuple[tuple[int, int], ...]

    @property
    def reachable(self) -> int:
        return sum(reachable for reachable, _ in self.clusters)

    @property
    def conducted(self) -> int:
        return sum(conducted for _, conducted in self.clusters)

    @property
    def conduction(self) -> float | None:
        return self.conducted / self.reachable if self.reachable else None

    @property
    def judged(self) -> bool:
        """Whether there are enough clusters for an interval."""
        return sum(1 for reachable, _ in self.clusters if reachable) >= LEAST_CLUSTERS


@dataclass(frozen=True, slots=True)
class Thermocline:
    upper: str
    level: str
    conduction: float
    interval: tuple[float, float]
    gap: tuple[float, float]


def interval(boundary: Boundary) -> tuple[float, float] | None:
    """95 % of the conduction over resampled clusters; none under eight clusters."""
    if not boundary.judged:
        return None
    low, high = np.percentile(_resampled(boundary), [2.5, 97.5])
    return float(low), float(high)


def thermocline(boundaries: Sequence[Boundary], *, least_gap: float = 0.10) -> Thermocline | None:
    """The boundary of lowest conduction, if the interval of its gap to the next lies above `least_gap`."""
    judged = sorted((one for one in boundaries if one.judged), key=lambda one: one.conduction or 0.0)
    if len(judged) < 2:
        return None
    worst, following = judged[0], judged[1]
    draws = _resampled(worst)
    gaps = _resampled(following, stream=1) - draws
    low, high = np.percentile(gaps, [2.5, 97.5])
    if low <= least_gap:
        return None
    own_low, own_high = np.percentile(draws, [2.5, 97.5])
    return Thermocline(
        upper=worst.upper,
        level=worst.level,
        conduction=worst.conduction or 0.0,
        interval=(float(own_low), float(own_high)),
        gap=(float(low), float(high)),
    )


def _resampled(boundary: Boundary, *, stream: int = 0) -> NDArray[np.float64]:
    counts = np.array([one for one in boundary.clusters if one[0]], dtype=np.float64)
    random = np.random.default_rng([SEED, stream])
    drawn = random.integers(0, len(counts), size=(RESAMPLES, len(counts)))
    sums = counts[drawn].sum(axis=1)
    return np.asarray(sums[:, 1] / sums[:, 0], dtype=np.float64)
