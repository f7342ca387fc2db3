from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from pytest_django import Settings

from isotherm.actor import Actor
from isotherm.records import heads, ledger, seals
from isotherm.records.models import LedgerLine, Seal
from isotherm.records.seals import LINE_DIGEST, open_epoch, witness_epoch
from isotherm.records.verification import Verification, verify
from isotherm.refusals import Unavailable

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CLERK = Actor(person_id=7, post_id=70, unit_id=700, name="Clerk")
Write = Callable[..., int]
AsOwner = Callable[..., Any]


def another_connection() -> psycopg.Connection[Any]:
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    return psycopg.connect(**parameters)


def seal(now: datetime) -> Seal | None:
    """Seal once nobody else on this server has a transaction open: another test run's would hold the seal back."""
    for _ in range(2400):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(s) = pg_snapshot_xmax(s) FROM pg_current_snapshot() s")
            if cursor.fetchone()[0]:
                break
        time.sleep(0.05)
    return seals.seal(now)


def kinds(found: Verification) -> list[str]:
    return [finding.kind for finding in found.findings]


def seal_rows(count: int, write: Write) -> list[int]:
    """`count` seals of two lines each; the ids of the lines."""
    lines = []
    for number in range(count):
        lines += [write(n=number), write(n=number)]
        seal(NOON + number * MINUTE)
    return lines


def test_a_seal_takes_the_finished_lines_and_the_ledger_is_clean(write: Write) -> None:
    write()
    made = seal(NOON)
    assert made is not None and made.lines == 1
    found = verify()
    assert found.is_clean and (found.lines, found.seals, found.unsealed) == (1, 1, 0)


def test_lines_after_the_last_seal_are_counted_as_not_sealed(write: Write) -> None:
    seal_rows(1, write)
    write()
    assert (verify().unsealed, verify().is_clean) == (1, True)


def test_a_quiet_minute_makes_no_seal_and_a_quiet_hour_makes_one(write: Write) -> None:
    seal_rows(1, write)
    assert seal(NOON + MINUTE) is None
    empty = seal(NOON + timedelta(hours=1))
    assert empty is not None and empty.lines == 0
    assert verify().is_clean


def test_a_line_that_commits_late_is_sealed_by_a_later_seal(write: Write) -> None:
    with another_connection() as late:
        late.execute(
            "INSERT INTO records_ledgerline (at, job, verb, members_at) VALUES (now(), 'late', 'test.late', '')"
        )
        early = write()
        seals.seal(NOON)
        # The late transaction began first: nothing after it may be sealed before it has ended.
        assert verify().unsealed == 1
        late.commit()
    seal(NOON + MINUTE)
    found = verify()
    assert found.is_clean and (found.lines, found.unsealed) == (2, 0)
    assert LedgerLine.objects.get(job="late").xid < LedgerLine.objects.get(pk=early).xid


def test_a_transaction_that_spans_a_seal_loses_no_line_before_or_after_it(write: Write) -> None:
    with another_connection() as late:
        insert = "INSERT INTO records_ledgerline (at, job, verb) VALUES (now(), 'late', 'test.late')"
        late.execute(insert)
        write()
        seals.seal(NOON)
        late.execute(insert)
        late.commit()
    write()
    seal(NOON + MINUTE)
    found = verify()
    assert found.is_clean and (found.lines, found.unsealed) == (4, 0)


def test_a_changed_row_is_found_and_named(write: Write, as_owner: AsOwner) -> None:
    lines = seal_rows(2, write)
    as_owner("UPDATE records_ledgerline SET verb = 'assignment.returned' WHERE id = %s", lines[2])
    found = verify()
    assert [(f.kind, f.line_id) for f in found.findings] == [("changed_line", lines[2])]
    assert not found.is_clean


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "written_at = written_at - interval '1 day'",
        "facts = '{\"n\": 8}'",
        "unit_id = NULL",
        "person_id = 8",
        "paper = ''",
        "subject_kind = '', subject_code = 'assignment'",
        "late_entry = true",
        "count = 2",
    ],
)
def test_a_change_of_any_column_is_found(change: str, write: Write, as_owner: AsOwner) -> None:
    (line, _) = seal_rows(1, write)
    as_owner(f"UPDATE records_ledgerline SET {change} WHERE id = %s", line)
    assert [(f.kind, f.line_id) for f in verify().findings] == [("changed_line", line)]


def test_a_deleted_row_is_found_and_named(write: Write, as_owner: AsOwner) -> None:
    lines = seal_rows(2, write)
    as_owner("DELETE FROM records_ledgerline WHERE id = %s", lines[1])
    assert [(f.kind, f.line_id) for f in verify().findings] == [("deleted_line", lines[1])]


def test_a_row_inserted_into_sealed_time_is_found_and_named(write: Write, as_owner: AsOwner) -> None:
    lines = seal_rows(2, write)
    as_owner("ALTER TABLE records_ledgerline DISABLE TRIGGER isotherm_stamp_line")
    try:
        [(forged,)] = as_owner(
            "INSERT INTO records_ledgerline (epoch, xid, written_at, at, job, verb) "
            "SELECT epoch, xid, written_at, at, 'forged', verb FROM records_ledgerline WHERE id = %s RETURNING id",
            lines[0],
        )
    finally:
        as_owner("ALTER TABLE records_ledgerline ENABLE TRIGGER isotherm_stamp_line")
    assert [(f.kind, f.line_id) for f in verify().findings] == [("inserted_line", forged)]


def test_two_rows_that_changed_places_are_both_named(write: Write, as_owner: AsOwner) -> None:
    one, two = seal_rows(1, write)
    as_owner("UPDATE records_ledgerline SET id = -1 WHERE id = %s", one)
    as_owner("UPDATE records_ledgerline SET id = %s WHERE id = %s", one, two)
    as_owner("UPDATE records_ledgerline SET id = %s WHERE id = -1", two)
    assert {f.line_id for f in verify().findings} == {one, two}


def test_the_database_stamps_a_line_whatever_its_writer_says(records: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_ledgerline (epoch, xid, written_at, at, job, verb) "
            "VALUES (9, 1, '2001-01-01', now(), 'j', 'v') RETURNING epoch, xid, written_at"
        )
        epoch, xid, written_at = cursor.fetchone()
    assert (epoch, xid > 1, written_at.year > 2001) == (1, True, True)


def test_a_seal_taken_out_of_the_chain_breaks_it_there(write: Write, as_owner: AsOwner) -> None:
    seal_rows(3, write)
    second, third = Seal.objects.order_by("id")[1:]
    as_owner("DELETE FROM records_seal WHERE id = %s", second.pk)
    found = verify()
    assert [f.seal_id for f in found.findings if f.kind == "broken_chain"] == [third.pk]


def test_a_seal_changed_to_fit_a_changed_row_is_found(write: Write, as_owner: AsOwner) -> None:
    lines = seal_rows(2, write)
    first = Seal.objects.order_by("id")[0]
    as_owner("UPDATE records_ledgerline SET verb = 'x.y' WHERE id = %s", lines[0])
    recompute(as_owner, only_digests=True)
    assert [(f.kind, f.seal_id) for f in verify().findings] == [("changed_seal", first.pk)]


def recompute(as_owner: AsOwner, *, only_digests: bool = False) -> None:
    """What an owner can do who knows this program: every digest, hash and link made right again, in the database."""
    from isotherm.records.seals import head_hash

    previous = bytes(32)
    for one in Seal.objects.order_by("id"):
        [(digests,)] = as_owner(
            f"SELECT string_agg(int8send(l.id) || {LINE_DIGEST}, ''::bytea ORDER BY l.id) FROM records_ledgerline l "
            "WHERE l.xid >= %s AND l.xid < %s",
            one.from_xid,
            one.to_xid,
        )
        as_owner("UPDATE records_seal SET digests = %s WHERE id = %s", bytes(digests or b""), one.pk)
        if only_digests:
            continue
        one.previous, one.lines = previous, len(digests or b"") // 40
        previous = head_hash(one, hashlib.sha256(bytes(digests or b"")).digest())
        as_owner(
            "UPDATE records_seal SET previous = %s, hash = %s, lines = %s WHERE id = %s",
            bytes(one.previous),
            previous,
            one.lines,
            one.pk,
        )


def test_an_owner_who_recomputed_every_hash_is_found_by_signature_and_by_the_copy(
    write: Write, as_owner: AsOwner
) -> None:
    lines = seal_rows(3, write)
    as_owner("UPDATE records_ledgerline SET verb = 'x.y' WHERE id = %s", lines[0])
    recompute(as_owner)
    first, second, third = Seal.objects.order_by("id")
    found = verify()
    assert [f.seal_id for f in found.findings if f.kind == "bad_signature"] == [first.pk, second.pk, third.pk]
    assert [f.seal_id for f in found.findings if f.kind == "recomputed_seal"] == [first.pk]


def test_a_cut_tail_is_found_although_the_database_agrees_with_itself(write: Write, as_owner: AsOwner) -> None:
    lines = seal_rows(3, write)
    last = Seal.objects.order_by("id").last()
    assert last is not None
    as_owner("DELETE FROM records_ledgerline WHERE id >= %s", lines[4])
    as_owner("DELETE FROM records_seal WHERE id = %s", last.pk)
    [finding] = verify().findings
    assert (finding.kind, finding.seal_id, finding.facts["lines"]) == ("cut_tail", last.pk, 2)


def test_a_cut_tail_stays_found_when_work_and_sealing_go_on(write: Write, as_owner: AsOwner) -> None:
    lines = seal_rows(3, write)
    last = Seal.objects.order_by("id").last()
    assert last is not None
    as_owner("DELETE FROM records_ledgerline WHERE id >= %s", lines[4])
    as_owner("DELETE FROM records_seal WHERE id = %s", last.pk)
    write()
    seal(NOON + 10 * MINUTE)
    assert kinds(verify()) == ["cut_tail"]


def test_a_cut_tail_with_the_first_copy_cut_too_is_found_by_the_second(
    write: Write, as_owner: AsOwner, settings: Settings, tmp_path: Any
) -> None:
    settings.SEALS_COPY_FOLDER = tmp_path / "elsewhere"
    lines = seal_rows(3, write)
    last = Seal.objects.order_by("id").last()
    assert last is not None
    as_owner("DELETE FROM records_ledgerline WHERE id >= %s", lines[4])
    as_owner("DELETE FROM records_seal WHERE id = %s", last.pk)
    copy = heads.copies()[0]
    copy.write_bytes(b"".join(copy.read_bytes().splitlines(keepends=True)[:-1]))
    assert kinds(verify()) == ["cut_tail"]


def test_a_lost_copy_is_told_and_is_not_made_again_from_the_database(write: Write) -> None:
    seal_rows(2, write)
    heads.copies()[0].unlink()
    assert kinds(verify()) == ["copy_missing"]
    write()
    seal(NOON + 10 * MINUTE)
    assert kinds(verify()) == ["not_in_copy"]


def test_a_damaged_line_of_the_copy_is_named(write: Write) -> None:
    seal_rows(2, write)
    copy = heads.copies()[0]
    content = copy.read_bytes().splitlines(keepends=True)
    copy.write_bytes(b"".join([content[0], b"{}\n", *content[1:]]))
    [finding] = verify().findings
    assert (finding.kind, finding.facts["number"]) == ("copy_damaged", 2)


def test_a_head_that_a_crash_kept_from_the_copy_is_added_at_the_next_seal(write: Write) -> None:
    seal_rows(2, write)
    copy = heads.copies()[0]
    copy.write_bytes(copy.read_bytes()[:-30])  # half a line, as a power cut leaves it
    found = verify()
    assert kinds(found) == ["copy_damaged", "copy_behind"]
    write()
    seal(NOON + 10 * MINUTE)
    assert verify().findings == []


def test_a_copy_that_cannot_be_written_does_not_stop_the_sealing_and_catches_up(
    write: Write, settings: Settings, tmp_path: Any
) -> None:
    settings.SEALS_COPY_FOLDER = tmp_path / "elsewhere"
    (tmp_path / "elsewhere").write_text("a file stands where the folder should be")
    seal_rows(2, write)
    assert Seal.objects.count() == 2
    (tmp_path / "elsewhere").unlink()
    write()
    seal(NOON + 10 * MINUTE)
    assert verify().findings == []


def test_the_key_is_readable_by_its_owner_only(write: Write) -> None:
    seal_rows(1, write)
    assert (heads.folder() / "seal.key").stat().st_mode & 0o777 == 0o600


def test_members_taken_from_a_mass_act_are_found(records: None, as_owner: AsOwner) -> None:
    line = ledger.write(CLERK, "assignment.urged", at=NOON, members=ledger.Members("assignment", [3, 1, 2]))
    as_owner("DELETE FROM records_touched WHERE line_id = %s AND record_id = 2", line)
    assert [(f.kind, f.line_id) for f in verify().findings] == [("changed_members", line)]


def test_members_added_to_a_line_that_has_none_are_found(write: Write) -> None:
    line = write()
    ledger.touch(line, "assignment", [9])
    assert [(f.kind, f.line_id) for f in verify().findings] == [("changed_members", line)]


def test_members_of_another_kind_are_found(records: None, as_owner: AsOwner) -> None:
    line = ledger.write(CLERK, "assignment.urged", at=NOON, members=ledger.Members("assignment", [1]))
    as_owner("UPDATE records_touched SET kind = 'task' WHERE line_id = %s", line)
    assert kinds(verify()) == ["changed_members"]


def test_members_that_stand_in_their_own_rows_are_checked_there(records: None, as_owner: AsOwner) -> None:
    as_owner("CREATE TABLE test_sent (id bigint, sent_line bigint)")
    as_owner("GRANT SELECT ON test_sent TO PUBLIC")
    try:
        members = ledger.Members("assignment", [11, 5], at="test_sent.sent_line")
        line = ledger.write(CLERK, "assignment.sent_on", at=NOON, members=members)
        as_owner("INSERT INTO test_sent VALUES (5, %s), (11, %s), (12, NULL)", line, line)
        assert verify().is_clean
        as_owner("UPDATE test_sent SET sent_line = %s WHERE id = 12", line)
        assert [(f.kind, f.line_id) for f in verify().findings] == [("changed_members", line)]
    finally:
        as_owner("DROP TABLE test_sent")


def test_the_digest_of_members_in_sql_is_the_one_in_python(records: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {ledger.members_digest('task', 'n')} FROM unnest(ARRAY[10, 9, 2]::bigint[]) n")
        assert bytes(cursor.fetchone()[0]) == ledger.Members("task", [2, 10, 9, 9]).digest()


def test_the_digest_of_a_line_can_be_computed_without_the_database(write: Write) -> None:
    write(reason="Lũ | quét", nested={"b": 1, "a": [1.50, None]})
    line = LedgerLine.objects.get()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT l.facts::text, {LINE_DIGEST} FROM records_ledgerline l")
        facts, digest = cursor.fetchone()

    def text(value: str | None) -> str:
        return "-" if value is None else f"{len(value.encode())}:{value}"

    def number(value: int | None) -> str:
        return "-" if value is None else str(value)

    def moment(value: datetime) -> str:
        return str((value - datetime.fromisoformat("1970-01-01T00:00:00+00:00")) // timedelta(microseconds=1))

    form = [
        *(str(line.pk), str(line.epoch), str(line.xid), moment(line.written_at), moment(line.at)),
        *(number(line.person_id), number(line.post_id), number(line.unit_id)),
        *(text(line.job), text(line.verb), text(line.subject_kind), number(line.subject_id), text(line.subject_code)),
        *(number(line.document_id), text(facts), str(line.count), text(line.members_kind), text(line.members_at)),
        *(text(line.digest.hex() if line.digest else None), text(line.paper), "t" if line.late_entry else "f"),
    ]
    assert hashlib.sha256("|".join(form).encode()).digest() == bytes(digest)


def test_a_new_epoch_closes_the_one_before_and_both_verify(write: Write) -> None:
    seal_rows(1, write)
    write()
    assert open_epoch("restored from Monday", now=NOON) == 2
    write()
    made = seal(NOON + MINUTE)
    assert made is not None and made.epoch == 2
    found = verify()
    assert found.findings == [] and (found.lines, found.seals, found.unsealed) == (4, 3, 0)


def test_what_a_restore_lost_is_told_and_does_not_make_the_ledger_unclean(write: Write, as_owner: AsOwner) -> None:
    lines = seal_rows(3, write)
    last = Seal.objects.order_by("id").last()
    assert last is not None
    as_owner("DELETE FROM records_ledgerline WHERE id >= %s", lines[4])
    as_owner("DELETE FROM records_seal WHERE id = %s", last.pk)
    open_epoch("restored from Monday", now=NOON)
    write()
    seal(NOON + 10 * MINUTE)
    found = verify()
    assert [(f.kind, f.seal_id) for f in found.findings] == [("lost_by_restore", last.pk)]
    assert found.is_clean


def test_an_epoch_opened_in_sql_alone_is_found_until_it_is_witnessed(write: Write, as_owner: AsOwner) -> None:
    seal_rows(1, write)
    as_owner("SELECT isotherm_new_epoch('quietly')")
    assert kinds(verify()) == ["epoch_not_in_copy"]
    witness_epoch(now=NOON)
    assert verify().findings == []


def test_transaction_numbers_that_run_backwards_stop_the_sealing_with_a_sentence(
    write: Write, as_owner: AsOwner
) -> None:
    seal_rows(1, write)
    as_owner("UPDATE records_seal SET to_xid = 9000000000")
    with pytest.raises(Unavailable, match=r"restored|khôi phục"):
        seal(NOON + MINUTE)


def test_a_line_added_to_a_closed_epoch_is_named(write: Write, as_owner: AsOwner) -> None:
    seal_rows(1, write)
    open_epoch("restored", now=NOON)
    forged = write()
    seal(NOON + MINUTE)
    late = write()
    as_owner("UPDATE records_ledgerline SET epoch = 1 WHERE id = %s", late)
    found = verify()
    assert [(f.kind, f.line_id) for f in found.findings] == [("inserted_line", late)]
    assert forged


def test_the_product_may_neither_change_nor_delete_what_is_recorded(write: Write) -> None:
    from django.db import ProgrammingError

    from isotherm.records.models import APPEND_ONLY

    seal_rows(1, write)
    for table in APPEND_ONLY:
        for sql in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"UPDATE {table} SET id = id"):
            if "UPDATE" in sql and table.endswith(("epoch", "touched")):
                continue
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(sql)


def test_the_product_may_not_open_an_epoch(records: None) -> None:
    from django.db import ProgrammingError

    with pytest.raises(ProgrammingError, match="permission denied"):
        connection.cursor().execute("SELECT isotherm_new_epoch('x')")
