"""Whose account runs the server. PostgreSQL refuses to run as root, so root lends it another one, and says so."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from isotherm.database.where import SHARED_FOLDER, Place
from isotherm.refusals import Unavailable
from isotherm.words import _, lazy


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    @property
    def ours(self) -> bool:
        return self.uid == os.geteuid()

    def popen(self) -> dict[str, Any]:
        """What `subprocess` needs to run a program as this account."""
        return {} if self.ours else {"user": self.uid, "group": self.gid, "extra_groups": []}


def account(place: Place, say: Callable[[str], None]) -> Account:
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid())
    for folder in (place.cluster, place.data_folder):
        if folder.exists() and folder.stat().st_uid != 0:
            return Account(uid=folder.stat().st_uid, gid=folder.stat().st_gid)
    for name in ("postgres", "isotherm"):
        try:
            known = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=known.pw_uid, gid=known.pw_gid)
    return _create(say)


def _create(say: Callable[[str], None]) -> Account:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise Unavailable(
            lazy("PostgreSQL does not run as root, and no account for it could be created: there is no useradd."),
            remedy=lazy("Create a system account named isotherm, or start Isotherm as an ordinary user."),
        )
    say(_("PostgreSQL does not run as root: creating the system account isotherm for it."))
    shell = "/usr/sbin/nologin"
    command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", str(SHARED_FOLDER)]
    made = subprocess.run([*command, "--shell", shell, "isotherm"], capture_output=True, text=True)
    if made.returncode:
        raise Unavailable(
            lazy("PostgreSQL does not run as root, and the account isotherm could not be created: %(why)s"),
            {"why": made.stderr.strip()},
            remedy=lazy("Create a system account named isotherm, or start Isotherm as an ordinary user."),
        )
    known = pwd.getpwnam("isotherm")
    return Account(uid=known.pw_uid, gid=known.pw_gid)
