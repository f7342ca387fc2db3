"""The list of what a text leaves open, away from its page: as a Word document and as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

from django.http import HttpResponse
from docx import Document as new_paper
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from isotherm.directives.coverage import STANDINGS, Coverage, Work
from isotherm.doors.web import formats
from isotherm.doors.web.page import now
from isotherm.doors.web.task_files import DOCX
from isotherm.doors.web.workbook import Column, plain_name, workbook
from isotherm.words import _, ngettext


@dataclass(frozen=True, slots=True)
class Head:
    """`name` of the file, and what stands above the list."""

    name: str
    symbol: str
    subject: str

    @property
    def title(self) -> str:
        return ": ".join(part for part in (self.symbol, self.subject) if part) or _("A draft")


def xlsx(head: Head, found: Coverage) -> HttpResponse:
    """One row for each clause given to nobody and for each unclear point; then every clause with what it is."""
    rows: list[Sequence[object]] = [
        (str(STANDINGS["unassigned"]), clause.label, "", clause.words, "", _("Who leads is not named."), "")
        for clause in found.of("unassigned")
    ]
    rows += [
        (gap.words, work.clause, work.number, work.words, "; ".join(work.lead), gap.why, gap.write)
        for work in found.works
        for gap in work.gaps
    ]
    taken = {"unassigned"}
    rows += [
        (str(STANDINGS[clause.standing]), clause.label, "", clause.words, "", "", "")
        for clause in found.clauses
        if clause.standing not in taken
    ]
    return workbook(
        f"{head.name}-coverage",
        title=head.title,
        notes=[*summary(found), _("As of %(moment)s") % {"moment": f"{now():%d/%m/%Y}"}],
        columns=[
            Column(_("What it is, or what is not clear"), 24),
            Column(_("Clause"), 20),
            Column(_("Task"), 8),
            Column(_("Words of the text"), 70),
            Column(_("Lead"), 28),
            Column(_("Why"), 40),
            Column(_("Write"), 40),
        ],
        rows=rows,
    )


def summary(found: Coverage) -> list[str]:
    """The same sentences as on the page."""
    counts = found.counts
    said = [f"{STANDINGS[standing]}: {formats.number(n)}" for standing, n in counts.items() if n]
    unclear = len(found.unclear)
    return [
        "; ".join(said),
        ngettext(
            "%(num)s task does not say who, what, by when or with which product.",
            "%(num)s tasks do not say who, what, by when or with which product.",
            unclear,
        )
        % {"num": formats.number(unclear)},
    ]


def docx(head: Head, found: Coverage) -> HttpResponse:
    """In the layout of official papers: A4, Times, 13 points (Decree 30/2020, Appendix I)."""
    paper = new_paper()
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.top_margin = section.bottom_margin = section.right_margin = Cm(2)
    section.left_margin = Cm(3)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    _line(paper, _("Clauses and six clear points").upper(), bold=True, centred=True)
    _line(paper, head.title, bold=True, centred=True)
    for sentence in summary(found):
        _line(paper, sentence)
    loose = found.of("unassigned")
    if loose:
        _line(paper, f"{STANDINGS['unassigned']} ({formats.number(len(loose))})", bold=True)
        _table(paper, [_("Clause"), _("Words of the text")], [(one.label, one.words) for one in loose], (4, 20))
    unclear = [work for work in found.works if work.gaps]
    if unclear:
        _line(paper, f"{_('What the tasks leave unclear')} ({formats.number(len(unclear))})", bold=True)
        heads = [_("Clause"), _("Words of the text"), _("What is not clear"), _("Write")]
        _table(paper, heads, [_row(work) for work in unclear], (3, 8, 6.5, 6.5))
    held = BytesIO()
    paper.save(held)
    response = HttpResponse(held.getvalue(), content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="{plain_name(head.name)}-coverage.docx"'
    response["Cache-Control"] = "no-store"
    return response


def _row(work: Work) -> tuple[str, str, str, str]:
    return (
        f"{work.clause} ({work.number})",
        work.words,
        "\n".join(f"{gap.words}: {gap.why}" for gap in work.gaps),
        "\n".join(gap.write for gap in work.gaps),
    )


def _line(paper: Paper, words: str, *, bold: bool = False, centred: bool = False) -> None:
    line = paper.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    line.paragraph_format.space_after = Pt(6)
    line.add_run(formats.printable(words)).bold = bold


def _table(paper: Paper, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    table = paper.add_table(rows=1, cols=len(heads), style="Table Grid")
    for at, words in enumerate(heads):
        table.rows[0].cells[at].paragraphs[0].add_run(words).bold = True
    for row in rows:
        cells = table.add_row().cells
        for at, words in enumerate(row):
            cells[at].text = formats.printable(words)
    for at, width in enumerate(widths):
        for cell in table.columns[at].cells:
            cell.width = Cm(width)


FORMS: dict[str, Callable[[Head, Coverage], HttpResponse]] = {"xlsx": xlsx, "docx": docx}
