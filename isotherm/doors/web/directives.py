"""The list of directives, and how a new one comes in: drop the file, check what was read, register."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, OrderBy, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import ExtractYear
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from isotherm.actor import Actor, Hand
from isotherm.directives import queries
from isotherm.directives.acts import register as registering
from isotherm.directives.acts import scanning
from isotherm.directives.models import Document, ScanReading
from isotherm.directives.reading import WARNINGS
from isotherm.doors.jobs.schedule import soon
from isotherm.doors.web import addresses  # noqa: F401  the converter "code"
from isotherm.doors.web import scanned as scans
from isotherm.doors.web.forms.directives import HeadingForm, UploadForm
from isotherm.doors.web.page import DeskRequest, key_of, language, now, show, signed_in
from isotherm.doors.web.workbook import Column, workbook
from isotherm.execution import progress
from isotherm.records.keys import with_key
from isotherm.refusals import NotAccepted, NotNow, NotYours, OutOfReach, Refusal, Secret
from isotherm.units import queries as unit_queries
from isotherm.units.folding import fold
from isotherm.words import _, lazy

PAGE = 25
KEPT_FOR = timedelta(hours=12)
ORDERS: dict[str, tuple[str | OrderBy, ...]] = {
    "signed": ("signed_on", "id"),
    "-signed": ("-signed_on", "-id"),
    "symbol": ("symbol_key", "id"),
    "-symbol": ("-symbol_key", "-id"),
    "issued": (F("issued_at").asc(nulls_last=True), "id"),
    "-issued": (F("issued_at").desc(nulls_last=True), "-id"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    words: str
    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Listed:
    document: Document
    issuer: str
    progress: progress.Progress


@signed_in
def directives(request: DeskRequest) -> HttpResponse:
    actor = request.actor
    seen = queries.visible_documents(actor)
    found = _filtered(seen, request)
    if request.GET.get("as") == "xlsx":
        return _as_workbook(found, actor=actor)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": _listed(page, actor=actor),
        "filters": _choices(seen, request),
        "asked": request.GET.get("q", ""),
        "filtered": any(request.GET.get(name) for name in ("state", "type", "issuer", "year", "q")),
        "may_register": _may_register(actor),
    }
    return show(request, "directives/page.html", context)


def _filtered(seen: QuerySet[Document], request: DeskRequest) -> QuerySet[Document]:
    asked = request.GET
    found = seen.filter(**{name: asked[key].replace("\0", "") for key, name in _EXACT.items() if asked.get(key)})
    if re.fullmatch(r"[12]\d{3}", asked.get("year", ""), re.ASCII):
        found = found.filter(signed_on__year=int(asked["year"]))
    if asked.get("q", "").strip():
        found = matching(found, asked["q"])
    return found.order_by(*ORDERS.get(asked.get("sort", ""), ORDERS["-signed"]))


_EXACT = {"state": "state", "type": "type_name", "issuer": "issuer__code"}


def matching(found: QuerySet[Document], text: str) -> QuerySet[Document]:
    """Every word stands in symbol, subject or issuer, whatever its accents; or the symbol begins as it was typed."""
    words = fold(text).split()[:12]
    if not words:
        return found.none()
    searched = (
        "unaccent(lower(directives_document.symbol || ' ' || directives_document.subject || ' ' || "
        "directives_document.issuer_text || ' ' || directives_document.type_name))"
    )
    every = RawSQL(  # noqa: S611  columns and parameters only
        f"(select bool_and({searched} like '%%' || word || '%%') from unnest(%s::text[]) word)",
        [words],
    )
    return found.annotate(_found=every).filter(Q(_found=True) | Q(symbol_key__startswith=queries.symbol_key(text)))


def _listed(documents: Page[Document] | QuerySet[Document], *, actor: Actor) -> list[Listed]:
    rows = list(documents)
    figures = progress.of_documents([one.pk for one in rows], actor=actor, at=now())
    names = unit_queries.named_on({one.issuer_id for one in rows}, actor.day, language(), short=True)
    return [
        Listed(
            document=one,
            issuer=one.issuer_text if language() == "vi" else names.get(one.issuer_id, one.issuer_text),
            progress=figures.get(one.pk, progress.Progress()),
        )
        for one in rows
    ]


def _choices(seen: QuerySet[Document], request: DeskRequest) -> list[tuple[str, str, list[Choice]]]:
    """The filters, each with what it would show: one statement for all of them."""
    rows = list(
        seen.annotate(year=ExtractYear("signed_on"))
        .order_by()
        .values("state", "type_name", "issuer__code", "issuer_id", "year")
        .annotate(n=Count("id"))
    )
    names = unit_queries.named_on({row["issuer_id"] for row in rows}, request.actor.day, language(), short=True)
    states = dict(Document.State.choices)
    spoken: dict[str, tuple[str, Any]] = {
        "state": (_("State"), lambda row: (row["state"], str(states[row["state"]]))),
        "type": (_("Type"), lambda row: (row["type_name"], row["type_name"])),
        "issuer": (_("Issued by"), lambda row: (row["issuer__code"], names.get(row["issuer_id"], ""))),
        "year": (_("Year"), lambda row: (str(row["year"]), str(row["year"]))),
    }
    filters = []
    for key, (label, of) in spoken.items():
        counted: dict[tuple[str, str], int] = {}
        for row in rows:
            if of(row)[0]:
                counted[of(row)] = counted.get(of(row), 0) + row["n"]
        # Years from the newest, everything else from the most frequent.
        ordered = sorted(counted.items(), key=lambda one: -int(one[0][0]) if key == "year" else -one[1])
        choices = [
            Choice(words=words, value=value, count=n, chosen=request.GET.get(key) == value)
            for (value, words), n in ordered
        ]
        filters.append((key, label, choices))
    return filters


def _as_workbook(found: QuerySet[Document], *, actor: Actor) -> HttpResponse:
    return workbook(
        "directives",
        title=_("Directives"),
        notes=[_("As of %(moment)s") % {"moment": f"{now():%d/%m/%Y}"}],
        columns=[
            Column(_("Number and symbol"), 18),
            Column(_("Type"), 14),
            Column(_("Subject"), 60),
            Column(_("Issued by"), 26),
            Column(_("Date of issue")),
            Column(_("State"), 28),
            Column(_("Tasks"), 10),
            Column(_("Assignments"), 10),
            Column(_("Expected, not told"), 12),
            Column(_("Fallen due"), 10),
            Column(_("Completed"), 10),
            Column(_("Open, overdue"), 10),
        ],
        rows=[
            (
                row.document.symbol,
                row.document.type_name,
                row.document.subject,
                row.issuer,
                row.document.signed_on,
                row.document.get_state_display(),
                row.progress.tasks,
                row.progress.given,
                row.progress.missing,
                row.progress.due,
                row.progress.done,
                row.progress.overdue,
            )
            for row in _listed(found, actor=actor)
        ],
    )


def _may_register(actor: Actor) -> bool:
    return actor.has(Hand.CLERK, Hand.OFFICER, Hand.APPROVER, Hand.LEADER)


def _refuse_others(actor: Actor) -> None:
    if not _may_register(actor):
        raise NotYours(
            lazy("Your post does not register documents."), remedy=lazy("Ask the records clerk of your body.")
        )


@signed_in
def new(request: DeskRequest) -> HttpResponse:
    """One box. What comes in is read first, and kept only if it may be."""
    _refuse_others(request.actor)
    if request.method != "POST":
        return show(request, "directives/new.html", {"form": UploadForm(), "refusal": None})
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, "directives/new.html", {"form": form, "refusal": None}, status=422)
    upload: UploadedFile[Any] = form.cleaned_data["file"]
    try:
        _refuse_too_large(upload)
        received = registering.hand_in(upload.read(), upload.name or "", actor=request.actor, at=now())
    except Secret as no:
        return show(request, "directives/secret.html", {"refusal": no}, status=no.http_status)
    except Refusal as no:
        context = {"form": UploadForm(), "refusal": no}
        return show(request, "directives/new.html", context, status=no.http_status)
    if isinstance(received, ScanReading):
        soon(scanning.JOB)
        return redirect("scan", number=received.pk)
    return redirect(address_of_check(request.actor, received.sha256, received.name))


def address_of_check(actor: Actor, sha256: str, name: str) -> str:
    return f"{reverse('directive-check', args=[sha256])}?of={_ticket(actor, sha256, name)}"


def _refuse_too_large(upload: UploadedFile[Any]) -> None:
    if (upload.size or 0) > settings.UPLOAD_LIMIT_MB * 1024 * 1024:
        raise NotAccepted(
            lazy("The file is larger than %(most)s MB."),
            {"most": settings.UPLOAD_LIMIT_MB},
            remedy=lazy("Divide it, or save its images smaller."),
        )


def _ticket(actor: Actor, sha256: str, name: str) -> str:
    """Whoever handed the file in may go on with it: a hash alone opens nobody else's file."""
    return signing.dumps([actor.post_id, sha256, name], salt="directive-check", compress=True)


def _received(request: DeskRequest, sha256: str) -> registering.Received:
    asked = request.POST.get("of") or request.GET.get("of", "")
    try:
        post, kept, name = signing.loads(asked, salt="directive-check", max_age=KEPT_FOR)
    except signing.BadSignature:
        post, kept, name = None, "", ""
    if post != request.actor.post_id or kept != sha256:
        raise OutOfReach(lazy("There is no file of yours waiting here."), remedy=lazy("Hand the document in again."))
    return registering.received(sha256, name, post_id=request.actor.post_id)


@signed_in
def check(request: DeskRequest, sha256: str) -> HttpResponse:
    """What was read, to be corrected by a person; then registered."""
    _refuse_others(request.actor)
    received = _received(request, sha256)
    heading = registering.Heading.of(received.reading)
    if request.method != "POST":
        initial = {name: getattr(heading, name) for name in HeadingForm.base_fields}
        return _show_check(request, received, HeadingForm(initial=initial), heading=heading)
    form = HeadingForm(request.POST)
    if not form.is_valid():
        return _show_check(request, received, form, heading=heading, status=422)
    given = dict(form.cleaned_data)  # a field with an error leaves the form's own
    try:
        document = _register(request, received, _typed(heading, given))
    except Refusal as no:
        form.add_error(no.field if no.field in form.fields else None, str(no))
        known = _known(request.actor, given) if isinstance(no, NotNow) else None
        return _show_check(request, received, form, heading=heading, status=no.http_status, refusal=no, known=known)
    return redirect("review", code=document.code)


def _typed(heading: registering.Heading, given: dict[str, Any]) -> registering.Heading:
    """What the person left in the fields, empty where she emptied them; the type's code only while its name stands."""
    code = heading.type_code if given["type_name"] == heading.type_name else ""
    signed_for = heading.signed_for if given.get("signed_how") == heading.signed_how else ""
    return registering.Heading(type_code=code, signed_for=signed_for, **given)


def _register(request: DeskRequest, received: registering.Received, heading: registering.Heading) -> Document:
    at = now()
    return with_key(
        request.actor,
        key_of(request),
        at=at,
        act=lambda: registering.register(received, heading, actor=request.actor, at=at),
        to_answer=lambda document: document.code,
        from_answer=lambda code: Document.objects.get(code=code),
    )


# Most papers carry no mark of urgency: its absence is no gap.
_OFTEN_ABSENT = {"urgency"}
_SHOWN_AS_MISSING = {"no_symbol", "no_date", "no_issuer", "no_tasks"}


def _known(actor: Actor, given: dict[str, Any]) -> Document | None:
    """The document already registered under this symbol, if the actor may see it."""
    signed_on: date | None = given.get("signed_on")
    same = queries.visible_documents(actor).filter(symbol_key=queries.symbol_key(given.get("symbol", "")))
    return same.filter(signed_on__year=signed_on.year).first() if signed_on else same.first()


def _show_check(
    request: DeskRequest,
    received: registering.Received,
    form: HeadingForm,
    *,
    heading: registering.Heading,
    status: int = 200,
    refusal: Refusal | None = None,
    known: Document | None = None,
) -> HttpResponse:
    reading = received.reading
    leads = [candidate for candidate in reading.candidates if candidate.lead]
    context = {
        "received": received,
        "reading": reading,
        "form": form,
        "missing": [
            form[name] for name in HeadingForm.base_fields if name not in _OFTEN_ABSENT and not getattr(heading, name)
        ],
        "candidates": len(reading.candidates),
        "with_lead": len(leads),
        "dated": sum(candidate.deadline is not None for candidate in reading.candidates),
        "known": known or (None if form.is_bound else _known(request.actor, dict(form.initial))),
        "ticket": _ticket(request.actor, received.sha256, received.name),
        "refusal": refusal,
        "scanned": scans.pages_of(received.scan_id),
        "warnings": [WARNINGS[one] for one in reading.warnings if one in WARNINGS and one not in _SHOWN_AS_MISSING],
    }
    return show(request, "directives/check.html", context, status=status)


urlpatterns = [
    path("directives/", directives, name="directives"),
    path("directives/new", new, name="directive-new"),
    path("directives/new/<code:sha256>/", check, name="directive-check"),
]
