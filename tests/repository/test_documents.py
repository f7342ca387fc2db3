"""What is written beside the program agrees with it: settings, jobs, figures, words, links, migrations."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.core.management import call_command

from isotherm.actor import Hand
from isotherm.analysis.figures import FIGURES
from isotherm.doors.cli.main import NOUNS
from isotherm.doors.jobs.schedule import SCHEDULE
from isotherm.execution.models import State
from isotherm.execution.rules import Verb
from isotherm.tallies.models import Outcome

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PACKAGE = ROOT / "isotherm"


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def tracked(*suffixes: str) -> list[Path]:
    """The files of the repository, whether or not they are committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in found if path.is_file() and (not suffixes or path.suffix in suffixes)]


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    named = re.compile(r"\b(?:ISOTHERM_[A-Z_]*[A-Z]|DATABASE(?:_OWNER)?_URL)\b")
    programs = [*PACKAGE.rglob("*.py"), ROOT / "tests" / "conftest.py"]
    # A password for a test of the command line, not a setting.
    read_somewhere = {name for path in programs for name in named.findall(read(path))} - {"ISOTHERM_PASSWORD"}
    assert set(named.findall(read(DOCS / "operating.md"))) == read_somewhere


def test_settings_are_read_in_one_file_only() -> None:
    """The database's address is read where the database is, before there are settings."""
    readers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(
            r"environ(?:\.get\(|\[)\"(?:ISOTHERM_|DATABASE_)[A-Z_]+\"[\])](?! =)|environ\.get\(\"ISOTHERM", read(path)
        )
    }
    assert readers <= {"settings.py", "database/where.py", "database/__init__.py"}


def test_every_job_is_documented_and_no_other() -> None:
    table = re.findall(r"^\| `([a-z_]+)` \|", read(DOCS / "operating.md").partition("## The worker")[2], re.MULTILINE)
    assert table == [job.name for job in SCHEDULE]


def test_every_figure_is_documented() -> None:
    written = read(DOCS / "heat.md")
    assert [name for name in FIGURES if f"`{name}`" not in written] == []


def test_the_glossary_has_every_model_verb_and_state() -> None:
    glossary = read(DOCS / "glossary.md")
    named = set(re.findall(r"`([A-Za-z_]+)`", glossary)) | set(re.findall(r"\*([a-z]+)\*", glossary))
    models = {model.__name__ for model in apps.get_models() if model.__module__.startswith("isotherm.")}
    verbs = {str(verb) for verb in Verb}
    states = {state.value for state in State}
    assert sorted((models | verbs | states) - named) == []


def test_the_glossary_has_every_hand_and_outcome_in_words() -> None:
    glossary = read(DOCS / "glossary.md")
    words = [hand.value for hand in Hand] + [outcome.value.replace("_", " ") for outcome in Outcome]
    assert [word for word in words if word not in glossary] == []


def test_links_between_documents_lead_somewhere() -> None:
    dead = []
    for document in tracked(".md"):
        for target in re.findall(r"\]\(([^)\s]+)\)", read(document)):
            place = unquote(target.partition("#")[0])
            if place and not re.match(r"[a-z]+:", place) and not (document.parent / place).exists():
                dead.append(f"{document.relative_to(ROOT)}: {target}")
    assert dead == []


def test_every_document_of_docs_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document in reached or not document.exists():
            continue
        reached.add(document)
        if document.is_dir():
            waiting += document.glob("*.md")
        elif document.suffix == ".md":
            links = re.findall(r"\]\(([^)\s#]+)", read(document))
            waiting += [(document.parent / unquote(one)).resolve() for one in links if not re.match(r"[a-z]+:", one)]
    assert [str(one.relative_to(ROOT)) for one in tracked(".md") if DOCS in one.parents and one not in reached] == []


def test_every_command_named_in_a_document_exists() -> None:
    named = set()
    for document in tracked(".md"):
        named |= set(re.findall(r"`(?:[A-Z_]+=\S+ )?(?:\.venv/bin/)?isotherm ([a-z]+)", read(document)))
    assert sorted(named - set(NOUNS)) == []


@pytest.mark.django_db
def test_every_schema_change_is_migrated() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
