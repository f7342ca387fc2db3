from __future__ import annotations

import re
import threading
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from isotherm.doors.jobs import orphans, stalled, statistics, worker
from isotherm.doors.jobs.schedule import SCHEDULE, Periodic, _job

pytestmark = pytest.mark.slow

PACKAGE = Path(__file__).resolve().parents[2] / "isotherm"


def queue(sql: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.fetchall() if cursor.description else []


def test_every_job_of_the_repository_stands_in_the_schedule() -> None:
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"^\s*(from|import) procrastinate", path.read_text(), re.MULTILINE)
    }
    assert found == {"doors/jobs/schedule.py", "doors/jobs/stalled.py", "doors/jobs/worker.py"}


def test_every_job_says_when_and_why() -> None:
    assert len({periodic.name for periodic in SCHEDULE}) == len(SCHEDULE)
    assert all(periodic.why and len(periodic.cron.split()) == 5 for periodic in SCHEDULE)


def test_every_job_runs_and_may_run_again(own_database: str) -> None:
    for periodic in (*SCHEDULE, *SCHEDULE):
        periodic.run(timezone.now())


def test_a_table_that_a_mass_act_filled_is_analysed_by_the_products_own_role(own_database: str) -> None:
    queue(
        "insert into tallies_delta (document_id, unit_id, via_id, level, upper_level, duty, outcome, fair, n) "
        "select 1, n, 1, 'commune', 'province', 'done', 'open', false, 1 from generate_series(1, 30000) n"
    )
    queue("select pg_stat_force_next_flush()")
    queue("select pg_stat_clear_snapshot()")
    assert "tallies_delta" in statistics.renew(timezone.now())
    assert queue("select reltuples::int from pg_class where relname = 'tallies_delta'") == [(30000,)]
    queue("select pg_stat_force_next_flush()")
    queue("select pg_stat_clear_snapshot()")
    assert "tallies_delta" not in statistics.renew(timezone.now())


def test_a_job_that_still_runs_elsewhere_is_not_begun_again(own_database: str) -> None:
    ran: list[object] = []
    job = _job(Periodic("probe", "* * * * *", "a test", ran.append))
    parameters = {k: v for k, v in connection.get_connection_params().items() if k not in {"cursor_factory", "context"}}
    with psycopg.connect(**parameters, autocommit=True) as elsewhere:
        elsewhere.execute("SELECT pg_advisory_lock(hashtextextended('isotherm.probe', 0))")
        job(0)
        assert ran == []
        # Closing alone frees it some moment later.
        elsewhere.execute("SELECT pg_advisory_unlock(hashtextextended('isotherm.probe', 0))")
    job(0)
    job(0)
    assert len(ran) == 2


def test_the_worker_does_what_is_queued_and_stops_when_told(own_database: str) -> None:
    queue(
        "INSERT INTO procrastinate_jobs (task_name, queue_name, args) VALUES ('isotherm.fold', 'default', %s)",
        '{"timestamp": 0}',
    )
    stop = threading.Event()
    running = threading.Thread(target=worker.run, args=(stop,))
    running.start()
    try:
        for _ in range(100):
            if not queue(
                "SELECT FROM procrastinate_jobs WHERE task_name = 'isotherm.fold' AND args->>'timestamp' = '0'"
            ):
                break
            time.sleep(0.1)
    finally:
        stop.set()
        running.join(30)
    assert not running.is_alive()
    assert not queue("SELECT FROM procrastinate_jobs WHERE status <> 'succeeded'")


def test_what_a_killed_worker_left_is_ended_if_it_comes_again_and_queued_if_not(own_database: str) -> None:
    for args in ('{"timestamp": 7}', '{"document": 7}'):
        queue(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, args, status) VALUES ('x', 'default', %s, 'doing')",
            args,
        )
    stalled.take_up(timezone.now())
    assert queue("SELECT status::text FROM procrastinate_jobs ORDER BY id") == [("failed",), ("todo",)]


def test_a_row_that_points_at_nothing_is_named(own_database: str) -> None:
    assert list(orphans.find()) == []
    queue("INSERT INTO execution_reportitem (report_id, assignment_id, percent) VALUES (9, 9, 50)")
    assert {(found.table, found.column, found.count) for found in orphans.find()} >= {
        ("execution_reportitem", "report_id", 1)
    }
