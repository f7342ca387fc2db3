"""What every view shares: the request with its actor, the frame's facts, the form's key and the answer to a form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from isotherm.accounts.models import Person, Post
from isotherm.actor import Actor
from isotherm.doors.web.names import brief
from isotherm.execution import desk
from isotherm.execution.answers import Answer
from isotherm.words import _, ngettext


class DeskRequest(HttpRequest):
    """A request of somebody signed in: `actor` is set by the middleware."""

    actor: Actor


class View(Protocol):
    def __call__(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...


def now() -> datetime:
    return timezone.now()


def language() -> str:
    return (get_language() or "vi")[:2]


def to_sign_in(request: HttpRequest) -> HttpResponse:
    return redirect(f"/sign-in?{urlencode({'next': request.get_full_path()})}")


# A page is read or its form is handed in; it knows no other way of being asked.
METHODS = ("GET", "HEAD", "POST")


def signed_in(view: View) -> Callable[..., HttpResponse]:
    @wraps(view)
    def inner(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if getattr(request, "actor", None) is None:
            # Signed in, but kept from the post until the second factor is set up or shown.
            return redirect("second-factor") if getattr(request, "withheld", False) else to_sign_in(request)
        return view(request, *args, **kwargs)

    return inner


def act(view: View) -> Callable[..., HttpResponse]:
    """A view that changes something: somebody signed in, by POST only."""

    @wraps(view)
    def inner(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return view(request, *args, **kwargs)

    return signed_in(inner)


def key_of(request: HttpRequest) -> str | None:
    """The form's key: the same form sent twice is one act."""
    return request.POST.get("key") or None


def show(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    response = render(request, template, {**frame(request), **(context or {})}, status=status)
    if getattr(request, "actor", None) is not None:
        response["Cache-Control"] = "no-store"
    return response


def frame(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs."""
    actor: Actor | None = getattr(request, "actor", None)
    facts: dict[str, Any] = {
        "actor": actor,
        "person_name": "",
        "post_title": "",
        "unit_name": "",
        "waiting": 0,
        "here": "",
        "theme": request.COOKIES.get("isotherm_theme", "") if request.COOKIES.get("isotherm_theme") in THEMES else "",
        "draft_done": "",
        "messages": messages.get_messages(request),
    }
    if actor is not None and actor.unit_id is not None and actor.post_id is not None:
        person = request.user
        post = Post.objects.get(pk=actor.post_id)
        facts["person_name"] = person.name if isinstance(person, Person) else actor.name
        facts["post_title"] = post.title(language())
        facts["unit_name"] = brief([actor.unit_id], actor.day).get(actor.unit_id, "")
        facts["waiting"] = desk.waiting_count(actor)
    return facts


THEMES = ("light", "dark")


def back_to(request: HttpRequest, fallback: str) -> HttpResponse:
    """After an act: to where the form says it came from, if that is here."""
    asked = request.POST.get("next", "")
    if asked and url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return redirect(asked)
    return redirect(fallback)


def onward(request: HttpRequest, person: Person, asked: str) -> HttpResponse:
    here = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = redirect(asked if asked and here else "desk")
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, max_age=31_536_000, samesite="Lax")
    return response


def tell(request: HttpRequest, answer: Answer, *, done: str) -> None:
    """Say what was done, and each different reason why something was not."""
    if answer.done:
        messages.success(request, done)
    reasons: dict[str, int] = {}
    for _one, sentence in answer.refused:
        reasons[sentence] = reasons.get(sentence, 0) + 1
    for sentence, count in reasons.items():
        messages.warning(
            request,
            ngettext(
                "%(count)s assignment was left as it was: %(why)s",
                "%(count)s assignments were left as they were: %(why)s",
                count,
            )
            % {"count": count, "why": sentence},
        )
    if not answer.done and not answer.refused:
        messages.info(request, _("Nothing was left to do."))
