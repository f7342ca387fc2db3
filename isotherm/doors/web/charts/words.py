"""Outcomes and counts as words: the names of marks, and what is said to those who do not see them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from isotherm.doors.web.charts.shapes import Counts, Outcome
from isotherm.doors.web.formats import number, percent


def outcome_words(outcome: Outcome) -> str:
    return {
        Outcome.ON_TIME: _("Done on time"),
        Outcome.LATE: _("Done late"),
        Outcome.OVERDUE: _("Open, overdue"),
        Outcome.PAUSED: _("Paused"),
        Outcome.UNCONNECTED: _("Not connected"),
    }[outcome]


def counts_in_words(counts: Counts) -> str:
    if not counts.due and not counts.beside:
        return _("nothing due yet")
    said = [
        f"{outcome_words(one)} {number(counts.of(one))} ({percent(counts.of(one), counts.due)})"
        for one in (Outcome.ON_TIME, Outcome.LATE, Outcome.OVERDUE)
        if counts.of(one)
    ]
    said += [
        f"{outcome_words(one)} {number(counts.of(one))}"
        for one in (Outcome.PAUSED, Outcome.UNCONNECTED)
        if counts.of(one)
    ]
    return ", ".join(said)


def shares_in_words(counts: Counts) -> str:
    """Short enough to be said a hundred times on a page."""
    if not counts.due:
        return _("nothing due yet")
    said = [
        (counts.on_time, _("%(share)s on time")),
        (counts.late, _("%(share)s late")),
        (counts.overdue, _("%(share)s overdue")),
    ]
    return ", ".join(words % {"share": percent(value, counts.due)} for value, words in said if value)
