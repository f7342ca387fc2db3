"""Sending a document's tasks to those who carry them out.

1. The document is locked; it waits for sending, and a second person sends it. Doubts about powers are settled.
2. Each task's expectation is frozen as a unit set, its dues are planned for every depth.
3. The leads get their assignments; everyone further down stands in the cells as expected and missing.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from isotherm.actor import Actor
from isotherm.directives import policy
from isotherm.directives.acts.powers import refuse_unsettled
from isotherm.directives.models import Document, PlannedDue, Task, UnitSet
from isotherm.directives.queries import document_for
from isotherm.execution.clocks import Dues, dues_from, local_day, not_after
from isotherm.execution.expectation import Expecting, freeze
from isotherm.execution.giving import expect_missing, give
from isotherm.records import ledger
from isotherm.refusals import NotNow, refuse_unless
from isotherm.words import lazy

# Leads in the set are expected; a lead outside the chain of command is asked and counts in no rate, and neither do
# regular duties (Decision 23/2018 keeps them out of assigned tasks).
_CHOSEN = """
    select t.document_id, t.id as task_id, t.code as task_code, l.unit_id, l.unit_id as carrier_id,
           %(issuer)s::bigint as giver_id,
           -- The department that signed for the committee confirms, but never its own work.
           coalesce(t.confirmer_id, nullif(%(follower)s::bigint, l.unit_id), %(issuer)s::bigint) as confirmer_id,
           null::bigint as parent_id, 1 as depth, coalesce(m.level, 'other') as level,
           coalesce(m.upper_level, %(issuer_level)s) as upper_level, %(issuer)s::bigint as via_id,
           m.id is not null and t.kind = 'task' as expected, null::text as was,
           (select count(*) from directives_member b
            where b.unit_set_id = t.expected_id and b.upper_id = l.unit_id)::int as below,
           t.due_on, t.due_on as first_due_on
    from directives_task t
    join (
        select task_id, unit_id from directives_lead
        union
        select t2.id, m2.unit_id from directives_task t2
        join directives_member m2 on m2.unit_set_id = t2.expected_id and m2.depth = 1
    ) l on l.task_id = t.id
    left join directives_member m on m.unit_set_id = t.expected_id and m.unit_id = l.unit_id
    where t.document_id = %(document)s and t.state = 'issued' and t.kind <> 'standing'
      and coalesce(m.depth, 1) = 1 and l.unit_id <> %(issuer)s
"""


@transaction.atomic
def issue(code: str, *, actor: Actor, at: datetime) -> Document:
    """Give the confirmed tasks to their leads in the issuer's name, or the committee's for which it signed."""
    document = Document.objects.select_for_update().get(pk=document_for(actor, code).pk)
    refuse_unless(policy.may_issue(actor, document))
    if document.state == Document.State.ISSUED:
        raise NotNow(lazy("The tasks of this document have already been sent."))
    if document.state != Document.State.SUBMITTED:
        raise NotNow(
            lazy("The tasks have not been submitted for sending."),
            remedy=lazy("Confirm the tasks and submit them first."),
        )
    refuse_unsettled(document)
    first = dues_from(local_day(at))
    _freeze(document, first=first, at=at)
    document.state, document.issued_at = Document.State.ISSUED, at
    document.save(update_fields=["state", "issued_at"])
    given = give(
        _CHOSEN,
        {
            "document": document.pk,
            "issuer": document.giver_id,
            "follower": document.follower_id,
            "issuer_level": Expecting(document.giver_id, local_day(at)).level(document.giver_id),
        },
        dues=first,
        actor=actor,
        at=at,
        verb="assignment.given",
    )
    expect_missing(document.pk)
    ledger.write(
        actor,
        "document.issued",
        at=at,
        subject_kind="document",
        subject_id=document.pk,
        subject_code=document.code,
        document_id=document.pk,
        unit_id=document.giver_id,
        facts={"tasks": len({one.task_id for one in given}), "assignments": sum(one.count for one in given)},
    )
    return document


def _freeze(document: Document, *, first: Dues, at: datetime) -> None:
    expecting = Expecting(document.giver_id, local_day(at))
    second = dues_from(first.send_on)
    frozen: dict[int, tuple[UnitSet, list[int]]] = {}
    tasks = list(document.tasks.filter(state=Task.State.ACCEPTED).prefetch_related("leads"))
    planned = []
    for task in tasks:
        expected = expecting.of([lead.unit_id for lead in task.leads.all()], expects_communes=task.expects_communes)
        # Tasks with the same leads get the very same tuple back: it is looked at once.
        if id(expected) not in frozen:
            frozen[id(expected)] = freeze(expected), sorted({one.depth for one in expected} - {1})
        task.expected, depths = frozen[id(expected)]
        task.state = Task.State.ISSUED
        task.monitor_id = task.monitor_id or document.follower_id
        for depth in depths:
            planned.append(
                PlannedDue(
                    task=task,
                    depth=depth,
                    take_up=second.take_up,
                    plan=max(second.take_up, not_after(second.plan, task.due_on)),
                    send_on=second.send_on,
                    report=max(second.take_up, not_after(second.report, task.due_on)),
                    done=task.due_on,
                )
            )
    Task.objects.bulk_update(tasks, ["expected", "state", "monitor"], batch_size=500)
    PlannedDue.objects.bulk_create(planned)
