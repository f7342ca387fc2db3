"""
Rows of a list that an office keeps become proposed tasks of a registered document: all in one step, which can be
undone, each to be confirmed by a person like any other. What the columns hold is remembered for the office.

A row that the document's tasks say already is never brought in, also when two people bring in the same list at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from isotherm.actor import Actor
from isotherm.directives import policy, rules
from isotherm.directives.acts.proposing import propose
from isotherm.directives.acts.steps import begun, noted, opened
from isotherm.directives.candidates import CandidateTask
from isotherm.directives.exchange.lists.places import How, Place
from isotherm.directives.exchange.lists.plan import Known, Planned
from isotherm.directives.exchange.lists.rows import Row
from isotherm.directives.models import Document, ListColumns, Task
from isotherm.refusals import NotNow, refuse_unless
from isotherm.words import lazy

_SURE = {How.WORDS: 0.95, How.CLAUSE: 0.8, How.PERSON: 0.8, How.NEAR: 0.6}
_DOUBTS = {How.WORDS: (), How.CLAUSE: ("list_clause",), How.PERSON: ("list_person",), How.NEAR: ("list_near",)}


@dataclass(frozen=True, slots=True)
class Source:
    """The list as it was handed in, and what a person said its columns hold."""

    sha256: str
    name: str
    fingerprint: str
    heads: Sequence[str]
    columns: Mapping[str, int]


@transaction.atomic
def bring_in(code: str, rows: Sequence[Planned], *, source: Source, actor: Actor, at: datetime) -> list[Task]:
    """The new proposed tasks; `rows` have their places."""
    document = opened(code, actor)
    refuse_unless(policy.may_bring_in(actor, document))
    known = Known(document)
    fresh = [(one.row, one.place) for one in rows if one.place is not None and known.same(one) is None]
    if not fresh:
        raise NotNow(
            lazy("No row of this list is left to be brought in."),
            remedy=lazy("Rows that the document's tasks say already are not taken twice."),
        )
    step = begun(document, "list", [], actor=actor, at=at)
    last = document.tasks.aggregate(last=Max("number"))["last"] or 0
    made = propose(document, [_candidate(document, row, place) for row, place in fresh], first=last + 1)
    step.made = [task.pk for task in made]
    facts = {"file": source.sha256, "name": source.name, "rows": [row.number for row, _place in fresh]}
    noted(step, document, actor=actor, at=at, numbers=[task.number for task in made], more=facts)
    _remember(source, actor, at)
    return made


def _remember(source: Source, actor: Actor, at: datetime) -> None:
    if actor.unit_id is None or not source.columns:
        return
    ListColumns.objects.update_or_create(
        office_id=actor.unit_id,
        fingerprint=source.fingerprint,
        defaults={
            "heads": list(source.heads),
            "columns": dict(source.columns),
            "at": at,
            "post_id": actor.post_id,
        },
    )


def _candidate(document: Document, row: Row, place: Place) -> CandidateTask:
    refuse_unless(rules.wrong_span(place.start, place.end, length=len(document.text)))
    part = document.passages.filter(start__lte=place.start, end__gt=place.start).order_by("-position").first()
    return CandidateTask(
        quote=document.text[place.start : place.end],
        start=place.start,
        end=place.end,
        clause=place.label,
        path=part.path if part else "",
        lead=row.lead,
        coordinate=row.coordinate,
        action=row.work,
        deadline=row.day,
        deadline_time=None,
        deadline_text=row.deadline_text or None,
        deadline_kind=row.deadline_kind or None,
        recurrence=row.recurrence or None,
        product=row.product or None,
        responsible=row.responsible or None,
        authority=row.authority or None,
        group=None,
        monitor=False,
        confidence=_SURE[place.how],
        doubts=_DOUBTS[place.how],
    )
