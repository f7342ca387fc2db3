"""What a task leaves unclear of the six points, why, and the words that would mend it. Plain values; no database.

The reasons are in the reader's language, the words to write in the document's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from isotherm import country
from isotherm.directives.grammar import grammar_of
from isotherm.directives.letters import like
from isotherm.directives.models import Task
from isotherm.directives.reading import CandidateTask
from isotherm.directives.rules import SIX
from isotherm.words import _, lazy

POINTS: dict[str, Promise] = {
    "person": lazy("clear person"),
    "work": lazy("clear work"),
    "time": lazy("clear time"),
    "responsibility": lazy("clear responsibility"),
    "product": lazy("clear product"),
    "authority": lazy("clear authority"),
}
UNCLEAR: dict[str, Promise] = {
    "person": lazy("person not clear"),
    "work": lazy("work not clear"),
    "time": lazy("time not clear"),
    "responsibility": lazy("responsibility not clear"),
    "product": lazy("product not clear"),
    "authority": lazy("authority not clear"),
}
assert tuple(POINTS) == tuple(UNCLEAR) == SIX
# Without these four a task cannot be followed; responsibility and authority often stand in regulations, not here.
NEEDED = ("person", "work", "time", "product")
FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Said:
    """What a task says, proposed or stored. `known`: how many bodies of the register its lead is."""

    language: str
    lead: Sequence[str]
    known: int
    action: str
    due_on: date | None
    deadline_text: str
    urgent: bool
    recurrence: str
    responsible: str
    product: str
    authority: str
    doubts: Sequence[str]

    @classmethod
    def proposed(cls, task: CandidateTask, language: str) -> Said:
        return cls(
            language=language,
            lead=task.lead,
            known=len(task.lead),
            action=task.action,
            due_on=task.deadline,
            deadline_text=task.deadline_text or "",
            urgent=task.deadline_kind == "immediate",
            recurrence=task.recurrence or "",
            responsible=task.responsible or "",
            product=task.product or "",
            authority=task.authority or "",
            doubts=task.doubts,
        )

    @classmethod
    def stored(cls, task: Task, *, known: int) -> Said:
        return cls(
            language=task.document.language,
            lead=task.lead,
            known=known,
            action=task.action,
            due_on=task.due_on,
            deadline_text=task.deadline_text,
            urgent=task.deadline_kind == "immediate",
            recurrence=task.recurrence,
            responsible=task.responsible,
            product=task.product,
            authority=task.authority,
            doubts=task.doubts,
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """One of the six points that is not clear: why, and what to write instead."""

    point: str
    why: str
    write: str

    @property
    def needed(self) -> bool:
        return self.point in NEEDED

    @property
    def words(self) -> str:
        return str(UNCLEAR[self.point])


def gaps(said: Said) -> tuple[Gap, ...]:
    """The unclear points, in the Prime Minister's order."""
    why = {
        "person": _person(said),
        "work": _work(said),
        "time": _time(said),
        "responsibility": "" if said.responsible else _("Nobody is named who answers for the result."),
        "product": "" if said.product else _("No product that can be checked is named."),
        "authority": "" if said.authority else _("Who decides on the result, or receives it, is not named."),
    }
    return tuple(Gap(point, why[point], mending(point, said.language)) for point in SIX if why[point])


def six_points(said: Said) -> dict[str, bool]:
    missing = {gap.point for gap in gaps(said)}
    return {point: point not in missing for point in SIX}


def mending(point: str, language: str) -> str:
    """The words of the country package that make the point clear."""
    rows = country.table("phrases/mend")
    return next((row["words"] for row in rows if (row["point"], row["language"]) == (point, language)), "")


def _person(said: Said) -> str:
    if not said.lead:
        return _("Who leads is not named.")
    if "lead_open" in said.doubts:
        return _("“%(words)s” leaves open which bodies are meant.") % {"words": "; ".join(said.lead)}
    if "several_leads" in said.doubts and len(said.lead) > 1:
        return _("Several bodies are named, and none of them as the one that leads: %(bodies)s.") % {
            "bodies": "; ".join(said.lead)
        }
    if not said.known:
        return _("“%(words)s” is no body of the register.") % {"words": "; ".join(said.lead)}
    if "lead_unsure" in said.doubts:
        return _("Where the name of the lead ends is not certain.")
    return ""


def _work(said: Said) -> str:
    if len(said.action.split()) < FEWEST_WORDS:
        return _("The work is not named.")
    vague = vague_word(said.action, said.language)
    if vague and not (said.product or said.authority):
        return _("“%(word)s” names no result that could be checked.") % {"word": vague}
    return ""


def _time(said: Said) -> str:
    if said.due_on or said.recurrence or said.deadline_text:
        return ""
    return _("The text only says that it is urgent; no day is named.") if said.urgent else _("No time is named.")


def vague_word(action: str, language: str) -> str:
    """The word like "tăng cường" that the work begins with, past the words on the way to it."""
    grammar, alike = grammar_of(language), like(action)
    found = grammar.vague.match(alike)
    if found is None:
        ways = grammar.ways.match(alike)
        found = grammar.vague.match(alike, ways.end()) if ways else None
    return re.sub(r"\s+", " ", action[found.start() : found.end()]).strip().lower() if found else ""
