"""What the country package says about kinds of unit: level, chain of command, words for lines."""

from __future__ import annotations

from functools import cache

from isotherm import country


def in_chain(kind: str) -> bool:
    """Orders and scores inside the chain of command; requests and coordination outside it."""
    return bool(_kinds()[kind]["in_chain"])


def level(kind: str) -> int:
    """0 the centre, 1 ministries and provinces, 2 departments and communes."""
    return _kinds()[kind]["level"]


@cache
def kinds_in_chain() -> tuple[str, ...]:
    return tuple(kind for kind in _kinds() if in_chain(kind))


@cache
def lines() -> tuple[str, ...]:
    return tuple(country.rules("kinds")["lines"])


def line_name(line: str, language: str) -> str:
    words: dict[str, str] = country.rules("kinds")["lines"][line]
    return words.get(language) or words["en"]


def _kinds() -> dict[str, dict[str, int]]:
    kinds: dict[str, dict[str, int]] = country.rules("kinds")["kinds"]
    return kinds
