"""
A document read a second time by a language model: asked for by a person, done in the background part by part, laid
beside the proposed tasks as one step of the review, which can be undone like any other.

A part is asked about outside of any transaction, and each answer is kept as it comes: a killed worker goes on with the
next part. Nothing that a person confirmed or set aside is touched.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from isotherm.actor import Actor
from isotherm.directives import policy
from isotherm.directives.acts.proposing import propose
from isotherm.directives.acts.steps import begun, noted, opened, still_open, written
from isotherm.directives.models import Document, SecondReading, Task
from isotherm.directives.reading import secrecy
from isotherm.directives.second_reader import checking, merging, questions, wire
from isotherm.directives.second_reader.checking import Proposal
from isotherm.directives.structure import Passage
from isotherm.refusals import NotNow, Refusal, Unavailable, refuse_unless
from isotherm.words import lazy

JOB = "second_reader"
OPEN = (SecondReading.State.WAITING, SecondReading.State.READING)
SILENT_MOST = 3  # parts on end without an answer: then nobody is there


@transaction.atomic
def ask(code: str, *, actor: Actor, at: datetime) -> SecondReading:
    """Have the document read a second time. Only asks: the reading itself goes on in the background."""
    one = wire.reader()
    document = opened(code, actor)
    refuse_unless(policy.may_ask_model(actor, document))
    secrecy.refuse_if_marked(document.text)
    try:
        with transaction.atomic():
            reading = SecondReading.objects.create(
                document=document,
                host=one.host,
                parts=len(questions.parts_of(document.text)),
                asked_at=at,
                post_id=actor.post_id,
            )
    except IntegrityError:
        raise NotNow(
            lazy("The language model is already reading this document."), remedy=lazy("Wait for it, or stop it first.")
        ) from None
    facts = {"host": one.host, "letters": len(document.text), "parts": reading.parts}
    written("review.second_asked", document, actor=actor, at=at, facts=facts)
    return reading


@transaction.atomic
def stop(code: str, *, actor: Actor, at: datetime) -> None:
    """Ask about no further part; what was proposed so far is dropped."""
    document = opened(code, actor)
    refuse_unless(policy.may_ask_model(actor, document))
    stopped = document.second_readings.filter(state__in=OPEN).update(
        state=SecondReading.State.STOPPED, ended_at=at, proposals=[]
    )
    if not stopped:
        raise NotNow(lazy("The language model is not reading this document."))
    written("review.second_stopped", document, actor=actor, at=at)


def read_waiting(at: datetime, *, seconds: float = 45.0) -> None:
    """Go on with what waits, the eldest first, for about this long. Slow: not inside a transaction."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        reading = SecondReading.objects.filter(state__in=OPEN).order_by("asked_at", "id").first()
        if reading is None:
            return
        read_on(reading, at, until=until)


def read_on(
    reading: SecondReading, at: datetime, *, until: float = float("inf"), tell: Callable[[int, int], None] | None = None
) -> SecondReading:
    """Ask about the parts that are left, as long as there is time, and lay the proposals beside the rest at the end."""
    document = reading.document
    try:
        one = wire.reader()
        secrecy.refuse_if_marked(document.text)
        asked = questions.questions_of(document.text)
        checked = checking.Document(document.text, issued=document.signed_on, language=document.language)
        while reading.state in OPEN and reading.done < len(asked):
            if time.monotonic() >= until:
                return reading
            reading = _ask_next(reading, one, asked[reading.done], checked)
            if tell is not None and reading.state in OPEN:
                tell(reading.done, reading.parts)
    except Refusal as no:
        return _failed(reading, no, at)
    return _laid_beside(reading, at) if reading.state in OPEN else reading


def _ask_next(
    reading: SecondReading, one: wire.Reader, question: questions.Question, document: checking.Document
) -> SecondReading:
    """One part further. Where a person stopped the reading meanwhile, its answer is dropped."""
    found = checking.Checked(malformed=True)
    why = ""
    try:
        answer = wire.ask(one, question.messages)
        found = checking.check(answer, document, start=question.start, end=question.end)
    except Unavailable as no:
        why = str(no)
        if reading.silent + 1 >= SILENT_MOST and reading.silent == reading.done:
            raise
    kept = [*reading.proposals, *map(_as_row, found.proposals)]
    SecondReading.objects.filter(pk=reading.pk, state__in=OPEN, done=reading.done).update(
        state=SecondReading.State.READING,
        done=F("done") + 1,
        silent=F("silent") + (1 if found.malformed else 0),
        untrue=F("untrue") + found.untrue,
        proposals=kept,
        **({"why": why} if why else {}),
    )
    reading.refresh_from_db()
    return reading


def _laid_beside(reading: SecondReading, at: datetime) -> SecondReading:
    actor = Actor.system(JOB)
    refuse_unless(policy.may_lay_beside(actor))
    try:
        with transaction.atomic():
            document = still_open(reading.document_id)
            taken = SecondReading.objects.filter(pk=reading.pk, state__in=OPEN).update(
                state=SecondReading.State.DONE, ended_at=at
            )
            if taken:
                _lay(document, reading, actor, at)
    except Refusal as no:
        return _failed(reading, no, at)
    reading.refresh_from_db()
    return reading


def _lay(document: Document, reading: SecondReading, actor: Actor, at: datetime) -> None:
    """What a person set aside is known, too: it is not proposed anew."""
    known = list(document.tasks.order_by("start", "number").prefetch_related("leads"))
    merged = merging.merge(known, map(_of_row, reading.proposals))
    agreed = [known[place] for place in merged.agreed if known[place].state == Task.State.PROPOSED]
    differing = [
        known[place]
        for place in merged.differing
        if known[place].state == Task.State.PROPOSED and merging.DIFFERS not in known[place].doubts
    ]
    step = begun(document, "second", [*agreed, *differing], actor=actor, at=at)
    for task in agreed:
        task.confidence = merging.gained(task.confidence)
    for task in differing:
        task.doubts = [*task.doubts, merging.DIFFERS]
    Task.objects.bulk_update([*agreed, *differing], ["confidence", "doubts"], batch_size=500)
    passages = [Passage(p.path, p.label, p.kind, p.start, p.end, None) for p in document.passages.order_by("position")]
    last = document.tasks.aggregate(last=Max("number"))["last"] or 0
    candidates = [merging.candidate_of(one, passages, document.text) for one in merged.own]
    made = propose(document, candidates, first=last + 1)
    SecondReading.objects.filter(pk=reading.pk).update(agreed=len(agreed), differing=len(differing), own=len(made))
    numbers = [task.number for task in made]
    facts = {"agreed": len(agreed), "differing": len(differing), "host": reading.host, "untrue": reading.untrue}
    if agreed or differing or made:
        step.made = [task.pk for task in made]
        noted(step, document, actor=actor, at=at, numbers=numbers, more=facts)
    else:
        written("review.second", document, actor=actor, at=at, facts={"numbers": [], **facts})


def _failed(reading: SecondReading, no: Refusal, at: datetime) -> SecondReading:
    SecondReading.objects.filter(pk=reading.pk, state__in=OPEN).update(
        state=SecondReading.State.FAILED, ended_at=at, why=f"{no} {no.remedy}".strip(), proposals=[]
    )
    reading.refresh_from_db()
    return reading


def _as_row(one: Proposal) -> dict[str, Any]:
    return asdict(one) | {"deadline": one.deadline.isoformat() if one.deadline else None}


def _of_row(row: dict[str, Any]) -> Proposal:
    day = date.fromisoformat(row["deadline"]) if row["deadline"] else None
    lists = {name: tuple(row[name]) for name in ("lead", "coordinate", "doubts")}
    return Proposal(**{**row, **lists, "deadline": day})
