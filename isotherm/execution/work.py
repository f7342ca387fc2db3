"""Everything one unit does for one document: its tasks, what is possible now and by whom, what was handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from isotherm.actor import Actor, Hand
from isotherm.directives.models import Document
from isotherm.execution import policy, queries
from isotherm.execution.models import Assignment, Attachment, Obstacle, Plan, Report, State
from isotherm.execution.rules import Verb, can

# Acts an officer may prepare for approval, and acts a records clerk may enter by citing a signed document.
DRAFTED = frozenset({Verb.PLAN, Verb.SEND_ON, Verb.ASK_RECONSIDER, Verb.REPORT, Verb.REPORT_DONE, Verb.PAUSE})
BY_PAPER = frozenset({Verb.TAKE_UP, Verb.PLAN, Verb.SEND_ON, Verb.REPORT, Verb.REPORT_DONE})


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that is possible now. `how`: act (it is the unit's at once), draft (for approval) or paper (citing a
    signed document)."""

    verb: Verb
    how: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A duty of an assignment: when it falls due and when it was met."""

    duty: str
    due_on: date | None
    met_at: datetime | None


@dataclass(frozen=True, slots=True)
class Handed:
    """A plan or a report, with its files."""

    what: str  # plan, report, done
    words: str
    symbol: str
    signed_on: date | None
    at: datetime
    line_id: int
    files: tuple[Attachment, ...]


def assignments(actor: Actor, document: Document, unit_id: int) -> list[Assignment]:
    return list(queries.carried(actor, document, unit_id).select_related("task"))


def how(actor: Actor, unit_id: int, verb: Verb) -> str:
    if policy.may_act(actor, unit_id, verb) is None:
        return "act"
    if not actor.acts_for(unit_id):
        return ""
    if verb in DRAFTED and actor.has(Hand.OFFICER):
        return "draft"
    if verb in BY_PAPER and actor.has(Hand.CLERK):
        return "paper"
    return ""


def offers(actor: Actor, unit_id: int, carried: Sequence[Assignment]) -> list[Offer]:
    """What the actor may do with a unit's own tasks, in the order of the work."""
    verbs: tuple[Verb, ...] = (Verb.TAKE_UP, Verb.REPORT, Verb.PLAN, Verb.SEND_ON)
    verbs += (Verb.ASK_RECONSIDER, Verb.PAUSE, Verb.HAND_TO, Verb.TAKE_BACK)
    found = []
    for verb in verbs:
        numbers = tuple(one.task.number for one in carried if can(verb, State(one.state)))
        way = how(actor, unit_id, verb) if numbers else ""
        if way:
            found.append(Offer(verb, way, numbers))
    return found


def steps(one: Assignment) -> list[Step]:
    """The duties in the order in which they fall due; passing on only where units below are expected."""
    found = [
        Step("take_up", one.take_up_due, one.taken_up_at),
        Step("plan", one.plan_due, one.planned_at),
        Step("report", one.report_due, one.first_reported_at),
        Step("done", one.due_on, one.reported_done_at),
    ]
    if one.below:
        found.insert(1, Step("send_on", one.send_on_due, one.sent_on_at))
    return found


def next_step(one: Assignment) -> Step | None:
    """The earliest unmet duty of open work whose clock runs."""
    if one.state not in (State.SENT, State.WORKING) or one.paused_at is not None:
        return None
    unmet = [(step.due_on, step) for step in steps(one) if step.met_at is None and step.due_on is not None]
    return min(unmet, key=lambda pair: pair[0])[1] if unmet else None


def handed(document_id: int, unit_id: int) -> list[Handed]:
    """Plans and reports of the unit on the document, newest first, with their files."""
    plans = list(Plan.objects.filter(document_id=document_id, unit_id=unit_id))
    reports = list(Report.objects.filter(document_id=document_id, unit_id=unit_id))
    files = files_of({"plan": [one.pk for one in plans], "report": [one.pk for one in reports]})
    rows = [
        Handed("plan", one.words, one.symbol, one.signed_on, one.at, one.line_id, files.get(("plan", one.pk), ()))
        for one in plans
    ]
    rows += [
        Handed(
            "done" if one.says_done else "report",
            one.words,
            one.symbol,
            one.signed_on,
            one.at,
            one.line_id,
            files.get(("report", one.pk), ()),
        )
        for one in reports
    ]
    return sorted(rows, key=lambda row: row.at, reverse=True)


def files_of(subjects: Mapping[str, Sequence[int]]) -> dict[tuple[str, int], tuple[Attachment, ...]]:
    found: dict[tuple[str, int], tuple[Attachment, ...]] = {}
    for kind, ids in subjects.items():
        for file in Attachment.objects.filter(subject_kind=kind, subject_id__in=list(ids)).order_by("id"):
            key = (kind, file.subject_id)
            found[key] = (*found.get(key, ()), file)
    return found


def promises(carried: Sequence[Assignment]) -> dict[int, Obstacle]:
    """The obstacles that paused assignments wait for, by id."""
    return Obstacle.objects.in_bulk([one.pause_obstacle_id for one in carried if one.pause_obstacle_id is not None])
