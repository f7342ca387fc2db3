"""The second factor: asked for after the password, set up with a square that a phone reads, kept on its own page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import auth, messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from isotherm.accounts import queries, second_factor
from isotherm.accounts.acts import second_factor as acts
from isotherm.accounts.models import Person
from isotherm.actor import Actor
from isotherm.doors.web import caller, formats
from isotherm.doors.web.charts.square import square
from isotherm.doors.web.page import now, onward, show, to_sign_in
from isotherm.refusals import NotNow, Refusal
from isotherm.words import _, lazy

MINUTES = 10  # between the password and the code
SHOWN = "second"  # in a session: the second factor was shown in it
HALF = "half"  # in a session: who has shown the password, and until when
WAITING = "second_waiting"  # in a session: sealed, what the phone is to take over


def enter(request: HttpRequest, person: Person, onward_to: str, *, provider: str = "", shown: bool = False) -> bool:
    """Signed in, or asked for the second factor first: then half of it is kept in the session, and nothing is open."""
    if shown or second_factor.of(person) is None:
        _sign_in(request, person, provider=provider, shown=shown)
        return True
    request.session.cycle_key()
    request.session[HALF] = {
        "person": person.pk,
        "mark": person.get_session_auth_hash(),
        "until": now().timestamp() + MINUTES * 60,
        "next": onward_to,
        "provider": provider,
    }
    return False


def asked(request: HttpRequest) -> HttpResponse:
    """The code, after the password. What was said with the password holds for ten minutes, and not beyond a new one."""
    half = request.session.get(HALF) or {}
    person = Person.objects.filter(pk=half.get("person", 0), is_active=True).first()
    good = person is not None and constant_time_compare(half["mark"], person.get_session_auth_hash())
    if person is None or not good or half["until"] < now().timestamp():
        request.session.pop(HALF, None)
        return redirect("sign-in")
    if request.method != "POST":
        return show(request, "account/asked.html", {"refusal": None, "name": person.name})
    try:
        acts.show(person, request.POST.get("code", "")[:40], address=caller.address_of(request), at=now())
    except Refusal as no:
        return show(request, "account/asked.html", {"refusal": no, "name": person.name}, status=no.http_status)
    del request.session[HALF]
    _sign_in(request, person, provider=half["provider"], shown=True)
    response = onward(request, person, half["next"])
    caller.remember(request, response, person.login)
    return response


def page(request: HttpRequest) -> HttpResponse:
    """Set up, renew, take away. Also for whoever is kept from her post until she has one, or has shown it."""
    person = request.user
    if not isinstance(person, Person):
        return to_sign_in(request)
    actor = queries.actor_for(person, day=timezone.localdate(), post_id=request.session.get("post"))
    if actor is None:
        return to_sign_in(request)
    if request.method != "POST":
        return _page(request, person, actor)
    does = {"set-up": _set_up, "show": _show, "renew": _renew, "take-away": _take_away}.get(request.POST.get("do", ""))
    try:
        return does(request, person, actor) if does is not None else redirect("second-factor")
    except Refusal as no:
        return _page(request, person, actor, refusal=no)


def _page(
    request: HttpRequest,
    person: Person,
    actor: Actor,
    *,
    refusal: Refusal | None = None,
    codes: list[str] | None = None,
) -> HttpResponse:
    kept = second_factor.of(person)
    context: dict[str, Any] = {
        "kept": kept,
        "left": second_factor.codes_left(person) if kept else 0,
        "required": second_factor.is_required(actor),
        "withheld": bool(getattr(request, "withheld", False)),
        "refusal": refusal,
        "codes": codes,
        "taken_away": "" if kept else taken_away_words(person),
        "square": "",
        "secret": "",
    }
    if kept is None:
        sealed = request.session.get(WAITING)
        secret = second_factor.unseal(sealed) if sealed else second_factor.new_secret()
        request.session[WAITING] = sealed or second_factor.seal(secret)
        address = second_factor.address(secret, person.login)
        context |= {
            "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            "square": square(address),
        }
    response = show(request, "account/second_factor.html", context, status=refusal.http_status if refusal else 200)
    response["Cache-Control"] = "no-store"  # the key and the recovery codes, also where she has no post yet
    return response


def taken_away_words(person: Person, *, since: datetime | None = None) -> str | None:
    """What she is told where somebody else took it away, after that moment."""
    line = second_factor.taken_by_another(person)
    if line is None or (since is not None and line.written_at <= since):
        return None
    by = Person.objects.filter(pk=line.person_id or 0).values_list("name", flat=True).first()
    words = _("On %(moment)s your second factor was taken away by %(name)s, and all your sessions ended.") % {
        "moment": formats.moment(line.written_at),
        "name": by or _("whoever runs the installation"),
    }
    if reason := line.facts.get("reason"):
        words += " " + _("The reason given: %(reason)s.") % {"reason": reason.rstrip(". ")}
    return f"{words} {_('Set it up anew; if you did not ask for this, tell the inspectorate of your body.')}"


def _set_up(request: HttpRequest, person: Person, actor: Actor) -> HttpResponse:
    sealed = request.session.get(WAITING)
    if not sealed:
        raise NotNow(lazy("This page was open for too long."), remedy=lazy("Begin again with the new square."))
    code = request.POST.get("code", "")[:40]
    codes = acts.set_up(person, secret=second_factor.unseal(sealed), code=code, actor=actor, at=now())
    del request.session[WAITING]
    _go_on(request, person)
    return _page(request, person, actor, codes=codes)


def _show(request: HttpRequest, person: Person, actor: Actor) -> HttpResponse:
    _ask(request, person)
    request.session[SHOWN] = True
    return redirect("desk")


def _renew(request: HttpRequest, person: Person, actor: Actor) -> HttpResponse:
    _ask(request, person)
    return _page(request, person, actor, codes=acts.renew_codes(person, actor=actor, at=now()))


def _take_away(request: HttpRequest, person: Person, actor: Actor) -> HttpResponse:
    _ask(request, person)
    acts.take_away(person, actor=actor, at=now())
    messages.success(request, _("The second factor was taken away: the password alone opens your account."))
    return redirect("second-factor")


def _ask(request: HttpRequest, person: Person) -> None:
    acts.show(person, request.POST.get("code", "")[:40], address=caller.address_of(request), at=now())


def _sign_in(request: HttpRequest, person: Person, *, provider: str, shown: bool) -> None:
    if (words := taken_away_words(person, since=person.last_login)) is not None:
        messages.warning(request, words)
    auth.login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    request.session[SHOWN] = shown
    if provider:
        request.session["provider"] = provider


def _go_on(request: HttpRequest, person: Person) -> None:
    """Every session of hers is over but this one, in which she has shown it."""
    update_session_auth_hash(request, Person.objects.get(pk=person.pk))
    request.session[SHOWN] = True


urlpatterns = [
    path("sign-in/second", asked, name="sign-in-second"),
    path("account/second-factor", page, name="second-factor"),
]
