"""The life of one assignment as it can be shown and proven: what was done, when, by which post, and whom it waited for.

Read from the ledger (acts), the reports and plans they made, the requests and hindrances, and the spells (holders).
Posts and bodies are named, never persons; reading times do not exist here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from isotherm.accounts.models import Post
from isotherm.directives.models import Document
from isotherm.execution import work
from isotherm.execution.models import (
    Assignment,
    Attachment,
    Carriage,
    Hindrance,
    Obstacle,
    Plan,
    Report,
    ReportItem,
    Spell,
    State,
)
from isotherm.records import ledger
from isotherm.records.models import LedgerLine
from isotherm.units import queries as unit_queries
from isotherm.words import _, ngettext

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Event:
    """One act in the life of the assignment. `kind` marks it: done, late, or nothing."""

    at: datetime
    words: str
    who: str
    detail: str
    kind: str
    line_id: int
    paper: str
    late_entry: bool
    written_at: datetime
    files: tuple[Attachment, ...] = ()
    waited: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A time during which one body had to act next. `role`: send_on, own, decide, owe."""

    from_at: datetime
    to_at: datetime
    holder_id: int
    role: str
    allowed_until: datetime | None

    @property
    def within(self) -> timedelta:
        if self.allowed_until is None:
            return self.to_at - self.from_at
        return max(timedelta(), min(self.to_at, self.allowed_until) - self.from_at)

    @property
    def beyond(self) -> timedelta:
        return (self.to_at - self.from_at) - self.within


@dataclass(frozen=True, slots=True)
class Held:
    """The time at one body in one role, in days; over all rows the parts add up to the elapsed time."""

    holder_id: int
    role: str
    within: float
    beyond: float


# Acts on the whole task, which each of its assignments shows.
TASK_VERBS = ("task.corrected", "task.recalled", "task.kept", "task.left")


def events(one: Assignment, *, language: str, day: date) -> list[Event]:
    """Every act on the assignment, oldest first."""
    obstacles = list(Hindrance.objects.filter(assignment_id=one.pk).values_list("obstacle_id", flat=True))
    carriages = Carriage.objects.filter(assignment_id=one.pk).values_list("line_id", flat=True)
    about = ledger.history("assignment", one.pk, also=[one.sent_line, *carriages])
    lines = list(about) + list(
        LedgerLine.objects.filter(
            Q(subject_kind="obstacle", subject_id__in=obstacles) & ~Q(verb="obstacle.raised")
            | Q(subject_kind="task", subject_id=one.task_id, verb__in=TASK_VERBS)
        )
    )
    lines = sorted({line.pk: line for line in lines}.values(), key=lambda line: (line.at, line.pk))
    told = _Teller(one, lines, language=language, day=day)
    return [told.event(line) for line in lines]


class _Teller:
    """Knows the names and papers that the lines of one assignment speak of: read once, whatever their number."""

    def __init__(self, one: Assignment, lines: Sequence[LedgerLine], *, language: str, day: date) -> None:
        self.one = one
        ids = [line.pk for line in lines]
        self.plans = {plan.line_id: plan for plan in Plan.objects.filter(line_id__in=ids)}
        self.reports = {report.line_id: report for report in Report.objects.filter(line_id__in=ids)}
        items = ReportItem.objects.filter(assignment_id=one.pk, report_id__in=[r.pk for r in self.reports.values()])
        self.percents = dict(items.values_list("report_id", "percent"))
        self.files = work.files_of(
            {"plan": [p.pk for p in self.plans.values()], "report": [r.pk for r in self.reports.values()]}
        )
        posts = {line.post_id for line in lines if line.post_id} | {
            int(line.facts["post"]) for line in lines if line.facts.get("post")
        }
        self.posts = {post.pk: post.title(language) for post in Post.objects.filter(pk__in=posts)}
        units = {line.unit_id for line in lines if line.unit_id} | {
            int(line.facts[name]) for line in lines for name in ("owing", "from", "to") if line.facts.get(name)
        }
        self.units = unit_queries.named_on(units, day, language)

    def event(self, line: LedgerLine) -> Event:
        report, plan = self.reports.get(line.pk), self.plans.get(line.pk)
        files: tuple[Attachment, ...] = ()
        if report is not None:
            files = self.files.get(("report", report.pk), ())
        elif plan is not None:
            files = self.files.get(("plan", plan.pk), ())
        post = self.posts.get(line.post_id or 0, "")
        unit = self.units.get(line.unit_id or 0, "")
        return Event(
            at=line.at,
            words=self._words(line),
            who=", ".join(part for part in (post, unit) if part) or _("the system itself"),
            detail=self._detail(line, report, plan),
            kind=_KINDS.get(line.verb, ""),
            line_id=line.pk,
            paper=line.paper or "",
            late_entry=line.late_entry,
            written_at=line.written_at,
            files=files,
        )

    def _words(self, line: LedgerLine) -> str:
        facts = line.facts
        if line.verb == "assignment.sent_on" and facts.get("given"):
            return ngettext("Passed on: %(n)s assignment", "Passed on: %(n)s assignments", facts["given"]) % {
                "n": facts["given"]
            }
        if line.verb == "assignment.excused_below":
            n = facts.get("excused", 0)
            return ngettext("%(n)s unit below has no part in it", "%(n)s units below have no part in it", n) % {"n": n}
        if line.verb == "assignment.handed_to":
            return _("Assigned inside the body to: %(post)s") % {
                "post": self.posts.get(int(facts.get("post") or 0), "")
            }
        if line.verb in _CARRIED:
            bodies = {name: self.units.get(int(facts.get(name) or 0), "") for name in ("from", "to")}
            if bodies["from"] == bodies["to"]:
                return _("A body that gave or confirms it changed by %(code)s") % {"code": facts["reorganisation"]}
            return _("Carried by %(to)s from now on, before by %(from)s (%(code)s)") % {
                **bodies,
                "code": facts["reorganisation"],
            }
        if line.verb == "obstacle.raised":
            return _("Obstacle raised, owed by %(unit)s") % {"unit": self.units.get(int(facts.get("owing") or 0), "")}
        if line.verb in ("obstacle.promised", "obstacle.accepted") and facts.get("promised_on"):
            sentence = (
                _("Promise: %(day)s")
                if line.verb == "obstacle.promised"
                else _("The pause was accepted, with a promise for %(day)s")
            )
            return sentence % {"day": _shown(facts["promised_on"])}
        return verb_words(line.verb)

    def _detail(self, line: LedgerLine, report: Report | None, plan: Plan | None) -> str:
        facts: Mapping[str, Any] = line.facts
        if report is not None:
            percent = self.percents.get(report.pk)
            said = report.words
            if percent is not None and not report.says_done:
                return _("%(percent)s%%. %(words)s") % {"percent": percent, "words": said}
            return said
        if plan is not None:
            return plan.words
        if line.verb == "assignment.due_corrected":
            moved = _("New date: %(day)s") % {"day": _shown(facts.get("due_on"))}
            return f"{moved}. {facts.get('reason', '')}".strip()
        for name in ("reason", "words", "note", "missing", "symbol"):
            if facts.get(name):
                return str(facts[name])
        return ""


_CARRIED = ("assignment.inherited", "assignment.divided", "assignment.returned_after_undo")

_KINDS = {
    "assignment.confirmed": "done",
    "assignment.reported_done": "done",
    "assignment.sent_back": "late",
    "obstacle.delivered": "done",
}


def verb_words(verb: str) -> str:
    """What a line's verb means to a reader."""
    words = {
        "assignment.given": _("Given"),
        "assignment.taken_up": _("Taken up"),
        "assignment.planned": _("Plan recorded"),
        "assignment.sent_on": _("Passed on to subordinates"),
        "assignment.reported": _("Progress reported"),
        "assignment.reported_done": _("Completion reported"),
        "assignment.report_taken_back": _("Report of completion taken back"),
        "assignment.confirmed": _("Completion confirmed"),
        "assignment.sent_back": _("Sent back to be done again"),
        "assignment.reconsideration_asked": _("Reconsideration of the assignment asked for"),
        "assignment.return_upheld": _("The assigning body took the assignment back"),
        "assignment.return_refused": _("The assigning body kept the assignment there"),
        "assignment.paused": _("Clock paused"),
        "assignment.resumed": _("Clock running again"),
        "assignment.withdrawn": _("Withdrawn"),
        "assignment.due_corrected": _("Deadline corrected"),
        "assignment.urged": _("Urged"),
        "obstacle.accepted": _("The pause was accepted"),
        "obstacle.refused": _("The pause was refused"),
        "obstacle.delivered": _("What was owed has arrived"),
        "task.corrected": _("Task corrected"),
        "task.recalled": _("Task recalled"),
        "task.kept": _("Task kept after its ground was taken away"),
        "task.left": _("Task left to the new document"),
    }
    return words.get(verb, verb)


def _shown(day: object) -> str:
    try:
        return f"{date.fromisoformat(str(day)):%d/%m/%Y}"
    except ValueError:
        return _("none")


# --- whom it waited for -----------------------------------------------------------------------------------
def segments(one: Assignment, *, at: datetime) -> list[Segment]:
    """Who had to act next from the sending of the document to now (or to the end), through every upper unit's part."""
    chain = _upwards(one)
    spells: dict[int, list[Spell]] = {}
    for spell in Spell.objects.filter(assignment_id__in=[link.pk for link in chain]).order_by("from_at", "id"):
        spells.setdefault(spell.assignment_id, []).append(spell)
    found: list[Segment] = []
    for place, link in enumerate(chain):
        # An upper unit's part ends where it sent on to the next.
        until = chain[place + 1].sent_at if place + 1 < len(chain) else at
        found += _of_link(link, spells.get(link.pk, []), until=until, passes_on=place + 1 < len(chain))
    return found


def _upwards(one: Assignment) -> list[Assignment]:
    """From the issuer's own assignment down to this one."""
    chain = [one]
    while chain[0].parent_id is not None and len(chain) < 10:
        parent = Assignment.objects.filter(pk=chain[0].parent_id).first()
        if parent is None:
            break
        chain.insert(0, parent)
    return chain


def _of_link(link: Assignment, spells: Iterable[Spell], *, until: datetime, passes_on: bool) -> list[Segment]:
    rows = [
        (spell.from_at, spell.to_at, spell.state, spell.holder_id, spell.holder_due, spell.paused) for spell in spells
    ]
    rows.append((link.state_since, until, link.state, link.holder_id, link.holder_due, link.paused_at is not None))
    found = []
    for from_at, to_at, state, holder, due, paused in rows:
        begin, end = max(from_at, link.sent_at), min(to_at, until)
        if holder is None or end <= begin:
            continue
        role = "owe" if paused else "decide" if state in (State.REPORTED, State.RECONSIDER) else "own"
        if role == "own" and passes_on:
            role = "send_on"
        found.append(Segment(begin, end, holder, role, due))
    return found


def held(parts: Sequence[Segment]) -> list[Held]:
    """Days by holder and role, to one decimal, so that the rounded parts add up to the rounded whole."""
    sums: dict[tuple[int, str], list[timedelta]] = {}
    for part in parts:
        both = sums.setdefault((part.holder_id, part.role), [timedelta(), timedelta()])
        both[0] += part.within
        both[1] += part.beyond
    flat = [amount / _DAY for both in sums.values() for amount in both]
    rounded = _rounded(flat)
    return [Held(holder, role, rounded[2 * place], rounded[2 * place + 1]) for place, (holder, role) in enumerate(sums)]


def _rounded(amounts: Sequence[float]) -> list[float]:
    """Tenths by largest remainder: the parts add up, always."""
    tenths = [int(amount * 10) for amount in amounts]
    missing = round(sum(amounts) * 10) - sum(tenths)
    order = sorted(range(len(amounts)), key=lambda place: amounts[place] * 10 - tenths[place], reverse=True)
    for place in order[: max(0, missing)]:
        tenths[place] += 1
    return [amount / 10 for amount in tenths]


def issued_at(one: Assignment) -> datetime:
    """When the document's tasks were sent: the beginning of every chain."""
    return Document.objects.values_list("issued_at", flat=True).get(pk=one.document_id) or one.sent_at


def obstacles_of(one: Assignment) -> list[tuple[Hindrance, Obstacle]]:
    hindrances = list(Hindrance.objects.filter(assignment_id=one.pk).order_by("raised_at"))
    known = Obstacle.objects.in_bulk([row.obstacle_id for row in hindrances])
    return [(row, known[row.obstacle_id]) for row in hindrances if row.obstacle_id in known]


def children_counts(one: Assignment) -> dict[str, int]:
    """Of the units below: how many got it, by state, overdue ones left to the matrix. One indexed statement."""
    if not one.below and not one.below_told:
        return {}
    rows = Assignment.objects.filter(task_id=one.task_id, parent_id=one.pk).values_list("state", flat=True)
    counts: dict[str, int] = {}
    for state in rows:
        counts[state] = counts.get(state, 0) + 1
    return counts
