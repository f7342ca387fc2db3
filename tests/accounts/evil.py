"""A provider of sign-in that answers wrongly on demand: real HTTP on loopback, real keys, one lie at a time."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "isotherm"


@cache
def _key(name: str) -> RSAKey:
    """Made once for all tests: it takes its time."""
    return RSAKey.generate_key(2048, {"kid": name})


class Evil:
    """`lie` changes the claims, `sign` makes the token of them; without either the provider is honest."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.key, self.stranger = _key("one"), _key("two")
        self.facts: dict[str, Any] = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"],
        }
        self.nonces: dict[str, str] = {}
        self.used: set[str] = set()
        self.lie: Callable[[dict[str, Any]], Any] = lambda _claims: None
        self.sign: Callable[[dict[str, Any]], str] = self.signed

    def signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def by_a_stranger(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "two"}, claims, self.stranger)

    def forged(self, claims: dict[str, Any]) -> str:
        """The provider's key is named, another one signed."""
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.stranger)

    def unsigned(self, claims: dict[str, Any]) -> str:
        return ".".join(_packed(json.dumps(part).encode()) for part in ({"alg": "none", "kid": "one"}, claims)) + "."

    def by_the_public_key(self, claims: dict[str, Any]) -> str:
        """The old trick: the public key as the secret of a symmetric signature."""
        text = ".".join(_packed(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": "one"}, claims))
        return f"{text}.{_packed(hmac.digest(self.key.as_pem(private=False), text.encode(), 'sha256'))}"

    def changed_afterwards(self, claims: dict[str, Any]) -> str:
        head, _body, signature = self.signed(claims).split(".")
        return f"{head}.{_packed(json.dumps({**claims, 'sub': 'somebody-else'}).encode())}.{signature}"

    def token(self, code: str) -> tuple[int, dict[str, Any]]:
        if code in self.used or code not in self.nonces:
            return 400, {"error": "invalid_grant"}
        self.used.add(code)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "248289761001",
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": self.nonces[code],
            "name": "Trần Thị Lan",
        }
        self.lie(claims)
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.sign(claims)}


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextmanager
def evil_provider() -> Iterator[Evil]:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/.well-known/openid-configuration":
                self.say(200, provider.facts)
            elif self.path == "/keys":
                self.say(200, {"keys": [provider.key.as_dict(private=False)]})
            else:
                self.say(404, {})

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.say(*provider.token(form["code"][0]))

        def say(self, status: int, body: dict[str, Any]) -> None:
            words = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *_words: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    provider = Evil(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def authorized(provider: Evil, address: str) -> dict[str, str]:
    """What the provider sends back with the browser that came to `address`."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    code = f"code-{len(provider.nonces)}"
    provider.nonces[code] = asked["nonce"]
    return {"code": code, "state": asked["state"]}
