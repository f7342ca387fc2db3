"""What must hold of a document and its tasks; plain values only."""

from __future__ import annotations

from datetime import date

from isotherm.refusals import NotAccepted, NotNow, Refusal
from isotherm.words import lazy

# 6 rõ, in the Prime Minister's order: rõ người, việc, thời gian, trách nhiệm, sản phẩm, thẩm quyền.
SIX = ("person", "work", "time", "responsibility", "product", "authority")


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


# What a person may say of a clause; that it gives a task is said by adding one.
ROLES = ("principle", "prohibition", "standing", "other")


def wrong_role(role: str) -> Refusal | None:
    if not role or role in ROLES:
        return None
    return NotAccepted(lazy("Choose what the clause is."), field="role")
