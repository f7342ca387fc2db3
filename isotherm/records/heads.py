"""The signing key, and the copy of the signed heads that lies outside the database.

Whoever owns the database can recompute every hash in it. He cannot sign, and he cannot reach the copy: one JSON line
for each seal and each opened epoch, in the order in which they were made.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from isotherm.refusals import Unavailable
from isotherm.words import lazy

log = logging.getLogger("isotherm.records")
SEAL, EPOCH = "seal", "epoch"


@dataclass(frozen=True, slots=True)
class Head:
    """One line of the copy. For an epoch, `hash` covers the reason and the seal it goes on from (`previous`)."""

    kind: str
    epoch: int
    hash: bytes
    previous: bytes
    at: str
    key_id: str
    signature: bytes
    seal: int = 0
    lines: int = 0
    why: str = ""

    def as_line(self) -> bytes:
        content = {
            "kind": self.kind,
            "seal": self.seal,
            "epoch": self.epoch,
            "lines": self.lines,
            "at": self.at,
            "why": self.why,
            "previous": self.previous.hex(),
            "hash": self.hash.hex(),
            "key": self.key_id,
            "signature": self.signature.hex(),
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Head:
        content: dict[str, Any] = json.loads(line)
        return cls(
            kind=str(content["kind"]),
            seal=int(content["seal"]),
            epoch=int(content["epoch"]),
            lines=int(content["lines"]),
            at=str(content["at"]),
            why=str(content["why"]),
            previous=bytes.fromhex(content["previous"]),
            hash=bytes.fromhex(content["hash"]),
            key_id=str(content["key"]),
            signature=bytes.fromhex(content["signature"]),
        )


def epoch_hash(*, epoch: int, previous: bytes, at: str, why: str) -> bytes:
    return hashlib.sha256(f"isotherm epoch\n{epoch}\n{previous.hex()}\n{at}\n{why}".encode()).digest()


# --- the key ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    private: Ed25519PrivateKey

    def sign(self, kind: str, digest: bytes) -> bytes:
        return self.private.sign(kind.encode() + b":" + digest)


def key() -> Key:
    """This installation's key, made at its first use in a 0600 file; its public half stays under keys/ for ever."""
    path = folder() / "seal.key"
    try:
        if not path.exists():
            _make(path)
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as wrong:
        raise Unavailable(
            lazy("The ledger's key %(path)s cannot be read: %(why)s"), {"path": path, "why": wrong}
        ) from wrong
    if not isinstance(private, Ed25519PrivateKey):
        raise Unavailable(
            lazy("The ledger's key %(path)s cannot be read: %(why)s"), {"path": path, "why": "not Ed25519"}
        )
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key_id = hashlib.sha256(public).hexdigest()[:16]
    shown = folder() / "keys" / f"{key_id}.pub"
    if not shown.exists():
        shown.parent.mkdir(mode=0o700, exist_ok=True)
        shown.write_text(public.hex() + "\n")
    return Key(id=key_id, private=private)


def is_signed(kind: str, digest: bytes, *, key_id: str, signature: bytes) -> bool:
    """Whether one of the keys kept outside the database signed this."""
    if not key_id.isalnum():
        return False
    try:
        _public(folder() / "keys" / f"{key_id}.pub").verify(signature, kind.encode() + b":" + digest)
    except (InvalidSignature, OSError, ValueError):
        return False
    return True


@cache
def _public(path: Path) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(path.read_text().strip()))


def _make(path: Path) -> None:
    """Written whole under another name first: two processes may start at once, and the loser takes the winner's."""
    content = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"seal.key.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


# --- the copy -----------------------------------------------------------------------------------------------


def folder() -> Path:
    path = Path(settings.SEALS_FOLDER)
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as wrong:
        raise Unavailable(
            lazy("The folder of seals %(path)s cannot be written: %(why)s"), {"path": path, "why": wrong.strerror or ""}
        ) from wrong
    return path


def copies() -> list[Path]:
    """The copy, and the second one (on another machine's disk, say) if the installation names a place for it."""
    second = str(getattr(settings, "SEALS_COPY_FOLDER", "") or "")
    return [folder() / "heads.jsonl"] + ([Path(second) / "heads.jsonl"] if second else [])


@contextmanager
def alone(*, reading: bool = False) -> Iterator[None]:
    """One sealer at a time on this machine, and no reader between a seal's commit and its line in the copy."""
    with (folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH if reading else fcntl.LOCK_EX)
        yield


def append(path: Path, heads: Iterable[Head]) -> None:
    lines = b"".join(head.as_line() for head in heads)
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        _drop_torn_end(handle)
        os.write(handle, lines)
        os.fsync(handle)
    finally:
        os.close(handle)


def _drop_torn_end(handle: int) -> None:
    """A power cut may leave half a line; its seal is in the database and is written again."""
    size = os.fstat(handle).st_size
    tail = os.pread(handle, 4096, max(0, size - 4096))
    if tail and not tail.endswith(b"\n"):
        os.ftruncate(handle, size - len(tail) + tail.rfind(b"\n") + 1)


def last(path: Path) -> Head | None:
    """The last whole line; None if there is none or it cannot be read."""
    try:
        with path.open("rb") as content:
            content.seek(max(0, path.stat().st_size - 16384))
            lines = [line for line in content.read().split(b"\n")[:-1] if line]
    except FileNotFoundError:
        return None
    try:
        return Head.from_line(lines[-1]) if lines else None
    except (ValueError, KeyError, TypeError):
        return None


def read(path: Path) -> Iterator[tuple[int, Head | None]]:
    """Each line with its number; None where it is damaged."""
    with path.open("rb") as content:
        for number, line in enumerate(content, start=1):
            try:
                yield number, Head.from_line(line)
            except (ValueError, KeyError, TypeError):
                yield number, None
