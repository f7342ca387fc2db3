"""A page of a PDF in lines and letters: what PDFium saw (`apart.py`), put together."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter

from isotherm.directives.reading.apart import PageAsDrawn

# The hyphen at the end of a line, inside a word.
CUT = "\ufffe"
MOST_LETTERS = 60_000
_CUT_BEHIND = re.compile(r"\w[-/]$")
_SHORTEST = 6.0
_NEAR = 1.6
_DASH = 4.0


@dataclass(slots=True)
class Letter:
    """`at` is its place in the order of the page's text."""

    at: int
    sign: str
    left: float
    low: float
    right: float
    high: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def level(self) -> float:
        return (self.low + self.high) / 2


@dataclass(slots=True)
class Rule:
    """A straight line from `begin` to `end`, at `at` across: y for one that lies, x for one that stands."""

    at: float
    begin: float
    end: float


@dataclass(slots=True)
class Rulings:
    lying: list[Rule]
    standing: list[Rule]


class Page:
    """The text sign by sign, with the place of each; letters and rulings are made when they are asked for."""

    def __init__(self, number: int, drawn: PageAsDrawn) -> None:
        self.number = number
        self.text = drawn.text
        self.notes = drawn.notes
        self.pictures = drawn.pictures
        self.curves = drawn.curves
        self._boxes = drawn.boxes
        self._rules = (drawn.lying, drawn.standing)
        self._order = _order(drawn.text, len(drawn.boxes) // 4)

    def box(self, place: int) -> Sequence[float]:
        """Left, low, right and high edge of the sign at this place."""
        at = self._order[place] * 4
        return self._boxes[at : at + 4]

    def letters(self) -> list[Letter]:
        """Every sign that is drawn; none for a page of more letters than a page can hold."""
        boxes = self._boxes
        if len(boxes) > MOST_LETTERS * 4:
            return []
        signs = [(place, sign) for place, sign in enumerate(self.text) if not sign.isspace()]
        return [
            Letter(place, sign, boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3])
            for (place, sign), at in zip(signs, range(0, len(boxes), 4), strict=False)
        ]

    def rulings(self) -> Rulings:
        """The lines of tables."""
        lying, standing = ([Rule(*rule) for rule in rules] for rules in self._rules)
        return Rulings(_together(lying), _together(standing))


def _order(text: str, count: int) -> array[int]:
    """For each sign how many letters stand before it."""
    before = accumulate((not sign.isspace() for sign in text), initial=0)
    last = max(count - 1, 0)
    return array("l", (min(one, last) for one in before))


def _together(rules: list[Rule]) -> list[Rule]:
    """Pieces of one line are one line; what stays short is no ruling."""
    out: list[Rule] = []
    rows: list[list[Rule]] = []
    for rule in sorted(rules, key=attrgetter("at")):
        if rows and rule.at - rows[-1][0].at <= _NEAR:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    for row in rows:
        at = sum(rule.at for rule in row) / len(row)
        begin = end = None
        for rule in sorted(row, key=attrgetter("begin")):
            if end is not None and rule.begin <= end + _DASH:
                end = max(end, rule.end)
                continue
            if begin is not None and end is not None:
                out.append(Rule(at, begin, end))
            begin, end = rule.begin, rule.end
        if begin is not None and end is not None:
            out.append(Rule(at, begin, end))
    return [rule for rule in out if rule.end - rule.begin >= _SHORTEST]


def joined(lines: Iterable[str]) -> str:
    """Lines as one, a blank between them unless a word goes on: "Government-" and "attached", "buổi/" and "ngày"."""
    words = ""
    for line in lines:
        goes_on = not words or (_CUT_BEHIND.search(words) and line[:1].isalnum())
        words += line if goes_on else f" {line}"
    return words.replace(f"{CUT} ", "-").replace(CUT, "-")
