"""One file read in a process of its own: whatever happens to it happens to this file alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from isotherm.doors.cli.start import with_django


@dataclass(frozen=True, slots=True)
class Outcome:
    """Either `content` with the number of tasks, or the sentence why not."""

    sha256: str
    content: bytes | None
    tasks: int
    why_not: str = ""


def begin(language: str) -> None:
    """Once in each process; what it needs was read before it was forked (`warm.py`), else it is read now."""
    with_django()
    from django.utils import translation

    translation.activate(language)


def read_one(path: str, form: str, with_model: bool) -> Outcome:
    from isotherm.directives.exchange.forms import FORMS
    from isotherm.directives.reading import read_file
    from isotherm.directives.second_reader.beside import beside
    from isotherm.refusals import Refusal

    content = Path(path).read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        reading = read_file(content, Path(path).name)
        if with_model:
            reading = beside(reading)
    except Refusal as no:
        return Outcome(sha256, None, 0, f"{no} {no.remedy}".strip())
    return Outcome(sha256, FORMS[form].made(reading), len(reading.candidates))
