from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from isotherm import country
from isotherm.refusals import NotAccepted
from isotherm.workdays import queries, register
from isotherm.workdays.models import Day


@pytest.mark.django_db
def test_loading_again_changes_nothing() -> None:
    assert register.load() == register.Report(added=0, voided=0)


@pytest.mark.django_db
def test_a_day_changed_in_the_file_voids_the_old_row_and_the_calendar_notices() -> None:
    swapped = date(2026, 8, 22)
    assert queries.current().is_workday(swapped)
    rows = [row for row in country.table("holidays") if row["day"] not in {"2026-08-22", "2026-08-31"}]
    assert register.load(rows, ledger_line=9) == register.Report(added=0, voided=2)
    assert Day.objects.filter(voided_by=9).count() == 2
    assert not queries.current().is_workday(swapped)
    assert queries.current().is_workday(date(2026, 8, 31))


@pytest.mark.django_db
def test_what_was_declared_here_outlives_a_new_file() -> None:
    storm = Day.objects.create(day=date(2026, 10, 5), kind="holiday", name_vi="Nghỉ bão", name_en="Storm")
    register.load()
    storm.refresh_from_db()
    assert storm.voided_by is None


@pytest.mark.django_db
def test_a_local_day_off_counts_only_for_its_unit() -> None:
    day = date(2026, 10, 6)
    Day.objects.create(day=day, kind="local_off", name_vi="Nghỉ", name_en="Off", scope_unit_id=52)
    assert queries.current().is_workday(day)
    assert not queries.current([52, 1]).is_workday(day)
    assert queries.current([66, 1]).is_workday(day)


@pytest.mark.django_db
def test_the_database_refuses_two_grounds_for_one_day() -> None:
    with pytest.raises(IntegrityError, match="a_day_is_special_in_one_way_at_a_time"), transaction.atomic():
        Day.objects.create(day=date(2026, 1, 1), kind="swap_work", name_vi="x", name_en="x")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "line"), [({"day": "1/1/2026"}, 2), ({"kind": "party"}, 2), ({"day": "2024-02-08"}, 3)]
)
def test_a_wrong_row_is_refused_with_its_line(wrong: dict[str, str], line: int) -> None:
    rows = list(country.table("holidays"))
    with pytest.raises(NotAccepted) as refused:
        register.load([{**rows[0], **wrong}, *rows[1:]])
    assert refused.value.facts["line"] == line
