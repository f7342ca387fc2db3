"""The register of powers: who holds which on a day, which words speak of one, what the receiving bodies answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from isotherm.accounts import reach
from isotherm.accounts.models import Power, PowerAnswer
from isotherm.actor import Actor
from isotherm.refusals import OutOfReach
from isotherm.units import queries as unit_queries
from isotherm.units import tree
from isotherm.units.folding import fold
from isotherm.words import lazy


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader wants to see of the register."""

    text: str = ""
    way: str = ""
    unit: int | None = None  # held or given by it
    ended: bool = False


def register(asked: Asked, day: date) -> QuerySet[Power]:
    """What is decided is read by everybody who is signed in."""
    found = Power.objects.select_related("from_unit", "to_unit").order_by("-valid", "pk")
    if not asked.ended:
        found = found.filter(Q(valid__contains=day) | Q(valid__startswith__gt=day))
    if asked.way in Power.Way.values:
        found = found.filter(way=asked.way)
    if asked.unit is not None:
        kind = unit_queries.kinds_of([asked.unit], day).get(asked.unit, "")
        above = [asked.unit, *tree.ancestors(asked.unit, day)]
        by_level = Q(to_kind=kind, from_unit__in=above) if kind else Q(pk=None)
        found = found.filter(Q(from_unit=asked.unit) | Q(to_unit=asked.unit) | by_level)
    if asked.text.strip():
        words = fold(asked.text).split()[:12]
        ids = [
            pk
            for pk, matter, ground in found.values_list("pk", "matter", "ground")
            if all(word in fold(f"{matter} {ground}") for word in words)
        ]
        found = found.filter(pk__in=ids)
    return found


def power_for(number: int) -> Power:
    power = Power.objects.select_related("from_unit", "to_unit").filter(pk=number).first()
    if power is None:
        raise OutOfReach(lazy("There is no such power in the register."), remedy=lazy("Look for it by its matter."))
    return power


def holds(power: Power, unit_id: int, kind: str, day: date) -> bool:
    """Whether a body has the power on the day. Who delegates keeps it; who decentralises, or from whom a law takes it,
    does not."""
    if power.to_unit_id == unit_id:
        return True
    if power.from_unit_id == unit_id:
        return power.way == Power.Way.DELEGATED
    return bool(power.to_kind) and power.to_kind == kind and power.from_unit_id in tree.ancestors(unit_id, day)


def spoken_of(text: str, powers: Sequence[Power]) -> list[Power]:
    """The powers that the words of a task need: one of their phrases stands in it, whatever the accents."""
    said = f" {fold(text)} "
    return [power for power in powers if any(f" {fold(one)} " in said for one in power.words if fold(one))]


def on_day(day: date) -> list[Power]:
    return list(Power.objects.filter(valid__contains=day).select_related("from_unit", "to_unit").order_by("pk"))


def latest_answers(power: Power, actor: Actor) -> list[PowerAnswer]:
    """Of each body the latest; to the giver of the power all, to others those of bodies they read."""
    found = (
        PowerAnswer.objects.filter(power=power).order_by("unit_id", "-pk").distinct("unit_id").select_related("unit")
    )
    if not actor.acts_for(power.from_unit_id):
        seen = reach.seen_units(actor)
        return [one for one in found if one.unit_id in seen]
    return list(found)


def answered(powers: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many bodies gave which answer, by power."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select power_id, answer, count(*)::int from (
                select distinct on (power_id, unit_id) power_id, unit_id, answer from accounts_poweranswer
                where power_id = any(%s) order by power_id, unit_id, id desc
            ) latest group by 1, 2
            """,
            [list(powers)],
        )
        found: dict[int, dict[str, int]] = {}
        for power, answer, count in cursor.fetchall():
            found.setdefault(power, {})[answer] = count
        return found


def refused_by(powers: Iterable[int], units: Iterable[int]) -> set[tuple[int, int]]:
    """(power, body) where the body answered last that it cannot be carried out."""
    found = (
        PowerAnswer.objects.filter(power__in=list(powers), unit__in=list(units))
        .order_by("power_id", "unit_id", "-pk")
        .distinct("power_id", "unit_id")
        .values_list("power_id", "unit_id", "answer")
    )
    return {(power, unit) for power, unit, answer in found if answer == PowerAnswer.Answer.NO}
