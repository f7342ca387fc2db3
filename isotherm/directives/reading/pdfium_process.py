"""
A process of its own in which PDFium reads what strangers hand in: with limits, without this product's settings or
database. It is started as a script by `apart.py`, knows nothing but the standard library and pypdfium2, and answers:

    O content          opens a PDF                        count of its pages
    N number           the words and lines of a page      see `_page`
    P number dpi       a page as a picture                width, height, bytes a row, letters BGRX
    anything else      ends the process

Each message is its kind (one letter), its length (eight bytes) and its content. "E" answers for what went wrong.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import math
import os
import select
import struct
import sys
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

MOST_MEMORY = 400 * 1024 * 1024
MOST_LETTERS = 200_000
MOST_OBJECTS = 30_000
MOST_NOTES = 50
LARGEST_NOTE = 20_000
MOST_POINTS = 2400
CURVES = 40
# The hyphen at the end of a line, inside a word.
CUT = "\ufffe"
_HYPHEN = 2
_THIN = 2.6
_DEEPEST = 4
_ASKED = 40
_IDLE = 30.0

Turned = Callable[[float, float], tuple[float, float]]
Stroke = tuple[float, float, float, float]


def main() -> None:
    parent = os.getppid()
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    document: Any = None
    while True:
        # A parent that was killed may leave its end of the pipe open in others.
        while not select.select([asked], [], [], _IDLE)[0]:
            if os.getppid() != parent:
                return
        head = asked.read(9)
        if len(head) < 9:
            return
        kind, size = head[:1], struct.unpack(">Q", head[1:])[0]
        content = asked.read(size)
        if len(content) < size:
            return
        try:
            if kind == b"O":
                if document is not None:
                    document.close()
                    document = None
                _limit(size)
                document = pypdfium2.PdfDocument(content)
                reply = (b"O", struct.pack(">I", len(document)))
            elif kind == b"N":
                reply = (b"N", _page(document, struct.unpack(">I", content)[0]))
            elif kind == b"P":
                reply = (b"P", _picture(document, *struct.unpack(">II", content)))
            else:
                return
        except pypdfium2.PdfiumError as error:
            words = str(error).lower()
            reply = (b"E", b"password" if "password" in words or "security" in words else b"damaged")
        except (ValueError, OSError, OverflowError, IndexError, ctypes.ArgumentError):
            reply = (b"E", b"damaged")
        except MemoryError:
            reply = (b"E", b"memory")
        answers.write(reply[0] + struct.pack(">Q", len(reply[1])) + reply[1])
        answers.flush()


def _limit(size: int) -> None:
    """What a hostile file could make PDFium ask for ends this process, not the server."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY + size, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _page(document: Any, number: int) -> bytes:
    """
    A line of JSON: the text sign by sign, how many boxes follow, rulings, notes, the share of the page that lies under
    pictures, whether it is drawn in curves. Then a box for each sign that is no blank: left, low, right, high.
    """
    page = document[number]
    try:
        words = page.get_textpage()
        try:
            signs = _signs(words)
            turned = _turn(words)
            boxes = _boxes(words, signs, turned)
        finally:
            words.close()
        drawn = _Drawn(page)
        lying, standing = _rulings(drawn.strokes, turned)
        told = {
            "text": "".join(signs),
            "boxes": len(boxes) // 4,
            "lying": lying,
            "standing": standing,
            "notes": list(_notes(page)),
            "pictures": drawn.pictures,
            "curves": drawn.paths >= CURVES,
        }
    finally:
        page.close()
    return json.dumps(told).encode() + b"\n" + boxes.tobytes()


# --- letters ------------------------------------------------------------------------------------------------


def _signs(words: Any) -> list[str]:
    """The text sign by sign, with the blanks and line ends that PDFium puts between words and lines."""
    count = pdfium.FPDFText_CountChars(words.raw)
    if count <= 0:
        return []
    if count > MOST_LETTERS:
        raise ValueError("more letters than a page holds")
    written: str = words.get_text_range()
    if len(written) == count:
        return [CUT if sign == chr(_HYPHEN) else sign for sign in written.replace("\r", " ").replace("\0", " ")]
    # Signs beyond the first plane, or left out of the text: asked one by one.
    return [_sign(pdfium.FPDFText_GetUnicode(words.raw, place)) for place in range(count)]


def _sign(code: int) -> str:
    if code in {_HYPHEN, 0xFFFE}:
        return CUT
    return chr(code) if 0 < code < 0x110000 and code != 13 and not 0xD800 <= code < 0xE000 else " "


def _turn(words: Any) -> Turned:
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


def _boxes(words: Any, signs: Sequence[str], turned: Turned) -> array[float]:
    found = array("f")
    box = pdfium.FS_RECTF()
    at = ctypes.byref(box)
    for place, sign in enumerate(signs):
        if sign.isspace():
            continue
        pdfium.FPDFText_GetLooseCharBox(words.raw, place, at)
        (x0, y0), (x1, y1) = turned(box.left, box.bottom), turned(box.right, box.top)
        found.extend((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    return found


# --- what is drawn ------------------------------------------------------------------------------------------


class _Drawn:
    """Straight lines, how many paths there are, and which part of the page lies under pictures."""

    def __init__(self, page: Any) -> None:
        self.strokes: list[Stroke] = []
        self.paths = 0
        self.left = MOST_OBJECTS
        width, height = page.get_size()
        self.area = 0.0
        for place in range(min(pdfium.FPDFPage_CountObjects(page.raw), MOST_OBJECTS)):
            self._look(pdfium.FPDFPage_GetObject(page.raw, place), [], 0)
        share = self.area / max(1.0, width * height)
        self.pictures = share if math.isfinite(share) else 1.0

    def _look(self, thing: Any, matrices: list[Any], depth: int) -> None:
        kind = pdfium.FPDFPageObj_GetType(thing)
        self.left -= 1
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self.paths += 1
            if self.left > 0:
                self._path(thing, [_matrix(thing), *matrices])
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, low, right, high = (ctypes.c_float() for _edge in range(4))
            if pdfium.FPDFPageObj_GetBounds(thing, *map(ctypes.byref, (left, low, right, high))):
                self.area += max(0.0, right.value - left.value) * max(0.0, high.value - low.value)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            inner = [_matrix(thing), *matrices]
            for place in range(min(pdfium.FPDFFormObj_CountObjects(thing), max(self.left, 0))):
                self._look(pdfium.FPDFFormObj_GetObject(thing, place), inner, depth + 1)

    def _path(self, path: Any, matrices: list[Any]) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        if not pdfium.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke)):
            return
        count = pdfium.FPDFPath_CountSegments(path)
        if not 0 < count <= self.left:
            return
        self.left -= count // 4
        points: list[tuple[float, float]] = []
        found: list[Stroke] = []
        for place in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(path, place)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                found.extend(_edges(points, stroked=bool(stroke.value)))
                points = []
            elif kind != pdfium.FPDF_SEGMENT_LINETO:
                # Curves are no rulings.
                return
            points.append(_point(segment, matrices))
            if pdfium.FPDFPathSegment_GetClose(segment) and points[0] != points[-1]:
                points.append(points[0])
        self.strokes += [*found, *_edges(points, stroked=bool(stroke.value))]


def _rulings(strokes: Sequence[Stroke], turned: Turned) -> tuple[list[list[float]], list[list[float]]]:
    """Lines that lie and lines that stand, also those drawn as thin filled boxes or as the edges of drawn ones."""
    lying, standing = [], []
    for left, low, right, high in strokes:
        (x0, y0), (x1, y1) = turned(left, low), turned(right, high)
        wide, tall = abs(x1 - x0), abs(y1 - y0)
        if tall <= _THIN and wide > tall:
            lying.append([(y0 + y1) / 2, min(x0, x1), max(x0, x1)])
        elif wide <= _THIN:
            standing.append([(x0 + x1) / 2, min(y0, y1), max(y0, y1)])
    return lying, standing


def _matrix(thing: Any) -> Any:
    matrix = pdfium.FS_MATRIX()
    return matrix if pdfium.FPDFPageObj_GetMatrix(thing, ctypes.byref(matrix)) else pdfium.FS_MATRIX(1, 0, 0, 1, 0, 0)


def _point(segment: Any, matrices: list[Any]) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
    here, there = x.value, y.value
    for one in matrices:
        here, there = one.a * here + one.c * there + one.e, one.b * here + one.d * there + one.f
    return here, there


def _edges(points: list[tuple[float, float]], *, stroked: bool) -> Iterator[Stroke]:
    if len(points) < 2:
        return
    across, along = [x for x, _y in points], [y for _x, y in points]
    if not all(map(math.isfinite, (*across, *along))):
        return
    wide, tall = max(across) - min(across), max(along) - min(along)
    if min(wide, tall) <= _THIN:
        yield min(across), min(along), max(across), max(along)
    elif stroked:
        for (x0, y0), (x1, y1) in pairwise(points):
            if min(abs(x1 - x0), abs(y1 - y0)) <= _THIN:
                yield x0, y0, x1, y1


# --- notes and pictures -------------------------------------------------------------------------------------


def _notes(page: Any) -> Iterator[str]:
    """What annotations say: a stamp may be one."""
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), MOST_NOTES)):
        note = pdfium.FPDFPage_GetAnnot(page.raw, number)
        if not note:
            continue
        try:
            size = pdfium.FPDFAnnot_GetStringValue(note, b"Contents", None, 0)
            if 2 < size < LARGEST_NOTE:
                buffer = ctypes.create_string_buffer(size)
                place = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
                pdfium.FPDFAnnot_GetStringValue(note, b"Contents", place, size)
                yield buffer.raw.decode("utf-16-le", errors="replace").rstrip("\0")
        finally:
            pdfium.FPDFPage_CloseAnnot(note)


def _picture(document: Any, number: int, dpi: int) -> bytes:
    page = document[number]
    try:
        width, height = page.get_size()
        scale = min(dpi / 72, MOST_POINTS / max(width, height, 1))
        bitmap = page.render(scale=scale, may_draw_forms=True, force_bitmap_format=pdfium.FPDFBitmap_BGRx)
        head = struct.pack(">III", bitmap.width, bitmap.height, bitmap.stride)
        return head + bytes(bitmap.buffer)
    finally:
        page.close()


if __name__ == "__main__":
    main()
