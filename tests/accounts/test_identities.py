"""Who links an account of a provider to whom: the person, her own administrators, her directory, the terminal."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from isotherm.accounts import acts
from isotherm.accounts.acts.identities import link_identity
from isotherm.accounts.acts.provisioning import make_client
from isotherm.accounts.models import Identity, Person, Post
from isotherm.accounts.providers import Provider
from isotherm.actor import Actor
from isotherm.doors.cli.main import cli
from isotherm.records.models import LedgerLine
from isotherm.refusals import NotAccepted, NotYours
from isotherm.units.models import Unit
from tests.doors.scim.conftest import BODY, Machine
from tests.doors.scim.test_people import PATCH, USER, new, said
from tests.world import MONDAY, World

JOB = Actor.system("test")
ISSUER = "https://sso.example.vn/realms/can-bo"


@pytest.fixture(autouse=True)
def provider(settings: Any) -> None:
    settings.PROVIDERS = (Provider("sso", "Đăng nhập tỉnh", "Provincial sign-in", ISSUER, "isotherm"),)


@pytest.fixture
def lan(world: World) -> Person:
    person = Person.objects.create(login="lan", name="Lan", password=make_password(None))
    acts.appoint(person, Post.objects.get(code="P-52:lanh-dao"), start=date(2026, 1, 1), actor=JOB, at=MONDAY)
    return person


def linked_by(person: Person, actor: Actor, subject: str = "7") -> Identity:
    return link_identity(person, issuer=ISSUER, subject=subject, actor=actor, at=MONDAY)


def test_only_an_administrator_of_all_her_bodies_links_for_her(lan: Person, world: World) -> None:
    today = timezone.localdate()
    for other in ("P-66:quan-tri", "P-52:van-thu", "P-52:lanh-dao"):
        with pytest.raises(NotYours):
            linked_by(lan, world.actor(other, on=today))
    made = linked_by(lan, world.actor("P-52:quan-tri", on=today))
    assert LedgerLine.objects.get(verb="person.identity_linked").post_id == world.actor("P-52:quan-tri").post_id
    made.delete()
    acts.appoint(lan, Post.objects.get(code="P-66:van-thu"), start=date(2026, 1, 1), actor=JOB, at=MONDAY)
    with pytest.raises(NotYours):
        linked_by(lan, world.actor("P-52:quan-tri", on=today))


@pytest.mark.parametrize("subject", ["", "  ", "x" * 256])
def test_a_subject_that_no_provider_gives_is_refused(lan: Person, subject: str) -> None:
    with pytest.raises(NotAccepted):
        linked_by(lan, JOB, subject)


def test_the_terminal_links_lists_and_unlinks(lan: Person) -> None:
    run = CliRunner()
    client = Client()
    client.force_login(lan)
    made = run.invoke(cli, ["people", "link", "lan", "--provider", "sso", "--subject", "7"], catch_exceptions=False)
    assert made.exit_code == 0 and Identity.objects.get().person_id == lan.pk
    assert f"{ISSUER}  7" in run.invoke(cli, ["people", "links", "lan"]).output
    assert client.get("/directives/").status_code == 200
    assert run.invoke(cli, ["people", "unlink", "lan", "--issuer", ISSUER], catch_exceptions=False).exit_code == 0
    assert not Identity.objects.exists() and client.get("/directives/").status_code == 302


def test_a_directory_whose_names_are_the_providers_subjects_links_and_unlinks(world: World) -> None:
    made, token = make_client(
        "health",
        Unit.objects.get(code=BODY),
        hands=["officer"],
        ground="12/QĐ-SYT",
        issuer=ISSUER,
        actor=JOB,
        at=MONDAY,
    )
    machine = Machine(token)
    number = new(machine, externalId="sub-1")["id"]
    assert Identity.objects.get(issuer=ISSUER, subject="sub-1").person_id == int(number)
    step = {"op": "replace", "path": "externalId", "value": "sub-2"}
    assert machine("PATCH", f"/Users/{number}", {"schemas": [PATCH], "Operations": [step]}).status_code == 204
    assert [one.subject for one in Identity.objects.all()] == ["sub-2"]
    # An account that is somebody else's already is not taken over.
    taken = machine("POST", "/Users", {"schemas": [USER], "userName": "hoa", "externalId": "sub-2"})
    assert taken.status_code == 409 and not Person.objects.filter(login="hoa").exists()
    assert machine("DELETE", f"/Users/{number}").status_code == 204
    assert not Identity.objects.exists()
    assert said(machine("GET", "/Users"))["totalResults"] == 0


def test_a_directory_without_a_provider_links_nobody(world: World) -> None:
    _made, token = make_client(
        "plain", Unit.objects.get(code=BODY), hands=["officer"], ground="1/QĐ", actor=JOB, at=MONDAY
    )
    new(Machine(token), externalId="sub-1")
    assert not Identity.objects.exists()


def test_the_command_takes_the_provider_by_its_name(world: World) -> None:
    run = CliRunner()
    arguments = ["scim", "add", "ioc", "--unit", BODY, "--hand", "officer", "--ground", "1/QĐ", "--provider"]
    assert run.invoke(cli, [*arguments, "nobody"]).exit_code != 0
    assert run.invoke(cli, [*arguments, "sso"], catch_exceptions=False).exit_code == 0
    client = Unit.objects.get(code=BODY).provisioning_clients.get()
    assert (client.name, client.issuer) == ("ioc", ISSUER)
