"""Who signs for whom on a day: reads of the recorded orders and delegations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from isotherm.accounts.models import SigningAuthority


def signs_for(departments: Iterable[int], giver_id: int, *, how: str, day: date) -> bool:
    """Whether one of these bodies could sign on the day in the giver's name, and in this way."""
    return SigningAuthority.objects.filter(
        department__in=list(departments), giver_id=giver_id, how=how, valid__contains=day
    ).exists()


def of_giver(giver_id: int) -> QuerySet[SigningAuthority]:
    return SigningAuthority.objects.filter(giver_id=giver_id).select_related("department").order_by("-valid", "id")
