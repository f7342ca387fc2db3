"""Draws that depend on the seed and on what they are for, never on their order: any subset plays the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from statistics import NormalDist
from typing import TypeVar

T = TypeVar("T")
_NORMAL = NormalDist()


@cache
def _leaning(seed: int, name: str) -> float:
    return _NORMAL.inv_cdf(Chance(seed).draw("leaning", name))


@dataclass(frozen=True, slots=True)
class Chance:
    seed: int

    def draw(self, *what: object) -> float:
        """Uniform in (0, 1)."""
        words = "|".join(map(str, (self.seed, *what)))
        number = int.from_bytes(blake2b(words.encode(), digest_size=8).digest(), "big")
        return (number + 0.5) / 2**64

    def happens(self, probability: float, *what: object) -> bool:
        return self.draw(*what) < probability

    def leaning(self, name: str) -> float:
        """How a unit is, all its life: standard normal."""
        return _leaning(self.seed, name)

    def exponential(self, mean: float, *what: object) -> float:
        return -mean * math.log(self.draw(*what))

    def pick(self, choices: Sequence[T], *what: object) -> T:
        return choices[int(self.draw(*what) * len(choices))]

    def sample(self, choices: Sequence[T], count: int, *what: object) -> list[T]:
        """`count` different ones."""
        order = sorted(range(len(choices)), key=lambda place: self.draw(*what, place))
        return [choices[place] for place in order[:count]]


def tilted(probability: float, by: float) -> float:
    """The probability moved by `by` on the log-odds scale."""
    if not 0.0 < probability < 1.0:
        return probability
    odds = math.log(probability / (1.0 - probability)) + by
    return 1.0 / (1.0 + math.exp(-odds))
