"""Which seal holds a ledger line, and whether the line still is what that seal holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from isotherm.records.seals import LINE_DIGEST


@dataclass(frozen=True, slots=True)
class Proof:
    line_id: int
    seal_id: int | None  # none: not sealed yet
    seal_hash: str
    sealed_at: datetime | None
    holds: bool  # the line's digest stands in the seal


def proofs(line_ids: Sequence[int]) -> dict[int, Proof]:
    """One statement, whatever the number of lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select l.id, s.id, encode(s.hash, 'hex'), s.sealed_at,
                   coalesce(position(int8send(l.id) || {LINE_DIGEST} in s.digests) > 0, false)
            from records_ledgerline l
            left join records_seal s on s.epoch = l.epoch and s.from_xid <= l.xid and l.xid < s.to_xid
            where l.id = any(%s)
            """,
            [list(line_ids)],
        )
        return {row[0]: Proof(row[0], row[1], row[2] or "", row[3], bool(row[4])) for row in cursor.fetchall()}
