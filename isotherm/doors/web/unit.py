"""One body: what it is and was, what went into it, its posts, what it has to do and for whom, others like it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.urls import path, reverse

from isotherm.accounts import reach
from isotherm.accounts.held import HOLDING
from isotherm.accounts.models import Appointment, Post
from isotherm.actor import Actor
from isotherm.analysis.workload import workload
from isotherm.directives.models import Document
from isotherm.doors.web import (
    addresses,  # noqa: F401  the converter "code"
    charts,
    formats,
)
from isotherm.doors.web.charts.shapes import Bar, Joint, LineOfTime
from isotherm.doors.web.desk import here
from isotherm.doors.web.page import DeskRequest, language, now, show, signed_in
from isotherm.doors.web.workbook import Column, workbook
from isotherm.execution import carried
from isotherm.execution.carried import Load
from isotherm.execution.models import Assignment, State
from isotherm.refusals import OutOfReach
from isotherm.units import lifeline, sizes, tree
from isotherm.units import queries as unit_queries
from isotherm.units.lifeline import Life, Lifeline
from isotherm.units.models import Heir, Kind, KindOfUnit, Name, Placement, Unit
from isotherm.units.queries import Standing
from isotherm.units.reorganisation import successors
from isotherm.words import _, lazy

PAGE = 50
DIRECTIVES = 25
MOST_ROWS = 20_000
LIKE = 8
STATES = {
    "told": lazy("Assignments"),
    "open": lazy("Open assignments"),
    "overdue": lazy("Open, overdue"),
    "done": lazy("Completed"),
}
# What stands before every committee's name and says nothing in a drawing.
HEADS = ("Ủy ban nhân dân ", "People's Committee of ")


@dataclass(frozen=True, slots=True)
class Beside:
    """A body like the one the page is about; `load` where its work is within reach."""

    code: str
    name: str
    area: float | None
    population: int | None
    below: int
    load: Load | None
    own: bool


def unit_of(code: str) -> Unit:
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise OutOfReach(
            lazy("There is no unit with the code %(code)s."), {"code": code}, remedy=lazy("Search for it by name.")
        )
    return found


@signed_in
def unit(request: DeskRequest, code: str) -> HttpResponse:
    actor, at = request.actor, now()
    found = unit_of(code)
    ended = unit_queries.ended_on(found.pk, actor.day)
    past = _past(request, found)
    # What ended is told as it stood on its last day.
    day = past or (ended - timedelta(days=1) if ended else actor.day)
    standing = unit_queries.standing_on([found.pk], day, language()).get(found.pk)
    line = lifeline.of(found.pk, language())
    below = Paginator(tree.children(found.pk, day), PAGE).get_page(request.GET.get("page"))
    posts = _posts(found, day)
    like = _like(actor, found, standing) if standing and not ended and not past else []
    duties = carried.by_issuer(actor, found.pk, at)
    within = reach.sees_unit(actor, found.pk)
    load = workload(actor, found.pk, at) if within and not ended and not past else None
    loads = carried.by_document(actor, found.pk, at, most=DIRECTIVES)
    documents = Document.objects.in_bulk([one.key for one in loads])
    issuers = dict(Unit.objects.filter(pk__in=[one.key for one in duties]).values_list("pk", "code"))
    issuer_names = unit_queries.named_on(issuers, day, language())
    context = {
        "unit": found,
        "standing": standing,
        "name": unit_queries.named_on([found.pk], day, language()).get(found.pk, found.code),
        "names": list(Name.objects.filter(unit=found, voided_by__isnull=True).order_by("-valid")),
        "kind": dict(KindOfUnit.choices).get(standing.kind, "") if standing else "",
        "facts": _facts(found, standing, ended),
        "ended": ended,
        "past": past,
        "query": {"day": past.isoformat()} if past else {},
        "heir": _heir(found, actor.day) if ended else None,
        "above": _above(found, day),
        "below": below,
        "children": unit_queries.found(list(below), day, language()),
        "kind_of": dict(KindOfUnit.choices),
        "history": _history(found),
        "line": charts.line_of_time(_drawn(line, found)) if line.passings else "",
        "steps": line.steps,
        "posts": posts,
        "filled": sum(post["filled"] for post in posts),
        "duties": [(issuer_names.get(one.key, ""), issuers.get(one.key, ""), one) for one in duties],
        "open": sum(one.open for one in duties),
        "workload": load,
        "averages": [(one.figure.words, formats.number(one.value, 1)) for one in load.averages] if load else [],
        "overdue": sum(one.overdue for one in duties),
        "directives": [(documents[one.key], one) for one in loads],
        "like": like,
        "shows": {name: any(getattr(one, name) for one in like) for name in ("area", "population", "below")},
        "within": within,
        "at": at,
    }
    return show(request, "units/unit.html", context)


def _above(found: Unit, day: date) -> list[tuple[str, str]]:
    above = list(reversed(tree.ancestors(found.pk, day)))
    names = unit_queries.named_on(above, day, language(), short=False)
    codes = dict(Unit.objects.filter(pk__in=above).values_list("pk", "code"))
    return [(names.get(one, ""), codes.get(one, "")) for one in above]


def _past(request: DeskRequest, found: Unit) -> date | None:
    """The day of the address, if it is past and the body stood on it; anything else means now."""
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    stood = Kind.objects.filter(unit=found, voided_by__isnull=True, valid__contains=asked).exists()
    return asked if asked < request.actor.day and stood else None


def _heir(found: Unit, day: date) -> tuple[str, str] | None:
    """Who answers for it now: name and code."""
    heir = Unit.objects.filter(pk=successors.on(day).get(found.pk, 0)).first()
    return (unit_queries.named_on([heir.pk], day, language()).get(heir.pk, heir.code), heir.code) if heir else None


def _facts(found: Unit, standing: Standing | None, ended: date | None) -> list[tuple[str, str]]:
    if standing is None:
        return [(_("State"), _("does not stand today"))]
    size = sizes.sizes().get(found.code)
    facts = [
        (_("State"), _("does not exist any more since %(day)s") % {"day": formats.day(ended)} if ended else ""),
        (_("Kind"), str(dict(KindOfUnit.choices).get(standing.kind, ""))),
        (_("Code"), standing.official_code),
        (_("Abbreviation"), standing.abbreviation),
        (_("Founded on"), formats.day(found.founded_on) if found.founded_on else ""),
        (_("Area"), _area(size.area_km2) if size else ""),
        (_("Population"), formats.number(size.population) if size and size.population else ""),
    ]
    return [(name, value) for name, value in facts if value]


def _area(area: float | None) -> str:
    return f"{formats.number(area, 0 if area >= 100 else 1)} km²" if area else ""


# --- through time -------------------------------------------------------------------------------------------
def _drawn(line: Lifeline, found: Unit) -> LineOfTime:
    places = {one.code: name for one in line.lives for name in (_bare(one.name),)}
    return LineOfTime(
        title=_("Where %(unit)s came from and what became of it") % {"unit": places[found.code]},
        days=line.days,
        bars=tuple(_bar(one) for one in line.lives),
        joints=tuple(Joint(one.day, one.gone, one.heir, one.main) for one in line.passings),
        changes=line.changes,
    )


def _bar(one: Life) -> Bar:
    words = _bare(one.name)
    if one.more:
        words = _("and %(n)s more: %(what)s") % {"n": formats.number(one.more), "what": one.name}
    href = reverse("unit", args=[one.code]) if one.code and one.way != "itself" else ""
    return Bar(words, one.since, one.until, one.name, own=one.way == "itself", more=bool(one.more), href=href)


def _bare(name: str) -> str:
    for head in HEADS:
        name = name.removeprefix(head)
    return name[:1].upper() + name[1:]


def _source(words: str) -> str:
    """The document behind a row; that the register came with it says nothing to a reader."""
    return "" if words == "package" else words


def _history(found: Unit) -> list[dict[str, Any]]:
    """Kinds, places and successions, as dated lines in the order of time."""
    kinds = dict(KindOfUnit.choices)
    lines: list[dict[str, Any]] = [
        {
            "from": row.valid.lower,
            "to": row.valid.upper,
            "words": str(kinds.get(row.kind, row.kind)),
            "more": _source(row.source),
        }
        for row in Kind.objects.filter(unit=found, voided_by__isnull=True)
    ]
    placed = list(Placement.objects.filter(unit=found, voided_by__isnull=True).select_related("parent"))
    heirs = list(
        Heir.objects.filter(Q(gone=found) | Q(heir=found), succession__voided_by__isnull=True).select_related(
            "succession"
        )
    )
    others = {row.parent_id for row in placed if row.parent_id} | {
        one for row in heirs for one in (row.gone_id, row.heir_id)
    }
    today = now().date()
    names = unit_queries.named_on(others, today, language())
    for row in placed:
        if row.parent_id:
            words = _("Stands below %(unit)s") % {"unit": names.get(row.parent_id, "")}
            lines.append({"from": row.valid.lower, "to": row.valid.upper, "words": words, "more": _source(row.source)})
    for one in heirs:
        event = one.succession
        if one.heir_id == found.pk and one.gone_id != found.pk:
            words = _("Takes over from %(unit)s") % {"unit": names.get(one.gone_id, "")}
        elif one.gone_id == found.pk and one.heir_id != found.pk:
            words = _("Is taken over by %(unit)s") % {"unit": names.get(one.heir_id, "")}
        else:
            words = str(event.get_kind_display())
        lines.append({"from": event.day, "to": None, "words": words, "more": event.document})
    return sorted(lines, key=lambda line: (line["from"] is not None, line["from"] or today))


# --- people, and others like it -----------------------------------------------------------------------------
def _posts(found: Unit, day: date) -> list[dict[str, Any]]:
    held = Appointment.objects.filter(post__unit=found, valid__contains=day).select_related("person")
    holders: dict[int, list[str]] = {}
    filled = {one.post_id for one in held if one.how in HOLDING}
    for one in sorted(held, key=lambda one: one.how not in HOLDING):
        how = "" if one.how == Appointment.How.HELD else f" ({str(one.get_how_display()).lower()})"
        holders.setdefault(one.post_id, []).append(one.person.name + how)
    return [
        {"title": post.title(language()), "filled": post.pk in filled, "holders": holders.get(post.pk, [])}
        for post in Post.objects.filter(unit=found, valid__contains=day).order_by("-leading", "id")
    ]


def _like(actor: Actor, found: Unit, standing: Standing) -> list[Beside]:
    """Bodies of the same kind below the same one, the nearest in size first; without sizes, in the order of codes."""
    day = actor.day
    above = tree.parent(found.pk, day)
    if above is None:
        return []
    ids = tree.children(above, day, kinds=[standing.kind])
    codes = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "code"))
    size = sizes.sizes()
    own = size.get(found.code)

    def far(unit: int) -> tuple[bool, float]:
        other = size.get(codes[unit])
        if own is None or other is None:
            return True, 0.0
        if own.population and other.population:
            return False, abs(own.population - other.population)
        return False, abs((own.area_km2 or 0) - (other.area_km2 or 0))

    near = sorted((one for one in ids if one != found.pk), key=far)[:LIKE]
    if not near:
        return []
    shown = [found.pk, *near]
    names = unit_queries.named_on(shown, day, language())
    loads = carried.by_body(actor, shown, now())
    seen = reach.seen_units(actor)
    return [
        Beside(
            code=codes[one],
            name=names.get(one, ""),
            area=size[codes[one]].area_km2 if codes[one] in size else None,
            population=size[codes[one]].population if codes[one] in size else None,
            below=len(tree.children(one, day)),
            load=loads.get(one, Load(one, 0, 0, 0, 0, 0)) if one in seen else None,
            own=one == found.pk,
        )
        for one in shown
    ]


# --- the rows behind a number ---------------------------------------------------------------------------------
@signed_in
def duties(request: DeskRequest, code: str) -> HttpResponse:
    """The assignments that one number of the page counts: of one issuer or of all, by where they stand; of the body
    alone or with what stands below it."""
    actor, at = request.actor, now()
    found = unit_of(code)
    state = request.GET.get("state", "") if request.GET.get("state") in STATES else "told"
    asked = request.GET.get("issuer", "").replace("\0", "")
    issuer = Unit.objects.filter(code=asked).first() if asked else None
    below = request.GET.get("below") == "1"
    bodies = tree.subtree_ids(found.pk, actor.day) if below else [found.pk]
    rows = carried.rows(actor, bodies, at, state=state, issuer=issuer.pk if issuer else None)
    if asked and issuer is None:
        rows = rows.none()
    rows = rows.select_related("task", "task__document")
    names = unit_queries.named_on([found.pk, *([issuer.pk] if issuer else [])], actor.day, language())
    name = names.get(found.pk, found.code)
    if request.GET.get("as") == "xlsx":
        return _sheet(f"{name}: {STATES[state]}", found, list(rows[:MOST_ROWS]))
    page: Page[Assignment] = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "unit": found,
        "name": name,
        "state": state,
        "state_words": STATES[state],
        "states": [(words, here(request, state=one, page=None), one == state) for one, words in STATES.items()],
        "issuer": names.get(issuer.pk, asked) if issuer else asked,
        "below": below,
        "rows": _named(list(page)),
        "page": page,
        "at": at,
        "excel": here(request, **{"as": "xlsx"}),
    }
    return show(request, "units/duties.html", context)


def _named(rows: list[Assignment]) -> list[tuple[Assignment, str, str]]:
    """With the code of the body it was given to, which is not the carrier's after a merger, and its state."""
    codes = dict(Unit.objects.filter(pk__in={one.unit_id for one in rows}).values_list("pk", "code"))
    return [(one, codes.get(one.unit_id, ""), str(State(one.state).label)) for one in rows]


def _sheet(title: str, found: Unit, rows: list[Assignment]) -> HttpResponse:
    return workbook(
        f"{found.code}-duties",
        title=title,
        notes=[_("As of %(moment)s") % {"moment": formats.moment(now())}],
        columns=[
            Column(_("Number and symbol"), 18), Column(_("Task")), Column(_("The work"), 70), Column(_("State"), 24),
            Column(_("Deadline")),
        ],
        rows=[
            (one.task.document.symbol, one.task.number, one.task.action, str(State(one.state).label), one.due_on)
            for one in rows
        ],
    )  # fmt: skip


urlpatterns = [
    path("units/<code:code>/", unit, name="unit"),
    path("units/<code:code>/duties", duties, name="unit-duties"),
]
