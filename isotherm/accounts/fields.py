"""Fields in charge: which bodies belong to a field, and whose post has it on a day. The fields are the country's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from isotherm import country
from isotherm.accounts.models import Charge


@cache
def branches(field: str) -> frozenset[str]:
    return frozenset(country.rules("fields")["fields"][field]["branches"])


@cache
def fielded() -> frozenset[str]:
    """The branches that some field covers."""
    return frozenset(branch for field in fields() for branch in branches(field))


def fields() -> tuple[str, ...]:
    return tuple(country.rules("fields")["fields"])


def field_name(field: str, language: str) -> str:
    words: dict[str, str] = country.rules("fields")["fields"].get(field, {})
    return words.get(language) or words.get("en", field)


def field_of(branch: str) -> str | None:
    return next((field for field in fields() if branch in branches(field)), None)


def in_charge(units: Iterable[int], field: str, day: date) -> Charge | None:
    """Whose post of these bodies has the field on the day."""
    return (
        Charge.objects.filter(unit__in=list(units), field=field, valid__contains=day, post__valid__contains=day)
        .select_related("post")
        .first()
    )
