"""Reporting progress, reporting completion, and taking a report of completion back before it is decided.

One report covers all tasks of a document at a unit. `reported_done_at` stops the unit's clock; the confirmer's delay
never makes the unit late.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from isotherm.actor import Actor
from isotherm.directives.queries import document_for
from isotherm.execution import policy, queries, rules
from isotherm.execution.clocks import decision_due
from isotherm.execution.models import Report, Request, State
from isotherm.execution.outcomes import due_moment
from isotherm.execution.papers import Evidence, Paper, attach, counts_from, is_late_entry, wrong_paper
from isotherm.execution.rules import Verb
from isotherm.execution.sets import Intents, Outcome, run
from isotherm.refusals import NotAccepted, refuse_unless
from isotherm.words import lazy

_PROGRESS = {"percent": "p.percent_now", "first_reported_at": "coalesce(p.first_reported_at, p.act_at)"}
_COMPLETION = {
    "percent": "100",
    "planned_at": "coalesce(p.planned_at, p.act_at)",
    "first_reported_at": "coalesce(p.first_reported_at, p.act_at)",
    "reported_done_at": "p.act_at",
    "holder_id": "p.confirmer_id",
    "holder_due": due_moment("p.decide_by"),
}
# Whoever carries it works until its date, or until it has been sent on where units below are expected.
WORKING_HOLDER_DUE = due_moment(
    "coalesce(case when p.below > 0 and p.sent_on_at is null then p.send_on_due end, p.due_on, p.report_due)"
)


def over(
    intents: Intents, *, done: bool, words: str, paper: Paper | None = None, late_entry: bool = False
) -> tuple[Outcome, list[Report]]:
    """`intents` carries `percent_now` (smallint) for progress, `decide_by` (date) for completion."""
    outcome = run(
        Verb.REPORT_DONE if done else Verb.REPORT,
        intents,
        changes=_COMPLETION if done else _PROGRESS,
        facts={"words": words[:500]} if words else None,
        paper=paper.symbol if paper else None,
        late_entry=late_entry,
        ledger_verb="reported_done" if done else "reported",
        where="a.paused_at is null" if done else "true",
    )
    reports = Report.objects.bulk_create(
        Report(
            document_id=line.document_id,
            unit_id=line.unit_id,
            words=words,
            says_done=done,
            symbol=paper.symbol if paper else "",
            signed_on=paper.signed_on if paper else None,
            at=line.at,
            line_id=line.id,
        )
        for line in outcome.lines
    )
    _items(reports, outcome)
    if done:
        _ask_for_confirmation(outcome)
    return outcome, reports


@transaction.atomic
def report(
    document: str,
    unit_id: int,
    *,
    percent: int,
    words: str,
    done: bool = False,
    evidence: Sequence[Evidence] = (),
    numbers: Sequence[int] | None = None,
    paper: Paper | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Report progress, or completion with `done`. Completion needs words, a file or a signed document."""
    verb = Verb.REPORT_DONE if done else Verb.REPORT
    found = document_for(actor, document)
    ids = queries.ids_for(actor, found, unit_id, states=[State.WORKING, State.SENT], numbers=numbers)
    refuse_unless(policy.may_act(actor, unit_id, verb, paper=paper.symbol if paper else None))
    refuse_unless(rules.wrong_percent(percent))
    refuse_unless(wrong_paper(paper, at=at))
    if not words.strip() and not evidence and paper is None:
        raise NotAccepted(
            lazy("A report needs words, a file, or the signed document that holds it."),
            remedy=lazy("Say what was done, attach the result, or cite its number, symbol and date."),
            field="words",
        )
    counted = counts_from(paper, at)
    intents = (
        Intents.of(actor, ids, unit_id=unit_id, at=counted, decide_by=("date", decision_due("completion", at)))
        if done
        else Intents.of(actor, ids, unit_id=unit_id, at=counted, percent_now=("smallint", percent))
    )
    outcome, reports = over(
        intents, done=done, words=words.strip(), paper=paper, late_entry=is_late_entry(paper, at)
    )
    outcome.or_refuse()
    for one in reports:
        attach("report", one.pk, evidence)
    return outcome


@transaction.atomic
def take_back(
    document: str, unit_id: int, *, numbers: Sequence[int] | None = None, actor: Actor, at: datetime
) -> Outcome:
    """Take a report of completion back while nobody has decided on it."""
    found = document_for(actor, document)
    ids = queries.ids_for(actor, found, unit_id, states=[State.REPORTED], numbers=numbers)
    refuse_unless(policy.may_act(actor, unit_id, Verb.TAKE_BACK))
    outcome = run(
        Verb.TAKE_BACK,
        Intents.of(actor, ids, unit_id=unit_id, at=at),
        changes={"reported_done_at": "null", "holder_id": "p.carrier_id", "holder_due": WORKING_HOLDER_DUE},
        ledger_verb="report_taken_back",
    ).or_refuse()
    decide_requests(outcome, what=Request.What.COMPLETION, decision=Request.Decision.TAKEN_BACK, reason="")
    return outcome


def decide_requests(outcome: Outcome, *, what: str, decision: str, reason: str) -> None:
    """Close the open request of each row of a set, at the moment of its line."""
    ids = [one for line in outcome.lines for one in line.assignments]
    moments = [line.at for line in outcome.lines for _one in line.assignments]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update execution_request r set decision = %s, decided_at = d.at, decision_reason = %s
            from unnest(%s::bigint[], %s::timestamptz[]) d(id, at)
            where r.assignment_id = d.id and r.what = %s and r.decided_at is null
            """,
            [decision, reason, ids, moments, what],
        )


def _items(reports: Sequence[Report], outcome: Outcome) -> None:
    by_line = {report.line_id: report.pk for report in reports}
    pairs = [(by_line[line.id], one) for line in outcome.lines for one in line.assignments]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into execution_reportitem (report_id, assignment_id, percent)
            select i.report, a.id, a.percent
            from unnest(%s::bigint[], %s::bigint[]) i(report, id) join execution_assignment a on a.id = i.id
            """,
            [[pair[0] for pair in pairs], [pair[1] for pair in pairs]],
        )


def _ask_for_confirmation(outcome: Outcome) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into execution_request (assignment_id, what, reason, asked_of_id, asked_at, decide_due, decision,
                                           decision_reason)
            select a.id, 'completion', '', a.confirmer_id, a.reported_done_at,
                   (a.holder_due at time zone current_setting('TimeZone'))::date, '', ''
            from execution_assignment a where a.id = any(%s)
            """,
            [outcome.assignments],
        )
