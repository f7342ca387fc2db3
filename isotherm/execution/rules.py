"""What is possible from which state. One table: SQL joins it, people are refused by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise

from isotherm.execution.models import State
from isotherm.refusals import NotAccepted, NotNow, Refusal
from isotherm.words import lazy


class Verb(StrEnum):
    TAKE_UP = "take_up"
    PLAN = "plan"
    SEND_ON = "send_on"
    ASK_RECONSIDER = "ask_reconsider"
    UPHOLD_RETURN = "uphold_return"
    REFUSE_RETURN = "refuse_return"
    REPORT = "report"
    REPORT_DONE = "report_done"
    TAKE_BACK = "take_back"
    CONFIRM = "confirm"
    REDO = "redo"
    PAUSE = "pause"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    URGE = "urge"
    HAND_TO = "hand_to"
    CORRECT_DUE = "correct_due"


_S = State
TRANSITIONS: Mapping[Verb, Mapping[State, State]] = {
    Verb.TAKE_UP: {_S.SENT: _S.WORKING},
    Verb.PLAN: {_S.WORKING: _S.WORKING},
    Verb.SEND_ON: {_S.WORKING: _S.WORKING},
    Verb.ASK_RECONSIDER: {_S.SENT: _S.RECONSIDER, _S.WORKING: _S.RECONSIDER},
    Verb.UPHOLD_RETURN: {_S.RECONSIDER: _S.RETURNED},
    Verb.REFUSE_RETURN: {_S.RECONSIDER: _S.WORKING},
    Verb.REPORT: {_S.WORKING: _S.WORKING},
    Verb.REPORT_DONE: {_S.WORKING: _S.REPORTED},
    Verb.TAKE_BACK: {_S.REPORTED: _S.WORKING},
    Verb.CONFIRM: {_S.REPORTED: _S.DONE},
    Verb.REDO: {_S.REPORTED: _S.WORKING},
    Verb.PAUSE: {_S.SENT: _S.SENT, _S.WORKING: _S.WORKING},
    Verb.RESUME: {_S.SENT: _S.SENT, _S.WORKING: _S.WORKING},
    Verb.WITHDRAW: dict.fromkeys((_S.SENT, _S.WORKING, _S.RECONSIDER, _S.REPORTED), _S.WITHDRAWN),
    Verb.URGE: {_S.SENT: _S.SENT, _S.WORKING: _S.WORKING, _S.RECONSIDER: _S.RECONSIDER, _S.REPORTED: _S.REPORTED},
    Verb.HAND_TO: {_S.SENT: _S.SENT, _S.WORKING: _S.WORKING},
    Verb.CORRECT_DUE: {_S.SENT: _S.SENT, _S.WORKING: _S.WORKING},
}

_ALREADY: Mapping[tuple[Verb, State], Promise] = {
    (Verb.TAKE_UP, _S.WORKING): lazy("This has already been taken up."),
    (Verb.REPORT_DONE, _S.REPORTED): lazy("Completion has already been reported and waits for confirmation."),
    (Verb.CONFIRM, _S.DONE): lazy("Completion has already been confirmed."),
    (Verb.CONFIRM, _S.WORKING): lazy("There is no report of completion to confirm: it was sent back or taken back."),
    (Verb.REDO, _S.WORKING): lazy("It has already been sent back to be done again."),
    (Verb.REDO, _S.DONE): lazy("Completion has already been confirmed, so it cannot be sent back."),
    (Verb.PLAN, _S.SENT): lazy("It must be taken up before a plan is recorded."),
    (Verb.SEND_ON, _S.SENT): lazy("It must be taken up before it is passed on."),
    (Verb.REPORT, _S.SENT): lazy("It must be taken up before a report is sent."),
    (Verb.REPORT_DONE, _S.SENT): lazy("It must be taken up before completion is reported."),
}


def can(verb: Verb, state: State) -> bool:
    return state in TRANSITIONS[verb]


def why_not(verb: Verb, state: State) -> Refusal:
    """The refusal for a state from which the verb is not possible."""
    sentence = _ALREADY.get((verb, state))
    if sentence is not None:
        return NotNow(sentence, remedy=lazy("Reload the page to see how it stands now."))
    return NotNow(
        lazy("This is not possible now: the assignment's state is “%(state)s”."),
        {"state": State(state).label},
        remedy=lazy("Reload the page to see how it stands now."),
    )


def values(verb: Verb) -> str:
    """The verb's rows of the table as SQL VALUES (code, never input)."""
    return ", ".join(f"('{old.value}', '{new.value}')" for old, new in TRANSITIONS[verb].items())


def wrong_percent(percent: int) -> Refusal | None:
    if 0 <= percent <= 100:
        return None
    return NotAccepted(lazy("The percentage must be a whole number from 0 to 100."), field="percent")


def wrong_new_date(new: date | None, *, today: date, parent_due: date | None) -> Refusal | None:
    """A date for doing it again lies ahead, and never passes the parent's."""
    if new is None:
        return NotAccepted(lazy("Give the new date by which it is to be done again."), field="due_on")
    if new <= today:
        return NotAccepted(lazy("The new date must lie after today."), field="due_on")
    if parent_due is not None and new > parent_due:
        return NotAccepted(
            lazy("The new date may not pass the date of the level above, %(day)s."),
            {"day": parent_due.strftime("%d/%m/%Y")},
            field="due_on",
        )
    return None


def wrong_reason(reason: str) -> Refusal | None:
    if len(reason.strip()) >= 5:
        return None
    return NotAccepted(lazy("A reason is required: say in a sentence why."), field="reason")
