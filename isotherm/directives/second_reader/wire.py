"""
One question to one address, as OpenAI's chat interface has it, which vLLM, Ollama, llama.cpp and others speak.

No redirect, no proxy, no cookie; an address outside of private networks only if the operator allows it; a bound on the
time of the whole exchange and on the size of the answer. Nothing of question or answer is logged.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from isotherm.refusals import NotNow, Unavailable
from isotherm.words import lazy

MOST_ANSWER_BYTES = 1024 * 1024
_PORTS = {"http": 80, "https": 443}
_HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Where the model is asked, and how."""

    url: str
    model: str
    key: str
    seconds: float
    tokens: int
    outside: bool

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


def is_set() -> bool:
    return bool(settings.READER_URL)


def reader() -> Reader:
    """As the operator set it; refused where no address is set."""
    if not is_set():
        raise NotNow(
            lazy("No language model is set up on this server."),
            remedy=lazy(
                "The operator sets ISOTHERM_READER_URL to an address on your own network; see docs/operating.md."
            ),
        )
    return Reader(
        url=settings.READER_URL,
        model=settings.READER_MODEL,
        key=_key(settings.READER_KEY_FILE),
        seconds=settings.READER_TIMEOUT,
        tokens=settings.READER_TOKENS,
        outside=settings.READER_OUTSIDE,
    )


def ask(one: Reader, messages: Sequence[dict[str, str]]) -> str:
    """The words of the answer. Whatever goes wrong is a refusal that names no word of question or answer."""
    asked = {
        "model": one.model,
        "messages": list(messages),
        "temperature": 0,
        "max_tokens": one.tokens,
        "stream": False,
    }
    until = time.monotonic() + one.seconds
    try:
        with _Line(one, until) as line:
            status, body = line.exchanged(json.dumps(asked).encode())
    except (OSError, http.client.HTTPException):
        raise _silent(one, late=time.monotonic() >= until) from None
    if status != http.client.OK:
        raise Unavailable(
            lazy("The language model at %(host)s answered with %(status)s instead of a reading."),
            {"host": one.host, "status": status},
            remedy=lazy("Ask the operator to look at its address, its key and its log."),
        )
    return _words(body, one)


def _key(path: str) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Unavailable(
            lazy("The key of the language model cannot be read."),
            remedy=lazy("ISOTHERM_READER_KEY_FILE must name a file that the server's account can read."),
        ) from None


class _Line:
    """A connection with a clock that ends it: a server that sends a byte a minute is ended like one that sends none."""

    def __init__(self, one: Reader, until: float) -> None:
        self.one, self.until = one, until
        self.address = urlsplit(one.url)
        self.clock = threading.Timer(one.seconds, self._end)
        self.clock.daemon = True
        self.held = _connected(one, until)

    def __enter__(self) -> _Line:
        self.clock.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.clock.cancel()
        self.held.close()

    def exchanged(self, body: bytes) -> tuple[int, bytes]:
        host, port = self.address.hostname or "", self.held.getpeername()[1]
        if self.address.scheme == "https":
            # Known to the clock before it shakes hands: that, too, may take for ever.
            secured = ssl.create_default_context().wrap_socket(
                self.held, server_hostname=host, do_handshake_on_connect=False
            )
            self.held = secured
            secured.do_handshake()
        connection = http.client.HTTPConnection(host, port)
        connection.sock = self.held
        path = f"{self.address.path.rstrip('/')}/chat/completions"
        connection.request("POST", path, body, {**_HEADERS, **_authorization(self.one)})
        answer = connection.getresponse()
        content = answer.read(MOST_ANSWER_BYTES + 1)
        if time.monotonic() >= self.until:
            raise TimeoutError
        if len(content) > MOST_ANSWER_BYTES:
            raise Unavailable(
                lazy("The language model at %(host)s sent more than any reading is long."),
                {"host": self.one.host},
                remedy=lazy("Ask the operator to look at what answers at that address."),
            )
        return answer.status, content

    def _end(self) -> None:
        with contextlib.suppress(OSError):  # it may have ended by itself
            self.held.shutdown(socket.SHUT_RDWR)


def _authorization(one: Reader) -> dict[str, str]:
    return {"Authorization": f"Bearer {one.key}"} if one.key else {}


def _connected(one: Reader, until: float) -> socket.socket:
    """To an address that was looked at: the name is resolved once, so that it cannot mean another machine a moment
    later."""
    parts = urlsplit(one.url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    if not (one.outside or all(map(_is_inside, addresses))):
        raise NotNow(
            lazy("The language model's address %(host)s lies outside of private networks."),
            {"host": host},
            remedy=lazy(
                "Texts of directives leave your network only if the operator sets ISOTHERM_READER_OUTSIDE=yes."
            ),
        )
    last: OSError = ConnectionError()
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=max(0.1, until - time.monotonic()))
        except OSError as wrong:
            last = wrong
    raise last


def _is_inside(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or found
    return bool(mapped.is_private or mapped.is_loopback) and not mapped.is_unspecified


def _words(body: bytes, one: Reader) -> str:
    try:
        answer: Any = json.loads(body)
        words = answer["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        words = None
    if not isinstance(words, str):
        raise Unavailable(
            lazy("What answers at %(host)s does not speak the interface of a language model."),
            {"host": one.host},
            remedy=lazy("ISOTHERM_READER_URL must name the part before /chat/completions, as http://10.0.0.5:8000/v1."),
        )
    return words


def _silent(one: Reader, *, late: bool) -> Unavailable:
    if late:
        return Unavailable(
            lazy("The language model at %(host)s did not answer within %(seconds)s seconds."),
            {"host": one.host, "seconds": round(one.seconds)},
            remedy=lazy("Try again, or ask the operator to give it more time (ISOTHERM_READER_TIMEOUT)."),
        )
    return Unavailable(
        lazy("The language model at %(host)s cannot be reached."),
        {"host": one.host},
        remedy=lazy("Ask the operator whether it runs and whether this server may reach it."),
    )
