"""What the country package says about kinds of unit: level, chain of command, words for lines."""

from __future__ import annotations

from functools import cache
from typing import Any

from isotherm import country


def in_chain(kind: str) -> bool:
    """Orders and scores inside the chain of command; requests and coordination outside it."""
    return bool(_kinds()[kind]["in_chain"])


def level(kind: str) -> int:
    """0 the centre, 1 ministries and provinces, 2 departments and communes."""
    return int(_kinds()[kind]["level"])


def commands_only_below(kind: str) -> bool:
    """A department: in its own name it orders what stands below it, and only requests of everybody else."""
    return _kinds()[kind].get("commands") == "below"


@cache
def kinds_in_chain() -> tuple[str, ...]:
    return tuple(kind for kind in _kinds() if in_chain(kind))


@cache
def lines() -> tuple[str, ...]:
    return tuple(country.rules("kinds")["lines"])


def line_name(line: str, language: str) -> str:
    words: dict[str, str] = country.rules("kinds")["lines"][line]
    return words.get(language) or words["en"]


def _kinds() -> dict[str, dict[str, Any]]:
    kinds: dict[str, dict[str, Any]] = country.rules("kinds")["kinds"]
    return kinds
