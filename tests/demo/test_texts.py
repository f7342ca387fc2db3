"""The demo's documents and the tables beside them agree with each other, and together stay a plausible country."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from datetime import date
from itertools import takewhile
from pathlib import Path

import pytest

from isotherm.doors.cli.demo_texts import due_on, render

VIET_NAM = Path(__file__).resolve().parents[2] / "countries" / "vn"
DIRECTIVES = VIET_NAM / "demo" / "directives"
TASKS = {
    "01-nq-01-chuong-trinh": 242,
    "02-tb-88-tai-chinh": 14,
    "03-tb-97-dat-dai": 13,
    "04-tb-112-ha-tang-so": 12,
    "05-tb-131-bo-may": 11,
    "06-tb-146-giao-duc-y-te": 10,
    "07-tb-158-luu-tru": 9,
    "08-ct-16-hai-cap": 7,
    "09-cd-87-bao-lu": 10,
    "10-ct-05-gia-lai": 6,
    "11-kh-bo-noi-vu": 8,
    "12-qd-cam": 3,
}
CONCLUSIONS = [name for name in TASKS if "-tb-" in name]
ISSUED_ON = date(2026, 5, 18)
RECURRENCES = {"", "weekly", "monthly", "quarterly", "semiannual", "yearly", "periodic", "ongoing"}
PROGRAMME = "01-nq-01-chuong-trinh"
NINE_GROUPS = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"]
PLACES = {"province": "tỉnh", "city": "thành phố", "commune": "xã", "ward": "phường", "special_zone": "đặc khu"}
COMMON = {"và", "các", "của", "cho", "với", "trước", "trong", "ủy", "ban", "nhân", "dân", "bộ", "tỉnh", "thành", "phố"}
A_DATE_IN_FULL = re.compile(r"\d{1,2}/\d{1,2}/\d{4}|ngày \d+ tháng \d+ năm \d{4}|(?:tháng|quý) \w+ năm \d{4}")


def text_of(name: str) -> str:
    return (DIRECTIVES / f"{name}.txt").read_text(encoding="utf-8")


def table(name: str, kind: str = "tasks") -> list[dict[str, str]]:
    path = DIRECTIVES / f"{name}.{kind}.csv"
    return rows_of(path) if path.exists() else []


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def all_rows() -> list[dict[str, str]]:
    return [row for name in TASKS for row in table(name)]


every_document = pytest.mark.parametrize("name", TASKS)


def test_the_list_of_documents_says_what_the_texts_say() -> None:
    documents = rows_of(DIRECTIVES / "documents.csv")
    assert {row["name"]: int(row["tasks"]) for row in documents} == TASKS
    for row in documents:
        lines = text_of(row["name"]).splitlines()
        title = lines.index(row["type"].upper())
        assert f"Số: {row['symbol']}" in lines
        assert (lines[title + 1], lines[-1]) == (row["subject"], row["signer"])


def test_numbers_of_one_series_rise_with_the_days() -> None:
    by_day = sorted(rows_of(DIRECTIVES / "documents.csv"), key=lambda row: -int(row["issued_days_before"]))
    series: dict[str, list[int]] = {}
    for row in by_day:
        number, _, body = row["symbol"].partition("/")
        series.setdefault(body, []).append(int(number))
    assert all(numbers == sorted(set(numbers)) for numbers in series.values())


def test_a_date_placeholder_becomes_the_words_of_a_signed_document() -> None:
    text = "{{ngày D+0}}; {{ngắn D+30}}; {{tháng D+60}}; {{quý D+90}}; {{năm D+0}}"
    expected = "ngày 18 tháng 5 năm 2026; 17/6/2026; tháng 7 năm 2026; quý III năm 2026; 2026"
    assert render(text, ISSUED_ON) == expected


def test_small_days_and_the_first_two_months_have_a_leading_zero() -> None:
    rendered = render("{{ngày D+0}}; {{ngắn D+0}}; {{tháng D+30}}; {{tháng D+60}}", date(2026, 1, 5))
    assert rendered == "ngày 05 tháng 01 năm 2026; 05/01/2026; tháng 02 năm 2026; tháng 3 năm 2026"


def test_a_placeholder_that_is_misspelt_stops_the_rendering() -> None:
    with pytest.raises(ValueError, match="not a date placeholder"):
        render("trước {{ngay D+3}}", ISSUED_ON)


def test_a_period_ends_on_its_last_day() -> None:
    ends = [due_on(deadline, ISSUED_ON) for deadline in ("D+30", "tháng D+30", "quý D+60", "năm D+0", "")]
    assert ends == [date(2026, 6, 17), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31), None]


def test_a_deadline_that_is_misspelt_is_refused() -> None:
    with pytest.raises(ValueError, match="not a deadline"):
        due_on("30", ISSUED_ON)


@every_document
def test_a_document_has_exactly_its_tasks(name: str) -> None:
    assert [row["no"] for row in table(name)] == [str(no) for no in range(1, TASKS[name] + 1)]


def test_the_six_conclusions_have_69_tasks_of_which_15_are_regular() -> None:
    rows = [row for name in CONCLUSIONS for row in table(name)]
    assert (len(CONCLUSIONS), len(rows), sum(row["regular"] == "1" for row in rows)) == (6, 69, 15)


def test_no_text_lies_there_without_its_table_or_its_count() -> None:
    assert sorted(path.stem for path in DIRECTIVES.glob("*.txt")) == sorted(TASKS)


@every_document
def test_each_task_begins_with_words_found_once_in_the_text(name: str) -> None:
    text = text_of(name)
    assert [row["starts"] for row in table(name) if text.count("\n" + row["starts"]) != 1] == []


@every_document
def test_each_task_stands_on_one_line_with_its_lead_or_under_a_heading_that_has_it(name: str) -> None:
    text = text_of(name)
    for row in table(name):
        leads = [lead.removeprefix("Ủy ban nhân dân ") for lead in row["lead"].split(";")]
        for lead in leads:
            assert re.sub(r"^(tỉnh|thành phố) ", "", lead) in text, row["title"]


@every_document
def test_each_deadline_and_product_is_in_the_task_s_own_words(name: str) -> None:
    text = text_of(name)
    for row in table(name):
        line = line_of(text, row["starts"]) + block_of(text, row["starts"])
        if row["deadline"]:
            assert row["deadline"].split()[-1] in line or relative_days(line) == row["deadline"], row["title"]
        for product in filter(None, row["product"].split("; ")):
            assert product in line, row["title"]


@every_document
def test_a_rendered_text_has_no_placeholder_left_and_no_date_of_its_own(name: str) -> None:
    rendered = render(text_of(name), ISSUED_ON)
    assert "{{" not in rendered and "}}" not in rendered
    # Dates of laws already in force are cited as they are, in the lines that give the legal bases.
    body = [line for line in text_of(name).splitlines() if not line.startswith("Căn cứ")]
    assert [line for line in body if A_DATE_IN_FULL.search(line)] == []


@every_document
def test_a_title_is_short_enough_for_a_list(name: str) -> None:
    assert [row["title"] for row in table(name) if not 10 <= len(row["title"]) <= 80] == []


@every_document
def test_a_task_without_end_has_no_deadline(name: str) -> None:
    regular = [row for row in table(name) if row["regular"] == "1"]
    assert [row["title"] for row in regular if row["deadline"] or not row["recurrence"]] == []


@every_document
def test_a_requirement_is_in_the_text_and_is_no_task(name: str) -> None:
    text, tasks = text_of(name), {row["starts"] for row in table(name)}
    for row in table(name, "requirements"):
        assert text.count("\n" + row["starts"]) == 1
        assert row["starts"] not in tasks
        assert row["kind"] in {"prohibition", "standing"}


def test_no_commune_gets_more_tasks_than_a_commune_could_have() -> None:
    named = Counter(commune for row in all_rows() for commune in row["named_communes"].split(";") if commune)
    everywhere = sum(row["expects_communes"] == "1" and not row["named_communes"] for row in all_rows())
    assert everywhere + max(named.values()) <= 20


def test_every_named_commune_lies_in_the_province_that_the_task_names() -> None:
    province_of = {f"Ủy ban nhân dân {PLACES[row['type']]} {row['name_vi']}": row["code"] for row in provinces()}
    communes = {
        (row["province_code"], f"{PLACES[row['type']]} {row['name_vi']}")
        for row in rows_of(VIET_NAM / "vn-communes-3321.csv")
    }
    named = {
        (province_of[row["lead"]], commune)
        for row in all_rows()
        for commune in row["named_communes"].split(";")
        if commune
    }
    assert named and named - communes == set()


def test_every_lead_is_a_body_or_a_group_of_the_register() -> None:
    bodies = {row["name_vi"] for file in ("centre.csv", "departments.csv") for row in rows_of(VIET_NAM / file)}
    bodies |= {f"Ủy ban nhân dân {PLACES[row['type']]} {row['name_vi']}" for row in provinces()}
    alone = {lead for row in all_rows() if not row["group"] for lead in row["lead"].split(";")}
    assert alone - bodies == set()


def test_every_group_is_one_of_the_country_s() -> None:
    groups = set(tomllib.loads((VIET_NAM / "groups.toml").read_text(encoding="utf-8"))["groups"])
    groups |= {f"departments:{row['code']}" for row in rows_of(VIET_NAM / "departments.csv")}
    assert {row["group"] for row in all_rows() if row["group"]} - groups == set()


def test_every_recurrence_has_one_of_the_known_names() -> None:
    assert {row["recurrence"] for row in all_rows()} - RECURRENCES == set()


def test_no_two_of_the_242_measures_are_alike() -> None:
    text = text_of(PROGRAMME)
    measures = [words_of(line_of(text, row["starts"])) for row in table(PROGRAMME)]
    alike = [
        (first, second)
        for index, first in enumerate(measures)
        for second in measures[:index]
        if len(first & second) > 0.7 * min(len(first), len(second))
    ]
    assert alike == []


def test_the_programme_has_nine_groups_and_numbers_its_measures_throughout() -> None:
    lines = text_of(PROGRAMME).splitlines()
    assert [line.split(".")[0] for line in lines if re.match(r"[IVX]+\. ", line)] == NINE_GROUPS
    numbered = [int(line.split(".")[0]) for line in lines if re.match(r"\d+\. ", line)]
    assert numbered == list(range(1, 243))


def test_every_central_body_leads_something_in_the_programme() -> None:
    kinds = {"ministry", "ministerial_agency", "government_agency"}
    bodies = {row["name_vi"] for row in rows_of(VIET_NAM / "centre.csv") if row["kind"] in kinds and not row["until"]}
    assert bodies - {row["lead"] for row in table(PROGRAMME)} == set()


def provinces() -> list[dict[str, str]]:
    return rows_of(VIET_NAM / "vn-provinces-34.csv")


def words_of(line: str) -> set[str]:
    """The words that carry the measure: without its number, its lead, its date and the most common ones."""
    bare = re.sub(r"^\d+\. |\{\{.*?\}\}", "", line).lower()
    return {word for word in re.findall(r"\w+", bare) if word not in COMMON}


def line_of(text: str, starts: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(starts))


def block_of(text: str, starts: str) -> str:
    """In a plan, the lines under a title that say who and when."""
    after = text[text.index(starts) :].splitlines()[1:]
    return "".join(takewhile(re.compile(r"(Cơ quan|Thời gian) ").match, after))


def relative_days(line: str) -> str:
    found = re.search(r"trong thời hạn (\d+) ngày kể từ ngày ký", line)
    return f"D+{int(found[1])}" if found else ""
