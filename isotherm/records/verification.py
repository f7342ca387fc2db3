"""Is the ledger as it was sealed? Each thing that is not is named: the row, the seal, or the copy outside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.functional import Promise

from isotherm.records import heads
from isotherm.records.heads import Head
from isotherm.records.models import Epoch, Seal
from isotherm.records.seals import FORM, GENESIS, LINES_DIGESTS, head_hash
from isotherm.words import lazy

_ENTRY = 40  # bytes of a line in `digests`: 8 of id, 32 of SHA-256


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` is for programs, the sentence for people. A note is told and does not make the ledger unclean."""

    kind: str
    sentence: str | Promise
    facts: Mapping[str, Any] = field(default_factory=dict)
    line_id: int | None = None
    seal_id: int | None = None
    is_note: bool = False

    def __str__(self) -> str:
        return str(self.sentence) % self.facts


@dataclass(frozen=True, slots=True)
class Verification:
    lines: int
    seals: int
    unsealed: int
    findings: list[Finding]

    @property
    def is_clean(self) -> bool:
        return all(finding.is_note for finding in self.findings)


@dataclass(slots=True)
class _Chain:
    """What walking the seals has shown so far."""

    seals: int = 0
    lines: int = 0
    last: Seal | None = None
    hashes: dict[bytes, int] = field(default_factory=dict)  # hash -> place in the chain
    ids: dict[int, bytes] = field(default_factory=dict)
    is_broken: bool = False


def verify() -> Verification:
    """Check rows against seals, seals against each other and their signatures, and all against the copies outside.

    1. The seals in their order: chain, ranges, signature; and in SQL, the lines of each range against its digests.
    2. Lines that stand where no seal can reach them; the unsealed tail is counted.
    3. The members of mass acts against the digest in their line.
    4. The copies outside: each head must be in the database, unless a signed epoch accounts for the loss.
    """
    chain = _Chain()
    with heads.alone(reading=True), transaction.atomic():
        findings = [*_walk(chain), *_strays(chain), *_members()]
        for path in heads.copies():
            findings.extend(_against_copy(path, chain))
        unsealed = _unsealed(chain)
    return Verification(lines=chain.lines + unsealed, seals=chain.seals, unsealed=unsealed, findings=findings)


# --- the chain ----------------------------------------------------------------------------------------------

_COLUMNS = (
    *("id", "epoch", "from_xid", "to_xid", "lines", "form"),
    *("previous", "hash", "signature", "key_id", "sealed_at"),
)

# The range of each seal is read by the index on (epoch, xid), digested and compared where it lies.
_SEALS = f"""
    SELECT {", ".join(f"s.{column}" for column in _COLUMNS)},
           sha256(s.digests) AS digests_hash, s.digests = found.digests AS is_same, found.lines AS found_lines
    FROM records_seal s CROSS JOIN LATERAL (
        SELECT count(*) AS lines, {LINES_DIGESTS} AS digests
        FROM records_ledgerline l WHERE l.epoch = s.epoch AND l.xid >= s.from_xid AND l.xid < s.to_xid
    ) found
    ORDER BY s.epoch, s.from_xid
"""


def _walk(chain: _Chain) -> Iterator[Finding]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_SEALS)
        while rows := cursor.fetchmany(500):
            for row in rows:
                *columns, digests_hash, is_same, found_lines = row
                seal = Seal(**dict(zip(_COLUMNS, columns, strict=True)))
                yield from _link(chain, seal, bytes(digests_hash))
                if not is_same:
                    yield from _differences(seal)
                chain.seals += 1
                chain.lines += found_lines
                chain.last = seal
                chain.hashes[bytes(seal.hash)] = chain.seals
                chain.ids[seal.pk] = bytes(seal.hash)


def _link(chain: _Chain, seal: Seal, digests_hash: bytes) -> Iterator[Finding]:
    facts = {"seal": seal.pk, "epoch": seal.epoch, "at": seal.sealed_at}
    last = chain.last
    expected = bytes(last.hash) if last else GENESIS
    start = last.to_xid if last and last.epoch == seal.epoch else 0
    if (bytes(seal.previous) != expected or seal.from_xid != start) and not chain.is_broken:
        chain.is_broken = True
        yield Finding(
            "broken_chain",
            lazy("Seal %(seal)s (%(at)s) does not follow the seal before it: the chain is broken here."),
            facts,
            seal_id=seal.pk,
        )
    if seal.form != FORM or head_hash(seal, digests_hash) != bytes(seal.hash):
        yield Finding(
            "changed_seal",
            lazy("Seal %(seal)s (%(at)s) was changed: its content does not give its hash."),
            facts,
            seal_id=seal.pk,
        )
    if not heads.is_signed(heads.SEAL, bytes(seal.hash), key_id=seal.key_id, signature=bytes(seal.signature)):
        yield Finding(
            "bad_signature",
            lazy("Seal %(seal)s (%(at)s) is not signed by a key of this installation."),
            facts,
            seal_id=seal.pk,
        )


def _differences(seal: Seal) -> Iterator[Finding]:
    sealed = _entries(bytes(Seal.objects.values_list("digests", flat=True).get(pk=seal.pk)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {LINES_DIGESTS} FROM records_ledgerline l WHERE l.epoch = %s AND l.xid >= %s AND l.xid < %s",
            [seal.epoch, seal.from_xid, seal.to_xid],
        )
        found = _entries(bytes(cursor.fetchone()[0]))
    for line_id in sorted(sealed.keys() | found.keys()):
        facts = {"line": line_id, "seal": seal.pk, "at": seal.sealed_at}
        if line_id not in found:
            yield Finding(
                "deleted_line",
                lazy("Line %(line)s was deleted, or moved to another transaction, after seal %(seal)s (%(at)s)."),
                facts,
                line_id=line_id,
                seal_id=seal.pk,
            )
        elif line_id not in sealed:
            yield Finding(
                "inserted_line",
                lazy("Line %(line)s was inserted after seal %(seal)s (%(at)s) into its time."),
                facts,
                line_id=line_id,
                seal_id=seal.pk,
            )
        elif sealed[line_id] != found[line_id]:
            yield Finding(
                "changed_line",
                lazy("Line %(line)s was changed after seal %(seal)s (%(at)s)."),
                facts,
                line_id=line_id,
                seal_id=seal.pk,
            )


def _entries(digests: bytes) -> dict[int, bytes]:
    return {
        int.from_bytes(digests[start : start + 8], "big", signed=True): digests[start + 8 : start + _ENTRY]
        for start in range(0, len(digests), _ENTRY)
    }


def _strays(chain: _Chain) -> Iterator[Finding]:
    """Lines of a closed epoch after its last seal, or of an epoch that was never opened."""
    if chain.last is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.id FROM records_ledgerline l "
            "WHERE l.epoch > (SELECT coalesce(max(number), 1) FROM records_epoch) OR l.epoch < 1 OR (l.epoch < %s AND "
            "l.xid >= coalesce((SELECT max(to_xid) FROM records_seal s WHERE s.epoch = l.epoch), 0)) ORDER BY l.id",
            [chain.last.epoch],
        )
        for (line_id,) in cursor.fetchall():
            yield Finding(
                "inserted_line",
                lazy("Line %(line)s stands in an epoch that was closed, or never opened: it was inserted."),
                {"line": line_id},
                line_id=line_id,
            )


def _unsealed(chain: _Chain) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM records_ledgerline WHERE (epoch = %s AND xid >= %s) OR epoch > %s",
            [chain.last.epoch, chain.last.to_xid, chain.last.epoch] if chain.last else [0, 0, 0],
        )
        return int(cursor.fetchone()[0])


# --- members of mass acts -----------------------------------------------------------------------------------


def _members() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT members_at FROM records_ledgerline WHERE members_kind <> ''")
        places = [row[0] for row in cursor.fetchall()]
        for place in sorted({"", *places}):
            yield from _members_of(cursor, place)


def _members_of(cursor: Any, place: str) -> Iterator[Finding]:
    sql = _TOUCHED if place == "" else _kept_in(cursor, place)
    if sql is None:
        yield Finding(
            "members_missing",
            lazy("The members of mass acts should stand in %(place)s, which does not exist."),
            {"place": place},
        )
        return
    cursor.execute(sql, [place])
    for (line_id,) in cursor.fetchall():
        yield Finding(
            "changed_members",
            lazy("The members of line %(line)s are not those it was written with."),
            {"line": line_id},
            line_id=line_id,
        )


_WANTED = "sha256(convert_to(l.members_kind || ':' || coalesce(m.ids, ''), 'UTF8')) IS DISTINCT FROM l.digest"

_TOUCHED = f"""
    SELECT coalesce(l.id, m.line_id) FROM (
        SELECT id, members_kind, digest FROM records_ledgerline WHERE members_kind <> '' AND members_at = %s
    ) l FULL JOIN (
        SELECT line_id, string_agg(record_id::text, ',' ORDER BY record_id) AS ids, min(kind) AS kind,
               min(kind) = max(kind) AS is_one
        FROM records_touched GROUP BY line_id
    ) m ON m.line_id = l.id
    WHERE l.id IS NULL OR NOT coalesce(m.is_one AND m.kind = l.members_kind, true) OR {_WANTED}
    ORDER BY 1
"""


def _kept_in(cursor: Any, place: str) -> str | None:
    """Rows of another room that keep the line's id themselves; the place is a name in the ledger, so it is checked."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*", place):
        return None
    table, column = place.split(".")
    cursor.execute(
        "SELECT count(*) FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = %s AND column_name IN ('id', %s)",
        [table, column],
    )
    if int(cursor.fetchone()[0]) != 2:
        return None
    return f"""
        SELECT l.id FROM (
            SELECT id, members_kind, digest FROM records_ledgerline WHERE members_kind <> '' AND members_at = %s
        ) l LEFT JOIN (
            SELECT "{column}" AS line_id, string_agg(id::text, ',' ORDER BY id) AS ids
            FROM "{table}" WHERE "{column}" IS NOT NULL GROUP BY 1
        ) m ON m.line_id = l.id
        WHERE {_WANTED}
        ORDER BY 1
    """


# --- the copies outside -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Lost:
    """Heads in a row that stand in a copy and not in the database."""

    first: Head
    last: Head
    seals: int
    lines: int

    def add(self, head: Head) -> None:
        self.last, self.seals, self.lines = head, self.seals + 1, self.lines + head.lines


def _against_copy(path: Path, chain: _Chain) -> Iterator[Finding]:
    if not path.exists():
        if chain.seals:
            yield Finding(
                "copy_missing",
                lazy("The copy of the seals %(path)s is gone: a cut tail could not be found."),
                {"path": path},
            )
        return
    reached, lost, epochs = 0, None, set()
    unread: list[_Lost] = []
    for number, head in heads.read(path):
        if head is None or not _is_genuine(head):
            yield Finding(
                "copy_damaged",
                lazy(
                    "Line %(number)s of the copy of the seals %(path)s is damaged or not signed by this installation."
                ),
                {"number": number, "path": path},
            )
            continue
        if head.kind == heads.EPOCH:
            epochs.add(head.epoch)
            # A restore goes on from an older seal; the signed line says so, and what it lost is told, not hidden.
            if head.previous == GENESIS or head.previous in chain.hashes:
                for gone in unread:
                    yield _restored(gone, head)
                unread, lost = [], None
            continue
        place = chain.hashes.get(head.hash)
        if place is None:
            if lost is None:
                lost = _Lost(first=head, last=head, seals=1, lines=head.lines)
                unread.append(lost)
            else:
                lost.add(head)
            continue
        lost = None
        if place > reached + 1:
            yield _not_in_copy(path, place - reached - 1)
        reached = max(reached, place)
    for gone in unread:
        yield _cut(gone, chain)
    if reached < chain.seals:
        yield Finding(
            "copy_behind",
            lazy("The copy of the seals %(path)s lacks the last %(count)s seals; the next seal adds them."),
            {"path": path, "count": chain.seals - reached},
            is_note=True,
        )
    for epoch in Epoch.objects.exclude(number__in=epochs).order_by("number"):
        if chain.seals:
            yield Finding(
                "epoch_not_in_copy",
                lazy("Epoch %(epoch)s (%(why)s) was opened in the database alone; the copy %(path)s does not know it."),
                {"epoch": epoch.number, "why": epoch.why, "path": path},
            )


def _is_genuine(head: Head) -> bool:
    if head.kind == heads.EPOCH:
        expected = heads.epoch_hash(epoch=head.epoch, previous=head.previous, at=head.at, why=head.why)
        if head.hash != expected:
            return False
    return heads.is_signed(head.kind, head.hash, key_id=head.key_id, signature=head.signature)


def _cut(gone: _Lost, chain: _Chain) -> Finding:
    facts = {
        "first": gone.first.seal,
        "last": gone.last.seal,
        "seals": gone.seals,
        "lines": gone.lines,
        "from": datetime.fromisoformat(gone.first.at).astimezone(UTC),
        "until": datetime.fromisoformat(gone.last.at).astimezone(UTC),
    }
    if gone.first.seal in chain.ids:
        return Finding(
            "recomputed_seal",
            lazy(
                "Seals %(first)s to %(last)s (%(from)s to %(until)s) have other hashes in the copy outside: "
                "the database was changed and sealed again."
            ),
            facts,
            seal_id=gone.first.seal,
        )
    return Finding(
        "cut_tail",
        lazy(
            "%(seals)s seals with %(lines)s lines (%(first)s to %(last)s, %(from)s to %(until)s) stand in the copy "
            "outside and not in the database: they were cut off."
        ),
        facts,
        seal_id=gone.first.seal,
    )


def _restored(gone: _Lost, epoch: Head) -> Finding:
    return Finding(
        "lost_by_restore",
        lazy("%(seals)s seals with %(lines)s lines were lost when epoch %(epoch)s was opened (%(why)s)."),
        {"seals": gone.seals, "lines": gone.lines, "epoch": epoch.epoch, "why": epoch.why},
        seal_id=gone.first.seal,
        is_note=True,
    )


def _not_in_copy(path: Path, count: int) -> Finding:
    return Finding(
        "not_in_copy",
        lazy("%(count)s seals of the database are missing in the copy %(path)s."),
        {"count": count, "path": path},
    )
