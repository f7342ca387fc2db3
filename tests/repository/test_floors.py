"""Each floor knows only the floors below it: in imports, in foreign keys, and in the addresses of plain numbers."""

from __future__ import annotations

import tomllib
from pathlib import Path

import importlinter.cli
import pytest
from django.apps import apps
from django.db import models

from isotherm.doors.jobs import orphans
from tests.repository.scene import Scene

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "isotherm"
(CONTRACT,) = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
FLOORS = {
    room.strip(): height for height, floor in enumerate(reversed(CONTRACT["layers"])) for room in floor.split("|")
}
OF_THE_FIELD = [model for model in apps.get_models() if model.__module__.startswith("isotherm.")]


def room_of(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def test_no_room_imports_a_room_above_it(capsys: pytest.CaptureFixture[str]) -> None:
    broken = importlinter.cli.lint_imports(str(ROOT / "pyproject.toml"), no_logo=True)
    assert broken == 0, capsys.readouterr().out


def test_every_room_has_its_floor() -> None:
    rooms = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    rooms -= {"__init__", "__pycache__", *CONTRACT["exhaustive_ignores"]}
    assert CONTRACT["exhaustive"] is True
    assert rooms == set(FLOORS)


def test_a_contract_counts_imports_inside_functions_too() -> None:
    """Nothing is taken out of the contract: an exception would be where the floors begin to give."""
    assert not CONTRACT.get("ignore_imports")


def test_foreign_keys_point_to_the_same_room_or_a_lower_floor() -> None:
    looking_up = [
        f"{model._meta.label}.{field.name} looks up to {field.related_model._meta.label}"
        for model in OF_THE_FIELD
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.is_relation
        and room_of(field.related_model) != room_of(model)
        and FLOORS[room_of(field.related_model)] >= FLOORS[room_of(model)]
    ]
    assert looking_up == []


def test_every_number_that_points_at_a_row_is_looked_after_at_night() -> None:
    """A column without a constraint is either in the nightly list of references, or names its kind beside it."""
    looked_after = {(table, column) for table, column, _target in orphans.references()}
    forgotten = [
        f"{model._meta.db_table}.{field.column}"
        for model in OF_THE_FIELD
        for field in model._meta.local_fields
        if str(field.column).endswith("_id")
        and isinstance(field, models.BigIntegerField)
        and not field.primary_key
        and field.column not in orphans.BY_KIND
        and (model._meta.db_table, field.column) not in looked_after
    ]
    assert forgotten == []


def test_what_the_acts_write_points_at_rows_that_are_there(scene: Scene) -> None:
    assert list(orphans.find()) == []
