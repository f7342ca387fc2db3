"""The country package's special days become the calendar. May be repeated: a row changed in the file voids the old."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

from isotherm import country
from isotherm.refusals import NotAccepted
from isotherm.words import lazy
from isotherm.workdays.models import CalendarVersion, Day

SOURCE = "package"
BY_PACKAGE = 0  # `voided_by` of a row that a newer file withdrew, where no ledger line says so

# Never the same twice: what is kept in memory under a number must not outlive a transaction that was rolled back.
UNIQUE = RawSQL("pg_current_xact_id()::text::bigint", [], output_field=BigIntegerField())

_FIELDS = ("day", "kind", "name_vi", "name_en", "ground", "ground_en", "confidence")


@dataclass(frozen=True, slots=True)
class Report:
    added: int
    voided: int


@transaction.atomic
def load(rows: Iterable[Mapping[str, str]] | None = None, *, ledger_line: int = BY_PACKAGE) -> Report:
    """Bring the calendar up to the country package. Days declared in this installation are left alone."""
    CalendarVersion.objects.get_or_create(id=1)
    CalendarVersion.objects.select_for_update().get(id=1)
    wanted = _checked(country.table("holidays") if rows is None else rows)
    held = {
        tuple(values): number
        for number, *values in Day.objects.filter(source=SOURCE, voided_by__isnull=True).values_list("id", *_FIELDS)
    }
    voided = Day.objects.filter(pk__in=[number for key, number in held.items() if key not in wanted]).update(
        voided_by=ledger_line
    )
    # A day that somebody declared here keeps what was declared.
    declared = set(
        Day.objects.filter(voided_by__isnull=True, scope_unit_id__isnull=True)
        .exclude(source=SOURCE)
        .values_list("day", flat=True)
    )
    fresh = [
        Day(**dict(zip(_FIELDS, key, strict=True)), source=SOURCE)
        for key in wanted
        if key not in held and key[0] not in declared
    ]
    Day.objects.bulk_create(fresh)
    if fresh or voided:
        CalendarVersion.objects.filter(id=1).update(version=UNIQUE)
    return Report(added=len(fresh), voided=voided)


def _checked(rows: Iterable[Mapping[str, str]]) -> dict[tuple[object, ...], int]:
    """Each row once, in the order of the file; a wrong one is refused with its line."""
    wanted: dict[tuple[object, ...], int] = {}
    seen: set[date] = set()
    for line, row in enumerate(rows, start=2):
        try:
            day = date.fromisoformat(row["day"])
        except ValueError:
            raise _wrong(line, row["day"]) from None
        if row["kind"] not in Day.Kind.values or day in seen:
            raise _wrong(line, f"{row['day']} {row['kind']}")
        seen.add(day)
        wanted[(day, *(row[name] for name in _FIELDS[1:]))] = line
    return wanted


def _wrong(line: int, value: str) -> NotAccepted:
    return NotAccepted(
        lazy("File holidays.csv, line %(line)s: “%(value)s” is no day of a known kind, or stands there twice."),
        {"line": line, "value": value},
    )
