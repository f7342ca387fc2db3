"""The register of bodies: a list with search, one body's page, and the suggestions of the unit picker."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from isotherm.actor import Actor
from isotherm.doors.web import addresses  # noqa: F401  the converter "code"
from isotherm.doors.web.page import DeskRequest, language, show, signed_in
from isotherm.units import queries as unit_queries
from isotherm.units import suggestions, tree
from isotherm.units.models import KindOfUnit, Unit

PAGE = 50
DIRECTIVES = 25
SUGGESTIONS = 12
PASTED_MOST = 4000


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
    """Suggestions for a field in which a body is chosen, or what a pasted list means; without scripts, the register."""
    asked = request.GET.get("q", "")[:200]
    if request.headers.get("HX-Request") != "true":
        return redirect(f"{reverse('units')}?{urlencode({'q': asked})}" if asked else "units")
    kinds = [kind for kind in request.GET.get("kinds", "").split(",") if kind in KindOfUnit.values] or None
    day = request.actor.day
    if request.method == "POST":
        chosen = suggestions.choose(request.POST.getlist("words")[:PASTED_MOST], day, language(), kinds=kinds)
        codes = dict(Unit.objects.filter(pk__in=chosen.units).values_list("pk", "code"))
        found = suggestions.named([codes[one] for one in chosen.units], day, language())
        return show(request, "units/_picked.html", {"found": found, "unread": chosen.unread})
    wholes = bool(request.GET.get("wholes"))
    words = request.GET.get("as") == "words"
    found = suggestions.suggest(asked, day, language(), kinds=kinds, wholes=wholes, words=words, limit=SUGGESTIONS)
    return show(request, "units/_suggestions.html", {"found": found})


urlpatterns = [
    path("units/", units, name="units"),
    path("units/find", find, name="unit-find"),
]
