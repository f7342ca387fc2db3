"""
A .docx is a zip of XML. Both are read with limits: number of entries, size when unpacked, ratio; no DTD, no entities,
no link followed, no macro run. Numbers that Word would print for its lists are restored.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from isotherm.directives.reading.encodings import converted, from_tcvn3, from_vni, tidy
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

MOST_ENTRIES = 3000
MOST_BYTES = 150 * 1024 * 1024
MOST_XML_BYTES = 32 * 1024 * 1024
MOST_RATIO = 150
RATIO_FROM = 8 * 1024 * 1024
MOST_PICTURES = 4
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_VIETNAMESE_LETTERS = "abcdđeghiklmnopqrstuvxy"


@dataclass(slots=True)
class Word:
    """The text of the body, of the margins (page headers, text boxes, notes), and pictures that may carry a stamp."""

    text: str
    margins: list[str]
    pictures: list[bytes]
    macros: bool = False


def is_zip_of_word(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(name.startswith("word/") for name in archive.namelist()[: MOST_ENTRIES + 1])
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def read_word(content: bytes) -> Word:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(archive)
            return _read(archive)
    except DefusedXmlException:
        raise NotAccepted(
            lazy("This Word file contains declarations that no Word file needs and that can harm a reader."),
            remedy=lazy("Save it again from Word as .docx and hand in the new file."),
        ) from None
    except (
        zipfile.BadZipFile,
        ParseError,
        KeyError,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        RecursionError,
        LookupError,
    ):
        raise damaged() from None
    except Exception as broken:
        if type(broken).__module__ in {"zlib", "_lzma", "lzma", "_bz2"}:
            raise damaged() from None
        raise


def damaged() -> NotAccepted:
    return NotAccepted(
        lazy("This Word file is damaged and cannot be opened."),
        remedy=lazy("Open it in Word, save it again as .docx and hand in the new file."),
    )


def bomb() -> NotAccepted:
    return NotAccepted(
        lazy("This file unpacks to far more than a document needs; it looks made to exhaust the machine."),
        remedy=lazy("Save the document again as .docx, without very large pictures, and hand in the new file."),
    )


def _refuse_bomb(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    too_dense = unpacked > RATIO_FROM and unpacked / packed > MOST_RATIO
    dense_entry = any(e.file_size > RATIO_FROM and e.file_size / max(e.compress_size, 1) > MOST_RATIO for e in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_BYTES or too_dense or dense_entry:
        raise bomb()


def _part(archive: zipfile.ZipFile, name: str) -> Element | None:
    try:
        entry = archive.getinfo(name)
    except KeyError:
        return None
    if entry.file_size > MOST_XML_BYTES:
        raise bomb()
    with archive.open(entry) as stream:
        data = stream.read(MOST_XML_BYTES + 1)
    if len(data) > MOST_XML_BYTES:
        raise bomb()
    root: Element = fromstring(data, forbid_dtd=True)
    return root


def _read(archive: zipfile.ZipFile) -> Word:
    document = _part(archive, "word/document.xml")
    if document is None:
        raise damaged()
    names = archive.namelist()
    numbering = _Numbering(_part(archive, "word/numbering.xml"), _part(archive, "word/styles.xml"))
    boxes: list[str] = []
    body = document.find(f"{_W}body")
    lines = list(_blocks(body, numbering, boxes)) if body is not None else []
    margins = [*boxes]
    for name in names:
        if re.match(r"word/(header|footer|footnotes|endnotes|comments)\d*\.xml$", name):
            part = _part(archive, name)
            if part is not None:
                inner: list[str] = []
                margins.append("\n".join(_blocks(part, _Numbering(None, None), inner, deep=True)))
                margins.extend(inner)
    return Word(
        text=tidy(converted("\n".join(lines))),
        margins=[tidy(_leniently(margin)) for margin in margins if margin.strip()],
        pictures=list(_pictures(archive)),
        macros="word/vbaProject.bin" in names,
    )


def _leniently(text: str) -> str:
    try:
        return converted(text)
    except NotAccepted:
        return text


def _pictures(archive: zipfile.ZipFile) -> Iterator[bytes]:
    found = [
        e
        for e in archive.infolist()
        if re.match(r"word/media/.+\.(png|jpe?g|tiff?|bmp|gif)$", e.filename, re.IGNORECASE)
    ]
    for entry in found[:MOST_PICTURES]:
        if 500 < entry.file_size < 20 * 1024 * 1024:
            yield archive.read(entry)


def _blocks(parent: Element, numbering: _Numbering, boxes: list[str], *, deep: bool = False) -> Iterator[str]:
    for child in parent:
        if child.tag == f"{_W}p":
            text = _paragraph(child, boxes)
            label = numbering.label(child) if text.strip() else ""
            yield f"{label} {text.lstrip()}" if label else text
        elif child.tag == f"{_W}tbl":
            yield from _table(child, numbering, boxes)
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"} or (
            deep and child.tag in {f"{_W}footnote", f"{_W}endnote", f"{_W}comment"}
        ):
            yield from _blocks(child, numbering, boxes, deep=deep)


def _table(table: Element, numbering: _Numbering, boxes: list[str]) -> Iterator[str]:
    rows = list(table.iter(f"{_W}tr")) if not _has_table_inside(table) else list(table.findall(f"{_W}tr"))
    read = [
        [[line for line in _blocks(cell, numbering, boxes) if line.strip()] for cell in row.findall(f"{_W}tc")]
        for row in rows
    ]
    # The head of a paper and its signature are laid out in a table without lines: those cells are read one by one.
    laid_out = (
        len(read) <= 3 and all(len(row) <= 3 for row in read) and any(len(cell) > 1 for row in read for cell in row)
    )
    for row in read:
        if laid_out:
            for cell in row:
                yield from cell
        else:
            yield " | ".join(" ".join(" ".join(cell).split()) for cell in row)


def _has_table_inside(table: Element) -> bool:
    return sum(1 for _inner in table.iter(f"{_W}tbl")) > 1


def _paragraph(paragraph: Element, boxes: list[str]) -> str:
    pieces: list[str] = []
    _collect(paragraph, pieces, boxes)
    return "".join(pieces)


def _collect(node: Element, pieces: list[str], boxes: list[str]) -> None:
    for child in node:
        tag = child.tag
        if tag == f"{_W}r":
            _run(child, pieces, boxes)
        elif tag in {f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_MC}Fallback"}:
            continue
        else:
            _collect(child, pieces, boxes)


def _run(run: Element, pieces: list[str], boxes: list[str]) -> None:
    properties = run.find(f"{_W}rPr")
    if properties is not None and properties.find(f"{_W}vanish") is not None:
        return
    font = _font(properties)
    caps = properties is not None and properties.find(f"{_W}caps") is not None
    for child in run:
        if child.tag == f"{_W}t":
            text = _in_font(child.text or "", font)
            pieces.append(text.upper() if caps else text)
        elif child.tag == f"{_W}tab":
            pieces.append("\t")
        elif child.tag in {f"{_W}br", f"{_W}cr"}:
            pieces.append("\n")
        elif child.tag == f"{_W}noBreakHyphen":
            pieces.append("-")
        elif child.tag not in {f"{_W}rPr", f"{_W}instrText", f"{_W}delText"}:
            _boxed(child, boxes)


def _boxed(node: Element, boxes: list[str]) -> None:
    """Text boxes are kept apart: stamps and marks stand there."""
    for inner in node.iter(f"{_W}txbxContent"):
        boxes.append("\n".join("".join(t.text or "" for t in p.iter(f"{_W}t")) for p in inner.iter(f"{_W}p")))
    for shape in node.iter():
        if shape.tag.endswith("}textpath") and shape.get("string"):
            boxes.append(str(shape.get("string")))


def _font(properties: Element | None) -> str:
    fonts = properties.find(f"{_W}rFonts") if properties is not None else None
    return (fonts.get(f"{_W}ascii") or fonts.get(f"{_W}hAnsi") or "") if fonts is not None else ""


def _in_font(text: str, font: str) -> str:
    if text.isascii() and not font.startswith(".Vn"):
        return text
    if font.startswith(".Vn"):
        made = from_tcvn3(text)
        return made.upper() if font.rstrip().endswith("H") else made
    return from_vni(text) if font.upper().startswith("VNI") else text


@dataclass(slots=True)
class _Level:
    form: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass(slots=True)
class _Numbering:
    """Restores "1.", "a)", "-" that Word computes and does not store."""

    numbering: Element | None
    styles: Element | None
    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    by_style: dict[str, tuple[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.numbering is not None:
            self._lists(self.numbering)
        if self.styles is not None:
            for style in self.styles.iter(f"{_W}style"):
                found = _list_of(style.find(f"{_W}pPr"))
                if found and style.get(f"{_W}styleId"):
                    self.by_style[str(style.get(f"{_W}styleId"))] = found

    def _lists(self, numbering: Element) -> None:
        for abstract in numbering.iter(f"{_W}abstractNum"):
            levels = {}
            for level in abstract.iter(f"{_W}lvl"):
                levels[_number(level.get(f"{_W}ilvl"), 0)] = _Level(
                    form=_value(level, "numFmt") or "decimal",
                    text=_value(level, "lvlText") or "",
                    start=_number(_value(level, "start"), 1),
                )
            self.levels[abstract.get(f"{_W}abstractNumId") or ""] = levels
        for num in numbering.iter(f"{_W}num"):
            identity = num.get(f"{_W}numId") or ""
            self.abstract[identity] = _value(num, "abstractNumId") or ""
            for override in num.iter(f"{_W}lvlOverride"):
                start = _value(override, "startOverride")
                if start is not None:
                    self.starts[(identity, _number(override.get(f"{_W}ilvl"), 0))] = _number(start, 1)

    def label(self, paragraph: Element) -> str:
        properties = paragraph.find(f"{_W}pPr")
        found = _list_of(properties)
        if found is None and properties is not None:
            style = properties.find(f"{_W}pStyle")
            found = self.by_style.get(style.get(f"{_W}val") or "") if style is not None else None
        if found is None or found[0] == "0":
            return ""
        identity, depth = found
        levels = self.levels.get(self.abstract.get(identity, ""), {})
        level = levels.get(depth)
        if level is None or level.form == "none":
            return ""
        if level.form == "bullet":
            return "-" if level.text.strip() in {"", "-", "–"} else ("+" if level.text.strip() == "+" else "-")
        key = identity if any(one[0] == identity for one in self.starts) else self.abstract.get(identity, "")
        counts = self.counts.setdefault(key, {})
        begin = self.starts.get((identity, depth), level.start)
        counts[depth] = counts.get(depth, begin - 1) + 1
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        return re.sub(r"%(\d)", lambda found: self._shown(levels, counts, int(found.group(1)) - 1), level.text).strip()

    def _shown(self, levels: dict[int, _Level], counts: dict[int, int], depth: int) -> str:
        level = levels.get(depth, _Level())
        number = counts.get(depth, level.start)
        return shown(number, level.form)


def shown(number: int, form: str) -> str:
    if form in {"lowerLetter", "upperLetter"} and number > 0:
        letters = _VIETNAMESE_LETTERS
        letter = letters[(number - 1) % len(letters)]
        return letter.upper() if form == "upperLetter" else letter
    if form in {"lowerRoman", "upperRoman"} and 0 < number < 4000:
        out, rest = "", number
        for value, sign in (
            (1000, "M"),
            (900, "CM"),
            (500, "D"),
            (400, "CD"),
            (100, "C"),
            (90, "XC"),
            (50, "L"),
            (40, "XL"),
            (10, "X"),
            (9, "IX"),
            (5, "V"),
            (4, "IV"),
            (1, "I"),
        ):
            while rest >= value:
                out, rest = out + sign, rest - value
        return out if form == "upperRoman" else out.lower()
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _list_of(properties: Element | None) -> tuple[str, int] | None:
    numbered = properties.find(f"{_W}numPr") if properties is not None else None
    if numbered is None:
        return None
    identity = _value(numbered, "numId")
    return (identity, _number(_value(numbered, "ilvl"), 0)) if identity else None


def _value(node: Element, name: str) -> str | None:
    found = node.find(f"{_W}{name}")
    return found.get(f"{_W}val") if found is not None else None


def _number(value: str | None, default: int) -> int:
    return int(value) if value and re.fullmatch(r"-?\d{1,6}", value) else default
