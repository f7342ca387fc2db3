"""What must hold of a document and its tasks; plain values only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from isotherm.refusals import NotAccepted, NotNow, Refusal
from isotherm.words import lazy

SIX = ("person", "work", "time", "responsibility", "product", "authority")


def six_points(
    *,
    leads: Sequence[object],
    action: str,
    due_on: date | None,
    recurrence: str,
    responsible: str,
    product: str,
    authority: str,
) -> dict[str, bool]:
    """6 rõ, in the Prime Minister's order: rõ người, việc, thời gian, trách nhiệm, sản phẩm, thẩm quyền."""
    return {
        "person": len(leads) > 0,
        "work": len(action.split()) >= 3,
        "time": due_on is not None or bool(recurrence),
        "responsibility": bool(responsible),
        "product": bool(product),
        "authority": bool(authority),
    }


def wrong_due(due_on: date | None, *, signed_on: date) -> Refusal | None:
    if due_on is None or due_on >= signed_on:
        return None
    return NotAccepted(
        lazy("The deadline %(due)s lies before the document was issued, %(signed)s."),
        {"due": due_on.strftime("%d/%m/%Y"), "signed": signed_on.strftime("%d/%m/%Y")},
        remedy=lazy("Correct the deadline, or leave it empty if the text sets none."),
        field="due_on",
    )


def not_ready(*, proposed: int, accepted: int) -> Refusal | None:
    """Submission needs every candidate decided, and at least one task."""
    if proposed:
        return NotNow(
            lazy("%(count)s proposed tasks are not decided yet."),
            {"count": proposed},
            remedy=lazy("Confirm or set aside each of them first."),
        )
    if not accepted:
        return NotNow(
            lazy("No task has been confirmed, so there is nothing to send."),
            remedy=lazy("Confirm a proposed task, or add one from the text."),
        )
    return None


def wrong_span(start: int, end: int, *, length: int) -> Refusal | None:
    if 0 <= start < end <= length:
        return None
    return NotAccepted(lazy("Select some words of the document's text first."), field="start")
