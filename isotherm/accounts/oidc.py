"""Signing in through an OpenID provider: code flow with PKCE, and what must hold of an answer before it is believed.

1. `begin` gives the address to go to, and what the browser must bring back (state, nonce, the verifier of the code).
2. The provider sends the browser back with a code; `finish` fetches the token with it and checks everything about it.

Issuer and subject are all that is taken from the answer; the name it gives is shown to the person who links it, once.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from django.utils.translation import get_language
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from isotherm.accounts.providers import HERE, Provider
from isotherm.refusals import NotAccepted, Unavailable
from isotherm.words import lazy

# Signed with a key that only the provider has: never "none", never a secret that both sides know.
SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
LEEWAY = 60  # seconds by which clocks may differ
WAIT = 10  # seconds for one answer of the provider
KEPT = 3600.0  # seconds for which what a provider publishes is kept
LARGEST = 1_000_000  # bytes of a published document
AGAIN = lazy("Begin again on the sign-in page.")


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to go, and what must come back to this browser."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identified:
    issuer: str
    subject: str
    called: str  # how the provider names the account, for her own eyes only


@dataclass(slots=True)
class _Published:
    """What a provider says of itself, and its keys."""

    facts: dict[str, Any]
    keys: dict[str, Any]
    at: float


_known: dict[str, _Published] = {}
_lock = Lock()


def begin(provider: Provider, *, back: str) -> Begun:
    published = _published(provider)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _turn in range(3))
    with _session(provider, published, back) as session:
        address, _state = session.create_authorization_url(
            published.facts["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
    return Begun(address, state, nonce, verifier)


def finish(
    provider: Provider,
    answer: Mapping[str, str],
    *,
    state: str,
    nonce: str,
    verifier: str,
    back: str,
    at: datetime,
) -> Identified:
    """Who it is, or a refusal that says what is wrong with the answer."""
    if not state or not secrets.compare_digest(answer.get("state", "").encode(), state.encode()):
        raise NotAccepted(lazy("This sign-in was not begun in this browser, or too long ago."), remedy=AGAIN)
    _refuse_other_issuer(provider, answer.get("iss", provider.issuer))
    if "error" in answer or not answer.get("code"):
        raise _refused(provider, lazy("%(provider)s did not sign you in."))
    published = _published(provider)
    token = _fetched(provider, published, answer["code"], verifier=verifier, back=back)
    claims = _verified(provider, published, token)
    _check(provider, claims, nonce=nonce, at=at)
    called = next((str(claims[name]) for name in ("name", "preferred_username", "email") if claims.get(name)), "")
    return Identified(provider.issuer, claims["sub"], called[:120])


def farewell(provider: Provider, *, back: str) -> str:
    """Where the provider ends its own session; none if it has no such address."""
    end = _published(provider).facts.get("end_session_endpoint")
    if not isinstance(end, str) or not _is_safe(end):
        return ""
    asked = requests.Request("GET", end, params={"client_id": provider.client_id, "post_logout_redirect_uri": back})
    return asked.prepare().url or ""


def _session(provider: Provider, published: _Published, back: str) -> OAuth2Session:
    methods = published.facts.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    by_post = "client_secret_basic" not in methods and "client_secret_post" in methods
    return OAuth2Session(
        provider.client_id,
        provider.secret or None,
        scope=" ".join(provider.scopes),
        redirect_uri=back,
        code_challenge_method="S256",
        token_endpoint_auth_method=("client_secret_post" if by_post else "client_secret_basic")
        if provider.secret
        else "none",
    )


def _fetched(provider: Provider, published: _Published, code: str, *, verifier: str, back: str) -> str:
    try:
        with _session(provider, published, back) as session:
            answer = session.fetch_token(
                published.facts["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                timeout=WAIT,
                allow_redirects=False,
            )
    except AuthlibBaseError:
        raise _refused(
            provider, lazy("%(provider)s no longer accepts this sign-in: it was used before, or took too long.")
        ) from None
    except (requests.RequestException, ValueError):
        raise _silent(provider) from None
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise _refused(provider, lazy("%(provider)s did not say who you are."))
    return token


def _verified(provider: Provider, published: _Published, token: str) -> dict[str, Any]:
    """The claims of a token that one of the provider's keys has signed. New keys are looked for once."""
    said = published.facts.get("id_token_signing_alg_values_supported", ["RS256"])
    allowed = [one for one in SIGNED if one in said]
    for keys in (published.keys, None):
        try:
            own = KeySet.import_key_set(cast(Any, keys or _published(provider, anew=True).keys))
            decoded = jwt.decode(token, own, algorithms=allowed)
        except (InvalidKeyIdError, BadSignatureError):
            if keys is not None:
                continue
            break
        except (JoseError, ValueError, TypeError, KeyError):
            break
        return dict(decoded.claims)
    raise _refused(provider, lazy("The answer is not signed by %(provider)s in a way that is accepted."))


def _check(provider: Provider, claims: dict[str, Any], *, nonce: str, at: datetime) -> None:
    _refuse_other_issuer(provider, claims.get("iss"))
    audience = claims.get("aud")
    meant = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp", provider.client_id if len(meant) == 1 else None)
    if provider.client_id not in meant or party != provider.client_id:
        raise _refused(provider, lazy("The answer of %(provider)s is meant for another system."))
    if not isinstance(claims.get("nonce"), str) or not secrets.compare_digest(claims["nonce"].encode(), nonce.encode()):
        raise _refused(provider, lazy("The answer of %(provider)s belongs to another sign-in."))
    now = at.timestamp()
    times = {name: claims.get(name) for name in ("exp", "iat", "nbf") if name != "nbf" or "nbf" in claims}
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in times.values()):
        raise _refused(provider, lazy("%(provider)s did not say how long its answer is valid."))
    if now > times["exp"] + LEEWAY or now < max(times["iat"], times.get("nbf", 0)) - LEEWAY:  # type: ignore[operator,type-var]
        raise NotAccepted(
            lazy("The answer of %(provider)s has expired or is not valid yet."),
            _named(provider),
            remedy=lazy("Begin again; if it stays so, the administrator compares the clocks of both servers."),
        )
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject.strip() or len(subject) > 255:
        raise _refused(provider, lazy("%(provider)s did not say who you are."))


def _refuse_other_issuer(provider: Provider, issuer: object) -> None:
    if issuer != provider.issuer:
        raise _refused(provider, lazy("The answer does not come from %(provider)s."))


def _published(provider: Provider, *, anew: bool = False) -> _Published:
    """Asked at most once in a while, and anew for unknown keys at most once in ten seconds."""
    with _lock:
        kept = _known.get(provider.issuer)
    age = time.monotonic() - kept.at if kept else KEPT
    if kept is not None and age < (10.0 if anew else KEPT):
        return kept
    facts = _document(provider, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    _refuse_other_issuer(provider, facts.get("issuer"))
    addresses = [facts.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not all(isinstance(one, str) and _is_safe(one) for one in addresses):
        raise _silent(provider)
    found = _Published(facts, _document(provider, facts["jwks_uri"]), time.monotonic())
    with _lock:
        _known[provider.issuer] = found
    return found


def _document(provider: Provider, address: str) -> dict[str, Any]:
    try:
        with requests.get(address, timeout=WAIT, allow_redirects=False, stream=True) as answer:
            answer.raise_for_status()
            body = answer.raw.read(LARGEST + 1, decode_content=True)
        if answer.status_code != 200 or len(body) > LARGEST:
            raise _silent(provider)
        found = json.loads(body)
    except (requests.RequestException, ValueError, OSError):
        raise _silent(provider) from None
    if not isinstance(found, dict):
        raise _silent(provider)
    return found


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)


def _named(provider: Provider) -> dict[str, str]:
    return {"provider": provider.name((get_language() or "vi")[:2])}


def _refused(provider: Provider, sentence: Any) -> NotAccepted:
    return NotAccepted(sentence, _named(provider), remedy=AGAIN)


def _silent(provider: Provider) -> Unavailable:
    return Unavailable(
        lazy("%(provider)s does not answer as it should at present."),
        _named(provider),
        remedy=lazy("Sign in with your password, or try again in a few minutes."),
    )
