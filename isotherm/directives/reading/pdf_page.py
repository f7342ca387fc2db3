"""A page of a PDF as PDFium sees it: its letters with their boxes, and its rulings, turned as its words are read."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

MOST_OBJECTS = 30_000
MOST_LETTERS = 60_000
# The hyphen at the end of a line, inside a word.
CUT = "\ufffe"
_HYPHEN = 2
_THIN = 2.6
_SHORTEST = 6.0
_NEAR = 1.6
_DASH = 4.0
_DEEPEST = 4
_ASKED = 40


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


Turned = Callable[[float, float], tuple[float, float]]


def letters_of(words: Any) -> list[Letter]:
    """Every sign that is drawn, blanks left out; none for a page of more letters than a page can hold."""
    count = pdfium.FPDFText_CountChars(words.raw)
    if not 0 < count <= MOST_LETTERS:
        return []
    turned = turn(words)
    box = pdfium.FS_RECTF()
    at = ctypes.byref(box)
    found: list[Letter] = []
    for place in range(count):
        code = pdfium.FPDFText_GetUnicode(words.raw, place)
        if (code <= 32 and code != _HYPHEN) or code in {0xA0, 0xAD}:
            continue
        if not pdfium.FPDFText_GetLooseCharBox(words.raw, place, at):
            continue
        (left, low), (right, high) = turned(box.left, box.bottom), turned(box.right, box.top)
        if left > right:
            left, right = right, left
        if low > high:
            low, high = high, low
        found.append(Letter(place, _sign(code), left, low, right, high))
    return found


def text_by_place(words: Any) -> list[str]:
    """The text sign by sign, with the blanks and line ends that PDFium puts between words and lines."""
    count = pdfium.FPDFText_CountChars(words.raw)
    if count <= 0:
        return []
    written: str = words.get_text_range()
    if len(written) == count:
        return [CUT if sign == chr(_HYPHEN) else sign for sign in written.replace("\r", " ")]
    # Signs beyond the first plane, or left out of the text: asked one by one.
    return [_sign(pdfium.FPDFText_GetUnicode(words.raw, place)) for place in range(min(count, MOST_LETTERS))]


def _sign(code: int) -> str:
    if code in {_HYPHEN, 0xFFFE}:
        return CUT
    return chr(code) if 0 < code < 0x110000 and code != 13 else " "


def rulings_of(page: pypdfium2.PdfPage, words: Any) -> Rulings:
    """The lines of tables, also those drawn as thin filled boxes or as the edges of drawn ones."""
    turned = turn(words)
    lying: list[Rule] = []
    standing: list[Rule] = []
    for left, low, right, high in _strokes(page):
        (x0, y0), (x1, y1) = turned(left, low), turned(right, high)
        wide, tall = abs(x1 - x0), abs(y1 - y0)
        if tall <= _THIN and wide > tall:
            lying.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif wide <= _THIN:
            standing.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return Rulings(_together(lying), _together(standing))


def turn(words: Any) -> Turned:
    """From the page's own axes to those of a reader who holds it so that most of its words lie upright."""
    count = pdfium.FPDFText_CountChars(words.raw)
    angles = Counter(
        round(max(0.0, pdfium.FPDFText_GetCharAngle(words.raw, place)) / (math.pi / 2)) % 4
        for place in range(0, count, max(1, count // _ASKED))
    )
    quarter = angles.most_common(1)[0][0] if angles else 0
    if quarter == 0:
        return lambda x, y: (x, y)
    if quarter == 1:
        return lambda x, y: (-y, x)
    if quarter == 2:
        return lambda x, y: (-x, -y)
    return lambda x, y: (y, -x)


def _strokes(page: pypdfium2.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    budget = [MOST_OBJECTS]
    count = pdfium.FPDFPage_CountObjects(page.raw)
    for place in range(min(count, MOST_OBJECTS)):
        yield from _drawn(pdfium.FPDFPage_GetObject(page.raw, place), [], budget, 0)


def _drawn(
    thing: Any, matrices: list[Any], budget: list[int], depth: int
) -> Iterator[tuple[float, float, float, float]]:
    kind = pdfium.FPDFPageObj_GetType(thing)
    if kind == pdfium.FPDF_PAGEOBJ_PATH:
        budget[0] -= 1
        if budget[0] > 0:
            yield from _lines(thing, [_matrix(thing), *matrices], budget)
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
        inner = [_matrix(thing), *matrices]
        for place in range(min(pdfium.FPDFFormObj_CountObjects(thing), budget[0])):
            yield from _drawn(pdfium.FPDFFormObj_GetObject(thing, place), inner, budget, depth + 1)


def _matrix(thing: Any) -> Any:
    matrix = pdfium.FS_MATRIX()
    return matrix if pdfium.FPDFPageObj_GetMatrix(thing, ctypes.byref(matrix)) else pdfium.FS_MATRIX(1, 0, 0, 1, 0, 0)


def _lines(path: Any, matrices: list[Any], budget: list[int]) -> Iterator[tuple[float, float, float, float]]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke)):
        return
    count = pdfium.FPDFPath_CountSegments(path)
    if not 0 < count <= budget[0]:
        return
    budget[0] -= count // 4
    points: list[tuple[float, float]] = []
    for place in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, place)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            yield from _edges(points, stroked=bool(stroke.value))
            points = []
        elif kind != pdfium.FPDF_SEGMENT_LINETO:
            return
        points.append(_point(segment, matrices))
        if pdfium.FPDFPathSegment_GetClose(segment) and points[0] != points[-1]:
            points.append(points[0])
    yield from _edges(points, stroked=bool(stroke.value))


def _point(segment: Any, matrices: list[Any]) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
    here, there = x.value, y.value
    for one in matrices:
        here, there = one.a * here + one.c * there + one.e, one.b * here + one.d * there + one.f
    return here, there


def _edges(points: list[tuple[float, float]], *, stroked: bool) -> Iterator[tuple[float, float, float, float]]:
    if len(points) < 2:
        return
    across, along = [x for x, _y in points], [y for _x, y in points]
    wide, tall = max(across) - min(across), max(along) - min(along)
    if min(wide, tall) <= _THIN:
        yield min(across), min(along), max(across), max(along)
    elif stroked:
        for (x0, y0), (x1, y1) in pairwise(points):
            if min(abs(x1 - x0), abs(y1 - y0)) <= _THIN:
                yield x0, y0, x1, y1


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
