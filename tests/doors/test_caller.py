"""Whose address counts behind a proxy, and which browsers are known for a login."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from isotherm.accounts import acts
from isotherm.accounts.models import Post, SignInTry
from isotherm.actor import Actor
from isotherm.doors.web import caller
from tests.world import FIRST_DAY, MONDAY, World

JOB = Actor.system("test")
PASSWORD = "Mot-mat-khau-dai-1"


@pytest.mark.parametrize(
    ("proxies", "peer", "said", "wanted"),
    [
        ([], "198.51.100.9", "203.0.113.7", "198.51.100.9"),
        (["10.0.0.0/8"], "198.51.100.9", "203.0.113.7", "198.51.100.9"),
        (["10.0.0.0/8"], "10.0.0.5", "203.0.113.7", "203.0.113.7"),
        (["10.0.0.0/8"], "10.0.0.5", "", "10.0.0.5"),
        # What stands before the first address that is no proxy of ours, the caller may have written himself.
        (["10.0.0.0/8"], "10.0.0.5", "192.0.2.1, 203.0.113.7, 10.0.0.6", "203.0.113.7"),
        (["10.0.0.0/8"], "10.0.0.5", "10.0.0.7, 10.0.0.6", "10.0.0.7"),
        (["fd00::/8"], "fd00::1", "2001:db8::1", "2001:db8::1"),
        (["10.0.0.0/8"], "10.0.0.5", "nonsense", "nonsense"),
    ],
)
def test_a_proxys_word_counts_only_where_it_is_ours(
    settings: object, proxies: list[str], peer: str, said: str, wanted: str
) -> None:
    settings.PROXIES = [ip_network(one) for one in proxies]  # type: ignore[attr-defined]
    request = RequestFactory().get("/sign-in", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=said)
    assert caller.address_of(request) == wanted


def signed_in(world: World, client: Client, password: str = PASSWORD) -> HttpResponse:
    return client.post("/sign-in", {"login": "lan", "password": password})  # type: ignore[return-value]


@pytest.fixture
def lan(world: World) -> None:
    person = acts.add_person("lan", name="Lan", password=PASSWORD, actor=JOB, at=MONDAY)
    acts.appoint(person, Post.objects.get(code="P-52:lanh-dao"), start=FIRST_DAY.replace(month=1), actor=JOB, at=MONDAY)


def test_a_browser_is_known_after_signing_in_and_others_guesses_do_not_count_there(
    world: World, lan: None, settings: object
) -> None:
    settings.SIGN_IN_TRIES = 3  # type: ignore[attr-defined]
    hers, stranger = Client(), Client()
    assert signed_in(world, hers).status_code == 302
    for _try in range(3):
        assert signed_in(world, stranger, "sai-mat-khau-1").status_code == 422
    assert signed_in(world, stranger).status_code == 429
    assert signed_in(world, hers).status_code == 302
    assert "lan" not in hers.cookies[caller.COOKIE].value


def test_a_mark_that_nobody_gave_is_none(world: World, lan: None) -> None:
    client = Client()
    client.cookies[caller.COOKIE] = "eyJhIjoiYiJ9:forged:mark"
    signed_in(world, client, "sai-mat-khau-1")
    assert SignInTry.objects.get().device == ""


def test_a_mark_of_one_login_is_none_of_another(world: World, lan: None) -> None:
    client = Client()
    signed_in(world, client)
    client.post("/sign-in", {"login": "minh", "password": "sai-mat-khau-1"})
    assert SignInTry.objects.get().device == ""
