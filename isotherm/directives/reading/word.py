"""
A .docx: its paragraphs with the numbers that Word would print, its tables as rows (`grid.py`), text boxes and notes
after the paragraph to which they belong. Deleted and hidden words are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from isotherm.directives.columns import MOST_COLUMNS
from isotherm.directives.letters import like
from isotherm.directives.reading import packed
from isotherm.directives.reading.encodings import converted, from_tcvn3, from_vni, tidy
from isotherm.directives.reading.grid import COVERED_ABOVE, COVERED_LEFT, lines_of
from isotherm.directives.reading.numbering import Numbering, W, number_of
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

MOST_PICTURES = 4
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_AROUND = {f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
_NOTED = {f"{W}{name}" for name in ("footnote", "endnote", "comment")}
_GONE = {f"{W}del", f"{W}moveFrom", f"{W}pPr"}
_NATIONAL = re.compile(r"cộng hòa xã hội chủ nghĩa việt nam|socialist republic of viet ?nam")


@dataclass(slots=True)
class Word:
    """The text of the body, of the margins (page headers, text boxes, notes), and pictures that may carry a stamp."""

    text: str
    margins: list[str]
    pictures: list[bytes]
    macros: bool = False
    embedded: bool = False


def is_zip_of_word(content: bytes) -> bool:
    return packed.holds(content, "word/")


def read_word(content: bytes) -> Word:
    with packed.opened(content, otherwise=damaged()) as file:
        return _read(file)


def damaged() -> NotAccepted:
    return NotAccepted(
        lazy("This Word file is damaged and cannot be opened."),
        remedy=lazy("Open it in Word, save it again as .docx and hand in the new file."),
    )


def _read(file: packed.Packed) -> Word:
    document = file.part("word/document.xml")
    if document is None:
        raise damaged()
    names = file.names
    paper = _Paper(
        Numbering(file.part("word/numbering.xml"), file.part("word/styles.xml")),
        {kind: file.part(f"word/{kind}s.xml") for kind in ("footnote", "endnote")},
    )
    body = document.find(f"{W}body")
    lines = list(paper.blocks(body)) if body is not None else []
    margins = list(paper.boxes)
    heads: list[str] = []
    for name in names:
        found = re.match(r"word/(header|footer|footnotes|endnotes|comments)\d*\.xml$", name)
        part = file.part(name) if found else None
        if found and part is not None:
            aside = _Paper(Numbering(), {})
            words = "\n".join(aside.blocks(part))
            margins += [words, *aside.boxes]
            if found.group(1) == "header" and _NATIONAL.search(like(words)):
                heads.append(words)
    # Some offices keep the head of the paper in the header of its first page.
    if heads and not _NATIONAL.search(like("\n".join(lines[:40]))):
        lines.insert(0, max(heads, key=len))
    return Word(
        text=tidy(converted("\n".join(lines))),
        margins=[tidy(_leniently(margin)) for margin in margins if margin.strip()],
        pictures=list(file.pictures("word/", most=MOST_PICTURES)),
        macros="word/vbaProject.bin" in names,
        embedded=any(name.startswith("word/embeddings/") for name in names)
        or next(document.iter(f"{W}altChunk"), None) is not None,
    )


def _leniently(text: str) -> str:
    try:
        return converted(text)
    except NotAccepted:
        return text


class _Paper:
    """One part of the file. `boxes` gathers the text boxes: stamps and marks stand there."""

    def __init__(self, numbering: Numbering, notes: dict[str, Element | None]) -> None:
        self.numbering = numbering
        self.notes = {
            (kind, note.get(f"{W}id")): note
            for kind, part in notes.items()
            if part is not None
            for note in part.findall(f"{W}{kind}")
            if note.get(f"{W}type") in {None, "normal"}
        }
        self.boxes: list[str] = []
        self.told = 0
        self.aside: list[str] = []

    def blocks(self, parent: Element, *, in_cell: bool = False) -> Iterator[str]:
        for child in parent:
            if child.tag == f"{W}p":
                yield from self._paragraph(child, in_cell=in_cell)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif child.tag in _AROUND or child.tag in _NOTED:
                yield from self.blocks(child, in_cell=in_cell)
            if not in_cell:
                yield from self._asides()

    def _asides(self) -> list[str]:
        said, self.aside = self.aside, []
        return said

    def _paragraph(self, paragraph: Element, *, in_cell: bool) -> Iterator[str]:
        pieces: list[str] = []
        self._collect(paragraph, pieces)
        text = "".join(pieces)
        label = self.numbering.label(paragraph)
        if label and text.strip():
            yield f"{label} {text.lstrip()}"
        elif label and in_cell:
            # Word prints the number of an empty paragraph, too: the first column of many tables is nothing else.
            yield label
        else:
            yield text

    def _table(self, table: Element) -> Iterator[str]:
        rows = []
        for row in _inside(table, f"{W}tr"):
            properties = row.find(f"{W}trPr")
            if properties is None or properties.find(f"{W}del") is None:
                rows.append(self._row(row, properties))
        yield from lines_of(rows)

    def _row(self, row: Element, properties: Element | None) -> list[str]:
        before = _number(properties, "gridBefore", 0)
        cells = [""] * max(0, min(before, MOST_COLUMNS))
        for cell in _inside(row, f"{W}tc"):
            own = cell.find(f"{W}tcPr")
            lines = [line for line in self.blocks(cell, in_cell=True) if line.strip()]
            text = "\n".join(lines)
            if own is not None and _merged(own, "hMerge"):
                text = COVERED_LEFT
            elif own is not None and _merged(own, "vMerge"):
                text = COVERED_ABOVE
            cells.append(text)
            wide = max(1, min(_number(own, "gridSpan", 1), MOST_COLUMNS - len(cells) + 1))
            cells.extend([COVERED_LEFT] * (wide - 1))
        return cells

    def _collect(self, node: Element, pieces: list[str]) -> None:
        for child in node:
            if child.tag == f"{W}r":
                self._run(child, pieces)
            elif child.tag == _MATH:
                pieces.append(child.text or "")
            elif child.tag == f"{_MC}AlternateContent":
                self._either(child)
            elif child.tag not in _GONE:
                self._collect(child, pieces)

    def _run(self, run: Element, pieces: list[str]) -> None:
        properties = run.find(f"{W}rPr")
        if properties is not None and properties.find(f"{W}vanish") is not None:
            return
        font = _font(properties)
        caps = properties is not None and properties.find(f"{W}caps") is not None
        for child in run:
            if child.tag == f"{W}t":
                text = _in_font(child.text or "", font)
                pieces.append(text.upper() if caps else text)
            elif child.tag in {f"{W}tab", f"{W}ptab"}:
                pieces.append("\t")
            elif child.tag in {f"{W}br", f"{W}cr"}:
                pieces.append("\n")
            elif child.tag == f"{W}noBreakHyphen":
                pieces.append("-")
            elif child.tag in {f"{W}footnoteReference", f"{W}endnoteReference"}:
                self._note(child)
            elif child.tag == f"{_MC}AlternateContent":
                self._either(child)
            elif child.tag not in {f"{W}rPr", f"{W}instrText", f"{W}delText"}:
                self._boxed(child)

    def _note(self, reference: Element) -> None:
        kind = reference.tag.removeprefix(W).removesuffix("Reference")
        note = self.notes.pop((kind, reference.get(f"{W}id")), None)
        if note is None:
            return
        self.told += 1
        words = " ".join(" ".join(self.blocks(note, in_cell=True)).split())
        if words:
            self.aside.append(f"[{self.told}] {words}")

    def _either(self, alternatives: Element) -> None:
        """The same box twice, for newer and for older programs."""
        for name in ("Choice", "Fallback"):
            before = len(self.boxes)
            for alternative in alternatives.findall(f"{_MC}{name}"):
                self._boxed(alternative)
            if len(self.boxes) > before:
                return

    def _boxed(self, node: Element) -> None:
        """Text boxes stand beside the text: marks and stamps, but also the number or the whole head of a paper."""
        if node.tag == f"{_MC}AlternateContent":
            self._either(node)
            return
        if node.tag == f"{W}txbxContent":
            lines = [line for line in self.blocks(node, in_cell=True) if line.strip()]
            if lines:
                self.boxes.append("\n".join(lines))
                self.aside.extend(lines)
            return
        if node.tag.endswith("}textpath") and node.get("string"):
            self.boxes.append(str(node.get("string")))
        for child in node:
            self._boxed(child)


def _inside(parent: Element, tag: str) -> Iterator[Element]:
    """Rows of a table and cells of a row may be wrapped in controls and kept insertions."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _AROUND:
            yield from _inside(child, tag)


def _merged(properties: Element, name: str) -> bool:
    """Whether the cell goes on with the one before it."""
    found = properties.find(f"{W}{name}")
    return found is not None and found.get(f"{W}val", "continue") == "continue"


def _number(properties: Element | None, name: str, default: int) -> int:
    found = properties.find(f"{W}{name}") if properties is not None else None
    return number_of(found.get(f"{W}val"), default) if found is not None else default


def _font(properties: Element | None) -> str:
    fonts = properties.find(f"{W}rFonts") if properties is not None else None
    return (fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or "") if fonts is not None else ""


def _in_font(text: str, font: str) -> str:
    if text.isascii() and not font.startswith(".Vn"):
        return text
    if font.startswith(".Vn"):
        made = from_tcvn3(text)
        return made.upper() if font.rstrip().endswith("H") else made
    return from_vni(text) if font.upper().startswith("VNI") else text
