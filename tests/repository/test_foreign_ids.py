"""Every id that an address, a form or a header carries, replaced by one of another province: absent, and nothing
is written. Made of the table of addresses, so that a new address is asked too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from isotherm.records.models import LedgerLine
from tests.repository.scene import ABOVE_ALL, ELSEWHERE, PAPERS, ROLES, SHUT_OUT, Scene
from tests.repository.test_addresses import Row, table

pytestmark = pytest.mark.slow

ID = re.compile(r"\{(\w+)\}|\b(P-52)\b")
# No ids of records: days, and what the register of bodies tells everybody who is signed in.
PLAIN = {"today", "next_year", "monday"}
PUBLIC = {
    "unit": "what the register says of a body is read by everybody who is signed in",
    "unit-tree": "what the register says of bodies is read by everybody who is signed in",
    "unit-duties": "the page of a body is everybody's; its rows are those that the reader reaches (test_unit_page.py)",
    "organisation": "how many posts a body has and may have is read by everybody; who sets it is said",
    "organisation-rows": "who holds which post of a body is read by everybody who is signed in",
    "power": "what was decided on powers is read by everybody; only a receiving body answers",
    "power-new": "a body's code is public; whose power it is to give is said, and nothing is written",
    "posts": "who holds which post of a body is read by everybody who is signed in",
    "post-found": "a body's code is public; whose administrator founds posts is said, and nothing is written",
    "reorganisation-new": "a body's code is public; whose office may decide on it is said, and nothing is written",
}
# Offices above all provinces reach what these sent; what one is still writing, or handed in, is foreign to them too.
UNSENT = {"draft", "handed", "ticket", "ticket_of_list", "scan", "open", "waiting"}
# Each filter that takes a body's code or id, where the role sees the page.
FILTERS = (
    "/?issuer={commune_id}",
    "/?tab=progress&issuer={commune_id}",
    "/directives/?issuer={unit}",
    "/directives/{running}/?tab=deliveries&unit={unit}",
    "/directives/{running}/matrix/?unit={unit}",
    "/directives/{running}/matrix/?province={unit}",
    "/directives/{running}/matrix/rows?unit={unit}",
    "/directives/{running}/matrix/rows?province={unit}",
    "/directives/{running}/units/P-52/?below={unit}",
    "/obstacles/?owing={unit}",
    "/heat/?issuer={unit}",
    "/heat/rows?step=take_up&issuer={unit}",
    "/heat/waiting?issuer={unit}",
    "/heat/units?issuer={unit}",
    "/heat/{running}/rows?step=take_up&unit={unit}",
    "/heat/{running}/waiting?unit={unit}",
)


@dataclass(frozen=True, slots=True)
class Swap:
    row: Row
    role: str
    foreign: str

    def __str__(self) -> str:
        return f"{self.role}: {self.row}, {self.foreign} of another province"


def ids_of(row: Row) -> Iterator[str]:
    words = [row.address, *(value for value in PAPERS.get(row.form, {}).values() if isinstance(value, str))]
    yield from sorted({one[1] or one[2] for word in words for one in ID.finditer(word)} - PLAIN)


def swaps() -> Iterator[Swap]:
    """Where a role gets through, the same with one id of another body."""
    for row in table():
        if row.route in PUBLIC:
            continue
        for role, answer in zip(ROLES, row.answers, strict=True):
            if role in SHUT_OUT or not answer.startswith(("200", "302")):
                continue
            for foreign in ids_of(row):
                if role not in ABOVE_ALL or foreign in UNSENT:
                    yield Swap(row, role, foreign)


def asked(scene: Scene, swap: Swap, client: Client) -> HttpResponse:
    row = swap.row
    address = scene.filled(row.address, swap.foreign)
    return client.get(address) if row.method == "GET" else client.post(address, scene.paper(row.form, swap.foreign))


def test_a_foreign_id_in_address_or_form_is_absent_and_writes_nothing(scene: Scene) -> None:
    clients = {role: scene.client(role) for role in ROLES}
    wrong, count = [], 0
    for swap in swaps():
        with transaction.atomic():
            before = LedgerLine.objects.count()
            status = asked(scene, swap, clients[swap.role]).status_code
            wrote = LedgerLine.objects.count() > before
            transaction.set_rollback(True)
        count += 1
        if status != 404 or wrote:
            wrong.append(f"{swap}: {status}{'+' if wrote else ''}")
    assert count > 300
    assert wrong == []


@pytest.mark.parametrize("address", FILTERS)
def test_a_foreign_body_in_a_filter_finds_what_an_unknown_one_finds(scene: Scene, address: str) -> None:
    """A filter narrows what is within reach: nothing is left, and the answer is the one for a code that is nobody's."""
    client = scene.client("approver")
    by = "{unit}" if "{unit}" in address else "{commune_id}"
    foreign, unknown = (ELSEWHERE, "P-99") if by == "{unit}" else (str(scene.foreign["commune_id"]), "4040404")
    here = [scene.filled(address.replace(by, value)) for value in (foreign, unknown)]
    pages = [client.get(one) for one in here]
    assert [one.status_code for one in pages] in ([200, 200], [404, 404])
    for page in pages:
        assert scene.foreign["running"] not in page.content.decode()


HEADERS = {
    "HX-Current-URL": "http://testserver/directives/{running}/",
    "HX-Target": "{running}",
    "HX-Trigger": "{draft}",
    "HX-Prompt": "{running}",
    "Referer": "http://testserver/directives/{running}/review/",
    "X-Forwarded-Host": "elsewhere.example",
    "X-Forwarded-For": "{running}",
    "X-HTTP-Method-Override": "DELETE",
    "X-Original-URL": "/directives/{running}/",
    "X-Rewrite-URL": "/directives/{running}/",
    "X-Forwarded-User": "walk.parent",
    "Remote-User": "walk.parent",
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_foreign_id_in_a_header_opens_nothing_and_changes_nothing(scene: Scene, header: str) -> None:
    client = scene.client("clerk")
    value = HEADERS[header].format_map(scene.foreign)
    for address in ("/directives/", "/directives/{running}/matrix/rows", "/"):
        plain = client.get(scene.filled(address))
        said = client.get(scene.filled(address), headers={header: value})
        assert said.status_code == plain.status_code
        assert scene.foreign["running"] not in said.content.decode()
        assert "elsewhere.example" not in said.content.decode()
    with transaction.atomic():
        before = LedgerLine.objects.count()
        address = f"/directives/{scene.foreign['running']}/units/{ELSEWHERE}/report"
        absent = client.post(address, headers={header: value})
        assert (absent.status_code, LedgerLine.objects.count()) == (404, before)
        transaction.set_rollback(True)


def test_the_page_of_a_refusal_never_leads_to_another_site(scene: Scene) -> None:
    client = scene.client("clerk")
    page = client.post("/directives/no-such/", headers={"Referer": "https://elsewhere.example/"})
    assert "elsewhere.example" not in page.content.decode()


def test_a_key_of_another_post_gives_nobody_its_answer(scene: Scene) -> None:
    """The neighbour's act with the same key is an act of its own, not the first one's answer."""
    key = "the-same-key"
    with transaction.atomic():
        first = scene.client("approver")
        address = scene.filled("/directives/{arrived}/units/P-52/take-up")
        assert first.post(address, {"key": key}).status_code == 302
        other = scene.client("stranger")
        before = LedgerLine.objects.count()
        assert other.post(address, {"key": key}).status_code == 404
        assert other.post("/take-up", {"key": key, "line": scene.filled("{arrived}|P-52")}).status_code == 404
        assert LedgerLine.objects.count() == before
        transaction.set_rollback(True)


def test_a_post_that_is_not_hers_in_the_session_gives_nothing_of_it(scene: Scene) -> None:
    client = scene.client("stranger")
    session = client.session
    session["post"] = scene.world.actor("P-52:lanh-dao").post_id
    session.save()
    assert client.get(scene.filled("/directives/{running}/")).status_code == 404
