"""Turning what the reader found into proposed tasks, with leads resolved to units of the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from isotherm.directives.deadlines import counted
from isotherm.directives.models import Document, Lead, Task
from isotherm.units import kinds, tree
from isotherm.units import queries as unit_queries
from isotherm.words import _
from isotherm.workdays.calendar import Calendar
from isotherm.workdays.queries import current

if TYPE_CHECKING:
    from isotherm.directives.reading import CandidateTask

# A group that lies below the provinces is reached through them: the chain of command has no shorter way.
_COMMUNES = frozenset({"communes", "wards", "special_zones"})


@dataclass(frozen=True, slots=True)
class Leads:
    """What the lead's words mean on a day."""

    units: tuple[int, ...]
    group: str
    communes: bool  # communes are named: they are expected through their provinces
    unknown: tuple[str, ...]  # words that mean no body of the register
    near: tuple[str, ...]  # names like the first unknown one


def resolve_leads(words: Sequence[str], *, issuer_id: int, day: date) -> Leads:
    """Leads as units. "The provinces" stand as their members; an issuer's own subordinates are meant before others'."""
    centre = tree.parent(issuer_id, day) is None
    within = None if centre else _area(issuer_id, day)
    units: list[int] = []
    groups: list[str] = []
    unknown: list[str] = []
    near: list[str] = []
    communes = False
    for found in unit_queries.resolve(list(words), day, within=within):
        units.extend(found.unit_ids)
        for group in found.groups:
            communes = communes or group in _COMMUNES
            reached = "provinces" if group in _COMMUNES and centre else group
            groups.append(reached)
            # A ministry writes to the departments of all provinces, which do not stand below it.
            members = unit_queries.group_members(reached, day, within=within)
            units.extend(members or unit_queries.group_members(reached, day))
        if not found.resolved and not found.vague:
            near = near or [one.name for one in found.near]
            unknown.append(found.text)
    return Leads(
        units=tuple(dict.fromkeys(units)),
        group="+".join(dict.fromkeys(groups)),
        communes=communes and centre,
        unknown=tuple(unknown),
        near=tuple(near),
    )


def _area(issuer_id: int, day: date) -> int:
    """Whose bodies are meant by "the communes": those of the issuer; in a department's paper, of its committee."""
    kind = unit_queries.kinds_of([issuer_id], day).get(issuer_id)
    above = tree.parent(issuer_id, day) if kind and kinds.commands_only_below(kind) else None
    return above or issuer_id


def due_of(candidate: CandidateTask, *, signed_on: date, days: Calendar) -> date | None:
    """The date in the text; or, counted from signing, the day the calendar gives. From receipt or an event nobody knows
    yet: none, and the words stay."""
    if candidate.deadline is not None or candidate.deadline_kind != "relative":
        return candidate.deadline
    term = counted(candidate.deadline_text or "")
    if term is None or term.begins != "signing":
        return None
    if term.unit == "working_day":
        return days.add_workdays(signed_on, term.amount)
    if term.unit in ("day", "week"):
        return days.calendar_days(signed_on, term.amount * (7 if term.unit == "week" else 1))
    return None


def propose(document: Document, candidates: Iterable[CandidateTask], *, first: int = 1) -> list[Task]:
    """Proposed tasks with the numbers from `first` on."""
    tasks, leads = [], []
    days = current()
    for number, candidate in enumerate(candidates, start=first):
        found = resolve_leads(candidate.lead, issuer_id=document.issuer_id, day=document.signed_on)
        doubts = [*candidate.doubts]
        if found.unknown:
            doubts.append(_("not in the register: %(names)s") % {"names": "; ".join(found.unknown)})
        tasks.append(
            Task(
                document=document,
                number=number,
                code=f"{document.code}.{number}",
                clause=candidate.clause[:200],
                path=candidate.path[:160],
                quote=candidate.quote,
                start=candidate.start,
                end=candidate.end,
                lead=list(candidate.lead),
                lead_group=found.group,
                coordinate=list(candidate.coordinate),
                action=candidate.action,
                due_on=due_of(candidate, signed_on=document.signed_on, days=days),
                due_time=candidate.deadline_time,
                first_due_on=due_of(candidate, signed_on=document.signed_on, days=days),
                deadline_text=candidate.deadline_text or "",
                deadline_kind=candidate.deadline_kind or "",
                recurrence=candidate.recurrence or "",
                product=candidate.product or "",
                responsible=candidate.responsible or "",
                authority=candidate.authority or "",
                expects_communes=found.communes or candidate.group in ("communes", "provinces_communes"),
                kind=Task.Kind.REGULAR if candidate.recurrence == "ongoing" else Task.Kind.TASK,
                confidence=candidate.confidence,
                doubts=doubts,
            )
        )
        leads.append(found.units)
    Task.objects.bulk_create(tasks)
    Lead.objects.bulk_create(
        Lead(task=task, unit_id=unit) for task, units in zip(tasks, leads, strict=True) for unit in units
    )
    return tasks
