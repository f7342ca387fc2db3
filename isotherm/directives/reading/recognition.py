"""
Tesseract, asked for the words of a picture with their places and how sure it is of each. The picture goes to it through
a pipe, so that nothing of it touches the disk.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass
from functools import cache

from PIL import Image

from isotherm.directives.reading.encodings import tidy
from isotherm.refusals import NotAccepted
from isotherm.words import lazy

SECONDS_A_PAGE = 180  # a page takes two to five of them on a machine that has nothing else to do
MOST_WORDS = 12_000


@dataclass(slots=True)
class Word:
    """Edges in points of the picture, from its upper left corner. `sure`: 0 to 100."""

    words: str
    left: int
    upper: int
    right: int
    lower: int
    sure: float
    line: tuple[int, int, int]


def tesseract() -> str | None:
    """The program, if it is there and knows Vietnamese."""
    return _program() if "vie" in languages() else None


def _program() -> str | None:
    return shutil.which("tesseract")


@cache
def languages() -> frozenset[str]:
    program = _program()
    if program is None:
        return frozenset()
    try:
        listed = subprocess.run([program, "--list-langs"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset(listed.stdout.decode("utf-8", errors="replace").split())


def require_tesseract() -> None:
    if tesseract() is None:
        raise NotAccepted(
            lazy(
                "This is a scan, and this machine has no text recognition for Vietnamese "
                "(Tesseract), so it cannot be checked for secrecy marks."
            ),
            remedy=lazy("Hand in the .docx or the signed .pdf with text, or have Tesseract with Vietnamese installed."),
        )


def text_in(picture: Image.Image, *, layout: int = 3) -> str:
    """The words of a picture as lines. `layout`: what Tesseract is told of its arrangement (--psm)."""
    return tidy(_ask(picture, layout, "vie", 200, "txt"))


def words_in(picture: Image.Image, *, layout: int, language: str = "vie", dpi: float = 200) -> list[Word]:
    found: list[Word] = []
    for row in _ask(picture, layout, language, dpi, "tsv").split("\n")[1:]:
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
            continue
        block, paragraph, line, left, upper, wide, tall = (
            int(cells[at]) for at in (2, 3, 4, 6, 7, 8, 9)
        )  # fmt: skip
        # Tesseract often reads Đ twice, the second time as the Icelandic letter, which Vietnamese does not have.
        words = unicodedata.normalize("NFC", cells[11].strip()).replace("ĐÐ", "Đ").replace("Ð", "Đ")
        place = (block, paragraph, line)
        found.append(Word(words, left, upper, left + wide, upper + tall, float(cells[10]), place))
        if len(found) >= MOST_WORDS:
            break
    return found


def quarter_of(picture: Image.Image) -> int:
    """By how many degrees, in quarters, the page is to be turned against the clock; 0 where nobody can tell."""
    if "osd" not in languages():
        return 0
    told = _run(picture, 0, "osd", 200, ())
    facts = dict(line.split(": ", 1) for line in (told or "").split("\n") if ": " in line)
    try:
        return (360 - int(facts["Rotate"])) % 360 if float(facts["Orientation confidence"]) >= 2 else 0
    except (KeyError, ValueError):
        return 0


def _ask(picture: Image.Image, layout: int, language: str, dpi: float, form: str) -> str:
    told = _run(picture, layout, language, dpi, (form,))
    if told is None:
        raise NotAccepted(
            lazy("The scan could not be read, so it cannot be checked for secrecy marks."),
            remedy=lazy(
                "Scan it again, upright and at 200 to 300 dots an inch, or hand in the .docx or .pdf with text."
            ),
        )
    return told


def _run(picture: Image.Image, layout: int, language: str, dpi: float, form: tuple[str, ...]) -> str | None:
    program = tesseract()
    if program is None:
        return None
    buffer = io.BytesIO()
    picture.convert("L").save(buffer, "PNG", compress_level=1)
    asked = [program, "stdin", "stdout", "-l", language, "--psm", str(layout), "--dpi", str(round(dpi))]
    try:
        done = subprocess.run(
            [*asked, *form],
            input=buffer.getvalue(),
            capture_output=True,
            timeout=SECONDS_A_PAGE,
            check=False,
            # One thread a page: pages are read side by side. Neither settings nor secrets are handed on.
            env={**{name: os.environ[name] for name in _HANDED_ON if name in os.environ}, "OMP_THREAD_LIMIT": "1"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else None


_HANDED_ON = ("PATH", "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "SYSTEMROOT", "TMPDIR")
