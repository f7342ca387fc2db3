"""Bulk tables have no constraint on their foreign keys (STYLE.md, Reach); their orphans are looked for at night."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import connection, models

log = logging.getLogger("isotherm.jobs")


@dataclass(frozen=True, slots=True)
class Orphans:
    table: str
    column: str
    target: str
    count: int
    example: int


def find() -> Iterator[Orphans]:
    for table, column, target, target_column in _unguarded():
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT count(*), min(o.id) FROM "{table}" o WHERE o."{column}" IS NOT NULL '
                f'AND NOT EXISTS (SELECT FROM "{target}" t WHERE t."{target_column}" = o."{column}")'
            )
            count, example = cursor.fetchone()
        if count:
            yield Orphans(table=table, column=column, target=target, count=int(count), example=int(example))


def report(_now: datetime) -> None:
    for orphans in find():
        log.error(
            "%s rows of %s (one is %s) name in %s a row of %s that is not there.",
            orphans.count,
            orphans.table,
            orphans.example,
            orphans.column,
            orphans.target,
        )


def _unguarded() -> Iterator[tuple[str, str, str, str]]:
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if not isinstance(field, models.ForeignKey) or model._meta.pk.name != "id":
                continue
            if not getattr(field, "db_constraint", True):
                target = field.related_model._meta
                yield model._meta.db_table, str(field.column), target.db_table, str(field.target_field.column)
