"""
The lines of a PDF's pages as paragraphs: a line goes on below when the next word had no room in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from isotherm.directives.columns import label_of
from isotherm.directives.reading.pdf_page import Page, joined
from isotherm.directives.structure import begins_part, begins_recipients

_INDENT = 9.0
_WIDE_GAP = 1.28
_AT_EDGE = 3.0
_SHORTEST = 25
_LINES_OF_A_PAGE = 15
_BLANK = 0.22
_FEWEST_FIRST = 4
# "No. 523/QD-TTg", "TP. Cần Thơ" go on.
_ENDED = re.compile(r"(?<!\bNo)(?<!\bNos)(?<!\bTP)(?<!\bTX)\.$|[;:!?]$")
_SYMBOL = re.compile(r"\d{1,4}/(?:\d{4}/)?[A-ZĐ]{2,}")
_NUMBER_ALONE = re.compile(r"\s*[-–]?\s*\d{1,3}\s*[-–]?\s*")


@dataclass(slots=True)
class Line:
    """`first` is the width of its first word."""

    words: str
    left: float
    right: float
    low: float
    high: float
    first: float

    @property
    def tall(self) -> float:
        return max(self.high - self.low, 1.0)


def lines_of(page: Page, places: Iterable[int]) -> Iterator[Line]:
    """The lines that these places of the page's text make."""
    line: list[int] = []
    for place in places:
        if page.text[place] == "\n":
            if line:
                yield from _line(page, line)
            line = []
        else:
            line.append(place)
    if line:
        yield from _line(page, line)


def _line(page: Page, places: list[int]) -> Iterator[Line]:
    words = "".join(page.text[place] for place in places)
    drawn = [place for place in places if not page.text[place].isspace()]
    if not drawn:
        return
    blank = next((at for at, place in enumerate(places) if place > drawn[0] and page.text[place].isspace()), None)
    end = places[blank - 1] if blank is not None else drawn[-1]
    left, low, _right, high = page.box(drawn[0])
    yield Line(words, left, page.box(drawn[-1])[2], low, high, max(0.0, page.box(end)[2] - left))


@dataclass(frozen=True, slots=True)
class _Measures:
    """
    Where full lines begin and end, the step from line to line, whether most full lines end at one edge, and whether
    most lines are full: others are lists, cells, addresses.
    """

    left: float
    right: float
    step: float
    justified: bool
    running: bool


@dataclass(frozen=True, slots=True)
class Indent:
    """By how much the first line of a paragraph is moved in, and where the other lines mostly begin."""

    by: float
    left: float

    def on(self, page: _Measures) -> float:
        """Where first lines begin on this page; it may hold nothing but short ones."""
        only_first = abs(page.left - self.left - self.by) <= 2 * _AT_EDGE
        return page.left if only_first else page.left + self.by


def paragraphs_of(pages: Sequence[Sequence[Line]], indent: Indent | None = None) -> Iterator[str]:
    """The paragraphs of text that stands on these pages one after the other. `indent`: that of their first lines."""
    held: list[Line] = []
    numbers: list[Line] = []
    whole = _measured([line for lines in pages for line in lines])
    for lines in pages:
        page = _measured(lines) if len(lines) >= _LINES_OF_A_PAGE else whole
        for at, line in enumerate(lines):
            if held and numbers == [] and at + 1 < len(lines) and _is_copied_number(held[-1], line, lines[at + 1]):
                numbers.append(line)
                continue
            turned = at == 0 or numbers != []
            if held and page is not None and _goes_on(held, line, page, indent=indent, turned=turned):
                held.append(line)
                numbers = []
                continue
            if held:
                yield _joined(held)
            yield from (one.words.strip() for one in numbers)
            held, numbers = [line], []
    if held:
        yield _joined(held)


def _is_copied_number(before: Line, line: Line, after: Line) -> bool:
    """The number of a page of the paper that was copied, in the middle of a sentence: no part of it."""
    return (
        len(before.words) >= _SHORTEST
        and _NUMBER_ALONE.fullmatch(line.words) is not None
        and re.search(r"[.;:!?/]$", before.words.rstrip()) is None
        and (after.words.lstrip()[:1].islower() or before.words.rstrip().endswith(","))
    )


def _measured(lines: Sequence[Line]) -> _Measures | None:
    full = [line for line in lines if len(line.words) >= _SHORTEST]
    if not full:
        return None
    rights, lefts = sorted(line.right for line in full), sorted(line.left for line in full)
    right = rights[int(len(rights) * 0.95)]
    near = [one for one in rights if one >= right - 40]
    steps = sorted(one.high - other.high for one, other in pairwise(lines) if one.high - other.high > one.tall * 0.7)
    return _Measures(
        left=lefts[int(len(lefts) * 0.1)],
        right=right,
        step=steps[len(steps) // 5] if steps else 0.0,
        justified=sum(one >= right - _AT_EDGE for one in near) > max(len(near) * 0.7, len(full) * 0.2),
        running=sum(line.right > right - (right - min(lefts)) * 0.25 for line in lines) > len(lines) * 0.5,
    )


def indent_of(pages: Iterable[Sequence[Line]]) -> Indent | None:
    """By how much a first line is moved in, where full lines so moved are first lines and nothing else."""
    lefts: list[float] = []
    below: list[float] = []
    beside: list[float] = []
    for lines in pages:
        page = _measured(lines) if len(lines) >= _LINES_OF_A_PAGE else None
        for line, after in pairwise(lines if page is not None else ()):
            assert page is not None
            lefts.append(page.left)
            indent = line.left - page.left
            if line.right >= page.right - 2 * _AT_EDGE and _INDENT <= indent <= 8 * _INDENT:
                (below if after.left - page.left < _INDENT else beside).append(indent)
    if len(below) < _FEWEST_FIRST or len(beside) * 5 > len(below):
        return None
    middle = sorted(below)[len(below) // 2]
    same = sum(abs(one - middle) <= _AT_EDGE for one in below)
    return Indent(middle, sorted(lefts)[len(lefts) // 2]) if same >= len(below) * 0.8 else None


def _goes_on(held: list[Line], line: Line, page: _Measures, *, indent: Indent | None, turned: bool) -> bool:
    before, words = held[-1], line.words.strip()
    if begins_part(words) and not _is_second_half(before, words, page) and not _SYMBOL.match(words):
        return False
    inside = (
        held[0].left - page.left >= _INDENT
        and before.right >= page.right - _AT_EDGE
        and line.left <= page.left + _AT_EDGE
    )
    if (_is_label(words) and not inside) or _parts(before.words) or _parts(line.words):
        return False
    if before.words.isupper() != words.isupper() and not re.search(r"\d", words):
        return False
    step = before.high - line.high
    if not turned and (step <= 0 or step > max(page.step, line.tall * 0.8) * _WIDE_GAP):
        return False
    # Below a full line a centred one stands further in, about the same middle.
    centred = abs(line.left + line.right - before.left - before.right) <= 4 * _AT_EDGE
    centred = centred and before.right >= page.right - 4 * _AT_EDGE
    if line.left - before.left >= _INDENT and not centred and not begins_part(held[0].words.strip()):
        return False
    if indent is not None and abs(line.left - indent.on(page)) <= _AT_EDGE:
        return False
    full = before.right + before.tall * _BLANK + line.first > page.right + 1
    ended = _ENDED.search(before.words.rstrip()) is not None
    if not ended or words[:1].islower():
        # Some programs break earlier than they must, a typewriter after so many letters, however wide they are.
        share = (before.right - page.left) / max(1.0, page.right - page.left)
        least = 0.87
        if not (ended or page.justified):
            within = words[:1].islower() or words[:1].isdigit() or before.words.rstrip().endswith(",")
            least = 0.6 if within else 0.8 if page.running else 0.87
        return full or (share > least and not words.isupper())
    if not words[:1].isupper():
        return full
    # A sentence ends here, another begins: one paragraph where its first line alone is indented, or lines are even.
    indented = held[0].left - page.left >= _INDENT
    if indented:
        return full and line.left - page.left < _INDENT
    return full and page.justified and before.right >= page.right - _AT_EDGE


def _is_second_half(before: Line, words: str, page: _Measures) -> bool:
    """ "chính trị / - xã hội": a line broken before the dash of a compound; behind that of a point is a capital."""
    return (
        re.match(r"[-–] [^\W\d_]", words) is not None
        and words[2].islower()
        and re.search(r"[.,;:!?/]$", before.words.rstrip()) is None
        and before.right > page.left + (page.right - page.left) * 0.8
    )


def _is_label(words: str) -> bool:
    """ "Nơi nhận:", "Cơ quan chủ trì: ..." begin lines of their own."""
    label, colon, _rest = words.partition(":")
    return bool(colon) and label[:1].isupper() and (label_of(label) is not None or begins_recipients(words))


def _parts(words: str) -> bool:
    return bool(re.search(r"\S {3,}\S|\t", words.strip()))


def _joined(lines: list[Line]) -> str:
    return joined(line.words.strip() for line in lines)
