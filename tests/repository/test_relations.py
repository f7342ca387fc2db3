"""Every address, asked by each hand of each body around Gia Lai and in every other way of asking: nobody of a body
reaches further than its head, and no page knows a way of asking that is not in the table."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from isotherm.accounts.models import Appointment, Person, Post
from isotherm.records.models import LedgerLine
from tests.repository.scene import ROLES, Scene
from tests.repository.test_addresses import Row, table

pytestmark = pytest.mark.slow

# Above, below, beside, elsewhere, and the ministry: the body's head walks in the table, the other hands here.
RELATIONS = ("office", "child", "untold", "sibling", "stranger", "debtor")
SEATS = ("van-thu", "chuyen-vien", "cong-chuc", "kiem-tra", "quan-tri")
OTHER_WAYS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
THROUGH = ("200", "302")


def companions(scene: Scene, head: str) -> dict[str, Client]:
    """The other seats of the head's body, each held by somebody."""
    unit = Post.objects.get(code=scene.posts[head]).unit
    found = {}
    for post in Post.objects.filter(unit=unit, code__in=[f"{unit.code}:{seat}" for seat in SEATS]):
        if Appointment.objects.filter(post=post, how="held").exists():
            continue
        login = f"beside.{post.code}".lower()
        person = Person.objects.create(login=login, name=post.code, password=make_password(None))
        Appointment.objects.create(person=person, post=post, valid=DateRange(date(2025, 7, 1), None))
        found[post.code] = Client()
        found[post.code].force_login(person)
    return found


def asked(scene: Scene, row: Row, client: Client) -> tuple[str, bool]:
    with transaction.atomic():
        before = LedgerLine.objects.count()
        address = scene.filled(row.address)
        response = client.get(address) if row.method == "GET" else client.post(address, scene.paper(row.form))
        if response.streaming:
            b"".join(response.streaming_content)
        wrote = LedgerLine.objects.count() > before
        transaction.set_rollback(True)
    return str(response.status_code), wrote


@pytest.mark.slow
@pytest.mark.parametrize("head", RELATIONS)
def test_no_hand_of_a_body_reaches_further_than_its_head(scene: Scene, head: str) -> None:
    further, count = [], 0
    with transaction.atomic():
        clients = companions(scene, head)
        for row in table():
            # What one's own post or hand is asked for is not the head's either: choosing a post, signing in and out.
            if row.route in ("post", "sign-in", "sign-out", "scim"):
                continue
            expected = row.answers[ROLES.index(head)]
            # People and posts are the administrator's, where the head is told that they are another's to enter.
            administers = expected == "403" and row.answers[ROLES.index("administrator")].startswith(THROUGH)
            for post, client in clients.items():
                if administers and post.endswith(":quan-tri"):
                    continue
                status, wrote = asked(scene, row, client)
                count += 1
                if (status in THROUGH and not expected.startswith(THROUGH)) or (wrote and "+" not in expected):
                    further.append(f"{post}: {row}: {status}{'+' if wrote else ''}, its head {expected}")
        transaction.set_rollback(True)
    assert count > 250
    assert further == []


@pytest.mark.parametrize("way", OTHER_WAYS)
def test_no_page_is_asked_in_any_other_way(scene: Scene, way: str) -> None:
    addresses = {row.route: row.address for row in table()}
    open_to_all = {"sign-in", "sign-out", "language", "theme", "second-factor"}
    open_to_all |= {"sign-in-second", "sign-in-with", "sign-in-return", "sign-out-with"}
    shown, before = [], LedgerLine.objects.count()
    for role in ("approver", "sibling", "nobody"):
        client = scene.client(role)
        for route, address in addresses.items():
            status = client.generic(way, scene.filled(address)).status_code
            led_to_sign_in = role == "nobody" and status == 302
            if status not in (401, 404, 405) and not led_to_sign_in and not (route in open_to_all and status < 400):
                shown.append(f"{role}: {way} {route}: {status}")
    assert shown == []
    assert LedgerLine.objects.count() == before
