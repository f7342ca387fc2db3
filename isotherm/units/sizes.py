"""How large a place is, as the country package ships it: for comparing like with like, never for a rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from isotherm import country

# The package's tables that hold sizes, and what the codes of their units begin with.
_TABLES = (("vn-provinces-34", "P-"), ("vn-communes-3321", "C-"))


@dataclass(frozen=True, slots=True)
class Size:
    area_km2: float | None
    population: int | None


@cache
def sizes() -> Mapping[str, Size]:
    """By unit code; a place without either is left out."""
    found = {}
    for name, prefix in _TABLES:
        for row in country.table(name):
            size = Size(_number(row.get("area_km2", "")), _whole(row.get("population_register", "")))
            if size.area_km2 is not None or size.population is not None:
                found[f"{prefix}{row['code']}"] = size
    return found


def _number(words: str) -> float | None:
    try:
        return float(words)
    except ValueError:
        return None


def _whole(words: str) -> int | None:
    return int(words) if words.isdecimal() else None
