"""Which rows of a list can be brought into a document: placed, there already, of another one, or left to a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from isotherm.directives.exchange.lists.places import How, Place, Places, alike
from isotherm.directives.exchange.lists.rows import Read, Row
from isotherm.directives.models import Document, Task
from isotherm.directives.queries import symbol_key
from isotherm.units.folding import fold

SAME_WORDS = 0.8
SAME_PLACE = 0.6
LEAVE = "-"  # what a person writes for a row that is to stay out
TAKE = "+"  # the near place is right


class Standing(StrEnum):
    READY = "ready"
    LOOK = "look"  # placed near: a person says whether it is right
    UNPLACED = "unplaced"
    THERE = "there"  # the document has this task already, or an earlier row says the same
    ELSEWHERE = "elsewhere"  # the row names another document
    STOPPED = "stopped"  # something is wrong that a person must mend in the list
    LEFT = "left"  # a person leaves it out


@dataclass(frozen=True, slots=True)
class Planned:
    """`of_task`, `of_row`: the task of the document, or the earlier row, that says the same."""

    row: Row
    standing: Standing
    place: Place | None = None
    of_task: int | None = None
    of_row: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    rows: tuple[Planned, ...]
    headings: tuple[tuple[int, str], ...]

    def of(self, *standings: Standing) -> list[Planned]:
        return [one for one in self.rows if one.standing in standings]

    @property
    def others(self) -> dict[str, int]:
        """The other documents that rows name, with how many each."""
        found: dict[str, int] = {}
        for one in self.of(Standing.ELSEWHERE):
            found[one.row.symbol] = found.get(one.row.symbol, 0) + 1
        return found


def plan(document: Document, read: Read, *, said: Mapping[int, str]) -> Plan:
    """`said`: what a person wrote for a row: words of the text, TAKE for the near place, LEAVE to leave it out."""
    places = Places(document.text, list(document.passages.order_by("position")))
    known = Known(document)
    said_by: dict[tuple[tuple[str, ...], str], int] = {}
    planned: list[Planned] = []
    for row in read.rows:
        one = _planned(row, document, places, said.get(row.number, "").strip())
        if one.standing in (Standing.READY, Standing.LOOK, Standing.UNPLACED):
            says = (row.lead, fold(row.work))
            task, earlier = known.same(one), said_by.get(says)
            if task is not None or earlier is not None:
                one = replace(one, standing=Standing.THERE, of_task=task, of_row=earlier if task is None else None)
            else:
                said_by[says] = row.number
        planned.append(one)
    return Plan(tuple(planned), read.headings)


def _planned(row: Row, document: Document, places: Places, said: str) -> Planned:
    if row.symbol and symbol_key(row.symbol) != document.symbol_key:
        return Planned(row, Standing.ELSEWHERE)
    if row.stopped:
        return Planned(row, Standing.STOPPED)
    place = places.of(row.work, row.clause)
    if said == LEAVE:
        return Planned(row, Standing.LEFT, place)
    if said and said != TAKE:
        marked = places.marked(said)
        return Planned(row, Standing.READY if marked else Standing.UNPLACED, marked)
    if place is None:
        return Planned(row, Standing.UNPLACED)
    if place.how == How.NEAR:
        return Planned(row, Standing.READY if said == TAKE else Standing.LOOK, place)
    return Planned(row, Standing.READY, place)


class Known:
    """The tasks of a document that count, asked for many rows: not those that an undone step had made."""

    def __init__(self, document: Document) -> None:
        steps = document.review_steps.filter(undone=True)
        undone = {pk for made in steps.values_list("made", flat=True) for pk in made}
        self.tasks = [task for task in document.tasks.order_by("number") if task.pk not in undone]
        self.words: dict[str, list[int]] = {}
        for at, task in enumerate(self.tasks):
            for word in set(fold(task.action).split()):
                self.words.setdefault(word, []).append(at)

    def same(self, one: Planned) -> int | None:
        """The number of the task that says the same: in the same words, or at the same place."""
        own = set(fold(one.row.work).split())
        shared = Counter(at for word in own for at in self.words.get(word, ()))
        for at, common in sorted(shared.items()):
            task = self.tasks[at]
            # Offices write the time into a column of its own; the reader leaves it in the work, too.
            if common >= len(own) / 2 and alike(one.row.work, task.action, but=task.deadline_text) >= SAME_WORDS:
                return task.number
        return next((task.number for task in self.tasks if _same_place(one.place, task)), None)


def _same_place(place: Place | None, task: Task) -> bool:
    if place is None or place.how != How.WORDS:
        return False
    common = min(task.end, place.end) - max(task.start, place.start)
    return common >= SAME_PLACE * max(task.end - task.start, place.end - place.start)
