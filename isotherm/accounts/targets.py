"""How many people and bodies a decision allows: reads. The number is the decision's, never the product's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet

from isotherm.accounts.models import Target


def of(unit_id: int, what: str, day: date) -> Target | None:
    return Target.objects.filter(unit=unit_id, what=what, valid__contains=day).first()


def with_target(unit_ids: Sequence[int], what: str, day: date) -> list[int]:
    found = Target.objects.filter(unit__in=list(unit_ids), what=what, valid__contains=day)
    return list(found.values_list("unit_id", flat=True))


def through_time(unit_id: int) -> QuerySet[Target]:
    return Target.objects.filter(unit=unit_id).order_by("what", "-valid")
