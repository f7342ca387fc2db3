"""Where the records lie: a PostgreSQL named by DATABASE_URL, else one that the product starts itself."""

from __future__ import annotations

import os
from collections.abc import Callable

from django import conf

from isotherm.database.roles import grant
from isotherm.database.server import Server, Status, on_screen
from isotherm.database.where import place, settings

__all__ = ["ensure_running", "external", "grant", "server", "settings", "status", "stop"]


def external() -> bool:
    """Whether DATABASE_URL names a server that others run."""
    return bool(os.environ.get("DATABASE_URL", "").strip())


def server() -> Server:
    return Server(place(os.environ, conf.settings.DATA_FOLDER))


def ensure_running(say: Callable[[str], None] = on_screen) -> bool:
    """True if this call started the embedded server: who started it stops it."""
    return False if external() else server().start(say)


def stop() -> bool:
    return False if external() else server().stop()


def status() -> Status | None:
    """None for a server that others run."""
    return None if external() else server().status()
