"""
A table without lines on a page of a PDF: its head names the columns, the blank strips between the words part them.

1. Words become pieces of lines; a head is a few lines whose pieces are the heads of a table of tasks.
2. Between two heads the strip that the fewest lines below cross is the edge of the columns.
3. Rows are parted by the gaps between them where these are clear, else each begins at its number. A line over all
   columns is a row over others when it is numbered or in capitals; any other ends the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from statistics import median

from isotherm import country
from isotherm.directives.columns import columns_of
from isotherm.directives.letters import any_of, like
from isotherm.directives.reading.pdf_page import Letter, Rule
from isotherm.directives.reading.pdf_tables import Cell, PageTable, words_of

_PART = 0.45
_NARROW = 0.28
_APART = 100.0
_ROW_GAP = 0.5
_MOST_HEAD_LINES = 4
_MOST_LINES = 400
_WINDOW = 10
_NUMBER = re.compile(r"\(?\d{1,3}(?:\.\d{1,3}){0,3}[.)]?$")
_OVER = re.compile(r"(?:[IVX]{1,5}|[A-ZĐ])[.)/]?(?:\s|$)")


@dataclass(slots=True)
class _Piece:
    """Letters of one line without a wide gap between them."""

    letters: list[Letter]

    @property
    def left(self) -> float:
        return self.letters[0].left

    @property
    def right(self) -> float:
        return max(letter.right for letter in self.letters)

    @property
    def words(self) -> str:
        return words_of(self.letters)


@dataclass(frozen=True, slots=True)
class _Columns:
    """`numbers_first`: the page before has its numbers beside the first lines of their rows."""

    edges: list[float]
    number: int
    heads: list[str]
    numbers_first: bool

    def of(self, letters: Iterable[Letter], place: int) -> list[Letter]:
        """The letters of one column; the outer ones are open: the next page may be wider."""
        left = self.edges[place] if place else float("-inf")
        right = self.edges[place + 1] if place + 2 < len(self.edges) else float("inf")
        return [one for one in letters if left <= one.middle < right]

    def number_of(self, line: _Line) -> str:
        words = words_of(self.of(line.letters, self.number)) if self.number >= 0 else ""
        return words if _NUMBER.match(words) else ""


@dataclass(slots=True)
class _Line:
    letters: list[Letter]
    pieces: list[_Piece] = field(default_factory=list)

    @property
    def level(self) -> float:
        return self.letters[0].level

    @property
    def low(self) -> float:
        return min(letter.low for letter in self.letters)

    @property
    def high(self) -> float:
        return max(letter.high for letter in self.letters)

    @property
    def tall(self) -> float:
        return max(1.0, median(letter.high - letter.low for letter in self.letters))

    @property
    def words(self) -> str:
        return " ".join(piece.words for piece in self.pieces)

    def parted(self, apart: float) -> list[_Piece]:
        """Pieces between gaps of at least this share of the line's height."""
        pieces: list[_Piece] = []
        right = 0.0
        for letter in self.letters:
            if not pieces or letter.left - right > self.tall * apart:
                pieces.append(_Piece([letter]))
                right = letter.right
            else:
                pieces[-1].letters.append(letter)
                right = max(right, letter.right)
        return pieces


def may_hold_head(text: str) -> bool:
    """Whether neighbouring short lines name a work, a body and a time: only then are a page's letters looked at."""
    work, body, time = _signs()
    window: list[str] = []
    for line in text.split("\n"):
        words = like(line.strip())
        if len(words) > 160 or words.endswith((".", ";", ":", ",")):
            window = []
            continue
        window = [*window[-_WINDOW + 1 :], words]
        together = " ".join(window)
        if work.search(together) and body.search(together) and time.search(together):
            return True
    return False


@cache
def _signs() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    rows = country.table("phrases/columns")
    kinds = ({"task"}, {"lead", "coordinate"}, {"deadline"})
    work, body, time = (any_of(row["words"] for row in rows if row["field"] in fields) for fields in kinds)
    return tuple(re.compile(rf"(?<!\w){words}(?!\w)") for words in (work, body, time))  # type: ignore[return-value]


def unruled_table(letters: Sequence[Letter], lying: Sequence[Rule], before: PageTable | None) -> PageTable | None:
    """The table of this page. `before`: the one that ended the page before and may go on here without its head."""
    lines = _lines(letters)
    if not 2 <= len(lines) <= _MOST_LINES:
        return None
    found = _head(lines, before.heads if before is not None else [])
    if found is not None:
        first, last, heads = found
        edges = _edges(heads, lines[last + 1 :])
        rows = [lines[first : last + 1]]
        below = lines[last + 1 :]
        names = [words for _left, _right, words in heads]
        column = (columns_of(names) or {}).get("number", -1)
    elif before is not None and not before.ruled:
        edges, column, rows, names = before.strips, before.number, [], before.heads
        at = next((at for at, line in enumerate(lines[:4]) if not _crossed(line, edges)), None)
        if at is None:
            return None
        below = lines[at:]
    else:
        return None
    if len(edges) < 3:
        return None
    return _table(rows, below, _Columns(edges, column, names, before is not None and before.numbers_first), lying)


# --- lines and their pieces ---------------------------------------------------------------------------------


def _lines(letters: Iterable[Letter]) -> list[_Line]:
    lines: list[_Line] = []
    for letter in sorted(letters, key=lambda one: (-one.level, one.left)):
        tall = letter.high - letter.low
        if lines and abs(lines[-1].level - letter.level) <= max(tall, 1.0) * 0.25:
            lines[-1].letters.append(letter)
        else:
            lines.append(_Line([letter]))
    for line in lines:
        line.letters.sort(key=lambda one: one.left)
        line.pieces = line.parted(_PART)
    return lines


def _head(lines: list[_Line], known: list[str]) -> tuple[int, int, list[tuple[float, float, str]]] | None:
    for first in range(len(lines)):
        if len(lines[first].pieces) < 2 and not (first + 1 < len(lines) and len(lines[first + 1].pieces) > 1):
            continue
        last = first
        while (
            last + 1 < len(lines)
            and last + 1 - first < _MOST_HEAD_LINES
            and lines[last].low - lines[last + 1].high < lines[last].tall * _ROW_GAP
            and not _NUMBER.match(lines[last + 1].pieces[0].words)
        ):
            last += 1
        told = [
            (end, _stacked(lines[first : end + 1], apart))
            for apart in (_PART, _NARROW)
            for end in range(last, first - 1, -1)
        ]
        names = [[words for _left, _right, words in heads] for _end, heads in told]
        columns = [columns_of(words) if len(words) >= 3 else None for words in names]
        # On a further page the lines below the repeated head may be the rest of a row. A narrow gap parts the number.
        best = min(
            (at for at, one in enumerate(columns) if one),
            key=lambda at: (names[at] != known, "number" not in (columns[at] or {}), at),
            default=None,
        )
        if best is not None:
            return first, *told[best]
    return None


def _stacked(lines: list[_Line], apart: float) -> list[tuple[float, float, str]]:
    """Pieces that stand above each other are one head."""
    stacks: list[tuple[float, float, list[Letter]]] = []
    for piece in sorted((one for line in lines for one in line.parted(apart)), key=lambda one: one.left):
        if stacks and piece.left <= stacks[-1][1]:
            left, right, letters = stacks[-1]
            stacks[-1] = (left, max(right, piece.right), [*letters, *piece.letters])
        else:
            stacks.append((piece.left, piece.right, list(piece.letters)))
    return [(left, right, words_of(letters)) for left, right, letters in stacks]


# --- columns ------------------------------------------------------------------------------------------------


def _edges(heads: list[tuple[float, float, str]], below: list[_Line]) -> list[float]:
    """The edges of the columns: in the middle of the strip that the fewest lines cross."""
    every = [letter for line in below for letter in line.letters]
    left = min([heads[0][0], *(letter.left for letter in every)]) - 1
    right = max([heads[-1][1], *(letter.right for letter in every)]) + 1
    edges = [left]
    for (one, one_end, _words), (other, other_end, _others) in pairwise(heads):
        begin, end = (one + one_end) / 2, (other + other_end) / 2
        edges.append(_strip(begin, end, below, one_end, other))
    return [*edges, right]


def _strip(begin: float, end: float, lines: list[_Line], after: float, until: float) -> float:
    steps = max(1, int(end - begin))
    crossed = [0] * (steps + 1)
    for line in lines:
        for piece in line.pieces:
            first, last = int(piece.left - begin), int(piece.right - begin)
            for step in range(max(0, first), min(steps, last) + 1):
                crossed[step] += 1
    for step in range(steps + 1):
        # The heads themselves are never cut.
        if not after - 1 <= begin + step <= until + 1:
            crossed[step] += 1 + len(lines) // 4
    least = min(crossed)
    best, run, longest = 0, 0, 0
    for step, count in enumerate([*crossed, least + 1]):
        if count == least:
            run += 1
            continue
        if run > longest:
            best, longest = step - run // 2 - 1, run
        run = 0
    return begin + best + 0.5


def _crossed(line: _Line, edges: list[float]) -> int:
    """How many edges of columns words stand on; the blank between two words of a sentence is narrower than an edge."""
    count = 0
    for edge in edges[1:-1]:
        before = max((one.right for one in line.letters if one.middle < edge), default=None)
        after = min((one.left for one in line.letters if one.middle >= edge), default=None)
        if before is not None and after is not None and after - before < line.tall * _NARROW:
            count += 1
    return count


# --- rows ---------------------------------------------------------------------------------------------------


def _table(heads: list[list[_Line]], below: list[_Line], columns: _Columns, lying: Sequence[Rule]) -> PageTable | None:
    rows: list[tuple[bool, list[_Line]]] = [(False, lines) for lines in heads]
    held: list[_Line] = []
    over = False
    for place, line in enumerate(below):
        if _is_page_number(line, below, place):
            break
        if over and _goes_on_over(rows[-1][1], line):
            rows[-1][1].append(line)
            continue
        over = bool(_crossed(line, columns.edges))
        if not over:
            held.append(line)
            continue
        if not (_OVER.match(line.words) or line.words.isupper()):
            break
        rows.extend((False, one) for one in _parted(held, columns, lying))
        held = []
        rows.append((True, [line]))
    rows.extend((False, one) for one in _parted(held, columns, lying))
    if len(rows) < 2:
        return None
    cells: list[Cell] = []
    for at, (is_over, lines) in enumerate(rows):
        letters = [letter for line in lines for letter in line.letters]
        cells.extend(_over(at, letters, columns) if is_over else _row(at, letters, columns))
    numbered = [lines for is_over, lines in rows if not is_over and any(map(columns.number_of, lines))]
    every = [line for _over, lines in rows for line in lines]
    return PageTable(
        len(rows),
        cells,
        {letter.at for line in every for letter in line.letters},
        [place * _APART for place in range(len(columns.edges))],
        ruled=False,
        number=columns.number,
        strips=columns.edges,
        heads=columns.heads,
        numbers_first=2 * sum(bool(columns.number_of(lines[0])) for lines in numbered) > len(numbered),
    )


def _is_page_number(line: _Line, below: list[_Line], place: int) -> bool:
    return (
        place == len(below) - 1
        and place > 0
        and len(line.pieces) == 1
        and bool(re.fullmatch(r"[-–]?\s*\d{1,4}\s*[-–]?(?:\s*/\s*\d{1,4})?", line.words))
        and below[place - 1].low - line.high > line.tall * 0.8
    )


def _goes_on_over(lines: list[_Line], line: _Line) -> bool:
    """The second line of a row over others stands close below the first and in its letters."""
    near = lines[-1].low - line.high < line.tall * 0.35
    return near and (line.words.isupper() or not lines[-1].words.isupper()) and not _NUMBER.match(line.pieces[0].words)


def _row(at: int, letters: list[Letter], columns: _Columns) -> list[Cell]:
    return [
        Cell(at, at, place * _APART, (place + 1) * _APART, words_of(columns.of(letters, place)))
        for place in range(len(columns.edges) - 1)
    ]


def _over(at: int, letters: list[Letter], columns: _Columns) -> list[Cell]:
    end = (len(columns.edges) - 1) * _APART
    sign = words_of(columns.of(letters, 0))
    if not _OVER.match(f"{sign} ") and not _NUMBER.match(sign):
        return [Cell(at, at, 0, end, words_of(letters))]
    rest = [one for one in letters if one.middle >= columns.edges[1]]
    return [Cell(at, at, 0, _APART, sign), Cell(at, at, _APART, end, words_of(rest))]


def _parted(lines: list[_Line], columns: _Columns, lying: Sequence[Rule]) -> list[list[_Line]]:
    """The lines of each row between two rows over others."""
    if not lines:
        return []
    drawn = _by_rules(lines, columns.edges, lying)
    if drawn is not None:
        return drawn
    gaps = _gaps(lines)
    if columns.number < 0:
        return _cut(lines, gaps, _usual_gap(gaps))
    begins = [at for at, line in enumerate(lines) if columns.number_of(line)]
    if not columns.numbers_first:
        parted = _cut(lines, gaps, _gap_for(gaps, len(begins)))
        if parted and all(sum(bool(columns.number_of(line)) for line in one) == 1 for one in parted):
            return parted
    # What stands before the first number is the rest of a row that the page break cut.
    starts = [0, *(at for at in begins if at > 0)]
    return [lines[first:last] for first, last in pairwise([*starts, len(lines)])]


def _by_rules(lines: list[_Line], edges: list[float], lying: Sequence[Rule]) -> list[list[_Line]] | None:
    """Tables with lying lines only: each line over most of the width ends a row."""
    wide = (edges[-1] - edges[0]) * 0.6
    high, low = lines[0].high, lines[-1].low
    at = sorted({round(rule.at, 1) for rule in lying if rule.end - rule.begin >= wide and low < rule.at < high})
    if len(at) * 12 < len(lines) or not at:
        return None
    rows: list[list[_Line]] = [[] for _one in range(len(at) + 1)]
    for line in lines:
        rows[sum(edge > line.level for edge in at)].append(line)
    return [row for row in rows if row]


def _gaps(lines: list[_Line]) -> list[float]:
    """The blank between each line and what stands above it, as a share of its height; 0 where they overlap."""
    gaps: list[float] = [0.0]
    low = lines[0].low
    for line in lines[1:]:
        gaps.append(max(0.0, low - line.high) / line.tall)
        low = min(low, line.low)
    return gaps


def _cut(lines: list[_Line], gaps: list[float], at_least: float) -> list[list[_Line]]:
    starts = [0, *(at for at, gap in enumerate(gaps) if at and gap > at_least)]
    return [lines[first:last] for first, last in pairwise([*starts, len(lines)])]


def _gap_for(gaps: list[float], rows: int) -> float:
    """The blank that parts this many rows; one that no gap reaches when it would not be clear."""
    ordered = sorted(gaps[1:], reverse=True)
    if not 1 < rows <= len(ordered):
        return float("inf")
    chosen, rest = ordered[rows - 2], ordered[rows - 1]
    return (chosen + rest) / 2 if rest < chosen * 0.85 else float("inf")


def _usual_gap(gaps: list[float]) -> float:
    """The blank between rows without numbers: clearly more than that between the lines of one."""
    inner = median(gaps[1:]) if len(gaps) > 1 else 0.0
    wide = max(inner * 1.5, 0.2)
    if any(gap > wide for gap in gaps):
        return wide
    return inner * 0.99 if inner > 0.2 else float("inf")
