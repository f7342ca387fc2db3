"""What was done by signed paper counts from the paper's date, and is marked if it was entered later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from isotherm.execution.clocks import local_day
from isotherm.execution.models import Attachment
from isotherm.refusals import NotAccepted, Refusal
from isotherm.words import lazy


@dataclass(frozen=True, slots=True)
class Paper:
    """A signed document that an act cites."""

    symbol: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file kept by its hash, with the name it came under."""

    sha256: str
    name: str


def wrong_paper(paper: Paper | None, *, at: datetime, not_before: date | None = None) -> Refusal | None:
    if paper is None:
        return None
    if not paper.symbol.strip():
        return NotAccepted(lazy("Give the number and symbol of the signed document."), field="paper_symbol")
    if paper.signed_on > local_day(at):
        return NotAccepted(lazy("The signed document's date lies in the future."), field="paper_date")
    if not_before is not None and paper.signed_on < not_before:
        return NotAccepted(
            lazy("The signed document is older than the assignment, which was sent on %(day)s."),
            {"day": not_before.strftime("%d/%m/%Y")},
            field="paper_date",
        )
    return None


def counts_from(paper: Paper | None, at: datetime) -> datetime:
    """The moment an act counts from: noon of the paper's day, never later than now."""
    if paper is None:
        return at
    noon = timezone.make_aware(datetime.combine(paper.signed_on, time(12)))
    return min(noon, at)


def is_late_entry(paper: Paper | None, at: datetime) -> bool:
    return paper is not None and paper.signed_on < local_day(at)


def attach(kind: str, subject_id: int, evidence: Sequence[Evidence]) -> None:
    Attachment.objects.bulk_create(
        Attachment(subject_kind=kind, subject_id=subject_id, sha256=one.sha256, name=one.name[:200]) for one in evidence
    )
