"""Signing in and out, choosing a post, a language, a theme."""

from __future__ import annotations

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from isotherm.accounts import queries, signin
from isotherm.accounts.models import Person
from isotherm.doors.web import caller
from isotherm.doors.web.environment import address
from isotherm.doors.web.page import THEMES, DeskRequest, act, back_to, language, now, onward, show, signed_in
from isotherm.doors.web.second_factor import enter
from isotherm.refusals import NotAccepted, OutOfReach, Refusal
from isotherm.units import queries as unit_queries
from isotherm.words import lazy


def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return sign_in_page(request, login=request.GET.get("login", ""), onward_to=request.GET.get("next", ""))
    asked = request.POST.get("login", "")
    try:
        person = signin.sign_in(
            asked,
            request.POST.get("password", ""),
            address=caller.address_of(request),
            device=caller.mark_of(request, asked),
            at=now(),
        )
        if queries.actor_for(person, day=timezone.localdate()) is None:
            raise without_post()
    except Refusal as no:
        return sign_in_page(request, refusal=no, login=asked, onward_to=request.POST.get("next", ""))
    asked_for = request.POST.get("next", "")
    if not enter(request, person, asked_for):
        return redirect("sign-in-second")
    response = onward(request, person, asked_for)
    caller.remember(request, response, person.login)
    return response


def without_post() -> Refusal:
    return NotAccepted(
        lazy("You hold no post today, so there is nothing to sign in to."),
        remedy=lazy("Ask the administrator of your body to enter your appointment."),
    )


def sign_in_page(
    request: HttpRequest, *, refusal: Refusal | None = None, login: str = "", onward_to: str = ""
) -> HttpResponse:
    """With the providers that are named, and where she was signed out here the one at which she still is."""
    left = next((one for one in settings.PROVIDERS if one.code == request.GET.get("left")), None)
    context = {
        "refusal": refusal,
        "login": login,
        "next": onward_to,
        "providers": [{"code": one.code, "name": one.name(language())} for one in settings.PROVIDERS],
        "left": {"code": left.code, "name": left.name(language())} if left else None,
    }
    status = refusal.http_status if refusal else 200
    return show(request, "session/sign_in.html", context | _demo_people(), status=status)


def _demo_people() -> dict[str, list[dict[str, str]]]:
    """A demo lists its people on the sign-in page, so that a visitor can look through each one's eyes."""
    if not settings.DEMO:
        return {"demo_people": []}
    day = timezone.localdate()
    held = list(queries.people_called("demo.", day))
    names = unit_queries.named_on({one.post.unit_id for one in held}, day, language())
    people = [
        {
            "login": one.person.login,
            "name": one.person.name,
            "post": one.post.title(language()),
            "unit": names.get(one.post.unit_id, ""),
        }
        for one in held
    ]
    return {"demo_people": people}


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    provider = request.session.get("provider")
    auth.logout(request)
    return redirect(address("sign-in", query={"left": provider}) if provider else "sign-in")


@act
def choose_post(request: DeskRequest) -> HttpResponse:
    """Somebody with several posts says in which one she acts."""
    person = request.user
    asked = request.POST.get("post", "")
    mine = (
        {str(one.post_id) for one in queries.appointments(person, request.actor.day)}
        if isinstance(person, Person)
        else set()
    )
    if asked not in mine:
        raise OutOfReach(lazy("You do not hold that post today."))
    request.session["post"] = int(asked)
    return redirect("desk")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    asked = request.POST.get("language", "")
    response = back_to(request, "/")
    if asked in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, asked, max_age=31_536_000, samesite="Lax")
    return response


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    asked = request.POST.get("theme", "")
    response = back_to(request, "/")
    if asked in THEMES:
        response.set_cookie("isotherm_theme", asked, max_age=31_536_000, samesite="Lax")
    else:
        response.delete_cookie("isotherm_theme")
    return response


@signed_in
def keys(request: DeskRequest) -> HttpResponse:
    return show(request, "session/keys.html")


urlpatterns = [
    path("sign-in", sign_in, name="sign-in"),
    path("sign-out", sign_out, name="sign-out"),
    path("post", choose_post, name="post"),
    path("language", choose_language, name="language"),
    path("theme", choose_theme, name="theme"),
    path("keys", keys, name="keys"),
]
