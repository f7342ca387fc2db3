"""What runs by itself, and when. Every job of the product stands in this file (a test reads the repository for others).

Times are UTC: 20:00 is three in the morning in Ha Noi.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

import isotherm.records.openings
from isotherm.analysis import refresh
from isotherm.directives.acts import scanning, second_reading
from isotherm.doors.jobs import orphans, stalled, statistics
from isotherm.execution import inherit, reorganise
from isotherm.execution.acts import hand_over as handing
from isotherm.records import files, seals
from isotherm.tallies import fold
from isotherm.units.models import Unit

log = logging.getLogger("isotherm.jobs")
KEEP_DONE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Periodic:
    """`run` takes the moment. It may be cut off anywhere and is then simply run again at its next time."""

    name: str
    cron: str
    why: str
    run: Callable[[datetime], object]

    @property
    def task_name(self) -> str:
        return f"isotherm.{self.name}"


SCHEDULE = (
    Periodic("seal", "* * * * *", "the ledger's finished lines are sealed", seals.seal),
    Periodic("fold", "* * * * *", "the acts' deltas are added into the counter cells", lambda _now: fold.fold()),
    Periodic("refresh", "* * * * *", "break points of directives that changed are found anew", refresh.refresh_changed),
    Periodic(
        "second_reader", "* * * * *", "texts that wait for the language model are read on", second_reading.read_waiting
    ),
    Periodic("scans", "* * * * *", "scans that were handed in are recognised, page by page", scanning.read_waiting),
    Periodic(
        "reorganise",
        "* * * * *",
        "signed reorganisations are carried out on their day, and what was cut off goes on",
        reorganise.carry_out_due,
    ),
    Periodic("stalled", "*/2 * * * *", "what a killed worker left half done is taken up again", stalled.take_up),
    Periodic("orphans", "5 20 * * *", "rows of bulk tables that point at nothing are named", orphans.report),
    Periodic(
        "left_behind",
        "15 20 * * *",
        "open duties that still name a body that ended are named",
        lambda _now: _report_left_behind(),
    ),
    Periodic(
        "hand_overs",
        "10 * * * *",
        "minutes are opened for posts whose holders' time ends by itself, or was ended by a directory",
        handing.open_due,
    ),
    Periodic("statistics", "* * * * *", "the planner learns of tables that a mass act has filled", statistics.renew),
    Periodic(
        "files", "35 20 * * *", "kept files whose content is gone are named", lambda _now: _report_missing_files()
    ),
    Periodic("openings", "45 20 * * *", "who opened what long ago is forgotten", isotherm.records.openings.forget),
    Periodic(
        "old_jobs", "50 20 * * *", "jobs done a week ago are forgotten", lambda now: stalled.forget(now - KEEP_DONE)
    ),
)


def register(app: App) -> None:
    """Make each a task of this app. Of one job never two wait: what the first finds is all there is to do."""
    for periodic in SCHEDULE:
        task = app.task(name=periodic.task_name, queueing_lock=periodic.task_name)(_job(periodic))
        app.periodic(cron=periodic.cron)(task)


def soon(name: str) -> None:
    """Run this job now rather than at its next time. One that waits already finds all there is to do."""
    task = f"isotherm.{name}"
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(task, queueing_lock=task).defer(timestamp=int(timezone.now().timestamp()))


def _job(periodic: Periodic) -> Callable[[int], None]:
    def run(timestamp: int) -> None:
        with _alone(periodic.task_name) as is_first:
            if is_first:
                periodic.run(timezone.now())

    return run


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Never two at once, also over several machines. The lock is the connection's: it dies with a killed worker, where
    the queue's own lock would be held by the dead for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        is_first = bool(cursor.fetchone()[0])
    try:
        yield is_first
    finally:
        if is_first:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _report_left_behind() -> None:
    left = inherit.left_behind()
    codes = dict(Unit.objects.filter(pk__in={one for row in left for one in (row.unit_id, row.heir_id)})
                 .values_list("id", "code"))  # fmt: skip
    for row in left:
        log.error(
            "%s open duties still name %s, which ended without a reorganisation carried out here; %s answers for it.",
            row.duties,
            codes[row.unit_id],
            codes[row.heir_id],
        )


def _report_missing_files() -> None:
    for sha256 in files.missing():
        log.error("The content of the kept file %s is gone or has another size.", sha256)
