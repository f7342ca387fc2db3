"""Where the database is: names, folders and addresses. Looks at the disk, changes nothing, starts nothing."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

NAME = "isotherm"
APPLICATION = "isotherm_app"  # owns no table
OWNER = "isotherm_owner"
SUPERUSER = "postgres"
PORT = 5432  # only names the socket file; nothing listens on a network

# For root, whose checkout the server's account often cannot enter.
SHARED_FOLDER = Path("/var/lib/isotherm")


@dataclass(frozen=True)
class Place:
    """The folders of one embedded server. All derive from the data folder: two checkouts never meet."""

    data_folder: Path
    cluster: Path
    sockets: Path

    @property
    def lock(self) -> Path:
        return self.data_folder / "database.lock"

    @property
    def socket(self) -> Path:
        return self.sockets / f".s.PGSQL.{PORT}"


def place(environ: Mapping[str, str], data_folder: Path) -> Place:
    """The server's folders. The sockets lie elsewhere, in a short one: their path has room for 107 bytes."""
    data_folder = data_folder.resolve()
    mark = hashlib.sha256(os.fsencode(data_folder)).hexdigest()[:12]
    sockets = Path(environ.get("ISOTHERM_SOCKETS", "").strip() or "/tmp") / f"isotherm-{mark}"  # noqa: S108 - checked when opened
    inside = data_folder / "postgresql"
    if os.geteuid() != 0:
        return Place(data_folder=data_folder, cluster=inside, sockets=sockets)

    outside = SHARED_FOLDER / f"{data_folder.parent.name or 'isotherm'}-{mark}"
    # What exists wins over the rule: rights on a parent may change, the records must still be found.
    for cluster in (inside, outside):
        if (cluster / "PG_VERSION").exists():
            return Place(data_folder=data_folder, cluster=cluster, sockets=sockets)
    theirs = data_folder.exists() and data_folder.stat().st_uid != 0
    cluster = inside if theirs or open_to_all(data_folder.parent) else outside
    return Place(data_folder=data_folder, cluster=cluster, sockets=sockets)


def open_to_all(folder: Path) -> bool:
    """Whether any account may pass through this folder and all above it; one that is still missing will be open."""
    return all(not step.exists() or step.stat().st_mode & stat.S_IXOTH for step in (folder, *folder.parents))


def open_shared_folder() -> None:
    """Made open to pass through, whatever root's umask says."""
    if not SHARED_FOLDER.exists():
        SHARED_FOLDER.mkdir(parents=True, exist_ok=True)
        SHARED_FOLDER.chmod(0o755)


def settings(environ: Mapping[str, str], data_folder: Path) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default` as the application's role, `owner` for migrations."""
    url = environ.get("DATABASE_URL", "").strip()
    if url:
        application = from_url("DATABASE_URL", url)
        owner_url = environ.get("DATABASE_OWNER_URL", "").strip()
        owner = from_url("DATABASE_OWNER_URL", owner_url) if owner_url else from_url("DATABASE_URL", url)
    else:
        sockets = str(place(environ, data_folder).sockets)
        application = {"NAME": NAME, "USER": APPLICATION, "PASSWORD": "", "HOST": sockets, "PORT": str(PORT)}
        owner = {**application, "USER": OWNER}
        application["OPTIONS"], owner["OPTIONS"] = {}, {}
    # The test database is made and migrated by the owner; the application's role then works in the same one.
    return {
        "default": {**_django(application), "TEST": {"MIRROR": "owner"}},
        "owner": _django(owner),
    }


def _django(address: dict[str, Any]) -> dict[str, Any]:
    return {
        **address,
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": {"application_name": "isotherm", **address["OPTIONS"], "pool": False},
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,
        # A server that was killed and came back must not cost the next request.
        "CONN_HEALTH_CHECKS": True,
    }


def from_url(setting: str, url: str) -> dict[str, Any]:
    """The address in a URL, read by libpq itself. Of a wrong one nothing is shown: it may hold a password."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise SystemExit(f"Setting {setting}: needs the form postgresql://user:password@host:5432/name")
    try:
        parts: dict[str, Any] = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise SystemExit(
            f"Setting {setting}: is not a PostgreSQL address; write %40 for @ and %2F for / inside a password"
        ) from None
    if not re.fullmatch(r"\d*(,\d*)*", str(parts.get("port", ""))):
        raise SystemExit(f"Setting {setting}: the port after the host is not a number")
    if not parts.get("dbname"):
        raise SystemExit(f"Setting {setting}: names no database after the last /")
    return {
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": parts,
    }
