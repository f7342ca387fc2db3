"""A list handed in on its page: what its columns hold, where its rows stand, what is wrong, and bringing it in."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from isotherm.directives.models import Document, ListColumns
from isotherm.records.models import StoredFile
from tests.directives.exchange.lists.papers import HEAD, workbook
from tests.directives.exchange.lists.test_bringing_in import SUPPLIES, TEXT
from tests.directives.test_register import taken
from tests.doors.web.desk_people import at_post
from tests.world import World

FAR = "Mua sắm trang thiết bị y tế kỹ thuật cao"
NEAR = "Dự trữ thuốc men, lương thực cho nơi bị chia cắt mùa mưa"
LIST = workbook(
    [
        (*HEAD, "Số, ký hiệu"),
        (1, SUPPLIES, "Bộ Y tế", "", "31/12/2026", "", "", "91/CĐ-TTg"),
        (2, FAR, "Bộ Y tế lâm thời", "", "12/31/2026"),
        (3, NEAR, "Bộ Y tế"),
        (4, "", "Bộ Y tế"),
        (5, "Xây dựng Nghị định", "Bộ Nội vụ", "", "", "", "", "92/CĐ-TTg"),
    ]
)


def handed_in(client: Client, document: Document, content: bytes = LIST, name: str = "ds.xlsx") -> Any:
    return client.post(f"/directives/{document.code}/list/", {"file": SimpleUploadedFile(name, content)})


def form_of(page: str) -> dict[str, str]:
    """What the form would send as it stands."""
    form: dict[str, str] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page):
        form[name] = value
    for name, choices in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>', choices)
        form[name] = (chosen.group(1) or "") if chosen else ""
    for name, value in re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)" checked', page):
        form[name] = value
    return form


def test_a_list_is_looked_at_mended_on_the_page_and_brought_in(world: World) -> None:
    document = taken(world, TEXT)
    client = at_post("VPCP:chuyen-vien", language="en")
    address = handed_in(client, document)["Location"]
    page = client.get(address).content.decode()
    assert "1 row can be brought into" in page
    assert "<b>C3</b>" in page and "<b>E3</b>" in page  # the faults of a row by its cells
    assert "31/12/2026" in page
    assert "2 rows wait for you" in page
    assert "92/CĐ-TTg" in page
    form = form_of(page) | {"w-3": "xã là nơi dự trữ lương thực", "s-4": "+"}
    looked = client.post(address, form | {"do": "look"}).content.decode()
    assert "3 rows can be brought into" in looked
    assert not document.tasks.filter(action=SUPPLIES).exists()
    done = client.post(address, form_of(looked) | {"do": "take"})
    assert (done.status_code, done["Location"]) == (302, f"/directives/{document.code}/review/")
    assert set(document.tasks.filter(number__gt=2).values_list("action", "state")) == {
        (SUPPLIES, "proposed"),
        (FAR, "proposed"),
        (NEAR, "proposed"),
    }
    again = client.post(address, form_of(looked) | {"do": "take"})
    assert again.status_code in (302, 409)
    assert document.tasks.count() == 5


def test_a_ready_row_may_be_left_out_and_a_decision_taken_back(world: World) -> None:
    document = taken(world, TEXT)
    client = at_post("VPCP:chuyen-vien", language="en")
    address = handed_in(client, document)["Location"]
    form = form_of(client.get(address).content.decode())
    left = client.post(address, form | {"s-2": "-", "do": "look"}).content.decode()
    assert "No row can be brought into" in left
    near = client.post(address, form | {"s-4": "+", "do": "look"}).content.decode()
    assert form_of(near)["s-4"] == "+"
    anew = client.post(address, form_of(near) | {"r-4": "1", "do": "look"}).content.decode()
    assert "2 rows wait for you" in anew


def test_the_columns_may_be_corrected_and_are_known_the_next_time(world: World) -> None:
    document = taken(world, TEXT)
    client = at_post("VPCP:chuyen-vien", language="en")
    content = workbook([("Ai", "Làm gì", "Bao giờ"), ("Bộ Y tế", SUPPLIES, "31/12/2026")])
    address = handed_in(client, document, content)["Location"]
    page = client.get(address).content.decode()
    assert "Say which column holds the work" in page
    form = form_of(page) | {"c-0": "lead", "c-1": "task", "c-2": "deadline"}
    twice = client.post(address, form | {"c-2": "task", "do": "look"})
    assert twice.status_code == 422
    client.post(address, form | {"do": "take"})
    assert document.tasks.filter(action=SUPPLIES).count() == 1
    assert ListColumns.objects.count() == 1
    other = taken(world, TEXT.replace("91/", "92/"))
    page = client.get(handed_in(client, other, content)["Location"]).content.decode()
    assert "as your office said for such a list before" in page
    assert "1 row can be brought into" in page


def test_a_list_of_several_documents_leads_on_to_the_others(world: World) -> None:
    document, other = taken(world, TEXT), taken(world, TEXT.replace("91/", "92/"))
    client = at_post("VPCP:chuyen-vien", language="en")
    page = client.get(handed_in(client, document)["Location"]).content.decode()
    [link] = re.findall(rf'href="(/directives/{other.code}/list/[^"]+)"', page)
    assert "92/CĐ-TTg" in client.get(link.replace("&amp;", "&")).content.decode()


def test_a_marked_list_leaves_nothing_behind(world: World) -> None:
    document = taken(world, TEXT)
    count = StoredFile.objects.count()
    answer = handed_in(at_post("VPCP:chuyen-vien"), document, "TỐI MẬT\nSTT,Nhiệm vụ,Chủ trì\n".encode(), "mat.csv")
    assert answer.status_code == 422
    assert "mat.csv" not in answer.content.decode()
    assert StoredFile.objects.count() == count


def test_another_persons_list_is_opened_by_nobody_else(world: World) -> None:
    document = taken(world, TEXT)
    address = handed_in(at_post("VPCP:chuyen-vien"), document)["Location"]
    assert at_post("VPCP:lanh-dao").get(address).status_code == 404
    assert at_post("VPCP:chuyen-vien").get(address.partition("?")[0]).status_code == 404


def test_what_stands_in_a_cell_is_words_on_the_page(world: World) -> None:
    document = taken(world, TEXT)
    client = at_post("VPCP:chuyen-vien")
    content = workbook([HEAD, (1, "<script>alert(1)</script> rà soát các hồ chứa", '"><img src=x>')])
    page = client.get(handed_in(client, document, content)["Location"]).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
