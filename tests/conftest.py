"""One database for a run, made from a template that holds the schema and the whole country.

The template is kept between runs and made anew when migrations, the country package or its loaders change. The
application's connection is the role that owns nothing, as in production; the alias `owner` owns the tables.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.db import connections

from isotherm import database
from tests.world import World

# Timings never decide a test: a busy machine is no fault of the code.
hypothesis.settings.register_profile("isotherm", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("isotherm")

settings.PASSWORD_HASHERS = ["tests.hashing.OneRound"]

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # What only root can see is no test for an ordinary user: left out and counted, not skipped.
    left = [item for item in items if "as_root" in item.keywords and os.geteuid() != 0]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
    for item in items:
        if "shared" in item.keywords and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason="../shared is not on this machine"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """CI has everything: there a skip is a failure."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("ISOTHERM_NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"


def _fingerprint() -> str:
    seen = hashlib.sha256()
    patterns = (
        "isotherm/*/migrations/*.py",
        "isotherm/units/*.py",
        "isotherm/units/reorganisation/successors.py",
        "isotherm/workdays/*.py",
        "isotherm/accounts/seats.py",
        "isotherm/database/roles.py",
        "isotherm/records/models.py",
        "isotherm/doors/cli/setup.py",
        "countries/vn/*.csv",
        "countries/vn/*.toml",
    )
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            seen.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()[:12]


def _maintenance() -> psycopg.Connection[Any]:
    """The owner's connection to the server, outside the databases that are copied."""
    owner = connections["owner"]
    return psycopg.connect(**{**owner.get_connection_params(), "dbname": "postgres"}, autocommit=True)


def _point_to(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name


def _template(server: psycopg.Connection[Any]) -> str:
    name = f"isotherm_template_{_fingerprint()}"
    server.execute("select pg_advisory_lock(hashtext('isotherm template'))")
    try:
        if server.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            return name
        for (old,) in server.execute(
            "select datname from pg_database where datname like 'isotherm\\_template\\_%%'"
        ).fetchall():
            _drop(server, old)
        making = f"making_{name}"
        _drop(server, making)
        server.execute(f'create database "{making}"')
        _point_to(making)
        with connections["owner"].cursor() as cursor:
            for extension in ("btree_gist", "pg_trgm", "unaccent"):
                cursor.execute(f"create extension if not exists {extension}")
        from isotherm.doors.cli.setup import load_country, prepare_schema

        prepare_schema(lambda _sentence: None)
        load_country(lambda _sentence: None)
        with connections["owner"].cursor() as cursor:
            cursor.execute("analyze")
        connections["default"].close()
        connections["owner"].close()
        server.execute(f'alter database "{making}" rename to "{name}"')
        return name
    finally:
        server.execute("select pg_advisory_unlock(hashtext('isotherm template'))")


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    """Each role ends its own backends that are left in the database; the owner may not end the other's."""
    ending = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
    application = {**connections["default"].get_connection_params(), "dbname": "postgres"}
    with psycopg.connect(**application, autocommit=True) as mine:
        mine.execute(f"{ending} and usename = current_user", [name])
    server.execute(f"{ending} and usename = current_user", [name])
    server.execute(f'drop database if exists "{name}"')


@pytest.fixture(scope="session", autouse=True)
def _folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files and seals of a run never mix with those of the checkout."""
    settings.FILES_FOLDER = tmp_path_factory.mktemp("files")
    settings.SEALS_FOLDER = tmp_path_factory.mktemp("seals")


@pytest.fixture
def own_heads(tmp_path: Path) -> Iterator[None]:
    """Heads of seals outlive a rolled-back test; whoever verifies a ledger brings a folder of its own."""
    before, settings.SEALS_FOLDER = settings.SEALS_FOLDER, tmp_path / "seals"
    yield
    settings.SEALS_FOLDER = before


@pytest.fixture(scope="session")
def template(django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock():
        database.ensure_running(lambda _sentence: None)
        with _maintenance() as server:
            yield _template(server)


@pytest.fixture(scope="session")
def django_db_setup(template: str, django_db_blocker: Any) -> Iterator[None]:
    name = f"test_isotherm_{os.getpid()}"
    with django_db_blocker.unblock(), _maintenance() as server:
        _drop(server, name)
        server.execute(f'create database "{name}" template "{template}"')
        _point_to(name)
        yield
        _point_to("postgres")
        _drop(server, name)


@pytest.fixture
def own_database(django_db_setup: None, template: str, django_db_blocker: Any) -> Iterator[str]:
    """A database of the test's own, for what must really commit: threads, second connections, a server process."""
    before = connections["default"].settings_dict["NAME"]
    name = f"test_own_{os.getpid()}"
    with django_db_blocker.unblock(), _maintenance() as server:
        _drop(server, name)
        server.execute(f'create database "{name}" template "{template}"')
        _point_to(name)
        yield name
        _point_to(before)
        _drop(server, name)


@pytest.fixture
def world(db: None) -> World:
    return World()
