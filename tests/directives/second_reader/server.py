"""A language model that answers from a recording, on loopback: `answers.json` holds what such servers send."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "answers.json").read_text(encoding="utf-8"))


@dataclass
class Server:
    """What it was asked, and how to reach it."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def words(self) -> str:
        """All that left the machine."""
        return json.dumps(self.asked, ensure_ascii=False)


@contextmanager
def serving(name: str, *, then: str = "", certificate: Path | None = None) -> Iterator[Server]:
    """The recorded answer `name`; to the second question and the following ones the answer `then`, if one is named."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            server.asked.append(json.loads(self.rfile.read(length)))
            server.keys.append(self.headers.get("Authorization"))
            server.paths.append(self.path)
            recorded = RECORDED[then if then and len(server.asked) > 1 else name]
            if recorded.get("silent"):
                server.gone.wait(30)
                return
            self.send_response(recorded.get("status", 200))
            for key, value in recorded.get("headers", {}).items():
                self.send_header(key, value.replace("{url}", server.url))
            self.end_headers()
            if recorded.get("drip"):
                while not server.gone.wait(0.05):
                    self.wfile.write(b" ")
                    self.wfile.flush()
                return
            self.wfile.write(_body(recorded))

        def do_GET(self) -> None:
            server.paths.append(f"GET {self.path}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Nothing of a question stands in a test's output."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_request: object) -> None:
            """The client hung up: that is what some tests are about."""

    running = Quiet(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{running.server_address[1]}/v1"
    if certificate is not None:
        secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secured.load_cert_chain(certificate)
        running.socket = secured.wrap_socket(running.socket, server_side=True)
        server.url = server.url.replace("http:", "https:")
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.gone.set()
        running.shutdown()
        running.server_close()
        thread.join()


def _body(recorded: dict[str, Any]) -> bytes:
    if "raw" in recorded:
        return str(recorded["raw"]).encode() * int(recorded.get("times", 1))
    content = recorded["content"]
    words = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    words *= int(recorded.get("repeat", 1))
    message = {"role": "assistant", "content": words}
    answer = {"id": "chatcmpl-1", "object": "chat.completion", "model": "recorded", "choices": [{"message": message}]}
    return json.dumps(answer, ensure_ascii=False).encode()
