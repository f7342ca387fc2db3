"""A unit's line through time: what went into it, what it went into, each with the days on which it stood."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from isotherm.units import kinds
from isotherm.units.history import Step, kind_label, lineage
from isotherm.units.models import Kind, Unit

# How many of one kind that go into one heir on one day are named before the rest is counted.
NAMED = 6


@dataclass(frozen=True, slots=True)
class Life:
    """One bar. `more`: it stands for so many further units treated alike. `way` is before, itself or after."""

    code: str
    name: str
    since: date | None
    until: date | None  # the first day on which it did not stand
    way: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Passing:
    """From one bar to another, by their places among the bars. `share` is unknown where nobody stated it."""

    day: date
    gone: int
    heir: int
    share: float | None
    main: bool


@dataclass(frozen=True, slots=True)
class Lifeline:
    lives: tuple[Life, ...]
    passings: tuple[Passing, ...]
    changes: tuple[tuple[date, str], ...]  # of the unit itself: a name, a kind
    steps: tuple[Step, ...]

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(sorted({one.day for one in self.passings} | {day for day, _words in self.changes}))


def of(unit_id: int, language: str) -> Lifeline:
    steps = lineage(unit_id, language)
    unit = Unit.objects.get(pk=unit_id)
    own = tuple((one.day, one.event) for one in steps if one.gone == one.heir == unit.code)
    passed = [one for one in steps if one.gone != one.heir]
    names: dict[str, str] = {}
    for one in passed:
        names.setdefault(one.gone, one.gone_name)
        names.setdefault(one.heir, one.heir_name)
    # The latest event stands first: by it the unit has the name it has now.
    latest = next((one for one in steps if unit.code in (one.heir, one.gone)), None)
    if latest is not None:
        names[unit.code] = latest.heir_name if latest.heir == unit.code else latest.gone_name
    stood = _stood(set(names))
    before = _reached(unit.code, {(one.heir, one.gone) for one in passed})
    places: dict[str, int] = {}
    lives: list[Life] = []
    for way, codes in (("before", before), ("itself", {unit.code}), ("after", set(names) - before - {unit.code})):
        for life, members in _rows(codes, way, passed, names, stood, language):
            places |= dict.fromkeys(members, len(lives))
            lives.append(life)
    passings: dict[tuple[int, int, date], Passing] = {}
    for one in passed:
        place = Passing(one.day, places[one.gone], places[one.heir], one.share, one.main)
        passings.setdefault((place.gone, place.heir, one.day), place)
    return Lifeline(tuple(lives), tuple(passings.values()), own, steps)


def _rows(
    codes: set[str],
    way: str,
    passed: list[Step],
    names: Mapping[str, str],
    stood: Mapping[str, tuple[date | None, date | None, str]],
    language: str,
) -> list[tuple[Life, tuple[str, ...]]]:
    """The highest first; of those alike, the first few by name and the rest as one."""
    into: dict[str, tuple[date, str]] = {one.gone: (one.day, one.heir) for one in passed}
    alike: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for code in sorted(codes, key=lambda one: (kinds.level(stood[one][2]), one)):
        alike[(stood[code][2], into.get(code))].append(code)
    found: list[tuple[Life, tuple[str, ...]]] = []
    for group in alike.values():
        shown = group if len(group) <= NAMED + 1 else group[:NAMED]
        found += [(Life(code, names[code], *stood[code][:2], way), (code,)) for code in shown]
        rest = tuple(group[len(shown) :])
        if rest:
            since, until, kind = stood[rest[0]]
            found.append((Life("", kind_label(kind), since, until, way, len(rest)), rest))
    return found


def _reached(code: str, edges: set[tuple[str, str]]) -> set[str]:
    below: dict[str, set[str]] = defaultdict(set)
    for one, other in edges:
        below[one].add(other)
    found: set[str] = set()
    waiting = [code]
    while waiting:
        for other in below[waiting.pop()] - found:
            found.add(other)
            waiting.append(other)
    return found - {code}


def _stood(codes: set[str]) -> dict[str, tuple[date | None, date | None, str]]:
    """From when until when each stood, and what it was last."""
    rows = Kind.objects.filter(unit__code__in=codes, voided_by__isnull=True).order_by("valid")
    found: dict[str, tuple[date | None, date | None, str]] = {}
    for code, valid, kind in rows.values_list("unit__code", "valid", "kind"):
        first = found[code][0] if code in found else valid.lower
        found[code] = (first, valid.upper, kind)
    return found
