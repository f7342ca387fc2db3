"""
What the two readers say, laid beside each other.

Where both found the same words with the same lead, the grammar's proposal gains confidence; where the lead differs, it
gains a doubt. What only the model found is proposed with low confidence and the doubt that says so: it is never among
what is sure, so that a person reads each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from isotherm.directives.candidates import CandidateTask
from isotherm.directives.letters import like, one_line
from isotherm.directives.second_reader.checking import Proposal
from isotherm.directives.structure import Passage

ALONE = 0.4
GAIN = 0.4  # of what is missing to certainty
MOST = 0.97
_SAME_WORDS = 0.5
DIFFERS = "second_lead"


class Known(Protocol):
    """A proposed task as the grammar found it, read just now or stored."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def lead(self) -> Sequence[str]: ...
    @property
    def confidence(self) -> float: ...
    @property
    def doubts(self) -> Sequence[str]: ...


K = TypeVar("K", bound=Known)


@dataclass(frozen=True, slots=True)
class Merged:
    """`agreed` and `differing` by their place in what was known; `own`: of the model alone."""

    agreed: tuple[int, ...]
    differing: tuple[int, ...]
    own: tuple[Proposal, ...]


def merge(known: Sequence[Known], proposals: Iterable[Proposal]) -> Merged:
    agreed: set[int] = set()
    differing: set[int] = set()
    own = []
    for one in proposals:
        places = [at for at, task in enumerate(known) if _same_words(task, one)]
        if not places:
            own.append(one)
            continue
        for at in places if one.lead else ():
            same = any(_same_body(name, other) for name in known[at].lead for other in one.lead)
            (agreed if same else differing).add(at)
    return Merged(tuple(sorted(agreed)), tuple(sorted(differing - agreed)), tuple(own))


def _same_words(task: Known, one: Proposal) -> bool:
    """Half of the shorter one lies in the other."""
    common = min(task.end, one.end) - max(task.start, one.start)
    return common > 0 and common >= _SAME_WORDS * min(task.end - task.start, one.end - one.start)


def _same_body(name: str, other: str) -> bool:
    """The grammar writes the bodies of a list out ("tỉnh Gia Lai"), a model copies the list."""
    one, two = like(one_line(name)), like(one_line(other))
    return one in two or two in one or " ".join(one.split()[-2:]) in two


def gained(confidence: float) -> float:
    return round(max(confidence, min(MOST, confidence + (1 - confidence) * GAIN)), 2)


def with_second(
    candidates: tuple[CandidateTask, ...], passages: Sequence[Passage], text: str, proposals: Iterable[Proposal]
) -> tuple[CandidateTask, ...]:
    """The grammar's candidates and the model's, in the order of the text."""
    merged = merge(candidates, proposals)
    both = list(candidates)
    for at in merged.agreed:
        both[at] = replace(both[at], confidence=gained(both[at].confidence))
    for at in merged.differing:
        both[at] = replace(both[at], doubts=(*both[at].doubts, DIFFERS))
    both += [candidate_of(one, passages, text) for one in merged.own]
    return tuple(sorted(both, key=lambda one: one.start))


def candidate_of(one: Proposal, passages: Sequence[Passage], text: str) -> CandidateTask:
    place = next((part for part in passages if part.start <= one.start < part.end), None)
    return CandidateTask(
        quote=text[one.start : one.end],
        start=one.start,
        end=one.end,
        clause=place.label if place else "",
        path=place.path if place else "",
        lead=one.lead,
        coordinate=one.coordinate,
        action=one.work,
        deadline=one.deadline,
        deadline_time=None,
        deadline_text=one.deadline_text or None,
        deadline_kind=one.deadline_kind or None,
        recurrence=one.recurrence or None,
        product=one.product or None,
        responsible=None,
        authority=None,
        group=None,
        monitor=False,
        confidence=ALONE,
        doubts=one.doubts if one.lead else (*one.doubts, "lead_unsure"),
    )
