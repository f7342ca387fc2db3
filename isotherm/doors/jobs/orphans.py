"""Bulk tables have no constraint on what they point at (STYLE.md, Reach); their orphans are looked for at night.

Most of them keep plain numbers: a row of a lower floor may name a higher one (the ledger names documents) without
knowing it. What a column points at is told by its name, the same in every room.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import connection, models

log = logging.getLogger("isotherm.jobs")

# column -> table
TARGETS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "unit_id",
            "upper_id",
            "via_id",
            "carrier_id",
            "holder_id",
            "giver_id",
            "given_by_id",
            "confirmer_id",
            "asked_of_id",
            "owing_id",
            "raised_by_id",
            "accepted_by_id",
            "body_id",
            "scope_unit_id",
            "heir_id",
            "gone_id",
            "giver_was",
            "confirmer_was",
            "via_was",
        ),
        "units_unit",
    ),
    **dict.fromkeys(("post_id", "desk_id", "desk_was"), "accounts_post"),
    **dict.fromkeys(("person_id", "leaver_id", "receiver_id"), "accounts_person"),
    "appointment_id": "accounts_appointment",
    "reorganisation_id": "units_reorganisation",
    "document_id": "directives_document",
    "task_id": "directives_task",
    **dict.fromkeys(("assignment_id", "parent_id"), "execution_assignment"),
    **dict.fromkeys(("obstacle_id", "pause_obstacle_id"), "execution_obstacle"),
    **dict.fromkeys(("line_id", "arrived_line_id", "sent_line"), "records_ledgerline"),
}
# What these point at stands beside them, in a column that names the kind.
BY_KIND = frozenset({"subject_id", "record_id"})


@dataclass(frozen=True, slots=True)
class Orphans:
    table: str
    column: str
    target: str
    count: int
    example: int


def find() -> Iterator[Orphans]:
    for table, column, target in references():
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT count(*), min(o."{column}") FROM "{table}" o WHERE o."{column}" IS NOT NULL '
                f'AND NOT EXISTS (SELECT FROM "{target}" t WHERE t.id = o."{column}")'
            )
            count, example = cursor.fetchone()
        if count:
            yield Orphans(table=table, column=column, target=target, count=int(count), example=int(example))


def report(_now: datetime) -> None:
    for orphans in find():
        log.error(
            "%s rows of %s name in %s a row of %s that is not there (%s, for one).",
            orphans.count,
            orphans.table,
            orphans.column,
            orphans.target,
            orphans.example,
        )


def references() -> Iterator[tuple[str, str, str]]:
    """Every unconstrained reference of the rooms: table, column, the table it points at."""
    for model in apps.get_models():
        if not model.__module__.startswith("isotherm."):
            continue
        for field in model._meta.local_fields:
            table, column = model._meta.db_table, str(field.column)
            if isinstance(field, models.ForeignKey):
                if not getattr(field, "db_constraint", True):
                    yield table, column, field.related_model._meta.db_table
            elif isinstance(field, models.BigIntegerField) and column in TARGETS:
                yield table, column, TARGETS[column]
