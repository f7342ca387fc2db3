"""What a reader sees when the ground is missing: the database away, or a fault of ours. Needs no database itself."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from isotherm.words import _


def server_error(request: HttpRequest) -> HttpResponse:
    """The handler of uncaught errors: 503 while the database is away, else 500. The log has the particulars."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        response = _page(
            _("The records cannot be reached just now"),
            _("Nothing was lost: what was acknowledged is kept, and what you entered is still in your browser."),
            _("Wait a moment and send the form again; the same form sent twice is done once."),
            status=503,
        )
        response["Retry-After"] = "10"
        return response
    return _page(
        _("Something went wrong on our side"),
        _("The act was not done. What you entered is still in your browser."),
        _("Go back and try again; if it happens again, tell the administrator the time of day."),
        status=500,
    )


def _page(title: str, why: str, remedy: str, *, status: int) -> HttpResponse:
    response = HttpResponse(
        render_to_string("refusal/away.html", {"title": title, "why": why, "remedy": remedy}), status=status
    )
    response["Cache-Control"] = "no-store"
    return response
