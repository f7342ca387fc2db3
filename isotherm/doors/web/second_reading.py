"""A document read a second time by a language model: what leaves this server, how far it is, what came of it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from isotherm.directives import policy, queries
from isotherm.directives.acts import second_reading as acts
from isotherm.directives.models import Document
from isotherm.directives.second_reader import questions, wire
from isotherm.doors.jobs.schedule import soon
from isotherm.doors.web import addresses  # noqa: F401  the converter "code"
from isotherm.doors.web.page import DeskRequest, now, show, signed_in
from isotherm.doors.web.pressed import Done, once, pressed
from isotherm.refusals import NotAccepted, Refusal, refuse_unless
from isotherm.words import _, lazy


@signed_in
def second(request: DeskRequest, code: str) -> HttpResponse:
    document = queries.document_for(request.actor, code)
    refuse_unless(policy.may_ask_model(request.actor, document))
    if document.state in queries.GONE:
        return redirect("directive", code=document.code)
    if request.method != "POST":
        return _show(request, document)
    verb = _VERBS.get(pressed(request)[0], _unknown)
    try:
        done = once(request, lambda: verb(request, document))
    except Refusal as no:
        return _show(request, document, refusal=no)
    messages.success(request, done.words)
    return redirect(request.path)


def _ask(request: DeskRequest, document: Document) -> Done:
    acts.ask(document.code, actor=request.actor, at=now())
    soon(acts.JOB)
    return Done(_("The language model is asked; you can go on with your work meanwhile."))


def _stop(request: DeskRequest, document: Document) -> Done:
    acts.stop(document.code, actor=request.actor, at=now())
    return Done(_("The language model is asked about no further part."))


def _unknown(request: DeskRequest, document: Document) -> Done:
    raise NotAccepted(lazy("Choose what is to be done."))


_VERBS: dict[str, Callable[[DeskRequest, Document], Done]] = {"ask": _ask, "stop": _stop}


def _show(request: DeskRequest, document: Document, *, refusal: Refusal | None = None) -> HttpResponse:
    last = document.second_readings.order_by("-id").first()
    inside = request.headers.get("HX-Request") == "true" and request.method == "GET"
    context = {
        "document": document,
        "last": last,
        "running": last is not None and last.state in acts.OPEN,
        "set_up": wire.reader() if wire.is_set() else None,
        "letters": len(document.text),
        "parts_count": len(questions.parts_of(document.text)),
        "changeable": document.state == Document.State.REGISTERED,
        "refusal": refusal,
    }
    page = "second_reading/_state.html" if inside else "second_reading/page.html"
    return show(request, page, context, status=refusal.http_status if refusal else 200)


urlpatterns = [path("directives/<code:code>/second-reading/", second, name="second-reading")]
