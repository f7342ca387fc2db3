"""Which letters of a recognised text were badly read, and which proposals rest on them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from isotherm.directives.candidates import CandidateTask
from isotherm.directives.confidence import lowered

if TYPE_CHECKING:
    from isotherm.directives.reading.scan import Piece, ScannedPage

# Measured on worn pages (docs/reading.md): below these one word in three is wrong, above one in four hundred.
SURE, SURE_OF_FIGURES = 90.0, 95.0
MANY, SHARE = 3, 0.1
_NEAR = 60
_FIGURE = re.compile(r"\d|^[IVX]+\W*$")
Span = tuple[int, int]


def is_badly_read(piece: Piece) -> bool:
    return piece.sure < (SURE_OF_FIGURES if _FIGURE.search(piece.words) else SURE)


def spans_of(text: str, pages: Sequence[ScannedPage]) -> tuple[Span, ...]:
    """
    Where the badly read words stand in the text that was made of the pages. Lines were joined, numbers of pages left
    out, cells put in rows: a word is looked for near where the words before it were found.
    """
    tokens = [found.span() for found in re.finditer(r"\S+", text)]
    places: dict[str, list[int]] = {}
    for at, (start, end) in enumerate(tokens):
        places.setdefault(text[start:end], []).append(at)
    spans: set[Span] = set()
    here = 0
    for page in pages:
        for line in page.lines:
            for piece in line.pieces:
                # A word that was joined with its neighbour leaves its doubt where it stood.
                at = min(here, len(tokens) - 1)
                found = _nearest(places.get(piece.words, ()), here)
                if found is not None and abs(found - here) <= _NEAR:
                    at, here = found, found + 1
                if at >= 0 and is_badly_read(piece):
                    spans.add(tokens[at])
    return tuple(sorted(spans))


def _nearest(places: Sequence[int], here: int) -> int | None:
    if not places:
        return None
    at = bisect_left(places, here)
    near = places[max(0, at - 1) : at + 1]
    # What stands ahead is meant before what was passed.
    return min(near, key=lambda place: (place - here) if place >= here else (here - place) * 3)


def with_doubts(candidates: Sequence[CandidateTask], spans: Sequence[Span], text: str) -> tuple[CandidateTask, ...]:
    """The same proposals, those that rest on badly read words with the doubt and less confidence."""
    starts = [start for start, _end in spans]

    def inside(span: Span | None) -> int:
        if span is None:
            return 0
        return bisect_left(starts, span[1]) - bisect_left(starts, span[0])

    made = []
    for one in candidates:
        doubts = []
        if inside(one.lead_span):
            doubts.append("lead_badly_read")
        if inside(one.deadline_span):
            doubts.append("day_badly_read")
        many = inside((one.start, one.end))
        if many >= MANY or (many and many >= SHARE * len(text[one.start : one.end].split())):
            doubts.append("badly_read")
        if doubts:
            one = replace(one, doubts=(*one.doubts, *doubts), confidence=lowered(one.confidence, doubts))
        made.append(one)
    return tuple(made)
