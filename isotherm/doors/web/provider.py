"""Signing in through a provider: there, back, and out again. With no provider named nothing of it is shown."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from isotherm.accounts import identities, oidc, queries
from isotherm.accounts.acts.identities import signed_in_with
from isotherm.accounts.models import Person
from isotherm.accounts.providers import Provider
from isotherm.doors.web.page import language, now, onward, show
from isotherm.doors.web.second_factor import enter
from isotherm.doors.web.session import sign_in_page, without_post
from isotherm.refusals import NotAccepted, Refusal
from isotherm.words import lazy

MINUTES = 10  # between leaving for the provider and coming back
SALT = "sign-in-with"
LINK = "link"  # what she leaves for: to link an account to the person that she is, else to sign in


@require_GET
def begin(request: HttpRequest, provider: str) -> HttpResponse:
    """Off to the provider, with a ticket in a cookie that only this browser brings back."""
    named = identities.provider_called(provider)
    begun = oidc.begin(named, back=_back(request, named))
    ticket = {
        "provider": named.code,
        "state": begun.state,
        "nonce": begun.nonce,
        "verifier": begun.verifier,
        "next": request.GET.get("next", ""),
        # Whose account it will be is settled now, by the session that asks.
        "person": request.user.pk if request.GET.get("for") == LINK and request.user.is_authenticated else None,
    }
    response = redirect(begun.address)
    response.set_cookie(
        _cookie(),
        signing.dumps(ticket, salt=SALT),
        max_age=MINUTES * 60,
        path=f"{reverse('sign-in')}/with/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@require_GET
def returned(request: HttpRequest, provider: str) -> HttpResponse:
    """Back from the provider. The ticket is good for one return, whatever comes of it."""
    named = identities.provider_called(provider)
    ticket = _ticket(request, named)
    try:
        found = oidc.finish(
            named,
            request.GET.dict(),
            state=ticket.get("state", ""),
            nonce=ticket.get("nonce", ""),
            verifier=ticket.get("verifier", ""),
            back=_back(request, named),
            at=now(),
        )
        then = _to_link if ticket["person"] else _sign_in
        response = then(request, named, found, ticket)
    except Refusal as no:
        if ticket["person"]:
            response = show(
                request, "refusal/page.html", {"refusal": no, "back": reverse("account")}, status=no.http_status
            )
        else:
            response = sign_in_page(request, refusal=no, onward_to=ticket["next"])
    response.delete_cookie(_cookie(), path=f"{reverse('sign-in')}/with/", samesite="Lax")
    return response


@require_GET
def leave(request: HttpRequest, provider: str) -> HttpResponse:
    """To where the provider ends its own session; its session here is over already."""
    return redirect(
        oidc.farewell(identities.provider_called(provider), back=request.build_absolute_uri(reverse("sign-in")))
        or "sign-in"
    )


def _sign_in(request: HttpRequest, named: Provider, found: oidc.Identified, ticket: dict[str, Any]) -> HttpResponse:
    person = identities.person_of(found.issuer, found.subject)
    if person is None or not person.is_active:
        raise NotAccepted(
            lazy("Your account at %(provider)s is not linked to a person here."),
            {"provider": named.name(language())},
            remedy=lazy("Sign in with your password and link it in “Sign-in and security”, or ask the administrator."),
        )
    if queries.actor_for(person, day=timezone.localdate()) is None:
        raise without_post()
    signed_in_with(person, issuer=found.issuer, at=now())
    if not enter(request, person, ticket["next"], provider=named.code, shown=named.asks_second_factor):
        return redirect("sign-in-second")
    return onward(request, person, ticket["next"])


def _to_link(request: HttpRequest, named: Provider, found: oidc.Identified, ticket: dict[str, Any]) -> HttpResponse:
    """Shown for her to confirm: only she knows whether the provider's account is her own."""
    if not isinstance(request.user, Person) or request.user.pk != ticket["person"]:
        raise NotAccepted(
            lazy("This sign-in was not begun in this browser, or too long ago."), remedy=lazy("Begin again.")
        )
    request.session["to_link"] = {
        "issuer": found.issuer,
        "subject": found.subject,
        "called": found.called,
        "provider": named.code,
        "until": now().timestamp() + MINUTES * 60,
    }
    return redirect("account")


def _ticket(request: HttpRequest, named: Provider) -> dict[str, Any]:
    nothing: dict[str, Any] = {"person": None, "next": ""}
    try:
        ticket = signing.loads(request.COOKIES.get(_cookie(), ""), salt=SALT, max_age=MINUTES * 60)
    except signing.BadSignature:
        return nothing
    return ticket if isinstance(ticket, dict) and ticket.get("provider") == named.code else nothing


def _back(request: HttpRequest, named: Provider) -> str:
    return request.build_absolute_uri(reverse("sign-in-return", args=[named.code]))


def _cookie() -> str:
    return f"{settings.SESSION_COOKIE_NAME}_with"


urlpatterns = [
    path("sign-in/with/<slug:provider>", begin, name="sign-in-with"),
    path("sign-in/with/<slug:provider>/return", returned, name="sign-in-return"),
    path("sign-out/with/<slug:provider>", leave, name="sign-out-with"),
]
