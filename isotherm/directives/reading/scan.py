"""
Scanned papers, page by page.

1. A page is cleaned (`cleaning.py`), the lines of its tables are taken out and remembered (`scan_lines.py`), and
   Tesseract names its words (`recognition.py`): those around the tables as they lie, those of a table cell by cell.
2. The first page is looked at for marks three ways before anything else; every page's words are looked at, too. A page
   that cannot be read cannot be checked: it is refused by its number.
3. What was read of a page is a value of its own (`ScannedPage`) that can be kept. All pages together become a text by
   the rules for the lines and tables of a PDF; words that were badly read keep their places in it.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageOps

from isotherm.directives.letters import is_vietnamese
from isotherm.directives.reading import cleaning, loose_tables, pdf, pictures, recognition, scan_lines
from isotherm.directives.reading.apart import PageAsDrawn
from isotherm.directives.reading.badly_read import SURE, SURE_OF_FIGURES, Span, is_badly_read, spans_of
from isotherm.directives.reading.mending import mended
from isotherm.directives.reading.pdf_page import Rule, Rulings
from isotherm.directives.reading.pdf_tables import nets_of
from isotherm.directives.reading.recognition import Word, require_tesseract, tesseract, text_in
from isotherm.directives.reading.secrecy import refuse_if_stamped
from isotherm.directives.reading.strokes import with_roman
from isotherm.refusals import NotAccepted, Secret
from isotherm.words import lazy

__all__ = [
    "MOST_PAGES",
    "ScannedPage",
    "Source",
    "is_picture",
    "look_at_stamps",
    "look_for_marks",
    "media_type_of",
    "read_page",
    "read_pages",
    "refuse_too_many",
    "require_tesseract",
    "source_of",
    "tesseract",
    "text_of",
]

MOST_PAGES = pictures.MOST_PAGES
POOR = 55.0
_POINTS = 72.0
_DASHES = frozenset("~—–_=¬-")
_CELL_MARGIN = 14
_ENOUGH = 40
_MOST_FIGURES, _BESIDE = 60, 6
_FIGURES = re.compile(r"\d[\d./-]*[%.,;:)]{0,2}")
_FAR, _APART = 24.0, " " * 4

is_picture = pictures.is_picture
media_type_of = pictures.media_type_of
refuse_too_many = pictures.refuse_too_many


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose pages are pictures."""

    content: bytes
    pages: int
    is_pdf: bool = False

    def picture(self, number: int) -> Image.Image:
        """Counted from 0."""
        if self.is_pdf:
            return pdf.picture(self.content, number, dpi=cleaning.DPI)
        return pictures.page_of(self.content, number)


def source_of(content: bytes) -> Source:
    """A picture file, looked into no further than is needed to count its pages."""
    count = pictures.count_of(content)
    pictures.refuse_too_many(count)
    return Source(content, count)


@dataclass(frozen=True, slots=True)
class Piece:
    """A word with its left and right edge in 72nds of an inch, and how sure its letters are (0 to 100)."""

    words: str
    left: float
    right: float
    sure: float


@dataclass(frozen=True, slots=True)
class ScannedLine:
    """`low` and `high` are those of every line of the page: letters with accents make none higher."""

    low: float
    high: float
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """Its words; what stands far apart, as number and date of a paper do, is kept apart."""
        if not self.pieces:
            return ""
        far = max(_FAR, (self.high - self.low) * 2)
        told = self.pieces[0].words
        for before, piece in zip(self.pieces, self.pieces[1:], strict=False):
            told += f"{_APART if piece.left - before.right > far else ' '}{piece.words}"
        return told


Ruling = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """What was read of a page, measured from its lower left corner, with the lines of its tables."""

    lines: tuple[ScannedLine, ...]
    lying: tuple[Ruling, ...]
    standing: tuple[Ruling, ...]
    language: str

    @property
    def sure(self) -> float:
        """How sure the letters of the page are, on average; 100 for an empty page."""
        letters = sum(len(piece.words) for line in self.lines for piece in line.pieces)
        told = sum(len(piece.words) * piece.sure for line in self.lines for piece in line.pieces)
        return told / letters if letters else 100.0

    @property
    def doubtful(self) -> int:
        return sum(is_badly_read(piece) for line in self.lines for piece in line.pieces)

    @property
    def words(self) -> int:
        return sum(len(line.pieces) for line in self.lines)

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def to_json(self) -> dict[str, Any]:
        return {
            "lines": [
                [line.low, line.high, [[one.words, one.left, one.right, one.sure] for one in line.pieces]]
                for line in self.lines
            ],
            "lying": self.lying,
            "standing": self.standing,
            "language": self.language,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> ScannedPage:
        lines = (
            ScannedLine(low, high, tuple(Piece(*piece) for piece in pieces)) for low, high, pieces in kept["lines"]
        )
        rulings = ([tuple(rule) for rule in kept[name]] for name in ("lying", "standing"))
        lying, standing = (tuple(rules) for rules in rulings)
        return cls(tuple(lines), lying, standing, kept["language"])

    def drawn(self) -> PageAsDrawn:
        """The page as one of a PDF: sign by sign, each with its box."""
        boxes: array[float] = array("f")
        for line in self.lines:
            for piece in line.pieces:
                step = (piece.right - piece.left) / max(1, len(piece.words))
                for at in range(len(piece.words)):
                    boxes.extend((piece.left + at * step, line.low, piece.left + (at + 1) * step, line.high))
        return PageAsDrawn(self.text, boxes, list(self.lying), list(self.standing), [], 0.0, False)


Tell = Callable[[int, int], None]


def read_pages(
    source: Source, *, most: int = MOST_PAGES, workers: int = 1, tell: Tell | None = None
) -> list[ScannedPage]:
    """All pages, the first before any other. `tell`: after each page, how many are read and how many there are."""
    require_tesseract()
    read = [read_page(source, 0)]
    if tell:
        tell(1, source.pages)
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        coming = iter(range(1, min(most, source.pages)))
        running: list[Future[ScannedPage]] = []
        try:
            while True:
                while len(running) < max(1, workers) and (number := next(coming, None)) is not None:
                    running.append(pool.submit(read_page, source, number))
                if not running:
                    break
                read.append(running.pop(0).result())
                if tell:
                    tell(len(read), source.pages)
        finally:
            for one in running:
                one.cancel()
    return read


def read_page(source: Source, number: int, *, language: str = "") -> ScannedPage:
    """One page, counted from 0. A refusal names it; nothing of a marked page is told."""
    try:
        picture = source.picture(number)
        clean = cleaning.cleaned(picture)
        if number == 0:
            look_for_marks(picture, clean)
        page = page_in(picture, clean, language=language)
        refuse_if_stamped(page.text)
    except Secret:
        raise
    except NotAccepted as no:
        if source.pages == 1:
            raise
        raise NotAccepted(
            lazy("Page %(page)s of %(pages)s: %(why)s"),
            {"page": number + 1, "pages": source.pages, "why": str(no)},
            remedy=no.remedy,
        ) from None
    return page


def page_in(picture: Image.Image, clean: cleaning.Clean, *, language: str = "") -> ScannedPage:
    """`language`: that of the page before, if it is known."""
    page = _words_of(clean, language or "vie")
    if page.sure < POOR and page.words:
        quarter = recognition.quarter_of(clean.grey)
        if quarter:
            clean = cleaning.cleaned(picture.rotate(quarter, expand=True))
            page = max(page, _words_of(clean, language or "vie"), key=lambda one: one.sure)
    letters = sum(map(str.isalpha, page.text))
    if page.language == "vie" and letters > _ENOUGH and not is_vietnamese(page.text) and _knows_english():
        page = max(page, _words_of(clean, "eng"), key=lambda one: one.sure)
    return page


def _knows_english() -> bool:
    return "eng" in recognition.languages()


def _words_of(clean: cleaning.Clean, language: str) -> ScannedPage:
    dpi = clean.dpi
    tall = clean.grey.height
    lying, standing = scan_lines.lines_in(clean.grey, dpi)
    grey = scan_lines.without(clean.grey, lying, standing) if lying or standing else clean.grey
    tables = nets_of(
        Rulings(
            [Rule(tall - one.at, one.begin, one.end) for one in lying],
            [Rule(one.at, tall - one.end, tall - one.begin) for one in standing],
        )
    )
    words: list[list[Word]] = []
    around = grey.copy()
    inside: list[tuple[float, list[list[Word]]]] = []
    for cells in tables:
        inside.append((tall - max(cell[3] for cell in cells), _in_cells(grey, cells, language, dpi)))
        for left, low, right, high in cells:
            around.paste(255, (round(left), round(tall - high), round(right), round(tall - low)))
    if not tables or np.asarray(around.resize((400, 560), Image.Resampling.BOX)).min() < 200:
        words = lines_among(recognition.words_in(around, layout=3, language=language, dpi=dpi))
    for upper, lines in sorted(inside, key=lambda one: -one[0]):
        place = next((at for at, line in enumerate(words) if line[0].upper > upper), len(words))
        words[place:place] = lines
    look_again_at_figures(grey, words, language, dpi)
    for one in words:
        with_roman(grey, one)
    height = median([word.lower - word.upper for line in words for word in line] or [30])
    scale = _POINTS / dpi
    return ScannedPage(
        tuple(line for one in words for line in _told(one, height, tall, scale)),
        tuple(((tall - one.at) * scale, one.begin * scale, one.end * scale) for one in lying),
        tuple((one.at * scale, (tall - one.end) * scale, (tall - one.begin) * scale) for one in standing),
        language,
    )


def lines_among(words: Sequence[Word]) -> list[list[Word]]:
    """The words line by line, without what is no word: specks beside the text and in it."""
    lines: dict[tuple[int, int, int], list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    long = sorted(line[0].left for line in lines.values() if len(line) >= 5)
    left = long[len(long) // 10] if long else 0
    # A table written with strokes: its cells may be so long that a line holds one stroke.
    stroked = sum(_is_stroked(line) for line in lines.values()) > 1
    cleaned = (
        _parted(line) if stroked and any("|" in word.words for word in line) else _without_specks(line, left)
        for line in lines.values()
    )
    return [line for line in cleaned if line]


def _is_stroked(line: list[Word]) -> bool:
    return sum(word.words == "|" for word in line) > 1


def _parted(line: list[Word]) -> list[Word]:
    """The line with each stroke as a word of its own: "4|" is a number and the edge of its cell."""
    made: list[Word] = []
    for word in line:
        parts = [part for part in re.split(r"(\|)", word.words) if part]
        step = (word.right - word.left) / max(1, len(word.words))
        left = float(word.left)
        for part in parts:
            right = left + step * len(part)
            made.append(replace(word, words=part, left=round(left), right=round(right)))
            left = right
    return made


def _without_specks(line: list[Word], left: int, *, in_cell: bool = False) -> list[Word]:
    spoken = [word for word in line if _speaks(word.words)]
    if not spoken:
        # A dash alone may be an empty cell of a table without lines; a rule of dashes or a speck is nothing.
        alone = len(line) == 1 and line[0].words in {"-", "–"} and line[0].sure >= 60
        return line if alone and not in_cell else []
    if _is_stroked(line):
        return line
    tall = median(word.lower - word.upper for word in spoken)
    kept: list[Word] = []
    for at, word in enumerate(line):
        before = kept[-1] if kept else None
        after = line[at + 1] if at + 1 < len(line) else None
        if _speaks(word.words):
            lost = word.sure < 30 and len(word.words) <= 2 and not in_cell
            apart = (before is None or word.left - before.right > tall * 2) and (
                after is None or after.left - word.right > tall * 2
            )
            if not (lost and apart):
                kept.append(word)
        elif before is None:
            sign = word.words
            if after is not None and len(sign) <= 3 and sign[-1] in ").":
                # The mark of a point whose letter nobody could read; its neighbours tell it (`mending.py`).
                kept.append(word)
                continue
            if word.right < left - tall * 0.3 or after is None:
                continue
            if set(sign) <= _DASHES:
                word.words = "-"
                kept.append(word)
            elif sign in {"+", "•", "●", "*", "“", '"', "(", "[", "…", "..."}:
                kept.append(word)
        elif word.words in {"-", "–", "—"} or (word.left - before.right < tall * 0.5 and word.words not in {"|", "¦"}):
            kept.append(word)
    return kept


def _speaks(words: str) -> bool:
    return any(map(str.isalnum, words))


_DEEP = frozenset("gjpqy,;()[]{}|/ạặậẹệịọộợụựỵẠẶẬẸỆỊỌỘỢỤỰỴQ_")


def _told(line: list[Word], height: float, tall: int, scale: float) -> Iterator[ScannedLine]:
    level = [word.lower for word in line if not _DEEP & set(word.words) and _speaks(word.words)]
    base = median(level) if level else median(word.lower for word in line) - height * 0.2
    low, high = (tall - base) * scale - height * 0.2 * scale, (tall - base) * scale + height * 0.8 * scale
    pieces = (
        Piece(one.words, round(one.left * scale, 1), round(one.right * scale, 1), round(one.sure, 1)) for one in line
    )
    yield ScannedLine(round(low, 2), round(high, 2), tuple(pieces))


def _in_cells(
    grey: Image.Image, cells: Sequence[tuple[float, float, float, float]], language: str, dpi: float
) -> list[list[Word]]:
    """The cells below each other on one long strip, so that none runs into its neighbour; each word put back."""
    tall = grey.height
    boxes = []
    for left, low, right, high in sorted(cells, key=lambda cell: (-cell[3], cell[0])):
        box = (round(left) + 2, round(tall - high) + 2, round(right) - 1, round(tall - low) - 1)
        if box[2] - box[0] < 8 or box[3] - box[1] < 8:
            continue
        ink = np.flatnonzero((np.asarray(grey.crop(box)) < 128).sum(axis=1) > 1)
        if len(ink) > 3:
            upper = box[1]
            boxes.append((box[0], max(upper, upper + int(ink[0]) - 6), box[2], min(box[3], upper + int(ink[-1]) + 7)))
    if not boxes:
        return []
    wide = max(box[2] - box[0] for box in boxes) + 2 * _CELL_MARGIN
    strip = Image.new("L", (wide, sum(box[3] - box[1] + 2 * _CELL_MARGIN for box in boxes)), 255)
    places = []
    down = 0
    for box in boxes:
        strip.paste(grey.crop(box), (_CELL_MARGIN, down + _CELL_MARGIN))
        places.append((down, box))
        down += box[3] - box[1] + 2 * _CELL_MARGIN
    found: dict[tuple[int, tuple[int, int, int]], list[Word]] = {}
    for word in recognition.words_in(strip, layout=6, language=language, dpi=dpi):
        middle = (word.upper + word.lower) / 2
        at = max((place for place, (begin, _box) in enumerate(places) if begin <= middle), default=0)
        begin, box = places[at]
        across, along = box[0] - _CELL_MARGIN, box[1] - begin - _CELL_MARGIN
        word.left, word.right = max(box[0], word.left + across), min(box[2], word.right + across)
        word.upper, word.lower = word.upper + along, word.lower + along
        found.setdefault((at, word.line), []).append(word)
    cleaned = (_without_specks(line, 0, in_cell=True) for line in found.values())
    return [line for line in cleaned if line]


def look_again_at_figures(grey: Image.Image, words: Sequence[Sequence[Word]], language: str, dpi: float) -> None:
    """Badly read figures by themselves: where the second look is sure and the first was not, it counts."""
    badly = [word for line in words for word in line if word.sure < SURE and any(map(str.isdigit, word.words))]
    tall = grey.height
    cells = [
        (word.left - _BESIDE, tall - word.lower - _BESIDE, word.right + _BESIDE, tall - word.upper + _BESIDE)
        for word in badly[:_MOST_FIGURES]
    ]
    for line in _in_cells(grey, cells, language, dpi):
        again = line[0]
        first = next((word for word in badly if _is_there(again, word)), None)
        if first is not None and len(line) == 1 and again.sure >= SURE_OF_FIGURES and _FIGURES.fullmatch(again.words):
            first.words, first.sure = again.words, again.sure


def _is_there(one: Word, other: Word) -> bool:
    across, down = (one.left + one.right) / 2, (one.upper + one.lower) / 2
    return other.left <= across <= other.right and other.upper <= down <= other.lower


# --- the text of all pages ----------------------------------------------------------------------------------


def text_of(pages: Sequence[ScannedPage]) -> tuple[str, tuple[Span, ...]]:
    """The text, and where in it words were badly read."""
    whole = mended(pages)
    text = loose_tables.with_rows(pdf.text_of(page.drawn() for page in whole))
    return text, spans_of(text, whole)


# --- marks --------------------------------------------------------------------------------------------------


def look_for_marks(page: Image.Image, clean: cleaning.Clean | None = None) -> None:
    """The top of the page, also as scattered words, and red stamps by themselves."""
    clean = clean or cleaning.cleaned(page)
    upper = (0, 0, clean.grey.width, int(clean.grey.height * 0.42))
    refuse_if_stamped(text_in(clean.grey.crop(upper), layout=11), head_lines=60)
    top = clean.colour.crop(upper)
    red = _red(top)
    if red is not None:
        # What is red is paper to the cleaned page: the mark may be printed, not stamped.
        refuse_if_stamped(text_in(top, layout=11), head_lines=60)
        _refuse_stamp(red)


def _refuse_stamp(picture: Image.Image) -> None:
    """A word in a frame by itself: the frame is taken away, since recognition sees a drawing in it."""
    word = _without_frame(picture)
    for one, layout in ((picture, 11), (picture, 6), (word, 6), (word, 7)):
        refuse_if_stamped(text_in(one, layout=layout), head_lines=60)


def look_at_stamps(contents: list[bytes]) -> None:
    """Pictures inside a Word file; those that are no pictures are left alone, nothing is shown of them."""
    if tesseract() is None:
        return
    for content in contents:
        try:
            page = pictures.page_of(content, 0)
        except NotAccepted:
            continue
        if page.width * 2 > page.height * 3 or page.width < 900:
            _refuse_stamp(cleaning.sized(page))
        else:
            look_for_marks(page)


def _without_frame(picture: Image.Image) -> Image.Image:
    dark = np.asarray(picture.convert("L")) < 140
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if len(rows) < 10 or len(columns) < 10:
        return picture
    inner = dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
    inner[inner.mean(axis=1) > 0.7, :] = False
    inner[:, inner.mean(axis=0) > 0.7] = False
    word = Image.fromarray(np.where(inner, 0, 255).astype(np.uint8))
    scale = max(1, round(110 / max(1, word.height)))
    return ImageOps.expand(word.resize((word.width * scale, word.height * scale)), border=60, fill=255).convert("RGB")


def _red(page: Image.Image) -> Image.Image | None:
    red, green, blue = page.convert("RGB").split()
    stamp = ImageChops.subtract(red, ImageChops.lighter(green, blue)).point(lambda value: 255 if value > 60 else 0)
    if stamp.histogram()[255] < 150:
        return None
    return ImageOps.invert(stamp).convert("RGB")
