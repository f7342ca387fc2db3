"""
A page saved from an office's site: its words as paragraphs, its lists with their numbers, its tables as rows.

The page is parsed as it comes, without a tree and without fetching anything. Scripts, styles, forms and what only leads
elsewhere on the site (navigation) are left out. The letters are those that the page or its first bytes name.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from isotherm.directives.reading.encodings import converted, tidy, unmarked
from isotherm.directives.reading.grid import Grid
from isotherm.directives.reading.numbering import shown
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

MOST_BYTES = 8 * 1024 * 1024
MOST_TAGS = 500_000
MOST_TABLES_DEEP = 40
_PIECE = 64 * 1024
_BEGINS = re.compile(
    rb"\s*(?:<!--.{0,4000}?-->\s*|<\?xml[^>]{0,200}\?>\s*)*<(?:!doctype\s+html|html|head|body|meta|title)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(
    rb"<(?:meta\b[^>]{0,300}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_TAG = re.compile(rb"<[^>]{0,2000}>")
_INLINED = re.compile(rb"(?:src|href)\s*=\s*([\"'])data:[^\"']{2000,}\1", re.IGNORECASE)
_WITHOUT = {
    "script", "style", "noscript", "template", "nav", "iframe", "object", "svg", "canvas", "audio", "video", "select",
    "button", "textarea", "head", "dialog", "map", "datalist", "math",
}  # fmt: skip
_BLOCKS = {
    "p", "div", "section", "article", "header", "footer", "main", "aside", "h1", "h2", "h3", "h4", "h5", "h6", "ul",
    "ol", "dl", "dt", "dd", "blockquote", "pre", "address", "figure", "figcaption", "form", "fieldset", "hr", "center",
    "body", "html", "details", "summary", "caption", "legend", "menu",
}  # fmt: skip
_ASIDE = re.compile(r"(?:navigation|banner|search|menu|menubar|contentinfo|complementary)$")
_NAMED_ASIDE = {
    "nav", "navbar", "menu", "main-menu", "topmenu", "breadcrumb", "breadcrumbs", "sidebar", "share", "social",
    "cookie", "cookies", "pagination", "pager", "toolbar", "skip-link", "related", "search",
}  # fmt: skip
_MAIN = {"main", "article"}
_MARK_OF_NOTE = re.compile(r"(?<=\w)\s?\[\d{1,3}\]")
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


def is_page(content: bytes) -> bool:
    """By its first words. Word and Excel, too, save pages, and some offices name them .doc."""
    start = content[:8192]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", errors="ignore").encode()
    return bool(_BEGINS.match(start.removeprefix(codecs.BOM_UTF8)))


def read_page(content: bytes) -> str:
    # Pictures written into the page are most of the size of many.
    written = _INLINED.sub(b"", content)
    if len(written) > MOST_BYTES or written.count(b"<") > MOST_TAGS:
        raise NotAccepted(
            lazy("This web page is larger than any directive."),
            remedy=lazy("Save only the text of the directive, as .docx, .pdf or .txt, and hand it in."),
        )
    encoded = _decoded(written).encode("utf-8", errors="replace")
    page = _parsed(encoded, _Page())
    if page.left_out > sum(map(len, page.lines)):
        # A page whose text lies in what its names call a menu is read with its menus.
        page = _parsed(encoded, _Page(by_name=False))
    return tidy(converted("\n".join(page.lines)))


def _parsed(encoded: bytes, page: _Page) -> _Page:
    parser = etree.HTMLParser(target=page, encoding="utf-8", no_network=True, huge_tree=False)
    try:
        for at in range(0, len(encoded), _PIECE):
            parser.feed(encoded[at : at + _PIECE])
        parser.close()
    except (etree.LxmlError, ValueError, RecursionError):
        raise damaged() from None
    if any("depth" in error.message.lower() for error in parser.error_log):
        raise damaged()
    page.finish()
    return page


def damaged() -> NotAccepted:
    return NotAccepted(
        lazy("This web page is damaged and cannot be read to its end."),
        remedy=lazy("Save the page again, or copy its text into Word and hand in the .docx."),
    )


def _decoded(content: bytes) -> str:
    """By the mark at the start, then by what the page says of itself, then by its letters. Old fonts stay for later."""
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    named = _CHARSET.search(content[:4096])
    if named:
        try:
            name = codecs.lookup(named.group(1).decode("ascii")).name
            # Western encodings are named by habit, and UTF-16 cannot be named in these letters: those say nothing.
            if not name.startswith(("utf-16", "utf-32", "iso8859-1", "cp1252", "ascii")):
                return content.decode(name)
        except (LookupError, ValueError):
            pass
    return unmarked(content, without=_TAG)


@dataclass(slots=True)
class _Table:
    grid: Grid = field(default_factory=Grid)
    row: list[tuple[str, int, int]] | None = None
    spans: tuple[int, int] = (1, 1)
    before: list[str] = field(default_factory=list)
    in_cell: bool = False


@dataclass(slots=True)
class _List:
    form: str
    number: int
    step: int = 1


class _Page:
    """What the parser tells: the beginning and the end of each part, and the words between."""

    def __init__(self, *, by_name: bool = True) -> None:
        self.by_name = by_name
        self.lines: list[str] = []
        self.words: list[str] = []
        self.skipping: list[str] = []
        self.named = False
        self.left_out = 0
        self.tables: list[_Table] = []
        self.lists: list[_List] = []
        self.label = ""
        self.as_typed = 0
        self.main: list[tuple[int, int]] = []
        self.main_depth = 0

    def finish(self) -> None:
        """Words after the last part; a page that says where its own text stands is only that text."""
        while self.tables:
            self._close_table()
        self._end_line()
        own = [line for begin, end in self.main for line in self.lines[begin : end if end >= 0 else None]]
        if sum(map(len, own)) * 2 > sum(map(len, self.lines)):
            self.lines = own

    # --- what lxml calls ------------------------------------------------------------------------------------

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.lower()
        if self.skipping:
            if name == self.skipping[0]:
                self.skipping.append(name)
            return
        if name in _WITHOUT or self._leads_elsewhere(name, attributes):
            self.skipping.append(name)
            return
        if name in _MAIN and not self.tables:
            self._end_line()
            self.main_depth += 1
            if self.main_depth == 1:
                self.main.append((len(self.lines), -1))
        if name == "br":
            self._end_line()
        elif name in {"table", "tr", "td", "th"}:
            self._table(name, attributes)
        elif name in {"ol", "ul"}:
            self._end_line()
            self.lists.append(
                _List(
                    _FORMS.get(attributes.get("type", "1"), "decimal") if name == "ol" else "bullet",
                    _whole(attributes.get("start"), 1),
                    -1 if "reversed" in attributes else 1,
                )
            )
        elif name == "li":
            self._end_line()
            self.label = self._number(attributes)
        elif name in _BLOCKS:
            self._end_line()
            self.as_typed += name == "pre"

    def end(self, tag: str) -> None:
        name = tag.lower()
        if self.skipping:
            if name == self.skipping[-1]:
                self.skipping.pop()
                self.named = self.named and bool(self.skipping)
            return
        if name == "table":
            self._close_table()
        elif name in {"td", "th"}:
            self._close_cell()
        elif name == "tr":
            self._close_row()
        elif name in {"ol", "ul"}:
            self._end_line()
            if self.lists:
                self.lists.pop()
        elif name == "li" or name in _BLOCKS:
            self._end_line()
            self.as_typed -= name == "pre" and self.as_typed > 0
        if name in _MAIN and not self.tables and self.main_depth:
            self.main_depth -= 1
            if self.main_depth == 0:
                self.main[-1] = (self.main[-1][0], len(self.lines))

    def data(self, words: str) -> None:
        if self.skipping:
            self.left_out += len(words) if self.named else 0
            return
        if not self.as_typed:
            self.words.append(words)
            return
        first, *more = words.split("\n")
        self.words.append(first)
        for line in more:
            self._end_line()
            self.words.append(line)

    def comment(self, words: str) -> None:
        """Comments say nothing to a reader of the page."""

    def close(self) -> None:
        """The parser is at the end; `read` gives the lines."""

    # --- lines and tables -----------------------------------------------------------------------------------

    def _leads_elsewhere(self, name: str, attributes: Mapping[str, str]) -> bool:
        if name in {"html", "body", "main", "article", "table", "tr", "td", "th", "p", "br"}:
            return False
        if "hidden" in attributes or "display:none" in attributes.get("style", "").replace(" ", "").lower():
            return True
        if _ASIDE.match(attributes.get("role", "").strip().lower()):
            return True
        names = {attributes.get("id", "").lower(), *attributes.get("class", "").lower().split()}
        self.named = self.by_name and name in {"div", "ul", "ol", "aside", "section"} and bool(names & _NAMED_ASIDE)
        return self.named

    def _end_line(self) -> None:
        line = _MARK_OF_NOTE.sub("", " ".join("".join(self.words).split()))
        self.words = []
        if line:
            label, self.label = self.label, ""
            self.lines.append(f"{label} {line}" if label else line)

    def _number(self, attributes: Mapping[str, str]) -> str:
        if not self.lists or self.lists[-1].form == "bullet":
            return "-"
        here = self.lists[-1]
        number = _whole(attributes.get("value"), here.number)
        here.number = number + here.step
        letters = here.form.endswith("Letter")
        return shown(number, here.form) + (")" if letters else ".")

    def _table(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "table":
            self._end_line()
            if len(self.tables) >= MOST_TABLES_DEEP:
                raise damaged()
            self.tables.append(_Table(before=self.lines))
            self.lines = []
            return
        if not self.tables:
            self._end_line()
            return
        table = self.tables[-1]
        if name == "tr":
            self._close_row()
            table.row = []
            return
        self._close_cell()
        if table.row is None:
            table.row = []
        table.spans = (_whole(attributes.get("rowspan"), 1), _whole(attributes.get("colspan"), 1))
        table.in_cell = True

    def _close_cell(self) -> None:
        self._end_line()
        if not self.tables or not self.tables[-1].in_cell:
            return
        table = self.tables[-1]
        assert table.row is not None
        table.row.append(("\n".join(self.lines), *table.spans))
        table.in_cell = False
        self.lines = []

    def _close_row(self) -> None:
        self._close_cell()
        if self.tables and self.tables[-1].row is not None:
            # Words between the cells of a broken table are lines of their own.
            self.tables[-1].grid.add(self.tables[-1].row)
            self.tables[-1].row = None

    def _close_table(self) -> None:
        if not self.tables:
            return
        self._close_row()
        table = self.tables.pop()
        loose, self.lines = self.lines, table.before
        self.lines.extend(loose)
        self.lines.extend(table.grid.lines())


def _whole(value: str | None, default: int) -> int:
    return int(value) if value and re.fullmatch(r"\s*\d{1,5}\s*", value) else default
