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
from isotherm.refusals import NotAccepted
from isotherm.units import compare
from isotherm.units.compare import What

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
