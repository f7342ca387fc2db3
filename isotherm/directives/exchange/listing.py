"""What leaves of a document: its heading and its tasks, read just now or registered. Plain values, in the words and the
order in which every form shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time

from isotherm.directives import unclear
from isotherm.directives.models import Document, Task
from isotherm.directives.reading import DOUBTS, WARNINGS, Reading
from isotherm.directives.reading import six_points as six_points_of_text
from isotherm.words import _, lazy, ngettext

SIX = {
    "person": (lazy("clear person"), lazy("person")),
    "work": (lazy("clear work"), lazy("work")),
    "time": (lazy("clear time"), lazy("time")),
    "responsibility": (lazy("clear responsibility"), lazy("responsibility")),
    "product": (lazy("clear product"), lazy("product")),
    "authority": (lazy("clear authority"), lazy("authority")),
}
RECURRENCES = {
    "daily": lazy("Daily"),
    "weekly": lazy("Weekly"),
    "monthly": lazy("Monthly"),
    "quarterly": lazy("Quarterly"),
    "semiannual": lazy("Twice a year"),
    "yearly": lazy("Yearly"),
    "periodic": lazy("Periodically"),
    "ongoing": lazy("All the time"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One task. `doubts` are sentences, `recurrence` and `state` keys; the state of what is only proposed is empty."""

    number: int
    clause: str
    work: str
    quote: str
    start: int
    end: int
    lead: tuple[str, ...]
    coordinate: tuple[str, ...]
    due_on: date | None
    due_time: time | None
    deadline_text: str
    recurrence: str
    product: str
    responsible: str
    authority: str
    clear: Mapping[str, bool]
    confidence: float
    doubts: tuple[str, ...]
    state: str = ""

    @property
    def unclear(self) -> list[str]:
        return [str(short) for key, (_words, short) in SIX.items() if not self.clear[key]]


@dataclass(frozen=True, slots=True)
class Listing:
    symbol: str
    type_name: str
    type_code: str
    issuer: str
    place: str
    signed_on: date | None
    subject: str
    signer: str
    signer_title: str
    urgency: str
    language: str  # of the document
    warnings: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def name(self) -> str:
        """ "Chỉ thị 16/CT-TTg", or what is known of it."""
        return " ".join(part for part in (self.type_name, self.symbol) if part) or _("Document without number")

    @property
    def title(self) -> str:
        return _("Tasks in %(document)s") % {"document": self.name}

    def facts(self) -> list[tuple[str, str]]:
        """The document's heading, as named values; what the text does not say is said to be missing."""
        missing = _("not in the text")
        signer = ", ".join(part for part in (self.signer, self.signer_title) if part)
        found = [
            (_("Number and symbol"), self.symbol or missing),
            (_("Type"), self.type_name or missing),
            (_("Issuing body"), self.issuer or missing),
            (_("Date of issue"), f"{self.signed_on:%d/%m/%Y}" if self.signed_on else missing),
            (_("Signer"), signer or missing),
            (_("Subject"), self.subject or missing),
        ]
        return found + ([(_("Urgency"), self.urgency)] if self.urgency else [])

    def notes(self) -> list[str]:
        """How many, and what a reader must know before believing it."""
        dated = sum(line.due_on is not None for line in self.lines)
        words = ngettext("%(count)s task", "%(count)s tasks", len(self.lines)) % {"count": len(self.lines)}
        with_date = ngettext("%(count)s with a date", "%(count)s with a date", dated) % {"count": dated}
        found = [f"{words}, {with_date}" if dated else words]
        if any(not line.state for line in self.lines):
            found.append(_("Proposed by the system, waiting for the responsible person's decision."))
        return found + list(self.warnings)


def of_reading(reading: Reading) -> Listing:
    header = reading.header
    return Listing(
        symbol=header.symbol or "",
        type_name=header.type_name or "",
        type_code=header.type_code or "",
        issuer=header.issuer or "",
        place=header.place or "",
        signed_on=header.signed_on,
        subject=header.subject or "",
        signer=header.signer or "",
        signer_title=header.signer_title or "",
        urgency=header.urgency or "",
        language=header.language,
        warnings=tuple(str(WARNINGS.get(key, key)) for key in reading.warnings),
        lines=tuple(
            Line(
                number=number,
                clause=task.clause,
                work=task.action,
                quote=task.quote,
                start=task.start,
                end=task.end,
                lead=task.lead,
                coordinate=task.coordinate,
                due_on=task.deadline,
                due_time=task.deadline_time,
                deadline_text=task.deadline_text or "",
                recurrence=task.recurrence or "",
                product=task.product or "",
                responsible=task.responsible or "",
                authority=task.authority or "",
                clear=six_points_of_text(task),
                confidence=task.confidence,
                doubts=doubt_words(task.doubts),
            )
            for number, task in enumerate(reading.candidates, start=1)
        ),
    )


def of_document(document: Document, tasks: Iterable[Task]) -> Listing:
    """A registered document; `tasks` with their leads already fetched."""
    return Listing(
        symbol=document.symbol,
        type_name=document.type_name,
        type_code=document.type_code,
        issuer=document.issuer_text,
        place=document.place,
        signed_on=document.signed_on,
        subject=document.subject,
        signer=document.signer,
        signer_title=document.signer_title,
        urgency=document.urgency,
        language=document.language,
        warnings=(),
        lines=tuple(_line(task) for task in tasks),
    )


def _line(task: Task) -> Line:
    proposed = task.state == "proposed"
    return Line(
        number=task.number,
        clause=task.clause,
        work=task.action,
        quote=task.quote,
        start=task.start,
        end=task.end,
        lead=tuple(task.lead),
        coordinate=tuple(task.coordinate),
        due_on=task.due_on,
        due_time=task.due_time,
        deadline_text=task.deadline_text,
        recurrence=task.recurrence,
        product=task.product,
        responsible=task.responsible,
        authority=task.authority,
        clear=unclear.six_points(unclear.Said.stored(task, known=len(task.leads.all()))),
        confidence=task.confidence,
        doubts=doubt_words(task.doubts) if proposed else (),
        state="" if proposed else task.state,
    )


def recurrence_words(key: str) -> str:
    return str(RECURRENCES.get(key, key))


def state_words(key: str) -> str:
    return str(Task.State(key).label) if key else ""


def doubt_words(doubts: Iterable[str]) -> tuple[str, ...]:
    """Sentences: the reader keeps keys, the register's own doubts are sentences already."""
    return tuple(str(DOUBTS.get(doubt, doubt)) for doubt in doubts)


def deadline_words(line: Line) -> str:
    """ "30/06/2026 17:00", or nothing: the document's own words stand beside it."""
    if line.due_on is None:
        return ""
    at = f" {line.due_time:%H:%M}" if line.due_time else ""
    return f"{line.due_on:%d/%m/%Y}{at}"


_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """Without the letters that no XML file may hold."""
    return _NO_XML.sub("", text)
