"""What a door tells after an act over a set: how many were done, and why the others were not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from isotherm.actor import Actor
from isotherm.execution.sets import Outcome
from isotherm.records.keys import with_key


@dataclass(frozen=True, slots=True)
class Answer:
    done: int
    refused: tuple[tuple[int, str], ...] = ()  # assignment id, sentence

    @classmethod
    def of(cls, outcome: Outcome) -> Answer:
        return cls(outcome.done, tuple((one.assignment_id, str(one.refusal)) for one in outcome.refused))


def once(actor: Actor, key: str | None, *, at: datetime, act: Callable[[], Outcome]) -> Answer:
    """Do the act once for the form's key; a repeat gets the first answer again."""

    def to_answer(answer: Answer) -> Any:
        return {"done": answer.done, "refused": [list(pair) for pair in answer.refused]}

    def from_answer(kept: Any) -> Answer:
        return Answer(kept["done"], tuple((pair[0], pair[1]) for pair in kept["refused"]))

    return with_key(actor, key, at=at, act=lambda: Answer.of(act()), to_answer=to_answer, from_answer=from_answer)
