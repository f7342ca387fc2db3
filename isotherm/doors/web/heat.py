"""How tasks are carried out: the whole country, one directive, one unit on it. Each page reads, composes, renders."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.urls import path, reverse

from isotherm.analysis import heat as analysis
from isotherm.analysis.figures import Counts
from isotherm.analysis.heat import Waiting
from isotherm.analysis.then import find_breaks, reading
from isotherm.analysis.thermal import Thermocline
from isotherm.directives import queries
from isotherm.directives.models import Document, Task
from isotherm.doors.web import (
    addresses,  # noqa: F401  the converter "code"
    formats,
    heat_files,
    heat_page,
    heat_rows,
    heat_subject,
)
from isotherm.doors.web import heat_words as words
from isotherm.doors.web.charts.page import draw
from isotherm.doors.web.charts.shapes import Chip, DirectiveRow, HeatPage
from isotherm.doors.web.desk import here
from isotherm.doors.web.heat_look import Look, Subject, default_step, look
from isotherm.doors.web.heat_page import Frame, compose
from isotherm.doors.web.page import DeskRequest, show, signed_in
from isotherm.units import queries as unit_queries
from isotherm.words import _, ngettext

DIRECTIVES_SHOWN = 25


@signed_in
def country(request: DeskRequest) -> HttpResponse:
    subject = heat_subject.of_country(request)
    if not subject.documents:
        return show(request, "heat/empty.html", {"document": None, "filtered": bool(subject.query)})
    with reading(subject.ids, scope=subject.scope):
        page = _country_page(request, subject)
    return _render(request, page)


@signed_in
def directive(request: DeskRequest, code: str) -> HttpResponse:
    subject = heat_subject.of_directive(request, code)
    if subject.documents[0].issued_at is None:
        return show(request, "heat/empty.html", {"document": subject.documents[0], "filtered": False})
    with reading(subject.ids, scope=subject.scope):
        page = _directive_page(request, subject)
    return _render(request, page)


@signed_in
def unit(request: DeskRequest, code: str, unit: str) -> HttpResponse:
    subject = heat_subject.of_unit(request, code, unit)
    with reading(subject.ids, scope=subject.scope):
        page = _unit_page(request, subject)
    return _render(request, page)


@signed_in
def country_units(request: DeskRequest) -> HttpResponse:
    subject = heat_subject.of_country(request)
    with reading(subject.ids, scope=subject.scope):
        page = _country_page(request, subject, whole_lists=True)
    return _units(request, page, reverse("heat"))


@signed_in
def directive_units(request: DeskRequest, code: str) -> HttpResponse:
    subject = heat_subject.of_directive(request, code)
    with reading(subject.ids, scope=subject.scope):
        page = _directive_page(request, subject, whole_lists=True)
    return _units(request, page, reverse("heat-directive", args=[code]))


@signed_in
def country_file(request: DeskRequest, figure: str, shape: str) -> HttpResponse:
    subject = heat_subject.of_country(request)
    with reading(subject.ids, scope=subject.scope):
        page = _country_page(request, subject, whole_lists=True)
    return heat_files.file(page, figure, shape)


@signed_in
def directive_file(request: DeskRequest, code: str, figure: str, shape: str) -> HttpResponse:
    subject = heat_subject.of_directive(request, code)
    with reading(subject.ids, scope=subject.scope):
        page = _directive_page(request, subject, whole_lists=True)
    return heat_files.file(page, figure, shape)


@signed_in
def unit_file(request: DeskRequest, code: str, unit: str, figure: str, shape: str) -> HttpResponse:
    subject = heat_subject.of_unit(request, code, unit)
    with reading(subject.ids, scope=subject.scope):
        page = _unit_page(request, subject, whole_lists=True)
    return heat_files.file(page, figure, shape)


def _render(request: DeskRequest, page: HeatPage) -> HttpResponse:
    return show(request, "heat/page.html", {"page": page, "drawings": draw(page), "here": "heat"})


def _units(request: DeskRequest, page: HeatPage, up: str) -> HttpResponse:
    """The table behind the map, on a page of its own."""
    return show(request, "heat/units.html", {"page": page, "here": "heat", "up": f"{up}{_keeps(request)}"})


# --- the country --------------------------------------------------------------------------------------------
def _country_page(request: DeskRequest, subject: Subject, *, whole_lists: bool = False) -> HeatPage:
    ids, scope = subject.ids, subject.scope
    due = {duty: of.due + of.paused for duty, of in analysis.counts_by("duty", ids, scope=scope, at=subject.at)}
    subject = replace(subject, step=subject.step or default_step(due))
    find_breaks(ids, scope=scope, at=subject.at, lens=subject.step)
    waiting = analysis.waiting_by(ids, by="document_id", scope=scope, lens=subject.step)
    extra = {one.body_id for one in waiting.values()}
    found = look(subject, extra=tuple(extra | _issuers(request)), whole_lists=whole_lists)
    issuers = {document.issuer_id for document in subject.documents}
    tasks = found.tasks.get(Task.Kind.TASK, 0)
    frame = Frame(
        title=_("How tasks are carried out"),
        name="",
        root=found.body(next(iter(issuers))).name if len(issuers) == 1 else _("Issuing bodies"),
        root_words=_documents_and_tasks(len(subject.documents), tasks),
        to_unit=lambda code: subject.rows(step=found.step, outcome="due", unit=code),
        to_step=lambda step: here(request, step=step),
        chips=_country_chips(request, found),
        warnings=_reach_words(request, found),
        page=request.GET.get("page"),
        units_inline=False,
        whole_lists=whole_lists,
        keeps=_keeps(request),
    )
    counted = analysis.counts_by("document_id", ids, scope=scope, at=subject.at, duty=found.step)
    rows = _directives(found, counted)
    page = Paginator(rows, DIRECTIVES_SHOWN).get_page(request.GET.get("page"))
    lines = analysis.thermoclines([document.pk for document, _row in page], scope)
    listed = [_with_words(document, row, found, waiting, lines) for document, row in page]
    shown: Page[DirectiveRow] = Page(listed, page.number, page.paginator)  # type: ignore[arg-type]
    return replace(compose(found, frame), directives=shown, steps=())


def _issuers(request: DeskRequest) -> set[int]:
    sent = queries.visible_documents(request.actor).filter(state=Document.State.ISSUED)
    return set(sent.order_by().values_list("issuer_id", flat=True).distinct())


def _directives(found: Look, counted: list[tuple[int, Counts]]) -> list[tuple[Document, DirectiveRow]]:
    """What needs somebody first."""
    of = dict(counted)
    rows = []
    for document in found.subject.documents:
        counts = heat_page.counts(of.get(document.pk, Counts()))
        was = {key: value for key, value in found.subject.query if key == "was"}
        at = f"{document.code}/rows?{urlencode(was if found.step == 'done' else {'step': found.step, **was})}"
        rows.append(
            (
                document,
                DirectiveRow(
                    symbol=document.symbol,
                    subject=document.subject,
                    href=f"{document.code}/?{urlencode({'step': found.step, **was})}",
                    issuer=found.body(document.issuer_id).short,
                    signed_on=document.signed_on,
                    counts=counts,
                    words="",
                    due_href=f"{at}&is=due",
                    overdue_href=f"{at}&is=overdue",
                ),
            )
        )
    return sorted(rows, key=lambda row: (-row[1].counts.overdue, -row[1].counts.due, -row[0].pk))


def _with_words(
    document: Document,
    row: DirectiveRow,
    found: Look,
    waiting: dict[int, Waiting],
    lines: dict[int, Thermocline | None],
) -> DirectiveRow:
    line, waited = lines.get(document.pk), waiting.get(document.pk)
    said = []
    if line is not None:
        said.append(_("Main bottleneck: %(link)s.") % {"link": words.link(line.upper, line.level)})
    if waited is not None and not waited.stands_for_most:
        said.append(_("Many bodies are waited for, none for most of it."))
    elif waited is not None:
        said.append(
            _("Most wait for %(unit)s: %(cause)s.")
            % {
                "unit": found.body(waited.body_id).name,
                "cause": str(words.CAUSES[waited.cause])[:1].lower() + str(words.CAUSES[waited.cause])[1:],
            }
        )
    elif row.counts.overdue:
        said.append(_("Whom it waits for is being computed."))
    elif not row.counts.due:
        said.append(_("Nothing is due yet."))
    else:
        said.append(_("Nothing is overdue."))
    return replace(row, words=" ".join(said))


def _country_chips(request: DeskRequest, found: Look) -> tuple[Chip, ...]:
    issuer, period = request.GET.get("issuer", ""), request.GET.get("period", "")
    everything = _("all")
    bodies = sorted((found.body(one) for one in _issuers(request)), key=lambda body: body.name)
    periods = {"": everything} | {days: _("last %(n)s days") % {"n": days} for days in heat_subject.PERIODS}
    return (
        Chip(
            _("Issued by"),
            next((body.name for body in bodies if body.code == issuer), everything),
            (
                (everything, here(request, issuer=None), not issuer),
                *((body.name, here(request, issuer=body.code), body.code == issuer) for body in bodies),
            ),
        ),
        Chip(
            _("Sent"),
            periods.get(period, everything),
            tuple((said, here(request, period=days or None), days == period) for days, said in periods.items()),
        ),
        _step_chip(request, found, ("take_up", "plan", "send_on", "report", "done")),
        *_reading_chip(request, found),
    )


# --- one directive, one unit --------------------------------------------------------------------------------
def _directive_page(request: DeskRequest, subject: Subject, *, whole_lists: bool = False) -> HeatPage:
    document = subject.documents[0]
    found = look(subject, whole_lists=whole_lists)
    keeps = _keeps(request)
    frame = Frame(
        title=_("How tasks are carried out: %(symbol)s") % {"symbol": document.symbol},
        name=document.symbol,
        root=found.body(document.issuer_id).name,
        root_words=_given(found),
        to_unit=lambda code: f"{code}/{keeps}",
        to_step=lambda step: here(request, step=step),
        crumbs=((_("Execution"), reverse("heat")), (document.symbol, "")),
        chips=_directive_chips(request, found),
        warnings=_reach_words(request, found),
        page=request.GET.get("page"),
        whole_lists=whole_lists,
        keeps=keeps,
    )
    return compose(found, frame)


def _unit_page(request: DeskRequest, subject: Subject, *, whole_lists: bool = False) -> HeatPage:
    document = subject.documents[0]
    found = look(subject, whole_lists=whole_lists)
    heat_subject.refuse_strangers(subject, has_pairs=bool(found.heat.levels) or found.own_count > 0)
    body = found.body(subject.focus or 0)
    keeps = _keeps(request)
    frame = Frame(
        title=_("%(unit)s: %(symbol)s") % {"unit": body.name, "symbol": document.symbol},
        name=body.name,
        root=body.name,
        root_words="",
        to_unit=lambda code: f"../{code}/{keeps}",
        to_step=lambda step: here(request, step=step),
        crumbs=((_("Execution"), reverse("heat")), (document.symbol, f"../{keeps}"), (body.name, "")),
        chips=_directive_chips(request, found),
        page=request.GET.get("page"),
        whole_lists=whole_lists,
        keeps=keeps,
    )
    return compose(found, frame)


def _keeps(request: DeskRequest) -> str:
    """The filters of this page, for addresses beside it."""
    query = {key: request.GET[key] for key in ("step", "issuer", "period", "was") if request.GET.get(key)}
    return f"?{urlencode(query)}" if query else ""


def _reach_words(request: DeskRequest, found: Look) -> tuple[str, ...]:
    """Whoever sees a part is told that it is a part, and of whom."""
    if found.subject.whole:
        return ()
    # Bodies that ended and are answered for by their heir are not named.
    standing = unit_queries.kinds_of(request.actor.units, request.actor.day)
    units = words.bodies(standing, day=found.subject.day, language=found.subject.language)
    # An office sees what the body it serves sees: that one is named.
    served = [units[unit].name for unit in sorted(request.actor.units) if unit in units]
    own = units.get(request.actor.unit_id or 0)
    name = next((one for one in served if own is None or one != own.name), own.name if own else "")
    return (_("Only %(unit)s and the units below it are counted here.") % {"unit": name},) if name else ()


def _given(found: Look) -> str:
    document, n = found.subject.documents[0], found.tasks.get(Task.Kind.TASK, 0)
    return ngettext("gave %(n)s task on %(day)s", "gave %(n)s tasks on %(day)s", n) % {
        "n": formats.number(n),
        "day": formats.day(document.issued_at),
    }


def _documents_and_tasks(documents: int, tasks: int) -> str:
    said = ngettext("%(n)s document", "%(n)s documents", documents) % {"n": formats.number(documents)}
    return said + ", " + ngettext("%(n)s task", "%(n)s tasks", tasks) % {"n": formats.number(tasks)}


def _directive_chips(request: DeskRequest, found: Look) -> tuple[Chip, ...]:
    steps = _step_chip(request, found, tuple(words.STEPS))
    return _document_chip(found), _moment_chip(found), steps, *_reading_chip(request, found)


def _reading_chip(request: DeskRequest, found: Look) -> tuple[Chip, ...]:
    """By which bodies the figures are told: a choice once bodies of these directives have changed."""
    then = found.subject.scope.then
    days = sorted({*found.past_days} | ({then.day} if then else set()), reverse=True)
    now = _("As units are now")
    if not days:
        return (Chip(now, ""),)
    chosen = then.day if then else None
    said = {day: _("As units were on %(day)s") % {"day": formats.day(day)} for day in days}
    past = ((said[day], here(request, was=day.isoformat()), day == chosen) for day in days)
    return (Chip("", said[chosen] if chosen else now, ((now, here(request, was=None), chosen is None), *past)),)


def _document_chip(found: Look) -> Chip:
    document = found.subject.documents[0]
    code = document.code
    return Chip(
        f"{document.type_name} {document.symbol}".strip(),
        _documents_and_tasks(1, found.tasks.get(Task.Kind.TASK, 0)).partition(", ")[2],
        (
            (_("The document and its tasks"), reverse("directive", args=[code]), False),
            (_("By body and state"), reverse("matrix", args=[code]), False),
        ),
    )


def _moment_chip(found: Look) -> Chip:
    document = found.subject.documents[0]
    return Chip("", f"{formats.short_day(document.issued_at)} – {formats.day(found.subject.at)}")


def _step_chip(request: DeskRequest, found: Look, steps: tuple[str, ...]) -> Chip:
    due = found.due_by_step

    def said(step: str) -> str:
        if step == "any" or not due.get(step):
            return str(words.STEPS[step])
        return f"{words.STEPS[step]} · " + _("%(n)s due") % {"n": formats.number(due[step])}

    return Chip(
        _("Step"),
        str(words.STEPS[found.step]),
        tuple((said(step), here(request, step=step), step == found.step) for step in steps),
    )


_FIGURE = "<slug:figure>.<slug:shape>"
urlpatterns = [
    path("heat/", country, name="heat"),
    path("heat/rows", heat_rows.country, name="heat-country-rows"),
    path("heat/waiting", heat_rows.country_waiting, name="heat-country-waiting"),
    path("heat/units", country_units, name="heat-country-units"),
    path(f"heat/{_FIGURE}", country_file, name="heat-country-file"),
    path("heat/<code:code>/", directive, name="heat-directive"),
    path("heat/<code:code>/rows", heat_rows.directive, name="heat-rows"),
    path("heat/<code:code>/waiting", heat_rows.directive_waiting, name="heat-waiting"),
    path("heat/<code:code>/units", directive_units, name="heat-units"),
    path(f"heat/<code:code>/{_FIGURE}", directive_file, name="heat-directive-file"),
    path("heat/<code:code>/<code:unit>/", unit, name="heat-unit"),
    path(f"heat/<code:code>/<code:unit>/{_FIGURE}", unit_file, name="heat-unit-file"),
]
