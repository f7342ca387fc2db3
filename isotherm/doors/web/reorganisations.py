"""Reorganisations: the list, the draft, the check list, both trees side by side, two signatures, progress, undo."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from isotherm import country
from isotherm.accounts.models import Post
from isotherm.actor import Actor
from isotherm.doors.jobs.schedule import soon
from isotherm.doors.web import (
    addresses,  # noqa: F401  the converter "code"
    charts,
)
from isotherm.doors.web.charts.shapes import Changed, ChangeMap
from isotherm.doors.web.formats import day
from isotherm.doors.web.forms.reorganisations import FURTHER, KEPT, DecisionForm, Kind, StepForms, as_entered
from isotherm.doors.web.page import DeskRequest, act, language, now, show, signed_in
from isotherm.doors.web.pressed import Done, once, pressed
from isotherm.execution import reorganise
from isotherm.execution.acts import divide
from isotherm.refusals import NotAccepted, OutOfReach, Refusal
from isotherm.units import queries as unit_queries
from isotherm.units.models import KindOfUnit, Reorganisation, Unit
from isotherm.units.reorganisation import acts, policy, preview, queries
from isotherm.units.reorganisation.acts import Draft
from isotherm.units.reorganisation.plan import Finding, Plan
from isotherm.units.reorganisation.preview import Region
from isotherm.words import _, lazy

State = Reorganisation.State
WHAT = {
    "stays": lazy("stays"),
    "ends": lazy("ends"),
    "new": lazy("new"),
    "moves": lazy("moves"),
    "renamed": lazy("new name"),
    "changes": lazy("new kind"),
    "divided": lazy("is divided"),
    "takes_over": lazy("takes over"),
}
STAGES = {
    "register": lazy("Units and trees"),
    "posts": lazy("Posts"),
    "papers": lazy("Documents that wait"),
    "expected": lazy("Expected and not told"),
    "rest": lazy("Requests, debts, drafts"),
    "divided": lazy("Duties of divided bodies"),
    "duties": lazy("Open duties"),
}


@signed_in
def page(request: DeskRequest) -> HttpResponse:
    context = {
        "found": queries.visible(request.actor),
        "may_draft": request.actor.has(*policy.DRAFTING),
        "undivided": _waiting(request.actor),
    }
    return show(request, "reorganisations/page.html", context)


def _waiting(actor: Actor) -> list[dict[str, object]]:
    """Duties of divided bodies that the reader's own bodies have to give to an heir."""
    lines = divide.waiting(actor)
    units = {one for line in lines for one in (line.unit_id, *line.heirs)}
    names = unit_queries.named_on(units, actor.day, language())
    codes = dict(Unit.objects.filter(pk__in=units).values_list("id", "code"))
    return [
        {
            "line": line,
            "name": names.get(line.unit_id, ""),
            "code": codes[line.unit_id],
            "heirs": [(codes[one], names.get(one, "")) for one in line.heirs],
        }
        for line in lines
    ]


@signed_in
def new(request: DeskRequest) -> HttpResponse:
    return _draft(request, None)


@signed_in
def edit(request: DeskRequest, code: str) -> HttpResponse:
    return _draft(request, acts.reorganisation_for(request.actor, code))


def _draft(request: DeskRequest, made: Reorganisation | None) -> HttpResponse:
    """A draft is entered by a file of its own or line by line; what cannot be read is said beside the form."""
    if not request.actor.has(*policy.DRAFTING):
        raise policy.not_the_office()
    posted = request.method == "POST"
    if posted and "more-steps" in request.POST:
        return _more_steps(request, made)
    decision = DecisionForm(request.POST if posted else None, initial=_initial(made))
    lines = StepForms(request.POST if posted else None, initial=_lines(made), prefix="step")
    status = 200
    if posted:
        status = 422
        if decision.is_valid() and lines.is_valid():
            said = Draft(
                steps=[row for one in lines if one.cleaned_data.get("kind") for row in one.rows()],
                **decision.cleaned_data,
            )
            try:
                kept = once(request, lambda: Done(_keep(said, made, request.actor, now()).code))
                return redirect("reorganisation", kept.words)
            except Refusal as no:
                field = no.field if no.field in decision.fields else None
                decision.add_error(field, " ".join(filter(None, [str(no), str(no.remedy)])))
                status = no.http_status
    return show(
        request, "reorganisations/draft.html", {"decision": decision, "lines": lines, "made": made}, status=status
    )


def _more_steps(request: DeskRequest, made: Reorganisation | None) -> HttpResponse:
    """The same page with what was entered and room for further steps; nothing is kept yet."""
    decision = DecisionForm(initial=as_entered(DecisionForm(request.POST)))
    entered = [as_entered(one) for one in StepForms(request.POST, prefix="step")]
    lines = StepForms(initial=[one for one in entered if one.get("kind")], prefix="step")
    return show(request, "reorganisations/draft.html", {"decision": decision, "lines": lines, "made": made})


def _keep(said: Draft, made: Reorganisation | None, actor: Actor, at: datetime) -> Reorganisation:
    return acts.draft(said, actor=actor, at=at) if made is None else acts.edit(made.code, said, actor=actor, at=at)


def _initial(made: Reorganisation | None) -> dict[str, object]:
    if made is None:
        return {"issuer": "QH"}
    return {
        "title": made.title,
        "document": made.document,
        "issuer": made.issuer.code,
        "signed_on": made.signed_on,
        "day": made.day,
    }


def _lines(made: Reorganisation | None) -> list[dict[str, object]]:
    rows = []
    for step in made.steps.order_by("number") if made is not None else ():
        what = step.what
        heirs = list(what.get("heirs") or ())
        if not any(one.get("share") for one in heirs):
            heirs.sort(key=lambda one: not one.get("main"))
        further = {name: what[name] for name in FURTHER if what.get(name)}
        rows.append(
            {
                **{name: what.get(name, "") for name in KEPT},
                "kind": step.kind,
                "units": [] if step.kind == Kind.FOUND else what.get("gone") or [what.get("unit", "")],
                "new_code": what.get("unit", "") if step.kind == Kind.FOUND else "",
                "heir": what.get("heir") or what.get("parent", ""),
                "heirs": [one["unit"] for one in heirs],
                "parts": "; ".join(
                    f"{one['share']}{'*' if one.get('main') else ''}" for one in heirs if one.get("share")
                ),
                "more": json.dumps(further) if further else "",
            }
        )
    return rows


@signed_in
def one(request: DeskRequest, code: str) -> HttpResponse:
    made = acts.reorganisation_for(request.actor, code)
    if request.method != "POST":
        return _show(request, made)
    verb = _VERBS.get(pressed(request)[0], _unknown)
    try:
        done = once(request, lambda: verb(request, made))
    except Refusal as no:
        return _show(request, made, refusal=no)
    messages.success(request, done.words)
    return redirect(request.path)


def _sign(request: DeskRequest, made: Reorganisation) -> Done:
    signed = reorganise.sign(made.code, actor=request.actor, at=now())
    if signed.state == State.SUBMITTED:
        return Done(_("Signed. It waits for the second signature, by another person."))
    return Done(_("Signed by two. It is carried out on %(day)s.") % {"day": f"{signed.day:%d/%m/%Y}"})


def _withdraw(request: DeskRequest, made: Reorganisation) -> Done:
    acts.withdraw(made.code, actor=request.actor, at=now())
    return Done(_("It was set aside."))


def _carry_out(request: DeskRequest, made: Reorganisation) -> Done:
    reorganise.ask(made.code, actor=request.actor, at=now())
    soon("reorganise")
    return Done(_("It is being carried out in the background; this page shows how far it is."))


def _undo(request: DeskRequest, made: Reorganisation) -> Done:
    reorganise.ask_undo(made.code, actor=request.actor, at=now())
    soon("reorganise")
    return Done(_("It is being undone in the background; what the heirs did meanwhile stays."))


def _unknown(request: DeskRequest, made: Reorganisation) -> Done:
    raise NotAccepted(lazy("Choose what is to be done."))


_VERBS: Mapping[str, Callable[[DeskRequest, Reorganisation], Done]] = {
    "sign": _sign,
    "withdraw": _withdraw,
    "carry": _carry_out,
    "undo": _undo,
}


def _show(request: DeskRequest, made: Reorganisation, *, refusal: Refusal | None = None) -> HttpResponse:
    running = made.state in (State.CARRYING, State.UNDOING)
    if request.headers.get("HX-Request") == "true" and request.method == "GET":
        return show(request, "reorganisations/_progress.html", _progress(made, running=running))
    today = timezone.localdate()
    before = made.state in (State.DRAFT, State.SUBMITTED, State.SIGNED)
    plan, found = reorganise.check(made, today=today)
    stopping = [one for one in found if one.stops] if before else []
    sides = preview.sides(plan, language())
    burdens = reorganise.burdens(plan) if before else []
    carried = [one for one in burdens if one.carried or one.given or one.owed or one.untold]
    named = {one.code for one in carried} | {one.heir for one in carried if one.heir}
    named |= {code for node in (*sides.before, *sides.after) for code in node.other}
    named |= {str(value) for one in found for value in one.facts.values()}
    names = preview.names_of(plan, named, language())[1]
    names |= {one.code: one.title(language()) for one in Post.objects.filter(code__in=named)}
    context = {
        **_progress(made, running=running),
        "findings": [(one, _with_names(one, names)) for one in found] if before else [],
        "stopping": len(stopping),
        "rows": preview.beside(sides),
        "counts": [(KindOfUnit(kind).label, *both) for kind, both in sides.counts.items()],
        "burdens": carried,
        "names": names,
        "maps": _maps(plan),
        "what": WHAT,
        "verbs": _possible(request.actor, made, today=today, clean=not stopping),
        "refusal": refusal,
    }
    return show(request, "reorganisations/one.html", context, status=refusal.http_status if refusal else 200)


def _with_names(one: Finding, names: Mapping[str, str]) -> str:
    """The sentence of a finding; units with their names, because nobody knows three thousand codes by heart."""
    facts = {
        name: f"{names[value]} ({value})" if isinstance(value, str) and value in names else value
        for name, value in one.facts.items()
    }
    return str(one.sentence) % facts


def _maps(plan: Plan) -> dict[str, object] | None:
    """The country before and after; none where nothing of it stands on today's grid."""
    grid = charts.grid_of(country.folder())
    regions = preview.regions(plan, language())
    on_grid = {place.code for place in grid}
    if not any(one.code.removeprefix("P-") in on_grid for one in regions):
        return None
    before = {one.code.removeprefix("P-"): _changed(one) for one in regions}
    after = {one.code.removeprefix("P-"): _changed_after(one) for one in regions}
    titles = _("Before, on %(day)s") % {"day": day(plan.eve)}, _("After, from %(day)s") % {"day": day(plan.day)}
    return {
        "before": charts.change_map(ChangeMap(titles[0], grid, before), "before"),
        "after": charts.change_map(ChangeMap(titles[1], grid, after), "after"),
        "regions": [(one, WHAT[one.what] if one.what in WHAT else _("changes inside")) for one in regions],
        "signs": [
            (MARKS[how], words)
            for how, words in (("ends", WHAT["ends"]), ("takes-over", WHAT["takes_over"]), ("divided", WHAT["divided"]))
            if any(tile.how == how for tile in before.values())
        ],
    }


MARKS = {"ends": "×", "takes-over": "+", "divided": "÷"}
HOW = {"ends": "ends", "takes_over": "takes-over", "divided": "divided"}


def _changed(one: Region) -> Changed:
    how = HOW.get(one.what, "touched")
    words = _("%(name)s %(what)s") % {"name": one.name, "what": WHAT.get(one.what, _("changes inside"))}
    if one.what in ("ends", "divided"):
        words = f"{words}: {one.after}"
    return Changed(one.name, how, MARKS.get(how, str(one.within) if one.within else "•"), words)


def _changed_after(one: Region) -> Changed:
    goes = one.code not in one.heirs
    how = "joined" if one.what == "ends" else HOW.get(one.what, "touched")
    words = _("%(ground)s: %(name)s answers for it") % {"ground": one.name, "name": one.after}
    return Changed(one.after, how, "" if goes else MARKS.get(how, ""), words)


def _progress(made: Reorganisation, *, running: bool) -> dict[str, object]:
    return {
        "made": made,
        "running": running,
        "stages": [(STAGES[one.name], one) for one in made.stages.order_by("back", "id")],
    }


def _possible(actor: Actor, made: Reorganisation, *, today: date, clean: bool) -> set[str]:
    """The buttons that this post has in this state."""
    found = set()
    if made.state in (State.DRAFT, State.SUBMITTED) and clean and policy.may_sign(actor, made) is None:
        found.add("sign")
    drafts = policy.may_draft(actor, made.authority_id) is None
    if drafts and made.state in (State.DRAFT, State.SUBMITTED, State.SIGNED):
        found |= {"withdraw", "edit"} if made.state == State.DRAFT else {"withdraw"}
    carries = policy.may_carry_out(actor, made) is None
    if carries and made.state == State.SIGNED and made.day <= today:
        found.add("carry-out")
    same_day = made.carried_at is not None and timezone.localtime(made.carried_at).date() == today
    if carries and made.state == State.CARRIED and same_day:
        found.add("undo")
    return found


@act
def give(request: DeskRequest, code: str) -> HttpResponse:
    """Which heir goes on with what a divided body left."""
    units = dict(
        Unit.objects.filter(code__in=[request.POST.get("unit", ""), request.POST.get("heir", "")]).values_list(
            "code", "id"
        )
    )
    if len(units) < 2:
        raise OutOfReach(lazy("There is no such unit."))
    done = once(
        request,
        lambda: Done(
            str(
                divide.divide(
                    code,
                    units[request.POST["unit"]],
                    units[request.POST["heir"]],
                    actor=request.actor,
                    at=now(),
                )
            )
        ),
    )
    messages.success(request, _("%(n)s open duties were given to the heir.") % {"n": done.words})
    return redirect("reorganisations")


urlpatterns = [
    path("units/reorganisations/", page, name="reorganisations"),
    path("units/reorganisations/new", new, name="reorganisation-new"),
    path("units/reorganisations/<code:code>/", one, name="reorganisation"),
    path("units/reorganisations/<code:code>/edit", edit, name="reorganisation-edit"),
    path("units/reorganisations/<code:code>/give", give, name="reorganisation-give"),
]
