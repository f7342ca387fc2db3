"""Official lists held against the register: what differs is named with its row, and what cannot be read is left out."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from isotherm import country
from isotherm.doors.cli import units as commands
from isotherm.execution import reorganise
from isotherm.refusals import NotAccepted
from isotherm.units import compare
from isotherm.units.compare import What
from isotherm.units.models import Reorganisation
from isotherm.units.reorganisation import from_list
from tests.world import World

pytestmark = pytest.mark.slow

TODAY = date(2026, 6, 1)


def whole(**changes: dict[str, str] | None) -> list[dict[str, str]]:
    """Today's communes as an office would list them; `changes` by code, None drops the row."""
    kinds = {"commune": "Xã", "ward": "Phường", "special_zone": "Đặc khu"}
    rows = []
    for row in country.table("vn-communes-3321"):
        listed = {
            "Mã": row["code"],
            "Tên": f"{kinds[row['type']]} {row['name_vi']}",
            "Mã tỉnh": row["province_code"],
        }
        change = changes.get(f"c{row['code']}", {})
        if change is not None:
            rows.append({**listed, **change})
    return rows


def written(rows: list[dict[str, str]], tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def compared(path: Path) -> compare.Comparison:
    listed, faults = compare.read(path.read_bytes())
    return compare.compare(listed, faults, TODAY)


@pytest.mark.django_db
def test_the_list_of_today_agrees_with_the_register(tmp_path: Path) -> None:
    found = compared(written(whole(), tmp_path))
    assert (found.rows, found.same, found.differences, found.faults) == (3321, 3321, [], [])


@pytest.mark.django_db
def test_each_difference_is_named_with_its_row(tmp_path: Path) -> None:
    rows = whole(
        c00008={"Tên": "Phường Ngọc Hà Mới"},
        c00025={"Tên": "Xã Giảng Võ"},
        c00070={"Mã tỉnh": "04"},
        c06978={"Mã": "06970"},
        c00082=None,
    )
    rows.append({"Mã": "99999", "Tên": "Xã Mới Lập", "Mã tỉnh": "01"})
    found = compared(written(rows, tmp_path))
    told = {(one.what, one.code): (one.was, one.becomes, one.line) for one in found.differences}
    assert told == {
        (What.RENAMED, "00008"): ("Ngọc Hà", "Ngọc Hà Mới", 3),
        (What.OTHER_KIND, "00025"): ("ward", "commune", 4),
        (What.MOVED, "00070"): ("01", "04", 5),
        (What.OTHER_CODE, "06970"): ("06978", "06970", next(n for n, r in enumerate(rows, 2) if r["Mã"] == "06970")),
        (What.NEW, "99999"): ("", "Mới Lập", len(rows) + 1),
        (What.GONE, "00082"): ("Cửa Nam", "", None),
    }
    assert found.same == 3321 - 5


@pytest.mark.django_db
def test_a_name_that_begins_like_a_kind_stays_whole(tmp_path: Path) -> None:
    rows = [{"Mã": "10279", "Tên": "Phượng Dực", "Mã tỉnh": "01"}]
    listed, _faults = compare.read(written(rows, tmp_path).read_bytes())
    assert (listed[0].name, listed[0].kind) == ("Phượng Dực", "")


@pytest.mark.django_db
def test_both_placements_of_the_tone_mark_are_one_name(tmp_path: Path) -> None:
    rows = whole(c00922={"Tên": "Xã Thuận Hoà"})
    assert compared(written(rows, tmp_path)).differences == []


@pytest.mark.django_db
def test_the_same_name_in_another_province_is_another_unit(tmp_path: Path) -> None:
    """A code that is not known, under a name that only another province has, is new: nothing is taken for moved."""
    rows = whole(c06978=None)
    rows.append({"Mã": "06970", "Tên": "Xã Ba Chẽ", "Mã tỉnh": "01"})
    assert {one.what for one in compared(written(rows, tmp_path)).differences} == {What.NEW, What.GONE}


def test_rows_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    rows = [
        {"Mã": "00004", "Tên": "Ba Đình", "Loại": "phường"},
        {"Mã": "", "Tên": "Không mã", "Loại": "xã"},
        {"Mã": "00004", "Tên": "Ba Đình", "Loại": "phường"},
        {"Mã": "x12", "Tên": "Sai mã", "Loại": "xã"},
        {"Mã": "00008", "Tên": "Ngọc Hà", "Loại": "thôn"},
    ]
    listed, faults = compare.read(written(rows, tmp_path).read_bytes())
    assert [one.code for one in listed] == ["00004"]
    assert [one.line for one in faults] == [3, 4, 5, 6]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", "Mã\n1\n".encode()])
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(NotAccepted):
        compare.read(content)


@pytest.mark.django_db
def test_the_command_ends_with_one_where_something_differs(tmp_path: Path) -> None:
    path = written(whole(c00008={"Tên": "Phường Ngọc Hà Mới"}), tmp_path)
    asked = ["compare", str(path), "--on", "2026-06-01", "--format"]
    shown = CliRunner().invoke(commands.group, [*asked, "json"])
    assert shown.exit_code == 1
    assert json.loads(shown.output[: shown.output.rindex("}") + 1])["counts"] == {"renamed": 1}
    book = tmp_path / "out.xlsx"
    assert CliRunner().invoke(commands.group, [*asked, "xlsx", "--out", str(book)]).exit_code == 1
    assert book.read_bytes().startswith(b"PK")
    same = CliRunner().invoke(commands.group, ["compare", str(written(whole(), tmp_path)), "--on", "2026-06-01"])
    assert same.exit_code == 0


# --- rows that contradict the register or themselves --------------------------------------------------------
@pytest.mark.django_db
def test_a_code_given_to_another_place_is_no_new_name_of_the_old_one(tmp_path: Path) -> None:
    """Ba Chẽ is 06978: where 06970 is listed for it and 06978 for a new place, the place keeps its unit."""
    rows = whole(c06978={"Mã": "06970"})
    parent = next(row["Mã tỉnh"] for row in rows if row["Mã"] == "06970")
    rows.append({"Mã": "06978", "Tên": "Xã Mới Lập", "Mã tỉnh": parent})
    found = {(one.what, one.code): one.unit for one in compared(written(rows, tmp_path)).differences}
    assert found == {(What.OTHER_CODE, "06970"): "C-06978", (What.NEW, "06978"): ""}


@pytest.mark.django_db
def test_a_known_name_under_an_unknown_code_needs_its_place(tmp_path: Path) -> None:
    rows = [{"Mã": row["Mã"], "Tên": row["Tên"]} for row in whole(c06978={"Mã": "06970"})]
    found = compared(written(rows, tmp_path))
    assert [(one.line, "called so" in one.why or "tên này" in one.why) for one in found.faults] == [
        (next(n for n, row in enumerate(rows, 2) if row["Mã"] == "06970"), True)
    ]
    assert [one.what for one in found.differences] == [What.GONE]


def test_bodies_that_stand_above_themselves_are_named(tmp_path: Path) -> None:
    rows = [
        {"Mã": "00001", "Tên": "Xã A", "Mã tỉnh": "00002"},
        {"Mã": "00002", "Tên": "Xã B", "Mã tỉnh": "00001"},
        {"Mã": "00003", "Tên": "Xã C", "Mã tỉnh": "00001"},
    ]
    listed, faults = compare.read(written(rows, tmp_path).read_bytes())
    assert [one.code for one in listed] == ["00003"]
    assert [one.line for one in faults] == [2, 3] and all("00001, 00002" in one.why for one in faults)


FORMED = "Hình thành từ"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("formed", "why"),
    [
        ("00082=0.6", "0.6"),
        ("99999", "99999"),
        ("00008", "00008"),
        ("00082=2", "00082=2"),
        ("abc", "abc"),
    ],
)
def test_what_a_row_is_formed_from_is_checked(tmp_path: Path, formed: str, why: str) -> None:
    rows = [{**row, FORMED: formed if row["Mã"] == "00070" else ""} for row in whole(c00082=None)]
    found = compared(written(rows, tmp_path))
    line = next(n for n, row in enumerate(rows, 2) if row["Mã"] == "00070")
    assert [one.line for one in found.faults] == [line]
    assert why in found.faults[0].why
    assert found.heirs == {}


@pytest.mark.django_db
def test_shares_that_add_to_one_divide_what_is_gone(tmp_path: Path) -> None:
    said = {"00070": "00082=0.6", "00004": "00082=0,4"}
    rows = [{**row, FORMED: said.get(row["Mã"], "")} for row in whole(c00082=None)]
    found = compared(written(rows, tmp_path))
    assert found.faults == []
    assert {code: str(share) for code, share in found.heirs["00082"]} == {"00004": "0.4", "00070": "0.6"}


# --- a draft out of the list --------------------------------------------------------------------------------
def proposed(path: Path, **heirs: list[str]) -> from_list.Proposal:
    listed, faults = compare.read(path.read_bytes())
    over = {code.removeprefix("c"): units for code, units in heirs.items()}
    return from_list.propose(compare.compare(listed, faults, TODAY), listed, heirs=over)


@pytest.mark.django_db
def test_each_difference_becomes_its_step_and_nothing_is_guessed(tmp_path: Path) -> None:
    rows = whole(
        c00008={"Tên": "Phường Ngọc Hà Mới"},
        c00025={"Tên": "Xã Giảng Võ"},
        c00070={"Mã tỉnh": "04"},
        c06978={"Mã": "06970"},
        c00082=None,
    )
    rows.append({"Mã": "99999", "Tên": "Xã Mới Lập", "Mã tỉnh": "01"})
    rows.append({"Mã": "99998", "Tên": "Xã Không Nơi Nào", "Mã tỉnh": ""})
    proposal = proposed(written(rows, tmp_path))
    steps = {(step["kind"], step["unit"]): step for step in proposal.steps}
    assert set(steps) == {
        ("found", "C-99999"), ("rename", "C-00008"), ("rename", "C-00025"), ("change_of_kind", "C-00025"),
        ("transfer", "C-00070"), ("rename", "C-06978"),
    }  # fmt: skip
    assert steps["found", "C-99999"]["vi"] == "Ủy ban nhân dân xã Mới Lập"
    assert steps["found", "C-99999"]["parent"] == "P-01"
    assert steps["rename", "C-00025"]["vi"] == "Ủy ban nhân dân xã Giảng Võ"
    assert steps["rename", "C-00025"]["en"] == "People's Committee of Giang Vo Commune"
    assert steps["rename", "C-06978"] | {"official_code": "06970"} == steps["rename", "C-06978"]
    assert steps["transfer", "C-00070"]["parent"] == "P-04"
    assert [(one.code, one.line) for one in proposal.left] == [("99998", len(rows) + 1), ("00082", None)]


@pytest.mark.django_db
def test_who_takes_over_comes_from_the_list_or_from_a_person(tmp_path: Path) -> None:
    rows = [{**row, FORMED: "00082 00097" if row["Mã"] == "00070" else ""} for row in whole(c00082=None, c00097=None)]
    (step,) = proposed(written(rows, tmp_path)).steps
    assert (step["kind"], step["gone"], step["heir"]) == ("merge", ["C-00082", "C-00097"], "C-00070")
    rows = whole(c00082=None)
    (step,) = proposed(written(rows, tmp_path), c00082=["C-00070", "C-00004"]).steps
    assert (step["kind"], step["heirs"]) == ("split", [{"unit": "C-00070"}, {"unit": "C-00004"}])


@pytest.mark.django_db
def test_the_command_makes_a_draft_that_carries_what_the_list_says(world: World, tmp_path: Path) -> None:
    said = {"00070": "00082"}
    rows = [
        {**row, FORMED: said.get(row["Mã"], "")}
        for row in whole(c00008={"Tên": "Phường Ngọc Hà Mới"}, c00082=None, c06978={"Mã": "06970"})
    ]
    path = written(rows, tmp_path)
    asked = ["compare", str(path), "--apply", "--as", "VPCP:chuyen-vien", "--document", "5/2026/NQ",
             "--from", "2027-01-01"]  # fmt: skip
    answer = CliRunner().invoke(commands.group, [*asked, "--signed-on", "2026-11-01"])
    assert answer.exit_code == 0, answer.output
    made = Reorganisation.objects.get()
    assert (made.title, made.document, made.steps.count()) == ("list", "5/2026/NQ", 3)
    plan, found = reorganise.check(made, today=date(2026, 11, 2))
    assert [str(one) for one in found if one.stops] == []
    assert plan.main_heir("C-00082") == "C-00070"


@pytest.mark.django_db
def test_the_command_refuses_a_list_with_bad_rows_unless_they_are_left_out(world: World, tmp_path: Path) -> None:
    rows = whole(c00008={"Tên": "Phường Ngọc Hà Mới"})
    rows.append({"Mã": "x1", "Tên": "Xã Sai Mã", "Mã tỉnh": "01"})
    asked = ["compare", str(written(rows, tmp_path)), "--apply", "--as", "VPCP:chuyen-vien", "--document", "5/2026/NQ",
             "--from", "2027-01-01", "--signed-on", "2026-11-01"]  # fmt: skip
    answer = CliRunner().invoke(commands.group, asked)
    assert answer.exit_code != 0 and str(len(rows) + 1) in answer.output
    assert not Reorganisation.objects.exists()
    assert CliRunner().invoke(commands.group, [*asked, "--leave-out"]).exit_code == 0
    assert Reorganisation.objects.get().steps.count() == 1
    stranger = ["P-52:chuyen-vien" if one == "VPCP:chuyen-vien" else one for one in asked]
    assert CliRunner().invoke(commands.group, [*stranger, "--leave-out"]).exit_code != 0
