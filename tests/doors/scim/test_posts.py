"""Posts by SCIM: a Group is a post, its members are those who sit in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from isotherm.accounts import acts
from isotherm.accounts.acts.provisioning import end_client
from isotherm.accounts.models import Appointment, Person, Post, ProvisioningClient
from isotherm.records.models import LedgerLine
from tests.doors.scim.conftest import BODY, JOB, Machine, directory
from tests.doors.scim.test_people import PATCH, new, said
from tests.world import MONDAY, World

GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


def filled(machine: Machine, post: Post, *steps: dict[str, Any]) -> Any:
    return machine("PATCH", f"/Groups/{post.pk}", {"schemas": [PATCH], "Operations": list(steps)})


def adding(number: str) -> dict[str, Any]:
    return {"op": "add", "path": "members", "value": [{"value": number}]}


def post_of(seat: str, body: str = BODY) -> Post:
    return Post.objects.get(code=f"{body}:{seat}")


def test_a_member_is_appointed_from_today_and_may_act_with_the_next_click(machine: Machine) -> None:
    number = new(machine)["id"]
    post = post_of("chuyen-vien")
    assert filled(machine, post, adding(number)).status_code == 204
    one = Appointment.objects.get(person=number)
    assert (one.post_id, one.valid.lower, one.how, one.ground) == (post.pk, timezone.localdate(), "held", "12/QĐ-SYT")
    client = Client()
    client.force_login(Person.objects.get(pk=number))
    assert client.get("/directives/").status_code == 200
    groups = said(machine("GET", f"/Users/{number}"))["groups"]
    assert [(group["value"], group["display"]) for group in groups] == [(str(post.pk), post.title_vi)]


def test_a_removed_member_leaves_at_once_even_on_the_first_day(machine: Machine) -> None:
    number = new(machine)["id"]
    post = post_of("chuyen-vien")
    filled(machine, post, adding(number))
    gone = filled(machine, post, {"op": "remove", "path": f'members[value eq "{number}"]'})
    assert gone.status_code == 204
    assert Appointment.objects.get(person=number).valid.isempty
    assert LedgerLine.objects.filter(verb="person.appointment_withdrawn", subject_id=int(number)).exists()
    # One who came before today leaves today, and what was done stays done.
    acts.appoint(Person.objects.get(pk=number), post, start=MONDAY.date(), actor=JOB, at=MONDAY)
    filled(machine, post, {"op": "remove", "path": "members"})
    ended = Appointment.objects.get(person=number, valid__isempty=False)
    assert ended.valid.upper == timezone.localdate()


def test_a_post_has_one_holder_and_says_so(machine: Machine) -> None:
    first, second = new(machine, "lan.a")["id"], new(machine, "lan.b")["id"]
    post = post_of("chuyen-vien")
    filled(machine, post, adding(first))
    answer = filled(machine, post, adding(second))
    assert answer.status_code == 409 and "already has a holder" in said(answer)["detail"]
    assert [one.person_id for one in Appointment.objects.filter(post=post)] == [int(first)]


def test_a_founded_post_does_the_first_of_what_the_directory_may_give(machine: Machine) -> None:
    number = new(machine)["id"]
    body = {"schemas": [GROUP], "displayName": "Chuyên viên y tế dự phòng", "members": [{"value": number}]}
    made = said(machine("POST", "/Groups", body))
    post = Post.objects.get(pk=made["id"])
    assert (post.code, post.hands) == (f"{BODY}:chuyen-vien-y-te-du-phong", ["officer"])
    assert made["members"] == [{"value": number, "$ref": f"http://testserver/scim/v2/Users/{number}", "type": "User"}]
    assert machine("DELETE", f"/Groups/{post.pk}").status_code == 204
    assert machine("GET", f"/Groups/{post.pk}").status_code == 404
    assert not Appointment.objects.filter(person=number, valid__contains=timezone.localdate()).exists()


def test_the_scope_of_hands_is_never_left(machine: Machine) -> None:
    """A directory of officers and clerks neither fills, empties nor renames the seat of the head, nor changes its
    holder."""
    number = new(machine)["id"]
    head = post_of("lanh-dao")
    refused = filled(machine, head, adding(number))
    assert refused.status_code == 403 and not Appointment.objects.filter(post=head).exists()
    person = Person.objects.get(pk=number)
    acts.appoint(person, head, start=timezone.localdate() + timedelta(days=3), actor=JOB, at=MONDAY)
    step = {"op": "replace", "path": "active", "value": False}
    answer = machine("PATCH", f"/Users/{number}", {"schemas": [PATCH], "Operations": [step]})
    assert answer.status_code == 403 and "not for this directory" in said(answer)["detail"]
    assert machine("DELETE", f"/Users/{number}").status_code == 403
    assert Person.objects.get(pk=number).is_active


def test_the_scope_of_bodies_is_never_left(machine: Machine, world: World) -> None:
    number = new(machine)["id"]
    for above in ("P-52", "P-66"):
        assert filled(machine, post_of("chuyen-vien", above), adding(number)).status_code == 404
    # Who also holds a post elsewhere is not this directory's to change; she stays to be seen.
    acts.appoint(
        Person.objects.get(pk=number), post_of("chuyen-vien", "P-52"), start=MONDAY.date(), actor=JOB, at=MONDAY
    )
    assert machine("GET", f"/Users/{number}").status_code == 200
    assert machine("DELETE", f"/Users/{number}").status_code == 403


def test_a_stranger_is_no_member(machine: Machine) -> None:
    stranger = acts.add_person("xa", name="Xa", password="Mot-mat-khau-dai-1", actor=JOB, at=MONDAY)
    answer = filled(machine, post_of("chuyen-vien"), adding(str(stranger.pk)))
    assert answer.status_code == 400 and said(answer)["scimType"] == "invalidValue"
    assert not Appointment.objects.filter(person=stranger).exists()


def test_a_seat_that_the_directory_did_not_found_is_neither_renamed_nor_closed(machine: Machine) -> None:
    post = post_of("chuyen-vien")
    shown = said(machine("GET", f"/Groups/{post.pk}"))
    assert shown["displayName"] == f"{post.title_vi} ({post.code})"
    assert filled(machine, post, {"op": "replace", "path": "displayName", "value": "Khác"}).status_code == 403
    assert machine("DELETE", f"/Groups/{post.pk}").status_code == 403
    client = Client(headers={"Authorization": f"Bearer {machine.token}"})
    found = said(client.get("/scim/v2/Groups", {"filter": f'displayName eq "{shown["displayName"]}"'}))
    assert [one["id"] for one in found["Resources"]] == [str(post.pk)]


def test_groups_are_looked_up_by_who_sits_there(machine: Machine) -> None:
    number = new(machine)["id"]
    filled(machine, post_of("chuyen-vien"), adding(number))
    client = Client(headers={"Authorization": f"Bearer {machine.token}"})
    for asked in (f'members eq "{number}"', f'members[value eq "{number}"]', f'members.value eq "{number}"'):
        found = said(client.get("/scim/v2/Groups", {"filter": asked}))
        assert [one["id"] for one in found["Resources"]] == [str(post_of("chuyen-vien").pk)]


def test_without_a_directory_there_is_no_door(db: None) -> None:
    assert Client().get("/scim/v2/Users", headers={"Authorization": "Bearer x"}).status_code == 404
    assert Client().get("/scim/v2/ServiceProviderConfig").status_code == 404


def test_a_wrong_or_ended_token_opens_nothing_and_only_its_digest_is_kept(machine: Machine, world: World) -> None:
    directory("other", "P-66")  # the door is open
    assert machine("GET", "/Users").status_code == 200
    assert Machine("wrong")("GET", "/Users").status_code == 401
    assert Machine("")("POST", "/Users", {}).status_code == 401
    client = ProvisioningClient.objects.get(name="health")
    assert machine.token not in str(ProvisioningClient.objects.values().get(pk=client.pk))
    end_client(client, actor=JOB, at=MONDAY)
    refused = machine("GET", "/Users")
    assert refused.status_code == 401 and refused["WWW-Authenticate"].startswith("Bearer")
    assert LedgerLine.objects.filter(verb="directory.ended", subject_id=client.pk).exists()


def test_a_browser_session_is_nobody_here(machine: Machine) -> None:
    person = Person.objects.get(pk=new(machine)["id"])
    client = Client()
    client.force_login(person)
    assert client.get("/scim/v2/Users").status_code == 401


def test_what_is_no_json_and_what_is_too_large_is_named(machine: Machine, settings: Any) -> None:
    headers = {"Authorization": f"Bearer {machine.token}"}
    broken = Client().generic("POST", "/scim/v2/Users", "{", content_type="application/scim+json", headers=headers)
    assert broken.status_code == 400 and said(broken)["scimType"] == "invalidSyntax"
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    large = machine("POST", "/Users", {"userName": "x" * 200})
    assert large.status_code == 413
