"""A reading with the model's proposals beside the grammar's, for what is read and kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from isotherm.directives.reading import Reading, secrecy
from isotherm.directives.second_reader import checking, merging, questions, wire
from isotherm.refusals import Unavailable

Tell = Callable[[int, int], None]


def beside(reading: Reading, *, tell: Tell | None = None) -> Reading:
    """`tell` hears after each part how many of how many are asked. A part without an answer is said to be so."""
    one = wire.reader()
    secrecy.refuse_if_marked(reading.text)
    document = checking.Document(reading.text, issued=reading.header.signed_on, language=reading.header.language)
    asked = questions.questions_of(reading.text)
    proposals: list[checking.Proposal] = []
    silent = 0
    for number, question in enumerate(asked, start=1):
        try:
            answer = wire.ask(one, question.messages)
        except Unavailable:
            silent += 1
        else:
            found = checking.check(answer, document, start=question.start, end=question.end)
            proposals += found.proposals
            silent += found.malformed
        if tell is not None:
            tell(number, len(asked))
    return replace(
        reading,
        candidates=merging.with_second(reading.candidates, reading.passages, reading.text, proposals),
        warnings=(*reading.warnings, "second_reader_silent") if silent else reading.warnings,
    )
