"""Words found again in a text whatever their blanks, capitals and the place of a tone mark."""

from __future__ import annotations

import re

from isotherm.directives.letters import like

LONGEST = 6_000


class Wording:
    def __init__(self, text: str) -> None:
        self.text = text
        self.alike = like(text)
        self._known: dict[str, str | None] = {}

    def find(self, words: str, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        """Where they first stand between `start` and `end`."""
        pieces = [re.escape(piece) for piece in like(words).split()]
        if not pieces or len(words) > LONGEST:
            return None
        pattern = re.compile(r"(?<!\w)" + r"\s+".join(pieces) + r"(?!\w)")
        found = pattern.search(self.alike, start, len(self.text) if end is None else end)
        return found.span() if found else None

    def found(self, words: str) -> str | None:
        """The same words as the text writes them, wherever they stand."""
        if words not in self._known:
            span = self.find(words) if len(words) > 1 else None
            self._known[words] = self.text[span[0] : span[1]] if span else None
        return self._known[words]
