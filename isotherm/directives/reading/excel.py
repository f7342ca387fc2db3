"""
An .xlsx: each sheet that is shown, as rows (`grid.py`). Values are those that Excel kept when it saved; no formula is
worked out, no link followed. Dates and numbers are written as their cell's format shows them, days before months.

A sheet is parsed as it comes, without a tree: a sheet of a million empty rows costs no memory.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element

from isotherm.directives.columns import MOST_COLUMNS
from isotherm.directives.reading import packed
from isotherm.directives.reading.encodings import converted, tidy
from isotherm.directives.reading.grid import COVERED_ABOVE, COVERED_LEFT, lines_of
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

MOST_SHEETS = 200
MOST_SHEET_BYTES = 128 * 1024 * 1024
MOST_CELLS = 200_000
MOST_LETTERS = 4_000_000
MOST_COVERED = 1_000_000
_SHEETS = "xl/worksheets/"
_PLAIN_NAME = re.compile(r"(?:sheet|trang tính|trang_tính|foglio|feuil|tabelle)\s?\d*$", re.IGNORECASE)
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
_EASTERN = (27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58)
_DATES = {
    **dict.fromkeys((14, 15, *_EASTERN), "dd/mm/yyyy"), 16: "dd/mm", 17: "mm/yyyy", 22: "dd/mm/yyyy hh:mm"
}  # fmt: skip
_NUMBERS = {2: "0.00", 4: "0.00", 9: "0%", 10: "0.00%"}
_TIMES = {18: "hh:mm", 19: "hh:mm:ss", 20: "hh:mm", 21: "hh:mm:ss"}


@dataclass(slots=True)
class Workbook:
    """`margins`: what stands beside the sheets: hidden sheets, headers of printed pages, notes and text boxes."""

    text: str
    margins: list[str]
    pictures: list[bytes]
    macros: bool = False
    hidden: bool = False
    unworked: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """`numbers` and `columns`: what Excel calls the rows and columns that hold something, as 12 and "C"."""

    name: str
    numbers: list[int]
    columns: list[str]
    rows: list[list[str]]


def is_zip_of_excel(content: bytes) -> bool:
    return packed.holds(content, "xl/")


def damaged() -> NotAccepted:
    return NotAccepted(
        lazy("This Excel file is damaged and cannot be opened."),
        remedy=lazy("Open it in Excel, save it again as .xlsx and hand in the new file."),
    )


def too_large() -> NotAccepted:
    return NotAccepted(
        lazy("This workbook holds more cells than any directive."),
        remedy=lazy("Hand in the sheet with the tasks alone, as .xlsx."),
    )


def read_excel(content: bytes) -> Workbook:
    with packed.opened(content, otherwise=damaged(), but_for=_SHEETS) as file:
        return _read(file)


@dataclass(slots=True)
class _Sheet:
    name: str
    path: str
    hidden: bool


def sheets_of(content: bytes) -> list[Sheet]:
    """The sheets that are shown, row by row as they stand; for a list whose rows are looked at one by one."""
    with packed.opened(content, otherwise=damaged(), but_for=_SHEETS) as file:
        return [
            Sheet(sheet.name, sorted(target.cells), target.columns, target.rows())
            for sheet, target in _parsed(file)
            if target.cells and not sheet.hidden
        ]


def _parsed(file: packed.Packed) -> Iterator[tuple[_Sheet, _Cells]]:
    names = set(file.names)
    base = _main_part(file)
    workbook = file.part(base)
    if workbook is None:
        raise damaged()
    folder = posixpath.dirname(base)
    links = _links(file, folder, posixpath.basename(base))
    from_1904 = any(_on(one, "date1904") for one in workbook.iter() if _name(one) == "workbookPr")
    shared = _shared(file, _linked(links, "sharedStrings") or f"{folder}/sharedStrings.xml")
    formats = _formats(file.part(_linked(links, "styles") or f"{folder}/styles.xml"))
    sheets = list(_sheets(workbook, links))
    if not sheets:
        raise damaged()
    left = MOST_CELLS
    for sheet in sheets[:MOST_SHEETS]:
        if sheet.path not in names:
            continue
        target = _Cells(shared, formats, from_1904=from_1904, most=left)
        file.parse(sheet.path, target, most_bytes=MOST_SHEET_BYTES)
        left -= target.count
        yield sheet, target


def _read(file: packed.Packed) -> Workbook:
    shown: list[tuple[str, list[str]]] = []
    margins = list(_beside(file))
    unworked = hidden = False
    for sheet, target in _parsed(file):
        margins.extend(target.printed)
        lines = lines_of(target.rows()) if target.cells else []
        if sheet.hidden:
            hidden = hidden or bool(lines)
            margins.append("\n".join(lines))
        elif lines:
            unworked = unworked or target.unworked
            shown.append((sheet.name, lines))
    named = len(shown) > 1
    text = "\n".join(line for name, lines in shown for line in _titled(name, lines, named=named))
    return Workbook(
        text=tidy(converted(text)),
        margins=[tidy(margin) for margin in margins if margin.strip()],
        pictures=list(file.pictures("xl/", most=2)),
        macros=any(name.endswith("vbaProject.bin") for name in file.names),
        hidden=hidden,
        unworked=unworked,
    )


def _titled(name: str, lines: list[str], *, named: bool) -> list[str]:
    """The name of a sheet says which appendix it is, unless its first row says so or the program named it."""
    if not named or _PLAIN_NAME.match(name.strip()) or name.strip().lower() in lines[0].lower():
        return lines
    return [name.strip(), *lines]


# --- the parts of the file ----------------------------------------------------------------------------------


def _name(node: Element) -> str:
    return node.tag.rpartition("}")[2]


def _on(node: Element, name: str) -> bool:
    return node.get(name) in {"1", "true", "on"}


def _main_part(file: packed.Packed) -> str:
    links = file.part("_rels/.rels")
    for link in links if links is not None else ():
        if (link.get("Type") or "").endswith("/officeDocument"):
            return (link.get("Target") or "").lstrip("/")
    return "xl/workbook.xml"


def _links(file: packed.Packed, folder: str, name: str) -> dict[str, tuple[str, str]]:
    """Parts of this file by the id of their link. Links that lead out of the file are left out."""
    part = file.part(f"{folder}/_rels/{name}.rels")
    found = {}
    for link in part if part is not None else ():
        target = link.get("Target") or ""
        if link.get("TargetMode") == "External" or not link.get("Id"):
            continue
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        found[str(link.get("Id"))] = ((link.get("Type") or "").rpartition("/")[2], path)
    return found


def _linked(links: dict[str, tuple[str, str]], kind: str) -> str | None:
    return next((path for what, path in links.values() if what == kind), None)


def _sheets(workbook: Element, links: dict[str, tuple[str, str]]) -> Iterator[_Sheet]:
    for node in workbook.iter():
        if _name(node) != "sheet":
            continue
        link = next((value for key, value in node.attrib.items() if key.rpartition("}")[2] == "id"), "")
        kind, path = links.get(link, ("", ""))
        if kind == "worksheet":
            yield _Sheet(node.get("name") or "", path, node.get("state", "visible") != "visible")


def _shared(file: packed.Packed, path: str) -> list[str]:
    if path not in file.names:
        return []
    target = _Strings()
    file.parse(path, target, most_bytes=MOST_SHEET_BYTES)
    return target.strings


def _formats(styles: Element | None) -> list[str]:
    """The format of each style of cells; empty for one that shows a number as it is."""
    if styles is None:
        return []
    own: dict[int, str] = {}
    found: list[str] = []
    for node in styles:
        if _name(node) == "numFmts":
            own.update((_whole(one.get("numFmtId")), one.get("formatCode") or "") for one in node)
        elif _name(node) == "cellXfs":
            found = [_format(_whole(one.get("numFmtId")), own) for one in node]
    return found


def _format(number: int, own: dict[int, str]) -> str:
    known = _DATES.get(number) or _NUMBERS.get(number) or _TIMES.get(number)
    return known or own.get(number, "")


def _beside(file: packed.Packed) -> Iterator[str]:
    for name in file.names:
        if re.match(r"xl/(?:comments|threadedComments/|drawings/)[^/]*\.xml$", name):
            part = file.part(name)
            if part is not None:
                yield "\n".join(_paragraphs(part))


def _paragraphs(part: Element) -> Iterator[str]:
    for node in part.iter():
        if _name(node) in {"p", "comment", "threadedComment"}:
            yield "".join(one.text or "" for one in node.iter() if _name(one) in {"t", "text"})


# --- what is parsed as it comes -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Strings:
    """Texts that cells share, without the reading aids that may stand above them."""

    strings: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    words: bool = False
    aids: int = 0
    letters: int = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "si":
            self.pieces = []
        elif name == "rPh":
            self.aids += 1
        elif name == "t":
            self.words = not self.aids

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name == "t":
            self.words = False
        elif name == "rPh":
            self.aids -= 1
        elif name == "si":
            self.strings.append("".join(self.pieces))
            if len(self.strings) > MOST_CELLS or self.letters > MOST_LETTERS:
                raise too_large()

    def data(self, words: str) -> None:
        if self.words:
            self.letters += len(words)
            self.pieces.append(words)

    def close(self) -> None:
        """The part is at its end."""


class _Cells:
    """The cells of one sheet that show something, its merged ranges, and what is printed around it."""

    def __init__(self, shared: list[str], formats: list[str], *, from_1904: bool, most: int) -> None:
        self.shared = shared
        self.formats = formats
        self.from_1904 = from_1904
        self.most = most
        self.cells: dict[int, dict[int, str]] = {}
        self.merged: list[tuple[int, int, int, int]] = []
        self.printed: list[str] = []
        self.unworked = False
        self.count = self.letters = 0
        self.row = self.column = 0
        self.kind = self.style = ""
        self.value: list[str] = []
        self.takes = ""
        self.formula = False

    # --- what the parser calls ------------------------------------------------------------------------------

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "c":
            self._begin(attributes)
        elif name == "row":
            self.row = _whole(attributes.get("r")) or self.row + 1
            self.column = 0
        elif name in {"v", "t", "oddHeader", "oddFooter", "firstHeader", "firstFooter"}:
            self.takes = name
            if name not in {"v", "t"}:
                self.value = []
        elif name == "f":
            self.formula = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name == "c":
            self._keep()
        elif name == self.takes:
            if name not in {"v", "t"}:
                self.printed.append(re.sub(r"&(?:[LCR]|\"[^\"]*\"|\d+|[A-Z])", "\n", "".join(self.value)))
            self.takes = ""

    def data(self, words: str) -> None:
        if self.takes:
            self.value.append(words)

    def close(self) -> None:
        """The sheet is at its end."""

    # --- cells ----------------------------------------------------------------------------------------------

    def _begin(self, attributes: dict[str, str]) -> None:
        place = _CELL.match(attributes.get("r", ""))
        self.column = _column(place.group(1)) if place else self.column + 1
        if place:
            self.row = int(place.group(2))
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.value = []
        self.formula = False

    def _keep(self) -> None:
        written = "".join(self.value)
        if self.formula and not written and self.kind not in {"s", "inlineStr"}:
            self.unworked = self.unworked or self.kind != "str"
        words = self._shown(written)
        if not words.strip():
            return
        self.count += 1
        self.letters += len(words)
        if self.count > self.most or self.letters > MOST_LETTERS:
            raise too_large()
        self.cells.setdefault(self.row, {})[self.column] = words

    def _shown(self, written: str) -> str:
        if self.kind == "s":
            place = _whole(written, -1)
            return self.shared[place] if 0 <= place < len(self.shared) else ""
        if self.kind in {"str", "inlineStr", "e"}:
            return written
        if self.kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(written.strip(), written)
        if self.kind == "d":
            stated = re.match(r"(\d{4})-(\d\d)-(\d\d)", written)
            return f"{stated.group(3)}/{stated.group(2)}/{stated.group(1)}" if stated else written
        place = _whole(self.style, -1)
        form = self.formats[place] if 0 <= place < len(self.formats) else ""
        return as_shown(written.strip(), form, from_1904=self.from_1904)

    def _merge(self, ref: str) -> None:
        corners = [_CELL.match(one) for one in ref.replace("$", "").split(":")]
        if len(corners) == 2 and corners[0] and corners[1]:
            (left, top), (right, bottom) = (
                (_column(corner.group(1)), int(corner.group(2))) for corner in (corners[0], corners[1])
            )
            self.merged.append((top, left, bottom, right))

    @property
    def columns(self) -> list[str]:
        """The letters of the columns that hold something."""
        return [letters_of(column) for column in sorted({column for row in self.cells.values() for column in row})]

    def rows(self) -> list[list[str]]:
        """The rows that hold something, by the columns that do; what a merged cell covers is marked."""
        used = sorted({column for row in self.cells.values() for column in row})
        numbers = sorted(self.cells)
        if len(used) > MOST_COLUMNS:
            return [[self.cells[number].get(column, "") for column in sorted(self.cells[number])] for number in numbers]
        places = {column: place for place, column in enumerate(used)}
        at = {number: place for place, number in enumerate(numbers)}
        rows = [[self.cells[number].get(column, "") for column in used] for number in numbers]
        covered = 0
        for top, left, bottom, right in self.merged:
            if top not in at or left not in places:
                continue
            columns = [place for column, place in places.items() if left <= column <= right]
            for row in range(at[top], len(rows)):
                if numbers[row] > bottom or covered > MOST_COVERED:
                    break
                for place in columns:
                    covered += 1
                    if row > at[top] or place > places[left]:
                        rows[row][place] = COVERED_ABOVE if place == places[left] else COVERED_LEFT
        return rows


# --- numbers and days as a cell shows them ------------------------------------------------------------------


def as_shown(written: str, form: str, *, from_1904: bool = False) -> str:
    """The number as its format shows it, as far as words need it: days, times, decimals, per cent, leading zeros."""
    try:
        number = float(written)
    except ValueError:
        return written
    if number != number or abs(number) > 1e15:
        return written
    section = form.split(";")[0]
    plain = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].', "", section).lower()
    before, after = (re.search(pattern, section) for pattern in (r'^(?:"[^"]*"|\\.)+', r'(?:"[^"]*"|\\.)+$'))
    said = [re.sub(r'["\\]', "", found.group()) if found else "" for found in (before, after)]
    if "general" not in plain and re.search(r"[dmyhs]", plain):
        shown = _moment(number, plain, from_1904=from_1904) or written
    elif "%" in plain:
        shown = f"{_decimals(number * 100, plain)}%"
    else:
        shown = _decimals(number, plain)
    return f"{said[0]}{shown}{said[1]}"


def _decimals(number: float, plain: str) -> str:
    decimals = re.search(r"\.(0+)", plain)
    if decimals:
        return f"{number:.{len(decimals.group(1))}f}"
    if number == int(number):
        zeros = re.fullmatch(r"0{2,}", plain.strip())
        return str(int(number)).zfill(len(zeros.group()) if zeros else 0)
    return f"{number:.15g}" if not re.fullmatch(r"[#,0]+", plain.strip()) else f"{number:.0f}"


def _moment(number: float, plain: str, *, from_1904: bool) -> str:
    """Days before months whatever the order in the format: a reader here would take 6/30 for a mistake."""
    if number < 0 or number > 2_958_465:
        return ""
    base = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)
    if not from_1904 and 0 < number < 60:
        # Excel counts a 29 February 1900 that never was.
        number += 1
    moment = base + timedelta(days=number) + timedelta(milliseconds=500)
    clock = f"{moment:%H:%M}" if re.search("h", plain) else ""
    month_alone = "m" in re.sub(r"h+:?m+|m+:?s+", "", plain)
    if "d" in plain and month_alone:
        day = f"{moment:%d/%m/%Y}" if "y" in plain else f"{moment:%d/%m}"
    elif month_alone and "y" in plain:
        day = f"{moment:%m/%Y}"
    elif "y" in plain:
        day = f"{moment:%Y}"
    elif month_alone:
        day = f"{moment:%m}"
    elif "d" in plain:
        day = f"{moment:%d}"
    else:
        day = ""
    return " ".join(part for part in (day, clock) if part)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def letters_of(number: int) -> str:
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _whole(value: str | None, default: int = 0) -> int:
    return int(value) if value and re.fullmatch(r"\d{1,9}", value) else default
