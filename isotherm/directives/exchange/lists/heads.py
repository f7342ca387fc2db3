"""The head of a list: where it stands, what each column holds, and the mark by which the same head is known again.

A head may stand in two rows ("Cơ quan thực hiện" above "Chủ trì" and "Phối hợp"). The words of the country package
propose what a column holds; a person's correction wins, and is remembered for her office.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from isotherm import country
from isotherm.directives.columns import field_of
from isotherm.directives.exchange.lists.sheets import COVERED, COVERED_ABOVE, COVERED_LEFT, Sheet
from isotherm.directives.letters import like, one_line
from isotherm.units.folding import fold
from isotherm.words import lazy

# What a column may hold; the order in which a person is offered them.
FIELDS = {
    "number": lazy("Number"),
    "task": lazy("The work"),
    "lead": lazy("Lead"),
    "coordinate": lazy("Coordinating"),
    "deadline": lazy("Deadline"),
    "deadline_text": lazy("Words of the deadline"),
    "recurrence": lazy("Recurrence"),
    "product": lazy("Product"),
    "clause": lazy("Clause"),
    "symbol": lazy("Number and symbol"),
    "responsible": lazy("Responsibility"),
    "authority": lazy("Authority"),
}
_LOOKED_AT = 40
_LONGEST = 120
_COUNTS = re.compile(r"\(?\s*(?:\d{1,2}|[A-Z])\s*\)?(?:\s*=.{0,20})?$")


@dataclass(frozen=True, slots=True)
class Head:
    """`first` and `last`: its rows within the sheet; `words`: of each column; `columns`: field -> column, proposed."""

    first: int
    last: int
    words: tuple[str, ...]
    columns: Mapping[str, int]

    @property
    def fingerprint(self) -> str:
        """The same for the same words in the same order, however they are set."""
        return hashlib.sha256("|".join(map(fold, self.words)).encode()).hexdigest()


def head_of(sheet: Sheet) -> Head | None:
    """The row, or the two rows, whose words say most about what stands below."""
    found = [_head_at(sheet, at) for at in range(min(len(sheet.rows), _LOOKED_AT))]
    heads = [one for one in found if one is not None and "task" in one.columns and len(one.columns) > 1]
    return max(heads, key=lambda one: (len(one.columns), -one.first), default=None)


def best_of(sheets: Sequence[Sheet]) -> int:
    """The sheet that looks most like a list of tasks: the fullest head, then the most rows."""

    def weight(at: int) -> tuple[int, int]:
        head = head_of(sheets[at])
        return (len(head.columns), len(sheets[at].rows)) if head else (0, 0)

    return max(range(len(sheets)), key=weight)


def without_head(sheet: Sheet) -> Head:
    """Where nothing was recognised: the first row, for a person to say what its columns hold."""
    return Head(0, 0, tuple("" if cell in COVERED else one_line(cell) for cell in sheet.rows[0]), {})


def _head_at(sheet: Sheet, at: int) -> Head | None:
    over = _spread(sheet.rows[at])
    if any(len(words) > _LONGEST for words in over) or sum(bool(words) for words in over) < 2:
        return None
    alone = Head(at, at, tuple(over), _columns(over, over))
    below = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else None
    if below is None or not _goes_on(sheet.rows[at], below):
        return alone
    own = ["" if cell in COVERED else one_line(cell) for cell in below]
    leaves = [word or above for word, above in zip(own, over, strict=True)]
    pairs = list(zip(over, own, strict=True))
    both = [f"{above} {word}".strip() if word and word != above else above for above, word in pairs]
    return Head(at, at + 1, tuple(both), _columns(leaves, both))


def _spread(row: Sequence[str]) -> list[str]:
    """The words of each column: those of a merged cell in all that it covers."""
    words: list[str] = []
    for cell in row:
        if cell == COVERED_LEFT and words:
            words.append(words[-1])
        else:
            words.append("" if cell in COVERED else one_line(cell))
    return words


def _goes_on(above: Sequence[str], below: Sequence[str]) -> bool:
    """A second row that parts what the first one holds together."""
    own = [one_line(cell) for cell in below if cell.strip() and cell not in COVERED]
    if not own or all(_COUNTS.match(word) for word in own) or any(len(word) > 60 for word in own):
        return False
    return COVERED_LEFT in above and (COVERED_ABOVE in below or any(not cell.strip() for cell in below))


def _columns(first: Sequence[str], then: Sequence[str]) -> dict[str, int]:
    """Each field once, the first column that says it; the narrower words before the wider ones."""
    found: dict[str, int] = {}
    for place, (words, wider) in enumerate(zip(first, then, strict=True)):
        field = told_by(words) or told_by(wider)
        if field in FIELDS:
            found.setdefault(field, place)
    return found


def told_by(words: str) -> str | None:
    """The field that a head's words name."""
    plain = re.sub(r"\s*\([^)]*\)\s*$", "", like(one_line(words))).strip(" .:*")
    return _own().get(plain) or field_of(words)


@cache
def _own() -> dict[str, str]:
    return {like(row["words"]): row["field"] for row in country.table("phrases/list-heads")}


def is_count(row: Sequence[str]) -> bool:
    """ "(1) (2) (3)": the row that numbers the columns."""
    own = [cell.strip() for cell in row if cell.strip() and cell not in COVERED]
    return len(own) > 2 and all(_COUNTS.match(cell) for cell in own)
