"""The ledger: every act is a line, written in the act's own transaction and never changed.

A set act that writes many lines does so in one statement. Name the columns with `COLUMNS` (the database adds id, epoch,
xid and written_at) and the digest of the members with `members_digest`:

    INSERT INTO records_ledgerline ({COLUMNS})
    SELECT %(at)s, %(person)s, %(post)s, unit_id, '', 'assignment.sent_on', 'task', task_id, task_code, document_id,
           '{{}}'::jsonb, count(*), 'assignment', 'execution_assignment.sent_line',
           {members_digest("assignment", "new.id")}, NULL, false
    FROM new GROUP BY unit_id, task_id, task_code, document_id
    RETURNING id, unit_id, subject_id

Members either keep the line's id in their own row (name it "table.column" in `members_at`) or stand in
`records_touched`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from isotherm.actor import Actor
from isotherm.records.models import LedgerLine, Touched

COLUMNS = (
    "at, person_id, post_id, unit_id, job, verb, subject_kind, subject_id, subject_code, document_id, facts, count, "
    "members_kind, members_at, digest, paper, late_entry"
)
_INSERT = f"INSERT INTO records_ledgerline ({COLUMNS}) VALUES ({', '.join(['%s'] * 17)}) RETURNING id"


@dataclass(frozen=True, slots=True)
class Members:
    """The records of a mass act. `at` is "table.column" if each row keeps the line's id itself."""

    kind: str
    ids: Sequence[int]
    at: str = ""

    def digest(self) -> bytes:
        numbers = ",".join(str(number) for number in sorted(set(self.ids)))
        return hashlib.sha256(f"{self.kind}:{numbers}".encode()).digest()


def members_digest(kind: str, column: str) -> str:
    """The SQL aggregate equal to `Members.digest`, over distinct ids. `kind` and `column` are code, never input."""
    return f"sha256(convert_to('{kind}:' || string_agg({column}::text, ',' ORDER BY {column}), 'UTF8'))"


def write(
    actor: Actor,
    verb: str,
    *,
    at: datetime,
    subject_kind: str = "",
    subject_id: int | None = None,
    subject_code: str = "",
    document_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
    count: int = 1,
    members: Members | None = None,
    paper: str | None = None,
    late_entry: bool = False,
    unit_id: int | None = None,
) -> int:
    """The id of the new line. `unit_id` is the unit whose act it is, the actor's own if not named."""
    if members is not None:
        count = len(set(members.ids))
    values = (
        at,
        actor.person_id,
        actor.post_id,
        unit_id if unit_id is not None else actor.unit_id,
        actor.job,
        verb,
        subject_kind,
        subject_id,
        subject_code,
        document_id,
        as_json({**(facts or {}), **actor.facts}),
        count,
        members.kind if members else "",
        members.at if members else "",
        members.digest() if members else None,
        paper,
        late_entry,
    )
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        line_id = int(cursor.fetchone()[0])
    if members is not None and not members.at:
        touch(line_id, members.kind, members.ids)
    return line_id


def touch(line_id: int, kind: str, ids: Iterable[int]) -> None:
    """Add the members of a line that was written with their digest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_touched (line_id, kind, record_id) SELECT %s, %s, m FROM unnest(%s::bigint[]) m",
            [line_id, kind, sorted(set(ids))],
        )


def history(subject_kind: str, subject_id: int, *, also: Iterable[int] = ()) -> QuerySet[LedgerLine]:
    """The lines about one record, oldest first: its own, those of mass acts that touched it, and `also` (line ids that
    the record keeps in its own row)."""
    touched = Touched.objects.filter(kind=subject_kind, record_id=subject_id).values("line_id")
    return LedgerLine.objects.filter(
        Q(subject_kind=subject_kind, subject_id=subject_id) | Q(id__in=touched) | Q(id__in=list(also))
    ).order_by("id")


def history_of_code(subject_code: str) -> QuerySet[LedgerLine]:
    return LedgerLine.objects.filter(subject_code=subject_code).order_by("id")


def as_json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, default=_plain, ensure_ascii=False, allow_nan=False)


def _plain(value: object) -> Any:
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (Decimal, UUID, Promise)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not a fact that the ledger can keep")
