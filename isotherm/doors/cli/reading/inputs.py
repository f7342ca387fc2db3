"""The files of a run, and the name of each result: after its file, never another's."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Input:
    """`folder` is where the result goes within the results: the file's place within the folder that was named."""

    path: Path
    folder: Path


def inputs_of(named: Iterable[Path], *, but: Path | None) -> list[Input]:
    """The named files, and all files below the named folders; not hidden ones, not Word's locks, not the results."""
    found: dict[Path, Input] = {}
    for one in named:
        if one.is_dir():
            for path in sorted(one.rglob("*")):
                inside = path.relative_to(one)
                if _is_document(path, inside) and not (but is not None and path.resolve().is_relative_to(but)):
                    found.setdefault(path.resolve(), Input(path, inside.parent))
        else:
            found.setdefault(one.resolve(), Input(one, Path()))
    return list(found.values())


def _is_document(path: Path, inside: Path) -> bool:
    hidden = any(part.startswith((".", "~$")) for part in inside.parts)
    return not hidden and path.is_file()


def names_of(inputs: Sequence[Input], ending: str, *, is_anothers: Callable[[Path, Path], bool]) -> dict[Path, Path]:
    """Each file's result, within the results' folder: `x.json`; where two files are called x, `x.docx.json`; and where
    even that is taken, with a mark of the file's own place. `is_anothers(target, source)` knows what lies there."""
    plain = {one.path: one.folder / f"{one.path.stem}.{ending}" for one in inputs}
    longer = {one.path: one.folder / f"{one.path.name}.{ending}" for one in inputs}
    marked = {one.path: one.folder / f"{one.path.stem}-{_mark(one.path)}.{ending}" for one in inputs}
    names = plain
    for further in (longer, marked):
        seen = Counter(map(_alike, names.values()))
        names = {
            path: further[path] if seen[_alike(target)] > 1 or is_anothers(target, path) else target
            for path, target in names.items()
        }
    return names


def _alike(target: Path) -> str:
    """Some disks tell neither A from a nor one writing of ế from the other."""
    return unicodedata.normalize("NFC", str(target)).casefold()


def _mark(path: Path) -> str:
    return hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:12]
