from __future__ import annotations

import hashlib
import io
import os
import tarfile
from pathlib import Path

import pytest

from isotherm.database.backup import back_up, restore
from isotherm.database.roles import connect, statements
from isotherm.database.where import APPLICATION, NAME, OWNER, settings
from isotherm.refusals import NotAccepted, NotNow, Unavailable

pytestmark = pytest.mark.slow

TABLES = """
DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC;
CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent;
CREATE TABLE line (id bigserial PRIMARY KEY, fact text NOT NULL);
CREATE TABLE task (id bigserial PRIMARY KEY, name text, held daterange, EXCLUDE USING gist (name WITH =, held WITH &&));
CREATE TABLE epoch (number int, why text);
INSERT INTO epoch VALUES (1, 'the first start');
CREATE FUNCTION isotherm_new_epoch(why text) RETURNS int LANGUAGE sql AS
    'INSERT INTO public.epoch SELECT max(number) + 1, $1 FROM public.epoch RETURNING number';
REVOKE EXECUTE ON FUNCTION isotherm_new_epoch(text) FROM PUBLIC;
"""


@pytest.fixture
def place(running):
    """An owner's tables with a few rows, and the application's rights in them."""
    rights = statements(role=APPLICATION, owner=OWNER, database=NAME, append_only=["line"])
    with connect(running.place, user=OWNER, name=NAME) as connection:
        connection.execute(TABLES)
        connection.execute(rights)
    with connect(running.place, user=APPLICATION, name=NAME) as connection:
        connection.execute("INSERT INTO line (fact) VALUES ('Thông báo số 3/TB-VPCP, \\n \t'), ('hai')")
        connection.execute("INSERT INTO task (name, held) VALUES ('một', '[2026-01-01,2026-02-01)')")
    return running.place


@pytest.fixture
def databases(place):
    return settings({}, place.data_folder)


@pytest.fixture
def files(tmp_path) -> Path:
    folder = tmp_path / "files"
    content = b"%PDF-1.7 a paper" * 100
    name = hashlib.sha256(content).hexdigest()
    (folder / name[:2]).mkdir(parents=True)
    (folder / name[:2] / name).write_bytes(content)
    (folder / "arriving-1").write_bytes(b"half of")
    return folder


def rows(place, statement: str) -> list[tuple]:
    with connect(place, user=APPLICATION, name=NAME) as connection:
        return connection.execute(statement).fetchall()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_backed_up_comes_back_and_what_came_later_is_gone(place, databases, files, tmp_path):
    before = rows(place, "SELECT * FROM line ORDER BY id"), rows(place, "SELECT * FROM task")
    back_up(tmp_path / "one.tar", files=files, databases=databases)
    rows(place, "INSERT INTO line (fact) VALUES ('later') RETURNING id")
    elsewhere = tmp_path / "elsewhere"
    restore(tmp_path / "one.tar", files=elsewhere, databases=databases, replace=True)
    assert (rows(place, "SELECT * FROM line ORDER BY id"), rows(place, "SELECT * FROM task")) == before
    assert contents(elsewhere) == {name: of for name, of in contents(files).items() if "arriving" not in name}


def test_a_restore_opens_a_new_epoch(place, databases, files, tmp_path):
    back_up(tmp_path / "one.tar", files=files, databases=databases)
    restore(tmp_path / "one.tar", files=files, databases=databases, replace=True)
    assert rows(place, "SELECT * FROM epoch ORDER BY number") == [(1, "the first start"), (2, "restore")]


def test_the_rights_come_back_as_they_were(place, databases, files, tmp_path):
    back_up(tmp_path / "one.tar", files=files, databases=databases)
    restore(tmp_path / "one.tar", files=files, databases=databases, replace=True)
    may = "SELECT has_table_privilege('line', 'INSERT'), has_table_privilege('line', 'UPDATE')"
    assert rows(place, may) == [(True, False)]
    assert rows(place, "SELECT has_table_privilege('task', 'DELETE')") == [(True,)]
    assert rows(place, "SELECT has_function_privilege('isotherm_new_epoch(text)', 'EXECUTE')") == [(False,)]
    assert rows(place, "INSERT INTO line (fact) VALUES ('goes on') RETURNING id > 2") == [(True,)]


def test_an_empty_database_takes_a_backup_without_asking(place, databases, files, tmp_path):
    back_up(tmp_path / "one.tar", files=files, databases=databases)
    with connect(place, user=OWNER, name=NAME) as connection:
        connection.execute("DROP TABLE line, task, epoch CASCADE; DROP FUNCTION isotherm_new_epoch")
    restore(tmp_path / "one.tar", files=files, databases=databases, replace=False)
    assert len(rows(place, "SELECT * FROM line")) == 2


def test_records_are_not_replaced_unless_it_is_said(place, databases, files, tmp_path):
    back_up(tmp_path / "one.tar", files=files, databases=databases)
    rows(place, "INSERT INTO line (fact) VALUES ('later') RETURNING id")
    with pytest.raises(NotNow) as refused:
        restore(tmp_path / "one.tar", files=files, databases=databases, replace=False)
    assert "--replace" in str(refused.value.remedy)
    assert len(rows(place, "SELECT * FROM line")) == 3


def test_a_restore_that_fails_half_way_changes_nothing(place, databases, files, tmp_path):
    back_up(tmp_path / "one.tar", files=files, databases=databases)
    rows(place, "INSERT INTO line (fact) VALUES ('later') RETURNING id")
    with connect(place, user="postgres", name=NAME) as superuser:
        # The keys come after the rows, so much has been done when this stops it.
        superuser.execute(
            """
            CREATE SCHEMA other;
            CREATE FUNCTION other.no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no more'; END $$;
            CREATE EVENT TRIGGER no ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION other.no();
            """
        )
    try:
        with pytest.raises(Unavailable, match="no more"):
            restore(tmp_path / "one.tar", files=files, databases=databases, replace=True)
    finally:
        with connect(place, user="postgres", name=NAME) as superuser:
            superuser.execute("DROP EVENT TRIGGER no; DROP SCHEMA other CASCADE")
    assert len(rows(place, "SELECT * FROM line")) == 3


def test_a_backup_never_replaces_another_and_leaves_no_half_one(place, databases, files, tmp_path):
    (tmp_path / "one.tar").write_bytes(b"older")
    with pytest.raises(NotNow):
        back_up(tmp_path / "one.tar", files=files, databases=databases)
    assert (tmp_path / "one.tar").read_bytes() == b"older"
    wrong = {**databases, "owner": {**databases["owner"], "OPTIONS": {"connect_timeout": "2"}, "NAME": "nowhere"}}
    with pytest.raises(Unavailable):
        back_up(tmp_path / "two.tar", files=files, databases=wrong)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files", "one.tar"]


def test_only_its_maker_may_read_a_backup(place, databases, files, tmp_path):
    back_up(tmp_path / "one.tar", files=files, databases=databases)
    assert (tmp_path / "one.tar").stat().st_mode & 0o077 == 0


def test_a_backup_opens_with_tar(place, databases, files, tmp_path):
    back_up(tmp_path / "one.tar", files=files, databases=databases)
    with tarfile.open(tmp_path / "one.tar") as archive:
        names = archive.getnames()
        dump = archive.extractfile("database.dump")
        assert dump
        assert dump.read(5) == b"PGDMP"
    assert (names[0], names[-1], len(names)) == ("database.dump", "manifest.json", 3)


def cut(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def changed(whole: bytes) -> bytes:
    at = 512 + 2000
    return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]


def climbing(whole: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("files/../../escaped"), io.BytesIO())
    return out.getvalue()


@pytest.mark.parametrize("harm", [cut, changed, climbing, lambda whole: b"", lambda whole: b"PK\x03\x04" + whole])
def test_a_damaged_backup_is_refused_before_anything_is_touched(harm, place, databases, files, tmp_path):
    back_up(tmp_path / "one.tar", files=files, databases=databases)
    (tmp_path / "bad.tar").write_bytes(harm((tmp_path / "one.tar").read_bytes()))
    with pytest.raises(NotAccepted):
        restore(tmp_path / "bad.tar", files=tmp_path / "elsewhere", databases=databases, replace=True)
    assert len(rows(place, "SELECT * FROM line")) == 2
    assert not (tmp_path / "elsewhere").exists()
    assert not os.path.lexists(tmp_path.parent / "escaped")


def test_a_backup_without_grants_to_our_role_is_taken_by_a_single_role(place, databases, files, tmp_path):
    back_up(tmp_path / "one.tar", files=files, databases=databases)
    alone = {**databases, "default": databases["owner"]}
    restore(tmp_path / "one.tar", files=files, databases=alone, replace=True)
    with connect(place, user=OWNER, name=NAME) as connection:
        assert connection.execute("SELECT count(*) FROM line").fetchone() == (2,)
