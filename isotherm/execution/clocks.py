"""When each duty falls due: the country's allowances laid on the working-day calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from isotherm import country
from isotherm.workdays.calendar import Calendar
from isotherm.workdays.queries import current


def allowed(duty: str) -> int:
    """Working days the country package allows for a duty."""
    return int(country.rules("duties")["allowed"][duty])


def local_day(at: datetime) -> date:
    return timezone.localtime(at).date()


@dataclass(frozen=True, slots=True)
class Dues:
    """The due days of whoever is told on `start`; `fair_from` is the first done-date that leaves time to act."""

    start: date
    take_up: date
    plan: date
    send_on: date
    report: date
    fair_from: date


def dues_from(start: date, days: Calendar | None = None) -> Dues:
    days = days or current()
    return Dues(
        start=start,
        take_up=days.add_workdays(start, allowed("take_up")),
        plan=days.add_workdays(start, allowed("plan")),
        send_on=days.add_workdays(start, allowed("send_on")),
        report=days.add_workdays(start, allowed("report")),
        fair_from=days.add_workdays(start, allowed("to_act")),
    )


def not_after(day: date, limit: date | None) -> date:
    """Steps on the way never fall due after the task itself."""
    return day if limit is None else min(day, limit)


def decision_due(what: str, at: datetime) -> date:
    return current().add_workdays(local_day(at), allowed(f"decide_{what}"))
