"""A database of the benchmark's own on the product's server, with schema and country; dropped at the end."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isotherm.settings")


@contextmanager
def stage(name: str = "bench_isotherm") -> Iterator[None]:
    import django

    django.setup()
    import psycopg
    from django.conf import settings
    from django.db import connections

    from isotherm import database
    from isotherm.doors.cli.setup import load_country, prepare_schema

    database.ensure_running()
    owner = connections["owner"].get_connection_params()
    with psycopg.connect(**{**owner, "dbname": "postgres"}, autocommit=True) as server:
        server.execute(f'drop database if exists "{name}"')
        server.execute(f'create database "{name}"')
        for alias in ("default", "owner"):
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name
            settings.DATABASES[alias]["NAME"] = name
        with connections["owner"].cursor() as cursor:
            for extension in ("btree_gist", "pg_trgm", "unaccent"):
                cursor.execute(f"create extension if not exists {extension}")
        prepare_schema(say)
        load_country(say)
        try:
            yield
        finally:
            for alias in ("default", "owner"):
                connections[alias].close()
            time.sleep(0.5)
            server.execute(f'drop database if exists "{name}"')


def say(sentence: str) -> None:
    print(f"# {sentence}", file=sys.stderr, flush=True)


@contextmanager
def clock(into: dict[str, Any], name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    into[name] = into.get(name, 0.0) + time.perf_counter() - began


def machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
