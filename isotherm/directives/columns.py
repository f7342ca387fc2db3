"""
What the columns of a table of tasks hold, told by their heads: work, lead, coordinators, time, product, number.

A head that `phrases/labels.csv` knows as a whole counts first; else the words of `phrases/columns.csv` that stand in
it: those that settle it wherever they stand ("chủ trì"), then the first of those that need not ("cơ quan").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from isotherm import country
from isotherm.directives.grammar import grammar_of
from isotherm.directives.letters import any_of, like, one_line

MOST_COLUMNS = 64
_LONGEST = 90
_MOST_WORDS = 14


def columns_of(cells: Sequence[str]) -> dict[str, int] | None:
    """The place of each field, when these cells are the heads of a table of tasks."""
    if not 2 <= len(cells) <= MOST_COLUMNS or any(len(cell) > _LONGEST for cell in cells):
        return None
    found: dict[str, int] = {}
    works: list[int] = []
    filled = 0
    for place, cell in enumerate(cells):
        field = field_of(cell)
        filled += bool(cell.strip())
        if field == "task":
            works.append(place)
        elif field:
            found.setdefault(field, place)
    if not works or not {"lead", "deadline", "coordinate"} & set(found):
        return None
    if len(found) + len(works) < filled * 0.5:
        return None
    found["task"] = _narrowest([cells[place] for place in works], works)
    return found


def is_head(cells: Sequence[str]) -> bool:
    return columns_of(cells) is not None


@lru_cache(maxsize=4096)
def field_of(cell: str) -> str | None:
    words = _bare(cell)
    known = label_of(cell)
    if known or not words or len(words.split()) > _MOST_WORDS or not _any_word().search(words):
        return known
    settled, first = _words()
    for pattern, field in settled:
        if pattern.search(words):
            return field
    places = [(found.start(), field) for pattern, field in first if (found := pattern.search(words))]
    return min(places)[1] if places else None


def label_of(words: str) -> str | None:
    """The field that these words name as a whole, as `phrases/labels.csv` has them."""
    bare = _bare(words)
    if not bare or len(bare) > _LONGEST or not _any_label().fullmatch(bare):
        return None
    for language in ("vi", "en"):
        for pattern, field in grammar_of(language).labels:
            if pattern.fullmatch(bare):
                return field
    return None


def _bare(cell: str) -> str:
    words = re.sub(r"^[\W_]+|[\s.:;,*]+$", "", one_line(like(cell)))
    return re.sub(r" ?\([^)]*\)$", "", words)


def _narrowest(heads: list[str], places: list[int]) -> int:
    """ "Nhóm nhiệm vụ" and "Nhiệm vụ cụ thể" stand beside each other: the work is the narrower one."""
    detail, wide = _kinds()
    for head, place in zip(heads, places, strict=True):
        if detail.search(like(head)):
            return place
    return next((place for head, place in zip(heads, places, strict=True) if not wide.search(like(head))), places[-1])


@cache
def _any_label() -> re.Pattern[str]:
    """Most cells are no label: one look says so."""
    labels = [pattern.pattern for language in ("vi", "en") for pattern, _field in grammar_of(language).labels]
    return re.compile("|".join(f"(?:{label})" for label in labels))


@cache
def _any_word() -> re.Pattern[str]:
    return _whole_of(row["words"] for row in country.table("phrases/columns") if row["field"])


@cache
def _words() -> tuple[tuple[tuple[re.Pattern[str], str], ...], tuple[tuple[re.Pattern[str], str], ...]]:
    rows = [(_whole_of([row["words"]]), row["field"], row["where"]) for row in country.table("phrases/columns")]
    return (
        tuple((pattern, field) for pattern, field, where in rows if where == "anywhere"),
        tuple((pattern, field) for pattern, field, where in rows if where == "first"),
    )


@cache
def _kinds() -> tuple[re.Pattern[str], re.Pattern[str]]:
    rows = country.table("phrases/columns")
    detail, wide = (_whole_of(row["words"] for row in rows if row["where"] == kind) for kind in ("detail", "wide"))
    return detail, wide


def _whole_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){any_of(words)}(?!\w)")
