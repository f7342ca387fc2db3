"""A figure away from its page: the drawing as SVG, its table as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from isotherm.doors.web import charts, formats
from isotherm.doors.web.charts.shapes import HeatPage, UnitTable
from isotherm.doors.web.workbook import Column, workbook
from isotherm.refusals import OutOfReach
from isotherm.words import _, lazy

Table = tuple[str, Sequence[Column], Sequence[Sequence[Any]]]


def file(page: HeatPage, figure: str, shape: str) -> HttpResponse:
    if shape == "svg":
        return _svg(page, figure)
    if shape == "xlsx" and figure in TABLES:
        found = TABLES[figure](page)
        if found is not None:
            return _xlsx(page, figure, found)
    raise _nothing()


def _nothing() -> OutOfReach:
    return OutOfReach(lazy("There is no such figure on this page."), remedy=lazy("Open it from the page itself."))


def _svg(page: HeatPage, figure: str) -> HttpResponse:
    drawn = ""
    if figure == "ladder" and page.ladder:
        drawn = charts.ladder_alone(page.ladder)
    elif figure == "curve" and page.curve:
        drawn = charts.curve_alone(page.curve)
    elif figure == "holding" and page.holding:
        drawn = charts.holding_alone(page.holding)
    elif figure == "map" and page.map:
        drawn = charts.tile_map_alone(page.map)
    elif figure == "strip" and page.strip:
        drawn = charts.strip_alone(page.strip)
    if not drawn:
        raise _nothing()
    response = HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_name(page, figure)}.svg"'
    response["Cache-Control"] = "no-store"
    return response


def _xlsx(page: HeatPage, figure: str, table: Table) -> HttpResponse:
    title, columns, rows = table
    notes = [page.title, _("Data moment: %(moment)s") % {"moment": formats.moment(page.at)}, *page.warnings]
    response = workbook(_name(page, figure), title=title, notes=notes, columns=columns, rows=rows)
    response["Cache-Control"] = "no-store"
    return response


def _name(page: HeatPage, figure: str) -> str:
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in page.name).strip("-")
    return f"{plain or 'isotherm'}-{figure}"


def _share(part: int, whole: int) -> float | None:
    return round(part / whole * 100, 1) if whole else None


def _ladder(page: HeatPage) -> Table | None:
    if page.ladder is None:
        return None
    columns = [Column(_("Level"), 40), Column(_("Due")), Column(_("Done on time")), Column(_("Done late"))]
    columns += [Column(_("Open, overdue")), Column(_("Paused")), Column(_("Share overdue"))]
    rows = [
        (r.name, r.counts.due, r.counts.on_time, r.counts.late, r.counts.overdue, r.counts.paused,
         _share(r.counts.overdue, r.counts.due))
        for r in page.ladder.rungs if r.counts is not None
    ]  # fmt: skip
    return page.ladder.title, columns, rows


def _breaks(page: HeatPage) -> Table | None:
    columns = [Column(_("Waiting for"), 40), Column(_("Cause"), 60), Column(_("Assignments")), Column(_("Promise"))]
    columns += [Column(_("Days beyond the time allowed"))]
    rows = [(one.unit, one.cause, one.pairs, one.promised, one.days_beyond) for one in page.breaks]
    return _("Where it is held up: who is waited for"), columns, rows


def _curve(page: HeatPage) -> Table | None:
    if page.curve is None:
        return None
    columns = [Column(_("Day")), *(Column(one.name, 18) for one in page.curve.series)]
    days = [day for day, _share_of in page.curve.series[0].points]
    shares = [dict(one.points) for one in page.curve.series]
    rows = [(day, *(round(of.get(day, 0.0) * 100, 1) for of in shares)) for day in days]
    return f"{page.curve.title} (%)", columns, rows


def _holding(page: HeatPage) -> Table | None:
    if page.holding is None:
        return None
    columns = [Column(_("Holder"), 44), Column(_("Within")), Column(_("Beyond")), Column(_("Assignments"))]
    rows = [(row.name, round(row.within, 2), round(row.beyond, 2), row.chains) for row in page.holding.rows]
    return page.holding.title, columns, rows


def _units(found: UnitTable | None) -> Table | None:
    if found is None:
        return None
    columns = [Column(found.head, 40), Column(_("Due")), Column(_("Done on time")), Column(_("Done late"))]
    columns += [Column(_("Overdue")), Column(_("Paused")), Column(_("Share overdue")), Column(_("Waiting for"), 34)]
    columns += [Column(_("Well apart from the rest"))]
    every = found.page.paginator.object_list if found.page else found.rows
    rows = [
        (r.name, r.counts.due, r.counts.on_time, r.counts.late, r.counts.overdue, r.counts.paused,
         _share(r.counts.overdue, r.counts.due), r.waits_for, "x" if r.stands_out else "")
        for r in every
    ]  # fmt: skip
    return found.title, columns, rows


def _steps(page: HeatPage) -> Table | None:
    columns = [Column(_("Level"), 40), Column(_("Step"), 24), Column(_("Due")), Column(_("Done on time"))]
    columns += [Column(_("Done late")), Column(_("Overdue")), Column(_("Paused")), Column(_("No deadline"))]
    rows = [
        (r.level, r.step, r.counts.due, r.counts.on_time, r.counts.late, r.counts.overdue, r.counts.paused, r.undated)
        for r in page.steps
    ]
    return _("Every step on every level"), columns, rows


def _changes(page: HeatPage) -> Table | None:
    if page.changes is None:
        return None
    columns = [Column(_("From day"), 14), Column(_("By decision"), 24), Column(_("Body until then"), 40)]
    columns += [Column(_("Body since then"), 40), Column(_("Assignments")), Column(_("Expected, not told"))]
    rows = [(one.day, one.document, one.gone, one.heir, one.told, one.untold) for one in page.changes.rows]
    return _("What changed since"), columns, rows


TABLES: Mapping[str, Callable[[HeatPage], Table | None]] = {
    "ladder": _ladder,
    "breaks": _breaks,
    "curve": _curve,
    "holding": _holding,
    "map": lambda page: _units(page.units),
    "strip": lambda page: _units(page.units),
    "units": lambda page: _units(page.units),
    "others": lambda page: _units(page.others),
    "steps": _steps,
    "changes": _changes,
}
