from __future__ import annotations

import os
import subprocess
import sys

import pytest

RUN = "from isotherm.doors.cli.main import main; main()"


@pytest.fixture
def isotherm(make_server):
    def run(name: str, *words: object, **environ: str) -> subprocess.CompletedProcess[str]:
        data = make_server(name).place.data_folder
        known = {key: value for key, value in os.environ.items() if not key.startswith(("ISOTHERM_", "DATABASE_"))}
        return subprocess.run(
            [sys.executable, "-c", RUN, "db", *map(str, words)],
            env={**known, "ISOTHERM_DATA": str(data), **environ},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


@pytest.mark.slow
def test_start_status_and_stop_say_where_the_database_lies(isotherm, make_server):
    place = make_server("told").place
    assert isotherm("told", "status").returncode == 1
    assert str(place.cluster) in isotherm("told", "start").stderr
    running = isotherm("told", "status")
    assert (running.returncode, str(place.cluster) in running.stdout) == (0, True)
    assert isotherm("told", "stop").returncode == 0
    assert isotherm("told", "status").returncode == 1


def test_a_server_that_others_run_is_neither_started_nor_stopped(isotherm):
    for verb in ("start", "stop"):
        refused = isotherm("theirs", verb, DATABASE_URL="postgresql://an:secret@localhost:1/isotherm")
        assert refused.returncode == 3
        assert "DATABASE_URL" in refused.stderr


def test_a_server_that_does_not_answer_is_told_in_a_sentence_without_its_password(isotherm):
    refused = isotherm("theirs", "status", DATABASE_URL="postgresql://an:secret@localhost:1/isotherm")
    assert refused.returncode == 3
    assert "Traceback" not in refused.stderr
    assert "secret" not in refused.stderr


@pytest.mark.slow
def test_a_backup_is_put_back_by_the_command(isotherm, tmp_path):
    assert isotherm("round", "backup", tmp_path / "one.tar").returncode == 0
    assert isotherm("round", "backup", tmp_path / "one.tar").returncode == 3
    assert isotherm("round", "restore", tmp_path / "one.tar").returncode == 0
    assert isotherm("round", "restore", tmp_path / "none.tar").returncode == 3
