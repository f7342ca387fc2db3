"""Bringing a written directive into the country by the acts: registered, its tasks confirmed, sent by a second post.

Beside a text of the demo lies a table of its tasks (`NN-….tasks.csv`). Where the reader's proposal differs from it, the
proposal is corrected by the acts a reviewer would use; without a table every proposal is confirmed as it stands.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from isotherm.actor import Actor
from isotherm.directives.acts import register, review
from isotherm.directives.acts.proposing import resolve_leads
from isotherm.directives.models import Document, Task
from isotherm.doors.cli.demo_texts import due_on, render
from isotherm.execution.acts.issue import issue
from isotherm.execution.clocks import local_day
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

PROVINCES = "provinces"
COMMITTEE = "Ủy ban nhân dân "


@dataclass(frozen=True, slots=True)
class Paper:
    """A text, and the table beside it if there is one."""

    path: Path
    issuer: str = ""  # in whose name its tasks are given, where the head of the page says another

    @property
    def table(self) -> list[dict[str, str]]:
        beside = self.path.with_name(f"{self.path.stem}.tasks.csv")
        if not beside.exists():
            return []
        with beside.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))


@dataclass(frozen=True, slots=True)
class Entered:
    document: Document
    numbers: Mapping[int, int]  # number in the table → number of the task
    corrected: int  # how often the reader's proposal had to be changed


def register_only(paper: Paper, *, registrar: Actor, at: datetime) -> Document:
    """The paper with its proposed tasks, waiting for somebody to confirm them."""
    text = render(paper.path.read_text(encoding="utf-8"), local_day(at))
    incoming = register.receive(text.encode(), f"{paper.path.stem}.txt")
    heading = register.Heading.of(incoming.reading).corrected(issuer=paper.issuer)
    return register.register(incoming, heading, actor=registrar, at=at)


def enter(
    paper: Paper, *, registrar: Actor, sender: Actor, at: datetime, provinces: Sequence[str] | None = None
) -> Entered:
    """The paper, registered, confirmed and sent between `at` and half a day later. `provinces` (names) narrows "the
    provinces" to those."""
    document = register_only(paper, registrar=registrar, at=at)
    reviewed = at + timedelta(minutes=40)
    numbers, corrected = _confirmed(document, paper.table, actor=registrar, at=reviewed)
    if provinces is not None:
        _narrow(document, provinces, actor=registrar, at=reviewed + timedelta(minutes=5))
    review.accept(document.code, sorted(numbers.values()), actor=registrar, at=reviewed + timedelta(minutes=20))
    review.submit(document.code, actor=registrar, at=reviewed + timedelta(minutes=30))
    issued = issue(document.code, actor=sender, at=reviewed + timedelta(minutes=90))
    return Entered(document=issued, numbers=numbers, corrected=corrected)


def _confirmed(
    document: Document, table: Sequence[Mapping[str, str]], *, actor: Actor, at: datetime
) -> tuple[dict[int, int], int]:
    proposed = list(document.tasks.order_by("number").prefetch_related("leads"))
    if not table:
        return {task.number: task.number for task in proposed if task.state == Task.State.PROPOSED}, 0
    numbers: dict[int, int] = {}
    corrected = 0
    left = {task.number: task for task in proposed}
    for row in table:
        start, end = _span(document, row)
        task = next((one for one in left.values() if one.start < end and start < one.end), None)
        if task is None:
            task = review.add(document.code, start=start, end=end, actor=actor, at=at)
            corrected += 1
        left.pop(task.number, None)
        changes = _differences(document, task, row)
        if changes:
            review.edit(document.code, task.number, changes, actor=actor, at=at)
            corrected += 1
        numbers[int(row["no"])] = task.number
    if left:
        review.set_aside(document.code, sorted(left), actor=actor, at=at)
        corrected += len(left)
    return numbers, corrected


def _span(document: Document, row: Mapping[str, str]) -> tuple[int, int]:
    words = " ".join(render(row["starts"], document.signed_on).split())
    start = document.text.find(words)
    if start < 0:
        raise NotAccepted(
            lazy("Task %(number)s of the table beside %(file)s begins with words that the text does not have."),
            {"number": row["no"], "file": document.file_name},
        )
    return start, start + len(words)


def _differences(document: Document, task: Task, row: Mapping[str, str]) -> dict[str, Any]:
    """What a reviewer with the table in hand would change."""
    changes: dict[str, Any] = {}
    lead = _names(row["lead"])
    # Communes of one name lie in several provinces: the text means those of the province it speaks to.
    above = [name[len(COMMITTEE) :].strip() for name in lead if name.startswith(COMMITTEE)]
    lead += [f"{name}, {province}" for name in _names(row["named_communes"]) for province in above[:1]]
    meant = resolve_leads(lead, issuer_id=document.issuer_id, day=document.signed_on)
    if set(meant.units) != {one.unit_id for one in task.leads.all()}:
        changes["lead"] = lead
    coordinate = _names(row["coordinate"])
    if coordinate and coordinate != list(task.coordinate):
        changes["coordinate"] = coordinate
    due = due_on(row["deadline"], document.signed_on)
    if due != task.due_on:
        changes["due_on"] = due
    kind = Task.Kind.REGULAR if row["regular"] == "1" else Task.Kind.TASK
    wanted = {
        "kind": kind,
        "recurrence": row["recurrence"],
        "expects_communes": row["expects_communes"] == "1" and not row["named_communes"],
    }
    changes |= {name: value for name, value in wanted.items() if getattr(task, name) != value}
    if row["product"] and row["product"].casefold() != task.product.casefold():
        changes["product"] = row["product"]
    return changes


def _names(words: str) -> list[str]:
    return [name.strip() for name in words.split(";") if name.strip()]


def _narrow(document: Document, provinces: Sequence[str], *, actor: Actor, at: datetime) -> None:
    for task in document.tasks.exclude(state=Task.State.REJECTED).filter(lead_group__contains=PROVINCES):
        carried_down = task.expects_communes
        review.edit(document.code, task.number, {"lead": list(provinces)}, actor=actor, at=at)
        if carried_down:
            review.edit(document.code, task.number, {"expects_communes": True}, actor=actor, at=at)
