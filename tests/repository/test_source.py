"""What may not stand in the repository, and what every file of it keeps to."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.repository.test_documents import PACKAGE, ROOT, read, tracked

NAMELESS = {"utils", "helpers", "common", "services", "managers", "signals", "misc", "shared"}
PROGRAMS = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted((PACKAGE / "doors" / "web" / "templates").rglob("*.html"))


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    assert [where(path) for path in PACKAGE.rglob("*") if path.name.removesuffix(".py") in NAMELESS] == []


def test_nothing_is_left_to_be_done_later() -> None:
    left = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    assert [
        f"{where(path)}:{number}"
        for path in (*PROGRAMS, *TEMPLATES, *PACKAGE.rglob("*.sql"), *PACKAGE.rglob("*.css"), *PACKAGE.rglob("*.js"))
        if not path.name.endswith(".min.js")
        for number, line in enumerate(read(path).splitlines(), start=1)
        if left.search(line)
    ] == []


def test_nothing_prints_or_stops_for_a_debugger() -> None:
    """Commands say what they say through click; the database tells where it lies before there is any door."""
    found = [
        f"{where(path)}:{node.lineno}"
        for path in PROGRAMS
        if where(path) != "isotherm/database/server.py"
        for node in ast.walk(ast.parse(read(path)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"print", "breakpoint", "exec", "eval"}
    ]
    assert found == []


def test_nothing_is_swallowed() -> None:
    """An exception is caught by its name, and not to be forgotten."""
    bare = [
        f"{where(path)}:{node.lineno}"
        for path in PROGRAMS
        for node in ast.walk(ast.parse(read(path)))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bare == []


@pytest.mark.parametrize("path", TEMPLATES, ids=where)
def test_a_template_has_no_inline_script_or_style(path: Path) -> None:
    inline = re.compile(
        r"<style\b|<script(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
    )
    assert [line.strip()[:100] for line in read(path).splitlines() if inline.search(line)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=where)
def test_a_template_trusts_no_text(path: Path) -> None:
    """Markup is made by macros and drawings; nothing that a person wrote is let through unescaped."""
    assert "|safe" not in read(path).replace(" ", "")
    assert "autoescape" not in read(path)


def test_only_drawings_and_marked_text_make_markup_by_hand() -> None:
    makers = {where(path) for path in PROGRAMS if re.search(r"\bMarkup\(|mark_safe\(|format_html\(", read(path))}
    assert all(name.startswith("isotherm/doors/web/") for name in makers), makers


def test_no_view_is_taken_out_of_the_forms_guard_but_the_one_that_knows_no_cookie() -> None:
    assert [where(path) for path in PROGRAMS if "csrf_exempt" in read(path)] == ["isotherm/doors/scim/view.py"]
    knows = read(PACKAGE / "doors" / "scim" / "view.py")
    assert not re.search(r"request\.(user|actor|session|COOKIES|POST)", knows)


def test_procrastinate_and_django_are_known_where_they_belong() -> None:
    queue = [where(path) for path in PROGRAMS if re.search(r"^(?:from|import) procrastinate", read(path), re.MULTILINE)]
    assert all(name.startswith("isotherm/doors/jobs/") for name in queue), queue


def test_no_line_points_out_of_the_repository() -> None:
    """Paths of one machine help nobody else. Material beside the checkout is named in tests and documents alone."""
    machine = re.compile("/" + r"work/|/" + r"root/\.|/" + r"home/[a-z]|/" + r"tmp/[a-z]*brief")
    beside = re.compile(r"\.\./" + "shared")
    wrong = []
    for path in tracked(".py", ".md", ".toml", ".html", ".css", ".js", ".sql", ".csv", ".po", ".typ", ".txt", ""):
        if path.name in {"LICENSE"}:
            continue
        text = read(path)
        may_look_beside = path.parts[len(ROOT.parts)] in {"tests", "bench", "pyproject.toml"}
        if machine.search(text) or (beside.search(text) and not may_look_beside):
            wrong.append(where(path))
    assert wrong == []


def test_every_program_says_what_it_is() -> None:
    asked = [
        path for path in PROGRAMS if path.stat().st_size and path.name != "apps.py" and "migrations" not in path.parts
    ]
    assert [where(path) for path in asked if not ast.get_docstring(ast.parse(read(path)))] == []


def test_every_sql_file_has_a_sentence_on_top() -> None:
    assert [where(path) for path in PACKAGE.rglob("*.sql") if not read(path).lstrip().startswith("--")] == []


def test_files_that_are_kept_are_of_a_size_to_be_kept() -> None:
    images = sum(path.stat().st_size for path in tracked(".png"))
    assert images < 18_000_000
    large = [where(path) for path in tracked() if path.suffix != ".png" and path.stat().st_size > 1_000_000]
    assert large == []


def test_the_product_imports_only_what_it_is_installed_with() -> None:
    """What only developers install must not be needed by whoever serves the pages."""
    locked = set(re.findall(r"^([\w.-]+)==", read(ROOT / "requirements/base.lock"), re.M))
    of = packages_distributions()
    missing: set[tuple[str, str]] = set()
    for path in PROGRAMS:
        for node in ast.walk(ast.parse(read(path))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for top in {name.partition(".")[0] for name in names} - {"isotherm"} - sys.stdlib_module_names:
                known = {re.sub(r"[-_.]+", "-", one).lower() for one in of.get(top, [])}
                if not known & locked:
                    missing.add((where(path), top))
    assert missing == set()
