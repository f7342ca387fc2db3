"""The organisation on any day: one level at a time, with its counts, what had just changed, and the list as a file."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpResponse
from django.urls import path

from isotherm.doors.web import formats
from isotherm.doors.web.desk import here
from isotherm.doors.web.page import DeskRequest, language, show, signed_in
from isotherm.doors.web.unit import unit_of
from isotherm.doors.web.workbook import Column, workbook
from isotherm.refusals import NotAccepted
from isotherm.units import browse, tree
from isotherm.units import queries as unit_queries
from isotherm.units.browse import Line
from isotherm.units.history import branch_label
from isotherm.units.models import KindOfUnit, Unit
from isotherm.words import _, lazy

STANDING_OUT = 60  # how many of one kind are named before the rest folds


@dataclass(frozen=True, slots=True)
class Stop:
    """A day at which the slider halts: from it on the organisation stood so."""

    day: date
    words: str
    address: str
    chosen: bool


@signed_in
def page(request: DeskRequest) -> HttpResponse:
    day = _day(request)
    days = browse.days_of_change()
    asked = request.GET.get("of", "").replace("\0", "")
    unit = unit_of(asked) if asked else None
    tree.version_on(day)  # a day before the register begins is refused with its reason
    top = browse.root(day)
    at = unit.pk if unit is not None else top
    stands = at is not None and at in unit_queries.standing_on([at], day, language())
    if at is not None and stands and request.GET.get("as") in ("csv", "xlsx"):
        return _file(request.GET["as"], browse.subtree(at, day, language()), day)
    within = browse.period(day, days)
    lines = browse.children(at, day, language(), within=within) if at is not None and stands else []
    counts: dict[str, int] = defaultdict(int)
    for (kind, _branch), count in unit_queries.counts_on(day).items():
        counts[kind] += count
    names = unit_queries.named_on([at], day, language()) if at is not None else {}
    stops = _stops(request, days, day)
    chosen = next((index for index, one in enumerate(stops) if one.chosen), 0)
    context = {
        "day": day,
        "past": {"day": day.isoformat()} if day < request.actor.day else {},
        "unit": unit or Unit.objects.filter(pk=at or 0).first(),
        "name": names.get(at or 0, asked),
        "stands": stands,
        "instead": _instead(unit, day) if unit is not None and not stands else [],
        "above": _above(at, day) if at is not None and stands else [],
        "groups": _groups(lines),
        "below": sum(1 + one.below for one in lines),
        "counts": [(words, counts[kind]) for kind, words in KindOfUnit.choices if counts.get(kind)],
        "stops": stops,
        "chosen": chosen,
        "earlier": stops[chosen - 1] if chosen > 0 else None,
        "later": stops[chosen + 1] if chosen + 1 < len(stops) else None,
        "within": within,
        "csv": here(request, **{"as": "csv"}),
        "excel": here(request, **{"as": "xlsx"}),
        "many": STANDING_OUT,
    }
    return show(request, "units/tree.html", context)


def _day(request: DeskRequest) -> date:
    words = request.GET.get("day", "").strip()
    if not words:
        return request.actor.day
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(words, form).date()
        except ValueError:
            continue
    raise NotAccepted(
        lazy("“%(words)s” is not a day."), {"words": words[:40]}, remedy=lazy("Write it as 30/06/2025.")
    )


def _stops(request: DeskRequest, days: list[date], day: date) -> list[Stop]:
    """The days of change, today, and the day that is looked at."""
    every = sorted({*days, request.actor.day, day})
    return [Stop(one, formats.day(one), here(request, day=one.isoformat()), one == day) for one in every]


def _above(unit_id: int, day: date) -> list[tuple[str, str]]:
    above = list(reversed(tree.ancestors(unit_id, day)))
    names, codes = unit_queries.named_on(above, day, language()), browse.codes_of(above)
    return [(names.get(one, ""), codes.get(one, "")) for one in above]


def _instead(unit: Unit, day: date) -> list[tuple[str, str]]:
    found = browse.stood_for(unit.pk, day)[:40]
    names, codes = unit_queries.named_on(found, day, language()), browse.codes_of(found)
    return [(names.get(one, ""), codes[one]) for one in found]


def _groups(lines: list[Line]) -> list[tuple[str, list[Line], int]]:
    """By kind, in the order of kinds, with how many stand below each kind in all."""
    of_kind: dict[str, list[Line]] = defaultdict(list)
    for one in lines:
        of_kind[one.kind].append(one)
    return [
        (str(words), of_kind[kind], sum(one.below for one in of_kind[kind]))
        for kind, words in KindOfUnit.choices
        if of_kind.get(kind)
    ]


# --- the list as a file ---------------------------------------------------------------------------------------
def _file(form: str, lines: list[Line], day: date) -> HttpResponse:
    kinds = dict(KindOfUnit.choices)
    heads = (
        _("Code in the register"), _("Official code"), _("Name"), _("Kind"), _("Form"), _("Level below the top"),
        _("Code of the body above"), _("Units below it"),
    )  # fmt: skip
    rows = [
        (one.code, one.official_code, one.name, str(kinds[one.kind]), str(branch_label(one.branch)), one.depth,
         one.above, one.below)
        for one in lines
    ]  # fmt: skip
    name = f"{lines[0].code}-{day.isoformat()}"
    if form == "csv":
        held = io.StringIO()
        out = csv.writer(held)
        out.writerow(heads)
        out.writerows(rows)
        response = HttpResponse("\ufeff" + held.getvalue(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response
    return workbook(
        name,
        title=_("%(name)s on %(day)s") % {"name": lines[0].name, "day": formats.day(day)},
        notes=[_("%(n)s units, from the register of bodies.") % {"n": formats.number(len(lines))}],
        columns=[Column(head, width) for head, width in zip(heads, (14, 12, 52, 30, 18, 10, 14, 12), strict=True)],
        rows=rows,
    )


urlpatterns = [path("units/tree", page, name="unit-tree")]
