"""
PDFs are read by PDFium in a process of its own (`pdfium_process.py`): memory and time have limits there, and a file
that breaks the reader breaks that process and nothing else. It is kept for the next file and serves one at a time.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

SECONDS_TO_OPEN = 30.0
SECONDS_FOR_A_PAGE = 20.0
SECONDS_AT_LEAST = 60.0
SECONDS_A_PAGE_ON_AVERAGE = 1.0
SECONDS_FOR_A_PICTURE = 20.0
LARGEST_ANSWER = 256 * 1024 * 1024
MOST_FILES = 200
_SCRIPT = Path(__file__).with_name("pdfium_process.py")
_PIECE = 1024 * 1024


class Unreadable(Exception):
    """`why`: password, damaged, or exhausted (memory, time, or the end of the process)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class PageAsDrawn:
    """
    A page's text sign by sign, four edges (left, low, right, high) for each sign that is no blank, lines as (place,
    begin, end), notes, the share of it under pictures, and whether it is drawn in curves.
    """

    text: str
    boxes: array[float]
    lying: list[tuple[float, float, float]]
    standing: list[tuple[float, float, float]]
    notes: list[str]
    pictures: float
    curves: bool


class Document:
    def __init__(self, process: _Process, count: int) -> None:
        self._process = process
        self.count = count
        self._until = time.monotonic() + SECONDS_AT_LEAST + count * SECONDS_A_PAGE_ON_AVERAGE

    def _within(self, seconds: float) -> float:
        return min(seconds, self._until - time.monotonic())

    def page(self, number: int) -> PageAsDrawn:
        answer = self._process.ask(b"N", struct.pack(">I", number), within=self._within(SECONDS_FOR_A_PAGE))
        line, _end, drawn = answer.partition(b"\n")
        told = json.loads(line)
        boxes: array[float] = array("f")
        boxes.frombytes(drawn[: told["boxes"] * 16])
        return PageAsDrawn(
            text=str(told["text"]),
            boxes=boxes,
            lying=[(float(at), float(begin), float(end)) for at, begin, end in told["lying"]],
            standing=[(float(at), float(begin), float(end)) for at, begin, end in told["standing"]],
            notes=[str(note) for note in told["notes"]],
            pictures=float(told["pictures"]),
            curves=bool(told["curves"]),
        )

    def picture(self, number: int, *, dpi: int) -> Image.Image:
        answer = self._process.ask(b"P", struct.pack(">II", number, dpi), within=SECONDS_FOR_A_PICTURE)
        width, height, row = struct.unpack(">III", answer[:12])
        return Image.frombytes("RGB", (width, height), answer[12:], "raw", "BGRX", row)


class _Process:
    def __init__(self) -> None:
        self.files = 0
        self.busy = False
        self.running = subprocess.Popen(
            [sys.executable, "-I", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Neither settings nor secrets: what reads strangers' files knows none.
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            cwd="/",
            close_fds=True,
        )

    def ask(self, kind: bytes, content: bytes, *, within: float) -> bytes:
        until = time.monotonic() + within
        self.busy = True
        try:
            self._send(kind + struct.pack(">Q", len(content)), until)
            self._send(content, until)
            head = self._take(9, until)
            size = struct.unpack(">Q", head[1:])[0]
            if size > LARGEST_ANSWER:
                raise Unreadable("exhausted")
            answer = self._take(size, until)
        except (OSError, EOFError, TimeoutError):
            raise Unreadable("exhausted") from None
        self.busy = False
        if head[:1] == b"E":
            why = answer.decode("ascii", "replace")
            raise Unreadable(why if why in {"password", "damaged"} else "exhausted")
        return answer

    def end(self) -> None:
        self.running.kill()
        self.running.wait()
        for pipe in (self.running.stdin, self.running.stdout):
            if pipe is not None:
                pipe.close()

    def _send(self, content: bytes, until: float) -> None:
        assert self.running.stdin is not None
        there = self.running.stdin.fileno()
        rest = memoryview(content)
        os.set_blocking(there, False)
        while rest:
            if not select.select([], [there], [], max(0.0, until - time.monotonic()))[1]:
                raise TimeoutError
            rest = rest[os.write(there, rest[:_PIECE]) :]

    def _take(self, size: int, until: float) -> bytes:
        assert self.running.stdout is not None
        here = self.running.stdout.fileno()
        pieces, left = [], size
        while left:
            if not select.select([here], [], [], max(0.0, until - time.monotonic()))[0]:
                raise TimeoutError
            piece = os.read(here, min(left, _PIECE))
            if not piece:
                raise EOFError
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)


_one_at_a_time = threading.Lock()
_kept: _Process | None = None


@contextmanager
def opened(content: bytes) -> Iterator[Document]:
    """The PDF while it is read. Other threads wait: PDFium does one thing at a time."""
    with _one_at_a_time:
        process = _ready()
        try:
            answer = process.ask(b"O", content, within=SECONDS_TO_OPEN)
            yield Document(process, struct.unpack(">I", answer)[0])
        finally:
            if process.busy:
                # It never answered, or nobody waited for its answer.
                _forget()


def _ready() -> _Process:
    """The process that is kept, or a new one: at first, after many files, when it ended."""
    global _kept
    old = _kept
    if old is not None and (old.files >= MOST_FILES or old.running.poll() is not None):
        _forget()
        old = None
    if old is None:
        _kept = old = _Process()
    old.files += 1
    return old


def _forget() -> None:
    global _kept
    process, _kept = _kept, None
    if process is not None:
        process.end()


def _after_fork() -> None:
    """The process is the parent's, who goes on using it."""
    global _one_at_a_time, _kept
    _one_at_a_time, _kept = threading.Lock(), None


atexit.register(_forget)
os.register_at_fork(after_in_child=_after_fork)
