"""A document's text in paragraphs with marked spans; and the span that pasted words mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from isotherm.directives.structure import paragraphs_of
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

AROUND = 1  # paragraphs shown before and after each span of a window
_SENTENCE = re.compile(r"[.,;:!?…]+[\s”\"')]+(?=\S)|\n+\s*(?=\S)")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of the text. `number`: of the task they belong to; `opens`: its first piece."""

    text: str
    number: int | None = None
    kind: str = ""
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    start: int
    pieces: tuple[Piece, ...]
    left_out: int = 0  # paragraphs not shown before this one


def window(text: str, spans: Sequence[tuple[int, int]], *, whole: bool) -> list[tuple[int, int]]:
    """The paragraphs that hold these spans, with their neighbours; or all."""
    paragraphs = list(paragraphs_of(text))
    if whole:
        return paragraphs
    kept: set[int] = set()
    for at, (start, end) in enumerate(paragraphs):
        if any(first < end and start < last for first, last in spans):
            kept.update(range(max(0, at - AROUND), min(len(paragraphs), at + AROUND + 1)))
    return [paragraphs[at] for at in sorted(kept)] or paragraphs[:20]


def marked(
    text: str,
    paragraphs: Sequence[tuple[int, int]],
    spans: Sequence[tuple[int, int, int, str]],
    *,
    unassigned: Sequence[tuple[int, int]] = (),
) -> list[Paragraph]:
    """`spans` are (start, end, number, kind). Where two overlap, the one that begins later is marked."""
    every = list(paragraphs_of(text))
    places = {start: at for at, (start, _end) in enumerate(every)}
    found, before = [], -1
    for start, end in paragraphs:
        at = places.get(start, before + 1)
        inside = [span for span in spans if span[0] < end and start < span[1]]
        loose = [span for span in unassigned if span[0] < end and start < span[1]]
        found.append(Paragraph(start, tuple(_pieces(text, start, end, inside, loose)), left_out=at - before - 1))
        before = at
    return found


def _pieces(
    text: str,
    start: int,
    end: int,
    spans: Sequence[tuple[int, int, int, str]],
    unassigned: Sequence[tuple[int, int]],
) -> list[Piece]:
    bounds = {start, end}
    for first, last in [*((span[0], span[1]) for span in spans), *unassigned]:
        bounds.update(place for place in (first, last) if start < place < end)
    ordered = sorted(bounds)
    pieces = []
    opened: set[int] = set()
    for first, last in pairwise(ordered):
        over = max((span for span in spans if span[0] <= first < span[1]), key=lambda span: span[0], default=None)
        if over is not None:
            opens = over[2] not in opened and over[0] >= start
            opened.add(over[2])
            pieces.append(Piece(text[first:last], over[2], over[3], opens=opens))
        elif any(one[0] <= first < one[1] for one in unassigned):
            pieces.append(Piece(text[first:last], kind="unassigned"))
        else:
            pieces.append(Piece(text[first:last]))
    return pieces


def sentence_ends(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """Where a span may be cut: after each sentence or clause, with the words that would begin the second part."""
    return [
        (start + found.end(), " ".join(text[start + found.end() : end].split()[:12]))
        for found in _SENTENCE.finditer(text[start:end])
        if 3 < found.end() < end - start - 3
    ]


def span_of(text: str, quote: str, *, start: int | None) -> tuple[int, int]:
    """The span of the quoted words: where the marking said, if they stand there, else the one place they stand."""
    words = quote.split()
    if not words:
        raise NotAccepted(lazy("Mark some words of the text, or paste them here."), field="quote")
    pattern = re.compile(r"\s+".join(map(re.escape, words[:3000])))
    if start is not None:
        here = pattern.match(text, _first_word(text, start))
        if here:
            return here.span()
    found = [match.span() for match in pattern.finditer(text)]
    if not found:
        raise NotAccepted(
            lazy("These words do not stand in the text."),
            remedy=lazy("Copy them from the text exactly as they stand there."),
            field="quote",
        )
    if len(found) > 1:
        raise NotAccepted(
            lazy("These words stand in the text %(count)s times."),
            {"count": len(found)},
            remedy=lazy("Copy a few more words, so that the place is certain."),
            field="quote",
        )
    return found[0]


def _first_word(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start
