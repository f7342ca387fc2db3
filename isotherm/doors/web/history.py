"""The sealed sheet of one task at one unit (phiếu diễn biến nhiệm vụ), on the web and as PDF."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import typst
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from isotherm.doors.web import addresses, formats
from isotherm.doors.web.assignment import ROLES, facts_of
from isotherm.doors.web.page import DeskRequest, language, now, show, signed_in
from isotherm.execution.queries import assignment_for
from isotherm.records.proof import Proof, proofs
from isotherm.units import queries as unit_queries
from isotherm.words import _

assert addresses  # registers <code:…>
HERE = Path(__file__).resolve().parent
FONTS = HERE / "static" / "fonts" / "ttf"


def _sheet(request: DeskRequest, task: str, unit: str) -> dict[str, Any]:
    one = assignment_for(request.actor, task, unit)
    context = facts_of(request, one)
    found = proofs([event.line_id for event in context["events"]])
    seals = {proof.seal_id: proof for proof in found.values() if proof.seal_id is not None}
    return context | {
        "unit_code": unit,
        "proofs": found,
        "seals": [seals[one] for one in sorted(seals)],
        "unsealed": sum(1 for proof in found.values() if proof.seal_id is None),
        "broken": [proof.line_id for proof in found.values() if proof.seal_id is not None and not proof.holds],
        "printed_at": now(),
        "office": unit_queries.named_on([request.actor.unit_id or 0], request.actor.day, language()).get(
            request.actor.unit_id or 0, ""
        ),
    }


@signed_in
def page(request: DeskRequest, task: str, unit: str) -> HttpResponse:
    facts = _sheet(request, task, unit)
    return show(request, "history/page.html", facts | {"verdict": verdict(facts)})


@signed_in
def pdf(request: DeskRequest, task: str, unit: str) -> HttpResponse:
    facts = _sheet(request, task, unit)
    made = typst.compile(
        str(HERE / "pdf" / "history.typ"),
        font_paths=[str(FONTS)],
        sys_inputs={"facts": json.dumps(_plain(facts), ensure_ascii=False)},
    )
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{facts["task"].code}-{unit}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """All words of the printed sheet, in the reader's language: the layout decides nothing."""
    one, bodies, document = facts["one"], facts["bodies"], facts["document"]
    return {
        "language": language(),
        "office": facts["office"],
        "state": [_("SOCIALIST REPUBLIC OF VIET NAM"), _("Independence - Freedom - Happiness")],
        "made": _("Printed at %(moment)s") % {"moment": formats.moment(facts["printed_at"])},
        "title": _("HISTORY SHEET OF A TASK"),
        "subtitle": f"{facts['task'].code} · {bodies[one.unit_id]}",
        "facts": [
            [_("Document"), f"{document.symbol}, {formats.day(document.signed_on)}. {document.subject}"],
            [_("Task"), f"{facts['task'].number}. {facts['task'].action}"],
            [_("Words of the text"), f"“{facts['task'].quote}”"],
            [_("Body carrying it out"), bodies[one.carrier_id]],
            [_("Assigning body"), bodies[one.giver_id]],
            [_("Body that confirms"), bodies[one.confirmer_id]],
            [
                _("Deadline given at first"),
                formats.day(one.first_due_on) if one.first_due_on else _("none in the text"),
            ],
            [_("Deadline now"), formats.day(one.due_on) if one.due_on else _("none in the text")],
            [_("State"), facts["stands"].words],
        ],
        "events_title": _("What was done"),
        "events_head": [_("When"), _("What"), _("By"), _("Ledger line")],
        "events": [
            [
                formats.moment(event.at),
                event.words,
                " ".join(filter(None, [event.detail, _paper(event)])),
                event.who,
                f"{event.line_id}",
            ]
            for event in facts["events"]
        ],
        "held_title": _("Whom it waited for"),
        "held_head": [_("Body"), _("Role"), _("Days within"), _("Days beyond")],
        "held": [
            [bodies[row.holder_id], str(ROLES[row.role]), formats.number(row.within, 1), formats.number(row.beyond, 1)]
            for row in facts["held"]
        ],
        "held_sum": [
            _("Together %(n)s days") % {"n": formats.number(facts["elapsed"], 1)},
            "",
            formats.number(sum(row.within for row in facts["held"]), 1),
            formats.number(sum(row.beyond for row in facts["held"]), 1),
        ],
        "seals_title": _("Seal codes of the ledger"),
        "seals": [_seal_words(proof) for proof in facts["seals"]],
        "verdict": verdict(facts),
    }


def _day(due: date | None) -> str:
    return formats.day(due) if due else _("none in the text")


def _paper(event: Any) -> str:
    if not event.paper:
        return ""
    said = _("by document %(symbol)s") % {"symbol": event.paper}
    entered = _("entered on %(day)s") % {"day": formats.day(event.written_at)} if event.late_entry else ""
    return f"({', '.join(filter(None, [said, entered]))})"


def _seal_words(proof: Proof) -> list[str]:
    when = timezone.localtime(proof.sealed_at) if proof.sealed_at else None
    return [
        _("No. %(number)s, %(moment)s") % {"number": proof.seal_id, "moment": formats.moment(when)},
        proof.seal_hash,
    ]


def verdict(facts: dict[str, Any]) -> str:
    """Whether the ledger lines of the sheet are as they were sealed."""
    if facts["broken"]:
        return _("These ledger lines are not as they were sealed: %(lines)s.") % {
            "lines": ", ".join(map(str, facts["broken"]))
        }
    if facts["unsealed"]:
        return _("The ledger lines are as they were sealed; %(n)s of the latest minute are not sealed yet.") % {
            "n": facts["unsealed"]
        }
    return _("All ledger lines of this sheet are as they were sealed.")


urlpatterns = [
    path("tasks/<code:task>/<code:unit>/history", page, name="history"),
    path("tasks/<code:task>/<code:unit>/history.pdf", pdf, name="history-pdf"),
]
