"""Minutes of handing a post over: the list, the page that both sign, and the printed minutes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import typst
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import path
from docx import Document as new_paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from isotherm.accounts import roster
from isotherm.accounts.models import Person, Post
from isotherm.doors.web import formats
from isotherm.doors.web.desk import DECISIONS
from isotherm.doors.web.forms import posts as forms
from isotherm.doors.web.leaving import lines_of, persons_of, state_of
from isotherm.doors.web.names import brief
from isotherm.doors.web.offers import Offer, hand_in
from isotherm.doors.web.page import DeskRequest, language, now, show, signed_in
from isotherm.doors.web.task_files import DOCX
from isotherm.execution import hand_over
from isotherm.execution.acts import hand_over as acts
from isotherm.execution.hand_over import Item
from isotherm.execution.models import HandOver
from isotherm.refusals import OutOfReach
from isotherm.units import queries as unit_queries
from isotherm.words import _, lazy

HERE = Path(__file__).resolve().parent
FONTS = HERE / "static" / "fonts" / "ttf"
PAGE_ROWS = 40
KINDS = {
    **DECISIONS,
    "at_desk": lazy("Tasks assigned to the post"),
    "unassigned": lazy("Tasks that no post has been given"),
    "prepared": lazy("Draft waiting for approval"),
    "division": lazy("Duties of a divided body to give to an heir"),
}


@signed_in
def page(request: DeskRequest) -> HttpResponse:
    """What waits for the reader's own signature first, then what her bodies have open, then what is signed."""
    actor = request.actor
    mine = {one.pk for one in hand_over.to_sign(actor)}
    found = sorted(
        hand_over.visible(actor),
        key=lambda one: (one.pk not in mine, one.leaver_signed_at is not None and one.receiver_signed_at is not None),
    )
    shown = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "rows": lines_of(list(shown), actor.day),
        "mine": mine,
        "unsigned": sum(one.leaver_signed_at is None or one.receiver_signed_at is None for one in found),
    }
    return show(request, "hand_overs/page.html", context)


@signed_in
def one(request: DeskRequest, number: int) -> HttpResponse:
    minutes = hand_over.hand_over_for(request.actor, number)
    handed = hand_in(request, lambda data: _offers(request, minutes, data))
    if handed.response is not None:
        return handed.response
    context = {**facts_of(request, minutes), "offers": handed.offers, "refusal": handed.refusal}
    return show(request, "hand_overs/one.html", context, status=handed.status)


def facts_of(request: DeskRequest, minutes: HandOver) -> dict[str, Any]:
    day = request.actor.day
    post = Post.objects.get(pk=minutes.post_id)
    people = dict(Person.objects.filter(pk__in=persons_of([minutes])).values_list("pk", "name"))
    found = hand_over.items(minutes, at=now())
    names = brief({item.unit_id for item in found} | {minutes.unit_id}, day)
    return {
        "minutes": minutes,
        "post": post,
        "title": post.title(language()),
        "seat": post.code.partition(":")[2],
        "unit": names.get(minutes.unit_id, ""),
        "unit_code": post.code.partition(":")[0],
        "leaver": people.get(minutes.leaver_id, ""),
        "receiver": people.get(minutes.receiver_id or 0, ""),
        "items": found,
        "kinds": KINDS,
        "names": names,
        "rows": [_row(item, names) for item in found],
        "state": state_of(minutes),
        "tasks": sum(item.tasks for item in found if item.what in ("at_desk", "unassigned")),
        "printed_at": now(),
        "office": unit_queries.named_on([minutes.unit_id], day, language()).get(minutes.unit_id, ""),
    }


def _row(item: Item, names: Mapping[int, str]) -> dict[str, str]:
    """One line in words."""
    what = str(KINDS[item.what])
    if item.tasks:
        what += f" ({formats.number(item.tasks)})"
    return {
        "what": what,
        "symbol": item.symbol,
        "document": item.document,
        "subject": item.subject,
        "words": item.words,
        "unit": names.get(item.unit_id, ""),
        "since": formats.day(date.fromisoformat(item.since)) if item.since else "",
        "due": formats.day(date.fromisoformat(item.due_on)) if item.due_on else "",
    }


def _offers(request: DeskRequest, minutes: HandOver, data: Any) -> list[Offer]:
    actor = request.actor

    def sign(said: Mapping[str, Any]) -> str:
        signed = acts.sign(minutes.pk, note=said["note"], actor=actor, at=now())
        if signed.leaver_signed_at and signed.receiver_signed_at:
            return _("Signed by both: the post is handed over.")
        return _("Signed. The lines are fixed now; it waits for the other signature.")

    def name(said: Mapping[str, Any]) -> str:
        person = roster.person_called(said["receiver"])
        acts.name_receiver(minutes.pk, person, actor=actor, at=now())
        return _("%(name)s takes over.") % {"name": person.name}

    found = []
    mine = minutes.leaver_signed_at if actor.person_id == minutes.leaver_id else minutes.receiver_signed_at
    if acts.may_sign(actor, minutes) is None and mine is None:
        form = forms.SignForm(data, auto_id="sign-%s")
        note = lazy("With your signature the lines are fixed, if the other has not signed yet.")
        found.append(Offer("sign", lazy("Sign the minutes"), lazy("Sign"), form, sign, note=note))
    if acts.may_name(actor, minutes) is None and minutes.receiver_signed_at is None:
        naming = forms.ReceiverForm(data, auto_id="receiver-%s")
        found.append(Offer("name", lazy("Say who takes over"), lazy("Say so"), naming, name))
    return found


@signed_in
def printed(request: DeskRequest, number: int, form: str) -> HttpResponse:
    """The minutes to be printed, signed on paper, filed: PDF or Word."""
    minutes = hand_over.hand_over_for(request.actor, number)
    if form not in PRINTED:
        raise OutOfReach(lazy("The minutes are not given out in this form."), remedy=lazy("Choose PDF or Word."))
    media, make = PRINTED[form]
    response = HttpResponse(make(_plain(facts_of(request, minutes))), content_type=media)
    response["Content-Disposition"] = f'attachment; filename="hand-over-{minutes.pk}.{form}"'
    response["Cache-Control"] = "no-store"
    return response


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """All words of the printed minutes, in the reader's language: the layouts decide nothing."""
    minutes: HandOver = facts["minutes"]

    def signed(at: Any, note: str) -> str:
        if at is None:
            return _("not signed in the system")
        said = _("signed in the system at %(moment)s") % {"moment": formats.moment(at)}
        return f"{said}. {note}" if note else said

    return {
        "language": language(),
        "office": facts["office"],
        "state": [_("SOCIALIST REPUBLIC OF VIET NAM"), _("Independence - Freedom - Happiness")],
        "made": _("Printed at %(moment)s") % {"moment": formats.moment(facts["printed_at"])},
        "title": _("MINUTES OF HANDING OVER WORK"),
        "subtitle": f"{facts['title']}, {facts['office']}",
        "facts": [
            [_("Leaves the post on"), formats.day(minutes.on)],
            [_("Decision"), minutes.ground or _("not named")],
            [_("Handed over by"), facts["leaver"]],
            [_("Taken over by"), facts["receiver"] or _("not named yet")],
            [_("Lines"), _("fixed by the first signature") if minutes.lines is not None else _("as of now")],
        ],
        "head": [_("No."), _("What is open"), _("Document"), _("Since"), _("Deadline")],
        "rows": [
            [
                str(place),
                ". ".join(filter(None, [row["what"], row["words"]])),
                ". ".join(filter(None, [row["symbol"], row["subject"]])),
                row["since"],
                row["due"],
            ]
            for place, row in enumerate(facts["rows"], start=1)
        ],
        "nothing": _("Nothing was open at the post."),
        "sides": [
            [_("HANDED OVER BY"), facts["leaver"], signed(minutes.leaver_signed_at, minutes.leaver_note)],
            [
                _("TAKEN OVER BY"),
                facts["receiver"] or _("not named yet"),
                signed(minutes.receiver_signed_at, minutes.receiver_note),
            ],
        ],
        "digest": _("Check code of what was signed: %(digest)s") % {"digest": minutes.digest} if minutes.digest else "",
    }


def _pdf(facts: Mapping[str, Any]) -> bytes:
    made: bytes = typst.compile(
        str(HERE / "pdf" / "hand_over.typ"),
        font_paths=[str(FONTS)],
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
    )
    return made


def _docx(facts: Mapping[str, Any]) -> bytes:
    """In the layout of official papers: A4, Times, 13 points."""
    paper = new_paper()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2)
    section.left_margin, section.right_margin = Cm(3), Cm(1.8)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")

    def write(made: Paragraph, words: str, *, bold: bool = False, italic: bool = False, centred: bool = True) -> None:
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
        made.paragraph_format.space_after = Pt(4)
        run = made.add_run(formats.printable(words))
        run.bold, run.italic = bold, italic

    def line(words: str, *, bold: bool = False, centred: bool = True) -> None:
        write(paper.add_paragraph(), words, bold=bold, centred=centred)

    def side_by_side(columns: Sequence[Sequence[tuple[str, bool, bool]]], widths: Sequence[float]) -> None:
        """Without lines around: the heads of the paper, and who signs. Of each line: words, bold, italic."""
        made = paper.add_table(rows=1, cols=len(columns))
        for at, said in enumerate(columns):
            cell = made.rows[0].cells[at]
            cell.width = Cm(widths[at])
            for place, (words, bold, italic) in enumerate(said):
                to = cell.paragraphs[0] if not place else cell.add_paragraph()
                write(to, words, bold=bold, italic=italic)

    def table(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        made = paper.add_table(rows=1, cols=len(head), style="Table Grid")
        for at, words in enumerate(head):
            made.rows[0].cells[at].paragraphs[0].add_run(words).bold = True
        for row in rows:
            cells = made.add_row().cells
            for at, words in enumerate(row):
                cells[at].text = formats.printable(words)
        for at, width in enumerate(widths):
            for cell in made.columns[at].cells:
                cell.width = Cm(width)

    state = [(words, True, False) for words in facts["state"]]
    side_by_side([[(facts["office"].upper(), True, False)], [*state, (facts["made"], False, True)]], (6.6, 9.6))
    line("")
    line(facts["title"], bold=True)
    line(facts["subtitle"])
    for name, value in facts["facts"]:
        line(f"{name}: {value}", centred=False)
    if facts["rows"]:
        table(facts["head"], facts["rows"], (1.2, 5.6, 5.4, 2.1, 2.1))
    else:
        line(facts["nothing"], centred=False)
    line("")
    sides = [[(head, True, False), ("", False, False), (name, False, False), (said, False, True)]
             for head, name, said in facts["sides"]]  # fmt: skip
    side_by_side(sides, (8.1, 8.1))
    line(facts["digest"], centred=False)
    held = BytesIO()
    paper.save(held)
    return held.getvalue()


PRINTED: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], bytes]]] = {
    "pdf": ("application/pdf", _pdf),
    "docx": (DOCX, _docx),
}

urlpatterns = [
    path("hand-overs/", page, name="hand-overs"),
    path("hand-overs/<int:number>/", one, name="hand-over"),
    path("hand-overs/<int:number>/minutes.<str:form>", printed, name="hand-over-file"),
]
