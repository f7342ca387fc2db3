"""`isotherm serve`: the pages, the background work and, if nobody else runs it, the database, until Ctrl-C.

this process:  background work in a thread, waits for a signal
  └─ web:      granian with its workers, in a session of its own, told by the kernel when this process dies
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import click

from isotherm.doors.cli.start import with_django
from isotherm.refusals import NotNow, Unavailable
from isotherm.words import _, lazy

HOST = "127.0.0.1"
# Two processes answer while one of them waits for a long page; each takes about 110 MB.
WORKERS = 2
THREADS = 4
STARTS_WITHIN = 60.0
STOPS_WITHIN = 20.0
PR_SET_PDEATHSIG = 1


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--demo", is_flag=True, help="the demo country, loaded first if it is not there; its people on screen")
def group(port: int, demo: bool) -> None:
    """Serve the pages in the foreground, with the background work, until Ctrl-C."""
    if demo:
        os.environ["ISOTHERM_DEMO"] = "yes"
    with_django()
    from isotherm import database

    _refuse_taken(port)
    # A stop signal counts from the first moment: whatever was started by then is stopped.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    started_database = False
    try:
        started_database = database.ensure_running()
        prepare(demo=demo)
        _serve(port, demo=demo)
    except KeyboardInterrupt:
        pass
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if started_database:
            database.stop()
            click.echo(_("The database is stopped."))


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def prepare(*, demo: bool) -> None:
    """Schema, country and translations as this version needs them; the demo if it is asked for and not there."""
    from django.conf import settings

    from isotherm.accounts.models import Mandate
    from isotherm.doors.cli import setup, words
    from isotherm.doors.cli.demo import is_there

    if _schema_is_behind():
        click.echo(_("Preparing the database."))
        setup.prepare_schema(click.echo)
    if not Mandate.objects.exists():  # the last thing that loading the country does
        setup.load_country(click.echo)
    words.compile_words()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    if demo and not is_there():
        # In a process of its own: what loading takes of memory is given back before the pages are served.
        loading = subprocess.run([sys.executable, "-m", "isotherm.doors.cli.main", "demo"], check=False)
        if loading.returncode:
            raise Unavailable(lazy("The demo could not be loaded."), remedy=lazy("What went wrong stands above."))


def _schema_is_behind() -> bool:
    """Migrations are missing, or a start that was cut off left tables that the product's role may not read."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    connections["owner"].close()
    if behind:
        return True
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select not bool_and(has_table_privilege(c.oid, 'select')) from pg_class c "
            "where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"
        )
        return bool(cursor.fetchone()[0])


def _serve(port: int, *, demo: bool) -> None:
    from django.db import connections

    from isotherm.doors.jobs import worker

    stop = threading.Event()
    working = threading.Thread(target=worker.run, args=(stop,), name="jobs", daemon=True)
    connections.close_all()
    web = _start_web(port)
    try:
        _wait_until_it_answers(web, port)
        working.start()
        click.echo(f"Isotherm is at http://{HOST}:{port}/")
        if demo:
            from isotherm.doors.cli.demo import tell_people

            tell_people()
        click.echo(_("Ctrl-C stops it."))
        sys.stdout.flush()
        web.wait()
        raise Unavailable(
            lazy("The pages stopped by themselves (exit code %(code)s)."),
            {"code": web.returncode},
            remedy=lazy("What went wrong stands above."),
        )
    finally:
        stop.set()
        _stop_web(web)
        if working.is_alive():
            working.join(timeout=STOPS_WITHIN)


def _start_web(port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    command += ["--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--no-ws", "--respawn-failed-workers"]
    command += ["--workers-kill-timeout", "10", "--log-level", "warning", "isotherm.doors.cli.serving:application"]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches this process alone, which stops the others in order
        preexec_fn=die_with(os.getpid()),
    )


def die_with(parent: int) -> Callable[[], None]:
    """For a child: the kernel ends it when its parent dies, by whatever signal."""

    def ask_the_kernel() -> None:
        with contextlib.suppress(OSError, AttributeError):  # only Linux has it
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the kernel was asked
            os._exit(1)

    return ask_the_kernel


def _wait_until_it_answers(web: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and web.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=5) as probe:
            probe.sendall(f"GET /sign-in HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
            probe.settimeout(STARTS_WITHIN)
            if probe.recv(16).startswith(b"HTTP/1.1"):
                return
        time.sleep(0.1)
    raise Unavailable(lazy("The pages could not be started."), remedy=lazy("What went wrong stands above."))


def _stop_web(web: subprocess.Popen[bytes]) -> None:
    if web.poll() is None:
        web.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            web.wait(timeout=STOPS_WITHIN)
    # The whole session of the pages, so that no worker stays behind to hold the port.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(web.pid, signal.SIGKILL)
    web.wait()


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise NotNow(
                lazy("Port %(port)s may not be used by this account."),
                {"port": port},
                remedy=lazy("Choose a port above 1023: isotherm serve --port 8000, or make demo PORT=8000."),
            ) from None
        except OSError:
            raise NotNow(
                lazy("Port %(port)s is in use by another program."),
                {"port": port},
                remedy=lazy("Choose another one: isotherm serve --port %(other)s, or make demo PORT=%(other)s.")
                % {"other": port + 1 if port < 65535 else 8000},
            ) from None
