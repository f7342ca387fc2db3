"""Seals: each minute the lines of all finished transactions are digested, chained, signed, and the head copied outside.

The SQL that digests a line is sent from here and not kept as a function in the database, where its owner could change
what it answers.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection, connections, transaction
from django.db.models import Max, Q

from isotherm.records import heads
from isotherm.records.heads import Head
from isotherm.records.models import Epoch, LedgerLine, Seal
from isotherm.refusals import Unavailable
from isotherm.words import lazy

FORM = 1
GENESIS = bytes(32)
# Without an act the chain still says once an hour that it is whole, so that nothing can be slipped into a quiet night.
EMPTY_AFTER = timedelta(hours=1)


def _text(column: str) -> str:
    return f"coalesce(octet_length({column}) || ':' || {column}, '-')"


def _plain(column: str) -> str:
    return f"coalesce({column}::text, '-')"


def _moment(column: str) -> str:
    return f"(extract(epoch FROM {column}) * 1000000)::bigint"


# Form 1 of a line: its columns joined by '|', texts with their length in bytes before them, '-' for null, moments in
# microseconds since 1970, facts as PostgreSQL prints jsonb. A column added later makes form 2.
LINE_DIGEST = "sha256(convert_to(concat_ws('|', {}), 'UTF8'))".format(
    ", ".join(
        [
            "l.id",
            "l.epoch",
            "l.xid",
            _moment("l.written_at"),
            _moment("l.at"),
            _plain("l.person_id"),
            _plain("l.post_id"),
            _plain("l.unit_id"),
            _text("l.job"),
            _text("l.verb"),
            _text("l.subject_kind"),
            _plain("l.subject_id"),
            _text("l.subject_code"),
            _plain("l.document_id"),
            _text("l.facts::text"),
            "l.count",
            _text("l.members_kind"),
            _text("l.members_at"),
            _text("encode(l.digest, 'hex')"),
            _text("l.paper"),
            "l.late_entry",
        ]
    )
)
LINES_DIGESTS = f"coalesce(string_agg(int8send(l.id) || {LINE_DIGEST}, ''::bytea ORDER BY l.id), ''::bytea)"


def seal(now: datetime) -> Seal | None:
    """Seal what has finished since the last seal; None if nothing has and the last is young.

    1. What an older epoch left unsealed is sealed first, and that epoch is closed.
    2. The lines from the last seal to the oldest transaction still open are digested, in one seal. A transaction that
       is open now keeps its line, and all begun after it, for a later seal: none is passed over.
    3. After the commit the head goes to the copy outside, with any that a crash kept from it.
    """
    with heads.alone():
        with _copying():
            _begin_copies(now)
        with transaction.atomic():
            made = _seal_epochs(now)
        for path in heads.copies():
            with _copying():
                _bring_up_to_date(path, made)
    return made[-1] if made else None


@contextmanager
def _copying() -> Iterator[None]:
    """A copy out of reach does not stop the sealing; it catches up at the next seal, until then `verify` says so."""
    try:
        yield
    except OSError as wrong:
        heads.log.error("A copy of the seals cannot be written: %s", wrong)


def _seal_epochs(now: datetime) -> list[Seal]:
    with connection.cursor() as cursor:
        # A second machine on the same database waits here.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('isotherm seal', 0))")
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        finished = int(cursor.fetchone()[0])
    current = _current_epoch()
    made: list[Seal] = []
    for epoch in range(1, current + 1):
        previous = Seal.objects.order_by("-epoch", "-from_xid").defer("digests").first()
        if previous is not None and previous.epoch > epoch:
            continue
        from_xid = previous.to_xid if previous is not None and previous.epoch == epoch else 0
        to_xid = finished if epoch == current else _end(epoch)
        if epoch == current and to_xid < from_xid:
            raise Unavailable(
                lazy("The database counts its transactions from before the last seal: it was restored."),
                remedy=lazy("Open a new epoch: isotherm ledger epoch --why REASON."),
            )
        if to_xid <= from_xid:
            continue
        lines, digests = _digest(epoch, from_xid, to_xid)
        young = previous is not None and now - previous.sealed_at < EMPTY_AFTER
        if lines == 0 and (young or epoch != current):
            continue
        made.append(
            _sign(
                Seal(
                    epoch=epoch,
                    from_xid=from_xid,
                    to_xid=to_xid,
                    lines=lines,
                    form=FORM,
                    digests=digests,
                    previous=bytes(previous.hash) if previous else GENESIS,
                    sealed_at=now,
                )
            )
        )
    return made


def _current_epoch() -> int:
    return int(Epoch.objects.aggregate(last=Max("number"))["last"] or 1)


def _end(epoch: int) -> int:
    """One past the last transaction of a closed epoch."""
    last = LedgerLine.objects.filter(epoch=epoch).aggregate(last=Max("xid"))["last"]
    return int(last) + 1 if last is not None else 0


def _digest(epoch: int, from_xid: int, to_xid: int) -> tuple[int, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), {LINES_DIGESTS} FROM records_ledgerline l "
            "WHERE l.epoch = %s AND l.xid >= %s AND l.xid < %s",
            [epoch, from_xid, to_xid],
        )
        lines, digests = cursor.fetchone()
    return int(lines), bytes(digests)


def _sign(draft: Seal) -> Seal:
    key = heads.key()
    draft.key_id = key.id
    draft.hash = head_hash(draft, hashlib.sha256(bytes(draft.digests)).digest())
    draft.signature = key.sign(heads.SEAL, draft.hash)
    draft.save(force_insert=True)
    return draft


def head_hash(seal: Seal, digests_hash: bytes) -> bytes:
    """What is chained and signed: everything in the seal."""
    fields = (
        f"isotherm seal {seal.form}",
        seal.epoch,
        seal.from_xid,
        seal.to_xid,
        seal.lines,
        digests_hash.hex(),
        bytes(seal.previous).hex(),
        seal.key_id,
        _micros(seal.sealed_at),
    )
    return hashlib.sha256("\n".join(str(field) for field in fields).encode()).digest()


def _micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _head_of(seal: Seal) -> Head:
    return Head(
        kind=heads.SEAL,
        epoch=seal.epoch,
        hash=bytes(seal.hash),
        previous=bytes(seal.previous),
        at=seal.sealed_at.astimezone(UTC).isoformat(),
        key_id=seal.key_id,
        signature=bytes(seal.signature),
        seal=seal.pk,
        lines=seal.lines,
    )


def open_epoch(why: str, *, now: datetime, using: str = "owner") -> int:
    """After a restore: transaction numbers start again, and seals that the restore lost are accounted for."""
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT isotherm_new_epoch(%s)", [why])
            number = int(cursor.fetchone()[0])
        # Before the commit: no epoch can stand in the database alone.
        witness_epoch(now=now, using=using)
    return number


def witness_epoch(*, now: datetime, using: str = "owner") -> None:
    """Write the newest epoch into the copy outside, with the last seal that is still here to go on from. For whoever
    opened it in SQL, as a restore does in its own transaction."""
    with heads.alone():
        _begin_copies(now, using=using)
        epoch = Epoch.objects.using(using).order_by("number").last()
        last = Seal.objects.using(using).defer("digests").order_by("-epoch", "-from_xid").first()
        if epoch is None:
            return
        head = _epoch_head(epoch.number, previous=bytes(last.hash) if last else GENESIS, at=now, why=epoch.why)
        for path in heads.copies():
            heads.append(path, [head])


def _epoch_head(number: int, *, previous: bytes, at: datetime, why: str) -> Head:
    key, moment = heads.key(), at.astimezone(UTC).isoformat()
    digest = heads.epoch_hash(epoch=number, previous=previous, at=moment, why=why)
    return Head(
        kind=heads.EPOCH,
        epoch=number,
        hash=digest,
        previous=previous,
        at=moment,
        key_id=key.id,
        signature=key.sign(heads.EPOCH, digest),
        why=why,
    )


def _begin_copies(now: datetime, *, using: str = "default") -> None:
    """A copy begins with the first epoch, before the first seal. A lost one is not made again from the database, whose
    owner could have cut it; a second one added later begins as the first one stands."""
    first, *second = heads.copies()
    if not first.exists() and not Seal.objects.using(using).exists():
        heads.append(first, [_epoch_head(1, previous=GENESIS, at=now, why="")])
    for path in second:
        if not path.exists() and first.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(first, path)


def _bring_up_to_date(path: Path, made: list[Seal]) -> None:
    """Add the seals that follow the copy's last one. If that one is not in the database, or the copy is gone, only what
    was made now: the copy is the witness of what was cut."""
    last = heads.last(path)
    following = _after(last.previous if last.kind == heads.EPOCH else last.hash) if last else None
    heads.append(path, [_head_of(seal) for seal in (made if following is None else following)])


def _after(known: bytes) -> list[Seal] | None:
    """The seals after the one with this hash; None if it is not here."""
    seals = Seal.objects.defer("digests").order_by("epoch", "from_xid")
    if known == GENESIS:
        return list(seals)
    seal = seals.filter(hash=known).first()
    if seal is None:
        return None
    return list(seals.filter(Q(epoch__gt=seal.epoch) | Q(epoch=seal.epoch, from_xid__gt=seal.from_xid)))
