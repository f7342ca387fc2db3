"""The reader's language, the actor behind the session, and refusals turned into pages in one place."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from isotherm.accounts import second_factor
from isotherm.accounts.models import Person
from isotherm.accounts.queries import actor_for
from isotherm.doors.web.page import show
from isotherm.doors.web.second_factor import SHOWN
from isotherm.refusals import Refusal

Answer = Callable[[HttpRequest], HttpResponse]


def language(get_response: Answer) -> Answer:
    """The language chosen by cookie, else Vietnamese: what the browser asks for is often not what the office writes."""
    known = dict(settings.LANGUAGES)

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(chosen if chosen in known else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response

    return middleware


def actor(get_response: Answer) -> Answer:
    """Looked up on every request: an appointment that ended, or a person deactivated, is out with the next click."""

    def middleware(request: HttpRequest) -> HttpResponse:
        person = request.user
        found = None
        if isinstance(person, Person):
            found = actor_for(person, day=timezone.localdate(), post_id=request.session.get("post"))
        if found is not None and second_factor.is_required(found) and not request.session.get(SHOWN):
            found, request.withheld = None, True  # type: ignore[attr-defined]
        request.actor = found  # type: ignore[attr-defined]
        response = get_response(request)
        if found is not None or getattr(request, "withheld", False):
            # What was shown to one post must not be found in a shared machine's cache by the next person.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


class Refusals:
    """Each refusal of an act becomes a page that says what, why and what can be done; nothing entered is lost: the
    form's words stay in the browser (it keeps them until the act succeeds) and the page leads back."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        back = request.headers.get("Referer", "") if request.method == "POST" else ""
        if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
            back = ""
        return show(request, "refusal/page.html", {"refusal": error, "back": back}, status=error.http_status)
