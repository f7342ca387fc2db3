"""A document's tasks as a Word file across A4: its heading above, one row a task, the table's head on every page."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx import Document as new_document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from isotherm.directives.exchange.listing import Line, Listing, deadline_words, recurrence_words, state_words, writable
from isotherm.words import _

FONT = "Times New Roman"
SHADE, RULE = "EEF2F6", "B8C0CC"
SOFT = RGBColor(0x5B, 0x64, 0x70)
_PAGE = (Cm(29.7), Cm(21.0))
_WIDTHS = (1.2, 2.3, 7.6, 3.5, 3.0, 2.6, 2.6, 2.6, 2.5)
_FACT_WIDTHS = (4.0, 23.9)


def document(listing: Listing) -> bytes:
    paper = new_document()
    _lay(paper, listing)
    title = paper.add_paragraph()
    _say(title, listing.title, size=15, bold=True)
    facts = _table(paper, _FACT_WIDTHS, bordered=False)
    for name, value in listing.facts():
        _fill(facts, [[(name, {"soft": True})], [(value, {"bold": True})]], size=11)
    for note in listing.notes():
        _say(paper.add_paragraph(), note, size=10, italic=True, soft=True)
    if listing.lines:
        tasks = _table(paper, _WIDTHS, bordered=True)
        _head(tasks, _heads())
        for line in listing.lines:
            _fill(tasks, _cells(line), size=9)
    held = BytesIO()
    paper.save(held)
    return held.getvalue()


def _heads() -> list[str]:
    return [
        _("No."),
        _("Clause"),
        _("The work"),
        _("Lead"),
        _("Coordinating"),
        _("Deadline"),
        _("Product"),
        _("Six clear points"),
        _("Confidence and doubts"),
    ]


def _cells(line: Line) -> list[list[tuple[str, dict[str, Any]]]]:
    """Each cell as paragraphs: words and how they are set."""
    six = len(line.clear) - len(line.unclear)
    deadline = [
        (deadline_words(line), {"bold": True}),
        (line.deadline_text, {}),
        (recurrence_words(line.recurrence), {"italic": True}),
    ]
    clear: list[tuple[str, dict[str, Any]]] = [(_("%(count)s of 6 clear") % {"count": six}, {})]
    if line.unclear:
        missing = ", ".join(line.unclear)
        clear.append((_("missing: %(points)s") % {"points": missing}, {"soft": True}))
    trust: list[tuple[str, dict[str, Any]]] = [(state_words(line.state) or f"{round(line.confidence * 100)}%", {})]
    return [
        [(str(line.number), {"centre": True})],
        [(line.clause, {})],
        [(line.work, {})],
        [("; ".join(line.lead), {})],
        [("; ".join(line.coordinate), {})],
        [part for part in deadline if part[0]],
        [(line.product, {})],
        clear,
        [*trust, *[(doubt, {"soft": True}) for doubt in line.doubts]],
    ]


def _lay(paper: Any, listing: Listing) -> None:
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = _PAGE
    section.left_margin = section.right_margin = Cm(0.9)
    section.top_margin, section.bottom_margin = Cm(1.3), Cm(1.3)
    section.footer_distance = Cm(0.6)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(2)
    properties = paper.core_properties
    properties.title, properties.author = writable(listing.title)[:250], "Isotherm"
    properties.subject, properties.comments = writable(listing.subject)[:250], ""
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _say(foot, f"{listing.name} · ", size=9, soft=True)
    _field(foot, "PAGE")
    _say(foot, "/", size=9, soft=True)
    _field(foot, "NUMPAGES")


def _table(paper: Any, widths: Sequence[float], *, bordered: bool) -> Any:
    table = paper.add_table(rows=0, cols=len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    if bordered:
        borders = OxmlElement("w:tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            line = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", RULE)):
                line.set(qn(f"w:{name}"), value)
            borders.append(line)
        table._tbl.tblPr.append(borders)
    return table


def _head(table: Any, words: Sequence[str]) -> None:
    _fill(table, [[(word, {"bold": True, "centre": True})] for word in words], size=9)
    row = table.rows[0]
    again = OxmlElement("w:tblHeader")
    again.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(again)
    for cell in row.cells:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)


def _fill(table: Any, cells: Sequence[Sequence[tuple[str, dict[str, Any]]]], *, size: float) -> None:
    """A row; it is never broken between two pages."""
    row = table.add_row()
    whole = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(whole)
    for at, (paragraphs, cell) in enumerate(zip(cells, row.cells, strict=True)):
        cell.width = table.columns[at].width
        for number, (words, how) in enumerate(paragraphs):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            if how.get("centre"):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _say(paragraph, words, size=size, **{name: value for name, value in how.items() if name != "centre"})


def _say(
    paragraph: Any, words: str, *, size: float, bold: bool = False, italic: bool = False, soft: bool = False
) -> None:
    run = paragraph.add_run(writable(words))
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    if soft:
        run.font.color.rgb = SOFT


def _field(paragraph: Any, name: str) -> None:
    """A number that Word itself reckons: this page, all pages."""
    for kind, words in (("begin", ""), ("", name), ("end", "")):
        run = paragraph.add_run()
        run.font.size, run.font.color.rgb = Pt(9), SOFT
        part = OxmlElement("w:instrText" if words else "w:fldChar")
        if words:
            part.text = words
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)
