"""What is done in a folder of results, so that a run that was cut off goes on where it was.

One line a result, written after the result itself is whole. What was refused is not kept: it is tried again, and of a
paper that must not be here nothing is written down.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from isotherm.refusals import NotNow
from isotherm.words import lazy

NAME = ".isotherm-read.jsonl"


@dataclass(frozen=True, slots=True)
class Done:
    """`way` is all that makes the result what it is, beside the content: form, language, version of the reader."""

    sha256: str
    way: str
    source: str
    target: str
    tasks: int


class Journal:
    def __init__(self, folder: Path, held: IO[str], known: list[Done]) -> None:
        self.folder, self._held = folder, held
        self._by_content: dict[tuple[str, str], list[Done]] = {}
        self._by_target: dict[str, Done] = {}
        for one in known:
            self._know(one)

    def _know(self, done: Done) -> None:
        self._by_content.setdefault((done.sha256, done.way), []).append(done)
        self._by_target[done.target] = done

    def done(self, sha256: str, way: str, source: Path) -> Done | None:
        """The result of this content, if it still lies there as it was written; the file's own before another's."""
        found = [
            one
            for one in self._by_content.get((sha256, way), [])
            if self._by_target[one.target] is one and (self.folder / one.target).is_file()
        ]
        return min(found, key=lambda one: one.source != str(source.resolve()), default=None)

    def is_anothers(self, target: Path, source: Path) -> bool:
        """Something lies under this name that did not come from this file."""
        known = self._by_target.get(str(target))
        if known is not None and known.source == str(source.resolve()):
            return False
        return known is not None or os.path.lexists(self.folder / target)

    def keep(self, target: Path, content: bytes) -> None:
        """The whole file or nothing of it: a run that is cut off leaves no half one."""
        whole = self.folder / target
        whole.parent.mkdir(parents=True, exist_ok=True)
        part = whole.with_name(f".{whole.name[:100]}.part")
        part.write_bytes(content)
        part.replace(whole)

    def write(self, done: Done) -> None:
        self._held.write(json.dumps(asdict(done), ensure_ascii=False) + "\n")
        self._held.flush()
        self._know(done)


@contextmanager
def journal_of(folder: Path) -> Iterator[Journal]:
    """The folder's journal, held by one run at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    with path.open("a+", encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NotNow(
                lazy("Another run is writing its results into %(folder)s."),
                {"folder": folder},
                remedy=lazy("Wait until it ends, or choose another folder."),
            ) from None
        held.seek(0)
        known = [one for line in held for one in _read(line)]
        _end_line(path, held)
        yield Journal(folder, held, known)


def _read(line: str) -> list[Done]:
    """Nothing of a line that was cut off in the middle."""
    try:
        found = json.loads(line)
        return [Done(**{name: found[name] for name in Done.__slots__})]
    except (ValueError, KeyError, TypeError):
        return []


def _end_line(path: Path, held: IO[str]) -> None:
    size = path.stat().st_size
    if size and not path.read_bytes().endswith(b"\n"):
        held.write("\n")
