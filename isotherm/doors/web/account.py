"""How somebody signs in: her accounts at providers, linked and unlinked by herself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from isotherm.accounts import identities, second_factor
from isotherm.accounts.acts.identities import link_identity, unlink_identity
from isotherm.accounts.models import Person
from isotherm.doors.web.page import DeskRequest, language, now, show, signed_in
from isotherm.doors.web.second_factor import taken_away_words
from isotherm.refusals import NotNow, OutOfReach
from isotherm.words import _, lazy


@signed_in
def account(request: DeskRequest) -> HttpResponse:
    person = request.user
    if not isinstance(person, Person):
        raise OutOfReach(lazy("There is no such page."))
    if request.method == "POST":
        does = {"link": _link, "no": _do_not_link, "unlink": _unlink}.get(request.POST.get("do", ""))
        if does is not None:
            does(request, person)
        return redirect("account")
    return show(request, "account/page.html", _shown(request, person))


def _shown(request: DeskRequest, person: Person) -> dict[str, Any]:
    linked = identities.of(person)
    known = {one.issuer for one, _provider in linked}
    kept = second_factor.of(person)
    return {
        "login": person.login,
        "linked": [
            {"id": one.pk, "name": at.name(language()) if at else one.issuer, "since": one.linked_at}
            for one, at in linked
        ],
        "providers": [
            {"code": one.code, "name": one.name(language())} for one in settings.PROVIDERS if one.issuer not in known
        ],
        "to_link": _waiting(request),
        "second": kept,
        "taken_away": "" if kept else taken_away_words(person),
    }


def _waiting(request: DeskRequest) -> dict[str, str] | None:
    """The account that she came back with, until she says whether it is hers."""
    asked = request.session.get("to_link")
    if not asked or asked["until"] < now().timestamp():
        return None
    provider = identities.provider_called(asked["provider"]).name(language())
    return {"issuer": asked["issuer"], "subject": asked["subject"], "called": asked["called"], "provider": provider}


def _link(request: DeskRequest, person: Person) -> None:
    asked = _waiting(request)
    if asked is None:
        raise NotNow(lazy("There is no account that waits to be linked."), remedy=lazy("Begin again."))
    del request.session["to_link"]
    link_identity(person, issuer=asked["issuer"], subject=asked["subject"], actor=request.actor, at=now())
    messages.success(request, _("From now on you can sign in through %(provider)s.") % asked)


def _do_not_link(request: DeskRequest, person: Person) -> None:
    request.session.pop("to_link", None)


def _unlink(request: DeskRequest, person: Person) -> None:
    asked = request.POST.get("link", "")
    if not asked.isascii() or not asked.isdecimal() or len(asked) > 18:
        raise OutOfReach(lazy("There is no such linked account."))
    unlink_identity(int(asked), person=person, actor=request.actor, at=now())
    # Every session of hers is over but the one in which she did it.
    update_session_auth_hash(request, Person.objects.get(pk=person.pk))
    messages.success(request, _("The account is no longer linked, and all your other sessions are over."))


urlpatterns = [path("account", account, name="account")]
