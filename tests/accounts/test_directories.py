"""Who lets a directory of accounts in, and with how much."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner
from django.utils import timezone

from isotherm.accounts import acts, provisioning
from isotherm.accounts.acts.provisioning import make_client
from isotherm.accounts.models import Person, Post, ProvisioningClient
from isotherm.actor import Actor
from isotherm.doors.cli.main import cli
from isotherm.refusals import NotAccepted, NotYours
from isotherm.units.models import Unit
from tests.world import MONDAY, World

JOB = Actor.system("test")


def made(unit: str, *hands: str, actor: Actor = JOB) -> ProvisioningClient:
    body = Unit.objects.get(code=unit)
    return make_client("ioc", body, hands=hands, ground="1/QĐ", actor=actor, at=MONDAY)[0]


def test_an_administrator_lets_one_in_for_her_own_bodies_only(world: World) -> None:
    admin = world.actor("P-52:quan-tri")
    with pytest.raises(NotYours):
        made("P-66", "officer", actor=admin)
    assert made("P-52", "officer", actor=admin).unit.code == "P-52"


def test_nobody_but_an_administrator_lets_one_in(world: World) -> None:
    with pytest.raises(NotYours):
        made("P-52", "officer", actor=world.chair("P-52"))


@pytest.mark.parametrize("hands", [(), ("administrator",), ("officer", "administrator"), ("king",)])
def test_a_directory_never_fills_the_seats_of_administrators(world: World, hands: tuple[str, ...]) -> None:
    with pytest.raises(NotAccepted):
        made("P-52", *hands)


def test_a_directory_gives_nothing_beyond_what_it_was_given(world: World) -> None:
    client = made("P-52", "officer")
    actor = provisioning.actor_of(client, timezone.localdate())
    assert not actor.is_system
    person = acts.add_person("lan", name="Lan", password="Mot-mat-khau-dai-1", actor=JOB, at=MONDAY)
    for code in ("P-52:lanh-dao", "P-52:quan-tri", "P-66:chuyen-vien"):
        with pytest.raises(NotYours):
            acts.appoint(person, Post.objects.get(code=code), start=date(2026, 7, 1), actor=actor, at=MONDAY)
    with pytest.raises(NotYours):
        make_client("second", client.unit, hands=["officer"], ground="1/QĐ", actor=actor, at=MONDAY)
    assert acts.appoint(
        person, Post.objects.get(code="P-52:chuyen-vien"), start=date(2026, 7, 1), actor=actor, at=MONDAY
    )


def test_the_command_makes_lists_and_ends_one(world: World) -> None:
    run = CliRunner()
    arguments = ["scim", "add", "ioc", "--unit", "P-52", "--hand", "officer", "--ground", "1/QĐ"]
    added = run.invoke(cli, arguments, catch_exceptions=False)
    token = added.output.splitlines()[-1]
    client = provisioning.client_of(token)
    assert client is not None and client.name == "ioc" and not Person.objects.filter(login="ioc").exists()
    assert "ioc  P-52  officer  1/QĐ" in run.invoke(cli, ["scim", "list"]).output
    assert token not in run.invoke(cli, ["scim", "list"]).output
    assert run.invoke(cli, ["scim", "end", "ioc"]).exit_code == 0
    assert provisioning.client_of(token) is None
    assert not provisioning.is_on()
