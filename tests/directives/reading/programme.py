"""
The demo's programme of 242 measures as a table, as offices write one: group rows, a lead merged over the measures below
it, coordinating bodies, time, product. The same rows as Word, PDF, Excel, web page and text.
"""

from __future__ import annotations

import html
import io
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from isotherm.directives.reading import CandidateTask, read_text
from isotherm.doors.cli.demo_texts import render
from tests.directives.reading.papers import FONTS, saved

DEMO = Path(__file__).parents[3] / "countries" / "vn" / "demo" / "directives" / "01-nq-01-chuong-trinh.txt"
ISSUED = date(2026, 1, 5)
HEADS = ("TT", "Nhiệm vụ, giải pháp", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời hạn", "Sản phẩm")
WIDTHS = (1.1, 7.5, 3.6, 3.4, 2.8, 4.2)


@dataclass(frozen=True)
class Row:
    """`lead` is empty where the merged cell above covers it; a group has words and nothing else."""

    number: str
    work: str
    lead: str = ""
    partners: str = ""
    time: str = ""
    product: str = ""
    group: bool = False
    leads_on: int = 1

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.number, self.work, self.lead, self.partners, self.time, self.product)


@cache
def twin() -> tuple[str, tuple[CandidateTask, ...]]:
    """The programme as text and the 242 measures that are read from it."""
    text = render(DEMO.read_text(encoding="utf-8"), ISSUED)
    found = tuple(one for one in read_text(text).candidates if not one.monitor)
    return text, found[:242]


def top() -> list[str]:
    return twin()[0].split("\n")[:12]


@cache
def rows() -> tuple[Row, ...]:
    text, measures = twin()
    found: list[Row] = []
    at = 0
    for line in text.split("\n"):
        begin, at = at, at + len(line) + 1
        number, _stop, words = line.partition(". ")
        if number and set(number) <= set("IVX") and words.isupper():
            found.append(Row(number, words, group=True))
        for one in measures:
            if begin <= one.start < at:
                found.append(
                    Row(
                        line.partition(".")[0],
                        one.action,
                        ", ".join(one.lead),
                        ", ".join(one.coordinate),
                        one.deadline_text or "",
                        one.product or "",
                    )
                )
    return tuple(_merged(found))


def _merged(found: list[Row]) -> list[Row]:
    """The leads of neighbours in one cell, as offices draw it."""
    out: list[Row] = []
    first = -1
    for row in found:
        if not row.group and first >= 0 and row.lead == out[first].lead:
            out[first] = replace(out[first], leads_on=out[first].leads_on + 1)
            out.append(replace(row, lead="", leads_on=0))
        else:
            out.append(row)
            first = -1 if row.group else len(out) - 1
    return out


def as_word(table: tuple[Row, ...] | None = None) -> bytes:
    document = Document()
    for line in [*top(), "PHỤ LỤC", "DANH MỤC NHIỆM VỤ, GIẢI PHÁP"]:
        document.add_paragraph(line)
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(_word_table(table or rows())))
    return saved(document)


def _word_table(table: tuple[Row, ...]) -> str:
    head = "".join(f"<w:tc><w:p><w:r><w:t>{escape(words)}</w:t></w:r></w:p></w:tc>" for words in HEADS)
    lines = [f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{head}</w:tr>"]
    for row in table:
        if row.group:
            lines.append(f"<w:tr>{_word_cell(row.number)}{_word_cell(row.work, wide=5)}</w:tr>")
            continue
        cells = [_word_cell(words) for words in row.cells]
        if row.leads_on != 1:
            cells[2] = _word_cell(row.lead, merge="restart" if row.lead else "continue")
        lines.append(f"<w:tr>{''.join(cells)}</w:tr>")
    grid = "".join("<w:gridCol/>" for _head in HEADS)
    return f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"


def _word_cell(words: str, *, wide: int = 1, merge: str = "") -> str:
    span = f'<w:gridSpan w:val="{wide}"/>' if wide > 1 else ""
    merged = f'<w:vMerge w:val="{merge}"/>' if merge == "restart" else "<w:vMerge/>" if merge else ""
    text = f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r>' if words else ""
    return f"<w:tc><w:tcPr>{span}{merged}</w:tcPr><w:p>{text}</w:p></w:tc>"


def as_excel(table: tuple[Row, ...] | None = None) -> bytes:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    sheet = book.add_worksheet("Phụ lục")
    for number, line in enumerate(top()):
        sheet.merge_range(number, 0, number, 5, line)
    at = 13
    for column, words in enumerate(HEADS):
        sheet.write(at, column, words)
    spans: list[tuple[int, int, str]] = []
    for row in table or rows():
        at += 1
        sheet.write(at, 0, int(row.number) if row.number.isdigit() else row.number)
        if row.group:
            sheet.merge_range(at, 1, at, 5, row.work)
            continue
        for column, words in enumerate(row.cells[1:], start=1):
            if words and (column != 2 or row.leads_on == 1):
                sheet.write_string(at, column, words)
        if row.leads_on > 1:
            spans.append((at, at + row.leads_on - 1, row.lead))
    for first, last, words in spans:
        sheet.merge_range(first, 2, last, 2, words)
    book.close()
    return held.getvalue()


def as_page(table: tuple[Row, ...] | None = None) -> bytes:
    lines = ["".join(f"<th>{html.escape(words)}</th>" for words in HEADS)]
    for row in table or rows():
        if row.group:
            lines.append(f'<td>{row.number}</td><td colspan="5"><b>{html.escape(row.work)}</b></td>')
            continue
        cells = []
        for column, words in enumerate(row.cells):
            if column == 2 and row.leads_on == 0:
                continue
            span = f' rowspan="{row.leads_on}"' if column == 2 and row.leads_on > 1 else ""
            cells.append(f"<td{span}><p>{html.escape(words)}</p></td>")
        lines.append("".join(cells))
    body = "".join(f"<p>{html.escape(line)}</p>\n" for line in top())
    drawn = "\n".join(f"<tr>{line}</tr>" for line in lines)
    head = '<!doctype html><html><head><meta charset="utf-8"></head>'
    return f"{head}<body>{body}<table>{drawn}</table></body></html>".encode()


def as_pdf(
    table: tuple[Row, ...] | None = None, *, ruled: bool = True, landscape: bool = True, size: int = 11
) -> bytes:
    import typst

    cells = []
    for row in table or rows():
        if row.group:
            cells.append(f"[{_typst(row.number)}], table.cell(colspan: 5)[*{_typst(row.work)}*]")
            continue
        drawn = [f"[{_typst(words)}]" for words in row.cells]
        if row.leads_on == 0:
            del drawn[2]
        elif row.leads_on > 1:
            drawn[2] = f"table.cell(rowspan: {row.leads_on})[{_typst(row.lead)}]"
        cells.append(", ".join(drawn))
    widths = ", ".join(f"{width}fr" for width in WIDTHS)
    head = ", ".join(f"[*{words}*]" for words in HEADS)
    source = "\n".join(
        [
            f'#set page(paper: "a4", flipped: {str(landscape).lower()}, margin: 1.8cm, numbering: "1")',
            f"#set text(size: {size}pt)",
            *(f"{_typst(line)}\n" for line in top()),
            "PHỤ LỤC\n\nDANH MỤC NHIỆM VỤ, GIẢI PHÁP\n",
            f"#table(columns: ({widths}), {'' if ruled else 'stroke: none, '}inset: 4pt,",
            f"table.header({head}),",
            ",\n".join(cells),
            ")",
        ]
    )
    folders = [str(Path(font).parent) for font in FONTS if Path(font).exists()]
    made = typst.compile(source.encode(), font_paths=folders)
    assert isinstance(made, bytes)
    return made


def _typst(words: str) -> str:
    return "#text(" + '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '")' if words else ""
