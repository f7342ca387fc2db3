"""The register of bodies: a list with search, one body's page, and the suggestions of the unit picker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from isotherm.accounts import reach
from isotherm.accounts.models import Appointment, Post
from isotherm.actor import Actor
from isotherm.directives.models import Document
from isotherm.doors.web import addresses  # noqa: F401  the converter "code"
from isotherm.doors.web.page import DeskRequest, language, now, show, signed_in
from isotherm.execution.matrix import ASIDE
from isotherm.execution.models import OPEN
from isotherm.refusals import OutOfReach
from isotherm.units import queries as unit_queries
from isotherm.units import tree
from isotherm.units.models import Heir, Kind, KindOfUnit, Name, Placement, Unit
from isotherm.words import _, lazy
from isotherm.workdays.queries import current

PAGE = 50
DIRECTIVES = 25
SUGGESTIONS = 12


@dataclass(frozen=True, slots=True)
class Duty:
    """What one issuer has asked of the unit, within reach."""

    issuer_id: int
    issuer: str
    documents: int
    open: int
    overdue: int
    done: int


@dataclass(frozen=True, slots=True)
class Given:
    document: Document
    told: int
    open: int
    overdue: int
    done: int


@signed_in
def units(request: DeskRequest) -> HttpResponse:
    """By name, or by kind; accents, case and the place of the tone mark do not matter."""
    asked = request.GET.get("q", "")[:200]
    day = request.actor.day
    kind = request.GET.get("kind", "")
    kind = kind if kind in KindOfUnit.values else ""
    if asked.strip():
        found = unit_queries.find(asked, day, [kind] if kind else None, 200, language=language())
        page: Page[Any] = Paginator(found, PAGE).get_page(request.GET.get("page"))
        rows = list(page)
    else:
        ids = _ids_of_kind(kind, request.actor)
        page = Paginator(ids, PAGE).get_page(request.GET.get("page"))
        rows = unit_queries.found(list(page), day, language())
    counts = unit_queries.counts_on(day)
    of_kind: dict[str, int] = {}
    for (one, _branch), n in counts.items():
        of_kind[one] = of_kind.get(one, 0) + n
    kinds = dict(KindOfUnit.choices)
    context = {
        "page": page,
        "rows": rows,
        "asked": asked,
        "kind": kind,
        "kind_words": kinds.get(kind, ""),
        "kinds": [(one, words, of_kind[one]) for one, words in KindOfUnit.choices if of_kind.get(one)],
        "kind_of": kinds,
        "all": sum(of_kind.values()),
    }
    return show(request, "units/page.html", context)


def _ids_of_kind(kind: str, actor: Actor) -> list[int]:
    """In Vietnamese alphabetical order; without a kind, what stands right below the top of the State."""
    if not kind:
        with connection.cursor() as cursor:
            cursor.execute(
                "select node.unit_id from units_treenode node where node.version_id = %s and node.depth <= 1 "
                "order by node.depth, node.lft",
                [tree.version_on(actor.day)],
            )
            return [row[0] for row in cursor.fetchall()]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select kind.unit_id from units_kind kind
            join units_name name on name.unit_id = kind.unit_id and name.valid @> %(day)s::date
                 and name.voided_by is null
            where kind.kind = %(kind)s and kind.valid @> %(day)s::date and kind.voided_by is null
            order by name.sort_key, kind.unit_id
            """,
            {"day": actor.day, "kind": kind},
        )
        return [row[0] for row in cursor.fetchall()]


@signed_in
def find(request: DeskRequest) -> HttpResponse:
    """Suggestions for a field in which a body is chosen; without scripts, the list of bodies."""
    asked = next((request.GET[name] for name in request.GET if request.GET[name].strip()), "")[:200]
    if request.headers.get("HX-Request") != "true":
        return redirect(f"{reverse('units')}?q={asked}" if asked else "units")
    found = unit_queries.find(asked, request.actor.day, None, SUGGESTIONS, language="vi") if asked else []
    return show(request, "units/_options.html", {"found": found})


@signed_in
def unit(request: DeskRequest, code: str) -> HttpResponse:
    actor, at = request.actor, now()
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise OutOfReach(
            lazy("There is no unit with the code %(code)s."), {"code": code}, remedy=lazy("Search for it by name.")
        )
    day = actor.day
    standing = unit_queries.standing_on([found.pk], day, language()).get(found.pk)
    names = list(Name.objects.filter(unit=found, voided_by__isnull=True).order_by("-valid"))
    above = list(reversed(tree.ancestors(found.pk, day)))
    below = Paginator(tree.children(found.pk, day), PAGE).get_page(request.GET.get("page"))
    above_names = unit_queries.named_on(above, day, language(), short=False)
    codes = dict(Unit.objects.filter(pk__in=above).values_list("pk", "code"))
    duties = _duties(actor, found.pk, at)
    context = {
        "unit": found,
        "standing": standing,
        "name": unit_queries.named_on([found.pk], day, language()).get(found.pk, found.code),
        "names": names,
        "kind": dict(KindOfUnit.choices).get(standing.kind, "") if standing else "",
        "above": [(above_names.get(one, ""), codes.get(one, "")) for one in above],
        "below": below,
        "children": unit_queries.found(list(below), day, language()),
        "kind_of": dict(KindOfUnit.choices),
        "history": _history(found),
        "posts": _posts(found, actor),
        "duties": duties,
        "directives": _directives(actor, found.pk, at),
        "within": reach.sees_unit(actor, found.pk),
        "at": at,
    }
    return show(request, "units/unit.html", context)


def _history(found: Unit) -> list[dict[str, Any]]:
    """Kinds, places and successions, as dated lines in the order of time."""
    kinds = dict(KindOfUnit.choices)
    lines: list[dict[str, Any]] = [
        {
            "from": row.valid.lower,
            "to": row.valid.upper,
            "words": str(kinds.get(row.kind, row.kind)),
            "more": row.source,
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
            lines.append({"from": row.valid.lower, "to": row.valid.upper, "words": words, "more": row.source})
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


def _posts(found: Unit, actor: Actor) -> list[dict[str, Any]]:
    held = Appointment.objects.filter(post__unit=found, valid__contains=actor.day).select_related("person")
    holders: dict[int, list[str]] = {}
    for one in held:
        holders.setdefault(one.post_id, []).append(one.person.name)
    return [
        {"title": post.title(language()), "hands": post.hands, "holders": holders.get(post.pk, [])}
        for post in Post.objects.filter(unit=found, valid__contains=actor.day).order_by("id")
    ]


_COUNTS = f"""
    count(*) filter (where a.state = any(%(open)s))::int as open,
    count(*) filter (where {ASIDE["overdue"]})::int as overdue,
    count(*) filter (where a.state = 'done')::int as done
"""


def _duties(actor: Actor, unit_id: int, at: datetime) -> list[Duty]:
    rows = _grouped(
        actor,
        unit_id,
        at,
        f"select d.issuer_id, count(distinct d.id)::int, {_COUNTS}",
        "group by d.issuer_id order by 3 desc",
    )
    names = unit_queries.named_on([row[0] for row in rows], actor.day, language())
    return [Duty(row[0], names.get(row[0], ""), *row[1:]) for row in rows]


def _directives(actor: Actor, unit_id: int, at: datetime) -> list[Given]:
    rows = _grouped(
        actor,
        unit_id,
        at,
        f"select d.id, count(*)::int, {_COUNTS}",
        f"group by d.id, d.signed_on order by 3 desc, d.signed_on desc limit {DIRECTIVES}",
    )
    documents = Document.objects.in_bulk([row[0] for row in rows])
    return [Given(documents[row[0]], *row[1:]) for row in rows]


def _grouped(actor: Actor, unit_id: int, at: datetime, select: str, ending: str) -> list[tuple[Any, ...]]:
    """Sums over the assignments a unit carries, as far as the actor sees them."""
    seen = reach.sees_unit(actor, unit_id)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            {select}
            from execution_assignment a join directives_document d on d.id = a.document_id
            where a.carrier_id = %(unit)s
              and (%(seen)s or a.giver_id = any(%(own)s) or a.confirmer_id = any(%(own)s) or a.holder_id = any(%(own)s))
            {ending}
            """,
            {
                "unit": unit_id,
                "seen": seen,
                "own": [] if reach.sees_no_work(actor) else sorted(actor.units),
                "last_due": current().last_due_day(at),
                "open": [state.value for state in OPEN],
            },
        )
        return list(cursor.fetchall())


urlpatterns = [
    path("units/", units, name="units"),
    path("units/find", find, name="unit-find"),
    path("units/<code:code>/", unit, name="unit"),
]
