"""Clusters of the tests' own, each in a folder that the server's account can reach, stopped and removed at the end."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from isotherm.database.server import Server
from isotherm.database.where import place


@pytest.fixture(scope="module")
def make_server() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []
    folder = Path(tempfile.mkdtemp(prefix="isotherm-test-"))
    folder.chmod(0o755)

    def make(name: str, **more: object) -> Server:
        server = Server(place({}, folder / name / "data"), **more)
        servers.append(server)
        return server

    yield make
    for server in servers:
        server.stop()
        shutil.rmtree(server.place.sockets, ignore_errors=True)
        shutil.rmtree(server.place.cluster, ignore_errors=True)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def running(make_server: Callable[..., Server]) -> Server:
    server = make_server("shared")
    server.start(say=lambda sentence: None)
    return server
