"""What is made cold, drawn from the seed; the truth that the analysis is held against."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from isotherm.doors.simulator.chance import Chance

Boundary = tuple[str, str]  # upper level, level
NO_SENDING_ON = "no_sending_on"
NO_TAKING_UP = "no_taking_up"
HOWS = (NO_SENDING_ON, NO_TAKING_UP)
COLD_PROVINCES = 2
# Under so few units at a boundary nobody can judge it, so nothing is planted there either.
LEAST_UNITS = 8


@dataclass(frozen=True, slots=True)
class Owed:
    """A paper that a ministry owes: it accepts the pause, names a day, and lets the day pass."""

    document: str
    number: int  # the task that waits for it
    ministry: str
    missing: str
    provinces: float = 0.6  # share of the units concerned that wait
    communes: float = 0.4


@dataclass(frozen=True, slots=True)
class Planting:
    """Codes of units and documents. `documents` none: all of them."""

    seed: int
    cold_level: Boundary | None = None
    cold_provinces: Mapping[str, str] = field(default_factory=dict)  # unit → how
    owed: Owed | None = None
    documents: frozenset[str] | None = None

    def concerns(self, document: str) -> bool:
        return self.documents is None or document in self.documents

    def is_cold(self, document: str, upper_level: str, level: str) -> bool:
        return self.cold_level == (upper_level, level) and self.concerns(document)

    def province_is(self, document: str, unit: str) -> str:
        return self.cold_provinces.get(unit, "") if self.concerns(document) else ""

    def truth(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "cold_level": ">".join(self.cold_level) if self.cold_level else None,
            "cold_provinces": dict(self.cold_provinces),
            "owed": {
                "document": self.owed.document,
                "task": self.owed.number,
                "ministry": self.owed.ministry,
                "missing": self.owed.missing,
            }
            if self.owed
            else None,
            "documents": sorted(self.documents) if self.documents is not None else None,
        }


@dataclass(frozen=True, slots=True)
class Ground:
    """What the issued directives offer to plant in."""

    boundaries: Mapping[Boundary, int]  # units whose taking up can be judged apart
    provinces: Sequence[str]  # those that pass something on to communes
    waiting: Sequence[tuple[str, int]]  # tasks carried down to communes: document, number
    ministries: Sequence[str]


def boundary(words: str) -> Boundary:
    """`province>commune` as the two levels; `issuer` is the Government."""
    upper, _to, level = words.partition(">")
    return ("government" if upper == "issuer" else upper, level)


def drawn(
    seed: int,
    ground: Ground,
    *,
    cold_level: Boundary | str | None = "drawn",
    cold_provinces: int | Mapping[str, str] = COLD_PROVINCES,
    owed: Owed | str | None = "drawn",
    spared: Collection[str] = (),
    documents: frozenset[str] | None = None,
) -> Planting:
    """What is not given is drawn; `spared` provinces are never drawn."""
    chance = Chance(seed)
    if cold_level == "drawn":
        possible = sorted(one for one, units in ground.boundaries.items() if units >= LEAST_UNITS)
        cold_level = chance.pick(possible, "cold level") if len(possible) > 1 else None
    if isinstance(cold_provinces, int):
        able = sorted(set(ground.provinces) - set(spared))
        cold_provinces = {
            unit: HOWS[place % len(HOWS)]
            for place, unit in enumerate(chance.sample(able, cold_provinces, "cold provinces"))
        }
    if isinstance(owed, str):
        owed = _owed(owed, ground, chance)
    assert not isinstance(cold_level, str)
    return Planting(seed=seed, cold_level=cold_level, cold_provinces=cold_provinces, owed=owed, documents=documents)


def _owed(ministry: str, ground: Ground, chance: Chance) -> Owed | None:
    if not ground.waiting or not ground.ministries:
        return None
    document, number = chance.pick(sorted(ground.waiting), "waiting task")
    if ministry == "drawn":
        ministry = chance.pick(sorted(ground.ministries), "owing ministry")
    return Owed(document=document, number=number, ministry=ministry, missing=f"Thông tư hướng dẫn nhiệm vụ số {number}")
