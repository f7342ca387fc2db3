"""The ledger with real commits: only what has finished is sealed, so these tests are not rolled back but swept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker, Settings

from isotherm.actor import Actor
from isotherm.records import ledger
from isotherm.records.models import APPEND_ONLY

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
CLERK = Actor(person_id=7, post_id=70, unit_id=700, name="Clerk")


@pytest.fixture(scope="module")
def own_records(django_db_setup: None, template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One database for a file of tests, swept between them: far quicker than a new one for each."""
    owner = connections["owner"]
    before, name = owner.settings_dict["NAME"], f"test_records_{os.getpid()}"
    with (
        django_db_blocker.unblock(),
        psycopg.connect(**{**owner.get_connection_params(), "dbname": "postgres"}, autocommit=True) as server,
    ):
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        _point_to(name)
        yield
        _point_to(before)
        # Without FORCE: a vacuum of the server's own gives way to a plain DROP, and only a superuser may end it.
        server.execute(f'DROP DATABASE "{name}"')


def _point_to(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture
def records(
    own_records: None, django_db_blocker: DjangoDbBlocker, settings: Settings, tmp_path: Path
) -> Iterator[None]:
    settings.SEALS_FOLDER = tmp_path / "seals"
    settings.FILES_FOLDER = tmp_path / "files"
    with django_db_blocker.unblock():
        assert connections["owner"].settings_dict["NAME"].startswith("test_")
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(APPEND_ONLY)}")
        yield


@pytest.fixture
def as_owner(records: None) -> Callable[..., Any]:
    """What the owner of the tables can do and the product cannot."""

    def run(sql: str, *values: object) -> Any:
        with connections["owner"].cursor() as cursor:
            cursor.execute(sql, list(values))
            return cursor.fetchall() if cursor.description else None

    return run


@pytest.fixture
def write(records: None) -> Callable[..., int]:
    def one(verb: str = "assignment.taken_up", **facts: Any) -> int:
        return ledger.write(CLERK, verb, at=NOON, subject_kind="assignment", subject_id=1, facts=facts)

    return one
