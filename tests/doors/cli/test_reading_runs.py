"""`isotherm directive read` over many files: each has its own result, no file stops another, nothing is done twice."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isotherm.doors.cli.directive import group
from isotherm.doors.cli.reading import inputs, journal
from tests.directives.reading.papers import word_of
from tests.directives.test_register import PAPER

ROOT = Path(__file__).resolve().parents[3]


def read(*words: object) -> Result:
    return CliRunner(env={"LC_ALL": "en_US.UTF-8"}).invoke(group, ["read", *map(str, words)], standalone_mode=False)


def written(folder: Path, name: str, *, symbol: str = "91/CĐ-TTg") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PAPER.replace("91/CĐ-TTg", symbol), encoding="utf-8")
    return path


def results(out: Path) -> dict[str, str]:
    """Each result by its name, with the symbol it tells of."""
    return {
        path.relative_to(out).as_posix(): json.loads(path.read_text(encoding="utf-8"))["document"]["number"]
        for path in sorted(out.rglob("*.json"))
    }


def test_each_file_of_a_folder_has_its_result_at_its_own_place(tmp_path: Path) -> None:
    for number in range(3):
        written(tmp_path / "in", f"sub/{number}.txt", symbol=f"{number + 1}/CĐ-TTg")
    written(tmp_path / "in", ".hidden.txt")
    out = tmp_path / "out"
    done = read(tmp_path / "in", "--format", "json", "--out", out)
    assert not done.return_value
    assert results(out) == {f"sub/{number}.json": f"{number + 1}/CĐ-TTg" for number in range(3)}
    assert list(out.rglob("*.part")) == []


@pytest.mark.parametrize("form", ["table", "json", "docx", "xlsx", "akn"])
def test_every_form_is_written_without_server_or_database(tmp_path: Path, form: str) -> None:
    """No test database is asked for here: a query would fail the test."""
    out = tmp_path / "out"
    assert not read(written(tmp_path, "91.txt"), "--format", form, "--out", out).return_value
    [result] = [path for path in out.iterdir() if path.name != journal.NAME]
    assert result.name == f"91.{'txt' if form == 'table' else form}"
    assert result.stat().st_size > 300


def test_files_of_one_stem_have_a_result_each(tmp_path: Path) -> None:
    plain = written(tmp_path, "91.txt", symbol="1/CĐ-TTg")
    (tmp_path / "91.docx").write_bytes(word_of(PAPER.replace("91/CĐ-TTg", "2/CĐ-TTg")))
    other = written(tmp_path / "other", "91.txt", symbol="3/CĐ-TTg")
    shouting = written(tmp_path / "shout", "91.TXT", symbol="4/CĐ-TTg")
    out = tmp_path / "out"
    assert not read(plain, tmp_path / "91.docx", other, shouting, "--format", "json", "--out", out).return_value
    assert sorted(results(out).values()) == ["1/CĐ-TTg", "2/CĐ-TTg", "3/CĐ-TTg", "4/CĐ-TTg"]
    assert "91.docx.json" in results(out)


def test_a_later_file_of_the_same_stem_takes_no_earlier_ones_place(tmp_path: Path) -> None:
    out = tmp_path / "out"
    read(written(tmp_path / "a", "91.txt", symbol="1/CĐ-TTg"), "--format", "json", "--out", out)
    read(written(tmp_path / "b", "91.txt", symbol="2/CĐ-TTg"), "--format", "json", "--out", out)
    assert sorted(results(out).values()) == ["1/CĐ-TTg", "2/CĐ-TTg"]


def test_a_result_never_takes_the_place_of_a_file_that_is_not_its_own(tmp_path: Path) -> None:
    """Also not of the document itself, read into its own folder."""
    paper = written(tmp_path, "91.txt")
    before = paper.read_bytes()
    read(paper, "--out", tmp_path)
    assert paper.read_bytes() == before
    assert len(list(tmp_path.glob("*.txt"))) == 2


def test_a_second_run_does_only_what_is_new(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for number in range(3):
        written(tmp_path / "in", f"{number}.txt", symbol=f"{number + 1}/CĐ-TTg")
    read(tmp_path / "in", "--format", "json", "--out", out)
    first = {path: path.stat().st_mtime_ns for path in out.glob("*.json")}
    (tmp_path / "in" / "1.txt").rename(tmp_path / "in" / "moved.txt")
    written(tmp_path / "in", "new.txt", symbol="9/CĐ-TTg")
    said = read(tmp_path / "in", "--format", "json", "--out", out).output
    assert "1 document read: 2 tasks" in said
    assert "3 were done already: 6 tasks." in said
    assert {path: path.stat().st_mtime_ns for path in first} == first
    assert len(results(out)) == 4


def test_another_language_is_another_result(tmp_path: Path) -> None:
    out, paper = tmp_path / "out", written(tmp_path, "91.txt")
    read(paper, "--format", "xlsx", "--out", out, "--language", "vi")
    before = (out / "91.xlsx").read_bytes()
    read(paper, "--format", "xlsx", "--out", out, "--language", "en")
    assert (out / "91.xlsx").read_bytes() != before


def test_a_file_whose_words_changed_is_read_again_into_its_own_place(tmp_path: Path) -> None:
    out, paper = tmp_path / "out", written(tmp_path, "91.txt", symbol="1/CĐ-TTg")
    read(paper, "--format", "json", "--out", out)
    written(tmp_path, "91.txt", symbol="2/CĐ-TTg")
    read(paper, "--format", "json", "--out", out)
    assert results(out) == {"91.json": "2/CĐ-TTg"}
    written(tmp_path, "91.txt", symbol="1/CĐ-TTg")
    read(paper, "--format", "json", "--out", out)
    assert results(out) == {"91.json": "1/CĐ-TTg"}


def test_a_result_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    out, paper = tmp_path / "out", written(tmp_path, "91.txt")
    read(paper, "--format", "json", "--out", out)
    (out / "91.json").unlink()
    read(paper, "--format", "json", "--out", out)
    assert results(out) == {"91.json": "91/CĐ-TTg"}


def test_what_is_refused_is_named_with_its_reason_and_the_others_are_read(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    written(folder, "good.txt")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "noise.txt").write_bytes(os.urandom(4000))
    done = read(folder, "--format", "json", "--out", out)
    assert done.return_value == 3
    assert list(results(out)) == ["good.json"]
    assert "1 document read: 2 tasks" in done.output
    assert "2 refused:" in done.output
    assert "The file empty.txt is empty." in done.output


def test_of_a_secret_paper_nothing_is_written_down(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "ke-hoach-kin.txt").write_text(f"TỐI MẬT\n{PAPER}", encoding="utf-8")
    assert read(folder, "--format", "json", "--out", out).return_value == 3
    assert [path.name for path in out.rglob("*")] == [journal.NAME]
    assert (out / journal.NAME).read_bytes() == b""


@pytest.mark.slow
def test_a_file_that_takes_too_long_is_given_up_and_the_others_are_read(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    written(folder, "good.txt")
    os.mkfifo(folder / "never.txt")  # opening it waits for ever
    done = read(
        folder / "never.txt", folder / "good.txt", "--format", "json", "--out", out, "--seconds", "4", "--again"
    )
    assert done.return_value == 3
    assert list(results(out)) == ["good.json"]
    assert "4.0" in done.output


@pytest.mark.slow
def test_a_process_that_dies_costs_only_the_file_it_read(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    for number in range(3):
        written(folder, f"{number}.txt", symbol=f"{number + 1}/CĐ-TTg")
    os.mkfifo(tmp_path / "deadly.txt")  # whoever opens it stays there, to be killed
    command = [sys.executable, "-m", "isotherm.doors.cli.main", "directive", "read", tmp_path / "deadly.txt", folder]
    command += ["--format", "json", "--out", out, "--language", "en", "--workers", "2"]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    while len(list(out.glob("*.json"))) < 3:
        assert running.poll() is None, running.stdout.read()  # type: ignore[union-attr]
        time.sleep(0.02)
    for server in _children(running.pid):
        for worker in _children(server):
            os.kill(worker, signal.SIGKILL)
    said = running.communicate(timeout=60)[0].decode()
    assert running.returncode == 3, said
    assert "1 refused:" in said
    assert "died" in said
    assert len(results(out)) == 3


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_line_of_the_journal_that_was_cut_off_costs_only_its_own_result(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for number in range(2):
        written(tmp_path / "in", f"{number}.txt", symbol=f"{number + 1}/CĐ-TTg")
    read(tmp_path / "in", "--format", "json", "--out", out)
    kept = (out / journal.NAME).read_bytes()
    (out / journal.NAME).write_bytes(kept[:-40])
    assert "1 document read" in read(tmp_path / "in", "--format", "json", "--out", out).output
    assert len((out / journal.NAME).read_text(encoding="utf-8").splitlines()) == 3


def test_two_runs_never_write_into_one_folder_at_once(tmp_path: Path) -> None:
    out, paper = tmp_path / "out", written(tmp_path, "91.txt")
    with journal.journal_of(out):
        done = read(paper, "--format", "json", "--out", out)
    assert type(done.exception).__name__ == "NotNow"
    assert results(out) == {}


@pytest.mark.slow
def test_ctrl_c_leaves_whole_files_and_the_same_command_goes_on(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    for number in range(400):
        written(folder, f"{number:03}.txt", symbol=f"{number + 1}/CĐ-TTg")
    command = [sys.executable, "-m", "isotherm.doors.cli.main", "directive", "read", folder, "--format", "docx"]
    command += ["--out", out, "--language", "en"]
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        # A run that was itself started in the background would hand down that it hears no Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while len(list(out.glob("*.docx"))) < 5:
        assert running.poll() is None, running.stdout.read()  # type: ignore[union-attr]
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)
    said = running.communicate()[0].decode()
    assert running.returncode == 130, said
    assert "Traceback" not in said
    made = list(out.glob("*.docx"))
    assert 5 <= len(made) < 400
    assert all(path.read_bytes()[-22:-18] == b"PK\x05\x06" for path in made)
    assert list(out.rglob(".*.part")) == []
    unread = sorted(path for path in folder.iterdir() if not (out / f"{path.stem}.docx").exists())
    for path in unread[3:]:
        path.unlink()
    again = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    found = re.search(r"(\d+) were done already", again.stderr.decode())
    # A result kept in the moment of the interruption may be without its line in the journal: it is read again.
    assert found is not None and len(made) - 1 <= int(found[1]) <= len(made)
    assert len(list(out.glob("*.docx"))) == len(made) + 3


def test_a_run_without_a_folder_takes_one_document_only(tmp_path: Path) -> None:
    one, two = written(tmp_path, "1.txt"), written(tmp_path, "2.txt")
    assert "--out" in str(read(one, two).exception)
    assert "--out" in str(read(tmp_path).exception)
    assert json.loads(read(one, "--format", "json").output)["document"]["number"] == "91/CĐ-TTg"


@pytest.mark.slow
def test_a_command_that_refused_something_ends_with_its_code(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    command = [sys.executable, "-m", "isotherm.doors.cli.main", "directive", "read", tmp_path / "empty.txt"]
    ended = subprocess.run([*command, "--out", tmp_path / "out"], cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode == 3


def test_the_results_folder_inside_the_read_one_is_not_read(tmp_path: Path) -> None:
    written(tmp_path, "91.txt")
    read(tmp_path, "--out", tmp_path / "out")
    found = inputs.inputs_of([tmp_path], but=(tmp_path / "out").resolve())
    assert [one.path.name for one in found] == ["91.txt"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    paper = written(tmp_path, "91.txt")
    assert len(inputs.inputs_of([paper, tmp_path, paper], but=None)) == 1
