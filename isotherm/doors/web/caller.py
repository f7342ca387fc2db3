"""From where somebody calls, and whether her login was signed in with this browser before."""

from __future__ import annotations

import secrets
from ipaddress import ip_address

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "isotherm_known"
_SALT = "isotherm.known"
_DAYS = 180
_LOGINS = 8  # a shared machine keeps that many


def address_of(request: HttpRequest) -> str:
    """The nearest hop that is no proxy of ours: what lies beyond it, anybody may have written."""
    last = str(request.META.get("REMOTE_ADDR", ""))
    said = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    for hop in reversed(said):
        if not _is_ours(last):
            break
        last = hop
    return last[:64]


def _is_ours(hop: str) -> bool:
    try:
        address = ip_address(hop)
    except ValueError:
        return False
    return any(address in network for network in settings.PROXIES if network.version == address.version)


def mark_of(request: HttpRequest, login: str) -> str:
    """The browser's mark for a login; empty if it was never signed in here."""
    return _marks(request).get(_of(login), "")


def remember(request: HttpRequest, response: HttpResponse, login: str) -> None:
    """After signing in. The cookie holds no login, only what is told apart by one."""
    marks = _marks(request)
    kept = {_of(login): marks.pop(_of(login), secrets.token_urlsafe(18))}
    kept |= dict(list(marks.items())[: _LOGINS - 1])
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=_SALT),
        max_age=_DAYS * 86_400,
        path="/sign-in",
        secure=settings.BEHIND_TLS,
        httponly=True,
        samesite="Lax",
    )


def _of(login: str) -> str:
    return salted_hmac(_SALT, login.strip().lower()).hexdigest()[:16]


def _marks(request: HttpRequest) -> dict[str, str]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_DAYS * 86_400)
    except signing.BadSignature:
        return {}
    return {str(key): str(value)[:40] for key, value in found.items()} if isinstance(found, dict) else {}
