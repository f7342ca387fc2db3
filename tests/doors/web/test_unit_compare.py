"""A list handed in on a page: its differences, its bad rows, a draft of it; and nobody else's list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from isotherm.units.models import Reorganisation
from tests.doors.web.test_directives import somebody, words
from tests.units.test_compare import whole, written
from tests.world import World

pytestmark = pytest.mark.slow

ADDRESS = "/units/compare"
DECISION = {
    "title": "Danh mục",
    "document": "5/2026/NQ",
    "issuer": "QH",
    "signed_on": "2026-11-01",
    "day": "2027-01-01",
}


def handed_in(client: Client, rows: list[dict[str, str]], folder: Path) -> str:
    content = written(rows, folder).read_bytes()
    answer = client.post(ADDRESS, {"file": SimpleUploadedFile("danh-muc.csv", content)})
    assert answer.status_code == 302, words(answer)
    return answer["Location"]


def ticket_of(address: str, client: Client) -> str:
    found = re.search(r'name="of" value="([^"]+)"', client.get(address).content.decode())
    assert found is not None
    return found[1]


def test_a_list_is_shown_against_the_register_and_becomes_a_draft(world: World, tmp_path: Path) -> None:
    client = somebody("VPCP:chuyen-vien")
    address = handed_in(client, whole(c00008={"Tên": "Phường Ngọc Hà Mới"}, c00082=None), tmp_path)
    page = words(client.get(address))
    assert "2 differences from the register" in page
    assert "other name" in page and "Ngọc Hà Mới" in page
    assert "it stays as it is" in page
    form = {**DECISION, "of": ticket_of(address, client), "heir-00082": "C-00070", "key": "one"}
    answer = client.post(ADDRESS, form)
    made = Reorganisation.objects.get()
    assert answer["Location"] == f"/units/reorganisations/{made.code}/"
    assert sorted(made.steps.values_list("kind", flat=True)) == ["merge", "rename"]
    assert client.post(ADDRESS, form)["Location"] == answer["Location"]
    assert Reorganisation.objects.count() == 1


def test_both_sides_are_told_in_words(world: World, tmp_path: Path) -> None:
    client = somebody("VPCP:chuyen-vien")
    address = handed_in(client, whole(c00025={"Tên": "Xã Giảng Võ"}, c00091={"Mã tỉnh": "04"}), tmp_path)
    page = client.get(address).content.decode()
    sides = re.findall(r'data-label="in the (?:register|list):">([^<]*)<', page)
    assert sides == ["ward", "commune", "Hà Nội (01)", "Cao Bằng (04)"]
    client.cookies["isotherm_language"] = "vi"
    page = client.get(address).content.decode()
    assert ">phường<" in page and ">xã<" in page and ">ward<" not in page


def test_what_nobody_takes_over_stays(world: World, tmp_path: Path) -> None:
    client = somebody("VPCP:chuyen-vien")
    address = handed_in(client, whole(c00082=None), tmp_path)
    answer = client.post(ADDRESS, {**DECISION, "of": ticket_of(address, client)})
    assert answer.status_code == 422
    assert "The list gives nothing to draft." in words(answer) and "5/2026/NQ" in answer.content.decode()


def test_bad_rows_are_named_and_left_out_only_where_somebody_says_so(world: World, tmp_path: Path) -> None:
    client = somebody("VPCP:chuyen-vien")
    rows = whole(c00008={"Tên": "Phường Ngọc Hà Mới"})
    rows.append({"Mã": "x1", "Tên": "Xã Sai Mã", "Mã tỉnh": "01"})
    address = handed_in(client, rows, tmp_path)
    assert "x1 is not a code" in words(client.get(address))
    form = {**DECISION, "of": ticket_of(address, client)}
    assert client.post(ADDRESS, form).status_code == 422
    assert client.post(ADDRESS, {**form, "leave-out": "1"}).status_code == 302


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"\xff\xfe\x00", b""])
def test_what_is_no_list_is_refused_and_not_kept(world: World, content: bytes) -> None:
    answer = somebody("VPCP:chuyen-vien").post(ADDRESS, {"file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 422
    assert b'type="file"' in answer.content


def test_a_ticket_opens_the_list_of_its_post_alone(world: World, tmp_path: Path) -> None:
    owner = somebody("VPCP:chuyen-vien")
    address = handed_in(owner, whole(c00082=None), tmp_path)
    assert somebody("P-52:chuyen-vien").get(address).status_code == 404
    assert somebody("P-52:van-thu").get(address).status_code == 403
    assert owner.get(f"{ADDRESS}?of=nonsense").status_code == 404


def test_a_list_that_agrees_says_so(world: World, tmp_path: Path) -> None:
    client = somebody("VPCP:chuyen-vien")
    page = client.get(handed_in(client, whole(), tmp_path))
    assert "The list agrees with the register" in words(page)
    assert "name=\"of\"" not in page.content.decode()
