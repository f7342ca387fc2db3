"""Names of bodies where there is little room: "UBND tỉnh Gia Lai", the abbreviation every paper uses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import get_language

from isotherm.units import queries as unit_queries

_LONG, _SHORT = "Ủy ban nhân dân", "UBND"


def brief(unit_ids: Iterable[int], day: date) -> dict[int, str]:
    """Whole names, so that a ward and a commune of one name stay apart, with the usual abbreviation."""
    names = unit_queries.named_on(unit_ids, day, (get_language() or "vi")[:2])
    return {unit: name.replace(_LONG, _SHORT) for unit, name in names.items()}
