"""The register of powers: which power went from whom to whom, by which decision, with which means, and whether it can
be carried out; entering, taking in a list, answering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from isotherm.accounts import policy, powers
from isotherm.accounts.acts import powers as acts
from isotherm.accounts.models import Power, PowerAnswer
from isotherm.accounts.powers import Asked
from isotherm.actor import Actor, Hand
from isotherm.doors.powers_list import HEADS, read_list
from isotherm.doors.web import formats
from isotherm.doors.web.forms import powers as forms
from isotherm.doors.web.names import brief
from isotherm.doors.web.offers import Offer, hand_in
from isotherm.doors.web.page import DeskRequest, now, show, signed_in
from isotherm.doors.web.posts import unit_for
from isotherm.doors.web.pressed import Done, once
from isotherm.doors.web.workbook import Column, workbook
from isotherm.refusals import NotYours, Refusal, refuse_unless
from isotherm.units import queries as unit_queries
from isotherm.units.models import KindOfUnit, Unit
from isotherm.words import _, lazy

PAGE_ROWS = 40
KINDS = dict(KindOfUnit.choices)
MEANS = {"people": lazy("people"), "money": lazy("money"), "system": lazy("system")}


@signed_in
def page(request: DeskRequest) -> HttpResponse:
    day = request.actor.day
    code = request.GET.get("unit", "")
    unit = Unit.objects.filter(code=code).first() if code else None
    asked = Asked(
        text=request.GET.get("q", "")[:200],
        way=request.GET.get("way", ""),
        unit=unit.pk if unit else None,
        ended=request.GET.get("ended") == "yes",
    )
    found = powers.register(asked, day)
    if request.GET.get("as") == "xlsx":
        return _sheet(list(found), day)
    shown = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    kept, rows = powers.register(Asked(), day), _rows(list(shown), day)
    context = {
        "page": shown,
        "rows": rows,
        "answered": any(one["answers"] for one in rows),
        "asked": asked,
        "unit": unit,
        "of_unit": brief([unit.pk], day).get(unit.pk, "") if unit else "",
        "ways": Power.Way.choices,
        "all": kept.count(),
        "bare": sum(bool(one.means_missing) for one in kept),
        "gives": _gives(request.actor),
        "own": request.actor.unit_id,
        "own_code": unit_queries.code_of(request.actor.unit_id),
    }
    return show(request, "powers/page.html", context)


def _gives(actor: Actor) -> bool:
    return actor.has(Hand.LEADER, Hand.APPROVER, Hand.CLERK)


def _rows(found: Sequence[Power], day: date) -> list[dict[str, Any]]:
    units = {one.from_unit_id for one in found} | {one.to_unit_id for one in found if one.to_unit_id}
    names, answers = brief(units, day), powers.answered([one.pk for one in found])
    return [
        {
            "one": one,
            "way": one.get_way_display(),
            "from": names.get(one.from_unit_id, ""),
            "to": names.get(one.to_unit_id, "") if one.to_unit_id else str(KINDS.get(one.to_kind, one.to_kind)),
            "means": ", ".join(str(words) for name, words in MEANS.items() if getattr(one, name)),
            "answers": [
                (str(PowerAnswer.Answer(answer).label), count) for answer, count in answers.get(one.pk, {}).items()
            ],
            "ended": one.valid.upper is not None and one.valid.upper <= day,
        }
        for one in found
    ]


def _sheet(found: Sequence[Power], day: date) -> HttpResponse:
    """The same columns as a list that is taken in."""
    return workbook(
        f"powers-{day:%Y%m%d}",
        title=_("Register of powers"),
        notes=[_("Data moment: %(moment)s") % {"moment": formats.moment(now())}],
        columns=[Column(str(words), 24) for words in HEADS.values()],
        rows=[
            (
                one.matter,
                one.get_way_display(),
                one.from_unit.code,
                one.to_unit.code if one.to_unit else str(KINDS.get(one.to_kind, one.to_kind)),
                one.ground,
                one.valid.lower,
                one.valid.upper,
                one.people,
                one.money,
                one.system,
                "; ".join(one.phrases.splitlines()),
            )
            for one in found
        ],
    )


@signed_in
def new(request: DeskRequest) -> HttpResponse:
    refuse_unless(None if _gives(request.actor) else _not_the_office())
    posted = request.method == "POST"
    own = unit_queries.code_of(request.actor.unit_id)
    initial = {"from_unit": own, "start": timezone.localdate(), "way": Power.Way.DECENTRALISED}
    form = forms.PowerForm(request.POST if posted else None, initial=initial)
    status = 200
    if posted:
        status = 422
        if form.is_valid():
            try:
                done = once(request, lambda: Done("", _record(form.cleaned_data, request.actor)))
                messages.success(request, _("The power stands in the register."))
                return redirect("power", done.number)
            except Refusal as no:
                field = "to_unit" if no.field == "to" else no.field
                known = field if field in form.fields else None
                form.add_error(known, " ".join(filter(None, [str(no), str(no.remedy)])))
                status = no.http_status
    return show(request, "powers/new.html", {"form": form}, status=status)


def _not_the_office() -> Refusal:
    return NotYours(
        lazy("Only the body that gives the power enters it in the register."),
        remedy=lazy("Its records clerk or its competent post enters the signed decision."),
    )


def _record(said: Mapping[str, Any], actor: Actor) -> int:
    given = acts.Given(
        **{name: said[name] for name in ("matter", "way", "to_kind", "ground", "start", "end", "phrases", *acts.MEANS)},
        from_unit=unit_for(said["from_unit"]),
        to_unit=unit_for(said["to_unit"]) if said["to_unit"] else None,
    )
    return acts.record_power(given, actor=actor, at=now()).pk


@signed_in
def take_in(request: DeskRequest) -> HttpResponse:
    """A list with the columns of the workbook, all rows or none."""
    refuse_unless(None if _gives(request.actor) else _not_the_office())
    posted = request.method == "POST"
    form = forms.ListForm(request.POST, request.FILES) if posted else forms.ListForm()
    status = 200
    if posted:
        status = 422
        if form.is_valid():
            try:
                rows = read_list(form.cleaned_data["file"].read(), form.cleaned_data["file"].name or "")
                made = acts.take_in(rows, actor=request.actor, at=now())
                messages.success(request, _("%(n)s powers were taken in.") % {"n": formats.number(len(made))})
                return redirect("powers")
            except Refusal as no:
                form.add_error("file", " ".join(filter(None, [str(no), str(no.remedy)])))
                status = no.http_status
    heads = [(str(words), name) for name, words in HEADS.items()]
    return show(request, "powers/take_in.html", {"form": form, "heads": heads}, status=status)


@signed_in
def one(request: DeskRequest, number: int) -> HttpResponse:
    power, day = powers.power_for(number), request.actor.day
    handed = hand_in(request, lambda data: _offers(request, power, data))
    if handed.response is not None:
        return handed.response
    answers = powers.latest_answers(power, request.actor)
    names = brief({one.unit_id for one in answers}, day)
    row = _rows([power], day)[0]
    context = {
        "power": power,
        "row": row,
        "means": [(words, getattr(power, name)) for name, words in MEANS.items()],
        "answers": [(one, names.get(one.unit_id, ""), one.get_answer_display()) for one in answers],
        "offers": handed.offers,
        "refusal": handed.refusal,
        "day": day,
    }
    return show(request, "powers/one.html", context, status=handed.status)


def _offers(request: DeskRequest, power: Power, data: Any) -> list[Offer]:
    actor, today = request.actor, timezone.localdate()
    found = []

    def answer(said: Mapping[str, Any]) -> str:
        acts.answer_power(
            power.pk,
            Unit.objects.get(pk=own),
            answer=said["answer"],
            words=said["words"],
            actor=actor,
            at=now(),
        )
        return _("The answer was recorded.")

    def end(said: Mapping[str, Any]) -> str:
        acts.end_power(power.pk, on=said["on"], ground=said["ground"], actor=actor, at=now())
        return _("The power ends on %(day)s.") % {"day": formats.day(said["on"])}

    running = power.valid.upper is None or power.valid.upper > today
    own = actor.unit_id or 0
    kind = unit_queries.kinds_of([own], actor.day).get(own, "")
    receives = own != power.from_unit_id and powers.holds(power, own, kind, actor.day)
    if running and receives and policy.may_answer_power(actor, own) is None:
        form = forms.AnswerForm(data, auto_id="answer-%s")
        found.append(Offer("answer", lazy("Say whether it can be carried out"), lazy("Answer"), form, answer))
    if running and policy.may_give_power(actor, power.from_unit_id) is None:
        ending = forms.EndPowerForm(data, auto_id="end-%s")
        found.append(Offer("end", lazy("End it"), lazy("End it"), ending, end))
    return found


urlpatterns = [
    path("powers/", page, name="powers"),
    path("powers/new", new, name="power-new"),
    path("powers/take-in", take_in, name="power-take-in"),
    path("powers/<int:number>/", one, name="power"),
]
