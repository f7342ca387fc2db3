"""The calendar in force, read once and kept until it changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from isotherm import country
from isotherm.workdays.calendar import Calendar, Special
from isotherm.workdays.models import CalendarVersion, Day


def current(units: Iterable[int] = ()) -> Calendar:
    """With the local days off of `units` (a unit and those above it). One small query; ask once per act or page."""
    version = CalendarVersion.objects.filter(id=1).values_list("version", flat=True).first() or 0
    return _calendar(version, frozenset(units))


@lru_cache(maxsize=64)
def _calendar(version: int, units: frozenset[int]) -> Calendar:
    rules = country.rules("calendar")
    everywhere = Q(scope_unit_id__isnull=True)
    rows = Day.objects.filter(everywhere | Q(scope_unit_id__in=units), voided_by__isnull=True)
    days = {
        # Local rows come last: a local day off is off although the country works.
        row.day: Special(
            kind=row.kind,
            name_vi=row.name_vi,
            name_en=row.name_en,
            ground=row.ground,
            ground_en=row.ground_en,
            confidence=row.confidence,
        )
        for row in sorted(rows, key=lambda row: row.scope_unit_id is not None)
    }
    return Calendar(
        days=days,
        first=date(rules["first_year"], 1, 1),
        last=date(rules["last_year"], 12, 31),
        zone=ZoneInfo(settings.TIME_ZONE),
        weekly_off=frozenset(rules["weekly_days_off"]),
        deadline_hour=time.fromisoformat(rules["deadline_hour"]),
        on_day_off=rules["calendar_deadline_on_day_off"],
        office_hours=tuple(
            (time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in rules["office_hours"]
        ),
        version=version,
    )
