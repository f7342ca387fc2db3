"""The acts behind an HTTP server of their own, for `bench.kill9`: `python -m bench.kill9_acts PORT`."""

from __future__ import annotations

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class Acts(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        from django.db import connection

        length = int(self.headers.get("Content-Length", 0))
        values = {name: one[0] for name, one in parse_qs(self.rfile.read(length).decode()).items()}
        try:
            status = act(self.path.strip("/"), values)
        except Exception:
            status = 500
        finally:
            connection.close()
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        return


def act(verb: str, values: dict[str, str]) -> int:
    from django.utils import timezone

    from isotherm.accounts.models import Post
    from isotherm.accounts.queries import actor_of_post
    from isotherm.execution.acts.report import report
    from isotherm.execution.acts.take_up import take_up
    from isotherm.execution.answers import once
    from isotherm.execution.papers import Evidence
    from isotherm.records import files
    from isotherm.refusals import Refusal

    now = timezone.now()
    actor = actor_of_post(Post.objects.get(pk=values["post"]), day=timezone.localdate(now))
    unit = int(values["unit"])
    try:
        if verb == "take_up":
            once(actor, values["key"], at=now, act=lambda: take_up(values["document"], unit, actor=actor, at=now))
            return 200
        evidence = [Evidence(files.keep(values["file"].encode()).sha256, "file.txt")] if "file" in values else []
        once(
            actor,
            values["key"],
            at=now,
            act=lambda: report(
                values["document"],
                unit,
                percent=int(values["percent"]),
                words=values["words"],
                evidence=evidence,
                actor=actor,
                at=now,
            ),
        )
    except Refusal as no:
        return no.http_status
    return 200


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isotherm.settings")
    import django

    django.setup()
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Acts).serve_forever()
