"""Kill -9 the server and the database under writes, again and again; then account for every act.

    python -m bench.kill9 --rounds 50

1. A database of its own in a temporary folder, the country, one directive to all provinces, people who may report.
2. Clients sign in and hand in forms, each with its key: take up, then reports, some with a file. A form without an
   answer is handed in again with the same key until there is one; some are handed in twice at once. The sealer runs
   every few seconds beside them.
3. Each round at a random moment: SIGKILL to the server with its workers, to the whole database, to both, to one
   backend, or to the sealer; then what is gone is started again.
4. Every acknowledged act must be there once, its file too; nothing else may be there; the ledger verifies; the cells
   say what the rows say; amcheck finds nothing. Ends with 1 if not.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "ba con mèo trèo cây cau"
KINDS = ("server", "database", "both", "backend", "sealer")
WEIGHTS = (35, 30, 20, 10, 5)
ANSWER_WITHIN = 15.0
SEAL_EVERY = 8.0


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=50)
    asked.add_argument("--clients", type=int, default=6)
    asked.add_argument("--seed", type=int, default=None)
    asked.add_argument("--keep", action="store_true", help="leave the folder for looking into it")
    options = asked.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    folder = Path(tempfile.mkdtemp(prefix="isotherm-kill9-"))
    folder.chmod(0o755)  # the database's own account passes through it
    try:
        return campaign(folder, rounds=options.rounds, clients=options.clients, chance=random.Random(seed), seed=seed)
    finally:
        if options.keep:
            print(f"left in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def campaign(folder: Path, *, rounds: int, clients: int, chance: random.Random, seed: int) -> int:
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"ISOTHERM_DATA": str(folder / "data"), "DJANGO_SETTINGS_MODULE": "isotherm.settings"}
    import django

    django.setup()
    from isotherm import database
    from isotherm.doors.cli.setup import load_country, prepare_schema

    began = time.monotonic()
    database.ensure_running(lambda _sentence: None)
    try:
        prepare_schema(lambda _sentence: None)
        load_country(lambda _sentence: None)
        stage = plant(clients)
        print(f"seed {seed}; {len(stage.seats)} clients; ready after {time.monotonic() - began:.0f} s", flush=True)
        return under_fire(stage, rounds=rounds, chance=chance, began=time.monotonic())
    finally:
        database.stop()


# --- the stage ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seat:
    """A person who may report for her body on one directive."""

    login: str
    unit: str


@dataclass(frozen=True)
class Stage:
    document: str
    seats: list[Seat]


def plant(clients: int) -> Stage:
    """One directive with three tasks to all provinces, and a person in the leader's post of as many of them as needed.
    Two clients share each province, so that they also meet at the same rows."""
    from django.utils import timezone

    from isotherm.accounts import acts
    from isotherm.accounts.models import Appointment, Post
    from isotherm.actor import Actor
    from tests.world import Wanted, World

    world, now = World(), timezone.now()
    sent = now - timedelta(days=1)
    document = world.issued("99/CT-TTg", [Wanted(leads=["provinces"])] * 3, at=sent)
    administrator = Actor.system("campaign")
    provinces = sorted(code for code in world.units if re.fullmatch(r"P-\d+", code))
    seats = []
    for number in range(clients):
        post = Post.objects.get(code=f"{provinces[number // 2]}:lanh-dao")
        login = f"kill9-{number}"
        person = acts.add_person(login, name=login, password=PASSWORD, actor=administrator, at=now)
        how = Appointment.How.HELD if number % 2 == 0 else Appointment.How.STAND_IN
        acts.appoint(person, post, start=sent.date(), how=how, actor=administrator, at=now)
        seats.append(Seat(login=login, unit=post.code.partition(":")[0]))
    return Stage(document=document.code, seats=seats)


# --- the clients --------------------------------------------------------------------------------------------


@dataclass
class Form:
    """What one client hands in, and what became of it."""

    seat: Seat
    key: str
    verb: str
    fields: dict[str, str]
    file: bytes | None = None
    sent: int = 0
    answers: list[int] = field(default_factory=list)


class Unanswered(Exception):
    """No answer, or one that promises nothing: the form is handed in again."""


class Client(threading.Thread):
    """Hands in one form after the other until told to stop; the last is handed in until it is answered."""

    def __init__(self, seat: Seat, *, document: str, port: int, seed: int, stop: threading.Event) -> None:
        super().__init__(name=seat.login, daemon=True)
        self.seat, self.document, self.stop = seat, document, stop
        self.chance = random.Random(seed)
        self.forms: list[Form] = []
        self.refused: list[str] = []
        self.unanswered: Counter[str] = Counter()
        self.browser = Browser(port)

    def run(self) -> None:
        self._hand_in(Form(self.seat, uuid.uuid4().hex, "take-up", {}), may_refuse=True)
        number = 0
        while not self.stop.is_set():
            number += 1
            words = f"[{self.name} {number}]"
            file = f"Phụ lục {words} {uuid.uuid4()}\n".encode() if self.chance.random() < 0.2 else None
            fields = {"percent": str(self.chance.randrange(1, 99)), "words": words}
            self._hand_in(Form(self.seat, uuid.uuid4().hex, "report", fields, file=file))

    def _hand_in(self, form: Form, *, may_refuse: bool = False) -> None:
        self.forms.append(form)
        while not form.answers:
            try:
                if self.chance.random() < 0.15:
                    self._twice_at_once(form)
                form.sent += 1
                form.answers.append(self._post(form))
            except Unanswered as why:
                self.unanswered[str(why)] += 1
                time.sleep(self.chance.uniform(0.05, 0.3))
        # Whoever shares the post's body may have taken it up first; any other refusal is a fault.
        if form.answers[0] >= 400 and not may_refuse:
            self.refused.append(f"{form.fields.get('words')}: {form.answers[0]}")

    def _twice_at_once(self, form: Form) -> None:
        def again() -> None:
            with suppress(Unanswered):
                form.answers.append(self._post(form))

        form.sent += 1
        second = threading.Thread(target=again, daemon=True)
        second.start()

    def _post(self, form: Form) -> int:
        """The status of the page's answer to one form."""
        if not self.browser.is_signed_in:
            self.browser.sign_in(self.seat.login)
        address = f"/directives/{self.document}/units/{self.seat.unit}/{form.verb}"
        return self.browser.post(address, {**form.fields, "key": form.key}, file=form.file)


class Browser:
    """What a browser keeps of the server: cookies. Used by two threads when a form is sent twice at once."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.is_signed_in = False

    def sign_in(self, login: str) -> None:
        self.cookies = {}
        self._ask("GET", "/sign-in")
        status = self.post("/sign-in", {"login": login, "password": PASSWORD})
        self.is_signed_in = status == 302
        if not self.is_signed_in:
            raise Unanswered(f"sign-in {status}")

    def post(self, address: str, fields: dict[str, str], *, file: bytes | None = None) -> int:
        """What a server without its database says promises nothing, and neither does the way back to signing in."""
        token = next((value for name, value in self.cookies.items() if "csrf" in name), "")
        body, kind = _multipart({**fields, "csrfmiddlewaretoken": token}, file)
        status, onward = self._ask("POST", address, body=body, kind=kind)
        if status >= 500 or (onward.startswith("/sign-in") and address != "/sign-in"):
            self.is_signed_in = self.is_signed_in and status >= 500
            raise Unanswered(str(status))
        return status

    def _ask(self, method: str, address: str, *, body: bytes = b"", kind: str = "") -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_WITHIN)
        try:
            caller.request(method, address, body=body, headers=headers | ({"Content-Type": kind} if kind else {}))
            answer = caller.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as lost:
            raise Unanswered(type(lost).__name__) from lost
        finally:
            caller.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value
        return answer.status, answer.headers.get("Location", "")


def _multipart(fields: dict[str, str], file: bytes | None) -> tuple[bytes, str]:
    mark, form = uuid.uuid4().hex, "Content-Disposition: form-data"
    parts = [f'{form}; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    if file is not None:
        head = f'{form}; name="evidence"; filename="file.txt"\r\nContent-Type: text/plain\r\n\r\n'
        parts.append(head.encode() + file)
    body = b"".join(b"--" + mark.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return body + b"--" + mark.encode() + b"--\r\n", f"multipart/form-data; boundary={mark}"


# --- what is killed -----------------------------------------------------------------------------------------


class Server:
    """`isotherm serve` and all below it: the background work, the pages' supervisor and its workers."""

    def __init__(self, port: int, log: Path) -> None:
        self.port, self.log = port, log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "isotherm.doors.cli.main", "serve", "--port", str(self.port)],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        if self.process is not None:
            kill_all([*below(self.process.pid), self.process.pid])
            self.process.wait()

    def is_answering(self) -> bool:
        caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            caller.request("GET", "/sign-in")
            return caller.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            caller.close()


class Sealer(threading.Thread):
    """`isotherm ledger seal` every few seconds, a process each time, so that it too can be killed half way."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.stop = stop
        self.process: subprocess.Popen[bytes] | None = None
        self.seals = 0

    def run(self) -> None:
        while not self.stop.wait(SEAL_EVERY):
            self.process = subprocess.Popen(
                [sys.executable, "-m", "isotherm.doors.cli.main", "ledger", "seal"],
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            self.seals += self.process.wait() == 0

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            kill_all([self.process.pid])


def postmaster() -> int | None:
    from isotherm import database

    pid = database.server()._postmaster()
    return pid if pid and pid > 0 else None


def backends(parent: int) -> list[int]:
    """Those that serve somebody, not the checkpointer and its like."""
    return [pid for pid in below(parent) if b"isotherm_app" in _file(pid, "cmdline")]


def below(parent: int) -> list[int]:
    parents = {int(entry.name): _parent(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
    found, level = [], [parent]
    while level:
        level = [pid for pid, above in parents.items() if above in level]
        found += level
    return found


def _parent(pid: int) -> int:
    fields = _file(pid, "stat").rpartition(b")")[2].split()
    return int(fields[1]) if len(fields) > 1 else 0


def _file(pid: int, name: str) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/{name}").read_bytes()
    return b""


def kill_all(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


# --- the fire -----------------------------------------------------------------------------------------------


def under_fire(stage: Stage, *, rounds: int, chance: random.Random, began: float) -> int:
    from django.conf import settings
    from django.db import connections

    from isotherm import database

    connections.close_all()
    server = Server(_free_port(), Path(settings.DATA_FOLDER) / "server.log")
    server.start()
    _until(server.is_answering, 60)
    stop = threading.Event()
    clients = [
        Client(seat, document=stage.document, port=server.port, seed=chance.randrange(10**9), stop=stop)
        for seat in stage.seats
    ]
    sealer = Sealer(stop)
    for thread in (*clients, sealer):
        thread.start()
    _until(lambda: all(len(client.forms) > 2 for client in clients), 120)
    kills: Counter[str] = Counter()
    for number in range(1, rounds + 1):
        time.sleep(chance.uniform(0.3, 3.0))
        (kind,) = chance.choices(KINDS, WEIGHTS)
        _strike(kind, server, sealer, chance)
        kills[kind] += 1
        time.sleep(chance.uniform(0, 0.5))
        database.ensure_running(lambda _sentence: None)
        if server.process is None or server.process.poll() is not None:
            server.start()
            _until(server.is_answering, 60)
        if number % 10 == 0 or number == rounds:
            acts = sum(len(client.forms) for client in clients)
            print(f"{number} kills, {acts} acts, {time.monotonic() - began:.0f} s", flush=True)
    time.sleep(2)
    stop.set()
    for client in clients:
        client.join(90)
    sealer.join(60)
    server.kill()
    silent = [client.name for client in clients if client.is_alive()]
    faults = [f"client {name} never got its last answer" for name in silent]
    faults += [f"refused: {one}" for client in clients for one in client.refused]
    faults += list(account(stage, [form for client in clients for form in client.forms]))
    return tell(kills, clients, sealer, faults, seconds=time.monotonic() - began)


def _strike(kind: str, server: Server, sealer: Sealer, chance: random.Random) -> None:
    if kind == "sealer":
        sealer.kill()
    if kind in ("server", "both"):
        server.kill()
    main = postmaster()
    if main is None:
        return
    if kind in ("database", "both"):
        kill_all([main, *below(main)])
    if kind == "backend" and (serving := backends(main)):
        kill_all([chance.choice(serving)])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until(is_so: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise SystemExit("the server does not answer")
        time.sleep(0.1)


# --- the account --------------------------------------------------------------------------------------------


def account(stage: Stage, forms: list[Form]) -> Iterator[str]:
    """What is wrong, as sentences; nothing if every acknowledged act is there once and nothing else is."""
    from django.db import connection
    from django.utils import timezone

    from isotherm.directives.models import Document
    from isotherm.execution.models import Attachment, Report
    from isotherm.records import files, seals
    from isotherm.records.models import ActKey, LedgerLine
    from isotherm.records.verification import verify
    from isotherm.refusals import Refusal
    from tests.execution.test_way import counted, from_rows

    done = {form.key: form for form in forms if form.answers and form.answers[0] < 400}
    keys = Counter(key.rpartition(":")[2] for key in ActKey.objects.values_list("key", flat=True))
    for key, form in done.items():
        if keys[key] != 1:
            yield f"{form.verb} {form.fields.get('words', '')}: acknowledged, and kept {keys[key]} times"
    reported = {form.fields["words"]: form for form in done.values() if form.verb == "report"}
    lines = Counter(
        LedgerLine.objects.filter(verb="assignment.reported").values_list("facts__words", flat=True).order_by()
    )
    reports = dict(Report.objects.values_list("words", "id"))
    rows = Counter(Report.objects.values_list("words", flat=True))
    for words in reported:
        if lines[words] != 1 or rows[words] != 1:
            yield f"report {words}: acknowledged, with {lines[words]} ledger lines and {rows[words]} reports"
    for words in rows.keys() - reported.keys():
        yield f"report {words} is there and nobody was told so"
    for words, form in reported.items():
        if form.file is None:
            continue
        attached = Attachment.objects.filter(subject_kind="report", subject_id=reports.get(words))
        shas = list(attached.values_list("sha256", flat=True))
        try:
            kept = files.open_file(shas[0]).read() if len(shas) == 1 else b""
        except Refusal as lost:
            kept = str(lost).encode()
        if kept != form.file:
            yield f"report {words}: its file is not there as it was handed in"
    if files.missing():
        yield "files are missing"
    seals.seal(timezone.now())
    seals.seal(timezone.now())
    found = verify()
    for finding in found.findings:
        yield f"ledger: {finding.kind}: {finding}"
    if found.unsealed:
        yield f"ledger: {found.unsealed} lines could not be sealed"
    document = Document.objects.get(code=stage.document)
    if counted(document.pk) != from_rows(document.pk):
        yield "the cells do not say what the rows say"
    print(f"ledger: {found.lines} lines, {found.seals} seals", flush=True)
    connection.close()
    yield from amcheck()


def amcheck() -> Iterator[str]:
    """Every table and index of the database, as PostgreSQL itself checks them."""
    from isotherm import database
    from isotherm.database.roles import connect
    from isotherm.database.where import NAME, SUPERUSER

    with connect(database.server().place, user=SUPERUSER, name=NAME) as checker:
        checker.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
        tables = "SELECT c.oid::regclass FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        for (table,) in checker.execute(tables).fetchall():
            for (words,) in checker.execute(f"SELECT msg FROM verify_heapam('{table}')").fetchall():
                yield f"table {table}: {words}"
        indexes = (
            "SELECT c.oid::regclass FROM pg_class c JOIN pg_am a ON a.oid = c.relam AND a.amname = 'btree' "
            "WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace"
        )
        for (index,) in checker.execute(indexes).fetchall():
            try:
                checker.execute(f"SELECT bt_index_check('{index}', true)")
            except psycopg.Error as wrong:
                yield f"index {index}: {wrong}"


def tell(kills: Counter[str], clients: list[Client], sealer: Sealer, faults: list[str], *, seconds: float) -> int:
    forms = [form for client in clients for form in client.forms]
    print(f"kills: {', '.join(f'{kind} {count}' for kind, count in kills.most_common())}")
    print(
        f"{len(forms)} acts, {sum(form.sent > 1 for form in forms)} handed in more than once, "
        f"{sum(len(form.answers) > 1 for form in forms)} answered twice; "
        f"{sealer.seals} runs of the sealer; {seconds:.0f} s"
    )
    why = sum((client.unanswered for client in clients), Counter[str]())
    print(f"no answer: {', '.join(f'{name} {count}' for name, count in why.most_common())}")
    for fault in faults[:40]:
        print(f"FAULT {fault}")
    print(f"{len(faults)} faults" if faults else "no acknowledged act lost, none doubled, the ledger verifies")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
