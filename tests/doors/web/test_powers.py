"""The register of powers on the web: entered, answered, taken in and given out as a list; doubts on the review page."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from isotherm.accounts.models import Power, PowerAnswer
from isotherm.directives.exchange.lists.sheets import MOST_ROWS
from isotherm.directives.models import PowerOverrule
from isotherm.doors.cli import people as command
from tests.doors.web.test_posts import client, somebody
from tests.world import Wanted, World

LIST = (
    "Thẩm quyền;Hình thức giao;Từ ngày;matter\n",
    "matter;way;from;to;ground;start;people;phrases\n"
    "Cấp giấy phép xây dựng;Phân cấp;P-52;commune_committee;20/QĐ-UBND;01/06/2026;01 công chức;cấp phép xây dựng\n"
    "Cấp giấy phép khai thác;Ủy quyền;P-52;P-52.SYT;21/QĐ-UBND;2026-06-01;;\n",
)


@pytest.fixture
def clerk(world: World) -> Client:
    return client(somebody("clerk", "P-52:van-thu"))


def form(**more: str) -> dict[str, str]:
    return {
        "matter": "Cấp giấy phép xây dựng",
        "way": "decentralised",
        "from_unit": "P-52",
        "to_kind": "commune_committee",
        "ground": "20/QĐ-UBND",
        "start": timezone.localdate().isoformat(),
        **more,
    }


def test_a_power_is_entered_answered_and_ended(world: World, clerk: Client) -> None:
    answer = clerk.post("/powers/new", form(people="01 công chức địa chính"))
    power = Power.objects.get()
    here = f"/powers/{power.pk}/"
    assert answer.headers["Location"] == here
    assert "1 of 1 powers was given without all its means named" in clerk.get("/powers/").content.decode()
    commune = world.communes("P-52")[0]
    chair = client(somebody("chair", f"{commune}:lanh-dao"))
    refused = chair.post(here, {"do": "answer", "answer": "no", "words": ""})
    assert refused.status_code == 422 and "Say what is missing" in refused.content.decode()
    assert chair.post(here, {"do": "answer", "answer": "no", "words": "Không có người"}).status_code == 302
    assert PowerAnswer.objects.get().unit.code == commune
    assert "Không có người" in clerk.get(here).content.decode()
    later = timezone.localdate().replace(year=timezone.localdate().year + 1).isoformat()
    assert clerk.post(here, {"do": "end", "on": later, "ground": "30/QĐ-UBND"}).status_code == 302


def test_bodies_are_chosen_by_name(world: World, clerk: Client) -> None:
    page = clerk.get("/powers/new").content.decode()
    assert page.count("data-picker") == 2 and "People&#39;s Committee of Gia Lai Province" in page
    said = form(from_unit="UBND tỉnh Gia Lai", to_unit="Sở Y tế tỉnh Gia Lai", to_kind="")
    assert clerk.post("/powers/new", said).status_code == 302
    power = Power.objects.get()
    assert (power.from_unit.code, power.to_unit and power.to_unit.code) == ("P-52", "P-52.SYT")
    unknown = clerk.post("/powers/new", form(to_unit="Sở Không Có", to_kind=""))
    assert unknown.status_code == 422 and "is not one body of the register" in unknown.content.decode()


def test_a_refused_power_keeps_what_was_entered(clerk: Client) -> None:
    answer = clerk.post("/powers/new", form(to_unit="P-52.SYT", money="Ngân sách tỉnh"))
    said = answer.content.decode()
    assert answer.status_code == 422 and "not both" in said and "Ngân sách tỉnh" in said
    assert not Power.objects.exists()


def upload(browser: Client, content: bytes, name: str) -> tuple[int, str]:
    answer = browser.post("/powers/take-in", {"file": SimpleUploadedFile(name, content)})
    return answer.status_code, answer.content.decode()


def test_a_list_comes_in_and_goes_out_in_the_same_columns(clerk: Client) -> None:
    assert upload(clerk, LIST[1].encode(), "ds.csv")[0] == 302
    out = clerk.get("/powers/?as=xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(out))
    rows = [row for row in book.active.iter_rows(values_only=True) if row[0] and str(row[0]).startswith("Cấp")]
    assert {(row[2], row[4]) for row in rows} == {("P-52", "20/QĐ-UBND"), ("P-52", "21/QĐ-UBND")}
    Power.objects.all().delete()
    assert upload(clerk, out, "register.xlsx")[0] == 302
    assert set(Power.objects.values_list("way", "to_kind", "people")) == {
        ("decentralised", "commune_committee", "01 công chức"),
        ("delegated", "", ""),
    }


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"not a workbook", "x.xlsx"), (b"\xff\xfe\x00", "x.csv"), (b"a;b;c\n1;2;3\n", "x.csv"), (b"", "x.csv")],
)
def test_a_list_that_cannot_be_read_is_refused_with_a_sentence(clerk: Client, content: bytes, name: str) -> None:
    status, said = upload(clerk, content, name)
    assert status == 422 and 'class="wrong"' in said


@pytest.mark.parametrize("content", [b"\n".join([b"a;b;c"] * (MOST_ROWS + 1)), b"%PDF-1.7 x", b"PK\x03\x04broken"])
def test_a_refused_list_is_called_a_list_of_powers(clerk: Client, content: bytes) -> None:
    status, said = upload(clerk, content, "x.csv")
    assert status == 422 and "list of powers" in said and "list of tasks" not in said


def test_the_terminal_takes_in_and_prints_the_same(world: World, tmp_path: Path) -> None:
    file = tmp_path / "ds.csv"
    file.write_text(LIST[1], encoding="utf-8")
    run = CliRunner()
    assert run.invoke(command.group, ["power", "take-in", str(file)], catch_exceptions=False).exit_code == 0
    printed = run.invoke(command.group, ["power", "list", world.communes("P-52")[0]], catch_exceptions=False).output
    assert [line.split("\t")[1:5] for line in printed.splitlines()] == [
        ["decentralised", "P-52", "commune_committee", "20/QĐ-UBND"]
    ]


def test_the_review_page_tells_the_doubt_and_takes_the_reason(world: World, clerk: Client) -> None:
    clerk.post("/powers/new", form(start="2026-01-01"))
    document = world.written(
        "5/CT-UBND", [Wanted(["P-52.SXD"], action="Cấp giấy phép xây dựng cho các hộ dân")], issuer="P-52"
    )
    officer = client(somebody("officer", "P-52:chuyen-vien"))
    here, power = f"/directives/{document.code}/review/", Power.objects.get()
    page = officer.get(here).content.decode()
    assert "1 doubt about powers is to be settled" in page and f'value="overrule-{power.pk}"' in page
    short = officer.post(here, {"do": f"overrule-{power.pk}", "what": "1", "reason": ""})
    assert short.status_code == 422 and not PowerOverrule.objects.exists()
    done = officer.post(here, {"do": f"overrule-{power.pk}", "what": "1", "reason": "Sở hướng dẫn, xã cấp phép"})
    assert done.status_code == 302
    assert "Overruled: Sở hướng dẫn, xã cấp phép" in officer.get(here).content.decode()


def test_a_draft_is_told_the_doubt(world: World, clerk: Client) -> None:
    clerk.post("/powers/new", form(start="2026-01-01"))
    text = (
        "ỦY BAN NHÂN DÂN\nTỈNH GIA LAI\nSố: 9/CT-UBND\nGia Lai, ngày 10 tháng 6 năm 2026\nCHỈ THỊ\nVề việc xây dựng\n"
        "1. Sở Xây dựng chủ trì cấp giấy phép xây dựng cho các hộ dân trước ngày 31 tháng 12 năm 2026.\n"
    )
    page = clerk.post("/directives/draft-check/", {"text": text}).content.decode()
    assert "1 doubt about powers" in page and "does not hold this power" in page
