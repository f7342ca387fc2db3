"""What people made of the proposals: each as it was read against what was confirmed, as labelled examples.

The proposal is the row as it stood before the first step that touched it; a task that a step made was proposed by
nobody. Steps that were undone changed nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from isotherm.directives.coverage import parts_above
from isotherm.directives.models import Document, Passage, ReviewStep, Task
from isotherm.directives.queries import standing_tasks
from isotherm.directives.structure import WORK

# What of a task is compared, under the name by which a change is called.
_COMPARED = {
    "span": ("start", "end"),
    "lead": ("lead",),
    "coordinators": ("coordinate",),
    "deadline": ("due_on", "deadline_text", "recurrence"),
    "work": ("action",),
    "product": ("product",),
    "responsibility": ("responsible",),
    "authority": ("authority",),
    "kind": ("kind",),
    "communes": ("expects_communes",),
}
_FIELDS = tuple(field for fields in _COMPARED.values() for field in fields)


@dataclass(frozen=True, slots=True)
class Example:
    """`proposed` is none for what a person added, `final` for what was set aside; `changed` names the differences."""

    document: Document
    number: int
    path: str
    clause: str
    text: str
    proposed: Mapping[str, Any] | None
    final: Mapping[str, Any] | None
    changed: tuple[str, ...]
    confidence: float
    doubts: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        return {
            "document": self.document.symbol,
            "code": self.document.code,
            "language": self.document.language,
            "issued": self.document.signed_on.isoformat(),
            "task": self.number,
            "path": self.path,
            "clause": self.clause,
            "text": self.text,
            "proposed": self.proposed,
            "final": self.final,
            "changed": list(self.changed),
            "confidence": self.confidence,
            "doubts": list(self.doubts),
        }


@dataclass(frozen=True, slots=True)
class Said:
    """A clause that a person said something else of than the reader did."""

    document: Document
    path: str
    clause: str
    text: str
    proposed: str
    final: str

    def plain(self) -> dict[str, Any]:
        return {
            "document": self.document.symbol,
            "code": self.document.code,
            "language": self.document.language,
            "issued": self.document.signed_on.isoformat(),
            "path": self.path,
            "clause": self.clause,
            "text": self.text,
            "proposed": self.proposed,
            "final": self.final,
            "changed": ["role"],
        }


def decided_documents(since: date | None = None) -> QuerySet[Document]:
    """Submitted or sent, of all offices of this installation, the oldest first."""
    states = (Document.State.SUBMITTED, Document.State.ISSUED, Document.State.RECALLED)
    found = Document.objects.filter(state__in=states)
    if since is not None:
        found = found.filter(Q(submitted_at__date__gte=since) | Q(issued_at__date__gte=since))
    return found.order_by("submitted_at", "id")


def examples_of(document: Document) -> list[Example]:
    """Every task that was proposed or confirmed, in the order of the text."""
    steps = list(document.review_steps.filter(undone=False).order_by("id"))
    before: dict[int, Mapping[str, Any]] = {}
    made: dict[int, ReviewStep] = {}
    last: dict[int, ReviewStep] = {}
    for step in steps:
        for pk, row in step.before.items():
            before.setdefault(int(pk), row)
            last[int(pk)] = step
        for pk in step.made:
            made[pk] = step
    tasks = standing_tasks(document).order_by("start", "number")
    return [_example(document, task, before.get(task.pk), made.get(task.pk), last.get(task.pk)) for task in tasks]


def _example(
    document: Document,
    task: Task,
    before: Mapping[str, Any] | None,
    made: ReviewStep | None,
    last: ReviewStep | None,
) -> Example:
    now = _row({name: getattr(task, name) for name in _FIELDS})
    proposed = None if made else _row(before) if before else now
    final = None if task.state == Task.State.REJECTED else now
    start, end = (final or proposed or now)["span"]
    return Example(
        document=document,
        number=task.number,
        path=task.path,
        clause=task.clause,
        text=document.text[start:end],
        proposed=proposed,
        final=final,
        changed=_changed(proposed, final, made=made, last=last),
        confidence=task.confidence,
        doubts=tuple(task.doubts),
    )


def _changed(
    proposed: Mapping[str, Any] | None,
    final: Mapping[str, Any] | None,
    *,
    made: ReviewStep | None,
    last: ReviewStep | None,
) -> tuple[str, ...]:
    if final is None:
        # Its words live on in the task that it was joined to.
        return ("joined",) if last is not None and last.verb == "join" else ("rejected",)
    if proposed is None:
        return ("split",) if made is not None and made.verb == "split" else ("added",)
    return tuple(name for name in _COMPARED if _part(proposed, name) != _part(final, name))


def _part(row: Mapping[str, Any], name: str) -> Any:
    return row["span"] if name == "span" else [row[field] for field in _COMPARED[name]]


def _row(fields: Mapping[str, Any]) -> dict[str, Any]:
    row = {name: fields[name] for name in _FIELDS if name not in ("start", "end")}
    row = {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
    return {"span": [fields["start"], fields["end"]], **row}


def said_of(document: Document) -> list[Said]:
    found = document.passages.exclude(decided="").order_by("position")
    return [
        Said(document, one.path, one.label, document.text[one.start : one.end], one.role, one.decided)
        for one in found
        if one.decided != one.role
    ]


def headings_of(document: Document) -> dict[str, str]:
    """Path → words of every part that stands above others."""
    parts: Sequence[Passage] = list(document.passages.filter(kind__in=WORK).exclude(path="").order_by("position"))
    above = {path for part in parts for path in parts_above(part.path)}
    return {part.path: document.text[part.start : part.end] for part in parts if part.path in above}


def heading_over(path: str, headings: Mapping[str, str]) -> str:
    """The words of the nearest part above, or nothing."""
    return next((headings[one] for one in reversed(parts_above(path)) if one in headings), "")
