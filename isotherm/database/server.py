"""
The embedded server: made once, started when needed, stopped cleanly. Only the programs are borrowed.

To start, under a file lock:
1. a connection that answers means it runs: nothing to do
2. make the cluster, if there is none, beside its place, and move it there when it is whole
3. correct a lock file that names a dead postmaster
4. start, and wait until a connection answers; orphans of a killed server may need some seconds to leave
5. roles, database, extensions
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from isotherm.database import binaries as programs
from isotherm.database import roles
from isotherm.database.account import Account, account
from isotherm.database.binaries import Binaries
from isotherm.database.last_words import explain
from isotherm.database.machine import memory_settings
from isotherm.database.where import APPLICATION, NAME, PORT, SUPERUSER, Place, open_shared_folder
from isotherm.refusals import Unavailable
from isotherm.words import _, lazy

LONGEST_SOCKET = 100
ROOM_FOR_A_CLUSTER = 200 * 1024 * 1024
ORPHANS_LEAVE_WITHIN = 15.0
RECOVERS_WITHIN = 600.0
STOPS_WITHIN = 60.0

# Children of this process: a postmaster that was killed stays a zombie until its parent has asked after it.
_children: list[subprocess.Popen[bytes]] = []


def on_screen(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Status:
    running: bool
    pid: int | None
    version: str
    folder: Path
    sockets: Path
    size: int


@dataclass(frozen=True)
class Server:
    place: Place
    binaries: Binaries | None = None  # else the best that is found

    def answers(self) -> bool:
        """Readiness is an answer, never a pid. Before the bootstrap is done the application's role cannot sign in."""
        if not self.place.socket.exists():
            return False
        try:
            with roles.connect(self.place, user=APPLICATION, name=NAME) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def start(self, say: Callable[[str], None] = on_screen) -> bool:
        """True if this call started it."""
        if self.answers():
            return False
        with self._locked():
            if self.answers():
                return False
            runs_as = account(self.place, say)
            self._open_folders(runs_as)
            new = not (self.place.cluster / "PG_VERSION").exists()
            binaries = self.binaries or (programs.best() if new else programs.for_cluster(self.place.cluster))
            if not runs_as.ours:
                binaries = programs.reachable(binaries)
            if new:
                say(_("Creating the database with PostgreSQL %(version)s.") % {"version": binaries.version})
                self._create(binaries, runs_as)
            found = self._living_answers()
            if not found:
                self._run(binaries, runs_as)
            roles.bootstrap(self.place)
            if new:
                say(_("The database lies in %(folder)s.") % {"folder": self.place.cluster})
            return not found

    def stop(self) -> bool:
        """Fast shutdown: open transactions are rolled back, everything acknowledged is on disk. True if it ran."""
        if not self.place.data_folder.exists():
            return False
        with self._locked():
            pid = self._postmaster()
            if pid is None:
                return False
            os.kill(pid, signal.SIGINT)
            until = time.monotonic() + STOPS_WITHIN
            while time.monotonic() < until:
                if self._postmaster() is None:
                    return True
                time.sleep(0.02)
        raise Unavailable(
            lazy("The database did not stop within %(seconds)s seconds (process %(pid)s)."),
            {"seconds": int(STOPS_WITHIN), "pid": pid},
            remedy=lazy("The newest file in the folder log beside the data tells why."),
        )

    def status(self) -> Status:
        cluster = self.place.cluster
        version = (cluster / "PG_VERSION").read_text().strip() if (cluster / "PG_VERSION").exists() else ""
        running = self.answers()
        size = 0
        if running:
            with roles.connect(self.place, user=APPLICATION, name=NAME) as connection:
                row = connection.execute(
                    "SELECT current_setting('server_version'), pg_database_size(current_database())"
                ).fetchone()
                assert row
                version, size = str(row[0]), int(str(row[1]))
        return Status(
            running=running,
            pid=self._postmaster() if running else None,
            version=version,
            folder=cluster,
            sockets=self.place.sockets,
            size=size,
        )

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Two processes that start at once: the second waits, then finds the first one's server."""
        try:
            self.place.data_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self.place.lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as why:
            raise explain(why.strerror or str(why), folder=self.place.data_folder) from why
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _open_folders(self, runs_as: Account) -> None:
        """The server's account must reach the cluster, and nobody else the socket: whoever reaches it is trusted."""
        place = self.place
        if len(os.fsencode(place.socket)) > LONGEST_SOCKET:
            raise Unavailable(
                lazy("The path of the database's socket is too long: %(path)s has more than %(most)s bytes."),
                {"path": place.socket, "most": LONGEST_SOCKET},
                remedy=lazy("Name a shorter folder in ISOTHERM_SOCKETS, such as /tmp or /run/isotherm."),
            )
        try:
            if place.data_folder in place.cluster.parents:
                if not runs_as.ours and place.data_folder.stat().st_uid == os.geteuid():
                    # May pass through, may not list: the secret key beside it stays root's own.
                    os.chown(place.data_folder, -1, runs_as.gid)
                    place.data_folder.chmod(0o710)
            else:
                open_shared_folder()
            place.sockets.parent.mkdir(parents=True, exist_ok=True)
            try:
                place.sockets.mkdir(mode=0o700)
                os.chown(place.sockets, runs_as.uid, runs_as.gid)
            except FileExistsError:
                pass
        except OSError as why:
            raise explain(why.strerror or str(why), folder=Path(why.filename or place.data_folder)) from why
        found = place.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != runs_as.uid or stat.S_IMODE(found.st_mode) & 0o077:
            raise Unavailable(
                lazy("The folder for the database's socket, %(folder)s, is not this database's own."),
                {"folder": place.sockets},
                remedy=lazy("Somebody else made it. Remove it, or name another folder in ISOTHERM_SOCKETS."),
            )

    def _create(self, binaries: Binaries, runs_as: Account) -> None:
        """Beside its place, then renamed: a cluster that was cut off half made is never mistaken for one."""
        cluster = self.place.cluster
        partial = cluster.with_name(f"{cluster.name}.partial")
        try:
            if shutil.disk_usage(partial.parent).free < ROOM_FOR_A_CLUSTER:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(partial.parent))
            if partial.exists():
                shutil.rmtree(partial)
            partial.mkdir(mode=0o700)
            if not runs_as.ours:
                os.chown(partial, runs_as.uid, runs_as.gid)
            locale = ["--locale=C.UTF-8"]
            if binaries.major >= 17:
                # No dependence on the system's collation version; names are sorted by a stored key.
                locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            command = [binaries.path("initdb"), "--pgdata", str(partial), "--username", SUPERUSER, "--encoding=UTF8"]
            made = subprocess.run(
                [*command, *locale, "--data-checksums", "--auth-local=trust", "--auth-host=reject"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                **_surroundings(runs_as),
            )
            if made.returncode:
                shutil.rmtree(partial, ignore_errors=True)
                raise explain(made.stdout, folder=cluster)
            partial.rename(cluster)
        except OSError as why:
            raise explain(why.strerror or str(why), folder=Path(why.filename or cluster)) from why

    def _living_answers(self) -> bool:
        """Wait for a postmaster that is there but does not answer: it is repairing itself, or on its way out."""
        begun = time.monotonic()
        while (pid := self._postmaster()) is not None:
            if self._answers_superuser():
                return True
            waited = time.monotonic() - begun
            if waited > (RECOVERS_WITHIN if self.place.socket.exists() else ORPHANS_LEAVE_WITHIN):
                raise Unavailable(
                    lazy("The database in %(folder)s runs as process %(pid)s but does not answer at %(socket)s."),
                    {"folder": self.place.cluster, "pid": pid, "socket": self.place.socket},
                    remedy=lazy("Stop it with isotherm db stop, then start again."),
                )
            time.sleep(0.05)
        return False

    def _run(self, binaries: Binaries, runs_as: Account) -> None:
        until = time.monotonic() + ORPHANS_LEAVE_WITHIN
        while True:
            self._correct_lock_files()
            words = self._run_once(binaries, runs_as)
            if words is None:
                return
            # A killed server's orphans still hold its memory; PostgreSQL is right to refuse until they have left.
            waiting = "pre-existing shared memory block" in words or "lock file" in words
            if not waiting or time.monotonic() > until:
                raise explain(words, folder=self.place.cluster)
            time.sleep(0.25)

    def _run_once(self, binaries: Binaries, runs_as: Account) -> str | None:
        """None once it answers; its last words if it ended."""
        options = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.place.sockets),
            "unix_socket_permissions": "0700",
            "fsync": "on",
            "synchronous_commit": "on",
            "max_connections": "100",
            "work_mem": "64MB",
            "max_wal_size": "8GB",
            "wal_compression": "on",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "on",
            "log_directory": "log",
            "log_filename": "postgresql-%a.log",  # a week of them, each overwritten in turn
            "log_rotation_age": "1d",
            "log_rotation_size": "0",
            "log_truncate_on_rotation": "on",
            **memory_settings(),
        }
        command = [binaries.path("postgres"), "-D", str(self.place.cluster)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        logged = {log: log.stat().st_size for log in self._logs()}
        with tempfile.TemporaryFile() as heard:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=heard,
                stderr=heard,
                start_new_session=True,  # outlives this process and its terminal
                **_surroundings(runs_as),
            )
            _children.append(process)
            until = time.monotonic() + RECOVERS_WITHIN
            while process.poll() is None:
                if self._answers_superuser():
                    return None
                if time.monotonic() > until:
                    raise Unavailable(
                        lazy("The database started but has not answered for %(minutes)s minutes."),
                        {"minutes": int(RECOVERS_WITHIN // 60)},
                        remedy=lazy("It may be repairing itself after a crash: try again later."),
                    )
                time.sleep(0.02)
            heard.seek(0)
            words = heard.read().decode(errors="replace")
        for log in self._logs():
            with log.open(errors="replace") as file:
                file.seek(logged.get(log, 0))
                words += file.read()
        return words

    def _answers_superuser(self) -> bool:
        if not self.place.socket.exists():
            return False
        try:
            with roles.connect(self.place, user=SUPERUSER, name="postgres") as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def _logs(self) -> list[Path]:
        return sorted((self.place.cluster / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)

    def _postmaster(self) -> int | None:
        """The living postmaster of this cluster. A pid alone proves nothing: it may be a zombie's, or reused since."""
        for child in _children:
            child.poll()
        pid = _first_number(self.place.cluster / "postmaster.pid")
        return pid if pid is not None and _serves(pid, self.place.cluster) else None

    def _correct_lock_files(self) -> None:
        """A lock file that names a zombie, or a pid that another program has now, keeps PostgreSQL from starting.

        The file is not removed, since PostgreSQL learns from it which shared memory orphans may still hold: only its
        first line is changed to this process, which PostgreSQL, as its child, takes for a former run's number.
        """
        if self._postmaster() is not None:
            return
        for lock in (self.place.cluster / "postmaster.pid", Path(f"{self.place.socket}.lock")):
            pid = _first_number(lock)
            if pid is None or not _exists(pid):
                continue  # PostgreSQL sees this by itself
            with contextlib.suppress(FileNotFoundError):
                handle = os.open(lock, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
                with os.fdopen(handle, "r+") as file:
                    rest = file.read().split("\n", 1)[1:]
                    file.seek(0)
                    file.truncate()
                    file.write("\n".join([str(os.getpid()), *rest]))


def _surroundings(runs_as: Account) -> dict[str, Any]:
    """Nothing of the caller's environment reaches the server, PG* variables least of all."""
    path = os.environ.get("PATH", "/usr/bin:/bin")
    return {**runs_as.popen(), "cwd": "/", "umask": 0o077, "env": {"PATH": path, "LC_ALL": "C", "TZ": "UTC"}}


def _first_number(file: Path) -> int | None:
    try:
        return int(file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _serves(pid: int, cluster: Path) -> bool:
    """Alive, no zombie, and at work in this cluster's folder."""
    if not _exists(pid):
        return False
    process = Path("/proc") / str(pid)
    if not Path("/proc/self").exists():  # no /proc here: the number is all there is
        return True
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        if process.joinpath("stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}:
            return False
        try:
            return process.joinpath("cwd").samefile(cluster)
        except PermissionError:  # root in a container may not look there; what it was started with, everybody sees
            return os.fsencode(cluster) in process.joinpath("cmdline").read_bytes().split(b"\0")
    return False
