from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from isotherm.database import binaries
from isotherm.database.roles import connect
from isotherm.database.server import Server
from isotherm.database.where import APPLICATION, NAME, OWNER, place
from isotherm.refusals import Unavailable

pytestmark = pytest.mark.slow

START = """
import sys
from pathlib import Path
import django
from django.conf import settings
settings.configure()
django.setup()
from isotherm.database.server import Server
from isotherm.database.where import place
print(Server(place({}, Path(sys.argv[1]))).start(say=lambda sentence: None))
"""


def quiet(sentence: str) -> None:
    pass


def application(server: Server) -> psycopg.Connection:
    return connect(server.place, user=APPLICATION, name=NAME)


def owner(server: Server) -> psycopg.Connection:
    return connect(server.place, user=OWNER, name=NAME)


def postmaster(server: Server) -> int:
    return int((server.place.cluster / "postmaster.pid").read_text().splitlines()[0])


def children(pid: int) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((process / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(process.name))
    return found


def kill_all(server: Server) -> None:
    pid = postmaster(server)
    for victim in [pid, *children(pid)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)


def test_the_first_start_says_where_the_database_lies(make_server):
    said: list[str] = []
    server = make_server("said")
    assert server.start(said.append)
    assert str(server.place.cluster) in said[-1]
    assert (server.place.cluster / "PG_VERSION").exists()


def test_a_second_start_finds_the_first(running):
    before = postmaster(running)
    assert running.start(quiet) is False
    assert postmaster(running) == before


def test_two_that_start_at_once_get_one_server(make_server):
    server = make_server("at-once")
    command = [sys.executable, "-c", START, str(server.place.data_folder)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(process.communicate(timeout=120)[0].strip() for process in both)
    assert said == ["False", "True"]
    assert server.answers()


def test_the_server_outlives_the_process_that_started_it(make_server):
    server = make_server("outlives")
    subprocess.run([sys.executable, "-c", START, str(server.place.data_folder)], check=True, stdout=subprocess.DEVNULL)
    assert server.answers()
    assert server.start(quiet) is False


def test_stopping_is_clean_and_the_next_start_has_the_rows(make_server):
    server = make_server("stopped")
    server.start(quiet)
    with owner(server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
    assert server.stop() is True
    assert not server.answers()
    assert server.stop() is False
    server.start(quiet)
    with owner(server) as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(1,)]


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_all_of_it_is_killed_under_writes(make_server):
    server = make_server("killed")
    server.start(quiet)
    with owner(server) as connection:
        connection.execute("CREATE TABLE written (writer int, number int)")
        connection.execute(f"GRANT SELECT, INSERT ON written TO {APPLICATION}")
    for round_ in range(2):
        acknowledged: set[tuple[int, int]] = set()
        enough = threading.Event()

        def write(writer: int, acknowledged=acknowledged, enough=enough) -> None:
            with contextlib.suppress(psycopg.Error), application(server) as connection:
                for number in range(100_000):
                    connection.execute("INSERT INTO written VALUES (%s, %s)", [writer, number])
                    acknowledged.add((writer, number))
                    if number == 200:
                        enough.set()

        writers = [threading.Thread(target=write, args=[round_ * 2 + extra]) for extra in range(2)]
        for thread in writers:
            thread.start()
        enough.wait(30)
        kill_all(server)
        for thread in writers:
            thread.join()
        assert server.start(quiet) is True
        with application(server) as connection:
            kept = set(connection.execute("SELECT writer, number FROM written").fetchall())
        assert len(acknowledged) > 200
        assert acknowledged <= kept


def test_a_postmaster_killed_alone_comes_back(make_server):
    server = make_server("alone")
    server.start(quiet)
    os.kill(postmaster(server), signal.SIGKILL)
    assert server.start(quiet) is True
    assert server.answers()


def test_a_lock_file_that_names_a_stranger_does_not_keep_it_from_starting(make_server):
    server = make_server("stranger")
    server.start(quiet)
    server.stop()
    owner_of_cluster = server.place.cluster.stat()
    # After a restart of the machine the old number may belong to any program, here to this one's parent.
    lock = server.place.cluster / "postmaster.pid"
    lock.write_text(
        f"{os.getppid()}\n{server.place.cluster}\n1700000000\n5432\n{server.place.sockets}\n\n  1 1\nready\n"
    )
    os.chown(lock, owner_of_cluster.st_uid, owner_of_cluster.st_gid)
    lock.chmod(0o600)
    assert server.status().running is False
    assert server.start(quiet) is True


def test_stopping_leaves_a_stranger_alone_that_a_stale_lock_file_names(make_server):
    server = make_server("bystander")
    server.start(quiet)
    server.stop()
    (server.place.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert server.stop() is False


def test_a_cluster_that_was_cut_off_half_made_is_made_again(make_server):
    server = make_server("half-made")
    partial = server.place.cluster.with_name("postgresql.partial")
    partial.mkdir(parents=True)
    (partial / "PG_VERSION").write_text("18\n")
    assert server.start(quiet) is True
    assert not partial.exists()


def test_a_bootstrap_that_was_cut_off_is_done_at_the_next_start(make_server):
    server = make_server("cut-off")
    server.start(quiet)
    with connect(server.place, user="postgres", name="postgres") as connection:
        connection.execute(f"DROP DATABASE {NAME}")
        connection.execute(f"ALTER ROLE {APPLICATION} NOLOGIN")
    assert not server.answers()
    server.start(quiet)
    assert server.answers()


def test_only_the_account_of_the_server_reaches_its_socket(running):
    assert running.place.sockets.stat().st_mode & 0o077 == 0
    assert running.place.cluster.stat().st_mode & 0o077 == 0
    assert running.place.sockets.stat().st_uid == running.place.cluster.stat().st_uid


def test_no_network_port_is_opened_and_nothing_acknowledged_waits_in_memory(running):
    with application(running) as connection:
        names = ("listen_addresses", "fsync", "synchronous_commit", "data_checksums", "TimeZone")
        assert [connection.execute(f"SHOW {name}").fetchone()[0] for name in names] == ["", "on", "on", "on", "UTC"]


def test_the_extensions_are_there_also_in_a_test_database(running):
    with owner(running) as connection:
        connection.execute("CREATE DATABASE test_one")
        with connect(running.place, user=OWNER, name="test_one") as test:
            names = {row[0] for row in test.execute("SELECT extname FROM pg_extension")}
        connection.execute("DROP DATABASE test_one")
    assert {"btree_gist", "pg_trgm", "unaccent"} <= names


def test_a_socket_path_that_is_too_long_is_refused_with_the_setting_to_change(make_server):
    server = make_server("long")
    long = place({"ISOTHERM_SOCKETS": f"/tmp/{'x' * 90}"}, server.place.data_folder)
    with pytest.raises(Unavailable) as refused:
        dataclasses.replace(server, place=long).start(quiet)
    assert "100" in str(refused.value)
    assert "ISOTHERM_SOCKETS" in str(refused.value.remedy)


def test_a_socket_folder_that_is_a_link_is_refused(make_server, tmp_path):
    server = make_server("link")
    server.place.sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(Unavailable) as refused:
            server.start(quiet)
    finally:
        server.place.sockets.unlink()
    assert str(server.place.sockets) in str(refused.value)


def test_a_socket_folder_that_others_may_enter_is_refused(make_server):
    server = make_server("open")
    server.place.sockets.mkdir()
    server.place.sockets.chmod(0o755)
    with pytest.raises(Unavailable):
        server.start(quiet)


def test_a_cluster_of_a_version_that_is_not_here_is_named_with_what_is(make_server):
    server = make_server("version")
    server.place.cluster.mkdir(parents=True)
    (server.place.cluster / "PG_VERSION").write_text("9\n")
    with pytest.raises(Unavailable) as refused:
        server.start(quiet)
    assert "PostgreSQL 9" in str(refused.value)
    assert next(binaries.found()).version in str(refused.value)


def test_the_version_that_made_a_cluster_opens_it_again(make_server):
    older = next((offered for offered in binaries.found() if offered.major < next(binaries.found()).major), None)
    if older is None:
        pytest.skip("one version of PostgreSQL only")
    first = make_server("older", binaries=older)
    first.start(quiet)
    first.stop()
    again = dataclasses.replace(first, binaries=None)
    assert again.start(quiet) is True
    assert again.status().version.startswith(str(older.major))


def test_what_the_server_could_not_read_is_told_in_its_last_words(make_server):
    server = make_server("broken")
    server.start(quiet)
    server.stop()
    (server.place.cluster / "global" / "pg_control").unlink()
    with pytest.raises(Unavailable) as refused:
        server.start(quiet)
    assert "pg_control" in str(refused.value)


@pytest.mark.as_root
def test_root_in_an_ordinary_users_folder_starts_it_as_that_user(make_server):
    server = make_server("theirs")
    server.place.data_folder.mkdir(parents=True)
    os.chown(server.place.data_folder, 65534, 65534)
    theirs = dataclasses.replace(server, place=place({}, server.place.data_folder))
    assert theirs.start(quiet) is True
    assert theirs.place.cluster.stat().st_uid == 65534


@pytest.mark.as_root
def test_roots_cluster_lies_outside_a_checkout_that_others_cannot_enter(tmp_path):
    tmp_path.chmod(0o700)
    assert place({}, tmp_path / ".isotherm").cluster.parent == Path("/var/lib/isotherm")
