"""A document's tasks as an Excel workbook: its heading above, one row a task, made to be filtered and to be printed."""

from __future__ import annotations

import math
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from isotherm.directives.exchange.listing import SIX, Line, Listing, recurrence_words, state_words, writable
from isotherm.words import _

MOST_LETTERS = 32_000  # a cell holds 32,767
INK, RULE, SOFT, SHADE = "#1d2733", "#b8c0cc", "#5b6470", "#eef2f6"
# At the start of a cell these make a formula of it, once somebody edits the cell or saves the sheet in another form.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")
_NARROW = 4.0
_LINE = 15.0  # points a line of text takes
_HIGHEST = 409.0  # what Excel allows


def workbook(listing: Listing) -> bytes:
    held = BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": writable(listing.title)[:250], "subject": writable(listing.subject)[:250]})
    _Sheet(book, listing).write()
    book.close()
    return held.getvalue()


def columns(listing: Listing) -> list[tuple[str, float]]:
    """Head words and widths; the document's state of a task only where there is one."""
    found = [
        (_("No."), 5.0),
        (_("Clause"), 13.0),
        (_("The work"), 48.0),
        (_("Lead"), 20.0),
        (_("Coordinating"), 18.0),
        (_("Deadline"), 11.0),
        (_("Words of the deadline"), 15.0),
        (_("Recurrence"), 10.0),
        (_("Product"), 17.0),
        *[(_first_upper(str(words)), _NARROW) for words, _short in SIX.values()],
        (_("Confidence"), 10.5),
        (_("Doubts"), 20.0),
    ]
    if any(line.state for line in listing.lines):
        found.append((_("State"), 16.0))
    return found


def row(line: Line) -> list[Any]:
    cells: list[Any] = [
        line.number,
        line.clause,
        line.work,
        "; ".join(line.lead),
        "; ".join(line.coordinate),
        line.due_on,
        line.deadline_text,
        recurrence_words(line.recurrence),
        line.product,
        *[("✓" if line.clear[key] else "–") for key in SIX],
        line.confidence,
        "\n".join(line.doubts),
    ]
    return [*cells, state_words(line.state)] if line.state else cells


class _Sheet:
    def __init__(self, book: Any, listing: Listing) -> None:
        self.book, self.listing = book, listing
        self.sheet = book.add_worksheet(_("Tasks")[:31])
        self.formats: dict[tuple[str, bool], Any] = {}

    def write(self) -> None:
        heads = columns(self.listing)
        top = self._heading([width for _words, width in heads])
        head = self._format("head")
        for at, (words, width) in enumerate(heads):
            self.sheet.set_column(at, at, width)
            self.sheet.write_string(top, at, words, self._format("turned") if width == _NARROW else head)
        self.sheet.set_row(top, 116)
        for below, line in enumerate(self.listing.lines, start=top + 1):
            cells = row(line)
            self.sheet.set_row(below, _height(cells, [width for _words, width in heads]))
            for at, value in enumerate(cells):
                self._cell(below, at, value, narrow=heads[at][1] == _NARROW)
        last = max(top + len(self.listing.lines), top + 1)
        self.sheet.autofilter(top, 0, last, len(heads) - 1)
        self.sheet.freeze_panes(top + 1, 3)
        self._paper(top, last, len(heads))

    def _heading(self, widths: list[float]) -> int:
        """The document's facts above the table; the row of the table's head."""
        self.sheet.write_string(0, 0, writable(self.listing.title), self._format("title"))
        self.sheet.set_row(0, 24)
        at = 1
        for name, value in self.listing.facts():
            self.sheet.write_string(at, 0, name, self._format("name"))
            self.sheet.merge_range(at, 2, at, len(widths) - 1, "", self._format("fact"))
            self._text(at, 2, value, "fact")
            self.sheet.set_row(at, _height([value], [sum(widths[2:]) * 0.85]))
            at += 1
        for note in self.listing.notes():
            self._text(at, 0, note, "note")
            at += 1
        return at + 1

    def _cell(self, below: int, at: int, value: Any, *, narrow: bool) -> None:
        if isinstance(value, date):
            day = datetime(value.year, value.month, value.day)
            self.sheet.write_datetime(below, at, day, self._format("day"))
        elif isinstance(value, float):
            self.sheet.write_number(below, at, value, self._format("share"))
        elif isinstance(value, int):
            self.sheet.write_number(below, at, value, self._format("number"))
        elif value:
            self._text(below, at, value, "mark" if narrow else "cell")
        else:
            self.sheet.write_blank(below, at, None, self._format("cell"))

    def _text(self, below: int, at: int, text: str, style: str) -> None:
        words = writable(text)[:MOST_LETTERS]
        self.sheet.write_string(below, at, words, self._format(style, quoted=words.startswith(FORMULA)))

    def _format(self, style: str, *, quoted: bool = False) -> Any:
        """`quoted` is Excel's own leading apostrophe: the cell stays text also when it is edited."""
        if (style, quoted) not in self.formats:
            made = self.book.add_format({"font_name": "Times New Roman", "font_size": 11, **_STYLES[style]})
            if quoted:
                made.set_quote_prefix()
            self.formats[style, quoted] = made
        return self.formats[style, quoted]

    def _paper(self, top: int, last: int, width: int) -> None:
        """A4 across, one page wide, the head again on each page, the document and the page's number below."""
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(top)
        self.sheet.print_area(0, 0, last, width - 1)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        name = writable(self.listing.name)[:100].replace("&", "&&")
        self.sheet.set_footer(f'&L&"Times New Roman"&9{name}&R&"Times New Roman"&9&P/&N')


def _height(cells: list[Any], widths: list[float]) -> float:
    """Enough for the tallest cell: not every program reckons heights when it opens a file."""
    lines = [
        sum(max(1, math.ceil(len(part) / (width * 1.08))) for part in value.split("\n"))
        for value, width in zip(cells, widths, strict=True)
        if isinstance(value, str) and width != _NARROW
    ]
    return min(_HIGHEST, _LINE * max([1, *lines]) + 3)


def _first_upper(words: str) -> str:
    return words[:1].upper() + words[1:]


_BOXED = {"border": 1, "border_color": RULE, "valign": "top"}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15, "font_color": INK},
    "name": {"font_color": SOFT, "valign": "top"},
    "fact": {"bold": True, "text_wrap": True, "valign": "top"},
    "note": {"italic": True, "font_color": SOFT},
    "head": {**_BOXED, "bold": True, "bg_color": SHADE, "text_wrap": True, "valign": "vcenter", "align": "center"},
    "turned": {**_BOXED, "bold": True, "bg_color": SHADE, "rotation": 90, "valign": "vcenter", "align": "center"},
    "cell": {**_BOXED, "text_wrap": True},
    "mark": {**_BOXED, "align": "center"},
    "number": {**_BOXED, "align": "center", "num_format": "0"},
    "share": {**_BOXED, "align": "center", "num_format": "0%"},
    "day": {**_BOXED, "align": "left", "num_format": "dd/mm/yyyy"},
}
