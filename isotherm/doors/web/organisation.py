"""How a body and those below it are staffed: each figure with its rows, against what decisions allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from isotherm.accounts import policy, targets
from isotherm.accounts.acts import targets as acts
from isotherm.accounts.models import Person, Post, Target
from isotherm.analysis import organisation
from isotherm.analysis.figures import ORGANISATION
from isotherm.analysis.organisation import Measured, Part, Row
from isotherm.doors.web import formats
from isotherm.doors.web.forms import organisation as forms
from isotherm.doors.web.names import brief
from isotherm.doors.web.offers import Offer, hand_in
from isotherm.doors.web.page import DeskRequest, language, now, show, signed_in
from isotherm.doors.web.posts import crumbs, unit_for
from isotherm.doors.web.workbook import Column, workbook
from isotherm.refusals import OutOfReach
from isotherm.units import queries as unit_queries
from isotherm.units import tree
from isotherm.units.models import KindOfUnit, Unit
from isotherm.words import _, lazy

PAGE_ROWS = 50
MOST_ROWS = 50_000
BELOW_MOST = 60
KINDS = dict(KindOfUnit.choices)
# What stands where nothing can be counted yet.
NOTHING = {
    "expertise_met": lazy(
        "No post that is held requires any expertise. What a post requires is entered on its page by an administrator."
    ),
}


@signed_in
def page(request: DeskRequest, code: str) -> HttpResponse:
    """Posts and numbers of bodies are public inside the State; only a body above sets them."""
    unit, day = unit_for(code), asked_day(request)
    handed = hand_in(request, lambda data: _offers(request, unit, data))
    if handed.response is not None:
        return handed.response
    found = organisation.measures(unit.pk, day)
    if request.GET.get("as") == "xlsx":
        return _sheet(unit, found, day)
    name = unit_queries.named_on([unit.pk], day, language()).get(unit.pk, unit.code)
    below = tree.children(unit.pk, day)
    context = {
        "unit": unit,
        "name": name,
        "above": crumbs(unit.pk, day),
        "answer": _answer(found),
        "figures": [_shown(one, unit, day) for one in found if one.target is None],
        "against": [_shown(one, unit, day) for one in found if one.target is not None],
        "below": _below(below[:BELOW_MOST], day),
        "kept": [
            (one, one.get_what_display(), formats.day(one.valid.lower), formats.day(one.valid.upper))
            for one in targets.through_time(unit.pk)
        ],
        "offers": [one for one in handed.offers if one.number is None],
        "by_number": {one.press: one for one in handed.offers if one.number is not None},
        "refusal": handed.refusal,
        "day": day,
        "today": timezone.localdate(),
    }
    return show(request, "organisation/page.html", context, status=handed.status)


def asked_day(request: DeskRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return request.actor.day


def _answer(found: Sequence[Measured]) -> str:
    """What a minister would ask first."""
    by_name = {one.figure.name: one for one in found}
    leading = by_name["leading_filled"]
    if not leading.denominator:
        said = _("No leading post is founded here.")
    else:
        said = _("%(filled)s of %(all)s leading posts are filled (%(share)s)") % {
            "filled": formats.number(leading.numerator),
            "all": formats.number(leading.denominator),
            "share": formats.percent(leading.numerator, leading.denominator),
        }
    over = [one for one in found if one.over]
    if over:
        said += "; " + "; ".join(
            _("%(n)s above what is allowed: %(what)s")
            % {"n": formats.number(one.over), "what": str(Target.What(one.figure.target).label).lower()}
            for one in over
        )
    return said


def _shown(one: Measured, unit: Unit, day: date) -> dict[str, Any]:
    return {
        "one": one,
        "name": one.figure.name,
        "words": _headed(str(one.figure.words)),
        "sentence": str(one.figure.sentence),
        "parts": [(part, str(KINDS.get(part.kind, part.kind))) for part in _from_the_top(one.parts)],
        "several": len(one.parts) > 1,
        "nothing": NOTHING.get(one.figure.name, _("No post stands here yet. Posts are founded on the page of posts.")),
        "query": {"figure": one.figure.name, "day": day.isoformat()},
        "open": one.denominator - one.numerator if one.target is None else 0,
    }


def _from_the_top(parts: Sequence[Part]) -> list[Part]:
    """The Government first, communes after provinces: as the register names its kinds."""
    places = {kind: at for at, kind in enumerate(KINDS)}
    return sorted(parts, key=lambda part: places.get(part.kind, len(places)))


def _headed(words: str) -> str:
    """As a heading: what a sentence prints beside a per cent begins small."""
    return words[:1].upper() + words[1:]


def _below(below: Sequence[int], day: date) -> list[dict[str, Any]]:
    """The bodies right below that have numbers to keep to, those above theirs first."""
    found = [(unit, one) for what in Target.What.values for unit, one in organisation.against(below, what, day)]
    names, codes = brief({unit for unit, _one in found}, day), _codes({unit for unit, _one in found})
    lines = [
        {
            "name": names.get(unit, ""),
            "code": codes[unit],
            "what": str(Target.What(one.figure.target).label),
            "one": one,
            "query": {"figure": one.figure.name, "day": day.isoformat()},
        }
        for unit, one in found
    ]
    return sorted(lines, key=lambda line: (-line["one"].over, line["name"]))


def _codes(units: set[int]) -> dict[int, str]:
    return dict(Unit.objects.filter(pk__in=units).values_list("pk", "code"))


def _offers(request: DeskRequest, unit: Unit, data: Any) -> list[Offer]:
    actor = request.actor
    if policy.may_set_target(actor, unit.pk) is not None:
        return []

    def keep(said: Mapping[str, Any]) -> str:
        made = acts.set_target(
            unit,
            said["what"],
            said["most"],
            ground=said["ground"],
            start=said["start"],
            end=said["end"],
            actor=actor,
            at=now(),
        )
        return _("%(what)s: at most %(most)s.") % {
            "what": made.get_what_display(),
            "most": formats.number(made.most),
        }

    def end(one: Target) -> Callable[[Mapping[str, Any]], str]:
        def act(said: Mapping[str, Any]) -> str:
            acts.end_target(one.pk, on=said["on"], ground=said["ground"], actor=actor, at=now())
            return _("It does not hold any more from %(day)s on.") % {"day": formats.day(said["on"])}

        return act

    today = timezone.localdate()
    form = forms.TargetForm(data, initial={"start": today}, auto_id="target-%s")
    note = lazy("By a decision from above the body. What held before ends on the first day.")
    found = [Offer("target", lazy("Say how much it may have"), lazy("Record it"), form, keep, note=note)]
    for one in targets.through_time(unit.pk):
        if one.valid.upper is None or one.valid.upper > today:
            ending = forms.EndTargetForm(data, auto_id=f"end-{one.pk}-%s")
            found.append(Offer("end", "", lazy("End it"), ending, end(one), number=one.pk))
    return found


def _sheet(unit: Unit, found: Sequence[Measured], day: date) -> HttpResponse:
    lines: list[tuple[Any, ...]] = []
    for one in found:
        ground = one.target.ground if one.target is not None else ""
        share = one.share
        lines.append((one.figure.name, str(one.figure.words), "", one.numerator, one.denominator, share, ground))
        lines += [
            (
                one.figure.name,
                "",
                str(KINDS.get(part.kind, part.kind)),
                part.numerator,
                part.denominator if one.target is None else None,
                None,
                "",
            )
            for part in _from_the_top(one.parts)
        ]
    return workbook(
        f"{unit.code}-organisation-{day:%Y%m%d}",
        title=_("Organisation and staffing"),
        notes=[
            _("As of %(moment)s") % {"moment": formats.day(day)},
            _("Data moment: %(moment)s") % {"moment": formats.moment(now())},
        ],
        columns=[
            Column(_("Figure"), 26),
            Column(_("What is counted"), 50),
            Column(_("Kind of body"), 30),
            Column(_("Numerator"), 12),
            Column(_("Denominator"), 12),
            Column(_("Share"), 10),
            Column(_("Decision"), 24),
        ],
        rows=lines,
    )


@signed_in
def rows(request: DeskRequest, code: str) -> HttpResponse:
    """Exactly what a number counts: `met` yes or no, one kind of body or all."""
    unit, day = unit_for(code), asked_day(request)
    name, kind = request.GET.get("figure", ""), request.GET.get("kind", "")
    figure = ORGANISATION.get(name)
    if figure is None:
        raise OutOfReach(lazy("There is no such figure."), remedy=lazy("Open the rows from a number."))
    met = {"yes": True, "no": False}.get(request.GET.get("met", ""))
    found = organisation.rows(name, unit.pk, day, kind=kind if kind in KindOfUnit.values else "", met=met)
    if request.GET.get("as") == "xlsx":
        return _rows_sheet(unit, name, _lines(found[:MOST_ROWS], day))
    shown = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "unit": unit,
        "name": unit_queries.named_on([unit.pk], day, language()).get(unit.pk, unit.code),
        "figure": figure,
        "words": _headed(str(figure.words)),
        "met": request.GET.get("met", ""),
        "kind_words": str(KINDS.get(kind, "")),
        "page": shown,
        "rows": _lines(list(shown), day),
        "shows_post": any(one.post_id for one in shown),
        "day": day,
    }
    return show(request, "organisation/rows.html", context)


def _lines(found: Sequence[Row], day: date) -> list[dict[str, Any]]:
    units = {one.unit_id for one in found}
    names, codes = brief(units, day), _codes(units)
    posts = Post.objects.in_bulk([one.post_id for one in found if one.post_id])
    people = dict(
        Person.objects.filter(pk__in={one.person_id for one in found if one.person_id}).values_list("pk", "name")
    )
    return [
        {
            "unit": names.get(one.unit_id, ""),
            "code": codes[one.unit_id],
            "kind": str(KINDS.get(one.kind, one.kind)),
            "post": posts[one.post_id].title(language()) if one.post_id else "",
            "person": people.get(one.person_id or 0, ""),
            "since": one.since,
            "met": one.met,
        }
        for one in found
    ]


def _rows_sheet(unit: Unit, name: str, lines: Sequence[Mapping[str, Any]]) -> HttpResponse:
    return workbook(
        f"{unit.code}-{name}",
        title=str(ORGANISATION[name].words),
        notes=[str(ORGANISATION[name].sentence), _("Data moment: %(moment)s") % {"moment": formats.moment(now())}],
        columns=[
            Column(_("Body"), 40),
            Column(_("Kind of body"), 30),
            Column(_("Post"), 34),
            Column(_("Who holds it"), 28),
            Column(_("Since"), 14),
            Column(_("In the numerator"), 12),
        ],
        rows=[
            (one["unit"], one["kind"], one["post"], one["person"], one["since"], _("yes") if one["met"] else _("no"))
            for one in lines
        ],
    )


urlpatterns = [
    path("units/<code:code>/organisation/", page, name="organisation"),
    path("units/<code:code>/organisation/rows", rows, name="organisation-rows"),
]
