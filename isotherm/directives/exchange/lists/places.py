"""
Where in a document's text the work of a row stands.

A task quotes some text: that is what it can be held against, and nothing is written into a signed paper to make room
for it. So a row is placed where its words stand; else at the clause that it names; else near the words that are most
like its own, which a person has to look at; else a person marks the place, or the row stays out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from isotherm.directives.wording import Wording
from isotherm.units.folding import fold

LEAST_LETTERS = 15
NEAR = 0.6  # of the row's words stand in the passage
_STEPS = re.compile(
    r"(phan|chuong|muc|dieu|khoan|diem|phu luc|nhiem vu|part|chapter|section|article|clause|point|appendix|task) "
    r"(thu )?([a-z0-9]{1,5})(?!\w)"
)
_NAMES = {
    "part": "phan", "chapter": "chuong", "section": "muc", "article": "dieu", "clause": "khoan", "point": "diem",
    "appendix": "phu luc", "task": "nhiem vu",
}  # fmt: skip
_COMMON = frozenset({"va", "cac", "cua", "theo", "thuc", "hien", "ve", "cho", "trong", "the", "and", "of", "to", "for"})


class How(StrEnum):
    WORDS = "words"  # the row's own words stand there
    CLAUSE = "clause"  # the clause that the row names
    NEAR = "near"  # the passage most like it; a person looks
    PERSON = "person"  # a person marked it


@dataclass(frozen=True, slots=True)
class Place:
    start: int
    end: int
    how: How
    label: str


class Part(Protocol):
    @property
    def label(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


_NO_WORK = {"title", "basis", "recipients", "signature"}


class Places:
    """Of one document: asked for many rows."""

    def __init__(self, text: str, parts: Sequence[Part]) -> None:
        self.text = text
        self.parts = [part for part in parts if part.kind not in _NO_WORK]
        self.wording = Wording(text)
        self.labels = [_steps(part.label) for part in self.parts]
        self.words: dict[str, list[int]] = {}
        for at, part in enumerate(self.parts):
            for word in set(_words(text[part.start : part.end])):
                self.words.setdefault(word, []).append(at)

    def of(self, work: str, clause: str) -> Place | None:
        named = self._clause(clause)
        span = self._where(work, named)
        if span is not None:
            return Place(*span, How.WORDS, self.label_at(span[0]))
        if named is not None:
            return self._whole(named, How.CLAUSE)
        near = self._near(work)
        return self._whole(near, How.NEAR) if near is not None else None

    def marked(self, words: str) -> Place | None:
        """What a person copied from the text, if it stands there."""
        span = self.wording.find(words.strip())
        return Place(*span, How.PERSON, self.label_at(span[0])) if span else None

    def label_at(self, position: int) -> str:
        return next((part.label for part in self.parts if part.start <= position < part.end), "")

    def _where(self, work: str, named: int | None) -> tuple[int, int] | None:
        """In the clause that is named, before anywhere else."""
        if len(work) < LEAST_LETTERS:
            return None
        if named is not None:
            part = self.parts[named]
            inside = self.wording.find(work, part.start, part.end)
            if inside:
                return inside
        return self.wording.find(work)

    def _clause(self, clause: str) -> int | None:
        """The one part whose place has these steps; of several, the one with no further ones."""
        wanted = _steps(clause)
        if not wanted:
            return None
        found = [at for at, steps in enumerate(self.labels) if wanted <= steps]
        exact = [at for at in found if self.labels[at] == wanted]
        if len(exact) == 1:
            return exact[0]
        return found[0] if len(found) == 1 else None

    def _near(self, work: str) -> int | None:
        words = set(_words(work))
        if len(words) < 4:
            return None
        shared = Counter(at for word in words for at in self.words.get(word, ()))
        best = max(shared, key=lambda at: (shared[at], -(self.parts[at].end - self.parts[at].start)), default=None)
        return best if best is not None and shared[best] >= NEAR * len(words) else None

    def _whole(self, at: int, how: How) -> Place:
        part = self.parts[at]
        return Place(part.start, part.end, how, part.label)


def _steps(words: str) -> frozenset[tuple[str, str]]:
    return frozenset((_NAMES.get(kind, kind), number) for kind, _th, number in _STEPS.findall(fold(words)))


def _words(text: str) -> list[str]:
    return [word for word in fold(text).split() if word not in _COMMON]


def alike(one: str, other: str, *, but: str = "") -> float:
    """How much two wordings share, 0 to 1: twice the common words over all; with the words of `but` or without them."""
    first, second = Counter(_words(one)), Counter(_words(other))
    return max(_share(first, second), _share(first, second - Counter(_words(but))) if but else 0.0)


def _share(first: Counter[str], second: Counter[str]) -> float:
    both = sum((first & second).values())
    return 2 * both / max(1, sum(first.values()) + sum(second.values()))
