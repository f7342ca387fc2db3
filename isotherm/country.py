"""The country package: what differs from country to country is data that a person can read."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings


def folder() -> Path:
    return Path(settings.COUNTRY_FOLDER)


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of `<country>/<name>.csv`, values stripped."""
    path = folder() / f"{name}.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return tuple({k: (v or "").strip() for k, v in row.items() if k} for row in csv.DictReader(lines))


@cache
def rules(name: str) -> dict[str, Any]:
    """The whole of `<country>/<name>.toml`."""
    path = folder() / f"{name}.toml"
    with path.open("rb") as lines:
        return tomllib.load(lines)
