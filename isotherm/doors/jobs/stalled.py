"""Jobs whose worker was killed. Procrastinate drops a worker without a heartbeat; its jobs stay `doing` until told."""

from __future__ import annotations

import logging
from datetime import datetime

from asgiref.sync import async_to_sync
from django.utils import timezone
from procrastinate import jobs
from procrastinate.contrib.django import app

log = logging.getLogger("isotherm.jobs")
SILENT_SECONDS = 60


def take_up(now: datetime) -> None:
    """A job of the schedule comes again by itself; any other is queued once more, and its acts have keys."""
    for job in async_to_sync(app.job_manager.get_stalled_jobs)(seconds_since_heartbeat=SILENT_SECONDS):
        if job.id is None:
            continue
        log.warning("Job %s (%s) was left by its worker.", job.id, job.task_name)
        if "timestamp" in job.task_kwargs:
            async_to_sync(app.job_manager.finish_job_by_id_async)(job.id, jobs.Status.FAILED, delete_job=False)
        else:
            async_to_sync(app.job_manager.retry_job_by_id_async)(job.id, retry_at=now)


def forget(until: datetime) -> None:
    hours = int((timezone.now() - until).total_seconds() // 3600)
    async_to_sync(app.job_manager.delete_old_jobs)(hours, include_failed=True, include_cancelled=True)
