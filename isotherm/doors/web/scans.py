"""A scan that was handed in: how far its recognition is, page by page; which pages failed; stop, or once more."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from isotherm.directives import queries
from isotherm.directives.acts import scanning as acts
from isotherm.directives.models import ScannedPage, ScanReading
from isotherm.doors.jobs.schedule import soon
from isotherm.doors.web.directives import address_of_check
from isotherm.doors.web.page import DeskRequest, now, show, signed_in
from isotherm.doors.web.pressed import Done, once, pressed
from isotherm.doors.web.scanned import pages_of
from isotherm.refusals import NotAccepted, Refusal
from isotherm.words import _, lazy


@signed_in
def scan(request: DeskRequest, number: int) -> HttpResponse:
    reading = queries.scan_for(request.actor, number)
    if request.method != "POST":
        return _show(request, reading)
    verb = _VERBS.get(pressed(request)[0], _unknown)
    try:
        done = once(request, lambda: verb(request, reading))
    except Refusal as no:
        return _show(request, queries.scan_for(request.actor, number), refusal=no)
    messages.success(request, done.words)
    return redirect(request.path)


def _stop(request: DeskRequest, reading: ScanReading) -> Done:
    acts.stop(reading.pk, actor=request.actor, at=now())
    return Done(_("No further page is recognised; nothing of the scan was kept."))


def _again(request: DeskRequest, reading: ScanReading) -> Done:
    acts.again(reading.pk, actor=request.actor, at=now())
    soon(acts.JOB)
    return Done(_("The pages that failed are tried once more."))


def _unknown(request: DeskRequest, reading: ScanReading) -> Done:
    raise NotAccepted(lazy("Choose what is to be done."))


_VERBS: dict[str, Callable[[DeskRequest, ScanReading], Done]] = {"stop": _stop, "again": _again}


def _show(request: DeskRequest, reading: ScanReading, *, refusal: Refusal | None = None) -> HttpResponse:
    inside = request.headers.get("HX-Request") == "true" and request.method == "GET"
    is_done = reading.state == ScanReading.State.DONE and reading.document_id is None
    check = address_of_check(request.actor, reading.sha256, reading.file_name) if is_done else ""
    if is_done and not inside and refusal is None:
        return redirect(check)
    told = reading.scanned.exclude(state=ScannedPage.State.TRYING)
    failed = reading.scanned.filter(state=ScannedPage.State.FAILED).order_by("number")
    context = {
        "reading": reading,
        "running": reading.state in acts.OPEN,
        "told": told.count(),
        "failed": [(page.number + 1, page.why) for page in failed],
        "scanned": pages_of(reading.pk),
        "check": check,
        "refusal": refusal,
    }
    page = "scans/_state.html" if inside else "scans/page.html"
    return show(request, page, context, status=refusal.http_status if refusal else 200)


urlpatterns = [path("directives/scans/<int:number>/", scan, name="scan")]
