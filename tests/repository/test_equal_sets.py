"""One rule, five doors: what a list shows, a page opens, a search finds, a workbook holds and a command prints is the
same set, for everybody."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import date

import hypothesis.strategies as st
import openpyxl
import pytest
from click.testing import CliRunner
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from hypothesis import HealthCheck, given, settings

from isotherm.accounts.models import Appointment, Person, Post
from isotherm.accounts.queries import actor_of_post
from isotherm.actor import Actor
from isotherm.directives.models import Document, Task
from isotherm.directives.queries import visible_documents
from isotherm.doors.cli import directive as directive_command
from isotherm.execution.acts.obstacles import visible_obstacles
from isotherm.execution.models import Assignment, Attachment, Draft, Obstacle, Report
from isotherm.execution.queries import visible_assignments
from isotherm.units.models import Unit
from tests.repository.scene import ROLES, SHUT_OUT, Scene

pytestmark = pytest.mark.slow

SIGNED_IN = [role for role in ROLES if role not in SHUT_OUT]
DOCUMENT = re.compile(r'href="/directives/([A-Za-z0-9.\-]+)/"')
TASK = re.compile(r'href="/tasks/([A-Za-z0-9.\-]+)/"')
OBSTACLE = re.compile(r'href="/obstacles/([A-Za-z0-9.\-]+)/"')


def opened(client: Client, addresses: dict[str, str]) -> set[str]:
    """The names whose address answers; the others must be absent, not refused."""
    found = {name: client.get(address).status_code for name, address in addresses.items()}
    assert set(found.values()) <= {200, 404}
    return {name for name, status in found.items() if status == 200}


def cells(response: object, column: int) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(response.content), read_only=True)  # type: ignore[attr-defined]
    return [str(row[column]) for row in book.active.iter_rows(values_only=True) if len(row) > column and row[column]]


def pages(client: Client, address: str, pattern: re.Pattern[str]) -> set[str]:
    return set(pattern.findall(client.get(address).content.decode()))


def documents_by_door(client: Client, actor: Actor) -> dict[str, set[str]]:
    every = {one.code: one.symbol for one in Document.objects.all()}
    of_symbol = {symbol: code for code, symbol in every.items()}
    exported = cells(client.get("/directives/?as=xlsx"), 0)
    found = set()
    for code, symbol in every.items():
        answer = client.get("/search", {"q": symbol})
        if answer.status_code == 302:
            found.add(code)
    return {
        "rule": set(visible_documents(actor).values_list("code", flat=True)),
        "list": pages(client, "/directives/", DOCUMENT) & set(every),
        "detail": opened(client, {code: f"/directives/{code}/" for code in every}),
        "file of tasks": opened(client, {code: f"/directives/{code}/tasks.xlsx" for code in every}),
        "search": found,
        "export": {of_symbol[one] for one in exported if one in of_symbol},
    }


def tasks_by_door(client: Client, actor: Actor) -> dict[str, set[str]]:
    every = list(Task.objects.exclude(state=Task.State.REJECTED).values_list("code", flat=True))
    seen = visible_documents(actor).values("pk")
    return {
        "rule": set(Task.objects.filter(document__in=seen).values_list("code", flat=True)),
        "detail": opened(client, {code: f"/tasks/{code}/" for code in every}),
        "search": {code for code in every if code in pages(client, f"/search?q={code}", TASK)},
    }


def assignments_by_door(client: Client, actor: Actor, *, printed: bool = True) -> dict[str, set[str]]:
    codes = dict(Unit.objects.values_list("id", "code"))
    every = {
        f"{one.task.code} at {codes[one.unit_id]}": (one.task.code, codes[one.unit_id])
        for one in Assignment.objects.select_related("task")
    }
    seen = {f"{one.task.code} at {codes[one.unit_id]}" for one in visible_assignments(actor).select_related("task")}
    below = {"detail": "", "history": "history", "printed": "history.pdf"}
    if not printed:
        del below["printed"]  # a PDF is slow to make
    return {"rule": seen} | {
        door: opened(client, {name: f"/tasks/{task}/{unit}/{last}" for name, (task, unit) in every.items()})
        for door, last in below.items()
    }


def obstacles_by_door(client: Client, actor: Actor) -> dict[str, set[str]]:
    every = dict(Obstacle.objects.values_list("code", "missing"))
    of_words = {words: code for code, words in every.items()}
    exported = cells(client.get("/obstacles/?as=xlsx"), 1)
    return {
        "rule": set(Obstacle.objects.filter(pk__in=visible_obstacles(actor)).values_list("code", flat=True)),
        "list": pages(client, "/obstacles/", OBSTACLE) & set(every),
        "detail": opened(client, {code: f"/obstacles/{code}/" for code in every}),
        "export": {of_words[one] for one in exported if one in of_words},
    }


def files_by_door(client: Client, actor: Actor) -> dict[str, set[str]]:
    """A report's file goes with the assignments it reports on."""
    reports = {one.pk: one for one in Report.objects.all()}
    hung = {
        one.sha256: reports[one.subject_id]
        for one in Attachment.objects.filter(subject_kind="report", subject_id__in=list(reports))
    }
    carried = set(visible_assignments(actor).values_list("document_id", "carrier_id"))
    return {
        "rule": {sha for sha, one in hung.items() if (one.document_id, one.unit_id) in carried},
        "detail": opened(client, {sha: f"/files/{sha}/anh.txt" for sha in hung}),
    }


def differing(doors: Iterable[dict[str, set[str]]]) -> list[str]:
    wrong = []
    for found in doors:
        rule = found.pop("rule")
        wrong += [f"{door}: more {shown - rule}, less {rule - shown}" for door, shown in found.items() if shown != rule]
    return wrong


@pytest.mark.parametrize("role", SIGNED_IN)
def test_every_door_shows_a_role_the_same_set(scene: Scene, role: str) -> None:
    client, actor = scene.client(role), scene.actor(role)
    doors = [
        of(client, actor)
        for of in (documents_by_door, tasks_by_door, assignments_by_door, obstacles_by_door, files_by_door)
    ]
    if role in ("administrator", "support"):
        assert not any(one["rule"] for one in doors)
    assert differing(doors) == []


def test_the_roles_see_different_things(scene: Scene) -> None:
    """Else equal sets would show nothing: the commune less than its province, the province less than the centre."""
    seen = {role: set(visible_documents(scene.actor(role)).values_list("code", flat=True)) for role in SIGNED_IN}
    assert set() < seen["child"] < seen["clerk"] < seen["office"]
    assert {role for role in SIGNED_IN if not seen[role]} == {
        "administrator", "untold", "sibling", "stranger", "debtor", "support",
    }  # fmt: skip


@pytest.mark.parametrize("role", SIGNED_IN)
def test_what_waits_on_a_desk_opens(scene: Scene, role: str) -> None:
    """No desk, list or search leads to a page that is absent for whoever was led there."""
    client = scene.client(role)
    links: set[str] = set()
    for address in ("/", "/directives/", "/obstacles/", "/heat/", "/search?q=thu+nghiem"):
        page = client.get(address).content.decode()
        links |= set(re.findall(r'href="(/(?:directives|tasks|obstacles|drafts|heat)/[^"#?]+)"', page))
    dead = {link: status for link in sorted(links) if (status := client.get(link).status_code) not in (200, 302)}
    assert dead == {}


@pytest.mark.parametrize("role", SIGNED_IN)
def test_a_draft_opens_for_its_own_body_only(scene: Scene, role: str) -> None:
    client, actor = scene.client(role), scene.actor(role)
    every = {str(one.pk): one.unit_id for one in Draft.objects.all()}
    works = role not in ("administrator", "support")
    mine = {pk for pk, unit in every.items() if unit in actor.units and works}
    assert opened(client, {pk: f"/drafts/{pk}/" for pk in every}) == mine


@pytest.mark.parametrize("role", ["clerk", "administrator", "parent", "child", "sibling", "support"])
def test_a_command_prints_what_the_list_shows(scene: Scene, role: str) -> None:
    printed = CliRunner().invoke(directive_command.group, ["list", "--as", scene.posts[role]], catch_exceptions=False)
    every = set(Document.objects.values_list("code", flat=True))
    said = {word for line in printed.output.splitlines() for word in line.split() if word in every}
    assert said == pages(scene.client(role), "/directives/", DOCUMENT) & every


@pytest.fixture(scope="module")
def walker(scene: Scene) -> tuple[Client, Appointment]:
    """Somebody who is sent from post to post."""
    person = Person.objects.create(login="walk.anywhere", name="Walker", password="!")
    since = DateRange(date(2025, 7, 1), None)
    post = Post.objects.get(code="P-52:lanh-dao")
    first = Appointment.objects.create(person=person, post=post, valid=since, how="stand_in")
    client = Client()
    client.force_login(person)
    return client, first


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_every_door_shows_any_post_of_the_country_the_same_set(
    scene: Scene, walker: tuple[Client, Appointment], data: st.DataObject
) -> None:
    _compare(scene, walker, data)


@pytest.mark.long
@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_door_shows_many_posts_of_the_country_the_same_set(
    scene: Scene, walker: tuple[Client, Appointment], data: st.DataObject
) -> None:
    """With some 25 records each, ten thousand cases and more."""
    _compare(scene, walker, data)


def _compare(scene: Scene, walker: tuple[Client, Appointment], data: st.DataObject) -> None:
    near = [scene.commune, scene.late, scene.untold, "P-52", "P-66", "CP", "VPCP", "BTC", "BYT", "BXD"]
    unit = data.draw(st.sampled_from(near) | st.sampled_from(sorted(scene.world.units)))
    posts = list(Post.objects.filter(unit__code=unit).order_by("pk"))
    if not posts:
        return
    post = data.draw(st.sampled_from(posts))
    client, appointment = walker
    Appointment.objects.filter(pk=appointment.pk).update(post=post)
    actor = actor_of_post(post, day=scene.actor("clerk").day)
    doors = [of(client, actor) for of in (documents_by_door, tasks_by_door, obstacles_by_door)]
    assert differing([*doors, assignments_by_door(client, actor, printed=False)]) == []
