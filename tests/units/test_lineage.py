from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner

from isotherm.doors.cli import units as commands
from isotherm.units import history, queries


@pytest.mark.django_db
def test_lineage_names_each_body_as_it_was_called_then() -> None:
    steps = history.lineage(queries.unit_called("P-68").pk, "vi")
    provinces = {step.gone: step.gone_name for step in steps if step.gone.startswith("OP-")}
    assert provinces == {
        "OP-60": "Ủy ban nhân dân tỉnh Bình Thuận",
        "OP-67": "Ủy ban nhân dân tỉnh Đắk Nông",
        "OP-68": "Ủy ban nhân dân tỉnh Lâm Đồng",
    }
    assert {step.heir for step in steps} == {"P-68"}


@pytest.mark.django_db
def test_a_body_that_ended_says_where_its_parts_went() -> None:
    steps = history.lineage(queries.unit_called("OC-00091").pk, "en")
    assert len(steps) > 1
    assert {step.share for step in steps} == {None}
    assert [step.main for step in steps].count(True) == 1
    assert {step.day for step in steps} == {date(2025, 7, 1)}


@pytest.mark.django_db
def test_the_command_prints_predecessors_and_successors() -> None:
    shown = CliRunner().invoke(commands.group, ["lineage", "BKHDT", "--language", "en"])
    assert "Ministry of Planning and Investment -> BTC Ministry of Finance" in shown.output
    nothing = CliRunner().invoke(commands.group, ["lineage", "VIETTEL"])
    assert nothing.exit_code == 1
    assert "VIETTEL" in nothing.output


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "counts"), [("2025-06-30", ("63", "696", "10035")), ("2025-07-01", ("34", "3321"))])
def test_the_command_prints_the_state_of_both_days(day: str, counts: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(commands.group, ["as-of", day]).output.split()
    assert all(count in shown for count in counts)
    assert ("696" in shown) is (day == "2025-06-30")
