"""What a start starts, it stops; a killed one leaves the port and the database to the next."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ISOTHERM = [sys.executable, "-m", "isotherm.doors.cli.main"]
PATIENCE = 240.0

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/sign-in")
        with urllib.request.urlopen(request, timeout=20) as page:
            return bool(page.status == 200)
    return False


def until(true: object, *, within: float = 60.0) -> bool:
    """Wait for something to become true."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if true():  # type: ignore[operator]
            return True
        time.sleep(0.2)
    return False


class Serving:
    """One `isotherm serve` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.environment = {**os.environ, "ISOTHERM_DATA": str(folder)}
        self.environment.pop("DATABASE_URL", None)
        self.port = free_port()
        self.out = (folder.parent / "out.txt").open("w+")

    def start(self, port: int | None = None) -> subprocess.Popen[bytes]:
        self.out.seek(0)
        self.out.truncate()
        command = [*ISOTHERM, "serve", "--port", str(port or self.port)]
        return subprocess.Popen(
            command, stdout=self.out, stderr=subprocess.STDOUT, env=self.environment, start_new_session=True
        )

    def said(self) -> str:
        return Path(self.out.name).read_text()

    def is_up(self) -> bool:
        return f"Isotherm is at http://127.0.0.1:{self.port}/\n" in self.said()

    def database_runs(self) -> bool:
        found = subprocess.run([*ISOTHERM, "db", "status"], env=self.environment, capture_output=True, timeout=60)
        return found.returncode == 0

    def stop_database(self) -> None:
        subprocess.run([*ISOTHERM, "db", "stop"], env=self.environment, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    # A short path that the database's own account may enter, whoever runs the tests.
    folder = Path(f"/tmp/isotherm-serving-{os.getpid()}")
    folder.mkdir(mode=0o755)
    served = Serving(folder / ".isotherm")
    yield served
    served.stop_database()
    served.out.close()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_fresh_folder_is_set_up_served_and_stopped_with_all_it_started(serving: Serving) -> None:
    running = serving.start()
    assert until(serving.is_up, within=PATIENCE), serving.said()
    assert answers(serving.port)
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=60) == 0
    assert not answers(serving.port)
    assert not serving.database_runs()


def test_a_port_in_use_is_said_in_a_sentence(serving: Serving) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        running = serving.start(taken.getsockname()[1])
        assert running.wait(timeout=60) == 3
    assert "Traceback" not in serving.said()
    assert "make demo PORT=" in serving.said()


def test_a_killed_server_leaves_nothing_that_blocks_the_next(serving: Serving) -> None:
    killed = serving.start()
    assert until(serving.is_up, within=PATIENCE), serving.said()
    killed.kill()
    killed.wait()
    assert until(lambda: not answers(serving.port))
    again = serving.start()
    assert until(serving.is_up, within=PATIENCE), serving.said()
    assert answers(serving.port)
    again.send_signal(signal.SIGTERM)
    assert again.wait(timeout=60) == 0
