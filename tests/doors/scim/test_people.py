"""People by SCIM: what the directory says is done by the acts, and nothing else is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from isotherm.accounts import acts
from isotherm.accounts.models import Appointment, Person, Post
from isotherm.records.models import LedgerLine
from tests.doors.scim.conftest import BODY, JOB, Machine, directory
from tests.world import MONDAY, World

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def said(answer: HttpResponse) -> Any:
    return json.loads(answer.content)


def new(machine: Machine, login: str = "lan.tran", **more: Any) -> dict[str, Any]:
    answer = machine("POST", "/Users", {"schemas": [USER], "userName": login, **more})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = said(answer)
    return found


def changed(machine: Machine, number: str, *steps: dict[str, Any], **headers: str) -> HttpResponse:
    return machine("PATCH", f"/Users/{number}", {"schemas": [PATCH], "Operations": list(steps)}, **headers)


def test_a_new_user_is_a_person_without_a_password_and_the_ledger_says_which_directory(machine: Machine) -> None:
    made = new(machine, "Lan.Tran", displayName="Trần Thị Lan", externalId="e-17")
    person = Person.objects.get(login="lan.tran")
    assert (person.name, person.is_active, person.has_usable_password()) == ("Trần Thị Lan", True, False)
    assert (made["id"], made["externalId"], made["active"]) == (str(person.pk), "e-17", True)
    line = LedgerLine.objects.get(verb="person.added", subject_id=person.pk)
    assert (line.job, line.person_id, line.post_id) == ("scim:health", None, None)
    assert Client().post("/sign-in", {"login": "lan.tran", "password": ""}).status_code == 422


def test_deactivation_ends_every_session_with_the_next_request(machine: Machine) -> None:
    number = new(machine)["id"]
    person = Person.objects.get(pk=number)
    acts.set_password(person, password="Mot-mat-khau-dai-1", actor=JOB, at=MONDAY)
    post = Post.objects.get(code=f"{BODY}:van-thu")
    acts.appoint(person, post, start=timezone.localdate(), actor=JOB, at=MONDAY)
    client = Client()
    client.post("/sign-in", {"login": "lan.tran", "password": "Mot-mat-khau-dai-1"})
    assert client.get("/directives/").status_code == 200
    assert changed(machine, number, {"op": "replace", "path": "active", "value": False}).status_code == 204
    assert client.get("/directives/").status_code == 302
    assert LedgerLine.objects.filter(verb="person.deactivated", subject_id=person.pk, job="scim:health").count() == 1
    assert changed(machine, number, {"op": "replace", "path": "active", "value": True}).status_code == 204
    assert client.get("/directives/").status_code == 302  # the old session stays over


def test_a_replacement_that_is_silent_about_active_lets_nobody_in_again(machine: Machine) -> None:
    number = new(machine, active=False)["id"]
    answer = machine("PUT", f"/Users/{number}", {"schemas": [USER], "userName": "lan.tran", "displayName": "Lan"})
    assert answer.status_code == 200 and said(answer)["active"] is False
    assert not Person.objects.get(pk=number).is_active


def test_a_login_is_taken_once(machine: Machine) -> None:
    new(machine)
    again = machine("POST", "/Users", {"schemas": [USER], "userName": "LAN.TRAN"})
    assert again.status_code == 409 and said(again)["scimType"] == "uniqueness"
    assert Person.objects.filter(login="lan.tran").count() == 1


@pytest.mark.parametrize("login", ["", "  ", "lan tran", "lan#7", "x" * 81])
def test_a_login_that_nobody_could_type_is_refused_with_what_to_write(machine: Machine, login: str) -> None:
    answer = machine("POST", "/Users", {"schemas": [USER], "userName": login})
    assert answer.status_code == 400 and said(answer)["scimType"] == "invalidValue"
    assert not Person.objects.filter(login=login.lower()).exists()


def test_whom_the_directory_removes_is_signed_out_and_gone_and_her_login_is_free(machine: Machine) -> None:
    number = new(machine)["id"]
    person = Person.objects.get(pk=number)
    post = Post.objects.get(code=f"{BODY}:van-thu")
    acts.appoint(person, post, start=MONDAY.date(), actor=JOB, at=MONDAY)
    assert machine("DELETE", f"/Users/{number}").status_code == 204
    person.refresh_from_db()
    assert (person.is_active, person.login) == (False, f"lan.tran#{person.pk}")
    assert Appointment.objects.get(person=person).valid.upper == timezone.localdate()
    assert machine("GET", f"/Users/{number}").status_code == 404
    assert new(machine)["id"] != number  # another person of the same login is another person


def test_what_changed_meanwhile_is_not_written_over(machine: Machine) -> None:
    made = new(machine, displayName="Lan")
    step = {"op": "replace", "path": "displayName", "value": "Trần Thị Lan"}
    assert changed(machine, made["id"], step, **{"If-Match": made["meta"]["version"]}).status_code == 204
    late = changed(machine, made["id"], {**step, "value": "Hoa"}, **{"If-Match": made["meta"]["version"]})
    assert late.status_code == 412
    assert Person.objects.get(pk=made["id"]).name == "Trần Thị Lan"
    now = machine("GET", f"/Users/{made['id']}")
    assert machine("GET", f"/Users/{made['id']}", **{"If-None-Match": now["ETag"]}).status_code == 304


def test_attributes_that_nobody_keeps_here_do_no_harm(machine: Machine) -> None:
    """As Entra and Okta send it: names in parts, mail, a title, and a password, which is not theirs to set."""
    made = new(
        machine,
        name={"givenName": "Lan", "familyName": "Trần"},
        emails=[{"value": "lan@example.vn", "primary": True}],
        password="Mot-mat-khau-dai-1",
    )
    assert not set(made) & {"password", "emails", "name"}
    assert not Person.objects.get(pk=made["id"]).has_usable_password()


FILTERS = {
    'userName eq "LAN.TRAN"': ["lan.tran"],
    'userName sw "lan" and active eq true': ["lan.tran"],
    'userName sw "lan" or userName eq "hoa.le"': ["lan.tran", "lan.vo", "hoa.le"],
    'not (userName sw "lan") and userName co "."': ["hoa.le"],
    'displayName co "trần"': ["lan.tran"],
    'externalId eq "e-1"': ["lan.tran"],
    'externalId eq "E-1"': [],
    'externalId ne "e-1" and userName co "."': ["lan.vo", "hoa.le"],
    "externalId pr": ["lan.tran"],
    "active eq false": ["lan.vo"],
    "groups pr": ["hoa.le"],
    'userName co "%"': [],
    'userName gt "lan.tran"': ["lan.vo"],
}


@pytest.mark.parametrize("asked", FILTERS)
def test_a_filter_finds_what_it_says(machine: Machine, asked: str) -> None:
    new(machine, "lan.tran", displayName="Trần Thị Lan", externalId="e-1")
    new(machine, "lan.vo", active=False)
    hoa = Person.objects.get(pk=new(machine, "hoa.le")["id"])
    acts.appoint(hoa, Post.objects.get(code=f"{BODY}:van-thu"), start=MONDAY.date(), actor=JOB, at=MONDAY)
    client = Client(headers={"Authorization": f"Bearer {machine.token}"})
    page = said(client.get("/scim/v2/Users", {"filter": asked}))
    assert [one["userName"] for one in page.get("Resources", [])] == FILTERS[asked]
    assert page["totalResults"] == len(FILTERS[asked])


@pytest.mark.parametrize(
    "asked", ["userName eq", 'nickName eq "x"', 'meta.created gt "2026-01-01T00:00:00Z"', "active gt true"]
)
def test_a_filter_that_cannot_be_asked_is_refused(machine: Machine, asked: str) -> None:
    client = Client(headers={"Authorization": f"Bearer {machine.token}"})
    answer = client.get("/scim/v2/Users", {"filter": asked})
    assert answer.status_code == 400 and said(answer)["scimType"] in {"invalidFilter", "invalidValue"}


def test_pages_are_cut_by_the_database_and_the_total_is_of_all(machine: Machine) -> None:
    for number in range(5):
        new(machine, f"lan.{number}")
    client = Client(headers={"Authorization": f"Bearer {machine.token}"})
    page = said(client.get("/scim/v2/Users", {"startIndex": "2", "count": "2"}))
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (5, 2, 2)
    assert [one["userName"] for one in page["Resources"]] == ["lan.1", "lan.2"]
    assert said(client.get("/scim/v2/Users", {"count": "0"}))["totalResults"] == 5


def test_a_search_at_the_root_counts_people_and_posts_together(machine: Machine) -> None:
    new(machine)
    people = said(machine("GET", "/Users"))["totalResults"]
    posts = said(machine("GET", "/Groups"))["totalResults"]
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "startIndex": people, "count": 2}
    both = said(machine("POST", "/.search", body))
    assert both["totalResults"] == people + posts
    assert [one["meta"]["resourceType"] for one in both["Resources"]] == ["User", "Group"]


def test_another_directory_sees_nobody_of_this_one(machine: Machine, world: World) -> None:
    number = new(machine)["id"]
    _other, elsewhere = directory("elsewhere", "P-66")
    assert elsewhere("GET", f"/Users/{number}").status_code == 404
    assert elsewhere("DELETE", f"/Users/{number}").status_code == 404
    assert said(elsewhere("GET", "/Users"))["totalResults"] == 0
    assert Person.objects.get(pk=number).is_active
