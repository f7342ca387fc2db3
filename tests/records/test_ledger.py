from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from isotherm.actor import Actor, Hand
from isotherm.records import ledger
from isotherm.records.models import LedgerLine
from isotherm.words import lazy

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
CLERK = Actor(person_id=7, post_id=70, unit_id=700, name="Clerk")


def test_a_line_says_who_which_post_and_for_which_unit(records: None) -> None:
    line = LedgerLine.objects.get(pk=ledger.write(CLERK, "assignment.taken_up", at=NOON, unit_id=701))
    assert (line.person_id, line.post_id, line.unit_id, line.job, line.at) == (7, 70, 701, "", NOON)


def test_a_job_acts_as_itself(records: None) -> None:
    line = LedgerLine.objects.get(pk=ledger.write(Actor.system("seal"), "deadline.moved", at=NOON))
    assert (line.person_id, line.post_id, line.job) == (None, None, "seal")


def test_facts_keep_dates_decimals_durations_and_names(records: None) -> None:
    facts = {
        "until": date(2026, 6, 30),
        "share": Decimal("0.50"),
        "for": timedelta(hours=1),
        "hands": frozenset({Hand.CLERK}),
        "why": lazy("The file is empty."),
    }
    line = LedgerLine.objects.get(pk=ledger.write(CLERK, "extension.asked", at=NOON, facts=facts))
    assert (line.facts["until"], line.facts["share"], line.facts["for"], line.facts["hands"]) == (
        "2026-06-30",
        "0.50",
        3600.0,
        ["clerk"],
    )


@pytest.mark.parametrize("fact", [object(), float("nan")])
def test_a_fact_that_cannot_be_kept_is_refused(records: None, fact: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        ledger.write(CLERK, "extension.asked", at=NOON, facts={"x": fact})


def test_a_mass_act_counts_and_keeps_its_members(records: None) -> None:
    line = LedgerLine.objects.get(
        pk=ledger.write(CLERK, "assignment.urged", at=NOON, members=ledger.Members("assignment", [5, 3, 5]))
    )
    assert (line.count, line.members_kind) == (2, "assignment")


def test_the_history_of_a_record_has_its_own_lines_and_those_that_touched_it(records: None) -> None:
    own = ledger.write(CLERK, "assignment.taken_up", at=NOON, subject_kind="assignment", subject_id=3)
    ledger.write(CLERK, "assignment.taken_up", at=NOON, subject_kind="assignment", subject_id=4)
    mass = ledger.write(CLERK, "assignment.urged", at=NOON, members=ledger.Members("assignment", [5, 3]))
    ledger.write(CLERK, "task.corrected", at=NOON, members=ledger.Members("task", [3]))
    sent = ledger.write(CLERK, "assignment.sent_on", at=NOON)
    history = ledger.history("assignment", 3, also=[sent])
    assert [line.pk for line in history] == [own, mass, sent]
