"""Signing in, as a person meets it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from isotherm.accounts.models import Person
from tests.doors.web.desk_people import at_post
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def english() -> Client:
    client = Client()
    client.cookies["isotherm_language"] = "en"
    return client


def test_a_wrong_password_is_refused_without_saying_which_was_wrong(english: Client, world: World) -> None:
    at_post("P-52:van-thu")
    page = english.post("/sign-in", {"login": "t.p-52:van-thu", "password": "no"})
    assert page.status_code == 422
    assert "The login or the password is wrong." in page.content.decode()
    assert 'value="t.p-52:van-thu"' in page.content.decode()


def test_after_signing_in_one_stands_where_one_wanted_to_go(english: Client, world: World) -> None:
    at_post("P-52:van-thu")
    person = Person.objects.get(login="t.p-52:van-thu")
    person.set_password("mot-mat-khau-dai")
    person.save()
    asked = english.get("/obstacles/?kind=money&state=")
    assert asked.headers["Location"] == "/sign-in?next=%2Fobstacles%2F%3Fkind%3Dmoney%26state%3D"
    form = {"login": person.login, "password": "mot-mat-khau-dai", "next": "/obstacles/?kind=money&state="}
    assert english.post("/sign-in", form).headers["Location"] == "/obstacles/?kind=money&state="
    elsewhere = form | {"next": "https://example.org/"}
    assert english.post("/sign-in", elsewhere).headers["Location"] == "/"


def test_people_of_the_demo_stand_on_the_sign_in_page_of_a_demo_only(
    english: Client, world: World, settings: Any
) -> None:
    at_post("P-52:van-thu")
    Person.objects.update(login="demo.clerk", name="Lê Thị Mai")
    assert "Lê Thị Mai" not in english.get("/sign-in").content.decode()
    settings.DEMO = True
    page = english.get("/sign-in?login=demo.clerk").content.decode()
    assert "Lê Thị Mai" in page
    assert 'value="demo.clerk"' in page


def test_a_refusal_is_a_page_that_says_what_can_be_done(world: World) -> None:
    page = at_post("P-52:van-thu").get("/obstacles/VM-999/")
    assert page.status_code == 404
    assert "There is no such obstacle within your reach." in page.content.decode()
    assert "Look for it in the list of obstacles." in page.content.decode()
