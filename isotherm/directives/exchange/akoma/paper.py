"""What is exported: a document's heading, tasks, text, the parts of the text, and what it cites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from isotherm.directives.exchange import listing
from isotherm.directives.exchange.listing import Listing

if TYPE_CHECKING:
    from isotherm.directives.models import Document, Task
    from isotherm.directives.reading import Reading


class Part(Protocol):
    """A passage, just read or stored."""

    @property
    def path(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Cited:
    symbol: str
    relation: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paper:
    listing: Listing
    text: str
    parts: Sequence[Part]
    cited: Sequence[Cited]


def of_reading(reading: Reading) -> Paper:
    return Paper(
        listing=listing.of_reading(reading),
        text=reading.text,
        parts=reading.passages,
        cited=[Cited(one.symbol, one.relation, one.start, one.end) for one in reading.header.cited],
    )


def of_document(document: Document, tasks: Sequence[Task]) -> Paper:
    return Paper(
        listing=listing.of_document(document, tasks),
        text=document.text,
        parts=list(document.passages.order_by("position")),
        cited=[Cited(one.symbol, one.what, one.start, one.end) for one in document.relations.order_by("start", "end")],
    )
