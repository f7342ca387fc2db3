"""What a number of the figures counts: its pairs (task × unit), and the whole list of who is waited for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.urls import reverse

from isotherm.analysis import rows as behind
from isotherm.analysis.rows import Row, Wanted
from isotherm.analysis.then import reading
from isotherm.doors.web import formats, heat_page, heat_subject
from isotherm.doors.web import heat_words as words
from isotherm.doors.web.charts.shapes import BreakPoint, TaskRow
from isotherm.doors.web.desk import here
from isotherm.doors.web.heat_look import Subject, look
from isotherm.doors.web.heat_words import Body
from isotherm.doors.web.page import DeskRequest, show, signed_in
from isotherm.doors.web.workbook import Column, workbook
from isotherm.execution.models import Obstacle
from isotherm.units.models import Unit
from isotherm.words import _, ngettext

PAGE = 50
MOST_ROWS = 20_000
LEVELS = ("ministry", "province", "department", "district", "commune", "other")


@dataclass(frozen=True, slots=True)
class Shown:
    row: Row
    task: TaskRow
    unit: str
    waits_for: str
    cause: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The pairs wanted, with each condition in words and the address without it."""

    wanted: Wanted
    conditions: tuple[tuple[str, str, str], ...]


@signed_in
def country(request: DeskRequest) -> HttpResponse:
    return _rows(request, heat_subject.of_country(request), "")


@signed_in
def directive(request: DeskRequest, code: str) -> HttpResponse:
    return _rows(request, heat_subject.of_directive(request, code), code)


@signed_in
def country_waiting(request: DeskRequest) -> HttpResponse:
    return _waiting(request, heat_subject.of_country(request), "")


@signed_in
def directive_waiting(request: DeskRequest, code: str) -> HttpResponse:
    return _waiting(request, heat_subject.of_directive(request, code), code)


# --- the pairs of a number ----------------------------------------------------------------------------------
def _rows(request: DeskRequest, subject: Subject, code: str) -> HttpResponse:
    asked = _asked(request, subject)
    wanted, scope, at = asked.wanted, subject.scope, subject.at
    count = behind.count(wanted, scope=scope, at=at)
    what = str(words.OUTCOMES[wanted.outcome])
    if request.GET.get("as") == "xlsx":
        found = behind.rows(wanted, scope=scope, at=at, most=MOST_ROWS)
        return _workbook(subject, asked, what, count=count, rows=_shown(found, subject))
    page: Page[int] = Paginator(range(count), PAGE).get_page(request.GET.get("page"))
    first = max(0, page.start_index() - 1)
    rows = _shown(behind.rows(wanted, scope=scope, at=at, first=first, most=PAGE), subject)
    document = subject.documents[0] if code else None
    return show(
        request,
        "heat/rows.html",
        {
            "here": "heat",
            "document": document,
            "what": what,
            "count": count,
            "conditions": asked.conditions,
            "rows": rows,
            "page": page,
            "at": at,
            "step_words": words.STEPS[wanted.step],
            "up": reverse("heat-directive", args=[code]) if code else reverse("heat"),
            "excel": here(request, **{"as": "xlsx"}),
        },
    )


def _asked(request: DeskRequest, subject: Subject) -> Asked:
    get = request.GET.get
    step = subject.step or "done"
    outcome = get("is", "") if get("is", "") in behind.OUTCOMES else "all"
    why, cause = get("why", ""), get("cause", "")
    causes = (cause,) if cause in behind.CAUSES else behind.WHYS.get(why, ())
    units = {key: get(key, "").replace("\0", "") for key in ("unit", "body", "via") if get(key)}
    ids = dict(Unit.objects.filter(code__in=units.values()).values_list("code", "id"))
    obstacle = None
    if get("obstacle"):
        code = get("obstacle", "").replace("\0", "")
        obstacle = Obstacle.objects.filter(code=code, document_id__in=subject.ids).first()
    level = get("level", "") if get("level", "") in LEVELS else ""
    wanted = Wanted(
        documents=subject.ids,
        step=step,
        outcome=outcome,
        level=level,
        upper_level=get("upper", ""),
        causes=causes,
        # An unknown code finds nothing rather than everything.
        body=ids.get(units["body"], 0) if "body" in units else None,
        body_level=get("on", "") if get("on", "") in LEVELS else "",
        obstacle=(obstacle.pk if obstacle else 0) if get("obstacle") else None,
        unit=ids.get(units["unit"], 0) if "unit" in units else None,
        alone=bool(get("alone")),
        via=ids.get(units["via"], 0) if "via" in units else None,
    )
    named = words.bodies(ids.values(), day=subject.units_day, language=subject.language)
    names = {code: named[unit].name for code, unit in ids.items() if unit in named}
    was = _("As units were on %(day)s") % {"day": formats.day(subject.units_day)} if subject.scope.then else ""
    said = [
        (_("Step"), str(words.STEPS[step]), ""),
        (_("Level"), words.in_level(level), here(request, level=None, upper=None)),
        (_("Body"), names.get(units.get("unit", ""), ""), here(request, unit=None, alone=None)),
        (_("Waiting for"), names.get(units.get("body", ""), ""), here(request, body=None)),
        (
            _("Cause"),
            str(words.CAUSES[cause] if cause in words.CAUSES else words.WHYS[why]) if causes else "",
            here(request, cause=None, why=None, obstacle=None),
        ),
        ("", obstacle.missing if obstacle else "", here(request, obstacle=None)),
        ("", was, here(request, was=None)),
        (_("Waiting on the level"), words.in_level(wanted.body_level), here(request, on=None)),
    ]
    return Asked(wanted, tuple((label, value, address) for label, value, address in said if value))


def _shown(found: Sequence[Row], subject: Subject) -> list[Shown]:
    holders = words.bodies({row.body_id for row in found if row.body_id}, day=subject.day, language=subject.language)
    bodies = words.bodies({row.unit_id for row in found}, day=subject.units_day, language=subject.language)
    nobody = Body("", "", "")
    return [
        Shown(
            row=row,
            task=heat_page.task_row(
                row, unit_code=bodies.get(row.unit_id, nobody).code, holder=holders.get(row.body_id or 0, nobody).name
            ),
            unit=bodies.get(row.unit_id, nobody).name,
            waits_for=holders.get(row.body_id or 0, nobody).name if row.cold else "",
            cause=str(words.CAUSES[row.cause]) if row.cold and row.cause else "",
        )
        for row in found
    ]


def _workbook(subject: Subject, asked: Asked, what: str, *, count: int, rows: Sequence[Shown]) -> HttpResponse:
    notes = [_("Data moment: %(moment)s") % {"moment": formats.moment(subject.at)}]
    notes += [f"{label}: {value}" if label else value for label, value, _address in asked.conditions]
    if count > len(rows):
        notes.append(
            _("The first %(n)s of %(all)s rows; narrow the filter for the others.")
            % {"n": formats.number(len(rows)), "all": formats.number(count)}
        )
    columns = [
        Column(_("Document"), 18),
        Column(_("Task"), 8),
        Column(_("The work"), 60),
        Column(_("Body"), 34),
        Column(_("State"), 40),
        Column(_("Waiting for"), 34),
        Column(_("Cause"), 34),
        Column(_("Step due"), 14),
        Column(_("Deadline"), 14),
    ]
    return workbook(
        f"{subject.documents[0].code if len(subject.documents) == 1 else 'isotherm'}-rows",
        title=f"{what}: {formats.number(count)}",
        notes=notes,
        columns=columns,
        rows=[
            (
                one.row.symbol,
                one.row.task_number,
                one.row.action,
                one.unit,
                one.task.state,
                one.waits_for,
                one.cause,
                one.row.due,
                one.row.done_due,
            )
            for one in rows
        ],
    )


# --- who is waited for, all of them -------------------------------------------------------------------------
def _waiting(request: DeskRequest, subject: Subject, code: str) -> HttpResponse:
    with reading(subject.ids, scope=subject.scope):
        found = look(subject, whole_lists=True)
    every: tuple[BreakPoint, ...] = heat_page.breaks(
        found,
        most=None,
        to_unit=lambda unit: f"{unit}/" if code else subject.rows(step=found.step, outcome="cold", body=unit),
    )
    pairs = sum(one.pairs for one in every)
    page = Paginator(every, PAGE).get_page(request.GET.get("page"))
    said = ngettext("%(n)s overdue assignment", "%(n)s overdue assignments", pairs) % {"n": formats.number(pairs)}
    return show(
        request,
        "heat/waiting.html",
        {
            "here": "heat",
            "document": subject.documents[0] if code else None,
            "page": page,
            "pairs": said,
            "count": len(every),
            "step_words": words.STEPS[found.step],
            "data_at": found.heat.data_at or subject.at,
            "stale": found.stale,
            "up": reverse("heat-directive", args=[code]) if code else reverse("heat"),
            "excel": "breaks.xlsx?"
            + urlencode({"step": found.step, **{key: value for key, value in subject.query if key == "was"}}),
        },
    )
