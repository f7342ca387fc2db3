"""
An answer is looked at like a stranger's word: it may be malformed, invented, or written by whoever wrote the text.

- A quote must stand in the part that was asked about, letter by letter but for blanks; else the whole proposal goes.
- A body must be named in the document, a product's words must stand in it; else that field goes.
- Days and recurrences are never taken from the model: they are read from the quote by the grammar. A day the model
  claims that the words do not give is a doubt.
"""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from isotherm.directives.deadlines import deadlines_in, main_deadline, main_recurrence
from isotherm.directives.letters import like, one_line
from isotherm.directives.wording import Wording

MOST_TASKS = 80  # of one part
MOST_BODIES = 20
_LEAST_LETTERS = 12
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is left of a task that the model named: its words stand at `start:end`."""

    start: int
    end: int
    work: str
    lead: tuple[str, ...]
    coordinate: tuple[str, ...]
    deadline: date | None
    deadline_text: str
    deadline_kind: str
    recurrence: str
    product: str
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """`malformed`: the answer was no list of tasks. `untrue`: proposals whose quote is not in the text."""

    proposals: tuple[Proposal, ...] = ()
    untrue: int = 0
    malformed: bool = False


class Document(Wording):
    """A text against which answers are checked."""

    def __init__(self, text: str, *, issued: date | None, language: str) -> None:
        super().__init__(text)
        self.issued, self.language = issued, language


def check(answer: str, document: Document, *, start: int, end: int) -> Checked:
    """What may be believed of an answer about the words from `start` to `end`."""
    tasks = _tasks(answer)
    if tasks is None:
        return Checked(malformed=True)
    found: dict[tuple[int, int], Proposal] = {}
    untrue = max(0, len(tasks) - MOST_TASKS)
    for task in tasks[:MOST_TASKS]:
        quote = _text(task, "quote")
        span = document.find(quote, start, end) if len(quote) >= _LEAST_LETTERS else None
        if span is None:
            untrue += 1
        elif span not in found:
            found[span] = _proposal(task, span, document)
    return Checked(tuple(sorted(found.values(), key=lambda one: one.start)), untrue)


def _proposal(task: dict[str, Any], span: tuple[int, int], document: Document) -> Proposal:
    quote = document.text[span[0] : span[1]]
    lead, unknown = _bodies(task, "lead", document)
    coordinate, also_unknown = _bodies(task, "coordinating", document)
    times = deadlines_in(quote, issued=document.issued, language=document.language)
    deadline = main_deadline(times)
    doubts = ["second_reader"]
    if unknown or also_unknown:
        doubts.append("second_body")
    claimed = _text(task, "deadline")
    if claimed and claimed not in {one.day.isoformat() for one in times if one.day}:
        doubts.append("second_day")
    work = document.found(_text(task, "work")) or quote
    return Proposal(
        start=span[0],
        end=span[1],
        work=one_line(work),
        lead=lead,
        coordinate=coordinate,
        deadline=deadline.day if deadline else None,
        deadline_text=one_line(deadline.text) if deadline else "",
        deadline_kind=deadline.kind if deadline else "",
        recurrence=main_recurrence(times) or "",
        product=one_line(document.found(_text(task, "product")) or ""),
        doubts=tuple(doubts),
    )


def _bodies(task: dict[str, Any], name: str, document: Document) -> tuple[tuple[str, ...], bool]:
    """The bodies that the text names, as it writes them; and whether others were claimed."""
    given = task.get(name)
    claimed = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    words = [one for one in claimed[:MOST_BODIES] if isinstance(one, str) and one.strip()]
    found = [document.found(one) for one in words]
    kept = dict.fromkeys(one_line(one) for one in found if one)
    return tuple(kept), len(kept) < len({like(one_line(one)) for one in words})


def _text(task: dict[str, Any], name: str) -> str:
    value = task.get(name)
    return value.strip() if isinstance(value, str) else ""


def _tasks(answer: str) -> list[dict[str, Any]] | None:
    """The first JSON value of the answer that holds tasks: small models add greetings and fences."""
    for found in itertools.islice(re.finditer(r"[{\[]", answer), _TRIES):
        try:
            value, _end = json.JSONDecoder().raw_decode(answer, found.start())
        except (ValueError, RecursionError):
            continue
        given = value.get("tasks") if isinstance(value, dict) else value
        if isinstance(given, list):
            return [one for one in given if isinstance(one, dict)]
    return None
