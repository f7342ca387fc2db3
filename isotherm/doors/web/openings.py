"""Who opened a record: each page that shows one says so here, and inspectors read it.

The line is written after the page is made and before it is handed out: what cannot be noted is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from isotherm.accounts.models import Person, Post
from isotherm.actor import Actor
from isotherm.directives import policy
from isotherm.directives.openings import openings_of
from isotherm.directives.queries import document_for
from isotherm.doors.web.environment import with_query
from isotherm.doors.web.names import brief
from isotherm.doors.web.page import DeskRequest, language, show, signed_in
from isotherm.doors.web.workbook import Column, workbook
from isotherm.records import openings
from isotherm.records.models import Opening
from isotherm.units import queries as unit_queries
from isotherm.units.models import Unit
from isotherm.words import _

What = Opening.What
PAGE = 50
MOST = 20_000  # lines of a workbook

# Pages that show a record, by their names, with what opening them is.
OPENED: Mapping[str, Opening.What] = {
    "assignment": What.PAGE,
    "coverage": What.PAGE,
    "directive": What.PAGE,
    "directive-file": What.FILE,
    "directive-openings": What.OPENINGS,
    "directive-tasks-file": What.EXPORT,
    "draft": What.PAGE,
    "file": What.FILE,
    "grounds": What.PAGE,
    "heat-directive": What.PAGE,
    "heat-directive-file": What.EXPORT,
    "heat-rows": What.PAGE,
    "heat-unit": What.PAGE,
    "heat-unit-file": What.EXPORT,
    "heat-units": What.PAGE,
    "heat-waiting": What.PAGE,
    "history": What.PAGE,
    "history-pdf": What.EXPORT,
    "matrix": What.PAGE,
    "matrix-rows": What.PAGE,
    "obstacle": What.PAGE,
    "review": What.PAGE,
    "review-task": What.PAGE,
    "second-reading": What.PAGE,
    "task": What.PAGE,
    "task-list": What.PAGE,
    "task-list-rows": What.PAGE,
    "work": What.PAGE,
    "work-act": What.PAGE,
}
# Where every page shows a record, also one that stands in no table here.
RECORDS = ("/directives/", "/tasks/", "/heat/")
# Lists: noted where words were searched for, or where they were taken away as a file. The words' place in the address.
LISTS: Mapping[str, str] = {"desk": "text", "directives": "q", "obstacles": "q", "search": "q"}
# What shows no record of its own: frames, forms for what is still to come, figures over many, the public register.
NEITHER = frozenset(
    {
        "account", "desk-take-up", "directive-check", "directive-new", "draft-check", "heat", "heat-country-file",
        "heat-country-rows", "heat-country-units", "heat-country-waiting", "keys", "language", "post",
        "reorganisation", "reorganisation-edit", "reorganisation-give", "reorganisation-new", "reorganisations",
        "scim", "second-factor", "sign-in", "sign-in-return", "sign-in-second", "sign-in-with", "sign-out",
        "sign-out-with", "theme", "unit", "unit-find", "units",
    }
)  # fmt: skip


def hangs_on(request: HttpRequest, code: str) -> None:
    """Where the address does not say of which document it is: the view says it."""
    request.opened_document = code  # type: ignore[attr-defined]


def noted(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        actor: Actor | None = getattr(request, "actor", None)
        match = request.resolver_match
        if actor is not None and match is not None and response.status_code in (200, 206, 409, 422):
            _note(request, actor, match.url_name or "", match.kwargs, shown=response.status_code)
        return response

    return middleware


def _note(request: HttpRequest, actor: Actor, page: str, kwargs: Mapping[str, Any], *, shown: int) -> None:
    sign_in = salted_hmac("isotherm.openings", request.session.session_key or "").hexdigest()[:12]
    away = What.EXPORT if request.GET.get("as") else None
    if page in LISTS:
        words = request.GET.get(LISTS[page], "").replace("\0", "").strip()
        if away or words:
            openings.keep(actor, away or What.SEARCH, page=page, about=words, sign_in=sign_in)
        return
    said = getattr(request, "opened_document", "")
    code = said or _document(kwargs)
    opened = OPENED.get(page)
    if opened is None and page not in NEITHER and request.path.startswith(RECORDS):
        opened = What.PAGE
    # A refused form is shown on the page of its record; a refusal without one shows nothing.
    if opened is None or (shown not in (200, 206) and request.method != "POST"):
        return
    parts = [kwargs.get(one) for one in ("task", "unit", "number", "name")] + [kwargs.get("code") if said else None]
    about = " ".join(str(one) for one in parts if one)
    openings.keep(actor, away or opened, page=page, code=code, about=about, sign_in=sign_in)


def _document(kwargs: Mapping[str, Any]) -> str:
    """A task's address is its document's, a dot and its number."""
    task = kwargs.get("task")
    return str(task).rpartition(".")[0] if task else str(kwargs.get("code", ""))


@dataclass(frozen=True, slots=True)
class Line:
    """One opening, in the reader's words."""

    opening: Opening
    unit: str
    post: str
    person: str
    what: str
    about: str


@signed_in
def page(request: DeskRequest, code: str) -> HttpResponse:
    document = document_for(request.actor, code)
    rows = openings_of(request.actor, document)
    what, support = request.GET.get("what", ""), request.GET.get("support", "") == "1"
    if what in What.values:
        rows = rows.filter(what=what)
    if support:
        rows = rows.filter(support=True)
    names = policy.may_know_names(request.actor)
    if request.GET.get("as") == "xlsx":
        return _workbook(request, document.symbol, code, _lines(request, list(rows[:MOST]), names=names), names=names)
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return show(
        request,
        "openings/page.html",
        {
            "document": document,
            "shown": shown,
            "lines": _lines(request, list(shown.object_list), names=names),
            "names": names,
            "chips": _chips(request, what if what in What.values else "", support=support),
            "days": openings.kept_days(),
        },
    )


def _chips(request: DeskRequest, what: str, *, support: bool) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    context: Any = {"request": request}
    kinds = {"": _("all"), **{value: str(label) for value, label in What.choices if value != What.SEARCH}}
    whose = {"": _("all"), "1": _("technical support")}

    def choices(name: str, values: Mapping[str, str], chosen: str) -> list[tuple[str, str, bool]]:
        return [
            (words, with_query(context, **{name: value or None, "page": None}), chosen == value)
            for value, words in values.items()
        ]

    chosen = "1" if support else ""
    return [
        (_("What"), kinds[what], choices("what", kinds, what)),
        (_("By"), whose[chosen], choices("support", whose, chosen)),
    ]


def _lines(request: DeskRequest, rows: list[Opening], *, names: bool) -> list[Line]:
    bodies = unit_queries.named_on({one.unit_id for one in rows}, request.actor.day, language())
    posts = Post.objects.in_bulk({one.post_id for one in rows})
    people = Person.objects.in_bulk({one.person_id for one in rows if one.person_id}) if names else {}
    parts = _bodies_named({word for one in rows for word in one.about.split()}, request.actor.day)
    return [
        Line(
            one,
            unit=bodies.get(one.unit_id, ""),
            post=posts[one.post_id].title(language()) if one.post_id in posts else "",
            person=people[one.person_id].name if one.person_id in people else "",
            what=str(What(one.what).label),
            about=_part(one.about, parts),
        )
        for one in rows
    ]


def _bodies_named(words: set[str], day: date) -> dict[str, str]:
    codes = dict(Unit.objects.filter(code__in=words).values_list("pk", "code"))
    return {codes[unit]: name for unit, name in brief(codes, day).items()}


def _part(about: str, bodies: Mapping[str, str]) -> str:
    """Bodies by their names; a task by its number, since the page is of one document."""
    said = []
    for word in about.split(" "):
        number = word.rpartition(".")[2]
        is_task = "." in word and word not in bodies and number.isascii() and number.isdecimal()
        said.append(_("task %(number)s") % {"number": number} if is_task else bodies.get(word, word))
    return ", ".join(filter(None, said)) if any(word in bodies for word in about.split()) else " ".join(said)


def _workbook(request: DeskRequest, symbol: str, code: str, lines: list[Line], *, names: bool) -> HttpResponse:
    columns = [Column(_("When"), 18), Column(_("Body"), 40), Column(_("Post"), 30), Column(_("What"), 22)]
    columns += [Column(_("Part opened"), 24), Column(_("Technical support"), 12)]
    columns += [Column(_("Person"), 28)] if names else []
    return workbook(
        f"openings-{code}",
        title=_("Who opened %(symbol)s") % {"symbol": symbol},
        notes=[_("For the inspection of a stated matter only. Reading this list is noted in it.")],
        columns=columns,
        rows=[
            [
                one.opening.at, one.unit, one.post, one.what, one.about,
                _("yes") if one.opening.support else "", *([one.person] if names else []),
            ]
            for one in lines
        ],
    )  # fmt: skip
