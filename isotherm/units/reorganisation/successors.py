"""Who answers today for the units that ended: one row each, made of the successions that hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from django.db import connection, transaction

from isotherm.units.models import Heir, Register, Successor

# The units that neither stand on the day nor will: a kind that ended, and none that holds.
_ENDED = """
    SELECT unit.id FROM units_unit AS unit
    WHERE NOT EXISTS (
        SELECT FROM units_kind AS kind
        WHERE kind.unit_id = unit.id AND kind.voided_by IS NULL
          AND (upper_inf(kind.valid) OR upper(kind.valid) > %(day)s::date)
    )
"""


def on(day: date) -> Mapping[int, int]:
    """Who answers on `day` for each unit that ended by then; kept in memory until the register changes."""
    version = Register.objects.filter(id=1).values_list("version", flat=True).first()
    return _kept(version or 0, day)


@lru_cache(maxsize=16)
def _kept(_version: int, day: date) -> Mapping[int, int]:
    return _on(day)


def _on(day: date) -> dict[int, int]:
    main = dict(
        Heir.objects.filter(main=True, succession__voided_by__isnull=True, succession__day__lte=day)
        .order_by("succession__day", "id")
        .values_list("gone_id", "heir_id")
    )
    with connection.cursor() as cursor:
        cursor.execute(_ENDED, {"day": day})
        ended = {row[0] for row in cursor.fetchall()}
    return {unit: heir for unit in ended if (heir := _standing(unit, main, ended)) is not None}


@transaction.atomic
def rebuild(day: date) -> int:
    """Bring the table up to the successions that hold on `day`; how many rows it changed."""
    wanted = _on(day)
    held = dict(Successor.objects.values_list("unit_id", "heir_id"))
    gone = [unit for unit, heir in held.items() if wanted.get(unit) != heir]
    fresh = [unit for unit, heir in wanted.items() if held.get(unit) != heir]
    Successor.objects.filter(unit_id__in=gone).delete()
    Successor.objects.bulk_create((Successor(unit_id=unit, heir_id=wanted[unit]) for unit in fresh), batch_size=5000)
    return len(gone) + len(fresh)


def _standing(unit: int, main: dict[int, int], ended: set[int]) -> int | None:
    seen = set()
    while unit in ended:
        if unit in seen or unit not in main:
            return None
        seen.add(unit)
        unit = main[unit]
    return unit


def absorbed(units: Iterable[int]) -> dict[int, int]:
    """Every unit for which one of these answered before it ended itself, these included: unit -> one of `units`."""
    tops = list(units)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE absorbed(unit, top) AS (
                SELECT one, one FROM unnest(%s::bigint[]) AS one
                UNION
                SELECT heir.gone_id, absorbed.top
                FROM absorbed
                JOIN units_heir AS heir ON heir.heir_id = absorbed.unit AND heir.main AND heir.gone_id <> heir.heir_id
                    AND heir.gone_id <> ALL(%s::bigint[])
                JOIN units_succession AS event ON event.id = heir.succession_id AND event.voided_by IS NULL
            )
            SELECT unit, top FROM absorbed
            """,
            [tops, tops],
        )
        return dict(cursor.fetchall())
