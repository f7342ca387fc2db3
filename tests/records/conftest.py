"""The ledger with real commits: only what has finished is sealed, so these tests are not rolled back but swept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker, Settings

from isotherm.actor import Actor
from isotherm.database import grant
from isotherm.records import ledger
from isotherm.records.models import APPEND_ONLY

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
CLERK = Actor(person_id=7, post_id=70, unit_id=700, name="Clerk")


@pytest.fixture(scope="session")
def granted(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        grant(APPEND_ONLY)


@pytest.fixture
def records(granted: None, transactional_db: None, settings: Settings, tmp_path: Path) -> None:
    assert connections["owner"].settings_dict["NAME"].startswith("test_")
    settings.SEALS_FOLDER = tmp_path / "seals"
    settings.FILES_FOLDER = tmp_path / "files"


@pytest.fixture
def as_owner(records: None) -> Callable[..., Any]:
    """What the owner of the tables can do and the product cannot."""

    def run(sql: str, *values: object) -> Any:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SET session_replication_role = DEFAULT")
            cursor.execute(sql, list(values))
            return cursor.fetchall() if cursor.description else None

    return run


@pytest.fixture
def write(records: None) -> Callable[..., int]:
    def one(verb: str = "assignment.taken_up", **facts: Any) -> int:
        return ledger.write(CLERK, verb, at=NOON, subject_kind="assignment", subject_id=1, facts=facts)

    return one
