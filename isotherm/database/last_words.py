"""What PostgreSQL and the system say when the ground is missing, as sentences."""

from __future__ import annotations

from pathlib import Path

from isotherm.refusals import Unavailable
from isotherm.words import lazy


def explain(words: str, *, folder: Path) -> Unavailable:
    """The refusal for a program's last words."""
    if "No space left on device" in words or "Disk quota exceeded" in words:
        return Unavailable(
            lazy("The disk that holds %(folder)s is full."),
            {"folder": folder},
            remedy=lazy("Make room, then try again. What was acknowledged is kept."),
        )
    if "Permission denied" in words or "Operation not permitted" in words or "Read-only file system" in words:
        return Unavailable(
            lazy("This account may not write in %(folder)s."),
            {"folder": folder},
            remedy=lazy("Start as the account that made it, or name another folder in ISOTHERM_DATA."),
        )
    if "database files are incompatible with server" in words:
        return Unavailable(
            lazy("The database in %(folder)s was made by another version of PostgreSQL."),
            {"folder": folder},
            remedy=lazy(
                "Install that version; or back up where it is installed and restore into a new data folder here."
            ),
        )
    if "Address already in use" in words or "lock file" in words:
        return Unavailable(
            lazy("Another server already holds the folder or the socket of the database in %(folder)s."),
            {"folder": folder},
            remedy=lazy("Stop it with: isotherm db stop"),
        )
    if "too long" in words:
        return Unavailable(
            lazy("The path of the database's socket is too long for this system."),
            remedy=lazy("Name a shorter folder in ISOTHERM_SOCKETS, such as /tmp or /run/isotherm."),
        )
    if "Cannot allocate memory" in words or "could not create shared memory" in words or "could not map" in words:
        return Unavailable(
            lazy("There is not enough memory to start the database."),
            remedy=lazy("Close other programs or give the machine more memory."),
        )
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    telling = [line for line in lines if any(mark in line for mark in ("FATAL", "PANIC", "error:"))]
    last = (telling or lines or ["-"])[-1]
    return Unavailable(
        lazy("PostgreSQL could not start in %(folder)s. Its last words: %(words)s"),
        {"folder": folder, "words": last},
        remedy=lazy("The folder log inside it tells more."),
    )
