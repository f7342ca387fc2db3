"""
A backup is one .tar that a person can open: `database.dump` (for pg_restore), `files/…`, `manifest.json` at its end.

Back up: dump first and files second, so that every file a record names is there; hash on the way; rename when whole.
Restore: read it all and compare the hashes, put the files in, then one transaction for the database. Until its
COMMIT the old records stand, and it comes only after every program has ended well.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import tarfile
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import IO, Any

from isotherm.database.client import Client
from isotherm.database.last_words import explain
from isotherm.refusals import NotAccepted, NotNow, Unavailable
from isotherm.words import lazy

DUMP = "database.dump"
MANIFEST = "manifest.json"
FILES = "files"
FORMAT = 1
BLOCK = tarfile.BLOCKSIZE
PIECE = 1024 * 1024

Databases = Mapping[str, Mapping[str, Any]]

# A function of the ledger, where it is installed: after a restore transaction numbers start again.
NEW_EPOCH = """
SET search_path = public;
DO $$ BEGIN
    IF to_regprocedure('public.isotherm_new_epoch(text)') IS NOT NULL THEN
        PERFORM public.isotherm_new_epoch('restore');
    END IF;
END $$;
COMMIT;
"""
EMPTY_SCHEMA = """
SET lock_timeout = '15s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""


@dataclass(frozen=True)
class Manifest:
    format: int
    made_at: str
    isotherm: str
    postgresql: str
    application_role: str
    owner_role: str
    sha256: dict[str, str]

    @property
    def files(self) -> int:
        return len(self.sha256) - 1


def back_up(to: Path, *, files: Path, databases: Databases) -> Manifest:
    if to.exists():
        raise NotNow(
            lazy("%(file)s is already there; a backup never replaces another."),
            {"file": to},
            remedy=lazy("Give another name."),
        )
    owner, application = Client(databases["owner"]), Client(databases["default"])
    partial = to.with_name(f"{to.name}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as out:
            hashes = {DUMP: _dump(owner, out)}
            with tarfile.open(fileobj=out, mode="w:", format=tarfile.GNU_FORMAT) as archive:
                for path in _files(files):
                    name = f"{FILES}/{path.relative_to(files).as_posix()}"
                    hashes[name] = _add(archive, path, name)
                with owner.connect() as connection:
                    number = connection.info.parameter_status("server_version") or ""
                manifest = Manifest(
                    format=FORMAT,
                    made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                    isotherm=version("isotherm"),
                    postgresql=number,
                    application_role=application.role,
                    owner_role=owner.role,
                    sha256=hashes,
                )
                _add_text(archive, MANIFEST, json.dumps(asdict(manifest), indent=1))
            out.flush()
            os.fsync(out.fileno())
        partial.rename(to)
    except OSError as why:
        raise explain(why.strerror or str(why), folder=to.parent) from why
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _dump(owner: Client, out: IO[bytes]) -> str:
    """The dump's length is known only at its end: room is left for its header, which is written then."""
    digest = hashlib.sha256()
    out.seek(BLOCK)
    with (
        tempfile.TemporaryFile() as heard,
        subprocess.Popen(
            owner.command("pg_dump", "--format=custom", "--no-comments"),
            env=owner.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=heard,
        ) as dumping,
    ):
        assert dumping.stdout
        while piece := dumping.stdout.read(PIECE):
            digest.update(piece)
            out.write(piece)
        if dumping.wait():
            raise _given_up(heard)
    end = out.tell()
    header = tarfile.TarInfo(DUMP)
    header.size, header.mode, header.mtime = end - BLOCK, 0o600, int(datetime.now(UTC).timestamp())
    out.seek(0)
    out.write(header.tobuf(tarfile.GNU_FORMAT))
    out.seek(end)
    out.write(bytes(-end % BLOCK))
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    if folder.exists():
        # A file that is still arriving has no record yet, and its name no meaning.
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and "arriving-" not in path.name)


def _add(archive: tarfile.TarFile, path: Path, name: str) -> str:
    with path.open("rb") as file:
        archive.addfile(archive.gettarinfo(arcname=name, fileobj=file), file)
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    header = tarfile.TarInfo(name)
    content = text.encode()
    header.size, header.mode, header.mtime = len(content), 0o600, int(datetime.now(UTC).timestamp())
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        archive.addfile(header, file)


def verify(source: Path) -> Manifest:
    """Read the whole archive and compare every hash, before anything is touched."""
    read: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(source, "r:") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isreg() else None
                if content is None or not _expected(member.name):
                    raise _damaged(source)
                if member.name == MANIFEST:
                    manifest = Manifest(**json.load(content))
                else:
                    read[member.name] = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    except FileNotFoundError as why:
        raise NotAccepted(lazy("There is no file %(file)s."), {"file": source}) from why
    except (tarfile.TarError, TypeError, ValueError) as why:
        raise _damaged(source) from why
    except OSError as why:
        raise explain(why.strerror or str(why), folder=source) from why
    if manifest is None or manifest.sha256 != read or DUMP not in read or manifest.format != FORMAT:
        raise _damaged(source)
    return manifest


def _expected(name: str) -> bool:
    path = PurePosixPath(name)
    if name in {DUMP, MANIFEST}:
        return True
    return path.parts[0] == FILES and len(path.parts) > 1 and ".." not in path.parts and not path.is_absolute()


def _damaged(source: Path) -> NotAccepted:
    return NotAccepted(
        lazy("%(file)s is no whole backup of Isotherm: parts are missing, were changed, or it is something else."),
        {"file": source},
        remedy=lazy("Nothing was changed. Take another backup."),
    )


def restore(source: Path, *, files: Path, databases: Databases, replace: bool) -> Manifest:
    manifest = verify(source)
    owner, application = Client(databases["owner"]), Client(databases["default"])
    alone = application.role == owner.role
    if not alone and manifest.application_role not in {application.role, manifest.owner_role}:
        raise NotAccepted(
            lazy("The backup grants rights to the role %(theirs)s; here the application works as %(ours)s."),
            {"theirs": manifest.application_role, "ours": application.role},
            remedy=lazy("Name a role of that name in DATABASE_URL."),
        )
    holds = _holds_tables(owner)
    if holds and not replace:
        raise NotNow(
            lazy("The database already holds records."),
            remedy=lazy("Back them up first; then say --replace to put the backup in their place."),
        )
    try:
        with tarfile.open(source, "r:") as archive:
            for member in archive:
                if member.name.startswith(f"{FILES}/"):
                    _put(archive, member, files / member.name.removeprefix(f"{FILES}/"), manifest.sha256[member.name])
            _replay(owner, archive, with_rights=not alone, emptied=holds)
    except OSError as why:
        raise explain(why.strerror or str(why), folder=files) from why
    return manifest


def _holds_tables(owner: Client) -> bool:
    with owner.connect() as connection:
        found = connection.execute(
            """
            SELECT EXISTS (
                SELECT FROM pg_class c
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
                  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
            )
            """
        ).fetchone()
        return found == (True,)


def _put(archive: tarfile.TarFile, member: tarfile.TarInfo, place: Path, sha256: str) -> None:
    """Files are added before the records that name them; one that is there and whole stays as it is."""
    with contextlib.suppress(FileNotFoundError), place.open("rb") as there:
        if hashlib.file_digest(there, "sha256").hexdigest() == sha256:
            return
    content = archive.extractfile(member)
    assert content
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = place.with_name(f"arriving-{place.name}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        while piece := content.read(PIECE):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    partial.rename(place)


def _replay(owner: Client, archive: tarfile.TarFile, *, with_rights: bool, emptied: bool) -> None:
    """archive → pg_restore, which makes SQL of it → psql, between our BEGIN and COMMIT."""
    dump = archive.extractfile(DUMP)
    assert dump
    reading = [owner.program("pg_restore"), "--format=custom", "--no-owner", "--file=-"]
    writing = owner.command("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-")
    with (
        tempfile.TemporaryFile() as heard,
        subprocess.Popen(
            reading if with_rights else [*reading, "--no-privileges"],
            env=owner.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=heard,
        ) as reader,
        subprocess.Popen(
            writing, env=owner.environment(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=heard
        ) as writer,
    ):
        assert reader.stdin and reader.stdout and writer.stdin
        feeder = threading.Thread(target=_feed, args=(dump, reader.stdin))
        feeder.start()
        with contextlib.suppress(BrokenPipeError):  # psql stopped at an error: its words follow
            writer.stdin.write(f"BEGIN;{EMPTY_SCHEMA if emptied else ''}\n".encode())
            while piece := reader.stdout.read(PIECE):
                writer.stdin.write(piece)
        reader.stdout.close()  # ends a reader whose writer is gone
        feeder.join()
        if reader.wait() == 0 and writer.poll() is None:
            with contextlib.suppress(BrokenPipeError):
                writer.stdin.write(NEW_EPOCH.encode())
        with contextlib.suppress(BrokenPipeError):
            writer.stdin.close()  # without its COMMIT nothing has happened
        if writer.wait() or reader.returncode:
            raise _given_up(heard)


def _feed(dump: IO[bytes], into: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError), into:
        while piece := dump.read(PIECE):
            into.write(piece)


def _given_up(heard: IO[bytes]) -> Unavailable:
    heard.seek(0)
    words = heard.read().decode(errors="replace")
    if "lock timeout" in words:
        return Unavailable(
            lazy("Others are working in the database: it could not be replaced, and nothing was changed."),
            remedy=lazy("Stop isotherm serve and the workers, then try again."),
        )
    lines = [line for line in words.splitlines() if "error" in line.lower()] or words.splitlines() or ["-"]
    return Unavailable(
        lazy("It was given up and the database was not changed: %(why)s"),
        {"why": lines[0].strip()},
        remedy=lazy("If it is a matter of versions, use the version of PostgreSQL that made the backup."),
    )
