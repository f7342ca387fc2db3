"""Every address × every role: who gets what, what was written by it, and what every answer carries."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from isotherm.records.models import LedgerLine
from tests.repository.scene import LIKE, ROLES, SHUT_OUT, Scene

TABLE = Path(__file__).with_name("addresses.txt")
ROW = re.compile(
    r"(?P<route>\S+)\s+(?P<address>\S+)\s+(?P<method>GET|POST)(?:\s+(?P<form>[a-z-]+))?\s+(?P<answers>\d.*)"
)
# What the strict policy forbids, and a reader of the page could not see.
INLINE = re.compile(r"<style\b|<script(?![^>]*\bsrc=)|<[a-z][^>]*\s(?:style|on[a-z]+)\s*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    route: str
    address: str
    method: str
    form: str
    answers: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.address}" + (f" with {self.form}" if self.form else "")


@dataclass(frozen=True, slots=True)
class Answer:
    row: Row
    role: str
    status: int
    wrote: bool
    headers: dict[str, str]
    inline: str

    @property
    def told(self) -> str:
        return f"{self.status}{'+' if self.wrote else ''}"

    @property
    def expected(self) -> str:
        return self.row.answers[ROLES.index(self.role)]


def table() -> list[Row]:
    rows = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        found = ROW.fullmatch(line.strip())
        assert found, f"not a row: {line}"
        said = found["answers"].split()
        own = dict(one.split("=") for one in said if "=" in one)
        answers = tuple(one for one in said if "=" not in one)
        columns = [role for role in ROLES if role not in LIKE]
        assert len(answers) == len(columns), f"{len(answers)} answers for {len(columns)} roles: {line}"
        answers += tuple(own.get(role) or answers[columns.index(LIKE[role])] for role in ROLES if role in LIKE)
        rows.append(Row(found["route"], found["address"], found["method"], found["form"] or "", answers))
    return rows


@pytest.fixture(scope="module")
def walk(scene: Scene) -> list[Answer]:
    """Each address asked by each role, every time on the untouched scene."""
    clients = {role: scene.client(role) for role in ROLES}
    jars = {role: copy.deepcopy(client.cookies) for role, client in clients.items()}
    found = []
    for row in table():
        for role, client in clients.items():
            client.cookies = copy.deepcopy(jars[role])
            found.append(_asked(scene, row, role, client))
    return found


def _asked(scene: Scene, row: Row, role: str, client: Client) -> Answer:
    with transaction.atomic():
        before = LedgerLine.objects.count()
        address = scene.filled(row.address)
        response = client.get(address) if row.method == "GET" else client.post(address, scene.paper(row.form))
        wrote = LedgerLine.objects.count() > before
        transaction.set_rollback(True)
    if response.streaming:
        b"".join(response.streaming_content)  # its end closes the file
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    inline = INLINE.search(response.content.decode()) if is_page else None
    return Answer(row, role, response.status_code, wrote, dict(response.headers), inline.group() if inline else "")


def routes() -> list[URLPattern]:
    return [one for one in get_resolver().url_patterns if isinstance(one, URLPattern)]


def test_every_address_is_a_named_route_of_its_own() -> None:
    assert len(routes()) == len(get_resolver().url_patterns), "an included list of addresses escapes the table"
    assert [str(one.pattern) for one in routes() if not one.name] == []


def test_every_route_stands_in_the_table_with_reading_and_writing() -> None:
    asked = {(row.route, row.method) for row in table()}
    known = {str(one.name) for one in routes()}
    assert sorted({(name, method) for name in known for method in ("GET", "POST")} - asked) == []
    assert sorted({row.route for row in table()} - known) == []


@pytest.mark.slow
def test_each_row_asks_the_route_that_it_names(scene: Scene) -> None:
    wrong = []
    for row in table():
        found = get_resolver().resolve(scene.filled(row.address).partition("?")[0])
        if found.url_name != row.route:
            wrong.append(f"{row} is {found.url_name}")
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_the_answers_of_the_table_and_writes_only_where_it_acted(walk: list[Answer], role: str) -> None:
    surprises = [
        f"{one.row}: {one.told}, not {one.expected}" for one in walk if one.role == role and one.told != one.expected
    ]
    assert surprises == []


@pytest.mark.slow
def test_somebody_gets_through_with_every_form(walk: list[Answer]) -> None:
    """A form that nobody gets through would show nothing about who may hand it in."""
    through = {one.row for one in walk if one.status in (200, 302) and one.role not in SHUT_OUT}
    refused_to_all = {"nothing", "password"}
    assert [str(row) for row in table() if row.form and row.form not in refused_to_all and row not in through] == []


@pytest.mark.slow
def test_what_does_not_exist_looks_like_what_is_out_of_reach(scene: Scene) -> None:
    client = scene.client("sibling")
    there = [row for row in table() if row.method == "GET" and row.answers[ROLES.index("sibling")] == "404"]
    differing = []
    for row in there:
        absent = re.sub(
            r"\{(?!ticket)[a-z_]+\}", lambda one: "4040404" if one[0] == "{draft}" else "no-such", row.address
        )
        found, missing = client.get(scene.filled(row.address)), client.get(scene.filled(absent))
        if (found.status_code, missing.status_code) != (404, 404):
            differing.append(f"{row}: {missing.status_code}")
    assert there and differing == []


@pytest.mark.slow
def test_a_form_without_its_token_does_nothing(scene: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.people["approver"])
    # The door of directories knows no session that a foreign page could use: 401, whoever is signed in.
    taken = [
        str(row)
        for row in table()
        if row.method == "POST"
        and client.post(scene.filled(row.address), scene.paper(row.form)).status_code
        != (401 if row.route == "scim" else 403)
    ]
    assert taken == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_every_answer_carries_what_a_browser_must_be_told(walk: list[Answer], header: str, value: str) -> None:
    assert [f"{one.role}: {one.row}" for one in walk if one.headers.get(header) != value] == []


@pytest.mark.slow
def test_every_answer_has_a_policy_without_inline_script_or_style(walk: list[Answer]) -> None:
    policies = {one.headers.get("Content-Security-Policy", "") for one in walk}
    assert policies and all("default-src 'none'" in policy for policy in policies)
    assert [policy for policy in policies if "unsafe" in policy or "*" in policy or "http" in policy] == []


@pytest.mark.slow
def test_no_page_holds_an_inline_script_or_style(walk: list[Answer]) -> None:
    assert sorted({f"{one.row}: {one.inline}" for one in walk if one.inline}) == []


@pytest.mark.slow
def test_nothing_shown_to_somebody_signed_in_may_be_kept_by_a_cache(walk: list[Answer]) -> None:
    # Signing out ends the session before its answer is made; that answer shows nothing.
    shown = [one for one in walk if one.role not in SHUT_OUT and one.row.route != "sign-out"]
    assert sorted({str(one.row) for one in shown if "no-store" not in one.headers.get("Cache-Control", "")}) == []


@pytest.mark.slow
def test_a_file_is_handed_out_as_a_download_in_a_sandbox(walk: list[Answer]) -> None:
    files = [one for one in walk if one.row.route in ("file", "directive-file") and one.status == 200]
    assert files
    assert [str(one.row) for one in files if not one.headers["Content-Disposition"].startswith("attachment")] == []
    assert [str(one.row) for one in files if "sandbox" not in one.headers["Content-Security-Policy"]] == []
