"""Units × state of one directive: filter, counts on top, a reminder to many at once, every number opens its rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from isotherm.accounts import reach
from isotherm.actor import Actor
from isotherm.directives import queries
from isotherm.directives.models import Document
from isotherm.doors.web import addresses  # noqa: F401  the converter "code"
from isotherm.doors.web.environment import with_query
from isotherm.doors.web.formats import day as a_day
from isotherm.doors.web.formats import number as figure
from isotherm.doors.web.page import DeskRequest, key_of, language, now, show, signed_in, tell
from isotherm.doors.web.workbook import Column, workbook
from isotherm.execution import matrix, policy
from isotherm.execution.acts.urge import urge
from isotherm.execution.answers import once
from isotherm.execution.clocks import local_day
from isotherm.execution.matrix import LEVELS, WORDS, Filter, Pair, Row
from isotherm.execution.models import State
from isotherm.execution.rules import Verb
from isotherm.execution.then import days_of
from isotherm.refusals import NotAccepted, OutOfReach, Refusal
from isotherm.units import queries as unit_queries
from isotherm.units.models import Unit
from isotherm.words import _, lazy, ngettext

PAGE = 50
MOST_URGED = 20_000
COLUMNS = ("told", "missing", "sent", "working", "reconsider", "reported", "done", "overdue", "closed", "excused")


@dataclass(frozen=True, slots=True)
class Named:
    """A row with its unit's name and the body through which it is reached."""

    row: Row
    name: str
    code: str
    above: str


@dataclass(frozen=True, slots=True)
class NamedPair:
    pair: Pair
    name: str
    code: str
    state: str


@signed_in
def page(request: DeskRequest, code: str) -> HttpResponse:
    document = queries.document_for(request.actor, code)
    wanted = _filter(request, document)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            return _urge(request, document, wanted)
        except Refusal as no:
            refusal = no
    return _show(request, document, wanted, refusal=refusal)


def _filter(request: DeskRequest, document: Document) -> Filter:
    asked = request.GET
    task = asked.get("task", "")
    return Filter(
        level=asked.get("level", "") if asked.get("level") in LEVELS else "",
        province=_unit_id(asked.get("province", "")),
        state=asked.get("state", "") if asked.get("state") in COLUMNS else "",
        text=asked.get("q", "")[:120],
        task=int(task) if re.fullmatch(r"\d{1,6}", task, re.ASCII) else None,
        unit=_unit_id(asked.get("unit", "")),
        then=past_day(asked.get("was", ""), document),
    )


def past_day(asked: str, document: Document) -> date | None:
    """The day by whose bodies a directive is read, not before it was sent; none: as bodies are now."""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None
    if document.issued_at is None or not date(1945, 9, 2) <= day < local_day(now()):
        return None
    return max(day, local_day(document.issued_at))


def _reading(request: DeskRequest, document: Document, wanted: Filter) -> list[tuple[str, str, bool]]:
    """The days by whose bodies it can be read, where a reorganisation moved something of it."""
    days = sorted({*days_of([document.pk]), *([wanted.then] if wanted.then else [])}, reverse=True)
    if not days:
        return []
    now_at = str(with_query({"request": request}, was=None))  # type: ignore[arg-type]
    past = [
        (_("As units were on %(day)s") % {"day": a_day(day)}, _with(request, was=day.isoformat()), day == wanted.then)
        for day in days
    ]
    return [(_("As units are now"), now_at, wanted.then is None), *past]


def _unit_id(code: str) -> int | None:
    """An unknown code finds nothing rather than everything."""
    if not code:
        return None
    return Unit.objects.filter(code=code.replace("\0", "")).values_list("pk", flat=True).first() or 0


def _show(request: DeskRequest, document: Document, wanted: Filter, *, refusal: Refusal | None) -> HttpResponse:
    actor, at = request.actor, now()
    every = matrix.rows(document, actor=actor, at=at, wanted=wanted)
    kept = sorted((row for row in every if wanted.keeps(row)), key=lambda row: _order(row, request.GET.get("sort", "")))
    day = wanted.then or actor.day
    if request.GET.get("as") == "xlsx":
        return _as_workbook(document, kept, day=day, then=wanted.then)
    shown = Paginator(kept, PAGE).get_page(request.GET.get("page"))
    by = _urging_unit(actor, document)
    to_urge = sum(row.counts.sent + row.counts.working for row in kept)
    context: dict[str, Any] = {
        "document": document,
        "page": shown,
        "rows": _named(list(shown), day=day),
        "reading": _reading(request, document, wanted),
        "total": matrix.total(kept),
        "units_count": len(kept),
        "told_units": sum(row.counts.told > 0 for row in kept),
        "columns": [(name, WORDS[name]) for name in COLUMNS],
        **_choices(request, every, wanted),
        "rows_at": partial(_rows_at, request, document),
        "wanted": wanted,
        "asked": wanted.text,
        "task": document.tasks.filter(number=wanted.task).first() if wanted.task is not None else None,
        "tasks_count": document.tasks.filter(state="issued").count(),
        "may_urge": by is not None,
        "to_urge": to_urge,
        "refusal": refusal,
        "words": request.POST.get("words", ""),
        "filters_on": any(request.GET.get(name) for name in ("level", "province", "state", "q", "task", "unit")),
        "at": at,
    }
    return show(request, "directive/matrix.html", context, status=refusal.http_status if refusal else 200)


def _order(row: Row, asked: str) -> tuple[int, ...]:
    """What needs somebody first; or by a column, largest first."""
    column = asked.lstrip("-")
    if column in COLUMNS:
        amount = row.counts.of(column)
        return (amount if not asked.startswith("-") else -amount, row.unit_id)
    counts = row.counts
    return (-counts.overdue, -counts.missing, -counts.sent, -counts.told, row.unit_id)


def _choices(request: DeskRequest, every: list[Row], wanted: Filter) -> dict[str, Any]:
    """The filters: what is on, and what each other choice would show, as (words, address, chosen)."""

    def offered(key: str, choices: list[tuple[str, str, int]]) -> list[tuple[str, str, bool]]:
        return [
            (f"{words} · {figure(count)}" if count else words, _with(request, **{key: value}), False)
            for value, words, count in choices
        ]

    chosen = request.GET.get("province", "")
    names = unit_queries.named_on([wanted.province], request.actor.day, language()) if wanted.province else {}
    provinces = [(code, name, 0) for code, name in _provinces(request.actor)] if wanted.province is None else []
    return {
        "level_words": str(LEVELS[wanted.level]) if wanted.level else "",
        "level_choices": offered("level", _levels(every, wanted)),
        "state_words": str(WORDS[wanted.state]) if wanted.state else "",
        "state_choices": offered("state", _states(every, wanted)),
        "province_words": names.get(wanted.province or 0, chosen),
        "province_choices": offered("province", provinces),
    }


def _with(request: DeskRequest, **changes: str) -> str:
    return str(with_query({"request": request}, **changes))  # type: ignore[arg-type]


def _rows_at(request: DeskRequest, document: Document, state: str, unit: str = "") -> str:
    """The address of the pairs behind one number, under the filters of this page."""
    query = {name: request.GET[name] for name in ("level", "province", "q", "task", "was") if request.GET.get(name)}
    query |= {"state": state} | ({"unit": unit} if unit else {})
    return f"{reverse('matrix-rows', args=[document.code])}?{urlencode(query)}"


def _levels(every: list[Row], wanted: Filter) -> list[tuple[str, str, int]]:
    state = replace(wanted, level="")
    counted = dict.fromkeys(LEVELS, 0)
    for row in every:
        if state.keeps(row):
            counted[row.level if row.level in counted else "other"] += 1
    return [(level, str(LEVELS[level]), count) for level, count in counted.items() if count]


def _states(every: list[Row], wanted: Filter) -> list[tuple[str, str, int]]:
    """How many units have at least one pair there."""
    level = replace(wanted, state="")
    rows = [row for row in every if level.keeps(row)]
    found = [
        (name, str(WORDS[name]), sum(row.counts.of(name) > 0 for row in rows)) for name in COLUMNS if name != "told"
    ]
    return [one for one in found if one[2]]


def _provinces(actor: Actor) -> list[tuple[str, str]]:
    """The provinces within reach, to choose one; none to choose from inside a single one."""
    ids = set(unit_queries.group_members("provinces", actor.day)) & reach.seen_units(actor)
    if len(ids) < 2:
        return []
    standing = unit_queries.standing_on(ids, actor.day, language())
    return sorted(((one.code, one.short or one.name) for one in standing.values()), key=lambda pair: pair[1])


def _named(rows: list[Row], *, day: date) -> list[Named]:
    ids = {row.unit_id for row in rows} | {row.via_id for row in rows}
    names = unit_queries.named_on(ids, day, language())
    shorter = unit_queries.named_on({row.via_id for row in rows}, day, language(), short=True)
    codes = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "code"))
    return [
        Named(
            row=row,
            name=names.get(row.unit_id, ""),
            code=codes.get(row.unit_id, ""),
            above=shorter.get(row.via_id, "") if row.level in ("commune", "department") else "",
        )
        for row in rows
    ]


def _urging_unit(actor: Actor, document: Document) -> int | None:
    """In whose name the actor urges: the giver's or the issuer's where she acts for it, else her own body's."""
    for unit in (document.giver_id, document.issuer_id, actor.unit_id):
        if unit is not None and policy.may_act(actor, unit, Verb.URGE) is None:
            return unit
    return None


def _urge(request: DeskRequest, document: Document, wanted: Filter) -> HttpResponse:
    actor, at = request.actor, now()
    by = _urging_unit(actor, document)
    if by is None:
        raise policy.may_act(actor, actor.unit_id or 0, Verb.URGE) or NotAccepted(lazy("Your post may not do this."))
    units: list[int] | None = None
    if request.POST.get("whom") != "all":
        units = [int(one) for one in request.POST.getlist("unit") if re.fullmatch(r"\d{1,18}", one, re.ASCII)]
        if not units:
            raise NotAccepted(lazy("Select the bodies to be urged first."), field="unit")
        known = {row.unit_id for row in matrix.rows(document, actor=actor, at=at, wanted=wanted)}
        if not set(units) <= reach.seen_units(actor) | known:
            raise OutOfReach(lazy("There is no such body within your reach."), remedy=lazy("Choose it from the list."))
    ids = matrix.ids_to_urge(document, actor=actor, at=at, wanted=wanted, units=units, by_unit=by)
    if len(ids) > MOST_URGED:
        raise NotAccepted(
            lazy("%(count)s assignments are too many for one reminder."),
            {"count": len(ids)},
            remedy=lazy("Narrow the filter: by level, by province or by state."),
        )
    answer = once(
        actor,
        key_of(request),
        at=at,
        act=lambda: urge(document.code, ids, words=request.POST.get("words", ""), by_unit=by, actor=actor, at=at),
    )
    tell(
        request,
        answer,
        done=ngettext("Urged: %(count)s assignment.", "Urged: %(count)s assignments.", answer.done)
        % {"count": answer.done},
    )
    return redirect(request.get_full_path())


def _as_workbook(document: Document, rows: list[Row], *, day: date, then: date | None) -> HttpResponse:
    was = [_("As units were on %(day)s") % {"day": a_day(then)}] if then else []
    return workbook(
        f"{document.code}-units",
        title=f"{document.symbol}: {_('by body and state')}",
        notes=[
            document.subject,
            _("As of %(moment)s") % {"moment": f"{now():%d/%m/%Y}"},
            _("Numbers are assignments: one task at one body."),
            *was,
        ],
        columns=[
            Column(_("Body"), 44),
            Column(_("Reached through"), 26),
            Column(_("Level"), 18),
            *[Column(str(WORDS[one]), 11) for one in COLUMNS],
        ],
        rows=[
            (one.name, one.above, str(LEVELS.get(one.row.level, "")), *[one.row.counts.of(name) for name in COLUMNS])
            for one in _named(rows, day=day)
        ],
    )


@signed_in
def rows(request: DeskRequest, code: str) -> HttpResponse:
    """The pairs that one number counts."""
    actor, at = request.actor, now()
    document = queries.document_for(actor, code)
    wanted = _filter(request, document)
    wanted = replace(wanted, state=wanted.state or "told")
    count = matrix.count_pairs(document, actor=actor, at=at, wanted=wanted)
    paginator = Paginator(range(count), PAGE)
    shown = paginator.get_page(request.GET.get("page"))
    first = max(0, shown.start_index() - 1)
    pairs = matrix.pairs(document, actor=actor, at=at, wanted=wanted, first=first, most=PAGE)
    found = named_pairs(pairs, actor=actor, day=wanted.then)
    unit = unit_queries.named_on([wanted.unit], actor.day, language()).get(wanted.unit, "") if wanted.unit else ""
    context = {
        "document": document,
        "page": shown,
        "rows": found,
        "wanted": wanted,
        "count": count,
        "state_words": WORDS[wanted.state],
        "unit": unit,
        "was": _("As units were on %(day)s") % {"day": a_day(wanted.then)} if wanted.then else "",
        "at": at,
        "matrix_url": reverse("matrix", args=[document.code]),
    }
    return show(request, "directive/rows.html", context)


def named_pairs(found: list[Pair], *, actor: Actor, day: date | None = None) -> list[NamedPair]:
    ids = {pair.unit_id for pair in found}
    names = unit_queries.named_on(ids, day or actor.day, language())
    codes = dict(Unit.objects.filter(pk__in=ids).values_list("pk", "code"))
    labels = dict(State.choices)
    return [
        NamedPair(
            pair=pair,
            name=names.get(pair.unit_id, ""),
            code=codes.get(pair.unit_id, ""),
            state=str(labels.get(pair.state) or WORDS[pair.state]),
        )
        for pair in found
    ]


urlpatterns = [
    path("directives/<code:code>/matrix/", page, name="matrix"),
    path("directives/<code:code>/matrix/rows", rows, name="matrix-rows"),
]
