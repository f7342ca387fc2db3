"""Steps of a reorganisation out of an official list: what the list says is proposed, what it does not say is left open.

Nothing is guessed. A unit that the list no longer has ends only where the list, or a person, says who takes over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from isotherm import country
from isotherm.units import compare
from isotherm.units.compare import Comparison, Difference, Listed, What
from isotherm.units.folding import spelling
from isotherm.units.models import KindOfUnit, Name, ReorganisationStep, Unit
from isotherm.words import lazy

Kind = ReorganisationStep.Kind
# Differences of one unit that become one new name.
NAMED = (What.RENAMED, What.OTHER_KIND, What.OTHER_CODE)


@dataclass(frozen=True, slots=True)
class Left:
    """What the list shows and no step does, with what a person has to say."""

    code: str
    name: str
    line: int | None
    why: str | Promise


@dataclass(frozen=True, slots=True)
class Proposal:
    steps: tuple[dict[str, Any], ...]
    left: tuple[Left, ...]


def propose(
    found: Comparison, listed: Sequence[Listed], *, heirs: Mapping[str, Sequence[str]] | None = None
) -> Proposal:
    """`heirs`: of an official code that is gone, the unit codes of those who take over, where a person says it."""
    rows = {one.code: one for one in listed}
    of_unit: dict[str, list[Difference]] = defaultdict(list)
    for one in found.differences:
        of_unit[one.unit or f"new {one.code}"].append(one)
    places = _Places(found.day, found.units)
    steps: list[dict[str, Any]] = []
    left: list[Left] = []
    for differences in of_unit.values():
        first = differences[0]
        if first.what == What.NEW:
            _found(rows[first.code], places, steps, left)
        elif first.what != What.GONE:
            _changed(rows[first.code], first.unit, {one.what for one in differences}, places, steps, left)
    for one in found.differences:
        if one.what == What.GONE:
            _gone(one, found, places, heirs or {}, steps, left)
    order = [Kind.FOUND, Kind.RENAME, Kind.CHANGE_OF_KIND, Kind.TRANSFER, Kind.MERGE, Kind.SPLIT]
    return Proposal(tuple(sorted(_joined(steps), key=lambda step: order.index(step["kind"]))), tuple(left))


class _Places:
    """Unit codes by official code, of the register and of what is founded, and names as the package makes them."""

    def __init__(self, day: date, units: Mapping[str, str]) -> None:
        self.day = day
        self.held = compare.held_on(day, (KindOfUnit.PROVINCE_COMMITTEE, KindOfUnit.COMMUNE_COMMITTEE))
        self.rules = country.rules("kinds")
        self.units = units
        self.fresh: dict[str, str] = {}

    def unit(self, code: str) -> str:
        """Of a row, what it is about; of a code that the list does not have, the register's."""
        known = self.fresh.get(code) or self.units.get(code)
        return known or (self.held[code].unit if code in self.held else "")

    def new(self, code: str) -> str:
        base = str(self.pattern(code)["code"]).format(code=code)
        taken = set(Unit.objects.filter(code__startswith=base).values_list("code", flat=True))
        number = 2
        fresh = base
        while fresh in taken:
            fresh, number = f"{base}.{number}", number + 1
        self.fresh[code] = fresh
        return fresh

    def pattern(self, code: str) -> Mapping[str, Any]:
        pattern: Mapping[str, Any] = self.rules["province_bodies"][0] if len(code) == 2 else self.rules["commune"]
        return pattern

    def names(self, row: Listed, branch: str, *, old: Name | None) -> dict[str, Any]:
        """The English name stays where the place keeps its name; the list has none of its own."""
        place = self.rules["places"][branch]
        pattern = self.pattern(row.code)
        kept = old is not None and spelling(old.short_vi) == spelling(row.name)
        english = old.short_en if kept and old is not None else ""
        place_vi, place_en = place["vi"].format(vi=row.name), place["en"].format(en=english)
        province = self.held.get(row.parent)
        also = [place_vi] + ([f"{place_vi} {province.name}"] if province is not None else [])
        called = {
            "vi": pattern["vi"].format(place_vi=place_vi),
            "en": pattern["en"].format(place_en=place_en) if english else "",
            "short_vi": row.name,
            "short_en": english,
            "abbreviation": pattern["abbreviation"].format(place_vi=place_vi),
            "official_code": row.code,
            "also": also,
        }
        return {name: value for name, value in called.items() if value}


def _found(row: Listed, places: _Places, steps: list[dict[str, Any]], left: list[Left]) -> None:
    province = len(row.code) == 2
    parent = country.rules("kinds")["province_bodies"][0]["places"][0].partition(":")[2] if province else ""
    parent = parent or (places.unit(row.parent) if row.parent else "")
    if not parent:
        left.append(Left(row.code, row.name, row.line, lazy("the list does not say below which body it stands")))
    elif not row.kind:
        left.append(Left(row.code, row.name, row.line, lazy("the list does not say of what kind it is")))
    else:
        kind = KindOfUnit.PROVINCE_COMMITTEE if province else KindOfUnit.COMMUNE_COMMITTEE
        steps.append(
            {
                "kind": Kind.FOUND.value,
                "unit": places.new(row.code),
                "unit_kind": kind.value,
                "branch": row.kind,
                "parent": parent,
                **places.names(row, row.kind, old=None),
            }
        )


def _changed(
    row: Listed, unit: str, what: set[What], places: _Places, steps: list[dict[str, Any]], left: list[Left]
) -> None:
    old = Name.objects.filter(unit__code=unit, valid__contains=places.day, voided_by__isnull=True).first()
    held = next(one for one in places.held.values() if one.unit == unit)
    if what & set(NAMED):
        steps.append(
            {"kind": Kind.RENAME.value, "unit": unit, **places.names(row, row.kind or held.kind, old=old)}
        )
    if What.OTHER_KIND in what:
        kind = KindOfUnit.PROVINCE_COMMITTEE if len(row.code) == 2 else KindOfUnit.COMMUNE_COMMITTEE
        steps.append(
            {"kind": Kind.CHANGE_OF_KIND.value, "unit": unit, "unit_kind": kind.value, "branch": row.kind}
        )
    if What.MOVED in what:
        parent = places.unit(row.parent)
        if parent:
            steps.append({"kind": Kind.TRANSFER.value, "unit": unit, "parent": parent})
        else:
            left.append(Left(row.code, row.name, row.line, lazy("the register has no body with the code above it")))


def _gone(
    one: Difference,
    found: Comparison,
    places: _Places,
    heirs: Mapping[str, Sequence[str]],
    steps: list[dict[str, Any]],
    left: list[Left],
) -> None:
    said: list[tuple[str, Decimal | None]] = [(unit, None) for unit in heirs.get(one.code, ())]
    named = said or [(places.unit(code), share) for code, share in found.heirs.get(one.code, ())]
    if not named or not all(unit for unit, _share in named):
        why = lazy("the list does not have it, and nothing says who takes over: it stays as it is")
        left.append(Left(one.code, one.name, None, why))
    elif len(named) == 1:
        steps.append({"kind": Kind.MERGE.value, "gone": [one.unit], "heir": named[0][0]})
    else:
        steps.append({"kind": Kind.SPLIT.value, "gone": [one.unit], "heirs": [_part(*each) for each in named]})


def _part(unit: str, share: Decimal | None) -> dict[str, str]:
    return {"unit": unit} | ({"share": f"{share:f}"} if share is not None else {})


def _joined(steps: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What goes into one heir is one merger."""
    joined: dict[str, dict[str, Any]] = {}
    kept: list[dict[str, Any]] = []
    for step in steps:
        if step["kind"] == Kind.MERGE and step["heir"] in joined:
            joined[step["heir"]]["gone"] += step["gone"]
            continue
        if step["kind"] == Kind.MERGE:
            joined[step["heir"]] = step
        kept.append(step)
    return kept
