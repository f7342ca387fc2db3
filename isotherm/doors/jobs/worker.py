"""The worker: takes jobs from the queue in PostgreSQL until it is told to stop; `isotherm serve` runs it."""

from __future__ import annotations

import asyncio
import logging
from threading import Event

import psycopg
from procrastinate.contrib.django import DjangoApp
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from isotherm.doors.jobs import schedule

log = logging.getLogger("isotherm.jobs")
AGAIN_SECONDS = 3.0
GRACE_SECONDS = 20.0


def run(stop: Event) -> None:
    """Until `stop` is set. A database that went away is waited for: the queue in it is the only state."""
    while not stop.is_set():
        try:
            asyncio.run(_work(stop))
        except (psycopg.Error, ConnectorException, OSError) as wrong:
            log.warning("The worker lost the database (%s) and tries again.", wrong)
        stop.wait(AGAIN_SECONDS)


async def _work(stop: Event) -> None:
    # An app of its own: the pages in this process keep handing in jobs within their own transactions.
    own = DjangoApp(connector=DjangoConnector().get_worker_connector())
    schedule.register(own)
    async with own.open_async():
        working = asyncio.create_task(
            own.run_worker_async(
                concurrency=2,
                delete_jobs="successful",
                install_signal_handlers=False,
                shutdown_graceful_timeout=GRACE_SECONDS,
            )
        )
        while not stop.is_set() and not working.done():
            await asyncio.wait({working}, timeout=0.3)
        if not working.done():
            working.cancel()
        try:
            await working
        except asyncio.CancelledError:
            log.info("The worker stopped.")
