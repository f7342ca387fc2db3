"""A run over many files: on all processors, each file within its time, results whole or not there, and a summary."""

from __future__ import annotations

import hashlib
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from pebble import ProcessExpired, ProcessPool

from isotherm import directives
from isotherm.directives.exchange.forms import FORMS
from isotherm.doors.cli.reading import worker
from isotherm.doors.cli.reading.inputs import Input, names_of
from isotherm.doors.cli.reading.journal import Done, Journal, journal_of
from isotherm.words import _, ngettext

_PICTURED = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"})
_SECONDS_A_PAGE = 30.0
_AHEAD = 3  # files handed to each process: enough never to wait, few enough to be forgotten on Ctrl-C


@dataclass(frozen=True, slots=True)
class Way:
    """How the files are read."""

    form: str
    language: str
    seconds: float
    workers: int
    again: bool = False
    with_model: bool = False

    @property
    def name(self) -> str:
        """What makes a result what it is, beside the content: another reader reads again."""
        model = f" {settings.READER_URL} {settings.READER_MODEL}" if self.with_model else ""
        return f"{self.form} {self.language} {_reader()}{model}"


@cache
def _reader() -> str:
    """A mark of the reader's program and of its phrase tables."""
    seen = hashlib.sha256()
    program = Path(directives.__file__).parent
    for path in sorted([*program.rglob("*.py"), *(settings.COUNTRY_FOLDER / "phrases").glob("*.csv")]):
        seen.update(path.name.encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()[:16]


@dataclass(slots=True)
class Summary:
    read: int = 0
    tasks: int = 0
    skipped: int = 0
    skipped_tasks: int = 0
    refused: list[tuple[Path, str]] = field(default_factory=list)
    interrupted: bool = False
    left: int = 0
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        return 130 if self.interrupted else 3 if self.refused else 0


def run(inputs: Sequence[Input], out: Path, way: Way) -> Summary:
    """Read what is not done yet into `out`."""
    summary, began = Summary(), time.monotonic()
    with journal_of(out) as journal, _progress(len(inputs)) as tell:
        try:
            waiting = [one for one in inputs if not _is_done(one, journal, way, summary, tell)]
            _read_all(waiting, journal, way, summary, tell)
        except KeyboardInterrupt:
            summary.interrupted = True
    summary.left = len(inputs) - summary.read - summary.skipped - len(summary.refused)
    summary.seconds = time.monotonic() - began
    return summary


def _is_done(one: Input, journal: Journal, way: Way, summary: Summary, tell: Tell) -> bool:
    """By its content: a file that was moved or renamed is not read again."""
    if way.again or not one.path.is_file():
        return False
    try:
        with one.path.open("rb") as opened:
            known = journal.done(hashlib.file_digest(opened, "sha256").hexdigest(), way.name, one.path)
    except OSError:
        return False  # the reading itself says why
    if known is None:
        return False
    summary.skipped += 1
    summary.skipped_tasks += known.tasks
    tell(one.path, _("done already: %(target)s") % {"target": known.target})
    return True


def _read_all(waiting: list[Input], journal: Journal, way: Way, summary: Summary, tell: Tell) -> None:
    if not waiting:
        return
    names = names_of(waiting, FORMS[way.form].ending, is_anothers=journal.is_anothers)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["isotherm.doors.cli.reading.warm"])
    workers = min(way.workers, len(waiting))
    pool: Any = ProcessPool(max_workers=workers, initializer=worker.begin, initargs=[way.language], context=context)
    coming = iter(waiting)
    running: dict[Future[Any], Input] = {}
    try:
        while True:
            while len(running) < workers * _AHEAD and (one := next(coming, None)) is not None:
                asked = [str(one.path), way.form, way.with_model]
                running[pool.schedule(worker.read_one, asked, timeout=seconds_for(one.path, way.seconds))] = one
            if not running:
                break
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                one = running.pop(done)
                _take(one, done, names[one.path], journal, way, summary, tell)
    finally:
        pool.stop()
        pool.join()


def seconds_for(path: Path, seconds: float) -> float:
    """The most for a file; pages that may be pictures are given their own time on top."""
    from isotherm.directives.reading import pages_of_pictures

    if path.suffix.lower() not in _PICTURED or not path.is_file():
        return seconds
    return seconds + _SECONDS_A_PAGE * pages_of_pictures(path.read_bytes())


def _take(
    one: Input, done: Future[Any], target: Path, journal: Journal, way: Way, summary: Summary, tell: Tell
) -> None:
    outcome = _outcome(done, way)
    if isinstance(outcome, str) or outcome.content is None:
        why = outcome if isinstance(outcome, str) else outcome.why_not
        summary.refused.append((one.path, why))
        tell(one.path, why)
        return
    journal.keep(target, outcome.content)
    journal.write(Done(outcome.sha256, way.name, str(one.path.resolve()), str(target), outcome.tasks))
    summary.read += 1
    summary.tasks += outcome.tasks
    count = ngettext("%(count)s task", "%(count)s tasks", outcome.tasks) % {"count": outcome.tasks}
    tell(one.path, f"{count} → {journal.folder / target}")


def _outcome(done: Future[Any], way: Way) -> worker.Outcome | str:
    """What came back, or the sentence why nothing did. The reader's own faults are named as such."""
    try:
        outcome: worker.Outcome = done.result()
        return outcome
    except TimeoutError:
        return _("It took longer than %(seconds)s seconds. Give it more with --seconds.") % {"seconds": way.seconds}
    except ProcessExpired as died:
        return _("The process that read it died (code %(code)s).") % {"code": died.exitcode}
    except OSError as wrong:
        return _("The file cannot be opened: %(why)s") % {"why": wrong.strerror or type(wrong).__name__}
    except Exception as wrong:  # one file never stops the others; the summary and the exit code tell
        return _("The program failed on it (%(error)s). Please report it to the project.") % {
            "error": type(wrong).__name__
        }


class Tell:
    """One line a file, or the bar's next step."""

    def __init__(self, total: int, bar: Any = None) -> None:
        self.total, self.bar, self.count, self.began = total, bar, 0, time.monotonic()

    def __call__(self, path: Path, what: str) -> None:
        self.count += 1
        if self.bar is None:
            click.echo(f"{self.count}/{self.total} {path}: {what}", err=True)
        else:
            self.bar.update(1, f"{self.count / max(time.monotonic() - self.began, 0.001):.1f}/s")


@contextmanager
def _progress(total: int) -> Iterator[Tell]:
    """A bar with count, rate and remaining time where somebody watches, plain lines where not."""
    if not sys.stderr.isatty() or total < 2:
        yield Tell(total)
        return
    bar = click.progressbar(length=total, file=sys.stderr, show_pos=True, item_show_func=lambda rate: rate or "")
    with bar:
        yield Tell(total, bar)


def say(summary: Summary) -> None:
    """The end of the run, for a person; the refused by name, equal reasons once."""
    counted = ngettext("%(count)s task", "%(count)s tasks", summary.tasks) % {"count": summary.tasks}
    rate = summary.read / summary.seconds if summary.seconds else 0
    lines = [
        ngettext("%(count)s document read", "%(count)s documents read", summary.read) % {"count": summary.read}
        + f": {counted} ({rate:.1f}/s)."
    ]
    if summary.skipped:
        words = ngettext(
            "%(count)s was done already: %(tasks)s tasks.",
            "%(count)s were done already: %(tasks)s tasks.",
            summary.skipped,
        )
        lines.append(words % {"count": summary.skipped, "tasks": summary.skipped_tasks})
    reasons: dict[str, list[Path]] = {}
    for path, why in summary.refused:
        reasons.setdefault(why, []).append(path)
    if reasons:
        lines.append(
            ngettext("%(count)s refused:", "%(count)s refused:", len(summary.refused)) % {"count": len(summary.refused)}
        )
    for why, paths in sorted(reasons.items(), key=lambda one: -len(one[1])):
        lines.append(f"- {len(paths)} × {why}")
        lines.extend(f"    {path}" for path in paths[:20])
        if len(paths) > 20:
            lines.append("    " + _("and %(count)s more") % {"count": len(paths) - 20})
    if summary.interrupted:
        words = _("Stopped: %(count)s not read. The same command goes on from here.")
        lines.append(words % {"count": summary.left})
    click.echo("\n".join(lines), err=True)
