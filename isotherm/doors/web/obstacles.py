"""Obstacles: which body owes what to how many, since when, and what it promised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from isotherm.actor import Actor, Hand
from isotherm.doors.web import addresses, formats
from isotherm.doors.web.environment import with_query
from isotherm.doors.web.forms import obstacles as forms
from isotherm.doors.web.names import brief
from isotherm.doors.web.openings import hangs_on
from isotherm.doors.web.page import DeskRequest, key_of, now, show, signed_in
from isotherm.doors.web.workbook import Column, workbook
from isotherm.execution import debts, policy
from isotherm.execution.acts import obstacles as acts
from isotherm.execution.debts import Asked, Debt
from isotherm.execution.models import Assignment, Hindrance, Obstacle
from isotherm.records import ledger
from isotherm.records.keys import with_key
from isotherm.records.models import LedgerLine
from isotherm.refusals import OutOfReach, Refusal
from isotherm.words import _, lazy

assert addresses  # registers <code:…>
PAGE_ROWS = 40


@signed_in
def page(request: DeskRequest) -> HttpResponse:
    at, today = now(), timezone.localdate()
    asked = Asked(
        state=request.GET.get("state", "open"),
        kind=request.GET.get("kind", ""),
        owing=request.GET.get("owing", ""),
        whose=request.GET.get("whose", ""),
        sort=request.GET.get("sort", ""),
    )
    found = debts.debts(request.actor, asked)
    names = brief({one.owing_id for one in found}, request.actor.day)
    if request.GET.get("as") == "xlsx":
        return _sheet(found, names, at=at)
    context = {
        "debts": Paginator(found, PAGE_ROWS).get_page(request.GET.get("page")),
        "bodies": names,
        "chips": _chips(request, asked, found, names),
        "filtered": bool(asked.kind or asked.owing or asked.whose or asked.state != "open"),
        "held_up": sum(one.assignments for one in found),
        "owing": len({one.owing_id for one in found}),
        "late": sum(one.late(today) for one in found),
        "state_words": dict(Obstacle.State.choices),
        "kind_words": dict(Obstacle.Kind.choices),
        "today": today,
        "at": at,
    }
    return show(request, "obstacles/page.html", context)


@signed_in
def one(request: DeskRequest, code: str) -> HttpResponse:
    """One obstacle; a POST does what its button says."""
    debt = _debt(request.actor, code)
    hangs_on(request, debt.document_code)
    refused: Mapping[str, django_forms.Form] = {}
    status = 200
    if request.method == "POST":
        verb = request.POST.get("verb", "")
        deed = DEEDS.get(verb)
        if deed is None:
            raise OutOfReach(lazy("There is no such page."))
        form = deed.form(request.POST, auto_id=f"{verb}-%s")
        try:
            if form.is_valid():
                _do(request, debt, verb, form)
                return redirect("obstacle", code)
            status = 422
        except Refusal as no:
            form.add_error(
                no.field if no.field in form.fields else None, " ".join(filter(None, [str(no), str(no.remedy)]))
            )
            status = no.http_status
        refused = {verb: form}
    return show(request, "obstacles/one.html", _context(request, debt, refused), status=status)


def _debt(actor: Actor, code: str) -> Debt:
    found = debts.debts(actor, Asked(), code=code)
    if not found:
        raise OutOfReach(
            lazy("There is no such obstacle within your reach."), remedy=lazy("Look for it in the list of obstacles.")
        )
    return found[0]


@dataclass(frozen=True, slots=True)
class Deed:
    form: type[django_forms.Form]
    act: Callable[[str, Any, Actor, datetime], Obstacle]
    said: Any
    title: Any
    button: Any


def _accept(code: str, given: Any, actor: Actor, at: datetime) -> Obstacle:
    return acts.decide_pause(code, agreed=True, promised_on=given["promised_on"], actor=actor, at=at)


def _refuse(code: str, given: Any, actor: Actor, at: datetime) -> Obstacle:
    return acts.decide_pause(code, agreed=False, reason=given["reason"], actor=actor, at=at)


def _promise(code: str, given: Any, actor: Actor, at: datetime) -> Obstacle:
    return acts.promise(code, promised_on=given["promised_on"], actor=actor, at=at)


def _deliver(code: str, given: Any, actor: Actor, at: datetime) -> Obstacle:
    return acts.deliver(code, symbol=given["symbol"], actor=actor, at=at)


DEEDS: Mapping[str, Deed] = {
    "accept": Deed(
        forms.AcceptForm,
        _accept,
        lazy("The pause was accepted: the clocks stand still from now."),
        lazy("Accept the pause"),
        lazy("Accept"),
    ),
    "refuse": Deed(
        forms.RefuseForm,
        _refuse,
        lazy("The pause was refused: the clocks keep running."),
        lazy("Refuse the pause"),
        lazy("Refuse"),
    ),
    "promise": Deed(
        forms.PromiseForm, _promise, lazy("The promise was recorded."), lazy("Promise a day"), lazy("Promise")
    ),
    "deliver": Deed(
        forms.DeliverForm,
        _deliver,
        lazy("Delivered: every waiting assignment runs again, its dates moved by the days it stood still."),
        lazy("Say that it has been delivered"),
        lazy("It has been delivered"),
    ),
}


def _do(request: DeskRequest, debt: Debt, verb: str, form: django_forms.Form) -> None:
    at, key, deed = now(), key_of(request), DEEDS[verb]
    with_key(
        request.actor,
        f"{verb}:{key}" if key else None,
        at=at,
        act=lambda: deed.act(debt.code, form.cleaned_data, request.actor, at).pk,
        to_answer=lambda made: made,
        from_answer=lambda kept: kept,
    )
    messages.success(request, deed.said)


def _possible(actor: Actor, debt: Debt) -> list[str]:
    """The deeds that this post may do in this state."""
    found = []
    if debt.state == Obstacle.State.RAISED:
        waiting = Hindrance.objects.filter(obstacle_id=debt.id).values("assignment_id")
        givers = set(Assignment.objects.filter(id__in=waiting).values_list("giver_id", flat=True).distinct())
        if policy.may_decide_pause(actor, owing_id=debt.owing_id, giver_ids=givers) is None:
            found += ["accept", "refuse"]
    may_deliver = policy.may_deliver(actor, owing_id=debt.owing_id) is None
    if may_deliver and debt.state in (Obstacle.State.RAISED, Obstacle.State.ACCEPTED):
        found.append("deliver")
    if may_deliver and debt.state == Obstacle.State.ACCEPTED:
        found.append("promise")
    return found


def _context(request: DeskRequest, debt: Debt, refused: Mapping[str, django_forms.Form]) -> dict[str, object]:
    actor, at = request.actor, now()
    waiting = debts.waiting(actor, debt.id)
    # A thousand communes may have raised it: their lines are told as one.
    lines = list(ledger.history("obstacle", debt.id).exclude(verb="obstacle.raised"))
    ids = {one.unit_id for one in waiting} | {debt.owing_id} | {line.unit_id for line in lines if line.unit_id}
    return {
        "debt": debt,
        "waiters": Paginator(waiting, PAGE_ROWS).get_page(request.GET.get("page")),
        "bodies": brief(ids, actor.day),
        "deeds": [
            (verb, DEEDS[verb], refused.get(verb) or DEEDS[verb].form(auto_id=f"{verb}-%s"), verb in refused)
            for verb in _possible(actor, debt)
        ],
        "lines": [(line, str(LINES.get(line.verb, line.verb)), _detail(line)) for line in lines],
        "state_words": dict(Obstacle.State.choices),
        "kind_words": dict(Obstacle.Kind.choices),
        "delivers": actor.has(Hand.APPROVER, Hand.CLERK),
        "today": timezone.localdate(),
        "at": at,
    }


def _detail(line: LedgerLine) -> str:
    promised = str(line.facts.get("promised_on") or "")
    said = [_("Promise: %(day)s") % {"day": formats.day(date.fromisoformat(promised))}] if promised else []
    return ". ".join(said + [str(line.facts[name]) for name in ("reason", "symbol") if line.facts.get(name)])


LINES = {
    "obstacle.accepted": lazy("The pause was accepted"),
    "obstacle.refused": lazy("The pause was refused"),
    "obstacle.promised": lazy("Promise given"),
    "obstacle.delivered": lazy("What was owed has arrived"),
}


def _chips(
    request: DeskRequest, asked: Asked, found: list[Debt], names: Mapping[int, str]
) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    context: Any = {"request": request}
    states = {"open": _("open"), "": _("all"), **{name: str(words) for name, words in Obstacle.State.choices}}
    kinds = {"": _("all"), **{name: str(words) for name, words in Obstacle.Kind.choices}}
    owing = {"": _("all"), **{one.owing_code: names.get(one.owing_id, "") for one in found}}
    whose = {"": _("all"), "ours": _("your own body")}

    def choices(name: str, values: Mapping[str, str], chosen: str) -> list[tuple[str, str, bool]]:
        return [
            (words, with_query(context, **{name: value if value or name == "state" else None}), chosen == value)
            for value, words in values.items()
        ]

    return [
        (_("State"), states.get(asked.state, ""), choices("state", states, asked.state)),
        (_("What is missing"), kinds.get(asked.kind, ""), choices("kind", kinds, asked.kind)),
        (_("Owed by"), owing.get(asked.owing, asked.owing), choices("owing", owing, asked.owing)),
        (_("Debts of"), whose.get(asked.whose, ""), choices("whose", whose, asked.whose)),
    ]


def _sheet(found: list[Debt], names: Mapping[int, str], *, at: datetime) -> HttpResponse:
    kinds, states = dict(Obstacle.Kind.choices), dict(Obstacle.State.choices)
    columns = [
        Column(_("Owed by"), 30),
        Column(_("What is missing"), 50),
        Column(_("Kind"), 20),
        Column(_("Document"), 18),
    ]
    columns += [
        Column(_("Assignments"), 12),
        Column(_("Bodies"), 10),
        Column(_("Since"), 14),
        Column(_("Promised for"), 14),
    ]
    columns += [Column(_("State"), 30)]
    rows: list[list[object]] = []
    for one in found:
        owing, since = names.get(one.owing_id, ""), timezone.localtime(one.raised_at).date()
        row: list[object] = [owing, one.missing, str(kinds[one.kind]), one.symbol, one.assignments, one.units]
        rows.append([*row, since, one.promised_on, str(states[one.state])])
    return workbook(
        f"obstacles-{timezone.localtime(at):%Y%m%d-%H%M}",
        title=_("Obstacles"),
        notes=[_("Data moment: %(moment)s") % {"moment": formats.moment(at)}],
        columns=columns,
        rows=rows,
    )


urlpatterns = [
    path("obstacles/", page, name="obstacles"),
    path("obstacles/<code:code>/", one, name="obstacle"),
]
