"""
A table of any file as rows of text (`directives/rows.py`).

- A head that is repeated (on each page, or copied by hand) stands once. Empty rows and columns are left out.
- A table that only lays out a page (the head of a paper, its signature) is read cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from isotherm.directives.columns import MOST_COLUMNS, columns_of
from isotherm.directives.letters import like
from isotherm.directives.rows import ABOVE, BETWEEN, LEFT
from isotherm.directives.rows import cell as cell_of
from isotherm.directives.rows import group as group_of
from isotherm.directives.rows import row as row_of

# Signs that no reader's text holds: letters for private use are taken out of every text (`encodings.tidy`).
COVERED_ABOVE = "\ue0f0"
COVERED_LEFT = "\ue0f1"
_COVERED = {COVERED_ABOVE, COVERED_LEFT}
_LAID_OUT = 3
_LINES_OF_A_CELL = 20
_ENDS = re.compile(r"(?:nơi nhận|recipients?) ?:|(?:tm|kt|tl|tuq)\. ?\S|người lập(?: biểu)?$|thủ trưởng đơn vị$")
_ORDINAL = re.compile(r"\(?\s*(?:\d{1,3}|[A-Za-z]|[IVXivx]{1,5})\s*\)?(?:\s*=.{0,20})?$")

Rows = list[list[str]]


@dataclass(slots=True)
class Grid:
    """Rows are added from the top; a cell may cover several rows and columns. Lines inside a cell are kept apart."""

    rows: Rows = field(default_factory=list)
    covers: dict[int, tuple[int, bool]] = field(default_factory=dict)

    def add(self, cells: Iterable[tuple[str, int, int]]) -> None:
        """Cells as (text, rows covered, columns covered), like those of HTML."""
        row: list[str] = []
        arriving: dict[int, tuple[int, bool]] = {}
        for text, high, wide in cells:
            self._covered(row)
            if len(row) >= MOST_COLUMNS:
                high = wide = 1
            wide = max(1, min(wide, MOST_COLUMNS - len(row)))
            for step in range(wide):
                if high > 1:
                    arriving[len(row)] = (high - 1, step > 0)
                row.append(text if step == 0 else COVERED_LEFT)
        self._covered(row)
        for place in [one for one in self.covers if one >= len(row)]:
            row.extend([""] * (place - len(row)))
            self._covered(row)
        self.covers.update(arriving)
        self.rows.append(row)

    def _covered(self, row: list[str]) -> None:
        while len(row) in self.covers:
            place = len(row)
            left, beside = self.covers[place]
            row.append(COVERED_LEFT if beside else COVERED_ABOVE)
            if left > 1:
                self.covers[place] = (left - 1, beside)
            else:
                del self.covers[place]

    def lines(self) -> list[str]:
        return lines_of(self.rows)


@dataclass(slots=True)
class _Head:
    """The rows of a head, and the columns that begin in it."""

    first: int
    last: int
    begins: list[int]
    columns: dict[str, int]


def lines_of(rows: Rows) -> list[str]:
    rows = _without_empty(rows)
    heads = list(_heads(rows))
    if not heads:
        return _unheaded(rows)
    lines: list[str] = []
    for row in rows[: heads[0].first]:
        lines.extend(_loose(row))
    ends = [head.first for head in heads[1:]] + [len(rows)]
    for head, end in zip(heads, ends, strict=True):
        lines.extend(_headed(rows, head, end))
    return lines


def in_one_line(cell: str) -> str:
    """The words of a cell, also those of a table inside it."""
    return cell_of(cell)


def _without_empty(rows: Rows) -> Rows:
    """Rows and columns in which no cell begins say nothing."""
    kept = [row for row in rows if any(cell.strip() and cell not in _COVERED for cell in row)]
    width = max((len(row) for row in kept), default=0)
    if width > MOST_COLUMNS:
        return [_cut(row) for row in kept]
    filled = {place for row in kept for place, cell in enumerate(row) if cell != COVERED_LEFT and cell.strip()}
    return [[row[place] if place < len(row) else "" for place in sorted(filled)] for row in kept]


def _cut(row: list[str]) -> list[str]:
    last = max(place for place, cell in enumerate(row) if cell.strip())
    return row[: last + 1]


def _unheaded(rows: Rows) -> list[str]:
    if _lays_out(rows):
        return [line for row in rows for line in _cell_by_cell(row)]
    return [_line(row) for row in rows]


def _lays_out(rows: Rows) -> bool:
    """The head of a paper, its signature, a whole page of an office's site stand in tables that are none."""
    cells = [cell.strip() for row in rows for cell in row]
    if any(BETWEEN in cell or cell.count("\n") >= _LINES_OF_A_CELL for cell in cells):
        return True
    small = len(rows) <= _LAID_OUT and all(len(row) <= _LAID_OUT for row in rows)
    return small and (any("\n" in cell for cell in cells) or max(map(len, rows), default=0) == 1)


def _loose(row: list[str]) -> list[str]:
    """A row outside of the table proper: its title above the head, the signature below."""
    own = [cell for cell in row if cell.strip() and cell not in _COVERED]
    return _cell_by_cell(row) if len(own) <= _LAID_OUT else [_line(row)]


def _cell_by_cell(row: list[str]) -> list[str]:
    return [" ".join(line.split()) for cell in row if cell not in _COVERED for line in cell.split("\n") if line.strip()]


def _line(row: Sequence[str]) -> str:
    shown = {COVERED_ABOVE: ABOVE, COVERED_LEFT: LEFT}
    return row_of(shown.get(cell) or in_one_line(cell) for cell in row)


# --- the head -----------------------------------------------------------------------------------------------


def _heads(rows: Rows) -> Iterator[_Head]:
    at = 0
    while at < len(rows):
        head = _head_at(rows, at)
        if head is None:
            at += 1
            continue
        yield head
        words = {_words(row) for row in rows[head.first : head.last + 1]}
        at = head.last + 1
        while at < len(rows) and (_words(rows[at]) in words or not _may_be_head(rows[at])):
            at += 1


def _may_be_head(row: list[str]) -> bool:
    return columns_of([in_one_line(cell) if cell not in _COVERED else "" for cell in row]) is not None


def _head_at(rows: Rows, at: int) -> _Head | None:
    first = _resolved(rows[at], None)
    alone = columns_of(first)
    below = rows[at + 1] if at + 1 < len(rows) else None
    if below is not None and _continues_head(rows[at], below):
        both = [f"{over} {own}".strip() if own and own != over else over for over, own in _pairs(first, below)]
        told = columns_of(_leaves(first, below)) or columns_of(both)
        if told:
            return _Head(at, at + 1, _begins(rows[at : at + 2]), told)
    return _Head(at, at, _begins(rows[at : at + 1]), alone) if alone else None


def _continues_head(above: list[str], below: list[str]) -> bool:
    """A second row that parts a head of the first: what it does not part is covered or empty in it."""
    own = [in_one_line(cell) for cell in below if cell.strip() and cell not in _COVERED]
    if not own or any(len(cell) > 60 for cell in own) or all(_ORDINAL.match(cell) for cell in own):
        return False
    parted = COVERED_LEFT in above
    hangs = COVERED_ABOVE in below or any(not cell.strip() for cell in below)
    return parted and hangs


def _pairs(first: list[str], below: list[str]) -> Iterator[tuple[str, str]]:
    for place, over in enumerate(first):
        cell = below[place] if place < len(below) else ""
        yield over, "" if cell in _COVERED else in_one_line(cell)


def _leaves(first: list[str], below: list[str]) -> list[str]:
    return [own or over for over, own in _pairs(first, below)]


def _resolved(row: list[str], above: list[str] | None) -> list[str]:
    """Each cell with the words that cover it."""
    words: list[str] = []
    for place, cell in enumerate(row):
        if cell == COVERED_LEFT:
            words.append(words[-1] if words else "")
        elif cell == COVERED_ABOVE:
            words.append(above[place] if above and place < len(above) else "")
        else:
            words.append(in_one_line(cell))
    return words


def _begins(rows: Rows) -> list[int]:
    """The columns in which a cell of the lowest row of the head begins, or one that hangs down into it."""
    lowest = rows[-1]
    return [place for place, cell in enumerate(lowest) if cell != COVERED_LEFT]


def _words(row: Sequence[str]) -> str:
    return " ".join(like(in_one_line(cell)) for cell in row if cell.strip() and cell not in _COVERED)


# --- the rows below a head ----------------------------------------------------------------------------------


def _headed(rows: Rows, head: _Head, end: int) -> Iterator[str]:
    head_rows = rows[head.first : head.last + 1]
    repeated = {_words(row) for row in head_rows}
    for row in head_rows:
        yield _line(_fitted(row, head))
    body = [row for row in rows[head.last + 1 : end] if _words(row) not in repeated]
    stop = next((at for at, row in enumerate(body) if _ends(row)), len(body))
    while stop > 0 and _alone(body[stop - 1]):
        stop -= 1
    for row in body[:stop]:
        fitted = _fitted(row, head)
        words = _group_words(row, fitted, head)
        yield group_of(words) if words else _line(fitted)
    for row in body[stop:]:
        yield from _loose(row)


def _ends(row: list[str]) -> bool:
    """The signature below a table of a sheet."""
    own = [cell for cell in row if cell.strip() and cell not in _COVERED]
    return len(own) <= _LAID_OUT and any(_ENDS.match(like(in_one_line(cell))) for cell in own)


def _alone(row: list[str]) -> bool:
    return sum(bool(cell.strip()) for cell in row if cell not in _COVERED) == 1 and not set(row) & _COVERED


def _fitted(row: list[str], head: _Head) -> list[str]:
    """The row by the columns of the head: rulings of single rows that do not meet those of the head are no columns."""
    if len(head.begins) == len(row):
        return row
    own = [cell for cell in row if cell != COVERED_LEFT]
    begins = [place for place, cell in enumerate(row) if cell != COVERED_LEFT]
    if len(own) == len(head.begins) and begins != head.begins:
        return own
    ends = [*head.begins[1:], len(row)]
    return [_joined(row[begin:end]) for begin, end in zip(head.begins, ends, strict=True)]


def _joined(cells: list[str]) -> str:
    words = [cell for cell in cells if cell.strip() and cell not in _COVERED]
    if words:
        return "\n".join(words)
    return cells[0] if cells else ""


def _group_words(row: list[str], fitted: list[str], head: _Head) -> list[str]:
    """The words of a row whose last cell covers the columns of the work and beyond; none for any other row."""
    if COVERED_LEFT not in row or COVERED_ABOVE in fitted:
        return []
    filled = [place for place, cell in enumerate(fitted) if cell.strip() and cell not in _COVERED]
    if not filled or len(filled) > 2:
        return []
    last = filled[-1]
    reach = last
    while reach + 1 < len(fitted) and fitted[reach + 1] == COVERED_LEFT:
        reach += 1
    work = _place_of(head.columns["task"], head)
    if not last <= work < reach or (len(filled) == 2 and len(in_one_line(fitted[filled[0]])) > 12):
        return []
    return [in_one_line(fitted[place]) for place in filled]


def _place_of(column: int, head: _Head) -> int:
    return max((place for place, begin in enumerate(head.begins) if begin <= column), default=column)
